//! The confusion matrix, and the metrics that follow from it.

use super::{MetricsError, check_lengths, classes};
use crate::math::float;
use crate::{Network, Scalar};

/// How often examples of each class were predicted as each class.
///
/// A network with `O` outputs has `O` classes; a network with a single output has two. The matrix prints as a table
/// with a row for each true class and a column for each predicted class. Widths are counted in characters.
///
/// ```
/// use mlp_core::metrics::ConfusionMatrix;
///
/// let y_true = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]];
/// let y_pred = [[0.9, 0.1, 0.1], [0.2, 0.7, 0.3], [0.1, 0.6, 0.5], [0.0, 0.2, 0.8]];
/// let matrix = ConfusionMatrix::from_outputs(
///     &y_true,
///     &y_pred,
///     ["setosa", "versicolor", "virginica"],
/// )?;
///
/// let table = "
/// true \\ predicted  setosa  versicolor  virginica  total
/// setosa                 1           0          0      1
/// versicolor             0           1          0      1
/// virginica              0           1          1      2
/// total                  1           2          1      4";
/// assert_eq!(matrix.to_string(), table.trim_start());
/// assert_eq!(matrix.precision(1), Some(0.5));
/// assert_eq!(matrix.recall(1), Some(1.0));
/// # Ok::<(), mlp_core::metrics::MetricsError>(())
/// ```
///
/// # 0 / 0
///
/// An undefined metric is `None`, not 0. A precision of 0 says that every prediction of the class was wrong; `None`
/// says that the class was never predicted. A macro average is the mean over all classes with equal weight. It is
/// `None` if the metric is undefined for any class: leaving that class out would reward a network for never predicting
/// it. To count an undefined metric as 0 instead, use the classes one by one: `matrix.precision(class).unwrap_or(0.0)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfusionMatrix<'a, const C: usize> {
    names: [&'a str; C],
    /// `u64`, because `usize` has only 16 bits on some machines without `std`.
    counts: [[u64; C]; C],
}

