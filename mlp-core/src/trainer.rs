//! The trainer and its training loop.

mod check_setting;
#[cfg(feature = "serde")]
mod checkpoint;
pub(crate) mod checks;
mod chunk_error;
pub(crate) mod chunks;
mod clip;
#[cfg(feature = "alloc")]
mod dropout;
mod error;
mod example_set;
#[cfg(feature = "alloc")]
mod frozen;
#[cfg(feature = "alloc")]
mod full_batch;
mod learner;
mod loss_monitor;
#[cfg(feature = "alloc")]
mod max_norm;
mod memory;
mod method;
mod outcome;
#[cfg(feature = "alloc")]
mod penalty;
#[cfg(feature = "alloc")]
mod per_layer;
mod progress;
#[cfg(feature = "alloc")]
mod reduced;
#[cfg(feature = "serde")]
mod saved;
mod settings;
pub(crate) mod stop_criteria;
#[cfg(feature = "std")]
mod trace_at;
mod training;
pub(crate) mod training_loop;
mod validation;
mod weighted;

use crate::precompiled::Precompiled as _;
use crate::{Network, Observer, Optimizer, Schedule};
use memory::Memory;
pub(crate) use settings::Settings;
use settings::Shuffle;

pub(crate) use check_setting::{check_in_scalar, check_setting};
#[cfg(feature = "serde")]
pub use checkpoint::Checkpoint;
pub use chunk_error::ChunkError;
pub use clip::clip_norm;
#[cfg(feature = "alloc")]
use dropout::Dropout;
#[cfg(feature = "alloc")]
pub(crate) use dropout::Masks;
pub use error::TrainError;
pub use example_set::ExampleSet;
#[cfg(feature = "alloc")]
pub(crate) use full_batch::{FullBatch, Step};
pub(crate) use learner::Learner;
#[cfg(feature = "alloc")]
pub(crate) use loss_monitor::LossMonitor;
pub(crate) use method::Method;
pub use outcome::{Outcome, StopReason};
#[cfg(feature = "alloc")]
use penalty::Penalty;
#[cfg(feature = "alloc")]
use per_layer::PerLayer;
pub(crate) use progress::Progress;
pub use settings::Batch;
#[cfg(feature = "std")]
pub use trace_at::TraceAtError;
pub use training::Training;
#[cfg(feature = "alloc")]
pub(crate) use training_loop::ReducedPiece;
pub(crate) use training_loop::TrainingData;
pub use validation::Validation;

/// Trains networks with an optimizer for a number of epochs, and calls observers.
///
/// An epoch shows every example once. By default the examples come in the order given, and the parameters are updated
/// after each; [`shuffle`](Self::shuffle) and [`batch`](Self::batch) change that.
///
/// ```
/// use mlp_core::{GradientDescent, History, Trainer, mlp};
///
/// mlp!(pub struct Net: 2 => 2 => 2);
/// let mut net = Net::from_parameters([0.1, 0.2, 0.3, 0.4, 0.0, 0.0, 0.5, 0.6, 0.7, 0.8, 0.0, 0.0]);
/// let mut history = History::new();
/// let outcome = Trainer::new(GradientDescent::new(0.5))
///     .epochs(2000)
///     .report_every(1000)
///     .observe(&mut history)
///     .fit(&mut net, &[([0.5, 0.8], [0.9, 0.2])])?;
/// assert_eq!(outcome.epochs, 2000);
/// assert!(outcome.loss < 1e-6);
/// assert_eq!(history.parameter("w31").unwrap().last(), Some(&net.w31));
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
///
/// A larger problem may use all of these settings:
///
/// ```
/// use mlp_core::{Adam, Batch, Schedule, StopReason, Trainer, mlp};
///
/// mlp!(pub struct Sine: 1 => tanh(6) => identity(1));
/// let example = |i: u32| { let x = f64::from(i) / 10.0 - 3.0; ([x], [x.sin()]) };
/// let (training, validation): (Vec<_>, Vec<_>) = (0..60).map(example).partition(|(x, _)| (x[0] * 10.0) as i32 % 4 != 0);
///
/// let mut sine = Sine::random(&mut mlp_core::rng(1));
/// let outcome = Trainer::new(Adam::new(0.02))
///     .epochs(2000)
///     .batch(Batch::Mini(8))
///     .shuffle(7)
///     .schedule(Schedule::exponential(0.999).warm_up(5))
///     .clip_norm(1.0)
///     .validate(&validation)
///     .patience(50)
///     .target_loss(1e-6)
///     .fit(&mut sine, &training)?;
/// assert_eq!(outcome.stop_reason, StopReason::Patience);
/// assert!(outcome.validation_loss.unwrap() < 1e-3);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a trainer does nothing until `fit` or `start` is called"]
pub struct Trainer<O, W = (), V = ()> {
    pub(crate) optimizer: O,
    pub(crate) settings: Settings,
    pub(crate) observers: W,
    pub(crate) validation: V,
}

