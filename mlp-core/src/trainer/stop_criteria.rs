//! Stop criteria: target loss, patience and time limit. Observers can also stop a training.

use core::ops::ControlFlow;
#[cfg(feature = "std")]
use std::time::Duration;

use super::progress::Progress;
use super::{Settings, StopReason};
use crate::Scalar;

/// The stop criteria of a trainer.
pub(crate) struct StopCriteria<T> {
    target_loss: Option<T>,
    patience: Option<Patience<T>>,
    #[cfg(feature = "std")]
    time_limit: Option<Duration>,
    /// Whether there is any criterion. If so, every epoch has to be looked at.
    pub(crate) any: bool,
}

impl<T: Scalar> StopCriteria<T> {
    pub(crate) fn new(settings: &Settings) -> Self {
        let any = settings.target_loss.is_some() || settings.patience.is_some();
        #[cfg(feature = "std")]
        let any = any || settings.time_limit.is_some();
        Self {
            target_loss: settings.target_loss.map(T::from_f64),
            patience: settings.patience.map(|epochs| Patience { epochs, min_delta: T::from_f64(settings.min_delta) }),
            #[cfg(feature = "std")]
            time_limit: settings.time_limit,
            any,
        }
    }

    /// Checks the criteria after an epoch. `keep_best` saves the best parameters so far: those before the epoch if its
    /// argument is true, otherwise those after it.
    pub(crate) fn after_epoch(
        &mut self,
        epoch: EpochLoss<T>,
        progress: &mut Progress<T>,
        keep_best: impl FnOnce(bool),
    ) -> ControlFlow<StopReason> {
        // Patience must see every epoch, even the one that reaches the target, because it records the best.
        let exhausted =
            self.patience.is_some_and(|patience| patience.is_exhausted(epoch, &mut progress.best, keep_best));
        if self.target_loss.is_some_and(|target| epoch.loss <= target) {
            return ControlFlow::Break(StopReason::TargetLoss);
        }
        if exhausted {
            return ControlFlow::Break(StopReason::Patience);
        }
        #[cfg(feature = "std")]
        if self.time_limit.is_some_and(|limit| progress.read_clock() > limit) {
            return ControlFlow::Break(StopReason::TimeLimit);
        }
        ControlFlow::Continue(())
    }
}

/// The losses of an epoch.
#[derive(Clone, Copy)]
pub struct EpochLoss<T> {
    pub(crate) number: usize,
    pub(crate) loss: T,
    pub(crate) validation_loss: Option<T>,
}

impl<T: Scalar> EpochLoss<T> {
    /// The loss that patience compares: the validation loss if there is one.
    fn decisive(&self) -> T {
        self.validation_loss.unwrap_or(self.loss)
    }
}

/// Detects when the loss no longer improves.
#[derive(Clone, Copy)]
struct Patience<T> {
    epochs: usize,
    /// How much lower a loss must be.
    min_delta: T,
}

impl<T: Scalar> Patience<T> {
    /// Records an epoch, and tells whether there have been too many without an improvement. Keeps the best network.
    fn is_exhausted(self, epoch: EpochLoss<T>, best: &mut Option<EpochLoss<T>>, keep_best: impl FnOnce(bool)) -> bool {
        // A validation loss may be infinite or NaN. That is not an improvement.
        let better = best.is_none_or(|best| epoch.decisive() < best.decisive() - self.min_delta);
        if better && epoch.decisive().is_finite() {
            // A training loss belongs to the network before the epoch, a validation loss to the network after it.
            keep_best(epoch.validation_loss.is_none());
            *best = Some(epoch);
            return false;
        }
        let without = best.map_or(epoch.number + 1, |best| epoch.number - best.number);
        without >= self.epochs
    }
}
