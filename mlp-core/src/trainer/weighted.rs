//! Trainings with a weight for each example.

use super::memory::Memory;
use super::{Outcome, TrainError, Trainer, Training, Validation, training};
use crate::precompiled::Precompiled as _;
use crate::sample_weights::SampleWeights;
use crate::{Network, Observer, Optimizer};

impl<O, W, V> Trainer<O, W, V> {
    /// Trains as [`fit`](Self::fit) does. Each example counts by its weight. See [`sample_weights`](crate::sample_weights).
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let examples = [([0.0], [1.0]), ([1.0], [2.0]), ([2.0], [30.0])];
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// // The last measurement went wrong.
    /// Trainer::new(GradientDescent::new(0.2)).fit_weighted(&mut line, &examples, &[1.0, 1.0, 0.0])?;
    /// assert!((line.w11 - 1.0).abs() < 1e-6 && (line.b1 - 1.0).abs() < 1e-6);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `fit`, and [`TrainError::Weights`] if there is not one weight for each example, if one is negative,
    /// infinite or NaN, or if all are 0.
    ///
    /// # Panics
    ///
    /// As `fit`.
    #[allow(clippy::redundant_closure, reason = "with `std` the closure makes a trait object of the learner")]
    #[inline]
    pub fn fit_weighted<N>(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        weights: &[f64],
    ) -> Result<Outcome<N::Scalar>, TrainError>
    where
        N: Network,
        O: Optimizer<N::Scalar>,
        W: Observer<N>,
        V: Validation<N>,
    {
        let weights = SampleWeights::new(weights, examples.len())?;
        let mut memory = Memory::new(self.optimizer.init_state()?, self.settings.patience.is_some());
        training::with_learner(self, &mut memory, network, examples, weights, |learner, data| {
            N::Scalar::fit(learner, data)
        })
    }
}

impl<N, O, W, V> Training<N, O, W, V>
where
    N: Network,
    O: Optimizer<N::Scalar>,
    W: Observer<N>,
    V: Validation<N>,
{
    /// Trains as [`fit`](Self::fit) does, with a [weight](crate::sample_weights) for each example. The weights may be
    /// others in every piece.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let examples = [([0.0], [1.0]), ([1.0], [3.0]), ([2.0], [4.0])];
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let mut training = Trainer::new(Adam::new(0.1)).epochs(100).start(&line)?;
    /// training.fit_weighted(&mut line, &examples, &[1.0, 2.0, 0.5])?;
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::fit_weighted`]. Network and training are then as they were after the last good epoch, and can go
    /// on.
    #[inline]
    pub fn fit_weighted(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        weights: &[f64],
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        let epochs = self.trainer.settings.epochs;
        let weights = SampleWeights::new(weights, examples.len())?;
        self.epochs_of(network, examples, weights, epochs)
    }

    /// Trains as [`fit_until`](Self::fit_until) does, with a [weight](crate::sample_weights) for each example.
    ///
    /// # Errors
    ///
    /// Those of [`fit_weighted`](Self::fit_weighted).
    #[inline]
    pub fn fit_until_weighted(
        &mut self,
        epochs: usize,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        weights: &[f64],
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        let weights = SampleWeights::new(weights, examples.len())?;
        self.until(epochs, network, examples, weights)
    }

    /// Trains for one further epoch, as [`epoch`](Self::epoch) does, with a [weight](crate::sample_weights) for each example.
    ///
    /// # Errors
    ///
    /// Those of [`fit_weighted`](Self::fit_weighted).
    #[inline]
    pub fn epoch_weighted(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        weights: &[f64],
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        let weights = SampleWeights::new(weights, examples.len())?;
        self.epochs_of(network, examples, weights, 1)
    }

    /// Makes one update as [`step`](Self::step) does, with a weight for each example of the batch: for a replay buffer that draws
    /// some examples more often than others. The weights are divided by their mean, so a batch of one example has no use for
    /// them.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Trainer, mlp};
    ///
    /// mlp!(pub struct Level: 1 => identity(1));
    /// let mut level = Level { w11: 0.0, b1: 0.0 };
    /// let mut training = Trainer::new(GradientDescent::new(1.0)).start(&level)?;
    /// training.step_weighted(&mut level, &[([0.0], [1.0]), ([0.0], [2.0])], &[1.0, 3.0])?;
    /// assert_eq!(level.b1, 1.75);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`step`](Self::step) and [`fit_weighted`](Self::fit_weighted).
    #[inline]
    pub fn step_weighted(
        &mut self,
        network: &mut N,
        batch: &[(N::Input, N::Output)],
        weights: &[f64],
    ) -> Result<(), TrainError> {
        let weights = SampleWeights::new(weights, batch.len())?;
        self.step_of(network, batch, weights)
    }
}
