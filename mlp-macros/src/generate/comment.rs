//! The words around the code: documentation, and the steps as doc comments on statements.

use proc_macro2::TokenStream;
use quote::quote;

use crate::network::Network;

/// `/// text`
pub(crate) fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}

/// A step: its statements, the first with a comment.
pub(crate) fn step(text: &str, statements: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let doc = doc(text);
    let statements = statements.into_iter();
    quote!(#doc #(#statements)*)
}

/// `2 => sigmoid(2) => sigmoid(1)`
pub(crate) fn shape(network: &Network) -> String {
    let layers = network.layers.iter().map(|layer| format!(" => {}({})", layer.activation, layer.neurons.len()));
    format!("{}{}", network.inputs.len(), layers.collect::<String>())
}

/// `, hidden layer 2`; nothing where only one layer is hidden.
pub(crate) fn hidden(network: &Network, index: usize) -> String {
    match network.layers.len() {
        ..=2 => String::new(),
        _ => format!(", hidden layer {}", index + 1),
    }
}
