//! Losses: value and derivative of each, side by side.
//!
//! These functions compute the loss of one example from its predictions and targets; the trainer takes the mean over
//! examples. A declaration names a loss by its word, `loss = half_squared_error`. A loss of your own is a pair of
//! functions of the same form, named by path: `loss = self::quartic` calls `self::quartic(y_pred, y_true)` and
//! `self::quartic_derivative(y_pred, y_true)`.
//!
//! | loss | over the outputs | targets | output activation |
//! |---|---|---|---|
//! | [`half_squared_error`] | summed, with ½ | any | any |
//! | [`mean_squared_error`], [`mean_absolute_error`], [`huber`] | averaged | any | any |
//! | [`cross_entropy`] | summed | from 0 to 1, summing to 1 | softmax |
//! | [`binary_cross_entropy`] | averaged | from 0 to 1 | sigmoid, hard_sigmoid, softmax, or your own |
//!
//! Training refuses other targets with a [`TrainError`](crate::TrainError), and [`mlp!`](crate::mlp) other activations.
//! For `cross_entropy` after softmax and for `binary_cross_entropy` after sigmoid, `backprop` does not multiply the
//! derivatives of loss and activation. It computes the product directly, as a difference of prediction and target, in
//! which the divisions by small predictions have cancelled. The loss of such a network is computed from the
//! pre-activations, by [`cross_entropy_with_logits`] or [`binary_cross_entropy_with_logits`]. So loss and gradient
//! agree even where a prediction is rounded to 0 or 1.
//!
//! ```
//! use mlp_core::loss::{half_squared_error, half_squared_error_derivative};
//!
//! assert_eq!(half_squared_error([0.75, 0.5], [0.25, 0.5]), 0.125);
//! assert_eq!(half_squared_error_derivative([0.75, 0.5], [0.25, 0.5]), [0.5, 0.0]);
//! ```

/// Calls a macro with the words of the losses.
macro_rules! each_loss {
    ($callback:ident $($arguments:tt)*) => {
        $callback! {
            [half_squared_error mean_squared_error mean_absolute_error huber cross_entropy binary_cross_entropy]
            $($arguments)*
        }
    };
}

pub(crate) mod facts;
mod targets;
mod with_logits;

use crate::Scalar;
#[cfg(feature = "std")]
use crate::equations::{
    self,
    Elementary::{Logarithm, LogarithmOfOnePlus},
    Expression, Function, Helper, Locals, call, if_greater,
};
use crate::math::float;
use crate::math::{absolute, clamp};
use facts::facts;

pub(crate) use each_loss;
pub(crate) use facts::{BuiltIn, Facts, Targets, entry};
#[cfg(feature = "std")]
pub(crate) use targets::must_sum_to_1;
pub(crate) use targets::{InvalidTarget, invalid_target, sum_that_is_not_1};

pub use with_logits::{binary_cross_entropy_with_logits, cross_entropy_with_logits};

/// L = ½ Σ (y_pred − y_true)², the lecture's loss: summed, not averaged, over the `O` outputs.
#[inline]
#[must_use]
pub fn half_squared_error<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    T::from_f64(0.5) * sum(y_pred, y_true, squared)
}

/// ∂L/∂y_pred = y_pred − y_true, for each of the `O` outputs.
#[inline]
#[must_use]
pub fn half_squared_error_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    each(y_pred, y_true, |y_pred, y_true| y_pred - y_true)
}

facts! {
    half_squared_error: summed, targets Any;
    half_squared_error_derivative;
    equations: |locals, y_pred, y_true| square(locals, y_pred - y_true), |_, y_pred, y_true| y_pred - y_true;
    total: |sum| Expression::from(0.5) * sum;
}

/// L = Σ (y_pred − y_true)² / O: averaged over the `O` outputs, without ½, as PyTorch's `MSELoss`.
#[inline]
#[must_use]
pub fn mean_squared_error<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    sum(y_pred, y_true, squared) / count::<T, O>()
}

/// ∂L/∂y_pred = 2 (y_pred − y_true) / O, for each of the `O` outputs.
#[inline]
#[must_use]
pub fn mean_squared_error_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    each(y_pred, y_true, |y_pred, y_true| T::from_f64(2.0) * (y_pred - y_true) / count::<T, O>())
}

