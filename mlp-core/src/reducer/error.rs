//! The errors of a training by several processes.

use alloc::boxed::Box;
use alloc::string::String;
use core::error::Error;

use crate::TrainError;

/// Why several processes could not train a network together. All of them end with an error; ranks and shards are counted
/// from 0.
///
/// ```
/// use mlp_core::{Batch, GradientDescent, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => identity(1));
/// let mut net = Net { w11: 0.5, b1: 0.0 };
/// let mut training = Trainer::new(GradientDescent::new(0.1)).batch(Batch::Mini(64)).start(&net)?;
/// let mut examples = vec![([0.5], [1.0]); 640];
/// examples[123] = ([f64::NAN], [1.0]);
/// let error = training.fit_reduced(&mut net, &examples, &mut ()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "rank 0, shard 12: example 123: the input x is infinite or not a number",
/// );
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ReduceError {
    /// The engine could not carry bytes, or another process is gone.
    #[error("rank {rank}: the engine failed")]
    Engine {
        /// The rank of this process.
        rank: usize,
        /// The engine's error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The engine gave a rank that there is not.
    #[error("the engine says that this process has the rank {rank} of {size}, counted from 0")]
    NoRank {
        /// The rank.
        rank: usize,
        /// The number of processes.
        size: usize,
    },
    /// There are more processes than shards.
    #[error(
        "there are {processes} processes and {shards} shards, and a process needs at least one: start fewer processes, or set `Trainer::shards`"
    )]
    TooManyProcesses {
        /// The number of processes.
        processes: usize,
        /// The number of shards.
        shards: usize,
    },
    /// Processes began with different things.
    #[error("rank {rank} and rank 0 differ in the {what}: give all processes the same")]
    Unequal {
        /// The first rank that differs.
        rank: usize,
        /// What differs: `settings`, `network`, `training so far` or `validation examples`.
        what: &'static str,
    },
    /// A process does not have the examples of its shards.
    #[error(
        "rank {rank} has {examples} examples, and its part of {all} is {expected}: give each process the examples that `Shards::examples_of_rank` tells"
    )]
    Examples {
        /// The first rank with another number.
        rank: usize,
        /// The number of its examples.
        examples: usize,
        /// The number that it should have.
        expected: usize,
        /// The number of examples of all processes.
        all: usize,
    },
    /// A batch has one example, which several shards cannot share.
    #[error(
        "a batch has one example, and shards share the examples of a batch: set `Trainer::batch`, for example to `Batch::Mini(1024)`"
    )]
    SingleExamples,
    /// The trainer has dropout.
    #[error("several processes cannot train with dropout: leave `dropout` out, or train by `fit`")]
    Dropout,
    /// The network could not be trained, for a reason that all processes see.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// The network could not be trained with an example of a shard. All processes see it, or the others have
    /// [`Other`](Self::Other).
    #[error("rank {rank}, shard {shard}: {error}")]
    Shard {
        /// The rank of the process that has the shard.
        rank: usize,
        /// The shard.
        shard: usize,
        /// The error. The example that it names is counted in the whole data.
        error: TrainError,
    },
    /// This process had an error, which [`agree`](super::agree) was told.
    #[error("rank {rank}")]
    Own {
        /// The rank of this process.
        rank: usize,
        /// The error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Another process had an error.
    #[error("rank {rank}: {message}")]
    Other {
        /// The lowest rank with an error.
        rank: usize,
        /// The message of its error, and those of its causes.
        message: String,
    },
    /// The processes no longer have the same network.
    #[error(
        "epoch {epoch}: rank {rank} and rank 0 no longer have the same parameters: an optimizer or a schedule of your own does not compute the same in both, or the engine has mixed bytes up"
    )]
    Diverged {
        /// The epoch after which it was noticed.
        epoch: usize,
        /// The first rank that differs.
        rank: usize,
    },
}

crate::message::debug_is_message!(ReduceError);
