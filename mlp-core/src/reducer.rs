//! Several processes train one network together, on one machine or on many: each has a part of the data.
//!
//! Each process computes the gradients of its own examples, all exchange their sums, and every process makes the same
//! update. So every process holds the same network. How they exchange bytes is the business of an engine: MPI, sockets,
//! threads. An engine implements [`Reducer`], which is a few lines; `()` is the engine of a single process. Each process
//! then calls [`Training::fit_reduced`](crate::Training::fit_reduced) with its own examples. `examples/mpi` does it over
//! MPI.
//!
//! # The same bits for any number of processes
//!
//! The data are divided once into logical [`Shards`], 64 by default, whatever the number of processes.
//! [`Trainer::shards`](crate::Trainer::shards) sets their number, which is saved with the training. A process has some
//! consecutive shards. Each shard has a shuffled order of its own, and the examples of a batch are dealt from the shards in
//! turn, as cards are. The gradients of a batch are summed shard by shard, and the sums of the shards are added in a fixed
//! binary tree. So the network has the same bits for any number of processes on like processors, and with
//! [`reproducible`](crate::Trainer::reproducible) on all processors. A training may be saved, and go on with another number of
//! processes. With one shard, it is [`Training::fit`](crate::Training::fit), to the bit.
//!
//! # What is global
//!
//! Batches, losses, clipping, penalties, validation, patience and target loss concern the whole data. Every process needs
//! the same trainer, network and validation examples: that is compared before the training. Observers may be others in
//! each process; usually the process of rank 0 has a [`Checkpoint`](crate::trainer::Checkpoint), whose file is all that is
//! needed to resume. If an observer or the time limit stops one process, all stop after the same epoch. If one process fails,
//! all end with an error that names it. Optimizers that learn from all examples at once and
//! [dropout](crate::Trainer::dropout) are refused.
//!
//! ```
//! use std::error::Error;
//! use std::sync::{Barrier, Mutex};
//! use std::thread;
//!
//! use mlp_core::reducer::{Reducer, Shards};
//! use mlp_core::{Adam, Batch, Trainer, mlp};
//!
//! mlp!(pub struct Sine: 1 => tanh(6) => identity(1));
//!
//! /// One of several threads that exchange bytes at a common place.
//! struct Thread<'a> {
//!     rank: usize,
//!     size: usize,
//!     barrier: &'a Barrier,
//!     place: &'a Mutex<Vec<u8>>,
//! }
//!
//! impl Reducer for Thread<'_> {
//!     fn rank(&self) -> usize {
//!         self.rank
//!     }
//!
//!     fn size(&self) -> usize {
//!         self.size
//!     }
//!
//!     fn all_gather(&mut self, own: &[u8], all: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
//!         let lock = || self.place.lock().map_err(|_| "another thread has failed");
//!         lock()?.resize(all.len(), 0);
//!         self.barrier.wait();
//!         lock()?[self.rank * own.len()..][..own.len()].copy_from_slice(own);
//!         self.barrier.wait();
//!         all.copy_from_slice(&lock()?);
//!         self.barrier.wait();
//!         Ok(())
//!     }
//! }
//!
//! let data: Vec<_> = (0..600).map(|i| f64::from(i) / 100.0 - 3.0).map(|x| ([x], [x.sin()])).collect();
//! let train = |reducer: &mut dyn Reducer| {
//!     // Each process has its own examples.
//!     let own = Shards::new(data.len(), 64).examples_of_rank(reducer.rank(), reducer.size());
//!     let mut sine = Sine::random(&mut mlp_core::rng(1));
//!     let trainer = Trainer::new(Adam::new(0.02)).epochs(50).batch(Batch::Mini(200)).shuffle(7);
//!     trainer.start(&sine)?.fit_reduced(&mut sine, &data[own], reducer)?;
//!     Ok::<_, Box<dyn Error + Send + Sync>>(sine)
//! };
//! let alone = train(&mut ())?;
//! for size in [2, 3] {
//!     let (barrier, place) = (Barrier::new(size), Mutex::new(Vec::new()));
//!     let process = |rank| train(&mut Thread { rank, size, barrier: &barrier, place: &place });
//!     thread::scope(|scope| {
//!         let spawn = |rank| scope.spawn({ let process = &process; move || process(rank) });
//!         let threads: Vec<_> = (0..size).map(spawn).collect();
//!         for thread in threads {
//!             assert_eq!(thread.join().unwrap().unwrap(), alone);
//!         }
//!     });
//! }
//! # Ok::<(), Box<dyn Error + Send + Sync>>(())
//! ```

mod error;
mod processes;
mod shards;
mod tree_sum;

use alloc::boxed::Box;
use alloc::string::ToString as _;
use core::error::Error;

use crate::message::WithSources;

pub use error::ReduceError;
pub(crate) use processes::Processes;
pub use shards::Shards;
pub(crate) use tree_sum::TreeSum;

/// What a training asks of an engine that connects processes. The [module](self) has an example.
///
/// All processes make the same calls in the same order. An engine notices if one of them is gone, and returns an error in
/// all others, or ends them. Nothing is asked of it but to carry bytes, so it can change no bit of a sum.
pub trait Reducer {
    /// The number of this process, from 0.
    fn rank(&self) -> usize;

    /// The number of processes.
    fn size(&self) -> usize;

    /// Gives the bytes of this process to all, and gets those of all, in the order of their ranks. They are equally long in
    /// all processes: the length of `all` is [`size`](Self::size) times that of `own`.
    ///
    /// # Errors
    ///
    /// If the engine fails, or another process is gone. The training then ends with [`ReduceError::Engine`].
    fn all_gather(&mut self, own: &[u8], all: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>>;
}

/// Goes on if every process can go on. Call it in all processes after what may fail in one, such as reading a file:
/// otherwise the others would wait for it for ever.
///
/// ```
/// use std::fs;
///
/// use mlp_core::reducer::{ReduceError, Reducer, agree};
///
/// fn read(reducer: &mut dyn Reducer) -> Result<String, ReduceError> {
///     agree(reducer, fs::read_to_string("there is no such file"))
/// }
/// assert!(format!("{:?}", read(&mut ()).unwrap_err()).starts_with("rank 0: "));
/// ```
///
/// # Errors
///
/// [`ReduceError::Own`] if this process has an error, [`ReduceError::Other`] if another has one, with its text.
pub fn agree<R, E>(reducer: &mut dyn Reducer, own: Result<R, E>) -> Result<R, ReduceError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let (mut processes, own) = (Processes::new(reducer)?, own.map_err(Into::into));
    let failed = processes.first_failed(own.as_ref().err().map(|error| WithSources(&**error).to_string()))?;
    match (own, failed) {
        (Err(source), _) => Err(ReduceError::Own { rank: processes.rank(), source }),
        (Ok(_), Some((rank, message))) => Err(ReduceError::Other { rank, message }),
        (Ok(result), None) => Ok(result),
    }
}

/// A single process.
impl Reducer for () {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn all_gather(&mut self, own: &[u8], all: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
        all.copy_from_slice(own);
        Ok(())
    }
}
