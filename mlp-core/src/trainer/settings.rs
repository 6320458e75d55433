//! The settings of a training.

#[cfg(feature = "alloc")]
use super::{Dropout, Penalty, frozen, max_norm};
use super::{Method, check_in_scalar, check_setting};
use crate::math::float;
#[cfg(feature = "alloc")]
use crate::network::Layer;
use crate::random::Permutation;
#[cfg(feature = "alloc")]
use crate::reducer::Shards;
use crate::{Scalar, Schedule, TrainError};

/// The settings of a trainer.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) epochs: usize,
    /// `None` is what the optimizer takes by itself: single examples, or all of them.
    pub(super) batch: Option<Batch>,
    pub(crate) shuffle: Option<Shuffle>,
    pub(crate) schedule: Option<Schedule>,
    pub(crate) clip_norm: Option<f64>,
    /// The penalty on weights.
    #[cfg(feature = "alloc")]
    pub(crate) penalty: Penalty,
    /// The parameters that do not move.
    #[cfg(feature = "alloc")]
    pub(crate) frozen: alloc::vec::Vec<frozen::Part>,
    #[cfg(feature = "alloc")]
    pub(super) dropout: Dropout,
    /// The longest that the weights into a neuron may be.
    #[cfg(feature = "alloc")]
    pub(super) max_norm: Option<f64>,
    /// The number of shards, if several processes train.
    #[cfg(feature = "alloc")]
    pub(super) shards: usize,
    pub(super) reproducible: bool,
    pub(super) target_loss: Option<f64>,
    pub(crate) patience: Option<usize>,
    /// How much lower a loss must be to count as an improvement.
    pub(super) min_delta: f64,
    pub(super) allow_equal_neurons: bool,
    pub(super) allow_unreachable_targets: bool,
    #[cfg(feature = "std")]
    pub(crate) time_limit: Option<std::time::Duration>,
}

/// Random orders of the examples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shuffle {
    seed: u64,
    /// Makes the order of an epoch, a chunk and a number of examples. A function pointer, so that a program that does not
    /// shuffle does not contain it; and into a place, because to return it would take a function that copies.
    make_order: fn(&mut Option<Permutation>, u64, [usize; 3]),
}

impl Shuffle {
    pub(crate) const fn new(seed: u64) -> Self {
        let make_order = |order: &mut Option<Permutation>, seed, [epoch, chunk, examples]: [usize; 3]| {
            *order = Some(Permutation::of_chunk(seed, epoch, chunk, examples));
        };
        Self { seed, make_order }
    }

    /// Makes the order in which an epoch shows the examples of a chunk.
    pub(crate) fn make_order(self, order: &mut Option<Permutation>, epoch: usize, chunk: usize, examples: usize) {
        (self.make_order)(order, self.seed, [epoch, chunk, examples]);
    }
}

/// The number of examples between two updates.
///
/// ```
/// use mlp_core::{Batch, GradientDescent, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let train = |batch| {
///     let mut line = Line { w11: 0.0, b1: 0.0 };
///     let examples = [([0.0], [1.0]), ([0.0], [2.0])];
///     Trainer::new(GradientDescent::new(0.5)).epochs(1).batch(batch).fit(&mut line, &examples).map(|_| line.b1)
/// };
/// // Two updates: half of the way to 1, then half of the way from there to 2.
/// assert_eq!(train(Batch::Single)?, 1.25);
/// // One update, half of the way to the mean.
/// assert_eq!(train(Batch::Full)?, 0.75);
/// assert_eq!(train(Batch::Mini(2))?, 0.75);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Batch {
    /// One example: on-line learning, as in the lecture.
    #[default]
    Single,
    /// This number of examples; the last batch of an epoch holds the rest.
    Mini(usize),
    /// All examples: one update per epoch.
    Full,
}

impl Settings {
    /// Checks the settings for a network with the scalar `T`.
    pub(crate) fn check<T: Scalar>(&self, method: Method) -> Result<(), TrainError> {
        method.check(self)?;
        if let Some(schedule) = &self.schedule {
            schedule.check()?;
        }
        if let Some(norm) = self.clip_norm {
            check_setting(norm > 0.0, "clipping norm", norm, "greater than 0")?;
            check_in_scalar::<T>("clipping norm", norm, |norm| norm > 0.0)?;
        }
        #[cfg(feature = "alloc")]
        {
            self.penalty.check::<T>()?;
            self.dropout.check()?;
            max_norm::check::<T>(self.max_norm)?;
            let shards = 1..=Shards::MOST;
            check_setting(shards.contains(&self.shards), "number of shards", float(self.shards), "from 1 to 65536")?;
        }
        if let Some(loss) = self.target_loss {
            check_setting(!loss.is_nan(), "target loss", loss, "a number")?;
        }
        if let Some(epochs) = self.patience {
            check_setting(epochs > 0, "patience", float(epochs), "at least 1 epoch")?;
        }
        let delta = self.min_delta;
        check_setting(delta >= 0.0 && delta.is_finite(), "min_delta", delta, "at least 0 and finite")?;
        check_setting(delta == 0.0 || self.patience.is_some(), "min_delta", delta, "0 without `patience`")?;
        check_in_scalar::<T>("min_delta", delta, f64::is_finite)?;
        #[cfg(feature = "std")]
        if self.time_limit.is_some() && cfg!(all(target_family = "wasm", target_os = "unknown")) {
            return Err(TrainError::NoClock);
        }
        Ok(())
    }

