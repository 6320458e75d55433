//! Several processes compare learning rates: each trains networks with settings of its own, and rank 0 prints the table.
//!
//! ```sh
//! mpirun -n 4 sweep FILE
//! ```

use std::env;
use std::path::PathBuf;

use mlp_core::metrics::accuracy_score;
use mlp_core::reducer::{Reducer as _, agree};
use mlp_core::{Adam, Batch, Trainer, sweep};
use mlp_mpi::{Digits, Example, Failure, Mpi, count, read};

const RATES: [f64; 4] = [0.0003, 0.003, 0.03, 0.3];

const SEEDS: [u64; 3] = [1, 2, 3];

fn main() -> Result<(), Failure> {
    let mut mpi = Mpi::start()?;
    let (rank, size) = (mpi.rank(), mpi.size());
    let file = PathBuf::from(env::args().nth(1).ok_or("which file?")?);
    let read_all = || read(&file, 0..count(&file)?);
    let examples = agree(&mut mpi, read_all())?;
    let (training, test) = examples.split_at(examples.len() * 7 / 10);

    // Each process takes every `size`th experiment.
    let experiments: Vec<_> = RATES.iter().flat_map(|&rate| SEEDS.map(|seed| (rate, seed))).collect();
    let own = (rank..experiments.len()).step_by(size).map(|index| experiments[index]);
    let own = own.map(|(rate, seed)| score(training, test, rate, seed)).collect::<Result<Vec<_>, _>>();
    let mut own = agree(&mut mpi, own)?;

    // Everybody sends equally many scores.
    own.resize(experiments.len().div_ceil(size), 0.0);
    let own: Vec<_> = own.into_iter().flat_map(f64::to_le_bytes).collect();
    let mut all = vec![0; size * own.len()];
    mpi.all_gather(&own, &mut all)?;
    if rank == 0 {
        let scores = all.as_chunks().0;
        let table = sweep(RATES, SEEDS, |&rate, seed| {
            let index = experiments.iter().position(|&one| one == (rate, seed)).ok_or("no such experiment")?;
            let of_rank = &scores[index % size * (scores.len() / size)..];
            Ok(f64::from_le_bytes(of_rank[index / size]))
        })?;
        println!("accuracy by learning rate\n{table}");
    }
    Ok(())
}

/// The accuracy of one training.
fn score(training: &[Example], test: &[Example], rate: f64, seed: u64) -> Result<f64, Failure> {
    let mut network = Digits::random(&mut mlp_core::rng(seed));
    let trainer = Trainer::new(Adam::new(rate)).epochs(20).batch(Batch::Mini(32)).shuffle(seed);
    trainer.reproducible().fit(&mut network, training)?;
    let (images, y_true): (Vec<_>, Vec<_>) = test.iter().copied().unzip();
    let mut y_pred = vec![[0.0; 10]; images.len()];
    network.predict_batch(&images, &mut y_pred)?;
    Ok(accuracy_score(&y_true, &y_pred)?)
}
