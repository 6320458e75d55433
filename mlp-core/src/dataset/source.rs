//! A text file that is being read: the names of its columns, and its further rows.

use std::io::Read;

use super::cells::RowText;
use super::format::{Header, Separator};
use super::lines::Lines;
use super::notation::Notation;
use super::rows::Rows;
use super::table::{Content, Text};
use super::{Table, TableError, TableFormat};

#[derive(Debug)]
pub(super) struct Source<R> {
    header: Vec<String>,
    notation: Notation,
    rows: Rows<R>,
}

impl<R: Read> Source<R> {
    /// Reads the names of the columns.
    pub(super) fn new(format: &TableFormat, file: String, reader: R) -> Result<Self, TableError> {
        if let Some(Separator::Delimiter(delimiter @ ('"' | '\r' | '\n'))) = format.separator {
            return Err(TableError::Delimiter { delimiter });
        }
        format.notation.check()?;
        let mut rows = Rows::new(Lines::new(file, reader), format.separator, format.multiline_cells);
        let header = match &format.header {
            Header::Names(names) => names.clone(),
            Header::AnyFirstRow => first_row(&mut rows)?.1,
            Header::FirstRow => {
                let (line, names) = first_row(&mut rows)?;
                if looks_like_example(&names, &format.notation) {
                    return Err(TableError::NumbersAsNames { file: rows.file().to_owned(), line, names });
                }
                names
            }
        };
        rows.expect(header.len());
        Ok(Self { header, notation: format.notation.clone(), rows })
    }

    /// Reads all rows. There must be one.
    pub(super) fn read_all(&mut self) -> Result<Table, TableError> {
        let table = self.read_rows(usize::MAX, false)?;
        if table.len() == 0 { Err(TableError::Empty { file: self.rows.file().to_owned() }) } else { Ok(table) }
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// Reads the next row in place of these cells, and returns the line on which it begins. `None` at the end of the file.
    pub(super) fn read_row(&mut self, cells: &mut RowText) -> Result<Option<usize>, TableError> {
        cells.clear();
        self.rows.read_row(cells)
    }

    pub(super) fn file(&self) -> &str {
        self.rows.file()
    }

    pub(super) fn notation(&self) -> &Notation {
        &self.notation
    }

    /// The number of bytes that were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }

    /// Reads at most this number of further rows.
    pub(super) fn read_chunk(&mut self, rows: usize) -> Result<Table, TableError> {
        self.read_rows(rows, true)
    }

    fn read_rows(&mut self, most: usize, is_chunk: bool) -> Result<Table, TableError> {
        let mut text = Text::default();
        while text.rows < most
            && let Some(line) = self.rows.read_row(&mut text.cells)?
        {
            text.count_row(line);
        }
        let content = Content::Text(text);
        Ok(Table {
            file: self.rows.file().to_owned(),
            header: self.header.clone(),
            is_chunk,
            notation: self.notation.clone(),
            content,
        })
    }
}

/// The line on which the first row begins, and its cells.
fn first_row<R: Read>(rows: &mut Rows<R>) -> Result<(usize, Vec<String>), TableError> {
    let mut cells = RowText::default();
    let Some(line) = rows.read_row(&mut cells)? else {
        return Err(TableError::Empty { file: rows.file().to_owned() });
    };
    Ok((line, cells.iter().map(str::to_owned).collect()))
}

/// Whether all cells are numbers or missing, or one is a number with decimals. Years and other whole numbers may be names
/// beside words.
fn looks_like_example(cells: &[String], notation: &Notation) -> bool {
    let is_number = |cell: &String| notation.parse(cell).is_some();
    let is_missing = |cell: &String| cell.is_empty() || cell == "NA";
    let only_numbers = cells.iter().any(is_number) && cells.iter().all(|cell| is_number(cell) || is_missing(cell));
    only_numbers || cells.iter().any(|cell| cell.contains(notation.decimal) && is_number(cell))
}