facts! {
    mean_squared_error: averaged, targets Any;
    mean_squared_error_derivative;
    equations: |locals, y_pred, y_true| square(locals, y_pred - y_true), |_, y_pred, y_true| Expression::from(2.0) * (y_pred - y_true);
}

/// L = Σ |y_pred − y_true| / O: averaged over the `O` outputs, as PyTorch's `L1Loss`.
#[inline]
#[must_use]
pub fn mean_absolute_error<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    sum(y_pred, y_true, |y_pred, y_true| absolute(y_pred - y_true)) / count::<T, O>()
}

/// ∂L/∂y_pred = 1 / O where y_pred > y_true, −1 / O where it is below, for each of the `O` outputs. At the kink,
/// y_pred = y_true, it is 0.
#[inline]
#[must_use]
pub fn mean_absolute_error_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    let sign = |error: T| {
        if error > T::ZERO {
            T::ONE
        } else if error < T::ZERO {
            -T::ONE
        } else {
            error // 0 or NaN
        }
    };
    each(y_pred, y_true, |y_pred, y_true| sign(y_pred - y_true) / count::<T, O>())
}

facts! {
    mean_absolute_error: averaged, targets Any;
    mean_absolute_error_derivative;
    equations: |_, y_pred, y_true| equations::absolute(y_pred - y_true), |_, y_pred, y_true| call(Helper::Sign, [y_pred - y_true]);
}

/// L = Σ h(y_pred − y_true) / O with h(e) = ½ e² where |e| ≤ 1, otherwise |e| − ½ (Huber, 1964; δ = 1): averaged over
/// the `O` outputs, as PyTorch's `HuberLoss`.
#[inline]
#[must_use]
pub fn huber<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    let half = T::from_f64(0.5);
    let term = |y_pred: T, y_true: T| {
        let error = absolute(y_pred - y_true);
        if error > T::ONE { error - half } else { half * error * error }
    };
    sum(y_pred, y_true, term) / count::<T, O>()
}

/// ∂L/∂y_pred = (y_pred − y_true) / O, the difference clamped to [−1, 1], for each of the `O` outputs.
#[inline]
#[must_use]
pub fn huber_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    each(y_pred, y_true, |y_pred, y_true| clamp(y_pred - y_true, -T::ONE, T::ONE) / count::<T, O>())
}

facts! {
    huber: averaged, targets Any;
    huber_derivative;
    equations: |locals, y_pred, y_true| {
        let error = locals.define_each("error", 0..locals.outputs(), equations::absolute(y_pred - y_true));
        let half = || Expression::from(0.5);
        if_greater(error.clone(), 1.0.into(), error.clone() - half(), half() * error.clone() * error)
    }, |_, y_pred, y_true| equations::clamp(y_pred - y_true, -1.0, 1.0);
}

/// L = −Σ y_true ln y_pred, of one class among `O`: summed, not averaged, over the outputs, as PyTorch's
/// `CrossEntropyLoss` with probabilities as targets. Natural logarithms.
///
/// Targets and predictions are probabilities of the classes. The targets of an example sum to 1 and are often one-hot;
/// the predictions come from [`softmax`](crate::activation::softmax). Predictions are clamped between the smallest
/// normal number and the largest number below 1, so value and derivative are finite, and an output whose target is 0
/// adds 0. A rounded prediction limits the loss to 708 (`f32`: 87) and its digits where it is near 1;
/// [`cross_entropy_with_logits`] has neither limit.
///
/// ```
/// use mlp_core::loss::cross_entropy;
///
/// let loss: f64 = cross_entropy([0.25, 0.75], [1.0, 0.0]);
/// assert!((loss - 4.0_f64.ln()).abs() < 1e-15);
/// assert!(cross_entropy([0.0_f64, 1.0], [1.0, 0.0]).is_finite());
/// ```
#[inline]
#[must_use]
pub fn cross_entropy<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    sum(y_pred, y_true, |y_pred, y_true| y_true * -probability(y_pred).ln())
}

/// ∂L/∂y_pred = −y_true / y_pred, for each of the `O` outputs, predictions clamped as in [`cross_entropy`].
#[inline]
#[must_use]
pub fn cross_entropy_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    each(y_pred, y_true, |y_pred, y_true| -y_true / probability(y_pred))
}

