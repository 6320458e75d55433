//! Data: from a file's columns to the examples that a network takes, and from these to a part that trains and a part
//! that tests.
//!
//! With the feature `csv`, a `Table` is read from a CSV file, and columns are selected by name. How many inputs and
//! outputs there must be is known from the network.
//!
#![cfg_attr(feature = "csv", doc = "```")]
#![cfg_attr(not(feature = "csv"), doc = "```ignore")]
//! use mlp_core::metrics::ConfusionMatrix;
//! use mlp_core::{GradientDescent, Missing, Scaled, StandardNormal, Table, Trainer, mlp};
//!
//! mlp!(pub struct Penguins: 4 => 3);
//!
//! let table = Table::read("../examples/data/penguins.csv")?;
//! let data = table
//!     .select()
//!     .numbers(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"])
//!     .class("species")
//!     .missing(Missing::Drop)
//!     .load()?;
//! let report = "
//! 344 rows, 2 dropped: 342 examples
//!   bill_length_mm: 2 missing, rows dropped
//!   bill_depth_mm: 2 missing, rows dropped
//!   flipper_length_mm: 2 missing, rows dropped
//!   body_mass_g: 2 missing, rows dropped";
//! assert_eq!(data.report().to_string(), report.trim_start());
//!
//! // 70 % of each species train, the others test; the scaling knows of the former only.
//! let (train, test) = data.split_stratified(0.7, 1)?;
//! let scaling = train.standardize_inputs()?;
//! let mut network = Penguins::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! Trainer::new(GradientDescent::new(0.5)).epochs(100).fit(&mut network, train.scale_inputs(&scaling).examples())?;
//!
//! let species = test.class_names().ok_or("three species")?;
//! let matrix = ConfusionMatrix::of(&network, test.scale_inputs(&scaling).examples(), species)?;
//! assert_eq!(matrix.names(), &["Adelie", "Chinstrap", "Gentoo"]);
//! assert!(matrix.accuracy() > Some(0.97));
//!
//! let model = Scaled { network, inputs: scaling, outputs: None };
//! let [adelie, chinstrap, gentoo] = model.predict([39.1, 18.7, 181.0, 3750.0]);
//! assert!(adelie > chinstrap && adelie > gentoo);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Examples from elsewhere can be split and scaled in the same way: [`Dataset::new`].

#[cfg(feature = "csv")]
mod error;
#[cfg(feature = "csv")]
mod selection;
#[cfg(feature = "csv")]
mod table;

use std::array;
use std::fmt::{self, Display, Formatter};

#[cfg(feature = "csv")]
pub use error::{Place, TableError};
#[cfg(feature = "csv")]
pub use selection::{Missing, Selection};
#[cfg(feature = "csv")]
pub use table::Table;

use crate::message::count;
use crate::metrics::Classes;
use crate::random::{Rng, rng};
use crate::scalar::float;
use crate::{Scalar, Scaling, ScalingError};

