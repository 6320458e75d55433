//! Report lines.

use std::io::Write as _;
use std::ops::ControlFlow;

use crate::{Epoch, Network, Observer, StopReason};

/// Prints an [`Epoch`]'s line on standard output every `n` epochs, starting with epoch 0.
///
/// [`Trainer::report_every`](crate::Trainer::report_every) adds this observer. Add it yourself to make it optional:
///
/// ```
/// use mlp_core::observer::Report;
/// use mlp_core::{GradientDescent, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let mut net = Net { w11: 0.1, b1: 0.2 };
/// let verbose = std::env::args().any(|argument| argument == "--verbose");
/// let report = verbose.then_some(Report::every(100));
/// Trainer::new(GradientDescent::new(0.5)).epochs(500).observe(report).fit(&mut net, &[([0.5], [0.8])])?;
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    every: usize,
    decimals: Option<usize>,
}

impl Report {
    /// Reports every `n` epochs; with 0, none.
    #[must_use]
    pub const fn every(n: usize) -> Self {
        Self { every: n, decimals: None }
    }

    /// Shows every number with this many digits after the point, also where they are all 0. By default there are four,
    /// and a smaller number is written `2.1e-5`.
    #[must_use]
    pub const fn decimals(mut self, digits: usize) -> Self {
        self.decimals = Some(digits);
        self
    }
}

impl<N: Network> Observer<N> for Report {
    fn wants(&self, epoch: usize) -> bool {
        epoch.checked_rem(self.every) == Some(0)
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        // A closed pipe is no reason to lose the training: what cannot be written is dropped.
        let _ = match self.decimals {
            Some(digits) => writeln!(std::io::stdout(), "{epoch:.digits$}"),
            None => writeln!(std::io::stdout(), "{epoch}"),
        };
        ControlFlow::Continue(())
    }
}
