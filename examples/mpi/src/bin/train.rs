//! Several processes train one network, each with its part of a file:
//!
//! ```sh
//! mpirun -n 4 train FILE EPOCHS [CHECKPOINT]
//! ```
//!
//! The parameters have the same bits for any number of processes. Every five epochs, rank 0 writes a checkpoint; if it is
//! there at the beginning, the training goes on from it, with any number of processes.

use std::env;
use std::path::PathBuf;
use std::time::Instant;

use mlp_core::metrics::accuracy_score;
use mlp_core::reducer::{Reducer as _, Shards, agree};
use mlp_core::trainer::Checkpoint;
use mlp_core::{Adam, Batch, Trainer};
use mlp_mpi::{Digits, Failure, Mpi, count, read};

fn main() -> Result<(), Failure> {
    let mut mpi = Mpi::start()?;
    let mut arguments = env::args().skip(1);
    let file = PathBuf::from(arguments.next().ok_or("which file?")?);
    let epochs: usize = arguments.next().ok_or("how many epochs?")?.parse()?;
    let checkpoint = arguments.next().map(PathBuf::from);

    // What may fail in one process alone is told to all.
    let (rank, size) = (mpi.rank(), mpi.size());
    let rows = agree(&mut mpi, count(&file))?;
    let shards = Shards::new(rows, Shards::DEFAULT);
    let examples = agree(&mut mpi, read(&file, shards.examples_of_rank(rank, size)))?;

    let saves = checkpoint.as_ref().filter(|_| rank == 0).map(|path| Checkpoint::every(5, path));
    let trainer = Trainer::new(Adam::new(0.005)).epochs(epochs).batch(Batch::Mini(600)).shuffle(1).reproducible();
    let trainer = trainer.l2(1e-5).observe(saves);
    let start = || match checkpoint.filter(|path| path.exists()) {
        Some(path) => Ok::<_, Failure>((Digits::load(&path)?, trainer.resume(path)?)),
        None => {
            let network = Digits::random(&mut mlp_core::rng(1));
            Ok((network.clone(), trainer.start(&network)?))
        }
    };
    let (mut network, mut training) = agree(&mut mpi, start())?;
    let before = training.epochs();

    let clock = Instant::now();
    let outcome = training.fit_reduced(&mut network, &examples, &mut mpi)?;
    let seconds = clock.elapsed().as_secs_f64();

    if rank == 0 {
        let examples = read(&file, 0..rows)?;
        let (images, y_true): (Vec<_>, Vec<_>) = examples.into_iter().unzip();
        let mut y_pred = vec![[0.0; 10]; images.len()];
        network.predict_batch(&images, &mut y_pred)?;
        eprintln!("{size} processes, {:.2} ms an epoch", 1e3 * seconds / (outcome.epochs - before) as f64);
        println!("epochs {before} to {}: loss {:.5}", outcome.epochs, outcome.loss);
        println!("{:.2} % of the images are read right", 100.0 * accuracy_score(&y_true, &y_pred)?);
        // FNV-1a of all bits.
        let parameters = network.parameters();
        let bits = parameters.iter().flat_map(|parameter| parameter.to_le_bytes());
        let hash =
            bits.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        println!("parameters {hash:016x}");
    }
    Ok(())
}
