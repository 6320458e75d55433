//! Backpropagation in the lecture's eight steps.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::{
    GeneratedFn, comment, companions, ends, equations, imports, inline, is_very_large, listed, loss, methods, structs,
};
use crate::names::derivative;
use crate::network::{Function, Layer, Network, Unrolled};

/// The fields of the gradients: one per parameter, in canonical order.
pub(crate) fn fields(network: &Unrolled) -> TokenStream {
    let field = |parameter, equation: &str| structs::gradient_field(network, parameter, &network.scalar, equation);
    let fields = network.layers_with_sources().enumerate().map(|(index, (layer, sources))| {
        let weights = layer.connections(sources).map(|connection| {
            let [weight, ..] = connection;
            field(weight, &equations::weight_gradient(connection))
        });
        let biases = layer.biases.iter().enumerate().map(|(target, bias)| {
            let (dl_db, chain_rule) = (derivative("L", bias), equations::chain_rule(network, index, target));
            field(bias, &format!("{dl_db} = {chain_rule}"))
        });
        weights.chain(biases).collect::<TokenStream>()
    });
    fields.collect()
}

/// `backprop`: steps 1 to 4 for the output layer, 5 to 8 for each hidden layer, from the last to the first.
pub(crate) fn backprop(network: &Unrolled) -> GeneratedFn {
    let inline = inline(network);
    let Unrolled { core, inputs, targets, .. } = network;
    let (x, y_true, steps) = (listed(inputs), listed(targets), steps(network));
    if !is_very_large(network) {
        return GeneratedFn::inline(methods::backprop(network, &inline, [&x, &y_true], &steps));
    }
    let ([forward, gradients], [input, output]) = (companions(network), ends(network));
    let call = quote!(#core::__private::vectorized::backprop(self, x, y_true, pass));
    let method = quote! {
        fn backprop(&self, #x: #input, #y_true: #output, pass: &#forward) -> #gradients {
            #steps
        }
    };
    let function = methods::backprop(network, &inline, [&quote!(x), &quote!(y_true)], &call);
    GeneratedFn::outlined(network, "backprop", function, &quote!(Backprop), &method)
}

/// The body of `backprop`, step by step.
fn steps(network: &Unrolled) -> TokenStream {
    let [forward, _] = companions(network);
    let calls_output_derivative = calls_output_derivative(network);
    let imports = derivative_imports(network, loss::calls_derivative(network), calls_output_derivative);
    let weights = weights_behind_inputs(network);
    let values = values(network, calls_output_derivative);
    let to_pre_activations = if network.cancels() {
        comment::step(&comment::steps_1_to_3(network), loss::cancelled_steps(network))
    } else {
        [comment::step(comment::STEP_1, loss::step(network)), steps_2_and_3(network.output())].into_iter().collect()
    };
    let steps_4_to_8 = steps_4_to_8(network);
    quote! {
        #imports
        #weights
        let #forward { #values } = *pass;
        #to_pre_activations
        #steps_4_to_8
    }
}

/// `let Net { w31, w32, .. } = *self;`: the weights of all layers but the first, whose weights are not needed where
/// nothing is differentiated with respect to the inputs.
pub(crate) fn weights_behind_inputs(network: &Unrolled) -> Option<TokenStream> {
    let Unrolled { name, layers, .. } = network;
    let weights: Vec<_> = layers.iter().skip(1).flat_map(|layer| &layer.weights).collect();
    (!weights.is_empty()).then(|| quote!(let #name { #(#weights,)* .. } = *self;))
}

/// Imports the derivatives that backpropagation calls: of the loss if `calls_loss`, and of activations, with the output
/// layer's if `calls_output`.
pub(crate) fn derivative_imports<N>(network: &Network<N>, calls_loss: bool, calls_output: bool) -> TokenStream {
    let loss = calls_loss.then_some(&network.loss);
    let called = network.layers.len() - usize::from(!calls_output);
    let activations = network.layers.iter().take(called).map(|layer| &layer.activation);
    let derivatives: Vec<_> = loss.into_iter().chain(activations).map(Function::derivative).collect();
    imports(&derivatives, &network.core)
}

/// Whether the derivative of the output activation is a call. Otherwise it is written out, from the predictions alone.
pub(crate) fn calls_output_derivative<N>(network: &Network<N>) -> bool {
    !network.cancels() && !network.output().is_softmax()
}

/// `z1, a1, z2, y_pred`, or `z1, a1, y_pred, ..`: the values of the forward pass that backpropagation needs, with the
/// output layer's pre-activations if it calls the derivative of that layer's activation.
pub(crate) fn values(network: &Unrolled, calls_output: bool) -> TokenStream {
    if calls_output {
        let all = network.values();
        return quote!(#(#all),*);
    }
    let unneeded = &network.output().z;
    let needed = network.values().into_iter().filter(|value| !unneeded.contains(value));
    quote!(#(#needed,)* ..)
}

/// The gradients of the output layer, then steps 5 to 8 of each hidden layer, and the struct of all gradients.
pub(crate) fn steps_4_to_8(network: &Unrolled) -> TokenStream {
    let [_, gradients] = companions(network);
    let (layer, sources) = network.layers_with_sources().next_back().expect("a network has layers");
    let output = [comment::step(comment::STEP_4, weight_gradients(layer, sources)), bias_gradients(layer)];
    let hidden = (0..network.layers.len() - 1).rev().map(|index| hidden_steps(network, index));
    let steps = output.into_iter().chain(hidden);
    let fields = network.parameters().into_iter().map(|parameter| derivative("L", parameter));
    quote! {
        #(#steps)*
        #gradients { #(#fields),* }
    }
}

/// From the derivatives with respect to the predictions to those with respect to their pre-activations.
pub(crate) fn steps_2_and_3(layer: &Layer<Vec<Ident>>) -> TokenStream {
    let chain_rule = layer.z.iter().zip(&layer.a).map(|(z, own)| {
        let dl_dz = derivative("L", z);
        // With softmax every activation depends on this pre-activation; otherwise only its own does.
        let activations = layer.a.iter().filter(|a| layer.is_softmax() || *a == own);
        let terms = activations.map(|a| {
            let (dl_da, da_dz) = (derivative("L", a), derivative(&a.to_string(), z));
            quote!(#dl_da * #da_dz)
        });
        quote!(let #dl_dz = #(#terms)+*;)
    });
    let step_2 = comment::step(comment::STEP_2, activation_derivatives(layer));
    let step_3 = comment::step(comment::STEP_3, chain_rule);
    quote!(#step_2 #step_3)
}

fn hidden_steps(network: &Unrolled, index: usize) -> TokenStream {
    let (layer, sources) = network.layers_with_sources().nth(index).expect("a hidden layer is a layer");
    let next = &network.layers[index + 1];
    let [step_5, step_6, step_7, step_8] = comment::steps_5_to_8(network, index);
    [
        comment::step(&step_5, source_derivatives(&layer.a, next)),
        comment::step(&step_6, activation_derivatives(layer)),
        comment::step(&step_7, layer.z.iter().zip(&layer.a).map(|(z, a)| chain_rule(z, a, next))),
        comment::step(&step_8, weight_gradients(layer, sources)),
        bias_gradients(layer),
    ]
    .into_iter()
    .collect()
}

/// ∂a/∂z = σ′(z)
fn activation_derivatives(layer: &Layer<Vec<Ident>>) -> Vec<TokenStream> {
    if layer.is_softmax() {
        return softmax_derivatives(layer);
    }
    let function = layer.activation.derivative().call();
    let statement = |(z, a): (&Ident, &Ident)| {
        let da_dz = derivative(&a.to_string(), z);
        quote!(let #da_dz = #function(#z, #a);)
    };
    layer.z.iter().zip(&layer.a).map(statement).collect()
}

/// ∂a_k/∂z_j = a_k (1 - a_k) for j = k, otherwise -a_k a_j
fn softmax_derivatives(layer: &Layer<Vec<Ident>>) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    for a in &layer.a {
        for (z, other) in layer.z.iter().zip(&layer.a) {
            let da_dz = derivative(&a.to_string(), z);
            let value = if a == other { quote!(#a * (1.0 - #a)) } else { quote!(-#a * #other) };
            statements.push(quote!(let #da_dz = #value;));
        }
    }
    statements
}

/// ∂z/∂w = the source; ∂L/∂w = ∂L/∂z · ∂z/∂w
fn weight_gradients(layer: &Layer<Vec<Ident>>, sources: &[Ident]) -> Vec<TokenStream> {
    let (mut by_weight, mut gradients) = (Vec::new(), Vec::new());
    for (target, z) in layer.z.iter().enumerate() {
        for (weight, source) in layer.weights_into(target).zip(sources) {
            let [dz_dw, dl_dw] = [derivative(&z.to_string(), weight), derivative("L", weight)];
            let dl_dz = derivative("L", z);
            by_weight.push(quote!(let #dz_dw = #source;));
            gradients.push(quote!(let #dl_dw = #dl_dz * #dz_dw;));
        }
    }
    by_weight.append(&mut gradients);
    by_weight
}

/// ∂L/∂b = ∂L/∂z
fn bias_gradients(layer: &Layer<Vec<Ident>>) -> TokenStream {
    let statements = layer.z.iter().zip(&layer.biases).map(|(z, bias)| {
        let (dl_db, dl_dz) = (derivative("L", bias), derivative("L", z));
        quote!(let #dl_db = #dl_dz;)
    });
    comment::step(comment::BIASES, statements)
}

/// ∂z/∂source = the weight between them
pub(crate) fn source_derivatives(sources: &[Ident], next: &Layer<Vec<Ident>>) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    for (target, z) in next.z.iter().enumerate() {
        for (weight, source) in next.weights_into(target).zip(sources) {
            let dz_da = derivative(&z.to_string(), source);
            statements.push(quote!(let #dz_da = #weight;));
        }
    }
    statements
}

/// ∂L/∂z = Σ over the next layer of ∂L/∂z′ · ∂z′/∂a · ∂a/∂z
fn chain_rule(z: &Ident, a: &Ident, next: &Layer<Vec<Ident>>) -> TokenStream {
    let (dl_dz, da_dz) = (derivative("L", z), derivative(&a.to_string(), z));
    let terms = next.z.iter().map(|next_z| {
        let (dl_dnext, dnext_da) = (derivative("L", next_z), derivative(&next_z.to_string(), a));
        quote!(#dl_dnext * #dnext_da * #da_dz)
    });
    quote!(let #dl_dz = #(#terms)+*;)
}