impl<O> Trainer<O> {
    /// Trains with this optimizer, by default for 1000 [`epochs`](Self::epochs).
    pub const fn new(optimizer: O) -> Self {
        let settings = Settings {
            epochs: 1000,
            batch: None,
            shuffle: None,
            schedule: None,
            clip_norm: None,
            #[cfg(feature = "alloc")]
            penalty: Penalty::NONE,
            #[cfg(feature = "alloc")]
            frozen: alloc::vec::Vec::new(),
            #[cfg(feature = "alloc")]
            dropout: Dropout::NONE,
            #[cfg(feature = "alloc")]
            max_norm: None,
            #[cfg(feature = "alloc")]
            shards: crate::reducer::Shards::DEFAULT,
            reproducible: false,
            target_loss: None,
            patience: None,
            min_delta: 0.0,
            allow_equal_neurons: false,
            allow_unreachable_targets: false,
            #[cfg(feature = "std")]
            time_limit: None,
        };
        Self { optimizer, settings, observers: (), validation: () }
    }
}

impl<O, W, V> Trainer<O, W, V> {
    /// Sets the number of epochs. Training may stop earlier, for example by [`patience`](Self::patience).
    pub fn epochs(mut self, epochs: usize) -> Self {
        self.settings.epochs = epochs;
        self
    }

    /// Sets the number of examples between two updates; by default [`Batch::Single`]. The gradients of a batch are
    /// averaged. An optimizer that learns from all examples at once takes [`Batch::Full`] alone, and needs no setting.
    pub fn batch(mut self, batch: Batch) -> Self {
        self.settings.batch = Some(batch);
        self
    }

