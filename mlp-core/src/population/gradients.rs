//! The gradients of a layer, and what becomes of them.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use super::forward::Sources;
use super::plan::Row;
use crate::Scalar;

/// Takes the gradients as they are computed.
pub(super) trait Sink<T, const W: usize> {
    fn take(parameter: &mut Row<T, W>, gradient: &mut Row<T, W>, rates: &[T; W], value: [T; W]);
}

/// It moves its parameter at once, by plain gradient descent.
pub(super) struct Descend;
/// It is written down.
pub(super) struct Write;
/// It is added to the sum of a batch.
pub(super) struct Add;

impl<T: Scalar, const W: usize> Sink<T, W> for Descend {
    #[inline(always)]
    fn take(parameter: &mut Row<T, W>, _: &mut Row<T, W>, rates: &[T; W], value: [T; W]) {
        let mut moved = parameter.0;
        for l in 0..W {
            moved[l] -= rates[l] * value[l];
        }
        parameter.0 = moved;
    }
}

impl<T: Scalar, const W: usize> Sink<T, W> for Write {
    #[inline(always)]
    fn take(_: &mut Row<T, W>, gradient: &mut Row<T, W>, _: &[T; W], value: [T; W]) {
        gradient.0 = value;
    }
}

impl<T: Scalar, const W: usize> Sink<T, W> for Add {
    #[inline(always)]
    fn take(_: &mut Row<T, W>, gradient: &mut Row<T, W>, _: &[T; W], value: [T; W]) {
        let mut sum = gradient.0;
        for l in 0..W {
            sum[l] += value[l];
        }
        gradient.0 = sum;
    }
}

/// Gives the sink the gradients of a layer, ∂L/∂w = ∂L/∂z · source and ∂L/∂b = ∂L/∂z.
#[inline(always)]
pub(super) fn layer_gradients<K: Sink<T, W>, T: Scalar, S: Sources<T, W>, const W: usize>(
    sources: S,
    d: &[Row<T, W>],
    parameters: &mut [Row<T, W>],
    gradients: &mut [Row<T, W>],
    rates: &[T; W],
) {
    let rows = parameters.chunks_exact_mut(d.len()).zip(gradients.chunks_exact_mut(d.len()));
    for (i, (parameters, gradients)) in rows.enumerate() {
        // The last row are the biases.
        let source = sources.get(i);
        for ((parameter, gradient), d) in parameters.iter_mut().zip(gradients).zip(d) {
            let mut value = d.0;
            if let Some(source) = &source {
                for l in 0..W {
                    value[l] *= source[l];
                }
            }
            K::take(parameter, gradient, rates, value);
        }
    }
}
