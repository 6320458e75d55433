//! The training of a population: epochs, checks and stop criteria, block by block. A network sees what its own
//! [`Trainer::fit`](crate::Trainer::fit) would show it, and is checked at the same epochs.

use alloc::vec::Vec;

#[cfg(feature = "rayon")]
use rayon::prelude::*;

use super::epochs::{Block, Epochs, LossSums, Optimizers, OwnOptimizer};
use super::layout::{Row, gather, scatter, strip, strip_mut};
use super::member::Member;
use super::plan::Plan;
use super::rules::Rules;
use crate::batch::ErasedExamples;
use crate::network::ErasedArchitecture;
use crate::optimizer::BuiltInRule;
use crate::trainer::stop_criteria::{EpochLoss, StopCriteria};
use crate::trainer::training_loop::UPDATES_BETWEEN_CHECKS;
use crate::trainer::{Method, Outcome, Progress, Settings, checks};
use crate::{Scalar, TrainError};

/// A population to be trained.
pub struct FitTask<'a, T: Scalar> {
    pub(super) architecture: ErasedArchitecture<T>,
    pub(super) plan: &'a Plan<T>,
    pub(super) method: Method,
    pub(super) settings: &'a Settings,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) validation: Option<&'a dyn ErasedExamples<T>>,
    /// The parameters of all networks, strip by strip.
    pub(super) rows: &'a mut [T::Row],
    /// For each network, the learning rate and the rule of a built-in optimizer.
    pub(super) optimizers: &'a [(f64, Option<BuiltInRule>)],
    /// A user's own optimizer, if it is one.
    pub(super) own: Option<&'a mut dyn OwnOptimizer<T>>,
    /// Whether examples have weights.
    pub(super) is_weighted: bool,
}

/// How the training of a network ended.
#[derive(Clone, Debug)]
pub enum End<T> {
    /// As planned.
    Ended(Outcome<T>),
    /// It was refused at the start.
    Refused(TrainError),
    /// The network's own `fit` must train it: lanes cannot, or a number became infinite or NaN, and `fit` names it.
    Apart,
}

/// From this size of a batch on, the kernels of `fit`, which compute many examples of one network at a time, are faster than
/// lanes, which compute one example of many networks.
const LARGE_BATCH: usize = 128;

/// Trains all networks. An error is one that concerns all of them; no parameter has changed then.
pub(crate) fn fit<T: Scalar<Row = Row<T, W>>, const W: usize>(task: FitTask<'_, T>) -> Result<Vec<End<T>>, TrainError> {
    let FitTask { architecture, plan, method, settings, examples, validation, rows, optimizers, own, is_weighted } =
        task;
    let batch_size = checks::population(architecture, method, settings, examples, validation)?;
    let mut ends = alloc::vec![End::Apart; optimizers.len()];
    let suits_lanes = method == Method::Gradient && !is_weighted && settings.changes_the_step().is_none();
    if !suits_lanes || batch_size >= LARGE_BATCH {
        return Ok(ends);
    }
    let mut parameters = alloc::vec![T::ZERO; plan.parameters];
    for (member, end) in ends.iter_mut().enumerate() {
        gather(&rows[member / W * plan.parameters..], member % W, &mut parameters);
        if let Err(error) = checks::start(architecture, &parameters, (optimizers[member].0, Method::Gradient), settings)
        {
            *end = End::Refused(error);
        }
    }
    let trainer = BlockTrainer { plan, settings, examples, validation, batch_size };
    let strips = strips::<T, W>(plan, optimizers.len().div_ceil(W));
    let (rows_of_block, members_of_block) = (strips * plan.parameters, strips * W);
    #[cfg(feature = "rayon")]
    if own.is_none() && optimizers.len() > members_of_block {
        let optimizers = optimizers.par_chunks(members_of_block);
        let blocks = rows.par_chunks_mut(rows_of_block).zip(ends.par_chunks_mut(members_of_block)).zip(optimizers);
        blocks.for_each(|((rows, ends), optimizers)| {
            trainer.block(rows, ends, optimizers, built_in(plan, optimizers));
        });
        return Ok(ends);
    }
    let optimizers = optimizers.chunks(members_of_block);
    let blocks = rows.chunks_mut(rows_of_block).zip(ends.chunks_mut(members_of_block)).zip(optimizers);
    if let Some(own) = own {
        for (number, ((rows, ends), optimizers)) in blocks.enumerate() {
            let (first, count) = (number * members_of_block, ends.len());
            trainer.block(rows, ends, optimizers, Optimizers::Own { optimizer: &mut *own, first, count });
        }
        return Ok(ends);
    }
    for ((rows, ends), optimizers) in blocks {
        trainer.block(rows, ends, optimizers, built_in(plan, optimizers));
    }
    Ok(ends)
}

