//! Forward pass, backpropagation and the fused step: the lecture's equations, each for a whole layer.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

use super::flat;
use crate::generate::backprop::{calls_output_derivative, derivative_imports};
use crate::generate::{comment, companions, ends, imports, loss, methods, words};
use crate::names::derivative;
use crate::network::{Layer, Rolled};

/// `forward`: z = x·w + b and a = σ(z), layer by layer.
pub(crate) fn forward(network: &Rolled) -> TokenStream {
    let Rolled { name, core, layers, .. } = network;
    let [forward, _] = companions(network);
    let imports = imports(layers.iter().map(|layer| &layer.activation), core);
    let elementwise = layers.iter().any(|layer| !layer.is_softmax());
    let helpers = helpers(network, &[("affine", true), ("map", elementwise)]);
    let parameters = network.parameters();
    let steps = network.layers_with_sources().enumerate().map(|(index, (layer, source))| {
        let Layer { weights: w, biases: b, z, a, .. } = layer;
        let activation = activation(layer);
        let statements = [quote!(let #z = affine(&#source, #w, #b);), quote!(let #a = #activation;)];
        comment::step(&comment::layer(network, index), statements)
    });
    let values = network.values();
    let body = quote! {
        #imports
        #helpers
        let #name { #(#parameters),* } = self;
        #(#steps)*
        #forward { #(#values),* }
    };
    methods::forward(network, &TokenStream::new(), &quote!(x), &body)
}

/// a = σ(z)
fn activation(layer: &Layer<Ident>) -> TokenStream {
    let Layer { activation, z, .. } = layer;
    if layer.is_softmax() {
        let softmax = activation.call();
        quote!(#softmax(#z))
    } else {
        let function = activation.value(&words(&["each_z"]));
        quote!(map(&#z, #function))
    }
}

/// `predict`: the forward pass, keeping only the predictions.
pub(crate) fn predict(network: &Rolled) -> TokenStream {
    let y_pred = &network.output().a;
    methods::predict(network, &TokenStream::new(), &quote!(self.forward(x).#y_pred))
}

/// `backprop`: the eight steps.
pub(crate) fn backprop(network: &Rolled) -> TokenStream {
    let [forward, _] = companions(network);
    let depth = network.layers.len();
    let calls_output = calls_output_derivative(network);
    let imports = derivative_imports(network, !network.cancels(), calls_output);
    let helpers = helpers(
        network,
        &[&step_helpers(network)[..], &[("copied", true), ("outer", true), ("weighted_sums", depth > 1)]].concat(),
    );
    let values = values(network, calls_output);
    let output_steps = output_steps(network);
    let steps_4_to_8 = steps_4_to_8(network);
    let body = quote! {
        #imports
        #helpers
        let #forward { #values } = pass;
        #output_steps
        #steps_4_to_8
    };
    methods::backprop(network, &TokenStream::new(), [&quote!(x), &quote!(y_true)], &body)
}

/// The gradients of the output layer, then steps 5 to 8 of each hidden layer, and the struct of all gradients.
pub(crate) fn steps_4_to_8(network: &Rolled) -> TokenStream {
    let ([_, gradients], depth) = (companions(network), network.layers.len());
    let step_4 = gradients_of(network, depth - 1, comment::STEP_4);
    let hidden_steps = (0..depth - 1).rev().map(|index| hidden_steps(network, index));
    let fields = network.parameters().into_iter().map(|parameter| derivative("L", parameter));
    quote! {
        #step_4
        #(#hidden_steps)*
        #gradients { #(#fields),* }
    }
}

/// `backprop_into`: backpropagation into an array of all gradients, in canonical order.
pub(crate) fn backprop_into(network: &Rolled) -> TokenStream {
    let Rolled { layers, .. } = network;
    let ([forward, _], [input, output]) = (companions(network), ends(network));
    let calls_output = calls_output_derivative(network);
    let imports = derivative_imports(network, !network.cancels(), calls_output);
    let helpers = helpers(
        network,
        &[&step_helpers(network)[..], &[("gradients_into", true), ("weighted_sums", layers.len() > 1)]].concat(),
    );
    let (values, flat) = (values(network, calls_output), flat(network));
    let output_steps = output_steps(network);
    let mut offset = network.parameter_count();
    let layers = network.layers_with_sources().collect::<Vec<_>>().into_iter().enumerate().rev();
    let gradients = layers.map(|(index, (layer, source))| {
        let Layer { weights: w, z, fan_in, width, .. } = layer;
        offset -= (fan_in + 1) * width;
        let first = Literal::usize_unsuffixed(offset);
        let dl_dz = derivative("L", z);
        let Some(before) = index.checked_sub(1) else {
            return quote!(gradients_into(&#source, &#dl_dz, all_gradients.as_mut_slice(), #first););
        };
        let before = &network.layers[before];
        let (Layer { z: z_before, a, .. }, own) = (before, activation_derivatives(before));
        let [dl_da, dl_dbefore] = [a, z_before].map(|by| derivative("L", by));
        let da_dz = derivative(&a.to_string(), z_before);
        quote! {
            gradients_into(#source, &#dl_dz, all_gradients.as_mut_slice(), #first);
            let #dl_da = weighted_sums(&self.#w, &#dl_dz);
            #own
            let #dl_dbefore = product(&#dl_da, &#da_dz);
        }
    });
    let gradients: TokenStream = gradients.collect();
    quote! {
        fn backprop_into(&self, x: #input, y_true: #output, pass: &#forward, all_gradients: &mut #flat) {
            #imports
            #helpers
            let #forward { #values } = pass;
            #output_steps
            #gradients
        }
    }
}

/// `sgd_step`: forward pass, backpropagation and update in one, without storing the gradients of the weights.
pub(crate) fn sgd_step(network: &Rolled) -> TokenStream {
    let Rolled { name, scalar, layers, .. } = network;
    let ([forward, _], [input, output]) = (companions(network), ends(network));
    let calls_output = calls_output_derivative(network);
    let imports = derivative_imports(network, !network.cancels(), calls_output);
    let helpers = helpers(
        network,
        &[&step_helpers(network)[..], &[("update_first_layer", true), ("update_layer", layers.len() > 1)]].concat(),
    );
    let values = values(network, calls_output);
    let parameters = network.parameters();
    let output_steps = output_steps(network);
    let sweeps = (1..layers.len()).rev().map(|index| sweep(network, index));
    let Layer { weights: w, biases: b, z, .. } = &layers[0];
    let dl_dz = derivative("L", z);
    quote! {
        fn sgd_step(&mut self, x: #input, y_true: #output, learning_rate: #scalar) -> #forward {
            #imports
            #helpers
            let pass = self.forward(x);
            let #forward { #values } = &pass;
            let #name { #(#parameters),* } = self;
            #output_steps
            #(#sweeps)*
            update_first_layer(#w, #b, &x, &#dl_dz, learning_rate);
            pass
        }
    }
}

/// The update of a layer, and the derivatives with respect to the pre-activations of the layer before.
fn sweep(network: &Rolled, index: usize) -> TokenStream {
    let (before, layer) = (&network.layers[index - 1], &network.layers[index]);
    let (Layer { z: z_before, a, .. }, Layer { weights: w, biases: b, z, .. }) = (before, layer);
    let [dl_da, dl_dz, dl_dbefore] = [a, z, z_before].map(|by| derivative("L", by));
    let da_dz = derivative(&a.to_string(), z_before);
    comment::step(
        &comment::sweep(index),
        [
            quote!(let #dl_da = update_layer(#w, #b, #a, &#dl_dz, learning_rate);),
            activation_derivatives(before),
            quote!(let #dl_dbefore = product(&#dl_da, &#da_dz);),
        ],
    )
}

/// Steps 1 to 3.
fn output_steps(network: &Rolled) -> TokenStream {
    let layer = network.output();
    let (Layer { z, a, .. }, y_true) = (layer, &network.targets);
    let [dl_da, dl_dz] = [a, z].map(|by| derivative("L", by));
    if network.cancels() {
        let difference = loss::cancelled(network, a, y_true);
        let statement = quote!(let #dl_dz = map_pairs(#a, &#y_true, |#a, #y_true| #difference););
        return comment::step(&comment::steps_1_to_3(network), [statement]);
    }
    let loss_derivative = network.loss.derivative().call();
    let step_1 = comment::step(comment::STEP_1, [quote!(let #dl_da = #loss_derivative(*#a, #y_true);)]);
    let steps_2_and_3 = steps_2_and_3(layer);
    quote!(#step_1 #steps_2_and_3)
}

/// From the derivatives with respect to the predictions to those with respect to their pre-activations.
pub(crate) fn steps_2_and_3(layer: &Layer<Ident>) -> TokenStream {
    let Layer { z, a, .. } = layer;
    let [dl_da, dl_dz] = [a, z].map(|by| derivative("L", by));
    if layer.is_softmax() {
        return comment::step(comment::STEPS_2_AND_3, [quote!(let #dl_dz = through_softmax(&#dl_da, #a);)]);
    }
    let da_dz = derivative(&a.to_string(), z);
    let step_2 = comment::step(comment::STEP_2, [activation_derivatives(layer)]);
    let step_3 = comment::step(comment::STEP_3, [quote!(let #dl_dz = product(&#dl_da, &#da_dz);)]);
    quote!(#step_2 #step_3)
}

fn hidden_steps(network: &Rolled, index: usize) -> TokenStream {
    let [.., step_8] = comment::steps_5_to_8(network, index);
    let (steps_5_to_7, step_8) = (steps_5_to_7(network, index), gradients_of(network, index, &step_8));
    quote!(#steps_5_to_7 #step_8)
}

/// Computes ∂L/∂z of a hidden layer from ∂L/∂z of the next layer.
pub(crate) fn steps_5_to_7(network: &Rolled, index: usize) -> TokenStream {
    let (layer, next) = (&network.layers[index], &network.layers[index + 1]);
    let (Layer { z, a, .. }, Layer { weights: next_w, z: next_z, .. }) = (layer, next);
    let [step_5, step_6, step_7, _] = comment::steps_5_to_8(network, index);
    let dz_da = derivative(&next_z.to_string(), a);
    let [dl_da, dl_dnext, dl_dz] = [a, next_z, z].map(|by| derivative("L", by));
    let da_dz = derivative(&a.to_string(), z);
    let chain_rule =
        [quote!(let #dl_da = weighted_sums(#dz_da, &#dl_dnext);), quote!(let #dl_dz = product(&#dl_da, &#da_dz);)];
    [
        comment::step(&step_5, [quote!(let #dz_da = &self.#next_w;)]),
        comment::step(&step_6, [activation_derivatives(layer)]),
        comment::step(&step_7, chain_rule),
    ]
    .into_iter()
    .collect()
}

/// ∂a/∂z = σ′(z, a)
fn activation_derivatives(layer: &Layer<Ident>) -> TokenStream {
    let Layer { z, a, .. } = layer;
    let da_dz = derivative(&a.to_string(), z);
    let function = layer.activation.derivative().value(&words(&["each_z", "each_a"]));
    quote!(let #da_dz = map_pairs(#z, #a, #function);)
}

/// ∂L/∂w = source · ∂L/∂z and ∂L/∂b = ∂L/∂z
fn gradients_of(network: &Rolled, index: usize, text: &str) -> TokenStream {
    let (layer, source) = network.layers_with_sources().nth(index).expect("the index is that of a layer");
    let Layer { weights: w, biases: b, z, .. } = layer;
    let [dl_dw, dl_db, dl_dz] = [w, b, z].map(|by| derivative("L", by));
    // The inputs are passed by value; the values of the pass are references.
    let source = if index == 0 { quote!(&#source) } else { quote!(#source) };
    let weights = comment::step(text, [quote!(let #dl_dw = outer(#source, &#dl_dz);)]);
    let biases = comment::step(comment::BIASES, [quote!(let #dl_db = copied(&#dl_dz);)]);
    quote!(#weights #biases)
}

/// `z1, a1, z2, y_pred`, or `z1, a1, y_pred, ..`: the values of the forward pass that backpropagation needs, with the
/// output layer's pre-activations if it calls the derivative of that layer's activation.
pub(crate) fn values(network: &Rolled, calls_output: bool) -> TokenStream {
    let needed = network.layers.iter().enumerate().map(|(index, layer)| {
        let Layer { z, a, .. } = layer;
        let output = index + 1 == network.layers.len();
        if output && !calls_output { quote!(#a, ..) } else { quote!(#z, #a,) }
    });
    needed.collect()
}

/// The functions of `__private::rolled` that [`output_steps`] and hidden layers need.
fn step_helpers(network: &Rolled) -> [(&'static str, bool); 3] {
    let hidden = network.layers.len() > 1;
    let calls = calls_output_derivative(network);
    [
        ("map_pairs", calls || hidden || network.cancels()),
        ("product", calls || hidden),
        ("through_softmax", !calls && !network.cancels()),
    ]
}

/// `use ::mlp_core::__private::rolled::{affine, map};`
pub(crate) fn helpers(network: &Rolled, functions: &[(&str, bool)]) -> TokenStream {
    let core = &network.core;
    let mut names: Vec<_> = functions.iter().filter(|(_, needed)| *needed).map(|(name, _)| *name).collect();
    names.sort_unstable();
    match &*words(&names) {
        [name] => quote!(use #core::__private::rolled::#name;),
        names => quote!(use #core::__private::rolled::{#(#names),*};),
    }
}
