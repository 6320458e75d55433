//! The training loop: epochs, batches, updates.

#[cfg(feature = "alloc")]
mod reduced;

use core::ops::{ControlFlow, Range, RangeInclusive};

use super::clip::clip_norm;
use super::loss_monitor::LossMonitor;
use super::progress::Progress;
use super::stop_criteria::{EpochLoss, StopCriteria};
#[cfg(feature = "alloc")]
use super::{
    Dropout, FullBatch, Masks, Penalty, Step,
    frozen::{self, Frozen},
    full_batch::Memo,
    max_norm,
};
use super::{Learner, Outcome, Settings, StopReason, checks};
#[cfg(feature = "alloc")]
use crate::batch::ExampleBatch;
use crate::batch::{self, ErasedExamples};
use crate::random::Permutation;
#[cfg(feature = "alloc")]
use crate::sample_weights::SampleWeights;
use crate::{Scalar, TrainError};

#[cfg(feature = "alloc")]
pub(crate) use reduced::{ReducedPiece, train_reduced};

/// How many updates may pass between two checks of the parameters. A parameter that is not finite stays so, so a late check
/// still finds it; the stretch since the last check is then replayed to find the place.
pub(crate) const UPDATES_BETWEEN_CHECKS: usize = 1024;

/// The settings and the examples of a training.
#[derive(Clone, Copy)]
pub struct TrainingData<'a, T> {
    pub(super) settings: &'a Settings,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    /// The weights of the examples, if they have some.
    #[cfg(feature = "alloc")]
    pub(super) weights: Option<SampleWeights<'a>>,
    pub(super) validation: Option<&'a dyn ErasedExamples<T>>,
}

/// A whole training: the checks before it, its epochs, and with patience the return to the best parameters. One function,
/// so that a program that calls [`fit`](crate::Trainer::fit) alone compiles nothing but the call.
#[inline]
pub(crate) fn fit<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
) -> Result<Outcome<T>, TrainError> {
    let optimizer = (learner.learning_rate(), learner.method());
    checks::start(learner.architecture(), learner.parameters(), optimizer, data.settings)?;
    let mut progress = Progress::new();
    let outcome = train(learner, data, &mut progress, data.settings.epochs)?;
    if progress.best.is_some() {
        learner.restore_best();
    }
    Ok(progress.final_outcome().unwrap_or(outcome))
}

/// Trains a number of further epochs. Afterwards the learner holds the trained network or, after an error, the last good
/// one.
#[inline]
pub(crate) fn train<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    epochs: usize,
) -> Result<Outcome<T>, TrainError> {
    if let Some(outcome) = progress.end() {
        return Ok(outcome);
    }
    #[cfg(feature = "std")]
    progress.start_clock(data.settings);
    let epochs = epochs.checked_sub(1).ok_or(TrainError::NoEpochs)?;
    checks::examples(learner, data, progress)?;
    let batch_size = data.settings.batch_size(learner.method(), data.examples.count())?;
    let last = progress.epochs.saturating_add(epochs);
    let outcome = TrainingLoop::new(learner, data, progress, batch_size).train(last);
    #[cfg(feature = "std")]
    progress.read_clock();
    outcome
}

/// Makes one update with all examples. Its time counts for the time limit of the next epoch.
#[inline]
pub(crate) fn step<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
) -> Result<(), TrainError> {
    if let Some(Outcome { stop_reason, .. }) = progress.end() {
        return Err(TrainError::Ended { stop_reason });
    }
    #[cfg(feature = "std")]
    progress.start_clock(data.settings);
    checks::examples(learner, data, progress)?;
    let (epoch, batch_size) = (progress.epochs, data.examples.count());
    let result = TrainingLoop::new(learner, data, progress, batch_size).step(epoch);
    #[cfg(feature = "alloc")]
    {
        progress.steps += usize::from(result.is_ok());
    }
    #[cfg(feature = "std")]
    progress.read_clock();
    result
}

/// Makes one update with the gradients that are in the sum.
#[inline]
pub(crate) fn step_with<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
) -> Result<(), TrainError> {
    if let Some(Outcome { stop_reason, .. }) = progress.end() {
        return Err(TrainError::Ended { stop_reason });
    }
    learner.method().check_gradients("step_with")?;
    #[cfg(feature = "alloc")]
    if data.settings.dropout.get().is_some() {
        return Err(TrainError::OwnGradients);
    }
    checks::parameters(learner)?;
    let epoch = progress.epochs;
    TrainingLoop::new(learner, data, progress, 1).step_with(epoch)
}

