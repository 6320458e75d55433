//! The pass over a chunk of a batch: block by block, forward and back.

use alloc::vec::Vec;
use core::ops::Range;

use super::buffer::Buffer;
use super::elementwise::{Activate, Differentiate, Loss, LossDerivative, Multiply, Weigh};
use super::layout::{gather, panel_len, panel_stride, scatter};
use super::plan::KernelPlan;
use super::tile::{GRADIENT_SUMS, Gradients, Product};
use super::{BatchSource, InputGradientsCallback, OutputCallback};
use crate::Scalar;
use crate::batch::ranges;

/// Buffers for the values of one block, and the steps that compute them. The buffers grow when they are first used.
#[derive(Debug)]
pub(super) struct Workspace<T, const V: usize> {
    /// How many blocks, from the first of the batch on, hold the same examples in every pass and stay packed.
    pub(super) kept_blocks: usize,
    pub(super) packed: Vec<PackedBlock<T>>,
    pub(super) layers: Vec<LayerWorkspace<T, V>>,
    /// The predictions, the targets and the derivatives of one example, for a user's own loss.
    example: [Vec<T>; 3],
}

/// A block of examples.
#[derive(Debug)]
pub(super) struct PackedBlock<T> {
    pub(super) x: Buffer<T>,
    pub(super) y_true: Buffer<T>,
    /// A weight for each example, 0 for the padding; empty without weights.
    pub(super) weights: Buffer<T>,
    /// Whether the next pass may use it again.
    is_kept: bool,
}

/// Buffers for the values of one layer.
#[derive(Debug)]
pub(super) struct LayerWorkspace<T, const V: usize> {
    /// Pre-activations, where they are kept.
    pub(super) z: Buffer<T>,
    /// Activations.
    pub(super) a: Buffer<T>,
    /// With dropout, the factors of the activations, and the products of both, which the next layer sees; otherwise empty.
    mask: Buffer<T>,
    masked: Buffer<T>,
    /// ∂L/∂z
    pub(super) d: Buffer<T>,
    /// The sums of the gradients so far, lane by lane.
    accumulators: Vec<[T; V]>,
}

impl<T: Scalar, const V: usize> LayerWorkspace<T, V> {
    /// What the next layer sees.
    fn output(&self) -> &[T] {
        if self.mask.is_empty() { &self.a } else { &self.masked }
    }
}

impl<T: Scalar, const V: usize> Workspace<T, V> {
    pub(super) const EMPTY: Self =
        Self { kept_blocks: 0, packed: Vec::new(), layers: Vec::new(), example: [const { Vec::new() }; 3] };

    /// Lets the next pass pack all examples anew.
    pub(super) fn forget_examples(&mut self) {
        self.packed.iter_mut().for_each(|block| block.is_kept = false);
    }

    /// The forward pass over a chunk and, with a `sum`, the backward pass, which leaves the sum of its gradients there.
    pub(super) fn pass(
        &mut self,
        plan: &KernelPlan<T>,
        source: &dyn BatchSource<T>,
        chunk: Range<usize>,
        on_outputs: &mut Option<OutputCallback<'_, T>>,
        mut sum: Option<&mut [T]>,
    ) {
        let with_logits = on_outputs.is_some() && source.has_losses() && plan.loss.is_cancelled();
        for block in ranges(chunk.len(), plan.block_size) {
            let positions = chunk.start + block.start..chunk.start + block.end;
            self.resize(plan, positions.len(), sum.is_some());
            let packed = self.pack(plan, source, positions.clone(), sum.is_some() || source.has_losses());
            self.draw_masks(plan, source, positions.clone());
            self.forward(plan, packed, with_logits);
            if let (Some(on_outputs), Some(output)) = (&mut *on_outputs, self.layers.last()) {
                on_outputs(positions.clone(), if with_logits { &output.z } else { &output.a });
            }
            if let Some(sum) = sum.as_deref_mut() {
                self.loss(plan, source, packed, positions.len());
                self.back(plan, packed, sum, block.start == 0, block.end == chunk.len());
            }
        }
    }

