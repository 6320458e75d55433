//! Activations: value and derivative of each, side by side.
//!
//! A derivative gets both the pre-activation `z` and the activation `a = f(z)`, because most are cheapest to compute
//! from `a`. A declaration names an activation by its word, `tanh(3)`. An activation of your own is a pair of functions
//! of the same form, named by path: `self::swish(3)` calls `self::swish(z)` and `self::swish_derivative(z, a)`.
//!
//! Only [`softmax`] takes all pre-activations of its layer at once. It is for the output layer alone.
//!
//! ```
//! use mlp_core::activation::{sigmoid, sigmoid_derivative};
//!
//! let z = 0.0;
//! let a = sigmoid(z);
//! assert_eq!(a, 0.5);
//! assert_eq!(sigmoid_derivative(z, a), 0.25);
//! ```

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

/// Calls a macro with the words of the activations that compute each neuron by itself.
macro_rules! each_elementwise {
    ($callback:ident $($arguments:tt)*) => {
        $callback! {
            [sigmoid tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity]
            $($arguments)*
        }
    };
}

pub(crate) mod facts;
mod softmax;

use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use crate::Scalar;
#[cfg(feature = "std")]
use crate::equations::{
    Comparison,
    Elementary::{Exponential, ExponentialMinusOne, LogarithmOfOnePlus},
    Expression, Function, Helper, Locals, absolute, call, choice, clamp, exponential, if_greater, if_less,
    weighted as weighted_by,
};
use crate::math;
#[cfg(feature = "alloc")]
use crate::math::MultiplyAdd;
use facts::facts;

pub(crate) use each_elementwise;
pub(crate) use facts::{BuiltIn, Elementwise, Facts, Initialization, entry};
#[cfg(any(feature = "population", all(test, feature = "std")))]
pub(crate) use softmax::softmax_in_place;
pub use softmax::{softmax, softmax_derivative};
#[cfg(feature = "std")]
pub(crate) use softmax::{softmax_definition, softmax_in_lecture};

/// σ(z) = 1 / (1 + e^−z), the lecture's activation.
///
/// Off by at most 4 units in the last place for |z| ≤ 40; 0 and 1 in the limit. Computed by multiplications, additions
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

facts! {
    sigmoid: 0.0 => 1.0, start Glorot;
    sigmoid_derivative from a;
    equations: exponential::sigmoid, |_, _, a| a.clone() * (Expression::from(1.0) - a);
    in loops: math::sigmoid_in_loop::<T, M>, sigmoid_derivative;
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

facts! {
    tanh: -1.0 => 1.0, start Glorot;
    tanh_derivative from a;
    equations: exponential::tanh, |_, _, a| Expression::from(1.0) - a.clone() * a;
    in loops: math::tanh_with::<T, M>, tanh_derivative;
}

/// relu(z) = max(0, z); NaN stays NaN.
#[inline]
#[must_use]
pub fn relu<T: Scalar>(z: T) -> T {
    if z < T::ZERO { T::ZERO } else { z }
}

/// relu′(z) = 1 for z > 0, otherwise 0. At the kink, z = 0, it is 0.
#[inline]
#[must_use]
pub fn relu_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { T::ZERO }
}

facts! {
    relu: 0.0 => f64::INFINITY, start He;
    relu_derivative from a;
    equations: |_, z| if_less(z.clone(), 0.0.into(), 0.0.into(), z), |_, z, _| if_greater(z, 0.0.into(), 1.0.into(), 0.0.into());
}

/// leaky_relu(z) = z for z > 0, otherwise 0.01 z (Maas, Hannun and Ng, 2013); NaN stays NaN.
#[inline]
#[must_use]
pub fn leaky_relu<T: Scalar>(z: T) -> T {
    if z > T::ZERO { z } else { T::from_f64(LEAK) * z }
}

/// leaky_relu′(z) = 1 for z > 0, otherwise 0.01. At the kink, z = 0, it is 0.01.
#[inline]
#[must_use]
pub fn leaky_relu_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { T::from_f64(LEAK) }
}

facts! {
    leaky_relu: f64::NEG_INFINITY => f64::INFINITY, start He;
    leaky_relu_derivative from a;
    equations: |_, z| if_greater(z.clone(), 0.0.into(), z.clone(), Expression::from(LEAK) * z), |_, z, _| if_greater(z, 0.0.into(), 1.0.into(), LEAK.into());
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
/// Off by at most 1 unit in the last place. Computed from `z`, because a + 1 would lose the digits of a small e^z.
#[inline]
#[must_use]
pub fn elu_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { z.exp() }
}

