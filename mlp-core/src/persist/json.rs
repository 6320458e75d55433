//! Writes and reads the JSON file: its frame, which is the same for everything that is saved.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeSeed as _;

use super::checksum::checksum;
use super::node::{self, Bounded, Key, Node};
use super::section::{Section, cut};
use super::{LoadError, SaveError};
use crate::atomic_file;

const FORMAT: &str = "mlp-core network";
/// Version 1 had no checksum.
const VERSION: u64 = 2;

const CHECKSUM: &str = "checksum";

/// The keys that say something about a network. The other keys of a file are its frame: format, version, checksum.
const SECTIONS: [&str; 11] = [
    "architecture",
    "loss",
    "scalar",
    "parameters",
    super::COLUMNS,
    super::CATEGORIES,
    super::UNSEEN,
    super::CLASSES,
    super::INPUT_SCALING,
    super::OUTPUT_SCALING,
    "training",
];

/// The sections that version 1 did not have, as it had no checksum.
const SINCE_VERSION_2: [&str; 5] = [super::COLUMNS, super::CATEGORIES, super::UNSEEN, super::CLASSES, "training"];

/// Writes a file with these sections, which must be among [`SECTIONS`].
pub(crate) fn write(path: &Path, sections: Vec<(Key, Node)>) -> Result<(), SaveError> {
    debug_assert!(sections.iter().all(|(key, _)| SECTIONS.contains(&&**key)), "a section that `read` would refuse");
    let mut entries =
        vec![("format".into(), Node::Text(FORMAT.to_owned())), ("version".into(), Node::Integer(VERSION))];
    entries.extend(sections);
    let checksum = format!("{:016x}", checksum(&entries));
    entries.push((CHECKSUM.into(), Node::Text(checksum)));
    let json = serde_json::to_string_pretty(&Node::Object(entries)).map_err(io::Error::from);
    let written = json.and_then(|json| atomic_file::replace(path, &(json + "\n")));
    written.map_err(|source| {
        let path = path.to_path_buf();
        match source.get_ref() {
            Some(inner) if inner.is::<atomic_file::ReadOnly>() => SaveError::ReadOnly { path },
            _ => SaveError::Write { path, source },
        }
    })
}

/// The most that is read of a file, because no file that holds this network has more.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    /// Numbers, texts, arrays and objects.
    pub(super) values: usize,
    /// The bytes of all names.
    pub(super) names: usize,
    pub(super) network: &'static str,
}

impl Limit {
    /// A value has at most 25 bytes. The rest is for indentation, punctuation, and the frame.
    fn bytes(self) -> u64 {
        (64 * self.values + self.names) as u64
    }
}

pub(super) fn parse(json: &[u8], values: usize) -> serde_json::Result<Node> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let node = Bounded { values_left: &Cell::new(values) }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(node)
}

/// The bytes of a file; `None` if there are more than `limit`. If the file's size is known, nothing is read.
fn read_at_most(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    if file.metadata()?.len() <= limit {
        file.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= limit {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// The contents of a file that was read.
pub(crate) struct Contents {
    path: PathBuf,
    entries: Vec<(Key, Node)>,
}

impl Contents {
    /// Reads a file and checks its frame: format, version, keys and, unless it was `edited`, its checksum.
    pub(crate) fn read(path: &Path, limit: Limit, edited: bool) -> Result<Self, LoadError> {
        let path = path.to_path_buf();
        let bytes = match read_at_most(&path, limit.bytes()) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Err(LoadError::TooLarge { path, limit: limit.bytes(), network: limit.network }),
            Err(source) => return Err(LoadError::Read { path, source }),
        };
        // Some editors on Windows put a byte order mark before the text.
        let json = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        let entries = match parse(json, limit.values) {
            Ok(Node::Object(entries)) => entries,
            Ok(_) => return Err(LoadError::Format { path, problem: "it is no object".to_owned() }),
            Err(source) => return Err(LoadError::Json { path, source }),
        };
        let contents = Self { path, entries };
        contents.check(edited)?;
        Ok(contents)
    }

    fn check(&self, edited: bool) -> Result<(), LoadError> {
        let root = self.root();
        if root.text("format")? != FORMAT {
            return Err(root.problem(format!("its format is not `{FORMAT}`")));
        }
        let version = root.integer("version")?;
        if !(1..=VERSION).contains(&version) {
            return Err(LoadError::Version { path: self.path(), version, known: VERSION });
        }
        if let Some(key) = node::doubled_key(&self.entries) {
            return Err(root.problem(format!("`{}` stands there twice", cut(key))));
        }
        let frame = if version == 1 { &["format", "version"][..] } else { &["format", "version", CHECKSUM] };
        let is_known = |key: &str| {
            frame.contains(&key) || SECTIONS.contains(&key) && (version > 1 || !SINCE_VERSION_2.contains(&key))
        };
        if let Some(key) = root.keys().find(|key| !is_known(key)) {
            return Err(root.problem(format!("it has the unknown key `{}`", cut(key))));
        }
        if version == 1 || edited {
            return Ok(());
        }
        // `write` puts it last. Elsewhere it would not be the file that was written.
        let fits = self.entries.split_last().is_some_and(|((key, node), entries)| {
            key == CHECKSUM && matches!(node, Node::Text(text) if *text == format!("{:016x}", checksum(entries)))
        });
        if fits { Ok(()) } else { Err(LoadError::Checksum { path: self.path() }) }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// The whole file.
    pub(crate) fn root(&self) -> Section<'_> {
        let single =
            self.entries.iter().any(|(key, node)| key == "scalar" && matches!(node, Node::Text(t) if t == "f32"));
        Section { path: &self.path, prefix: String::new(), entries: &self.entries, single }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { values: 100, names: 1000, network: "Net" };

    #[test]
    fn values_are_counted() {
        let zeros = |count: usize| format!("[{}0]", "0,".repeat(count - 1));
        assert!(parse(zeros(99).as_bytes(), LIMIT.values).is_ok());
        let error = parse(zeros(100).as_bytes(), LIMIT.values).err().unwrap().to_string();
        assert!(error.starts_with("it has more values than the network can need at line 1"), "{error}");
        assert!(parse(format!("{} 1", zeros(3)).as_bytes(), LIMIT.values).is_err());
    }
}
