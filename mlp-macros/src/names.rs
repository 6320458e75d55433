//! Every generated identifier. The rule is the 2-2-2 lecture's; the macro's documentation states it.
//!
//! The user's own words are arguments of `format_ident!`, not captured by it: only so does it drop the `r#` of
//! `r#type`.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::{ToTokens, format_ident};
use syn::Ident;

use crate::network::{Function, Layer, Network, Neuron};

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

/// `z1, a1, b1`, …; the activations of the output layer are `y_pred` or `y_pred1, y_pred2, …`.
pub(crate) fn neurons(widths: &[usize]) -> Vec<Vec<Neuron>> {
    let mut number = 0;
    let layers = widths.len();
    let layer = |(index, &width): (usize, &usize)| {
        let predictions = if index + 1 == layers { numbered("y_pred", width) } else { Vec::new() };
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
    widths.iter().enumerate().map(layer).collect()
}

/// `w{source}{target}` for each layer, source by source; `w{source}_{target}` if an index reaches 10.
pub(crate) fn weights(inputs: usize, widths: &[usize]) -> Vec<Vec<Ident>> {
    let sources: Vec<usize> = std::iter::once(inputs).chain(widths.iter().copied()).take(widths.len()).collect();
    let largest = widths.iter().copied().chain([sources.iter().sum()]).max().unwrap_or_default();
    let separator = if largest >= 10 { "_" } else { "" };
    let mut first = 1;
    let layer = |(&sources, &targets): (&usize, &usize)| {
        let layer = (first..first + sources)
            .flat_map(|source| (1..=targets).map(move |target| format_ident!("w{source}{separator}{target}")))
            .collect();
        first += sources;
        layer
    };
    sources.iter().zip(widths).map(layer).collect()
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
pub(crate) fn reserved(network: &Network) -> HashSet<String> {
    let fixed = ["L", "pass", "learning_rate", "network", "parameters"].map(String::from);
    let outputs = network.output().neurons.len();
    let values = network.inputs.iter().chain(&network.targets).map(Ident::to_string);
    let errors = errors(outputs).into_iter().map(|error| error.to_string());
    let neurons = network.layers_with_sources().flat_map(|(layer, sources)| {
        layer.neurons.iter().flat_map(move |neuron| names_around(neuron, layer, &sources)).collect::<Vec<_>>()
    });
    let output = network.output();
    let across = output
        .neurons
        .iter()
        .filter(|_| output.is_softmax())
        .flat_map(|of| output.neurons.iter().map(|by| derivative(&of.a.to_string(), &by.z).to_string()));
    let functions = network.functions().flat_map(Function::words);
    fixed.into_iter().chain(values).chain(errors).chain(neurons).chain(across).chain(functions).collect()
}

/// A neuron's own names and those of all derivatives of and by them.
fn names_around(neuron: &Neuron, layer: &Layer, sources: &[&Ident]) -> Vec<String> {
    let Neuron { z, a, bias, .. } = neuron;
    let mut names = vec![z.clone(), a.clone(), bias.clone()];
    names.extend([z, a, bias].into_iter().chain(&layer.weights).map(|by| derivative("L", by)));
    names.push(derivative(&a.to_string(), z));
    names.extend(sources.iter().copied().chain(&layer.weights).map(|by| derivative(&z.to_string(), by)));
    names.iter().map(Ident::to_string).collect()
}

fn numbered(word: &str, count: usize) -> Vec<Ident> {
    match count {
        1 => vec![Ident::new(word, Span::call_site())],
        _ => (1..=count).map(|index| format_ident!("{word}{index}")).collect(),
    }
}
