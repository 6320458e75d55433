//! The residuals r of all examples and their derivatives J, as sums of products: JᵀJ and Jᵀr, which least squares needs.
//!
//! A row of J has the derivatives of one output of one example with respect to the parameters. Only the rows of one block and
//! one output are in memory at a time. They lie column by column: one for each parameter, with the examples of the block side
//! by side, and one more for their residuals. So each sum is a product of two columns. If the examples have weights, their
//! rows and residuals are multiplied by the roots of these.

mod columns;
mod products;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::ops::Range;

use super::BatchSource;
use super::buffer::Buffer;
use super::elementwise::Differentiate;
use super::layout::panel_stride;
use super::pass::{LayerWorkspace, Workspace, back_to_sources, clear_padding};
use super::plan::KernelPlan;
use crate::Scalar;
use crate::batch::ranges;
use crate::network::ErasedArchitecture;
use crate::sample_weights::weigh;
use crate::simd::Backend;

use columns::{Derivatives, Losses, Residuals};
pub(crate) use products::padded_columns;

/// The bytes of the values that a forward pass leaves for the derivatives at the same parameters, at most.
const VALUE_BYTES: usize = 16 << 20;

/// Receives the losses of the examples at these positions.
pub(crate) type LossCallback<'a, T> = &'a mut dyn FnMut(Range<usize>, &[T]);

/// The kernels for the residuals of one network, y_pred − y_true, and for their derivatives.
pub trait JacobianKernels<T> {
    /// The forward pass over all examples, which are the same in every pass. A callback receives their losses. A matrix
    /// receives the products of all pairs of columns, summed over the examples and the outputs: JᵀJ is in its first rows and
    /// columns, Jᵀr in the column after them. Elements below the diagonal are unspecified.
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
    /// The columns of a block, see [`products`].
    columns: Buffer<T>,
    /// See [`products::add`].
    sums: Vec<[T; V]>,
    losses: Buffer<T>,
    /// Whether a loss is ½ Σ r², and not the mean of the squares.
    is_half: bool,
    /// The values of the first blocks in the last pass, and its parameters.
    values: Vec<Vec<LayerWorkspace<T, V>>>,
    parameters: Vec<T>,
    /// How many blocks keep their values, at most.
    most_values: usize,
}

impl<T: Scalar, const V: usize> VectorJacobian<T, V> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        let plan = KernelPlan::new(architecture, backend);
        let neurons: usize = plan.layers.iter().map(|layer| panel_stride(layer.neurons)).sum();
        // Pre-activations, activations and derivatives.
        let most_values = VALUE_BYTES / (3 * neurons * plan.block_size * size_of::<T>()).max(1);
        Self {
            plan,
            workspace: Workspace::EMPTY,
            columns: Buffer::EMPTY,
            sums: Vec::new(),
            losses: Buffer::EMPTY,
            is_half: !architecture.loss.is_averaged(),
            values: Vec::new(),
            parameters: Vec::new(),
            most_values,
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
        let Self { plan, workspace, columns, losses, .. } = self;
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
        let count = padded_columns(parameters);
        columns.resize(count * length);
        // Padding must not be what an earlier block has left there.
        columns[parameters * length..].fill(T::ZERO);
        for output in 0..outputs {
            self.fill_columns(block, output, examples);
            products::add(self.plan.backend, &self.columns, length, count, &mut self.sums, products);
        }
    }

    /// Fills the columns of a block for one output.
    fn fill_columns(&mut self, block: usize, output: usize, examples: usize) {
        let Self { plan, workspace: Workspace { packed, layers, .. }, columns, .. } = self;
        let (x, y_true) = (&packed[block].x[..], &packed[block].y_true[..]);
        let length = examples.next_multiple_of(T::LANES);
        let Some((layer, values)) = plan.layers.last().zip(layers.last_mut()) else { return };
        let (outputs, parameters) = (layer.neurons, layer.parameters.end);
        // ∂(an output)/∂(all outputs), for examples without weights.
        values.d.fill(T::ZERO);
        let mut weights = packed[block].weights.chunks_exact(T::LANES);
        for row in values.d.chunks_exact_mut(T::LANES).skip(output).step_by(panel_stride(outputs)) {
            row.fill(T::ONE);
            // Residuals and derivatives are multiplied by the root of the weight, so their products by the weight.
            if let Some(weights) = weights.next() {
                row.iter_mut().zip(weights).for_each(|(one, weight)| *one = weight.sqrt());
            }
        }
        clear_padding(examples, outputs, &mut values.d);
        let (z, a, d) = (&values.z[..], &values.a[..], &mut values.d[..]);
        let column = &mut columns[parameters * length..][..length];
        plan.backend.run(Residuals::<T, V> { y_pred: a, y_true, factors: d, outputs, output, column });
        plan.backend.run(Differentiate::<T, V> { activation: layer.activation, neurons: outputs, z, a, d });
        for (index, layer) in plan.layers.iter().enumerate().rev() {
            let (before, own) = layers.split_at_mut(index);
            let Some(own) = own.first() else { return };
            let a = before.last().map_or(x, |before| &before.a);
            let (sources, neurons) = (layer.sources, layer.neurons);
            let columns = &mut columns[layer.parameters.start * length..layer.parameters.end * length];
            plan.backend.run(Derivatives::<T, V> { a, d: &own.d, sources, neurons, length, columns });
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
            if number >= self.most_values {
                self.block(positions, false, source, &mut on_losses, products.as_deref_mut());
                continue;
            }
            if self.values.len() <= number {
                self.values.push(Vec::new());
            }
            core::mem::swap(&mut self.workspace.layers, &mut self.values[number]);
            self.block(positions, is_known, source, &mut on_losses, products.as_deref_mut());
            core::mem::swap(&mut self.workspace.layers, &mut self.values[number]);
        }
        self.parameters.clear();
        self.parameters.extend_from_slice(parameters);
    }
}
