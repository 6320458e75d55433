//! Every generated identifier. The rule is the 2-2-2 lecture's; the macro's documentation states it.
//!
//! The user's own words are arguments of `format_ident!`, not captured by it: only so does it drop the `r#` of
//! `r#type`.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::{ToTokens, format_ident};
use syn::Ident;

use crate::network::{Function, Neuron};

/// What a network is called whose declaration gives it no name.
pub(crate) fn unnamed() -> Ident {
    Ident::new("Mlp", Span::call_site())
}

/// `NetForward` for `Net`.
pub(crate) fn companion(name: &Ident, what: &str) -> Ident {
    format_ident!("{}{what}", name, span = Span::call_site())
}

/// Whether Rust keeps this word for itself.
pub(crate) fn is_reserved(name: &Ident) -> bool {
    syn::parse2::<Ident>(name.to_token_stream()).is_err()
}

/// `x`, or `x1, x2, …`.
pub(crate) fn inputs(count: usize) -> Vec<Ident> {
    numbered("x", count)
}

/// `y_true`, or `y_true1, y_true2, …`.
pub(crate) fn targets(count: usize) -> Vec<Ident> {
    numbered("y_true", count)
}

/// `error`, or `error1, error2, …`: what the squared error squares.
pub(crate) fn errors(count: usize) -> Vec<Ident> {
    numbered("error", count)
}

/// `z1, a1, b1`, … for each layer; the activations of the output layer are `y_pred` or `y_pred1, y_pred2, …`.
pub(crate) fn neurons(widths: &[usize]) -> Vec<Vec<Neuron>> {
    let mut number = 0;
    let layer = |(index, &width): (usize, &usize)| {
        let predictions = if index + 1 == widths.len() { numbered("y_pred", width) } else { Vec::new() };
        (0..width)
            .map(|position| {
                number += 1;
                Neuron {
                    number,
                    z: format_ident!("z{number}"),
                    a: predictions.get(position).cloned().unwrap_or_else(|| format_ident!("a{number}")),
                    bias: format_ident!("b{number}"),
                }
            })
            .collect()
    };
    widths.iter().enumerate().skip(1).map(layer).collect()
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
pub(crate) fn weight_arrays(layers: usize) -> Vec<Vec<Ident>> {
    (1..=layers).map(|number| vec![format_ident!("w{number}")]).collect()
}

/// `dL_dw31` for `L` and `w31`.
pub(crate) fn derivative(of: &str, by: &Ident) -> Ident {
    format_ident!("d{of}_d{}", by, span = Span::call_site())
}

/// `sigmoid_derivative` for `sigmoid`, at the same place.
pub(crate) fn sibling(function: &Ident) -> Ident {
    format_ident!("{}_derivative", function, span = function.span())
}

/// Names that a weight must leave alone: what the generated functions and the trace call something else.
pub(crate) fn reserved(
    widths: &[usize],
    weights: &[Vec<Ident>],
    activations: &[Function],
    loss: &Function,
) -> HashSet<String> {
    let fixed = ["L", "pass", "learning_rate", "network", "parameters"].map(String::from);
    let functions = activations.iter().chain([loss]).flat_map(Function::words);
    let mut names: HashSet<String> = fixed.into_iter().chain(functions).collect();
    let mut reserve = |more: Vec<Ident>| names.extend(more.iter().map(Ident::to_string));
    let (layers, mut sources) = (neurons(widths), inputs(widths[0]));
    reserve(sources.clone());
    for (layer, weights) in layers.iter().zip(weights) {
        for neuron in layer {
            reserve(names_around(neuron, weights, &sources));
        }
        sources = layer.iter().map(|neuron| neuron.a.clone()).collect();
    }
    let predictions = sources;
    reserve(targets(predictions.len()));
    reserve(errors(predictions.len()));
    if activations.last().is_some_and(|activation| activation.is("softmax")) {
        for Neuron { z, .. } in layers.last().into_iter().flatten() {
            reserve(predictions.iter().map(|of| derivative(&of.to_string(), z)).collect());
        }
    }
    names
}

/// A neuron's own names and those of all derivatives of and by them.
fn names_around(neuron: &Neuron, weights: &[Ident], sources: &[Ident]) -> Vec<Ident> {
    let Neuron { z, a, bias, .. } = neuron;
    let mut names = vec![z.clone(), a.clone(), bias.clone()];
    names.extend([z, a, bias].into_iter().chain(weights).map(|by| derivative("L", by)));
    names.push(derivative(&a.to_string(), z));
    names.extend(sources.iter().chain(weights).map(|by| derivative(&z.to_string(), by)));
    names
}

fn numbered(word: &str, count: usize) -> Vec<Ident> {
    match count {
        1 => vec![Ident::new(word, Span::call_site())],
        _ => (1..=count).map(|index| format_ident!("{word}{index}")).collect(),
    }
}
