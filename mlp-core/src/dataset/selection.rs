//! Selects columns of a table as inputs and targets, and loads examples from them.

mod checks;
mod encoding;
mod loading;
mod survey;

use super::origin::Origin;
use super::{Dataset, Report, TableError, Unseen};
use crate::Scalar;
use encoding::schema;
use loading::Loaded;

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

/// Which columns of a [`Table`](super::Table) or of a file are inputs and which are targets.
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
    origin: Origin<'a>,
    inputs: Vec<Column>,
    targets: Vec<Column>,
    missing: Missing,
    missing_values: Vec<String>,
    unseen: Unseen,
    fill_with: Vec<(String, f64)>,
    drop_constant: bool,
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
    pub(super) fn new(origin: Origin<'a>) -> Self {
        let missing_values = owned(["NA"]);
        let (inputs, targets, fill_with) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            origin,
            inputs,
            targets,
            missing: Missing::default(),
            missing_values,
            unseen: Unseen::default(),
            fill_with,
            drop_constant: false,
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

    /// Sets how to treat a value that [`category_of`](Self::category_of) does not list; by default [`Unseen::Refuse`]. A
    /// [`Model`](crate::Model) that is trained on the data set treats them so too, also after it was saved and loaded.
    pub fn unseen(mut self, unseen: Unseen) -> Self {
        self.unseen = unseen;
        self
    }

    /// Leaves out inputs that are the same in every row that is kept: they tell nothing, and cannot be scaled. The data
    /// set's [report](Dataset::report) names them. The network then has fewer inputs; if its declaration has another
    /// number, the error says which.
    ///
    /// ```
    /// use mlp_core::{Dataset, Table};
    ///
    /// let table = Table::from_reader("x,year,z,y\n1,2024,5,0\n2,2024,6,1\n".as_bytes())?;
    /// let selection = table.select().numbers(["x", "year", "z"]).targets(["y"]).drop_constant();
    /// assert_eq!(
    ///     selection.load::<f64, 3, 1>().unwrap_err().to_string(),
    ///     "CSV: the columns give 2 inputs (`x`, `z`) without the constant `year`, the network takes 3: declare it as \
    ///      `2 => …`, or select other columns",
    /// );
    /// let data: Dataset<f64, 2, 1> = selection.load()?;
    /// assert_eq!(data.report().to_string(), "2 rows, 0 dropped: 2 examples\n  year: constant, left out");
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn drop_constant(mut self) -> Self {
        self.drop_constant = true;
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
    /// * If the table is a [chunk](super::Table::chunks), and classes, values of a category or means are not given.
    /// * If the columns do not give `I` inputs and `O` targets.
    /// * If different numbers of a column become equal when they are rounded to `T`: if the root mean square of the
    ///   rounding errors exceeds 1 % of the standard deviation. Then load them as `f64`, scale them, and
    ///   [`cast`](Dataset::cast) the result.
    pub fn load<T: Scalar, const I: usize, const O: usize>(&self) -> Result<Dataset<T, I, O>, TableError> {
        self.check_that_columns_differ()?;
        self.check_values_to_fill_in()?;
        self.check_that_the_rows_suffice()?;
        let stamp = self.origin.stamp();
        let mut reading = self.origin.open()?;
        let mut inputs = self.find_all(&self.inputs, true, &reading)?;
        let mut targets = self.find_all(&self.targets, false, &reading)?;
        let mut kept = None;
        if self.needs_survey(&[&inputs, &targets]) {
            self.origin.check_that_it_can_be_read_twice()?;
            let (rows, kept_rows) = self.survey(&mut inputs, &mut targets, &mut reading)?;
            self.check_that_some_are_left(rows, kept_rows)?;
            kept = Some(kept_rows);
            reading = self.origin.open_again(reading.header())?;
        }
        let constant = self.take_constant(&mut inputs);
        let (mut inputs, mut targets) = (self.encode_inputs(inputs, I, &constant)?, self.encode_targets(targets, O)?);
        let loaded = self.read_examples(&mut inputs, &mut targets, kept, &mut reading);
        if kept.is_some() && self.origin.stamp() != stamp {
            // Means and categories are of other rows, and an error may be too.
            return Err(TableError::Changed { file: self.file() });
        }
        let Loaded { examples, rows } = loaded?;
        self.check_that_some_are_left(rows, examples.len())?;

        let columns = inputs.iter().chain(&targets).map(|column| column.missing.clone());
        let report = Report {
            rows,
            dropped: rows - examples.len(),
            columns: columns.filter(|missing| missing.dropped + missing.filled > 0).collect(),
            constant,
        };
        Ok(Dataset::from_parts(examples, Some(schema(&inputs, &targets, self.unseen)), report))
    }

    /// The name of the source in messages.
    fn file(&self) -> String {
        self.origin.file()
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
