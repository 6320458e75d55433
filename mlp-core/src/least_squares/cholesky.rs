//! Cholesky's factorisation of a symmetric matrix, and the equations that it solves.
//!
//! The order of all sums is the same on every processor. Fused multiply-adds change last bits.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use crate::Scalar;
use crate::batch::padded_columns;
use crate::math::{MultiplyAdd, dot};
use crate::simd::Task;

/// How many rows are finished together. Their multiples are then subtracted from the rows below in one go.
///
/// A row is computed in pieces of this length, from the piece with its diagonal element on. So loops have no remainders. What
/// they compute to the left of the diagonal means nothing.
pub(super) const BLOCK: usize = 4;

const _: () = assert!(padded_columns(1).is_multiple_of(BLOCK), "rows are whole pieces");

/// A piece of a row.
type Piece<T> = [T; BLOCK];

/// Computes the upper triangular matrix U with UᵀU = A, and writes it in the place of A. Only the upper triangle of the
/// symmetric matrix A is read. Columns to the right of A are the right sides b of equations; they become U⁻ᵀ b.
pub(super) struct Factorize<'a, T> {
    /// Row by row.
    pub(super) matrix: &'a mut [T],
    pub(super) size: usize,
    /// The distance from one row to the next, a multiple of [`BLOCK`].
    pub(super) stride: usize,
}

impl<T: Scalar> Task for Factorize<'_, T> {
    /// Whether A is positive definite, as far as rounding lets us know. If not, the matrix is unspecified.
    type Output = bool;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> bool {
        let Self { matrix, size, stride } = self;
        let (matrix, length) = (matrix.as_chunks_mut::<BLOCK>().0, stride / BLOCK);
        for (block, first) in (0..size).step_by(BLOCK).enumerate() {
            let end = size.min(first + BLOCK);
            for pivot in first..end {
                let (finished, below) = matrix.split_at_mut((pivot + 1) * length);
                let row = &mut finished[pivot * length..][block..length];
                let square = row[0][pivot - first];
                let is_positive = square > T::ZERO;
                if !is_positive || !square.is_finite() {
                    return false;
                }
                let factor = T::ONE / square.sqrt();
                scale(row, factor);
                for (other, below) in (pivot + 1..end).zip(below.chunks_exact_mut(length)) {
                    subtract::<T, M>(&mut below[block..], row[0][other - first], row);
                }
            }
            if end == size {
                break;
            }
            let (finished, below) = matrix.split_at_mut(end * length);
            let mut rows = finished[first * length..].chunks_exact(length);
            let (Some(a), Some(b), Some(c), Some(d)) = (rows.next(), rows.next(), rows.next(), rows.next()) else {
                return false;
            };
            for (other, below) in (end..size).zip(below.chunks_exact_mut(length)) {
                let (piece, lane) = (other / BLOCK, other % BLOCK);
                let factors = [a[piece][lane], b[piece][lane], c[piece][lane], d[piece][lane]];
                let rows = [&a[piece..], &b[piece..], &c[piece..], &d[piece..]];
                subtract_four::<T, M>(&mut below[piece..], factors, rows);
            }
        }
        true
    }
}

/// row ← factor · row
#[inline(always)]
fn scale<T: Scalar>(row: &mut [Piece<T>], factor: T) {
    for piece in row {
        for element in piece {
            *element *= factor;
        }
    }
}

/// row ← row − factor · other
#[inline(always)]
fn subtract<T: Scalar, M: MultiplyAdd>(row: &mut [Piece<T>], factor: T, other: &[Piece<T>]) {
    for (row, other) in row.iter_mut().zip(other) {
        for lane in 0..BLOCK {
            row[lane] = M::multiply_add(-factor, other[lane], row[lane]);
        }
    }
}

/// row ← row − Σ factor · other, from the first to the last. A piece of the row stays in a register meanwhile.
#[inline(always)]
fn subtract_four<T: Scalar, M: MultiplyAdd>(row: &mut [Piece<T>], factors: [T; 4], others: [&[Piece<T>]; 4]) {
    let length = row.len();
    let [a, b, c, d] = others;
    let (Some(a), Some(b), Some(c), Some(d)) = (a.get(..length), b.get(..length), c.get(..length), d.get(..length))
    else {
        return;
    };
    for index in 0..length {
        let mut piece = row[index];
        for (factor, other) in factors.into_iter().zip([a, b, c, d]) {
            for lane in 0..BLOCK {
                piece[lane] = M::multiply_add(-factor, other[index][lane], piece[lane]);
            }
        }
        row[index] = piece;
    }
}

/// U of a factorised matrix.
#[derive(Clone, Copy)]
pub(super) struct Factor<'a, T> {
    pub(super) matrix: &'a [T],
    pub(super) size: usize,
    pub(super) stride: usize,
}

