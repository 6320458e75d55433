//! Backpropagation of a block of networks, with the operations of the generated code in its order: the same bits.
//!
//! Loops change arrays of lanes that are local variables. Of slices the compiler does not always know that they do not
//! overlap, and then makes no vectors.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use core::marker::PhantomData;

use super::forward::{Shared, Values};
use super::gradients::{Sink, layer_gradients};
use super::plan::{LayerPlan, Plan, Row, each_vectorized, gather};
use crate::activation::Elementwise as _;
use crate::batch::ErasedExamples;
use crate::batch::kernels::elementwise::{Activation, Loss, each};
use crate::loss::{Facts as _, each_loss};
use crate::math::{MultiplyAdd, float};
use crate::simd::{self, Task};
use crate::{Scalar, activation, loss};

/// One example, and the pass over it.
#[derive(Clone, Copy)]
pub(super) struct Example<'a, T, const W: usize> {
    pub(super) x: &'a [T],
    pub(super) y_true: &'a [T],
    pub(super) values: Values<'a, T, W>,
    pub(super) examples: &'a dyn ErasedExamples<T>,
}

/// Steps 1 to 8: ∂L/∂z of every neuron, into `d`, and what the sink does with every gradient. Each layer is a task, as in
/// the forward pass.
#[allow(clippy::too_many_arguments, reason = "the parts of a block")]
pub(super) fn backward<K: Sink<T, W>, T: Scalar, const W: usize>(
    plan: &Plan<T>,
    example: Example<'_, T, W>,
    parameters: &mut [Row<T, W>],
    gradients: &mut [Row<T, W>],
    rates: &[T; W],
    d: &mut [Row<T, W>],
    spare: &mut [T],
) {
    let Values { z, a } = example.values;
    simd::run(Output { plan, example, d, spare });
    for (index, layer) in plan.layers.iter().enumerate().rev() {
        let (before, d) = d.split_at_mut(layer.first_neuron);
        let d = &d[..layer.fan_out];
        let own = layer.first..layer.first + (layer.fan_in + 1) * layer.fan_out;
        let (parameters, gradients) = (&mut parameters[own.clone()], &mut gradients[own]);
        let Some(previous) = index.checked_sub(1).and_then(|index| plan.layers.get(index)) else {
            let sink = PhantomData::<K>;
            simd::run(FirstLayer { x: Shared(example.x), d, parameters, gradients, rates, sink });
            return;
        };
        let sources = previous.first_neuron..layer.first_neuron;
        let (z, a, before) = (&z[sources.clone()], &a[sources.clone()], &mut before[sources]);
        let (activation, is_rolled, sink) = (previous.activation, plan.is_rolled, PhantomData::<K>);
        simd::run(HiddenLayer { activation, is_rolled, z, a, before, d, parameters, gradients, rates, sink });
    }
}

/// Steps 1 to 3.
struct Output<'a, T, const W: usize> {
    plan: &'a Plan<T>,
    example: Example<'a, T, W>,
    d: &'a mut [Row<T, W>],
    spare: &'a mut [T],
}

impl<T: Scalar, const W: usize> Task for Output<'_, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { plan, example, d, spare } = self;
        let Some(layer) = plan.layers.last() else { return };
        let neurons = layer.first_neuron..layer.first_neuron + layer.fan_out;
        let Values { z, a } = example.values;
        let (z, a, d) = (&z[neurons.clone()], &a[neurons.clone()], &mut d[neurons]);
        if !plan.loss.is_cancelled() {
            derivatives(layer.activation, z, a, d);
        }
        steps_1_to_3(plan, layer, example, a, d, spare);
    }
}

/// Steps 4 to 7 between two layers: ∂L/∂z of the sources, then the gradients of the weights that lead from them.
struct HiddenLayer<'a, K, T, const W: usize> {
    activation: Activation<T>,
    is_rolled: bool,
    z: &'a [Row<T, W>],
    a: &'a [Row<T, W>],
    /// Receives ∂L/∂z of the sources.
    before: &'a mut [Row<T, W>],
    d: &'a [Row<T, W>],
    parameters: &'a mut [Row<T, W>],
    gradients: &'a mut [Row<T, W>],
    rates: &'a [T; W],
    sink: PhantomData<K>,
}

impl<K: Sink<T, W>, T: Scalar, const W: usize> Task for HiddenLayer<'_, K, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { activation, is_rolled, z, a, before, d, parameters, gradients, rates, .. } = self;
        derivatives(activation, z, a, before);
        if is_rolled {
            rolled_chain_rule(d, parameters, before);
        } else {
            chain_rule(d, parameters, before);
        }
        layer_gradients::<K, T, _, W>(a, d, parameters, gradients, rates);
    }
}

/// Step 8: the gradients of the first layer.
struct FirstLayer<'a, K, T, const W: usize> {
    x: Shared<'a, T>,
    d: &'a [Row<T, W>],
    parameters: &'a mut [Row<T, W>],
    gradients: &'a mut [Row<T, W>],
    rates: &'a [T; W],
    sink: PhantomData<K>,
}

impl<K: Sink<T, W>, T: Scalar, const W: usize> Task for FirstLayer<'_, K, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { x, d, parameters, gradients, rates, .. } = self;
        layer_gradients::<K, T, _, W>(x, d, parameters, gradients, rates);
    }
}

