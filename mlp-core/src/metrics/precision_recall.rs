//! Precision over recall.

use alloc::vec::Vec;

use super::MetricsError;
use super::ranking::Ranking;
use crate::Scalar;
use crate::math::float;

/// A precision-recall curve: at each threshold, what part of the examples of a class is found, and what part of those
/// found belongs to it. It tells more than a [`RocCurve`](super::RocCurve) if the class is rare.
///
/// An example counts as one of the class if its score reaches the threshold.
///
/// ```
/// use mlp_core::metrics::PrecisionRecallCurve;
///
/// let y_true = [[0.0], [0.0], [1.0], [1.0]];
/// let y_pred = [[0.1], [0.4], [0.35], [0.8]];
/// let curve = PrecisionRecallCurve::from_outputs(&y_true, &y_pred, 1)?;
/// assert_eq!(curve.average_precision(), 0.5 * 1.0 + 0.5 * 2.0 / 3.0);
/// let point = curve.points()[1];
/// assert_eq!((point.threshold, point.precision, point.recall), (0.8, 1.0, 0.5));
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PrecisionRecallCurve {
    points: Vec<PrecisionRecallPoint>,
}

/// A point of a [`PrecisionRecallCurve`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PrecisionRecallPoint {
    /// The least score that counts as the class.
    pub threshold: f64,
    /// TP / (TP + FP): the part of what counts as the class that belongs to it.
    pub precision: f64,
    /// TP / (TP + FN): the part of the examples of the class that count as it.
    pub recall: f64,
}

impl PrecisionRecallCurve {
    /// The curve of a class, counted from 0, against all others. The score of an example is the output of the class. A single
    /// output y is the score of class 1, and 1 − y the score of class 0.
    ///
    /// # Errors
    ///
    /// If there are no examples, or the numbers of targets and predictions differ; if a target names no class, or the
    /// score of an example is NaN; if there is no such class, or no example belongs to it.
    #[doc(alias = "precision_recall_curve")]
    pub fn from_outputs<T: Scalar, const O: usize>(
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
        class: usize,
    ) -> Result<Self, MetricsError> {
        let Ranking { above, positive, .. } = Ranking::new(y_true, y_pred, class)?;
        let above = above.into_iter().map(|above| PrecisionRecallPoint {
            threshold: above.threshold,
            precision: float(above.positive) / float(above.positive + above.negative),
            recall: float(above.positive) / float(positive),
        });
        let start = PrecisionRecallPoint { threshold: f64::INFINITY, precision: 1.0, recall: 0.0 };
        Ok(Self { points: core::iter::once(start).chain(above).collect() })
    }

    /// The points, from the threshold ∞, where nothing is found and the precision is 1 by convention, to the lowest score.
    /// Examples of the same score share a point.
    ///
    /// scikit-learn has the same in the opposite order, and no threshold for the first.
    #[must_use]
    pub fn points(&self) -> &[PrecisionRecallPoint] {
        &self.points
    }

    /// The average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over the points. 1 is perfect; chance gives the share of the class among all
    /// examples.
    #[doc(alias = "average_precision_score")]
    #[must_use]
    pub fn average_precision(&self) -> f64 {
        self.points.windows(2).map(|pair| (pair[1].recall - pair[0].recall) * pair[1].precision).sum()
    }
}
