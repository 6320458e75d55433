//! How a training ended, and why.

/// How a training ended.
///
/// ```
/// use mlp_core::{GradientDescent, StopReason, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => identity(1));
/// let mut net = Net { w11: 0.0, b1: 0.0 };
/// let outcome = Trainer::new(GradientDescent::new(0.5)).epochs(3).fit(&mut net, &[([0.0], [1.0])])?;
/// assert_eq!((outcome.epochs, outcome.stop_reason), (3, StopReason::Epochs));
/// // Each epoch halves the error, and the loss is that before the third update: ½ (1 − ¾)².
/// assert_eq!(outcome.loss, 0.03125);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<T> {
    /// How many epochs were trained.
    pub epochs: usize,
    /// The mean of each example's loss before its own update, in the last epoch; with [patience](crate::Trainer::patience), in
    /// the best one.
    pub loss: T,
    /// The mean loss of the validation examples after that epoch, if there are any.
    pub validation_loss: Option<T>,
    /// With [patience](crate::Trainer::patience), the best epoch: the one whose loss is that of the network.
    pub best_epoch: Option<usize>,
    /// Why it ended.
    pub stop_reason: StopReason,
}

/// Why a training ended.
///
/// ```
/// use mlp_core::{GradientDescent, StopReason, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let mut net = Net { w11: 0.1, b1: 0.2 };
/// let examples = [([0.5], [0.8])];
/// let outcome = Trainer::new(GradientDescent::new(0.5)).epochs(10_000).target_loss(1e-6).fit(&mut net, &examples)?;
/// match outcome.stop_reason {
///     StopReason::TargetLoss => println!("good enough after {} epochs", outcome.epochs),
///     StopReason::Epochs => println!("the loss is still {}", outcome.loss),
///     reason => println!("ended by {reason:?}"),
/// }
/// assert_eq!(outcome.stop_reason, StopReason::TargetLoss);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// All epochs were trained.
    Epochs,
    /// The loss reached [its target](crate::Trainer::target_loss).
    TargetLoss,
    /// [Patience](crate::Trainer::patience) was exhausted.
    Patience,
    /// [Time](crate::Trainer::time_limit) was up.
    TimeLimit,
    /// An observer of the user's ended it.
    Observer,
}
