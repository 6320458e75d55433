//! The sums of products of all pairs of lines.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use alloc::vec::Vec;

use crate::Scalar;
use crate::math::MultiplyAdd;
use crate::simd::{Backend, Task};

/// The lines of a tile. The number of lines is a multiple of it.
const LINES: usize = 4;

/// The products that several threads share, at least: fewer take less time than waking a thread.
#[cfg(feature = "rayon")]
const SHARED_PRODUCTS: usize = 1 << 20;

/// The lines that a block has for this number of parameters: one for each, one for the errors, and padding. The matrix of
/// their products has as many rows and columns.
pub(crate) const fn padded(parameters: usize) -> usize {
    (parameters + 1).next_multiple_of(LINES)
}

/// Adds the products of all pairs of `rows` lines to a matrix, on and above its diagonal. `sums` are a place.
///
/// Threads share the rows of the matrix. So each sum is added up as on one thread.
pub(super) fn add<T: Scalar, const V: usize>(
    backend: Backend,
    lines: &[T],
    length: usize,
    rows: usize,
    sums: &mut Vec<[T; V]>,
    products: &mut [T],
) {
    sums.resize(LINES * rows, [T::ZERO; V]);
    #[cfg(feature = "rayon")]
    if rows * rows * length > 2 * SHARED_PRODUCTS && rayon::current_num_threads() > 1 {
        use rayon::prelude::*;
        let sums = &*sums;
        products.par_chunks_mut(LINES * rows).enumerate().for_each_init(
            || sums.clone(),
            |sums, (number, products)| {
                backend.run(LineProducts { lines, length, rows, row: number * LINES, sums, products });
            },
        );
        return;
    }
    for (number, products) in products.chunks_exact_mut(LINES * rows).enumerate() {
        backend.run(LineProducts { lines, length, rows, row: number * LINES, sums, products });
    }
}

/// Adds the products for four rows of the matrix, in tiles of two columns.
struct LineProducts<'a, T, const V: usize> {
    lines: &'a [T],
    length: usize,
    /// The rows and columns of the whole matrix.
    rows: usize,
    /// The first of the four rows.
    row: usize,
    /// A place for four sums in each column, lane by lane. Added up at the end of a tile, their lanes would make the compiler
    /// turn the tile's vectors around.
    sums: &'a mut [[T; V]],
    /// The four rows.
    products: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for LineProducts<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { lines, length, rows, row, sums, products } = self;
        let [a, b, c, d] = [row, row + 1, row + 2, row + 3];
        let four_lines =
            [line(lines, length, a), line(lines, length, b), line(lines, length, c), line(lines, length, d)];
        let columns = (row..rows).step_by(2);
        for (sums, column) in sums.as_chunks_mut::<{ 2 * LINES }>().0.iter_mut().zip(columns.clone()) {
            let two_lines = [line(lines, length, column), line(lines, length, column + 1)];
            tile::<T, M, V>(four_lines, two_lines, sums);
        }
        for (sums, column) in sums.chunks_exact(2 * LINES).zip(columns) {
            for (sums, line) in sums.chunks_exact(2).zip(products.chunks_exact_mut(rows)) {
                for (sum, product) in sums.iter().zip(&mut line[column..]) {
                    *product += add_lanes(*sum);
                }
            }
        }
    }
}

#[inline(always)]
fn line<T, const V: usize>(lines: &[T], length: usize, number: usize) -> &[[T; V]] {
    lines[number * length..][..length].as_chunks::<V>().0
}

/// The products of four lines and two others. Each sum has a name, so that it stays in a register.
#[inline(always)]
fn tile<T: Scalar, M: MultiplyAdd, const V: usize>(
    [r0, r1, r2, r3]: [&[[T; V]]; LINES],
    [c0, c1]: [&[[T; V]]; 2],
    sums: &mut [[T; V]; 2 * LINES],
) {
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
    *sums = [a, b, c, d, e, f, g, h];
}

/// The sum of the lanes, in halves.
#[inline(always)]
fn add_lanes<T: Scalar, const V: usize>(mut lanes: [T; V]) -> T {
    let mut width = V / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}
