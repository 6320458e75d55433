//! The words around the code: documentation, and the steps as doc comments on statements.

use proc_macro2::TokenStream;
use quote::quote;

use crate::network::{Layer, Network};

/// `/// text`
pub(crate) fn doc(text: &str) -> TokenStream {
    let text = format!(" {text}");
    quote!(#[doc = #text])
}

/// `/// What it is: equation.`
pub(crate) fn equation(what: &str, equation: &str) -> TokenStream {
    doc(&format!("{what}: `{equation}`."))
}

/// A step: its statements, the first one with a comment.
pub(crate) fn step(text: &str, statements: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let doc = doc(text);
    let statements = statements.into_iter();
    quote!(#doc #(#statements)*)
}

/// `2 => sigmoid(2): 6 parameters, loss `half_squared_error`.` `form` follows the shape: `, rolled` or nothing.
pub(crate) fn network<N>(network: &Network<N>, form: &str) -> String {
    let layers = network.layers.iter().map(|layer| format!(" => {}({})", layer.activation, layer.width));
    let ([inputs, _], shape) = (network.ends(), layers.collect::<String>());
    format!("{inputs}{shape}{form}: {} parameters, loss `{}`.", network.parameter_count(), network.loss)
}

/// `Hidden layer: 2 => sigmoid(2).`
pub(crate) fn layer<N>(network: &Network<N>, index: usize) -> String {
    let Layer { activation, fan_in, width, .. } = &network.layers[index];
    let which = match (index + 1, network.layers.len()) {
        (number, depth) if number == depth => "Output layer".to_owned(),
        (_, 2) => "Hidden layer".to_owned(),
        (number, _) => format!("Hidden layer {number}"),
    };
    format!("{which}: {fan_in} => {activation}({width}).")
}

pub(crate) const STEP_1: &str = "Step 1: derivatives of the loss with respect to the predictions.";
pub(crate) const STEP_2: &str = "Step 2: derivatives of the predictions with respect to their pre-activations.";
pub(crate) const STEP_3: &str =
    "Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.";
pub(crate) const STEPS_2_AND_3: &str =
    "Steps 2 and 3: derivatives of the loss with respect to the pre-activations, by the chain rule.";
pub(crate) const STEP_4: &str = "Step 4: gradients of the output layer.";
pub(crate) const BIASES: &str = "The derivative of a pre-activation with respect to its bias is 1.";

pub(crate) const STEPS_2_TO_8: &str =
    "Steps 2 to 8. The derivative with respect to a bias is that with respect to its pre-activation.";

/// The step beyond the lecture's eight.
pub(crate) const STEP_9: &str = "Step 9: derivatives of the loss with respect to the inputs, by the chain rule.";

/// Steps 1 to 3 in one.
pub(crate) fn steps_1_to_3<N>(network: &Network<N>) -> String {
    format!(
        "Steps 1 to 3: derivatives of the loss with respect to the pre-activations; all else in {} and {} cancels.",
        network.loss,
        network.output().activation
    )
}

/// Steps 5 to 8 of a hidden layer.
pub(crate) fn steps_5_to_8<N>(network: &Network<N>, index: usize) -> [String; 4] {
    let which = hidden(network, index);
    let this = if which.is_empty() { "the hidden layer" } else { "this layer" };
    [
        format!("Step 5{which}: derivatives of the next pre-activations with respect to the hidden activations."),
        format!("Step 6{which}: derivatives of the hidden activations with respect to their pre-activations."),
        format!(
            "Step 7{which}: derivatives of the loss with respect to the hidden pre-activations, by the chain rule."
        ),
        format!("Step 8{which}: gradients of {this}."),
    ]
}

/// The title of a fused step: backpropagation through a layer together with its update.
pub(crate) fn sweep(index: usize) -> String {
    format!("Layer {} in one sweep: derivatives of the loss with respect to its sources, and its update.", index + 1)
}

/// `, hidden layer 2`; empty if the network has only one hidden layer.
fn hidden<N>(network: &Network<N>, index: usize) -> String {
    match network.layers.len() {
        ..=2 => String::new(),
        _ => format!(", hidden layer {}", index + 1),
    }
}