    /// Shows the examples in a new random order in every epoch. The same seed gives the same orders on every platform.
    ///
    /// The order is computed, not stored: it needs no memory, and the examples stay where they are.
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.settings.shuffle = Some(Shuffle::new(seed));
        self
    }

    /// Varies the learning rate from epoch to epoch.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.settings.schedule = Some(schedule);
        self
    }

    /// Clips the gradient norm: if the gradient of a batch, as one vector over all parameters, is longer than `length`,
    /// it is scaled down to that Euclidean length.
    pub fn clip_norm(mut self, length: f64) -> Self {
        self.settings.clip_norm = Some(length);
        self
    }

    /// Gives the same bits on every processor. Single examples always do. This setting is for batches of 8 examples or
    /// more, whose sums otherwise use fused multiply-adds where the processor has them (see [`batch`](crate::batch)).
    ///
    /// Such batches then take up to a fifth longer on a processor with AVX-512, up to a third longer with AVX2. Without
    /// the feature `alloc`, batches are computed example by example. That also gives the same bits on every processor,
    /// but different ones from those with `alloc`.
    pub fn reproducible(mut self) -> Self {
        self.settings.reproducible = true;
        self
    }

    /// Stops training after the first epoch whose training loss is at most `loss`.
    pub fn target_loss(mut self, loss: f64) -> Self {
        self.settings.target_loss = Some(loss);
        self
    }

    /// Stops training after `epochs` consecutive epochs without an improvement of the loss: the validation loss if
    /// there is [validation](Self::validate), otherwise the training loss.
    ///
    /// Unless the training fails, the network then holds the parameters that had the lowest loss.
    pub fn patience(mut self, epochs: usize) -> Self {
        self.settings.patience = Some(epochs);
        self
    }

    /// Makes [`patience`](Self::patience) count a lower loss as an improvement only if it is lower by more than `delta`.
    /// The network of a smaller improvement is not kept as the best. Training refuses `min_delta` without `patience`.
    pub fn min_delta(mut self, delta: f64) -> Self {
        self.settings.min_delta = delta;
        self
    }

    /// Permits targets that the output activation can never reach, such as 2 behind sigmoid or −1 behind relu. By default
    /// they are refused, because the network would learn to be at the end of its range and nothing else. The ends
    /// themselves, such as 0 and 1 behind sigmoid, count as reachable. An activation of your own has no range.
    pub fn allow_unreachable_targets(mut self) -> Self {
        self.settings.allow_unreachable_targets = true;
        self
    }

    /// Permits hidden neurons with equal weights and biases, such as two that were pruned to 0. Every update changes
    /// equal neurons alike, so they stay equal; by default, training refuses to start with them.
    pub fn allow_equal_neurons(mut self) -> Self {
        self.settings.allow_equal_neurons = true;
        self
    }

    /// Stops training at the end of the first epoch that finishes after more than `limit`.
    #[cfg(feature = "std")]
    pub fn time_limit(mut self, limit: std::time::Duration) -> Self {
        self.settings.time_limit = Some(limit);
        self
    }

    /// Prints a line with the loss (and, for a single example, the predictions) every `n` epochs, starting with epoch
    /// 0.
    #[cfg(feature = "std")]
    pub fn report_every(self, n: usize) -> Trainer<O, (W, crate::observer::Report), V> {
        self.observe(crate::observer::Report::every(n))
    }

    /// Adds an observer, often by `&mut`: `.observe(&mut history)`.
    pub fn observe<A>(self, observer: A) -> Trainer<O, (W, A), V> {
        let Self { optimizer, settings, observers, validation } = self;
        Trainer { optimizer, settings, observers: (observers, observer), validation }
    }

    /// Also computes the mean loss of these held-out examples, after the last epoch and every epoch that an observer or
    /// a stop criterion looks at. The network does not learn from them, and they have no
    /// [weights](crate::sample_weights).
    pub fn validate<X, Y>(self, examples: &[(X, Y)]) -> Trainer<O, W, &[(X, Y)]> {
        let Self { optimizer, settings, observers, .. } = self;
        Trainer { optimizer, settings, observers, validation: examples }
    }

    /// Trains `network` on `examples`, pairs of inputs and targets, from the beginning: each call starts with a fresh
    /// optimizer state. [`start`](Self::start) is for a training that goes on.
    ///
    /// # Errors
    ///
    /// [`TrainError`] lists them. The network then holds the parameters of the last good epoch: the last one in which
    /// the loss and every parameter were finite.
    ///
    /// # Panics
    ///
    /// It does not panic itself. A panic of your own activation, loss, schedule, optimizer or observer passes through. The
    /// network then holds finite parameters: after a panic of an observer or a schedule, those after the last epoch; after
    /// one within an epoch, those from some moment since the last check.
    #[allow(clippy::redundant_closure, reason = "with `std` the closure makes a trait object of the learner")]
    #[inline]
    pub fn fit<N>(
        &mut self,
        network: &mut N,
        examples: &[(N::Input, N::Output)],
    ) -> Result<Outcome<N::Scalar>, TrainError>
    where
        N: Network,
        O: Optimizer<N::Scalar>,
        W: Observer<N>,
        V: Validation<N>,
    {
        // Not `?`, which takes the size of the state on the stack once more in a development build.
        let mut memory = match self.optimizer.init_state() {
            Ok(state) => Memory::new(state, self.settings.patience.is_some()),
            Err(error) => return Err(error),
        };
        training::with_learner(self, &mut memory, network, examples, (), |learner, data| N::Scalar::fit(learner, data))
    }

    /// Starts a training that can go on, piece by piece, with this trainer's settings. `network` is checked and not
    /// changed.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range, a parameter is infinite or NaN, or two hidden neurons are identical.
    #[inline]
    pub fn start<N>(self, network: &N) -> Result<Training<N, O, W, V>, TrainError>
    where
        N: Network,
        O: Optimizer<N::Scalar>,
    {
        let memory = Memory::new(self.optimizer.init_state()?, self.settings.patience.is_some());
        let mut training = Training { trainer: self, memory, progress: Progress::new() };
        training.check_start(network)?;
        Ok(training)
    }
}
