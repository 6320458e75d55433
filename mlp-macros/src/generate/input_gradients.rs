//! Backpropagation to the inputs: the derivatives of the loss with respect to them.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

use super::backprop::source_derivatives;
use super::{
    comment, companions, derivatives_from_outside, equations, inline, input_gradients_name, is_large, methods,
};
use crate::names::derivative;
use crate::network::{Layer, Unrolled};

/// The fields: a derivative for each input.
pub(crate) fn fields(network: &Unrolled) -> TokenStream {
    let field = |(index, input)| field(input, &network.scalar, &equations::input_gradient(network, index));
    network.inputs.iter().enumerate().map(field).collect()
}

/// The field for the derivative with respect to one input or to the array of inputs.
pub(crate) fn field(input: &Ident, kind: impl ToTokens, equation: &str) -> TokenStream {
    let doc = comment::equation(&format!("Derivative of the loss with respect to `{input}`"), equation);
    let gradient = derivative("L", input);
    quote!(#doc pub #gradient: #kind,)
}

/// `input_gradients`: `backprop_from`, then step 9. Above the size of inlined functions it calls loops of mlp-core.
///
/// The derivatives with respect to the pre-activations are those with respect to the biases. Where `backprop_from` is
/// inlined, the gradients of the weights are not computed.
pub(crate) fn input_gradients(network: &Unrolled) -> TokenStream {
    let Unrolled { name, core, layers, .. } = network;
    let (struct_name, fields) = (input_gradients_name(network), gradients(network));
    let (x, dl_dy_pred) = (quote!(x), derivatives_from_outside());
    if is_large(network) {
        let body = quote! {
            let [#(#fields),*] = #core::__private::backward::input_gradients(self, x, #dl_dy_pred, pass);
            #struct_name { #(#fields),* }
        };
        return methods::input_gradients(network, &quote!(#[inline]), [&x, &dl_dy_pred], &body);
    }
    let ([_, gradients], first) = (companions(network), &layers[0]);
    let Layer { weights, biases, z, .. } = first;
    let [dl_db, dl_dz] = [biases, z].map(|by| by.iter().map(|by| derivative("L", by)));
    let steps_2_to_8 = quote!(let #gradients { #(#dl_db: #dl_dz,)* .. } = self.backprop_from(x, #dl_dy_pred, pass););
    let steps_2_to_8 = comment::step(comment::STEPS_2_TO_8, [steps_2_to_8]);
    let step_9 = comment::step(comment::STEP_9, step_9(&network.inputs, first));
    let body = quote! {
        let #name { #(#weights,)* .. } = *self;
        #steps_2_to_8
        #step_9
        #struct_name { #(#fields),* }
    };
    methods::input_gradients(network, &inline(network), [&x, &dl_dy_pred], &body)
}

/// `dL_dx1`, …
pub(crate) fn gradients(network: &Unrolled) -> Vec<Ident> {
    network.inputs.iter().map(|input| derivative("L", input)).collect()
}

/// ∂z/∂x = the weight between them; ∂L/∂x = Σ over the first layer of ∂L/∂z · ∂z/∂x
fn step_9(inputs: &[Ident], first: &Layer<Vec<Ident>>) -> Vec<TokenStream> {
    let mut statements = source_derivatives(inputs, first);
    statements.extend(inputs.iter().map(|input| {
        let dl_dx = derivative("L", input);
        let terms = first.z.iter().map(|z| {
            let (dl_dz, dz_dx) = (derivative("L", z), derivative(&z.to_string(), input));
            quote!(#dl_dz * #dz_dx)
        });
        quote!(let #dl_dx = #(#terms)+*;)
    }));
    statements
}