    /// Checks that the network has the layers and the parameters that the settings name.
    #[cfg(feature = "alloc")]
    pub(super) fn check_layers<T>(&self, layers: &[Layer<T>]) -> Result<(), TrainError> {
        self.penalty.check_layers(layers.len())?;
        self.dropout.check_layers(layers)?;
        frozen::check(&self.frozen, layers)
    }

    /// The first setting that changes a step in a way that lanes and traces do not know.
    #[cfg(feature = "alloc")]
    pub(crate) fn changes_the_step(&self) -> Option<&'static str> {
        let settings = [
            (!self.penalty.l1.is_zero(), "l1"),
            (!self.penalty.l2.is_zero(), "l2"),
            (!self.frozen.is_empty(), "freeze"),
            (self.dropout.get().is_some(), "dropout"),
            (self.max_norm.is_some(), "max_norm"),
        ];
        settings.into_iter().find_map(|(is_set, name)| is_set.then_some(name))
    }

    /// Names and values of the settings that change the course of a training, after this number of epochs.
    #[cfg(feature = "alloc")]
    pub(crate) fn describe(
        &self,
        method: Method,
        trained: usize,
    ) -> [(alloc::borrow::Cow<'static, str>, alloc::string::String); 14] {
        use alloc::string::ToString as _;

        let or_unset = |value: Option<alloc::string::String>| value.unwrap_or_else(|| "unset".to_string());
        let batch = match method.batch(self.batch) {
            Batch::Single => "single examples".to_string(),
            Batch::Mini(size) => size.to_string(),
            Batch::Full => "all examples".to_string(),
        };
        [
            ("batch size".into(), batch),
            ("seed of the order".into(), or_unset(self.shuffle.map(|shuffle| shuffle.seed.to_string()))),
            ("schedule".into(), or_unset(self.schedule.map(|schedule| schedule.describe(trained)))),
            ("clipping norm".into(), or_unset(self.clip_norm.map(|norm| norm.to_string()))),
            ("l1".into(), or_unset(self.penalty.l1.describe())),
            ("l2".into(), or_unset(self.penalty.l2.describe())),
            ("frozen parameters".into(), or_unset(self.describe_frozen())),
            ("dropout".into(), or_unset(self.dropout.describe())),
            ("max_norm".into(), or_unset(self.max_norm.map(|length| length.to_string()))),
            ("shards".into(), self.shards.to_string()),
            ("reproducible".into(), self.reproducible.to_string()),
            ("target loss".into(), or_unset(self.target_loss.map(|loss| loss.to_string()))),
            ("patience".into(), or_unset(self.patience.map(|epochs| epochs.to_string()))),
            ("min_delta".into(), self.min_delta.to_string()),
        ]
    }

    /// The frozen parameters, in an order that does not depend on how they were given.
    #[cfg(feature = "alloc")]
    fn describe_frozen(&self) -> Option<alloc::string::String> {
        let mut parts: alloc::vec::Vec<_> = self.frozen.iter().map(|part| part.describe()).collect();
        parts.sort_unstable();
        parts.dedup();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The size of a batch, if there are `examples` in all.
    pub(super) fn batch_size(&self, method: Method, examples: usize) -> Result<usize, TrainError> {
        method.batch(self.batch).size(examples)
    }

    /// The learning rate in an epoch, if the optimizer's is `learning_rate`, which is `rounded` in the network's scalar.
    pub(crate) fn learning_rate<T: Scalar>(
        &self,
        learning_rate: f64,
        rounded: T,
        epoch: usize,
    ) -> Result<T, TrainError> {
        let Some(schedule) = &self.schedule else { return Ok(rounded) };
        let (learning_rate, is_zero) = match schedule.scaled(learning_rate, epoch) {
            Ok(scaled) => scaled,
            Err(factor) => return Err(TrainError::Schedule { epoch, factor }),
        };
        let rounded = T::from_f64(learning_rate);
        if rounded.is_finite() && (rounded > T::ZERO || is_zero) {
            Ok(rounded)
        } else {
            Err(TrainError::ScheduledRate { epoch, learning_rate, scalar: T::NAME })
        }
    }
}

impl Batch {
    /// The size of a batch, if there are `examples` in all.
    pub(crate) fn size(self, examples: usize) -> Result<usize, TrainError> {
        match self {
            Self::Mini(0) => Err(TrainError::EmptyBatch),
            Self::Single => Ok(1),
            Self::Mini(size) => Ok(size.min(examples)),
            Self::Full => Ok(examples),
        }
    }
}
