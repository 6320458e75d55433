//! Backpropagation of blocks of networks, with the operations of the generated code in its order: the same bits.
//!
//! Loops change arrays of lanes that are local variables. Of slices the compiler does not always know that they do not
//! overlap, and then makes no vectors.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use core::marker::PhantomData;

use super::forward::Values;
use super::gradients::Sink;
use super::layout::{Row, end_row, gather, strip, strip_mut};
use super::plan::{LayerPlan, Plan};
use crate::batch::ErasedExamples;
use crate::batch::kernels::elementwise::{Activation, Loss, each};
use crate::loss::{Facts as _, each_loss};
use crate::math::{MultiplyAdd, float};
use crate::simd::Task;
use crate::{Scalar, activation, loss};

/// Steps 1 to 8 for a block: ∂L/∂z of every neuron, and what the sink does with every gradient.
pub(super) struct Backward<'a, K, T, const W: usize> {
    pub(super) plan: &'a Plan<T>,
    pub(super) parameters: &'a mut [Row<T, W>],
    pub(super) gradients: &'a mut [Row<T, W>],
    /// The learning rates of each strip.
    pub(super) rates: &'a [Row<T, W>],
    pub(super) values: &'a mut Values<T, W>,
    pub(super) y_true: &'a [T],
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) sink: PhantomData<K>,
}

impl<K: Sink<T, W>, T: Scalar, const W: usize> Task for Backward<'_, K, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { plan, parameters, gradients, rates, values, y_true, examples, .. } = self;
        let Some(output) = plan.layers.last() else { return };
        steps_1_to_3(plan, output, values, y_true, examples);
        let Values { strips, a, d, .. } = values;
        let strips = *strips;
        for (index, layer) in plan.layers.iter().enumerate().rev() {
            let sources = &a[layer.sources(strips)];
            let (before, d) = d[layer.first_source * strips..].split_at_mut(layer.fan_in * strips);
            let d = &d[..layer.fan_out * strips];
            let own = layer.parameters(strips);
            if index > 0 && plan.is_rolled {
                rolled_chain_rule(strips, d, &parameters[own.clone()], before);
            } else if index > 0 {
                chain_rule(strips, d, &parameters[own.clone()], before);
            }
            let rows = if K::MOVES { &mut parameters[own] } else { &mut gradients[own] };
            layer_gradients::<K, T, W>(strips, sources, d, rows, rates);
        }
    }
}

/// ∂L/∂z of the output layer. Unless the loss cancels, `d` holds ∂a/∂z.
#[inline(always)]
fn steps_1_to_3<T: Scalar, const W: usize>(
    plan: &Plan<T>,
    layer: &LayerPlan<T>,
    values: &mut Values<T, W>,
    y_true: &[T],
    examples: &dyn ErasedExamples<T>,
) {
    let Values { strips, a, d, spare, live, .. } = values;
    let (strips, a, d) = (*strips, &a[layer.neurons(*strips)], &mut d[layer.neurons(*strips)]);
    let is_softmax = matches!(layer.activation, Activation::BuiltIn(activation::BuiltIn::softmax));
    let n = T::from_f64(float(plan.outputs));
    match plan.loss {
        Loss::Cancelled { is_averaged } => {
            let mut rows = d.iter_mut().zip(a);
            for &y_true in y_true {
                for (d, a) in rows.by_ref().take(strips) {
                    let mut difference = a.0;
                    for l in 0..W {
                        difference[l] -= y_true;
                        // Divided by 1 it would be the same.
                        difference[l] = if is_averaged { difference[l] / n } else { difference[l] };
                    }
                    d.0 = difference;
                    end_row();
                }
            }
            return;
        }
        Loss::BuiltIn(which) => each_loss!(each which: loss, Entry => {
            let mut rows = d.iter_mut().zip(a);
            for &y_true in y_true {
                for (d, a) in rows.by_ref().take(strips) {
                    let (a, mut d_k) = (a.0, d.0);
                    for l in 0..W {
                        // The derivative of a single output is not yet divided by the number of outputs.
                        let [by] = Entry::derivative([a[l]], [y_true]);
                        let by = if Entry::IS_AVERAGED { by / n } else { by };
                        d_k[l] = if is_softmax { by } else { by * d_k[l] };
                    }
                    d.0 = d_k;
                    end_row();
                }
            }
        }),
        Loss::Custom => {
            let (y_pred, by) = spare.split_at_mut(plan.outputs);
            let by = &mut by[..plan.outputs];
            for number in 0..strips {
                for lane in (0..W).filter(|&lane| live[number][lane]) {
                    gather(strip(a, strips, number), lane, y_pred);
                    examples.loss_derivative(y_pred, y_true, by);
                    for (&by, d) in by.iter().zip(strip_mut(d, strips, number)) {
                        d.0[lane] = if is_softmax { by } else { by * d.0[lane] };
                    }
                }
            }
        }
    }
    if is_softmax {
        for number in 0..strips {
            through_softmax(plan, [strips, number], a, d, spare);
        }
    }
}

