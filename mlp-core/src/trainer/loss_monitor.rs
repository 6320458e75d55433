//! Who looks on during an epoch.

use super::{Learner, checks};
use crate::{Scalar, TrainError};

/// Looks on during an epoch: adds up the losses, and may search for the first thing that is not finite.
pub struct LossMonitor<T> {
    /// The sum of the losses so far.
    pub(super) sum: T,
    /// The epoch in which it searches.
    searches: Option<usize>,
}

impl<T: Scalar> LossMonitor<T> {
    pub(super) const fn new() -> Self {
        Self { sum: T::ZERO, searches: None }
    }

    pub(super) const fn searching_for_fault(epoch: usize) -> Self {
        Self { sum: T::ZERO, searches: Some(epoch) }
    }

    /// Is told each loss, before its update.
    pub(super) fn example(&mut self, example: usize, loss: T) -> Result<(), TrainError> {
        self.sum += loss;
        match self.searches {
            Some(epoch) if !self.sum.is_finite() => Err(TrainError::Loss { epoch, example }),
            _ => Ok(()),
        }
    }

    /// Is shown the parameters after each update with its last example.
    pub(super) fn update(&self, example: usize, learner: &mut (impl Learner<T> + ?Sized)) -> Result<(), TrainError> {
        let Some(epoch) = self.searches else { return Ok(()) };
        match checks::parameter_not_finite(learner.network().layers, learner.parameters()) {
            Some(parameter) => Err(TrainError::Parameter { epoch, example, parameter }),
            None => Ok(()),
        }
    }
}
