//! One update: the gradients of a batch, what settings make of them, and the parameters afterwards.

use core::ops::Range;

#[cfg(feature = "alloc")]
use super::TrainingData;
use super::{EpochPlan, TrainingLoop};
use crate::batch;
#[cfg(feature = "alloc")]
use crate::batch::ExampleBatch;
use crate::trainer::Learner;
use crate::trainer::clip::clip_norm;
use crate::trainer::loss_monitor::LossMonitor;
#[cfg(feature = "alloc")]
use crate::trainer::{
    Masks,
    frozen::{self, Frozen},
    max_norm,
};
use crate::{Scalar, TrainError};

impl<T: Scalar, L: Learner<T> + ?Sized> TrainingLoop<'_, T, L> {
    /// Whether kernels compute the batches.
    pub(super) fn has_kernels(&self) -> bool {
        #[cfg(feature = "alloc")]
        if self.dropout.is_some() {
            return true;
        }
        batch::uses_kernels(self.batch_size)
    }

    pub(super) fn learning_rate(&self, epoch: usize) -> Result<T, TrainError> {
        self.data.settings.learning_rate(self.learner.learning_rate(), self.learning_rate, epoch)
    }

    /// Leaves the sum of a batch's gradients with the learner. The kernels compute it if the batch is large enough or has
    /// dropout, otherwise the learner does, example by example.
    pub(super) fn sum_gradients(
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
    pub(super) fn changes_the_step(&self) -> bool {
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
    pub(super) fn mean_gradient(
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
    pub(super) fn constrain(&mut self) {
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
    pub(super) fn update(&mut self, learning_rate: T) {
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
}
