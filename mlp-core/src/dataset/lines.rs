//! The lines of a text file, numbered.

use std::io::{self, BufRead, BufReader, Read};
use std::str;

use super::{TableError, compressed};

/// Reads line by line. A line ends with CR, LF or CRLF.
#[derive(Debug)]
pub(super) struct Lines<R> {
    pub(super) file: String,
    /// The number of lines that were read.
    pub(super) number: usize,
    /// The number of bytes that were read.
    pub(super) bytes_read: u64,
    reader: BufReader<R>,
    bytes: Vec<u8>,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(file: String, reader: R) -> Self {
        Self { file, number: 0, bytes_read: 0, reader: BufReader::with_capacity(1 << 16, reader), bytes: Vec::new() }
    }

    /// Appends the next line, with its line break, to the text. `false` at the end of the file.
    pub(super) fn append_to(&mut self, text: &mut String) -> Result<bool, TableError> {
        self.bytes.clear();
        if let Err(source) = self.read_line() {
            return Err(TableError::Read { file: self.file.clone(), source });
        }
        self.number += 1;
        self.bytes_read += self.bytes.len() as u64;
        if self.number == 1
            && let Some((what, advice)) = compressed::recognise(&self.bytes)
        {
            return Err(TableError::NotText { file: self.file.clone(), what, advice });
        }
        let Ok(line) = str::from_utf8(&self.bytes) else {
            return Err(TableError::NotUtf8 { file: self.file.clone(), line: self.number });
        };
        // Some programs write a byte order mark at the beginning of a file.
        let line = if self.number == 1 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        text.push_str(line);
        Ok(!self.bytes.is_empty())
    }

    fn read_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = fill(&mut self.reader)?;
            let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let length = end.map_or(buffer.len(), |end| end + 1);
            self.bytes.extend_from_slice(&buffer[..length]);
            self.reader.consume(length);
            if end.is_some() {
                break;
            }
            if length == 0 {
                return Ok(());
            }
        }
        if self.bytes.ends_with(b"\r") && fill(&mut self.reader)?.starts_with(b"\n") {
            self.bytes.push(b'\n');
            self.reader.consume(1);
        }
        Ok(())
    }
}

/// The bytes that can be read next; none at the end of the file.
fn fill<R: Read>(reader: &mut BufReader<R>) -> io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    Ok(reader.buffer())
}
