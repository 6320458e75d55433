//! Tests of the whole macro on tokens, and of parts whose behaviour no declaration shows.

mod documentation;
mod equations;
mod expansion;
mod random_tokens;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::quote;

use crate::expand;
use crate::options;
use crate::suggest::{edit_distance, meaning};
use crate::words::{ACTIVATIONS, FOREIGN_OPTIONS, LOSSES, Meaning, Module, Values};

/// Both end at once: the one would overflow the stack, the other take half a minute to read.
#[test]
fn deep_brackets_and_long_numbers_are_refused_unread() {
    let mut deep = TokenStream::from(TokenTree::from(Literal::usize_unsuffixed(2)));
    for _ in 0..4_000 {
        deep = TokenTree::from(Group::new(Delimiter::Parenthesis, deep)).into();
    }
    let long: TokenStream = "9".repeat(100_000).parse().unwrap();
    for tokens in [deep, long] {
        for declaration in [quote!(pub struct Net: 2 => #tokens => 1), quote!(#[doc(#tokens)] pub struct Net: 2 => 1)] {
            let written = expand(declaration).to_string();
            assert_eq!(written.matches("compile_error").count(), 1);
            assert!(written.len() < 1_000);
        }
    }
    let message = |tokens: TokenStream| expand(tokens).to_string();
    assert!(message(quote!(struct Net: 2 => 1, weights = [((((((((2))))))))])).contains("not the name of a weight"));
}

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

/// A word of another library is found as it is written in the table, and leads to a word of ours.
#[test]
fn words_of_other_libraries_lead_to_ours() {
    let activations = (Module::Activation.foreign(), Module::Activation.words());
    let losses = (Module::Loss.foreign(), Module::Loss.words());
    for (foreign, known) in [activations, losses, (FOREIGN_OPTIONS, options::NAMES.to_vec())] {
        for (words, own) in foreign {
            for word in *words {
                let found = meaning(word, foreign).unwrap_or_else(|| panic!("`{word}` is not found"));
                let same = std::mem::discriminant(&found) == std::mem::discriminant(own);
                assert!(same, "`{word}` stands twice");
                assert!(!known.contains(word), "`{word}` is ours");
            }
            if let Meaning::Word(ours) = own {
                assert!(known.contains(ours), "`{ours}` is not ours");
            }
        }
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
