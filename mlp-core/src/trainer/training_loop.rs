//! The training loop: epochs, batches, updates.

mod epoch;
#[cfg(feature = "alloc")]
mod reduced;
mod update;

use core::ops::{ControlFlow, RangeInclusive};

use super::loss_monitor::LossMonitor;
use super::progress::Progress;
use super::stop_criteria::{EpochLoss, StopCriteria};
#[cfg(feature = "alloc")]
use super::{Dropout, Penalty, frozen::Frozen, full_batch::Memo};
use super::{Learner, Outcome, Settings, StopReason, checks};
use crate::batch::ErasedExamples;
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
        if crate::batch::uses_kernels(batch_size)
            || learner.method().is_full_batch()
            || data.settings.dropout.get().is_some()
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
