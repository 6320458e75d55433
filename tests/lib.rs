//! Holds no code of its own: it runs the README's as documentation tests.
#![doc = include_str!("../README.md")]
