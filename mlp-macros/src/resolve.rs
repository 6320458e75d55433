//! Checks each part of a declaration, reports every mistake, and builds the [`Network`].

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{LitInt, parse2};

use crate::attributes;
use crate::declaration::{Declaration, LayerDeclaration};
use crate::errors::Errors;
use crate::header::Header;
use crate::names;
use crate::network::{Form, Function, Layer, Network};
use crate::options::{Options, is_rolled};
use crate::words::{Module, Values};

/// In debug builds rustc overflows its stack at about 2,900 `let`s in one block; `1 => 30 => 30 => 1`, with 1,021
/// parameters, has 3,034. In release builds compile time grows faster than the code from about 2,400 parameters on.
const UNROLLED_LIMIT: u128 = 600;

/// The arrays of a layer's values are on the stack, in debug builds in several copies. At this limit a step needs less
/// than half of the 2 MiB that a thread has.
const ROLLED_LIMIT: u128 = 10_000;

/// `None` only if a mistake was reported.
pub(crate) fn network(declaration: Declaration, errors: &mut Errors) -> Option<Form> {
    let Declaration { mut header, shape, options } = declaration;
    let rolled = options.iter().any(|option| is_rolled(&option.name));
    header.attributes = attributes::resolve(header.attributes, rolled, errors);
    let widths = resolve_widths(&shape, rolled, errors);
    let activations = resolve_activations(&shape, errors);
    let options = Options::resolve(options, errors);
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
        Form::Rolled(build(header, options, names::end_arrays(), layers))
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

/// The number of inputs and the layers' widths.
fn resolve_widths(shape: &[LayerDeclaration], rolled: bool, errors: &mut Errors) -> Option<Vec<usize>> {
    let (inputs, layers) = shape.split_first()?;
    if let Some(activation) = &inputs.activation {
        // Pinned by tests/ui/activation.rs.
        errors.report(activation, "the inputs have no activation: write their number alone, such as `2`");
    }
    let widths: Vec<_> =
        shape.iter().enumerate().map(|(index, layer)| resolve_width(layer, index > 0, errors)).collect();
    let is_number = matches!(inputs.width.clone().into_iter().last(), Some(TokenTree::Literal(_)));
    if layers.is_empty() && is_number {
        // Pinned by tests/ui/inputs_only.rs.
        errors.report(&inputs.tokens, "these are the inputs only: add a layer, such as `=> 1`");
    }
    let widths: Vec<usize> = widths.into_iter().collect::<Option<_>>()?;
    if let Some(message) = if rolled { too_wide(&widths) } else { too_large(&widths) } {
        let (first, last) = (&inputs.tokens, &shape.last()?.tokens);
        errors.report(quote!(#first #last), message);
        return None;
    }
    (!layers.is_empty()).then_some(widths)
}

/// Pinned by `tests/ui/too_large.rs`.
fn too_large(widths: &[usize]) -> Option<String> {
    let parameters = widths.windows(2).fold(0_u128, |sum, pair| {
        let (sources, targets) = (pair[0] as u128, pair[1] as u128);
        sum.saturating_add((sources + 1).saturating_mul(targets))
    });
    (parameters > UNROLLED_LIMIT).then(|| {
        format!(
            "this network has {parameters} parameters, and the limit is {UNROLLED_LIMIT}: each becomes several \
             statements in one function, and rustc overflows its stack on much longer functions; write the option \
             `rolled`, which generates arrays and loops instead, or smaller widths"
        )
    })
}

/// Pinned by `tests/ui/too_large.rs`.
fn too_wide(widths: &[usize]) -> Option<String> {
    let values = widths.iter().fold(0_u128, |sum, &width| sum.saturating_add(width as u128));
    (values > ROLLED_LIMIT).then(|| {
        format!(
            "this network has {values} inputs and neurons, and the limit is {ROLLED_LIMIT} in a rolled network, \
             because their values are on the stack: write smaller widths"
        )
    })
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

/// Pinned by tests/ui/width.rs.
fn resolve_width(layer: &LayerDeclaration, may_have_activation: bool, errors: &mut Errors) -> Option<usize> {
    if !layer.rest.is_empty() {
        errors.report(
            &layer.rest,
            "this is unexpected after the layer: a layer is `3` or `tanh(3)`, and options follow a comma",
        );
    }
    let tokens: Vec<TokenTree> = layer.width.clone().into_iter().collect();
    match (&*tokens, &layer.activation) {
        ([TokenTree::Literal(literal)], _) => integer(&literal.into_token_stream(), errors),
        // `read_shape` reports a missing width.
        ([], None) => None,
        ([], Some(activation)) => {
            errors.report(&layer.tokens, format!("the width is missing: write `{}(3)`", compact(activation)));
            None
        }
        (tokens, activation) => {
            errors.report(&layer.width, no_width(tokens, may_have_activation && activation.is_none()));
            None
        }
    }
}

/// The message for tokens that are not an integer, which says what to write instead.
fn no_width(tokens: &[TokenTree], may_be_activation: bool) -> String {
    let is_path =
        |tokens: &[TokenTree]| Function::parse(Module::Activation, tokens.iter().cloned().collect()).is_some();
    let text = compact(&tokens.iter().cloned().collect());
    match tokens {
        [TokenTree::Punct(sign), TokenTree::Literal(_)] if sign.as_char() == '-' => negative(&text),
        [word @ .., TokenTree::Literal(_) | TokenTree::Group(_)] if may_be_activation && is_path(word) => {
            let activation = compact(&word.iter().cloned().collect());
            format!("the width of an activation goes in parentheses: write `{activation}(3)`")
        }
        _ if may_be_activation && is_path(tokens) => {
            format!("`{text}` is not a width: write an integer, such as `3`, or, if it is an activation, `{text}(3)`")
        }
        _ => format!("`{text}` is not a width: write an integer from 1 up, such as `3`"),
    }
}

fn integer(literal: &TokenStream, errors: &mut Errors) -> Option<usize> {
    let message = match parse2::<LitInt>(literal.clone()) {
        // A macro or another program may generate one negative token.
        _ if literal.to_string().starts_with('-') => negative(&literal.to_string()),
        Err(_) => format!("`{literal}` is not an integer: write a width from 1 up, such as `3`"),
        Ok(width) if !width.suffix().is_empty() => format!("a width has no suffix: write `{}`", width.base10_digits()),
        Ok(width) => match width.base10_parse::<usize>() {
            Err(_) => format!("the width {literal} is too large: write a smaller one, such as `3`"),
            Ok(0) => "a layer of width 0 passes nothing on: write an integer from 1 up".to_owned(),
            Ok(width) => return Some(width),
        },
    };
    errors.report(literal, message);
    None
}

fn negative(width: &str) -> String {
    format!("the width {width} is negative: write an integer from 1 up, such as `3`")
}

fn compact(tokens: &TokenStream) -> String {
    tokens.to_string().replace(' ', "")
}
