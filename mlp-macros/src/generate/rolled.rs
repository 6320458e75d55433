//! A rolled network: the same items, with arrays instead of scalars and a statement for each layer.

mod equations;
mod from_outside;
mod steps;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

use super::conveniences::{self, Conversions};
use super::{
    all_parameters, array, comment, companions, input_gradients, input_gradients_name, loss, methods, network_impl,
    structs,
};
use crate::names::{self, derivative};
use crate::network::{Layer, Rolled};

/// All items generated for one declaration.
pub(crate) fn network(network: &Rolled) -> TokenStream {
    let Rolled { name, core, .. } = network;
    let [forward, gradients] = companions(network);
    let (input_gradients, mistakes) = (input_gradients_name(network), names::companion(name, "Mistakes"));
    let fields = [
        parameter_fields(network),
        value_fields(network),
        gradient_fields(network),
        input_gradients::field(
            &network.inputs,
            array(&network.scalar, network.layers[0].fan_in),
            &equations::input_gradients(network),
        ),
    ];
    let derives = quote!(Clone, Debug, PartialEq);
    let structs = structs::structs(
        network,
        &comment::network(network, if network.on_heap { ", rolled" } else { ", rolled, inline" }),
        &derives,
        fields,
    );
    let lecture = [
        steps::forward(network),
        steps::predict(network),
        loss::called(network, &quote!(#[inline])),
        loss::loss_of(network, &quote!(#[inline]), |values| quote!(pass.#values)),
        steps::backprop(network),
        update(network),
        from_outside::backprop_from(network),
        from_outside::input_gradients(network),
    ];
    let conveniences = conveniences::conveniences(network, &conversions(network));
    let network_impl = network_impl(network);
    let items = quote! {
        #structs

        #[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
        impl #name {
            #(#lecture)*
        }

        #conveniences

        #network_impl
    };
    if !network.on_heap {
        return items;
    }
    quote! {
        #core::needs_alloc! {
            #mistakes { #name, #forward, #gradients, #input_gradients }

            #items
        }
    }
}

/// `Box<[[f64; 32]; 64]>`, or the array without the box
fn weights_type(network: &Rolled, layer: &Layer<Ident>) -> TokenStream {
    let (row, fan_in) = (array(&network.scalar, layer.width), Literal::usize_unsuffixed(layer.fan_in));
    stored(network, &quote!([#row; #fan_in]))
}

/// `Box<[f64; 32]>`, or the array without the box
fn biases_type(network: &Rolled, layer: &Layer<Ident>) -> TokenStream {
    stored(network, &array(&network.scalar, layer.width))
}

/// The type of a field that holds this array.
fn stored(network: &Rolled, array: &TokenStream) -> TokenStream {
    let core = &network.core;
    if network.on_heap { quote!(#core::__private::rolled::Box<#array>) } else { array.clone() }
}

fn parameter_fields(network: &Rolled) -> TokenStream {
    let fields = network.layers_with_sources().map(|(layer, source)| {
        let Layer { weights: w, biases: b, z, .. } = layer;
        let weights_doc = comment::doc(&format!("Weights from `{source}` to `{z}`: a row for each source."));
        let biases_doc = comment::doc(&format!("Biases in `{z}`."));
        let (weights, biases) = (weights_type(network, layer), biases_type(network, layer));
        quote!(#weights_doc pub #w: #weights, #biases_doc pub #b: #biases,)
    });
    fields.collect()
}

fn value_fields(network: &Rolled) -> TokenStream {
    let fields = (1..).zip(network.layers_with_sources()).map(|(number, (layer, source))| {
        let Layer { z, a, .. } = layer;
        let what = format!("Pre-activations of layer {number}");
        let pre_activations = comment::equation(&what, &equations::pre_activations(layer, source));
        let is_output = number == network.layers.len();
        let what = if is_output { "Predictions".to_owned() } else { format!("Activations of layer {number}") };
        let activations = comment::equation(&what, &equations::activations(layer));
        let values = array(&network.scalar, layer.width);
        quote!(#pre_activations pub #z: #values, #activations pub #a: #values,)
    });
    fields.collect()
}

fn gradient_fields(network: &Rolled) -> TokenStream {
    let fields = network.layers_with_sources().enumerate().flat_map(|(index, (layer, source))| {
        let [weights, biases] = [equations::weight_gradients(layer, source), equations::bias_gradients(network, index)];
        [
            structs::gradient_field(network, &layer.weights, weights_type(network, layer), &weights),
            structs::gradient_field(network, &layer.biases, biases_type(network, layer), &biases),
        ]
    });
    fields.collect()
}

/// `update`: moves every parameter against its gradient.
fn update(network: &Rolled) -> TokenStream {
    let core = &network.core;
    let statements = slices(network)
        .into_iter()
        .map(|Slices { parameters_mut, gradients, .. }| quote!(update(#parameters_mut, #gradients, learning_rate);));
    let body = quote! {
        use #core::__private::rolled::update;
        #(#statements)*
    };
    methods::update(network, &TokenStream::new(), &body)
}

/// One array of parameters as a slice.
struct Slices {
    /// The number of parameters before it.
    offset: Literal,
    parameters: TokenStream,
    parameters_mut: TokenStream,
    /// Its gradients, from a struct called `all_gradients`.
    gradients: TokenStream,
}

/// The arrays of parameters in canonical order.
fn slices(network: &Rolled) -> Vec<Slices> {
    let mut offset = 0;
    let mut all = Vec::new();
    for layer in &network.layers {
        let Layer { weights: w, biases: b, .. } = layer;
        let [dl_dw, dl_db] = [w, b].map(|parameter| derivative("L", parameter));
        all.push(Slices {
            offset: Literal::usize_unsuffixed(offset),
            parameters: quote!(self.#w.as_flattened()),
            parameters_mut: quote!(self.#w.as_flattened_mut()),
            gradients: quote!(all_gradients.#dl_dw.as_flattened()),
        });
        offset += layer.fan_in * layer.width;
        all.push(Slices {
            offset: Literal::usize_unsuffixed(offset),
            parameters: quote!(self.#b.as_slice()),
            parameters_mut: quote!(self.#b.as_mut_slice()),
            gradients: quote!(all_gradients.#dl_db.as_slice()),
        });
        offset += layer.width;
    }
    all
}

/// `BoxedArray<f64, 2410>`, or `[f64; 2410]`
fn flat(network: &Rolled) -> TokenStream {
    let Rolled { core, scalar, .. } = network;
    if !network.on_heap {
        return all_parameters(network);
    }
    let count = Literal::usize_unsuffixed(network.parameter_count());
    quote!(#core::rolled::BoxedArray<#scalar, #count>)
}

/// `Net { w1: take(&mut numbers_left), … }`, or the struct of gradients, from a slice called `numbers_left`.
fn from_slices(network: &Rolled, name: &Ident, field: impl Fn(&Ident) -> Ident) -> TokenStream {
    let fields = network.layers.iter().map(|layer| {
        let [weights, biases] = [&layer.weights, &layer.biases].map(&field);
        quote!(#weights: take(&mut numbers_left), #biases: take(&mut numbers_left),)
    });
    quote!(#name { #(#fields)* })
}

/// `parameters` and `from_parameters`: to an array and from one.
fn conversions(network: &Rolled) -> Conversions {
    let Rolled { name, core, .. } = network;
    let (flat, all) = (flat(network), all_parameters(network));
    let from_slices = from_slices(network, name, Ident::clone);
    let to_array = quote! {
        pub fn parameters(&self) -> #flat {
            let mut all_parameters = #core::Array::zeros();
            #core::Network::copy_parameters_into(self, &mut all_parameters);
            all_parameters
        }
    };
    let from_array = quote! {
        pub fn from_parameters(all_parameters: &#all) -> #name {
            use #core::__private::rolled::take;
            let mut numbers_left = all_parameters.as_slice();
            #from_slices
        }
    };
    let from_le_bytes = quote! {
        pub fn from_le_bytes(network_bytes: &[::core::primitive::u8]) -> ::core::result::Result<#name, #core::exchange::BytesError> {
            #core::Network::from_le_bytes(network_bytes)
        }
    };
    let input_gradients = derivative("L", &network.inputs);
    Conversions {
        parameters: to_array,
        from_parameters: from_array,
        from_le_bytes,
        input_gradients: quote!(self.#input_gradients),
        flat,
    }
}

/// `impl ::mlp_core::Network for Net`
fn network_impl(network: &Rolled) -> TokenStream {
    let Rolled { name, scalar, core, .. } = network;
    let [_, gradients] = companions(network);
    let flat = flat(network);
    let y_pred = &network.output().a;
    let architecture = network_impl::architecture(network, network_impl::array_name);
    let delegates = network_impl::delegates(network, &flat, &architecture, &quote!(pass.#y_pred), &TokenStream::new());
    let slices = slices(network);
    let parameters = slices.iter().map(|slices| &slices.parameters);
    let derivatives = slices.iter().map(|slices| &slices.gradients);
    let changes =
        slices.iter().map(|Slices { offset, parameters_mut, .. }| quote!(update_rule(#offset, #parameters_mut);));
    let from_slices = from_slices(network, &gradients, |parameter| derivative("L", parameter));
    let backprop_into = steps::backprop_into(network);
    let sgd_step = steps::sgd_step(network);
    quote! {
        #[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
        impl #core::Network for #name {
            #delegates

            fn modify_parameters(&mut self, mut update_rule: impl ::core::ops::FnMut(usize, &mut [#scalar])) {
                #(#changes)*
            }

            #backprop_into

            #sgd_step

            fn from_parameters(all_parameters: &#flat) -> #name {
                #name::from_parameters(all_parameters)
            }

            fn copy_parameters_into(&self, all_parameters: &mut #flat) {
                #core::__private::rolled::concatenate(&[#(#parameters),*], all_parameters.as_mut_slice());
            }

            fn copy_gradients_into(all_gradients: &#gradients, gradient_array: &mut #flat) {
                #core::__private::rolled::concatenate(&[#(#derivatives),*], gradient_array.as_mut_slice());
            }

            fn gradients_from(gradient_array: &#flat) -> #gradients {
                use #core::__private::rolled::take;
                let mut numbers_left = gradient_array.as_slice();
                #from_slices
            }
        }
    }
}