impl<'a, const C: usize> ConfusionMatrix<'a, C> {
    /// An empty matrix with these class names. Fewer than two do not compile:
    ///
    /// ```compile_fail,E0080
    /// mlp_core::metrics::ConfusionMatrix::new(["positive"]);
    /// ```
    #[must_use]
    pub const fn new(names: [&'a str; C]) -> Self {
        const { assert!(C >= 2, "a classification has at least two classes; a single output has two") }
        Self { names, counts: [[0; C]; C] }
    }

    /// The matrix of a network's predictions for `examples`, pairs of inputs and targets.
    ///
    /// # Errors
    ///
    /// If there are no examples, a target names no class, or a prediction is NaN.
    pub fn from_network<N>(
        network: &N,
        examples: &[(N::Input, N::Output)],
        names: [&'a str; C],
    ) -> Result<Self, MetricsError>
    where
        N: Network,
        N::Output: Classes<C>,
    {
        if examples.is_empty() {
            return Err(MetricsError::NoExamples);
        }
        let mut matrix = Self::new(names);
        for (example, &(x, y_true)) in examples.iter().enumerate() {
            let (class, predicted) = classes(example, y_true.as_ref(), network.predict(x).as_ref())?;
            matrix.count_example(class, predicted)?;
        }
        Ok(matrix)
    }

    /// The matrix of targets and their predictions. `names` has one class name for each output, or two for a single
    /// output.
    ///
    /// ```compile_fail,E0277
    /// use mlp_core::metrics::ConfusionMatrix;
    ///
    /// // outputs `[f64; 2]` do not tell 3 classes apart
    /// ConfusionMatrix::from_outputs(&[[1.0, 0.0]], &[[0.9, 0.1]], ["cat", "dog", "bird"]);
    /// ```
    ///
    /// # Errors
    ///
    /// If there are no examples, or the numbers of targets and predictions differ; if a target names no class, or a
    /// prediction is NaN.
    #[doc(alias = "confusion_matrix")]
    pub fn from_outputs<T, const O: usize>(
        y_true: &[[T; O]],
        y_pred: &[[T; O]],
        names: [&'a str; C],
    ) -> Result<Self, MetricsError>
    where
        T: Scalar,
        [T; O]: Classes<C>,
    {
        check_lengths(y_true.len(), y_pred.len())?;
        let mut matrix = Self::new(names);
        for (example, (y_true, y_pred)) in y_true.iter().zip(y_pred).enumerate() {
            let (class, predicted) = classes(example, y_true, y_pred)?;
            matrix.count_example(class, predicted)?;
        }
        Ok(matrix)
    }

    /// Counts one example by its true and its predicted class, both counted from 0.
    ///
    /// ```
    /// use mlp_core::metrics::ConfusionMatrix;
    ///
    /// let mut matrix = ConfusionMatrix::new(["down", "up"]);
    /// for (y_true, y_pred) in [(-1.0, -0.3), (1.0, 0.2), (-1.0, 0.1)] {
    ///     matrix.count_example(usize::from(y_true > 0.0), usize::from(y_pred > 0.0))?;
    /// }
    /// assert_eq!(matrix.counts(), &[[1, 1], [0, 1]]);
    /// # Ok::<(), mlp_core::metrics::MetricsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no such class. The matrix then stays unchanged.
    pub fn count_example(&mut self, class: usize, predicted: usize) -> Result<(), MetricsError> {
        let missing = |class| MetricsError::Class { class, classes: C };
        let row = self.counts.get_mut(class).ok_or(missing(class))?;
        *row.get_mut(predicted).ok_or(missing(predicted))? += 1;
        Ok(())
    }

    /// The names of the classes.
    #[must_use]
    pub const fn names(&self) -> &[&'a str; C] {
        &self.names
    }

    /// The counts: `counts()[i][j]` examples of class `i` were predicted as class `j`.
    #[must_use]
    pub const fn counts(&self) -> &[[u64; C]; C] {
        &self.counts
    }

    /// The number of examples counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.as_flattened().iter().sum()
    }

    /// Accuracy = correct / all. `None` if the matrix is empty.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        let correct = self.counts.iter().enumerate().map(|(class, row)| row[class]).sum();
        ratio(correct, self.total())
    }

    /// Precision = TP / (TP + FP): the fraction of the predictions of a class that are right. `None` if the class was
    /// never predicted, or does not exist.
    #[must_use]
    pub fn precision(&self, class: usize) -> Option<f64> {
        ratio(self.correct(class)?, self.predicted(class)?)
    }

    /// Recall = TP / (TP + FN): the fraction of the examples of a class that are predicted as it. `None` if the class
    /// has no examples, or does not exist.
    #[must_use]
    pub fn recall(&self, class: usize) -> Option<f64> {
        ratio(self.correct(class)?, self.examples(class)?)
    }

    /// F1 = 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall. `None` if the class has no examples and
    /// was never predicted, or does not exist.
    #[must_use]
    pub fn f1(&self, class: usize) -> Option<f64> {
        ratio(2 * self.correct(class)?, self.predicted(class)? + self.examples(class)?)
    }

    /// The mean of the [`precision`](Self::precision) of all classes; `None` if it is undefined for any class.
    #[must_use]
    pub fn macro_precision(&self) -> Option<f64> {
        self.macro_average(Self::precision)
    }

    /// The mean of the [`recall`](Self::recall) of all classes, also called balanced accuracy; `None` if it is
    /// undefined for any class.
    #[must_use]
    pub fn macro_recall(&self) -> Option<f64> {
        self.macro_average(Self::recall)
    }

    /// The mean of the [`f1`](Self::f1) of all classes; `None` if it is undefined for any class.
    #[must_use]
    pub fn macro_f1(&self) -> Option<f64> {
        self.macro_average(Self::f1)
    }

    fn macro_average(&self, metric: impl Fn(&Self, usize) -> Option<f64>) -> Option<f64> {
        let sum: f64 = (0..C).map(|class| metric(self, class)).sum::<Option<_>>()?;
        Some(sum / float(C))
    }

    /// The number of examples of a class that were predicted as it: TP.
    fn correct(&self, class: usize) -> Option<u64> {
        self.counts.get(class)?.get(class).copied()
    }

    /// The number of examples that were predicted as a class: TP + FP.
    fn predicted(&self, class: usize) -> Option<u64> {
        self.counts.iter().map(|row| row.get(class)).sum()
    }

    /// The number of examples of a class: TP + FN.
    fn examples(&self, class: usize) -> Option<u64> {
        Some(self.counts.get(class)?.iter().sum())
    }
}

/// Outputs that tell `C` classes apart: `[T; C]`, and for two classes also a single output, `[T; 1]`.
///
/// A function for any network with two classes needs this bound:
///
/// ```
/// use mlp_core::metrics::{Classes, ConfusionMatrix, MetricsError};
/// use mlp_core::{Network, mlp};
///
/// fn print<N: Network<Output: Classes<2>>>(net: &N, examples: &[(N::Input, N::Output)]) -> Result<(), MetricsError> {
///     println!("{}", ConfusionMatrix::from_network(net, examples, ["off", "on"])?);
///     Ok(())
/// }
///
/// mlp!(struct Single: 1 => 1);
/// mlp!(struct Pair: 1 => softmax(2), loss = cross_entropy);
/// print(&Single::random(&mut mlp_core::rng(1)), &[([0.5], [1.0])])?;
/// print(&Pair::random(&mut mlp_core::rng(1)), &[([0.5], [0.0, 1.0])])?;
/// # Ok::<(), MetricsError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "outputs `{Self}` do not tell {C} classes apart",
    label = "{C} class names for outputs `{Self}`",
    note = "give one class name for each output, or two for a single output"
)]
pub trait Classes<const C: usize> {}

impl<T: Scalar, const O: usize> Classes<O> for [T; O] {}

impl<T: Scalar> Classes<2> for [T; 1] {}

#[allow(clippy::cast_precision_loss, reason = "counts of examples are far below 2^53")]
pub(crate) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole != 0).then(|| part as f64 / whole as f64)
}
