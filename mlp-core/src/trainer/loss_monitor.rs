//! Sums up the losses of an epoch, and finds the first number that is not finite.

#[cfg(feature = "alloc")]
use core::ops::Range;

use super::{Learner, checks};
#[cfg(feature = "alloc")]
use crate::batch::{BatchKernels, ExampleBatch, JacobianKernels};
use crate::math::CompensatedSum;
use crate::{Scalar, TrainError};

/// Watches an epoch: sums up the losses, and on request finds the first loss or parameter that is not finite.
pub struct LossMonitor<T> {
    /// The sum of the losses so far.
    sum: CompensatedSum<T>,
    /// The number of the epoch, if the monitor searches for a fault.
    searched_epoch: Option<usize>,
    /// The number of updates checked.
    pub(super) updates: usize,
}

impl<T: Scalar> LossMonitor<T> {
    pub(crate) const fn new() -> Self {
        Self { sum: CompensatedSum::ZERO, searched_epoch: None, updates: 0 }
    }

    pub(super) const fn searching_for_fault(epoch: usize) -> Self {
        Self { sum: CompensatedSum::ZERO, searched_epoch: Some(epoch), updates: 0 }
    }

    /// Takes the losses from another monitor that has seen the same examples, unless this one searches for a fault.
    #[cfg(feature = "alloc")]
    pub(super) const fn repeat(&mut self, other: &Self) -> bool {
        if self.searched_epoch.is_none() {
            self.sum = other.sum;
        }
        self.searched_epoch.is_none()
    }

    /// The sum of the losses so far.
    #[cfg(feature = "alloc")]
    pub(super) const fn total(&self) -> T {
        self.sum.total()
    }

    /// The mean of the losses so far.
    pub(crate) fn mean(&self, examples: usize) -> T {
        self.sum.total() / T::from_count(examples)
    }

    /// Adds the loss of an example, computed before its update.
    pub(super) fn add_loss(&mut self, example: usize, loss: T) -> Result<(), TrainError> {
        self.sum.add(loss);
        match self.searched_epoch {
            Some(epoch) if !self.sum.total().is_finite() => Err(TrainError::Loss { epoch, example }),
            _ => Ok(()),
        }
    }

    /// Adds the losses of a batch at these parameters. The kernels write the sum of the gradients into `sum`, if it is
    /// there.
    #[cfg(feature = "alloc")]
    pub(crate) fn add_batch(
        &mut self,
        kernels: &mut dyn BatchKernels<T>,
        parameters: &[T],
        batch: &ExampleBatch<'_, T>,
        sum: Option<&mut [T]>,
    ) -> Result<(), TrainError> {
        let mut fault = Ok(());
        let mut on_outputs = |positions: Range<usize>, outputs: &[T]| {
            batch.losses(positions, outputs, |index, loss| {
                if fault.is_ok() {
                    fault = self.add_loss(index, loss);
                }
            });
        };
        kernels.pass(parameters, batch, Some(&mut on_outputs), sum);
        fault
    }

    /// The same for least squares. The kernels write the products of derivatives and errors, if there is a place for them.
    #[cfg(feature = "alloc")]
    pub(super) fn add_squares(
        &mut self,
        kernels: &mut dyn JacobianKernels<T>,
        parameters: &[T],
        batch: &ExampleBatch<'_, T>,
        products: Option<&mut [T]>,
    ) -> Result<(), TrainError> {
        let mut fault = Ok(());
        let mut on_losses = |positions: Range<usize>, losses: &[T]| {
            if fault.is_ok() {
                fault = self.add_losses(positions.start, losses);
            }
        };
        kernels.pass(parameters, batch, Some(&mut on_losses), products);
        fault
    }

    /// Adds the losses of consecutive examples.
    #[cfg(feature = "alloc")]
    fn add_losses(&mut self, first: usize, losses: &[T]) -> Result<(), TrainError> {
        if self.searched_epoch.is_none() {
            for &loss in losses {
                self.sum.add(loss);
            }
            return Ok(());
        }
        losses.iter().enumerate().try_for_each(|(offset, &loss)| self.add_loss(first + offset, loss))
    }

    /// Checks the parameters after an update, if it searches for a fault. `example` is the last one of the batch.
    #[allow(clippy::inline_always, reason = "an error that is passed on is copied, by a function of 300 bytes")]
    #[inline(always)]
    pub(super) fn check_parameters(
        &mut self,
        example: usize,
        learner: &mut (impl Learner<T> + ?Sized),
    ) -> Result<(), TrainError> {
        let Some(epoch) = self.searched_epoch else { return Ok(()) };
        if let Some(parameter) = checks::parameter_not_finite(learner.architecture().layers, learner.parameters()) {
            return Err(TrainError::Parameter { epoch, example, parameter });
        }
        self.updates += 1;
        Ok(())
    }
}
