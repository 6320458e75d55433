//! A training that goes on, piece by piece.

use super::learner::NetworkLearner;
use super::memory::Memory;
use core::fmt::{self, Debug, Formatter};

use super::chunks::{ChunkedEpoch, begin_chunks};
use super::{ChunkError, Outcome, Progress, TrainError, Trainer, TrainingData, Validation};
use crate::batch::{ErasedExamples, NetworkExamples};
use crate::optimizer::{OptimizerState as _, StateVisitor};
use crate::precompiled::Precompiled as _;
use crate::sample_weights::TrainingWeights;
use crate::{Network, Observer, Optimizer};

/// A training under way: the trainer that it was [started](Trainer::start) with, and how far it is.
///
/// It holds everything that goes on from piece to piece: the optimizer's state, the number of epochs, the place in the
/// shuffled orders and in the schedule, and with [patience](Trainer::patience) the best parameters so far. So 40 pieces of 10
/// epochs are 400 epochs, to the bit.
///
/// The network is not part of it: between two pieces it holds the latest parameters, and you may use it.
///
/// ```
/// use mlp_core::{Adam, Trainer, mlp};
///
/// mlp!(pub struct Sine: 1 => tanh(6) => identity(1));
/// let examples: Vec<_> = (0..60).map(|i| f64::from(i) / 10.0 - 3.0).map(|x| ([x], [x.sin()])).collect();
///
/// let mut sine = Sine::random(&mut mlp_core::rng(1));
/// let mut at_once = sine.clone();
/// let mut training = Trainer::new(Adam::new(0.02)).epochs(10).shuffle(7).start(&sine)?;
/// for _ in 0..4 {
///     let outcome = training.fit(&mut sine, &examples)?;
///     println!("after {} epochs the loss is {}", outcome.epochs, outcome.loss);
/// }
/// Trainer::new(Adam::new(0.02)).epochs(40).shuffle(7).fit(&mut at_once, &examples)?;
/// assert_eq!(sine, at_once);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[must_use = "a training does nothing until `fit`, `epoch` or `step` is called"]
pub struct Training<N: Network, O: Optimizer<N::Scalar>, W = (), V = ()> {
    pub(super) trainer: Trainer<O, W, V>,
    pub(super) memory: Memory<N, O>,
    pub(super) progress: Progress<N::Scalar>,
}

