//! Reads the entries of an object in a file. Every error names the file and the entry.

use std::fmt::Display;
use std::path::Path;

use super::LoadError;
use super::node::{Key, Node};
use crate::Scalar;

/// An object in a file that was read. Whoever reads it says with [`only`](Self::only) which keys it may have.
pub(crate) struct Section<'a> {
    pub(super) path: &'a Path,
    /// The keys that lead to it, each with a dot behind it.
    pub(super) prefix: String,
    pub(super) entries: &'a [(Key, Node)],
    /// Whether the numbers of the network are `f32`s.
    pub(super) single: bool,
}

impl<'a> Section<'a> {
    pub(crate) fn path(&self) -> &Path {
        self.path
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn keys(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        self.entries.iter().map(|(key, _)| &**key)
    }

    pub(crate) fn section(&self, key: &str) -> Result<Self, LoadError> {
        let Some(Node::Object(entries)) = self.get(key) else { return Err(self.missing("object", key)) };
        Ok(Self { path: self.path, prefix: format!("{}{key}.", self.prefix), entries, single: self.single })
    }

    pub(crate) fn text(&self, key: &str) -> Result<&'a str, LoadError> {
        if let Some(Node::Text(text)) = self.get(key) { Ok(text) } else { Err(self.missing("text", key)) }
    }

    /// An array of texts.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, LoadError> {
        let Some(Node::Array(nodes)) = self.get(key) else { return Err(self.missing("array", key)) };
        let texts = nodes.iter().map(|node| if let Node::Text(text) = node { Some(&**text) } else { None });
        texts.collect::<Option<_>>().ok_or_else(|| self.missing("array of texts", key))
    }

    pub(crate) fn integer(&self, key: &str) -> Result<u64, LoadError> {
        self.get(key).and_then(Node::as_u64).ok_or_else(|| self.missing("integer", key))
    }

    /// A finite number that is an `f64`, whatever the scalar of the network.
    pub(crate) fn number(&self, key: &str) -> Result<f64, LoadError> {
        self.get(key).and_then(Node::as_f64).ok_or_else(|| self.missing("number", key))
    }

    /// A number of the network's scalar.
    pub(crate) fn scalar<T: Scalar>(&self, key: &str) -> Result<T, LoadError> {
        let mut slot = [T::ZERO];
        self.array(key, &[], &mut slot)?;
        Ok(slot[0])
    }

    /// Fills `slots` from an array of numbers, or from an array of arrays if there are two dimensions. The array in the
    /// file must have exactly these dimensions.
    pub(crate) fn array<T: Scalar>(&self, key: &str, dimensions: &[usize], slots: &mut [T]) -> Result<(), LoadError> {
        self.fill(&key, self.get(key), dimensions, slots)
    }

    fn fill<T: Scalar>(
        &self,
        name: &dyn Display,
        node: Option<&Node>,
        dimensions: &[usize],
        slots: &mut [T],
    ) -> Result<(), LoadError> {
        let [len, inner @ ..] = dimensions else {
            let name = || format!("{}{name}", self.prefix);
            // A file in `f32` has no number that is too large for it.
            let is_possible = |number: &f64| !self.single || f32::from_f64(*number).is_finite();
            let Some(number) = node.and_then(Node::as_f64).filter(is_possible) else {
                return Err(self.problem(format!("the number `{}` is missing or out of range", name())));
            };
            slots[0] = self.rounded(number);
            return if slots[0].is_finite() {
                Ok(())
            } else {
                Err(LoadError::Overflow { path: self.path.to_path_buf(), name: name(), value: number, scalar: T::NAME })
            };
        };
        let Some(Node::Array(nodes)) = node else {
            return Err(self.problem(format!("it has no array `{}{name}`", self.prefix)));
        };
        if nodes.len() != *len {
            let found = nodes.len();
            return Err(
                self.problem(format!("`{}{name}` has {found} elements, but the network has {len}", self.prefix))
            );
        }
        let slots = slots.chunks_mut(inner.iter().product());
        nodes.iter().zip(slots).enumerate().try_for_each(|(index, (node, slots))| {
            self.fill(&format_args!("{name}[{index}]"), Some(node), inner, slots)
        })
    }

    /// The digits of an `f32` are rounded to an `f32` first, also if an `f64` is wanted.
    fn rounded<T: Scalar>(&self, number: f64) -> T {
        T::from_f64(if self.single { f32::from_f64(number).to_f64() } else { number })
    }

    /// Refuses entries with other keys.
    pub(crate) fn only(&self, is_known: impl Fn(&str) -> bool) -> Result<(), LoadError> {
        match self.keys().find(|key| !is_known(key)) {
            Some(key) => Err(self.problem(format!("the network has no `{}{}`", self.prefix, cut(key)))),
            None => Ok(()),
        }
    }

    pub(crate) fn problem(&self, problem: String) -> LoadError {
        LoadError::Format { path: self.path.to_path_buf(), problem }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|(known, _)| known == key).map(|(_, node)| node)
    }

    fn missing(&self, kind: &str, key: &str) -> LoadError {
        self.problem(format!("it has no {kind} `{}{}`", self.prefix, cut(key)))
    }
}

/// The text for a message. A file may hold one of any length.
pub(super) fn cut(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.escape_debug().to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
