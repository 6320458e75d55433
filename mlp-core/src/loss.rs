//! Losses: value and derivative of each, side by side.
//!
//! A loss is that of one example, from its predictions and targets; the mean over examples is the trainer's. A
//! declaration names a loss by its word, `loss = half_squared_error`; a user's own is a pair of functions of the same
//! form, named by path: `loss = self::quartic` calls `self::quartic(y_pred, y_true)` and
//! `self::quartic_derivative(y_pred, y_true)`.
//!
//! ```
//! use mlp_core::loss::{half_squared_error, half_squared_error_derivative};
//!
//! assert_eq!(half_squared_error([0.75, 0.5], [0.25, 0.5]), 0.125);
//! assert_eq!(half_squared_error_derivative([0.75, 0.5], [0.25, 0.5]), [0.5, 0.0]);
//! ```

use crate::Scalar;

/// L = ½ Σ (y_pred − y_true)², the documents' loss: summed, not averaged, over the `O` outputs.
#[inline]
#[must_use]
pub fn half_squared_error<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    let mut sum = T::ZERO;
    for (y_pred, y_true) in y_pred.into_iter().zip(y_true) {
        let error = y_pred - y_true;
        sum += error * error;
    }
    T::from_f64(0.5) * sum
}

/// ∂L/∂y_pred = y_pred − y_true, for each of the `O` outputs.
#[inline]
#[must_use]
pub fn half_squared_error_derivative<T: Scalar, const O: usize>(mut y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    for (y_pred, y_true) in y_pred.iter_mut().zip(y_true) {
        *y_pred -= y_true;
    }
    y_pred
}