/// ∂L/∂z of the output layer. Unless the loss cancels, `d` holds ∂a/∂z.
#[inline(always)]
fn steps_1_to_3<T: Scalar, const W: usize>(
    plan: &Plan<T>,
    layer: &LayerPlan<T>,
    example: Example<'_, T, W>,
    a: &[Row<T, W>],
    d: &mut [Row<T, W>],
    spare: &mut [T],
) {
    let Example { y_true, examples, .. } = example;
    let is_softmax = matches!(layer.activation, Activation::BuiltIn(activation::BuiltIn::softmax));
    let n = T::from_f64(float(plan.outputs));
    match plan.loss {
        Loss::Cancelled { is_averaged } => {
            for k in 0..d.len() {
                let mut difference = a[k].0;
                for l in 0..W {
                    difference[l] -= y_true[k];
                    // Divided by 1 it would be the same.
                    difference[l] = if is_averaged { difference[l] / n } else { difference[l] };
                }
                d[k].0 = difference;
            }
            return;
        }
        Loss::BuiltIn(which) => each_loss!(each which: loss, Entry => {
            for k in 0..d.len() {
                let (a, mut d_k) = (a[k].0, d[k].0);
                for l in 0..W {
                    // The derivative of a single output is not yet divided by the number of outputs.
                    let [by] = Entry::derivative([a[l]], [y_true[k]]);
                    let by = if Entry::IS_AVERAGED { by / n } else { by };
                    d_k[l] = if is_softmax { by } else { by * d_k[l] };
                }
                d[k].0 = d_k;
            }
        }),
        Loss::Custom => {
            let (y_pred, by) = spare.split_at_mut(plan.outputs);
            let by = &mut by[..plan.outputs];
            for lane in 0..W {
                gather(a, lane, y_pred);
                examples.loss_derivative(y_pred, y_true, by);
                for (&by, d) in by.iter().zip(&mut *d) {
                    d.0[lane] = if is_softmax { by } else { by * d.0[lane] };
                }
            }
        }
    }
    if is_softmax {
        through_softmax(plan, a, d, spare);
    }
}

/// d_j = Σ_k d_k ∂a_k/∂z_j, lane by lane.
fn through_softmax<T: Scalar, const W: usize>(plan: &Plan<T>, a: &[Row<T, W>], d: &mut [Row<T, W>], spare: &mut [T]) {
    let by = &mut spare[..plan.outputs];
    for lane in 0..W {
        gather(d, lane, by);
        for j in 0..by.len() {
            let own = a[j].0[lane];
            // A sum that begins with 0, as a rolled network's does, turns −0 into 0.
            let mut sum = None;
            for (k, &by) in by.iter().enumerate() {
                let of = a[k].0[lane];
                let term = by * if j == k { of * (T::ONE - of) } else { -of * own };
                sum = Some(match sum {
                    Some(sum) => sum + term,
                    None if plan.is_rolled => T::ZERO + term,
                    None => term,
                });
            }
            d[j].0[lane] = sum.unwrap_or(T::ZERO);
        }
    }
}

/// ∂a/∂z of a layer; nothing for softmax.
#[inline(always)]
fn derivatives<T: Scalar, const W: usize>(
    activation: Activation<T>,
    z: &[Row<T, W>],
    a: &[Row<T, W>],
    da_dz: &mut [Row<T, W>],
) {
    match activation {
        Activation::BuiltIn(which) => each_vectorized!(which: Entry => {
            for k in 0..da_dz.len() {
                let (z, a, mut da) = (z[k].0, a[k].0, [T::ZERO; W]);
                for l in 0..W {
                    da[l] = Entry::derivative(z[l], a[l]);
                }
                da_dz[k].0 = da;
            }
        }),
        Activation::Custom { derivative, .. } => {
            for k in 0..da_dz.len() {
                for l in 0..W {
                    da_dz[k].0[l] = derivative(z[k].0[l], a[k].0[l]);
                }
            }
        }
    }
}

/// ∂L/∂z of the sources: Σ ∂L/∂z′ · weight · ∂a/∂z, from the first term to the last. `before` holds ∂a/∂z.
#[inline(always)]
fn chain_rule<T: Scalar, const W: usize>(d: &[Row<T, W>], parameters: &[Row<T, W>], before: &mut [Row<T, W>]) {
    for (before, row) in before.iter_mut().zip(parameters.chunks_exact(d.len())) {
        let da_dz = before.0;
        let mut terms = d.iter().zip(row);
        let Some((d, w)) = terms.next() else { return };
        let mut sum = [T::ZERO; W];
        for l in 0..W {
            sum[l] = d.0[l] * w.0[l] * da_dz[l];
        }
        for (d, w) in terms {
            for l in 0..W {
                sum[l] += d.0[l] * w.0[l] * da_dz[l];
            }
        }
        before.0 = sum;
    }
}

/// The same in the order of rolled networks: eight partial sums, then their total times ∂a/∂z.
#[inline(always)]
fn rolled_chain_rule<T: Scalar, const W: usize>(d: &[Row<T, W>], parameters: &[Row<T, W>], before: &mut [Row<T, W>]) {
    for (before, row) in before.iter_mut().zip(parameters.chunks_exact(d.len())) {
        let mut sums = [[T::ZERO; W]; 8];
        for j in 0..d.len() {
            let sum = &mut sums[j % 8];
            for l in 0..W {
                sum[l] += d[j].0[l] * row[j].0[l];
            }
        }
        let [s0, s1, s2, s3, s4, s5, s6, s7] = &sums;
        let mut delta = before.0;
        for l in 0..W {
            let total = ((s0[l] + s4[l]) + (s2[l] + s6[l])) + ((s1[l] + s5[l]) + (s3[l] + s7[l]));
            delta[l] = total * delta[l];
        }
        before.0 = delta;
    }
}
