//! The checksum of a file's contents.
//!
//! It covers what was read, not the text: the keys and their order, the texts, and the bits of the numbers. So another
//! indentation or another line ending changes nothing, and neither does `1` for `1.0`.

use super::node::{Key, Node};
use crate::crc64::Crc64;

/// The checksum of an object with these entries.
pub(super) fn checksum(entries: &[(Key, Node)]) -> u64 {
    let mut crc = Crc64::new();
    crc.object(entries);
    crc.value()
}

impl Crc64 {
    /// Every part begins with a letter for its kind and says how long it is, so that two contents never are the same
    /// bytes.
    fn node(&mut self, node: &Node) {
        match node {
            Node::Text(text) => {
                self.bytes(b"t");
                self.text(text);
            }
            Node::Integer(integer) if integer.leading_zeros() + integer.trailing_zeros() < 11 => {
                // It has more than the 53 bits that an `f64` can hold.
                self.bytes(b"i");
                self.bytes(&integer.to_le_bytes());
            }
            Node::Integer(_) | Node::Number(_) => {
                self.bytes(b"n");
                self.bytes(&node.as_f64().unwrap_or_default().to_bits().to_le_bytes());
            }
            Node::Array(nodes) => {
                self.bytes(b"a");
                self.count(nodes.len());
                for node in nodes {
                    self.node(node);
                }
            }
            Node::Object(entries) => self.object(entries),
        }
    }

    fn object(&mut self, entries: &[(Key, Node)]) {
        self.bytes(b"o");
        self.count(entries.len());
        for (key, node) in entries {
            self.text(key);
            self.node(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    #[test]
    fn tells_contents_apart_but_not_texts() {
        let of = |json: &str| match parse(json.as_bytes(), 10).unwrap() {
            Node::Object(entries) => checksum(&entries),
            _ => unreachable!("all of them are objects"),
        };
        let different = [
            r#"{"a": 1, "b": 2}"#,
            r#"{"b": 2, "a": 1}"#,
            r#"{"a": 1, "b": -2}"#,
            r#"{"a": "1", "b": 2}"#,
            r#"{"a": [1], "b": 2}"#,
            r#"{"a": [1, 2]}"#,
            r#"{"a": [[1], 2]}"#,
            r#"{"a": [[1, 2]]}"#,
            r#"{"a": {"b": 2}}"#,
            r#"{"a": 0.0}"#,
            r#"{"a": -0.0}"#,
            r#"{"a": 18446744073709551615}"#,
            r#"{"a": 18446744073709551614}"#,
            r#"{"a": 18446744073709551616}"#,
            r#"{"ab": "c"}"#,
            r#"{"a": "bc"}"#,
        ];
        for (index, one) in different.iter().enumerate() {
            assert!(different[..index].iter().all(|other| of(one) != of(other)), "{one}");
        }
        for (one, other) in [
            (r#"{"a":1.0,"b":[100.0,0.5]}"#, "{ \"a\" : 1,\r\n\t\"b\" : [1e2, 5E-1] }"),
            (r#"{"a": "w11"}"#, r#"{"\u0061": "\u007711"}"#),
            (r#"{"a": 9007199254740994}"#, r#"{"a": 9007199254740994.0}"#),
        ] {
            assert_eq!(of(one), of(other), "{one}");
        }
    }
}
