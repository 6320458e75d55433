//! The struct of parameters, and the ways in and out of it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{array, called_if_large, comment, listed};
use crate::network::{Network, Unrolled};

/// The fields: one a parameter, in canonical order.
pub(crate) fn fields(network: &Unrolled) -> TokenStream {
    let scalar = &network.scalar;
    let fields = network.layers_with_sources().map(|(layer, sources)| {
        let pairs = sources.iter().flat_map(|source| layer.z.iter().map(move |z| (source, z)));
        let weights = layer.weights.iter().zip(pairs).map(|(weight, (source, z))| {
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

/// The parameters as an array and from one, drawn at random, saved and loaded; predictions for many inputs, and the trace
/// of a step.
///
/// They are copied one by one. Were all of them read before the first is written, as in `[w11, w12]` or `Net { w11, w12 }`,
/// LLVM would take quadratic time to make vectors of them.
pub(crate) fn conveniences(network: &Unrolled) -> TokenStream {
    let Unrolled { name, scalar, .. } = network;
    let inline = called_if_large(network);
    let parameters = network.parameters();
    let list = listed(&parameters);
    let count = Literal::usize_unsuffixed(parameters.len());
    let all = array(scalar, parameters.len());
    let shared = shared_conveniences(network);
    quote! {
        #[allow(dead_code)]
        impl #name {
            #[doc = " The parameters in canonical order: layer by layer the weights source by source, then the biases."]
            #[must_use]
            #inline
            pub const fn parameters(&self) -> #all {
                let mut parameters = [0.0; #count];
                let #list = &mut parameters;
                #(*#parameters = self.#parameters;)*
                parameters
            }

            #[doc = " The network with these parameters, in canonical order."]
            #[must_use]
            #inline
            pub const fn from_parameters(parameters: #all) -> #name {
                let mut network = #name { #(#parameters: 0.0),* };
                let #list = &parameters;
                #(network.#parameters = *#parameters;)*
                network
            }

            #shared
        }
    }
}

/// What every network has, unrolled or rolled.
pub(crate) fn shared_conveniences<N>(network: &Network<N>) -> TokenStream {
    let Network { name, scalar, core, .. } = network;
    let [input, output] = network.ends().map(|length| array(scalar, length));
    quote! {
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
