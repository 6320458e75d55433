//! The training loop: epochs, batches, updates.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::ops::{ControlFlow, Range, RangeInclusive};

use super::loss_monitor::LossMonitor;
use super::stop_criteria::{EpochLoss, StopCriteria};
use super::{Learner, Outcome, Settings, StopReason, checks};
use crate::batch::{self, ErasedExamples};
#[cfg(feature = "alloc")]
use crate::batch::{BatchKernels, ExampleBatch};
use crate::math::absolute;
use crate::math::float;
use crate::random::Permutation;
#[cfg(feature = "alloc")]
use crate::simd::Backend;
use crate::{Scalar, TrainError};

/// How many updates may pass between two checks of the parameters. A parameter that is not finite stays so, so a late check
/// still finds it; the stretch since the last check is then replayed to find the place.
const UPDATES_BETWEEN_CHECKS: usize = 1024;

/// The settings and the examples of a training.
pub struct TrainingData<'a, T> {
    pub(super) settings: Settings,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) validation: Option<&'a dyn ErasedExamples<T>>,
}

/// Trains. Afterwards the learner holds the trained network or, after an error, the last good one.
#[inline]
pub(crate) fn train<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
) -> Result<Outcome<T>, TrainError> {
    let settings = &data.settings;
    let last = settings.epochs.checked_sub(1).ok_or(TrainError::NoEpochs)?;
    checks::before(learner, data)?;
    let batch_size = settings.batch.size(data.examples.count())?;
    let mut criteria = StopCriteria::new(settings);
    let outcome = TrainingLoop::new(learner, data, batch_size).train(last, &mut criteria)?;
    Ok(criteria.restore_best(learner, outcome))
}

/// A training under way.
struct TrainingLoop<'a, T: Scalar, L: ?Sized> {
    learner: &'a mut L,
    data: &'a TrainingData<'a, T>,
    /// Examples in a batch, at least one.
    batch_size: usize,
    /// Present if batches are large enough for them.
    #[cfg(feature = "alloc")]
    kernels: Option<Box<dyn BatchKernels<T>>>,
}

impl<'a, T: Scalar, L: Learner<T> + ?Sized> TrainingLoop<'a, T, L> {
    fn new(learner: &'a mut L, data: &'a TrainingData<'a, T>, batch_size: usize) -> Self {
        #[cfg(feature = "alloc")]
        let architecture = learner.architecture();
        Self {
            learner,
            data,
            batch_size,
            #[cfg(feature = "alloc")]
            kernels: (batch_size >= batch::MIN_BATCH)
                .then(|| T::kernels(architecture, Backend::detect(data.settings.reproducible))),
        }
    }

    /// Trains up to the epoch `last`.
    fn train(mut self, last: usize, criteria: &mut StopCriteria<T>) -> Result<Outcome<T>, TrainError> {
        self.learner.start();
        let max_stretch = (UPDATES_BETWEEN_CHECKS / self.data.examples.count().div_ceil(self.batch_size)).max(1);
        let mut first = 0_usize;
        loop {
            // A stretch ends with the next epoch that somebody looks at, or with a check.
            let end = last.min(first.saturating_add(max_stretch - 1));
            let watched = if criteria.any { first } else { self.learner.first_wanted(first..end).unwrap_or(end) };
            self.learner.keep();
            let Some(loss) = self.stretch(first, watched) else {
                self.learner.go_back();
                return Err(self.find_fault(first..=watched));
            };
            let observed = self.learner.first_wanted(watched..watched + 1).is_some();
            let looked_at = observed || criteria.any || watched == last;
            let validation_loss = if looked_at { self.learner.validation_loss() } else { None };
            let by_observers = if observed {
                self.learner.after_epoch(watched, loss, validation_loss)
            } else {
                ControlFlow::Continue(())
            };
            let by_limits = criteria.after_epoch(EpochLoss { number: watched, loss, validation_loss }, self.learner);
            let stop_reason = match (by_observers, by_limits) {
                (ControlFlow::Break(reason), _) | (_, ControlFlow::Break(reason)) => reason,
                _ if watched == last => StopReason::Epochs,
                _ => {
                    first = watched + 1;
                    continue;
                }
            };
            return Ok(Outcome { epochs: watched + 1, loss, validation_loss, best_epoch: None, stop_reason });
        }
    }

