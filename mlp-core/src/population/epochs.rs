//! Epochs of a block of networks.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::backward::Backward;
use super::forward::{Forward, Values};
use super::gradients::{Add, Descend, Mean, Sink, Write};
use super::layout::{Row, gather, scatter, strip, strip_mut};
use super::plan::Plan;
use super::rules::{Rules, Update};
use super::training::finite_lanes;
use crate::batch::ErasedExamples;
use crate::batch::kernels::elementwise::Loss;
use crate::math::{MultiplyAdd, sum};
use crate::random::Permutation;
use crate::simd::{self, Task};
use crate::{Scalar, loss};

/// A user's own optimizer, called for one network at a time.
pub(super) trait OwnOptimizer<T> {
    /// Moves the parameters of a member against its gradients. `is_flat` says whether `fit` shows the optimizer all
    /// parameters in one piece, as it does for batches of eight examples or more.
    fn update(&mut self, member: usize, parameters: &mut [T], gradients: &[T], learning_rate: T, is_flat: bool);
}

/// The optimizer of a block.
pub(super) enum Optimizers<'a, T, const W: usize> {
    /// The rules of each strip.
    BuiltIn(Vec<Rules<T, W>>),
    /// With the number of the first member, and how many there are.
    Own { optimizer: &'a mut dyn OwnOptimizer<T>, first: usize, count: usize },
}

/// A block of networks, and room for their values.
pub(super) struct Block<'a, T, const W: usize> {
    pub(super) strips: usize,
    pub(super) parameters: Vec<Row<T, W>>,
    /// The learning rates of each strip.
    pub(super) rates: Vec<Row<T, W>>,
    optimizers: Optimizers<'a, T, W>,
    /// The gradients of an example, or their sums.
    gradients: Vec<Row<T, W>>,
    pub(super) values: Values<T, W>,
    /// Parameters and gradients of one lane, for a user's own optimizer; empty without one.
    lane_values: Vec<T>,
}

impl<'a, T: Scalar, const W: usize> Block<'a, T, W> {
    /// Copies the parameters of this number of networks, which lie strip by strip.
    pub(super) fn new(plan: &Plan<T>, rows: &[Row<T, W>], count: usize, optimizers: Optimizers<'a, T, W>) -> Self {
        let strips = rows.len() / plan.parameters;
        let zeros = |count| alloc::vec![Row::ZERO; count];
        let mut parameters = zeros(rows.len());
        for (number, rows) in rows.chunks_exact(plan.parameters).enumerate() {
            for (to, from) in strip_mut(&mut parameters, strips, number).zip(rows) {
                *to = *from;
            }
        }
        let (rates, gradients) = (zeros(strips), zeros(rows.len()));
        let is_own = matches!(optimizers, Optimizers::Own { .. });
        let lane_values = alloc::vec![T::ZERO; if is_own { 2 * plan.parameters } else { 0 }];
        let values = Values::new(plan, strips, count, true);
        Self { strips, parameters, rates, optimizers, gradients, values, lane_values }
    }

    /// Whether the optimizer is plain gradient descent.
    fn is_descent(&self) -> bool {
        matches!(&self.optimizers, Optimizers::BuiltIn(rules) if rules.iter().all(Rules::is_descent))
    }

    fn backward<K: Sink<T, W>>(&mut self, plan: &Plan<T>, y_true: &[T], examples: &dyn ErasedExamples<T>) {
        let Self { parameters, gradients, rates, values, .. } = self;
        simd::run(Backward { plan, parameters, gradients, rates, values, y_true, examples, sink: PhantomData::<K> });
    }

    /// Moves the parameters of all networks against their gradients.
    fn update(&mut self, is_flat: bool) {
        let Self { strips, parameters, rates, optimizers, gradients, lane_values, values } = self;
        match optimizers {
            Optimizers::BuiltIn(rules) => {
                for (strip, (rules, rates)) in rules.iter_mut().zip(rates).enumerate() {
                    simd::run(Update { rules, place: [*strips, strip], parameters, gradients, rates: &rates.0 });
                }
            }
            Optimizers::Own { optimizer, first, count } => {
                let (own, own_gradients) = lane_values.split_at_mut(parameters.len() / *strips);
                for member in (0..*count).filter(|member| values.live[member / W][member % W]) {
                    let (number, lane) = (member / W, member % W);
                    gather(strip(parameters, *strips, number), lane, own);
                    gather(strip(gradients, *strips, number), lane, own_gradients);
                    let rate = rates[number].0[lane];
                    optimizer.update(*first + member, own, own_gradients, rate, is_flat);
                    scatter(own, lane, strip_mut(parameters, *strips, number));
                }
            }
        }
    }
}

/// Trains a block for a number of epochs with the same order and learning rates.
pub(super) struct Epochs<'a, 'b, T, const W: usize> {
    pub(super) plan: &'a Plan<T>,
    pub(super) block: &'a mut Block<'b, T, W>,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) order: Option<&'a Permutation>,
    pub(super) batch_size: usize,
    pub(super) clip_norm: Option<T>,
    /// How many epochs.
    pub(super) count: usize,
    /// Whether there are updates. Otherwise only losses are computed.
    pub(super) is_learning: bool,
    /// Receives the losses of each strip, if somebody looks on.
    pub(super) losses: Option<&'a mut [LossSums<T, W>]>,
}