/// Examples, each with `I` inputs and `O` targets, and what is known of where they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<T, const I: usize, const O: usize> {
    examples: Vec<([T; I], [T; O])>,
    input_names: Vec<String>,
    one_hot: [bool; I],
    classes: Vec<String>,
    report: Report,
}

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The data set of these examples, pairs of inputs and targets. Inputs and classes have no names in it.
    ///
    /// ```
    /// use mlp_core::Dataset;
    ///
    /// let data = Dataset::new((0_u8..10).map(|n| ([f64::from(n)], [f64::from(n) * 2.0])).collect());
    /// let (train, test) = data.split(0.8, 1)?;
    /// assert_eq!((train.examples().len(), test.examples().len()), (8, 2));
    /// # Ok::<(), mlp_core::dataset::SplitError>(())
    /// ```
    #[must_use]
    pub fn new(examples: Vec<([T; I], [T; O])>) -> Self {
        let report = Report { rows: examples.len(), dropped: 0, columns: Vec::new() };
        Self { examples, input_names: Vec::new(), one_hot: [false; I], classes: Vec::new(), report }
    }

    /// The examples, as [`Trainer::fit`](crate::Trainer::fit) takes them.
    #[must_use]
    pub fn examples(&self) -> &[([T; I], [T; O])] {
        &self.examples
    }

    /// The inputs of every example, as [`Scaling`] is fitted on them.
    #[must_use]
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = [T; I]> + Clone {
        self.examples.iter().map(|&(x, _)| x)
    }

    /// The targets of every example.
    #[must_use]
    pub fn targets(&self) -> impl ExactSizeIterator<Item = [T; O]> + Clone {
        self.examples.iter().map(|&(_, y_true)| y_true)
    }

    /// The names of the inputs: `body_mass_g` of a number, `island=Biscoe` of one value of a category.
    #[must_use]
    pub fn input_names(&self) -> &[String] {
        &self.input_names
    }

    /// The names of the classes, in the order of the outputs; none if the targets are numbers.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// The same names, as a [`ConfusionMatrix`](crate::metrics::ConfusionMatrix) takes them. `None` if the targets are
    /// numbers. A single output has two classes, and says so: `class_names::<2>()`.
    #[must_use]
    pub fn class_names<const C: usize>(&self) -> Option<[&str; C]>
    where
        [T; O]: Classes<C>,
    {
        (self.classes.len() == C).then(|| array::from_fn(|class| self.classes[class].as_str()))
    }

    /// What became of the rows of the file, all of them: both parts of a split have the report of the whole.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The scaling that gives every input the mean 0 and the standard deviation 1, as [`Scaling::standardize`]; those of
    /// a category stay 0 and 1.
    ///
    /// It is fitted on these examples, which should be those that train.
    ///
    /// ```
    /// use mlp_core::{Dataset, Scaling};
    ///
    /// let train = Dataset::new(vec![([1.0, 100.0], [0.0]), ([3.0, 500.0], [1.0])]);
    /// let scaling = train.standardize_inputs()?;
    /// assert_eq!(scaling, Scaling { offset: [2.0, 300.0], scale: [1.0, 200.0] });
    /// assert_eq!(train.scale_inputs(&scaling).examples()[1], ([1.0, 1.0], [1.0]));
    /// # Ok::<(), mlp_core::dataset::InputError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Scaling::standardize`], with the name of the input.
    pub fn standardize_inputs(&self) -> Result<Scaling<[T; I]>, InputError> {
        self.fit_inputs(|input| Scaling::standardize(self.inputs().map(|x| [x[input]])))
    }

    /// The scaling that takes the smallest value of every input to 0 and the largest to 1, as [`Scaling::min_max`]; those
    /// of a category stay 0 and 1. It is fitted on these examples, which should be those that train.
    ///
    /// # Errors
    ///
    /// As [`Scaling::min_max`], with the name of the input.
    pub fn min_max_inputs(&self) -> Result<Scaling<[T; I]>, InputError> {
        self.fit_inputs(|input| Scaling::min_max(self.inputs().map(|x| [x[input]])))
    }

    /// A value of a category that no example has is no reason to fail: it may come later, and must not then be enlarged
    /// by having been rare.
    fn fit_inputs(
        &self,
        fit: impl Fn(usize) -> Result<Scaling<[T; 1]>, ScalingError>,
    ) -> Result<Scaling<[T; I]>, InputError> {
        let mut scaling = Scaling { offset: [T::ZERO; I], scale: [T::ONE; I] };
        for input in (0..I).filter(|&input| !self.one_hot[input]) {
            let Scaling { offset: [offset], scale: [scale] } = fit(input).map_err(|problem| {
                let name = self.input_names.get(input).map(|name| format!("`{name}`"));
                InputError { input: name.unwrap_or_else(|| format!("input {input} (counted from 0)")), problem }
            })?;
            (scaling.offset[input], scaling.scale[input]) = (offset, scale);
        }
        Ok(scaling)
    }

    /// The same data with scaled inputs.
    #[must_use]
    pub fn scale_inputs(&self, scaling: &Scaling<[T; I]>) -> Self {
        self.with(self.examples.iter().map(|&(x, y_true)| (scaling.apply(x), y_true)))
    }

    /// The same data with scaled targets.
    #[must_use]
    pub fn scale_targets(&self, scaling: &Scaling<[T; O]>) -> Self {
        self.with(self.examples.iter().map(|&(x, y_true)| (x, scaling.apply(y_true))))
    }

    /// Splits at random into a first part with this fraction of the examples, usually to train, and a second one with
    /// the others, to test. The same seed gives the same parts, in the same order, on every platform and in every
    /// version.
    ///
    /// The first part has round(fraction · examples), halves rounded up.
    ///
    /// # Errors
    ///
    /// If the fraction is not between 0 and 1, or one part would be empty.
    pub fn split(&self, fraction: f64, seed: u64) -> Result<(Self, Self), SplitError> {
        let first = share(fraction, self.examples.len())?;
        if first == 0 || first == self.examples.len() {
            return Err(SplitError::EmptyPart { examples: self.examples.len(), fraction });
        }
        Ok(self.divide(&vec![0; self.examples.len()], &mut [first], seed))
    }

    /// Splits at random such that every class is in both parts, with this fraction of its examples in the first one.
    ///
    /// Of each class the first part has round(fraction · examples), halves rounded up, but at least one, and at most all
    /// but one. The parts are shuffled, and repeatable, as those of [`split`](Self::split).
    ///
    /// # Errors
    ///
    /// If the fraction is not between 0 and 1; if there are no examples, or one class has a single one; if the targets
    /// are no classes: one-hot, or of a single output 0 and 1.
    pub fn split_stratified(&self, fraction: f64, seed: u64) -> Result<(Self, Self), SplitError> {
        let class_of = |(example, y_true)| class(y_true).ok_or(SplitError::NoClass { example });
        let classes: Vec<_> = self.targets().enumerate().map(class_of).collect::<Result<_, _>>()?;
        let mut firsts = vec![0; O.max(2)];
        for (class, first) in firsts.iter_mut().enumerate() {
            let examples = classes.iter().filter(|&&its_class| its_class == class).count();
            *first = share(fraction, examples)?.max(1).min(examples.saturating_sub(1));
            if examples == 1 {
                let class = self.classes.get(class).map_or_else(|| class.to_string(), |name| format!("`{name}`"));
                return Err(SplitError::LonelyClass { class });
            }
        }
        if classes.is_empty() {
            return Err(SplitError::EmptyPart { examples: 0, fraction });
        }
        Ok(self.divide(&classes, &mut firsts, seed))
    }

    /// Shuffles, and lets as many examples of each stratum into the first part as `firsts` says.
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

    fn with(&self, examples: impl Iterator<Item = ([T; I], [T; O])>) -> Self {
        Self {
            examples: examples.collect(),
            input_names: self.input_names.clone(),
            one_hot: self.one_hot,
            classes: self.classes.clone(),
            report: self.report.clone(),
        }
    }
}