impl<N, O, W, V> Training<N, O, W, V>
where
    N: Network,
    O: Optimizer<N::Scalar>,
    W: Observer<N>,
    V: Validation<N>,
{
    /// Trains for the trainer's number of further [epochs](Trainer::epochs), or until a stop criterion or an observer ends
    /// the training. Once it has ended, further calls return the same outcome and change nothing.
    ///
    /// The outcome counts all epochs since the start. Its `loss` is the loss of the last epoch. The network holds the
    /// latest parameters, even with patience. [`finish`](Self::finish) restores the best ones.
    ///
    /// The examples may be others in every piece.
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::fit`]. Network and training are then as they were after the last good epoch, and can go on.
    #[inline]
    pub fn fit(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        let epochs = self.trainer.settings.epochs;
        self.epochs_of(network, examples, (), epochs)
    }

    /// Trains until this number of epochs since the start has been trained, or until a stop criterion or an observer ends the
    /// training: what a resumed training needs. If they have been trained already, nothing happens.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let examples = [([0.0], [1.0]), ([1.0], [3.0])];
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let mut training = Trainer::new(Adam::new(0.1)).epochs(20).start(&line)?;
    /// training.fit(&mut line, &examples)?;
    /// assert_eq!(training.fit_until(50, &mut line, &examples)?.epochs, 50);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`fit`](Self::fit).
    #[inline]
    pub fn fit_until(
        &mut self,
        epochs: usize,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        self.until(epochs, network, examples, ())
    }

    #[inline]
    pub(super) fn until<S: TrainingWeights>(
        &mut self,
        epochs: usize,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        weights: S,
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        match (epochs.checked_sub(self.progress.epochs), self.progress.outcome()) {
            (None | Some(0), Some(outcome)) => Ok(outcome),
            (further, _) => self.epochs_of(network, examples, weights, further.unwrap_or(0)),
        }
    }

    /// Trains for one further epoch, as [`fit`](Self::fit) does.
    ///
    /// # Errors
    ///
    /// Those of [`fit`](Self::fit).
    #[inline]
    pub fn epoch(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        self.epochs_of(network, examples, (), 1)
    }

    #[inline]
    pub(super) fn epochs_of<S: TrainingWeights>(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
        weights: S,
        epochs: usize,
    ) -> Result<Outcome<N::Scalar>, TrainError> {
        let Self { trainer, memory, progress } = self;
        with_learner(trainer, memory, network, examples, weights, |learner, data| {
            N::Scalar::train(learner, data, progress, epochs)
        })
    }

    /// Makes one update with the mean gradient of a batch of your own, whatever the trainer's [`batch`](Trainer::batch)
    /// is: for a replay buffer, or for examples that arrive one by one. From 8 examples on the kernels compute it.
    /// [`LevenbergMarquardt`](crate::LevenbergMarquardt) and [`Lbfgs`](crate::Lbfgs) make the step of an epoch on this batch;
    /// if no step lowers its loss, the network stays as it is.
    ///
    /// No epoch passes. So with updates alone a schedule stays at its first factor. Target loss, patience and the time limit
    /// are judged at the end of an epoch, and end nothing. Observers see updates, but no epochs.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let mut training = Trainer::new(Adam::new(0.1)).start(&line)?;
    /// for i in 0..200 {
    ///     let x = f64::from(i % 5);
    ///     training.step(&mut line, &[([x], [2.0 * x + 1.0]), ([-x], [-2.0 * x + 1.0])])?;
    /// }
    /// assert!((line.w11 - 2.0).abs() < 0.01 && (line.b1 - 1.0).abs() < 0.01);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::fit`], and [`TrainError::Ended`] if the training has ended. Network and training are then as they
    /// were before the call.
    #[inline]
    pub fn step(&mut self, network: &mut N, batch: &[(N::Input, N::Output)]) -> Result<(), TrainError> {
        self.step_of(network, batch, ())
    }

    #[inline]
    pub(super) fn step_of<S: TrainingWeights>(
        &mut self,
        network: &mut N,
        batch: &[(N::Input, N::Output)],
        weights: S,
    ) -> Result<(), TrainError> {
        let Self { trainer, memory, progress } = self;
        with_learner(trainer, memory, network, batch, weights, |learner, data| N::Scalar::step(learner, data, progress))
    }

    /// Makes one update with gradients of your own, such as [`backprop_from`](Network::backprop_from) computes. They are in
    /// canonical order. The trainer clips them if it has a clipping norm.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Actor: 1 => tanh(4) => tanh(1));
    /// let mut actor = Actor::random(&mut mlp_core::rng(1));
    /// let mut training = Trainer::new(Adam::new(0.01)).start(&actor)?;
    /// for _ in 0..500 {
    ///     let pass = actor.forward([0.5]);
    ///     // A critic says that the loss falls by 1 for each 1 that the action rises.
    ///     let gradients = actor.backprop_from([0.5], [-1.0], &pass);
    ///     training.step_with(&mut actor, &gradients.to_array())?;
    /// }
    /// assert!(actor.predict([0.5])[0] > 0.9);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN, before or after the update, or if the training has ended. Network and training are
    /// then as they were before the call.
    #[inline]
    pub fn step_with(&mut self, network: &mut N, gradients: &N::Parameters) -> Result<(), TrainError> {
        let Self { trainer, memory, progress } = self;
        memory.sum.clone_from(gradients);
        with_learner(trainer, memory, network, &[], (), |learner, data| N::Scalar::step_with(learner, data, progress))
    }

    /// Trains for one epoch whose examples come in chunks, which may be read from a file meanwhile. Only one chunk is in
    /// memory at a time.
    ///
    /// Shuffling is within a chunk, and a batch does not continue in the next chunk. With a single chunk this is
    /// [`epoch`](Self::epoch), to the bit.
    ///
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use mlp_core::{Batch, GradientDescent, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let chunk = |first: u32| -> Vec<([f64; 1], [f64; 1])> {
    ///     (first..first + 10).map(|i| f64::from(i) / 30.0).map(|x| ([x], [2.0 * x])).collect()
    /// };
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let mut training = Trainer::new(GradientDescent::new(0.5)).batch(Batch::Mini(4)).shuffle(1).start(&line)?;
    /// for _ in 0..200 {
    ///     training.fit_chunks(&mut line, [0, 10, 20].map(|first| Ok::<_, Infallible>(chunk(first))))?;
    /// }
    /// assert!((line.w11 - 2.0).abs() < 1e-3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ChunkError`] names the chunk, and the update within it. Network and training are then as they were before the epoch.
    pub fn fit_chunks<C, E>(
        &mut self,
        network: &mut N,
        chunks: impl IntoIterator<Item = Result<C, E>>,
    ) -> Result<Outcome<N::Scalar>, ChunkError<E>>
    where
        C: AsRef<[(N::Input, N::Output)]>,
    {
        let Self { trainer, memory, progress } = self;
        let begin =
            with_learner(trainer, memory, network, &[], (), |learner, data| begin_chunks(learner, data, progress));
        let mut epoch: ChunkedEpoch<N::Scalar> = match begin {
            Ok(epoch) => epoch,
            Err(outcome) => return Ok(outcome),
        };
        for (number, chunk) in chunks.into_iter().enumerate() {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    memory.go_back(network);
                    return Err(ChunkError::Read { chunk: number, error });
                }
            };
            let result = with_learner(trainer, memory, network, chunk.as_ref(), (), |learner, data| {
                N::Scalar::chunk(learner, data, progress, &mut epoch)
            });
            result.map_err(|error| ChunkError::Train { chunk: number, update: epoch.update_of_fault(), error })?;
        }
        if epoch.is_empty() {
            return Err(ChunkError::NoExamples);
        }
        Ok(with_learner(trainer, memory, network, &[], (), |learner, data| {
            N::Scalar::end_chunks(learner, data, progress, &epoch)
        }))
    }

    /// Ends the training. With [patience](Trainer::patience), gives the network the parameters that had the lowest loss, and
    /// returns their outcome; otherwise the outcome of the last epoch. `None` if no epoch has been trained.
    #[inline]
    pub fn finish(self, network: &mut N) -> Option<Outcome<N::Scalar>> {
        if self.progress.best.is_some() {
            self.memory.restore_best(network);
        }
        self.progress.final_outcome()
    }
}

