//! The place of a cell.

use std::fmt::{self, Display, Formatter};

use super::quoted::quoted;

/// What is counted to say where a row is: text has lines, record batches have rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Line,
    #[cfg(feature = "arrow")]
    Row,
}

/// The place of a cell: its file, line and column.
///
/// ```
/// use mlp_core::Table;
/// use mlp_core::dataset::TableError;
///
/// let table = Table::from_reader("x,y\n0.5,1\n0.25,two\n".as_bytes())?;
/// let selection = table.select().numbers(["x"]).targets(["y"]);
/// let Err(TableError::NotANumber { place, cell, .. }) = selection.load::<f64, 1, 1>() else { panic!("it is a word") };
/// assert_eq!((&*place.file, place.line, &*place.column), ("CSV", 3, "y"));
/// assert_eq!(format!("{place}: {cell}"), "CSV, line 3, column `y`: two");
/// # Ok::<(), TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The path given, or `CSV` if the table was not read from a file.
    pub file: String,
    /// What `line` counts, for messages.
    pub(super) counted: Counted,
    /// The line on which the row begins, counted from 1. In record batches, where there are no lines, the row.
    pub line: usize,
    /// The name of the column.
    pub column: String,
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let counted = match self.counted {
            Counted::Line => "line",
            #[cfg(feature = "arrow")]
            Counted::Row => "row",
        };
        write!(f, "{}, {counted} {}, column {}", self.file, self.line, quoted(&self.column))
    }
}