facts! {
    cross_entropy: summed, targets Distribution, cancels with softmax: cross_entropy_with_logits;
    cross_entropy_derivative;
    equations: |locals, y_pred, y_true| y_true * -call(Logarithm, [clamped_probability(locals, y_pred)]), |locals, y_pred, y_true| -y_true / clamped_probability(locals, y_pred);
}

/// L = −Σ (y_true ln y_pred + (1 − y_true) ln(1 − y_pred)) / O, of `O` yes-or-no answers: averaged over the outputs, as
/// PyTorch's `BCELoss`. Natural logarithms.
///
/// Each prediction and each target is a probability of its own. Predictions are clamped between the smallest normal
/// number and the largest number below 1, so value and derivative are finite, and a logarithm with the factor 0 adds 0.
/// A rounded prediction limits the loss, near 1 to 37 (`f32`: 17); [`binary_cross_entropy_with_logits`] has no limit.
#[inline]
#[must_use]
pub fn binary_cross_entropy<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    let term = |y_pred: T, y_true: T| {
        let y_pred = probability(y_pred);
        y_true * -y_pred.ln() + (T::ONE - y_true) * -(-y_pred).ln_1p()
    };
    sum(y_pred, y_true, term) / count::<T, O>()
}

/// ∂L/∂y_pred = (y_pred − y_true) / (y_pred (1 − y_pred)) / O, for each of the `O` outputs, predictions clamped as in
/// [`binary_cross_entropy`].
#[inline]
#[must_use]
pub fn binary_cross_entropy_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    let term = |y_pred: T, y_true: T| {
        let y_pred = probability(y_pred);
        (y_pred - y_true) / (y_pred * (T::ONE - y_pred))
    };
    each(y_pred, y_true, |y_pred, y_true| term(y_pred, y_true) / count::<T, O>())
}

facts! {
    binary_cross_entropy: averaged, targets Probabilities, cancels with sigmoid: binary_cross_entropy_with_logits;
    binary_cross_entropy_derivative;
    equations: |locals, y_pred, y_true| {
        let p = clamped_probability(locals, y_pred);
        let p = locals.define_each("p", 0..locals.outputs(), p);
        let [right, wrong] = [call(Logarithm, [p.clone()]), call(LogarithmOfOnePlus, [-p])];
        y_true.clone() * -right + (Expression::from(1.0) - y_true) * -wrong
    }, |locals, y_pred, y_true| {
        let p = clamped_probability(locals, y_pred);
        let p = locals.define_each("p", 0..locals.outputs(), p);
        (p.clone() - y_true) / (p.clone() * (Expression::from(1.0) - p))
    };
}

/// Σ term(y_pred, y_true)
fn sum<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O], term: impl Fn(T, T) -> T) -> T {
    let mut sum = T::ZERO;
    for i in 0..O {
        sum += term(y_pred[i], y_true[i]);
    }
    sum
}

/// derivative(y_pred, y_true), output by output
fn each<T: Scalar, const O: usize>(mut y_pred: [T; O], y_true: [T; O], derivative: impl Fn(T, T) -> T) -> [T; O] {
    for i in 0..O {
        y_pred[i] = derivative(y_pred[i], y_true[i]);
    }
    y_pred
}

/// The number of outputs.
fn count<T: Scalar, const O: usize>() -> T {
    T::from_f64(float(O))
}

fn squared<T: Scalar>(y_pred: T, y_true: T) -> T {
    let error = y_pred - y_true;
    error * error
}

/// The prediction p, clamped so that ln p and ln(1 − p) are finite. NaN stays NaN.
fn probability<T: Scalar>(y_pred: T) -> T {
    clamp(y_pred, T::SMALLEST_NORMAL, T::BELOW_ONE)
}

/// The square of an error.
#[cfg(feature = "std")]
fn square(locals: &Locals, error: Expression) -> Expression {
    if locals.is_lecture() { call(Function::sign("square"), [error]) } else { error.clone() * error }
}

/// [`probability`] as an expression.
#[cfg(feature = "std")]
fn clamped_probability(locals: &Locals, y_pred: Expression) -> Expression {
    if locals.is_lecture() {
        return y_pred;
    }
    equations::clamp(y_pred, locals.smallest_normal(), locals.below_one())
}