facts! {
    elu: -1.0 => f64::INFINITY, start He;
    elu_derivative from z;
    equations: |_, z| if_greater(z.clone(), 0.0.into(), z.clone(), call(ExponentialMinusOne, [z])), |_, z, _| if_greater(z.clone(), 0.0.into(), 1.0.into(), call(Exponential, [z]));
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

facts! {
    softplus: 0.0 => f64::INFINITY, start He;
    softplus_derivative from z;
    equations: |locals, z| {
        let negative = locals.define("negative", if_greater(z.clone(), 0.0.into(), -z.clone(), z.clone()));
        entry::relu::expression(locals, z) + call(LogarithmOfOnePlus, [call(Exponential, [negative])])
    }, |_, z, _| call(BuiltIn::sigmoid, [z]);
}

/// silu(z) = z σ(z), also called swish (Elfwing, Uchibe and Doya, 2017).
///
/// Off by at most half a unit in the last place more than [`sigmoid`]; 0 in the limit z → −∞; NaN stays NaN.
#[inline]
#[must_use]
pub fn silu<T: Scalar>(z: T) -> T {
    weighted(z, sigmoid(z))
}

/// silu′(z) = σ(z) (1 + z (1 − σ(z))).
///
/// The absolute error is at most 1e-15 (`f32`: 5e-7). The zero near z = −1.28 allows no relative bound.
#[inline]
#[must_use]
pub fn silu_derivative<T: Scalar>(z: T, _a: T) -> T {
    let s = sigmoid(z);
    // σ(−z) has the digits that 1 − σ(z) loses.
    s + weighted(z, s * sigmoid(-z))
}

facts! {
    silu: LEAST_SILU => f64::INFINITY, start He;
    silu_derivative from z;
    equations: |_, z| weighted_by(z.clone(), call(BuiltIn::sigmoid, [z])), |locals, z, _| {
        let s = locals.define("s", call(BuiltIn::sigmoid, [z.clone()]));
        s.clone() + weighted_by(z.clone(), s * call(BuiltIn::sigmoid, [-z]))
    };
    in a lecture: |z, _| {
        let s = call(BuiltIn::sigmoid, [z.clone()]);
        s.clone() * (Expression::from(1.0) + z * (Expression::from(1.0) - s))
    };
    in loops: silu_in_loop::<T, M>, silu_derivative_in_loop::<T, M>;
}

/// gelu(z) = z Φ(z) = ½ z erfc(−z / √2), the exact form (Hendrycks and Gimpel, 2016).
///
/// Off by at most 1e-15 · max(1, |z|) (`f32`: 5e-7); 0 in the limit z → −∞; NaN stays NaN.
#[inline]
#[must_use]
pub fn gelu<T: Scalar>(z: T) -> T {
    weighted(z, normal_probability(z))
}

/// gelu′(z) = Φ(z) + z φ(z), with the density φ(z) = e^(−z²/2) / √(2π).
///
/// The absolute error is at most 1e-15 (`f32`: 5e-7). The zero near z = −0.75 allows no relative bound.
#[inline]
#[must_use]
pub fn gelu_derivative<T: Scalar>(z: T, _a: T) -> T {
    let density = T::from_f64(DENSITY_AT_0) * (T::from_f64(-0.5) * z * z).exp();
    normal_probability(z) + weighted(z, density)
}

facts! {
    gelu: LEAST_GELU => f64::INFINITY, start He;
    gelu_derivative from z;
    equations: |_, z| weighted_by(z.clone(), call(Helper::NormalProbability, [z])), |locals, z, _| {
        let power = call(Exponential, [Expression::from(-0.5) * z.clone() * z.clone()]);
        let density = locals.define("density", Expression::from(DENSITY_AT_0) * power);
        call(Helper::NormalProbability, [z.clone()]) + weighted_by(z, density)
    };
    in a lecture: |z, _| {
        call(Helper::NormalProbability, [z.clone()]) + z.clone() * call(Function::sign("φ"), [z])
    };
}

/// hard_sigmoid(z) = z / 6 + ½, clamped to [0, 1]; NaN stays NaN.
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

/// hard_sigmoid′(z) = 1/6 for −3 < z < 3, otherwise 0. At the kinks it is 0.
#[inline]
#[must_use]
pub fn hard_sigmoid_derivative<T: Scalar>(z: T, _a: T) -> T {
    let three = T::from_f64(3.0);
    if z > -three && z < three { T::ONE / T::from_f64(6.0) } else { T::ZERO }
}

facts! {
    hard_sigmoid: 0.0 => 1.0, start Glorot;
    hard_sigmoid_derivative from z;
    equations: |_, z| {
        let middle = (z.clone() + 3.0.into()) / 6.0.into();
        let above = choice(z.clone(), Comparison::GreaterOrEqual, 3.0.into(), 1.0.into(), middle);
        choice(z, Comparison::LessOrEqual, (-3.0).into(), 0.0.into(), above)
    }, |_, z, _| if_less(absolute(z), 3.0.into(), Expression::from(1.0) / 6.0.into(), 0.0.into());
}

/// hard_tanh(z) = z, clamped to [−1, 1], as PyTorch's `Hardtanh`; NaN stays NaN.
#[inline]
#[must_use]
pub fn hard_tanh<T: Scalar>(z: T) -> T {
    math::clamp(z, -T::ONE, T::ONE)
}

/// hard_tanh′(z) = 1 for −1 < z < 1, otherwise 0. At the kinks it is 0.
#[inline]
#[must_use]
pub fn hard_tanh_derivative<T: Scalar>(_z: T, a: T) -> T {
    if a > -T::ONE && a < T::ONE { T::ONE } else { T::ZERO }
}

facts! {
    hard_tanh: -1.0 => 1.0, start Glorot;
    hard_tanh_derivative from a;
    equations: |_, z| clamp(z, -1.0, 1.0), |_, _, a| if_less(absolute(a), 1.0.into(), 1.0.into(), 0.0.into());
}

/// softsign(z) = z / (1 + |z|) (Bergstra and others, 2009).
///
/// Off by at most 1.5 units in the last place; −1 and 1 in the limit; NaN stays NaN.
#[inline]
#[must_use]
pub fn softsign<T: Scalar>(z: T) -> T {
    // Beyond the limit the quotient is ±1. Without it, an infinite z would give ∞ / ∞.
    let limit = T::from_f64(1e30);
    let z = math::clamp(z, -limit, limit);
    z / (T::ONE + math::absolute(z))
}

/// softsign′(z) = 1 / (1 + |z|)².
///
/// Off by at most 3.5 units in the last place. Computed from `z`, because 1 − |a| would lose the digits of a large z.
#[inline]
#[must_use]
pub fn softsign_derivative<T: Scalar>(z: T, _a: T) -> T {
    let reciprocal = T::ONE / (T::ONE + math::absolute(z));
    reciprocal * reciprocal
}

facts! {
    softsign: -1.0 => 1.0, start Glorot;
    softsign_derivative from z;
    equations: |locals, z| {
        let limited = locals.define("limited", clamp(z, -1e30, 1e30));
        limited.clone() / (Expression::from(1.0) + absolute(limited))
    }, |locals, z, _| {
        let reciprocal = Expression::from(1.0) / (Expression::from(1.0) + absolute(z));
        let reciprocal = locals.define("reciprocal", reciprocal);
        reciprocal.clone() * reciprocal
    };
    in a lecture: |z, _| {
        Expression::from(1.0) / call(Function::sign("square"), [Expression::from(1.0) + absolute(z)])
    };
}

/// identity(z) = z, for outputs that may be any number.
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

facts! {
    identity: f64::NEG_INFINITY => f64::INFINITY, start Glorot;
    identity_derivative from a;
    equations: |_, z| z, |_, _, _| 1.0.into();
}

/// [`silu`] with the sigmoid for loops.
#[cfg(feature = "alloc")]
#[inline(always)]
fn silu_in_loop<T: Scalar, M: MultiplyAdd>(z: T) -> T {
    weighted(z, math::sigmoid_in_loop::<T, M>(z))
}

/// [`silu_derivative`] with the sigmoid for loops.
#[cfg(feature = "alloc")]
#[inline(always)]
fn silu_derivative_in_loop<T: Scalar, M: MultiplyAdd>(z: T, _a: T) -> T {
    let s = math::sigmoid_in_loop::<T, M>(z);
    s + weighted(z, s * math::sigmoid_in_loop::<T, M>(-z))
}

/// The slope of [`leaky_relu`] below 0.
const LEAK: f64 = 0.01;

/// φ(0) = 1 / √(2π)
const DENSITY_AT_0: f64 = FRAC_1_SQRT_2 * FRAC_2_SQRT_PI / 2.0;

/// The minimum of [`silu`], at z = −1.278.
const LEAST_SILU: f64 = -0.278_464_542_761_073_8;

/// The minimum of [`gelu`], at z = −0.752.
const LEAST_GELU: f64 = -0.169_971_207_479_903_66;

/// z · weight, where the weight vanishes faster than z grows: 0 in the limit, not −∞ · 0.
#[inline]
pub(crate) fn weighted<T: Scalar>(z: T, weight: T) -> T {
    if weight == T::ZERO { T::ZERO } else { z * weight }
}

/// Φ(z) = ½ erfc(−z / √2), the probability of a standard normal variable below z.
fn normal_probability<T: Scalar>(z: T) -> T {
    T::from_f64(0.5) * (z * T::from_f64(-FRAC_1_SQRT_2)).erfc()
}
