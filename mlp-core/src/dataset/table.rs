//! A CSV file in memory.

use std::fs;
use std::io::Read;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{Selection, TableError};

/// A CSV file in memory: the first line names the columns, and each further row is an example.
///
/// The format is that of RFC 4180, in UTF-8: commas separate cells, and cells with commas or line breaks are in double
/// quotes. Spaces around cells and empty lines are ignored. The file is read once; any number of selections can be
/// loaded from the table.
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
    header: StringRecord,
    pub(super) rows: Vec<Row>,
}

/// A row with a cell for each column of the header.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line on which the row begins, counted from 1.
    pub(super) line: usize,
    pub(super) cells: StringRecord,
}

impl Table {
    /// Reads a CSV file with commas between the cells.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened or read, is not in UTF-8, has no rows, or has rows of different lengths.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, TableError> {
        Self::read_delimited(path, b',')
    }

    /// Reads a CSV file with another delimiter than a comma, such as `b';'` or `b'\t'`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_delimited(path: impl AsRef<Path>, delimiter: u8) -> Result<Self, TableError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => Self::parse(file, bytes, delimiter),
            Err(source) => Err(TableError::Read { file, source }),
        }
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
    pub fn from_reader(mut reader: impl Read) -> Result<Self, TableError> {
        let file = "CSV".to_owned();
        let mut bytes = Vec::new();
        match reader.read_to_end(&mut bytes) {
            Ok(_) => Self::parse(file, bytes, b','),
            Err(source) => Err(TableError::Read { file, source }),
        }
    }

    fn parse(file: String, bytes: Vec<u8>, delimiter: u8) -> Result<Self, TableError> {
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let line = 1 + newlines(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
                return Err(TableError::NotUtf8 { file, line });
            }
        };
        // The reader accepts rows of any length, because the check below knows the line.
        let mut options = ReaderBuilder::new();
        let mut reader = options.trim(Trim::All).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(TableError::Read { file, source: error.into() }),
        };
        let mut lines = Lines { bytes: text.as_bytes(), line: 1, counted: 0 };
        let mut rows = Vec::new();
        for record in reader.records() {
            let cells = match record {
                Ok(cells) => cells,
                Err(error) => return Err(TableError::Read { file, source: error.into() }),
            };
            let line = lines.line_of(&cells);
            if cells.len() != header.len() {
                return Err(TableError::RowLength { file, line, cells: cells.len(), columns: header.len() });
            }
            rows.push(Row { line, cells });
        }
        if rows.is_empty() { Err(TableError::Empty { file }) } else { Ok(Self { file, header, rows }) }
    }

    /// The names of the columns, from left to right.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// Starts a selection of the columns that are inputs and targets.
    pub fn select(&self) -> Selection<'_> {
        Selection::new(self)
    }

    /// The index of the column with this name.
    pub(super) fn index(&self, column: &str) -> Result<usize, TableError> {
        let mut found = self.columns().enumerate().filter(|(_, name)| *name == column).map(|(index, _)| index);
        let (file, column) = (self.file.clone(), column.to_owned());
        match (found.next(), found.count()) {
            (Some(index), 0) => Ok(index),
            (Some(_), others) => Err(TableError::AmbiguousColumn { file, column, times: others + 1 }),
            (None, _) => {
                Err(TableError::NoColumn { file, column, columns: self.columns().map(str::to_owned).collect() })
            }
        }
    }
}

/// Counts lines from row to row. The CSV reader's own count includes empty lines above a row in the row.
struct Lines<'a> {
    bytes: &'a [u8],
    line: usize,
    /// The number of bytes whose lines are counted.
    counted: usize,
}

impl Lines<'_> {
    /// The line on which a record begins. Records must come in the order of the file.
    fn line_of(&mut self, record: &StringRecord) -> usize {
        let position = record.position().and_then(|position| usize::try_from(position.byte()).ok());
        let position = position.map_or(self.counted, |position| position.clamp(self.counted, self.bytes.len()));
        let empty = self.bytes[position..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += newlines(&self.bytes[self.counted..position + empty]);
        self.counted = position + empty;
        self.line
    }
}

#[allow(clippy::naive_bytecount, reason = "each file is counted once; no crate is worth it")]
fn newlines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}
