//! How a text file is divided into cells, and where the names of its columns come from.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::notation::Notation;
use super::origin::Origin;
use super::source::Source;
use super::{Selection, Table, TableError};

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
    /// `None` for commas, unless the first line states another delimiter.
    pub(super) separator: Option<Separator>,
    pub(super) header: Header,
    pub(super) multiline_cells: bool,
    pub(super) notation: Notation,
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

    /// Sets the character between the cells, such as `';'` or `'\t'`. It must be no quote and no line break. A first
    /// line such as `sep=;`, which Excel writes, says it too, for [`Table::read`](crate::Table::read) as well. If both say it,
    /// they must agree.
    ///
    /// ```
    /// use mlp_core::TableFormat;
    ///
    /// let table = TableFormat::new().delimiter(';').from_reader("fixed acidity;quality\n7.4;5\n".as_bytes())?;
    /// assert_eq!(table.columns().collect::<Vec<_>>(), ["fixed acidity", "quality"]);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn delimiter(mut self, delimiter: char) -> Self {
        self.separator = Some(Separator::Delimiter(delimiter));
        self
    }

    /// Separates cells by blanks and tabs, one or more of them. A missing cell then needs a word, such as `NA`.
    pub fn whitespace(mut self) -> Self {
        self.separator = Some(Separator::Whitespace);
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

    /// Sets the character before the decimals, such as `','`; by default a point.
    ///
    /// ```
    /// use mlp_core::{Dataset, TableFormat};
    ///
    /// let file = "Miete;Ort\n1.234,5;Bonn\n980;Kiel\n";
    /// let table = TableFormat::new().delimiter(';').decimal(',').thousands('.').from_reader(file.as_bytes())?;
    /// let data: Dataset<f64, 1, 0> = table.select().numbers(["Miete"]).load()?;
    /// assert_eq!(data.examples(), [([1234.5], []), ([980.0], [])]);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    ///
    /// A number in another notation is an error. Within the cells a comma between commas needs quotes: `"1,5","2,5"`.
    pub fn decimal(mut self, decimal: char) -> Self {
        self.notation.decimal = decimal;
        self
    }

    /// Sets the character that may stand between thousands, such as `','`, `'.'`, `'\''` or `' '`; by default none may.
    /// A blank stands for no-break spaces too.
    ///
    /// There must be three digits between two of them and after the last one. So `1,23` is an error if commas separate
    /// thousands, and not 123.
    pub fn thousands(mut self, thousands: char) -> Self {
        self.notation.thousands = Some(thousands);
        self
    }

    /// Reads percentages: `12.5%` and `12.5 %` are 0.125. In a column either every number has a percent sign, or none.
    ///
    /// That is checked within a file. A model trained on `12.5 %` takes 0.125: a second file that says `12.5` for the same
    /// share needs a column in the same unit.
    ///
    /// ```
    /// use mlp_core::{Dataset, TableFormat};
    ///
    /// let read = |file: &str| -> Result<Dataset<f64, 1, 0>, _> {
    ///     TableFormat::new().percent().from_reader(file.as_bytes())?.select().numbers(["share"]).load()
    /// };
    /// assert_eq!(read("share\n12.5%\n7 %\n")?.examples(), [([0.125], []), ([0.07], [])]);
    /// assert_eq!(
    ///     read("share\n12.5%\n7\n").unwrap_err().to_string(),
    ///     "CSV, line 3, column `share`: `7` has no percent sign, but the numbers above have one: write all in one way",
    /// );
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn percent(mut self) -> Self {
        self.notation.percent = true;
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
    /// Those of [`Table::read`]; if the delimiter is a quote or a line break, or the first line states another one; if the
    /// characters before decimals and between thousands are equal, or signs, letters or digits.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<Table, TableError> {
        self.open(path.as_ref(), |file| file)?.read_all()
    }

    /// Selects columns of a file of this format, which is read when they are loaded, as [`Table::scan`] does.
    pub fn scan(&self, path: impl AsRef<Path>) -> Selection<'static> {
        Selection::new(Origin::File { format: self.clone(), path: path.as_ref().to_owned() })
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

    pub(super) fn open<R: Read>(&self, path: &Path, reader: fn(File) -> R) -> Result<Source<R>, TableError> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Source::new(self, name, reader(file)),
            Err(source) => Err(TableError::Read { file: name, source }),
        }
    }
}
