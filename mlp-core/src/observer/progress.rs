//! A line in the terminal that shows how far a training is.

use std::fmt;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressFinish, ProgressState, ProgressStyle};

use crate::number::Decimals;
use crate::{Epoch, Network, Observer, Scalar, StopReason};

/// How often the line changes.
const INTERVAL: Duration = Duration::from_millis(100);

const TEMPLATE: &str = "{bar:24} epoch {pos} of {len}, {msg}{rate}, {eta} left";

/// Shows on standard error how far a training is: the epoch, the loss, the validation loss if there is one, how many
/// epochs it makes in a second, and how long it will take. If standard error is no terminal, it shows nothing.
///
/// ```
/// use mlp_core::observer::Progress;
/// use mlp_core::{GradientDescent, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let mut net = Net { w11: 0.1, b1: 0.2 };
/// Trainer::new(GradientDescent::new(0.5)).epochs(500).observe(Progress::new()).fit(&mut net, &[([0.5], [0.8])])?;
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    shown: Option<Instant>,
    latest: Option<State>,
}

/// The numbers of an epoch that the line shows.
#[derive(Clone, Copy, Debug)]
struct State {
    trained: usize,
    epochs: usize,
    loss: f64,
    validation_loss: Option<f64>,
}

impl Progress {
    /// Nothing is shown until the training starts.
    #[must_use]
    pub fn new() -> Self {
        Self { bar: ProgressBar::hidden(), shown: None, latest: None }
    }

    fn show(&mut self) {
        if let Some(state) = self.latest.take() {
            self.bar.set_length(state.epochs as u64);
            self.bar.set_message(state.losses() + ", ");
            self.bar.set_position(state.trained as u64);
        }
    }
}

impl State {
    fn losses(&self) -> String {
        let Self { loss, validation_loss, .. } = self;
        let validation_loss = validation_loss.map(|loss| format!(", validation loss {}", Decimals(loss)));
        format!("loss {}{}", Decimals(*loss), validation_loss.unwrap_or_default())
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

/// The last epoch is shown, whatever ended the training.
impl Drop for Progress {
    fn drop(&mut self) {
        self.show();
    }
}

impl<N: Network> Observer<N> for Progress {
    fn start(&mut self, _network: &N) {
        // The template is right, so the default style never takes its place.
        let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.with_key("rate", |state: &ProgressState, line: &mut dyn fmt::Write| {
            // Nobody reads the error: the line is shown or not.
            let _ = write!(line, "{:.0} a second", state.per_sec());
        });
        self.bar = ProgressBar::no_length().with_style(style).with_finish(ProgressFinish::Abandon);
        (self.shown, self.latest) = (None, None);
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        let trained = epoch.number + 1;
        self.latest = Some(State {
            trained,
            epochs: epoch.epochs.max(trained),
            loss: epoch.loss.to_f64(),
            validation_loss: epoch.validation_loss.map(Scalar::to_f64),
        });
        if trained == epoch.epochs || self.shown.is_none_or(|shown| shown.elapsed() >= INTERVAL) {
            self.shown = Some(Instant::now());
            self.show();
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_right() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }

    #[test]
    fn the_line_shows_the_losses() {
        let state = State { trained: 1, epochs: 2, loss: 0.25, validation_loss: None };
        assert_eq!(state.losses(), "loss 0.2500");
        assert_eq!(State { validation_loss: Some(0.5), ..state }.losses(), "loss 0.2500, validation loss 0.5000");
    }
}
