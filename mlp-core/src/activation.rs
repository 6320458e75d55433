//! Activations: value and derivative of each, side by side.
//!
//! A derivative gets both the pre-activation `z` and the activation `a = f(z)`, because most are cheapest to tell from
//! `a`. A declaration names an activation by its word, `tanh(3)`; a user's own is a pair of functions of the same form,
//! named by path: `self::swish(3)` calls `self::swish(z)` and `self::swish_derivative(z, a)`.
//!
//! [`softmax`] alone takes all pre-activations of its layer at once, which is the output layer.
//!
//! ```
//! use mlp_core::activation::{sigmoid, sigmoid_derivative};
//!
//! let z = 0.0;
//! let a = sigmoid(z);
//! assert_eq!(a, 0.5);
//! assert_eq!(sigmoid_derivative(z, a), 0.25);
//! ```

use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

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

/// leaky_relu(z) = z for z > 0, otherwise 0.01 z (Maas, Hannun and Ng, 2013); NaN stays NaN.
#[inline]
#[must_use]
pub fn leaky_relu<T: Scalar>(z: T) -> T {
    if z > T::ZERO { z } else { T::from_f64(LEAK) * z }
}

/// leaky_relu′(z) = 1 for z > 0, otherwise 0.01. At the kink, z = 0, this takes 0.01.
#[inline]
#[must_use]
pub fn leaky_relu_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { T::from_f64(LEAK) }
}

/// elu(z) = z for z > 0, otherwise e^z − 1 (Clevert, Unterthiner and Hochreiter, 2015; α = 1).
///
/// Off by at most 1 unit in the last place; −1 in the limit; NaN stays NaN.
#[inline]
#[must_use]
pub fn elu<T: Scalar>(z: T) -> T {
    if z > T::ZERO { z } else { z.exp_m1() }
}

/// elu′(z) = 1 for z > 0, otherwise e^z.
///
/// Off by at most 1 unit in the last place. From `z`, because a + 1 would lose the digits of a small e^z.
#[inline]
#[must_use]
pub fn elu_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { z.exp() }
}

/// softplus(z) = ln(1 + e^z) (Dugas and others, 2001), computed as max(0, z) + ln(1 + e^−|z|), which does not overflow.
///
/// Off by at most 2 units in the last place; NaN stays NaN.
#[inline]
#[must_use]
pub fn softplus<T: Scalar>(z: T) -> T {
    let negative = if z > T::ZERO { -z } else { z };
    relu(z) + negative.exp().ln_1p()
}

/// softplus′(z) = σ(z), as accurate as [`sigmoid`].
#[inline]
#[must_use]
pub fn softplus_derivative<T: Scalar>(z: T, _a: T) -> T {
    sigmoid(z)
}

/// silu(z) = z σ(z), also called swish (Elfwing, Uchibe and Doya, 2017).
///
/// As accurate as [`sigmoid`] and half a unit in the last place more; 0 in the limit on the left; NaN stays NaN.
#[inline]
#[must_use]
pub fn silu<T: Scalar>(z: T) -> T {
    weighted(z, sigmoid(z))
}

/// silu′(z) = σ(z) (1 + z (1 − σ(z))).
///
/// Off by at most 1e-15 (`f32`: 5e-7); the zero near z = −1.28 leaves no other bound.
#[inline]
#[must_use]
pub fn silu_derivative<T: Scalar>(z: T, _a: T) -> T {
    let s = sigmoid(z);
    // σ(−z) has the digits that 1 − σ(z) loses.
    s + weighted(z, s * sigmoid(-z))
}

/// gelu(z) = z Φ(z) = ½ z erfc(−z / √2), the exact form (Hendrycks and Gimpel, 2016).
///
/// Off by at most 1e-15 · max(1, |z|) (`f32`: 5e-7); 0 in the limit on the left; NaN stays NaN.
#[inline]
#[must_use]
pub fn gelu<T: Scalar>(z: T) -> T {
    weighted(z, normal_probability(z))
}

/// gelu′(z) = Φ(z) + z φ(z), with the density φ(z) = e^(−z²/2) / √(2π).
///
/// Off by at most 1e-15 (`f32`: 5e-7); the zero near z = −0.75 leaves no other bound.
#[inline]
#[must_use]
pub fn gelu_derivative<T: Scalar>(z: T, _a: T) -> T {
    let density = T::from_f64(FRAC_1_SQRT_2 * FRAC_2_SQRT_PI / 2.0) * (T::from_f64(-0.5) * z * z).exp();
    normal_probability(z) + weighted(z, density)
}

