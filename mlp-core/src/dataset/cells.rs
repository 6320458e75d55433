//! The cells of rows: those of a table, in one buffer, and those of the current row.

use std::str;

/// Ends every cell in the buffer. This byte occurs in no UTF-8 text.
const END: u8 = 0xff;

/// What takes the cells of a row, one after the other.
pub(super) trait PushCell {
    fn push(&mut self, cell: &str);
}

/// Cells of text, one after the other. They take one byte more than their text.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
}

impl PushCell for Cells {
    fn push(&mut self, cell: &str) {
        self.bytes.extend_from_slice(cell.as_bytes());
        self.bytes.push(END);
    }
}

impl Cells {
    /// Copies this number of cells, the first of which begins at `begin`, and returns where the next one begins.
    pub(super) fn copy(&self, mut begin: usize, count: usize, row: &mut RowText) -> usize {
        row.clear();
        for _ in 0..count {
            let rest = &self.bytes[begin..];
            let length = rest.iter().position(|&byte| byte == END).unwrap_or(rest.len());
            // Every cell was a `str`.
            row.push(str::from_utf8(&rest[..length]).unwrap_or_default());
            begin += length + 1;
        }
        begin
    }
}

/// The cells of one row.
#[derive(Clone, Debug, Default)]
pub(super) struct RowText {
    text: String,
    ends: Vec<usize>,
}

impl PushCell for RowText {
    fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }
}

impl RowText {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    pub(super) fn cell(&self, column: usize) -> &str {
        let begin = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[begin..self.ends[column]]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|column| self.cell(column))
    }
}
