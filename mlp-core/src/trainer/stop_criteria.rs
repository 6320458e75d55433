//! Stop criteria: target loss, patience and time limit. Observers can also stop a training.

use core::ops::ControlFlow;
#[cfg(feature = "std")]
use std::time::{Duration, Instant};

use super::{Learner, Outcome, Settings, StopReason};
use crate::Scalar;

/// The stop criteria of a trainer.
pub(super) struct StopCriteria<T> {
    target_loss: Option<f64>,
    patience: Option<Patience<T>>,
    #[cfg(feature = "std")]
    time: Option<(Instant, Duration)>,
    /// Whether there is any criterion. If so, every epoch has to be looked at.
    pub(super) any: bool,
}

impl<T: Scalar> StopCriteria<T> {
    pub(super) fn new(settings: &Settings) -> Self {
        let any = settings.target_loss.is_some() || settings.patience.is_some();
        #[cfg(feature = "std")]
        let any = any || settings.time_limit.is_some();
        Self {
            target_loss: settings.target_loss,
            patience: settings.patience.map(|epochs| Patience { epochs, best: None }),
            #[cfg(feature = "std")]
            time: settings.time_limit.map(|limit| (Instant::now(), limit)),
            any,
        }
    }

    /// Checks the criteria after an epoch. The learner's kept copy is the network before the epoch.
    pub(super) fn after_epoch(
        &mut self,
        epoch: EpochLoss<T>,
        learner: &mut (impl Learner<T> + ?Sized),
    ) -> ControlFlow<StopReason> {
        // Patience must see every epoch, even the one that reaches the target, because it records the best.
        let exhausted = self.patience.as_mut().is_some_and(|patience| patience.is_exhausted(epoch, learner));
        if self.target_loss.is_some_and(|target| epoch.loss.to_f64() <= target) {
            return ControlFlow::Break(StopReason::TargetLoss);
        }
        if exhausted {
            return ControlFlow::Break(StopReason::Patience);
        }
        #[cfg(feature = "std")]
        if self.time.is_some_and(|(start, limit)| start.elapsed() > limit) {
            return ControlFlow::Break(StopReason::TimeLimit);
        }
        ControlFlow::Continue(())
    }

    /// With patience, restores the best parameters. The outcome then describes the best epoch instead of the last.
    pub(super) fn restore_best(self, learner: &mut (impl Learner<T> + ?Sized), outcome: Outcome<T>) -> Outcome<T> {
        match self.patience.and_then(|patience| patience.best) {
            Some(EpochLoss { number, loss, validation_loss }) => {
                learner.restore_best();
                Outcome { loss, validation_loss, best_epoch: Some(number), ..outcome }
            }
            None => outcome,
        }
    }
}

/// The losses of an epoch.
#[derive(Clone, Copy)]
pub(super) struct EpochLoss<T> {
    pub(super) number: usize,
    pub(super) loss: T,
    pub(super) validation_loss: Option<T>,
}

impl<T: Scalar> EpochLoss<T> {
    /// The loss that patience compares: the validation loss if there is one.
    fn decisive(&self) -> T {
        self.validation_loss.unwrap_or(self.loss)
    }
}

/// Detects when the loss no longer improves, and makes the learner save the best network.
struct Patience<T> {
    epochs: usize,
    best: Option<EpochLoss<T>>,
}

impl<T: Scalar> Patience<T> {
    /// Records an epoch, and tells whether there have been too many without an improvement.
    fn is_exhausted(&mut self, epoch: EpochLoss<T>, learner: &mut (impl Learner<T> + ?Sized)) -> bool {
        // A validation loss may be infinite or NaN. That is not an improvement.
        let better = self.best.is_none_or(|best| epoch.decisive() < best.decisive());
        if better && epoch.decisive().is_finite() {
            // A training loss belongs to the network before the epoch, a validation loss to the network after it.
            learner.keep_best(epoch.validation_loss.is_none());
            self.best = Some(epoch);
            return false;
        }
        let without = self.best.map_or(epoch.number + 1, |best| epoch.number - best.number);
        without >= self.epochs
    }
}
