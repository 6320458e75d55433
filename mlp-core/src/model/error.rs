//! Why there is no model, or why it cannot be judged by a data set.

use crate::TrainError;
use crate::dataset::quoted::{list, quoted};
use crate::dataset::{InputError, SchemaError, SplitError};
use crate::message::Number;
use crate::metrics::MetricsError;

/// Why a model could not be made or judged.
///
/// ```
/// use mlp_core::{Dataset, GradientDescent, Model, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => identity(1));
/// let data = Dataset::new(vec![([0.0], [1.0]), ([1.0], [3.0])]);
/// let error = Model::<Net>::fit(&data, Trainer::new(GradientDescent::new(0.1)), 1).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the data set does not name its columns: read it by `Table`, or name them by `Dataset::with_schema`",
/// );
/// ```
#[derive(PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The columns of the data set have no names.
    #[error("the data set does not name its columns: read it by `Table`, or name them by `Dataset::with_schema`")]
    NoNames,
    /// The schema does not fit the network.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A scaling cannot be inverted.
    #[error(
        "the scaling of {} must be finite in {scalar}, with a scale above 0: it has the offset {} and the scale {}",
        quoted(name), Number(*offset), Number(*scale)
    )]
    Scaling {
        /// The name of the input or target.
        name: String,
        /// Its offset.
        offset: f64,
        /// Its scale.
        scale: f64,
        /// The scalar in which the scaling computes.
        scalar: &'static str,
    },
    /// A value of the data set is too large for the network's scalar, even after scaling.
    #[error("{} is {} in an example, too large for {scalar} even after scaling: check its unit", quoted(name), Number(*value))]
    TooLarge {
        /// The name of the input or target.
        name: String,
        /// The raw value.
        value: f64,
        /// The scalar of the network.
        scalar: &'static str,
    },
    /// The outputs are classes, and have a scaling.
    #[error("the targets are classes, which are not scaled: give `None` as the scaling of the outputs")]
    ScaledClasses,
    /// The examples could not be split into a training part and a part that is held back.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// No scaling could be fitted to an input or a target of the training part.
    #[error(transparent)]
    Unscalable(#[from] InputError),
    /// The network could not be trained. Examples are counted in the training part.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Two data sets, or a data set and a model, have different columns, or the same in another order.
    #[error(
        "{what} {index} (counted from 0) is {} in the data set, but {} in the training: select the columns in the same \
         order, or by `model.select(…)`",
        found.as_deref().map_or_else(|| "missing".to_owned(), quoted),
        expected.as_deref().map_or_else(|| "missing".to_owned(), quoted)
    )]
    Different {
        /// The list that differs: `input`, `target` or `class`.
        what: &'static str,
        /// The index of the first difference.
        index: usize,
        /// Its name in the data set, if it is there.
        found: Option<String>,
        /// Its name in the training, if it is there.
        expected: Option<String>,
    },
    /// The model predicts numbers, but classes are wanted.
    #[error("the model predicts numbers ({}), not {classes} classes: use a metric of regression", list(targets))]
    NoClasses {
        /// The names of the targets.
        targets: Vec<String>,
        /// The number of classes wanted.
        classes: usize,
    },
    /// A metric could not be computed.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

crate::message::debug_is_message!(ModelError);
