//! The training loop: epochs, batches, updates.

use core::ops::{ControlFlow, Range, RangeInclusive};

use super::learner::EpochPlan;
use super::loss_monitor::LossMonitor;
use super::progress::Progress;
use super::stop_criteria::{EpochLoss, StopCriteria};
use super::{Learner, Outcome, Settings, StopReason, checks};
#[cfg(feature = "alloc")]
use crate::batch::ExampleBatch;
use crate::batch::{self, ErasedExamples};
use crate::math::{absolute, float};
use crate::observer::EpochFacts;
use crate::random::Permutation;
use crate::{Scalar, TrainError};

/// How many updates may pass between two checks of the parameters. A parameter that is not finite stays so, so a late check
/// still finds it; the stretch since the last check is then replayed to find the place.
const UPDATES_BETWEEN_CHECKS: usize = 1024;

/// The settings and the examples of a training.
#[derive(Clone, Copy)]
pub struct TrainingData<'a, T> {
    pub(super) settings: &'a Settings,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) validation: Option<&'a dyn ErasedExamples<T>>,
}

/// An epoch that comes in chunks.
pub struct ChunkedEpoch<T> {
    monitor: LossMonitor<T>,
    examples: usize,
    chunks: usize,
}

impl<T> ChunkedEpoch<T> {
    /// The update in which a fault was found.
    pub(super) const fn update_of_fault(&self) -> usize {
        self.monitor.updates
    }
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
    let epochs = epochs.checked_sub(1).ok_or(TrainError::NoEpochs)?;
    checks::examples(learner, data)?;
    let batch_size = data.settings.batch.size(data.examples.count())?;
    let last = progress.epochs.saturating_add(epochs);
    TrainingLoop::new(learner, data, progress, batch_size).train(last)
}

/// Makes one update with all examples.
#[inline]
pub(crate) fn step<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
) -> Result<(), TrainError> {
    if let Some(Outcome { stop_reason, .. }) = progress.end() {
        return Err(TrainError::Ended { stop_reason });
    }
    checks::examples(learner, data)?;
    let (epoch, batch_size) = (progress.epochs, data.examples.count());
    TrainingLoop::new(learner, data, progress, batch_size).step(epoch)
}

/// Begins an epoch that comes in chunks; the outcome if the training has ended.
#[inline]
pub(crate) fn begin_chunks<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    progress: &Progress<T>,
) -> Result<ChunkedEpoch<T>, Outcome<T>> {
    if let Some(outcome) = progress.end() {
        return Err(outcome);
    }
    learner.keep();
    // A chunk cannot be replayed, so every update is checked.
    let monitor = LossMonitor::searching_for_fault(progress.epochs);
    Ok(ChunkedEpoch { monitor, examples: 0, chunks: 0 })
}

/// Learns from a chunk. After an error the learner holds the network from before the epoch.
#[inline]
pub(crate) fn chunk<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    epoch: &mut ChunkedEpoch<T>,
) -> Result<(), TrainError> {
    if data.examples.count() == 0 {
        return Ok(());
    }
    epoch.monitor.updates = 0;
    // The same validation examples come with every chunk.
    let validation = data.validation.filter(|_| epoch.chunks == 0);
    let number = progress.epochs;
    let result = checks::examples(learner, &TrainingData { validation, ..*data }).and_then(|()| {
        let batch_size = data.settings.batch.size(data.examples.count())?;
        let mut training = TrainingLoop::new(learner, data, progress, batch_size);
        training.chunk = epoch.chunks;
        training.epoch(number, Some(&mut epoch.monitor))
    });
    if result.is_err() {
        learner.go_back();
    }
    epoch.examples += data.examples.count();
    epoch.chunks += 1;
    result
}

/// Ends an epoch that came in chunks.
#[inline]
pub(crate) fn end_chunks<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    epoch: &ChunkedEpoch<T>,
) -> Result<Outcome<T>, TrainError> {
    if epoch.examples == 0 {
        return Err(TrainError::NoExamples);
    }
    let (number, loss) = (progress.epochs, epoch.monitor.mean(epoch.examples));
    TrainingLoop::new(learner, data, progress, 1).end_epoch(number, loss, true)
}

/// A training under way.
struct TrainingLoop<'a, T: Scalar, L: ?Sized> {
    learner: &'a mut L,
    data: &'a TrainingData<'a, T>,
    progress: &'a mut Progress<T>,
    criteria: StopCriteria,
    /// Examples in a batch, at least one.
    batch_size: usize,
    /// The number of the chunk, 0 if there are none.
    chunk: usize,
    shows_updates: bool,
}

