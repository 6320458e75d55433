//! Observers: callbacks at the start of a training, after an epoch, and after an update.
//!
//! The report lines and the history are observers, and you can write your own. Observers compose without an allocator:
//! [`Trainer::observe`](crate::Trainer::observe) pairs the observers so far with the new one.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! use mlp_core::{Epoch, GradientDescent, Network, Observer, StopReason, Trainer, mlp};
//!
//! /// Stops training as soon as the loss is small enough.
//! struct GoodEnough(f64);
//!
//! impl<N: Network<Scalar = f64>> Observer<N> for GoodEnough {
//!     fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
//!         if epoch.loss < self.0 { ControlFlow::Break(StopReason::Observer) } else { ControlFlow::Continue(()) }
//!     }
//! }
//!
//! mlp!(pub struct Net: 1 => 1);
//! let mut net = Net { w11: 0.1, b1: 0.2 };
//! let outcome = Trainer::new(GradientDescent::new(0.5))
//!     .epochs(1000)
//!     .observe(GoodEnough(1e-3))
//!     .fit(&mut net, &[([0.5], [0.8])])?;
//! assert_eq!(outcome.stop_reason, StopReason::Observer);
//! assert!(outcome.epochs < 1000 && outcome.loss < 1e-3);
//! # Ok::<(), mlp_core::TrainError>(())
//! ```

mod from_fn;
#[cfg(feature = "progress")]
mod progress;
#[cfg(feature = "std")]
mod report;

use core::fmt::{self, Debug, Display, Formatter};
use core::ops::ControlFlow;

use crate::number::Decimals;
use crate::optimizer::StateVisitor;
use crate::{Network, StopReason};

pub use from_fn::{FromFn, MayStop, from_fn};
#[cfg(feature = "progress")]
pub use progress::Progress;
#[cfg(feature = "std")]
pub use report::Report;

/// One epoch that has just ended.
///
/// Its `Display` is a report line. With a single example it shows the loss and the predictions,
/// `Epoch 0: Loss = 0.2150, y_pred1 = 0.7294, y_pred2 = 0.8332`; with several examples only the loss,
/// `Epoch 0: Loss = 0.2150`. The validation loss follows the loss if there is one. Numbers have four digits after the
/// point; one that would be `0.0000` but is not 0 is written `2.1e-5`. With a precision, `{epoch:.4}`, every number has
/// that many digits after the point.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use mlp_core::{Epoch, GradientDescent, Network, Observer, StopReason, Trainer, mlp};
///
/// /// Collects the line of every epoch instead of printing it.
/// struct Lines(Vec<String>);
///
/// impl<N: Network> Observer<N> for Lines {
///     fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
///         self.0.push(epoch.to_string());
///         ControlFlow::Continue(())
///     }
/// }
///
/// mlp!(pub struct Net: 1 => identity(1));
/// let mut net = Net { w11: 0.0, b1: 0.0 };
/// let mut lines = Lines(Vec::new());
/// Trainer::new(GradientDescent::new(0.5)).epochs(2).observe(&mut lines).fit(&mut net, &[([0.0], [1.0])])?;
/// assert_eq!(lines.0, ["Epoch 0: Loss = 0.5000, y_pred = 0.0000", "Epoch 1: Loss = 0.1250, y_pred = 0.5000"]);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[non_exhaustive]
pub struct Epoch<'a, N: Network> {
    /// The number of the epoch, counted from 0.
    pub number: usize,
    /// How many epochs the training has, unless it stops earlier.
    pub epochs: usize,
    /// Whether it is the [last](Observer::wants_last).
    pub is_last: bool,
    /// The mean training loss; the loss of each example is taken before its own update.
    pub loss: N::Scalar,
    /// The mean loss of the validation examples after the epoch's updates, if there are any.
    pub validation_loss: Option<N::Scalar>,
    /// The learning rate of the epoch, after the schedule; 1 with an optimizer that has none.
    pub learning_rate: N::Scalar,
    /// The prediction before the update, if there is only one example.
    pub prediction: Option<N::Output>,
    /// The network after the epoch's updates.
    pub network: &'a N,
    /// The parameters before the epoch's updates, in canonical order, if this observer also wanted the epoch before, or
    /// if this is the first epoch of a piece of the training. Otherwise they are those after an earlier epoch.
    #[cfg(feature = "std")]
    pub(crate) kept_parameters: &'a N::Parameters,
    /// The examples, if they are not read in chunks.
    #[cfg(feature = "std")]
    pub(crate) examples: &'a [(N::Input, N::Output)],
    /// The number of updates that the epoch made; 0 if its examples came in chunks.
    #[cfg(feature = "std")]
    pub(crate) updates: usize,
    /// The training, for those who save it or look at the optimizer's state.
    pub(crate) training: &'a dyn ErasedTraining<N::Scalar>,
}

