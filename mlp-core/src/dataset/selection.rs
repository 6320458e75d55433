//! Selects columns of a table as inputs and targets, and loads examples from them.

mod checks;
mod encoding;
mod loading;
mod survey;

use super::{Dataset, Report, Table, TableError, Unseen};
use crate::Scalar;
use encoding::schema;

/// How to treat missing cells in the selected columns. Cells of other columns do not matter.
///
/// ```
/// use mlp_core::{Missing, Table};
///
/// // The second of the 4 rows lacks its input, the third its target.
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
    /// A missing number among the inputs is filled with the mean of its column over the kept rows. A row whose target
    /// or category is missing is left out, because there is nothing to fill in.
    ///
    /// The mean is taken over the whole file. After a later split, the training data therefore know a little of the
    /// test data.
    Fill,
}

/// Which columns of a [`Table`] are inputs and which are targets.
///
/// Inputs come in the order in which they are selected. A category becomes one input for each of its values: 1 for the
/// value of the row, 0 for the others (one-hot). A class becomes targets in the same way.
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
    unseen: Unseen,
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
    /// A category with the values given, or with those in the file if none are given.
    Category(Option<Vec<String>>),
}

impl<'a> Selection<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        let missing_values = owned(["NA"]);
        let (inputs, targets, fill_with) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            table,
            inputs,
            targets,
            missing: Missing::default(),
            missing_values,
            unseen: Unseen::default(),
            fill_with,
        }
    }

    /// Adds one input for each of these numeric columns.
    pub fn numbers<S: AsRef<str>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.inputs.extend(numbers(columns));
        self
    }

    /// Adds one-hot inputs: one for each distinct value in this column, sorted as text.
    pub fn category(mut self, column: &str) -> Self {
        self.inputs.push(category(column, None));
        self
    }

    /// Adds one-hot inputs: one for each of these values, in this order. Any other value in the column is an error, unless
    /// [`unseen`](Self::unseen) permits it.
    ///
    /// Use it for a second file: with the values of the first, its inputs have the same meaning.
    pub fn category_of<S: AsRef<str>>(mut self, column: &str, values: impl IntoIterator<Item = S>) -> Self {
        self.inputs.push(category(column, Some(owned(values))));
        self
    }

    /// Makes these numeric columns the targets, in place of any targets selected before.
    pub fn targets<S: AsRef<str>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.targets = numbers(columns).collect();
        self
    }

    /// Makes the classes in this column the target, in place of any targets selected before. Classes are sorted as
    /// text.
    ///
    /// The target is one-hot, with an output for each class. If the network has a single output, there must be two
    /// classes: the target is 0 for the first and 1 for the second.
    pub fn class(mut self, column: &str) -> Self {
        self.targets = vec![category(column, None)];
        self
    }

    /// Makes the classes in this column the target, like [`class`](Self::class), but in the order given. Any other
    /// value in the column is an error.
    ///
    /// For a second file pass `training.classes()`: a class that the first file did not have is then an error.
    pub fn class_of<S: AsRef<str>>(mut self, column: &str, classes: impl IntoIterator<Item = S>) -> Self {
        self.targets = vec![category(column, Some(owned(classes)))];
        self
    }

    /// Sets how to treat missing cells; by default [`Missing::Refuse`].
    pub fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Sets the values that stand for a missing cell; by default only `NA`. An empty cell is always missing.
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

    /// Sets how to treat a value that [`category_of`](Self::category_of) does not list; by default [`Unseen::Refuse`].
    pub fn unseen(mut self, unseen: Unseen) -> Self {
        self.unseen = unseen;
        self
    }

    /// Fills missing numbers in these input columns with these values. [`missing`](Self::missing) still applies to all
    /// other cells.
    ///
    /// Use it for test data, from which nothing should be learnt, and at inference, where a single row has no mean:
    /// fill in the means of the training file. The [report](Dataset::report) of that file has the means of the columns
    /// that were filled. If the inputs of a model were [standardised](Dataset::fit_standardization), the offsets are
    /// the means.
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

    /// Loads the examples from the selected columns, row by row in the order of the file.
    ///
    /// The scalar `T` and the numbers of inputs `I` and outputs `O` follow from the network that takes the examples.
    /// Numbers are read as `f64` and rounded to `T`. Without targets, `O` is 0.
    ///
    /// # Errors
    ///
    /// * If a column does not exist, its name is not unique, or it is selected twice.
    /// * If a cell is missing under [`Missing::Refuse`], is not a finite number, or is not one of the values given.
    /// * If a value of a class or category is given twice.
    /// * If no row is left, or a column has no mean to fill in.
    /// * If a value to fill in is not finite, or its column is not a numeric input.
    /// * If the table is a [chunk](Table::chunks), and classes, values of a category or means are not given.
    /// * If the columns do not give `I` inputs and `O` targets.
    /// * If different numbers of a column become equal when they are rounded to `T`: if the root mean square of the
    ///   rounding errors exceeds 1 % of the standard deviation. Then load them as `f64`, scale them, and
    ///   [`cast`](Dataset::cast) the result.
    pub fn load<T: Scalar, const I: usize, const O: usize>(&self) -> Result<Dataset<T, I, O>, TableError> {
        self.check_that_columns_differ()?;
        self.check_values_to_fill_in()?;
        self.check_that_the_rows_suffice()?;
        let mut inputs = self.inputs.iter().map(|column| self.find(column, true)).collect::<Result<Vec<_>, _>>()?;
        let mut targets = self.targets.iter().map(|column| self.find(column, false)).collect::<Result<Vec<_>, _>>()?;
        let kept = self.survey(&mut inputs, &mut targets)?;
        let (mut inputs, mut targets) = (self.encode_inputs(inputs, I)?, self.encode_targets(targets, O)?);
        let examples = self.read_examples(&mut inputs, &mut targets, kept)?;

        let columns = inputs.iter().chain(&targets).map(|column| column.missing.clone());
        let report = Report {
            rows: self.table.len(),
            dropped: self.table.len() - kept,
            columns: columns.filter(|missing| missing.dropped + missing.filled > 0).collect(),
        };
        Ok(Dataset::from_parts(examples, Some(schema(&inputs, &targets)), report))
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
