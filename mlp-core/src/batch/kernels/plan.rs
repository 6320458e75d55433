//! A network as the kernels see it: widths, functions, and weights cut into tiles.

use alloc::vec::Vec;
use core::ops::Range;

use super::elementwise::{Activation, Loss};
use super::tile;
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use crate::{Scalar, activation};

/// The bytes of a block, if it has more than the least number of examples: half of the second-level cache.
const BLOCK_BYTES: usize = 256 << 10;

/// The examples of a block, at least. With fewer, the sums of the gradients are loaded and stored for too few
/// multiplications.
const BLOCK_EXAMPLES: usize = 128;

/// The panels of a block, at most. More gain nothing.
pub(super) const BLOCK_PANELS: usize = 16;

/// The bytes of examples that stay packed from pass to pass, at most.
const KEPT_BYTES: usize = 16 << 20;

/// The multiplications of a chunk, at least. Adding up its sums takes no time in comparison.
const CHUNK_PRODUCTS: usize = 1 << 21;

/// Everything that all passes share. Only the weights change from pass to pass.
#[derive(Clone, Debug)]
pub(super) struct KernelPlan<T> {
    pub(super) backend: Backend,
    pub(super) layers: Vec<Layer<T>>,
    pub(super) loss: Loss,
    /// How many examples are computed together, layer by layer.
    pub(super) block_size: usize,
    /// How many examples have their gradients added up lane by lane; a multiple of the block.
    pub(super) chunk_size: usize,
    /// How many blocks may be kept packed.
    pub(super) kept_blocks: usize,
}

/// A layer and its weights.
#[derive(Clone, Debug)]
pub(super) struct Layer<T> {
    pub(super) sources: usize,
    pub(super) neurons: usize,
    pub(super) activation: Activation<T>,
    /// The activation to differentiate; identity if the loss cancels it.
    pub(super) differentiated: Activation<T>,
    /// The range of its parameters in the network's array.
    pub(super) parameters: Range<usize>,
    /// The tiles from the sources to the pre-activations.
    pub(super) forward: Vec<T>,
    /// The tiles from the derivatives with respect to the pre-activations to those with respect to the sources.
    pub(super) back: Vec<T>,
}

impl<T: Scalar> KernelPlan<T> {
    pub(super) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        let ErasedArchitecture { layers, loss, .. } = architecture;
        let (output, mut first) = (layers.last(), 0);
        let mut layers: Vec<_> = layers
            .iter()
            .map(|layer| {
                let (sources, neurons) = (layer.fan_in(), layer.fan_out());
                let parameters = first..first + (sources + 1) * neurons;
                first = parameters.end;
                let activation = Activation::new(&layer.activation);
                let (forward, back) = (Vec::new(), Vec::new());
                Layer { sources, neurons, activation, differentiated: activation, parameters, forward, back }
            })
            .collect();
        let cancels = output.is_some_and(|output| loss.cancels_with(&output.activation));
        if let (true, Some(output)) = (cancels, layers.last_mut()) {
            output.differentiated = Activation::BuiltIn(activation::BuiltIn::identity);
        }
        let loss = Loss::new(loss, cancels);
        let rows = |layer: &Layer<T>| (2 + usize::from(layer.activation.keeps_pre_activation())) * layer.neurons;
        let rows = layers.iter().map(rows).sum::<usize>() + layers.first().map_or(0, |layer| layer.sources);
        let bytes = rows * T::LANES * size_of::<T>();
        let panels = (BLOCK_BYTES / bytes.max(1)).clamp(BLOCK_EXAMPLES / T::LANES, BLOCK_PANELS);
        let block_size = panels * T::LANES;
        let parameters = layers.last().map_or(0, |layer| layer.parameters.end);
        let chunk_size = (CHUNK_PRODUCTS / parameters.max(1)).max(block_size).next_multiple_of(block_size);
        let ends = layers.first().map_or(0, |layer| layer.sources) + layers.last().map_or(0, |layer| layer.neurons);
        let kept_blocks = KEPT_BYTES / (ends * block_size * size_of::<T>()).max(1);
        Self { backend, layers, loss, block_size, chunk_size, kept_blocks }
    }

    /// Packs the parameters into tiles.
    pub(super) fn load(&mut self, parameters: &[T], and_back: bool) {
        let most = tile::product_rows(self.backend.registers());
        for layer in &mut self.layers {
            let (sources, neurons) = (layer.sources, layer.neurons);
            let Some((weights, biases)) =
                parameters.get(layer.parameters.clone()).and_then(|own| own.split_at_checked(sources * neurons))
            else {
                return;
            };
            let weight = |source: usize, neuron: usize| weights[source * neurons + neuron];
            let bias = |neuron: usize| biases[neuron];
            tile::pack([neurons, sources], most, bias, |j, k| weight(k, j), &mut layer.forward);
            if and_back && layer.parameters.start > 0 {
                tile::pack([sources, neurons], most, |_| T::ZERO, weight, &mut layer.back);
            }
        }
    }

    /// Packs the weights of the first layer for the way back to the inputs, which only their derivatives take.
    pub(super) fn load_to_inputs(&mut self, parameters: &[T]) {
        let Some(layer) = self.layers.first_mut() else { return };
        let (sources, neurons) = (layer.sources, layer.neurons);
        let weight = |source: usize, neuron: usize| parameters[source * neurons + neuron];
        let most = tile::product_rows(self.backend.registers());
        tile::pack([sources, neurons], most, |_| T::ZERO, weight, &mut layer.back);
    }
}
