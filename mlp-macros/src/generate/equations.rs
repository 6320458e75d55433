//! The equations of the generated fields as text, for their documentation.
//!
//! They are those of mlp-core's `Equations`, but short: a derivative that only gives a weight or a value another name is
//! written as what it is, and a long sum loses its middle. A test compares them.

use syn::Ident;

use crate::names::{derivative, text};
use crate::network::{Layer, Network, Unrolled};

/// Sums of more terms lose their middle.
const MOST_TERMS: usize = 8;

/// `z1 = w11·x1 + w21·x2 + b1`
pub(crate) fn pre_activation(layer: &Layer<Vec<Ident>>, sources: &[Ident], target: usize) -> String {
    let weighted = layer.weights_into(target).zip(sources).map(|(weight, source)| product(&[weight, source]));
    let terms = weighted.chain([text(&layer.biases[target])]).collect();
    format!("{} = {}", layer.z[target], sum(terms))
}

/// `a1 = tanh(z1)`, or `y_pred1 = e^z1 / (e^z1 + e^z2)`
pub(crate) fn activation(layer: &Layer<Vec<Ident>>, target: usize) -> String {
    let (z, a) = (&layer.z[target], &layer.a[target]);
    if layer.is_softmax() {
        let powers = layer.z.iter().map(|z| format!("e^{z}")).collect();
        format!("{a} = e^{z} / ({})", sum(powers))
    } else {
        format!("{a} = {}({z})", layer.activation)
    }
}

/// `dL_dw11 = dL_dz1·x1`
pub(crate) fn weight_gradient([weight, source, z]: [&Ident; 3]) -> String {
    format!("{} = {}", derivative("L", weight), product(&[&derivative("L", z), source]))
}

/// `dL_dz1 = dL_dz3·w31·da1_dz1 + dL_dz4·w32·da1_dz1`, for a neuron of the layer with this index.
pub(crate) fn chain_rule(network: &Unrolled, index: usize, target: usize) -> String {
    let layer = &network.layers[index];
    let (z, a) = (&layer.z[target], &layer.a[target]);
    let path = |a: &Ident| product(&[&derivative("L", a), &derivative(&a.to_string(), z)]);
    let chain = match network.layers.get(index + 1) {
        Some(next) => {
            let da_dz = derivative(&a.to_string(), z);
            let terms = outgoing(next, target).map(|(weight, dl_dz)| product(&[&dl_dz, weight, &da_dz]));
            sum(terms.collect())
        }
        None if network.cancels() => difference(network, &a.to_string(), &network.targets[target].to_string()),
        None if layer.is_softmax() => sum(layer.a.iter().map(path).collect()),
        None => path(a),
    };
    format!("{} = {chain}", derivative("L", z))
}

/// `dL_dx1 = dL_dz1·w11 + dL_dz2·w12`
pub(crate) fn input_gradient(network: &Unrolled, input: usize) -> String {
    let terms = outgoing(&network.layers[0], input).map(|(weight, dl_dz)| product(&[&dl_dz, weight]));
    format!("{} = {}", derivative("L", &network.inputs[input]), sum(terms.collect()))
}

/// `y_pred1 - y_true1`, or `(y_pred1 - y_true1) / 2`: where the derivatives of loss and activation cancel.
pub(crate) fn difference<N>(network: &Network<N>, y_pred: &str, y_true: &str) -> String {
    match network.averaged_outputs() {
        Some(outputs) => format!("({y_pred} - {y_true}) / {outputs}"),
        None => format!("{y_pred} - {y_true}"),
    }
}

/// The weights of the layer that start from this source, each with the derivative that goes back along it.
fn outgoing(layer: &Layer<Vec<Ident>>, source: usize) -> impl Iterator<Item = (&Ident, Ident)> {
    let weights = layer.weights.iter().skip(source * layer.width);
    weights.zip(layer.z.iter().map(|z| derivative("L", z)))
}

/// `w11·x1 + w21·x2 + w31·x3 + … + w91·x9 + b1`
fn sum(mut terms: Vec<String>) -> String {
    if terms.len() > MOST_TERMS {
        terms.splice(3..terms.len() - 2, ["…".to_owned()]);
    }
    terms.join(" + ")
}

fn product(factors: &[&Ident]) -> String {
    factors.iter().map(|factor| text(factor)).collect::<Vec<_>>().join("·")
}
