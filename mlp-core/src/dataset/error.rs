//! What can be wrong with a table.

use std::fmt::{self, Display, Formatter};
use std::io;

use crate::message::count;

/// How many names of a list a message shows.
const SHOWN: usize = 12;

/// Where a cell is.
///
/// ```
/// use mlp_core::Table;
/// use mlp_core::dataset::TableError;
///
/// let table = Table::from_reader("x,y\n0.5,1\n0.25,two\n".as_bytes())?;
/// let selection = table.select().numbers(["x"]).targets(["y"]);
/// let Err(TableError::NotANumber { place, cell }) = selection.load::<f64, 1, 1>() else { panic!("it is a word") };
/// assert_eq!((&*place.file, place.line, &*place.column), ("CSV", 3, "y"));
/// assert_eq!(format!("{place}: {cell}"), "CSV, line 3, column `y`: two");
/// # Ok::<(), TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The path as given, or `CSV` of a table that was read from somewhere else.
    pub file: String,
    /// The line on which the row begins, counted from 1.
    pub line: usize,
    /// The name of the column.
    pub column: String,
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}, column `{}`", self.file, self.line, self.column)
    }
}

/// Why a table could not be read, or its columns are no examples for the network.
///
/// ```
/// use mlp_core::Table;
///
/// let table = Table::from_reader("species,mass\nAdelie,3.5\n".as_bytes())?;
/// let selection = table.select().numbers(["mass"]).class("specis");
/// assert_eq!(
///     selection.load::<f64, 1, 3>().unwrap_err().to_string(),
///     "CSV: there is no column `specis`, only `species`, `mass`: did you mean `species`?",
/// );
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The file could not be opened or read.
    #[error("{file} could not be read")]
    Read {
        /// Its path.
        file: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is in another encoding.
    #[error("{file}, line {line}: this is not UTF-8; save the file in that encoding")]
    NotUtf8 {
        /// Its path.
        file: String,
        /// Counted from 1.
        line: usize,
    },
    /// There are no rows.
    #[error("{file} has no rows: its first line must name the columns, and every other line be an example")]
    Empty {
        /// Its path.
        file: String,
    },
    /// A row is too short or too long.
    #[error("{file}, line {line}: the row has {}, and there are {}", count(*cells, "cell"), count(*columns, "column"))]
    RowLength {
        /// Its path.
        file: String,
        /// On which the row begins, counted from 1.
        line: usize,
        /// How many the row has.
        cells: usize,
        /// How many the first line names.
        columns: usize,
    },
    /// There is no such column.
    #[error("{file}: there is no column `{column}`, only {}{}", list(columns), other_column(column, columns))]
    NoColumn {
        /// Its path.
        file: String,
        /// As given.
        column: String,
        /// Those that there are.
        columns: Vec<String>,
    },
    /// Several columns have this name.
    #[error("{file}: {times} columns have the name `{column}`: rename all but one")]
    AmbiguousColumn {
        /// Its path.
        file: String,
        /// As given.
        column: String,
        /// How many.
        times: usize,
    },
    /// A column was selected twice, both times as inputs or both times as targets.
    #[error("{file}: the column `{column}` is selected twice: name it once")]
    RepeatedColumn {
        /// Its path.
        file: String,
        /// As given.
        column: String,
    },
    /// A value was given to fill in, for a column that is no input of numbers.
    #[error(
        "{file}: nothing can be filled in for `{column}`, which is no column of `.numbers`: leave it out of `.fill_with`"
    )]
    NothingToFill {
        /// Its path.
        file: String,
        /// As given.
        column: String,
    },
    /// A value to fill in is infinite or NaN.
    #[error("{file}: what is filled in for `{column}` must be finite, not {value}")]
    Filler {
        /// Its path.
        file: String,
        /// As given.
        column: String,
        /// As given.
        value: f64,
    },
    /// A column was selected as input and as target, so that the network would be told what it should find out.
    #[error("{file}: the column `{column}` is both an input and a target: leave it out of one of them")]
    InputAndTarget {
        /// Its path.
        file: String,
        /// As given.
        column: String,
    },
    /// A cell is missing, and nothing was said of what to do then.
    #[error(
        "{place}: the cell is missing; `.missing(Missing::Drop)` leaves such rows out, `.missing(Missing::Fill)` \
         fills in the mean"
    )]
    MissingCell {
        /// Where.
        place: Place,
    },
    /// A cell is no number.
    #[error(
        "{place}: `{cell}` is no number; if it stands for a missing cell, name it in `.missing_values([…])`; if the \
         column holds words, select it by `.category({0:?})` as an input, by `.class({0:?})` as the target", place.column
    )]
    NotANumber {
        /// Where.
        place: Place,
        /// What it says.
        cell: String,
    },
    /// A number is infinite or NaN, or too large for the scalar.
    #[error(
        "{place}: `{cell}` is infinite, too large or not a number; if it stands for a missing cell, name it in \
         `.missing_values([…])`"
    )]
    NotFinite {
        /// Where.
        place: Place,
        /// What it says.
        cell: String,
    },
    /// A class or category is none of those given.
    #[error("{place}: `{cell}` is none of the given {}{}", list(known), did_you_mean(cell, known))]
    UnknownClass {
        /// Where.
        place: Place,
        /// What it says.
        cell: String,
        /// As given.
        known: Vec<String>,
    },
    /// A class or category was given twice.
    #[error("column `{column}`: the class `{class}` is given twice")]
    RepeatedClass {
        /// The name of the column.
        column: String,
        /// As given.
        class: String,
    },
    /// A column has no mean, with which to fill missing cells.
    #[error("{file}, column `{column}`: there is no mean to fill in: no cell is left, or their sum overflows")]
    NoMean {
        /// Its path.
        file: String,
        /// Its name.
        column: String,
    },
    /// Every row lacked a cell and was dropped.
    #[error("{file}: one of the selected cells is missing in every row ({rows} in all), so that none is left")]
    NothingLeft {
        /// Its path.
        file: String,
        /// How many there were.
        rows: usize,
    },
    /// The columns do not give as many inputs as the network takes.
    #[error(
        "{file}: the columns give {} ({}), the network takes {taken}: {}",
        count(inputs.len(), "input"), list(inputs), fitting_inputs(inputs.len())
    )]
    Inputs {
        /// Its path.
        file: String,
        /// Their names.
        inputs: Vec<String>,
        /// How many the network takes.
        taken: usize,
    },
    /// The columns do not give as many targets as the network has outputs.
    #[error(
        "{file}: the columns give {} ({}), the network has {}: {}",
        count(targets.len(), "target"), list(targets), count(*outputs, "output"), fitting_outputs(targets.len())
    )]
    Targets {
        /// Its path.
        file: String,
        /// Their names.
        targets: Vec<String>,
        /// How many the network has.
        outputs: usize,
    },
    /// The network cannot tell as many classes apart.
    #[error(
        "{file}: the column `{column}` has {} ({}), the network has {}: {}",
        count(classes.len(), "class"), list(classes), count(*outputs, "output"), fitting_classes(column, classes.len(), *outputs)
    )]
    Classes {
        /// Its path.
        file: String,
        /// Its name.
        column: String,
        /// Their names.
        classes: Vec<String>,
        /// How many the network has.
        outputs: usize,
    },
}

