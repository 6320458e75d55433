//! Cholesky's factorisation of a symmetric matrix, and what it solves.
//!
//! All sums are in an order that does not depend on the processor. With fused multiply-adds they have other last bits.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use crate::Scalar;
use crate::math::{MultiplyAdd, dot};
use crate::simd::Task;

/// The rows that are finished before the rows below them lose what they have in common with these: so that a row is loaded
/// once for that.
const BLOCK: usize = 8;

/// Computes the upper triangular matrix U with UᵀU = A, and writes it in the place of A. Only the upper triangle of the
/// symmetric matrix A is read.
pub(super) struct Factorize<'a, T> {
    /// Row by row.
    pub(super) matrix: &'a mut [T],
    pub(super) size: usize,
    /// The distance from one row to the next.
    pub(super) stride: usize,
}

impl<T: Scalar> Task for Factorize<'_, T> {
    /// Whether A is positive definite, as far as rounding lets us know. If not, the matrix is unspecified.
    type Output = bool;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> bool {
        let Self { matrix, size, stride } = self;
        for first in (0..size).step_by(BLOCK) {
            let end = size.min(first + BLOCK);
            for pivot in first..end {
                let (above, below) = matrix.split_at_mut((pivot + 1) * stride);
                let row = &mut above[pivot * stride..][..size];
                let square = row[pivot];
                let is_positive = square > T::ZERO;
                if !is_positive || !square.is_finite() {
                    return false;
                }
                let root = square.sqrt();
                for element in &mut row[pivot..] {
                    *element = *element / root;
                }
                for other in pivot + 1..end {
                    let other_row = &mut below[(other - pivot - 1) * stride..][..size];
                    subtract::<T, M>(&mut other_row[other..], row[other], &row[other..]);
                }
            }
            let (finished, below) = matrix.split_at_mut(end * stride);
            for other in end..size {
                let other_row = &mut below[(other - end) * stride..][..size];
                for pivot in first..end {
                    let row = &finished[pivot * stride..][..size];
                    subtract::<T, M>(&mut other_row[other..], row[other], &row[other..]);
                }
            }
        }
        true
    }
}

/// row ← row − factor · other
#[inline(always)]
fn subtract<T: Scalar, M: MultiplyAdd>(row: &mut [T], factor: T, other: &[T]) {
    let length = row.len();
    let (Some(other), factor) = (other.get(..length), -factor) else { return };
    for index in 0..length {
        row[index] = M::multiply_add(factor, other[index], row[index]);
    }
}

/// U of a factorised matrix.
#[derive(Clone, Copy)]
pub(super) struct Factor<'a, T> {
    pub(super) matrix: &'a [T],
    pub(super) size: usize,
    pub(super) stride: usize,
}

impl<'a, T: Scalar> Factor<'a, T> {
    /// Replaces b by the solution of A x = b.
    pub(super) fn solve(self, b: &mut [T]) {
        self.solve_transposed(0, b);
        for index in (0..self.size).rev() {
            let row = self.row(index);
            let sum = dot(&row[index + 1..], &b[index + 1..]);
            b[index] = (b[index] - sum) / row[index];
        }
    }

    /// The trace of A⁻¹. `column` is a place for as many numbers as the matrix has rows.
    #[cfg(test)]
    pub(super) fn trace_of_inverse(self, column: &mut [T]) -> T {
        let mut trace = T::ZERO;
        for index in 0..self.size {
            column.fill(T::ZERO);
            column[index] = T::ONE;
            // A⁻¹ = U⁻¹ U⁻ᵀ, so its trace is the sum of the squares in U⁻ᵀ, which has zeros above the diagonal.
            self.solve_transposed(index, column);
            trace += dot(&column[index..], &column[index..]);
        }
        trace
    }

    /// Replaces b, which has zeros before `first`, by the solution of Uᵀ x = b.
    fn solve_transposed(self, first: usize, b: &mut [T]) {
        for index in first..self.size {
            let row = self.row(index);
            let (x, rest) = (b[index] / row[index], index + 1..self.size);
            b[index] = x;
            for (b, &element) in b[rest.clone()].iter_mut().zip(&row[rest]) {
                *b -= element * x;
            }
        }
    }

    fn row(self, index: usize) -> &'a [T] {
        &self.matrix[index * self.stride..][..self.size]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Rng as _, rng};
    use crate::simd::Backend;

    /// Sizes below, at and above the block's: the solution solves A x = b, and the trace is that of the inverse.
    #[test]
    fn equations_are_solved() {
        for size in [1, 2, 7, 8, 9, 16, 31, 40] {
            let (stride, mut rng) = (size + 3, rng(1));
            let mut number = || f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5;
            let root: Vec<f64> = (0..size * size).map(|_| number()).collect();
            let mut matrix = vec![0.0; size * stride];
            for i in 0..size {
                for j in 0..size {
                    let sum: f64 = (0..size).map(|k| root[k * size + i] * root[k * size + j]).sum();
                    matrix[i * stride + j] = sum + if i == j { 0.5 } else { 0.0 };
                }
            }
            let b: Vec<f64> = (0..size).map(|_| number()).collect();
            for backend in Backend::all(true).chain(Backend::all(false)) {
                let mut factored = matrix.clone();
                assert!(backend.run(Factorize { matrix: &mut factored, size, stride }));
                let factor = Factor { matrix: &factored, size, stride };
                let solve = |b: &[f64]| {
                    let mut x = b.to_vec();
                    factor.solve(&mut x);
                    x
                };
                let x = solve(&b);
                for i in 0..size {
                    let product: f64 = (0..size).map(|j| matrix[i * stride + j] * x[j]).sum();
                    assert!((product - b[i]).abs() < 1e-12, "{size}: {product} is not {}", b[i]);
                }
                let unit = |i: usize| (0..size).map(|j| f64::from(u8::from(i == j))).collect::<Vec<_>>();
                let trace: f64 = (0..size).map(|i| solve(&unit(i))[i]).sum();
                let found = factor.trace_of_inverse(&mut vec![0.0; size]);
                assert!((found - trace).abs() < 1e-12 * trace, "{size}: {found} is not {trace}");
            }
        }
    }

    /// Without fused multiply-adds all processors have the same bits.
    #[test]
    fn reproducible_bits() {
        let (size, stride) = (40, 44);
        let matrix: Vec<f64> =
            (0..size * stride)
                .map(|at| {
                    if at % stride == at / stride { 9.0 } else { 1.0 / f64::from(u32::try_from(at % 97 + 1).unwrap()) }
                })
                .collect();
        let factors: Vec<_> = Backend::all(true)
            .map(|backend| {
                let mut matrix = matrix.clone();
                backend.run(Factorize { matrix: &mut matrix, size, stride });
                matrix
            })
            .collect();
        assert!(factors.windows(2).all(|two| two[0] == two[1]));
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite() {
        for matrix in
            [[0.0, 0.0, 0.0, 1.0], [1.0, 2.0, 2.0, 1.0], [f64::NAN, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, f64::INFINITY]]
        {
            let mut matrix = matrix;
            for backend in Backend::all(true) {
                assert!(!backend.run(Factorize { matrix: &mut matrix, size: 2, stride: 2 }));
            }
        }
    }
}
