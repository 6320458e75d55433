//! Tests of the whole macro on tokens, and of parts whose behaviour no declaration shows.

mod expansion;
mod random_tokens;

use crate::suggest::edit_distance;
use crate::words::{ACTIVATIONS, LOSSES, Values};

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

/// The macro's words, and its facts about them, equal mlp-core's.
#[test]
fn words_and_their_facts_are_those_of_mlp_core() {
    use mlp_core::__private::{activation, loss};

    let values = |those: activation::BuiltIn| match those.range() {
        _ if those == activation::BuiltIn::softmax => Values::Distribution,
        [0.0, 1.0] => Values::Probabilities,
        _ => Values::Any,
    };
    let known: Vec<_> = ACTIVATIONS.iter().map(|activation| (activation.word, activation.values)).collect();
    let those: Vec<_> = activation::BuiltIn::ALL.iter().map(|&those| (those.word(), values(those))).collect();
    assert_eq!(known, those);

    let needs = |targets| match targets {
        loss::Targets::Any => Values::Any,
        loss::Targets::Probabilities => Values::Probabilities,
        loss::Targets::Distribution => Values::Distribution,
    };
    let known: Vec<_> =
        LOSSES.iter().map(|loss| (loss.word, loss.is_averaged, loss.needs, loss.cancels_with)).collect();
    let those: Vec<_> = loss::BuiltIn::ALL
        .iter()
        .map(|those| {
            let cancels_with = those.cancels_with().map(activation::BuiltIn::word);
            (those.word(), those.is_averaged(), needs(those.targets()), cancels_with)
        })
        .collect();
    assert_eq!(known, those);
}
