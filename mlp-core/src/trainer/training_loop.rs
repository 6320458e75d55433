//! A training under way: epochs, batches, updates.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
use core::ops::{ControlFlow, Range, RangeInclusive};

use super::loss_monitor::LossMonitor;
use super::stop_criteria::{EpochLoss, StopCriteria};
use super::{Learner, Outcome, Settings, StopReason, checks};
use crate::batch::ErasedExamples;
#[cfg(feature = "alloc")]
use crate::batch::{self, BatchKernels, ExampleBatch, PredictionCallback};
use crate::math::absolute;
use crate::random::Permutation;
use crate::scalar::float;
#[cfg(feature = "alloc")]
use crate::simd::Processor;
use crate::{Scalar, TrainError};

/// How many updates may pass before the parameters are checked. A parameter that is not finite stays so, hence late is
/// early enough: the stretch since the last check is replayed to find out where it happened.
const UPDATES_BETWEEN_CHECKS: usize = 1024;

/// What is to be done.
pub struct TrainingData<'a, T> {
    pub(super) settings: Settings,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) validation: Option<&'a dyn ErasedExamples<T>>,
}

/// Trains as planned. The learner then is what has been reached, or what was there last before something went wrong.
#[inline]
pub(crate) fn train<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
) -> Result<Outcome<T>, TrainError> {
    let settings = &data.settings;
    let last = settings.epochs.checked_sub(1).ok_or(TrainError::NoEpochs)?;
    checks::before(learner, data)?;
    let batch = settings.batch.size(data.examples.count())?;
    let mut criteria = StopCriteria::new(settings);
    let outcome = TrainingLoop::new(learner, data, batch).train(last, &mut criteria)?;
    Ok(criteria.restore_best(learner, outcome))
}

/// What a training works with.
struct TrainingLoop<'a, T: Scalar, L: ?Sized> {
    learner: &'a mut L,
    data: &'a TrainingData<'a, T>,
    /// Examples in a batch, at least one.
    batch: usize,
    /// Where batches are large enough for them.
    #[cfg(feature = "alloc")]
    kernels: Option<Box<dyn BatchKernels<T>>>,
}

impl<'a, T: Scalar, L: Learner<T> + ?Sized> TrainingLoop<'a, T, L> {
    fn new(learner: &'a mut L, data: &'a TrainingData<'a, T>, batch: usize) -> Self {
        #[cfg(feature = "alloc")]
        let network = learner.network();
        Self {
            learner,
            data,
            batch,
            #[cfg(feature = "alloc")]
            kernels: (batch >= batch::MIN_BATCH).then(|| T::batches(network, Processor::detect())),
        }
    }

