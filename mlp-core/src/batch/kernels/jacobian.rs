//! The errors of all examples and their derivatives, as sums of products: JᵀJ and Jᵀr, which least squares needs.
//!
//! A row of J has the derivatives of one output of one example with respect to the parameters. At a time, only the rows of
//! one block and one output are in memory. They lie parameter by parameter: a line for each, with the examples of the block
//! side by side, and one line more for their errors r. So each sum is a product of two lines. If the examples have weights,
//! rows and errors are multiplied by their roots.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

mod products;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::ops::Range;

use super::BatchSource;
use super::buffer::Buffer;
use super::elementwise::Differentiate;
use super::layout::{panel_stride, panels};
use super::pass::{LayerWorkspace, Workspace, back_to_sources, clear_padding};
use super::plan::KernelPlan;
use crate::Scalar;
use crate::batch::ranges;
use crate::math::{MultiplyAdd, float};
use crate::network::ErasedArchitecture;
use crate::sample_weights::weigh;
use crate::simd::{Backend, Task};

pub(crate) use products::padded;

/// The bytes of the values that a forward pass leaves for the derivatives at the same parameters, at most.
const KEPT_BYTES: usize = 16 << 20;

/// Receives the losses of the examples at these positions.
pub(crate) type LossCallback<'a, T> = &'a mut dyn FnMut(Range<usize>, &[T]);

/// The kernels for the errors of one network, y_pred − y_true, and for their derivatives.
pub trait JacobianKernels<T> {
    /// The forward pass over all examples, which are the same in every pass. With a callback, their losses. With a matrix,
    /// the products of all pairs of lines, summed over the examples and the outputs: JᵀJ is in its first rows and columns,
    /// Jᵀr in the column after them. Elements below the diagonal are unspecified.
    fn pass(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        on_losses: Option<LossCallback<'_, T>>,
        products: Option<&mut [T]>,
    );
}

/// The kernels in vectors of `V`.
pub(crate) struct VectorJacobian<T, const V: usize> {
    plan: KernelPlan<T>,
    workspace: Workspace<T, V>,
    lines: Buffer<T>,
    /// See [`products::add`].
    sums: Vec<[T; V]>,
    losses: Buffer<T>,
    /// Whether a loss is ½ Σ r², and not the mean of the squares.
    is_half: bool,
    /// The values of the first blocks in the last pass, and its parameters.
    kept: Vec<Vec<LayerWorkspace<T, V>>>,
    parameters: Vec<T>,
    /// How many blocks may be kept.
    kept_blocks: usize,
}

impl<T: Scalar, const V: usize> VectorJacobian<T, V> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        let plan = KernelPlan::new(architecture, backend);
        let neurons: usize = plan.layers.iter().map(|layer| panel_stride(layer.neurons)).sum();
        // Pre-activations, activations and derivatives.
        let kept_blocks = KEPT_BYTES / (3 * neurons * plan.block_size * size_of::<T>()).max(1);
        Self {
            plan,
            workspace: Workspace::EMPTY,
            lines: Buffer::EMPTY,
            sums: Vec::new(),
            losses: Buffer::EMPTY,
            is_half: !architecture.loss.is_averaged(),
            kept: Vec::new(),
            parameters: Vec::new(),
            kept_blocks,
        }
    }

    /// The pass over a block, whose values may be there already.
    fn block(
        &mut self,
        positions: Range<usize>,
        is_known: bool,
        source: &dyn BatchSource<T>,
        on_losses: &mut Option<LossCallback<'_, T>>,
        products: Option<&mut [T]>,
    ) {
        let Self { plan, workspace, lines, losses, .. } = self;
        let examples = positions.len();
        workspace.resize(plan, examples, true);
        let block = workspace.pack(plan, source, positions.clone(), true);
        if !is_known {
            workspace.forward(plan, block, false);
        }
        let (Some(layer), Some(output)) = (plan.layers.last(), workspace.layers.last()) else { return };
        let (outputs, parameters) = (layer.neurons, layer.parameters.end);
        let length = examples.next_multiple_of(T::LANES);
        if let Some(on_losses) = on_losses {
            losses.resize(length);
            let (y_pred, y_true) = (&output.a[..], &workspace.packed[block].y_true[..]);
            plan.backend.run(Losses::<T, V> { y_pred, y_true, outputs, is_half: self.is_half, out: losses });
            let weights = &workspace.packed[block].weights[..];
            losses.iter_mut().zip(weights).for_each(|(loss, &weight)| *loss = weigh(weight, *loss));
            on_losses(positions, &losses[..examples]);
        }
        let Some(products) = products else { return };
        let rows = padded(parameters);
        lines.resize(rows * length);
        // Padding must not be what an earlier block has left there.
        lines[parameters * length..].fill(T::ZERO);
        for output in 0..outputs {
            self.fill_lines(block, output, examples);
            products::add(self.plan.backend, &self.lines, length, rows, &mut self.sums, products);
        }
    }

    /// Fills the lines of a block for one output.
    fn fill_lines(&mut self, block: usize, output: usize, examples: usize) {
        let Self { plan, workspace: Workspace { packed, layers, .. }, lines, .. } = self;
        let (x, y_true) = (&packed[block].x[..], &packed[block].y_true[..]);
        let length = examples.next_multiple_of(T::LANES);
        let Some((layer, values)) = plan.layers.last().zip(layers.last_mut()) else { return };
        let (outputs, errors_at) = (layer.neurons, layer.parameters.end);
        // ∂(an output)/∂(all outputs), for examples without weights.
        values.d.fill(T::ZERO);
        let mut weights = packed[block].weights.chunks_exact(T::LANES);
        for row in values.d.chunks_exact_mut(T::LANES).skip(output).step_by(panel_stride(outputs)) {
            row.fill(T::ONE);
            // The errors and all their derivatives are multiplied by the root of the weight, their products by the weight.
            if let Some(weights) = weights.next() {
                row.iter_mut().zip(weights).for_each(|(one, weight)| *one = weight.sqrt());
            }
        }
        clear_padding(examples, outputs, &mut values.d);
        let (z, a, d) = (&values.z[..], &values.a[..], &mut values.d[..]);
        let line = &mut lines[errors_at * length..][..length];
        plan.backend.run(Errors::<T, V> { y_pred: a, y_true, factors: d, outputs, output, line });
        plan.backend.run(Differentiate::<T, V> { activation: layer.activation, neurons: outputs, z, a, d });
        for (index, layer) in plan.layers.iter().enumerate().rev() {
            let (before, own) = layers.split_at_mut(index);
            let Some(own) = own.first() else { return };
            let a = before.last().map_or(x, |before| &before.a);
            let (sources, neurons) = (layer.sources, layer.neurons);
            let lines = &mut lines[layer.parameters.start * length..layer.parameters.end * length];
            plan.backend.run(Derivatives::<T, V> { a, d: &own.d, sources, neurons, length, lines });
            let Some(before) = before.last_mut() else { return };
            back_to_sources(plan, index, &own.d, before);
        }
    }
}

