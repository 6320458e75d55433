//! The fields of the parameters, and their conversion to and from an array.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::conveniences::Conversions;
use super::{all_parameters, called_if_large, comment, input_gradients, listed};
use crate::network::Unrolled;

/// The fields: one per parameter, in canonical order.
pub(crate) fn fields(network: &Unrolled) -> TokenStream {
    let scalar = &network.scalar;
    let fields = network.layers_with_sources().map(|(layer, sources)| {
        let weights = layer.connections(sources).map(|[weight, source, z]| {
            let doc = comment::doc(&format!("Weight from `{source}` to `{z}`."));
            quote!(#doc pub #weight: #scalar,)
        });
        let biases = layer.biases.iter().zip(&layer.z).map(|(bias, z)| {
            let doc = comment::doc(&format!("Bias in `{z}`."));
            quote!(#doc pub #bias: #scalar,)
        });
        weights.chain(biases).collect::<TokenStream>()
    });
    fields.collect()
}

/// `parameters` and `from_parameters`: to an array and from one.
///
/// The parameters are copied one by one. If all of them were read before the first is written, as in `[w11, w12]` or
/// `Net { w11, w12 }`, LLVM would take quadratic time to make vectors of them.
pub(crate) fn conversions(network: &Unrolled) -> Conversions {
    let Unrolled { name, scalar, core, .. } = network;
    let inline = called_if_large(network);
    let parameters = network.parameters();
    let list = listed(&parameters);
    let count = Literal::usize_unsuffixed(parameters.len());
    let all = all_parameters(network);
    let to_array = quote! {
        #inline
        pub const fn parameters(&self) -> #all {
            let mut all_parameters = [0.0; #count];
            let #list = &mut all_parameters;
            #(*#parameters = self.#parameters;)*
            all_parameters
        }
    };
    let from_array = quote! {
        #inline
        pub const fn from_parameters(all_parameters: #all) -> #name {
            let mut new_network = #name { #(#parameters: 0.0),* };
            let #list = &all_parameters;
            #(new_network.#parameters = *#parameters;)*
            new_network
        }
    };
    let from_le_bytes = quote! {
        pub const fn from_le_bytes(network_bytes: &[::core::primitive::u8]) -> ::core::result::Result<#name, #core::exchange::BytesError> {
            match #core::__private::exchange::Identity::<#scalar>::parameters::<#name, #count>(network_bytes) {
                ::core::result::Result::Ok(all_parameters) => {
                    ::core::result::Result::Ok(#name::from_parameters(all_parameters))
                }
                ::core::result::Result::Err(bytes_error) => ::core::result::Result::Err(bytes_error),
            }
        }
    };
    let input_gradients = input_gradients::gradients(network);
    Conversions {
        parameters: to_array,
        from_parameters: from_array,
        from_le_bytes,
        input_gradients: quote!([#(self.#input_gradients),*]),
        flat: all,
    }
}
