//! A CSV file in memory.

use std::io::Read;
use std::path::Path;

use super::cells::Cells;
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
    header: Vec<String>,
    /// Whether the file may have other rows.
    pub(super) is_chunk: bool,
    pub(super) cells: Cells,
    rows: usize,
    /// The rows that do not begin on the line after the row above, each with the line on which it begins.
    jumps: Vec<(usize, usize)>,
    next_line: usize,
}

/// A row with a cell for each column of the header.
pub(super) struct Row<'a> {
    /// The index of the row.
    pub(super) index: usize,
    pub(super) cells: Vec<&'a str>,
}

impl Table {
    /// Reads a CSV file with commas between the cells, and the names of the columns in the first row.
    ///
    /// # Errors
    ///
    /// * If the file cannot be opened or read, is not in UTF-8, has no rows, or has rows of different lengths.
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

    pub(super) fn new(file: String, header: Vec<String>, is_chunk: bool) -> Self {
        Self { file, header, is_chunk, cells: Cells::default(), rows: 0, jumps: Vec::new(), next_line: 0 }
    }

    /// Counts a row whose cells were appended.
    pub(super) fn count_row(&mut self, line: usize) {
        if line != self.next_line {
            self.jumps.push((self.rows, line));
        }
        self.rows += 1;
        self.next_line = line + 1;
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The names of the columns, from left to right.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(String::as_str)
    }

    /// Starts a selection of the columns that are inputs and targets.
    pub fn select(&self) -> Selection<'_> {
        Selection::new(self)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let mut cells = self.cells.iter();
        let columns = self.header.len();
        (0..self.rows).map(move |index| Row { index, cells: cells.by_ref().take(columns).collect() })
    }

    /// The place of a cell.
    pub(crate) fn place(&self, row: usize, column: &str) -> Place {
        Place { file: self.file.clone(), line: self.line(row), column: column.to_owned() }
    }

    /// The line on which a row begins, counted from 1.
    fn line(&self, row: usize) -> usize {
        let after = self.jumps.partition_point(|&(first, _)| first <= row);
        let (first, line) = after.checked_sub(1).map_or((0, 1), |last| self.jumps[last]);
        line + (row - first)
    }

    /// The index of the column with this name.
    pub(super) fn index(&self, column: &str) -> Result<usize, TableError> {
        let mut found = self.columns().enumerate().filter(|(_, name)| *name == column).map(|(index, _)| index);
        let (file, column) = (self.file.clone(), column.to_owned());
        match (found.next(), found.count()) {
            (Some(index), 0) => Ok(index),
            (Some(_), others) => Err(TableError::AmbiguousColumn { file, column, times: others + 1 }),
            (None, _) => Err(TableError::NoColumn { file, column, columns: self.header.clone() }),
        }
    }
}
