//! Holds no code: the README's is run as documentation tests.
#![doc = include_str!("../README.md")]
