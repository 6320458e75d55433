//! Who looks on during an epoch.

use super::{Learner, checks};
use crate::{Scalar, TrainError};

/// Looks on during an epoch: adds up the losses, and may search for the first thing that is not finite.
pub struct LossMonitor<T> {
    /// The sum of the losses so far.
    pub(super) sum: T,
    /// The epoch that it searches for a fault.
    searched_epoch: Option<usize>,
}

impl<T: Scalar> LossMonitor<T> {
    pub(super) const fn new() -> Self {
        Self { sum: T::ZERO, searched_epoch: None }
    }

    pub(super) const fn searching_for_fault(epoch: usize) -> Self {
        Self { sum: T::ZERO, searched_epoch: Some(epoch) }
    }

    /// Adds the loss of an example, computed before its update.
    pub(super) fn add_loss(&mut self, example: usize, loss: T) -> Result<(), TrainError> {
        self.sum += loss;
        match self.searched_epoch {
            Some(epoch) if !self.sum.is_finite() => Err(TrainError::Loss { epoch, example }),
            _ => Ok(()),
        }
    }

    /// Looks at the parameters after an update; `example` is the last one that it has learnt from.
    pub(super) fn check_parameters(
        &self,
        example: usize,
        learner: &mut (impl Learner<T> + ?Sized),
    ) -> Result<(), TrainError> {
        let Some(epoch) = self.searched_epoch else { return Ok(()) };
        match checks::parameter_not_finite(learner.network().layers, learner.parameters()) {
            Some(parameter) => Err(TrainError::Parameter { epoch, example, parameter }),
            None => Ok(()),
        }
    }
}
