//! Where the rows of a selection come from: a table in memory, or a file that is read as they are asked for.

use std::borrow::Cow;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::SystemTime;

#[cfg(feature = "arrow")]
use arrow_array::RecordBatch;

#[cfg(feature = "arrow")]
use super::batches::{self, Batches};
use super::cells::RowText;
use super::notation::Notation;
use super::place::Counted;
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
            Self::Table(table) => match &table.content {
                Content::Text(text) => From::Text { table, text, row: 0, begin: 0 },
                #[cfg(feature = "arrow")]
                Content::Batches(batches) => From::Batches { table, batches, batch: 0, row: 0, before: 0 },
            },
            Self::File { format, path } => {
                let bytes = fs::metadata(path).map_or(0, |metadata| metadata.len());
                let source = Box::new(format.open(path, |file| file)?);
                From::File { source, bytes, rows: 0 }
            }
        };
        Ok(Reading { from, row: RowText::default() })
    }

    /// The length of a file and when it was written: another one means that its rows may be others.
    pub(super) fn stamp(&self) -> Option<(u64, Option<SystemTime>)> {
        match self {
            Self::Table(_) => None,
            Self::File { path, .. } => {
                let metadata = fs::metadata(path).ok()?;
                Some((metadata.len(), metadata.modified().ok()))
            }
        }
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
    /// The text of the current row.
    row: RowText,
}

enum From<'a> {
    /// The current row, and where its first cell begins.
    Text { table: &'a Table, text: &'a Text, row: usize, begin: usize },
    /// The length of the file, and the rows that were read.
    File { source: Box<Source<File>>, bytes: u64, rows: u64 },
    /// The current batch, the row in it, and the number of rows in the batches before.
    #[cfg(feature = "arrow")]
    Batches { table: &'a Table, batches: &'a Batches, batch: usize, row: usize, before: usize },
}

impl Reading<'_> {
    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        match &self.from {
            From::Text { table, .. } => &table.header,
            From::File { source, .. } => source.header(),
            #[cfg(feature = "arrow")]
            From::Batches { table, .. } => &table.header,
        }
    }

    /// Refuses a column whose type cannot be read as numbers, or as texts.
    #[cfg_attr(
        not(feature = "arrow"),
        allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "text has no types")
    )]
    pub(super) fn check_type(&self, column: usize, as_numbers: bool) -> Result<(), TableError> {
        #[cfg(feature = "arrow")]
        if let From::Batches { table, batches, .. } = &self.from
            && let Some((found, advice)) = batches.unfit(column, as_numbers)
        {
            let (column, wanted) = (table.header[column].clone(), if as_numbers { "numbers" } else { "texts" });
            return Err(TableError::ColumnType { file: table.file.clone(), column, found, wanted, advice });
        }
        #[cfg(not(feature = "arrow"))]
        let _ = (column, as_numbers);
        Ok(())
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
        let text_of_row = &mut self.row;
        match &mut self.from {
            From::Text { table, text, row, begin } => {
                if *row == text.rows {
                    return Ok(None);
                }
                let line = text.line(*row);
                (*row, *begin) = (*row + 1, text.cells.copy(*begin, table.header.len(), text_of_row));
                let cells = RowCells::Text { notation: &table.notation, text: text_of_row };
                Ok(Some(Row { file: &table.file, line, cells }))
            }
            From::File { source, rows, .. } => {
                let Some(line) = source.read_row(text_of_row)? else { return Ok(None) };
                *rows += 1;
                let cells = RowCells::Text { notation: source.notation(), text: text_of_row };
                Ok(Some(Row { file: source.file(), line, cells }))
            }
            #[cfg(feature = "arrow")]
            From::Batches { table, batches, batch, row, before } => {
                while let Some(rows) = batches.batches.get(*batch).map(RecordBatch::num_rows)
                    && *row == rows
                {
                    (*batch, *row, *before) = (*batch + 1, 0, *before + rows);
                }
                let Some(found) = batches.batches.get(*batch) else { return Ok(None) };
                *row += 1;
                let cells = RowCells::Batch { batch: found, row: *row - 1 };
                Ok(Some(Row { file: &table.file, line: *before + *row, cells }))
            }
        }
    }

    /// About how many rows are left, if those of a file are as long as the ones before.
    pub(super) fn rows_left(&self) -> usize {
        match &self.from {
            From::Text { text, row, .. } => text.rows - row,
            #[cfg(feature = "arrow")]
            From::Batches { batches, row, before, .. } => batches.rows - before - row,
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
    cells: RowCells<'r>,
}

#[derive(Clone, Copy)]
enum RowCells<'r> {
    Text {
        notation: &'r Notation,
        text: &'r RowText,
    },
    #[cfg(feature = "arrow")]
    Batch {
        batch: &'r RecordBatch,
        row: usize,
    },
}

impl<'r> Row<'r> {
    /// Whether a cell is missing. These texts stand for a missing cell, as an empty one does.
    pub(super) fn is_missing(&self, column: usize, missing_values: &[String]) -> bool {
        match self.cells {
            RowCells::Text { text, .. } => {
                let text = text.cell(column);
                text.is_empty() || missing_values.iter().any(|value| *value == text)
            }
            #[cfg(feature = "arrow")]
            RowCells::Batch { batch, row } => batches::is_missing(batch.column(column), row, missing_values),
        }
    }

    /// The text of a cell.
    pub(super) fn text(&self, column: usize) -> Cow<'r, str> {
        match self.cells {
            RowCells::Text { text, .. } => text.cell(column).into(),
            #[cfg(feature = "arrow")]
            RowCells::Batch { batch, row } => {
                let cells: &'r dyn arrow_array::Array = batch.column(column);
                let number = || batches::number(cells, row).map(|number| number.to_string().into());
                batches::text(cells, row).or_else(number).unwrap_or_default()
            }
        }
    }

    /// The number in a cell, and whether it is a percentage.
    pub(super) fn number(&self, column: usize, name: &str) -> Result<(f64, bool), TableError> {
        let (number, notation) = match self.cells {
            RowCells::Text { notation, text } => {
                (notation.parse(text.cell(column)), (!notation.is_plain()).then_some(notation))
            }
            #[cfg(feature = "arrow")]
            RowCells::Batch { batch, row } => {
                (batches::number(batch.column(column), row).map(|number| (number, false)), None)
            }
        };
        match number {
            Some((number, is_percent)) if number.is_finite() => Ok((number, is_percent)),
            Some(_) => Err(self.not_finite(column, name)),
            None => {
                let (cell, notation) = (self.text(column).into_owned(), notation.map(Notation::example));
                Err(TableError::NotANumber { place: self.place(name), cell, notation })
            }
        }
    }

    pub(super) fn not_finite(&self, column: usize, name: &str) -> TableError {
        TableError::NotFinite { place: self.place(name), cell: self.text(column).into_owned() }
    }

    /// The place of a cell in the column of this name.
    pub(super) fn place(&self, name: &str) -> Place {
        let counted = match self.cells {
            RowCells::Text { .. } => Counted::Line,
            #[cfg(feature = "arrow")]
            RowCells::Batch { .. } => Counted::Row,
        };
        Place { file: self.file.to_owned(), counted, line: self.line, column: name.to_owned() }
    }
}
