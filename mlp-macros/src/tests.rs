//! What the whole compiler does with tokens, and what its parts do where no declaration shows it.

mod expansion;
mod random_tokens;

use crate::options::edit_distance;

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
