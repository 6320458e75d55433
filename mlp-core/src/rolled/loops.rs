//! The loops of rolled networks. The length of a row is known at run time only, so the loops are compiled once, with
//! this crate, for the vectors of the processor. A matrix is a slice, row by row.
//!
//! No product is fused with a sum, and the order of additions does not depend on the vectors, so the bits are the same
//! everywhere. The loops are plain, because a closure or an iterator that is not inlined is compiled without the target
//! features.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use crate::Scalar;
use crate::math::MultiplyAdd;
use crate::simd::{Task, TiledTask};

/// The number of partial sums: two vectors of four.
const LANES: usize = 8;

/// The bytes of the rows that a block of [`Affine`] has: half of the first cache.
const BLOCK_BYTES: usize = 16 << 10;

/// z = x·w + b, summed source by source.
pub(crate) struct Affine<'a, T> {
    pub(crate) x: &'a [T],
    pub(crate) w: &'a [T],
    pub(crate) b: &'a [T],
    pub(crate) z: &'a mut [T],
}

impl<T: Scalar> TiledTask for Affine<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd, const REGISTERS: usize>(self) {
        let Self { x, w, b, z } = self;
        let neurons = z.len();
        for z in &mut *z {
            // Adding to −0 changes nothing, not even the sign of a zero.
            *z = -T::ZERO;
        }
        // Memory is read row after row, but the sums stay in registers for all rows of a block.
        let rows = (BLOCK_BYTES / size_of::<T>() / neurons).max(4);
        for (x, w) in x.chunks(rows).zip(w.chunks(rows * neurons)) {
            let mut first = 0;
            while REGISTERS >= 16 && neurons - first >= 32 {
                columns::<T, 32>(x, w, z, first);
                first += 32;
            }
            while neurons - first >= 16 {
                columns::<T, 16>(x, w, z, first);
                first += 16;
            }
            while neurons - first >= 4 {
                columns::<T, 4>(x, w, z, first);
                first += 4;
            }
            while neurons - first >= 1 {
                columns::<T, 1>(x, w, z, first);
                first += 1;
            }
        }
        for (z, &b) in z.iter_mut().zip(b) {
            *z += b;
        }
    }
}

/// Adds the products of a block of rows to `N` sums, which stay in registers.
#[inline(always)]
fn columns<T: Scalar, const N: usize>(x: &[T], w: &[T], z: &mut [T], first: usize) {
    let neurons = z.len();
    let Some(z) = z.get_mut(first..first + N) else { return };
    let mut sums = [T::ZERO; N];
    sums.copy_from_slice(z);
    for (row, &x) in w.chunks_exact(neurons).zip(x) {
        let Some(row) = chunk::<T, N>(row, first) else { return };
        for n in 0..N {
            sums[n] += row[n] * x;
        }
    }
    z.copy_from_slice(&sums);
}

/// `N` numbers from `first` on.
#[inline(always)]
fn chunk<T, const N: usize>(row: &[T], first: usize) -> Option<&[T; N]> {
    row.get(first..)?.first_chunk()
}

/// ∂L/∂w = source · ∂L/∂z
pub(crate) struct Outer<'a, T> {
    pub(crate) sources: &'a [T],
    pub(crate) dl_dz: &'a [T],
    pub(crate) dl_dw: &'a mut [T],
}

impl<T: Scalar> Task for Outer<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { sources, dl_dz, dl_dw } = self;
        for (row, &source) in dl_dw.chunks_exact_mut(dl_dz.len()).zip(sources) {
            for (dl_dw, &dl_dz) in row.iter_mut().zip(dl_dz) {
                *dl_dw = dl_dz * source;
            }
        }
    }
}

/// ∂L/∂a = Σ ∂L/∂z · weight over the row of each source.
pub(crate) struct WeightedSums<'a, T> {
    pub(crate) w: &'a [T],
    pub(crate) dl_dz: &'a [T],
    pub(crate) dl_da: &'a mut [T],
}

impl<T: Scalar> Task for WeightedSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { w, dl_dz, dl_da } = self;
        for (row, dl_da) in w.chunks_exact(dl_dz.len()).zip(dl_da) {
            let mut sums = [T::ZERO; LANES];
            let ((weights, weights_rest), (derivatives, derivatives_rest)) =
                (row.as_chunks::<LANES>(), dl_dz.as_chunks::<LANES>());
            for (weights, derivatives) in weights.iter().zip(derivatives) {
                add_products(&mut sums, weights, derivatives);
            }
            add_products(&mut sums, weights_rest, derivatives_rest);
            *dl_da = total(sums);
        }
    }
}

