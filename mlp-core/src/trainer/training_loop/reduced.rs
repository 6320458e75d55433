//! The training loop of several processes. See [`reducer`](crate::reducer).
//!
//! All processes go through it at the same time, and make the same exchanges. So whatever decides which exchange is next is
//! the same in all of them: it was compared at the beginning, or exchanged itself, or computed from what is the same.

mod start;

use alloc::vec::Vec;
use core::iter;
use core::ops::{Range, RangeInclusive};

use super::{EpochPlan, TrainingLoop, UPDATES_BETWEEN_CHECKS};
use crate::math::CompensatedSum;
use crate::random::Permutation;
use crate::reducer::{Processes, ReduceError, Shards, TreeSum};
use crate::trainer::loss_monitor::LossMonitor;
use crate::trainer::reduced::Digest;
use crate::trainer::stop_criteria::EpochLoss;
use crate::trainer::{Learner, Outcome, StopReason, TrainError};
use crate::{Scalar, batch};

pub(crate) use start::{ReducedPiece, train_reduced};

/// An error that may name an example of a process whose first example is `start`. It is then counted in the whole data.
fn in_all(mut error: TrainError, start: usize) -> TrainError {
    if let Some(example) = error.training_example() {
        *example += start;
    }
    error
}

/// What is computed beside the updates of an epoch.
#[derive(Clone, Copy, PartialEq)]
enum Watch {
    Nothing,
    Losses,
    /// Finds the first number that is not finite.
    Fault,
}

struct ReducedLoop<'a, 'r, T: Scalar, L: ?Sized> {
    /// The loop of this process. Its examples are those of the own shards, one shard after the other.
    inner: TrainingLoop<'a, T, L>,
    processes: Processes<'r>,
    shards: Shards,
    /// The shards of this process.
    own: Range<usize>,
    /// Examples in a batch of all processes.
    batch_size: usize,
    /// For each own shard, its losses in an epoch that is watched.
    monitors: Vec<LossMonitor<T>>,
    /// For each own shard, the order of its examples.
    orders: Vec<Option<Permutation>>,
    sums: TreeSum<T>,
}

impl<T: Scalar, L: Learner<T> + ?Sized> ReducedLoop<'_, '_, T, L> {
    /// Trains up to the epoch `last`.
    fn train(mut self, last: usize) -> Result<Outcome<T>, ReduceError> {
        let updates = self.shards.all_examples().div_ceil(self.batch_size);
        let max_stretch = (UPDATES_BETWEEN_CHECKS / updates).max(1);
        loop {
            let first = self.inner.progress.epochs;
            let end = last.min(first.saturating_add(max_stretch - 1));
            let wanted = if self.inner.criteria.any {
                first
            } else {
                self.inner.learner.first_wanted(first..end).unwrap_or(end)
            };
            // The first epoch that anybody wants.
            let watched = self.processes.number(wanted as u64)?.min();
            let watched = watched.and_then(|epoch| usize::try_from(epoch).ok()).unwrap_or(end);
            self.inner.learner.keep();
            match self.stretch(first, watched) {
                Ok(Some(losses)) => {
                    let outcome = self.end_epoch(losses, watched == last)?;
                    if watched == last || outcome.stop_reason != StopReason::Epochs {
                        return Ok(outcome);
                    }
                }
                Ok(None) | Err(ReduceError::Train(_)) => {
                    self.inner.learner.go_back();
                    return Err(self.find_fault(first..=watched));
                }
                Err(error) => {
                    self.inner.learner.go_back();
                    return Err(error);
                }
            }
        }
    }

    /// Trains the epochs from `first` to `last` and returns the losses of the last; `None` if something is not finite.
    fn stretch(&mut self, first: usize, last: usize) -> Result<Option<EpochLoss<T>>, ReduceError> {
        for epoch in first..last {
            self.epoch(epoch, Watch::Nothing)?;
        }
        self.epoch(last, Watch::Losses)?;
        let losses = self.losses(last)?;
        Ok((losses.loss.is_finite() && self.inner.parameters_are_finite()).then_some(losses))
    }

