//! The epochs: which updates they make.

use core::ops::Range;

use super::{EpochPlan, TrainingLoop};
use crate::batch;
use crate::random::Permutation;
use crate::trainer::loss_monitor::LossMonitor;
#[cfg(feature = "alloc")]
use crate::trainer::{FullBatch, Step, TrainingData};
use crate::trainer::{Learner, Settings};
use crate::{Scalar, TrainError};

impl<T: Scalar, L: Learner<T> + ?Sized> TrainingLoop<'_, T, L> {
    /// Trains epochs that nobody looks at.
    pub(super) fn unwatched(&mut self, mut epochs: Range<usize>) -> Result<(), TrainError> {
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
    pub(super) fn full_batch_epoch(
        &mut self,
        number: usize,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
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
    pub(in crate::trainer) fn epoch(
        &mut self,
        number: usize,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
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
    pub(super) fn batches(
        &mut self,
        epoch: &EpochPlan<'_, T>,
        monitor: Option<&mut LossMonitor<T>>,
    ) -> Result<(), TrainError> {
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
}