impl<T: Scalar, const W: usize> Epochs<'_, '_, T, W> {
    pub(super) fn run(self) {
        let Self { plan, block, examples, order, batch_size, clip_norm, count, is_learning, mut losses } = self;
        // As in `fit`, only batches are summed, and clipped gradients go the way of batches.
        let is_summed = batch_size > 1 || clip_norm.is_some();
        let is_descent = block.is_descent();
        let length = examples.count();
        for _ in 0..count {
            let mut first = 0;
            while first < length {
                let end = length.min(first.saturating_add(batch_size));
                if is_summed {
                    block.gradients.fill(Row::ZERO);
                }
                for position in first..end {
                    let index = Permutation::index_in(order, position);
                    let Some((x, y_true)) = examples.example(index) else { return };
                    let Block { parameters, values, .. } = &mut *block;
                    if is_learning {
                        simd::run(Forward::<_, W, true> { plan, parameters, x: Some(x), values });
                    } else {
                        simd::run(Forward::<_, W, false> { plan, parameters, x: Some(x), values });
                    }
                    for (number, losses) in losses.iter_mut().flat_map(|losses| losses.iter_mut()).enumerate() {
                        losses.add_example(plan, (values, number), examples, (index, y_true));
                        if plan.calls_users {
                            // Here its own `fit` would end.
                            values.live[number] = losses.live(values.live[number]);
                        }
                    }
                    if !is_learning {
                        continue;
                    }
                    if is_summed {
                        block.backward::<Add>(plan, y_true, examples);
                    } else if is_descent {
                        block.backward::<Descend>(plan, y_true, examples);
                    } else {
                        block.backward::<Write>(plan, y_true, examples);
                    }
                }
                if is_summed {
                    let Block { strips, gradients: sums, .. } = &mut *block;
                    simd::run(Mean { strips: *strips, sums, count: T::from_count(end - first), clip_norm });
                }
                if is_learning && (is_summed || !is_descent) {
                    block.update(crate::batch::uses_kernels(batch_size));
                }
                if plan.calls_users && losses.is_some() {
                    // As its own `fit` looks at the parameters after each update of such an epoch.
                    let is_finite = finite_lanes(block.strips, &block.parameters);
                    for (live, is_finite) in block.values.live.iter_mut().zip(is_finite) {
                        live.iter_mut().zip(is_finite).for_each(|(live, is_finite)| *live &= is_finite);
                    }
                }
                first = end;
            }
        }
    }
}

/// The sums of the losses in each lane of a strip, as [`CompensatedSum`](crate::math::CompensatedSum) adds them.
#[derive(Clone, Debug)]
pub(super) struct LossSums<T, const W: usize> {
    sums: [T; W],
    rests: [T; W],
}

impl<T: Scalar, const W: usize> LossSums<T, W> {
    pub(super) const ZERO: Self = Self { sums: [T::ZERO; W], rests: [T::ZERO; W] };

    /// The means over this number of examples.
    pub(super) fn means(&self, count: T) -> [T; W] {
        self.sums.map(|sum| sum / count)
    }

    /// Which of these lanes have a finite loss.
    fn live(&self, live: [bool; W]) -> [bool; W] {
        core::array::from_fn(|lane| live[lane] && self.sums[lane].is_finite())
    }

    /// Adds the losses of an example.
    fn add_example(
        &mut self,
        plan: &Plan<T>,
        (values, number): (&Values<T, W>, usize),
        examples: &dyn ErasedExamples<T>,
        (index, y_true): (usize, &[T]),
    ) {
        let Values { strips, z, a, live, .. } = values;
        let values = if plan.loss.is_cancelled() { z } else { a };
        let values = &values[(plan.nodes - plan.outputs) * strips..];
        if let Loss::BuiltIn(loss::BuiltIn::half_squared_error) = plan.loss {
            let is_rolled = plan.is_rolled;
            let place = [*strips, number];
            return simd::run(HalfSquaredError { sums: self, place, y_pred: values, y_true, is_rolled });
        }
        let mut losses = [T::ZERO; W];
        for (lane, loss) in losses.iter_mut().enumerate().filter(|(lane, _)| live[number][*lane]) {
            *loss = examples
                .loss(index, &|outputs| gather(strip(values, *strips, number), lane, outputs))
                .unwrap_or(T::ZERO);
        }
        self.add(&losses);
    }

    #[inline(always)]
    fn add(&mut self, losses: &[T; W]) {
        for l in 0..W {
            sum::add(&mut self.sums[l], &mut self.rests[l], losses[l]);
        }
    }
}

/// Adds the lecture's loss, computed in the order of the generated code.
struct HalfSquaredError<'a, T, const W: usize> {
    sums: &'a mut LossSums<T, W>,
    place: [usize; 2],
    y_pred: &'a [Row<T, W>],
    y_true: &'a [T],
    is_rolled: bool,
}

impl<T: Scalar, const W: usize> Task for HalfSquaredError<'_, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { sums, place: [strips, number], y_pred, y_true, is_rolled } = self;
        let Some(y_pred) = y_pred.get(number..) else { return };
        let (half, mut losses) = (T::from_f64(0.5), [T::ZERO; W]);
        if let ([y_pred, ..], &[y_true], false) = (y_pred, y_true, is_rolled) {
            for l in 0..W {
                let error = y_pred.0[l] - y_true;
                losses[l] = half * error * error;
            }
        } else {
            for (y_pred, &y_true) in y_pred.iter().step_by(strips).zip(y_true) {
                for l in 0..W {
                    let error = y_pred.0[l] - y_true;
                    losses[l] += error * error;
                }
            }
            for l in 0..W {
                losses[l] = half * losses[l];
            }
        }
        sums.add(&losses);
    }
}
