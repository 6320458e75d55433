//! The widths of a declaration, and the limits that they must keep.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{LitInt, parse2};

use crate::declaration::LayerDeclaration;
use crate::errors::Errors;
use crate::network::Function;
use crate::resolve::compact;
use crate::suggest;
use crate::words::{Meaning, Module};

/// In debug builds rustc overflows its stack at about 2,900 `let`s in one block; `1 => 30 => 30 => 1`, with 1,021
/// parameters, has 3,034. In release builds compile time grows faster than the code from about 2,400 parameters on.
pub(crate) const UNROLLED_LIMIT: u128 = 600;

/// The arrays of a layer's values are on the stack, in debug builds in several copies. At this limit a step needs less
/// than half of the 2 MiB that a thread has.
const ROLLED_LIMIT: u128 = 10_000;

/// The number of inputs and the layers' widths.
pub(crate) fn resolve(shape: &[LayerDeclaration], rolled: bool, errors: &mut Errors) -> Option<Vec<usize>> {
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

/// Pinned by tests/ui/width.rs.
fn resolve_width(layer: &LayerDeclaration, may_have_activation: bool, errors: &mut Errors) -> Option<usize> {
    if is_foreign(layer) {
        return None;
    }
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

/// Whether the layer is something that only other libraries have, such as `dropout(0.5)`. That is reported; its width
/// is no second mistake.
fn is_foreign(layer: &LayerDeclaration) -> bool {
    let word = layer.activation.as_ref().map(compact);
    let meaning = word.and_then(|word| suggest::meaning(&word, Module::Activation.foreign()));
    matches!(meaning, Some(Meaning::Nothing(_)))
}

/// `4 => 3 => 1` for `[4, 3, 1]`.
fn joined(list: &Group) -> Option<String> {
    let widths: Vec<String> = list.stream().to_string().split(',').map(|width| width.trim().to_owned()).collect();
    let numbers = widths.iter().all(|width| width.parse::<usize>().is_ok());
    (numbers && widths.len() > 1).then(|| widths.join(" => "))
}

/// The message for tokens that are not an integer, which says what to write instead.
fn no_width(tokens: &[TokenTree], may_be_activation: bool) -> String {
    let is_path =
        |tokens: &[TokenTree]| Function::parse(Module::Activation, tokens.iter().cloned().collect()).is_some();
    let text = compact(&tokens.iter().cloned().collect());
    if let [TokenTree::Group(list)] = tokens
        && let Some(shape) = joined(list)
    {
        return format!("arrows join layers, without brackets: write `{shape}`");
    }
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
