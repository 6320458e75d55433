//! One pass over a piece of a batch: block by block forward, and back.

use alloc::vec::Vec;
use core::ops::Range;

use super::buffer::Buffer;
use super::elementwise::{Activate, Differentiate, Loss, LossDerivative};
use super::plan::KernelPlan;
use super::tile::{Gradients, Product, stride};
use super::{BatchSource, Kernels, PredictionCallback};
use crate::Scalar;
use crate::batch::ranges;

/// Buffers for the values of one block. They grow when they are first used.
#[derive(Debug)]
pub(super) struct Workspace<T, const V: usize> {
    packed: Vec<Packed<T>>,
    layers: Vec<LayerWorkspace<T, V>>,
    /// An example's predictions, targets and derivatives, for a user's own loss.
    example: [Vec<T>; 3],
}

/// A block of examples.
#[derive(Debug)]
struct Packed<T> {
    x: Buffer<T>,
    y_true: Buffer<T>,
    /// Whether it may be used again.
    is_kept: bool,
}

/// Buffers for the values of one layer.
#[derive(Debug)]
struct LayerWorkspace<T, const V: usize> {
    /// Pre-activations, where they are kept.
    z: Buffer<T>,
    /// Activations.
    a: Buffer<T>,
    /// ∂L/∂z
    d: Buffer<T>,
    /// Sums of the gradients so far, lane by lane.
    lanes: Vec<[T; V]>,
}

impl<T: Scalar, const V: usize> Workspace<T, V> {
    pub(super) const EMPTY: Self = Self { packed: Vec::new(), layers: Vec::new(), example: [const { Vec::new() }; 3] };
}

/// A pass over the examples at some places of a batch.
pub(super) struct Pass<'a, T: Kernels, const V: usize> {
    pub(super) plan: &'a KernelPlan<T>,
    pub(super) workspace: &'a mut Workspace<T, V>,
    pub(super) examples: &'a dyn BatchSource<T>,
    pub(super) places: Range<usize>,
    pub(super) on_predictions: Option<PredictionCallback<'a, T>>,
    /// How many blocks, from the first of the batch on, are the same in every pass and kept.
    pub(super) kept: usize,
    /// Where the sum of the gradients goes; without, there is no way back.
    pub(super) sum: Option<&'a mut [T]>,
}

