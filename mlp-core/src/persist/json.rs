//! Writes and reads the JSON file.

use std::fs;
use std::path::{Path, PathBuf};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

use super::{LoadError, SaveError};
use crate::{Name, Scalar, atomic_file};

/// A JSON value to write. Objects keep the order of their entries.
pub(super) enum Node {
    Text(String),
    Integer(u64),
    Number(f64),
    Array(Vec<Node>),
    Object(Vec<(Name, Node)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_u64(*integer),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Array(nodes) => serializer.collect_seq(nodes),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(name, node)| map.serialize_entry(&name.to_string(), node))?;
                map.end()
            }
        }
    }
}

pub(super) fn write(path: &Path, entries: Vec<(Name, Node)>) -> Result<(), SaveError> {
    let json = serde_json::to_string_pretty(&Node::Object(entries)).map_err(std::io::Error::from);
    let written = json.and_then(|json| atomic_file::replace(path, &(json + "\n")));
    written.map_err(|source| SaveError::Write { path: path.to_path_buf(), source })
}

/// The contents of a file that was read.
pub(super) struct Contents {
    path: PathBuf,
    json: Value,
}

impl Contents {
    pub(super) fn read(path: &Path) -> Result<Self, LoadError> {
        let path = path.to_path_buf();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(source) => return Err(LoadError::Read { path, source }),
        };
        match serde_json::from_str(&text) {
            Ok(json) => Ok(Self { path, json }),
            Err(source) => Err(LoadError::Json { path, source }),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.path.clone()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.json.get(key).is_some()
    }

    pub(super) fn text(&self, key: &str) -> Result<&str, LoadError> {
        self.json.get(key).and_then(Value::as_str).ok_or_else(|| self.problem(format!("it has no text `{key}`")))
    }

    pub(super) fn integer(&self, key: &str) -> Result<u64, LoadError> {
        self.json.get(key).and_then(Value::as_u64).ok_or_else(|| self.problem(format!("it has no integer `{key}`")))
    }

    /// Reads the numbers with these names from the object at the path `keys`. Any other number in it is an error.
    pub(super) fn numbers<T: Scalar>(
        &self,
        keys: &[&str],
        names: impl Iterator<Item = Name>,
        slots: &mut [T],
    ) -> Result<(), LoadError> {
        let object = keys.iter().try_fold(&self.json, |value, key| value.get(key)).and_then(Value::as_object);
        let keys = keys.join(".");
        let object = object.ok_or_else(|| self.problem(format!("it has no object `{keys}`")))?;
        let (mut known, expected) = (Vec::new(), slots.len());
        for (name, slot) in names.zip(slots) {
            let (key, mut indices) = name.path();
            let value = object.get(key).and_then(|value| indices.try_fold(value, |value, index| value.get(index)));
            *slot = value
                .and_then(Value::as_f64)
                .map(T::from_f64)
                .filter(|value| value.is_finite())
                .ok_or_else(|| self.problem(format!("the number `{keys}.{name}` is missing or out of range")))?;
            if known.last() != Some(&key) {
                known.push(key);
            }
        }
        // Looks for an unknown key only if there are too many keys.
        let unknown = object.keys().filter(|_| object.len() > known.len()).find(|key| !known.contains(&key.as_str()));
        if let Some(key) = unknown {
            return Err(self.problem(format!("the network has no `{keys}.{key}`")));
        }
        let found = object.values().map(count_numbers).sum();
        if expected < found {
            return Err(self.problem(format!("`{keys}` has {found} numbers, but the network has {expected}")));
        }
        Ok(())
    }

    fn problem(&self, problem: String) -> LoadError {
        LoadError::Format { path: self.path(), problem }
    }
}

/// The number of numbers in a value, which may be an array of arrays.
fn count_numbers(value: &Value) -> usize {
    value.as_array().map_or(1, |values| values.iter().map(count_numbers).sum())
}
