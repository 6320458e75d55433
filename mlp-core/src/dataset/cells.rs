//! The cells of a table, in one buffer.

use std::ops::Range;
use std::str;

/// Ends every cell in the buffer. This byte occurs in no UTF-8 text.
const END: u8 = 0xff;

/// Cells of text, one after the other. They take one byte more than their text.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    bytes: Vec<u8>,
}

impl Cells {
    pub(super) fn push(&mut self, cell: &str) {
        self.bytes.extend_from_slice(cell.as_bytes());
        self.bytes.push(END);
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let cells = self.bytes.strip_suffix(&[END]).map(|cells| cells.split(|&byte| byte == END));
        // Every cell was a `str`.
        cells.into_iter().flatten().map(|cell| str::from_utf8(cell).unwrap_or_default())
    }

    /// The text between these places.
    pub(super) fn at(&self, place: Range<usize>) -> &str {
        str::from_utf8(&self.bytes[place]).unwrap_or_default()
    }

    /// Finds the ends of this number of cells, the first of which begins at `begin`.
    pub(super) fn find_ends(&self, begin: usize, count: usize, ends: &mut Vec<usize>) {
        ends.clear();
        let rest = self.bytes[begin..].iter().enumerate().filter(|(_, byte)| **byte == END);
        ends.extend(rest.map(|(place, _)| begin + place).take(count));
    }
}
