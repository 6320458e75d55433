//! Data sets: read examples from a file, split them into training and test data, and scale them.
//!
//! With the feature `csv`, a `Table` reads a CSV file, and you select columns by name. The numbers of inputs and
//! outputs follow from the network.
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
//! // Train on 70 % of each species, and test on the rest. The scaling is fitted on the training data only.
//! let (train, test) = data.split_stratified(0.7, 1)?;
//! let scaling = train.fit_standardization()?;
//! let mut network = Penguins::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! Trainer::new(GradientDescent::new(0.5)).epochs(100).fit(&mut network, train.scale_inputs(&scaling).examples())?;
//!
//! let species = test.class_names().ok_or("three species")?;
//! let matrix = ConfusionMatrix::from_network(&network, test.scale_inputs(&scaling).examples(), species)?;
//! assert_eq!(matrix.names(), &["Adelie", "Chinstrap", "Gentoo"]);
//! assert!(matrix.accuracy() > Some(0.97));
//!
//! let model = Scaled { network, inputs: scaling, outputs: None };
//! let [adelie, chinstrap, gentoo] = model.predict([39.1, 18.7, 181.0, 3750.0]);
//! assert!(adelie > chinstrap && adelie > gentoo);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Examples from elsewhere can be split and scaled in the same way: [`Dataset::new`]. For cross-validation there are
//! [`Folds`]. A large file is read with little memory by `Table::scan`, and in pieces by `Table::chunks`.

#[cfg(feature = "csv")]
mod advice;
#[cfg(feature = "arrow")]
mod batches;
#[cfg(feature = "csv")]
mod cells;
#[cfg(feature = "csv")]
mod chunks;
#[cfg(feature = "csv")]
mod compressed;
#[cfg(feature = "csv")]
mod error;
mod fit;
mod folds;
#[cfg(feature = "csv")]
mod format;
#[cfg(feature = "csv")]
mod lines;
#[cfg(feature = "csv")]
mod notation;
#[cfg(feature = "csv")]
mod origin;
#[cfg(feature = "csv")]
mod place;
pub(crate) mod quoted;
mod report;
mod rounding;
#[cfg(feature = "csv")]
mod rows;
mod schema;
#[cfg(feature = "csv")]
mod selection;
#[cfg(feature = "csv")]
mod source;
mod split;
mod subset;
#[cfg(feature = "csv")]
mod table;
mod unseen;

use std::array;

#[cfg(feature = "csv")]
pub use chunks::Chunks;
#[cfg(feature = "csv")]
pub use error::TableError;
pub use fit::InputError;
pub use folds::{FoldError, Folds};
#[cfg(feature = "csv")]
pub use format::TableFormat;
#[cfg(feature = "csv")]
pub use place::Place;
pub use report::{Filler, MissingCells, Report};
pub use rounding::RoundingError;
pub(crate) use schema::OTHER;
pub use schema::{Column, Schema, SchemaError, Target};
#[cfg(feature = "csv")]
pub use selection::{Missing, Selection};
pub use split::SplitError;
#[cfg(feature = "csv")]
pub use table::Table;
pub use unseen::Unseen;

use quoted::quoted;

use crate::metrics::Classes;
use crate::{Scalar, Scaling};

/// The inputs and targets of an example.
type Example<T, const I: usize, const O: usize> = ([T; I], [T; O]);

/// Examples, each with `I` inputs and `O` targets, with the names of inputs and classes and a report on the file they
/// come from.
///
/// [`Trainer::fit`](crate::Trainer::fit) takes its [`examples`](Self::examples). A function that takes or returns a
/// data set names the numbers of inputs and outputs:
///
/// ```
/// use mlp_core::Dataset;
///
/// /// 1 where the number of ones is odd.
/// fn parity() -> Dataset<f64, 2, 1> {
///     Dataset::new(vec![([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])])
/// }
///
/// assert_eq!(parity().examples().len(), 4);
/// assert_eq!(parity().inputs().next(), Some([0.0, 0.0]));
/// assert_eq!(parity().targets().last(), Some([0.0]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset<T, const I: usize, const O: usize> {
    examples: Vec<Example<T, I, O>>,
    input_names: Vec<String>,
    schema: Option<Schema>,
    report: Report,
}

