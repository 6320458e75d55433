//! Which columns of a table are inputs and targets, and the way from their cells to examples.

mod encoding;
mod loading;

use super::{Dataset, Report, Table, TableError};
use crate::Scalar;
use encoding::{in_row, names, one_hot};

/// What to do about missing cells in selected columns. In others nothing is missed.
///
/// ```
/// use mlp_core::{Missing, Table};
///
/// // Of 4 rows, the second lacks an input and the third its target.
/// let table = Table::from_reader("mass,sex\n3.5,female\nNA,male\n4.5,NA\n4.5,male\n".as_bytes())?;
/// let load = |missing| table.select().numbers(["mass"]).class("sex").missing(missing).load::<f64, 1, 1>();
/// assert!(load(Missing::Refuse).is_err());
/// assert_eq!(load(Missing::Drop)?.examples(), [([3.5], [0.0]), ([4.5], [1.0])]);
/// assert_eq!(load(Missing::Fill)?.examples(), [([3.5], [0.0]), ([4.0], [1.0]), ([4.5], [1.0])]);
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// A missing cell is an error.
    #[default]
    Refuse,
    /// A row with a missing cell is left out.
    Drop,
    /// A missing number among the inputs is filled in: with the mean of its column, over the rows that are kept. A row
    /// whose target or category is missing is left out, because nothing could be filled in there.
    ///
    /// The mean is that of the whole file, so that a later split lets the training part know a little of the other.
    Fill,
}

/// Which columns of a [`Table`] are inputs and which are targets.
///
/// Inputs are in the order in which they are named here. A category becomes as many inputs as it has values, of which
/// that of the row is 1 and the others are 0 (one-hot); likewise a class.
///
/// ```
/// use mlp_core::{Dataset, Missing, Table};
///
/// let csv = "island,mass,sex\nDream,3.5,female\nBiscoe,NA,male\nDream,4.5,male\n";
/// let table = Table::from_reader(csv.as_bytes())?;
/// let data: Dataset<f64, 3, 1> =
///     table.select().numbers(["mass"]).category("island").class("sex").missing(Missing::Fill).load()?;
/// assert_eq!(data.input_names(), ["mass", "island=Biscoe", "island=Dream"]);
/// assert_eq!(data.classes(), ["female", "male"]);
/// assert_eq!(data.examples()[0], ([3.5, 0.0, 1.0], [0.0]));
/// assert_eq!(data.examples()[1], ([4.0, 1.0, 0.0], [1.0]));
/// assert_eq!(data.report().to_string(), "3 rows, 0 dropped: 3 examples\n  mass: 1 missing, filled with the mean 4");
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a selection does nothing until `load` is called"]
pub struct Selection<'a> {
    table: &'a Table,
    inputs: Vec<Column>,
    targets: Vec<Column>,
    missing: Missing,
    missing_values: Vec<String>,
    fill_with: Vec<(String, f64)>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Number,
    /// With the values that there may be, or else those that there are.
    Category(Option<Vec<String>>),
}

