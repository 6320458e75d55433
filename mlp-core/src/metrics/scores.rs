//! Several scores of the same kind: their mean and deviation.

use std::fmt::{self, Display, Formatter};

use crate::math::float_math::FloatMath;
use crate::math::{float, mean};
use crate::number::{DIGITS, significant};

/// The digits of a deviation: more would only pretend to know it.
const DEVIATION_DIGITS: usize = 2;

/// Scores of the same kind, such as an accuracy for each fold or each seed.
///
/// They print as mean ± standard deviation.
///
/// ```
/// use mlp_core::metrics::Scores;
///
/// let accuracies = Scores::new([0.97, 0.95, 0.99]);
/// assert_eq!(accuracies.values(), [0.97, 0.95, 0.99]);
/// assert_eq!(accuracies.to_string(), "0.97 ± 0.02");
/// assert_eq!(Scores::new([0.97]).to_string(), "0.97 (1 score)");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    values: Vec<f64>,
}

impl Scores {
    /// These scores, in this order.
    #[must_use]
    pub fn new(values: impl IntoIterator<Item = f64>) -> Self {
        values.into_iter().collect()
    }

    /// The scores, in the order in which they were given.
    #[must_use]
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The mean: Σ score / n. `None` if there are no scores; NaN if one of them is NaN.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (!self.values.is_empty()).then(|| mean(self.values.iter().copied()))
    }

    /// The standard deviation of a sample: √(Σ (score − mean)² / (n − 1)). `None` if there are fewer than two scores.
    ///
    /// numpy's `std` divides by n, unless it is called with `ddof=1`.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        let degrees = self.values.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
        let mean = self.mean()?;
        let squares = self.values.iter().map(|score| (score - mean) * (score - mean));
        Some(FloatMath::sqrt(squares.sum::<f64>() / float(degrees)))
    }
}

impl FromIterator<f64> for Scores {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self { values: values.into_iter().collect() }
    }
}

impl Display for Scores {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = match (self.mean(), self.standard_deviation()) {
            (Some(mean), Some(deviation)) => {
                format!("{} ± {}", significant(mean, DIGITS), significant(deviation, DEVIATION_DIGITS))
            }
            (Some(mean), None) => format!("{} (1 score)", significant(mean, DIGITS)),
            _ => "no scores".to_owned(),
        };
        f.pad(&text)
    }
}