/// weight − learning rate · (∂L/∂z · source) for each weight. Before that, the [`WeightedSums`] of the old weights, for
/// the first `dl_da.len()` sources.
pub(crate) struct UpdateRows<'a, T> {
    pub(crate) w: &'a mut [T],
    pub(crate) sources: &'a [T],
    pub(crate) dl_dz: &'a [T],
    pub(crate) learning_rate: T,
    pub(crate) dl_da: &'a mut [T],
}

impl<T: Scalar> Task for UpdateRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { w, sources, dl_dz, learning_rate, dl_da } = self;
        let mut dl_da = dl_da.iter_mut();
        for (row, &source) in w.chunks_exact_mut(dl_dz.len()).zip(sources) {
            let Some(dl_da) = dl_da.next() else {
                update_row(row, source, dl_dz, learning_rate);
                continue;
            };
            let mut sums = [T::ZERO; LANES];
            let ((weights, weights_rest), (derivatives, derivatives_rest)) =
                (row.as_chunks_mut::<LANES>(), dl_dz.as_chunks::<LANES>());
            for (weights, derivatives) in weights.iter_mut().zip(derivatives) {
                add_products(&mut sums, weights, derivatives);
                update_row(weights, source, derivatives, learning_rate);
            }
            add_products(&mut sums, weights_rest, derivatives_rest);
            update_row(weights_rest, source, derivatives_rest, learning_rate);
            *dl_da = total(sums);
        }
    }
}

/// One row of a layer: weight − learning rate · (∂L/∂z · source)
#[inline(always)]
fn update_row<T: Scalar>(weights: &mut [T], source: T, dl_dz: &[T], learning_rate: T) {
    for (weight, &dl_dz) in weights.iter_mut().zip(dl_dz) {
        *weight -= learning_rate * (dl_dz * source);
    }
}

/// Adds one product to each partial sum; to the first ones only, if the slices are shorter.
#[inline(always)]
fn add_products<T: Scalar>(sums: &mut [T; LANES], weights: &[T], derivatives: &[T]) {
    for ((sum, &weight), &derivative) in sums.iter_mut().zip(weights).zip(derivatives) {
        *sum += derivative * weight;
    }
}

#[inline(always)]
fn total<T: Scalar>([s0, s1, s2, s3, s4, s5, s6, s7]: [T; LANES]) -> T {
    ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use crate::optimizer::DescentStep;
    use std::vec::Vec;

    use super::*;
    use crate::math::Separate;
    use crate::random::Rng as _;
    use crate::rng;
    use crate::simd::{self, PORTABLE_REGISTERS, Tiled, run_portable};

    /// Code for this processor and portable code agree, in both scalars, for widths with and without a remainder.
    #[test]
    fn same_bits() {
        for (sources, neurons) in
            [(1, 1), (2, 3), (5, 4), (3, 9), (8, 16), (7, 31), (33, 37), (64, 32), (40, 90), (9, 1030)]
        {
            same_bits_of::<f64>(sources, neurons);
            same_bits_of::<f32>(sources, neurons);
        }
    }

    fn same_bits_of<T: Scalar>(sources: usize, neurons: usize) {
        let mut rng = rng(1);
        let mut numbers = |count| -> Vec<T> {
            (0..count).map(|_| T::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 30) - 2.0)).collect()
        };
        let (x, w, b, dl_dz) = (numbers(sources), numbers(sources * neurons), numbers(neurons), numbers(neurons));
        let learning_rate = T::from_f64(0.3);
        let results = [false, true].map(|anywhere| {
            let (mut z, mut dl_dw) = (b.clone(), w.clone());
            let [mut dl_da, mut again] = [x.clone(), x[1..].to_vec()];
            let [mut moved, mut fused] = [w.clone(), w.clone()];
            let affine = Affine { x: &x, w: &w, b: &b, z: &mut z };
            if anywhere {
                run_portable::<Separate, _>(Tiled::<_, PORTABLE_REGISTERS>(affine));
            } else {
                simd::run_tiled(affine);
            }
            run(Outer { sources: &x, dl_dz: &dl_dz, dl_dw: &mut dl_dw }, anywhere);
            run(WeightedSums { w: &w, dl_dz: &dl_dz, dl_da: &mut dl_da }, anywhere);
            run(DescentStep { parameters: &mut moved, gradients: &dl_dw, learning_rate }, anywhere);
            let rows = UpdateRows { w: &mut fused, sources: &x, dl_dz: &dl_dz, learning_rate, dl_da: &mut again };
            run(rows, anywhere);
            assert!(z != b && dl_dw != w && moved != w, "a task has changed nothing");
            assert_eq!(fused, moved);
            assert_eq!(again, dl_da[..sources - 1]);
            [z, dl_dw, dl_da, moved]
        });
        assert_eq!(results[0], results[1], "{sources} => {neurons}");
    }

    fn run(task: impl Task<Output = ()>, anywhere: bool) {
        if anywhere { run_portable::<Separate, _>(task) } else { simd::run(task) }
    }
}
