//! Checks each part of a declaration, reports every mistake, and builds the [`Network`].

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::{LitInt, parse2};

use crate::attributes;
use crate::declaration::{Declaration, LayerDeclaration};
use crate::errors::Errors;
use crate::header::Header;
use crate::names;
use crate::network::{Form, Function, Layer, Network};
use crate::options::{Options, is_rolled};
use crate::widths::{self, UNROLLED_LIMIT};
use crate::words::{Module, Values};

/// `None` only if a mistake was reported.
pub(crate) fn network(declaration: Declaration, errors: &mut Errors) -> Option<Form> {
    let Declaration { mut header, shape, options } = declaration;
    let rolled = options.iter().any(|option| is_rolled(&option.name));
    header.attributes = attributes::resolve(header.attributes, rolled, errors);
    let widths = widths::resolve(&shape, rolled, errors);
    let activations = resolve_activations(&shape, errors);
    let options = Options::resolve(options, rolled, errors);
    check_softmax(&shape, &activations, &options.loss, rolled, errors);
    check_loss(&shape, &activations, &options.loss, errors);
    let widths = widths?;
    let activations: Vec<_> =
        activations.into_iter().map(|activation| activation.unwrap_or_else(Function::sigmoid)).collect();
    Some(in_form(rolled, header, options, &widths, activations, errors))
}

/// Names everything and builds the network.
fn in_form(
    rolled: bool,
    header: Header,
    options: Options,
    widths: &[usize],
    activations: Vec<Function>,
    errors: &mut Errors,
) -> Form {
    if rolled {
        if let Some(weights) = &options.weights {
            weights.refuse_in_rolled(errors);
        }
        let depth = activations.len();
        let layers = layers(widths, activations, names::weight_arrays(depth), names::neuron_arrays(depth));
        let on_heap = !options.inline;
        Form::Rolled(Network { on_heap, ..build(header, options, names::end_arrays(), layers) })
    } else {
        let weights = match &options.weights {
            Some(weights) => weights.resolve(widths, &activations, &options.loss, errors),
            None => names::weights(widths),
        };
        let layers = layers(widths, activations, weights, names::neurons(widths));
        Form::Unrolled(build(header, options, names::ends(widths), layers))
    }
}

fn build<N>(header: Header, options: Options, [inputs, targets]: [N; 2], layers: Vec<Layer<N>>) -> Network<N> {
    Network {
        attributes: header.attributes,
        visibility: header.visibility,
        name: header.name.unwrap_or_else(names::unnamed),
        scalar: options.scalar,
        core: options.core,
        loss: options.loss,
        inputs,
        layers,
        targets,
        on_heap: false,
    }
}

fn layers<N>(widths: &[usize], activations: Vec<Function>, weights: Vec<N>, neurons: Vec<[N; 3]>) -> Vec<Layer<N>> {
    let layers = widths.windows(2).zip(activations).zip(weights).zip(neurons);
    let named = layers.map(|(((pair, activation), weights), [z, a, biases])| {
        let (fan_in, width) = (pair[0], pair[1]);
        Layer { activation, fan_in, width, weights, biases, z, a }
    });
    named.collect()
}

/// The layers' activations; `None` where the meaning is unclear, which is reported. Layers with the same activation
/// share the tokens of its first use, so that a mistake in it is reported once. Pinned by tests/ui/activation.rs.
fn resolve_activations(shape: &[LayerDeclaration], errors: &mut Errors) -> Vec<Option<Function>> {
    let mut known: HashMap<String, Option<Function>> = HashMap::new();
    let mut resolve = |layer: &LayerDeclaration| {
        let Some(tokens) = &layer.activation else {
            // Anything that is not a width is reported with the widths.
            let is_width = matches!(layer.width.clone().into_iter().next(), Some(TokenTree::Literal(_)));
            return is_width.then(Function::sigmoid);
        };
        let Some(activation) = Function::parse(Module::Activation, tokens.clone()) else {
            errors.report(
                tokens,
                "this is not an activation: write a word, `tanh(3)`, or the path of your function, `self::swish(3)`",
            );
            return None;
        };
        let judge = || match activation.unknown() {
            Some(message) => {
                errors.report(tokens, message);
                None
            }
            None => Some(activation.clone()),
        };
        known.entry(activation.to_string()).or_insert_with(judge).clone()
    };
    shape.iter().skip(1).map(&mut resolve).collect()
}

/// Softmax gives class probabilities, so it belongs on the output layer. The probability of a single class is always 1.
/// Pinned by tests/ui/pairs.rs.
fn check_softmax(
    shape: &[LayerDeclaration],
    activations: &[Option<Function>],
    loss: &Function,
    rolled: bool,
    errors: &mut Errors,
) {
    let is_softmax = |activation: &Option<Function>| activation.as_ref().is_some_and(|known| known.is("softmax"));
    for (index, layer) in shape.iter().enumerate().skip(1).filter(|(index, _)| is_softmax(&activations[index - 1])) {
        if index + 1 < shape.len() {
            let message = "`softmax` is for the output layer, where it gives class probabilities: write another \
                           activation here, such as `tanh`";
            errors.report(&layer.activation, message);
            continue;
        }
        let Ok(outputs) = parse2::<LitInt>(layer.width.clone()).and_then(|width| width.base10_parse::<u128>()) else {
            continue;
        };
        if outputs == 1 {
            let message = "softmax of one output is always 1: write `sigmoid(1)`, or an output for each class, such as \
                           `softmax(2)`";
            errors.report(&layer.tokens, message);
        } else if !rolled && outputs.saturating_mul(outputs) > UNROLLED_LIMIT && !loss.is("cross_entropy") {
            let message = format!(
                "`{loss}` needs the derivative of each of the {outputs} predictions with respect to each \
                 pre-activation, and the limit is {UNROLLED_LIMIT} derivatives: write `loss = cross_entropy`, which \
                 needs none of them, the option `rolled`, which sums them in a loop, or fewer outputs"
            );
            errors.report(&layer.tokens, message);
        }
    }
}

/// The cross-entropies compare probabilities, so the output layer must give them. Pinned by tests/ui/pairs.rs.
fn check_loss(shape: &[LayerDeclaration], activations: &[Option<Function>], loss: &Function, errors: &mut Errors) {
    let (Some(Some(activation)), Some(layer)) = (activations.last(), shape.last()) else { return };
    let width = compact(&layer.width);
    let needs = loss.as_loss().map_or(Values::Any, |loss| loss.needs);
    // The user's own activation may stay between 0 and 1; the macro cannot know. It cannot sum to 1: for that it would
    // have to see all neurons, and it sees one.
    let gives = activation.values().unwrap_or(Values::Probabilities);
    if gives >= needs {
        return;
    }
    let (needed, advice) = match (needs, &*width) {
        (Values::Distribution, "1") => {
            ("that sum to 1", "for one output write `sigmoid(1)` and `loss = binary_cross_entropy`".to_owned())
        }
        (Values::Distribution, _) => ("that sum to 1", format!("write `softmax({width})` there")),
        _ => ("from 0 to 1", format!("write `sigmoid({width})` there")),
    };
    let message =
        format!("`{loss}` needs predictions {needed}, and the output layer is `{activation}({width})`: {advice}");
    errors.report(loss.call(), message);
}

/// Without spaces.
pub(crate) fn compact(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}
