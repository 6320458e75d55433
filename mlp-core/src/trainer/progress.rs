//! How far a training is: everything that goes on and does not depend on the types of network and optimizer.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;
#[cfg(feature = "std")]
use std::time::{Duration, Instant};

#[cfg(feature = "std")]
use super::Settings;
#[cfg(feature = "alloc")]
use super::frozen::Frozen;
use super::stop_criteria::EpochLoss;
use super::{Outcome, StopReason};
use crate::Scalar;
#[cfg(feature = "alloc")]
use crate::{batch::BatchKernels, network::ErasedArchitecture, simd::Backend};

/// How far a training is.
pub struct Progress<T> {
    /// Whether the observers know that the training has started.
    pub(super) has_started: bool,
    /// The number of epochs trained.
    pub(super) epochs: usize,
    /// With patience, the epoch with the lowest loss so far.
    pub(crate) best: Option<EpochLoss<T>>,
    /// The losses of the last epoch that was looked at, and why the training ended with it, if it did.
    pub(super) last: Option<(EpochLoss<T>, Option<StopReason>)>,
    /// The time spent in the training, up to the last reading of the clock. It counts only if there is a time limit.
    #[cfg(feature = "std")]
    pub(super) elapsed: Duration,
    /// When the clock was started or read last.
    #[cfg(feature = "std")]
    clock: Option<Instant>,
    /// Made for the first batch that is large enough.
    #[cfg(feature = "alloc")]
    pub(super) kernels: Option<Box<dyn BatchKernels<T>>>,
    /// The number of single steps, which belong to no epoch. Each has dropout of its own.
    #[cfg(feature = "alloc")]
    pub(super) steps: usize,
    /// The parameters that do not move, once a piece has begun.
    #[cfg(feature = "alloc")]
    pub(super) frozen: Option<Frozen<T>>,
    /// The number of examples of all processes, if several train.
    #[cfg(feature = "alloc")]
    pub(super) all_examples: Option<usize>,
}

impl<T: Scalar> Progress<T> {
    /// Before the first epoch.
    pub(crate) const fn new() -> Self {
        Self {
            has_started: false,
            epochs: 0,
            best: None,
            last: None,
            #[cfg(feature = "std")]
            elapsed: Duration::ZERO,
            #[cfg(feature = "std")]
            clock: None,
            #[cfg(feature = "alloc")]
            kernels: None,
            #[cfg(feature = "alloc")]
            steps: 0,
            #[cfg(feature = "alloc")]
            frozen: None,
            #[cfg(feature = "alloc")]
            all_examples: None,
        }
    }

    /// Starts the clock at the beginning of a piece, if there is a time limit.
    #[cfg(feature = "std")]
    pub(super) fn start_clock(&mut self, settings: &Settings) {
        self.clock = settings.time_limit.map(|_| Instant::now());
    }

    /// The time spent in all pieces.
    #[cfg(feature = "std")]
    pub(super) fn read_clock(&mut self) -> Duration {
        if let Some(clock) = &mut self.clock {
            let now = Instant::now();
            self.elapsed += now.duration_since(*clock);
            *clock = now;
        }
        self.elapsed
    }

    /// Makes the kernels, or lets those there are forget the examples of earlier calls.
    #[cfg(feature = "alloc")]
    pub(super) fn prepare_kernels(&mut self, architecture: ErasedArchitecture<T>, reproducible: bool) {
        match &mut self.kernels {
            Some(kernels) => kernels.forget_examples(),
            kernels => *kernels = Some(T::kernels(architecture, Backend::detect(reproducible))),
        }
    }

    /// The number of examples that the training learns from, if this process has `own` of them.
    #[cfg_attr(not(feature = "alloc"), allow(clippy::unused_self, reason = "without `alloc` there is one process"))]
    pub(super) fn examples(&self, own: usize) -> usize {
        #[cfg(feature = "alloc")]
        let own = self.all_examples.unwrap_or(own);
        own
    }

    /// Records the end of an epoch.
    pub(crate) fn end_epoch(&mut self, losses: EpochLoss<T>, stop_reason: Option<StopReason>) {
        self.epochs = losses.number + 1;
        self.last = Some((losses, stop_reason.or(self.stop_reason())));
    }

    fn stop_reason(&self) -> Option<StopReason> {
        self.last.and_then(|(_, stop_reason)| stop_reason)
    }

    /// The outcome, if the training has ended before its number of epochs.
    pub(super) fn end(&self) -> Option<Outcome<T>> {
        self.stop_reason().and(self.outcome())
    }

    /// The outcome so far; `None` before the first epoch.
    pub(super) fn outcome(&self) -> Option<Outcome<T>> {
        self.last.map(|(losses, _)| self.outcome_of(losses))
    }

    /// The outcome if the last epoch had these losses.
    pub(super) fn outcome_of(&self, EpochLoss { loss, validation_loss, .. }: EpochLoss<T>) -> Outcome<T> {
        Outcome {
            epochs: self.epochs,
            loss,
            validation_loss,
            best_epoch: self.best.map(|best| best.number),
            stop_reason: self.stop_reason().unwrap_or(StopReason::Epochs),
        }
    }

    /// The outcome of the whole training. With patience it describes the best epoch instead of the last.
    pub(crate) fn final_outcome(&self) -> Option<Outcome<T>> {
        let outcome = self.outcome()?;
        Some(match self.best {
            Some(EpochLoss { loss, validation_loss, .. }) => Outcome { loss, validation_loss, ..outcome },
            None => outcome,
        })
    }
}
