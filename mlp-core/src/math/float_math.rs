//! The constants and the steps of the formulas that depend on the scalar type.

#![allow(clippy::inline_always)]

use super::MultiplyAdd;
use coefficients::{
    P_FACTORS_F32, P_FACTORS_F64, P_SUM_F32, P_SUM_F64, Q_FACTORS_F32, Q_FACTORS_F64, Q_SUM_F32, Q_SUM_F64,
};

/// The coefficients of `P` and `Q`: as linear factors `v + c`, and as sums with the highest power first.
pub(crate) mod coefficients {
    pub(crate) const P_FACTORS_F32: [f32; 1] = [1.680_361_6];
    pub(crate) const Q_FACTORS_F32: [f32; 1] = [3.360_723_3];
    pub(crate) const P_SUM_F32: [f32; 2] = [0.013_981_978, 0.84];
    pub(crate) const Q_SUM_F32: [f32; 2] = [0.167_963_82, 1.68];
    pub(crate) const P_FACTORS_F64: [f64; 2] = [0.418_827_796_979_329_9, 4.007_546_527_363_49];
    pub(crate) const Q_FACTORS_F64: [f64; 2] = [0.569_484_799_652_891_7, 5.894_703_017_080_929];
    pub(crate) const P_SUM_F64: [f64; 3] =
        [5.551_340_375_418_984e-5, 0.023_330_802_323_764_03, 0.840_000_000_000_012_3];
    pub(crate) const Q_SUM_F64: [f64; 3] =
        [0.001_666_160_528_362_289_1, 0.186_661_604_647_526_7, 1.680_000_000_000_024_6];
}

/// Constants and type-dependent steps of the formulas. Private, which seals [`Scalar`](crate::scalar::Scalar).
pub trait FloatMath: Sized {
    /// `1 / ln 2`.
    const LOG2_E: Self;
    /// `ln 2` in so few bits that its product with `n` is exact for `|n| < 128` (in `f32`, for every `n`). In `f64`
    /// there are many such numbers. The rounding error of `s + 1 + low` in [`sigmoid`](super::sigmoid) is a constant
    /// for each `n`, and with this number these errors are smallest for `n > 0`; with the number nearest to `ln 2` the
    /// error is 4.02 ulp at `n = 7`.
    const LN_2_HIGH: Self;
    /// The rest of `ln 2`.
    const LN_2_LOW: Self;
    /// 1.5 times the power of two above which numbers are spaced by 1. Adding it rounds to an integer, which is then in
    /// the low bits.
    const ROUNDER: Self;
    /// The lower limit of `z`. Its `n` is so small that the denominator of [`sigmoid`](super::sigmoid) overflows.
    const FLOOR: Self;
    /// The upper limit of `z`. Here `s + 1` rounds to 1; at its negative, `s + 1` rounds to `s`.
    const CEILING: Self;
    /// The unit of `r^2` in [`q_product`](FloatMath::q_product), and the unit times `LN_2_HIGH`. The unit sets the
    /// scale of `Q` there: between 3.35 and 3.41. So `Q + rP` is below 4, and no sum of its size has a mantissa near 1,
    /// where a rounding error weighs most. And `s Q` overflows for the `n` of [`FLOOR`](FloatMath::FLOOR), but not for
    /// `n + 1`.
    const UNIT_OF_Q: [Self; 2];
    /// The same for [`p_product`](FloatMath::p_product): the leading coefficient of `P` is 1 in this unit.
    const UNIT_OF_P: [Self; 2];

    /// The smallest normal number.
    const SMALLEST_NORMAL: Self;
    /// The largest number below 1.
    const BELOW_ONE: Self;

    /// The count of things in memory, rounded once.
    fn from_count(count: usize) -> Self;

    /// `2^-n` from `rounded = ROUNDER - n`.
    fn power_of_two(rounded: Self) -> Self;

    /// `P` as a product of linear factors, from `UNIT_OF_P` times `r^2`.
    fn p_product(v: Self) -> Self;

    /// `Q` as a product of linear factors, from `UNIT_OF_Q` times `r^2`.
    fn q_product(v: Self) -> Self;

    /// `(P, Q)` at `r^2 = u`, up to a common factor, as sums: one rounding error less, however small `r` is.
    fn sums<M: MultiplyAdd>(u: Self) -> (Self, Self);

    /// `self * b + c` with one rounding.
    #[cfg(feature = "std")]
    fn fused_multiply_add(self, b: Self, c: Self) -> Self;

    /// `e^self`, by `libm`.
    fn exp(self) -> Self;

    /// `e^self - 1`, by `libm`.
    fn exp_m1(self) -> Self;

    /// `ln(self)`, by `libm`.
    fn ln(self) -> Self;

    /// `ln(1 + self)`, by `libm`.
    fn ln_1p(self) -> Self;

    /// The square root, correctly rounded as IEEE 754 demands: by the processor with `std`, by `libm` without.
    fn sqrt(self) -> Self;

    /// `erfc(self)`, the complementary error function, by `libm`.
    fn erfc(self) -> Self;
}