/// How an epoch of batches goes.
struct EpochPlan<'a, T> {
    number: usize,
    learning_rate: T,
    /// The order of the examples, if they are shuffled.
    order: Option<&'a Permutation>,
}

/// A training under way.
pub(super) struct TrainingLoop<'a, T: Scalar, L: ?Sized> {
    learner: &'a mut L,
    data: &'a TrainingData<'a, T>,
    progress: &'a mut Progress<T>,
    criteria: StopCriteria<T>,
    /// The optimizer's learning rate and the clipping norm, rounded once: many microcontrollers compute `f64` in software.
    learning_rate: T,
    clip_norm: Option<T>,
    /// Examples in a batch, at least one.
    batch_size: usize,
    /// The number of the first epoch of this call.
    first_epoch: usize,
    /// The number of the chunk, 0 if there are none; in a single step, the number of the step.
    pub(super) chunk: usize,
    shows_updates: bool,
    /// What changes a step, looked up once, because a small step takes no longer than a few such questions.
    #[cfg(feature = "alloc")]
    changes_the_step: bool,
    #[cfg(feature = "alloc")]
    penalty: Option<&'a Penalty>,
    #[cfg(feature = "alloc")]
    dropout: Option<&'a Dropout>,
    #[cfg(feature = "alloc")]
    max_norm: Option<T>,
    /// Whether no step lowers the loss any more.
    #[cfg(feature = "alloc")]
    has_converged: bool,
    #[cfg(feature = "alloc")]
    memo: Memo<T>,
}

impl<'a, T: Scalar, L: Learner<T> + ?Sized> TrainingLoop<'a, T, L> {
    pub(super) fn new(
        learner: &'a mut L,
        data: &'a TrainingData<'a, T>,
        progress: &'a mut Progress<T>,
        batch_size: usize,
    ) -> Self {
        #[cfg(feature = "alloc")]
        if batch::uses_kernels(batch_size) || learner.method().is_full_batch() || data.settings.dropout.get().is_some()
        {
            progress.prepare_kernels(learner.architecture(), data.settings.reproducible);
        }
        #[cfg(feature = "alloc")]
        {
            progress.frozen = Frozen::new(progress.frozen.take(), data.settings, learner);
        }
        if !progress.has_started {
            progress.has_started = true;
            learner.start();
        }
        #[cfg(feature = "alloc")]
        let settings = data.settings;
        let first_epoch = progress.epochs;
        let (criteria, shows_updates) = (StopCriteria::new(data.settings), learner.wants_updates());
        let (learning_rate, clip_norm) =
            (T::from_f64(learner.learning_rate()), data.settings.clip_norm.map(T::from_f64));
        Self {
            learner,
            data,
            progress,
            criteria,
            learning_rate,
            clip_norm,
            batch_size,
            first_epoch,
            chunk: 0,
            shows_updates,
            #[cfg(feature = "alloc")]
            changes_the_step: settings.changes_the_step().is_some(),
            #[cfg(feature = "alloc")]
            penalty: settings.penalty.get(),
            #[cfg(feature = "alloc")]
            dropout: settings.dropout.get(),
            #[cfg(feature = "alloc")]
            max_norm: settings.max_norm.map(T::from_f64),
            #[cfg(feature = "alloc")]
            has_converged: false,
            #[cfg(feature = "alloc")]
            memo: Memo::new(),
        }
    }

    /// Trains up to the epoch `last`.
    fn train(mut self, last: usize) -> Result<Outcome<T>, TrainError> {
        let max_stretch = (UPDATES_BETWEEN_CHECKS / self.data.examples.count().div_ceil(self.batch_size)).max(1);
        loop {
            // A stretch ends with the next epoch that somebody looks at, or with a check.
            let first = self.progress.epochs;
            let end = last.min(first.saturating_add(max_stretch - 1));
            let watched = if self.criteria.any || self.learner.method().is_full_batch() {
                first
            } else {
                self.learner.first_wanted(first..end).unwrap_or(end)
            };
            self.learner.keep();
            let Some(loss) = self.stretch(first, watched) else {
                self.learner.go_back();
                return Err(self.find_fault(first..=watched));
            };
            let outcome = self.end_epoch(watched, loss, watched == last);
            if watched == last || outcome.stop_reason != StopReason::Epochs {
                return Ok(outcome);
            }
        }
    }

