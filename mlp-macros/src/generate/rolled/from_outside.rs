//! Backpropagation from derivatives that the caller brings: to the parameters, and to the inputs.

use proc_macro2::TokenStream;
use quote::quote;

use super::steps::{helpers, steps_2_and_3, steps_4_to_8, steps_5_to_7, values};
use crate::generate::backprop::derivative_imports;
use crate::generate::{comment, companions, input_gradients_name, methods};
use crate::names::derivative;
use crate::network::Rolled;

/// `backprop_from`: steps 2 to 8.
pub(crate) fn backprop_from(network: &Rolled) -> TokenStream {
    let dl_dy_pred = derivative("L", &network.output().a);
    let opening = opening(network, &[("copied", true), ("outer", true), ("weighted_sums", network.layers.len() > 1)]);
    let (steps_2_and_3, steps_4_to_8) = (steps_2_and_3(network.output()), steps_4_to_8(network));
    let body = quote!(#opening #steps_2_and_3 #steps_4_to_8);
    methods::backprop_from(network, &quote!(#[inline]), [&quote!(x), &quote!(#dl_dy_pred)], &body)
}

/// `input_gradients`: steps 2 and 3, steps 5 to 7 of each hidden layer, and step 9.
pub(crate) fn input_gradients(network: &Rolled) -> TokenStream {
    let (dl_dy_pred, first) = (derivative("L", &network.output().a), &network.layers[0]);
    let (struct_name, opening) = (input_gradients_name(network), opening(network, &[("weighted_sums", true)]));
    let steps_2_and_3 = steps_2_and_3(network.output());
    let hidden = (0..network.layers.len() - 1).rev().map(|index| steps_5_to_7(network, index));
    let dz_dx = derivative(&first.z.to_string(), &network.inputs);
    let [dl_dx, dl_dz] = [&network.inputs, &first.z].map(|by| derivative("L", by));
    let weights = &first.weights;
    let step_9 = comment::step(
        comment::STEP_9,
        [quote!(let #dz_dx = &self.#weights;), quote!(let #dl_dx = weighted_sums(#dz_dx, &#dl_dz);)],
    );
    let body = quote! {
        #opening
        #steps_2_and_3
        #(#hidden)*
        #step_9
        #struct_name { #dl_dx }
    };
    methods::input_gradients(network, &quote!(#[inline]), [&quote!(_x), &quote!(#dl_dy_pred)], &body)
}

/// Imports functions and takes the values of the pass. The caller's derivatives may be those of any loss, so the output
/// activation cancels with none.
fn opening(network: &Rolled, more: &[(&str, bool)]) -> TokenStream {
    let ([forward, _], calls_output) = (companions(network), !network.output().is_softmax());
    let imports = derivative_imports(network, false, calls_output);
    let elementwise = calls_output || network.layers.len() > 1;
    let steps = [("map_pairs", elementwise), ("product", elementwise), ("through_softmax", !calls_output)];
    let (helpers, values) = (helpers(network, &[&steps[..], more].concat()), values(network, calls_output));
    quote! {
        #imports
        #helpers
        let #forward { #values } = pass;
    }
}
