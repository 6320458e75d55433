//! Parts of a data set that the caller chooses.

use super::{Dataset, SplitError};
use crate::Scalar;
use crate::random::{rng, shuffle};

/// The parts keep the names of inputs and classes, which inputs are one-hot, and the report on the whole file.
impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The examples with these indices, in this order: a range, or any other iterator. An index may come several times.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// // Years in their order: the last two are for testing.
    /// let data = Dataset::new((0_u8..10).map(|year| ([f64::from(year)], [])).collect());
    /// let (train, test) = (data.subset(0..8)?, data.subset(8..10)?);
    /// assert_eq!(test.examples(), [([8.0], []), ([9.0], [])]);
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no example with one of the indices.
    pub fn subset(&self, indices: impl IntoIterator<Item = usize>) -> Result<Self, SplitError> {
        let examples = self.examples.len();
        let example = |index| self.examples.get(index).copied().ok_or(SplitError::NoExample { index, examples });
        let chosen = indices.into_iter().map(example).collect::<Result<Vec<_>, _>>()?;
        Ok(self.with(chosen.into_iter()))
    }

    /// The examples whose inputs and targets satisfy a condition, in their order.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let data = Dataset::new(vec![([1.0], [0.0]), ([2.0], [1.0]), ([3.0], [0.0])]);
    /// assert_eq!(data.filter(|x, _| x[0] > 1.0).examples(), [([2.0], [1.0]), ([3.0], [0.0])]);
    /// ```
    #[must_use]
    pub fn filter(&self, mut condition: impl FnMut(&[T; I], &[T; O]) -> bool) -> Self {
        self.with(self.examples.iter().filter(|(x, y_true)| condition(x, y_true)).copied())
    }

    /// Divides the examples at random into this number of folds, for cross-validation. Each fold gives two
    /// data sets: the examples of all other folds, for training, and its own, for testing. The sizes of the folds differ by
    /// one example at most. The same seed gives the same folds.
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
        let examples = self.examples.len();
        if folds < 2 || folds > examples {
            return Err(SplitError::Folds { folds, examples });
        }
        let mut order: Vec<_> = (0..examples).collect();
        shuffle(&mut order, &mut rng(seed));
        // The first folds have one example more if the examples cannot be divided evenly.
        let begin = move |fold: usize| fold * (examples / folds) + fold.min(examples % folds);
        Ok((0..folds).map(move |fold| {
            let (before, rest) = order.split_at(begin(fold));
            let (own, after) = rest.split_at(begin(fold + 1) - begin(fold));
            let part =
                |order: &mut dyn Iterator<Item = &usize>| self.with(order.map(|&example| self.examples[example]));
            (part(&mut before.iter().chain(after)), part(&mut own.iter()))
        }))
    }
}
