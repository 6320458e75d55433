//! A network as the kernels see it: widths, functions, and weights cut into tiles.

use alloc::vec::Vec;
use core::ops::Range;

use super::elementwise::{Activation, Loss};
use super::tile;
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use crate::{Scalar, activation};

/// Bytes that a block may take, a third of what the second cache holds.
const BLOCK: usize = 160 << 10;

/// Lines of examples in a block, at least and at most: with fewer, the weights are loaded for too few multiplications; with more, loops get no
/// shorter.
const LINES: [usize; 2] = [4, 16];

/// Bytes of examples that are kept packed from pass to pass, at most.
const KEPT: usize = 16 << 20;

/// Multiplications in a piece, at least: so many that to add up its sums takes no time beside them.
const PIECE: usize = 1 << 21;

/// What stays the same in all passes, but for the weights.
#[derive(Clone, Debug)]
pub(super) struct KernelPlan<T> {
    pub(super) backend: Backend,
    pub(super) layers: Vec<Layer<T>>,
    pub(super) loss: Loss,
    /// Examples in a block.
    pub(super) block: usize,
    /// Examples whose gradients are added up together.
    pub(super) piece: usize,
    /// Blocks that may be kept packed.
    pub(super) kept: usize,
}

/// A layer and its weights.
#[derive(Clone, Debug)]
pub(super) struct Layer<T> {
    pub(super) sources: usize,
    pub(super) neurons: usize,
    pub(super) activation: Activation<T>,
    /// What is differentiated: not an activation that the loss cancels.
    pub(super) differentiated: Activation<T>,
    /// Where its parameters are among those of the network.
    pub(super) parameters: Range<usize>,
    /// From the sources to the pre-activations.
    pub(super) forward: Vec<T>,
    /// From the derivatives by the pre-activations to those by the sources.
    pub(super) back: Vec<T>,
}

impl<T: Scalar> KernelPlan<T> {
    pub(super) fn new(network: ErasedArchitecture<T>, lanes: usize, backend: Backend) -> Self {
        let ErasedArchitecture { layers, loss, .. } = network;
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
        let lines = |layer: &Layer<T>| (2 + usize::from(layer.activation.keeps_pre_activation())) * layer.neurons;
        let lines = layers.iter().map(lines).sum::<usize>() + layers.first().map_or(0, |layer| layer.sources);
        let bytes = lines * lanes * size_of::<T>();
        let block = (BLOCK / bytes.max(1)).clamp(LINES[0], LINES[1]) * lanes;
        let piece = (PIECE / first.max(1)).max(block).next_multiple_of(block);
        let ends = layers.first().map_or(0, |layer| layer.sources) + layers.last().map_or(0, |layer| layer.neurons);
        let kept = KEPT / (ends * block * size_of::<T>()).max(1);
        Self { backend, layers, loss, block, piece, kept }
    }

    /// Takes over the weights.
    pub(super) fn load(&mut self, parameters: &[T], and_back: bool) {
        for layer in &mut self.layers {
            let (sources, neurons) = (layer.sources, layer.neurons);
            let Some((weights, biases)) =
                parameters.get(layer.parameters.clone()).and_then(|own| own.split_at_checked(sources * neurons))
            else {
                return;
            };
            let weight = |source: usize, neuron: usize| weights[source * neurons + neuron];
            layer.forward.clear();
            tile::cut(neurons, sources, |neuron| biases[neuron], |j, k| weight(k, j), &mut layer.forward);
            if and_back && layer.parameters.start > 0 {
                layer.back.clear();
                tile::cut(sources, neurons, |_| T::ZERO, weight, &mut layer.back);
            }
        }
    }
}
