//! A model in a file: its network, its scaling, and the names of columns, categories and classes.

use std::path::Path;

use super::node::{Key, Node};
use super::section::{Section, cut};
use super::{CATEGORIES, CLASSES, COLUMNS, Load, LoadError, SaveError, UNSEEN, json};
use crate::dataset::{Column, Schema, Unseen};
use crate::{Model, Network};

const INPUTS: &str = "inputs";
const TARGETS: &str = "targets";

/// The words for what is done with values that a category does not have. Nothing is written if they are refused.
const UNSEEN_WORDS: [(Unseen, &str); 2] = [(Unseen::Zeros, "zeros"), (Unseen::OwnInput, "own input")];

/// Saving and loading need the feature `serde`.
impl<N: Network> Model<N> {
    /// Writes the network, its scaling and its names to a file. An old file is replaced only when the new one is complete.
    /// [The module](crate::model) shows an example.
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN, which JSON cannot express; if the names are unusually long; if the file cannot
    /// be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SaveError> {
        let mut sections = super::describe(&self.network)?;
        let columns = N::ARCHITECTURE.inputs.len() + N::ARCHITECTURE.targets.len();
        sections.extend(describe_names(&self.schema, columns)?);
        sections.extend(super::describe_scalings::<N, _, _, _>(&self.inputs, self.outputs.as_ref())?);
        json::write(path.as_ref(), sections)
    }

    /// Reads a model from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, does not hold this kind of network, or holds it without names.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Load::new().load_model(path)
    }

    /// Reads a model from a file that was edited, or written by another program: see
    /// [`persist::load_edited`](super::load_edited).
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), but for [`LoadError::Checksum`].
    pub fn load_edited(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Load::new().edited().load_model(path)
    }
}

/// The most bytes that all names of a model may have, in a file: a thousand for each input and output, and some.
pub(super) const fn bytes_of_names(columns: usize) -> usize {
    1000 * (columns + 1)
}

/// The sections with the names. `columns` is the number of the network's inputs and outputs.
fn describe_names(schema: &Schema, columns: usize) -> Result<Vec<(Key, Node)>, SaveError> {
    let mut bytes = 0;
    let mut texts = |texts: &mut dyn Iterator<Item = &str>| {
        let text = |text: &str| {
            bytes += text.len();
            Node::Text(text.to_owned())
        };
        Node::Array(texts.map(text).collect())
    };
    let names = vec![
        (INPUTS.into(), texts(&mut schema.columns().iter().map(Column::name))),
        (TARGETS.into(), texts(&mut schema.target().columns().iter().map(String::as_str))),
    ];
    let mut sections: Vec<(Key, Node)> = vec![(COLUMNS.into(), Node::Object(names))];
    let mut categories = Vec::new();
    for column in schema.columns() {
        if let Some(values) = column.categories() {
            let values = texts(&mut values.iter().map(String::as_str));
            categories.push((column.name().to_owned().into(), values));
        }
    }
    if !categories.is_empty() {
        sections.push((CATEGORIES.into(), Node::Object(categories)));
        if let Some((_, word)) = UNSEEN_WORDS.iter().find(|(unseen, _)| *unseen == schema.unseen_values()) {
            sections.push((UNSEEN.into(), Node::Text((*word).to_owned())));
        }
    }
    if !schema.classes().is_empty() {
        sections.push((CLASSES.into(), texts(&mut schema.classes().iter().map(String::as_str))));
    }
    let most = bytes_of_names(columns);
    if bytes > most { Err(SaveError::LongNames { bytes, most }) } else { Ok(sections) }
}

/// Reads the names. Whether they fit the network, others check.
pub(super) fn read(root: &Section<'_>) -> Result<Schema, LoadError> {
    let columns = root.section(COLUMNS)?;
    columns.only(|key| key == INPUTS || key == TARGETS)?;
    let (inputs, targets) = (columns.texts(INPUTS)?, columns.texts(TARGETS)?);
    let categories = root.has(CATEGORIES).then(|| root.section(CATEGORIES)).transpose()?;
    if let Some(categories) = &categories {
        categories.only(|key| inputs.contains(&key))?;
    }
    let mut schema = Schema::new();
    for name in inputs {
        schema = match categories.as_ref().filter(|categories| categories.has(name)) {
            Some(categories) => schema.category(name, categories.texts(name)?),
            None => schema.numbers([name]),
        };
    }
    if root.has(UNSEEN) {
        let word = root.text(UNSEEN)?;
        let known = UNSEEN_WORDS.iter().find(|(_, known)| *known == word);
        let (unseen, _) = known.ok_or_else(|| {
            let words: Vec<_> = UNSEEN_WORDS.iter().map(|(_, word)| format!("`{word}`")).collect();
            root.problem(format!("`{UNSEEN}` is `{}`, not {}", cut(word), words.join(" or ")))
        })?;
        schema = schema.unseen(*unseen);
    }
    if !root.has(CLASSES) {
        return Ok(schema.targets(targets));
    }
    match targets[..] {
        [target] => Ok(schema.class(target, root.texts(CLASSES)?)),
        _ => {
            Err(root
                .problem(format!("it has `{CLASSES}`, which are those of one target, but {} targets", targets.len())))
        }
    }
}

/// Refuses names without what belongs to them.
pub(super) fn check(root: &Section<'_>) -> Result<(), LoadError> {
    let pairs = [(UNSEEN, CATEGORIES), (CATEGORIES, COLUMNS), (CLASSES, COLUMNS), (COLUMNS, super::INPUT_SCALING)];
    match pairs.into_iter().find(|(key, needed)| root.has(key) && !root.has(needed)) {
        Some((key, needed)) => Err(root.problem(format!("it has `{key}`, but no `{needed}`"))),
        None => Ok(()),
    }
}
