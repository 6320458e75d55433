//! Whatever it is given, the macro never panics and writes Rust items. The input is 100,000 random token streams; every
//! fourth is a declaration with a few changes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

use crate::expand;

const STREAMS: u64 = 100_000;

/// The declarations that are changed; small, because a large network takes long to generate.
const DECLARATIONS: [&str; 12] = [
    "1 => 1",
    "<1 => tanh(1) => 1>;",
    "/** Learns. */ pub struct Net: 1 => 2,",
    "#[derive(Clone, Hash)] pub(crate) struct Net: 1 => self::swish(1), scalar = f32;",
    "struct Net: 1 => 1, loss = half_squared_error",
    "pub struct r#type: 0x1 => 0_1, loss = self::quartic, crate = ::mlp_core;",
    "1 => 1 => 1, weights = [w1; w2]",
    "1 => 2, weights = [w11, r#fn], scalar = f64",
    "pub(in crate::nets) struct Net: 2 => identity(1), crate = crate",
    "struct Net: 2 => crate::own::softplus(1), weights = [v1, v2,]",
    "struct Net: 1 => tanh(1) => softmax(2), loss = cross_entropy",
    "struct Net: 1 => 2, loss = binary_cross_entropy, scalar = f32",
];

#[rustfmt::skip]
const WORDS: [&str; 35] = [
    "struct", "pub", "enum", "fn", "self", "Self", "crate", "super", "in", "where", "const", "_", "Net",
    "Mlp", "tanh", "sigmoid", "loss", "scalar", "weights", "rolled", "f64", "f32", "f16",
    "softmax", "huber", "cross_entropy", "half_squared_error", "half_squared_eror", "w1", "w11", "z1", "dL_dz1", "cfg", "r#fn", "größe",
];

#[rustfmt::skip]
const LITERALS: [&str; 18] = [
    "0", "1", "2", "3", "1_0", "0x3", "0b1", "2usize", "2f64", "2.5", "1e3", "99999999999999999999", "\"3\"",
    "'3'", "b'3'", "b\"3\"", "c\"3\"", "r#\"3\"#",
];

/// An operator of two characters is two tokens; the first one is joint.
#[rustfmt::skip]
const OPERATORS: [&str; 24] = [
    "=>", "=>", "=>", "->", "::", "=", ":", ",", ";", "<", ">", "-", "#", "!", "|", "+", "*", ".", "?", "&",
    "'a", "==", ">=", "@",
];

/// Splitmix64: enough for tests, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn stream(&mut self, depth: usize) -> Vec<TokenTree> {
        let length = self.below(if depth == 0 { 10 } else { 3 });
        (0..length).flat_map(|_| self.tokens(depth)).collect()
    }

    /// One token, or the two of an operator.
    fn tokens(&mut self, depth: usize) -> Vec<TokenTree> {
        let text = match self.below(8) {
            0..3 => self.one_of(&OPERATORS),
            3..5 => self.one_of(&WORDS),
            5 | 6 => self.one_of(&LITERALS),
            _ if depth < 3 => return vec![self.group(depth)],
            _ => return vec![Literal::i64_unsuffixed(-3).into()],
        };
        text.parse::<TokenStream>().expect("the vocabulary is tokens").into_iter().collect()
    }

    fn group(&mut self, depth: usize) -> TokenTree {
        let delimiters = [Delimiter::Parenthesis, Delimiter::Bracket, Delimiter::Brace, Delimiter::None];
        let delimiter = delimiters[self.below(delimiters.len())];
        Group::new(delimiter, self.stream(depth + 1).into_iter().collect()).into()
    }

    /// A declaration with one to four changes.
    fn declaration(&mut self) -> Vec<TokenTree> {
        let declaration: TokenStream = self.one_of(&DECLARATIONS).parse().expect("declarations are tokens");
        let mut tokens = declaration.into_iter().collect();
        for _ in 0..=self.below(4) {
            self.change(&mut tokens);
        }
        tokens
    }

    /// Deletes, duplicates, wraps, replaces or swaps a token, or inserts some. Sometimes changes the contents of a
    /// group instead.
    fn change(&mut self, tokens: &mut Vec<TokenTree>) {
        let place = self.below(tokens.len() + 1);
        let Some(token) = tokens.get(place).cloned() else { return tokens.extend(self.tokens(0)) };
        let changed = match (self.below(7), &token) {
            (0..3, TokenTree::Group(group)) => vec![self.changed_group(group)],
            (0, _) => Vec::new(),
            (1, _) => vec![token.clone(), token],
            (2, _) => vec![Group::new(Delimiter::None, token.into()).into()],
            (3, _) => self.tokens(0),
            (4, _) => self.tokens(0).into_iter().chain([token]).collect(),
            _ => {
                let other = self.below(tokens.len());
                return tokens.swap(place, other);
            }
        };
        tokens.splice(place..=place, changed);
    }

    fn changed_group(&mut self, group: &Group) -> TokenTree {
        let mut inside = group.stream().into_iter().collect();
        self.change(&mut inside);
        Group::new(group.delimiter(), inside.into_iter().collect()).into()
    }
}

/// Whether the output is a network. Panics unless it is either a network or messages.
fn is_accepted(tokens: &TokenStream) -> bool {
    let output = catch_unwind(AssertUnwindSafe(|| expand(tokens.clone())));
    let output = output.unwrap_or_else(|_| panic!("the macro panics on `{tokens}`"));
    let file: syn::File = syn::parse2(output).unwrap_or_else(|error| panic!("no items from `{tokens}`: {error}"));
    let is_network = |item: &syn::Item| matches!(item, syn::Item::Impl(item) if item.trait_.is_some());
    let is_error = |item: &syn::Item| match item {
        syn::Item::Macro(item) => item.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error"),
        _ => false,
    };
    let is_message = |item: &syn::Item| match item {
        syn::Item::Mod(item) => item.content.iter().any(|(_, items)| items.iter().all(is_error)),
        item => is_error(item),
    };
    let accepted = file.items.iter().any(is_network);
    assert_ne!(
        accepted,
        file.items.iter().any(is_message),
        "the output for `{tokens}` must be either a network or messages"
    );
    accepted
}

#[test]
fn random_tokens_become_networks_or_messages() {
    let mut chance = Chance(1);
    let mut accepted = 0;
    for number in 0..STREAMS {
        let tokens = if number % 4 == 0 { chance.declaration() } else { chance.stream(0) };
        accepted += u64::from(is_accepted(&tokens.into_iter().collect()));
    }
    let outcomes = [accepted, STREAMS - accepted];
    assert!(outcomes.iter().all(|count| *count >= STREAMS / 100), "accepted and refused: {outcomes:?}");
}
