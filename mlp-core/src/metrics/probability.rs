//! How good predicted probabilities are, and predictions of several classes.

use super::{MetricsError, THRESHOLD, accuracy_score, check_lengths, class_of_target, output_of, scores};
use crate::Scalar;
use crate::math::float;
use crate::math::float_math::FloatMath;
use crate::sample_weights::weigh;

/// How far the sum of the probabilities of an example may be from 1.
const TOLERANCE: f64 = 1e-3;

/// Log loss = −1/n · Σ ln p, where p is the predicted probability of the true class. Also called cross-entropy.
///
/// The outputs are probabilities, one for each class; a single output is the probability of class 1. p is kept between
/// 2⁻⁵² and 1 − 2⁻⁵². So a single prediction that is quite wrong does not make the loss infinite. scikit-learn does the same
/// for `f64`.
///
/// ```
/// use mlp_core::metrics::log_loss;
///
/// let loss = log_loss(&[[1.0], [0.0]], &[[0.5], [0.75]])?;
/// assert!((loss - 8_f64.ln() / 2.0).abs() < 1e-15);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or the numbers of targets and predictions differ; if a target names no class; if an output
/// does not lie between 0 and 1, or several do not sum to 1.
pub fn log_loss<T: Scalar, const O: usize>(y_true: &[[T; O]], y_pred: &[[T; O]]) -> Result<f64, MetricsError> {
    log_loss_with(y_true, y_pred, |_| 1.0)
}

/// [`log_loss`] with weights whose mean is 1.
pub(super) fn log_loss_with<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    weight: impl Fn(usize) -> f64,
) -> Result<f64, MetricsError> {
    let of_example = |class: usize, y_pred: &[T; O]| {
        -FloatMath::ln(output_of(class, y_pred).clamp(f64::EPSILON, 1.0 - f64::EPSILON))
    };
    mean_over_examples(y_true, y_pred, of_example, weight)
}

/// Brier score = 1/n · Σ Σ (p − y)², over the examples and their classes, where y is 1 for the true class and 0 for the
/// others. For two classes the score is half of this sum, (p − y)² for one of them. So it lies between 0 and 1 for two
/// classes, and between 0 and 2 for more.
///
/// The outputs are probabilities, one for each class; a single output is the probability of class 1. scikit-learn has the
/// same with its default `scale_by_half="auto"`.
///
/// ```
/// use mlp_core::metrics::brier_score_loss;
///
/// let score = brier_score_loss(&[[1.0], [0.0]], &[[0.5], [0.75]])?;
/// assert_eq!(score, (0.25 + 0.5625) / 2.0);
/// assert_eq!(brier_score_loss(&[[0.0, 1.0], [1.0, 0.0]], &[[0.5, 0.5], [0.25, 0.75]])?, score);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or the numbers of targets and predictions differ; if a target names no class; if an output
/// does not lie between 0 and 1, or several do not sum to 1.
pub fn brier_score_loss<T: Scalar, const O: usize>(y_true: &[[T; O]], y_pred: &[[T; O]]) -> Result<f64, MetricsError> {
    brier_score_loss_with(y_true, y_pred, |_| 1.0)
}

/// [`brier_score_loss`] with weights whose mean is 1.
pub(super) fn brier_score_loss_with<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    weight: impl Fn(usize) -> f64,
) -> Result<f64, MetricsError> {
    let of_example = |class: usize, y_pred: &[T; O]| {
        let first = usize::from(O == 1);
        let squares = y_pred.iter().enumerate().map(|(output, p)| {
            let distance = p.to_f64() - f64::from(u8::from(output + first == class));
            distance * distance
        });
        let sum: f64 = squares.sum();
        if O == 2 { sum / 2.0 } else { sum }
    };
    mean_over_examples(y_true, y_pred, of_example, weight)
}

/// The fraction of the examples whose true class is among the `k` largest outputs.
///
/// If two outputs are equal, the output of the higher class counts as larger, as in scikit-learn. So for `k` = 1 ties
/// may be decided otherwise than by [`accuracy_score`], which takes the first. A single output stands for two classes,
/// and has no ties.
///
/// ```
/// use mlp_core::metrics::top_k_accuracy_score;
///
/// let y_true = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]];
/// let y_pred = [[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]];
/// assert_eq!(top_k_accuracy_score(&y_true, &y_pred, 2)?, 0.5);
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # Errors
///
/// If there are no examples, or the numbers of targets and predictions differ; if a target names no class, or a prediction
/// is NaN; if `k` is 0.
pub fn top_k_accuracy_score<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    k: usize,
) -> Result<f64, MetricsError> {
    if k == 0 {
        return Err(MetricsError::NoPlaces);
    }
    if O == 1 && k == 1 {
        return accuracy_score(y_true, y_pred);
    }
    check_lengths(y_true.len(), y_pred.len())?;
    let mut found = 0;
    for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
        let class = class_of_target(example, y_true)?;
        if y_pred.iter().any(|output| output.to_f64().is_nan()) {
            return Err(MetricsError::Prediction { example });
        }
        let own = scores(y_pred).nth(class).unwrap_or(THRESHOLD);
        let is_larger = |&(other, score): &(usize, f64)| score > own || score == own && other > class;
        found += usize::from(scores(y_pred).enumerate().filter(is_larger).count() < k);
    }
    Ok(float(found) / float(y_true.len()))
}

/// The mean of `of_example` over the examples. It gets the true class and the probabilities of an example.
fn mean_over_examples<T: Scalar, const O: usize>(
    y_true: &[[T; O]],
    y_pred: &[[T; O]],
    of_example: impl Fn(usize, &[T; O]) -> f64,
    weight: impl Fn(usize) -> f64,
) -> Result<f64, MetricsError> {
    check_lengths(y_true.len(), y_pred.len())?;
    let mut sum = 0.0;
    for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
        let class = class_of_target(example, y_true)?;
        let total: f64 = y_pred.iter().map(|p| p.to_f64()).sum();
        let are_probabilities = y_pred.iter().all(|p| (0.0..=1.0).contains(&p.to_f64()));
        if !are_probabilities || O > 1 && (total - 1.0).abs() > TOLERANCE {
            return Err(MetricsError::Probabilities { example });
        }
        sum += weigh(weight(example), of_example(class, y_pred));
    }
    Ok(sum / float(y_true.len()))
}
