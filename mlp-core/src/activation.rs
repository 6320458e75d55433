//! Activations: value and derivative of each, side by side.
//!
//! A derivative gets both the pre-activation `z` and the activation `a = f(z)`, because most are cheapest to tell from
//! `a`. A declaration names an activation by its word, `tanh(3)`; a user's own is a pair of functions of the same form,
//! named by path: `self::swish(3)` calls `self::swish(z)` and `self::swish_derivative(z, a)`.
//!
//! ```
//! use mlp_core::activation::{sigmoid, sigmoid_derivative};
//!
//! let z = 0.0;
//! let a = sigmoid(z);
//! assert_eq!(a, 0.5);
//! assert_eq!(sigmoid_derivative(z, a), 0.25);
//! ```

use crate::Scalar;
use crate::math;

/// σ(z) = 1 / (1 + e^−z), the documents' activation.
///
/// Off by at most 4 units in the last place for |z| ≤ 40; 0 and 1 in the limit. Computed by multiplication, addition
/// and one division, so it has the same bits on every platform.
#[inline]
#[must_use]
pub fn sigmoid<T: Scalar>(z: T) -> T {
    math::sigmoid(z)
}

/// σ′(z) = a (1 − a) with a = σ(z).
#[inline]
#[must_use]
pub fn sigmoid_derivative<T: Scalar>(_z: T, a: T) -> T {
    a * (T::ONE - a)
}

/// tanh(z) = (e^z − e^−z) / (e^z + e^−z).
///
/// Off by at most 4 units in the last place; −1 and 1 in the limit; the same bits on every platform.
#[inline]
#[must_use]
pub fn tanh<T: Scalar>(z: T) -> T {
    math::tanh(z)
}

/// tanh′(z) = 1 − a² with a = tanh(z).
#[inline]
#[must_use]
pub fn tanh_derivative<T: Scalar>(_z: T, a: T) -> T {
    T::ONE - a * a
}

/// relu(z) = max(0, z); NaN stays NaN.
#[inline]
#[must_use]
pub fn relu<T: Scalar>(z: T) -> T {
    if z < T::ZERO { T::ZERO } else { z }
}

/// relu′(z) = 1 for z > 0, otherwise 0. At the kink, z = 0, this takes 0.
#[inline]
#[must_use]
pub fn relu_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { T::ZERO }
}

/// identity(z) = z, for outputs that are any number.
#[inline]
#[must_use]
pub fn identity<T: Scalar>(z: T) -> T {
    z
}

/// identity′(z) = 1.
#[inline]
#[must_use]
pub fn identity_derivative<T: Scalar>(_z: T, _a: T) -> T {
    T::ONE
}

/// The derivative of the activation called `name` as a lecture writes it, with `{z}` and `{a}` to be put in; `None` for
/// a user's own.
#[cfg(feature = "std")]
pub(crate) fn derivative_formula(name: &str) -> Option<&'static str> {
    match name {
        "sigmoid" => Some("{a}·(1 - {a})"),
        "tanh" => Some("1 - {a}·{a}"),
        "relu" => Some("1 if {z} > 0, else 0"),
        "identity" => Some("1"),
        _ => None,
    }
}
