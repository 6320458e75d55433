//! Functions of e^z from multiplications, additions and one division.
//!
//! With `n = round(z / ln 2)`, `r = z - n ln 2`, `|r| <= ln 2 / 2`, `s = 2^-n` and `tanh(r / 2) = r P(r^2) / Q(r^2)`:
//!
//! ```text
//! e^-z        = s (Q - rP) / (Q + rP)
//! sigmoid(z)  = 1 / (1 + e^-z)          = (Q + rP)               / ((s + 1) Q - (s - 1) rP)
//! tanh(z / 2) = (1 - e^-z) / (1 + e^-z) = ((s + 1) rP - (s - 1) Q) / ((s + 1) Q - (s - 1) rP)
//! ```
//!
//! `P` and `Q` have degree 2 in `f64`, 1 in `f32`; the relative error of their fit, in `e^r`, is 1e-17 and 2e-10.
//! `ln 2` is split into a high word, whose product with `n` is exact for `|n| < 128`, and a low word.
//!
//! There is no branch and no table, so a loop over these functions is vectorised. The formulas are generic over the
//! [`MultiplyAdd`]. [`sigmoid`](super::sigmoid) and [`tanh`](super::tanh) never fuse, so their bits are the same on
//! every target.

// A body that is not inlined into the caller is compiled without the caller's target features.
#![allow(clippy::inline_always)]

use super::MultiplyAdd;
use super::clamp;
use crate::Scalar;

/// [`sigmoid`](super::sigmoid) with the given multiply-add; `Fused` has the same bounds and limits.
///
/// Written for the shortest dependency chain from `z` to the quotient; operations off the chain cost no latency:
///
/// * The low word of `ln 2` goes into `s = 2^-n (1 + n low)`, which is ready before `P` and `Q`, so that `r` is a
///   single exact subtraction.
/// * `P` and `Q` are products of linear factors of `r^2`, so they need no higher power of it. They need no leading
///   coefficients either: these are in the units of `r^2`, and `r times (unit r)` costs no more than `r times r`.
/// * The clamp alone gives the limits. At the upper one, `s` vanishes beside 1, and numerator and denominator are
///   equal. At the lower one, `(s + 1) Q` overflows, the rest of the denominator does not, and the division is by
///   infinity.
#[inline(always)]
#[must_use]
pub fn sigmoid_with<T: Scalar, M: MultiplyAdd>(z: T) -> T {
    let clamped = clamp(z, T::FLOOR, T::CEILING);
    let (n, s) = exponent::<T, M>(clamped);
    let r = M::multiply_add(-n, T::LN_2_HIGH, clamped);
    let p = T::p_product(r * remainder_in::<T, M>(T::UNIT_OF_P, clamped, n));
    let q = T::q_product(r * remainder_in::<T, M>(T::UNIT_OF_Q, clamped, n));
    // s - 1 is computed from the rounded s + 1: both then keep the same bits of a small s, and the denominator is never
    // below the numerator. The low word is added to these two and not to s, because it is ready late.
    let low = s * (n * T::LN_2_LOW);
    let (s_plus_1, s_minus_1) = (s + T::ONE, (s + T::ONE) - (T::ONE + T::ONE));
    let (s_plus_1, s_minus_1) = (s_plus_1 + low, s_minus_1 + low);
    // A difference instead of a sum with 1 - s: with it, LLVM computes the two products of a single scalar in one
    // vector, at the price of shuffles on the chain.
    let denominator = M::multiply_add(-(s_minus_1 * r), p, s_plus_1 * q);
    M::multiply_add(r, p, q) / denominator
}

/// [`sigmoid_with`] for loops over many numbers: half the operations, in a longer chain that overlaps with the chains
/// of other numbers. It is as accurate. Where the true value is below the smallest normal number, so is the result, but
/// the two may differ.
#[cfg(feature = "alloc")]
#[inline(always)]
#[must_use]
pub(crate) fn sigmoid_in_loop<T: Scalar, M: MultiplyAdd>(z: T) -> T {
    let clamped = clamp(z, T::FLOOR, T::CEILING);
    let (n, s) = exponent::<T, M>(clamped);
    let r = M::multiply_add(-n, T::LN_2_LOW, M::multiply_add(-n, T::LN_2_HIGH, clamped));
    let (p, q) = T::sums::<M>(r * r);
    let numerator = M::multiply_add(r, p, q);
    numerator / M::multiply_add(s, M::multiply_add(-r, p, q), numerator)
}

/// `unit r`, ready as soon as `r`. It is rounded where `r` is exact, but the error reaches only the argument of `P` or
/// `Q`, which hardly depend on it.
#[inline(always)]
fn remainder_in<T: Scalar, M: MultiplyAdd>([unit, unit_ln_2]: [T; 2], z: T, n: T) -> T {
    M::multiply_add(-n, unit_ln_2, z * unit)
}

/// [`tanh`](super::tanh) with the given multiply-add; `Fused` has the same bounds and limits.
///
/// Near 0 the result is `rP / Q` with the rounding errors of both. From `|x| = 0.17` on the numerator cancels, at 0.17
/// by half. So `r` gets its low word, `s + 1` and `s - 1` stay exact, and `P` and `Q` are sums. That takes some 12
/// cycles more than [`sigmoid_with`], whose form is 5 to 6 ulp off here. `rP` is a product with `r` itself, so that
/// subnormal numbers and the sign of 0 survive.
#[inline(always)]
#[must_use]
pub fn tanh_with<T: Scalar, M: MultiplyAdd>(x: T) -> T {
    let doubled = clamp(x + x, -T::CEILING, T::CEILING);
    let (n, s) = exponent::<T, M>(doubled);
    let r = M::multiply_add(-n, T::LN_2_LOW, M::multiply_add(-n, T::LN_2_HIGH, doubled));
    let (p, q) = T::sums::<M>(r * r);
    let odd = r * p;
    let (s_plus_1, s_minus_1) = (s + T::ONE, s - T::ONE);
    let numerator = M::multiply_add(s_plus_1, odd, -(s_minus_1 * q));
    numerator / M::multiply_add(-s_minus_1, odd, s_plus_1 * q)
}

/// `e^z` for `z <= 0`, at most 4 ulp off; 0 where that is no longer a normal number; a NaN stays a NaN.
#[inline(always)]
pub(crate) fn exp_of_negative<T: Scalar, M: MultiplyAdd>(z: T) -> T {
    let clamped = clamp(-z, T::ZERO, -T::FLOOR);
    let (n, s) = exponent::<T, M>(clamped);
    let r = M::multiply_add(-n, T::LN_2_LOW, M::multiply_add(-n, T::LN_2_HIGH, clamped));
    let (p, q) = T::sums::<M>(r * r);
    s * M::multiply_add(-r, p, q) / M::multiply_add(r, p, q)
}

/// `(n, 2^-n)`. For `z` = +-0 the subtraction in this order makes `n` +0 and not -0, so that `z - n ln 2` keeps the
/// sign of `z`.
#[inline(always)]
fn exponent<T: Scalar, M: MultiplyAdd>(z: T) -> (T, T) {
    let rounded = M::multiply_add(z, -T::LOG2_E, T::ROUNDER);
    (T::ROUNDER - rounded, T::power_of_two(rounded))
}
