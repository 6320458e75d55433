//! The receiver operating characteristic.

use alloc::vec::Vec;

use super::MetricsError;
use super::ranking::Ranking;
use crate::Scalar;
use crate::math::float;

/// A ROC curve: what part of the examples of a class is found at each threshold, and what part of all others is taken for
/// it.
///
/// An example counts as one of the class if its score reaches the threshold.
///
/// ```
/// use mlp_core::metrics::RocCurve;
///
/// let y_true = [[0.0], [0.0], [1.0], [1.0]];
/// let y_pred = [[0.1], [0.4], [0.35], [0.8]];
/// let curve = RocCurve::from_outputs(&y_true, &y_pred, 1)?;
/// assert_eq!(curve.auc(), 0.75);
/// // Above 0.35 are both examples of class 1, and one of class 0.
/// let point = curve.points()[3];
/// assert_eq!((point.threshold, point.true_positive_rate, point.false_positive_rate), (0.35, 1.0, 0.5));
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RocCurve {
    points: Vec<RocPoint>,
    auc: f64,
}

/// A point of a [`RocCurve`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RocPoint {
    /// The least score that counts as the class.
    pub threshold: f64,
    /// FP / (FP + TN): the part of the examples of other classes that count as this class.
    pub false_positive_rate: f64,
    /// TP / (TP + FN): the part of the examples of the class that count as it, also called recall.
    pub true_positive_rate: f64,
}

impl RocCurve {
    /// The curve of a class, counted from 0, against all others. The score of an example is the output of the class. A single
    /// output y is the score of class 1, and 1 − y the score of class 0.
    ///
    /// # Errors
    ///
    /// If there are no examples, or the numbers of targets and predictions differ; if a target names no class, or the
    /// score of an example is NaN; if there is no such class, if no example belongs to it, or every one does.
    #[doc(alias = "roc_curve")]
    pub fn from_outputs<T: Scalar, const O: usize>(
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
        class: usize,
    ) -> Result<Self, MetricsError> {
        let Ranking { above, positive, negative } = Ranking::new(y_true, y_pred, class)?;
        if negative == 0 {
            return Err(MetricsError::AllOfClass { class });
        }
        let mut points = Vec::with_capacity(above.len() + 1);
        points.push(RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 });
        // In units of half an example of each kind, the areas of the trapezoids are whole numbers.
        let (mut area, mut before) = (0.0, (0, 0));
        for above in above {
            area += float(above.negative - before.0) * float(above.positive + before.1);
            before = (above.negative, above.positive);
            points.push(RocPoint {
                threshold: above.threshold,
                false_positive_rate: float(above.negative) / float(negative),
                true_positive_rate: float(above.positive) / float(positive),
            });
        }
        Ok(Self { points, auc: area / 2.0 / float(positive) / float(negative) })
    }

    /// The points, from the threshold ∞, above which there is no example, to the lowest score. Examples of the same score
    /// share a point.
    ///
    /// scikit-learn has the same with `drop_intermediate=False`.
    #[must_use]
    pub fn points(&self) -> &[RocPoint] {
        &self.points
    }

    /// The area under the curve: the probability that an example of the class has a higher score than another one, where
    /// equal scores count one half. 1 is perfect, ½ is what chance gives.
    #[doc(alias = "roc_auc_score")]
    #[must_use]
    pub fn auc(&self) -> f64 {
        self.auc
    }
}
