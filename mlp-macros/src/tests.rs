//! What the whole compiler does with tokens, and what its parts do where no declaration shows it.

mod expansion;
mod random_tokens;

use crate::network::{ACTIVATION, LOSS, Module};
use crate::suggest::edit_distance;

#[test]
fn edit_distance_counts_insertions_deletions_and_replacements() {
    let cases = [
        ("", "", 0),
        ("", "loss", 4),
        ("loss", "", 4),
        ("scalar", "scalar", 0),
        ("scaler", "scalar", 1),
        ("weight", "weights", 1),
        ("wweights", "weights", 1),
        ("lsos", "loss", 2),
        ("kitten", "sitting", 3),
        ("größe", "grosse", 3),
    ];
    for (a, b, distance) in cases {
        assert_eq!(edit_distance(a, b), distance, "from {a} to {b}");
        assert_eq!(edit_distance(b, a), distance, "from {b} to {a}");
    }
}

/// What a declaration may use is what mlp-core has: every function with a `_derivative`.
#[test]
fn words_are_those_of_the_modules() {
    for (Module { words, .. }, source) in [
        (ACTIVATION, include_str!("../../mlp-core/src/activation.rs")),
        (LOSS, include_str!("../../mlp-core/src/loss.rs")),
    ] {
        let functions = source.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split(['<', '(']).next());
        let differentiated: Vec<_> = functions.filter_map(|name| name.strip_suffix("_derivative")).collect();
        assert_eq!(differentiated, words);
    }
}
