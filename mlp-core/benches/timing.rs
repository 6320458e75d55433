//! Times by the process's own clock, which stands still while other programs have the processor.

use cpu_time::ProcessTime;

/// How often every time is taken; the median counts.
const TRIALS: usize = 9;

/// Nanoseconds of processor time that each of these takes in the median, divided by how many steps it does.
///
/// They take turns, trial by trial, so that a disturbance from outside meets them alike; the first turn only warms up.
#[allow(clippy::cast_precision_loss)] // no one repeats anything 2^53 times
pub(crate) fn nanoseconds<const N: usize>(mut candidates: [(&mut dyn FnMut(), usize); N]) -> [f64; N] {
    let mut times = [(); N].map(|()| Vec::with_capacity(TRIALS));
    for trial in 0..=TRIALS {
        for ((run, steps), times) in candidates.iter_mut().zip(&mut times) {
            let start = ProcessTime::now();
            run();
            let time = start.elapsed().as_secs_f64() * 1e9 / *steps as f64;
            if trial > 0 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| median(&mut times))
}

/// The middle one of an odd number of values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
