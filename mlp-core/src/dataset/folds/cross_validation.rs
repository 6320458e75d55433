//! Cross-validation: the same work for every fold.

use std::error::Error;

use super::Folds;
use crate::dataset::Dataset;
use crate::{Scalar, parallel};

impl Folds {
    /// Evaluates every fold: calls `evaluate` with its data for training and for testing. The results are in the order of
    /// the folds; [`Scores`](crate::metrics::Scores) gives their mean and deviation.
    ///
    /// With the feature `rayon` the folds are evaluated on several threads at once, and the results are the same for any
    /// number of threads. In `evaluate`, `?` takes every error that may go to another thread.
    ///
    /// A fold may return more than a score. To train the final network on all data, for example, one needs the best number
    /// of epochs, which only validation data can tell:
    ///
    /// ```
    /// use mlp_core::metrics::Scores;
    /// use mlp_core::{Adam, Dataset, Folds, Trainer, mlp};
    ///
    /// mlp!(struct Wave: 1 => tanh(4) => identity(1));
    ///
    /// let wave = |n: u8| ([f64::from(n) / 10.0], [(f64::from(n) / 10.0).sin()]);
    /// let data = Dataset::new((0..60).map(wave).collect());
    /// let start = || Wave::random(&mut mlp_core::rng(1));
    /// let trainer = || Trainer::new(Adam::new(0.02));
    ///
    /// let folds = Folds::k_fold(60, 4, 1)?;
    /// let found = folds.cross_validate(&data, |train, test| {
    ///     let mut network = start();
    ///     let mut trainer = trainer().epochs(500).validate(test.examples()).patience(50);
    ///     let outcome = trainer.fit(&mut network, train.examples())?;
    ///     Ok((outcome.best_epoch, outcome.validation_loss))
    /// })?;
    /// println!("loss: {}", found.iter().filter_map(|&(_, loss)| loss).collect::<Scores>());
    ///
    /// // The median of the best numbers of epochs, on everything. Epochs are counted from 0.
    /// let mut epochs: Vec<_> = found.iter().filter_map(|&(epoch, _)| epoch).map(|epoch| epoch + 1).collect();
    /// epochs.sort();
    /// let mut network = start();
    /// trainer().epochs(epochs[epochs.len() / 2]).fit(&mut network, data.examples())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the data set has another number of examples than the folds; if `evaluate` fails, its error with the first fold
    /// that failed.
    pub fn cross_validate<T, R, const I: usize, const O: usize>(
        &self,
        data: &Dataset<T, I, O>,
        evaluate: impl Fn(Dataset<T, I, O>, Dataset<T, I, O>) -> Result<R, Box<dyn Error + Send + Sync>> + Sync,
    ) -> Result<Vec<R>, FoldError>
    where
        T: Scalar,
        R: Send,
    {
        self.check_length(data.examples().len())?;
        let results = parallel::map(self.count(), |fold| {
            let (train, test) = self.pair(fold, data);
            evaluate(train, test)
        });
        let folds = self.count();
        let named = results.into_iter().enumerate();
        named.map(|(fold, result)| result.map_err(|source| FoldError::Fold { fold, folds, source })).collect()
    }
}

/// Why a cross-validation failed.
///
/// ```
/// use mlp_core::{Dataset, Folds};
///
/// let data = Dataset::new((0_u8..10).map(|n| ([f64::from(n)], [])).collect());
/// let folds = Folds::time_series(10, 4)?;
/// let error = folds.cross_validate(&data, |train, _| match train.examples().len() {
///     6 => Err("six are not enough".into()),
///     examples => Ok(examples),
/// });
/// assert_eq!(format!("{:?}", error.unwrap_err()), "fold 2 of 4 (counted from 0): six are not enough");
/// # Ok::<(), mlp_core::dataset::SplitError>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FoldError {
    /// A fold could not be evaluated.
    #[error("fold {fold} of {folds} (counted from 0)")]
    Fold {
        /// The first fold that failed.
        fold: usize,
        /// The number of folds.
        folds: usize,
        /// The error of the closure.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The data cannot be divided by these folds.
    #[error(transparent)]
    Split(#[from] super::SplitError),
}

crate::message::debug_is_message!(FoldError);