/// hard_sigmoid(z) = z / 6 + ½, cut off at 0 and 1; NaN stays NaN.
#[inline]
#[must_use]
pub fn hard_sigmoid<T: Scalar>(z: T) -> T {
    let three = T::from_f64(3.0);
    if z <= -three {
        T::ZERO
    } else if z >= three {
        T::ONE
    } else {
        (z + three) / T::from_f64(6.0)
    }
}

/// hard_sigmoid′(z) = 1/6 for −3 < z < 3, otherwise 0. At the kinks this takes 0.
#[inline]
#[must_use]
pub fn hard_sigmoid_derivative<T: Scalar>(z: T, _a: T) -> T {
    let three = T::from_f64(3.0);
    if z > -three && z < three { T::ONE / T::from_f64(6.0) } else { T::ZERO }
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

/// softmax(z)_k = e^z_k / Σ e^z_j, probabilities of `O` classes (Bridle, 1990), computed from the differences to the
/// largest z, so that nothing overflows.
///
/// Each is off by at most (|z_k − largest| + O + 2) ε, relative, down to the smallest normal number, and they sum to 1
/// within O ε; the same bits on every platform. Where z are infinite, this is the limit in which they grow alike: those
/// that are +∞ share 1 in equal parts, and so do all if all are −∞; a single −∞ gets 0. A NaN makes all of them NaN.
#[inline]
#[must_use]
pub fn softmax<T: Scalar, const O: usize>(mut z: [T; O]) -> [T; O] {
    softmax_in_place(&mut z);
    z
}

/// ∂a_k/∂z_j = a_k (1 − a_k) for j = k, otherwise −a_k a_j, with a = softmax(z): in row k the derivatives of a_k.
///
/// Generated code writes the elements out, each with its name.
#[inline]
#[must_use]
pub fn softmax_derivative<T: Scalar, const O: usize>(_z: [T; O], a: [T; O]) -> [[T; O]; O] {
    core::array::from_fn(|k| core::array::from_fn(|j| if j == k { a[k] * (T::ONE - a[k]) } else { -a[k] * a[j] }))
}

/// [`softmax`] of a layer whose width no type tells.
pub(crate) fn softmax_in_place<T: Scalar>(z: &mut [T]) {
    let Some(&first) = z.first() else { return };
    let largest = z.iter().fold(first, |largest, &z| if z > largest { z } else { largest });
    let mut sum = T::ZERO;
    for z in &mut *z {
        // Not e^(z − largest) for both: ∞ − ∞ is NaN.
        *z = if *z == largest { T::ONE } else { (*z - largest).exp() };
        sum += *z;
    }
    for a in z {
        *a = *a / sum;
    }
}

/// What [`leaky_relu`] lets through.
const LEAK: f64 = 0.01;

/// z · w, where w vanishes faster than z grows: 0 in the limit, not −∞ · 0.
#[inline]
pub(crate) fn weighted<T: Scalar>(z: T, weight: T) -> T {
    if weight == T::ZERO { T::ZERO } else { z * weight }
}

/// Φ(z) = ½ erfc(−z / √2), the probability of a standard normal variable below z.
fn normal_probability<T: Scalar>(z: T) -> T {
    T::from_f64(0.5) * (z * T::from_f64(-FRAC_1_SQRT_2)).erfc()
}

/// The derivative of the activation called `name` as a lecture writes it, with `{z}` and `{a}` to be put in; `None` for
/// a user's own.
#[cfg(feature = "std")]
pub(crate) fn derivative_formula(name: &str) -> Option<&'static str> {
    match name {
        "sigmoid" => Some("{a}·(1 - {a})"),
        "tanh" => Some("1 - {a}·{a}"),
        "relu" => Some("1 if {z} > 0, else 0"),
        "leaky_relu" => Some("1 if {z} > 0, else 0.01"),
        "elu" => Some("1 if {z} > 0, else e^{z}"),
        "softplus" => Some("sigmoid({z})"),
        "silu" => Some("sigmoid({z})·(1 + {z}·(1 - sigmoid({z})))"),
        "gelu" => Some("Φ({z}) + {z}·φ({z})"),
        "hard_sigmoid" => Some("1/6 if -3 < {z} < 3, else 0"),
        "identity" => Some("1"),
        _ => None,
    }
}
