//! Fits scalings to the inputs of a data set.

use std::fmt::{self, Display, Formatter, Write};

use super::quoted::MOST;
use super::{Dataset, Schema};
use crate::scaling::Scaler;
use crate::{Scalar, Scaling, ScalingError};

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The scaling that gives every input the mean 0 and the standard deviation 1, as [`Scaling::fit_standardization`]
    /// does. The one-hot inputs of a category stay 0 and 1.
    ///
    /// Fit the scaling on the training data only.
    ///
    /// ```
    /// use mlp_core::{Dataset, Scaling};
    ///
    /// let train = Dataset::new(vec![([1.0, 100.0], [0.0]), ([3.0, 500.0], [1.0])]);
    /// let scaling = train.fit_standardization()?;
    /// assert_eq!(scaling, Scaling { offset: [2.0, 300.0], scale: [1.0, 200.0] });
    /// assert_eq!(train.scale_inputs(&scaling).examples()[1], ([1.0, 1.0], [1.0]));
    /// # Ok::<(), mlp_core::dataset::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Scaling::fit_standardization`], with the names of the inputs.
    pub fn fit_standardization(&self) -> Result<Scaling<[T; I]>, InputError> {
        self.fit_inputs(Scaler::standardization())
    }

    /// The scaling that maps the smallest value of every input to 0 and the largest to 1, as [`Scaling::fit_min_max`]
    /// does. The one-hot inputs of a category stay 0 and 1.
    ///
    /// Fit the scaling on the training data only.
    ///
    /// ```
    /// use mlp_core::{Dataset, Scaling};
    ///
    /// let train = Dataset::new(vec![([1.0, 100.0], [0.0]), ([3.0, 500.0], [1.0])]);
    /// assert_eq!(train.fit_min_max()?, Scaling { offset: [1.0, 100.0], scale: [2.0, 400.0] });
    /// # Ok::<(), mlp_core::dataset::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Scaling::fit_min_max`], with the names of the inputs.
    pub fn fit_min_max(&self) -> Result<Scaling<[T; I]>, InputError> {
        self.fit_inputs(Scaler::min_max())
    }

    /// The scaling that this scaler fits to the inputs. The one-hot inputs of a category stay 0 and 1.
    ///
    /// ```
    /// use mlp_core::scaling::{Constant, Scaler};
    /// use mlp_core::{Dataset, Scaling};
    ///
    /// let train = Dataset::new(vec![([1.0, 5.0], [0.0]), ([3.0, 5.0], [1.0])]);
    /// let scaling = train.fit_inputs(Scaler::standardization().constant_columns(Constant::Keep))?;
    /// assert_eq!(scaling, Scaling { offset: [2.0, 5.0], scale: [1.0, 1.0] });
    /// # Ok::<(), mlp_core::dataset::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Scaler::fit`], with the names of the inputs.
    pub fn fit_inputs(&self, scaler: Scaler) -> Result<Scaling<[T; I]>, InputError> {
        // If no example has some value of a category, its input is constant, but that must not be an error: the value
        // may come later. And a rare value must not be enlarged.
        let mut is_scaled = [true; I];
        for (slot, is_one_hot) in is_scaled.iter_mut().zip(self.schema.iter().flat_map(Schema::one_hot)) {
            *slot = !is_one_hot;
        }
        fit(scaler, &self.inputs(), is_scaled, |input| self.input_name(input))
    }

    /// The scaling that this scaler fits to the targets, for numbers that shall be predicted.
    ///
    /// ```
    /// use mlp_core::scaling::Scaler;
    /// use mlp_core::{Dataset, Scaling};
    ///
    /// let train = Dataset::new(vec![([1.0], [100.0]), ([3.0], [500.0])]);
    /// assert_eq!(train.fit_targets(Scaler::standardization())?, Scaling { offset: [300.0], scale: [200.0] });
    /// # Ok::<(), mlp_core::dataset::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Scaler::fit`], with the names of the targets.
    pub fn fit_targets(&self, scaler: Scaler) -> Result<Scaling<[T; O]>, InputError> {
        fit(scaler, &self.targets(), [true; O], |target| self.target_name(target))
    }
}

fn fit<T: Scalar, const N: usize>(
    scaler: Scaler,
    rows: &(impl Iterator<Item = [T; N]> + Clone),
    is_scaled: [bool; N],
    name: impl Fn(usize) -> String,
) -> Result<Scaling<[T; N]>, InputError> {
    let mut constant = Vec::new();
    let scaling = scaler.fit_some(rows, is_scaled, |column| constant.push(column));
    scaling.map_err(|problem| {
        let columns = match problem {
            ScalingError::TooFew { .. } => Vec::new(),
            ScalingError::NotFinite { column, .. } | ScalingError::Overflow { column } => vec![column],
            ScalingError::Constant { .. } => constant,
        };
        InputError { inputs: columns.into_iter().map(name).collect(), problem }
    })
}

/// Why no scaling could be fitted to an input or a target.
///
/// ```
/// use mlp_core::Dataset;
///
/// let train = Dataset::new(vec![([1.0, 5.0], [0.0]), ([3.0, 5.0], [1.0])]);
/// assert_eq!(
///     train.fit_standardization().unwrap_err().to_string(),
///     "input 1 (counted from 0) is 5 in every example, or differs by rounding only: it tells nothing; leave it out, or \
///      give it the scale 1 by `Scaler::constant_columns(Constant::Keep)`",
/// );
/// ```
///
/// If the inputs were read from a file, the message names their columns.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub struct InputError {
    /// The names of the inputs or targets in backticks, or their indices if they have none. All constant ones are named.
    pub inputs: Vec<String>,
    /// The error of the scaling.
    pub problem: ScalingError,
}

impl Display for InputError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut shown = self.inputs[..self.inputs.len().min(MOST)].join(", ");
        if self.inputs.len() > MOST {
            write!(shown, ", … ({} in all)", self.inputs.len())?;
        }
        self.problem.describe(&shown, f)
    }
}

crate::message::debug_is_message!(InputError);