/// A training after an epoch, without the types of network and optimizer.
pub(crate) trait ErasedTraining<T> {
    /// Shows a copy of the optimizer's state.
    fn visit_optimizer_state(&self, visitor: &mut dyn StateVisitor<T>);

    /// Everything that goes on, as a section of a file.
    #[cfg(feature = "serde")]
    fn describe(&self) -> Result<crate::persist::Node, crate::SaveError>;
}

impl<N: Network> Epoch<'_, N> {
    /// Whether this observer wants it.
    fn is_for(&self, observer: &impl Observer<N>) -> bool {
        observer.wants(self.number) || self.is_last && observer.wants_last()
    }

    /// Shows the optimizer's state after the epoch: the velocities, the mean squares. The visitor gets a copy.
    pub fn visit_optimizer_state(&self, visitor: &mut dyn StateVisitor<N::Scalar>) {
        self.training.visit_optimizer_state(visitor);
    }
}

impl<N: Network> Debug for Epoch<'_, N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// One update that has just been made.
#[derive(Debug)]
#[non_exhaustive]
pub struct Update<'a, N: Network> {
    /// The number of the epoch, counted from 0.
    pub epoch: usize,
    /// The number of the update within its epoch or chunk, counted from 0; 0 in
    /// [`Training::step`](crate::Training::step).
    pub number: usize,
    /// The learning rate.
    pub learning_rate: N::Scalar,
    /// The gradients in canonical order: their mean over the batch, clipped if the trainer clips.
    pub gradients: &'a [N::Scalar],
    /// The network after the update.
    pub network: &'a N,
}

impl<N: Network> Display for Epoch<'_, N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let write = |f: &mut Formatter<'_>, value| Display::fmt(&Decimals(value), f);
        write!(f, "Epoch {}: Loss = ", self.number)?;
        write(f, self.loss)?;
        if let Some(loss) = self.validation_loss {
            write!(f, ", validation loss = ")?;
            write(f, loss)?;
        }
        let values = self.prediction.as_ref().map_or(&[][..], AsRef::as_ref);
        N::ARCHITECTURE.predictions().zip(values).try_for_each(|(name, &value)| {
            write!(f, ", {name} = ")?;
            write(f, value)
        })
    }
}

/// Watches the training of a network, and may stop it. The [module](self) has an example.
pub trait Observer<N: Network> {
    /// Called once, before the first epoch.
    fn start(&mut self, network: &N) {
        let _ = network;
    }

    /// Whether to call [`after_epoch`](Self::after_epoch) for this epoch; by default, for every epoch. If no observer
    /// wants an epoch, its loss need not be computed.
    fn wants(&self, epoch: usize) -> bool {
        let _ = epoch;
        true
    }

    /// Whether to call [`after_epoch`](Self::after_epoch) for the last epoch too, whatever [`wants`](Self::wants) says: the one
    /// with which a stop criterion ends the training, or the last of a call that trains several; by default, no.
    fn wants_last(&self) -> bool {
        false
    }

    /// Called after each wanted epoch. `ControlFlow::Break(StopReason::Observer)` stops the training once all observers
    /// have seen the epoch. The reason is then in the [`Outcome`](crate::Outcome).
    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason>;

