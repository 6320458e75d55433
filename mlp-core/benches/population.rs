//! Writes the README's table of populations: `cargo bench -p mlp-core --features population --bench population`. With
//! `JAX_PYTHON=path/to/python`, a Python that has JAX, `benches/population/population_jax.py` measures the same
//! networks there in the same run; otherwise its cells hold a dash.
//!
//! A population of networks learns on-line from one example; the figure is the processor time of one step of one
//! network. Beside it are the networks trained by their own `fit`, one after the other. The agents are a population that
//! predicts, each network from its own inputs, beside as many calls of `predict`. Everything runs on one thread. The
//! candidates take turns, so that a busy machine slows them alike.

#![allow(clippy::cast_precision_loss, reason = "counts are small")]

mod readme;
mod timing;

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::process::Command;

use mlp_core::{Array, GradientDescent, Network, Population, Scalar, Trainer, mlp};
use timing::nanoseconds;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const JAX: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/population/population_jax.py");

/// One line of the table: nanoseconds of one network, one by one and in the population.
struct Line {
    network: &'static str,
    scalar: &'static str,
    networks: usize,
    times: [f64; 2],
}

/// The networks in one scalar.
macro_rules! measure {
    ($module:ident, $scalar:ty) => {
        mod $module {
            use super::*;

            mlp!(struct N222: 2 => 2 => 2, scalar = $scalar);
            mlp!(struct N4173: 4 => 17 => 3, scalar = $scalar);
            mlp!(struct N191911: 19 => 19 => 11, scalar = $scalar);
            mlp!(struct Agent: 6 => tanh(8) => tanh(2), scalar = $scalar);

            pub(super) fn lines() -> Result<Vec<Line>> {
                Ok(vec![
                    trained::<N222>("2-2-2", 16)?,
                    trained::<N222>("2-2-2", 64)?,
                    trained::<N222>("2-2-2", 128)?,
                    trained::<N222>("2-2-2", 1024)?,
                    trained::<N4173>("4-17-3", 128)?,
                    trained::<N191911>("19-19-11", 128)?,
                    asked::<Agent>("6-8-2, agents", 1000)?,
                ])
            }
        }
    };
}

measure!(double, f64);
measure!(single, f32);

fn main() -> Result<()> {
    let lines: Vec<_> = double::lines()?.into_iter().chain(single::lines()?).collect();
    let jax = jax(&lines)?;
    let table = table(&lines, &jax)?;
    println!("{table}");
    readme::write("populations", &table)
}

/// Training, step by step.
fn trained<N: Network>(network: &'static str, networks: usize) -> Result<Line> {
    let mut start = N::Parameters::zeros();
    let parameters = start.as_mut().len();
    let steps = (12_000_000 / parameters / networks).max(10);
    let examples = [(filled::<_, N::Input>(0.5), filled::<_, N::Output>(0.9))];
    let trainer = Trainer::new(GradientDescent::new(0.5)).epochs(steps);
    let population = Population::<N>::from_seeds(0..networks as u64)?;
    let members = population.to_networks();
    let mut alone = || {
        for network in &members {
            let mut network = network.clone();
            trainer.clone().fit(&mut network, black_box(&examples)).expect("it trains");
            black_box(network);
        }
    };
    let mut together = || {
        let mut population = population.clone();
        let outcome = population.fit(&trainer, black_box(&examples)).expect("it trains");
        let _ = black_box((outcome, population));
    };
    let shown = steps * networks;
    let times = nanoseconds([(&mut alone, shown), (&mut together, shown)]);
    Ok(Line { network, scalar: N::Scalar::NAME, networks, times })
}

/// Predictions, each network from its own inputs.
fn asked<N: Network>(network: &'static str, networks: usize) -> Result<Line> {
    const REPETITIONS: usize = 200;
    let population = Population::<N>::from_seeds(0..networks as u64)?;
    let members = population.to_networks();
    let inputs: Vec<N::Input> = (0..networks).map(|i| filled(i as f64 / networks as f64)).collect();
    let (mut outputs, mut own) = (vec![N::Output::zeros(); networks], vec![N::Output::zeros(); networks]);
    let mut alone = || {
        for _ in 0..REPETITIONS {
            for ((network, x), y_pred) in members.iter().zip(black_box(&inputs)).zip(&mut own) {
                *y_pred = network.predict(*x);
            }
            black_box(&own);
        }
    };
    let mut together = || {
        for _ in 0..REPETITIONS {
            population.predict_each(black_box(&inputs), &mut outputs).expect("an input for each");
            black_box(&outputs);
        }
    };
    let shown = REPETITIONS * networks;
    let times = nanoseconds([(&mut alone, shown), (&mut together, shown)]);
    Ok(Line { network, scalar: N::Scalar::NAME, networks, times })
}

fn filled<T: Scalar, A: Array<T>>(value: f64) -> A {
    let mut array = A::zeros();
    array.as_mut().fill(T::from_f64(value));
    array
}

/// The times of JAX for the rows that it measures. The better of its two forms counts.
fn jax(lines: &[Line]) -> Result<Vec<Option<f64>>> {
    let Some(python) = env::var_os("JAX_PYTHON") else {
        return Ok(lines.iter().map(|_| None).collect());
    };
    let mut arguments: Vec<_> = lines
        .iter()
        .filter(|line| !line.network.contains(','))
        .map(|line| format!("{}:{}", line.network, line.networks))
        .collect();
    arguments.sort();
    arguments.dedup();
    let output = Command::new(python).arg(JAX).args(arguments).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let printed = String::from_utf8(output.stdout)?;
    let times = lines.iter().map(|line| {
        let scalar = line.scalar.replace('f', "float");
        let start = format!("{} {scalar} {} ", line.network, line.networks);
        let times = printed.lines().find_map(|printed| printed.strip_prefix(&start))?;
        times.split(' ').filter_map(|time| time.parse().ok()).reduce(f64::min)
    });
    Ok(times.collect())
}

fn table(lines: &[Line], jax: &[Option<f64>]) -> Result<String> {
    let origin = readme::origin("cargo bench -p mlp-core --features population --bench population")?;
    let mut table = format!(
        "{origin}.

Nanoseconds of processor time on one thread: a training step of one network, and for the agents a prediction.

| network | scalar | networks | one by one | population | faster | JAX, the better form | faster than JAX |
|---|---|--:|--:|--:|--:|--:|--:|
"
    );
    for (Line { network, scalar, networks, times: [alone, together] }, jax) in lines.iter().zip(jax) {
        write!(table, "| {network} | {scalar} | {networks} | {alone:.1} | {together:.2} | {:.1} |", alone / together)?;
        match jax {
            Some(jax) => writeln!(table, " {jax:.2} | {:.1} |", jax / together)?,
            None => writeln!(table, " – | – |")?,
        }
    }
    Ok(table)
}