impl FloatMath for f32 {
    const LOG2_E: Self = core::f32::consts::LOG2_E;
    const LN_2_HIGH: Self = 0.693_145_75;
    const LN_2_LOW: Self = 1.428_606_8e-6;
    const ROUNDER: Self = 12_582_912.0;
    const FLOOR: Self = -88.0;
    const CEILING: Self = 60.0;
    const UNIT_OF_Q: [Self; 2] = [0.336, 0.232_896_97];
    const UNIT_OF_P: [Self; 2] = [0.027_969_98, 0.019_387_273];
    const SMALLEST_NORMAL: Self = Self::MIN_POSITIVE;
    const BELOW_ONE: Self = 1.0 - Self::EPSILON / 2.0;

    #[allow(clippy::cast_precision_loss, reason = "rounding to the type is what this function is for")]
    #[inline(always)]
    fn from_count(count: usize) -> Self {
        count as Self
    }

    #[inline(always)]
    fn power_of_two(rounded: Self) -> Self {
        Self::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()))
    }

    #[inline(always)]
    fn p_product(v: Self) -> Self {
        let [c] = P_FACTORS_F32;
        v + c
    }

    #[inline(always)]
    fn q_product(v: Self) -> Self {
        let [c] = Q_FACTORS_F32;
        v + c
    }

    #[inline(always)]
    fn sums<M: MultiplyAdd>(u: Self) -> (Self, Self) {
        let ([p1, p0], [q1, q0]) = (P_SUM_F32, Q_SUM_F32);
        (M::multiply_add(u, p1, p0), M::multiply_add(u, q1, q0))
    }

    #[cfg(feature = "std")]
    #[inline(always)]
    fn fused_multiply_add(self, b: Self, c: Self) -> Self {
        self.mul_add(b, c)
    }

    fn exp(self) -> Self {
        libm::expf(self)
    }

    fn exp_m1(self) -> Self {
        libm::expm1f(self)
    }

    fn ln(self) -> Self {
        libm::logf(self)
    }

    fn ln_1p(self) -> Self {
        libm::log1pf(self)
    }

    #[inline]
    fn sqrt(self) -> Self {
        #[cfg(feature = "std")]
        return self.sqrt();
        #[cfg(not(feature = "std"))]
        return libm::sqrtf(self);
    }

    fn erfc(self) -> Self {
        libm::erfcf(self)
    }
}

impl FloatMath for f64 {
    const LOG2_E: Self = core::f64::consts::LOG2_E;
    const LN_2_HIGH: Self = 0.693_147_180_558_824_5;
    const LN_2_LOW: Self = 1.120_793_333_827_234e-12;
    const ROUNDER: Self = 6_755_399_441_055_744.0;
    const FLOOR: Self = -709.0;
    const CEILING: Self = 60.0;
    const UNIT_OF_Q: [Self; 2] = [0.0577, 0.039_994_592_318_244_176];
    const UNIT_OF_P: [Self; 2] = [0.010_532_132_655_555_37, 0.007_300_318_055_469_73];
    const SMALLEST_NORMAL: Self = Self::MIN_POSITIVE;
    const BELOW_ONE: Self = 1.0 - Self::EPSILON / 2.0;

    #[allow(clippy::cast_precision_loss, reason = "rounding to the type is what this function is for")]
    #[inline(always)]
    fn from_count(count: usize) -> Self {
        count as Self
    }

    #[inline(always)]
    fn power_of_two(rounded: Self) -> Self {
        Self::from_bits((rounded.to_bits() << 52).wrapping_add(1.0_f64.to_bits()))
    }

    #[inline(always)]
    fn p_product(v: Self) -> Self {
        let [c, d] = P_FACTORS_F64;
        (v + c) * (v + d)
    }

    #[inline(always)]
    fn q_product(v: Self) -> Self {
        let [c, d] = Q_FACTORS_F64;
        (v + c) * (v + d)
    }

    #[inline(always)]
    fn sums<M: MultiplyAdd>(u: Self) -> (Self, Self) {
        let ([p2, p1, p0], [q2, q1, q0]) = (P_SUM_F64, Q_SUM_F64);
        let (p, q) = (M::multiply_add(u, p2, p1), M::multiply_add(u, q2, q1));
        (M::multiply_add(u, p, p0), M::multiply_add(u, q, q0))
    }

    #[cfg(feature = "std")]
    #[inline(always)]
    fn fused_multiply_add(self, b: Self, c: Self) -> Self {
        self.mul_add(b, c)
    }

    fn exp(self) -> Self {
        libm::exp(self)
    }

    fn exp_m1(self) -> Self {
        libm::expm1(self)
    }

    fn ln(self) -> Self {
        libm::log(self)
    }

    fn ln_1p(self) -> Self {
        libm::log1p(self)
    }

    #[inline]
    fn sqrt(self) -> Self {
        #[cfg(feature = "std")]
        return self.sqrt();
        #[cfg(not(feature = "std"))]
        return libm::sqrt(self);
    }

    fn erfc(self) -> Self {
        libm::erfc(self)
    }
}

/// Seals [`MultiplyAdd`].
pub trait Sealed {}