/// d_j = Σ_k d_k ∂a_k/∂z_j in a strip, lane by lane.
fn through_softmax<T: Scalar, const W: usize>(
    plan: &Plan<T>,
    [strips, number]: [usize; 2],
    a: &[Row<T, W>],
    d: &mut [Row<T, W>],
    spare: &mut [T],
) {
    let (of, by) = spare.split_at_mut(plan.outputs);
    for lane in 0..W {
        gather(strip(a, strips, number), lane, of);
        gather(strip(d, strips, number), lane, by);
        for (j, d) in strip_mut(d, strips, number).enumerate() {
            // Adding to −0 changes nothing. A sum that begins with 0, as a rolled network's does, turns −0 into 0.
            let mut sum = if plan.is_rolled { T::ZERO } else { -T::ZERO };
            for (k, (&by, &a)) in by.iter().zip(&*of).enumerate() {
                sum += by * if j == k { a * (T::ONE - a) } else { -a * of[j] };
            }
            d.0[lane] = sum;
        }
    }
}

/// The neurons that a source leads to, in a strip: ∂L/∂z of each, and the weight that leads there.
struct Targets<'a, T, const W: usize> {
    strips: usize,
    d: &'a [Row<T, W>],
    /// The weights of the source.
    weights: &'a [Row<T, W>],
    at: usize,
}

impl<'a, T, const W: usize> Targets<'a, T, W> {
    #[inline(always)]
    fn next(&mut self) -> Option<(&'a [T; W], &'a [T; W])> {
        let (d, w) = (self.d.get(self.at)?, self.weights.get(self.at)?);
        self.at += self.strips;
        Some((&d.0, &w.0))
    }
}

/// ∂L/∂z of the sources: Σ ∂L/∂z′ · weight · ∂a/∂z, from the first term to the last. `before` holds ∂a/∂z.
#[inline(always)]
fn chain_rule<T: Scalar, const W: usize>(
    strips: usize,
    d: &[Row<T, W>],
    parameters: &[Row<T, W>],
    before: &mut [Row<T, W>],
) {
    for (source, before) in before.chunks_exact_mut(strips).enumerate() {
        let Some(weights) = parameters.get(source * d.len()..) else { return };
        for (strip, before) in before.iter_mut().enumerate() {
            let mut targets = Targets { strips, d, weights, at: strip };
            let Some((d, w)) = targets.next() else { return };
            let (da_dz, mut sum) = (before.0, [T::ZERO; W]);
            for l in 0..W {
                sum[l] = d[l] * w[l] * da_dz[l];
            }
            while let Some((d, w)) = targets.next() {
                for l in 0..W {
                    sum[l] += d[l] * w[l] * da_dz[l];
                }
                end_row();
            }
            before.0 = sum;
        }
    }
}

/// The same in the order of rolled networks: eight partial sums, then their total times ∂a/∂z.
#[inline(always)]
fn rolled_chain_rule<T: Scalar, const W: usize>(
    strips: usize,
    d: &[Row<T, W>],
    parameters: &[Row<T, W>],
    before: &mut [Row<T, W>],
) {
    for (source, before) in before.chunks_exact_mut(strips).enumerate() {
        let Some(weights) = parameters.get(source * d.len()..) else { return };
        for (strip, before) in before.iter_mut().enumerate() {
            let mut targets = Targets { strips, d, weights, at: strip };
            let (mut sums, mut j) = ([[T::ZERO; W]; 8], 0);
            while let Some((d, w)) = targets.next() {
                let sum = &mut sums[j % 8];
                for l in 0..W {
                    sum[l] += d[l] * w[l];
                }
                j += 1;
                end_row();
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
}

/// Gives the sink the gradients of a layer, ∂L/∂w = ∂L/∂z · source and ∂L/∂b = ∂L/∂z, from the first row to the last.
#[inline(always)]
fn layer_gradients<K: Sink<T, W>, T: Scalar, const W: usize>(
    strips: usize,
    sources: &[Row<T, W>],
    d: &[Row<T, W>],
    rows: &mut [Row<T, W>],
    rates: &[Row<T, W>],
) {
    let mut rows = rows.iter_mut();
    for source in sources.chunks_exact(strips) {
        for d in d.chunks_exact(strips) {
            for ((d, source), rates) in d.iter().zip(source).zip(rates) {
                let Some(w) = rows.next() else { return };
                let mut gradient = d.0;
                for l in 0..W {
                    gradient[l] *= source.0[l];
                }
                K::take(w, &rates.0, gradient);
                end_row();
            }
        }
    }
    for d in d.chunks_exact(strips) {
        for (d, rates) in d.iter().zip(rates) {
            let Some(b) = rows.next() else { return };
            K::take(b, &rates.0, d.0);
            end_row();
        }
    }
}
