//! Measures processor time, which does not count while other programs have the processor.

use cpu_time::ProcessTime;

/// The number of trials. The result is their median.
const TRIALS: usize = 9;

/// The median processor time of each candidate in nanoseconds per step. A candidate is a function and its number of
/// steps.
///
/// The candidates take turns, trial by trial, so that a disturbance affects all of them alike. The first turn is a
/// warm-up.
#[allow(clippy::cast_precision_loss)] // step counts are far below 2^53
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

/// The median of an odd number of values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
