//! Metrics for classification and regression.
//!
//! The functions have scikit-learn's names and its order of arguments: `y_true` first, then `y_pred`. Both are slices
//! with an array of outputs for each example: `&[[f64; 1]]` for a network with one output. (A [`loss`](crate::loss) has
//! PyTorch's order, `y_pred` first, and takes the outputs of a single example.)
//!
//! Earlier names took the prediction first: `accuracy`, `rmse`, `mae`, `r_squared`, and the matrix's `from_predictions` and
//! `record`. They are gone, so that an old call does not compile instead of measuring something else.
//!
//! ```compile_fail,E0425
//! let (y_true, y_pred) = ([[1.0, 0.0], [0.0, 1.0]], [[0.9, 0.2], [0.3, 0.6]]);
//! mlp_core::metrics::accuracy(&y_pred, &y_true);
//! ```
//!
//! # Classification
//!
//! Each output stands for a class, and the largest output is the predicted class; in a tie, the first of the largest. A
//! single output stands for two classes: above ½ it means class 1, otherwise class 0. Targets give the true class in
//! the same way, usually one-hot. If your network decides differently, for example at 0 between targets of −1 and 1,
//! pass the classes themselves to [`count_example`](ConfusionMatrix::count_example).
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
//! # Probabilities
//!
//! If the outputs are probabilities, [`log_loss`] and [`brier_score_loss`] judge them, and a `CalibrationCurve` shows whether
//! they are as often right as they say. A `RocCurve` and a `PrecisionRecallCurve` show all thresholds of a class at once;
//! their scores need not be probabilities. The curves need the feature `alloc`.
//!
//! If an example may have several labels, use [`MultiLabel`].
//!
//! # Weights
//!
//! If some examples count more than others, [`Weighted`] has accuracy, confusion matrix, log loss, Brier score and the errors
//! of numbers with a weight for each. Curves and their areas have none.
//!
//! # Regression
//!
//! [`root_mean_squared_error`], [`mean_absolute_error`] and [`r2_score`] compare predictions with targets. All metrics
//! are computed in `f64`, whatever the network's scalar, and have the same bits on every platform.
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
//! If an output is NaN, it names no class: that is an error in classification. In a regression metric, NaN makes the
//! result NaN, and an infinity makes it infinite or NaN, as in any other sum.

#[cfg(feature = "alloc")]
mod calibration;
mod confusion_matrix;
mod multi_label;
#[cfg(feature = "std")]
mod permutation_importance;
#[cfg(feature = "alloc")]
mod precision_recall;
mod probability;
#[cfg(feature = "alloc")]
mod ranking;
mod regression;
#[cfg(feature = "alloc")]
mod roc;
#[cfg(feature = "std")]
mod scores;
mod table;
mod weighted;

use crate::Scalar;
use crate::math::float;

#[cfg(feature = "alloc")]
pub use calibration::{CalibrationCurve, CalibrationPoint};
#[cfg(feature = "std")]
pub(crate) use confusion_matrix::ratio;
pub use confusion_matrix::{Classes, ConfusionMatrix};
pub use multi_label::MultiLabel;
#[cfg(feature = "std")]
pub use permutation_importance::{Importance, ImportanceError, Importances, permutation_importance};
#[cfg(feature = "alloc")]
pub use precision_recall::{PrecisionRecallCurve, PrecisionRecallPoint};
pub use probability::{brier_score_loss, log_loss, top_k_accuracy_score};
pub use regression::{mean_absolute_error, r2_score, root_mean_squared_error};
#[cfg(feature = "alloc")]
pub use roc::{RocCurve, RocPoint};
#[cfg(feature = "std")]
pub use scores::Scores;
pub use weighted::Weighted;

/// The threshold between the two classes of a single output.
const THRESHOLD: f64 = 0.5;

/// The predicted class: the index of the largest output; in a tie, the first of the largest. A single output predicts
/// class 1 above ½, otherwise class 0. `None` if an output is NaN.
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

/// The fraction of correctly predicted classes: accuracy = correct / all.
///
/// Both slices hold outputs, which [name the classes](self#classification). scikit-learn's function takes the classes
/// themselves.
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
/// If there are no examples, or the numbers of targets and predictions differ; if a target names no class, or a
/// prediction is NaN.
pub fn accuracy_score<T: Scalar, const O: usize>(y_true: &[[T; O]], y_pred: &[[T; O]]) -> Result<f64, MetricsError> {
    check_lengths(y_true.len(), y_pred.len())?;
    let mut correct = 0;
    for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
        let (class, predicted) = classes(example, y_true, y_pred)?;
        correct += usize::from(class == predicted);
    }
    Ok(float(correct) / float(y_true.len()))
}