/// How many strips a block has. The more there are, the less a step costs, as long as the rows stay in the processor's first
/// cache. Each thread gets at least one block, if there are enough strips.
fn strips<T, const W: usize>(plan: &Plan<T>, count: usize) -> usize {
    const BYTES: usize = 16 << 10;
    let in_cache = BYTES / size_of::<Row<T, W>>() / (plan.parameters + 3 * plan.nodes);
    #[cfg(feature = "rayon")]
    let count = count.div_ceil(rayon::current_num_threads());
    in_cache.min(count).max(1)
}

/// The rules of a block. Spare lanes have the last one's.
fn built_in<'a, T: Scalar, const W: usize>(
    plan: &Plan<T>,
    optimizers: &[(f64, Option<BuiltInRule>)],
) -> Optimizers<'a, T, W> {
    let rules = optimizers.chunks(W).map(|optimizers| {
        let rule = |lane: usize| optimizers[lane.min(optimizers.len() - 1)].1.unwrap_or(BuiltInRule::Descent);
        Rules::new(rule, plan.parameters)
    });
    Optimizers::BuiltIn(rules.collect())
}

/// Trains blocks. Holds what all of them share: the plan, the settings and the examples.
struct BlockTrainer<'a, T> {
    plan: &'a Plan<T>,
    settings: &'a Settings,
    examples: &'a dyn ErasedExamples<T>,
    validation: Option<&'a dyn ErasedExamples<T>>,
    batch_size: usize,
}

