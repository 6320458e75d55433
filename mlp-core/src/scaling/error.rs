//! Why no scaling could be fitted.

use core::fmt::{self, Display, Formatter};

use crate::message::Number;

/// Why no scaling could be fitted. Examples, and columns within their arrays, are counted from 0.
///
/// ```
/// use mlp_core::{Scaling, ScalingError};
///
/// let error = Scaling::fit_standardization([[1.0, 5.0], [3.0, 5.0]]).unwrap_err();
/// assert_eq!(error, ScalingError::Constant { column: 1, value: 5.0, further: 0 });
/// assert_eq!(
///     error.to_string(),
///     "column 1 (counted from 0) is 5 in every example, or differs by rounding only: it tells nothing; leave it out, or \
///      give it the scale 1 by `Scaler::constant_columns(Constant::Keep)`",
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
    /// The values of a column are equal, or differ by rounding only. See [`Constant`](super::Constant).
    Constant {
        /// The index of the first such column.
        column: usize,
        /// Its mean or minimum.
        value: f64,
        /// The number of further such columns.
        further: usize,
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
            Self::Constant { value, further: 0, .. } => write!(
                f,
                "{column} is {} in every example, or differs by rounding only: it tells nothing; leave it out, or \
                 give it the scale 1 by `Scaler::constant_columns(Constant::Keep)`",
                Number(*value)
            ),
            Self::Constant { .. } => write!(
                f,
                "{column} are each the same in every example, or differ by rounding only: they tell nothing; leave \
                 them out, or give them the scale 1 by `Scaler::constant_columns(Constant::Keep)`"
            ),
            Self::Overflow { .. } => write!(f, "the values of {column} are too far apart: their spread overflows"),
        }
    }
}

impl Display for ScalingError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooFew { .. } => self.describe(&"", f),
            Self::Constant { column, further, .. } if further > 0 => {
                self.describe(&format_args!("column {column} (counted from 0) and {further} further"), f)
            }
            Self::NotFinite { column, .. } | Self::Constant { column, .. } | Self::Overflow { column } => {
                self.describe(&format_args!("column {column} (counted from 0)"), f)
            }
        }
    }
}

crate::message::debug_is_message!(ScalingError);
