//! The equations of the fields as text: one for each array.

use syn::Ident;

use crate::generate::equations::difference;
use crate::names::{derivative, text};
use crate::network::{Layer, Rolled};

/// `z1[j] = Σ_i w1[i][j]·x[i] + b1[j]`
pub(crate) fn pre_activations(layer: &Layer<Ident>, source: &Ident) -> String {
    let Layer { weights: w, biases: b, z, .. } = layer;
    format!("{z}[j] = Σ_i {}[i][j]·{source}[i] + {}[j]", text(w), text(b))
}

/// `a1[j] = tanh(z1[j])`
pub(crate) fn activations(layer: &Layer<Ident>) -> String {
    let Layer { activation, z, a, .. } = layer;
    if layer.is_softmax() { format!("{a}[j] = {activation}({z})[j]") } else { format!("{a}[j] = {activation}({z}[j])") }
}

/// `dL_dw1[i][j] = dL_dz1[j]·x[i]`
pub(crate) fn weight_gradients(layer: &Layer<Ident>, source: &Ident) -> String {
    let [dl_dw, dl_dz] = [&layer.weights, &layer.z].map(|by| derivative("L", by));
    format!("{dl_dw}[i][j] = {dl_dz}[j]·{source}[i]")
}

/// `dL_db1[j] = dL_dz1[j] = (Σ_k dL_dz2[k]·w2[j][k])·da1_dz1[j]`, for the layer with this index.
pub(crate) fn bias_gradients(network: &Rolled, index: usize) -> String {
    let Layer { biases, z, a, .. } = &network.layers[index];
    let [dl_db, dl_dz, dl_da] = [biases, z, a].map(|by| derivative("L", by));
    let da_dz = derivative(&a.to_string(), z);
    let chain = match network.layers.get(index + 1) {
        Some(next) => {
            let (dl_dnext, w) = (derivative("L", &next.z), text(&next.weights));
            format!("(Σ_k {dl_dnext}[k]·{w}[j][k])·{da_dz}[j]")
        }
        None if network.cancels() => difference(network, &format!("{a}[j]"), &format!("{}[j]", network.targets)),
        None if network.output().is_softmax() => {
            format!("Σ_k {dl_da}[k]·({a}[k]·(1 - {a}[k]) if j = k, else -{a}[k]·{a}[j])")
        }
        None => format!("{dl_da}[j]·{da_dz}[j]"),
    };
    format!("{dl_db}[j] = {dl_dz}[j] = {chain}")
}

/// `dL_dx[i] = Σ_j dL_dz1[j]·w1[i][j]`
pub(crate) fn input_gradients(network: &Rolled) -> String {
    let Layer { weights, z, .. } = &network.layers[0];
    let [dl_dx, dl_dz] = [&network.inputs, z].map(|by| derivative("L", by));
    format!("{dl_dx}[i] = Σ_j {dl_dz}[j]·{}[i][j]", text(weights))
}
