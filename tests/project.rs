//! What the project promises besides numbers: messages, packages, documents. Most of these tests run cargo.
//!
//! One program, as in `bits.rs`.

mod auto_traits;
mod cargo_expand;
mod dependencies;
mod editor;
mod examples;
mod no_std;
mod packages;
mod produced_code;
mod readme;
mod ui;
mod unknown_names;
