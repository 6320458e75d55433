//! The forward pass.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::Ident;

use super::{GeneratedFn, comment, companions, equations, imports, is_large, listed, methods};
use crate::network::{Layer, Unrolled};

/// The fields of a forward pass: every value, neuron by neuron.
pub(crate) fn fields(network: &Unrolled) -> TokenStream {
    let scalar = &network.scalar;
    let predictions = &network.output().a;
    let layers = network.layers_with_sources();
    let neurons = layers.flat_map(|(layer, sources)| (0..layer.width).map(move |target| (layer, sources, target)));
    let fields = (1..).zip(neurons).map(|(number, (layer, sources, target))| {
        let (z, a) = (&layer.z[target], &layer.a[target]);
        let what = match predictions.iter().position(|prediction| prediction == a) {
            None => format!("Activation of neuron {number}"),
            Some(_) if predictions.len() == 1 => "Prediction".to_owned(),
            Some(index) => format!("Prediction {}", index + 1),
        };
        let activation = comment::equation(&what, &equations::activation(layer, target));
        let what = format!("Pre-activation of neuron {number}");
        let pre_activation = comment::equation(&what, &equations::pre_activation(layer, sources, target));
        quote!(#pre_activation pub #z: #scalar, #activation pub #a: #scalar,)
    });
    fields.collect()
}

/// `forward`: z = w·x + b and a = σ(z), neuron by neuron; softmax needs all z first.
pub(crate) fn forward(network: &Unrolled) -> GeneratedFn {
    let Unrolled { scalar, core, inputs, .. } = network;
    let [forward, _] = companions(network);
    let (x, steps, inline) = (listed(inputs), steps(network), quote!(#[inline(always)]));
    if !is_large(network) {
        return GeneratedFn::inline(methods::forward(network, &inline, &x, &steps));
    }
    let call = quote! {
        use #core::__private::vectorized::{Spaced, forward};
        forward(self, [#(Spaced(#inputs)),*])
    };
    let (spaced, count) = (quote!(#core::__private::vectorized::Spaced), Literal::usize_unsuffixed(inputs.len()));
    let method = quote! {
        fn forward(&self, [#(#spaced(#inputs)),*]: [#spaced<#scalar>; #count]) -> #forward {
            #steps
        }
    };
    let function = methods::forward(network, &inline, &x, &call);
    GeneratedFn::outlined(network, "forward", function, &quote!(Forward<#count>), &method)
}

/// The body of `forward`, layer by layer.
fn steps(network: &Unrolled) -> TokenStream {
    let Unrolled { name, core, layers, .. } = network;
    let [forward, _] = companions(network);
    let imports = imports(layers.iter().map(|layer| &layer.activation), core);
    let parameters = network.parameters();
    let steps = network.layers_with_sources().enumerate().map(|(index, (layer, sources))| {
        let softmax = layer.is_softmax().then(|| softmax(layer));
        let neurons = (0..layer.width).map(|target| neuron(layer, sources, target));
        comment::step(&comment::layer(network, index), neurons.chain(softmax))
    });
    let values = network.values();
    quote! {
        #imports
        let #name { #(#parameters),* } = *self;
        #(#steps)*
        #forward { #(#values),* }
    }
}

/// `predict`: the forward pass, keeping only the predictions.
pub(crate) fn predict(network: &Unrolled) -> TokenStream {
    let [forward, _] = companions(network);
    let predictions = &network.output().a;
    let body = quote! {
        let #forward { #(#predictions,)* .. } = self.forward(x);
        [#(#predictions),*]
    };
    methods::predict(network, &quote!(#[inline(always)]), &body)
}

fn neuron(layer: &Layer<Vec<Ident>>, sources: &[Ident], target: usize) -> TokenStream {
    let (z, a, bias) = (&layer.z[target], &layer.a[target], &layer.biases[target]);
    let weights = layer.weights_into(target);
    let pre_activation = quote!(let #z = #(#weights * #sources)+* + #bias;);
    if layer.is_softmax() {
        return pre_activation;
    }
    let activation = layer.activation.call();
    quote! {
        #pre_activation
        let #a = #activation(#z);
    }
}

/// `let [y_pred1, y_pred2] = softmax([z3, z4]);`
fn softmax(layer: &Layer<Vec<Ident>>) -> TokenStream {
    let activation = layer.activation.call();
    let [z, a] = [&layer.z, &layer.a].map(|names| listed(names));
    quote!(let #a = #activation(#z);)
}
