//! The scalar types of a network: `f32` and `f64`.

use core::fmt::{Debug, Display, LowerExp};
use core::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::math::float_math::FloatMath;
use crate::precompiled::Precompiled;

/// A floating-point type a network can compute in: `f32` or `f64`.
///
/// Sealed: [`sigmoid`](crate::math::sigmoid) and [`tanh`](crate::math::tanh) have coefficients for these types only.
///
/// A function of your own that is generic over `Scalar` serves networks of both types:
///
/// ```
/// use mlp_core::{Scalar, mlp};
///
/// fn softsign<T: Scalar>(z: T) -> T {
///     z / (T::ONE + if z < T::ZERO { -z } else { z })
/// }
///
/// fn softsign_derivative<T: Scalar>(_z: T, a: T) -> T {
///     let rest = T::ONE - if a < T::ZERO { -a } else { a };
///     rest * rest
/// }
///
/// mlp!(pub struct Double: 1 => self::softsign(1));
/// mlp!(pub struct Float: 1 => self::softsign(1), scalar = f32);
///
/// # fn main() {
/// assert_eq!(Double { w11: 1.0, b1: 0.0 }.predict([3.0]), [0.75_f64]);
/// assert_eq!(Float { w11: 1.0, b1: 0.0 }.predict([3.0]), [0.75_f32]);
/// # }
/// ```
pub trait Scalar:
    FloatMath
    + Precompiled
    + Copy
    + Default
    + PartialEq
    + PartialOrd
    + Debug
    + Display
    + LowerExp
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// Name of the type, as in `"f64"`.
    const NAME: &'static str;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// The nearest value of this type.
    #[must_use]
    fn from_f64(value: f64) -> Self;

    /// The same value as an `f64`; exact for both types.
    #[must_use]
    fn to_f64(self) -> f64;

    /// Whether the value is neither infinite nor NaN.
    #[must_use]
    fn is_finite(self) -> bool;
}

impl Scalar for f32 {
    const NAME: &'static str = "f32";
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // rounding to the type is what this function is for
    fn from_f64(value: f64) -> Self {
        value as Self
    }

    #[inline]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

impl Scalar for f64 {
    const NAME: &'static str = "f64";
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;

    #[inline]
    fn from_f64(value: f64) -> Self {
        value
    }

    #[inline]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline]
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}
