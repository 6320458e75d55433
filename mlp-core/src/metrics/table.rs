//! A confusion matrix as a table of text.

use core::fmt::{self, Display, Formatter};

use super::ConfusionMatrix;

impl<const C: usize> Display for ConfusionMatrix<'_, C> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const CORNER: &str = "true \\ predicted";
        const TOTAL: &str = "total";
        let totals: [u64; C] = core::array::from_fn(|class| self.counts().iter().map(|row| row[class]).sum());
        let table = Table {
            label: self.names().iter().map(|name| width(name)).fold(CORNER.len(), usize::max),
            columns: core::array::from_fn(|class| width(self.names()[class]).max(digits(totals[class]))),
            total: TOTAL.len().max(digits(self.total())),
        };
        table.row(f, CORNER, self.names(), TOTAL)?;
        for (name, row) in self.names().iter().zip(self.counts()) {
            writeln!(f)?;
            table.row(f, name, row, row.iter().sum::<u64>())?;
        }
        writeln!(f)?;
        table.row(f, TOTAL, &totals, self.total())
    }
}

/// The widths of a table's columns, in characters.
struct Table<const C: usize> {
    label: usize,
    columns: [usize; C],
    total: usize,
}

impl<const C: usize> Table<C> {
    fn row<D: Display>(&self, f: &mut Formatter<'_>, label: &str, cells: &[D; C], total: D) -> fmt::Result {
        write!(f, "{label:<width$}", width = self.label)?;
        for (cell, width) in cells.iter().zip(self.columns) {
            write!(f, "  {cell:>width$}")?;
        }
        write!(f, "  {total:>width$}", width = self.total)
    }
}

pub(super) fn width(name: &str) -> usize {
    name.chars().count()
}

fn digits(count: u64) -> usize {
    count.checked_ilog10().map_or(1, |exponent| exponent as usize + 1)
}
