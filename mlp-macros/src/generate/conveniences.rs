//! The functions that the lecture does not have: conversion to and from an array, random starts, saving and loading,
//! predictions for many inputs, and the trace of a step.

use proc_macro2::TokenStream;
use quote::quote;

use super::ends;
use crate::network::Network;

/// The functions of every network, unrolled or rolled. `parameters` and `from_parameters` differ between the two and
/// are arguments.
pub(crate) fn conveniences<N>(network: &Network<N>, [parameters, from_parameters]: [TokenStream; 2]) -> TokenStream {
    let Network { name, scalar, core, .. } = network;
    let [input, output] = ends(network);
    quote! {
        #[allow(dead_code)]
        impl #name {
            #[doc = " The parameters in canonical order, layer by layer: weights source by source, then biases."]
            #[must_use]
            #parameters

            #[doc = " The network with these parameters, in canonical order."]
            #[must_use]
            #from_parameters

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

            #core::if_std! {
                #[doc = " One training step with all its numbers, as data: print it, or ask it for a value by name."]
                #[must_use]
                pub fn trace(&self, x: #input, y_true: #output, learning_rate: #scalar) -> #core::trace::Trace<#scalar> {
                    #core::Network::trace(self, x, y_true, learning_rate)
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
    }
}