    /// Trains up to the epoch `last`.
    fn train(mut self, last: usize, criteria: &mut StopCriteria<T>) -> Result<Outcome<T>, TrainError> {
        self.learner.start();
        let most = (UPDATES_BETWEEN_CHECKS / self.data.examples.count().div_ceil(self.batch)).max(1);
        let mut first = 0_usize;
        loop {
            // A stretch of epochs that nobody looks at, up to one that somebody does, or that is checked.
            let end = last.min(first.saturating_add(most - 1));
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

    /// The epochs from `first` to `last`, with the loss of the last; `None` if something went wrong in one of them.
    fn stretch(&mut self, first: usize, last: usize) -> Option<T> {
        self.unwatched(first..last).ok()?;
        let mut monitor = LossMonitor::new();
        self.epoch(last, Some(&mut monitor)).ok()?;
        let loss = monitor.sum / T::from_f64(float(self.data.examples.count()));
        let parameters = self.learner.parameters();
        (loss.is_finite() && parameters.iter().all(|parameter| parameter.is_finite())).then_some(loss)
    }

    /// Epochs that nobody looks at.
    fn unwatched(&mut self, mut epochs: Range<usize>) -> Result<(), TrainError> {
        let Settings { shuffle, schedule, clip_norm, .. } = self.data.settings;
        if !matches!((self.batch, shuffle, clip_norm, schedule), (1, None, None, None)) {
            return epochs.try_for_each(|epoch| self.epoch(epoch, None));
        }
        // The lecture's case, in which a step takes as long as fifty additions: nothing in it is left to decide.
        let learning_rate = self.learning_rate(epochs.start)?;
        if !epochs.is_empty() {
            self.learner.sgd_epochs(epochs.len(), learning_rate);
        }
        Ok(())
    }

    /// Every example once, in whatever order, and an update after each batch.
    fn epoch(&mut self, epoch: usize, monitor: Option<&mut LossMonitor<T>>) -> Result<(), TrainError> {
        let Settings { shuffle, clip_norm, .. } = self.data.settings;
        let learning_rate = self.learning_rate(epoch)?;
        let order = shuffle.map(|seed| Permutation::new(seed, epoch, self.data.examples.count()));
        #[cfg(feature = "alloc")]
        if self.kernels.is_some() {
            return self.large_batches(learning_rate, order.as_ref(), monitor);
        }
        if self.batch == 1 && clip_norm.is_none() {
            self.learner.epoch(learning_rate, order.as_ref(), monitor)
        } else {
            self.small_batches(learning_rate, order.as_ref(), monitor)
        }
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

    /// An update after every batch, whose examples are computed one by one.
    fn small_batches(
        &mut self,
        learning_rate: T,
        order: Option<&Permutation>,
        mut monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        let Self { learner, data, batch, .. } = self;
        for places in batches(data.examples.count(), *batch) {
            let (count, last) = (places.len(), places.end - 1);
            learner.sum_gradients(places, order, monitor.as_deref_mut())?;
            step(*learner, data, count, learning_rate);
            if let Some(monitor) = &monitor {
                monitor.update(Permutation::index_in(order, last), *learner)?;
            }
        }
        Ok(())
    }

    /// An update after every batch, in the kernels.
    #[cfg(feature = "alloc")]
    fn large_batches(
        &mut self,
        learning_rate: T,
        order: Option<&Permutation>,
        mut monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
        let Self { learner, data, batch, kernels: Some(kernels) } = self else { return Ok(()) };
        for places in batches(data.examples.count(), *batch) {
            let (count, last) = (places.len(), places.end - 1);
            let selection = ExampleBatch { examples: data.examples, order, places };
            let mut fault = Ok(());
            let mut on_predictions = monitor.as_deref_mut().map(|monitor| {
                let (selection, fault) = (&selection, &mut fault);
                move |places: Range<usize>, lines: &[T]| {
                    selection.losses(places, lines, |index, loss| {
                        if fault.is_ok() {
                            *fault = monitor.example(index, loss);
                        }
                    });
                }
            });
            let on_predictions =
                on_predictions.as_mut().map(|on_predictions| on_predictions as PredictionCallback<'_, T>);
            let (parameters, sum) = learner.parameters_and_sum();
            kernels.pass(parameters, &selection, on_predictions, Some(sum), data.settings.reproducible);
            fault?;
            step(*learner, data, count, learning_rate);
            if let Some(monitor) = &monitor {
                monitor.update(Permutation::index_in(order, last), *learner)?;
            }
        }
        Ok(())
    }

    /// Repeats epochs in which something went wrong, says what it was, and leaves the learner as it was after the last
    /// good one.
    fn find_fault(&mut self, epochs: RangeInclusive<usize>) -> TrainError {
        let last = *epochs.end();
        for epoch in epochs {
            self.learner.keep();
            if let Err(error) = self.epoch(epoch, Some(&mut LossMonitor::searching_for_fault(epoch))) {
                self.learner.go_back();
                return error;
            }
        }
        // Only an activation or a loss that is no function of its arguments gets here.
        TrainError::Loss { epoch: last, example: self.data.examples.count() - 1 }
    }
}

/// The places of each batch in the order of an epoch.
fn batches(examples: usize, size: usize) -> impl Iterator<Item = Range<usize>> {
    (0..examples).step_by(size).map(move |first| first..examples.min(first + size))
}

/// Learns from the mean of so many gradients, whose sum the learner has.
fn step<T: Scalar>(
    learner: &mut (impl Learner<T> + ?Sized),
    data: &TrainingData<'_, T>,
    count: usize,
    learning_rate: T,
) {
    let (_, sum) = learner.parameters_and_sum();
    let count = T::from_f64(float(count));
    for sum in &mut *sum {
        *sum = *sum / count;
    }
    if let Some(length) = data.settings.clip_norm {
        clip_norm(sum, T::from_f64(length));
    }
    learner.step(learning_rate);
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