impl<T: Scalar> BlockTrainer<'_, T> {
    /// Trains a block of networks until each of them has ended.
    fn block<const W: usize>(
        &self,
        rows: &mut [Row<T, W>],
        ends: &mut [End<T>],
        optimizers: &[(f64, Option<BuiltInRule>)],
        rules: Optimizers<'_, T, W>,
    ) {
        let mut block = Block::new(self.plan, rows, ends.len(), rules);
        let mut members: Vec<_> = ends
            .iter_mut()
            .zip(optimizers)
            .enumerate()
            .map(|(number, (end, &(learning_rate, _)))| {
                let (strip, lane) = (number / W, number % W);
                let is_training = !matches!(end, End::Refused(_));
                let progress = Progress::new();
                Member { strip, lane, end, learning_rate, progress, is_training, parameters: Vec::new() }
            })
            .collect();
        for member in members.iter_mut().filter(|member| !member.is_training) {
            member.keep(block.strips, &block.parameters);
            block.values.live[member.strip][member.lane] = false;
        }
        self.train(&mut block, &mut members);
        for Member { strip, lane, parameters, .. } in members {
            scatter(&parameters, lane, &mut rows[strip * self.plan.parameters..]);
        }
    }

    fn train<const W: usize>(&self, block: &mut Block<'_, T, W>, members: &mut [Member<'_, T>]) {
        let Self { settings, examples, .. } = *self;
        let strips = block.strips;
        let mut criteria = StopCriteria::new(settings);
        let keeps_best = settings.patience.is_some();
        let mut best = if keeps_best { block.parameters.clone() } else { Vec::new() };
        let mut kept = if self.validation.is_none() { best.clone() } else { Vec::new() };
        let max_stretch = (UPDATES_BETWEEN_CHECKS / examples.count().div_ceil(self.batch_size)).max(1);
        let (mut first, last) = (0_usize, settings.epochs.saturating_sub(1));
        while members.iter().any(|member| member.is_training) {
            let end = last.min(first.saturating_add(max_stretch - 1));
            let watched = if criteria.any { first } else { end };
            if !kept.is_empty() {
                kept.copy_from_slice(&block.parameters);
            }
            let losses = self.stretch(block, members, first, watched);
            let is_last = watched == last;
            let is_finite = finite_lanes(strips, &block.parameters);
            for (live, is_finite) in block.values.live.iter_mut().zip(&is_finite) {
                live.iter_mut().zip(is_finite).for_each(|(live, is_finite)| *live &= is_finite);
            }
            let validation = if criteria.any || is_last { self.validation_losses(block) } else { None };
            for member in members.iter_mut().filter(|member| member.is_training) {
                let (number, lane) = (member.strip, member.lane);
                let loss = losses[number][lane];
                if !(loss.is_finite() && is_finite[number][lane]) {
                    member.is_training = false;
                    member.keep(strips, &block.parameters);
                    block.values.live[number][lane] = false;
                    continue;
                }
                let validation_loss = validation.as_ref().map(|losses| losses[number][lane]);
                let losses = EpochLoss { number: watched, loss, validation_loss };
                let by_criteria = criteria.after_epoch(losses, &mut member.progress, |is_kept_one| {
                    let from = if is_kept_one { &kept } else { &block.parameters };
                    let rows = strip_mut(&mut best, strips, number).zip(strip(from, strips, number));
                    rows.for_each(|(best, row)| best.0[lane] = row.0[lane]);
                });
                let stop_reason = by_criteria.break_value();
                member.progress.end_epoch(losses, stop_reason);
                if stop_reason.is_some() || is_last {
                    let is_best = member.progress.best.is_some();
                    member.finish(strips, if is_best { &best } else { &block.parameters });
                    block.values.live[number][lane] = false;
                }
            }
            first = watched + 1;
        }
    }

    /// Trains the epochs from `first` to `last`, and returns the mean losses of the last.
    fn stretch<const W: usize>(
        &self,
        block: &mut Block<'_, T, W>,
        members: &mut [Member<'_, T>],
        first: usize,
        last: usize,
    ) -> Vec<[T; W]> {
        let Settings { shuffle, schedule, .. } = self.settings;
        if shuffle.is_none() && schedule.is_none() {
            self.set_rates(block, members, first);
            self.epochs(block, first, last - first, None);
        } else {
            for epoch in first..last {
                self.set_rates(block, members, epoch);
                self.epochs(block, epoch, 1, None);
            }
            self.set_rates(block, members, last);
        }
        let mut losses = alloc::vec![LossSums::ZERO; block.strips];
        self.epochs(block, last, 1, Some(&mut losses));
        means(&losses, self.examples)
    }

    /// Sets the learning rates of an epoch. A network whose schedule fails is at fault.
    fn set_rates<const W: usize>(&self, block: &mut Block<'_, T, W>, members: &mut [Member<'_, T>], epoch: usize) {
        for member in members {
            let rounded = T::from_f64(member.learning_rate);
            let rate = self.settings.learning_rate(member.learning_rate, rounded, epoch);
            block.rates[member.strip].0[member.lane] = rate.unwrap_or(T::ZERO);
            if rate.is_err() && member.is_training {
                member.is_training = false;
                member.keep(block.strips, &block.parameters);
            }
        }
    }

    fn epochs<const W: usize>(
        &self,
        block: &mut Block<'_, T, W>,
        epoch: usize,
        count: usize,
        losses: Option<&mut [LossSums<T, W>]>,
    ) {
        if count == 0 {
            return;
        }
        let Self { plan, settings, examples, batch_size, .. } = *self;
        let mut order = None;
        if let Some(shuffle) = settings.shuffle {
            shuffle.make_order(&mut order, epoch, 0, examples.count());
        }
        let (order, clip_norm) = (order.as_ref(), settings.clip_norm.map(T::from_f64));
        let is_learning = true;
        Epochs { plan, block, examples, order, batch_size, clip_norm, count, is_learning, losses }.run();
    }

    fn validation_losses<const W: usize>(&self, block: &mut Block<'_, T, W>) -> Option<Vec<[T; W]>> {
        let examples = self.validation?;
        let mut losses = alloc::vec![LossSums::ZERO; block.strips];
        Epochs {
            plan: self.plan,
            block,
            examples,
            order: None,
            batch_size: 1,
            clip_norm: None,
            count: 1,
            is_learning: false,
            losses: Some(&mut losses),
        }
        .run();
        Some(means(&losses, examples))
    }
}

/// The mean losses of each strip.
fn means<T: Scalar, const W: usize>(losses: &[LossSums<T, W>], examples: &dyn ErasedExamples<T>) -> Vec<[T; W]> {
    let count = T::from_count(examples.count());
    losses.iter().map(|losses| losses.means(count)).collect()
}

/// Which lanes of each strip hold finite parameters alone.
pub(super) fn finite_lanes<T: Scalar, const W: usize>(strips: usize, rows: &[Row<T, W>]) -> Vec<[bool; W]> {
    let mut finite = alloc::vec![[true; W]; strips];
    for rows in rows.chunks_exact(strips) {
        for (finite, row) in finite.iter_mut().zip(rows) {
            for (finite, value) in finite.iter_mut().zip(row.0) {
                *finite &= value.is_finite();
            }
        }
    }
    finite
}
