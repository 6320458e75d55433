//! Folds: examples divided into training and test data several times.

mod cross_validation;
mod ways;

use std::ops::Range;

use super::{Dataset, SplitError};
use crate::Scalar;

pub use cross_validation::FoldError;

/// A plan that divides examples into training and test data several times, for cross-validation.
///
/// Each constructor is a way to divide:
///
/// | constructor | scikit-learn | the test data of a fold |
/// |---|---|---|
/// | [`k_fold`](Self::k_fold) | `KFold` | an equal part of all examples, at random |
/// | [`stratified`](Self::stratified) | `StratifiedKFold` | an equal part of each class, at random |
/// | [`grouped`](Self::grouped) | `GroupKFold` | whole groups, such as all rows of a patient |
/// | [`leave_one_out`](Self::leave_one_out) | `LeaveOneOut` | one example |
/// | [`time_series`](Self::time_series) | `TimeSeriesSplit` | what follows the training data, which grow |
/// | [`rolling`](Self::rolling) | `TimeSeriesSplit` | what follows the training data, a window that moves |
///
/// [`of`](Self::of) gives the folds of a data set one by one, and [`cross_validate`](Self::cross_validate) evaluates
/// them all. The folds are plain [indices](Self::indices) too. The same seed gives the same folds on every platform and in
/// every version.
///
/// ```
/// use mlp_core::metrics::{Scores, accuracy_score};
/// use mlp_core::{Dataset, Folds, GradientDescent, Trainer, mlp};
///
/// mlp!(struct Threshold: 1 => 1);
///
/// // 10 examples of class 0, 20 of class 1.
/// let data = Dataset::new((0_u8..30).map(|n| ([f64::from(n) / 10.0 - 1.0], [f64::from(n / 10).min(1.0)])).collect());
/// let folds = Folds::stratified(&data.class_labels()?, 5, 1)?;
/// let accuracies = folds.cross_validate(&data, |train, test| {
///     let mut network = Threshold { w11: 0.0, b1: 0.0 };
///     Trainer::new(GradientDescent::new(1.0)).epochs(200).fit(&mut network, train.examples())?;
///     let y_pred: Vec<_> = test.inputs().map(|x| network.predict(x)).collect();
///     Ok(accuracy_score(&test.targets().collect::<Vec<_>>(), &y_pred)?)
/// })?;
/// assert_eq!(accuracies.len(), 5);
/// assert!(Scores::new(accuracies).mean() > Some(0.9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    /// The examples, in an order in which each fold consists of ranges.
    order: Vec<usize>,
    folds: Vec<Fold>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Fold {
    train: [Range<usize>; 2],
    test: Range<usize>,
}

/// The folds: as indices, or as data.
impl Folds {
    /// The number of folds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.folds.len()
    }

    /// The number of examples that are divided.
    #[must_use]
    pub fn examples(&self) -> usize {
        self.order.len()
    }

    /// For each fold the indices of its examples for training, and of those for testing.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// let words = ["north", "east", "south", "west"];
    /// for (train, test) in Folds::k_fold(words.len(), 2, 1)?.indices() {
    ///     println!("train on {:?}", train.iter().map(|&word| words[word]).collect::<Vec<_>>());
    /// #   assert_eq!(test.len(), 2);
    /// }
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    #[must_use]
    pub fn indices(&self) -> impl ExactSizeIterator<Item = (Vec<usize>, Vec<usize>)> {
        (0..self.count()).map(|fold| {
            let (train, test) = self.parts(fold);
            (train.copied().collect(), test.to_vec())
        })
    }

    /// For each fold the data for training and the data for testing. They keep the names of inputs and classes, which
    /// inputs are one-hot, and the report on the file.
    ///
    /// ```
    /// use mlp_core::{Dataset, Folds};
    ///
    /// // A year in each example.
    /// let data = Dataset::new((0_u8..10).map(|year| ([f64::from(year)], [])).collect());
    /// for (train, test) in Folds::time_series(10, 4)?.of(&data)? {
    ///     assert!(train.inputs().all(|[before]| test.inputs().all(|[after]| before < after)));
    /// }
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the data set has another number of examples than the folds.
    pub fn of<T: Scalar, const I: usize, const O: usize>(
        &self,
        data: &Dataset<T, I, O>,
    ) -> Result<impl ExactSizeIterator<Item = (Dataset<T, I, O>, Dataset<T, I, O>)>, SplitError> {
        self.check_length(data.examples().len())?;
        Ok((0..self.count()).map(|fold| self.pair(fold, data)))
    }

    fn check_length(&self, examples: usize) -> Result<(), SplitError> {
        let divided = self.examples();
        if divided == examples { Ok(()) } else { Err(SplitError::OtherExamples { divided, examples }) }
    }

    /// The data for training and for testing of a fold. The data set must have as many examples as the folds divide.
    pub(super) fn pair<T: Scalar, const I: usize, const O: usize>(
        &self,
        fold: usize,
        data: &Dataset<T, I, O>,
    ) -> (Dataset<T, I, O>, Dataset<T, I, O>) {
        let (train, test) = self.parts(fold);
        let example = |&example: &usize| data.examples[example];
        (data.with(train.map(example)), data.with(test.iter().map(example)))
    }

    fn parts(&self, fold: usize) -> (impl Iterator<Item = &usize>, &[usize]) {
        let Fold { train: [before, after], test } = &self.folds[fold];
        (self.order[before.clone()].iter().chain(&self.order[after.clone()]), &self.order[test.clone()])
    }
}

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// Divides the examples at random into this number of folds: [`Folds::k_fold`]. Each fold gives two data sets: the
    /// examples of all other folds, for training, and its own, for testing. Other ways to divide are in [`Folds`].
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let data = Dataset::new((0_u8..10).map(|n| ([f64::from(n)], [])).collect());
    /// for (train, test) in data.folds(5, 1)? {
    ///     assert_eq!((train.examples().len(), test.examples().len()), (8, 2));
    /// }
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two folds, or fewer examples than folds.
    pub fn folds(&self, folds: usize, seed: u64) -> Result<impl ExactSizeIterator<Item = (Self, Self)>, SplitError> {
        let folds = Folds::k_fold(self.examples.len(), folds, seed)?;
        Ok((0..folds.count()).map(move |fold| folds.pair(fold, self)))
    }
}