/// Why a metric could not be computed. Examples and classes are counted from 0.
///
/// ```
/// use mlp_core::metrics::{accuracy_score, r2_score};
///
/// assert_eq!(
///     accuracy_score(&[[1.0, 0.0], [1.0, 1.0]], &[[0.9, 0.2], [0.3, 0.6]]).unwrap_err().to_string(),
///     "example 1: the target names no class: its largest value must be unique, and a single value must not be 0.5",
/// );
/// assert_eq!(
///     r2_score(&[[1.0], [2.0], [4.0]], &[[1.5], [2.0]]).unwrap_err().to_string(),
///     "there are 3 targets and 2 predictions: every example needs one of each",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// There are no examples.
    #[error("there are no examples: a metric needs at least one")]
    NoExamples,
    /// The numbers of targets and predictions differ.
    #[error("there are {targets} targets and {predictions} predictions: every example needs one of each")]
    Lengths {
        /// The number of targets.
        targets: usize,
        /// The number of predictions.
        predictions: usize,
    },
    /// There is not one weight for each example.
    #[error("there are {weights} weights and {examples} examples: give one weight for each example")]
    Weights {
        /// The number of weights.
        weights: usize,
        /// The number of examples.
        examples: usize,
    },
    /// A target is NaN, has its largest value several times, or is a single 0.5.
    #[error(
        "example {example}: the target names no class: its largest value must be unique, and a single value must not \
         be 0.5"
    )]
    Target {
        /// The number of the example.
        example: usize,
    },
    /// An output of a prediction is NaN.
    #[error("example {example}: the prediction is not a number, and so predicts no class")]
    Prediction {
        /// The number of the example.
        example: usize,
    },
    /// There is no such class.
    #[error("there is no class {class}: the {classes} classes are counted from 0")]
    Class {
        /// The class given.
        class: usize,
        /// The number of classes.
        classes: usize,
    },
    /// No example belongs to the class, so no part of its examples can be found.
    #[error("no example belongs to class {class} (counted from 0): find some, or leave the class out")]
    NoneOfClass {
        /// The class given.
        class: usize,
    },
    /// Every example belongs to the class, so none can be taken for it by mistake.
    #[error("every example belongs to class {class} (counted from 0): a ROC curve needs others too")]
    AllOfClass {
        /// The class given.
        class: usize,
    },
    /// A prediction is no probability.
    #[error(
        "example {example}: the prediction is no probability: every output must lie between 0 and 1, and several must sum \
         to 1, as after a sigmoid or a softmax"
    )]
    Probabilities {
        /// The number of the example.
        example: usize,
    },
    /// A target says neither that a label applies nor that it does not.
    #[error("example {example}: the target of a label must be 1 if it applies, and 0 otherwise")]
    Label {
        /// The number of the example.
        example: usize,
    },
    /// A calibration curve of no bins was asked for.
    #[error("a calibration curve of 0 bins has no points: ask for at least one, usually ten")]
    NoBins,
    /// The best 0 predictions were asked for.
    #[error("the true class is never among the 0 largest outputs: ask for at least one")]
    NoPlaces,
    /// The targets of each output are all equal, so there is no variance to explain.
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
pub(crate) fn classes<T: Scalar>(example: usize, y_true: &[T], y_pred: &[T]) -> Result<(usize, usize), MetricsError> {
    let predicted = || largest(scores(y_pred)).ok_or(MetricsError::Prediction { example });
    Ok((class_of_target(example, y_true)?, predicted()?))
}

/// The class that the target of an example names.
fn class_of_target<T: Scalar>(example: usize, y_true: &[T]) -> Result<usize, MetricsError> {
    true_class(y_true).ok_or(MetricsError::Target { example })
}

/// The class that a target names. `None` if it names none.
pub(crate) fn true_class<T: Scalar>(y_true: &[T]) -> Option<usize> {
    only_largest(scores(y_true))
}

/// The output of a class. A single output y is the output of class 1, and 1 − y the output of class 0.
fn output_of<T: Scalar>(class: usize, outputs: &[T]) -> f64 {
    match outputs {
        [output] if class == 0 => 1.0 - output.to_f64(),
        [output] => output.to_f64(),
        outputs => outputs[class].to_f64(),
    }
}

/// One score for each class. With a single output, the threshold is the score of class 0, and the output is the score of
/// class 1.
fn scores<T: Scalar>(outputs: &[T]) -> impl Iterator<Item = f64> + Clone {
    let threshold = (outputs.len() == 1).then_some(THRESHOLD);
    threshold.into_iter().chain(outputs.iter().map(|output| output.to_f64()))
}

/// The index of the largest score; in a tie, the first. `None` if a score is NaN.
fn largest(scores: impl Iterator<Item = f64> + Clone) -> Option<usize> {
    if scores.clone().any(f64::is_nan) {
        return None;
    }
    scores.enumerate().reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(class, _)| class)
}

/// The index of the largest score. `None` in a tie, or if a score is NaN.
fn only_largest(scores: impl Iterator<Item = f64> + Clone) -> Option<usize> {
    let class = largest(scores.clone())?;
    let score = scores.clone().nth(class)?;
    (scores.filter(|&other| other == score).count() == 1).then_some(class)
}
