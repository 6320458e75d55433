//! All examples of a training as one function of the parameters, for optimizers that make an epoch by themselves.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use super::loss_monitor::LossMonitor;
use super::{Penalty, checks, frozen};
use crate::batch::{self, BatchKernels, ErasedExamples, ExampleBatch, JacobianKernels};
use crate::least_squares::Workspace;
use crate::network::ErasedArchitecture;
use crate::sample_weights::SampleWeights;
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
    pub(super) weights: Option<SampleWeights<'a>>,
    pub(super) penalty: Option<&'a Penalty>,
    /// The places of the frozen parameters.
    pub(super) frozen: &'a [Range<usize>],
    pub(super) kernels: &'a mut dyn BatchKernels<T>,
    /// The number of the epoch.
    pub(super) epoch: usize,
    pub(super) reproducible: bool,
    pub(super) memo: &'a mut Memo<T>,
    /// Receives the losses at the place where the epoch starts.
    pub(super) monitor: &'a mut LossMonitor<T>,
}

/// Kept from one epoch to the next within a piece: the last place where the loss was computed, because an epoch often starts
/// where the one before has looked last, and the workspace of least squares.
pub(super) struct Memo<T> {
    parameters: Vec<T>,
    gradient: Vec<T>,
    losses: LossMonitor<T>,
    least_squares: Option<Box<Workspace<T>>>,
}

impl<T: Scalar> Memo<T> {
    pub(super) const fn new() -> Self {
        Self { parameters: Vec::new(), gradient: Vec::new(), losses: LossMonitor::new(), least_squares: None }
    }

    /// Keeps the losses at a place.
    fn keep(&mut self, parameters: &[T], losses: LossMonitor<T>) {
        self.parameters.clear();
        self.parameters.extend_from_slice(parameters);
        self.losses = losses;
    }
}

impl<T: Scalar> FullBatch<'_, T> {
    pub(crate) const fn architecture(&self) -> ErasedArchitecture<T> {
        self.architecture
    }

    /// The number of examples.
    pub(crate) fn count(&self) -> usize {
        self.examples.count()
    }

    /// The number of examples whose weight is above 0.
    pub(crate) fn count_above_zero(&self) -> usize {
        self.weights.map_or(self.count(), |weights| weights.count_above_zero())
    }

    /// The places of the parameters that must not move.
    pub(crate) fn frozen(&self) -> impl Iterator<Item = usize> + Clone + use<'_, T> {
        self.frozen.iter().cloned().flatten()
    }

    /// An error that names the first of these derivatives that is infinite or NaN.
    pub(crate) fn check_derivatives(&self, derivatives: &[T]) -> Result<(), TrainError> {
        match checks::parameter_not_finite(self.architecture.layers, derivatives) {
            Some(parameter) => Err(TrainError::Derivative { epoch: self.epoch, parameter }),
            None => Ok(()),
        }
    }

    /// Takes the workspace of least squares, which the epoch should [put back](Self::put_back).
    pub(crate) fn take_workspace(&mut self) -> Box<Workspace<T>> {
        let kept = self.memo.least_squares.take();
        kept.unwrap_or_else(|| Box::new(Workspace::new(self.architecture, Backend::detect(self.reproducible))))
    }

    pub(crate) fn put_back(&mut self, workspace: Box<Workspace<T>>) {
        self.memo.least_squares = Some(workspace);
    }

    /// The mean loss where the epoch starts, and the products of the derivatives of the errors.
    ///
    /// # Errors
    ///
    /// If it is not finite. The example is the right one if the epoch searches for such a fault.
    pub(crate) fn products_at_start(
        &mut self,
        kernels: &mut dyn JacobianKernels<T>,
        parameters: &[T],
        products: &mut [T],
    ) -> Result<T, TrainError> {
        let Self { examples, weights, monitor, memo, .. } = self;
        let batch = ExampleBatch::whole(*examples, *weights);
        if memo.parameters == parameters && monitor.repeat(&memo.losses) {
            kernels.pass(parameters, &batch, None, Some(products));
        } else {
            monitor.add_squares(kernels, parameters, &batch, Some(products))?;
        }
        self.loss_of_monitor()
    }

    /// The mean loss elsewhere, for least squares.
    pub(crate) fn loss(&mut self, kernels: &mut dyn JacobianKernels<T>, parameters: &[T]) -> T {
        let (batch, mut monitor) = (ExampleBatch::whole(self.examples, self.weights), LossMonitor::new());
        // Only a monitor that searches for a fault finds one.
        let _ = monitor.add_squares(kernels, parameters, &batch, None);
        let loss = monitor.mean(self.count());
        self.memo.keep(parameters, monitor);
        loss
    }

    /// The mean loss and its gradient where the epoch starts.
    ///
    /// # Errors
    ///
    /// If it is not finite. The example is the right one if the epoch searches for such a fault.
    pub(crate) fn gradient_at_start(&mut self, parameters: &[T], gradient: &mut [T]) -> Result<T, TrainError> {
        if self.memo.parameters == parameters && self.monitor.repeat(&self.memo.losses) {
            gradient.copy_from_slice(&self.memo.gradient);
            self.penalise_monitor(parameters, None)?;
            return self.loss_of_monitor();
        }
        let batch = ExampleBatch::whole(self.examples, self.weights);
        self.monitor.add_batch(self.kernels, parameters, &batch, Some(gradient))?;
        batch::divide(gradient, self.count());
        self.penalise_monitor(parameters, Some(gradient))?;
        frozen::clear(self.frozen, gradient);
        self.loss_of_monitor()
    }

    /// Adds the penalty on weights to the losses, and its derivatives to the gradient.
    fn penalise_monitor(&mut self, parameters: &[T], gradient: Option<&mut [T]>) -> Result<(), TrainError> {
        let Some(penalty) = self.penalty else { return Ok(()) };
        let penalty = penalty.add(self.architecture.layers, parameters, gradient);
        self.monitor.add_loss(self.count() - 1, penalty * T::from_count(self.count()))
    }

    /// The mean loss where the epoch starts.
    fn loss_of_monitor(&self) -> Result<T, TrainError> {
        let loss = self.monitor.mean(self.count());
        // An epoch that searches for the fault then names the example.
        if loss.is_finite() { Ok(loss) } else { Err(TrainError::LossAtStart { epoch: self.epoch, example: 0 }) }
    }

    /// The mean loss and its gradient elsewhere.
    pub(crate) fn gradient(&mut self, parameters: &[T], gradient: &mut [T]) -> T {
        let (batch, mut monitor) = (ExampleBatch::whole(self.examples, self.weights), LossMonitor::new());
        // Only a monitor that searches for a fault finds one.
        let _ = monitor.add_batch(self.kernels, parameters, &batch, Some(gradient));
        batch::divide(gradient, self.count());
        let mut loss = monitor.mean(self.count());
        if let Some(penalty) = self.penalty {
            loss += penalty.add(self.architecture.layers, parameters, Some(gradient));
        }
        frozen::clear(self.frozen, gradient);
        self.memo.keep(parameters, monitor);
        self.memo.gradient.clear();
        self.memo.gradient.extend_from_slice(gradient);
        loss
    }
}

impl TrainError {
    /// This error of an epoch, as an optimizer that learns from all examples at once names it.
    pub(super) fn of_full_batch(self) -> Self {
        match self {
            Self::Loss { epoch, example } => Self::LossAtStart { epoch, example },
            error => error,
        }
    }
}