impl<'a, T: Scalar, L: Learner<T> + ?Sized> TrainingLoop<'a, T, L> {
    fn new(
        learner: &'a mut L,
        data: &'a TrainingData<'a, T>,
        progress: &'a mut Progress<T>,
        batch_size: usize,
    ) -> Self {
        #[cfg(feature = "alloc")]
        if batch::uses_kernels(batch_size) {
            progress.prepare_kernels(learner.architecture(), data.settings.reproducible);
        }
        if !progress.has_started {
            progress.has_started = true;
            learner.start();
        }
        let (criteria, shows_updates) = (StopCriteria::new(data.settings), learner.wants_updates());
        Self { learner, data, progress, criteria, batch_size, chunk: 0, shows_updates }
    }

    /// Trains up to the epoch `last`.
    fn train(mut self, last: usize) -> Result<Outcome<T>, TrainError> {
        let max_stretch = (UPDATES_BETWEEN_CHECKS / self.data.examples.count().div_ceil(self.batch_size)).max(1);
        loop {
            // A stretch ends with the next epoch that somebody looks at, or with a check.
            let first = self.progress.epochs;
            let end = last.min(first.saturating_add(max_stretch - 1));
            let watched = if self.criteria.any { first } else { self.learner.first_wanted(first..end).unwrap_or(end) };
            self.learner.keep();
            let Some(loss) = self.stretch(first, watched) else {
                self.learner.go_back();
                return Err(self.find_fault(first..=watched));
            };
            let outcome = self.end_epoch(watched, loss, watched == last)?;
            if watched == last || outcome.stop_reason != StopReason::Epochs {
                return Ok(outcome);
            }
        }
    }

    /// Shows an epoch to the stop criteria and to the observers. The outcome's stop reason is [`StopReason::Epochs`] if
    /// none of them stops the training.
    fn end_epoch(&mut self, epoch: usize, loss: T, is_last: bool) -> Result<Outcome<T>, TrainError> {
        let observed = self.learner.first_wanted(epoch..epoch + 1).is_some();
        let looked_at = observed || self.criteria.any || is_last;
        let validation_loss = if looked_at { self.learner.validation_loss() } else { None };
        // The criteria come first, so that an observer can save all that the epoch has changed.
        let losses = EpochLoss { number: epoch, loss, validation_loss };
        let by_criteria = self.criteria.after_epoch(losses, self.progress, self.learner);
        self.progress.end_epoch(losses, by_criteria.break_value());
        let by_observers = if observed {
            let learning_rate = self.learning_rate(epoch)?;
            let facts = EpochFacts { number: epoch, loss, validation_loss, learning_rate };
            self.learner.after_epoch(facts, self.data.settings, self.progress)
        } else {
            ControlFlow::Continue(())
        };
        if let ControlFlow::Break(reason) = by_observers {
            self.progress.end_epoch(losses, Some(reason));
        }
        Ok(self.progress.outcome_of(losses))
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
        let is_plain = !self.shows_updates && self.batch_size == 1;
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

    /// Shows every example once, with an update after each batch.
    fn epoch(&mut self, number: usize, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        let Settings { shuffle, clip_norm, .. } = *self.data.settings;
        let learning_rate = self.learning_rate(number)?;
        let order = shuffle.map(|seed| Permutation::of_chunk(seed, number, self.chunk, self.data.examples.count()));
        let plan = EpochPlan { number, learning_rate, order: order.as_ref(), shows_updates: self.shows_updates };
        if self.batch_size == 1 && clip_norm.is_none() {
            return self.learner.online_epoch(&plan, monitor);
        }
        if self.has_kernels() {
            self.learner.flatten();
        }
        let result = self.batches(&plan, monitor);
        if self.has_kernels() {
            self.learner.unflatten();
        }
        result
    }

    fn batches(
        &mut self,
        epoch: &EpochPlan<'_, T>,
        mut monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        for (number, positions) in batch::ranges(self.data.examples.count(), self.batch_size).enumerate() {
            let last = positions.end - 1;
            self.sum_gradients(positions.clone(), epoch.order, monitor.as_deref_mut())?;
            self.update(positions.len(), epoch.learning_rate);
            if let Some(monitor) = &mut monitor {
                monitor.check_parameters(Permutation::index_in(epoch.order, last), self.learner)?;
            }
            if epoch.shows_updates {
                self.learner.after_update(epoch.number, number, epoch.learning_rate);
            }
        }
        Ok(())
    }

    /// Makes one update with all examples, outside of the epochs.
    fn step(mut self, epoch: usize) -> Result<(), TrainError> {
        self.learner.keep();
        let learning_rate = self.learning_rate(epoch)?;
        let plan = EpochPlan { number: epoch, learning_rate, order: None, shows_updates: self.shows_updates };
        if self.all_at_once(&plan, None).is_ok() && self.parameters_are_finite() {
            return Ok(());
        }
        self.learner.go_back();
        let fault = self.all_at_once(&plan, Some(&mut LossMonitor::searching_for_fault(epoch)));
        self.learner.go_back();
        // Without a fault, an activation, a loss or an optimizer gives other values for the same arguments.
        fault.and(Err(TrainError::Loss { epoch, example: self.batch_size - 1 }))
    }

    /// One batch of all examples.
    fn all_at_once(&mut self, plan: &EpochPlan<'_, T>, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        if self.has_kernels() {
            self.learner.flatten();
        }
        let result = self.batches(plan, monitor);
        if self.has_kernels() {
            self.learner.unflatten();
        }
        result
    }

