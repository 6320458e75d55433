//! What is checked once, before the first epoch.

use super::training_loop::TrainingData;
use super::{ExampleSet, Learner};
use crate::batch::ErasedExamples;
use crate::loss::{self, InvalidTarget};
use crate::network::{ErasedArchitecture, Layer, name_of_not_finite, parameter_names};
use crate::{Name, Scalar, TrainError};

/// Everything there is to check.
#[inline]
pub(super) fn before<T: Scalar>(
    learner: &mut (impl Learner<T> + ?Sized),
    data: &TrainingData<'_, T>,
) -> Result<(), TrainError> {
    let network = learner.network();
    examples(ExampleSet::Training, network, data.examples)?;
    if let Some(validation) = data.validation {
        examples(ExampleSet::Validation, network, validation)?;
    }
    start(network.layers, learner.parameters())?;
    learning_rate::<T>(learner.learning_rate())?;
    data.settings.check()
}

/// There are examples, all their numbers are finite, and the loss makes sense of their targets.
#[inline]
fn examples<T: Scalar>(
    set: ExampleSet,
    network: ErasedArchitecture<T>,
    examples: &dyn ErasedExamples<T>,
) -> Result<(), TrainError> {
    if examples.count() == 0 {
        return Err(match set {
            ExampleSet::Training => TrainError::NoExamples,
            ExampleSet::Validation => TrainError::NoValidationExamples,
        });
    }
    let mut examples = (0..examples.count()).filter_map(|index| Some((index, examples.example(index)?)));
    examples.try_for_each(|(index, (x, y_true))| example(set, index, network, x, y_true))
}

/// All numbers of an example are finite, and the loss makes sense of its targets.
#[inline]
fn example<T: Scalar>(
    set: ExampleSet,
    example: usize,
    network: ErasedArchitecture<T>,
    x: &[T],
    y_true: &[T],
) -> Result<(), TrainError> {
    let ErasedArchitecture { inputs, targets, loss, .. } = network;
    if let Some(input) = name_of_not_finite(inputs.iter(), x) {
        return Err(TrainError::Input { set, example, input });
    }
    if let Some(target) = name_of_not_finite(targets.iter(), y_true) {
        return Err(TrainError::Target { set, example, target });
    }
    match loss::invalid_target(loss.built_in, y_true) {
        None => Ok(()),
        Some(InvalidTarget::NoProbability { index, value }) => {
            // Always there; without a panic that prints numbers, a firmware is 7 kB smaller.
            let Some(target) = targets.get(index) else { return Ok(()) };
            Err(TrainError::TargetRange { set, example, target, value, loss: loss.name })
        }
        Some(InvalidTarget::Sum(sum)) => Err(TrainError::TargetSum { set, example, sum, loss: loss.name }),
    }
}

/// The parameters of these layers are finite, and no two neurons of a hidden layer are the same.
#[inline]
fn start<T: Scalar>(layers: &[Layer<T>], mut parameters: &[T]) -> Result<(), TrainError> {
    if let Some(parameter) = parameter_not_finite(layers, parameters) {
        return Err(TrainError::Start { parameter });
    }
    for (hidden, next) in layers.iter().zip(layers.iter().skip(1)) {
        let Some((own, after)) = parameters.split_at_checked(hidden.parameter_count()) else { break };
        if let Some([first, second]) = twins(hidden, own, next, after) {
            return Err(TrainError::Symmetry { first, second });
        }
        parameters = after;
    }
    Ok(())
}

/// The activations of two neurons with equal weights in and out, and equal biases.
fn twins<T: Scalar>(hidden: &Layer<T>, own: &[T], next: &Layer<T>, after: &[T]) -> Option<[Name; 2]> {
    let (width, targets) = (hidden.fan_out(), next.fan_out());
    // Into a neuron lead its weight from every source and its bias; they are a column. What leads out is a row.
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

/// The learning rate, in the network's scalar, is positive and finite.
fn learning_rate<T: Scalar>(learning_rate: f64) -> Result<(), TrainError> {
    let rounded = T::from_f64(learning_rate);
    if rounded.is_finite() && rounded > T::ZERO {
        Ok(())
    } else {
        Err(TrainError::LearningRate { learning_rate, scalar: T::NAME })
    }
}

/// The name of the first of these layers' parameters that is infinite or NaN.
#[inline(never)]
pub(super) fn parameter_not_finite<T: Scalar>(layers: &[Layer<T>], parameters: &[T]) -> Option<Name> {
    name_of_not_finite(parameter_names(layers), parameters)
}
