//! Where the rows of a selection come from: a table in memory, or a file that is read as they are asked for.

use std::fs::{self, File};
use std::path::PathBuf;

use super::cells::Cells;
use super::notation::Notation;
use super::source::Source;
use super::table::{Content, Text};
use super::{Place, Table, TableError, TableFormat};

/// A table in memory, or a file.
#[derive(Clone, Debug)]
pub(super) enum Origin<'a> {
    Table(&'a Table),
    File { format: TableFormat, path: PathBuf },
}

impl Origin<'_> {
    /// The name of the source in messages.
    pub(super) fn file(&self) -> String {
        match self {
            Self::Table(table) => table.file.clone(),
            Self::File { path, .. } => path.display().to_string(),
        }
    }

    /// Whether there may be rows elsewhere.
    pub(super) fn is_chunk(&self) -> bool {
        matches!(self, Self::Table(table) if table.is_chunk)
    }

    /// Starts at the first row.
    pub(super) fn open(&self) -> Result<Reading<'_>, TableError> {
        let from = match self {
            Self::Table(table) => {
                let Content::Text(text) = &table.content;
                From::Text { table, text, row: 0, begin: 0 }
            }
            Self::File { format, path } => {
                let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
                let source = Box::new(format.open(path, |file| file)?);
                From::File { source, bytes, rows: 0, cells: Cells::default() }
            }
        };
        Ok(Reading { from, ends: Vec::new() })
    }

    /// Starts at the first row a second time. The columns must be the same.
    pub(super) fn open_again(&self, header: &[String]) -> Result<Reading<'_>, TableError> {
        let again = self.open()?;
        if again.header() == header { Ok(again) } else { Err(TableError::Changed { file: self.file() }) }
    }

    /// Refuses a pipe, whose rows are gone when they have been read.
    pub(super) fn check_that_it_can_be_read_twice(&self) -> Result<(), TableError> {
        match self {
            Self::File { path, .. } if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) => {
                Err(TableError::ReadOnce { file: self.file() })
            }
            _ => Ok(()),
        }
    }
}

/// A way through all rows.
pub(super) struct Reading<'a> {
    from: From<'a>,
    /// The ends of the cells of the current row.
    ends: Vec<usize>,
}

enum From<'a> {
    /// The current row, and where its first cell begins.
    Text { table: &'a Table, text: &'a Text, row: usize, begin: usize },
    /// The length of the file, the rows that were read, and the cells of the current row.
    File { source: Box<Source<File>>, bytes: u64, rows: u64, cells: Cells },
}

impl Reading<'_> {
    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        match &self.from {
            From::Text { table, .. } => &table.header,
            From::File { source, .. } => source.header(),
        }
    }

    /// The index of the column with this name.
    pub(super) fn index(&self, file: &str, column: &str) -> Result<usize, TableError> {
        let mut found = self.header().iter().enumerate().filter(|(_, name)| *name == column).map(|(index, _)| index);
        let (file, column) = (file.to_owned(), column.to_owned());
        match (found.next(), found.count()) {
            (Some(index), 0) => Ok(index),
            (Some(_), others) => Err(TableError::AmbiguousColumn { file, column, times: others + 1 }),
            (None, _) => Err(TableError::NoColumn { file, column, columns: self.header().to_vec() }),
        }
    }

    /// The next row. `None` after the last one.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, TableError> {
        let ends = &mut self.ends;
        match &mut self.from {
            From::Text { table, text, row, begin } => {
                if *row == text.rows {
                    return Ok(None);
                }
                let (line, first) = (text.line(*row), *begin);
                text.cells.find_ends(first, table.header.len(), ends);
                (*row, *begin) = (*row + 1, ends.last().map_or(first, |end| end + 1));
                Ok(Some(Row {
                    file: &table.file,
                    line,
                    notation: &table.notation,
                    cells: &text.cells,
                    begin: first,
                    ends,
                }))
            }
            From::File { source, rows, cells, .. } => {
                let Some(line) = source.read_row(cells)? else { return Ok(None) };
                *rows += 1;
                cells.find_ends(0, source.header().len(), ends);
                Ok(Some(Row { file: source.file(), line, notation: source.notation(), cells, begin: 0, ends }))
            }
        }
    }

    /// About how many rows are left, if those of a file are as long as the ones before.
    pub(super) fn rows_left(&self) -> usize {
        match &self.from {
            From::Text { text, row, .. } => text.rows - row,
            From::File { rows: 0, .. } => 0,
            From::File { source, bytes, rows, .. } => {
                let (read, left) = (source.bytes_read(), bytes.saturating_sub(source.bytes_read()));
                usize::try_from(u128::from(left) * u128::from(*rows) / u128::from(read.max(1))).unwrap_or(0)
            }
        }
    }
}

/// A row with a cell for each column of the header.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    file: &'r str,
    line: usize,
    notation: &'r Notation,
    cells: &'r Cells,
    begin: usize,
    ends: &'r [usize],
}

impl<'r> Row<'r> {
    /// The text of a cell.
    pub(super) fn text(&self, column: usize) -> &'r str {
        let begin = column.checked_sub(1).map_or(self.begin, |before| self.ends[before] + 1);
        self.cells.at(begin..self.ends[column])
    }

    /// The number in a cell, and whether it is a percentage.
    pub(super) fn number(&self, column: usize, name: &str) -> Result<(f64, bool), TableError> {
        let cell = self.text(column);
        match self.notation.parse(cell) {
            Some((number, is_percent)) if number.is_finite() => Ok((number, is_percent)),
            Some(_) => Err(self.not_finite(column, name)),
            None => {
                let notation = (!self.notation.is_plain()).then(|| self.notation.example());
                Err(TableError::NotANumber { place: self.place(name), cell: cell.to_owned(), notation })
            }
        }
    }

    pub(super) fn not_finite(&self, column: usize, name: &str) -> TableError {
        TableError::NotFinite { place: self.place(name), cell: self.text(column).to_owned() }
    }

    /// The place of a cell in the column of this name.
    pub(super) fn place(&self, name: &str) -> Place {
        Place { file: self.file.to_owned(), line: self.line, column: name.to_owned() }
    }
}
