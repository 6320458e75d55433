//! Sums of many numbers.

use super::absolute;
use crate::Scalar;

/// A sum that gives back what rounding takes from it, in the scalar's own arithmetic (Kahan, 1965, with the order of
/// the summands that Babuška added in 1969).
///
/// The error of the total stays near one unit in the last place of Σ |value|, up to some 10⁷ numbers in `f32`. A plain
/// sum of `f32` ignores numbers that are 2²⁵ times smaller than itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CompensatedSum<T> {
    sum: T,
    /// The rounding error of the last addition.
    rest: T,
}

impl<T: Scalar> CompensatedSum<T> {
    /// The sum of no numbers.
    pub(crate) const ZERO: Self = Self { sum: T::ZERO, rest: T::ZERO };

    /// Adds a number.
    #[inline]
    pub(crate) fn add(&mut self, value: T) {
        add(&mut self.sum, &mut self.rest, value);
    }

    /// The sum of all numbers that were added; infinite or NaN if one of them or a sum is.
    #[inline]
    pub(crate) const fn total(self) -> T {
        self.sum
    }
}

/// Adds a number to a sum with its rest.
#[allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]
#[inline(always)]
pub(crate) fn add<T: Scalar>(sum: &mut T, rest: &mut T, value: T) {
    // Not at the end, as Neumaier does: a sum of all rests would be rounded too, by 3 % after 3 million numbers.
    let value = value + *rest;
    let total = *sum + value;
    let (larger, smaller) = if absolute(*sum) < absolute(value) { (value, *sum) } else { (*sum, value) };
    *rest = (larger - total) + smaller;
    *sum = total;
}

/// Σ aᵢ bᵢ, in eight sums side by side.
#[cfg(feature = "alloc")]
pub(crate) fn dot<T: Scalar>(a: &[T], b: &[T]) -> T {
    let ((a_chunks, a_rest), (b_chunks, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [T::ZERO; 8];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        for lane in 0..8 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let mut sum = T::ZERO;
    for (&a, &b) in a_rest.iter().zip(b_rest) {
        sum += a * b;
    }
    for lane in sums {
        sum += lane;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: impl IntoIterator<Item = f32>) -> f32 {
        let mut sum = CompensatedSum::ZERO;
        numbers.into_iter().for_each(|number| sum.add(number));
        sum.total()
    }

    fn assert_close(sum: f32, exact: f64) {
        assert!((f64::from(sum) - exact).abs() <= f64::from(f32::EPSILON) * exact, "{sum} is not {exact}");
    }

    #[test]
    fn sixteen_million_numbers() {
        let count = 16_000_000;
        let numbers = || core::iter::repeat_n(0.1_f32, count);
        let exact = 16e6 * f64::from(0.1_f32);
        assert_close(sum(numbers()), exact);
        let plain: f32 = numbers().sum();
        assert!((f64::from(plain) - exact).abs() > 0.05 * exact, "{plain}");
    }

    /// A number that is larger than the sum so far.
    #[test]
    fn small_numbers_before_and_after_a_large_one() {
        let small = || core::iter::repeat_n(1.0_f32, 1_000_001);
        assert_close(sum(small().chain([1e12]).chain(small())), 1e12 + 2_000_002.0);
        assert_close(sum([1.0, 1e9].into_iter().chain(small())), 1e9 + 1_000_002.0);
    }

    #[test]
    fn what_is_not_finite_stays_so() {
        assert!(!sum([f32::MAX, f32::MAX, 1.0, 1.0]).is_finite());
        assert!(!sum([1.0, f32::INFINITY, 1.0, 1.0]).is_finite());
        assert!(sum([1.0, f32::NAN, 1.0, 1.0]).is_nan());
    }
}
