//! A file that is too large for the memory, in pieces.

use std::fmt::{self, Debug, Formatter};
use std::io::{self, Read};
use std::iter::FusedIterator;
use std::mem;
use std::path::{Path, PathBuf};

use super::source::Source;
use super::{Table, TableError, TableFormat};

/// The rows of a file in pieces, each a [`Table`]; made by [`Table::chunks`], [`TableFormat::chunks`] and
/// [`TableFormat::chunks_from_reader`].
///
/// The file is opened when the first chunk is asked for, and only one chunk is in memory at a time. After an error
/// there are no further chunks.
#[derive(Debug)]
#[must_use = "nothing is read until a chunk is asked for"]
pub struct Chunks {
    format: TableFormat,
    rows: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    NotOpened(PathBuf),
    NotRead(Reader),
    Reading(Box<Source<Reader>>),
    Done,
}

/// A file, or a reader of the user's.
struct Reader(Box<dyn Read + Send + Sync>);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Debug for Reader {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Table {
    /// Reads a CSV file in chunks of at most this number of rows, for files that are too large for the memory.
    ///
    /// A chunk is a table with the lines of the whole file in its errors. It does not know the rest of the file. So the
    /// values of a category, the classes and the means to fill in must be given, by
    /// [`category_of`](super::Selection::category_of), [`class_of`](super::Selection::class_of) and
    /// [`fill_with`](super::Selection::fill_with). If all rows of a chunk are dropped, its data set is empty.
    ///
    /// An iterator goes through the file once. For another epoch, make a new one; that costs no more than opening the
    /// file.
    ///
    /// ```
    /// use mlp_core::dataset::TableError;
    /// use mlp_core::{Dataset, Missing, Table};
    ///
    /// fn load(chunk: Result<Table, TableError>) -> Result<Dataset<f64, 2, 3>, TableError> {
    ///     let table = chunk?;
    ///     let selection = table.select().numbers(["bill_length_mm", "body_mass_g"]);
    ///     selection.class_of("species", ["Adelie", "Chinstrap", "Gentoo"]).missing(Missing::Drop).load()
    /// }
    ///
    /// let chunks = || Table::chunks("../examples/data/penguins.csv", 100).map(load);
    /// let first = chunks().next().ok_or("no rows")??;
    /// let scaling = first.fit_standardization()?;
    /// for epoch in 0..2 {
    ///     let mut examples = 0;
    ///     for data in chunks() {
    ///         examples += data?.scale_inputs(&scaling).examples().len();
    ///     }
    ///     assert_eq!(examples, 342);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn chunks(path: impl AsRef<Path>, rows: usize) -> Chunks {
        TableFormat::new().chunks(path, rows)
    }
}

impl TableFormat {
    /// Reads a file of this format in chunks of at most this number of rows, as [`Table::chunks`] does.
    pub fn chunks(&self, path: impl AsRef<Path>, rows: usize) -> Chunks {
        Chunks { format: self.clone(), rows, state: State::NotOpened(path.as_ref().to_owned()) }
    }

    /// Reads text of this format from a reader, such as a decoder or a connection, in chunks of at most this number of
    /// rows, as [`Table::chunks`] does from a file. Errors call the source `CSV`.
    ///
    /// ```
    /// use mlp_core::{Dataset, TableFormat};
    ///
    /// let text = "7,1\n8,0\n9,1\n";
    /// let mut sizes = Vec::new();
    /// for table in TableFormat::new().names(["x", "y"]).chunks_from_reader(text.as_bytes(), 2) {
    ///     let data: Dataset<f64, 1, 1> = table?.select().numbers(["x"]).targets(["y"]).load()?;
    ///     sizes.push(data.examples().len());
    /// }
    /// assert_eq!(sizes, [2, 1]);
    /// # Ok::<(), mlp_core::dataset::TableError>(())
    /// ```
    pub fn chunks_from_reader(&self, reader: impl Read + Send + Sync + 'static, rows: usize) -> Chunks {
        Chunks { format: self.clone(), rows, state: State::NotRead(Reader(Box::new(reader))) }
    }
}

impl Iterator for Chunks {
    type Item = Result<Table, TableError>;

    /// The next chunk.
    ///
    /// # Errors
    ///
    /// Those of [`Table::read`]; if a chunk is to have no rows.
    fn next(&mut self) -> Option<Self::Item> {
        let (source, is_first) = match mem::replace(&mut self.state, State::Done) {
            State::Done => return None,
            State::NotOpened(_) | State::NotRead(_) if self.rows == 0 => (Err(TableError::NoRowsInChunk), true),
            State::NotOpened(path) => {
                let source = self.format.open(&path, |file| Reader(Box::new(file)));
                (source.map(Box::new), true)
            }
            State::NotRead(reader) => (Source::new(&self.format, "CSV".to_owned(), reader).map(Box::new), true),
            State::Reading(source) => (Ok(source), false),
        };
        let chunk = source.and_then(|mut source| Ok((source.read_chunk(self.rows)?, source)));
        match chunk {
            Ok((chunk, _)) if chunk.len() == 0 => is_first.then_some(Err(TableError::Empty { file: chunk.file })),
            Ok((chunk, source)) => {
                self.state = State::Reading(source);
                Some(Ok(chunk))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl FusedIterator for Chunks {}
