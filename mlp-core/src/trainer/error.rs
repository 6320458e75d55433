//! The errors of a training.

use core::fmt::{self, Display, Formatter};

use super::{ExampleSet, StopReason};
use crate::Name;
use crate::sample_weights::SampleWeightsError;

/// Why a network could not be trained. Epochs and examples are counted from 0.
///
/// ```
/// use mlp_core::{GradientDescent, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => identity(1));
/// let mut net = Net { w11: 0.5, b1: 0.0 };
/// let error = Trainer::new(GradientDescent::new(1e300)).fit(&mut net, &[([1.0], [0.0])]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "epoch 1, example 0: the loss became infinite or not a number; a smaller learning rate may help",
/// );
/// // The network is as it was after epoch 0, when every number was finite.
/// assert_eq!(net, Net { w11: -5e299, b1: -5e299 });
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// There are no training examples.
    #[error("there are no examples: training needs at least one")]
    NoExamples,
    /// The weights of the examples are no weights.
    #[error(transparent)]
    Weights(#[from] SampleWeightsError),
    /// The list of validation examples is empty.
    #[error("there are no validation examples: give at least one, or leave `validate` out")]
    NoValidationExamples,
    /// The number of epochs is 0.
    #[error("there are no epochs: training needs at least one")]
    NoEpochs,
    /// The learning rate is not a positive, finite number.
    #[error("the learning rate must be positive and finite in {scalar}, not {learning_rate:?}")]
    LearningRate {
        /// The value given.
        learning_rate: f64,
        /// The network's scalar: `f64` or `f32`.
        scalar: &'static str,
    },
    /// The batch size is 0.
    #[error("a batch must have at least one example: write `Batch::Mini(1)` or more")]
    EmptyBatch,
    /// A setting of the trainer, the optimizer or the schedule is out of its range.
    #[error("the {setting} must be {must}, not {value}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// The value given.
        value: f64,
        /// The values that are allowed: `greater than 0`.
        must: &'static str,
    },
    /// A setting makes no sense once it is rounded to the network's scalar.
    #[error("the {setting} {value:?} becomes {rounded:?} in {scalar}: give a number that {scalar} can hold")]
    Rounded {
        /// Its name.
        setting: &'static str,
        /// The value given.
        value: f64,
        /// The value in the network's scalar.
        rounded: f64,
        /// The network's scalar: `f32`.
        scalar: &'static str,
    },
    /// The target has no clock, so it cannot keep a time limit.
    #[error("this target has no clock: leave `time_limit` out")]
    NoClock,
    /// A setting makes no sense with an optimizer that learns from all examples at once.
    #[error("{optimizer} learns from all examples at once, in steps of its own length: leave `{what}` out")]
    FullBatch {
        /// The optimizer.
        optimizer: &'static str,
        /// The setting.
        what: &'static str,
    },
    /// The optimizer cannot lower a penalty on weights.
    #[error(
        "{optimizer} cannot train with `{what}`: `LevenbergMarquardt::bayesian` has an L2 penalty of its own, on biases too, `Lbfgs` takes `l2`, and optimizers that learn from gradients, such as `Adam`, take both"
    )]
    Penalty {
        /// The optimizer.
        optimizer: &'static str,
        /// The setting.
        what: &'static str,
    },
    /// The optimizer compares the losses of its steps, and the setting would change them in between.
    #[error(
        "{optimizer} compares the losses at different places, and `{what}` changes them in between: leave it out, or take an optimizer that learns from gradients, such as `Adam`"
    )]
    OtherLosses {
        /// The optimizer.
        optimizer: &'static str,
        /// The setting.
        what: &'static str,
    },
    /// Gradients of one's own have no dropout.
    #[error("`step_with` takes gradients of your own, which know nothing of `dropout`: leave it out, or call `step`")]
    OwnGradients,
    /// The network has no such parameter to freeze.
    #[error(
        "the network has no parameter `{parameter}` to freeze: it has {parameters}, from `{first}` on, and `Net::ARCHITECTURE.parameters()` lists them"
    )]
    UnknownParameter {
        /// The name given.
        parameter: Name,
        /// The first parameter of the network.
        first: Name,
        /// The number of parameters.
        parameters: usize,
    },
    /// The network has no such layer.
    #[error("there is no layer {layer} for `{setting}`: the network has {layers}, counted from 0, that it can be for")]
    UnknownLayer {
        /// The setting.
        setting: &'static str,
        /// The number given.
        layer: usize,
        /// How many layers of the network the setting can be for.
        layers: usize,
    },
    /// Every parameter of the network is frozen.
    #[error("all {parameters} parameters are frozen, so nothing can be learnt: leave at least one free")]
    AllFrozen {
        /// The number of parameters.
        parameters: usize,
    },
    /// A call needs an optimizer that learns from gradients, and this one learns from all examples at once.
    #[error(
        "{optimizer} learns from all examples at once, and `{call}` needs an optimizer that learns from the gradient alone, such as `Adam`: train with `fit`, `epoch` or `step`, or choose another optimizer"
    )]
    NeedsGradients {
        /// The optimizer.
        optimizer: &'static str,
        /// The call.
        call: &'static str,
    },
    /// The loss is not a sum of squares, which Levenberg-Marquardt needs.
    #[error(
        "LevenbergMarquardt needs a loss that is a sum of squares, and {loss} is none: declare the network with `loss = half_squared_error` or `loss = mean_squared_error`, or train it by `Lbfgs`"
    )]
    NotSquares {
        /// The network's loss.
        loss: &'static str,
    },
    /// The network has too many parameters for Levenberg-Marquardt.
    #[error(
        "LevenbergMarquardt solves equations for all parameters together, {most} at most, and the network has {parameters}: train it by `Lbfgs`"
    )]
    TooManyParameters {
        /// The number of parameters.
        parameters: usize,
        /// The most that are possible.
        most: usize,
    },
    /// The training has ended, so it makes no further updates.
    #[error("the training has ended ({stop_reason:?}): start another one to go on")]
    Ended {
        /// Why it ended.
        stop_reason: StopReason,
    },
    /// A schedule's own function gave a factor that is negative, infinite or NaN.
    #[error("epoch {epoch}: the schedule's factor must be at least 0 and finite, not {factor}")]
    Schedule {
        /// The epoch.
        epoch: usize,
        /// The factor.
        factor: f64,
    },
    /// The learning rate of an epoch rounds to 0, so that nothing would move, or to infinity.
    #[error(
        "epoch {epoch}: the schedule makes the learning rate {learning_rate:?}, which is 0 or infinite in {scalar}"
    )]
    ScheduledRate {
        /// The epoch.
        epoch: usize,
        /// The learning rate in the epoch.
        learning_rate: f64,
        /// The network's scalar: `f64` or `f32`.
        scalar: &'static str,
    },
    /// An input is infinite or NaN.
    #[error("{set} {example}: the input {input} is infinite or not a number")]
    Input {
        /// The set of the example.
        set: ExampleSet,
        /// The number of the example.
        example: usize,
        /// Its name, `x1`.
        input: Name,
    },
    /// A target is infinite or NaN.
    #[error("{set} {example}: the target {target} is infinite or not a number")]
    Target {
        /// The set of the example.
        set: ExampleSet,
        /// The number of the example.
        example: usize,
        /// Its name, `y_true1`.
        target: Name,
    },
    /// A target is not a probability, but the loss compares probabilities.
    #[error(
        "{set} {example}: the target {target} is {value}, and {loss} compares probabilities: give a number from 0 to 1"
    )]
    TargetRange {
        /// The set of the example.
        set: ExampleSet,
        /// The number of the example.
        example: usize,
        /// Its name, `y_true1`.
        target: Name,
        /// The value given.
        value: f64,
        /// The network's loss.
        loss: &'static str,
    },
    /// The targets do not sum to 1, but the loss compares the probabilities of mutually exclusive classes.
    #[error(
        "{set} {example}: the targets sum to {sum}, and {loss} needs 1: give 1 to the true class and 0 to the others"
    )]
    TargetSum {
        /// The set of the example.
        set: ExampleSet,
        /// The number of the example.
        example: usize,
        /// Their sum.
        sum: f64,
        /// The network's loss.
        loss: &'static str,
    },
    /// The output activation can never reach a target.
    #[error(
        "{set} {example}: the target {target} is {value}, but {activation} gives {}: choose another output activation, such as identity, or scale the targets; `Trainer::allow_unreachable_targets()` permits them",
        Range(*range)
    )]
    UnreachableTarget {
        /// The set of the example.
        set: ExampleSet,
        /// The number of the example.
        example: usize,
        /// Its name, `y_true1`.
        target: Name,
        /// The value given.
        value: f64,
        /// The activation of the output layer.
        activation: &'static str,
        /// The smallest and the largest value of the activation; infinite if there is none.
        range: [f64; 2],
    },
    /// The targets do not sum to 1, but the outputs always do.
    #[error(
        "{set} {example}: the targets sum to {sum}, but the outputs of {activation} to 1: choose another output activation, such as identity, or other targets; `Trainer::allow_unreachable_targets()` permits them"
    )]
    UnreachableSum {
        /// The set of the example.
        set: ExampleSet,
        /// The number of the example.
        example: usize,
        /// The sum of the targets.
        sum: f64,
        /// The activation of the output layer.
        activation: &'static str,
    },
    /// A parameter was infinite or NaN before the first epoch.
    #[error("before training: the parameter {parameter} is infinite or not a number")]
    Start {
        /// Its name, `w11`.
        parameter: Name,
    },
    /// Two neurons of a hidden layer are identical.
    #[error(
        "before training: the hidden neurons {first} and {second} have equal weights, in and out, and equal biases, so every step changes both alike and they stay identical; start from random parameters, `Net::random(&mut mlp_core::rng(1))`, or permit it, `Trainer::allow_equal_neurons()`"
    )]
    Symmetry {
        /// The activation of one of them, `a1`.
        first: Name,
        /// The activation of the other, `a2`.
        second: Name,
    },
    /// The loss became infinite or NaN.
    #[error(
        "epoch {epoch}, example {example}: the loss became infinite or not a number; a smaller learning rate may help"
    )]
    Loss {
        /// The epoch.
        epoch: usize,
        /// The example.
        example: usize,
    },
    /// A parameter became infinite or NaN.
    #[error(
        "epoch {epoch}, example {example}: the parameter {parameter} became infinite or not a number; a smaller learning rate may help"
    )]
    Parameter {
        /// The epoch.
        epoch: usize,
        /// The last example before the update.
        example: usize,
        /// Its name, `w11`.
        parameter: Name,
    },
    /// With an optimizer that learns from all examples at once, the loss is infinite or NaN where an epoch starts. Its steps
    /// never lead there.
    #[error(
        "epoch {epoch}, example {example}: the loss of the network that the epoch starts with is infinite or not a number: scale inputs and targets, or start from other parameters"
    )]
    LossAtStart {
        /// The epoch.
        epoch: usize,
        /// The example.
        example: usize,
    },
    /// With an optimizer that learns from all examples at once, a derivative of the loss is infinite or NaN where an epoch
    /// starts, although the loss is finite.
    #[error(
        "epoch {epoch}: the derivative of the loss with respect to {parameter} is infinite or not a number: scale inputs and targets, start from other parameters, or mend the derivative of a function of your own"
    )]
    Derivative {
        /// The epoch.
        epoch: usize,
        /// The name of the parameter, `w11`.
        parameter: Name,
    },
}

