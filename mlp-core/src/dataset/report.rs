//! What became of the rows of a file.

use std::fmt::{self, Display, Formatter};

use crate::message::count;

/// What became of the rows of a file. Printed, it says so, with a line for every column that lacked cells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// How many rows there were.
    pub rows: usize,
    /// How many of them were dropped, because cells were missing.
    pub dropped: usize,
    /// The selected columns in which cells were missing.
    pub columns: Vec<MissingCells>,
}

/// How many cells of a column were missing.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MissingCells {
    /// Its name.
    pub column: String,
    /// In rows that were dropped.
    pub dropped: usize,
    /// In rows that were kept.
    pub filled: usize,
    /// What the latter were filled with. `None` if there were none.
    pub filler: Option<Filler>,
}

/// What missing cells were filled with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Filler {
    /// The mean of the other cells of the column, in rows that were kept.
    Mean(f64),
    /// What was given.
    Given(f64),
}

impl Filler {
    /// The number.
    #[must_use]
    pub const fn value(self) -> f64 {
        match self {
            Self::Mean(value) | Self::Given(value) => value,
        }
    }
}

impl Display for Filler {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mean(mean) => write!(f, "the mean {mean}"),
            Self::Given(value) => write!(f, "{value}"),
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let examples = self.rows.saturating_sub(self.dropped);
        write!(f, "{}, {} dropped: {}", count(self.rows, "row"), self.dropped, count(examples, "example"))?;
        self.columns.iter().try_for_each(|column| write!(f, "\n  {column}"))
    }
}

impl Display for MissingCells {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.column)?;
        if self.dropped > 0 {
            write!(f, "{} missing, rows dropped", self.dropped)?;
        }
        if let Some(filler) = self.filler {
            let separator = if self.dropped > 0 { "; " } else { "" };
            write!(f, "{separator}{} missing, filled with {filler}", self.filled)?;
        }
        Ok(())
    }
}