    /// Shows an epoch to the stop criteria and to the observers. The outcome's stop reason is [`StopReason::Epochs`] if
    /// none of them stops the training.
    pub(super) fn end_epoch(&mut self, epoch: usize, loss: T, is_last: bool) -> Outcome<T> {
        let observed = self.learner.first_wanted(epoch..epoch + 1).is_some();
        let looked_at = observed || self.criteria.any || is_last;
        #[cfg(feature = "alloc")]
        let looked_at = looked_at || self.has_converged;
        let validation_loss = if looked_at { self.learner.validation_loss() } else { None };
        self.judge_epoch(EpochLoss { number: epoch, loss, validation_loss }, observed, is_last)
    }

    /// The same with its losses, and whether an observer wants to see it.
    fn judge_epoch(&mut self, losses: EpochLoss<T>, observed: bool, is_last: bool) -> Outcome<T> {
        // The criteria come first, so that an observer can save all that the epoch has changed.
        let Self { criteria, progress, learner, .. } = self;
        let by_criteria = criteria.after_epoch(losses, progress, |is_kept_one| learner.keep_best(is_kept_one));
        #[cfg(feature = "alloc")]
        let by_criteria = match by_criteria {
            ControlFlow::Continue(()) if self.has_converged => ControlFlow::Break(StopReason::Converged),
            by_criteria => by_criteria,
        };
        self.progress.end_epoch(losses, by_criteria.break_value());
        let is_last = by_criteria.is_break() || is_last && losses.number > self.first_epoch;
        let observed = observed || is_last && self.learner.wants_last();
        let by_observers = if observed {
            // The epoch has been trained with it, so it is no error.
            let learning_rate = self.learning_rate(losses.number).unwrap_or(T::ZERO);
            self.learner.after_epoch(losses, is_last, learning_rate, self.data.settings, self.progress)
        } else {
            ControlFlow::Continue(())
        };
        if let ControlFlow::Break(reason) = by_observers {
            // An observer cannot say that all epochs were trained.
            let reason = if reason == StopReason::Epochs { StopReason::Observer } else { reason };
            self.progress.end_epoch(losses, Some(reason));
        }
        self.progress.outcome_of(losses)
    }

    /// Trains the epochs from `first` to `last` and returns the loss of the last; `None` if something went wrong.
    fn stretch(&mut self, first: usize, last: usize) -> Option<T> {
        self.unwatched(first..last).ok()?;
        let mut monitor = LossMonitor::new();
        self.epoch(last, Some(&mut monitor)).ok()?;
        let loss = monitor.mean(self.data.examples.count());
        (loss.is_finite() && self.parameters_are_finite()).then_some(loss)
    }

    fn parameters_are_finite(&mut self) -> bool {
        self.learner.parameters().iter().all(|parameter| parameter.is_finite())
    }

    /// Trains epochs that nobody looks at.
    fn unwatched(&mut self, mut epochs: Range<usize>) -> Result<(), TrainError> {
        let Settings { shuffle, schedule, clip_norm, .. } = *self.data.settings;
        // On a microcontroller the step takes longer than the decisions, and a second copy of it takes flash.
        let is_plain = cfg!(feature = "std") && !self.shows_updates && self.batch_size == 1;
        let is_plain = is_plain && !self.changes_the_step();
        if !matches!((is_plain, shuffle, clip_norm, schedule), (true, None, None, None)) {
            return epochs.try_for_each(|epoch| self.epoch(epoch, None));
        }
        // The lecture's case: a step takes as long as fifty additions, so its loop decides nothing.
        let learning_rate = self.learning_rate(epochs.start)?;
        if !epochs.is_empty() {
            self.learner.online_epochs(epochs.len(), learning_rate);
        }
        Ok(())
    }

    /// An epoch of an optimizer that learns from all examples at once.
    #[cfg(feature = "alloc")]
    fn full_batch_epoch(&mut self, number: usize, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        let Some(kernels) = &mut self.progress.kernels else { return Ok(()) };
        if monitor.is_some() {
            self.learner.keep_prediction();
        }
        let (TrainingData { examples, weights, .. }, mut unwatched) = (*self.data, LossMonitor::new());
        let monitor = monitor.unwrap_or(&mut unwatched);
        let mut objective = FullBatch {
            architecture: self.learner.architecture(),
            examples,
            weights,
            penalty: self.penalty,
            frozen: self.progress.frozen.as_ref().map_or(&[], |frozen| &frozen.ranges),
            kernels: &mut **kernels,
            epoch: number,
            reproducible: self.data.settings.reproducible,
            memo: &mut self.memo,
            monitor,
        };
        self.learner.flatten();
        let step = self.learner.full_batch_epoch(&mut objective);
        self.constrain();
        self.learner.unflatten();
        self.has_converged = step.map_err(TrainError::of_full_batch)? == Step::Converged;
        monitor.check_parameters(examples.count() - 1, self.learner)?;
        if self.shows_updates {
            self.learner.after_update(number, 0, self.learning_rate);
        }
        Ok(())
    }

