//! The report on the rows of a file.

use std::fmt::{self, Display, Formatter};

use crate::message::count;

/// The report on the rows of a file: how many were kept and dropped. It prints with a line for every column with
/// missing cells, and for every constant column that was left out.
///
#[cfg_attr(feature = "csv", doc = "```")]
#[cfg_attr(not(feature = "csv"), doc = "```ignore")]
/// use mlp_core::{Dataset, Missing, Table};
///
/// let table = Table::from_reader("mass,length,sex\n3.5,40,female\nNA,44,male\n4.5,42,NA\n".as_bytes())?;
/// let data: Dataset<f64, 2, 1> =
///     table.select().numbers(["mass", "length"]).class("sex").missing(Missing::Fill).load()?;
/// let report = "
/// 3 rows, 1 dropped: 2 examples
///   mass: 1 missing, filled with the mean 3.5
///   sex: 1 missing, rows dropped";
/// assert_eq!(data.report().to_string(), report.trim_start());
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// The number of rows in the file.
    pub rows: usize,
    /// The number of rows that were dropped because of missing cells.
    pub dropped: usize,
    /// The selected columns with missing cells.
    pub columns: Vec<MissingCells>,
    /// The selected columns that were left out because they are constant.
    pub constant: Vec<String>,
}

/// The missing cells of a column: how many, and what filled them.
///
#[cfg_attr(feature = "csv", doc = "```")]
#[cfg_attr(not(feature = "csv"), doc = "```ignore")]
/// use mlp_core::{Dataset, Missing, Table};
///
/// let table = Table::from_reader("mass,sex\n3.5,female\nNA,male\n4.5,male\n".as_bytes())?;
/// let data: Dataset<f64, 1, 1> = table.select().numbers(["mass"]).class("sex").missing(Missing::Drop).load()?;
/// let [missing] = &data.report().columns[..] else { panic!("only one column lacks cells") };
/// assert_eq!((&*missing.column, missing.dropped, missing.filled), ("mass", 1, 0));
/// assert_eq!(missing.filler, None);
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MissingCells {
    /// The name of the column.
    pub column: String,
    /// The number of missing cells in dropped rows.
    pub dropped: usize,
    /// The number of missing cells in kept rows. They were filled.
    pub filled: usize,
    /// The value that filled them. `None` if no cell was filled.
    pub filler: Option<Filler>,
}

/// The value that filled missing cells.
///
/// Fill the test file with the means of the training file:
///
#[cfg_attr(feature = "csv", doc = "```")]
#[cfg_attr(not(feature = "csv"), doc = "```ignore")]
/// use mlp_core::dataset::Filler;
/// use mlp_core::{Dataset, Missing, Table};
///
/// let train = Table::from_reader("mass,sex\n3.5,female\nNA,male\n4.5,male\n".as_bytes())?;
/// let train: Dataset<f64, 1, 1> = train.select().numbers(["mass"]).class("sex").missing(Missing::Fill).load()?;
/// let means = train.report().columns.iter().filter_map(|column| Some((&column.column, column.filler?.value())));
///
/// let test = Table::from_reader("mass,sex\n5.0,female\nNA,male\n".as_bytes())?;
/// let test: Dataset<f64, 1, 1> = test.select().numbers(["mass"]).class("sex").fill_with(means).load()?;
/// assert_eq!(test.examples()[1], ([4.0], [1.0]));
/// assert_eq!(test.report().columns[0].filler, Some(Filler::Given(4.0)));
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Filler {
    /// The mean of the other cells of the column, over the kept rows.
    Mean(f64),
    /// The value given to `Selection::fill_with`.
    Given(f64),
}

impl Filler {
    /// The value itself.
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
        self.columns.iter().try_for_each(|column| write!(f, "\n  {column}"))?;
        self.constant.iter().try_for_each(|column| write!(f, "\n  {column}: constant, left out"))
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