/// How many examples a fraction of them is.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the number of examples")]
fn share(fraction: f64, examples: usize) -> Result<usize, SplitError> {
    if fraction > 0.0 && fraction < 1.0 {
        Ok((fraction * float(examples)).round() as usize)
    } else {
        Err(SplitError::Fraction { fraction })
    }
}

/// The class of a target that is one-hot, or of a single output 0 or 1.
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

/// Fisher and Yates's shuffle, as Durstenfeld put it ("Algorithm 235: Random permutation", 1964): every order is equally
/// likely. Own code, because `rand` may change in which order its shuffle draws.
fn shuffle<E>(items: &mut [E], rng: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last + 1, rng));
    }
}

/// Uniform in 0..n, without bias (Lemire, "Fast random integer generation in an interval", 2019): the upper half of
/// 64 random bits times n, drawn again while the lower half is among the 2⁶⁴ mod n values that would favour some results.
#[allow(clippy::cast_possible_truncation, reason = "the lower half is meant, and the upper one is below n")]
fn below(n: usize, rng: &mut impl Rng) -> usize {
    let n = n as u64;
    let favoured = n.wrapping_neg() % n;
    loop {
        let product = u128::from(rng.next_u64()) * u128::from(n);
        if product as u64 >= favoured {
            return (product >> 64) as usize;
        }
    }
}

