//! How a text file is divided into cells, and where the names of its columns come from.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::source::Source;
use super::{Table, TableError};

/// How a [`Table`] is written in its file, if not as [`Table::read`] expects it: with commas between the cells, and
/// the names of the columns in the first row.
///
/// ```
/// use mlp_core::{Dataset, TableFormat};
///
/// let file = "18.0   8   307.0\t\"chevrolet\"\n15.0   8   350.0\t\"buick skylark\"\n";
/// let format = TableFormat::new().whitespace().names(["mpg", "cylinders", "displacement", "car"]);
/// let table = format.from_reader(file.as_bytes())?;
/// let data: Dataset<f64, 2, 1> = table.select().numbers(["cylinders", "displacement"]).targets(["mpg"]).load()?;
/// assert_eq!(data.examples()[1], ([8.0, 350.0], [15.0]));
/// # Ok::<(), mlp_core::dataset::TableError>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a format does nothing until a file is read"]
pub struct TableFormat {
    pub(super) separator: Separator,
    pub(super) header: Header,
    pub(super) multiline_cells: bool,
}

/// What separates the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Delimiter(char),
    Whitespace,
}

impl Default for Separator {
    fn default() -> Self {
        Self::Delimiter(',')
    }
}

/// Where the names of the columns come from.
#[derive(Clone, Debug, Default)]
pub(super) enum Header {
    /// The first row, which must not look like an example.
    #[default]
    FirstRow,
    /// The first row, whatever it consists of.
    AnyFirstRow,
    Names(Vec<String>),
}

impl TableFormat {
    /// Commas between the cells, and the names of the columns in the first row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the character between the cells, such as `';'` or `'\t'`. It must be no quote and no line break.
    ///
    /// ```
    /// use mlp_core::TableFormat;
    ///
    /// let table = TableFormat::new().delimiter(';').from_reader("fixed acidity;quality\n7.4;5\n".as_bytes())?;
    /// assert_eq!(table.columns().collect::<Vec<_>>(), ["fixed acidity", "quality"]);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.separator = Separator::Delimiter(delimiter);
        self
    }

    /// Separates cells by blanks and tabs, one or more of them. A missing cell then needs a word, such as `NA`.
    pub fn whitespace(mut self) -> Self {
        self.separator = Separator::Whitespace;
        self
    }

    /// Names the columns, from left to right. The first row is then an example.
    pub fn names<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.header = Header::Names(names.into_iter().map(|name| name.as_ref().to_owned()).collect());
        self
    }

    /// Takes the names of the columns from the first row, even if it consists of numbers or has numbers with decimals.
    /// Otherwise such a row is an error, because it could be an example.
    ///
    /// ```
    /// use mlp_core::{Dataset, Table, TableFormat};
    ///
    /// let file = "2019,2020\n0.5,0.75\n";
    /// assert!(Table::from_reader(file.as_bytes()).is_err());
    /// let table = TableFormat::new().header().from_reader(file.as_bytes())?;
    /// let data: Dataset<f64, 1, 1> = table.select().numbers(["2019"]).targets(["2020"]).load()?;
    /// assert_eq!(data.examples(), [([0.5], [0.75])]);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn header(mut self) -> Self {
        self.header = Header::AnyFirstRow;
        self
    }

    /// Accepts quoted cells with lines that look like rows. Otherwise such a cell is an error, because a stray quote
    /// may have begun it, and another may have ended it many rows later.
    ///
    /// ```
    /// use mlp_core::{Table, TableFormat};
    ///
    /// let file = "place,address\nA,\"High Street 1\nLondon, UK\"\n";
    /// assert!(Table::from_reader(file.as_bytes()).is_err());
    /// assert!(TableFormat::new().multiline_cells().from_reader(file.as_bytes()).is_ok());
    /// ```
    pub fn multiline_cells(mut self) -> Self {
        self.multiline_cells = true;
        self
    }

    /// Reads a file of this format.
    ///
    /// # Errors
    ///
    /// Those of [`Table::read`]; if the delimiter is a quote or a line break.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Table, TableError> {
        self.open(path.as_ref())?.read_all()
    }

    /// Reads text of this format from a reader. Errors call the source `CSV`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_reader(&self, mut reader: impl Read) -> Result<Table, TableError> {
        let reader: &mut dyn Read = &mut reader;
        Source::new(self, "CSV".to_owned(), reader)?.read_all()
    }

    pub(super) fn open(&self, path: &Path) -> Result<Source<File>, TableError> {
        let file = path.display().to_string();
        match File::open(path) {
            Ok(reader) => Source::new(self, file, reader),
            Err(source) => Err(TableError::Read { file, source }),
        }
    }
}
