//! An observer that saves network and training while it trains.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::StopReason;
use super::saved::TRAINING;
use crate::{Epoch, Network, Observer, SaveError, persist};

/// An observer that saves network and training together every `n` epochs and at the end, in one file that is complete at
/// every moment.
///
/// The scalings of a [`Scaled`](crate::Scaled) or of a [`Model`](crate::Model) are not in it: keep them beside it, or fit
/// them again.
///
/// After a crash, `Net::load(path)` and [`Trainer::resume`](crate::Trainer::resume) continue from the last checkpoint, to the bits of an
/// undisturbed training.
///
/// ```
/// use mlp_core::trainer::Checkpoint;
/// use mlp_core::{Adam, Trainer, mlp};
///
/// mlp!(pub struct Line: 1 => identity(1));
/// let examples = [([0.0], [1.0]), ([1.0], [3.0])];
/// let path = std::env::temp_dir().join("checkpoint.json");
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// let mut checkpoint = Checkpoint::every(10, &path);
/// Trainer::new(Adam::new(0.1)).epochs(20).observe(&mut checkpoint).fit(&mut line, &examples)?;
/// checkpoint.result()?;
///
/// let mut resumed = Line::load(&path)?;
/// let mut training = Trainer::new(Adam::new(0.1)).epochs(20).resume(&path)?;
/// assert_eq!((training.epochs(), resumed), (20, line));
/// training.fit(&mut resumed, &examples)?;
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Checkpoint {
    every: usize,
    path: PathBuf,
    error: Option<SaveError>,
}

impl Checkpoint {
    /// Saves after every `n`th epoch, the first time after `n` epochs, and after the
    /// [last](crate::Observer::wants_last) one; with 0, only after the last.
    #[must_use]
    pub fn every(n: usize, path: impl Into<PathBuf>) -> Self {
        Self { every: n, path: path.into(), error: None }
    }

    /// Whether the last checkpoint was saved. A failure does not stop the training: it is printed on standard error, and
    /// the next checkpoint tries again.
    ///
    /// # Errors
    ///
    /// Why the last checkpoint could not be saved.
    pub fn result(self) -> Result<(), SaveError> {
        self.error.map_or(Ok(()), Err)
    }
}

impl<N: Network> Observer<N> for Checkpoint {
    fn wants(&self, epoch: usize) -> bool {
        epoch.wrapping_add(1).checked_rem(self.every) == Some(0)
    }

    fn wants_last(&self) -> bool {
        true
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        let saved = persist::describe(epoch.network).and_then(|mut sections| {
            sections.push((TRAINING.into(), epoch.training.describe()?));
            persist::write(&self.path, sections)
        });
        self.error = saved.err();
        if let Some(error) = &self.error {
            // If there is no standard error, `result` still tells.
            let _ = writeln!(std::io::stderr(), "the checkpoint after epoch {} failed: {error:?}", epoch.number);
        }
        ControlFlow::Continue(())
    }
}
