//! The errors of all examples and their derivatives, as sums of products: JᵀJ and Jᵀr, which least squares needs.
//!
//! A row of J has the derivatives of one output of one example with respect to the parameters. At a time, only the rows of
//! one block and one output are in memory. They lie parameter by parameter: a line for each, with the examples of the block
//! side by side, and one line more for their errors r. So each sum is a product of two lines.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

#[cfg(test)]
mod tests;

use super::buffer::Buffer;
use super::elementwise::Differentiate;
use super::layout::{panel_stride, panels};
use super::pass::{Workspace, back_to_sources, clear_padding};
use super::plan::KernelPlan;
use super::{BatchSource, OutputCallback};
use crate::Scalar;
use crate::batch::ranges;
use crate::math::MultiplyAdd;
use crate::network::ErasedArchitecture;
use crate::simd::{Backend, Task};

/// The lines of a tile. The number of lines is a multiple of it.
const LINES: usize = 4;

/// The lines that a block has for this number of parameters: one for each, one for the errors, and padding. The matrix of
/// their products has as many rows and columns.
pub(crate) const fn padded(parameters: usize) -> usize {
    (parameters + 1).next_multiple_of(LINES)
}

/// The kernels for the errors of one network, y_pred − y_true, and for their derivatives.
pub trait JacobianKernels<T> {
    /// The forward pass over all examples and, with a matrix, the products of all pairs of lines, summed over the examples
    /// and the outputs. JᵀJ is in its first rows and columns, Jᵀr in the column after them. Elements below the diagonal are
    /// unspecified.
    fn pass(
        &mut self,
        parameters: &[T],
        source: &dyn BatchSource<T>,
        on_outputs: OutputCallback<'_, T>,
        products: Option<&mut [T]>,
    );
}

/// The kernels in vectors of `V`.
pub(crate) struct VectorJacobian<T, const V: usize> {
    plan: KernelPlan<T>,
    workspace: Workspace<T, V>,
    lines: Buffer<T>,
}

impl<T: Scalar, const V: usize> VectorJacobian<T, V> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        Self { plan: KernelPlan::new(architecture, backend), workspace: Workspace::EMPTY, lines: Buffer::EMPTY }
    }

    /// Fills the lines of a block for one output.
    fn fill_lines(&mut self, block: usize, output: usize, examples: usize) {
        let Self { plan, workspace: Workspace { packed, layers, .. }, lines } = self;
        let (x, y_true) = (&packed[block].x[..], &packed[block].y_true[..]);
        let length = examples.next_multiple_of(T::LANES);
        let Some((layer, values)) = plan.layers.last().zip(layers.last_mut()) else { return };
        let (outputs, errors_at) = (layer.neurons, layer.parameters.end);
        // ∂(an output)/∂(all outputs)
        values.d.fill(T::ZERO);
        for row in values.d.chunks_exact_mut(T::LANES).skip(output).step_by(panel_stride(outputs)) {
            row.fill(T::ONE);
        }
        clear_padding(examples, outputs, &mut values.d);
        let (z, a, d) = (&values.z[..], &values.a[..], &mut values.d[..]);
        let line = &mut lines[errors_at * length..][..length];
        plan.backend.run(Errors::<T, V> { y_pred: a, y_true, is_used: d, outputs, output, line });
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
        on_outputs: OutputCallback<'_, T>,
        mut products: Option<&mut [T]>,
    ) {
        let rows = padded(parameters.len());
        self.plan.load(parameters, products.is_some());
        if let Some(products) = &mut products {
            products.fill(T::ZERO);
        }
        self.workspace.kept_blocks = if source.is_fixed_order() { self.plan.kept_blocks } else { 0 };
        for positions in ranges(source.count(), self.plan.block_size) {
            let Self { plan, workspace, .. } = self;
            let examples = positions.len();
            workspace.resize(plan, examples, true);
            let block = workspace.pack(plan, source, positions.clone(), true);
            workspace.forward(plan, block, false);
            let Some(outputs) = workspace.layers.last().map(|output| &output.a) else { return };
            on_outputs(positions, outputs);
            let Some(products) = &mut products else { continue };
            let length = examples.next_multiple_of(T::LANES);
            self.lines.resize(rows * length);
            // Padding must not be what an earlier block has left there.
            self.lines[parameters.len() * length..].fill(T::ZERO);
            for output in 0..self.plan.layers.last().map_or(0, |layer| layer.neurons) {
                self.fill_lines(block, output, examples);
                self.plan.backend.run(LineProducts::<T, V> { lines: &self.lines, length, rows, products });
            }
        }
    }
}