impl<'a> Selection<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        let missing_values = owned(["NA"]);
        let (inputs, targets, fill_with) = (Vec::new(), Vec::new(), Vec::new());
        Self { table, inputs, targets, missing: Missing::default(), missing_values, fill_with }
    }

    /// Adds inputs, one for each of these columns of numbers.
    pub fn numbers<S: AsRef<str>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.inputs.extend(numbers(columns));
        self
    }

    /// Adds inputs, one for each different value in this column, sorted as texts.
    pub fn category(mut self, column: &str) -> Self {
        self.inputs.push(category(column, None));
        self
    }

    /// Adds inputs, one for each of these values, in this order. Another one in the column is an error.
    ///
    /// So the columns of a second file mean the same as those of the first.
    pub fn category_of<S: AsRef<str>>(mut self, column: &str, values: impl IntoIterator<Item = S>) -> Self {
        self.inputs.push(category(column, Some(owned(values))));
        self
    }

    /// Makes these columns of numbers the targets, and nothing else.
    pub fn targets<S: AsRef<str>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.targets = numbers(columns).collect();
        self
    }

    /// Makes the classes in this column the target, and nothing else. They are sorted as texts.
    ///
    /// The target is one-hot, with an output for each class. If the network has a single output, there must be two
    /// classes, and the target is 0 for the first and 1 for the second.
    pub fn class(mut self, column: &str) -> Self {
        self.targets = vec![category(column, None)];
        self
    }

    /// Makes the classes in this column the target, as [`class`](Self::class), in the order given. Another one in the
    /// column is an error.
    ///
    /// With `training.classes()`, a second file tells of a class that the first did not have.
    pub fn class_of<S: AsRef<str>>(mut self, column: &str, classes: impl IntoIterator<Item = S>) -> Self {
        self.targets = vec![category(column, Some(owned(classes)))];
        self
    }

    /// What to do about missing cells; [`Missing::Refuse`] unless this says otherwise.
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// What stands for a missing cell, instead of `NA`. An empty cell is always missing.
    ///
    /// ```
    /// use mlp_core::{Dataset, Missing, Table};
    ///
    /// let table = Table::from_reader("x,y\n1,2\n?,3\n,4\n".as_bytes())?;
    /// let selection = table.select().numbers(["x"]).targets(["y"]).missing_values(["?"]);
    /// let data: Dataset<f32, 1, 1> = selection.missing(Missing::Drop).load()?;
    /// assert_eq!(data.report().dropped, 2);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn missing_values<S: AsRef<str>>(mut self, values: impl IntoIterator<Item = S>) -> Self {
        self.missing_values = owned(values);
        self
    }

    /// Fills missing numbers in these input columns with these values, whatever [`missing`](Self::missing) says of others.
    ///
    /// That is for a second file, of which nothing should be learnt, or of which there is nothing to learn: a single row to
    /// predict. The mean that filled a column of the first is in its [report](Dataset::report); and in a model whose inputs
    /// were [standardised](Dataset::fit_standardization), the offsets are the means.
    ///
    /// ```
    /// use mlp_core::{Dataset, Missing, Table};
    ///
    /// const COLUMNS: [&str; 2] = ["mass", "length"];
    /// let table = Table::from_reader("mass,length,class\n3.5,40,a\nNA,44,b\n4.5,NA,b\n".as_bytes())?;
    /// let train: Dataset<f64, 2, 1> = table.select().numbers(COLUMNS).class("class").missing(Missing::Fill).load()?;
    /// let scaling = train.fit_standardization()?;
    ///
    /// let table = Table::from_reader("mass,length\n5.0,NA\n".as_bytes())?;
    /// let means = COLUMNS.into_iter().zip(scaling.offset);
    /// let unknown: Dataset<f64, 2, 0> = table.select().numbers(COLUMNS).fill_with(means).load()?;
    /// assert_eq!(unknown.examples(), [([5.0, 42.0], [])]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fill_with<S: AsRef<str>, V: Into<f64>>(mut self, values: impl IntoIterator<Item = (S, V)>) -> Self {
        self.fill_with = values.into_iter().map(|(column, value)| (column.as_ref().to_owned(), value.into())).collect();
        self
    }

    /// The examples: the selected columns, row by row in the order of the file.
    ///
    /// `T`, `I` and `O`, the scalar and the numbers of inputs and outputs, follow from the network that the examples are
    /// for. Numbers are read as `f64` and rounded to `T`. Without targets, `O` is 0.
    ///
    /// # Errors
    ///
    /// If a column does not exist, or its name does several times; if a column is selected twice; if a cell is missing and
    /// may not be, is no finite number, or none of the classes given; if no row is left, or a column has no mean to fill
    /// in; if a value to fill in is not finite, or for no input of numbers; if the columns do not give `I` inputs and `O`
    /// targets.
    pub fn load<T: Scalar, const I: usize, const O: usize>(&self) -> Result<Dataset<T, I, O>, TableError> {
        let mut selected = self.inputs.iter().map(|column| self.find(column, true)).collect::<Result<Vec<_>, _>>()?;
        for column in &self.targets {
            selected.push(self.find(column, false)?);
        }
        self.check_that_columns_differ()?;
        self.check_values_to_fill_in()?;
        let rows = self.complete_rows(&mut selected)?;
        let (inputs, targets) = selected.split_at_mut(self.inputs.len());
        let inputs = self.read_inputs(inputs, &rows, I)?;
        let (targets, classes) = self.read_targets(targets, &rows, O)?;

        let missing = selected.into_iter().map(|column| column.missing);
        let report = Report {
            rows: self.table.rows.len(),
            dropped: self.table.rows.len() - rows.len(),
            columns: missing.filter(|missing| missing.dropped + missing.filled > 0).collect(),
        };
        Ok(Dataset {
            examples: (0..rows.len()).map(|row| (in_row(&inputs, row), in_row(&targets, row))).collect(),
            input_names: names(&inputs),
            one_hot: one_hot(&inputs),
            classes,
            report,
        })
    }
}

fn owned<S: AsRef<str>>(texts: impl IntoIterator<Item = S>) -> Vec<String> {
    texts.into_iter().map(|text| text.as_ref().to_owned()).collect()
}

fn numbers<S: AsRef<str>>(columns: impl IntoIterator<Item = S>) -> impl Iterator<Item = Column> {
    columns.into_iter().map(|name| Column { name: name.as_ref().to_owned(), kind: Kind::Number })
}

fn category(column: &str, values: Option<Vec<String>>) -> Column {
    Column { name: column.to_owned(), kind: Kind::Category(values) }
}
