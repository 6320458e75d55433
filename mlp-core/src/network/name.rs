//! The names of the values of a network.
//!
//! In an unrolled network every value has a word of its own, `w11`. In a [rolled](crate::rolled) network it is an
//! element of an array, and its name is the expression that reads it: `w1[0][10]`.
//!
//! ```
//! use mlp_core::network::Names;
//!
//! let listed = Names::Listed(&["w11", "w21"]);
//! assert_eq!(listed.iter().collect::<Vec<_>>(), ["w11", "w21"]);
//! let matrix = Names::Matrix { name: "w1", rows: 2, columns: 1 };
//! assert_eq!(matrix.iter().collect::<Vec<_>>(), ["w1[0][0]", "w1[1][0]"]);
//! ```

use core::fmt::{self, Debug, Display, Formatter, Write};
#[cfg(feature = "alloc")]
use core::ops::Range;

/// The name of one value: `w11`, or `w1[0][10]`. It can be compared with strings.
///
/// ```
/// use mlp_core::network::{Name, Names};
///
/// let name = Names::Matrix { name: "w1", rows: 2, columns: 11 }.get(10).unwrap();
/// assert_eq!(name, "w1[0][10]");
/// assert_eq!(name.to_string(), "w1[0][10]");
/// assert_eq!(Name::from("w11"), "w11");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name(Parts);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    Word(&'static str),
    Element(&'static str, usize),
    Entry(&'static str, usize, usize),
}

/// The names of a list of values.
///
/// ```
/// use mlp_core::network::Names;
///
/// let biases = Names::Array { name: "b1", len: 3 };
/// assert_eq!((biases.len(), biases.is_empty()), (3, false));
/// assert_eq!(biases.get(2).unwrap(), "b1[2]");
/// assert_eq!(biases.get(3), None);
/// assert_eq!(Names::Listed(&["b1", "b2"]).iter().collect::<Vec<_>>(), ["b1", "b2"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Names {
    /// Each value has a word of its own: `b1`, `b2`.
    Listed(&'static [&'static str]),
    /// The values are the elements of an array: `b1[0]`, `b1[1]`.
    Array {
        /// `b1`
        name: &'static str,
        /// The number of elements.
        len: usize,
    },
    /// The values are the elements of an array of arrays, row by row: `w1[0][0]`, `w1[0][1]`.
    Matrix {
        /// `w1`
        name: &'static str,
        /// The number of rows; for weights, one for each source.
        rows: usize,
        /// The length of a row; for weights, one element for each neuron.
        columns: usize,
    },
}

impl From<&'static str> for Name {
    fn from(word: &'static str) -> Self {
        Self(Parts::Word(word))
    }
}

impl Names {
    /// How many values there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Listed(words) => words.len(),
            Self::Array { len, .. } => *len,
            Self::Matrix { rows, columns, .. } => *rows * *columns,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the value at `index`; `None` if `index` is out of range.
    #[must_use]
    pub const fn get(&self, index: usize) -> Option<Name> {
        if index >= self.len() {
            return None;
        }
        let parts = match *self {
            Self::Listed(words) => Parts::Word(words[index]),
            Self::Array { name, .. } => Parts::Element(name, index),
            Self::Matrix { name, columns, .. } => Parts::Entry(name, index / columns, index % columns),
        };
        Some(Name(parts))
    }

    /// Which of the values have this name: one, or all if it is the name of their array.
    #[cfg(feature = "alloc")]
    pub(crate) fn find(&self, name: Name) -> Option<Range<usize>> {
        match *self {
            Self::Array { name: array, .. } | Self::Matrix { name: array, .. } if name == array => Some(0..self.len()),
            _ => {
                // A user may have written the name as one word.
                let is_it = |own: Name| own == name || matches!(name.0, Parts::Word(word) if own == word);
                let index = self.iter().position(is_it)?;
                Some(index..index + 1)
            }
        }
    }

    /// The names, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = Name> + Clone + use<> {
        let names = *self;
        (0..names.len()).filter_map(move |index| names.get(index))
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Parts::Word(word) => f.write_str(word),
            Parts::Element(array, index) => write!(f, "{array}[{index}]"),
            Parts::Entry(array, row, column) => write!(f, "{array}[{row}][{column}]"),
        }
    }
}

impl Debug for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, text: &str) -> bool {
        let mut rest = Unmatched(text);
        write!(rest, "{self}").is_ok() && rest.0.is_empty()
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

impl PartialEq<Name> for &str {
    fn eq(&self, name: &Name) -> bool {
        name == self
    }
}

/// The part of a text not matched yet. Each write strips a prefix, so that a name is compared without an allocation.
struct Unmatched<'a>(&'a str);

impl Write for Unmatched<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}