/// The errors of one output.
struct Errors<'a, T, const V: usize> {
    y_pred: &'a [T],
    y_true: &'a [T],
    /// Panels in which the row of the output is 1 for each example and 0 for the padding.
    is_used: &'a [T],
    outputs: usize,
    output: usize,
    line: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Errors<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { y_pred, y_true, is_used, outputs, output, line } = self;
        let line = line.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0;
        let panels = |block| panels::<T, V>(block, outputs);
        for (((y_pred, y_true), is_used), line) in panels(y_pred).zip(panels(y_true)).zip(panels(is_used)).zip(line) {
            for half in 0..2 {
                for v in 0..V {
                    let error = y_pred[output][half][v] - y_true[output][half][v];
                    line[half][v] = error * is_used[output][half][v];
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
                    let (a, d) = (&a[source], &d[neuron]);
                    for half in 0..2 {
                        for v in 0..V {
                            line[half][v] = a[half][v] * d[half][v];
                        }
                    }
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

/// Adds the products of all pairs of lines to a matrix, in tiles of four rows and two columns on and above the diagonal.
struct LineProducts<'a, T, const V: usize> {
    lines: &'a [T],
    length: usize,
    rows: usize,
    products: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for LineProducts<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(mut self) {
        for row in (0..self.rows).step_by(LINES) {
            for column in (row..self.rows).step_by(2) {
                self.tile::<M>(row, column);
            }
        }
    }
}

impl<T: Scalar, const V: usize> LineProducts<'_, T, V> {
    #[inline(always)]
    fn line(&self, number: usize) -> &[[T; V]] {
        self.lines[number * self.length..][..self.length].as_chunks::<V>().0
    }

    /// Each sum has a name, so that it stays in a register.
    #[inline(always)]
    fn tile<M: MultiplyAdd>(&mut self, row: usize, column: usize) {
        let [r0, r1, r2, r3] = [self.line(row), self.line(row + 1), self.line(row + 2), self.line(row + 3)];
        let [c0, c1] = [self.line(column), self.line(column + 1)];
        let vectors = c0.len();
        let (Some(r0), Some(r1), Some(r2), Some(r3), Some(c1)) =
            (r0.get(..vectors), r1.get(..vectors), r2.get(..vectors), r3.get(..vectors), c1.get(..vectors))
        else {
            return;
        };
        let mut a = [T::ZERO; V];
        let (mut b, mut c, mut d, mut e, mut f, mut g, mut h) = (a, a, a, a, a, a, a);
        for k in 0..vectors {
            let (s, t) = (c0[k], c1[k]);
            macro_rules! add {
                ($($sum:ident: $row:ident $column:ident),*) => { $(
                    for v in 0..V {
                        $sum[v] = M::multiply_add($row[k][v], $column[v], $sum[v]);
                    }
                )* };
            }
            add!(a: r0 s, b: r0 t, c: r1 s, d: r1 t, e: r2 s, f: r2 t, g: r3 s, h: r3 t);
        }
        macro_rules! finish {
            ($($line:literal: $low:ident $high:ident),*) => { $(
                let at = (row + $line) * self.rows + column;
                self.products[at] += sum($low);
                self.products[at + 1] += sum($high);
            )* };
        }
        finish!(0: a b, 1: c d, 2: e f, 3: g h);
    }
}

/// The sum of the lanes, in halves.
#[inline(always)]
fn sum<T: Scalar, const V: usize>(mut lanes: [T; V]) -> T {
    let mut width = V / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}
