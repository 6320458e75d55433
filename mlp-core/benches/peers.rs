//! Measures this crate for a comparison with other implementations of small sigmoid networks.
//!
//! `PEERS_PYTHON=path/to/python cargo bench -p mlp-core --bench peers` measures it beside numpy, JAX and C, and writes the
//! README's table. That Python must have numpy and jax. All take turns in five rounds, on one thread each. The
//! scripts of the others, and the one that makes the data, are in the folder `peers`.
//!
//! `PEERS_DATA=folder cargo bench -p mlp-core --bench peers` measures this crate alone. It prints a line `R implementation
//! workload type ns deviation` for each workload and scalar. `ns` is the processor time of one step in nanoseconds, the
//! median of nine trials after a warm-up. `deviation` is the largest distance from the reference, or `nan` without a
//! reference.
//!
//! The folder holds arrays of little-endian `f64` in files `NAME.f64`: for each network its initial parameters `_w0`,
//! samples `_x`, targets `_y` and references `_ref_…`.
//!
//! | workload | a step is | compared with the reference |
//! |---|---|---|
//! | `w1_` | one of 2000 on-line steps on one sample, in `Trainer::fit` | the final parameters |
//! | `w2lat_` | a prediction whose input depends on the prediction before | |
//! | `w2thr_` | one of 10,000 predictions at once | every output |
//! | `w3_` | one sample in one of 20 epochs of full-batch gradient descent, in `Trainer::fit` | the final parameters |

#[path = "peers/comparison.rs"]
mod comparison;
mod readme;
mod timing;

use std::env;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;

use mlp_core::{Array, Batch, GradientDescent, Network, Scalar, Trainer, mlp};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const OURS: &str = "ours";
/// Batches without fused multiply-adds; everything else is reproducible anyway.
const REPRODUCIBLE: &str = "ours.reproducible";
const LEARNING_RATE: f64 = 0.5;
const ONLINE_STEPS: usize = 2000;
const EPOCHS: usize = 20;

/// The networks in one scalar, and their workloads.
macro_rules! measure {
    ($module:ident, $scalar:ty) => {
        mod $module {
            use super::*;

            mlp!(struct N111: 1 => 1 => 1, scalar = $scalar);
            mlp!(struct N222: 2 => 2 => 2, scalar = $scalar);
            mlp!(struct N4883: 4 => 8 => 8 => 3, scalar = $scalar);
            mlp!(struct Nbig: 64 => 32 => 10, scalar = $scalar, rolled);
            mlp!(struct Nwide: 128 => 64 => 10, scalar = $scalar, rolled);

            pub(super) fn run(data: &Data) -> Result<()> {
                online::<N222>(data, "222", &[0.5, 0.8], &[0.9, 0.2])?;
                online::<N111>(data, "111", &[0.5], &[0.9])?;
                latency::<N222>(data, "n222")?;
                latency::<N4883>(data, "n4883")?;
                throughput::<N222>(data, "n222")?;
                throughput::<N4883>(data, "n4883")?;
                full_batch::<N4883>(data, "n4883")?;
                full_batch::<Nbig>(data, "nbig")?;
                full_batch::<Nwide>(data, "nwide")
            }
        }
    };
}

measure!(double, f64);
measure!(single, f32);

fn main() -> Result<()> {
    if let Some(folder) = env::var_os("PEERS_DATA") {
        let data = Data { folder: folder.into() };
        double::run(&data)?;
        return single::run(&data);
    }
    let python = env::var_os("PEERS_PYTHON").ok_or("PEERS_PYTHON is not set: it names a Python with numpy and jax")?;
    comparison::run(python.as_ref())
}

fn online<N: Network>(data: &Data, digits: &str, x: &[f64], y_true: &[f64]) -> Result<()> {
    const REPETITIONS: usize = 100;
    let start = data.network::<N>(&format!("n{digits}_w0"))?;
    let reference = data.parameters::<N>(&format!("n{digits}_ref_online{ONLINE_STEPS}"))?;
    let examples = [(array(x), array(y_true))];
    let mut trainer = Trainer::new(GradientDescent::new(LEARNING_RATE)).epochs(ONLINE_STEPS);
    let mut network = start.clone();
    let time = time(REPETITIONS * ONLINE_STEPS, || {
        for _ in 0..REPETITIONS {
            network = black_box(&start).clone();
            trainer.fit(&mut network, black_box(&examples)).expect("the reference has been trained so");
        }
    });
    report::<N>(OURS, &format!("w1_{digits}"), time, deviation(parameters(&network).as_ref(), &reference));
    Ok(())
}

fn latency<N: Network>(data: &Data, name: &str) -> Result<()> {
    const PASSES: usize = 200_000;
    let network = data.network::<N>(&format!("{name}_w0"))?;
    let samples: Vec<N::Input> = data.rows(&format!("{name}_x"))?;
    let sample = *samples.first().ok_or("no samples")?;
    let time = time(PASSES, || {
        let (network, sample) = (black_box(&network), black_box(sample));
        let first = sample.as_ref()[0];
        let mut next = first;
        for _ in 0..PASSES {
            // A new array in every pass can stay in registers. An array that is written and read again would wait for
            // its own stores.
            let mut x = sample;
            x.as_mut()[0] = next;
            next = first + N::Scalar::from_f64(1e-3) * network.predict(x).as_ref()[0];
        }
        black_box(next);
    });
    report::<N>(OURS, &format!("w2lat_{name}"), time, f64::NAN);
    Ok(())
}

