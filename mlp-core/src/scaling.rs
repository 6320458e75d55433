//! Scaling brings inputs and targets to about the same size, so that no column drowns another, and takes predictions
//! back to the targets' unit.
//!
//! A [`Scaling`] is fitted on the training examples alone: nothing about the test examples may reach the network. A
//! [`Scaled`] keeps it with the network, because a prediction needs the same scaling.
//!
//! ```
//! use mlp_core::{GradientDescent, Scaled, Scaling, StandardNormal, Trainer, mlp};
//!
//! mlp!(pub struct Price: 2 => tanh(2) => identity(1));
//!
//! // Area in m², rooms; price in euros.
//! let examples = [([50.0, 2.0], [200e3]), ([80.0, 3.0], [310e3]), ([65.0, 2.0], [245e3]), ([120.0, 5.0], [460e3])];
//! let inputs = Scaling::fit_standardization(examples.map(|(x, _)| x))?;
//! let outputs = Scaling::fit_standardization(examples.map(|(_, y)| y))?;
//! let scaled = examples.map(|(x, y)| (inputs.apply(x), outputs.apply(y)));
//!
//! let mut network = Price::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! Trainer::new(GradientDescent::new(0.05)).epochs(2000).fit(&mut network, &scaled)?;
//! let model = Scaled { network, inputs, outputs: Some(outputs) };
//! let [price] = model.predict([80.0, 3.0]);
//! assert!((price - 310e3).abs() < 5e3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Everything here works without the standard library and without an allocator, and has the same bits everywhere: the
//! fit computes in `f64` and rounds to the scalar, with nothing but + − · / and square roots.

use core::fmt::{self, Display, Formatter};

use crate::math::float_math::FloatMath;
use crate::math::mean;
use crate::{Array, Network, Scalar};

/// (value − offset) / scale for every value of an array, and its inverse.
///
/// `A` is the array, such as `[f64; 4]`, a network's inputs or outputs.
///
/// ```
/// use mlp_core::Scaling;
///
/// let scaling = Scaling::fit_standardization([[1.0, 100.0], [3.0, 500.0]])?;
/// assert_eq!(scaling, Scaling { offset: [2.0, 300.0], scale: [1.0, 200.0] });
/// assert_eq!(scaling.apply([3.0, 400.0]), [1.0, 0.5]);
/// assert_eq!(scaling.invert([1.0, 0.5]), [3.0, 400.0]);
/// # Ok::<(), mlp_core::ScalingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling<A> {
    /// Subtracted from each value: the mean or the minimum of its column.
    pub offset: A,
    /// Divides the difference: the standard deviation or the range of its column.
    pub scale: A,
}

impl<A> Scaling<A> {
    /// Fits the scaling that gives every column the mean 0 and the standard deviation 1.
    ///
    /// The standard deviation is that of the population, √(1/n · Σ (x − mean)²), as in scikit-learn's `StandardScaler`.
    ///
    /// # Errors
    ///
    /// If there are fewer than two rows; if a value is infinite or NaN; if all values of a column are equal or differ
    /// so little that the squares vanish; if they differ so much that the squares overflow.
    pub fn fit_standardization<T>(rows: impl IntoIterator<Item = A, IntoIter: Clone>) -> Result<Self, ScalingError>
    where
        T: Scalar,
        A: Array<T>,
    {
        let rows = rows.into_iter();
        Self::fit(&rows, |column| {
            let values = values(&rows, column);
            let mean_value = mean(values.clone());
            let variance = mean(values.map(|value| (value - mean_value) * (value - mean_value)));
            (mean_value, FloatMath::sqrt(variance))
        })
    }

    /// Fits the scaling that takes the smallest value of every column to 0 and the largest to 1.
    ///
    /// ```
    /// use mlp_core::Scaling;
    ///
    /// let scaling = Scaling::fit_min_max([[10.0_f32], [30.0], [20.0]])?;
    /// assert_eq!(scaling.apply([15.0]), [0.25]);
    /// assert_eq!(scaling.apply([40.0]), [1.5]); // a value beyond those of the fit leaves [0, 1]
    /// # Ok::<(), mlp_core::ScalingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two rows; if a value is infinite or NaN; if all values of a column are equal; if they
    /// differ so much that their difference overflows.
    pub fn fit_min_max<T>(rows: impl IntoIterator<Item = A, IntoIter: Clone>) -> Result<Self, ScalingError>
    where
        T: Scalar,
        A: Array<T>,
    {
        let rows = rows.into_iter();
        Self::fit(&rows, |column| {
            // Not `f64::min`: of 0 and −0 it may return either.
            let smallest =
                values(&rows, column).fold(f64::INFINITY, |least, value| if value < least { value } else { least });
            let largest =
                values(&rows, column).fold(f64::NEG_INFINITY, |most, value| if value > most { value } else { most });
            (smallest, largest - smallest)
        })
    }

    /// Scales: (x − offset) / scale.
    #[must_use]
    pub fn apply<T: Scalar>(&self, x: A) -> A
    where
        A: Array<T>,
    {
        self.map(x, |x, offset, scale| (x - offset) / scale)
    }

    /// Takes scaled values back: x · scale + offset. Rounding apart, it undoes [`apply`](Self::apply).
    #[must_use]
    pub fn invert<T: Scalar>(&self, x: A) -> A
    where
        A: Array<T>,
    {
        self.map(x, |x, offset, scale| x * scale + offset)
    }

