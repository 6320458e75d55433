//! Several labels for one example. Each label applies or not.

use core::fmt::{self, Display, Formatter};

use super::confusion_matrix::ratio;
use super::table::width;
use super::{MetricsError, check_lengths};
use crate::Scalar;
use crate::math::float;

/// How well each of several labels is predicted, where an example may have any number of them: the topics of a text, say.
/// Each output stands for a label.
///
/// It prints as a table with a line for each label.
///
/// ```
/// use mlp_core::metrics::MultiLabel;
///
/// // The targets are 1 where a label applies.
/// let y_true = [[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]];
/// let y_pred = [[0.9, 0.2, 0.1], [0.2, 0.7, 0.4], [0.4, 0.6, 0.2], [0.1, 0.8, 0.2]];
/// // A label is predicted if its output exceeds its threshold.
/// let labels = MultiLabel::from_outputs(&y_true, &y_pred, [0.5, 0.5, 0.3], ["art", "history", "travel"])?;
///
/// assert_eq!(labels.recall(0), Some(0.5));
/// assert_eq!(labels.precision(1), Some(2.0 / 3.0));
/// assert_eq!(labels.subset_accuracy(), 0.5);
/// assert_eq!(labels.hamming_loss(), 2.0 / 12.0);
/// let table = "
/// label    examples  precision  recall     F1
/// art             2      1.000   0.500  0.667
/// history         2      0.667   1.000  0.800
/// travel          1      1.000   1.000  1.000";
/// assert_eq!(labels.to_string(), table.trim_start());
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// A metric of 0 / 0 is `None`, as in a [`ConfusionMatrix`](super::ConfusionMatrix).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MultiLabel<'a, const L: usize> {
    names: [&'a str; L],
    counts: [Counts; L],
    examples: usize,
    /// How many examples have exactly the labels that are predicted.
    right: usize,
}

/// How often a label is right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    true_positive: u64,
    false_positive: u64,
    false_negative: u64,
}

impl<'a, const L: usize> MultiLabel<'a, L> {
    /// Compares targets with predictions. A label is predicted if its output exceeds its threshold; ½ is usual after a
    /// sigmoid.
    ///
    /// # Errors
    ///
    /// If there are no examples, or the numbers of targets and predictions differ; if a target is neither 0 nor 1, or an
    /// output is NaN.
    pub fn from_outputs<T: Scalar>(
        y_true: &[[T; L]],
        y_pred: &[[T; L]],
        thresholds: [f64; L],
        names: [&'a str; L],
    ) -> Result<Self, MetricsError> {
        check_lengths(y_true.len(), y_pred.len())?;
        let mut labels = Self { names, counts: [Counts::default(); L], examples: y_true.len(), right: 0 };
        for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
            let mut all_right = true;
            for label in 0..L {
                let (target, output) = (y_true[label], y_pred[label].to_f64());
                if target != T::ZERO && target != T::ONE {
                    return Err(MetricsError::Label { example });
                }
                if output.is_nan() {
                    return Err(MetricsError::Prediction { example });
                }
                let (applies, is_predicted) = (target == T::ONE, output > thresholds[label]);
                let counts = &mut labels.counts[label];
                match (applies, is_predicted) {
                    (true, true) => counts.true_positive += 1,
                    (false, true) => counts.false_positive += 1,
                    (true, false) => counts.false_negative += 1,
                    (false, false) => {}
                }
                all_right &= applies == is_predicted;
            }
            labels.right += usize::from(all_right);
        }
        Ok(labels)
    }

    /// The names of the labels.
    #[must_use]
    pub const fn names(&self) -> &[&'a str; L] {
        &self.names
    }

    /// Precision = TP / (TP + FP): the fraction of the predictions of a label that are right. `None` if the label was
    /// never predicted, or does not exist.
    #[must_use]
    pub fn precision(&self, label: usize) -> Option<f64> {
        let counts = self.counts.get(label)?;
        ratio(counts.true_positive, counts.true_positive + counts.false_positive)
    }

    /// Recall = TP / (TP + FN): the fraction of the examples with a label for which it is predicted. `None` if no example
    /// has the label, or it does not exist.
    #[must_use]
    pub fn recall(&self, label: usize) -> Option<f64> {
        let counts = self.counts.get(label)?;
        ratio(counts.true_positive, counts.examples())
    }

    /// F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall. `None` if no example has the label and it
    /// was never predicted, or it does not exist.
    #[must_use]
    pub fn f1(&self, label: usize) -> Option<f64> {
        self.counts.get(label)?.f1()
    }

    /// The mean of the [`f1`](Self::f1) of all labels; `None` if it is undefined for any of them.
    #[must_use]
    pub fn macro_f1(&self) -> Option<f64> {
        let sum: f64 = self.counts.iter().map(Counts::f1).sum::<Option<_>>()?;
        (L > 0).then(|| sum / float(L))
    }

    /// F1 of all labels counted together, so that frequent labels count more. `None` if no label applies or is predicted.
    #[must_use]
    pub fn micro_f1(&self) -> Option<f64> {
        let sum = |count: fn(&Counts) -> u64| self.counts.iter().map(count).sum();
        let all = Counts {
            true_positive: sum(|counts| counts.true_positive),
            false_positive: sum(|counts| counts.false_positive),
            false_negative: sum(|counts| counts.false_negative),
        };
        all.f1()
    }

    /// The fraction of the examples for which every label is right. scikit-learn's `accuracy_score` of several labels.
    #[must_use]
    pub fn subset_accuracy(&self) -> f64 {
        float(self.right) / float(self.examples)
    }

    /// The fraction of all labels of all examples that are wrong. 0 if there are no labels.
    #[must_use]
    pub fn hamming_loss(&self) -> f64 {
        let wrong = self.counts.iter().map(|counts| counts.false_positive + counts.false_negative).sum();
        #[allow(clippy::cast_possible_truncation, reason = "u64 has room for every count in memory")]
        ratio(wrong, (self.examples * L) as u64).unwrap_or(0.0)
    }
}

impl Counts {
    fn examples(&self) -> u64 {
        self.true_positive + self.false_negative
    }

    fn f1(&self) -> Option<f64> {
        let right = 2 * self.true_positive;
        ratio(right, right + self.false_positive + self.false_negative)
    }
}

impl<const L: usize> Display for MultiLabel<'_, L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const HEAD: &str = "label";
        let label = self.names.iter().map(|name| width(name)).fold(HEAD.len(), usize::max);
        write!(f, "{HEAD:<label$}  examples  precision  recall     F1")?;
        for (index, name) in self.names.iter().enumerate() {
            write!(f, "\n{name:<label$}  {:>8}", self.counts[index].examples())?;
            for (metric, width) in [(self.precision(index), 9), (self.recall(index), 6), (self.f1(index), 5)] {
                match metric {
                    Some(value) => write!(f, "  {value:>width$.3}")?,
                    None => write!(f, "  {:>width$}", "-")?,
                }
            }
        }
        Ok(())
    }
}
