//! The functions of the lecture: documentation and signatures. Callers give the bodies.

use proc_macro2::TokenStream;
use quote::quote;

use super::{comment, companions, ends, input_gradients_name};
use crate::network::Network;

/// `forward`, with this pattern of the inputs.
pub(crate) fn forward<N>(
    network: &Network<N>,
    inline: &TokenStream,
    x: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let ([forward, _], [input, _]) = (companions(network), ends(network));
    quote! {
        #[doc = " Computes the prediction and keeps every value on the way."]
        #[must_use]
        #inline
        pub fn forward(&self, #x: #input) -> #forward {
            #body
        }
    }
}

/// `predict`
pub(crate) fn predict<N>(network: &Network<N>, inline: &TokenStream, body: &TokenStream) -> TokenStream {
    let [input, output] = ends(network);
    quote! {
        #[doc = " Computes the prediction alone."]
        #[must_use]
        #inline
        pub fn predict(&self, x: #input) -> #output {
            #body
        }
    }
}

/// `loss`, with these patterns of the predictions and of the targets.
pub(crate) fn loss<N>(
    network: &Network<N>,
    inline: &TokenStream,
    doc: &str,
    [y_pred, y_true]: [&TokenStream; 2],
    body: &TokenStream,
) -> TokenStream {
    let (doc, scalar, [_, output]) = (comment::doc(doc), &network.scalar, ends(network));
    quote! {
        #doc
        #[must_use]
        #inline
        pub fn loss(#y_pred: #output, #y_true: #output) -> #scalar {
            #body
        }
    }
}

/// `loss_of`
pub(crate) fn loss_of<N>(network: &Network<N>, inline: &TokenStream, doc: &str, body: &TokenStream) -> TokenStream {
    let (doc, scalar) = (comment::doc(doc), &network.scalar);
    let ([forward, _], [_, output]) = (companions(network), ends(network));
    quote! {
        #doc
        #[must_use]
        #inline
        pub fn loss_of(pass: &#forward, y_true: #output) -> #scalar {
            #body
        }
    }
}

/// `backprop`, with these patterns of the inputs and of the targets.
pub(crate) fn backprop<N>(
    network: &Network<N>,
    inline: &TokenStream,
    [x, y_true]: [&TokenStream; 2],
    body: &TokenStream,
) -> TokenStream {
    let ([forward, gradients], [input, output]) = (companions(network), ends(network));
    quote! {
        #[doc = " Differentiates the loss of one example with respect to every parameter."]
        #[must_use]
        #inline
        pub fn backprop(&self, #x: #input, #y_true: #output, pass: &#forward) -> #gradients {
            #body
        }
    }
}

/// `backprop_from`, with these patterns of the inputs and of the derivatives with respect to the predictions.
pub(crate) fn backprop_from<N>(
    network: &Network<N>,
    inline: &TokenStream,
    [x, dl_dy_pred]: [&TokenStream; 2],
    body: &TokenStream,
) -> TokenStream {
    let ([forward, gradients], [input, output]) = (companions(network), ends(network));
    quote! {
        #[doc = " As `backprop`, from derivatives with respect to the predictions instead of targets."]
        #[must_use]
        #inline
        pub fn backprop_from(&self, #x: #input, #dl_dy_pred: #output, pass: &#forward) -> #gradients {
            #body
        }
    }
}

/// `input_gradients`, with these patterns of the inputs and of the derivatives with respect to the predictions.
pub(crate) fn input_gradients<N>(
    network: &Network<N>,
    inline: &TokenStream,
    [x, dl_dy_pred]: [&TokenStream; 2],
    body: &TokenStream,
) -> TokenStream {
    let ([forward, _], [input, output]) = (companions(network), ends(network));
    let gradients = input_gradients_name(network);
    quote! {
        #[doc = " Differentiates with respect to every input, from derivatives with respect to the predictions."]
        #[must_use]
        #inline
        pub fn input_gradients(&self, #x: #input, #dl_dy_pred: #output, pass: &#forward) -> #gradients {
            #body
        }
    }
}

/// `update`
pub(crate) fn update<N>(network: &Network<N>, inline: &TokenStream, body: &TokenStream) -> TokenStream {
    let (scalar, [_, gradients]) = (&network.scalar, companions(network));
    quote! {
        #[doc = " Moves every parameter against its gradient."]
        #inline
        pub fn update(&mut self, all_gradients: &#gradients, learning_rate: #scalar) {
            #body
        }
    }
}