    fn map<T: Scalar>(&self, mut x: A, f: fn(T, T, T) -> T) -> A
    where
        A: Array<T>,
    {
        for ((x, &offset), &scale) in x.as_mut().iter_mut().zip(self.offset.as_ref()).zip(self.scale.as_ref()) {
            *x = f(*x, offset, scale);
        }
        x
    }

    fn fit<T: Scalar>(
        rows: &(impl Iterator<Item = A> + Clone),
        offset_and_scale: impl Fn(usize) -> (f64, f64),
    ) -> Result<Self, ScalingError>
    where
        A: Array<T>,
    {
        check(rows)?;
        let mut scaling = Self { offset: A::zeros(), scale: A::zeros() };
        let slots = scaling.offset.as_mut().iter_mut().zip(scaling.scale.as_mut());
        for (column, (offset_slot, scale_slot)) in slots.enumerate() {
            let (offset, scale) = offset_and_scale(column);
            (*offset_slot, *scale_slot) = (T::from_f64(offset), T::from_f64(scale));
            if !offset_slot.is_finite() || !scale_slot.is_finite() {
                return Err(ScalingError::Overflow { column });
            }
            if *scale_slot == T::ZERO {
                return Err(ScalingError::Constant { column, value: offset });
            }
        }
        Ok(scaling)
    }
}

fn check<T: Scalar, A: Array<T>>(rows: &(impl Iterator<Item = A> + Clone)) -> Result<(), ScalingError> {
    let mut examples = 0;
    for (example, row) in rows.clone().enumerate() {
        if let Some(column) = row.as_ref().iter().position(|value| !value.is_finite()) {
            return Err(ScalingError::NotFinite { example, column });
        }
        examples = example + 1;
    }
    if examples < 2 { Err(ScalingError::TooFew { examples }) } else { Ok(()) }
}

/// One column of the rows.
fn values<T: Scalar, A: Array<T>>(
    rows: &(impl Iterator<Item = A> + Clone),
    column: usize,
) -> impl Iterator<Item = f64> + Clone {
    rows.clone().map(move |row| row.as_ref()[column].to_f64())
}

/// A network with the scaling that it was trained with: raw values go in, raw values come out.
///
/// A function that takes a network, such as
/// [`ConfusionMatrix::from_network`](crate::metrics::ConfusionMatrix::from_network), needs `network` and scaled inputs.
///
/// ```
/// use mlp_core::{Scaled, Scaling, mlp};
///
/// mlp!(pub struct Sum: 2 => identity(1));
/// let model = Scaled {
///     network: Sum::from_parameters([1.0, 1.0, 0.0]),
///     inputs: Scaling { offset: [10.0, 20.0], scale: [2.0, 5.0] },
///     outputs: Some(Scaling { offset: [300.0], scale: [100.0] }),
/// };
/// // (12 − 10) / 2 + (25 − 20) / 5 = 2, and 2 · 100 + 300 = 500.
/// assert_eq!(model.predict([12.0, 25.0]), [500.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled<N: Network> {
    /// The network, trained on scaled examples.
    pub network: N,
    /// Scales the inputs of the network.
    pub inputs: Scaling<N::Input>,
    /// Scales the targets; its inverse is applied to predictions. `None` if the targets were not scaled, as in
    /// classification.
    pub outputs: Option<Scaling<N::Output>>,
}

impl<N: Network> Scaled<N> {
    /// Predicts from raw inputs, in the targets' own unit.
    #[must_use]
    pub fn predict(&self, x: N::Input) -> N::Output {
        let y_pred = self.network.predict(self.inputs.apply(x));
        self.outputs.as_ref().map_or(y_pred, |outputs| outputs.invert(y_pred))
    }
}

/// Why no scaling could be fitted. Examples, and columns within their arrays, are counted from 0.
///
/// ```
/// use mlp_core::{Scaling, ScalingError};
///
/// let error = Scaling::fit_standardization([[1.0, 5.0], [3.0, 5.0]]).unwrap_err();
/// assert_eq!(error, ScalingError::Constant { column: 1, value: 5.0 });
/// assert_eq!(
///     error.to_string(),
///     "column 1 (counted from 0) is 5 in every example, or differs too little: it tells nothing, leave it out",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScalingError {
    /// There are fewer than two examples.
    TooFew {
        /// The number of examples.
        examples: usize,
    },
    /// A value is infinite or NaN.
    NotFinite {
        /// The index of the example.
        example: usize,
        /// The index of the column.
        column: usize,
    },
    /// The spread of a column is 0, and its values cannot be divided by it.
    Constant {
        /// The index of the column.
        column: usize,
        /// The mean or the minimum.
        value: f64,
    },
    /// The spread of a column is too large for the scalar.
    Overflow {
        /// The index of the column.
        column: usize,
    },
}

impl ScalingError {
    /// Writes the message, with `column` as the name of the column.
    pub(crate) fn describe(&self, column: &dyn Display, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { examples } => {
                write!(f, "a scaling needs at least two examples to measure their spread, not {examples}")
            }
            Self::NotFinite { example, .. } => {
                write!(f, "example {example}: the value of {column} is infinite or not a number")
            }
            Self::Constant { value, .. } => {
                write!(f, "{column} is {value} in every example, or differs too little: it tells nothing, leave it out")
            }
            Self::Overflow { .. } => write!(f, "the values of {column} are too far apart: their spread overflows"),
        }
    }
}

impl Display for ScalingError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let column = match self {
            Self::TooFew { .. } => 0,
            Self::NotFinite { column, .. } | Self::Constant { column, .. } | Self::Overflow { column } => *column,
        };
        self.describe(&format_args!("column {column} (counted from 0)"), f)
    }
}

crate::message::debug_is_message!(ScalingError);