    /// The forward pass over a block, and the backward pass to the inputs.
    pub(super) fn input_gradients(
        &mut self,
        plan: &KernelPlan<T>,
        source: &dyn BatchSource<T>,
        positions: Range<usize>,
        on_input_gradients: InputGradientsCallback<'_, T>,
    ) {
        self.resize(plan, positions.len(), true);
        let packed = self.pack(plan, source, positions.clone(), true);
        self.forward(plan, packed, false);
        self.loss(plan, source, packed, positions.len());
        for index in (1..plan.layers.len()).rev() {
            let (before, [LayerWorkspace { d, .. }, ..]) = self.layers.split_at_mut(index) else { return };
            let Some(before) = before.last_mut() else { return };
            back_to_sources(plan, index, d, before);
        }
        let (Some(layer), Some(LayerWorkspace { d, .. })) = (plan.layers.first(), self.layers.first()) else { return };
        let (columns, rows) = (layer.neurons, layer.sources);
        let out = &mut self.packed[packed].x[..];
        plan.backend.run_tiled(Product::<T, V> { tiles: &layer.back, columns, rows, x: d, out });
        on_input_gradients(positions, out);
    }

    /// Fits the buffers of the layers to this number of examples.
    pub(super) fn resize(&mut self, plan: &KernelPlan<T>, examples: usize, and_back: bool) {
        self.layers.resize_with(plan.layers.len(), || LayerWorkspace {
            z: Buffer::EMPTY,
            a: Buffer::EMPTY,
            mask: Buffer::EMPTY,
            masked: Buffer::EMPTY,
            d: Buffer::EMPTY,
            accumulators: Vec::new(),
        });
        let panels = examples.div_ceil(T::LANES);
        for (layer, LayerWorkspace { a, d, .. }) in plan.layers.iter().zip(&mut self.layers) {
            let length = panels * panel_len::<T>(layer.neurons);
            a.resize(length);
            if and_back {
                d.resize(length);
            }
        }
    }

    /// Packs the examples, unless the pass before has left them; returns which of the packed blocks they are.
    pub(super) fn pack(
        &mut self,
        plan: &KernelPlan<T>,
        source: &dyn BatchSource<T>,
        positions: Range<usize>,
        with_targets: bool,
    ) -> usize {
        let block = (positions.start / plan.block_size).min(self.kept_blocks);
        while self.packed.len() <= block {
            self.packed.push(PackedBlock {
                x: Buffer::EMPTY,
                y_true: Buffer::EMPTY,
                weights: Buffer::EMPTY,
                is_kept: false,
            });
        }
        let PackedBlock { x, y_true, weights, is_kept } = &mut self.packed[block];
        if !*is_kept {
            let panels = positions.len().div_ceil(T::LANES);
            if let (Some(input), Some(output)) = (plan.layers.first(), plan.layers.last()) {
                x.resize(panels * panel_len::<T>(input.sources));
                if with_targets {
                    y_true.resize(panels * panel_len::<T>(output.neurons));
                }
            }
            source.pack(positions.clone(), x, y_true);
            source.pack_weights(positions, weights);
            *is_kept = block < self.kept_blocks;
        }
        block
    }

    /// Draws the neurons of the hidden layers that are left out.
    fn draw_masks(&mut self, plan: &KernelPlan<T>, source: &dyn BatchSource<T>, positions: Range<usize>) {
        let hidden = plan.layers.len().saturating_sub(1);
        for (index, (layer, workspace)) in plan.layers.iter().zip(&mut self.layers).enumerate().take(hidden) {
            source.pack_mask(index, layer.neurons, positions.clone(), &mut workspace.mask);
        }
    }

    /// Pre-activations and activations, layer by layer. Those of the output layer are kept `with_logits`.
    pub(super) fn forward(&mut self, plan: &KernelPlan<T>, packed: usize, with_logits: bool) {
        let Self { packed: blocks, layers, .. } = self;
        let mut x = &blocks[packed].x[..];
        for (index, (layer, LayerWorkspace { z, a, mask, masked, .. })) in plan.layers.iter().zip(layers).enumerate() {
            let (columns, rows) = (layer.sources, layer.neurons);
            plan.backend.run_tiled(Product::<T, V> { tiles: &layer.forward, columns, rows, x, out: a });
            if layer.activation.keeps_pre_activation() || (with_logits && index + 1 == plan.layers.len()) {
                z.resize(a.len());
                z.copy_from_slice(a);
            }
            plan.backend.run(Activate::<T, V> { activation: layer.activation, neurons: layer.neurons, a });
            x = a;
            if !mask.is_empty() {
                masked.resize(a.len());
                masked.copy_from_slice(a);
                plan.backend.run(Multiply { values: masked, factors: mask });
                x = masked;
            }
        }
    }