    /// Trains the epochs from `first` to `last` and returns the loss of the last; `None` if something went wrong.
    fn stretch(&mut self, first: usize, last: usize) -> Option<T> {
        self.unwatched(first..last).ok()?;
        let mut monitor = LossMonitor::new();
        self.epoch(last, Some(&mut monitor)).ok()?;
        let loss = monitor.sum / T::from_f64(float(self.data.examples.count()));
        let parameters = self.learner.parameters();
        (loss.is_finite() && parameters.iter().all(|parameter| parameter.is_finite())).then_some(loss)
    }

    /// Trains epochs that nobody looks at.
    fn unwatched(&mut self, mut epochs: Range<usize>) -> Result<(), TrainError> {
        let Settings { shuffle, schedule, clip_norm, .. } = self.data.settings;
        if !matches!((self.batch_size, shuffle, clip_norm, schedule), (1, None, None, None)) {
            return epochs.try_for_each(|epoch| self.epoch(epoch, None));
        }
        // The lecture's case: a step takes as long as fifty additions, so its loop decides nothing.
        let learning_rate = self.learning_rate(epochs.start)?;
        if !epochs.is_empty() {
            self.learner.sgd_epochs(epochs.len(), learning_rate);
        }
        Ok(())
    }

    /// Shows every example once, with an update after each batch.
    fn epoch(&mut self, epoch: usize, mut monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        let Settings { shuffle, clip_norm, .. } = self.data.settings;
        let learning_rate = self.learning_rate(epoch)?;
        let order = shuffle.map(|seed| Permutation::new(seed, epoch, self.data.examples.count()));
        let order = order.as_ref();
        if self.batch_size == 1 && clip_norm.is_none() {
            return self.learner.online_epoch(learning_rate, order, monitor);
        }
        for positions in batch::ranges(self.data.examples.count(), self.batch_size) {
            let last = positions.end - 1;
            self.sum_gradients(positions.clone(), order, monitor.as_deref_mut())?;
            self.step(positions.len(), learning_rate);
            if let Some(monitor) = &monitor {
                monitor.check_parameters(Permutation::index_in(order, last), self.learner)?;
            }
        }
        Ok(())
    }

    fn learning_rate(&self, epoch: usize) -> Result<T, TrainError> {
        let learning_rate = self.learner.learning_rate();
        let Some(schedule) = self.data.settings.schedule else { return Ok(T::from_f64(learning_rate)) };
        let factor = schedule.factor(epoch);
        if factor >= 0.0 && factor.is_finite() {
            Ok(T::from_f64(learning_rate * factor))
        } else {
            Err(TrainError::Schedule { epoch, factor })
        }
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
        if let Some(kernels) = &mut self.kernels {
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
    fn step(&mut self, count: usize, learning_rate: T) {
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
        }
        // Reached only if an activation, a loss or an optimizer gives other values for the same arguments.
        TrainError::Loss { epoch: last, example: self.data.examples.count() - 1 }
    }
}

/// Shortens a vector to this Euclidean length if it is longer.
fn clip_norm<T: Scalar>(vector: &mut [T], length: T) {
    // In units of the largest component, whose square might overflow.
    let largest = vector.iter().map(|&value| absolute(value)).fold(T::ZERO, |a, b| if b > a { b } else { a });
    if largest == T::ZERO {
        return;
    }
    let squares = vector.iter().map(|&value| (value / largest) * (value / largest));
    let norm = squares.fold(T::ZERO, |sum, square| sum + square).sqrt();
    if largest * norm > length {
        for value in vector {
            *value = *value / largest * (length / norm);
        }
    }
}