impl<N: Network, O: Optimizer<N::Scalar>, W, V> Training<N, O, W, V> {
    /// Starts a training as [`Trainer::start`] does, in this place. A training keeps several copies of the parameters, and
    /// without a heap those of a large network do not fit on the stack. A training that is there already is dropped.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Trainer, Training, mlp};
    ///
    /// mlp!(pub struct Sensor: 24 => tanh(100) => 1, scalar = f32, rolled, inline);
    /// let mut sensor = Sensor::random(&mut mlp_core::rng(1));
    /// let mut place = None;
    /// Training::start_in(&mut place, Trainer::new(GradientDescent::new(0.1)), &sensor)?;
    /// if let Some(training) = &mut place {
    ///     training.epoch(&mut sensor, &[([0.5; 24], [1.0])])?;
    /// }
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Trainer::start`]. The place is then empty.
    #[inline]
    pub fn start_in(place: &mut Option<Self>, trainer: Trainer<O, W, V>, network: &N) -> Result<(), TrainError> {
        *place = None;
        let state = trainer.optimizer.init_state()?;
        let memory = Memory::new(state, trainer.settings.patience.is_some());
        let checked = place.insert(Self { trainer, memory, progress: Progress::new() }).check_start(network);
        if checked.is_err() {
            *place = None;
        }
        checked
    }

    /// Checks the settings, and the network that the training starts with.
    #[inline]
    pub(super) fn check_start(&mut self, network: &N) -> Result<(), TrainError> {
        let Self { trainer, memory, .. } = self;
        network.copy_parameters_into(&mut memory.parameters);
        let (parameters, optimizer) = (memory.parameters.as_ref(), (trainer.optimizer.learning_rate(), O::METHOD));
        N::Scalar::check_start(N::ARCHITECTURE.erased(), parameters, optimizer, &trainer.settings)
    }

    /// The number of epochs trained since the start.
    #[must_use]
    pub fn epochs(&self) -> usize {
        self.progress.epochs
    }

    /// Whether a stop criterion or an observer has ended the training.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.progress.end().is_some()
    }

    /// The outcome so far; `None` before the first epoch.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome<N::Scalar>> {
        self.progress.outcome()
    }

    /// The optimizer's state.
    #[must_use]
    pub fn optimizer_state(&self) -> &O::State<N::Parameters> {
        &self.memory.state
    }

    /// Shows the parts of the optimizer's state by name. The visitor gets a copy.
    pub fn visit_optimizer_state(&self, visitor: &mut dyn StateVisitor<N::Scalar>) {
        self.memory.state.clone().visit(visitor);
    }
}

impl<N: Network, O: Optimizer<N::Scalar>, W, V> Debug for Training<N, O, W, V> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (network, outcome) = (N::ARCHITECTURE.name, self.outcome().map(|outcome| outcome.stop_reason));
        let mut training = f.debug_struct("Training");
        training.field("network", &network).field("epochs", &self.epochs()).field("stop_reason", &outcome);
        training.finish_non_exhaustive()
    }
}

/// Calls the training loop for a piece of a training.
#[inline]
pub(super) fn with_learner<'a, N, O, W, V, S, R>(
    trainer: &'a mut Trainer<O, W, V>,
    memory: &'a mut Memory<N, O>,
    network: &'a mut N,
    examples: &'a [(N::Input, N::Output)],
    weights: S,
    call: impl FnOnce(&mut NetworkLearner<'a, N, O, W, V, S>, &TrainingData<'_, N::Scalar>) -> R,
) -> R
where
    N: Network,
    O: Optimizer<N::Scalar>,
    V: Validation<N>,
    S: TrainingWeights,
{
    let Trainer { optimizer, settings, observers, validation } = trainer;
    let validation_examples = validation.examples().map(NetworkExamples::<N>);
    let data = TrainingData {
        settings,
        examples: &NetworkExamples::<N>(examples),
        #[cfg(feature = "alloc")]
        weights: weights.get(),
        validation: validation_examples.as_ref().map(|examples| examples as &dyn ErasedExamples<N::Scalar>),
    };
    let (is_flat, prediction) = (false, None);
    let mut learner =
        NetworkLearner { optimizer, observers, examples, weights, validation, network, memory, is_flat, prediction };
    call(&mut learner, &data)
}
