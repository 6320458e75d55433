//! What ends a training before its last epoch: an observer, as a user's own is.

use core::ops::ControlFlow;
#[cfg(feature = "std")]
use std::time::{Duration, Instant};

use super::{Outcome, Settings, Stop};
use crate::{Epoch, Network, Observer, Scalar as _};

/// What a trainer may be told to stop at.
pub(super) struct Limits<N: Network> {
    target_loss: Option<f64>,
    patience: Option<Patience<N>>,
    #[cfg(feature = "std")]
    time: Option<(Instant, Duration)>,
    /// Whether there is any: asked before every epoch.
    any: bool,
}

impl<N: Network> Limits<N> {
    pub(super) fn new(settings: &Settings) -> Self {
        let any = settings.target_loss.is_some() || settings.patience.is_some();
        #[cfg(feature = "std")]
        let any = any || settings.time_limit.is_some();
        Self {
            target_loss: settings.target_loss,
            patience: settings.patience.map(Patience::new),
            #[cfg(feature = "std")]
            time: settings.time_limit.map(|limit| (Instant::now(), limit)),
            any,
        }
    }

    /// With patience, gives the network the best parameters, and tells of them instead of the last ones.
    pub(super) fn restore_best(self, network: &mut N, outcome: Outcome<N::Scalar>) -> Outcome<N::Scalar> {
        match self.patience.and_then(|patience| patience.best) {
            Some(Best { epoch, loss, validation_loss, network: best }) => {
                *network = best;
                Outcome { loss, validation_loss, best_epoch: Some(epoch), ..outcome }
            }
            None => outcome,
        }
    }
}

impl<N: Network> Observer<N> for Limits<N> {
    fn start(&mut self, network: &N) {
        if let Some(patience) = &mut self.patience {
            patience.before = Some(network.clone());
        }
    }

    fn wants(&self, _epoch: usize) -> bool {
        self.any
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<Stop> {
        // Patience looks at every epoch, also at the one that reaches the target.
        let exhausted = self.patience.as_mut().is_some_and(|patience| patience.is_exhausted(epoch));
        if self.target_loss.is_some_and(|target| epoch.loss.to_f64() <= target) {
            return ControlFlow::Break(Stop::TargetLoss);
        }
        if exhausted {
            return ControlFlow::Break(Stop::Patience);
        }
        #[cfg(feature = "std")]
        if self.time.is_some_and(|(start, limit)| start.elapsed() > limit) {
            return ControlFlow::Break(Stop::TimeLimit);
        }
        ControlFlow::Continue(())
    }
}

/// Notices when training no longer gets better, and remembers where it was best.
struct Patience<N: Network> {
    epochs: usize,
    best: Option<Best<N>>,
    /// The network as the epoch under way began: that is what a training loss belongs to. A validation loss belongs to
    /// the network after the epoch.
    before: Option<N>,
}

struct Best<N: Network> {
    epoch: usize,
    loss: N::Scalar,
    validation_loss: Option<N::Scalar>,
    network: N,
}

impl<N: Network> Best<N> {
    /// What is compared.
    fn judged(&self) -> N::Scalar {
        self.validation_loss.unwrap_or(self.loss)
    }
}

impl<N: Network> Patience<N> {
    const fn new(epochs: usize) -> Self {
        Self { epochs, best: None, before: None }
    }

    /// Looks at an epoch.
    fn is_exhausted(&mut self, epoch: &Epoch<'_, N>) -> bool {
        let before = self.before.replace(epoch.network.clone());
        let network = if epoch.validation_loss.is_some() { None } else { before };
        let candidate = Best {
            epoch: epoch.number,
            loss: epoch.loss,
            validation_loss: epoch.validation_loss,
            network: network.unwrap_or_else(|| epoch.network.clone()),
        };
        // A validation loss may be infinite or NaN, which is no improvement.
        let better = self.best.as_ref().is_none_or(|best| candidate.judged() < best.judged());
        if better && candidate.judged().is_finite() {
            self.best = Some(candidate);
            return false;
        }
        let without = self.best.as_ref().map_or(epoch.number + 1, |best| epoch.number - best.epoch);
        without >= self.epochs
    }
}
