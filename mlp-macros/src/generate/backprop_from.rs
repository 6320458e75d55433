//! Backpropagation from derivatives that the caller brings: steps 2 to 8 of the lecture.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::backprop::{derivative_imports, steps_2_and_3, steps_4_to_8, values, weights_behind_inputs};
use super::{companions, derivatives_from_outside, inline, is_large, listed, methods};
use crate::names::derivative;
use crate::network::Unrolled;

/// `backprop_from`. Above the size of inlined functions it calls loops of mlp-core: a second function of `backprop`'s
/// size would cost everybody who never calls it.
pub(crate) fn backprop_from(network: &Unrolled) -> TokenStream {
    let Unrolled { core, inputs, .. } = network;
    if is_large(network) {
        let dl_dy_pred = derivatives_from_outside();
        let body = quote!(#core::__private::backward::backprop_from(self, x, #dl_dy_pred, pass));
        return methods::backprop_from(network, &quote!(#[inline]), [&quote!(x), &dl_dy_pred], &body);
    }
    let [forward, _] = companions(network);
    // The caller's derivatives may be those of any loss, so the activation cancels with none.
    let calls_output = !network.output().is_softmax();
    let imports = derivative_imports(network, false, calls_output);
    let weights = weights_behind_inputs(network);
    let values = values(network, calls_output);
    let (steps_2_and_3, steps_4_to_8) = (steps_2_and_3(network.output()), steps_4_to_8(network));
    let body = quote! {
        #imports
        #weights
        let #forward { #values } = *pass;
        #steps_2_and_3
        #steps_4_to_8
    };
    let dl_dy_pred: Vec<_> = network.output().a.iter().map(|y_pred| derivative("L", y_pred)).collect();
    methods::backprop_from(network, &inline(network), [&listed(inputs), &listed(&dl_dy_pred)], &body)
}

/// The values of a forward pass as an array, for the loops of mlp-core; nothing if the steps are written out.
pub(crate) fn pass_values(network: &Unrolled) -> Option<TokenStream> {
    let Unrolled { name, scalar, core, .. } = network;
    let [forward, _] = companions(network);
    let neurons: Vec<_> = network.layers.iter().flat_map(|layer| layer.z.iter().zip(&layer.a)).collect();
    let count = Literal::usize_unsuffixed(neurons.len());
    let values = neurons.into_iter().map(|(z, a)| quote!([pass.#z, pass.#a]));
    is_large(network).then(|| {
        quote! {
            #[allow(unused_qualifications)]
            impl #core::__private::backward::PassValues<#count> for #name {
                #[doc = " Pre-activation and activation of each neuron."]
                #[inline]
                fn values(pass: &#forward) -> [[#scalar; 2]; #count] {
                    [#(#values),*]
                }
            }
        }
    })
}
