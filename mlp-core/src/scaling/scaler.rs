//! Fits a scaling to the columns of rows.

use super::{Scaling, ScalingError};
use crate::math::float;
use crate::math::float_math::FloatMath;
use crate::{Array, Scalar};

/// Fits a [`Scaling`], with a choice for constant columns.
///
/// ```
/// use mlp_core::scaling::{Constant, Scaler};
/// use mlp_core::{Scaling, ScalingError};
///
/// let rows = [[1.0, 5.0], [3.0, 5.0]];
/// let error = Scaler::standardization().fit(rows).unwrap_err();
/// assert_eq!(error, ScalingError::Constant { column: 1, value: 5.0, further: 0 });
///
/// let scaling = Scaler::standardization().constant_columns(Constant::Keep).fit(rows)?;
/// assert_eq!(scaling, Scaling { offset: [2.0, 5.0], scale: [1.0, 1.0] });
/// assert_eq!(scaling.apply([3.0, 5.5]), [1.0, 0.5]);
/// # Ok::<(), ScalingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a scaler does nothing until it is fitted"]
pub struct Scaler {
    method: Method,
    constant: Constant,
}

/// How to treat constant columns: those whose values are all equal, or differ by no more than rounding.
///
/// The largest and the smallest value of a constant column differ by at most 8 ε of the larger, where ε is the distance
/// from 1 to the next number of the scalar: 2.2 · 10⁻¹⁶ in `f64`, 1.2 · 10⁻⁷ in `f32`. So 0.3 and 0.1 + 0.2 count as
/// equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Constant {
    /// A constant column is an error.
    #[default]
    Refuse,
    /// A constant column gets the scale 1, as in scikit-learn. Its values become 0. A later value that differs becomes
    /// its difference.
    Keep,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Standardization,
    MinMax,
}

impl Scaler {
    /// Gives every column the mean 0 and the standard deviation 1.
    pub const fn standardization() -> Self {
        Self { method: Method::Standardization, constant: Constant::Refuse }
    }

    /// Takes the smallest value of every column to 0 and the largest to 1.
    pub const fn min_max() -> Self {
        Self { method: Method::MinMax, constant: Constant::Refuse }
    }

    /// Sets how to treat constant columns; by default [`Constant::Refuse`].
    pub const fn constant_columns(mut self, constant: Constant) -> Self {
        self.constant = constant;
        self
    }

    /// Fits the scaling to these rows.
    ///
    /// # Errors
    ///
    /// As [`Scaling::fit_standardization`] and [`Scaling::fit_min_max`].
    pub fn fit<T, A>(self, rows: impl IntoIterator<Item = A, IntoIter: Clone>) -> Result<Scaling<A>, ScalingError>
    where
        T: Scalar,
        A: Array<T>,
    {
        let measured = Measured::<A::Wide>::new::<T, A>(self.method, &rows.into_iter())?;
        self.round(&measured, |_| true)
    }

    /// As [`fit`](Self::fit), but the columns that are not scaled keep the offset 0 and the scale 1. Calls `refuse` with
    /// every constant column if they are refused.
    #[cfg(feature = "std")]
    pub(crate) fn fit_some<T: Scalar, const N: usize>(
        self,
        rows: &(impl Iterator<Item = [T; N]> + Clone),
        is_scaled: [bool; N],
        mut refuse: impl FnMut(usize),
    ) -> Result<Scaling<[T; N]>, ScalingError> {
        let measured = Measured::<[f64; N]>::new::<T, [T; N]>(self.method, rows)?;
        let scaling = self.round(&measured, |column| is_scaled[column]);
        if let Err(ScalingError::Constant { .. }) = scaling {
            (0..N).filter(|&column| is_scaled[column] && measured.is_constant::<T>(column)).for_each(&mut refuse);
        }
        scaling
    }

    /// Rounds to the scalar, and finds the columns that cannot be scaled.
    fn round<T: Scalar, A: Array<T>>(
        self,
        measured: &Measured<A::Wide>,
        is_scaled: impl Fn(usize) -> bool,
    ) -> Result<Scaling<A>, ScalingError> {
        let mut scaling = Scaling { offset: A::zeros(), scale: A::zeros() };
        let (mut first_constant, mut constant_columns) = (None, 0);
        let slots = scaling.offset.as_mut().iter_mut().zip(scaling.scale.as_mut());
        for (column, (offset, scale)) in slots.enumerate() {
            *scale = T::ONE;
            if !is_scaled(column) {
                continue;
            }
            *offset = T::from_f64(measured.offset.as_ref()[column]);
            if !measured.is_constant::<T>(column) {
                *scale = T::from_f64(measured.scale.as_ref()[column]);
            } else if self.constant == Constant::Refuse {
                first_constant = first_constant.or(Some(column));
                constant_columns += 1;
            }
            if !offset.is_finite() || !scale.is_finite() {
                return Err(ScalingError::Overflow { column });
            }
        }
        match first_constant {
            Some(column) => Err(ScalingError::Constant {
                column,
                value: measured.offset.as_ref()[column],
                further: constant_columns - 1,
            }),
            None => Ok(scaling),
        }
    }
}

