//! What is checked once, before the first epoch.

use super::Set;
use crate::loss::{self, Unfit};
use crate::network::{Array as _, Layer, name_of_not_finite};
use crate::{Name, Network, Scalar, TrainError};

/// There are examples, all their numbers are finite, and the loss makes sense of their targets.
pub(super) fn examples<N: Network>(set: Set, examples: &[(N::Input, N::Output)]) -> Result<(), TrainError> {
    if examples.is_empty() {
        return Err(match set {
            Set::Training => TrainError::NoExamples,
            Set::Validation => TrainError::NoValidationExamples,
        });
    }
    for (example, (x, y_true)) in examples.iter().enumerate() {
        if let Some(input) = name_of_not_finite(N::ARCHITECTURE.inputs.iter(), x.as_ref()) {
            return Err(TrainError::Input { set, example, input });
        }
        if let Some(target) = name_of_not_finite(N::ARCHITECTURE.targets.iter(), y_true.as_ref()) {
            return Err(TrainError::Target { set, example, target });
        }
        probabilities::<N>(set, example, y_true)?;
    }
    Ok(())
}

/// The loss makes sense of the targets.
fn probabilities<N: Network>(set: Set, example: usize, y_true: &N::Output) -> Result<(), TrainError> {
    let (loss, targets) = (N::ARCHITECTURE.loss.name, N::ARCHITECTURE.targets);
    match loss::unfit_target(loss, y_true.as_ref()) {
        None => Ok(()),
        Some(Unfit::NoProbability(index)) => {
            let named = targets.iter().zip(y_true.as_ref()).nth(index);
            named.map_or(Ok(()), |(target, value)| {
                Err(TrainError::TargetRange { set, example, target, value: value.to_f64(), loss })
            })
        }
        Some(Unfit::Sum(sum)) => Err(TrainError::TargetSum { set, example, sum, loss }),
    }
}

/// The network's parameters are finite, and no two neurons of a hidden layer are the same.
pub(super) fn start<N: Network>(network: &N) -> Result<(), TrainError> {
    let mut array = N::Parameters::zeros();
    network.read_parameters(&mut array);
    let mut parameters = array.as_ref();
    if let Some(parameter) = name_of_not_finite(N::ARCHITECTURE.parameter_names(), parameters) {
        return Err(TrainError::Start { parameter });
    }
    let layers = N::ARCHITECTURE.layers;
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
    name_of_not_finite(N::ARCHITECTURE.parameter_names(), parameters.as_ref())
}
