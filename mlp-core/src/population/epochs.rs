//! Epochs of a block of networks.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use alloc::vec::Vec;

use super::backward::{Example, backward};
use super::forward::{Shared, Values, forward};
use super::gradients::{Add, Descend, Write};
use super::plan::{Plan, Row, gather, scatter};
use super::rules::{Mean, Rules, Update};
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
    BuiltIn(Rules<T, W>),
    /// With the number of the first member, and how many there are.
    Own {
        optimizer: &'a mut dyn OwnOptimizer<T>,
        first: usize,
        count: usize,
    },
}

/// A block of networks, and room for their values.
pub(super) struct Block<'a, T, const W: usize> {
    pub(super) parameters: &'a mut [Row<T, W>],
    pub(super) optimizers: Optimizers<'a, T, W>,
    /// The learning rate of each lane.
    pub(super) rates: [T; W],
    gradients: Vec<Row<T, W>>,
    z: Vec<Row<T, W>>,
    a: Vec<Row<T, W>>,
    d: Vec<Row<T, W>>,
    /// The values of one lane: of the output layer twice, or parameters and gradients.
    spare: Vec<T>,
}

impl<'a, T: Scalar, const W: usize> Block<'a, T, W> {
    pub(super) fn new(
        plan: &Plan<T>,
        parameters: &'a mut [Row<T, W>],
        optimizers: Optimizers<'a, T, W>,
        rates: [T; W],
    ) -> Self {
        let rows = |count| alloc::vec![Row::ZERO; count];
        let is_own = matches!(optimizers, Optimizers::Own { .. });
        Self {
            parameters,
            rates,
            gradients: rows(plan.parameters),
            z: rows(plan.neurons),
            a: rows(plan.neurons),
            d: rows(plan.neurons),
            spare: alloc::vec![T::ZERO; 2 * if is_own { plan.parameters } else { plan.outputs }],
            optimizers,
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
    /// Receives the losses, if somebody looks on.
    pub(super) losses: Option<&'a mut LossSums<T, W>>,
}

impl<T: Scalar, const W: usize> Epochs<'_, '_, T, W> {
    pub(super) fn run(self) {
        let Self { plan, block, examples, order, batch_size, clip_norm, count, is_learning, mut losses } = self;
        let Block { parameters, optimizers, rates, gradients: sums, z, a, d, spare } = block;
        // As in `fit`, only batches are summed, and clipped gradients go the way of batches.
        let is_summed = batch_size > 1 || clip_norm.is_some();
        let is_descent = matches!(optimizers, Optimizers::BuiltIn(rules) if rules.is_descent());
        let length = examples.count();
        for _ in 0..count {
            let mut first = 0;
            while first < length {
                let end = length.min(first.saturating_add(batch_size));
                if is_summed {
                    sums.fill(Row::ZERO);
                }
                for position in first..end {
                    let index = Permutation::index_in(order, position);
                    let Some((x, y_true)) = examples.example(index) else { return };
                    forward(plan, parameters, Shared(x), z, a, spare);
                    if let Some(losses) = &mut losses {
                        losses.add_example(plan, Values { z, a }, examples, (index, y_true));
                    }
                    if !is_learning {
                        continue;
                    }
                    let example = Example { x, y_true, values: Values { z, a }, examples };
                    if is_summed {
                        backward::<Add, T, W>(plan, example, parameters, sums, rates, d, spare);
                    } else if is_descent {
                        backward::<Descend, T, W>(plan, example, parameters, sums, rates, d, spare);
                    } else {
                        backward::<Write, T, W>(plan, example, parameters, sums, rates, d, spare);
                    }
                }
                if is_summed {
                    simd::run(Mean { sums, count: T::from_count(end - first), clip_norm });
                }
                if is_learning && (is_summed || !is_descent) {
                    match optimizers {
                        Optimizers::BuiltIn(rules) => simd::run(Update { rules, parameters, gradients: sums, rates }),
                        Optimizers::Own { optimizer, first, count } => {
                            let is_flat = crate::batch::uses_kernels(batch_size);
                            update_each(&mut **optimizer, *first, *count, parameters, sums, rates, spare, is_flat);
                        }
                    }
                }
                first = end;
            }
        }
    }
}

/// Calls a user's own optimizer for one member after the other.
#[allow(clippy::too_many_arguments, reason = "the parts of a block")]
#[inline(never)]
fn update_each<T: Scalar, const W: usize>(
    optimizer: &mut dyn OwnOptimizer<T>,
    first: usize,
    count: usize,
    parameters: &mut [Row<T, W>],
    gradients: &[Row<T, W>],
    rates: &[T; W],
    spare: &mut [T],
    is_flat: bool,
) {
    let (own, own_gradients) = spare.split_at_mut(parameters.len());
    for lane in 0..count.min(W) {
        gather(parameters, lane, own);
        gather(gradients, lane, own_gradients);
        optimizer.update(first + lane, own, &own_gradients[..gradients.len()], rates[lane], is_flat);
        scatter(own, lane, parameters);
    }
}

/// The sums of the losses in each lane, as [`CompensatedSum`](crate::math::CompensatedSum) adds them.
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

    /// Adds the losses of an example.
    fn add_example(
        &mut self,
        plan: &Plan<T>,
        Values { z, a }: Values<'_, T, W>,
        examples: &dyn ErasedExamples<T>,
        (index, y_true): (usize, &[T]),
    ) {
        let Some(layer) = plan.layers.last() else { return };
        let values = if plan.loss.is_cancelled() { z } else { a };
        let values = &values[layer.first_neuron..][..layer.fan_out];
        if let Loss::BuiltIn(loss::BuiltIn::half_squared_error) = plan.loss {
            return simd::run(HalfSquaredError { sums: self, y_pred: values, y_true, is_rolled: plan.is_rolled });
        }
        let mut losses = [T::ZERO; W];
        for (lane, loss) in losses.iter_mut().enumerate() {
            *loss = examples.loss(index, &|outputs| gather(values, lane, outputs)).unwrap_or(T::ZERO);
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
    y_pred: &'a [Row<T, W>],
    y_true: &'a [T],
    is_rolled: bool,
}

impl<T: Scalar, const W: usize> Task for HalfSquaredError<'_, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { sums, y_pred, y_true, is_rolled } = self;
        let (half, mut losses) = (T::from_f64(0.5), [T::ZERO; W]);
        if let ([y_pred], &[y_true], false) = (y_pred, y_true, is_rolled) {
            for l in 0..W {
                let error = y_pred.0[l] - y_true;
                losses[l] = half * error * error;
            }
        } else {
            for (y_pred, &y_true) in y_pred.iter().zip(y_true) {
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
