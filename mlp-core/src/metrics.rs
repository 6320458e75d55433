//! Metrics: how good predictions are, of classes and of numbers.
//!
//! The functions have scikit-learn's names and its order of arguments: `y_true` first, then `y_pred`. Both are slices with
//! an array of outputs for each example: `&[[f64; 1]]` for a network with one output. (A [`loss`](crate::loss) has
//! PyTorch's order, `y_pred` first, and takes the outputs of a single example.)
//!
//! Until now the functions were called `accuracy`, `rmse`, `mae` and `r_squared`, and those of the matrix
//! `from_predictions` and `record`. They took the prediction first. None of these names is left: an old call does not
//! compile, where it would otherwise measure something else.
//!
//! ```compile_fail,E0425
//! let (y_true, y_pred) = ([[1.0, 0.0], [0.0, 1.0]], [[0.9, 0.2], [0.3, 0.6]]);
//! mlp_core::metrics::accuracy(&y_pred, &y_true);
//! ```
//!
//! # Classification
//!
//! Each output stands for a class, and the largest one is the predicted class; if several are the largest, the first of
//! them. A single output tells two classes apart: above ½ it is class 1, else class 0. Targets say the true class in the
//! same way, usually one-hot. For a network that decides otherwise, say at 0 between targets of −1 and 1,
//! [`count_example`](ConfusionMatrix::count_example) takes the classes themselves.
//!
//! ```
//! use mlp_core::metrics::ConfusionMatrix;
//! use mlp_core::{GradientDescent, StandardNormal, Trainer, mlp};
//!
//! mlp!(pub struct And: 2 => 1);
//! let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [0.0]), ([1.0, 0.0], [0.0]), ([1.0, 1.0], [1.0])];
//! let mut and = And::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! Trainer::new(GradientDescent::new(1.0)).epochs(2000).fit(&mut and, &examples)?;
//!
//! let matrix = ConfusionMatrix::from_network(&and, &examples, ["false", "true"])?;
//! assert_eq!(matrix.accuracy(), Some(1.0));
//! let table = "
//! true \\ predicted  false  true  total
//! false                 3     0      3
//! true                  0     1      1
//! total                 3     1      4";
//! assert_eq!(matrix.to_string(), table.trim_start());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Regression
//!
//! [`root_mean_squared_error`], [`mean_absolute_error`] and [`r2_score`] compare predictions with targets. All metrics are
//! computed in `f64`, whatever the network computes in, and have the same bits everywhere.
//!
//! ```
//! use mlp_core::metrics::{mean_absolute_error, r2_score, root_mean_squared_error};
//!
//! let y_true = [[1.0], [2.0], [3.0], [4.0]];
//! let y_pred = [[1.5], [2.0], [3.0], [2.5]];
//! assert_eq!(mean_absolute_error(&y_true, &y_pred)?, 0.5);
//! assert_eq!(root_mean_squared_error(&y_true, &y_pred)?, 0.625_f64.sqrt());
//! assert_eq!(r2_score(&y_true, &y_pred)?, 0.5);
//! # Ok::<(), mlp_core::metrics::MetricsError>(())
//! ```
//!
//! # Not a number
//!
//! A class cannot be read from outputs of which one is NaN: that is an error. In a regression metric NaN makes the result
//! NaN, and an infinity makes it infinite or NaN, as in any other sum.

mod confusion_matrix;
mod regression;

use crate::Scalar;
use crate::math::float;

pub use confusion_matrix::{Classes, ConfusionMatrix};
pub use regression::{mean_absolute_error, r2_score, root_mean_squared_error};

/// What separates the two classes of a single output.
const THRESHOLD: f64 = 0.5;

/// The class that outputs predict: the largest output's, and of several that are the largest, the first. A single output
/// predicts class 1 above ½, else class 0. `None` if one of them is NaN.
///
/// ```
/// use mlp_core::metrics::predicted_class;
///
/// assert_eq!(predicted_class([0.1, 0.7, 0.2]), Some(1));
/// assert_eq!(predicted_class([0.4, 0.4, 0.2]), Some(0));
/// assert_eq!(predicted_class([0.7]), Some(1));
/// assert_eq!(predicted_class([0.5]), Some(0));
/// assert_eq!(predicted_class([0.7, f64::NAN]), None);
/// ```
#[must_use]
pub fn predicted_class<T: Scalar, const O: usize>(y_pred: [T; O]) -> Option<usize> {
    largest(scores(&y_pred))
}