/// The examples, as [`Training::fit_chunks`](crate::Training::fit_chunks) takes them from an iterator of data sets.
impl<T, const I: usize, const O: usize> AsRef<[([T; I], [T; O])]> for Dataset<T, I, O> {
    fn as_ref(&self) -> &[([T; I], [T; O])] {
        &self.examples
    }
}

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// A data set of these examples, pairs of inputs and targets. Its inputs and classes have no names.
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
        let report = Report { rows: examples.len(), dropped: 0, columns: Vec::new(), constant: Vec::new() };
        Self::from_parts(examples, None, report)
    }

    /// The examples, as [`Trainer::fit`](crate::Trainer::fit) takes them.
    #[must_use]
    pub fn examples(&self) -> &[([T; I], [T; O])] {
        &self.examples
    }

    /// The inputs of every example, in the form that [`Scaling`] is fitted on.
    #[must_use]
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = [T; I]> + Clone {
        self.examples.iter().map(|&(x, _)| x)
    }

    /// The targets of every example.
    #[must_use]
    pub fn targets(&self) -> impl ExactSizeIterator<Item = [T; O]> + Clone {
        self.examples.iter().map(|&(_, y_true)| y_true)
    }

    /// The names of the inputs: `body_mass_g` for a number, `island=Biscoe` for one value of a category. Empty after
    /// [`new`](Self::new).
    #[must_use]
    pub fn input_names(&self) -> &[String] {
        &self.input_names
    }

    /// The names of the classes, in the order of the outputs; empty if the targets are numbers.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.schema.as_ref().map_or(&[], Schema::classes)
    }

    /// The names of the classes, as a [`ConfusionMatrix`](crate::metrics::ConfusionMatrix) takes them. `None` if the
    /// targets are numbers. A single output has two classes: write `class_names::<2>()`.
    #[must_use]
    pub fn class_names<const C: usize>(&self) -> Option<[&str; C]>
    where
        [T; O]: Classes<C>,
    {
        let classes = self.classes();
        (classes.len() == C).then(|| array::from_fn(|class| classes[class].as_str()))
    }

    /// The report on all rows of the file. After a split, both parts have the report on the whole file.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// A copy of the data set with scaled inputs.
    #[must_use]
    pub fn scale_inputs(&self, scaling: &Scaling<[T; I]>) -> Self {
        self.with(self.examples.iter().map(|&(x, y_true)| (scaling.apply(x), y_true)))
    }

    /// A copy of the data set with scaled targets.
    #[must_use]
    pub fn scale_targets(&self, scaling: &Scaling<[T; O]>) -> Self {
        self.with(self.examples.iter().map(|&(x, y_true)| (x, scaling.apply(y_true))))
    }

    /// The name of an input in backticks, or its index if it has none.
    fn input_name(&self, input: usize) -> String {
        self.input_names.get(input).map_or_else(|| format!("input {input} (counted from 0)"), |name| quoted(name))
    }

    /// The name of a target in backticks, or its index if it has none.
    fn target_name(&self, target: usize) -> String {
        let named = self.schema.as_ref().map(Schema::target);
        match named {
            Some(Target::Numbers(names)) if target < names.len() => quoted(&names[target]),
            _ => format!("target {target} (counted from 0)"),
        }
    }

    fn with(&self, examples: impl Iterator<Item = Example<T, I, O>>) -> Self {
        Self {
            examples: examples.collect(),
            input_names: self.input_names.clone(),
            schema: self.schema.clone(),
            report: self.report.clone(),
        }
    }
}
