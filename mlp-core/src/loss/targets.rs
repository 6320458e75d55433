//! Targets that do not fit the loss.

use super::{BuiltIn, Targets};
use crate::Scalar;

/// Why the targets of an example do not fit the loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum InvalidTarget {
    /// The target at this index has this value, which is not from 0 to 1.
    NoProbability { index: usize, value: f64 },
    /// The targets sum to this, not to 1.
    Sum(f64),
}

/// The sum of the targets, if it is not 1.
pub(crate) fn sum_that_is_not_1<T: Scalar>(y_true: &[T]) -> Option<f64> {
    /// How far the sum may be from 1. Rounding to `f32` moves it by less than 1e-7.
    const TOLERANCE: f64 = 1e-6;
    let sum: f64 = y_true.iter().map(|target| target.to_f64()).sum();
    ((sum - 1.0).abs() > TOLERANCE).then_some(sum)
}

/// The first reason why the targets of an example do not fit the loss. A user's own loss accepts all targets.
pub(crate) fn invalid_target<T: Scalar>(loss: Option<BuiltIn>, y_true: &[T]) -> Option<InvalidTarget> {
    let taken = loss.map_or(Targets::Any, BuiltIn::targets);
    if taken == Targets::Any {
        return None;
    }
    let mut targets = y_true.iter().enumerate();
    if let Some((index, target)) = targets.find(|(_, target)| !(T::ZERO..=T::ONE).contains(*target)) {
        return Some(InvalidTarget::NoProbability { index, value: target.to_f64() });
    }
    // The gradient of cross_entropy after softmax, y_pred − y_true, is right only if the targets sum to 1.
    if taken == Targets::Distribution { sum_that_is_not_1(y_true).map(InvalidTarget::Sum) } else { None }
}

/// Whether the targets of the loss of this name must sum to 1.
#[cfg(feature = "std")]
pub(crate) fn must_sum_to_1(name: &str) -> bool {
    BuiltIn::ALL.iter().any(|loss| loss.word() == name && loss.targets() == Targets::Distribution)
}
