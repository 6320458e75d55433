//! Splits a text file into rows and cells, and refuses quotes that do not fit.
//!
//! Readers of CSV files accept every quote in some way. A single stray one then swallows the rows up to the next, and
//! nobody notices. So this reader is strict: it follows RFC 4180, and a row that may have been swallowed is an error.

use std::io::Read;

use super::TableError;
use super::cells::PushCell;
use super::format::Separator;
use super::lines::Lines;

/// Reads row by row.
#[derive(Debug)]
pub(super) struct Rows<R> {
    lines: Lines<R>,
    separator: Separator,
    /// Whether the user has chosen the separator.
    is_chosen: bool,
    /// Whether a cell may hold a line that looks like a row.
    multiline_cells: bool,
    /// The number of cells that the rows must have, once it is known.
    columns: Option<usize>,
    /// The text of the current row, one line or more, and where its last line begins and ends, without its line break.
    text: String,
    last_line: usize,
    end: usize,
    /// The content of a quoted cell.
    cell: String,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(lines: Lines<R>, separator: Option<Separator>, multiline_cells: bool) -> Self {
        let (text, cell) = (String::new(), String::new());
        let (is_chosen, separator) = (separator.is_some(), separator.unwrap_or_default());
        Self { lines, separator, is_chosen, multiline_cells, columns: None, text, last_line: 0, end: 0, cell }
    }

    pub(super) fn file(&self) -> &str {
        &self.lines.file
    }

    /// The number of bytes that were read.
    pub(super) fn bytes_read(&self) -> u64 {
        self.lines.bytes_read
    }

    /// Sets the number of cells that each further row must have.
    pub(super) fn expect(&mut self, columns: usize) {
        self.columns = Some(columns);
    }

    /// Appends the cells of the next row, and returns the line on which the row begins. `None` at the end of the file.
    pub(super) fn read_row(&mut self, cells: &mut impl PushCell) -> Result<Option<usize>, TableError> {
        loop {
            self.text.clear();
            if !self.append_line()? {
                return Ok(None);
            }
            if self.lines.number == 1
                && let Some(delimiter) = stated_delimiter(&self.text[..self.end])
            {
                self.use_delimiter(delimiter)?;
            } else if self.skip_blanks(0) < self.end {
                break;
            }
        }
        let (line, mut number, mut at) = (self.lines.number, 0, 0);
        loop {
            at = self.skip_blanks(at);
            at = if self.text[at..].starts_with('"') { self.quoted(at + 1, cells)? } else { self.unquoted(at, cells) };
            number += 1;
            let rest = &self.text[at..self.end];
            match self.separator {
                Separator::Delimiter(delimiter) if rest.starts_with(delimiter) => at += delimiter.len_utf8(),
                Separator::Whitespace if !rest.trim_start().is_empty() => {}
                _ => break,
            }
        }
        match self.columns {
            Some(columns) if columns != number => {
                Err(TableError::RowLength { file: self.file().to_owned(), line, cells: number, columns })
            }
            _ => Ok(Some(line)),
        }
    }

    /// Uses the delimiter that the first line states, unless the user has chosen another.
    fn use_delimiter(&mut self, delimiter: char) -> Result<(), TableError> {
        let stated = Separator::Delimiter(delimiter);
        if self.is_chosen && self.separator != stated {
            return Err(TableError::StatedDelimiter { file: self.file().to_owned(), delimiter });
        }
        self.separator = stated;
        Ok(())
    }

    fn append_line(&mut self) -> Result<bool, TableError> {
        self.last_line = self.text.len();
        let is_line = self.lines.append_to(&mut self.text)?;
        self.end = self.last_line + self.text[self.last_line..].trim_end_matches(['\r', '\n']).len();
        Ok(is_line)
    }

