//! Metrics with a weight for each example.

use super::probability::{brier_score_loss_with, log_loss_with};
use super::regression::{absolute_errors, squared_errors};
use super::{Classes, MetricsError, check_lengths, classes};
use crate::Scalar;
use crate::math::float;
use crate::math::float_math::FloatMath;
use crate::sample_weights::{SampleWeights, SampleWeightsError};

/// Metrics in which some examples count more than others, as in a [training](crate::sample_weights) with the same weights.
///
/// A mean over examples becomes Σ wᵢ mᵢ / Σ wᵢ, which is scikit-learn's `sample_weight`. Equal weights change nothing but
/// rounding, and an example of weight 0 is left out.
///
/// ```
/// use mlp_core::metrics::Weighted;
///
/// let (y_true, y_pred) = ([[1.0], [0.0], [1.0]], [[0.9], [0.2], [0.4]]);
/// let weighted = Weighted::new(&[1.0, 1.0, 6.0])?;
/// assert_eq!(weighted.accuracy_score(&y_true, &y_pred)?, 0.25);
/// assert_eq!(weighted.confusion_matrix::<_, 1, 2>(&y_true, &y_pred)?, [[1.0, 0.0], [6.0, 1.0]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The methods report what the functions of their names do, and [`MetricsError::Weights`] if there is not one weight for each
/// example.
#[derive(Clone, Copy, Debug)]
pub struct Weighted<'a> {
    given: &'a [f64],
    weights: SampleWeights<'a>,
}

#[allow(clippy::missing_errors_doc, reason = "the type says for all of them")]
impl<'a> Weighted<'a> {
    /// With these weights, one for each example.
    ///
    /// # Errors
    ///
    /// If a weight is negative, infinite or NaN, or if all are 0.
    pub fn new(weights: &'a [f64]) -> Result<Self, SampleWeightsError> {
        Ok(Self { given: weights, weights: SampleWeights::new(weights, weights.len())? })
    }

    /// See [`accuracy_score`](super::accuracy_score).
    pub fn accuracy_score<T: Scalar, const O: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<f64, MetricsError> {
        self.check(y_true.len(), y_pred.len())?;
        let [mut correct, mut wrong] = [0.0; 2];
        for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
            let (class, predicted) = classes(example, y_true, y_pred)?;
            *if class == predicted { &mut correct } else { &mut wrong } += self.of(example);
        }
        // Not the number of examples: then nothing but right predictions would be 1 only to rounding.
        Ok(correct / (correct + wrong))
    }

    /// The sums of the weights: `matrix[i][j]` of the examples of class `i` that were predicted as class `j`. See
    /// [`ConfusionMatrix`](super::ConfusionMatrix), which counts them.
    pub fn confusion_matrix<T: Scalar, const O: usize, const C: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<[[f64; C]; C], MetricsError>
    where
        [T; O]: Classes<C>,
    {
        self.check(y_true.len(), y_pred.len())?;
        let mut matrix = [[0.0; C]; C];
        for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
            let (class, predicted) = classes(example, y_true, y_pred)?;
            matrix[class][predicted] += self.given[example];
        }
        Ok(matrix)
    }

    /// See [`log_loss`](super::log_loss).
    pub fn log_loss<T: Scalar, const O: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<f64, MetricsError> {
        self.check(y_true.len(), y_pred.len())?;
        log_loss_with(y_true, y_pred, |example| self.of(example))
    }

    /// See [`brier_score_loss`](super::brier_score_loss).
    pub fn brier_score_loss<T: Scalar, const O: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<f64, MetricsError> {
        self.check(y_true.len(), y_pred.len())?;
        brier_score_loss_with(y_true, y_pred, |example| self.of(example))
    }

    /// See [`mean_absolute_error`](super::mean_absolute_error).
    pub fn mean_absolute_error<T: Scalar, const O: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<f64, MetricsError> {
        self.check(y_true.len(), y_pred.len())?;
        Ok(absolute_errors(y_true, y_pred, |example| self.of(example))? / float(y_true.as_flattened().len()))
    }

    /// See [`root_mean_squared_error`](super::root_mean_squared_error).
    pub fn root_mean_squared_error<T: Scalar, const O: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<f64, MetricsError> {
        self.check(y_true.len(), y_pred.len())?;
        let sum = squared_errors(y_true, y_pred, |example| self.of(example))?;
        Ok(FloatMath::sqrt(sum / float(y_true.as_flattened().len())))
    }

    /// See [`r2_score`](super::r2_score).
    pub fn r2_score<T: Scalar, const O: usize>(
        &self,
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
    ) -> Result<f64, MetricsError> {
        self.check(y_true.len(), y_pred.len())?;
        let unexplained = squared_errors(y_true, y_pred, |example| self.of(example))?;
        let total: f64 = (0..O).map(|output| self.variation(y_true.iter().map(|y_true| y_true[output].to_f64()))).sum();
        if total == 0.0 { Err(MetricsError::EqualTargets) } else { Ok(1.0 - unexplained / total) }
    }

    /// Σ w (y − mean)²; exactly 0 if all values that count are equal.
    fn variation(&self, values: impl Iterator<Item = f64>) -> f64 {
        let mut values = values.enumerate().map(|(example, y)| (self.of(example), y)).filter(|&(w, _)| w > 0.0);
        let Some((first_weight, first)) = values.next() else { return 0.0 };
        // West's updates (1979): the mean so far, and the sum of the squares about it.
        let (_, _, squares) = values.fold((first_weight, first, 0.0), |(weights, mean, squares), (w, y)| {
            let (distance, weights) = (y - mean, weights + w);
            let mean = mean + distance * w / weights;
            (weights, mean, squares + w * distance * (y - mean))
        });
        squares
    }

    /// The weight of an example. The mean of all is 1.
    fn of(&self, example: usize) -> f64 {
        self.weights.of(example)
    }

    fn check(&self, targets: usize, predictions: usize) -> Result<(), MetricsError> {
        check_lengths(targets, predictions)?;
        let weights = self.given.len();
        if weights == targets { Ok(()) } else { Err(MetricsError::Weights { weights, examples: targets }) }
    }
}
