//! `impl Network`: delegates, and describes the network to the rest of the library.

use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;
use syn::Ident;

use super::{all_parameters, called_if_large, companions, ends, words};
use crate::names::{derivative, text};
use crate::network::{Function, Layer, Network, Unrolled};

/// `impl ::mlp_core::Network for Net`
pub(crate) fn network_impl(network: &Unrolled) -> TokenStream {
    let Unrolled { name, core, .. } = network;
    let [forward, gradients] = companions(network);
    let parameters = network.parameters();
    let all = all_parameters(network);
    let predictions = &network.output().a;
    let prediction = quote! {
        let #forward { #(#predictions,)* .. } = *pass;
        [#(#predictions),*]
    };
    let architecture = architecture(network, |names, _| listed_names(names));
    let delegates = delegates(network, &all, &architecture, &prediction, &quote!(#[inline(always)]));
    let inline = called_if_large(network);
    let fields: Vec<_> = parameters.iter().map(|parameter| derivative("L", parameter)).collect();
    quote! {
        #[allow(non_snake_case, unused_qualifications, clippy::inline_always)]
        impl #core::Network for #name {
            #delegates

            fn from_parameters(all_parameters: &#all) -> #name {
                #name::from_parameters(*all_parameters)
            }

            fn copy_parameters_into(&self, all_parameters: &mut #all) {
                *all_parameters = self.parameters();
            }

            #inline
            fn copy_gradients_into(all_gradients: &#gradients, gradient_array: &mut #all) {
                let [#(#fields),*] = gradient_array;
                #(*#fields = all_gradients.#fields;)*
            }

            #inline
            fn gradients_from(gradient_array: &#all) -> #gradients {
                let mut all_gradients = #gradients { #(#fields: 0.0),* };
                let [#(#fields),*] = gradient_array;
                #(all_gradients.#fields = *#fields;)*
                all_gradients
            }
        }
    }
}

/// The types and the description of a network, unrolled or rolled, and the methods that call the struct's own.
pub(crate) fn delegates<N>(
    network: &Network<N>,
    parameters: &TokenStream,
    architecture: &TokenStream,
    prediction: &TokenStream,
    inline: &TokenStream,
) -> TokenStream {
    let Network { name, scalar, core, .. } = network;
    let ([forward, gradients], [input, output]) = (companions(network), ends(network));
    quote! {
        type Scalar = #scalar;
        type Input = #input;
        type Output = #output;
        type Parameters = #parameters;
        type Forward = #forward;
        type Gradients = #gradients;
        const ARCHITECTURE: #core::network::Architecture<#scalar, #output> = #architecture;

        #inline
        fn forward(&self, x: #input) -> #forward {
            self.forward(x)
        }

        #inline
        fn predict(&self, x: #input) -> #output {
            self.predict(x)
        }

        #inline
        fn prediction(pass: &#forward) -> #output {
            #prediction
        }

        #inline
        fn loss(y_pred: #output, y_true: #output) -> #scalar {
            #name::loss(y_pred, y_true)
        }

        #inline
        fn loss_of(pass: &#forward, y_true: #output) -> #scalar {
            #name::loss_of(pass, y_true)
        }

        #inline
        fn backprop(&self, x: #input, y_true: #output, pass: &#forward) -> #gradients {
            self.backprop(x, y_true, pass)
        }

        #[inline]
        fn backprop_from(&self, x: #input, from_outside: #output, pass: &#forward) -> #gradients {
            self.backprop_from(x, from_outside, pass)
        }

        #[inline]
        fn input_gradients(&self, x: #input, from_outside: #output, pass: &#forward) -> #input {
            self.input_gradients(x, from_outside, pass).to_array()
        }

        #inline
        fn update(&mut self, all_gradients: &#gradients, learning_rate: #scalar) {
            self.update(all_gradients, learning_rate);
        }
    }
}

/// The description of the network. `named` writes the names of the values of one kind, which form an array of the given
/// dimensions.
///
/// Nothing is imported here: a type called `Layer` would hide a user's own, whose functions a declaration may name.
pub(crate) fn architecture<N>(network: &Network<N>, named: impl Fn(&N, &[usize]) -> TokenStream) -> TokenStream {
    let Network { name, core, loss, inputs, targets, .. } = network;
    let name = text(name);
    let [input, output] = network.ends();
    let named = |names: &N, dimensions: &[usize]| {
        let names = named(names, dimensions);
        quote!(#core::network::Names::#names)
    };
    let (inputs, targets) = (named(inputs, &[input]), named(targets, &[output]));
    let layers = network.layers.iter().map(|described| layer(described, core, named));
    let loss = described(&quote!(Loss), loss, core, [&["y_pred", "y_true"], &["y_pred", "y_true"]]);
    quote!(#core::network::Architecture::new(#name, #inputs, &[#(#layers),*], #targets, #loss))
}

fn layer<N>(layer: &Layer<N>, core: &TokenStream, named: impl Fn(&N, &[usize]) -> TokenStream) -> TokenStream {
    let activation = if layer.is_softmax() {
        quote!(#core::network::Activation::Softmax)
    } else {
        described(&quote!(Activation), &layer.activation, core, [&["each_z"], &["each_z", "each_a"]])
    };
    let weights = named(&layer.weights, &[layer.fan_in, layer.width]);
    let [biases, pre_activations, activations] =
        [&layer.biases, &layer.z, &layer.a].map(|names| named(names, &[layer.width]));
    quote!(#core::network::Layer::new(#activation, #weights, #biases, #pre_activations, #activations))
}

/// `::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::tanh>()`, or
/// `::mlp_core::network::Activation::custom("self::swish", …)`.
fn described(
    described: &TokenStream,
    function: &Function,
    core: &TokenStream,
    [value, derivative]: [&[&str]; 2],
) -> TokenStream {
    match function {
        Function::BuiltIn { module, name } => {
            let module = Ident::new(module.name(), Span::call_site());
            quote!(#core::network::#described::built_in::<#core::__private::#module::#name>())
        }
        Function::Custom(_) => {
            let (name, value) = (function.to_string(), function.value(&words(value)));
            let derivative = function.derivative().value(&words(derivative));
            quote!(#core::network::#described::custom(#name, #value, #derivative))
        }
    }
}

/// The names of single values, as a variant of `Names`.
fn listed_names(names: &[Ident]) -> TokenStream {
    let names = names.iter().map(text);
    quote!(Listed(&[#(#names),*]))
}

/// The name of an array with its dimensions, as a variant of `Names`.
pub(crate) fn array_name(name: &Ident, dimensions: &[usize]) -> TokenStream {
    let (name, lengths) = (text(name), dimensions.iter().copied().map(Literal::usize_unsuffixed));
    match &*lengths.collect::<Vec<_>>() {
        [rows, columns] => quote!(Matrix { name: #name, rows: #rows, columns: #columns }),
        lengths => quote!(Array { name: #name, len: #(#lengths)* }),
    }
}