impl<T: Scalar, const V: usize> JacobianKernels<T> for VectorJacobian<T, V> {
    fn pass(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        mut on_losses: Option<LossCallback<'_, T>>,
        mut products: Option<&mut [T]>,
    ) {
        let is_known = self.parameters == parameters;
        self.plan.load(parameters, products.is_some());
        if let Some(products) = &mut products {
            products.fill(T::ZERO);
        }
        self.workspace.kept_blocks = self.plan.kept_blocks;
        for (number, positions) in ranges(source.count(), self.plan.block_size).enumerate() {
            if number >= self.kept_blocks {
                self.block(positions, false, source, &mut on_losses, products.as_deref_mut());
                continue;
            }
            if self.kept.len() <= number {
                self.kept.push(Vec::new());
            }
            core::mem::swap(&mut self.workspace.layers, &mut self.kept[number]);
            self.block(positions, is_known, source, &mut on_losses, products.as_deref_mut());
            core::mem::swap(&mut self.workspace.layers, &mut self.kept[number]);
        }
        self.parameters.clear();
        self.parameters.extend_from_slice(parameters);
    }
}

/// The losses of a block.
struct Losses<'a, T, const V: usize> {
    y_pred: &'a [T],
    y_true: &'a [T],
    outputs: usize,
    is_half: bool,
    out: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Losses<'_, T, V> {
    type Output = ();

    /// In the order of the functions in [`loss`](crate::loss), to their bits.
    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { y_pred, y_true, outputs, is_half, out } = self;
        let out = out.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0;
        let (half, count) = (T::from_f64(0.5), T::from_f64(float(outputs)));
        let panels = |block| panels::<T, V>(block, outputs);
        for ((y_pred, y_true), out) in panels(y_pred).zip(panels(y_true)).zip(out) {
            let mut sums = [[T::ZERO; V]; 2];
            for (y_pred, y_true) in y_pred[..outputs].iter().zip(&y_true[..outputs]) {
                for part in 0..2 {
                    for v in 0..V {
                        let error = y_pred[part][v] - y_true[part][v];
                        sums[part][v] += error * error;
                    }
                }
            }
            for part in 0..2 {
                for v in 0..V {
                    out[part][v] = if is_half { half * sums[part][v] } else { sums[part][v] / count };
                }
            }
        }
    }
}

/// The errors of one output.
struct Errors<'a, T, const V: usize> {
    y_pred: &'a [T],
    y_true: &'a [T],
    /// Panels in which the row of the output is 1 for each example, or the root of its weight, and 0 for the padding.
    factors: &'a [T],
    outputs: usize,
    output: usize,
    line: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Errors<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { y_pred, y_true, factors, outputs, output, line } = self;
        let line = line.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0;
        let panels = |block| panels::<T, V>(block, outputs);
        for (((y_pred, y_true), factors), line) in panels(y_pred).zip(panels(y_true)).zip(panels(factors)).zip(line) {
            for half in 0..2 {
                for v in 0..V {
                    let error = y_pred[output][half][v] - y_true[output][half][v];
                    line[half][v] = error * factors[output][half][v];
                }
            }
        }
    }
}

/// The lines of a layer: ∂(the output)/∂z of the neuron times the activation of the source, and for a bias the first alone.
struct Derivatives<'a, T, const V: usize> {
    a: &'a [T],
    d: &'a [T],
    sources: usize,
    neurons: usize,
    length: usize,
    lines: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Derivatives<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { a, d, sources, neurons, length, lines } = self;
        let panels_of_line = length / (2 * V);
        let lines = lines.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0;
        let mut lines = lines.chunks_exact_mut(panels_of_line.max(1));
        for source in 0..sources {
            for neuron in 0..neurons {
                let Some(line) = lines.next() else { return };
                let panels = panels::<T, V>(a, sources).zip(panels::<T, V>(d, neurons));
                for ((a, d), line) in panels.zip(line) {
                    let (a, d) = (a[source], d[neuron]);
                    // A product of its own, because the line might be one of the factors, for all that the compiler knows.
                    let mut product = a;
                    for half in 0..2 {
                        for v in 0..V {
                            product[half][v] = a[half][v] * d[half][v];
                        }
                    }
                    *line = product;
                }
            }
        }
        for neuron in 0..neurons {
            let Some(line) = lines.next() else { return };
            for (d, line) in panels::<T, V>(d, neurons).zip(line) {
                *line = d[neuron];
            }
        }
    }
}
