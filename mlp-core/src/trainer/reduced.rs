//! Trainings by several processes.

use super::training::with_learner;
use super::{Outcome, ReducedPiece, Trainer, Training, Validation};
use crate::crc64::Crc64;
use crate::optimizer::{OptimizerState as _, StateVisitor};
use crate::precompiled::Precompiled as _;
use crate::reducer::{ReduceError, Reducer};
use crate::{Network, Observer, Optimizer, Scalar};

impl<O, W, V> Trainer<O, W, V> {
    /// Sets the number of logical shards into which [`Training::fit_reduced`] divides the data, by default 64, at most 65,536. There can be
    /// as many processes as shards. Another number gives other bits, so it is saved with the training. `fit` has no shards.
    ///
    /// A batch should have at least 8 examples for each shard: with fewer, they are computed one by one.
    pub fn shards(mut self, shards: usize) -> Self {
        self.settings.shards = shards;
        self
    }
}

impl<N, O, W, V> Training<N, O, W, V>
where
    N: Network,
    O: Optimizer<N::Scalar>,
    W: Observer<N>,
    V: Validation<N>,
{
    /// Trains together with other processes, for the trainer's number of further [epochs](Trainer::epochs): each process
    /// has its own `examples`, those of [`Shards::examples_of_rank`](crate::reducer::Shards::examples_of_rank), and all
    /// end with the same network. See [`reducer`](crate::reducer), which has an example with several processes.
    ///
    /// All processes call it at the same time, with the same trainer, network and validation examples. Each computes the
    /// whole validation loss; that of rank 0 counts. A schedule of one's own must be the same in all.
    ///
    /// ```
    /// use mlp_core::{Adam, Batch, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let examples: Vec<_> = (0..200).map(|i| f64::from(i) / 200.0).map(|x| ([x], [2.0 * x + 1.0])).collect();
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let mut training = Trainer::new(Adam::new(0.1)).batch(Batch::Mini(100)).epochs(200).shards(8).start(&line)?;
    /// // A single process.
    /// let outcome = training.fit_reduced(&mut line, &examples, &mut ())?;
    /// assert!(outcome.loss < 1e-6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ReduceError`] lists them; if one process has an error, all have one. Network and training are then as they were after
    /// the last good epoch, and can go on. Optimizers that learn from all examples at once are refused, and so are batches of
    /// one example.
    #[inline]
    pub fn fit_reduced(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        reducer: &mut dyn Reducer,
    ) -> Result<Outcome<N::Scalar>, ReduceError> {
        let epochs = self.trainer.settings.epochs;
        self.reduced(network, examples, Some(epochs), reducer)
    }

    /// Trains as [`fit_reduced`](Self::fit_reduced) does, until this number of epochs since the start has been trained: what
    /// a resumed training needs. If they have been trained already, nothing happens.
    ///
    /// # Errors
    ///
    /// Those of [`fit_reduced`](Self::fit_reduced).
    #[inline]
    pub fn fit_reduced_until(
        &mut self,
        epochs: usize,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        reducer: &mut dyn Reducer,
    ) -> Result<Outcome<N::Scalar>, ReduceError> {
        let further = match epochs.checked_sub(self.progress.epochs) {
            None | Some(0) if self.progress.epochs > 0 => None,
            further => Some(further.unwrap_or(0)),
        };
        self.reduced(network, examples, further, reducer)
    }

    fn reduced(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        epochs: Option<usize>,
        reducer: &mut dyn Reducer,
    ) -> Result<Outcome<N::Scalar>, ReduceError> {
        let Self { trainer, memory, progress } = self;
        let (optimizer, mut settings) = (&trainer.optimizer, Crc64::new());
        settings.text(optimizer.name());
        settings.bytes(&optimizer.learning_rate().to_le_bytes());
        optimizer.settings(&mut |name, value| {
            settings.text(name);
            settings.bytes(&value.to_le_bytes());
        });
        let mut state = Digest::new();
        memory.state.clone().visit(&mut state);
        if let (Some(best), Some(_)) = (&memory.best, &progress.best) {
            state.scalars("best", best.clone().as_mut());
        }
        let piece = ReducedPiece { epochs, settings, state, reducer };
        with_learner(trainer, memory, network, examples, (), |learner, data| {
            N::Scalar::train_reduced(learner, data, progress, piece)
        })
    }
}

/// A number that tells whether two processes have the same numbers: fast, since it takes millions of parameters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest(u64);

impl Digest {
    pub(super) const fn new() -> Self {
        Self(0)
    }

    pub(super) const fn add(&mut self, number: u64) {
        // A multiplication carries only upwards, so the upper bits come down before the next.
        self.0 = (self.0.rotate_left(29) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    pub(super) fn add_scalars<T: Scalar>(&mut self, values: &[T]) {
        self.add(values.len() as u64);
        for value in values {
            let value = value.to_f64();
            // Processors give different bits to what is not a number.
            self.add(if value.is_nan() { f64::NAN } else { value }.to_bits());
        }
    }

    pub(super) const fn value(self) -> u64 {
        self.0
    }
}

impl<T: Scalar> StateVisitor<T> for Digest {
    fn scalars(&mut self, _name: &'static str, values: &mut [T]) {
        self.add_scalars(values);
    }

    fn number(&mut self, _name: &'static str, value: &mut f64) {
        self.add(value.to_bits());
    }
}