impl<T: Scalar> Factor<'_, T> {
    /// Solves A x = b, where the column after A was b when the matrix was factorised.
    pub(super) fn solve(self, x: &mut [T]) {
        let Self { matrix, size, stride } = self;
        for index in (0..size).rev() {
            let row = &matrix[index * stride..][..=size];
            let sum = dot(&row[index + 1..size], &x[index + 1..size]);
            x[index] = (row[size] - sum) / row[index];
        }
    }
}

/// The trace of A⁻¹ = U⁻¹ U⁻ᵀ, which is the sum of the squares in U⁻ᵀ. Row by row, Uᵀ X = I gives X = U⁻ᵀ, which has zeros
/// above the diagonal.
pub(super) struct InverseTrace<'a, T> {
    pub(super) factor: Factor<'a, T>,
    /// A place for X: as many numbers as the matrix has.
    pub(super) inverse: &'a mut [T],
}

impl<T: Scalar> Task for InverseTrace<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) -> T {
        let Self { factor: Factor { matrix, size, stride }, inverse } = self;
        let (matrix, inverse) = (matrix.as_chunks::<BLOCK>().0, inverse.as_chunks_mut::<BLOCK>().0);
        let length = stride / BLOCK;
        let mut squares = [T::ZERO; BLOCK];
        for index in 0..size {
            let (piece, lane) = (index / BLOCK, index % BLOCK);
            let (finished, row) = inverse.split_at_mut(index * length);
            let row = &mut row[..=piece];
            row.fill([T::ZERO; BLOCK]);
            row[piece][lane] = T::ONE;
            let above = |other: usize| matrix[other * length + piece][lane];
            let mut rows = finished.chunks_exact(length);
            for block in 0..piece {
                let (Some(a), Some(b), Some(c), Some(d)) = (rows.next(), rows.next(), rows.next(), rows.next()) else {
                    break;
                };
                let first = block * BLOCK;
                let factors = [above(first), above(first + 1), above(first + 2), above(first + 3)];
                let others = [&a[..=block], &b[..=block], &c[..=block], &d[..=block]];
                subtract_four::<T, M>(&mut row[..=block], factors, others);
            }
            for (other, finished) in (piece * BLOCK..index).zip(rows) {
                subtract::<T, M>(row, above(other), &finished[..=piece]);
            }
            scale(row, T::ONE / above(index));
            for piece in &*row {
                for lane in 0..BLOCK {
                    squares[lane] = M::multiply_add(piece[lane], piece[lane], squares[lane]);
                }
            }
        }
        (squares[0] + squares[1]) + (squares[2] + squares[3])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Rng as _, rng};
    use crate::simd::Backend;

    /// The solution solves A x = b, and the trace is the trace of the inverse, for sizes below, at and above the block's.
    #[test]
    fn equations_are_solved() {
        for size in [1_usize, 2, 3, 4, 5, 7, 8, 9, 16, 31, 40] {
            let (stride, mut rng) = ((size + 1).next_multiple_of(BLOCK), rng(1));
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
                let mut solve = |b: &dyn Fn(usize) -> f64| {
                    factored.copy_from_slice(&matrix);
                    (0..size).for_each(|index| factored[index * stride + size] = b(index));
                    assert!(backend.run(Factorize { matrix: &mut factored, size, stride }));
                    let mut x = vec![0.0; size];
                    Factor { matrix: &factored, size, stride }.solve(&mut x);
                    x
                };
                let x = solve(&|index| b[index]);
                for i in 0..size {
                    let product: f64 = (0..size).map(|j| matrix[i * stride + j] * x[j]).sum();
                    assert!((product - b[i]).abs() < 1e-12, "{size}: {product} is not {}", b[i]);
                }
                let trace: f64 = (0..size).map(|i| solve(&|j| f64::from(u8::from(i == j)))[i]).sum();
                let factor = Factor { matrix: &factored, size, stride };
                // Numbers that an earlier trace has left there do not count.
                let found = backend.run(InverseTrace { factor, inverse: &mut vec![f64::NAN; size * stride] });
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
                let (mut matrix, mut inverse) = (matrix.clone(), vec![0.0; size * stride]);
                backend.run(Factorize { matrix: &mut matrix, size, stride });
                let factor = Factor { matrix: &matrix, size, stride };
                let trace = backend.run(InverseTrace { factor, inverse: &mut inverse });
                (matrix, trace)
            })
            .collect();
        assert!(factors.windows(2).all(|two| two[0] == two[1]));
    }

    #[test]
    fn a_matrix_that_is_not_positive_definite() {
        for matrix in
            [[0.0, 0.0, 0.0, 1.0], [1.0, 2.0, 2.0, 1.0], [f64::NAN, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, f64::INFINITY]]
        {
            let [a, b, c, d] = matrix;
            for backend in Backend::all(true) {
                let mut matrix = [a, b, 0.0, 0.0, c, d, 0.0, 0.0];
                assert!(!backend.run(Factorize { matrix: &mut matrix, size: 2, stride: 4 }));
            }
        }
    }
}
