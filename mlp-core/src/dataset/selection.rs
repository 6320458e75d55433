//! Which columns of a table are inputs and targets, and the way from their cells to examples.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use super::table::Row;
use super::{Dataset, Filler, MissingCells, Place, Report, Table, TableError};
use crate::Scalar;
use crate::scalar::mean;

/// What to do about missing cells in selected columns. In others nothing is missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    pub(super) fn of(table: &'a Table) -> Self {
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
    /// were [standardised](Dataset::standardize_inputs), the offsets are the means.
    ///
    /// ```
    /// use mlp_core::{Dataset, Missing, Table};
    ///
    /// const COLUMNS: [&str; 2] = ["mass", "length"];
    /// let table = Table::from_reader("mass,length,class\n3.5,40,a\nNA,44,b\n4.5,NA,b\n".as_bytes())?;
    /// let train: Dataset<f64, 2, 1> = table.select().numbers(COLUMNS).class("class").missing(Missing::Fill).load()?;
    /// let scaling = train.standardize_inputs()?;
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

    fn find<'b>(&self, column: &'b Column, is_input: bool) -> Result<Selected<'b>, TableError> {
        let Column { name, kind } = column;
        let missing = MissingCells { column: name.clone(), dropped: 0, filled: 0, filler: None };
        let given = self.fill_with.iter().find(|(column, _)| column == name).map(|(_, value)| Filler::Given(*value));
        let may_be_filled = is_input && matches!(kind, Kind::Number);
        let fill = may_be_filled && (self.missing == Missing::Fill || given.is_some());
        Ok(Selected { name, kind, index: self.table.index(name)?, fill, given, missing })
    }

    /// Twice among the inputs a column says nothing new, and a target among them tells the network the answer.
    fn check_that_columns_differ(&self) -> Result<(), TableError> {
        let (file, mut seen) = (self.table.file.clone(), BTreeSet::new());
        for (place, Column { name, .. }) in self.inputs.iter().chain(&self.targets).enumerate() {
            if !seen.insert(name) {
                let is_input = self.inputs.iter().any(|input| input.name == *name);
                let column = name.clone();
                return Err(if place >= self.inputs.len() && is_input {
                    TableError::InputAndTarget { file, column }
                } else {
                    TableError::RepeatedColumn { file, column }
                });
            }
        }
        Ok(())
    }

    fn check_values_to_fill_in(&self) -> Result<(), TableError> {
        for (column, value) in &self.fill_with {
            let (file, column, value) = (self.table.file.clone(), column.clone(), *value);
            let is_number = |input: &Column| input.name == column && matches!(input.kind, Kind::Number);
            if !self.inputs.iter().any(is_number) {
                return Err(TableError::NothingToFill { file, column });
            }
            if !value.is_finite() {
                return Err(TableError::Filler { file, column, value });
            }
        }
        Ok(())
    }

    /// The rows that are kept: in these no cell is missing, unless it can be filled. Counts what is missing in the others.
    fn complete_rows(&self, selected: &mut [Selected<'_>]) -> Result<Vec<&Row>, TableError> {
        let mut kept = Vec::new();
        for row in &self.table.rows {
            match selected.iter().find(|column| !column.fill && self.is_missing(row, column)) {
                None => kept.push(row),
                Some(column) if self.missing == Missing::Refuse => {
                    return Err(TableError::MissingCell { place: self.place(row, column) });
                }
                Some(_) => {
                    for column in &mut *selected {
                        column.missing.dropped += usize::from(self.is_missing(row, column));
                    }
                }
            }
        }
        if kept.is_empty() {
            return Err(TableError::NothingLeft { file: self.table.file.clone(), rows: self.table.rows.len() });
        }
        Ok(kept)
    }

    fn read_inputs<T: Scalar>(
        &self,
        selected: &mut [Selected<'_>],
        rows: &[&Row],
        taken: usize,
    ) -> Result<Vec<Encoded<T>>, TableError> {
        let mut inputs = Vec::new();
        for column in selected {
            inputs.push(match column.kind {
                Kind::Number => self.number(column, rows)?,
                Kind::Category(known) => self.categories(column, known.as_deref(), rows)?.one_hot(column.name),
            });
        }
        if width(&inputs) == taken {
            Ok(inputs)
        } else {
            Err(TableError::Inputs { file: self.table.file.clone(), inputs: names(&inputs), taken })
        }
    }

    /// The targets, and the names of the classes if they are some.
    fn read_targets<T: Scalar>(
        &self,
        selected: &mut [Selected<'_>],
        rows: &[&Row],
        outputs: usize,
    ) -> Result<(Vec<Encoded<T>>, Vec<String>), TableError> {
        let file = self.table.file.clone();
        if let [column] = selected
            && let Kind::Category(known) = column.kind
        {
            let categories = self.categories(column, known.as_deref(), rows)?;
            let classes = categories.values.clone();
            let target = match (classes.len(), outputs) {
                (2, 1) => categories.zero_or_one(column.name),
                (2.., _) if classes.len() == outputs => categories.one_hot(column.name),
                _ => return Err(TableError::Classes { file, column: column.name.to_owned(), classes, outputs }),
            };
            return Ok((vec![target], classes));
        }
        let numbers = selected.iter_mut().map(|column| self.number(column, rows));
        let targets = numbers.collect::<Result<Vec<_>, _>>()?;
        if width(&targets) == outputs {
            Ok((targets, Vec::new()))
        } else {
            Err(TableError::Targets { file, targets: names(&targets), outputs })
        }
    }

    /// A column of numbers. Cells that are still missing are filled with the value given, or the mean of the others.
    fn number<T: Scalar>(&self, column: &mut Selected<'_>, rows: &[&Row]) -> Result<Encoded<T>, TableError> {
        let mut cells = Vec::with_capacity(rows.len());
        for row in rows {
            cells.push(if self.is_missing(row, column) { None } else { Some(self.parse(row, column)?) });
        }
        let present = cells.iter().flatten().copied();
        column.missing.filled = rows.len() - present.clone().count();
        if column.missing.filled > 0 {
            let filler = column.given.unwrap_or_else(|| Filler::Mean(mean(present.map(T::to_f64))));
            if !filler.value().is_finite() {
                return Err(TableError::NoMean { file: self.table.file.clone(), column: column.name.to_owned() });
            }
            column.missing.filler = Some(filler);
        }
        let filler = column.missing.filler.map_or(T::ZERO, |filler| T::from_f64(filler.value()));
        let values = cells.into_iter().map(|cell| cell.unwrap_or(filler)).collect();
        Ok(Encoded::Numbers { column: column.name.to_owned(), values })
    }

    fn parse<T: Scalar>(&self, row: &Row, column: &Selected<'_>) -> Result<T, TableError> {
        let cell = &row.cells[column.index];
        match cell.parse().map(T::from_f64) {
            Ok(value) if value.is_finite() => Ok(value),
            Ok(_) => Err(TableError::NotFinite { place: self.place(row, column), cell: cell.to_owned() }),
            Err(_) => Err(TableError::NotANumber { place: self.place(row, column), cell: cell.to_owned() }),
        }
    }

    /// The values of a category: those that were given, or else those that there are.
    fn categories(
        &self,
        column: &Selected<'_>,
        known: Option<&[String]>,
        rows: &[&Row],
    ) -> Result<Categories, TableError> {
        let cells = rows.iter().map(|row| &row.cells[column.index]);
        let values: Vec<_> = match known {
            Some(known) => known.to_vec(),
            None => cells.clone().collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect(),
        };
        let mut places = BTreeMap::new();
        for (place, value) in values.iter().enumerate() {
            if places.insert(value.as_str(), place).is_some() {
                return Err(TableError::RepeatedClass { column: column.name.to_owned(), class: value.clone() });
            }
        }
        let place = |(row, cell): (&&Row, &str)| {
            places.get(cell).copied().ok_or_else(|| TableError::UnknownClass {
                place: self.place(row, column),
                cell: cell.to_owned(),
                known: values.clone(),
            })
        };
        let of_row = rows.iter().zip(cells).map(place).collect::<Result<_, _>>()?;
        Ok(Categories { values, of_row })
    }

    fn is_missing(&self, row: &Row, column: &Selected<'_>) -> bool {
        let cell = &row.cells[column.index];
        cell.is_empty() || self.missing_values.iter().any(|value| value == cell)
    }

    fn place(&self, row: &Row, column: &Selected<'_>) -> Place {
        Place { file: self.table.file.clone(), line: row.line, column: column.name.to_owned() }
    }
}

/// A column of a selection, found in the table.
struct Selected<'a> {
    name: &'a str,
    kind: &'a Kind,
    index: usize,
    /// Whether missing cells are filled in.
    fill: bool,
    /// With what, if not with the mean.
    given: Option<Filler>,
    missing: MissingCells,
}

/// A category's values, and which of them each row has.
struct Categories {
    values: Vec<String>,
    of_row: Vec<usize>,
}

impl Categories {
    fn one_hot<T>(self, column: &str) -> Encoded<T> {
        Encoded::OneHot {
            names: self.values.iter().map(|value| format!("{column}={value}")).collect(),
            hot: self.of_row,
        }
    }

    /// 1 for the second of two values.
    fn zero_or_one<T: Scalar>(self, column: &str) -> Encoded<T> {
        let values = self.of_row.into_iter().map(|value| if value == 0 { T::ZERO } else { T::ONE }).collect();
        Encoded::Numbers { column: column.to_owned(), values }
    }
}

/// A column as inputs or targets.
enum Encoded<T> {
    /// One, with a value for each row.
    Numbers { column: String, values: Vec<T> },
    /// Several, of which one is 1 in each row.
    OneHot { names: Vec<String>, hot: Vec<usize> },
}

impl<T> Encoded<T> {
    fn names(&self) -> &[String] {
        match self {
            Self::Numbers { column, .. } => slice::from_ref(column),
            Self::OneHot { names, .. } => names,
        }
    }
}

fn names<T>(columns: &[Encoded<T>]) -> Vec<String> {
    columns.iter().flat_map(Encoded::names).cloned().collect()
}

/// Which inputs are one of several that stand for a category.
fn one_hot<T, const I: usize>(columns: &[Encoded<T>]) -> [bool; I] {
    let mut array = [false; I];
    let of_column = |column: &Encoded<T>| vec![matches!(column, Encoded::OneHot { .. }); column.names().len()];
    array.iter_mut().zip(columns.iter().flat_map(of_column)).for_each(|(slot, is_one_hot)| *slot = is_one_hot);
    array
}

fn width<T>(columns: &[Encoded<T>]) -> usize {
    columns.iter().map(|column| column.names().len()).sum()
}

/// One example's inputs or targets. `N` is the width of the columns.
fn in_row<T: Scalar, const N: usize>(columns: &[Encoded<T>], row: usize) -> [T; N] {
    let mut array = [T::ZERO; N];
    let mut slots = array.as_mut_slice();
    for column in columns {
        let (own, others) = slots.split_at_mut(column.names().len());
        match column {
            Encoded::Numbers { values, .. } => own[0] = values[row],
            Encoded::OneHot { hot, .. } => own[hot[row]] = T::ONE,
        }
        slots = others;
    }
    array
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
