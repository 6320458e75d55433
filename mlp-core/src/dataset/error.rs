//! The errors of reading a table and loading examples from it.

use std::io;

use super::Place;
use super::advice::{fitting_classes, fitting_inputs, fitting_outputs, number_like, other_column, other_separator};
use super::quoted::{did_you_mean, list, other_value, quoted};
use crate::message::count;

/// Why a table could not be read, or examples not be loaded from it.
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
        /// The path of the file, or `CSV`.
        file: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is compressed, or of another format.
    #[error("{file} is {what}: {advice}")]
    NotText {
        /// The path of the file, or `CSV`.
        file: String,
        /// What it seems to be, by its first bytes.
        what: &'static str,
        /// What to do with it.
        advice: &'static str,
    },
    /// The file is a pipe or a device, and would have to be read twice.
    #[error(
        "{file} is no regular file and can be read only once, but values of categories, classes, means or constants must \
         be found first: read it into memory by `Table::read`, or give them by `.category_of`, `.class_of`, `.fill_with`"
    )]
    ReadOnce {
        /// The path of the file.
        file: String,
    },
    /// The file was written between its two readings, or during them.
    #[error("{file} has changed while it was read: wait until nobody writes it")]
    Changed {
        /// The path of the file.
        file: String,
    },
    /// The file is not in UTF-8.
    #[error("{file}, line {line}: this is not UTF-8; save the file in that encoding")]
    NotUtf8 {
        /// The path of the file, or `CSV`.
        file: String,
        /// The line of the first invalid byte, counted from 1.
        line: usize,
    },
    /// There are no rows.
    #[error("{file} has no rows: its first line must name the columns, and each further line must be an example")]
    Empty {
        /// The path of the file, or `CSV`.
        file: String,
    },
    /// The first row consists of numbers, or has numbers with decimals.
    #[error(
        "{file}, line {line}: the first row looks like an example ({}): if it is one, name the columns by \
         `TableFormat::new().names([…])`; if it names the columns, say so by `TableFormat::new().header()`",
        list(names)
    )]
    NumbersAsNames {
        /// The path of the file, or `CSV`.
        file: String,
        /// The line of the first row, counted from 1.
        line: usize,
        /// The cells of the first row.
        names: Vec<String>,
    },
    /// The file ends within a quoted cell.
    #[error("{file}, line {line}: the quote that opens a cell here is never closed: remove it, or close it")]
    OpenQuote {
        /// The path of the file, or `CSV`.
        file: String,
        /// The line of the opening quote, counted from 1.
        line: usize,
    },
    /// A quoted cell goes on after its closing quote.
    #[error(
        "{file}, line {line}: {} follows the closing quote of a cell that begins on line {opened}{}",
        quoted(text),
        other_separator(text)
    )]
    TextAfterQuote {
        /// The path of the file, or `CSV`.
        file: String,
        /// The line of the closing quote, counted from 1.
        line: usize,
        /// The line of the opening quote, counted from 1.
        opened: usize,
        /// The rest of the line.
        text: String,
    },
    /// A quoted cell has line breaks, and one of its lines looks like a row.
    #[error(
        "{file}, line {line}: a quoted cell begins here and goes on over line {swallowed}, which looks like a row: \
         remove the stray quote, or, if the cell is meant to hold that line, read the file with \
         `TableFormat::new().multiline_cells()`"
    )]
    SwallowedRow {
        /// The path of the file, or `CSV`.
        file: String,
        /// The line of the opening quote, counted from 1.
        line: usize,
        /// The line that looks like a row, counted from 1.
        swallowed: usize,
    },
    /// The delimiter is a quote or a line break.
    #[error("{delimiter:?} cannot separate cells: choose another delimiter")]
    Delimiter {
        /// The delimiter given.
        delimiter: char,
    },
    /// The first line states a delimiter that is not the one chosen.
    #[error(
        "{file}, line 1: the delimiter is stated as {delimiter:?} here, but the format has another separator: leave one out"
    )]
    StatedDelimiter {
        /// The path of the file, or `CSV`.
        file: String,
        /// The delimiter that the line states.
        delimiter: char,
    },
    /// The character before decimals or between thousands cannot be told from other parts of a number.
    #[error(
        "{character:?} cannot stand before the decimals or between thousands: choose two different characters that are no \
         digits, letters or signs"
    )]
    Notation {
        /// The character given.
        character: char,
    },
    /// A row is too short or too long.
    #[error(
        "{file}, line {line}: the row has {}, and there {} {}",
        count(*cells, "cell"), if *columns == 1 { "is" } else { "are" }, count(*columns, "column")
    )]
    RowLength {
        /// The path of the file, or `CSV`.
        file: String,
        /// The line on which the row begins, counted from 1.
        line: usize,
        /// The number of cells in the row.
        cells: usize,
        /// The number of columns that the first line names.
        columns: usize,
    },
    /// There is no such column.
    #[error("{file}: there is no column {}, only {}{}", quoted(column), list(columns), other_column(column, columns))]
    NoColumn {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
        /// The columns of the file.
        columns: Vec<String>,
    },
    /// Several columns have this name.
    #[error("{file}: {times} columns have the name {}: rename all but one", quoted(column))]
    AmbiguousColumn {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
        /// The number of columns with this name.
        times: usize,
    },
    /// A column was selected twice, both times as an input or both times as a target.
    #[error("{file}: the column {} is selected twice: name it once", quoted(column))]
    RepeatedColumn {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
    },
    /// A value to fill in was given for a column that is not a numeric input.
    #[error(
        "{file}: {} is not a column of `.numbers`, so nothing can be filled in: leave it out of `.fill_with`",
        quoted(column)
    )]
    NothingToFill {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
    },
    /// A value to fill in is infinite or NaN.
    #[error("{file}: the value to fill in for {} must be finite, not {value}", quoted(column))]
    Filler {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
        /// The value given.
        value: f64,
    },
    /// A column was selected as an input and as a target, which would tell the network the answer.
    #[error("{file}: the column {} is both an input and a target: leave it out of one of them", quoted(column))]
    InputAndTarget {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
    },
    /// A cell is missing, and [`Missing::Refuse`](super::Missing::Refuse) applies.
    #[error(
        "{place}: the cell is missing; `.missing(Missing::Drop)` leaves such rows out{}",
        if *can_be_filled { ", `.missing(Missing::Fill)` fills in the mean" } else { "" }
    )]
    MissingCell {
        /// The place of the cell.
        place: Place,
        /// Whether the cell is a number among the inputs, which can be filled in.
        can_be_filled: bool,
    },
    /// A cell is missing that a [`Model`](crate::Model) needs.
    #[error(
        "{place}: the cell is missing, and the model needs it; predict from `model.select(&table)`: with \
         `.missing(Missing::Drop)` it leaves such rows out, with `.fill_with([…])` it fills in numbers"
    )]
    MissingInput {
        /// The place of the cell.
        place: Place,
    },
    /// A cell is not a number.
    #[error("{place}: {} is not a number; {}", quoted(cell), number_like(cell, &place.column, notation.as_deref()))]
    NotANumber {
        /// The place of the cell.
        place: Place,
        /// The text of the cell.
        cell: String,
        /// A number as [`TableFormat`](super::TableFormat) says that the file writes it; `None` if it says nothing.
        notation: Option<String>,
    },
    /// A column has percentages and other numbers.
    #[error(
        "{place}: {} has {}, but the numbers above have {}: write all in one way",
        quoted(cell),
        if *is_percent { "a percent sign" } else { "no percent sign" },
        if *is_percent { "none" } else { "one" }
    )]
    MixedPercent {
        /// The place of the cell.
        place: Place,
        /// The text of the cell.
        cell: String,
        /// Whether it has a percent sign.
        is_percent: bool,
    },
    /// A column of record batches has a type that does not fit its use.
    #[cfg(feature = "arrow")]
    #[error("{file}: the column {} has the type {found}, which gives no {wanted}: {advice}", quoted(column))]
    ColumnType {
        /// What messages call the source.
        file: String,
        /// The name of the column.
        column: String,
        /// Its type.
        found: String,
        /// What it should give: `numbers` or `texts`.
        wanted: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Record batches have different columns.
    #[cfg(feature = "arrow")]
    #[error(
        "record batch {batch} (counted from 0) has other columns or types than the first: give batches of one table"
    )]
    OtherBatch {
        /// The index of the batch.
        batch: usize,
    },
    /// There are no record batches, or all are empty.
    #[cfg(feature = "arrow")]
    #[error("the record batches have no rows: each row must be an example")]
    NoBatches,
    /// All values of a column that was selected as a category are dates.
    #[error(
        "{file}: the column {} holds dates, such as {}: as a category each date would be a value of its own, and none of \
         them a later one; write what matters of it as numbers or words in columns of their own, or name the values by \
         `.category_of` or `.class_of`",
        quoted(column),
        quoted(value)
    )]
    Dates {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
        /// One of the dates.
        value: String,
    },
    /// A number is infinite or NaN, or too large for the scalar.
    #[error(
        "{place}: {} is infinite, too large or not a number; if it stands for a missing cell, name it in \
         `.missing_values([…])`",
        quoted(cell)
    )]
    NotFinite {
        /// The place of the cell.
        place: Place,
        /// The text of the cell.
        cell: String,
    },
    /// A number is too large for the scalar of a model's network, even after the model has scaled it.
    #[error("{place}: {value} is too large for {scalar}, even after scaling: check its unit")]
    TooLarge {
        /// The place of the cell.
        place: Place,
        /// The number.
        value: f64,
        /// The name of the scalar, such as `f32`.
        scalar: &'static str,
    },
    /// The numbers of a column become equal when they are rounded, or nearly all of their differences is rounding.
    #[error(
        "{file}: the numbers of column {} lie too close together for {scalar}: load them as f64, fit and apply a \
         scaling, and round the result by `.cast::<{scalar}>()`",
        quoted(column)
    )]
    LostSpread {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
        /// The name of the scalar, such as `f32`.
        scalar: &'static str,
    },
    /// A cell holds none of the values given for a class or category.
    #[error(
        "{place}: {} is not one of the given values {}{}",
        quoted(cell), list(known), if *is_input { other_value(cell, known) } else { did_you_mean(cell, known) }
    )]
    UnknownClass {
        /// The place of the cell.
        place: Place,
        /// The text of the cell.
        cell: String,
        /// The values given.
        known: Vec<String>,
        /// Whether the category is an input. The value can then be taken as [`Unseen`](super::Unseen).
        is_input: bool,
    },
    /// A value of a class or category was given twice.
    #[error("column {}: the class {} is given twice", quoted(column), quoted(class))]
    RepeatedClass {
        /// The name of the column.
        column: String,
        /// The value given.
        class: String,
    },
    /// A column has missing cells to fill, but no mean.
    #[error(
        "{file}, column {}: there is no mean to fill in: no number is left, or the sum of the numbers overflows",
        quoted(column)
    )]
    NoMean {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
    },
    /// A chunk of a file does not know the classes, the values of a category, or a mean.
    #[error(
        "{file}: a chunk does not know what the rest of the file holds in column {}: say it by `{instead}(…)`",
        quoted(column)
    )]
    NeedsWholeFile {
        /// The path of the file.
        file: String,
        /// The name of the column.
        column: String,
        /// The method of the selection that takes what the chunk does not know.
        instead: &'static str,
    },
    /// A chunk of a file does not know whether a column is constant.
    #[error(
        "{file}: a chunk does not know whether a column is constant in the rest of the file: leave `.drop_constant()` out"
    )]
    ConstantInChunk {
        /// The path of the file.
        file: String,
    },
    /// Chunks of no rows were asked for.
    #[error("a chunk of 0 rows has no examples: ask for more rows")]
    NoRowsInChunk,
    /// Every row lacked a selected cell and was dropped.
    #[error("{file}: every row ({rows} in all) lacks one of the selected cells, so no row is left")]
    NothingLeft {
        /// The path of the file, or `CSV`.
        file: String,
        /// The number of rows.
        rows: usize,
    },
    /// The selected columns give another number of inputs than the network takes.
    #[error(
        "{file}: the columns give {} ({}){}, the network takes {taken}: {}",
        count(inputs.len(), "input"), list(inputs),
        if constant.is_empty() { String::new() } else { format!(" without the constant {}", list(constant)) },
        fitting_inputs(inputs.len())
    )]
    Inputs {
        /// The path of the file, or `CSV`.
        file: String,
        /// The names of the inputs.
        inputs: Vec<String>,
        /// The columns that were left out because they are constant.
        constant: Vec<String>,
        /// The number of inputs that the network takes.
        taken: usize,
    },
    /// The selected columns give another number of targets than the network has outputs.
    #[error(
        "{file}: the columns give {} ({}), the network has {}: {}",
        count(targets.len(), "target"), list(targets), count(*outputs, "output"), fitting_outputs(targets.len())
    )]
    Targets {
        /// The path of the file, or `CSV`.
        file: String,
        /// The names of the targets.
        targets: Vec<String>,
        /// The number of outputs of the network.
        outputs: usize,
    },
    /// The number of classes does not fit the outputs of the network.
    #[error(
        "{file}: the column {} has {} ({}), the network has {}: {}",
        quoted(column), count(classes.len(), "class"), list(classes), count(*outputs, "output"), fitting_classes(column, classes.len(), *outputs)
    )]
    Classes {
        /// The path of the file, or `CSV`.
        file: String,
        /// The name of the column.
        column: String,
        /// The names of the classes.
        classes: Vec<String>,
        /// The number of outputs of the network.
        outputs: usize,
    },
}

crate::message::debug_is_message!(TableError);
