//! The functions that the lecture does not have: conversion to and from an array, random starts, saving and loading,
//! predictions for many inputs, and the trace of a step.

use proc_macro2::TokenStream;
use quote::quote;

use super::{companions, ends, input_gradients_name};
use crate::network::Network;

/// What differs between unrolled and rolled networks.
pub(crate) struct Conversions {
    /// The type of all parameters in a row.
    pub(crate) flat: TokenStream,
    /// The function `parameters`.
    pub(crate) parameters: TokenStream,
    /// The function `from_parameters`.
    pub(crate) from_parameters: TokenStream,
    /// The function `from_le_bytes`.
    pub(crate) from_le_bytes: TokenStream,
    /// The input gradients `self` as an array.
    pub(crate) input_gradients: TokenStream,
}

/// The functions of every network, unrolled or rolled.
pub(crate) fn conveniences<N>(network: &Network<N>, conversions: &Conversions) -> TokenStream {
    let Network { name, scalar, core, .. } = network;
    let [input, output] = ends(network);
    let Conversions { flat, parameters, from_parameters, from_le_bytes, .. } = conversions;
    let flat_gradients = flat_gradients(network, conversions);
    quote! {
        #[allow(dead_code)]
        impl #name {
            #[doc = " The parameters in canonical order, layer by layer: weights source by source, then biases."]
            #[must_use]
            #parameters

            #[doc = " The network with these parameters, in canonical order."]
            #[must_use]
            #from_parameters

            #[doc = " The length of the bytes that hold the network."]
            pub const BYTES: usize = <#name as #core::Network>::BYTES;

            #[doc = " Writes the network to `BYTES` bytes, without an allocator."]
            #[inline]
            pub fn write_le_bytes(
                &self,
                network_bytes: &mut [::core::primitive::u8],
            ) -> ::core::result::Result<(), #core::exchange::BytesError> {
                #core::Network::write_le_bytes(self, network_bytes)
            }

            #[doc = " The network in bytes that `write_le_bytes` wrote."]
            #[inline]
            #from_le_bytes

            #[doc = " A network with weights drawn from `rng`, by Glorot or He to suit the activation, and biases 0."]
            #[must_use]
            pub fn random(rng: &mut (impl #core::random::Rng + ?::core::marker::Sized)) -> #name {
                #core::Network::random(rng)
            }

            #[doc = " A network with parameters drawn from `rng` by `initializer`, one by one in canonical order."]
            #[must_use]
            pub fn random_with(
                initializer: &(impl #core::random::Initializer + ?::core::marker::Sized),
                rng: &mut (impl #core::random::Rng + ?::core::marker::Sized),
            ) -> #name {
                #core::Network::random_with(initializer, rng)
            }

            #[doc = " Predicts for all inputs: equal to `predict` up to rounding, and faster from 8 inputs on."]
            pub fn predict_batch(
                &self,
                all_inputs: &[#input],
                all_outputs: &mut [#output],
            ) -> ::core::result::Result<(), #core::batch::BatchLengthError> {
                #core::Network::predict_batch(self, all_inputs, all_outputs)
            }

            #[doc = " The mean of the gradients that `backprop` gives for each example, in canonical order."]
            #[inline]
            pub fn batch_gradients(
                &self,
                all_examples: &[(#input, #output)],
            ) -> ::core::result::Result<#flat, #core::batch::EmptyBatchError> {
                #core::Network::batch_gradients(self, all_examples)
            }

            #core::if_std! {
                #[doc = " One training step with all its numbers, as data: print it, or ask it for a value by name."]
                #[must_use]
                pub fn trace(&self, x: #input, y_true: #output, learning_rate: #scalar) -> #core::trace::Trace<#scalar> {
                    #core::Network::trace(self, x, y_true, learning_rate)
                }

                #[doc = " The network as source code: choose a language, as in `source().c(\"classify\")`."]
                pub fn source(&self) -> #core::source::Source {
                    #core::Network::source(self)
                }
            }

            #core::if_serde! {
                #[doc = " Writes the network to a JSON file. An old file stays until the new one is complete."]
                pub fn save(
                    &self,
                    json_path: impl ::core::convert::AsRef<::std::path::Path>,
                ) -> ::core::result::Result<(), #core::persist::SaveError> {
                    #core::persist::save(self, json_path)
                }

                #[doc = " Reads a network from a file that `save` wrote."]
                pub fn load(
                    json_path: impl ::core::convert::AsRef<::std::path::Path>,
                ) -> ::core::result::Result<#name, #core::persist::LoadError> {
                    #core::persist::load(json_path)
                }
            }
        }

        #flat_gradients
    }
}

/// Gradients as arrays, and from them.
fn flat_gradients<N>(network: &Network<N>, conversions: &Conversions) -> TokenStream {
    let (Network { name, core, .. }, [input, _]) = (network, ends(network));
    let ([_, gradients], input_gradients) = (companions(network), input_gradients_name(network));
    let Conversions { flat, input_gradients: array, .. } = conversions;
    quote! {
        #[allow(dead_code)]
        impl #gradients {
            #[doc = " The gradients in the canonical order of their parameters."]
            #[must_use]
            #[inline]
            pub fn to_array(&self) -> #flat {
                let mut gradient_array = #core::Array::zeros();
                <#name as #core::Network>::copy_gradients_into(self, &mut gradient_array);
                gradient_array
            }

            #[doc = " The gradients in this array, in the canonical order of their parameters."]
            #[must_use]
            #[inline]
            pub fn from_array(gradient_array: &#flat) -> #gradients {
                <#name as #core::Network>::gradients_from(gradient_array)
            }
        }

        #[allow(dead_code)]
        impl #input_gradients {
            #[doc = " The gradients in the order of the inputs."]
            #[must_use]
            #[inline]
            pub const fn to_array(&self) -> #input {
                #array
            }
        }
    }
}
