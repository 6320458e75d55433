//! Whether predicted probabilities are as often right as they say.

use alloc::vec;
use alloc::vec::Vec;

use super::MetricsError;
use super::ranking::scored;
use crate::Scalar;
use crate::math::float;

/// The most bins. With more of them, a list of bins might fill the memory, and hardly any bin would have two examples.
const MOST_BINS: usize = 1 << 20;

/// A calibration curve: of the examples to which a network gives a class with about 70 % probability, are 70 % of that
/// class?
///
/// The examples are put into bins by their predicted probability. Each bin has a point; bins without examples have none.
///
/// ```
/// use mlp_core::metrics::CalibrationCurve;
///
/// let y_true = [[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]];
/// let y_pred = [[0.1], [0.2], [0.4], [0.35], [0.8], [0.9]];
/// let curve = CalibrationCurve::from_outputs(&y_true, &y_pred, 1, 2)?;
/// let [low, high] = curve.points() else { panic!("two bins") };
/// assert_eq!((low.predicted, low.actual, low.examples), (0.2625, 0.25, 4));
/// assert!((high.predicted - 0.85).abs() < 1e-15);
/// assert_eq!((high.actual, high.examples), (1.0, 2));
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationCurve {
    points: Vec<CalibrationPoint>,
}

/// A bin of a [`CalibrationCurve`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CalibrationPoint {
    /// The mean of the predicted probabilities.
    pub predicted: f64,
    /// The part of the examples that belong to the class.
    pub actual: f64,
    /// The number of examples in the bin.
    pub examples: usize,
}

impl CalibrationCurve {
    /// The curve of a class, counted from 0, with this number of bins of equal width, at most 2²⁰. The probability of
    /// an example is the output of the class. A single output y is the probability of class 1, and 1 − y the probability
    /// of class 0. A probability at the border of two bins is in the lower one.
    ///
    /// # Errors
    ///
    /// If there are no examples, or the numbers of targets and predictions differ; if a target names no class, or a
    /// prediction does not lie between 0 and 1; if there is no such class, or no bin.
    #[doc(alias = "calibration_curve")]
    pub fn from_outputs<T: Scalar, const O: usize>(
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
        class: usize,
        bins: usize,
    ) -> Result<Self, MetricsError> {
        let examples = scored(y_true, y_pred, class)?;
        if bins == 0 {
            return Err(MetricsError::NoBins);
        }
        if let Some(example) = examples.iter().position(|example| !(0.0..=1.0).contains(&example.score)) {
            return Err(MetricsError::Probabilities { example });
        }
        let bins = bins.min(MOST_BINS);
        let mut sums = vec![(0.0, 0, 0); bins];
        // As numpy's `linspace` computes the borders.
        let width = 1.0 / float(bins);
        let borders: Vec<_> = (1..bins).map(|bin| float(bin) * width).collect();
        for example in examples {
            let bin = borders.partition_point(|&border| border < example.score);
            let (sum, positive, count) = &mut sums[bin];
            *sum += example.score;
            *positive += usize::from(example.is_positive);
            *count += 1;
        }
        let points = sums.into_iter().filter(|(_, _, count)| *count > 0).map(|(sum, positive, count)| {
            CalibrationPoint { predicted: sum / float(count), actual: float(positive) / float(count), examples: count }
        });
        Ok(Self { points: points.collect() })
    }

    /// The points, from the lowest probability to the highest.
    #[must_use]
    pub fn points(&self) -> &[CalibrationPoint] {
        &self.points
    }
}
