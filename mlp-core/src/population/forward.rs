//! The forward pass of a block of networks, with the operations of the generated code in its order: the same bits.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use super::plan::{LayerPlan, Plan, Row, each_vectorized, gather, scatter};
use crate::activation::{Elementwise as _, softmax_in_place};
use crate::batch::kernels::elementwise::Activation;
use crate::math::MultiplyAdd;
use crate::simd::{self, Task};
use crate::{Scalar, activation};

/// The values that a layer multiplies with its weights.
pub(super) trait Sources<T, const W: usize>: Copy {
    /// The values of a source in all lanes; `None` beyond the last.
    fn get(self, source: usize) -> Option<[T; W]>;
}

/// Every network has the same inputs.
#[derive(Clone, Copy)]
pub(super) struct Shared<'a, T>(pub(super) &'a [T]);

impl<T: Scalar, const W: usize> Sources<T, W> for Shared<'_, T> {
    #[inline(always)]
    fn get(self, source: usize) -> Option<[T; W]> {
        let value = *self.0.get(source)?;
        Some([value; W])
    }
}

/// Every network has its own.
impl<T: Scalar, const W: usize> Sources<T, W> for &[Row<T, W>] {
    #[inline(always)]
    fn get(self, source: usize) -> Option<[T; W]> {
        let row = (*self).get(source)?;
        Some(row.0)
    }
}

/// The values of the neurons in one forward pass.
#[derive(Clone, Copy)]
pub(super) struct Values<'a, T, const W: usize> {
    pub(super) z: &'a [Row<T, W>],
    pub(super) a: &'a [Row<T, W>],
}

/// Computes `z` and `a` of all neurons. `spare` has room for the output layer's values in one lane.
///
/// Each layer is a task of its own. One task for a whole step was about a tenth faster with 2-2-2.
pub(super) fn forward<T: Scalar, S: Sources<T, W>, const W: usize>(
    plan: &Plan<T>,
    parameters: &[Row<T, W>],
    x: S,
    z: &mut [Row<T, W>],
    a: &mut [Row<T, W>],
    spare: &mut [T],
) {
    for (index, layer) in plan.layers.iter().enumerate() {
        let (before, own) = a.split_at_mut(layer.first_neuron);
        let (z, a) = (&mut z[layer.first_neuron..][..layer.fan_out], &mut own[..layer.fan_out]);
        let parameters = &parameters[layer.first..][..(layer.fan_in + 1) * layer.fan_out];
        let spare = &mut *spare;
        if index == 0 {
            simd::run(ForwardLayer { layer, parameters, sources: x, z, a, spare });
        } else {
            let sources = &before[layer.first_neuron - layer.fan_in..];
            simd::run(ForwardLayer { layer, parameters, sources, z, a, spare });
        }
    }
}

/// The forward pass through a layer.
struct ForwardLayer<'a, S, T, const W: usize> {
    layer: &'a LayerPlan<T>,
    parameters: &'a [Row<T, W>],
    sources: S,
    z: &'a mut [Row<T, W>],
    a: &'a mut [Row<T, W>],
    spare: &'a mut [T],
}

impl<S: Sources<T, W>, T: Scalar, const W: usize> Task for ForwardLayer<'_, S, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { layer, parameters, sources, z, a, spare } = self;
        affine(layer, parameters, sources, z);
        activate(layer, z, a, spare);
    }
}

/// z = x·w + b, source by source.
#[inline(always)]
fn affine<T: Scalar, S: Sources<T, W>, const W: usize>(
    layer: &LayerPlan<T>,
    parameters: &[Row<T, W>],
    sources: S,
    z: &mut [Row<T, W>],
) {
    let (weights, biases) = parameters.split_at(layer.fan_in * layer.fan_out);
    for (target, (z, b)) in z.iter_mut().zip(biases).enumerate() {
        let (Some(w), Some(source)) = (weights.get(target), sources.get(0)) else { return };
        let mut sum = [T::ZERO; W];
        for l in 0..W {
            sum[l] = w.0[l] * source[l];
        }
        let (mut i, mut at) = (1, target + layer.fan_out);
        while let (Some(w), Some(source)) = (weights.get(at), sources.get(i)) {
            for l in 0..W {
                sum[l] += w.0[l] * source[l];
            }
            (i, at) = (i + 1, at + layer.fan_out);
        }
        for l in 0..W {
            sum[l] += b.0[l];
        }
        z.0 = sum;
    }
}

/// a = f(z)
#[inline(always)]
fn activate<T: Scalar, const W: usize>(layer: &LayerPlan<T>, z: &[Row<T, W>], a: &mut [Row<T, W>], spare: &mut [T]) {
    match layer.activation {
        Activation::BuiltIn(activation::BuiltIn::softmax) => {
            // Its powers come from `libm`, lane by lane.
            let values = &mut spare[..layer.fan_out];
            for lane in 0..W {
                gather(z, lane, values);
                softmax_in_place(values);
                scatter(values, lane, a);
            }
        }
        Activation::BuiltIn(which) => each_vectorized!(which: Entry => {
            for (a, z) in a.iter_mut().zip(z) {
                let (z, mut values) = (z.0, [T::ZERO; W]);
                for l in 0..W {
                    values[l] = Entry::value(z[l]);
                }
                a.0 = values;
            }
        }),
        Activation::Custom { function, .. } => {
            for (a, z) in a.iter_mut().zip(z) {
                for l in 0..W {
                    a.0[l] = function(z.0[l]);
                }
            }
        }
    }
}
