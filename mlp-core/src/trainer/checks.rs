//! Checks before a training, and before each piece of it.

#[cfg(feature = "lesson")]
use super::Trainer;
use super::training_loop::TrainingData;
use super::{ExampleSet, Learner, Method, Progress, Settings};
use crate::batch::ErasedExamples;
use crate::loss::{self, InvalidTarget};
use crate::network::{Activation, ErasedArchitecture, Layer, name_of_not_finite, parameter_names};
use crate::{Name, Scalar, TrainError};

/// Checks the settings, the learning rate and the parameters before a training starts.
pub(crate) fn start<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    parameters: &[T],
    (rate, method): (f64, Method),
    settings: &Settings,
) -> Result<(), TrainError> {
    network(&architecture, method, settings)?;
    finite(architecture.layers, parameters)?;
    if !settings.allow_equal_neurons {
        no_equal_neurons(architecture.layers, parameters)?;
    }
    numbers::<T>((rate, method), settings)
}

/// Checks that an optimizer and settings suit a network.
#[inline]
pub(super) fn network<T: Scalar>(
    architecture: &ErasedArchitecture<T>,
    method: Method,
    settings: &Settings,
) -> Result<(), TrainError> {
    #[cfg(feature = "alloc")]
    settings.check_layers(architecture.layers)?;
    #[cfg(not(feature = "alloc"))]
    let _ = settings;
    method.check_network(architecture)
}

/// Checks the settings and the learning rate.
#[inline]
pub(super) fn numbers<T: Scalar>((rate, method): (f64, Method), settings: &Settings) -> Result<(), TrainError> {
    learning_rate::<T>(rate)?;
    settings.check::<T>(method)
}

/// Checks the examples that a training with these settings learns from.
#[cfg(feature = "std")]
pub(crate) fn training_set<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    settings: &Settings,
    examples: &dyn ErasedExamples<T>,
) -> Result<(), TrainError> {
    set(ExampleSet::Training, architecture, settings, examples)
}

/// Why a training would refuse what a lesson begins with: what every training refuses, and unreachable targets.
#[cfg(feature = "lesson")]
pub(crate) fn lesson<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    parameters: &[T],
    examples: &dyn ErasedExamples<T>,
) -> [Option<TrainError>; 2] {
    let any_target = Trainer::new(()).allow_unreachable_targets().settings;
    let refused =
        finite(architecture.layers, parameters).and_then(|()| training_set(architecture, &any_target, examples));
    [refused, training_set(architecture, &Trainer::new(()).settings, examples)].map(Result::err)
}

/// Checks what all networks of a population share: the examples and the number of epochs. Returns the size of a batch.
#[cfg(feature = "population")]
pub(crate) fn population<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    method: Method,
    settings: &Settings,
    examples: &dyn ErasedExamples<T>,
    validation: Option<&dyn ErasedExamples<T>>,
) -> Result<usize, TrainError> {
    network(&architecture, method, settings)?;
    settings.check::<T>(method)?;
    if settings.epochs == 0 {
        return Err(TrainError::NoEpochs);
    }
    set(ExampleSet::Training, architecture, settings, examples)?;
    if let Some(validation) = validation {
        set(ExampleSet::Validation, architecture, settings, validation)?;
    }
    settings.batch_size(method, examples.count())
}

/// Checks the examples that a piece of a training learns from, and the parameters that it begins with.
#[inline]
pub(super) fn examples<T: Scalar>(
    learner: &mut (impl Learner<T> + ?Sized),
    data: &TrainingData<'_, T>,
    progress: &Progress<T>,
) -> Result<(), TrainError> {
    set(ExampleSet::Training, learner.architecture(), data.settings, data.examples)?;
    others(learner, data, progress)
}

/// Checks what else a piece of a training begins with: validation examples and parameters.
#[inline]
pub(super) fn others<T: Scalar>(
    learner: &mut (impl Learner<T> + ?Sized),
    data: &TrainingData<'_, T>,
    progress: &Progress<T>,
) -> Result<(), TrainError> {
    // Those of the trainer are the same in every piece.
    if let (Some(validation), false) = (data.validation, progress.has_started) {
        set(ExampleSet::Validation, learner.architecture(), data.settings, validation)?;
    }
    parameters(learner)
}

/// Checks the parameters that a piece of a training begins with.
#[inline]
pub(super) fn parameters<T: Scalar>(learner: &mut (impl Learner<T> + ?Sized)) -> Result<(), TrainError> {
    finite(learner.architecture().layers, learner.parameters())
}

/// Checks that there are examples, that all their numbers are finite, and that their targets suit the loss and the output
/// activation.
#[inline]
fn set<T: Scalar>(
    set: ExampleSet,
    architecture: ErasedArchitecture<T>,
    settings: &Settings,
    examples: &dyn ErasedExamples<T>,
) -> Result<(), TrainError> {
    if examples.count() == 0 {
        return Err(match set {
            ExampleSet::Training => TrainError::NoExamples,
            ExampleSet::Validation => TrainError::NoValidationExamples,
        });
    }
    let mut examples = (0..examples.count()).filter_map(|index| Some((index, examples.example(index)?)));
    examples.try_for_each(|(index, (x, y_true))| {
        example(set, index, architecture, x, y_true)?;
        if settings.allow_unreachable_targets { Ok(()) } else { reachable(set, index, architecture, y_true) }
    })
}

