//! Kernels: what is done to the examples of a batch, with widths that are known at run time only.
//!
//! A batch consists of chunks, whose gradients are added up apart. A chunk consists of blocks. A block fits into the second
//! cache and goes through all layers before the next. It consists of panels, see [`layout`].

mod buffer;
pub(crate) mod elementwise;
mod gradients;
mod jacobian;
mod layout;
mod pass;
mod plan;
mod source;
#[cfg(test)]
mod tests;
#[cfg(feature = "rayon")]
mod threads;
mod tile;

use alloc::vec::Vec;
use core::ops::Range;

use crate::Scalar;
use crate::batch::ranges;
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use pass::Workspace;
use plan::KernelPlan;

pub(crate) use gradients::{input_gradients, sum_gradients, write};
pub(crate) use jacobian::{JacobianKernels, VectorJacobian, padded_columns};
pub(crate) use source::{BatchSource, ExampleBatch, predict};

/// The kernels of one network.
pub trait BatchKernels<T>: Send + Sync {
    /// The forward pass over all examples and, with a `sum`, the backward pass: `sum` then holds the sum of the gradients
    /// of their losses, in canonical order. Blocks of a source whose order is fixed stay packed for the next pass, until
    /// [`forget_examples`](Self::forget_examples).
    fn pass(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        on_outputs: Option<OutputCallback<'_, T>>,
        sum: Option<&mut [T]>,
    );

    /// Discards the packed examples of earlier passes, because the next pass may have others.
    fn forget_examples(&mut self);

    /// The forward pass over all examples and the backward pass to the inputs: `on_input_gradients` receives the
    /// derivatives of the losses with respect to them.
    fn input_gradients(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        on_input_gradients: InputGradientsCallback<'_, T>,
    );

    /// How many examples are in a block.
    #[cfg(test)]
    fn block_size(&self) -> usize;
}

/// Receives values of the output layer for the examples at these positions of the batch, in panels with a row for each
/// output: the predictions or, where the losses of the source are computed from them, the pre-activations.
pub(crate) type OutputCallback<'a, T> = &'a mut dyn FnMut(Range<usize>, &[T]);

/// Receives the derivatives with respect to the inputs for the examples at these positions of the batch, in panels with
/// a row for each input.
pub(crate) type InputGradientsCallback<'a, T> = &'a mut dyn FnMut(Range<usize>, &[T]);

/// The kernels of one network, in vectors of `V`.
pub(crate) struct VectorKernels<T, const V: usize> {
    plan: KernelPlan<T>,
    workspace: Workspace<T, V>,
    /// The sum of the gradients of a chunk that is not the first.
    chunk_sum: Vec<T>,
    #[cfg(feature = "rayon")]
    workers: Vec<threads::Worker<T, V>>,
}

impl<T: Scalar, const V: usize> VectorKernels<T, V> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        let plan = KernelPlan::new(architecture, backend);
        Self {
            plan,
            workspace: Workspace::EMPTY,
            chunk_sum: Vec::new(),
            #[cfg(feature = "rayon")]
            workers: Vec::new(),
        }
    }
}

impl<T: Scalar, const V: usize> BatchKernels<T> for VectorKernels<T, V> {
    #[cfg(test)]
    fn block_size(&self) -> usize {
        self.plan.block_size
    }

    fn forget_examples(&mut self) {
        self.workspace.forget_examples();
    }

    fn input_gradients(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        on_input_gradients: InputGradientsCallback<'_, T>,
    ) {
        let Self { plan, workspace, .. } = self;
        // The derivatives take the place of packed inputs, so no block may be kept.
        *workspace = Workspace::EMPTY;
        plan.load(parameters, true);
        plan.load_to_inputs(parameters);
        for positions in ranges(source.count(), plan.block_size) {
            workspace.input_gradients(plan, source, positions, on_input_gradients);
        }
    }

    fn pass(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        mut on_outputs: Option<OutputCallback<'_, T>>,
        mut sum: Option<&mut [T]>,
    ) {
        let Self { plan, workspace, chunk_sum, .. } = self;
        plan.load(parameters, sum.is_some());
        let chunks = ranges(source.count(), plan.chunk_size);
        #[cfg(feature = "rayon")]
        if chunks.len() > 1 && rayon::current_num_threads() > 1 {
            return threads::pass(&mut self.workers, plan, source, on_outputs, sum);
        }
        workspace.kept_blocks = if source.is_fixed_order() { plan.kept_blocks } else { 0 };
        for positions in chunks {
            match &mut sum {
                Some(sum) if positions.start > 0 => {
                    chunk_sum.resize(sum.len(), T::ZERO);
                    workspace.pass(plan, source, positions, &mut on_outputs, Some(chunk_sum));
                    add(chunk_sum, sum);
                }
                sum => workspace.pass(plan, source, positions, &mut on_outputs, sum.as_deref_mut()),
            }
        }
    }
}

/// Adds the sum of the gradients of one chunk.
fn add<T: Scalar>(chunk_sum: &[T], sum: &mut [T]) {
    sum.iter_mut().zip(chunk_sum).for_each(|(sum, chunk_sum)| *sum += *chunk_sum);
}