/// What became of the rows of a file. Printed, it says so, with a line for every column that lacked cells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// How many rows there were.
    pub rows: usize,
    /// How many of them were dropped, because cells were missing.
    pub dropped: usize,
    /// The selected columns in which cells were missing.
    pub columns: Vec<MissingCells>,
}

/// How many cells of a column were missing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MissingCells {
    /// Its name.
    pub column: String,
    /// In rows that were dropped.
    pub dropped: usize,
    /// In rows that were kept.
    pub filled: usize,
    /// What the latter were filled with. `None` if there were none.
    pub filler: Option<Filler>,
}

/// What missing cells were filled with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filler {
    /// The mean of the other cells of the column, in rows that were kept.
    Mean(f64),
    /// What was given.
    Given(f64),
}

impl Filler {
    /// The number.
    #[must_use]
    pub const fn value(self) -> f64 {
        match self {
            Self::Mean(value) | Self::Given(value) => value,
        }
    }
}

impl Display for Filler {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mean(mean) => write!(f, "the mean {mean}"),
            Self::Given(value) => write!(f, "{value}"),
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let examples = self.rows.saturating_sub(self.dropped);
        write!(f, "{}, {} dropped: {}", count(self.rows, "row"), self.dropped, count(examples, "example"))?;
        self.columns.iter().try_for_each(|column| write!(f, "\n  {column}"))
    }
}

impl Display for MissingCells {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.column)?;
        if self.dropped > 0 {
            write!(f, "{} missing, rows dropped", self.dropped)?;
        }
        if let Some(filler) = self.filler {
            let separator = if self.dropped > 0 { "; " } else { "" };
            write!(f, "{separator}{} missing, filled with {filler}", self.filled)?;
        }
        Ok(())
    }
}

/// Why examples could not be split. Examples are counted from 0.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// A fraction of 0 or 1 is no split.
    #[error("the fraction of the first part must lie between 0 and 1, not {fraction:?}")]
    Fraction {
        /// As given.
        fraction: f64,
    },
    /// There are too few examples for two parts of these sizes.
    #[error(
        "a fraction of {fraction} of {} leaves one part empty: choose another, or find more examples",
        count(*examples, "example")
    )]
    EmptyPart {
        /// How many there are.
        examples: usize,
        /// As given.
        fraction: f64,
    },
    /// A class cannot be in both parts.
    #[error("class {class} has one example, which cannot be in both parts: find more, leave it out, or use `split`")]
    LonelyClass {
        /// Its name, or its number if it has none.
        class: String,
    },
    /// A target is neither one-hot nor, of a single output, 0 or 1.
    #[error("example {example}: the target is no class, neither one-hot nor 0 or 1: use `split` for numbers")]
    NoClass {
        /// Which example.
        example: usize,
    },
}

crate::message::debug_is_message!(SplitError);

/// Why no scaling could be fitted to an input.
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub struct InputError {
    /// Its name in backticks, or its place if it has none.
    pub input: String,
    /// What is wrong with it. The column is 0 here, because each input is fitted by itself.
    pub problem: ScalingError,
}

impl Display for InputError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.problem.describe(&self.input, f)
    }
}

crate::message::debug_is_message!(InputError);
