//! Plain gradient descent.

use quote::quote;

use super::{GeneratedFn, companions, inline, is_very_large, methods};
use crate::names::derivative;
use crate::network::Unrolled;

/// `update`: moves every parameter against its gradient; all gradients come from the old parameters.
pub(crate) fn update(network: &Unrolled) -> GeneratedFn {
    let inline = inline(network);
    let statements = network.parameters().into_iter().map(|parameter| {
        let gradient = derivative("L", parameter);
        quote!(self.#parameter -= learning_rate * all_gradients.#gradient;)
    });
    let steps = quote!(#(#statements)*);
    if !is_very_large(network) {
        return GeneratedFn::inline(methods::update(network, &inline, &steps));
    }
    let (Unrolled { scalar, core, .. }, [_, gradients]) = (network, companions(network));
    let call = quote!(#core::__private::vectorized::update(self, all_gradients, learning_rate););
    let method = quote! {
        fn update(&mut self, all_gradients: &#gradients, learning_rate: #scalar) {
            #steps
        }
    };
    GeneratedFn::outlined(network, "update", methods::update(network, &inline, &call), &quote!(Update), &method)
}
