//! The functions that the lectures do not have: parameters as an array and from one, drawn at random, saved and loaded;
//! predictions for many inputs, and the trace of a step.

use proc_macro2::TokenStream;
use quote::quote;

use super::ends;
use crate::network::Network;

/// The functions of every network, unrolled or rolled; `parameters` and `from_parameters` differ and are given.
pub(crate) fn conveniences<N>(network: &Network<N>, [parameters, from_parameters]: [TokenStream; 2]) -> TokenStream {
    let Network { name, scalar, core, .. } = network;
    let [input, output] = ends(network);
    quote! {
        #[allow(dead_code)]
        impl #name {
            #[doc = " The parameters in canonical order: layer by layer the weights source by source, then the biases."]
            #[must_use]
            #parameters

            #[doc = " The network with these parameters, in canonical order."]
            #[must_use]
            #from_parameters

            #[doc = " A network whose weights are drawn from `rng` as suits each layer's activation; the biases are 0."]
            #[must_use]
            pub fn random(rng: &mut (impl #core::random::Rng + ?Sized)) -> #name {
                #core::Network::random(rng)
            }

            #[doc = " A network whose parameters are drawn from `rng` one after the other, in canonical order."]
            #[must_use]
            pub fn random_with(
                initializer: &(impl #core::random::Initializer + ?Sized),
                rng: &mut (impl #core::random::Rng + ?Sized),
            ) -> #name {
                #core::Network::random_with(initializer, rng)
            }

            #[doc = " Predicts for each of the inputs: as `predict` does, but for rounding, and several times as fast."]
            pub fn predict_batch(
                &self,
                inputs: &[#input],
                outputs: &mut [#output],
            ) -> ::core::result::Result<(), #core::batch::BatchLengthError> {
                #core::Network::predict_batch(self, inputs, outputs)
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
                    path: impl ::core::convert::AsRef<::std::path::Path>,
                ) -> ::core::result::Result<(), #core::persist::SaveError> {
                    #core::persist::save(self, path)
                }

                #[doc = " Reads a network from a file that `save` wrote."]
                pub fn load(
                    path: impl ::core::convert::AsRef<::std::path::Path>,
                ) -> ::core::result::Result<#name, #core::persist::LoadError> {
                    #core::persist::load(path)
                }
            }
        }
    }
}
