//! The values of a file: what JSON can say, with the order of the entries and every key as often as it stands there.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt::{self, Formatter};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, SerializeMap as _, Serializer};

use super::SaveError;
use crate::{Name, Scalar};

pub(crate) type Key = Cow<'static, str>;

/// A JSON value that a file may hold. `null` and booleans are none.
pub(crate) enum Node {
    Text(String),
    /// A number without a fraction, written as such.
    Integer(u64),
    Number(f64),
    Array(Vec<Node>),
    Object(Vec<(Key, Node)>),
}

impl Node {
    /// The number with the fewest digits that is read back as `value`: 0.1 for the `f32` 0.1.
    pub(crate) fn number<T: Scalar>(name: Name, value: T) -> Result<Self, SaveError> {
        if !value.is_finite() {
            return Err(SaveError::NotFinite { name });
        }
        let exact = value.to_f64();
        // Rounding the digits to `f64` and then to `f32` is not always rounding them to `f32`.
        let short = value.to_string().parse().ok().filter(|&short| T::from_f64(short) == value);
        Ok(Self::Number(short.unwrap_or(exact)))
    }

    /// The numbers, each with its name for errors.
    pub(crate) fn array<T: Scalar>(names: impl Iterator<Item = Name>, values: &[T]) -> Result<Self, SaveError> {
        // `values` comes first, so that `zip` takes no name beyond the last value.
        let numbers = values.iter().zip(names).map(|(&value, name)| Self::number(name, value));
        Ok(Self::Array(numbers.collect::<Result<_, _>>()?))
    }

    #[allow(clippy::cast_precision_loss, reason = "a number is rounded to the nearest, however it is written")]
    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn as_u64(&self) -> Option<u64> {
        if let Self::Integer(integer) = self { Some(*integer) } else { None }
    }

    /// A key that an object in it has twice.
    pub(super) fn doubled_key(&self) -> Option<&Key> {
        match self {
            Self::Array(nodes) => nodes.iter().find_map(Self::doubled_key),
            Self::Object(entries) => doubled_key(entries),
            _ => None,
        }
    }
}

/// A key that these entries or an object in them have twice.
pub(super) fn doubled_key(entries: &[(Key, Node)]) -> Option<&Key> {
    let mut keys: Vec<_> = entries.iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    let doubled = keys.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    doubled.or_else(|| entries.iter().find_map(|(_, node)| node.doubled_key()))
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_u64(*integer),
            // serde_json would write `null`.
            Self::Number(number) if !number.is_finite() => Err(S::Error::custom("a number is infinite or NaN")),
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Array(nodes) => serializer.collect_seq(nodes),
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, node)| map.serialize_entry(key, node))?;
                map.end()
            }
        }
    }
}

/// Reads a value and counts all values in it down, so that a short text of many zeros cannot fill the memory.
pub(super) struct Bounded<'a> {
    pub(super) values_left: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let left = self.values_left.get().checked_sub(1);
        self.values_left.set(left.ok_or_else(|| de::Error::custom("it has more values than the network can need"))?);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, an array or an object")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_u64<E>(self, integer: u64) -> Result<Node, E> {
        Ok(Node::Integer(integer))
    }

    /// Only negative integers come here.
    #[allow(clippy::cast_precision_loss, reason = "a number is rounded to the nearest, however it is written")]
    fn visit_i64<E>(self, integer: i64) -> Result<Node, E> {
        Ok(Node::Number(integer as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = sequence.next_element_seed(Self { ..self })? {
            nodes.push(node);
        }
        Ok(Node::Array(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            entries.push((Cow::Owned(key), map.next_value_seed(Self { ..self })?));
        }
        Ok(Node::Object(entries))
    }
}
