//! All examples of a training as one function of the parameters, for optimizers that make an epoch by themselves.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use super::loss_monitor::LossMonitor;
use crate::batch::{self, BatchKernels, BatchSource, ErasedExamples, ExampleBatch, JacobianKernels};
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use crate::{Scalar, TrainError};

/// The result of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The parameters moved.
    Moved,
    /// No step lowers the loss any more.
    Converged,
}

/// The mean loss of all examples as a function of the parameters.
pub struct FullBatch<'a, T: 'static> {
    pub(super) architecture: ErasedArchitecture<T>,
    pub(super) examples: &'a dyn ErasedExamples<T>,
    pub(super) kernels: &'a mut dyn BatchKernels<T>,
    pub(super) reproducible: bool,
    pub(super) memo: &'a mut Memo<T>,
    /// Receives the losses at the place where the epoch starts.
    pub(super) monitor: &'a mut LossMonitor<T>,
}

/// Kept from one epoch to the next within a piece: the last place where the gradient was computed, because an
/// epoch often starts where the one before has looked last, and the kernels for least squares with their packed examples.
pub(super) struct Memo<T> {
    parameters: Vec<T>,
    gradient: Vec<T>,
    losses: LossMonitor<T>,
    jacobian: Option<Box<dyn JacobianKernels<T>>>,
}

impl<T: Scalar> Memo<T> {
    pub(super) const fn new() -> Self {
        Self { parameters: Vec::new(), gradient: Vec::new(), losses: LossMonitor::new(), jacobian: None }
    }
}

/// Computes something from the outputs of all examples, and tells the callback about them.
pub(crate) type Pass<'a, T> = &'a mut dyn FnMut(&dyn BatchSource<T>, &mut dyn FnMut(Range<usize>, &[T]));

impl<T: Scalar> FullBatch<'_, T> {
    pub(crate) const fn architecture(&self) -> ErasedArchitecture<T> {
        self.architecture
    }

    /// The number of examples.
    pub(crate) fn count(&self) -> usize {
        self.examples.count()
    }

    /// The backend for further kernels.
    pub(crate) fn backend(&self) -> Backend {
        Backend::detect(self.reproducible)
    }

    /// Takes the kernels for least squares, which the epoch should [put back](Self::put_back).
    pub(crate) fn take_jacobian(&mut self) -> Box<dyn JacobianKernels<T>> {
        let kept = self.memo.jacobian.take();
        kept.unwrap_or_else(|| T::jacobian_kernels(self.architecture, self.backend()))
    }

    pub(crate) fn put_back(&mut self, jacobian: Box<dyn JacobianKernels<T>>) {
        self.memo.jacobian = Some(jacobian);
    }

    /// The mean loss where the epoch starts, from the outputs that `pass` tells.
    ///
    /// # Errors
    ///
    /// If a loss is not finite and the epoch searches for such a fault.
    pub(crate) fn loss_at_start(&mut self, pass: Pass<'_, T>) -> Result<T, TrainError> {
        losses(self.examples, self.monitor, pass)?;
        Ok(self.monitor.mean(self.count()))
    }

    /// The mean loss elsewhere.
    pub(crate) fn loss(&self, pass: Pass<'_, T>) -> T {
        let mut monitor = LossMonitor::new();
        // Only a monitor that searches for a fault finds one.
        let _ = losses(self.examples, &mut monitor, pass);
        monitor.mean(self.count())
    }

    /// The mean loss and its gradient where the epoch starts.
    ///
    /// # Errors
    ///
    /// If a loss is not finite and the epoch searches for such a fault.
    pub(crate) fn gradient_at_start(&mut self, parameters: &[T], gradient: &mut [T]) -> Result<T, TrainError> {
        if self.memo.parameters == parameters && self.monitor.repeat(&self.memo.losses) {
            gradient.copy_from_slice(&self.memo.gradient);
            return Ok(self.monitor.mean(self.count()));
        }
        let kernels = &mut *self.kernels;
        losses(self.examples, self.monitor, &mut |source, on_outputs| {
            kernels.pass(parameters, source, Some(on_outputs), Some(gradient));
        })?;
        batch::divide(gradient, self.count());
        Ok(self.monitor.mean(self.count()))
    }

    /// The mean loss and its gradient elsewhere.
    pub(crate) fn gradient(&mut self, parameters: &[T], gradient: &mut [T]) -> T {
        let (kernels, mut monitor) = (&mut *self.kernels, LossMonitor::new());
        // Only a monitor that searches for a fault finds one.
        let _ = losses(self.examples, &mut monitor, &mut |source, on_outputs| {
            kernels.pass(parameters, source, Some(on_outputs), Some(gradient));
        });
        batch::divide(gradient, self.count());
        let loss = monitor.mean(self.examples.count());
        let memo = &mut *self.memo;
        memo.parameters.clear();
        memo.parameters.extend_from_slice(parameters);
        memo.gradient.clear();
        memo.gradient.extend_from_slice(gradient);
        memo.losses = monitor;
        loss
    }
}

/// Gives the monitor the losses of all examples.
fn losses<T: Scalar>(
    examples: &dyn ErasedExamples<T>,
    monitor: &mut LossMonitor<T>,
    pass: Pass<'_, T>,
) -> Result<(), TrainError> {
    let batch = ExampleBatch::whole(examples);
    monitor.add_batch(&batch, |on_outputs| pass(&batch, on_outputs))
}
