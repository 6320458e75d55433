//! Plain gradient descent.

use proc_macro2::TokenStream;
use quote::quote;

use super::{GeneratedFn, companions, inline, is_very_large};
use crate::names::derivative;
use crate::network::Unrolled;

/// `update`: every parameter against its gradient, all from the same gradients.
pub(crate) fn update(network: &Unrolled) -> GeneratedFn {
    let inline = inline(network);
    let Unrolled { scalar, core, .. } = network;
    let [_, gradients] = companions(network);
    let statements = network.parameters().into_iter().map(|parameter| {
        let gradient = derivative("L", parameter);
        quote!(self.#parameter -= learning_rate * gradients.#gradient;)
    });
    let steps = quote!(#(#statements)*);
    let signature = quote!(fn update(&mut self, gradients: &#gradients, learning_rate: #scalar));
    let function = |body: &TokenStream| {
        quote! {
            #[doc = " Moves every parameter against its gradient."]
            #inline
            pub #signature {
                #body
            }
        }
    };
    if !is_very_large(network) {
        return GeneratedFn::inline(function(&steps));
    }
    let call = quote!(#core::__private::vectorized::update(self, gradients, learning_rate););
    GeneratedFn::outlined(network, "update", function(&call), &quote!(Update), &quote!(#signature { #steps }))
}
