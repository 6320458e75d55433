//! A network's layers with their parameters, without its functions.

use super::{ErasedArchitecture, Name, Names};
use crate::Scalar;

/// The neurons of all layers and the weights that join them. Traces keep it for figures.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wiring<T> {
    pub(crate) inputs: Names,
    pub(crate) layers: Vec<WiredLayer<T>>,
    pub(crate) targets: Names,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WiredLayer<T> {
    /// The name of the activation.
    pub(crate) activation: &'static str,
    /// Source by source, as in [`Layer`](super::Layer).
    pub(crate) weight_names: Names,
    pub(crate) bias_names: Names,
    pub(crate) activation_names: Names,
    pub(crate) weights: Vec<T>,
    pub(crate) biases: Vec<T>,
}

impl<T: Scalar> Wiring<T> {
    /// The wiring of a network with these parameters, in canonical order.
    pub(crate) fn new(architecture: ErasedArchitecture<T>, mut parameters: &[T]) -> Self {
        let mut take = |names: Names| {
            let (first, rest) = parameters.split_at(names.len().min(parameters.len()));
            parameters = rest;
            first.to_vec()
        };
        let layers = architecture.layers.iter().map(|layer| WiredLayer {
            activation: layer.activation.name(),
            weight_names: layer.weights,
            bias_names: layer.biases,
            activation_names: layer.activations,
            weights: take(layer.weights),
            biases: take(layer.biases),
        });
        Self { inputs: architecture.inputs, layers: layers.collect(), targets: architecture.targets }
    }

    /// The names of inputs, targets and parameters in canonical order.
    pub(crate) fn names(&self) -> impl Iterator<Item = Name> {
        let parameters = self.layers.iter().flat_map(|layer| layer.weight_names.iter().chain(layer.bias_names.iter()));
        self.inputs.iter().chain(self.targets.iter()).chain(parameters)
    }
}
