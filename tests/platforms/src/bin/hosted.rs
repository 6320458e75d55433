//! Prints all lines on a target with an operating system.

use std::io::Write as _;

fn main() {
    let mut lines = String::new();
    mlp_platforms::print(&mut lines).expect("a string takes every line");
    std::io::stdout().write_all(lines.as_bytes()).expect("standard output is open");
}
