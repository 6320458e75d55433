//! The ways to divide examples into folds.

use std::fmt::Display;

use super::{Fold, Folds};
use crate::dataset::SplitError;
use crate::random::{rng, shuffle};

/// The ways to divide.
impl Folds {
    /// Divides this number of examples at random into this number of folds. Their sizes differ by one example at most.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// for (train, test) in Folds::k_fold(10, 5, 1)?.indices() {
    ///     assert_eq!((train.len(), test.len()), (8, 2));
    /// }
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two folds, or fewer examples than folds.
    #[doc(alias = "KFold")]
    pub fn k_fold(examples: usize, folds: usize, seed: u64) -> Result<Self, SplitError> {
        check(examples, folds)?;
        // The first folds have one example more if the examples cannot be divided evenly.
        let size = |fold: usize| examples / folds + usize::from(fold < examples % folds);
        Ok(Self::partition(shuffled(examples, seed), (0..folds).map(size)))
    }

    /// Divides examples at random so that each fold has its share of each class. `classes` has the class of each example:
    /// [`class_labels`](crate::Dataset::class_labels) of a data set, or names or numbers of your own. The shares of two folds
    /// differ by one example of a class at most, and so do their sizes.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// let classes = ["no", "no", "no", "no", "yes", "yes"];
    /// for (_, test) in Folds::stratified(&classes, 2, 1)?.indices() {
    ///     assert_eq!(test.iter().filter(|&&example| classes[example] == "yes").count(), 1);
    /// }
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two folds, or a class has fewer examples than there are folds.
    #[doc(alias = "StratifiedKFold")]
    pub fn stratified<K: Ord + Display>(classes: &[K], folds: usize, seed: u64) -> Result<Self, SplitError> {
        check(classes.len(), folds)?;
        let order = shuffled(classes.len(), seed);
        let mut fold_of = vec![0; classes.len()];
        // Whoever deals the examples class by class gives every fold its share.
        let by_class = sorted_by(&order, |example| &classes[example]);
        for (place, &example) in by_class.iter().enumerate() {
            fold_of[example] = place % folds;
        }
        for examples in by_class.chunk_by(|&a, &b| classes[a] == classes[b]) {
            if examples.len() < folds {
                let class = classes[examples[0]].to_string();
                return Err(SplitError::FewOfClass { class, examples: examples.len(), folds });
            }
        }
        Ok(Self::by_fold(&order, &fold_of, folds))
    }

    /// Divides examples so that all examples of a group are in the same fold: the rows of one patient, say, which a
    /// network must not know from the training. `groups` has the group of each example. The largest groups are dealt first,
    /// each to the smallest fold so far; the seed decides among groups of equal size.
    ///
    /// With as many folds as groups, each group is tested once by itself.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// let patients = [7, 7, 7, 3, 3, 12, 12, 9];
    /// for (train, test) in Folds::grouped(&patients, 2, 1)?.indices() {
    ///     assert_eq!((train.len(), test.len()), (4, 4));
    ///     assert!(train.iter().all(|&one| test.iter().all(|&other| patients[one] != patients[other])));
    /// }
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two folds, or fewer groups than folds.
    #[doc(alias = "GroupKFold")]
    pub fn grouped<K: Ord>(groups: &[K], folds: usize, seed: u64) -> Result<Self, SplitError> {
        check(groups.len(), folds)?;
        let order = shuffled(groups.len(), seed);
        let by_group = sorted_by(&order, |example| &groups[example]);
        let mut members: Vec<_> = by_group.chunk_by(|&a, &b| groups[a] == groups[b]).collect();
        if members.len() < folds {
            return Err(SplitError::FewGroups { groups: members.len(), folds });
        }
        // Groups of equal size stay in this random order.
        shuffle(&mut members, &mut rng(seed));
        members.sort_by_key(|members| std::cmp::Reverse(members.len()));
        let (mut sizes, mut fold_of) = (vec![0; folds], vec![0; groups.len()]);
        for members in members {
            let smallest = (0..folds).min_by_key(|&fold| sizes[fold]).unwrap_or(0);
            sizes[smallest] += members.len();
            for &example in members {
                fold_of[example] = smallest;
            }
        }
        Ok(Self::by_fold(&order, &fold_of, folds))
    }

