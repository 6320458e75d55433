//! Rounds a data set to another scalar, unless that loses what the numbers say.

use super::Dataset;
use crate::Scalar;
use crate::math::float;
use crate::scaling::spread;

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// A copy of the data set in another scalar, with every number rounded to it.
    ///
    /// A network in `f32` needs this where raw values lie close together and far from 0, such as timestamps. Scale them
    /// in `f64` and round then:
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let seconds = Dataset::new((0..1000).map(|n| ([1.7e9 + f64::from(n)], [])).collect());
    /// assert!(seconds.cast::<f32>().is_err());
    /// let scaled = seconds.scale_inputs(&seconds.fit_min_max()?).cast::<f32>()?;
    /// assert!(scaled.inputs().is_sorted_by(|[a], [b]| a < b));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The network then predicts from [`Scaling::apply_rounded`](crate::Scaling::apply_rounded).
    ///
    /// # Errors
    ///
    /// If a number is too large for the scalar, or if values of an input or target collapse: the root mean square of
    /// their rounding errors exceeds 1 % of their standard deviation.
    pub fn cast<U: Scalar>(&self) -> Result<Dataset<U, I, O>, RoundingError> {
        let (mut inputs, mut targets) = ([Rounding::default(); I], [Rounding::default(); O]);
        let mut examples = Vec::with_capacity(self.examples.len());
        for (example, (x, y_true)) in self.examples.iter().enumerate() {
            let overflow = |column| RoundingError::Overflow { example, column, scalar: U::NAME };
            let x = round(x, &mut inputs).map_err(|input| overflow(self.input_name(input)))?;
            let y_true = round(y_true, &mut targets).map_err(|target| overflow(self.target_name(target)))?;
            examples.push((x, y_true));
        }
        let collapsed = |columns: &[Rounding]| columns.iter().position(Rounding::loses_spread);
        let input = collapsed(&inputs).map(|input| self.input_name(input));
        if let Some(column) = input.or_else(|| collapsed(&targets).map(|target| self.target_name(target))) {
            return Err(RoundingError::LostSpread { column, scalar: U::NAME });
        }
        Ok(Dataset {
            examples,
            input_names: self.input_names.clone(),
            schema: self.schema.clone(),
            report: self.report.clone(),
        })
    }
}

/// The rounded numbers, or the index of one that is too large.
fn round<T: Scalar, U: Scalar, const N: usize>(numbers: &[T; N], columns: &mut [Rounding; N]) -> Result<[U; N], usize> {
    let mut rounded = [U::ZERO; N];
    for (index, ((slot, column), number)) in rounded.iter_mut().zip(columns).zip(numbers).enumerate() {
        *slot = column.round(number.to_f64());
        if !slot.is_finite() && number.is_finite() {
            return Err(index);
        }
    }
    Ok(rounded)
}

/// Compares the rounding errors of a column with the spread of its numbers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rounding {
    numbers: usize,
    first: f64,
    smallest: f64,
    largest: f64,
    /// The sum of the differences to the first number, and of their squares.
    differences: f64,
    squares: f64,
    squared_errors: f64,
}

impl Rounding {
    pub(super) fn round<T: Scalar>(&mut self, number: f64) -> T {
        let rounded = T::from_f64(number);
        if T::NAME == f64::NAME {
            return rounded;
        }
        if self.numbers == 0 {
            (self.first, self.smallest, self.largest) = (number, number, number);
        }
        self.numbers += 1;
        self.smallest = if number < self.smallest { number } else { self.smallest };
        self.largest = if number > self.largest { number } else { self.largest };
        let (difference, error) = (number - self.first, rounded.to_f64() - number);
        self.differences += difference;
        self.squares += difference * difference;
        self.squared_errors += error * error;
        rounded
    }

    /// Whether the numbers differ by more than their own rounding, and the root mean square of the rounding errors
    /// exceeds 1 % of the standard deviation.
    pub(super) fn loses_spread(&self) -> bool {
        let squared_deviations = self.squares - self.differences * self.differences / float(self.numbers);
        spread::<f64>(self.smallest, self.largest) > 0.0 && self.squared_errors > 1e-4 * squared_deviations
    }
}

/// Why a data set could not be rounded to another scalar.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RoundingError {
    /// A number is too large for the scalar.
    #[error("example {example}: the value of {column} is too large for {scalar}: scale it before it is rounded")]
    Overflow {
        /// The index of the example.
        example: usize,
        /// The name of the input or target in backticks, or its index.
        column: String,
        /// The name of the scalar, such as `f32`.
        scalar: &'static str,
    },
    /// Different numbers become equal, or nearly all of their differences is rounding.
    #[error("the values of {column} lie too close together for {scalar}: scale them before they are rounded")]
    LostSpread {
        /// The name of the input or target in backticks, or its index.
        column: String,
        /// The name of the scalar, such as `f32`.
        scalar: &'static str,
    },
}

crate::message::debug_is_message!(RoundingError);