    /// The losses of an epoch over the examples of all processes. Also checks that all have the same parameters.
    fn losses(&mut self, epoch: usize) -> Result<EpochLoss<T>, ReduceError> {
        let Self { inner: TrainingLoop { learner, .. }, processes, shards, monitors, .. } = self;
        let mut parameters = Digest::new();
        parameters.add_scalars(learner.parameters());
        let validation_loss = learner.validation_loss();
        let size = processes.size();
        let most = (0..size).map(|rank| shards.of_rank(rank, size).len()).max().unwrap_or(0);
        let bits = |loss: T| loss.to_f64().to_bits();
        let sums = monitors.iter().map(|monitor| bits(monitor.total())).chain(iter::repeat(0)).take(most);
        let own = [parameters.value(), bits(validation_loss.unwrap_or(T::ZERO))];
        let (mut first, mut sum) = (None, CompensatedSum::<T>::ZERO);
        for (rank, numbers) in processes.numbers(own.into_iter().chain(sums))?.enumerate() {
            let [parameters, validation_loss, losses @ ..] = numbers else { continue };
            if first.get_or_insert((parameters, validation_loss)).0 != parameters {
                return Err(ReduceError::Diverged { epoch, rank });
            }
            for &loss in losses.iter().take(shards.of_rank(rank, size).len()) {
                sum.add(from_bits(loss));
            }
        }
        let loss = sum.total() / T::from_count(shards.all_examples());
        // That of rank 0: a function of one's own might give another value elsewhere.
        let validation_loss = validation_loss.and(first.map(|(_, &loss)| from_bits(loss)));
        Ok(EpochLoss { number: epoch, loss, validation_loss })
    }

    /// Shows an epoch to the stop criteria and to the observers of this process. If anybody stops, all do.
    fn end_epoch(&mut self, losses: EpochLoss<T>, is_last: bool) -> Result<Outcome<T>, ReduceError> {
        let observed = self.inner.learner.first_wanted(losses.number..losses.number + 1).is_some();
        let outcome = self.inner.judge_epoch(losses, observed, is_last);
        let own = (outcome.stop_reason != StopReason::Epochs).then_some(outcome.stop_reason);
        let stop = self.processes.number(code(own))?.find_map(reason);
        if stop != own {
            self.inner.progress.last = Some((losses, stop));
        }
        Ok(self.inner.progress.outcome_of(losses))
    }

    /// Replays epochs in which something went wrong and names it. The learner then holds the network after the last good
    /// epoch.
    fn find_fault(&mut self, epochs: RangeInclusive<usize>) -> ReduceError {
        let last = *epochs.end();
        // Observers have seen these updates.
        self.inner.shows_updates = false;
        for epoch in epochs {
            self.inner.learner.keep();
            let losses = self.epoch(epoch, Watch::Fault).and_then(|()| self.losses(epoch));
            match losses {
                Ok(losses) if losses.loss.is_finite() => {
                    self.inner.progress.end_epoch(EpochLoss { validation_loss: None, ..losses }, None);
                }
                // Their sum is not finite, although all losses of each shard are.
                Ok(_) => {
                    self.inner.learner.go_back();
                    return TrainError::Loss { epoch, example: self.shards.all_examples() - 1 }.into();
                }
                Err(error) => {
                    self.inner.learner.go_back();
                    return error;
                }
            }
        }
        // Reached only if an activation, a loss or an optimizer gives other values for the same arguments.
        TrainError::Loss { epoch: last, example: self.shards.all_examples() - 1 }.into()
    }

    /// Shows every example once, with an update after each batch.
    fn epoch(&mut self, number: usize, watch: Watch) -> Result<(), ReduceError> {
        let learning_rate = self.inner.learning_rate(number)?;
        let start = self.shards.examples(self.own.start).start;
        self.orders.clear();
        self.monitors.clear();
        for shard in self.own.clone() {
            let first = self.shards.examples(shard).start - start;
            self.orders.push(self.order(number, shard).map(|order| order.starting_at(first)));
            self.monitors.push(match watch {
                Watch::Fault => LossMonitor::searching_for_fault(number),
                Watch::Losses | Watch::Nothing => LossMonitor::new(),
            });
        }
        if !self.inner.has_kernels() {
            return self.each_batch(number, learning_rate, watch);
        }
        self.inner.learner.flatten();
        let result = self.each_batch(number, learning_rate, watch);
        self.inner.learner.unflatten();
        result
    }

    /// The order of a shard's examples in an epoch.
    fn order(&self, epoch: usize, shard: usize) -> Option<Permutation> {
        let mut order = None;
        if let Some(shuffle) = self.inner.data.settings.shuffle {
            shuffle.make_order(&mut order, epoch, shard, self.shards.examples(shard).len());
        }
        order
    }