impl<T, const V: usize> Pass<'_, T, V>
where
    T: Scalar + Kernels,
{
    /// Computes it block by block.
    pub(super) fn run(mut self) {
        let (first, count) = (self.places.start, self.places.len());
        for block in ranges(count, self.plan.block) {
            let places = first + block.start..first + block.end;
            let lines = places.len().div_ceil(T::LANES);
            self.resize(lines);
            let packed = self.pack(places.clone(), lines);
            self.forward(packed);
            if let (Some(on_predictions), Some(output)) = (&mut self.on_predictions, self.workspace.layers.last()) {
                on_predictions(places.clone(), &output.a);
            }
            if let Some(sum) = self.sum.take() {
                self.loss(packed, places.len());
                self.back(packed, sum, block.start == 0, block.end == count);
                self.sum = Some(sum);
            }
        }
    }

    /// Fits the buffers to so many lines.
    fn resize(&mut self, lines: usize) {
        let Self { plan, workspace, sum, .. } = self;
        workspace.layers.resize_with(plan.layers.len(), || LayerWorkspace {
            z: Buffer::EMPTY,
            a: Buffer::EMPTY,
            d: Buffer::EMPTY,
            lanes: Vec::new(),
        });
        for (layer, workspace) in plan.layers.iter().zip(&mut workspace.layers) {
            let length = length::<T>(lines, layer.neurons);
            workspace.a.resize(length);
            if layer.activation.keeps_pre_activation() {
                workspace.z.resize(length);
            }
            if sum.is_some() {
                workspace.d.resize(length);
            }
        }
    }

    /// Packs the examples, unless they are still there from the pass before; says where they are.
    fn pack(&mut self, places: Range<usize>, lines: usize) -> usize {
        let Self { plan, workspace, examples, sum, kept, .. } = self;
        let block = (places.start / plan.block).min(*kept);
        while workspace.packed.len() <= block {
            workspace.packed.push(Packed { x: Buffer::EMPTY, y_true: Buffer::EMPTY, is_kept: false });
        }
        let Packed { x, y_true, is_kept } = &mut workspace.packed[block];
        if !*is_kept {
            if let (Some(input), Some(output)) = (plan.layers.first(), plan.layers.last()) {
                x.resize(length::<T>(lines, input.sources));
                if sum.is_some() {
                    y_true.resize(length::<T>(lines, output.neurons));
                }
            }
            examples.pack(places, x, y_true);
            *is_kept = block < *kept;
        }
        block
    }

    /// Pre-activations and activations, layer by layer.
    fn forward(&mut self, packed: usize) {
        let Workspace { packed: blocks, layers, .. } = &mut *self.workspace;
        let mut sources = &blocks[packed].x[..];
        for (layer, LayerWorkspace { z, a, .. }) in self.plan.layers.iter().zip(layers) {
            let out = if layer.activation.keeps_pre_activation() { &mut z[..] } else { &mut a[..] };
            let product =
                Product::<T, V> { tiles: &layer.forward, columns: layer.sources, rows: layer.neurons, x: sources, out };
            self.plan.backend.run(product);
            if layer.activation.keeps_pre_activation() {
                a.copy_from_slice(z);
            }
            self.plan.backend.run(Activate::<T, V> { activation: layer.activation, neurons: layer.neurons, a });
            sources = a;
        }
    }

    /// Derivatives of the losses of so many examples by the pre-activations of the output layer.
    fn loss(&mut self, packed: usize, examples: usize) {
        let Workspace { packed: blocks, layers, example, .. } = &mut *self.workspace;
        let y_true = &blocks[packed].y_true[..];
        let (Some(layer), Some(LayerWorkspace { z, a, d, .. })) = (self.plan.layers.last(), layers.last_mut()) else {
            return;
        };
        let (loss, outputs) = (self.plan.loss, layer.neurons);
        if loss == Loss::Custom {
            for values in &mut *example {
                values.resize(outputs, T::ZERO);
            }
            let [y_pred_of_one, y_true_of_one, derivative] = example;
            let width = stride(outputs) * T::LANES;
            let lines = a.chunks_exact(width).zip(y_true.chunks_exact(width)).zip(d.chunks_exact_mut(width));
            for ((y_pred, y_true), d) in lines {
                for lane in 0..T::LANES {
                    gather(y_pred, lane, y_pred_of_one);
                    gather(y_true, lane, y_true_of_one);
                    self.examples.loss_derivative(y_pred_of_one, y_true_of_one, derivative);
                    scatter(derivative, lane, d);
                }
            }
        }
        self.plan.backend.run(LossDerivative { loss, outputs, y_pred: a, y_true, d });
        self.plan.backend.run(Differentiate::<T, V> { activation: layer.differentiated, neurons: outputs, z, a, d });
        // What is padded must not be learnt from.
        let live = examples % T::LANES;
        if live > 0 {
            for line in d.rchunks_exact_mut(T::LANES).take(stride(outputs)) {
                line[live..].fill(T::ZERO);
            }
        }
    }

    /// Derivatives by the parameters and by the pre-activations of the layer before, layer by layer.
    fn back(&mut self, packed: usize, sum: &mut [T], is_first: bool, is_last: bool) {
        let Workspace { packed: blocks, layers, .. } = &mut *self.workspace;
        let x = &blocks[packed].x;
        let mut rest = &mut layers[..];
        let mut plan = &self.plan.layers[..];
        while let (Some((LayerWorkspace { d, lanes, .. }, before)), Some((layer, plan_before))) =
            (rest.split_last_mut(), plan.split_last())
        {
            let (sources, neurons) = (layer.sources, layer.neurons);
            let a = before.last().map_or(&x[..], |before| &before.a);
            if !is_last {
                lanes.resize(layer.parameters.len(), [T::ZERO; V]);
            }
            let sum = &mut sum[layer.parameters.clone()];
            self.plan.backend.run(Gradients { a, d, sources, neurons, lanes, sum, is_first, is_last });
            if let (Some(workspace), Some(before)) = (before.last_mut(), plan_before.last()) {
                let product = Product::<T, V> {
                    tiles: &layer.back,
                    columns: neurons,
                    rows: sources,
                    x: d,
                    out: &mut workspace.d,
                };
                self.plan.backend.run(product);
                let LayerWorkspace { z, a, d, .. } = workspace;
                self.plan.backend.run(Differentiate::<T, V> {
                    activation: before.differentiated,
                    neurons: sources,
                    z,
                    a,
                    d,
                });
            }
            (rest, plan) = (before, plan_before);
        }
    }
}

/// How many numbers so many lines of so many quantities are.
fn length<T: Kernels>(lines: usize, width: usize) -> usize {
    lines * stride(width) * T::LANES
}

/// The numbers of the example in a lane.
#[inline]
pub(super) fn gather<T: Kernels + Copy>(lines: &[T], lane: usize, values: &mut [T]) {
    for (value, line) in values.iter_mut().zip(lines.chunks_exact(T::LANES)) {
        *value = line[lane];
    }
}

/// Puts the numbers of an example into a lane.
#[inline]
pub(super) fn scatter<T: Kernels + Copy>(values: &[T], lane: usize, lines: &mut [T]) {
    for (value, line) in values.iter().zip(lines.chunks_exact_mut(T::LANES)) {
        line[lane] = *value;
    }
}