    /// Shows every example once, with an update after each batch.
    pub(super) fn epoch(&mut self, number: usize, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        #[cfg(feature = "alloc")]
        if self.learner.method().is_full_batch() {
            return self.full_batch_epoch(number, monitor);
        }
        let Settings { shuffle, clip_norm, .. } = *self.data.settings;
        let learning_rate = self.learning_rate(number)?;
        let mut order = None;
        if let Some(shuffle) = shuffle {
            shuffle.make_order(&mut order, number, self.chunk, self.data.examples.count());
        }
        let order = order.as_ref();
        // Updates that are shown go through the batches of one example, so that the fused step is compiled alone.
        if self.batch_size == 1 && clip_norm.is_none() && !self.shows_updates && !self.changes_the_step() {
            return self.learner.online_epoch(learning_rate, order, monitor);
        }
        self.batches(&EpochPlan { number, learning_rate, order }, monitor)
    }

    /// One update after another. While kernels compute them, the parameters are flat.
    fn batches(&mut self, epoch: &EpochPlan<'_, T>, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        if !self.has_kernels() {
            return self.each_batch(epoch, monitor);
        }
        self.learner.flatten();
        let result = self.each_batch(epoch, monitor);
        self.learner.unflatten();
        result
    }

    fn each_batch(
        &mut self,
        epoch: &EpochPlan<'_, T>,
        mut monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        for (number, positions) in batch::ranges(self.data.examples.count(), self.batch_size).enumerate() {
            let last = positions.end - 1;
            self.sum_gradients(positions.clone(), epoch, monitor.as_deref_mut())?;
            let index = Permutation::index_in(epoch.order, last);
            self.mean_gradient(positions.len(), index, monitor.as_deref_mut())?;
            self.update(epoch.learning_rate);
            if let Some(monitor) = &mut monitor {
                monitor.check_parameters(index, self.learner)?;
            }
            if self.shows_updates {
                self.learner.after_update(epoch.number, number, epoch.learning_rate);
            }
        }
        Ok(())
    }

    /// Makes one update with all examples, outside of the epochs.
    fn step(mut self, epoch: usize) -> Result<(), TrainError> {
        #[cfg(feature = "alloc")]
        {
            self.chunk = self.progress.steps;
        }
        self.learner.keep();
        let learning_rate = self.learning_rate(epoch)?;
        let plan = EpochPlan { number: epoch, learning_rate, order: None };
        if self.one_batch(&plan, None).is_ok() && self.parameters_are_finite() {
            return Ok(());
        }
        self.learner.go_back();
        // Observers have seen this update.
        self.shows_updates = false;
        let fault = self.one_batch(&plan, Some(&mut LossMonitor::searching_for_fault(epoch)));
        self.learner.go_back();
        // Without a fault, an activation, a loss or an optimizer gives other values for the same arguments.
        fault.and(Err(TrainError::Loss { epoch, example: self.batch_size - 1 }))
    }

    fn one_batch(&mut self, epoch: &EpochPlan<'_, T>, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        #[cfg(feature = "alloc")]
        if self.learner.method().is_full_batch() {
            return self.full_batch_epoch(epoch.number, monitor);
        }
        self.batches(epoch, monitor)
    }

    /// Makes one update with the gradients that are in the sum.
    fn step_with(mut self, epoch: usize) -> Result<(), TrainError> {
        self.learner.keep();
        let learning_rate = self.learning_rate(epoch)?;
        self.mean_gradient(1, 0, None)?;
        self.update(learning_rate);
        if let Some(parameter) =
            checks::parameter_not_finite(self.learner.architecture().layers, self.learner.parameters())
        {
            self.learner.go_back();
            return Err(TrainError::Parameter { epoch, example: 0, parameter });
        }
        if self.shows_updates {
            self.learner.after_update(epoch, 0, learning_rate);
        }
        Ok(())
    }

    /// Whether kernels compute the batches.
    fn has_kernels(&self) -> bool {
        #[cfg(feature = "alloc")]
        if self.dropout.is_some() {
            return true;
        }
        batch::uses_kernels(self.batch_size)
    }

    fn learning_rate(&self, epoch: usize) -> Result<T, TrainError> {
        self.data.settings.learning_rate(self.learner.learning_rate(), self.learning_rate, epoch)
    }

    /// Leaves the sum of a batch's gradients with the learner. The kernels compute it if the batch is large enough or has
    /// dropout, otherwise the learner does, example by example.
    fn sum_gradients(
        &mut self,
        positions: Range<usize>,
        epoch: &EpochPlan<'_, T>,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        let order = epoch.order;
        #[cfg(feature = "alloc")]
        if let (true, Some(kernels)) = (self.has_kernels(), &mut self.progress.kernels) {
            let TrainingData { examples, weights, .. } = *self.data;
            let masks = self.dropout.map(|dropout| Masks { dropout, epoch: epoch.number, chunk: self.chunk });
            let batch = ExampleBatch { examples, weights, masks, order, positions };
            let (parameters, sum) = self.learner.parameters_and_sum();
            let Some(monitor) = monitor else {
                kernels.pass(parameters, &batch, None, Some(sum));
                return Ok(());
            };
            return monitor.add_batch(&mut **kernels, parameters, &batch, Some(sum));
        }
        self.learner.sum_gradients(positions, order, monitor)
    }

    /// Whether a setting changes gradients or updates, so that no step is the optimizer's alone.
    #[allow(clippy::unused_self, reason = "without `alloc` there is none")]
    fn changes_the_step(&self) -> bool {
        #[cfg(feature = "alloc")]
        return self.changes_the_step;
        #[cfg(not(feature = "alloc"))]
        false
    }

    /// Makes the mean of the gradients, `count` of them, whose sum the learner has, and adds the penalty on weights.
    /// `last` is the last example of the batch.
    #[cfg_attr(
        not(feature = "alloc"),
        allow(clippy::unnecessary_wraps, reason = "without `alloc` there is no penalty")
    )]
    fn mean_gradient(
        &mut self,
        count: usize,
        last: usize,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        batch::divide(self.learner.sum(), count);
        #[cfg(feature = "alloc")]
        if let Some(penalty) = self.penalty {
            let layers = self.learner.architecture().layers;
            // Unless they are flat, this makes a flat copy of them.
            self.learner.parameters();
            let (parameters, gradient) = self.learner.parameters_and_sum();
            let penalty = penalty.add(layers, parameters, Some(gradient));
            if let Some(monitor) = monitor {
                // The mean over the examples has the penalty of each of them.
                monitor.add_loss(last, penalty * T::from_count(count))?;
            }
        }
        #[cfg(not(feature = "alloc"))]
        let _ = (last, monitor);
        Ok(())
    }

    /// Gives the frozen parameters their values again, to the bit, and limits the weights into each neuron.
    #[cfg(feature = "alloc")]
    fn constrain(&mut self) {
        let (frozen, length) = (self.progress.frozen.as_ref(), self.max_norm);
        if frozen.is_none() && length.is_none() {
            return;
        }
        let layers = self.learner.architecture().layers;
        self.learner.change_parameters(&mut |parameters| {
            if let Some(frozen) = frozen {
                frozen.restore(parameters);
            }
            if let Some(length) = length {
                max_norm::limit(layers, parameters, length, frozen);
            }
        });
    }

    /// Moves the parameters against the gradient that the learner has.
    fn update(&mut self, learning_rate: T) {
        let sum = self.learner.sum();
        #[cfg(feature = "alloc")]
        if let Some(Frozen { ranges, .. }) = &self.progress.frozen {
            frozen::clear(ranges, sum);
        }
        if let Some(length) = self.clip_norm {
            clip_norm(sum, length);
        }
        self.learner.update(learning_rate);
        #[cfg(feature = "alloc")]
        self.constrain();
    }

    /// Replays epochs in which something went wrong and names it. The learner then holds the network after the last good
    /// epoch.
    fn find_fault(&mut self, epochs: RangeInclusive<usize>) -> TrainError {
        let last = *epochs.end();
        // Observers have seen these updates.
        self.shows_updates = false;
        for epoch in epochs {
            self.learner.keep();
            let mut monitor = LossMonitor::searching_for_fault(epoch);
            if let Err(error) = self.epoch(epoch, Some(&mut monitor)) {
                self.learner.go_back();
                return error;
            }
            let loss = monitor.mean(self.data.examples.count());
            self.progress.end_epoch(EpochLoss { number: epoch, loss, validation_loss: None }, None);
        }
        // Reached only if an activation, a loss or an optimizer gives other values for the same arguments.
        TrainError::Loss { epoch: last, example: self.data.examples.count() - 1 }
    }
}
