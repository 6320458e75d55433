//! Splits into training and test data.

use std::borrow::Cow;

use super::Dataset;
use crate::Scalar;
use crate::math::float;
use crate::message::count;
use crate::random::{rng, shuffle};

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// Splits at random into two parts: the first gets this fraction of the examples, usually for training, and the
    /// second gets the rest, for testing. The same seed gives the same parts, in the same order, on every platform and
    /// in every version.
    ///
    /// The first part has round(fraction · examples) examples, with halves rounded up.
    ///
    /// # Errors
    ///
    /// If the fraction is not between 0 and 1, or one part would be empty.
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Self, Self), SplitError> {
        let first = self.first_part(fraction)?;
        Ok(self.divide(&vec![0; self.examples.len()], &mut [first], seed))
    }

    /// Splits at random so that every class is in both parts, with this fraction of its examples in the first.
    ///
    /// The first part has round(fraction · examples) examples of each class, with halves rounded up, but at least one
    /// and at most all but one. The parts are shuffled and reproducible, as with [`split`](Self::split).
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// // 20 examples; the last 5 belong to class 1.
    /// let data = Dataset::new((0_u8..20).map(|n| ([f64::from(n)], [f64::from(n / 15)])).collect());
    /// let (train, test) = data.split_stratified(0.8, 1)?;
    /// assert_eq!((train.examples().len(), test.examples().len()), (16, 4));
    /// assert_eq!(test.targets().filter(|&y_true| y_true == [1.0]).count(), 1);
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the fraction is not between 0 and 1; if there are no examples, or a class has only one; if a target is not a
    /// class, that is, neither one-hot nor, with a single output, 0 or 1.
    pub fn split_stratified(&self, fraction: f64, seed: u64) -> Result<(Self, Self), SplitError> {
        let classes = self.class_indices()?;
        let mut firsts = vec![0; O.max(2)];
        for (class, first) in firsts.iter_mut().enumerate() {
            let examples = classes.iter().filter(|&&its_class| its_class == class).count();
            *first = share(fraction, examples)?.max(1).min(examples.saturating_sub(1));
            if examples == 1 {
                let class = self.classes().get(class).map_or_else(|| class.to_string(), |name| format!("`{name}`"));
                return Err(SplitError::LonelyClass { class });
            }
        }
        if classes.is_empty() {
            return Err(SplitError::EmptyPart { examples: 0, fraction });
        }
        Ok(self.divide(&classes, &mut firsts, seed))
    }

    /// Splits in the order of the examples: the first part gets this fraction of them, the second the rest. Use it for
    /// a time series, so that no training looks ahead.
    ///
    /// The first part has round(fraction · examples) examples, with halves rounded up.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let data = Dataset::new((0_u8..10).map(|year| ([f64::from(year)], [])).collect());
    /// let (train, test) = data.split_in_order(0.7)?;
    /// assert_eq!(train.inputs().last(), Some([6.0]));
    /// assert_eq!(test.inputs().next(), Some([7.0]));
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the fraction is not between 0 and 1, or one part would be empty.
    pub fn split_in_order(&self, fraction: f64) -> Result<(Self, Self), SplitError> {
        let (first, second) = self.examples.split_at(self.first_part(fraction)?);
        Ok((self.with(first.iter().copied()), self.with(second.iter().copied())))
    }

    /// The class of each example: its name, or its number, counted from 0, if it has none.
    /// [`Folds::stratified`](super::Folds::stratified) takes these.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let data = Dataset::new(vec![([3.5], [0.0, 1.0]), ([4.5], [1.0, 0.0])]);
    /// assert_eq!(data.class_labels()?, ["1", "0"]);
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a target is not a class, that is, neither one-hot nor, with a single output, 0 or 1.
    pub fn class_labels(&self) -> Result<Vec<Cow<'_, str>>, SplitError> {
        Ok(self.class_indices()?.into_iter().map(|class| self.class_label(class)).collect())
    }

    fn class_indices(&self) -> Result<Vec<usize>, SplitError> {
        let class_of = |(example, y_true)| class(y_true).ok_or(SplitError::NoClass { example });
        self.targets().enumerate().map(class_of).collect()
    }

    fn class_label(&self, class: usize) -> Cow<'_, str> {
        self.classes().get(class).map_or_else(|| class.to_string().into(), Into::into)
    }

    /// The number of examples in the first of two parts. It is an error if a part would be empty.
    fn first_part(&self, fraction: f64) -> Result<usize, SplitError> {
        let (examples, first) = (self.examples.len(), share(fraction, self.examples.len())?);
        let is_empty = first == 0 || first == examples;
        if is_empty { Err(SplitError::EmptyPart { examples, fraction }) } else { Ok(first) }
    }

    /// Shuffles the examples, and splits them. `strata` has the stratum of each example, `firsts` the number of
    /// examples of each stratum in the first part.
    fn divide(&self, strata: &[usize], firsts: &mut [usize], seed: u64) -> (Self, Self) {
        let mut order: Vec<_> = (0..self.examples.len()).collect();
        shuffle(&mut order, &mut rng(seed));
        let (first, second): (Vec<_>, Vec<_>) = order.into_iter().partition(|&example| {
            let left = &mut firsts[strata[example]];
            let is_first = *left > 0;
            *left -= usize::from(is_first);
            is_first
        });
        let part = |order: Vec<usize>| self.with(order.into_iter().map(|example| self.examples[example]));
        (part(first), part(second))
    }
}

