//! The sums of the products of all pairs of columns.
//!
//! In the matrix of the sums, a column of J is a row and a column.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use alloc::vec::Vec;

use crate::Scalar;
use crate::math::MultiplyAdd;
use crate::simd::{Backend, Task};

/// The rows of a tile. The number of columns is a multiple of it.
const ROWS: usize = 4;

/// The products that several threads share, at least: fewer take less time than waking a thread.
#[cfg(feature = "rayon")]
const SHARED_PRODUCTS: usize = 1 << 20;

/// The number of columns for this number of parameters: one for each, one for the residuals, and padding. The matrix of their
/// products has as many rows and columns.
pub(crate) const fn padded_columns(parameters: usize) -> usize {
    (parameters + 1).next_multiple_of(ROWS)
}

/// Adds the products of all pairs of `count` columns to a matrix, on and above its diagonal. `sums` are a place for sums in
/// lanes.
///
/// Threads share the rows of the matrix, so each sum is added up as on one thread.
pub(super) fn add<T: Scalar, const V: usize>(
    backend: Backend,
    columns: &[T],
    length: usize,
    count: usize,
    sums: &mut Vec<[T; V]>,
    products: &mut [T],
) {
    sums.resize(ROWS * count, [T::ZERO; V]);
    #[cfg(feature = "rayon")]
    if count * count * length > 2 * SHARED_PRODUCTS && rayon::current_num_threads() > 1 {
        use rayon::prelude::*;
        let sums = &*sums;
        products.par_chunks_mut(ROWS * count).enumerate().for_each_init(
            || sums.clone(),
            |sums, (number, products)| {
                backend.run(ColumnProducts { columns, length, count, row: number * ROWS, sums, products });
            },
        );
        return;
    }
    for (number, products) in products.chunks_exact_mut(ROWS * count).enumerate() {
        backend.run(ColumnProducts { columns, length, count, row: number * ROWS, sums, products });
    }
}

/// Adds the products for four rows of the matrix, in tiles of two columns.
struct ColumnProducts<'a, T, const V: usize> {
    columns: &'a [T],
    /// The length of a column.
    length: usize,
    /// The number of columns.
    count: usize,
    /// The first of the four rows.
    row: usize,
    /// A place for the sums of the four rows, lane by lane. If lanes were added up at the end of each tile, the compiler would
    /// shuffle the vectors of the tile.
    sums: &'a mut [[T; V]],
    /// The four rows.
    products: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for ColumnProducts<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { columns, length, count, row, sums, products } = self;
        let [a, b, c, d] = [row, row + 1, row + 2, row + 3];
        let four = [
            column(columns, length, a),
            column(columns, length, b),
            column(columns, length, c),
            column(columns, length, d),
        ];
        let pairs = (row..count).step_by(2);
        for (sums, first) in sums.as_chunks_mut::<{ 2 * ROWS }>().0.iter_mut().zip(pairs.clone()) {
            let two = [column(columns, length, first), column(columns, length, first + 1)];
            tile::<T, M, V>(four, two, sums);
        }
        for (sums, first) in sums.chunks_exact(2 * ROWS).zip(pairs) {
            for (sums, row) in sums.chunks_exact(2).zip(products.chunks_exact_mut(count)) {
                for (sum, product) in sums.iter().zip(&mut row[first..]) {
                    *product += add_lanes(*sum);
                }
            }
        }
    }
}

#[inline(always)]
fn column<T, const V: usize>(columns: &[T], length: usize, number: usize) -> &[[T; V]] {
    columns[number * length..][..length].as_chunks::<V>().0
}

/// The products of four columns and two others. Each sum has a name, so that it stays in a register.
#[inline(always)]
fn tile<T: Scalar, M: MultiplyAdd, const V: usize>(
    [r0, r1, r2, r3]: [&[[T; V]]; ROWS],
    [c0, c1]: [&[[T; V]]; 2],
    sums: &mut [[T; V]; 2 * ROWS],
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
