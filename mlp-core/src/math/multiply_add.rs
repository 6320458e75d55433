//! How a product and a sum are rounded: separately, or once.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use super::float_math::Sealed;
use crate::Scalar;

/// How `a * b + c` is computed: [`Separate`] or, with the feature `std`, `Fused`. Sealed.
pub trait MultiplyAdd: Sealed {
    /// `a * b + c`.
    fn multiply_add<T: Scalar>(a: T, b: T, c: T) -> T;
}

/// A rounded product and a rounded sum: the same bits on every target.
///
/// ```
/// use mlp_core::__private::math::{MultiplyAdd, Separate};
///
/// // (1 + ε)² = 1 + 2ε + ε²: the product is rounded, and loses ε².
/// let x = 1.0 + f64::EPSILON;
/// assert_eq!(Separate::multiply_add(x, x, -(1.0 + 2.0 * f64::EPSILON)), 0.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Separate;

impl Sealed for Separate {}

impl MultiplyAdd for Separate {
    #[inline(always)]
    fn multiply_add<T: Scalar>(a: T, b: T, c: T) -> T {
        a * b + c
    }
}

/// One rounding. Only for code compiled with the target feature `fma`: elsewhere each operation is a call.
///
/// Needs the feature `std`: `core` has no stable `mul_add`.
///
/// ```
/// use mlp_core::__private::math::{Fused, MultiplyAdd};
///
/// // (1 + ε)² = 1 + 2ε + ε²: ε² is still there when 1 + 2ε is subtracted.
/// let x = 1.0 + f64::EPSILON;
/// assert_eq!(Fused::multiply_add(x, x, -(1.0 + 2.0 * f64::EPSILON)), f64::EPSILON * f64::EPSILON);
/// ```
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug)]
pub struct Fused;

#[cfg(feature = "std")]
impl Sealed for Fused {}

#[cfg(feature = "std")]
impl MultiplyAdd for Fused {
    #[inline(always)]
    fn multiply_add<T: Scalar>(a: T, b: T, c: T) -> T {
        a.fused_multiply_add(b, c)
    }
}
