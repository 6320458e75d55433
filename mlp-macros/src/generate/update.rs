//! Plain gradient descent.

use proc_macro2::TokenStream;
use quote::quote;

use super::{companion, inline};
use crate::names::derivative;
use crate::network::Network;

/// `update`: every parameter against its gradient, all from the same gradients.
pub(crate) fn update(network: &Network) -> TokenStream {
    let inline = inline(network);
    let scalar = &network.scalar;
    let gradients = companion(network, "Gradients");
    let statements = network.parameters().into_iter().map(|parameter| {
        let gradient = derivative("L", parameter);
        quote!(self.#parameter -= learning_rate * gradients.#gradient;)
    });
    quote! {
        #[doc = " Moves every parameter against its gradient."]
        #inline
        pub fn update(&mut self, gradients: &#gradients, learning_rate: #scalar) {
            #(#statements)*
        }
    }
}