    /// As many folds as examples: each is tested once, after a training on all others. The examples stay in their order.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// let folds: Vec<_> = Folds::leave_one_out(3)?.indices().collect();
    /// assert_eq!(folds, [(vec![1, 2], vec![0]), (vec![0, 2], vec![1]), (vec![0, 1], vec![2])]);
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are fewer than two examples.
    #[doc(alias = "LeaveOneOut")]
    pub fn leave_one_out(examples: usize) -> Result<Self, SplitError> {
        check(examples, examples)?;
        Ok(Self::partition((0..examples).collect(), std::iter::repeat_n(1, examples)))
    }

    /// Folds of a time series, whose examples are in the order of time. Each fold is tested on the next part of the series,
    /// and trained on everything before it. Nothing is shuffled, and no training looks ahead.
    ///
    /// The parts that are tested have examples / (folds + 1) examples each, rounded down; the last one ends with the
    /// series.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// let folds: Vec<_> = Folds::time_series(6, 2)?.indices().collect();
    /// assert_eq!(folds, [(vec![0, 1], vec![2, 3]), (vec![0, 1, 2, 3], vec![4, 5])]);
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no fold, or there are not more examples than folds.
    #[doc(alias = "TimeSeriesSplit")]
    pub fn time_series(examples: usize, folds: usize) -> Result<Self, SplitError> {
        if folds == 0 || examples <= folds {
            return Err(SplitError::TimeSeries { examples, folds });
        }
        Ok(Self::windows(examples, folds, examples / (folds + 1), usize::MAX))
    }

    /// Windows of a time series, whose examples are in the order of time. Each window has `train` examples for training,
    /// followed by `test` examples for testing. The next window begins `test` examples later, so each example is tested at
    /// most once. The last window ends with the series; if the windows do not fit evenly, the oldest examples are left out.
    ///
    /// ```
    /// use mlp_core::Folds;
    ///
    /// let windows: Vec<_> = Folds::rolling(6, 2, 1)?.indices().collect();
    /// assert_eq!(windows.len(), 4);
    /// assert_eq!(windows[0], (vec![0, 1], vec![2]));
    /// assert_eq!(windows[3], (vec![3, 4], vec![5]));
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a part of the window is empty, or not a single window fits.
    pub fn rolling(examples: usize, train: usize, test: usize) -> Result<Self, SplitError> {
        let windows = examples.saturating_sub(train).checked_div(test).unwrap_or(0);
        if train == 0 || windows == 0 {
            return Err(SplitError::Window { examples, train, test });
        }
        Ok(Self::windows(examples, windows, test, train))
    }

    /// Tests of this size at the end of a series, each after a training on at most `most` examples.
    fn windows(examples: usize, folds: usize, test: usize, most: usize) -> Self {
        let fold = |fold: usize| {
            let start = examples - (folds - fold) * test;
            Fold { train: [start.saturating_sub(most)..start, start..start], test: start..start + test }
        };
        Self { order: (0..examples).collect(), folds: (0..folds).map(fold).collect() }
    }

    /// Folds of these sizes, one after the other in this order, each of them tested once.
    fn partition(order: Vec<usize>, sizes: impl Iterator<Item = usize>) -> Self {
        let (all, mut begin) = (order.len(), 0);
        let folds = sizes.map(|size| {
            let test = begin..begin + size;
            begin = test.end;
            Fold { train: [0..test.start, test.end..all], test }
        });
        let folds = folds.collect();
        Self { order, folds }
    }

    /// A fold for each number in `fold_of`, its examples in this order.
    fn by_fold(order: &[usize], fold_of: &[usize], folds: usize) -> Self {
        let mut sizes = vec![0; folds];
        for &fold in fold_of {
            sizes[fold] += 1;
        }
        Self::partition(sorted_by(order, |example| &fold_of[example]), sizes.into_iter())
    }
}

fn check(examples: usize, folds: usize) -> Result<(), SplitError> {
    if folds < 2 || folds > examples { Err(SplitError::Folds { folds, examples }) } else { Ok(()) }
}

fn shuffled(examples: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<_> = (0..examples).collect();
    shuffle(&mut order, &mut rng(seed));
    order
}

/// The examples sorted by a key. Examples with the same key stay in their order.
fn sorted_by<'a, K: Ord + 'a>(order: &[usize], key: impl Fn(usize) -> &'a K) -> Vec<usize> {
    let mut order = order.to_vec();
    order.sort_by(|&a, &b| key(a).cmp(key(b)));
    order
}