    /// Whether to call [`after_update`](Self::after_update) after every single update; by default, no. The trainer asks
    /// once in each piece of a training. If an observer says yes, plain gradient descent is not fused with
    /// backpropagation; the bits are the same.
    fn wants_updates(&self) -> bool {
        false
    }

    /// Called after each update. If a number is no longer finite, the training goes back to the last good epoch, after
    /// the updates since then have been shown.
    fn after_update(&mut self, update: &Update<'_, N>) {
        let _ = update;
    }
}

/// No observer.
impl<N: Network> Observer<N> for () {
    fn wants(&self, _epoch: usize) -> bool {
        false
    }

    fn after_epoch(&mut self, _epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        ControlFlow::Continue(())
    }
}

/// Two observers. Each sees the epochs that it wants.
impl<N: Network, A: Observer<N>, B: Observer<N>> Observer<N> for (A, B) {
    fn start(&mut self, network: &N) {
        self.0.start(network);
        self.1.start(network);
    }

    fn wants(&self, epoch: usize) -> bool {
        self.0.wants(epoch) || self.1.wants(epoch)
    }

    fn wants_last(&self) -> bool {
        self.0.wants_last() || self.1.wants_last()
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        let first = if epoch.is_for(&self.0) { self.0.after_epoch(epoch) } else { ControlFlow::Continue(()) };
        let second = if epoch.is_for(&self.1) { self.1.after_epoch(epoch) } else { ControlFlow::Continue(()) };
        if first.is_break() { first } else { second }
    }

    fn wants_updates(&self) -> bool {
        self.0.wants_updates() || self.1.wants_updates()
    }

    fn after_update(&mut self, update: &Update<'_, N>) {
        if self.0.wants_updates() {
            self.0.after_update(update);
        }
        if self.1.wants_updates() {
            self.1.after_update(update);
        }
    }
}

impl<N: Network, W: Observer<N> + ?Sized> Observer<N> for &mut W {
    fn start(&mut self, network: &N) {
        (**self).start(network);
    }

    fn wants(&self, epoch: usize) -> bool {
        (**self).wants(epoch)
    }

    fn wants_last(&self) -> bool {
        (**self).wants_last()
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        (**self).after_epoch(epoch)
    }

    fn wants_updates(&self) -> bool {
        (**self).wants_updates()
    }

    fn after_update(&mut self, update: &Update<'_, N>) {
        (**self).after_update(update);
    }
}

/// An observer whose type has no name, such as a closure, in a struct.
#[cfg(feature = "alloc")]
impl<N: Network, W: Observer<N> + ?Sized> Observer<N> for alloc::boxed::Box<W> {
    fn start(&mut self, network: &N) {
        (**self).start(network);
    }

    fn wants(&self, epoch: usize) -> bool {
        (**self).wants(epoch)
    }

    fn wants_last(&self) -> bool {
        (**self).wants_last()
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        (**self).after_epoch(epoch)
    }

    fn wants_updates(&self) -> bool {
        (**self).wants_updates()
    }

    fn after_update(&mut self, update: &Update<'_, N>) {
        (**self).after_update(update);
    }
}

/// An optional observer.
impl<N: Network, W: Observer<N>> Observer<N> for Option<W> {
    fn start(&mut self, network: &N) {
        if let Some(observer) = self {
            observer.start(network);
        }
    }

    fn wants(&self, epoch: usize) -> bool {
        self.as_ref().is_some_and(|observer| observer.wants(epoch))
    }

    fn wants_last(&self) -> bool {
        self.as_ref().is_some_and(W::wants_last)
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        match self {
            Some(observer) => observer.after_epoch(epoch),
            None => ControlFlow::Continue(()),
        }
    }

    fn wants_updates(&self) -> bool {
        self.as_ref().is_some_and(W::wants_updates)
    }

    fn after_update(&mut self, update: &Update<'_, N>) {
        if let Some(observer) = self {
            observer.after_update(update);
        }
    }
}
