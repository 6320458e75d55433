//! A CSV file in memory.

use std::io::Read;
use std::path::Path;

#[cfg(feature = "arrow")]
use super::batches::Batches;
use super::cells::Cells;
use super::notation::Notation;
use super::origin::Origin;
use super::place::Counted;
use super::{Place, Selection, TableError, TableFormat};

/// A CSV file in memory: the first line names the columns, and each further row is an example.
///
/// The format is that of RFC 4180, in UTF-8: commas separate cells, and cells with commas or line breaks are in double
/// quotes. Spaces around cells and empty lines are ignored. For files that are written otherwise there is
/// [`TableFormat`]. The file is read once; any number of selections can be loaded from the table. It takes about as
/// much memory as the file is long.
///
/// ```
/// use mlp_core::{Dataset, Table};
///
/// let table = Table::from_reader("species,mass,length\nAdelie,3.5,40\nGentoo,5.0,48\n".as_bytes())?;
/// assert_eq!(table.columns().collect::<Vec<_>>(), ["species", "mass", "length"]);
///
/// let classes: Dataset<f64, 2, 1> = table.select().numbers(["mass", "length"]).class("species").load()?;
/// let numbers: Dataset<f64, 1, 1> = table.select().numbers(["mass"]).targets(["length"]).load()?;
/// assert_eq!(classes.examples()[1], ([5.0, 48.0], [1.0]));
/// assert_eq!(numbers.examples()[1], ([5.0], [48.0]));
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) file: String,
    pub(super) header: Vec<String>,
    /// Whether the file may have other rows.
    pub(super) is_chunk: bool,
    pub(super) notation: Notation,
    pub(super) content: Content,
}

/// The rows of a table.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Text(Text),
    #[cfg(feature = "arrow")]
    Batches(Batches),
}

/// Rows of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub(super) cells: Cells,
    pub(super) rows: usize,
    /// The rows that do not begin on the line after the row above, each with the line on which it begins.
    jumps: Vec<(usize, usize)>,
    next_line: usize,
}

impl Text {
    /// Counts a row whose cells were appended.
    pub(super) fn count_row(&mut self, line: usize) {
        if line != self.next_line {
            self.jumps.push((self.rows, line));
        }
        self.rows += 1;
        self.next_line = line + 1;
    }

    /// The line on which a row begins, counted from 1.
    pub(super) fn line(&self, row: usize) -> usize {
        let after = self.jumps.partition_point(|&(first, _)| first <= row);
        let (first, line) = after.checked_sub(1).map_or((0, 1), |last| self.jumps[last]);
        line + (row - first)
    }
}

impl Table {
    /// Reads a CSV file with commas between the cells, and the names of the columns in the first row.
    ///
    /// # Errors
    ///
    /// * If the file cannot be opened or read, is compressed or not in UTF-8, has no rows, or has rows of different lengths.
    /// * If the first row consists of numbers or has numbers with decimals, so that it may be an example.
    /// * If a quote is not closed, text follows a closing quote, or a quoted cell holds what looks like a row.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, TableError> {
        TableFormat::new().read(path)
    }

    /// Reads comma-separated text from a reader, such as the bytes of a string. Errors call the source `CSV`.
    ///
    /// ```
    /// use mlp_core::Table;
    ///
    /// let table = Table::from_reader("x,y\n0.5,1\n0.25,2\n".as_bytes())?;
    /// let data = table.select().numbers(["x"]).targets(["y"]).load()?;
    /// assert_eq!(data.examples(), [([0.5], [1.0]), ([0.25], [2.0])]);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_reader(reader: impl Read) -> Result<Self, TableError> {
        TableFormat::new().from_reader(reader)
    }

    /// Selects columns of a CSV file, which is read when they are loaded. Only the numbers of the selection are kept, so
    /// this takes the least memory: little more than the data set itself.
    ///
    /// The file is read once. If values of a category, classes or means must be found first, it is read twice. To load
    /// several selections from one reading, [`read`](Self::read) a table.
    ///
    /// ```
    /// use mlp_core::{Dataset, Missing, Table};
    ///
    /// let data: Dataset<f64, 2, 3> = Table::scan("../examples/data/penguins.csv")
    ///     .numbers(["bill_length_mm", "body_mass_g"])
    ///     .class("species")
    ///     .missing(Missing::Drop)
    ///     .load()?;
    /// assert_eq!(data.examples()[0], ([39.1, 3750.0], [1.0, 0.0, 0.0]));
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    ///
    /// Errors that [`read`](Self::read) reports are reported by [`load`](Selection::load).
    pub fn scan(path: impl AsRef<Path>) -> Selection<'static> {
        TableFormat::new().scan(path)
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        match &self.content {
            Content::Text(text) => text.rows,
            #[cfg(feature = "arrow")]
            Content::Batches(batches) => batches.rows,
        }
    }

    /// The names of the columns, from left to right.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(String::as_str)
    }

    /// Starts a selection of the columns that are inputs and targets.
    pub fn select(&self) -> Selection<'_> {
        Selection::new(Origin::Table(self))
    }

    /// The place of a cell.
    pub(crate) fn place(&self, row: usize, column: &str) -> Place {
        let (counted, line) = match &self.content {
            Content::Text(text) => (Counted::Line, text.line(row)),
            #[cfg(feature = "arrow")]
            Content::Batches(_) => (Counted::Row, row + 1),
        };
        Place { file: self.file.clone(), counted, line, column: column.to_owned() }
    }
}
