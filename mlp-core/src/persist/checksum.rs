//! The checksum of a file's contents.
//!
//! It covers what was read, not the text: the keys and their order, the texts, and the bits of the numbers. So another
//! indentation or another line ending changes nothing, and neither does `1` for `1.0`.
//!
//! CRC-64/XZ finds every change that touches at most 64 consecutive bits, so it finds every change of a single number
//! and of a single letter. It finds all other changes but one in 2⁶⁴. It is no protection against intent.

use super::node::{Key, Node};

/// The checksum of an object with these entries.
pub(super) fn checksum(entries: &[(Key, Node)]) -> u64 {
    let mut crc = Crc64(u64::MAX);
    crc.object(entries);
    !crc.0
}

struct Crc64(u64);

/// The remainders of each byte.
const TABLE: [u64; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut remainder = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            let carry = remainder & 1;
            remainder >>= 1;
            if carry == 1 {
                remainder ^= 0xC96C_5795_D787_0F42;
            }
            bit += 1;
        }
        table[byte] = remainder;
        byte += 1;
    }
    table
};

impl Crc64 {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let [lowest, ..] = self.0.to_le_bytes();
            self.0 = TABLE[usize::from(lowest ^ byte)] ^ (self.0 >> 8);
        }
    }

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

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes(text.as_bytes());
    }

    fn count(&mut self, count: usize) {
        self.bytes(&(count as u64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    /// The check value that every catalogue of CRCs gives.
    #[test]
    fn is_crc_64_xz() {
        let mut crc = Crc64(u64::MAX);
        crc.bytes(b"123456789");
        assert_eq!(!crc.0, 0x995D_C9BB_DF19_39FA);
    }

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