/// Offset and scale of every column in `f64`. A scale of 0 means that the values differ by rounding at most.
struct Measured<W> {
    offset: W,
    scale: W,
}

impl<W: Array<f64>> Measured<W> {
    /// Goes through the rows once, and a second time for standard deviations, with all columns side by side.
    fn new<T: Scalar, A: Array<T>>(
        method: Method,
        rows: &(impl Iterator<Item = A> + Clone),
    ) -> Result<Self, ScalingError> {
        let Some(first) = rows.clone().next() else {
            return Err(ScalingError::TooFew { examples: 0 });
        };
        let (mut sums, mut smallest, mut largest) = (W::zeros(), W::zeros(), W::zeros());
        for ((&first, smallest), largest) in first.as_ref().iter().zip(smallest.as_mut()).zip(largest.as_mut()) {
            (*smallest, *largest) = (first.to_f64(), first.to_f64());
        }
        let mut examples = 0;
        for row in rows.clone() {
            let values = row.as_ref();
            if let Some(column) = values.iter().position(|value| !value.is_finite()) {
                return Err(ScalingError::NotFinite { example: examples, column });
            }
            let columns = values.iter().zip(first.as_ref()).zip(sums.as_mut());
            for (((&value, &first), sum), (smallest, largest)) in
                columns.zip(smallest.as_mut().iter_mut().zip(largest.as_mut()))
            {
                let value = value.to_f64();
                // From the differences to the first value, the mean of equal values is exactly that value.
                *sum += value - first.to_f64();
                // Not `f64::min`: of 0 and −0 it may return either.
                *smallest = if value < *smallest { value } else { *smallest };
                *largest = if value > *largest { value } else { *largest };
            }
            examples += 1;
        }
        if examples < 2 {
            return Err(ScalingError::TooFew { examples });
        }
        let mut scale = W::zeros();
        for ((scale, &smallest), &largest) in scale.as_mut().iter_mut().zip(smallest.as_ref()).zip(largest.as_ref()) {
            *scale = spread::<T>(smallest, largest);
        }
        if method == Method::MinMax {
            return Ok(Self { offset: smallest, scale });
        }
        let mut means = sums;
        for (mean, &first) in means.as_mut().iter_mut().zip(first.as_ref()) {
            *mean = first.to_f64() + *mean / float(examples);
        }
        let deviations = standard_deviations(rows, first.as_ref(), &means, &scale, examples);
        Ok(Self { offset: means, scale: deviations })
    }

    /// Whether the values differ by rounding at most, or the scale vanishes in the scalar.
    fn is_constant<T: Scalar>(&self, column: usize) -> bool {
        T::from_f64(self.scale.as_ref()[column]) == T::ZERO
    }
}

///
/// Differences are multiplied by a power of two that brings the spread near 1, so that no square overflows or vanishes;
/// this changes no other bit. Where the spread is 0, so is the deviation.
fn standard_deviations<T: Scalar, A: Array<T>, W: Array<f64>>(
    rows: &(impl Iterator<Item = A> + Clone),
    first: &[T],
    means: &W,
    spreads: &W,
    examples: usize,
) -> W {
    let mut factors = spreads.clone();
    factors.as_mut().iter_mut().for_each(|factor| *factor = inverse_power_of_two(*factor));
    let square = |value: T, mean: f64, factor: f64| {
        let difference = (value.to_f64() - mean) * factor;
        difference * difference
    };
    let mut sums = W::zeros();
    for row in rows.clone() {
        let columns = row.as_ref().iter().zip(first).zip(means.as_ref()).zip(factors.as_ref());
        for ((((&value, &first), &mean), &factor), sum) in columns.zip(sums.as_mut()) {
            *sum += square(value, mean, factor) - square(first, mean, factor);
        }
    }
    let columns = first.iter().zip(means.as_ref()).zip(factors.as_ref()).zip(spreads.as_ref());
    for (sum, (((&first, &mean), &factor), &spread)) in sums.as_mut().iter_mut().zip(columns) {
        let deviation = FloatMath::sqrt(square(first, mean, factor) + *sum / float(examples)) / factor;
        *sum = if spread == 0.0 { 0.0 } else { deviation };
    }
    sums
}

/// 2⁻ⁿ for a number of 2ⁿ or more, but less than 2ⁿ⁺¹; for the largest and the smallest numbers, as far as that is a normal
/// number.
fn inverse_power_of_two(number: f64) -> f64 {
    let exponent = (number.to_bits() >> 52) & 0x7ff;
    f64::from_bits((2046_u64.saturating_sub(exponent)).clamp(1, 2046) << 52)
}

/// The difference of the largest and the smallest value; 0 if it may come from rounding.
pub(crate) fn spread<T: Scalar>(smallest: f64, largest: f64) -> f64 {
    let epsilon = 2.0 * (1.0 - T::BELOW_ONE.to_f64());
    let most = if largest > -smallest { largest } else { -smallest };
    let difference = largest - smallest;
    if difference <= 8.0 * epsilon * most { 0.0 } else { difference }
}