/// The number of examples in this fraction of them, rounded.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of examples")]
fn share(fraction: f64, examples: usize) -> Result<usize, SplitError> {
    if fraction > 0.0 && fraction < 1.0 {
        Ok((fraction * float(examples)).round() as usize)
    } else {
        Err(SplitError::Fraction { fraction })
    }
}

/// The class of a target that is one-hot or, with a single output, 0 or 1. `None` for any other target.
fn class<T: Scalar, const O: usize>(y_true: [T; O]) -> Option<usize> {
    let is_zero_or_one = |&y: &T| y == T::ZERO || y == T::ONE;
    let ones = y_true.iter().filter(|&&y| y == T::ONE).count();
    let hot = y_true.iter().position(|&y| y == T::ONE);
    match O {
        _ if !y_true.iter().all(is_zero_or_one) => None,
        1 => Some(ones),
        _ => hot.filter(|_| ones == 1),
    }
}

/// Why examples could not be split. Examples are counted from 0.
///
/// ```
/// use mlp_core::Dataset;
///
/// let data = Dataset::new(vec![([0.0], [0.0]), ([1.0], [0.0]), ([2.0], [1.0])]);
/// assert_eq!(
///     data.split(0.9, 1).unwrap_err().to_string(),
///     "a fraction of 0.9 of 3 examples leaves one part empty: choose another fraction, or find more examples",
/// );
/// assert_eq!(
///     data.split_stratified(0.5, 1).unwrap_err().to_string(),
///     "class 1 has one example, which cannot be in both parts: find more, leave it out, or use `split`",
/// );
/// ```
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// The fraction is not between 0 and 1, both excluded.
    #[error("the fraction of the first part must lie between 0 and 1, not {fraction:?}")]
    Fraction {
        /// The fraction given.
        fraction: f64,
    },
    /// There are too few examples: one of the two parts would be empty.
    #[error(
        "a fraction of {fraction} of {} leaves one part empty: choose another fraction, or find more examples",
        count(*examples, "example")
    )]
    EmptyPart {
        /// The number of examples.
        examples: usize,
        /// The fraction given.
        fraction: f64,
    },
    /// A class has only one example, so it cannot be in both parts.
    #[error("class {class} has one example, which cannot be in both parts: find more, leave it out, or use `split`")]
    LonelyClass {
        /// Its name, or its number if it has none.
        class: String,
    },
    /// There is no example with this index.
    #[error("there is no example {index}, only {}, counted from 0", count(*examples, "example"))]
    NoExample {
        /// The index given.
        index: usize,
        /// The number of examples.
        examples: usize,
    },
    /// The number of folds does not fit the number of examples.
    #[error("{} cannot be divided into {}: choose at least two, and no more than there are examples",
        count(*examples, "example"), count(*folds, "fold"))]
    Folds {
        /// The number of folds given.
        folds: usize,
        /// The number of examples.
        examples: usize,
    },
    /// A class has fewer examples than there are folds, so it cannot be in each of them.
    #[error(
        "class `{class}` has {}, which cannot be in each of {folds} folds: choose fewer folds, find more examples, leave \
         the class out, or use `Folds::k_fold`",
        count(*examples, "example")
    )]
    FewOfClass {
        /// The class, as the folds were given it.
        class: String,
        /// The number of its examples.
        examples: usize,
        /// The number of folds given.
        folds: usize,
    },
    /// There are fewer groups than folds.
    #[error("{} cannot be divided into {folds} folds: choose at most as many folds as groups", count(*groups, "group"))]
    FewGroups {
        /// The number of groups.
        groups: usize,
        /// The number of folds given.
        folds: usize,
    },
    /// There are too few examples for this number of tests one after the other, or no test was asked for.
    #[error(
        "a series of {} has no room for {}, each after a training: choose at least one fold, and fewer than examples",
        count(*examples, "example"), count(*folds, "fold")
    )]
    TimeSeries {
        /// The number of examples.
        examples: usize,
        /// The number of folds given.
        folds: usize,
    },
    /// A part of a window is empty, or there are too few examples for one window.
    #[error(
        "a window of {train} training and {test} test examples does not fit into a series of {}: choose at least one of \
         each, and together no more than there are",
        count(*examples, "example")
    )]
    Window {
        /// The number of examples.
        examples: usize,
        /// The number of examples for training given.
        train: usize,
        /// The number of examples for testing given.
        test: usize,
    },
    /// Folds were made for another number of examples.
    #[error("the folds divide {}, the data set has {examples}: make them for this data set", count(*divided, "example"))]
    OtherExamples {
        /// The number of examples that the folds divide.
        divided: usize,
        /// The number of examples of the data set.
        examples: usize,
    },
    /// A target is neither one-hot nor, with a single output, 0 or 1.
    #[error("example {example}: the target is not a class (one-hot, or 0 or 1): use `split` for numbers")]
    NoClass {
        /// The number of the example.
        example: usize,
    },
}

crate::message::debug_is_message!(SplitError);
