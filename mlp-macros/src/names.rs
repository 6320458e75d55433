//! Every generated identifier. The names follow the lecture on 2-2-2; the macro's documentation states the rule.
//!
//! The user's own words are passed to `format_ident!` as arguments. If it captured them, it would keep the `r#` of
//! `r#type`.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::{ToTokens, format_ident};
use syn::ext::IdentExt as _;
use syn::{Ident, Path};

use crate::network::Function;

/// The name of a network whose declaration gives none.
pub(crate) fn unnamed() -> Ident {
    Ident::new("Mlp", Span::call_site())
}

/// `NetForward` for `Net`.
pub(crate) fn companion(name: &Ident, what: &str) -> Ident {
    format_ident!("{}{what}", name, span = Span::call_site())
}

/// Whether this word is reserved in Rust.
pub(crate) fn is_reserved(name: &Ident) -> bool {
    // syn does not know the word of edition 2024.
    name == "gen" || syn::parse2::<Ident>(name.to_token_stream()).is_err()
}

/// Whether the generated code names a type by this word.
pub(crate) fn is_type_of_code(name: &Ident) -> bool {
    ["f32", "f64", "usize"].contains(&&*name.unraw().to_string())
}

/// Whether this word is a value everywhere in Rust, so that no variable can have the name.
pub(crate) fn is_value_of_rust(name: &Ident) -> bool {
    ["Some", "None", "Ok", "Err"].contains(&&*name.unraw().to_string())
}

/// Whether each word that is reserved in Rust stands where a path may have it: `crate`, `self` and `Self` at the start,
/// `super` there or after another `super`.
pub(crate) fn is_sound(path: &Path) -> bool {
    let starts = |word: &Ident, index| path.leading_colon.is_none() && (index == 0 || word == "super");
    let goes_up = |word: &Ident| word == "self" || word == "super";
    let words: Vec<&Ident> = path.segments.iter().map(|segment| &segment.ident).collect();
    words.iter().enumerate().all(|(index, word)| {
        !is_reserved(word) || starts(word, index) && words[..index].iter().all(|before| goes_up(before))
    })
}

/// The inputs, `x` or `x1, x2, …`, and the targets, `y_true` or `y_true1, y_true2, …`.
pub(crate) fn ends(widths: &[usize]) -> [Vec<Ident>; 2] {
    [numbered("x", widths[0]), numbered("y_true", widths[widths.len() - 1])]
}

/// `x` and `y_true`: the inputs and the targets of a rolled network.
pub(crate) fn end_arrays() -> [Ident; 2] {
    ["x", "y_true"].map(|word| Ident::new(word, Span::call_site()))
}

/// `error`, or `error1, error2, …`: the differences that the squared error squares.
pub(crate) fn errors(count: usize) -> Vec<Ident> {
    numbered("error", count)
}

/// The pre-activations, activations and biases of each layer: `z1, z2, …`, `a1, a2, …`, `b1, b2, …`; the activations
/// of the output layer are `y_pred` or `y_pred1, y_pred2, …`.
pub(crate) fn neurons(widths: &[usize]) -> Vec<[Vec<Ident>; 3]> {
    let mut first = 1;
    let layer = |(index, &width): (usize, &usize)| {
        let numbers = first..first + width;
        first += width;
        let named = |letter| numbers.clone().map(|number| format_ident!("{letter}{number}")).collect();
        let is_output = index + 1 == widths.len();
        [named("z"), if is_output { numbered("y_pred", width) } else { named("a") }, named("b")]
    };
    widths.iter().enumerate().skip(1).map(layer).collect()
}

/// `z1, a1, b1`, … for each layer of a rolled network; the activations of the output layer are `y_pred`.
pub(crate) fn neuron_arrays(layers: usize) -> Vec<[Ident; 3]> {
    let layer = |number| {
        let a = if number == layers { format_ident!("y_pred") } else { format_ident!("a{number}") };
        [format_ident!("z{number}"), a, format_ident!("b{number}")]
    };
    (1..=layers).map(layer).collect()
}

/// `w{source}{target}` for each layer, source by source; `w{source}_{target}` if an index reaches 10.
pub(crate) fn weights(widths: &[usize]) -> Vec<Vec<Ident>> {
    let pairs = || widths.windows(2).map(|pair| (pair[0], pair[1]));
    let all_sources = pairs().map(|(sources, _)| sources).sum();
    let largest = pairs().map(|(_, targets)| targets).chain([all_sources]).max().unwrap_or_default();
    let separator = if largest >= 10 { "_" } else { "" };
    let mut first = 1;
    let layer = |(sources, targets)| {
        let layer = (first..first + sources)
            .flat_map(|source| (1..=targets).map(move |target| format_ident!("w{source}{separator}{target}")))
            .collect();
        first += sources;
        layer
    };
    pairs().map(layer).collect()
}

/// `w1`, `w2`, …: the weights of each layer, in a rolled network.
pub(crate) fn weight_arrays(layers: usize) -> Vec<Ident> {
    (1..=layers).map(|number| format_ident!("w{number}")).collect()
}

/// The name as people write it: without `r#`.
pub(crate) fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// `dL_dw31` for `L` and `w31`.
pub(crate) fn derivative(of: &str, by: &Ident) -> Ident {
    format_ident!("d{of}_d{}", by, span = Span::call_site())
}

/// `sigmoid_derivative` for `sigmoid`, at the same place.
pub(crate) fn sibling(function: &Ident) -> Ident {
    format_ident!("{}_derivative", function, span = function.span())
}

/// `cross_entropy_with_logits` for `cross_entropy`, at the same place: the loss from pre-activations.
pub(crate) fn with_logits(loss: &Ident) -> Ident {
    format_ident!("{}_with_logits", loss, span = loss.span())
}

/// Names that a weight must not have, because the generated functions or the trace use them for something else.
pub(crate) fn reserved(
    widths: &[usize],
    weights: &[Vec<Ident>],
    activations: &[Function],
    loss: &Function,
) -> HashSet<String> {
    let (neurons, [mut sources, targets]) = (neurons(widths), ends(widths));
    let mut names = [&*sources, &*targets, &*errors(targets.len())].concat();
    names.extend(sources.iter().map(|by| derivative("L", by)));
    for ([z, a, biases], weights) in neurons.iter().zip(weights) {
        let own = [z, a, biases].into_iter().flatten();
        names.extend(own.clone().cloned());
        names.extend(own.chain(weights).map(|by| derivative("L", by)));
        for (z, a) in z.iter().zip(a) {
            names.push(derivative(&a.to_string(), z));
            names.extend(sources.iter().chain(weights).map(|by| derivative(&z.to_string(), by)));
        }
        sources.clone_from(a);
    }
    if let (Some(activation), Some([z, predictions, _])) = (activations.last(), neurons.last()) {
        let across = predictions.iter().filter(|_| activation.is("softmax"));
        names.extend(across.flat_map(|of| z.iter().map(|by| derivative(&of.to_string(), by))));
    }
    let fixed = ["L", "x", "pass", "learning_rate", "new_network", "all_parameters"].map(String::from);
    let functions = activations.iter().chain([loss]).flat_map(Function::words);
    names.iter().map(Ident::to_string).chain(fixed).chain(functions).collect()
}

fn numbered(word: &str, count: usize) -> Vec<Ident> {
    match count {
        1 => vec![Ident::new(word, Span::call_site())],
        _ => (1..=count).map(|index| format_ident!("{word}{index}")).collect(),
    }
}