    /// Derivatives of the losses by the pre-activations of the output layer.
    fn loss(&mut self, plan: &KernelPlan<T>, source: &dyn BatchSource<T>, packed: usize, examples: usize) {
        let Self { packed: blocks, layers, example, .. } = self;
        let PackedBlock { y_true, weights, .. } = &blocks[packed];
        let (Some(layer), Some(LayerWorkspace { z, a, d, .. })) = (plan.layers.last(), layers.last_mut()) else {
            return;
        };
        let (loss, outputs) = (plan.loss, layer.neurons);
        if loss == Loss::Custom {
            call_loss_derivative(source, outputs, example, a, y_true, d);
        }
        plan.backend.run(LossDerivative { loss, outputs, y_pred: a, y_true, d });
        plan.backend.run(Differentiate::<T, V> { activation: layer.differentiated, neurons: outputs, z, a, d });
        if !weights.is_empty() {
            plan.backend.run(Weigh::<T, V> { weights, outputs, d });
        }
        clear_padding(examples, outputs, d);
    }

    /// Derivatives by the parameters and by the pre-activations of the layer before, layer by layer.
    fn back(&mut self, plan: &KernelPlan<T>, packed: usize, sum: &mut [T], is_first: bool, is_last: bool) {
        let Self { packed: blocks, layers, .. } = self;
        let x = &blocks[packed].x[..];
        for (index, layer) in plan.layers.iter().enumerate().rev() {
            let (before, [LayerWorkspace { d, accumulators, .. }, ..]) = layers.split_at_mut(index) else { return };
            let (sources, neurons) = (layer.sources, layer.neurons);
            let a = before.last().map_or(x, LayerWorkspace::output);
            let sums = if is_first && is_last { 0 } else { layer.parameters.len() };
            accumulators.resize(sums.max(GRADIENT_SUMS), [T::ZERO; V]);
            let sum = &mut sum[layer.parameters.clone()];
            plan.backend.run_tiled(Gradients { a, d, sources, neurons, accumulators, sum, is_first, is_last });
            let Some(before) = before.last_mut() else { return };
            back_to_sources(plan, index, d, before);
        }
    }
}

/// Sets the spare lanes of a block with this number of examples to 0, because nothing is learnt from them.
pub(super) fn clear_padding<T: Scalar>(examples: usize, rows: usize, block: &mut [T]) {
    let used = examples % T::LANES;
    if used > 0 {
        for row in block.rchunks_exact_mut(T::LANES).take(panel_stride(rows)) {
            row[used..].fill(T::ZERO);
        }
    }
}

/// Computes ∂L/∂z of the layer before from ∂L/∂z of this layer.
pub(super) fn back_to_sources<T: Scalar, const V: usize>(
    plan: &KernelPlan<T>,
    index: usize,
    d: &[T],
    before: &mut LayerWorkspace<T, V>,
) {
    let (layer, activation) = (&plan.layers[index], plan.layers[index - 1].differentiated);
    let LayerWorkspace { z, a, mask, d: out, .. } = before;
    let (columns, rows) = (layer.neurons, layer.sources);
    plan.backend.run_tiled(Product::<T, V> { tiles: &layer.back, columns, rows, x: d, out });
    if !mask.is_empty() {
        plan.backend.run(Multiply { values: out, factors: mask });
    }
    plan.backend.run(Differentiate::<T, V> { activation, neurons: rows, z, a, d: out });
}

/// d = ∂L/∂y_pred of a user's own loss, example by example.
fn call_loss_derivative<T: Scalar>(
    source: &dyn BatchSource<T>,
    outputs: usize,
    [y_pred_of_one, y_true_of_one, derivative]: &mut [Vec<T>; 3],
    y_pred: &[T],
    y_true: &[T],
    d: &mut [T],
) {
    for values in [&mut *y_pred_of_one, y_true_of_one, derivative] {
        values.resize(outputs, T::ZERO);
    }
    let length = panel_len::<T>(outputs);
    let panels = y_pred.chunks_exact(length).zip(y_true.chunks_exact(length)).zip(d.chunks_exact_mut(length));
    for ((y_pred, y_true), d) in panels {
        for lane in 0..T::LANES {
            gather(y_pred, lane, y_pred_of_one);
            gather(y_true, lane, y_true_of_one);
            source.loss_derivative(y_pred_of_one, y_true_of_one, derivative);
            scatter(derivative, lane, d);
        }
    }
}