fn throughput<N: Network>(data: &Data, name: &str) -> Result<()> {
    const REPETITIONS: usize = 20;
    let network = data.network::<N>(&format!("{name}_w0"))?;
    let samples: Vec<N::Input> = data.rows(&format!("{name}_x"))?;
    let reference = data.array(&format!("{name}_ref_fwd"))?;
    let mut predictions = vec![N::Output::zeros(); samples.len()];
    let time = time(REPETITIONS * samples.len(), || {
        for _ in 0..REPETITIONS {
            let predicted = black_box(&network).predict_batch(black_box(&samples), black_box(&mut predictions));
            predicted.expect("there is an output for each input");
        }
    });
    let found: Vec<_> = predictions.iter().flat_map(AsRef::as_ref).copied().collect();
    report::<N>(OURS, &format!("w2thr_{name}"), time, deviation(&found, &reference));
    Ok(())
}

fn full_batch<N: Network>(data: &Data, name: &str) -> Result<()> {
    let start = data.network::<N>(&format!("{name}_w0"))?;
    let reference = data.parameters::<N>(&format!("{name}_ref_epoch{EPOCHS}"))?;
    let samples: Vec<N::Input> = data.rows(&format!("{name}_x"))?;
    let targets: Vec<N::Output> = data.rows(&format!("{name}_y"))?;
    let examples: Vec<_> = samples.into_iter().zip(targets).collect();
    let trainer = Trainer::new(GradientDescent::new(LEARNING_RATE)).epochs(EPOCHS).batch(Batch::Full);
    for (implementation, mut trainer) in [(OURS, trainer.clone()), (REPRODUCIBLE, trainer.reproducible())] {
        let mut network = start.clone();
        let time = time(EPOCHS * examples.len(), || {
            network = black_box(&start).clone();
            trainer.fit(&mut network, black_box(&examples)).expect("the reference has been trained so");
        });
        let deviation = deviation(parameters(&network).as_ref(), &reference);
        report::<N>(implementation, &format!("w3_{name}"), time, deviation);
    }
    Ok(())
}

/// The nanoseconds per step of a run with `steps` steps.
fn time(steps: usize, mut run: impl FnMut()) -> f64 {
    let [time] = timing::nanoseconds([(&mut run, steps)]);
    time
}

fn report<N: Network>(implementation: &str, workload: &str, time: f64, deviation: f64) {
    let deviation = if deviation.is_nan() { "nan".to_owned() } else { format!("{deviation:.2e}") };
    println!("R {implementation} {workload} {} {time:.3} {deviation}", N::Scalar::NAME);
}

/// The largest distance from the reference. A value that is not finite counts as 1e300.
fn deviation<T: Scalar>(values: &[T], reference: &[f64]) -> f64 {
    assert_eq!(values.len(), reference.len());
    let distances = values.iter().zip(reference).map(|(value, reference)| (value.to_f64() - reference).abs());
    distances.map(|distance| if distance.is_finite() { distance } else { 1e300 }).fold(0.0, f64::max)
}

/// The folder with samples and references.
struct Data {
    folder: PathBuf,
}

impl Data {
    fn array(&self, name: &str) -> Result<Vec<f64>> {
        let file = self.folder.join(format!("{name}.f64"));
        let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let (numbers, rest) = bytes.as_chunks();
        if !rest.is_empty() {
            return Err(format!("{}: {} bytes are not an array of f64", file.display(), bytes.len()).into());
        }
        Ok(numbers.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect())
    }

    /// Reads an array of samples or targets, row by row.
    fn rows<T: Scalar, A: Array<T>>(&self, name: &str) -> Result<Vec<A>> {
        let numbers = self.array(name)?;
        let width = A::zeros().as_ref().len();
        if numbers.is_empty() || !numbers.len().is_multiple_of(width) {
            return Err(format!("{name}: {} numbers are not rows of {width}", numbers.len()).into());
        }
        Ok(numbers.chunks(width).map(array).collect())
    }

    /// Reads parameters, and returns them in canonical order, weights source by source. In the files, weights are
    /// stored target by target.
    fn parameters<N: Network>(&self, name: &str) -> Result<Vec<f64>> {
        let numbers = self.array(name)?;
        let count = N::ARCHITECTURE.parameters().count();
        if numbers.len() != count {
            return Err(format!("{name}: {} numbers, but {count} parameters", numbers.len()).into());
        }
        let mut rest = numbers.as_slice();
        let mut canonical = Vec::with_capacity(count);
        for layer in N::ARCHITECTURE.layers {
            let (weights, after) = rest.split_at(layer.weights.len());
            let (biases, after) = after.split_at(layer.fan_out());
            for source in 0..layer.fan_in() {
                canonical.extend(weights.iter().skip(source).step_by(layer.fan_in()));
            }
            canonical.extend(biases);
            rest = after;
        }
        Ok(canonical)
    }

    fn network<N: Network>(&self, name: &str) -> Result<N> {
        Ok(N::from_parameters(&array(&self.parameters::<N>(name)?)))
    }
}

/// Rounds the numbers to the network's scalar.
fn array<T: Scalar, A: Array<T>>(numbers: &[f64]) -> A {
    let mut array = A::zeros();
    array.as_mut().iter_mut().zip(numbers).for_each(|(slot, &number)| *slot = T::from_f64(number));
    array
}

fn parameters<N: Network>(network: &N) -> N::Parameters {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters
}