    fn each_batch(&mut self, epoch: usize, learning_rate: T, watch: Watch) -> Result<(), ReduceError> {
        for (number, positions) in batch::ranges(self.shards.all_examples(), self.batch_size).enumerate() {
            let summed = self.sum_own(epoch, &positions, watch != Watch::Nothing);
            self.agree_on(epoch, summed, watch)?;
            self.processes.add(self.shards, &mut self.sums)?;
            self.inner.learner.sum().copy_from_slice(self.sums.total());

            let last = if watch == Watch::Fault { self.example_at(epoch, positions.end - 1) } else { 0 };
            // The penalty is added to the losses once.
            let has_first_shard = watch != Watch::Nothing && self.own.start == 0;
            let monitor = self.monitors.first_mut().filter(|_| has_first_shard);
            let penalised = self.inner.mean_gradient(positions.len(), last, monitor);
            self.agree_on(epoch, penalised, watch)?;
            self.inner.update(learning_rate);
            if let (Watch::Fault, Some(monitor)) = (watch, self.monitors.first_mut()) {
                monitor.check_parameters(last, self.inner.learner)?;
            }
            if self.inner.shows_updates {
                self.inner.learner.after_update(epoch, number, learning_rate);
            }
        }
        Ok(())
    }

    /// Sums up the gradients of the own shards' examples at these positions of an epoch.
    fn sum_own(&mut self, epoch: usize, positions: &Range<usize>, is_watched: bool) -> Result<(), TrainError> {
        self.sums.clear();
        let start = self.shards.examples(self.own.start).start;
        let own = self.own.clone().zip(self.orders.iter().zip(&mut self.monitors));
        for (shard, (order, monitor)) in own {
            let mut share = self.shards.dealt(shard, positions.clone());
            if share.is_empty() {
                self.inner.learner.sum().fill(T::ZERO);
            } else {
                if order.is_none() {
                    let first = self.shards.examples(shard).start - start;
                    share = first + share.start..first + share.end;
                }
                let plan = EpochPlan { number: epoch, learning_rate: T::ZERO, order: order.as_ref() };
                let summed = self.inner.sum_gradients(share, &plan, is_watched.then_some(monitor));
                summed.map_err(|error| in_all(error, start))?;
            }
            self.sums.push(0, shard, self.inner.learner.sum());
        }
        Ok(())
    }

    /// While a fault is searched for, tells all processes whether this one has found it. Otherwise there is none to find.
    fn agree_on(&mut self, epoch: usize, found: Result<(), TrainError>, watch: Watch) -> Result<(), ReduceError> {
        let Watch::Fault = watch else { return Ok(found?) };
        let example = found.err().and_then(|mut error| error.training_example().copied());
        let own = example.map_or(0, |example| example as u64 + 1);
        let found = self.processes.number(own)?.find_map(|number| number.checked_sub(1));
        let Some(example) = found.and_then(|example| usize::try_from(example).ok()) else { return Ok(()) };
        let shard = self.shards.shard_of(example);
        let (rank, error) = (self.shards.rank_of(shard, self.processes.size()), TrainError::Loss { epoch, example });
        Err(ReduceError::Shard { rank, shard, error })
    }

    /// The example at a position of an epoch.
    fn example_at(&self, epoch: usize, position: usize) -> usize {
        let (shard, position) = self.shards.shard_at(position);
        let order = self.order(epoch, shard);
        self.shards.examples(shard).start + Permutation::index_in(order.as_ref(), position)
    }
}

const REASONS: [StopReason; 6] = [
    StopReason::Epochs,
    StopReason::TargetLoss,
    StopReason::Patience,
    StopReason::TimeLimit,
    StopReason::Observer,
    StopReason::Converged,
];

/// A reason to stop as a number; 0 for none.
fn code(reason: Option<StopReason>) -> u64 {
    REASONS.iter().position(|&known| Some(known) == reason).map_or(0, |code| code as u64)
}

fn reason(code: u64) -> Option<StopReason> {
    REASONS.into_iter().nth(usize::try_from(code).ok()?).filter(|&reason| reason != StopReason::Epochs)
}

fn from_bits<T: Scalar>(bits: [u8; 8]) -> T {
    T::from_f64(f64::from_le_bytes(bits))
}