crate::message::debug_is_message!(TableError);

/// `` `a`, `b` ``, or the first ones of a long list; `none` of an empty one.
fn list(names: &[String]) -> String {
    let mut shown: Vec<_> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        shown.push("…".to_owned());
    }
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

/// What to do about a column that is not there.
fn other_column(column: &str, columns: &[String]) -> String {
    match columns {
        [header] if header.contains([';', '\t']) => {
            let delimiter = if header.contains(';') { ';' } else { '\t' };
            format!(
                ": its cells seem to be separated by {delimiter:?}: read it with `Table::read_delimited(path, \
                 b{delimiter:?})`"
            )
        }
        _ => did_you_mean(column, columns),
    }
}

/// What to do about another number of inputs.
fn fitting_inputs(inputs: usize) -> String {
    match inputs {
        0 => "select some by `.numbers([…])` or `.category(…)`".to_owned(),
        _ => format!("declare it as `{inputs} => …`, or select other columns"),
    }
}

/// What to do about another number of targets.
fn fitting_outputs(targets: usize) -> String {
    match targets {
        0 => "select some by `.targets([…])`, or classes by `.class(…)`".to_owned(),
        _ => format!("declare it as `… => {targets}`, or select other columns"),
    }
}

/// What to do about another number of classes.
fn fitting_classes(column: &str, classes: usize, outputs: usize) -> String {
    let fewer = format!("if the file lacks some of the classes, name all of them: `.class_of({column:?}, […])`");
    match classes {
        0 | 1 => fewer,
        2 => format!("declare it as `… => 1` or `… => softmax(2)`; {fewer}"),
        _ if classes < outputs => format!("declare it as `… => softmax({classes})`; {fewer}"),
        _ => format!("declare it as `… => softmax({classes})`"),
    }
}

/// `` : did you mean `species`? ``, or nothing if no name is similar.
///
/// Similar are names of which at most a third differs, or one letter of several.
fn did_you_mean(word: &str, known: &[String]) -> String {
    let distance = |name: &str| strsim::osa_distance(&word.to_lowercase(), &name.to_lowercase());
    let nearest = known.iter().map(|name| (distance(name), name)).min();
    let is_similar = |&(distance, name): &(usize, &String)| {
        let lengths = [word.chars().count(), name.chars().count()];
        let (shorter, longer) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
        distance <= (longer / 3).max(1) && distance < shorter
    };
    nearest.filter(is_similar).map_or_else(String::new, |(_, name)| format!(": did you mean `{name}`?"))
}