/// The share of the predictions whose class is the true one: accuracy = correct / all.
///
/// Both slices hold outputs, from which the classes are [read](self#classification); scikit-learn's function takes the
/// classes themselves.
///
/// ```
/// use mlp_core::metrics::accuracy_score;
///
/// let y_true = [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]];
/// let y_pred = [[0.9, 0.2], [0.3, 0.6], [0.8, 0.7], [0.1, 0.4]];
/// assert_eq!(accuracy_score(&y_true, &y_pred)?, 0.75);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or not as many targets as predictions; if a target names no class, or a prediction is NaN.
pub fn accuracy_score<T: Scalar, const O: usize>(y_true: &[[T; O]], y_pred: &[[T; O]]) -> Result<f64, MetricsError> {
    check_lengths(y_true.len(), y_pred.len())?;
    let mut correct = 0;
    for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
        let (class, predicted) = classes(example, y_true, y_pred)?;
        correct += usize::from(class == predicted);
    }
    Ok(float(correct) / float(y_true.len()))
}

/// Why there is no such metric. Examples and classes are counted from 0.
///
/// ```
/// use mlp_core::metrics::{accuracy_score, r2_score};
///
/// assert_eq!(
///     accuracy_score(&[[1.0, 0.0], [1.0, 1.0]], &[[0.9, 0.2], [0.3, 0.6]]).unwrap_err().to_string(),
///     "example 1: the target names no class: one value must be the largest, or a single one not 0.5",
/// );
/// assert_eq!(
///     r2_score(&[[1.0], [2.0], [4.0]], &[[1.5], [2.0]]).unwrap_err().to_string(),
///     "there are 3 targets and 2 predictions: every example needs one of each",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// There is nothing to measure.
    #[error("there are no examples: a metric needs at least one")]
    NoExamples,
    /// Targets and predictions do not belong together.
    #[error("there are {targets} targets and {predictions} predictions: every example needs one of each")]
    Lengths {
        /// How many targets.
        targets: usize,
        /// How many predictions.
        predictions: usize,
    },
    /// A target is NaN, or has its largest value twice.
    #[error("example {example}: the target names no class: one value must be the largest, or a single one not 0.5")]
    Target {
        /// Which example.
        example: usize,
    },
    /// A prediction has no largest output.
    #[error("example {example}: the prediction is not a number, and so predicts no class")]
    Prediction {
        /// Which example.
        example: usize,
    },
    /// There is no such class.
    #[error("there is no class {class}: the {classes} classes are counted from 0")]
    Class {
        /// As given.
        class: usize,
        /// How many there are.
        classes: usize,
    },
    /// There is no variance to explain.
    #[error("the targets are all equal: R² needs targets that differ from their mean")]
    EqualTargets,
}

crate::message::debug_is_message!(MetricsError);

fn check_lengths(targets: usize, predictions: usize) -> Result<(), MetricsError> {
    if targets != predictions {
        return Err(MetricsError::Lengths { targets, predictions });
    }
    if targets == 0 { Err(MetricsError::NoExamples) } else { Ok(()) }
}

/// The true and the predicted class of one example.
fn classes<T: Scalar>(example: usize, y_true: &[T], y_pred: &[T]) -> Result<(usize, usize), MetricsError> {
    let class = only_largest(scores(y_true)).ok_or(MetricsError::Target { example })?;
    let predicted = largest(scores(y_pred)).ok_or(MetricsError::Prediction { example })?;
    Ok((class, predicted))
}

/// One number for each class. Of a single output the threshold is class 0's, and the output itself class 1's.
fn scores<T: Scalar>(outputs: &[T]) -> impl Iterator<Item = f64> + Clone {
    let threshold = (outputs.len() == 1).then_some(THRESHOLD);
    threshold.into_iter().chain(outputs.iter().map(|output| output.to_f64()))
}

/// Where the largest number is, the first if there are several; `None` if one is NaN.
fn largest(scores: impl Iterator<Item = f64> + Clone) -> Option<usize> {
    if scores.clone().any(f64::is_nan) {
        return None;
    }
    scores.enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(class, _)| class)
}

/// Where the largest number is; `None` if there are several, or one is NaN.
fn only_largest(scores: impl Iterator<Item = f64> + Clone) -> Option<usize> {
    let class = largest(scores.clone())?;
    let score = scores.clone().nth(class)?;
    (scores.filter(|&other| other == score).count() == 1).then_some(class)
}
