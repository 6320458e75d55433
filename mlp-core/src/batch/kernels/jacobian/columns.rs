//! The columns of a block for one output, and the losses of its examples.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use crate::Scalar;
use crate::batch::kernels::layout::panels;
use crate::math::{MultiplyAdd, float};
use crate::simd::Task;

/// The losses of a block.
pub(super) struct Losses<'a, T, const V: usize> {
    pub(super) y_pred: &'a [T],
    pub(super) y_true: &'a [T],
    pub(super) outputs: usize,
    pub(super) is_half: bool,
    pub(super) out: &'a mut [T],
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
                        let residual = y_pred[part][v] - y_true[part][v];
                        sums[part][v] += residual * residual;
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

/// The column of the residuals of one output.
pub(super) struct Residuals<'a, T, const V: usize> {
    pub(super) y_pred: &'a [T],
    pub(super) y_true: &'a [T],
    /// Panels in which the row of the output is 1 for each example, or the root of its weight, and 0 for the padding.
    pub(super) factors: &'a [T],
    pub(super) outputs: usize,
    pub(super) output: usize,
    pub(super) column: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Residuals<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { y_pred, y_true, factors, outputs, output, column } = self;
        let column = column.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0;
        let panels = |block| panels::<T, V>(block, outputs);
        let panels = panels(y_pred).zip(panels(y_true)).zip(panels(factors));
        for (((y_pred, y_true), factors), column) in panels.zip(column) {
            for half in 0..2 {
                for v in 0..V {
                    let residual = y_pred[output][half][v] - y_true[output][half][v];
                    column[half][v] = residual * factors[output][half][v];
                }
            }
        }
    }
}

/// The columns of a layer. For a weight: ∂(the output)/∂z of its neuron times the activation of its source. For a bias the
/// first factor alone.
pub(super) struct Derivatives<'a, T, const V: usize> {
    pub(super) a: &'a [T],
    pub(super) d: &'a [T],
    pub(super) sources: usize,
    pub(super) neurons: usize,
    /// The length of a column.
    pub(super) length: usize,
    pub(super) columns: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Derivatives<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { a, d, sources, neurons, length, columns } = self;
        let panels_of_column = length / (2 * V);
        let columns = columns.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0;
        let mut columns = columns.chunks_exact_mut(panels_of_column.max(1));
        for source in 0..sources {
            for neuron in 0..neurons {
                let Some(column) = columns.next() else { return };
                let panels = panels::<T, V>(a, sources).zip(panels::<T, V>(d, neurons));
                for ((a, d), column) in panels.zip(column) {
                    let (a, d) = (a[source], d[neuron]);
                    // Not written at once, because the compiler does not know that the column is none of the factors.
                    let mut product = a;
                    for half in 0..2 {
                        for v in 0..V {
                            product[half][v] = a[half][v] * d[half][v];
                        }
                    }
                    *column = product;
                }
            }
        }
        for neuron in 0..neurons {
            let Some(column) = columns.next() else { return };
            for (d, column) in panels::<T, V>(d, neurons).zip(column) {
                *column = d[neuron];
            }
        }
    }
}
