//! An epoch whose examples come in chunks.

use super::loss_monitor::LossMonitor;
use super::training_loop::TrainingLoop;
use super::{Learner, Outcome, Progress, TrainError, TrainingData, checks};
use crate::Scalar;

/// An epoch that comes in chunks.
pub struct ChunkedEpoch<T> {
    monitor: LossMonitor<T>,
    examples: usize,
    chunks: usize,
}

impl<T> ChunkedEpoch<T> {
    /// Whether there were no examples so far.
    pub(super) const fn is_empty(&self) -> bool {
        self.examples == 0
    }

    /// The update in which a fault was found.
    pub(super) const fn update_of_fault(&self) -> usize {
        self.monitor.updates
    }
}

/// Begins an epoch that comes in chunks; the outcome if the training has ended.
#[inline]
pub(crate) fn begin_chunks<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
) -> Result<ChunkedEpoch<T>, Outcome<T>> {
    if let Some(outcome) = progress.end() {
        return Err(outcome);
    }
    #[cfg(feature = "std")]
    progress.start_clock(data.settings);
    #[cfg(not(feature = "std"))]
    let _ = data;
    learner.keep();
    // A chunk cannot be replayed, so every update is checked.
    let monitor = LossMonitor::searching_for_fault(progress.epochs);
    Ok(ChunkedEpoch { monitor, examples: 0, chunks: 0 })
}

/// Learns from a chunk. After an error the learner holds the network from before the epoch.
#[inline]
pub(crate) fn chunk<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    epoch: &mut ChunkedEpoch<T>,
) -> Result<(), TrainError> {
    if data.examples.count() == 0 {
        return Ok(());
    }
    epoch.monitor.updates = 0;
    let number = progress.epochs;
    let result = checks::examples(learner, data, progress).and_then(|()| {
        learner.method().check_gradients("fit_chunks")?;
        let batch_size = data.settings.batch_size(learner.method(), data.examples.count())?;
        let mut training = TrainingLoop::new(learner, data, progress, batch_size);
        training.chunk = epoch.chunks;
        training.epoch(number, Some(&mut epoch.monitor))
    });
    if result.is_err() {
        learner.go_back();
    }
    epoch.examples += data.examples.count();
    epoch.chunks += 1;
    result
}

/// Ends an epoch that came in chunks and had examples.
#[inline]
pub(crate) fn end_chunks<T: Scalar, L: Learner<T> + ?Sized>(
    learner: &mut L,
    data: &TrainingData<'_, T>,
    progress: &mut Progress<T>,
    epoch: &ChunkedEpoch<T>,
) -> Outcome<T> {
    let (number, loss) = (progress.epochs, epoch.monitor.mean(epoch.examples));
    let outcome = TrainingLoop::new(learner, data, progress, 1).end_epoch(number, loss, true);
    #[cfg(feature = "std")]
    progress.read_clock();
    outcome
}