/// Checks that the output activation can come as close to the targets as one likes.
#[inline]
fn reachable<T: Scalar>(
    set: ExampleSet,
    example: usize,
    architecture: ErasedArchitecture<T>,
    y_true: &[T],
) -> Result<(), TrainError> {
    let ErasedArchitecture { layers, targets, .. } = architecture;
    // A user's own activation has no range.
    let Some((output, Some(range))) = layers.last().map(|layer| (&layer.activation, layer.activation.range())) else {
        return Ok(());
    };
    let activation = output.name();
    let outside = |target: &T| !(range[0]..=range[1]).contains(&target.to_f64());
    let mut names_and_values = targets.iter().zip(y_true);
    if let Some((target, &value)) = names_and_values.find(|(_, value)| outside(value)) {
        return Err(TrainError::UnreachableTarget { set, example, target, value: value.to_f64(), activation, range });
    }
    match loss::sum_that_is_not_1(y_true) {
        Some(sum) if matches!(output, Activation::Softmax) => {
            Err(TrainError::UnreachableSum { set, example, sum, activation })
        }
        _ => Ok(()),
    }
}

/// Checks that all numbers of an example are finite, and that its targets suit the loss.
#[inline]
fn example<T: Scalar>(
    set: ExampleSet,
    example: usize,
    architecture: ErasedArchitecture<T>,
    x: &[T],
    y_true: &[T],
) -> Result<(), TrainError> {
    let ErasedArchitecture { inputs, targets, loss, .. } = architecture;
    if let Some(input) = name_of_not_finite(inputs.iter(), x) {
        return Err(TrainError::Input { set, example, input });
    }
    if let Some(target) = name_of_not_finite(targets.iter(), y_true) {
        return Err(TrainError::Target { set, example, target });
    }
    match loss::invalid_target(loss.built_in, y_true) {
        None => Ok(()),
        Some(InvalidTarget::NoProbability { index, value }) => {
            // The name is always there. Indexing could panic and print numbers; without that, firmware is 7 kB smaller.
            let Some(target) = targets.get(index) else { return Ok(()) };
            Err(TrainError::TargetRange { set, example, target, value, loss: loss.name })
        }
        Some(InvalidTarget::Sum(sum)) => Err(TrainError::TargetSum { set, example, sum, loss: loss.name }),
    }
}

/// Checks that the parameters of these layers are finite.
#[inline]
fn finite<T: Scalar>(layers: &[Layer<T>], parameters: &[T]) -> Result<(), TrainError> {
    match parameter_not_finite(layers, parameters) {
        Some(parameter) => Err(TrainError::Start { parameter }),
        None => Ok(()),
    }
}

/// Checks that no two neurons of a hidden layer are identical.
#[inline]
fn no_equal_neurons<T: Scalar>(layers: &[Layer<T>], mut parameters: &[T]) -> Result<(), TrainError> {
    for (hidden, next) in layers.iter().zip(layers.iter().skip(1)) {
        let Some((own, after)) = parameters.split_at_checked(hidden.parameter_count()) else { break };
        if let Some([first, second]) = twins(hidden, own, next, after) {
            return Err(TrainError::Symmetry { first, second });
        }
        parameters = after;
    }
    Ok(())
}

/// The names of two neurons with equal biases and equal weights in and out, if there are any.
fn twins<T: Scalar>(hidden: &Layer<T>, own: &[T], next: &Layer<T>, after: &[T]) -> Option<[Name; 2]> {
    let (width, targets) = (hidden.fan_out(), next.fan_out());
    // The weights into a neuron and its bias form a column, the weights out of it a row.
    let same = |i: usize, j: usize| {
        (0..=hidden.fan_in()).all(|source| own.get(source * width + i) == own.get(source * width + j))
            && (0..targets).all(|target| after.get(i * targets + target) == after.get(j * targets + target))
    };
    let neurons = || hidden.activations.iter().enumerate();
    neurons().find_map(|(i, first)| {
        let twin = neurons().skip(i + 1).find(|&(j, _)| same(i, j));
        twin.map(|(_, second)| [first, second])
    })
}

/// Checks that the learning rate, rounded to the network's scalar, is positive and finite.
pub(crate) fn learning_rate<T: Scalar>(learning_rate: f64) -> Result<(), TrainError> {
    let rounded = T::from_f64(learning_rate);
    if rounded.is_finite() && rounded > T::ZERO {
        Ok(())
    } else {
        Err(TrainError::LearningRate { learning_rate, scalar: T::NAME })
    }
}

/// The name of the first parameter of these layers that is infinite or NaN.
#[inline(never)]
pub(super) fn parameter_not_finite<T: Scalar>(layers: &[Layer<T>], parameters: &[T]) -> Option<Name> {
    name_of_not_finite(parameter_names(layers), parameters)
}
