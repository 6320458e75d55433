//! What is checked once, before the first epoch.

use super::Set;
use crate::loss::{self, Unfit};
use crate::network::{Array as _, Layer, Names, name_of_not_finite, parameter_names};
use crate::precompiled::Precompiled as _;
use crate::{Name, Network, Scalar, TrainError};

/// An example, and what is known of it: what it is for, its place, the names in it and the name of the loss.
pub struct Example {
    set: Set,
    index: usize,
    inputs: Names,
    targets: Names,
    loss: &'static str,
}

/// There are examples, all their numbers are finite, and the loss makes sense of their targets.
pub(super) fn examples<N: Network>(set: Set, examples: &[(N::Input, N::Output)]) -> Result<(), TrainError> {
    if examples.is_empty() {
        return Err(match set {
            Set::Training => TrainError::NoExamples,
            Set::Validation => TrainError::NoValidationExamples,
        });
    }
    let (inputs, targets, loss) = (N::ARCHITECTURE.inputs, N::ARCHITECTURE.targets, N::ARCHITECTURE.loss.name);
    examples.iter().enumerate().try_for_each(|(index, (x, y_true))| {
        N::Scalar::check_example(&Example { set, index, inputs, targets, loss }, x.as_ref(), y_true.as_ref())
    })
}

/// All numbers of an example are finite, and the loss makes sense of its targets.
#[inline]
pub(crate) fn example<T: Scalar>(example: &Example, x: &[T], y_true: &[T]) -> Result<(), TrainError> {
    let &Example { set, index: example, inputs, targets, loss } = example;
    if let Some(input) = name_of_not_finite(inputs.iter(), x) {
        return Err(TrainError::Input { set, example, input });
    }
    if let Some(target) = name_of_not_finite(targets.iter(), y_true) {
        return Err(TrainError::Target { set, example, target });
    }
    match loss::unfit_target(loss, y_true) {
        None => Ok(()),
        Some(Unfit::NoProbability { index, value }) => {
            // Always there; without a panic that prints numbers, a firmware is 7 kB smaller.
            let Some(target) = targets.get(index) else { return Ok(()) };
            Err(TrainError::TargetRange { set, example, target, value, loss })
        }
        Some(Unfit::Sum(sum)) => Err(TrainError::TargetSum { set, example, sum, loss }),
    }
}

/// The network's parameters are finite, and no two neurons of a hidden layer are the same.
pub(super) fn start<N: Network>(network: &N) -> Result<(), TrainError> {
    let mut parameters = N::Parameters::zeros();
    network.read_parameters(&mut parameters);
    N::Scalar::check_start(N::ARCHITECTURE.layers, parameters.as_ref())
}

/// The parameters of these layers are finite, and no two neurons of a hidden layer are the same.
#[inline]
pub(crate) fn parameters<T: Scalar>(layers: &[Layer<T>], mut parameters: &[T]) -> Result<(), TrainError> {
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
pub(super) fn learning_rate<N: Network>(learning_rate: f64) -> Result<(), TrainError> {
    let rounded = N::Scalar::from_f64(learning_rate);
    if rounded.is_finite() && rounded > N::Scalar::ZERO {
        Ok(())
    } else {
        Err(TrainError::LearningRate { learning_rate, scalar: N::Scalar::NAME })
    }
}

/// The name of the first parameter that is infinite or NaN.
pub(super) fn first_not_finite<N: Network>(network: &N) -> Option<Name> {
    let mut parameters = N::Parameters::zeros();
    network.read_parameters(&mut parameters);
    N::Scalar::first_not_finite(N::ARCHITECTURE.layers, parameters.as_ref())
}

/// The name of the first of these layers' parameters that is infinite or NaN.
#[inline]
pub(crate) fn parameter_not_finite<T: Scalar>(layers: &[Layer<T>], parameters: &[T]) -> Option<Name> {
    name_of_not_finite(parameter_names(layers), parameters)
}
