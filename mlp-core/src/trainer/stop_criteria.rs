//! What ends a training before its last epoch, beside the observers.

use core::ops::ControlFlow;
#[cfg(feature = "std")]
use std::time::{Duration, Instant};

use super::{Learner, Outcome, Settings, StopReason};
use crate::Scalar;

/// What a trainer may be told to stop at.
pub(super) struct StopCriteria<T> {
    target_loss: Option<f64>,
    patience: Option<Patience<T>>,
    #[cfg(feature = "std")]
    time: Option<(Instant, Duration)>,
    /// Whether there is any: asked before every epoch.
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

    /// Looks at an epoch. The learner keeps the network as the epoch began.
    pub(super) fn after_epoch(
        &mut self,
        epoch: EpochLoss<T>,
        learner: &mut (impl Learner<T> + ?Sized),
    ) -> ControlFlow<StopReason> {
        // Patience looks at every epoch, also at the one that reaches the target.
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

    /// With patience, gives the network the best parameters, and tells of them instead of the last ones.
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
    /// What is compared.
    fn decisive(&self) -> T {
        self.validation_loss.unwrap_or(self.loss)
    }
}

/// Notices when training no longer gets better, and has the learner remember where it was best.
struct Patience<T> {
    epochs: usize,
    best: Option<EpochLoss<T>>,
}

impl<T: Scalar> Patience<T> {
    /// Looks at an epoch.
    fn is_exhausted(&mut self, epoch: EpochLoss<T>, learner: &mut (impl Learner<T> + ?Sized)) -> bool {
        // A validation loss may be infinite or NaN, which is no improvement.
        let better = self.best.is_none_or(|best| epoch.decisive() < best.decisive());
        if better && epoch.decisive().is_finite() {
            // A training loss belongs to the network as the epoch began, a validation loss to the one after it.
            learner.keep_best(epoch.validation_loss.is_none());
            self.best = Some(epoch);
            return false;
        }
        let without = self.best.map_or(epoch.number + 1, |best| epoch.number - best.number);
        without >= self.epochs
    }
}