    fn skip_blanks(&self, at: usize) -> usize {
        // Most cells begin with a digit or a letter.
        if self.text.as_bytes()[at..self.end].first().is_some_and(u8::is_ascii_graphic) {
            return at;
        }
        let rest = &self.text[at..self.end];
        let is_blank = |character: char| character.is_whitespace() && self.separator != Separator::Delimiter(character);
        at + rest.find(|character| !is_blank(character)).unwrap_or(rest.len())
    }

    /// Appends the cell that begins at `at`, and returns its end. A quote within it is a character like others, as in
    /// `6" pipe`.
    fn unquoted(&self, at: usize, cells: &mut impl PushCell) -> usize {
        let rest = &self.text[at..self.end];
        let length = match self.separator {
            Separator::Delimiter(delimiter) => rest.find(delimiter),
            Separator::Whitespace => rest.find(char::is_whitespace),
        };
        let length = length.unwrap_or(rest.len());
        cells.push(rest[..length].trim());
        at + length
    }

    /// Appends the cell whose content begins at `at`, after the opening quote, and returns the end of its last blank.
    fn quoted(&mut self, mut at: usize, cells: &mut impl PushCell) -> Result<usize, TableError> {
        // Counted once: a row may have very many lines.
        let columns = self.columns.unwrap_or_else(|| self.count(self.text.lines().next().unwrap_or_default()));
        let (opened, opens_full_line) = (self.lines.number, self.last_line_is_full(columns));
        self.cell.clear();
        loop {
            let rest = &self.text[at..];
            if let Some(length) = rest.find('"') {
                self.cell.push_str(&rest[..length]);
                at += length + 1;
                if !self.text[at..].starts_with('"') {
                    break;
                }
                self.cell.push('"');
                at += 1;
            } else {
                self.cell.push_str(rest);
                at = self.text.len();
                if self.lines.number > opened {
                    self.check_that_no_row_is_swallowed(opened, columns)?;
                }
                if !self.append_line()? {
                    return Err(TableError::OpenQuote { file: self.file().to_owned(), line: opened });
                }
            }
        }
        if self.lines.number > opened && opens_full_line {
            self.check_that_no_row_is_swallowed(opened, columns)?;
        }
        at = self.skip_blanks(at);
        let rest = &self.text[at..self.end];
        let ends = match self.separator {
            Separator::Delimiter(delimiter) => rest.is_empty() || rest.starts_with(delimiter),
            Separator::Whitespace => rest.is_empty() || self.text[..at].ends_with(char::is_whitespace),
        };
        if ends {
            cells.push(self.cell.trim());
            Ok(at)
        } else {
            let (file, text) = (self.file().to_owned(), rest.to_owned());
            Err(TableError::TextAfterQuote { file, line: self.lines.number, opened, text })
        }
    }

    /// Refuses a quoted cell that holds the last line, if that line has as many cells as a row: either a quote is
    /// wrong, or nobody but the user can tell.
    fn check_that_no_row_is_swallowed(&self, opened: usize, columns: usize) -> Result<(), TableError> {
        if self.multiline_cells || !self.last_line_is_full(columns) {
            return Ok(());
        }
        Err(TableError::SwallowedRow { file: self.file().to_owned(), line: opened, swallowed: self.lines.number })
    }

    /// Whether the last line, with quotes as characters like others, has as many cells as a row.
    fn last_line_is_full(&self, columns: usize) -> bool {
        self.count(&self.text[self.last_line..]) == columns
    }

    fn count(&self, line: &str) -> usize {
        match self.separator {
            Separator::Delimiter(delimiter) => 1 + line.matches(delimiter).count(),
            Separator::Whitespace => line.split_whitespace().count(),
        }
    }
}

/// The delimiter in a first line such as `sep=;`, which Excel writes and obeys.
fn stated_delimiter(line: &str) -> Option<char> {
    let (word, rest) = line.split_at_checked(4)?;
    let mut rest = rest.chars();
    let delimiter = rest.next().filter(|_| word.eq_ignore_ascii_case("sep="))?;
    (rest.next().is_none() && delimiter != '"' && !delimiter.is_alphanumeric()).then_some(delimiter)
}
