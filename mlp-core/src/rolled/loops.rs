//! The loops of rolled networks, over rows whose length is known at run time only: so they are compiled once, with this
//! crate. A matrix is a slice, row by row.

use crate::Scalar;

/// How many partial sums there are: as many as two vector registers of most processors hold.
const LANES: usize = 8;

/// z = x·w + b, summed source by source.
pub(crate) fn affine<T: Scalar>(x: &[T], w: &[T], b: &[T], z: &mut [T]) {
    let mut first = 0;
    while z.len() - first >= LANES {
        columns::<T, LANES>(x, w, b, z, first);
        first += LANES;
    }
    while z.len() - first >= 2 {
        columns::<T, 2>(x, w, b, z, first);
        first += 2;
    }
    if first < z.len() {
        columns::<T, 1>(x, w, b, z, first);
    }
}

/// [`affine`] for `N` neurons, whose sums stay in registers.
#[inline]
fn columns<T: Scalar, const N: usize>(x: &[T], w: &[T], b: &[T], z: &mut [T], first: usize) {
    let mut terms =
        w.chunks_exact(z.len()).zip(x).filter_map(|(row, &x)| Some((row.get(first..)?.first_chunk::<N>()?, x)));
    let Some((row, x)) = terms.next() else { return };
    let mut sums = row.map(|w| w * x);
    for (row, x) in terms {
        for n in 0..N {
            sums[n] += row[n] * x;
        }
    }
    for ((z, &b), sum) in z.iter_mut().zip(b).skip(first).zip(sums) {
        *z = sum + b;
    }
}

/// ∂L/∂w = source · ∂L/∂z
pub(crate) fn outer<T: Scalar>(sources: &[T], dl_dz: &[T], dl_dw: &mut [T]) {
    for (row, &source) in dl_dw.chunks_exact_mut(dl_dz.len()).zip(sources) {
        for (dl_dw, &dl_dz) in row.iter_mut().zip(dl_dz) {
            *dl_dw = dl_dz * source;
        }
    }
}

/// ∂L/∂a = Σ ∂L/∂z · weight over the row of each source.
pub(crate) fn weighted_sums<T: Scalar>(w: &[T], dl_dz: &[T], dl_da: &mut [T]) {
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

/// Moves each weight by learning rate · source · ∂L/∂z, and before that takes [`weighted_sums`] of them, for as many
/// sources as `dl_da` has places.
pub(crate) fn descend_rows<T: Scalar>(w: &mut [T], sources: &[T], dl_dz: &[T], learning_rate: T, dl_da: &mut [T]) {
    let mut dl_da = dl_da.iter_mut();
    for (row, &source) in w.chunks_exact_mut(dl_dz.len()).zip(sources) {
        let Some(dl_da) = dl_da.next() else {
            descend_row(row, source, dl_dz, learning_rate);
            continue;
        };
        let mut sums = [T::ZERO; LANES];
        let ((weights, weights_rest), (derivatives, derivatives_rest)) =
            (row.as_chunks_mut::<LANES>(), dl_dz.as_chunks::<LANES>());
        for (weights, derivatives) in weights.iter_mut().zip(derivatives) {
            add_products(&mut sums, weights, derivatives);
            descend_row(weights, source, derivatives, learning_rate);
        }
        add_products(&mut sums, weights_rest, derivatives_rest);
        descend_row(weights_rest, source, derivatives_rest, learning_rate);
        *dl_da = total(sums);
    }
}

/// parameter − learning rate · gradient
pub(crate) fn descend<T: Scalar>(parameters: &mut [T], gradients: &[T], learning_rate: T) {
    for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
        *parameter -= learning_rate * gradient;
    }
}

/// One row of a layer: weight − learning rate · (∂L/∂z · source)
#[inline]
fn descend_row<T: Scalar>(weights: &mut [T], source: T, dl_dz: &[T], learning_rate: T) {
    for (weight, &dl_dz) in weights.iter_mut().zip(dl_dz) {
        *weight -= learning_rate * (dl_dz * source);
    }
}

/// Adds to each partial sum the product that is its own.
#[inline]
fn add_products<T: Scalar>(sums: &mut [T; LANES], weights: &[T], derivatives: &[T]) {
    for ((sum, &weight), &derivative) in sums.iter_mut().zip(weights).zip(derivatives) {
        *sum += derivative * weight;
    }
}

#[inline]
fn total<T: Scalar>([s0, s1, s2, s3, s4, s5, s6, s7]: [T; LANES]) -> T {
    ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
}