impl TrainError {
    /// An error of an update with this example alone.
    #[cfg(feature = "std")]
    pub(super) fn of_example(mut self, number: usize) -> Self {
        if let Self::Loss { example, .. } | Self::Parameter { example, .. } = &mut self {
            *example = number;
        }
        self
    }
}

crate::message::debug_is_message!(TrainError);

impl TrainError {
    /// The number of the training example that it names.
    #[cfg(feature = "alloc")]
    pub(super) const fn training_example(&mut self) -> Option<&mut usize> {
        match self {
            Self::Input { set: ExampleSet::Training, example, .. }
            | Self::Target { set: ExampleSet::Training, example, .. }
            | Self::TargetRange { set: ExampleSet::Training, example, .. }
            | Self::TargetSum { set: ExampleSet::Training, example, .. }
            | Self::UnreachableTarget { set: ExampleSet::Training, example, .. }
            | Self::UnreachableSum { set: ExampleSet::Training, example, .. }
            | Self::Loss { example, .. } => Some(example),
            _ => None,
        }
    }
}

/// "values from 0 to 1", "values of at least 0".
struct Range([f64; 2]);

impl Display for Range {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self([least, most]) = self;
        match (least.is_finite(), most.is_finite()) {
            (true, true) => write!(f, "values from {least} to {most}"),
            (true, false) => write!(f, "values of at least {least}"),
            (false, _) => write!(f, "values of at most {most}"),
        }
    }
}
