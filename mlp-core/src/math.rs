//! Elementary functions with the same bits on every target. `sigmoid` and `tanh` use multiplications, additions and one
//! division. The rest come from the pure-Rust `libm`, with and without `std`; only the square root, which is correctly
//! rounded everywhere, comes from the processor with `std`.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

pub(crate) mod exponential;
pub(crate) mod float_math;
pub(crate) mod multiply_add;
pub(crate) mod sum;

use crate::scalar::Scalar;

#[cfg(feature = "alloc")]
pub(crate) use exponential::sigmoid_in_loop;
use exponential::sigmoid_with;
pub(crate) use exponential::{exp_of_negative, tanh_with};
pub(crate) use multiply_add::{MultiplyAdd, Separate};
pub(crate) use sum::CompensatedSum;
#[cfg(feature = "alloc")]
pub(crate) use sum::dot;

/// The logistic function `1 / (1 + e^-z)`, in plain arithmetic: the same bits on every target.
///
/// It uses multiplications, additions and one division, and calls no function. The error is at most 4 ulp for
/// `z >= -87`: the worst found is 3.65 in `f64` (2e8 random points) and 3.64 in `f32` (all numbers). In `f64` the range
/// reduction is no longer exact below -88, and the error grows to 1e-13 of the value. The result becomes exactly 0 at
/// -708.74 (`f32`: -87.68), where the true value is just below the smallest normal number. From 37 on (`f32`: 17),
/// `1 - sigmoid(z)` is lost, and the result is 1 or at most 4 ulp below; from 60 on it is exactly 1. The result is
/// never outside [0, 1]; a NaN stays a NaN.
#[inline]
#[must_use]
pub fn sigmoid<T: Scalar>(z: T) -> T {
    sigmoid_with::<T, Separate>(z)
}

/// The hyperbolic tangent, in plain arithmetic: the same bits on every target.
///
/// The error is at most 4 ulp everywhere, subnormal numbers included: the worst found is 3.81 in `f64` (1e8 random
/// points) and 3.64 in `f32` (all numbers). The result is exactly 1 and -1 at the infinities and never beyond. The
/// function is odd to the bit, so `tanh(-0.0)` is -0; a NaN stays a NaN.
#[inline]
#[must_use]
pub fn tanh<T: Scalar>(x: T) -> T {
    tanh_with::<T, Separate>(x)
}

/// Changes each of some numbers with its partner at the same position. The two slices are equally long.
///
/// An iterator over both would do the same, but is half a dozen functions that are compiled for every network.
#[allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]
#[inline(always)]
pub(crate) fn for_each_pair<T: Copy>(numbers: &mut [T], partners: &[T], change: impl Fn(&mut T, T)) {
    let count = numbers.len();
    let Some(partners) = partners.get(..count) else { return };
    for index in 0..count {
        change(&mut numbers[index], partners[index]);
    }
}

/// |x|; a NaN stays a NaN.
#[inline]
pub(crate) fn absolute<T: Scalar>(x: T) -> T {
    if x < T::ZERO { -x } else { x }
}

/// `z`, limited to `low..=high`. Comparisons instead of `min` and `max`: a NaN stays a NaN.
#[inline(always)]
pub(crate) fn clamp<T: Scalar>(z: T, low: T, high: T) -> T {
    let z = if z > high { high } else { z };
    if z < low { low } else { z }
}

/// The count of things in memory as a float.
#[allow(clippy::cast_precision_loss, reason = "what is in memory is far below 2^53")]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

/// These numbers as `f64`, which holds every `f32` exactly.
#[cfg(feature = "std")]
pub(crate) fn wide<T: Scalar>(values: &[T]) -> std::vec::Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

/// A mean, computed from the differences to the first value, so that the mean of equal values is exactly that value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mean {
    first: Option<f64>,
    sum: f64,
    n: usize,
}

impl Mean {
    pub(crate) fn add(&mut self, value: f64) {
        self.sum += value - *self.first.get_or_insert(value);
        self.n += 1;
    }

    /// The mean of the values so far. NaN if there are none.
    pub(crate) fn value(&self) -> f64 {
        self.first.unwrap_or(f64::NAN) + self.sum / float(self.n)
    }
}

/// The mean of these values. NaN if there are none.
pub(crate) fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let mut mean = Mean::default();
    values.for_each(|value| mean.add(value));
    mean.value()
}