    /// Whether kernels compute the batches.
    fn has_kernels(&self) -> bool {
        batch::uses_kernels(self.batch_size)
    }

    fn learning_rate(&self, epoch: usize) -> Result<T, TrainError> {
        self.data.settings.learning_rate(self.learner.learning_rate(), epoch)
    }

    /// Leaves the sum of a batch's gradients with the learner. The kernels compute it if the batch is large enough,
    /// otherwise the learner does, example by example.
    fn sum_gradients(
        &mut self,
        positions: Range<usize>,
        order: Option<&Permutation>,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        #[cfg(feature = "alloc")]
        if let (true, Some(kernels)) = (self.has_kernels(), &mut self.progress.kernels) {
            let batch = ExampleBatch { examples: self.data.examples, order, positions };
            let (parameters, sum) = self.learner.parameters_and_sum();
            let Some(monitor) = monitor else {
                kernels.pass(parameters, &batch, None, Some(sum));
                return Ok(());
            };
            let mut fault = Ok(());
            let mut on_predictions = |positions: Range<usize>, y_pred: &[T]| {
                batch.losses(positions, y_pred, |index, loss| {
                    if fault.is_ok() {
                        fault = monitor.add_loss(index, loss);
                    }
                });
            };
            kernels.pass(parameters, &batch, Some(&mut on_predictions), Some(sum));
            return fault;
        }
        self.learner.sum_gradients(positions, order, monitor)
    }

    /// Learns from the mean of the gradients, `count` of them, whose sum the learner has.
    fn update(&mut self, count: usize, learning_rate: T) {
        let sum = self.learner.sum();
        let count = T::from_f64(float(count));
        for sum in &mut *sum {
            *sum = *sum / count;
        }
        if let Some(length) = self.data.settings.clip_norm {
            clip_norm(sum, T::from_f64(length));
        }
        self.learner.step(learning_rate);
    }

    /// Replays epochs in which something went wrong and names it. The learner then holds the network after the last good
    /// epoch.
    fn find_fault(&mut self, epochs: RangeInclusive<usize>) -> TrainError {
        let last = *epochs.end();
        for epoch in epochs {
            self.learner.keep();
            if let Err(error) = self.epoch(epoch, Some(&mut LossMonitor::searching_for_fault(epoch))) {
                self.learner.go_back();
                return error;
            }
            self.progress.epochs = epoch + 1;
        }
        // Reached only if an activation, a loss or an optimizer gives other values for the same arguments.
        TrainError::Loss { epoch: last, example: self.data.examples.count() - 1 }
    }
}

/// Clips the gradient norm: shortens the vector of all gradients to this Euclidean length if it is longer.
///
/// ```
/// let mut gradients = [3.0, 4.0];
/// mlp_core::trainer::clip_norm(&mut gradients, 1.0);
/// assert_eq!(gradients, [0.6000000000000001, 0.8]);
/// ```
pub fn clip_norm<T: Scalar>(gradients: &mut [T], length: T) {
    // In units of the largest component, whose square might overflow.
    let largest = gradients.iter().map(|&value| absolute(value)).fold(T::ZERO, |a, b| if b > a { b } else { a });
    if largest == T::ZERO {
        return;
    }
    let squares = gradients.iter().map(|&value| (value / largest) * (value / largest));
    let norm = squares.fold(T::ZERO, |sum, square| sum + square).sqrt();
    if largest * norm > length {
        for value in gradients {
            *value = *value / largest * (length / norm);
        }
    }
}
