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
/// // Each epoch halves the error. The loss is the one before the third update: ½ (1 − ¾)².
/// assert_eq!(outcome.loss, 0.03125);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome<T> {
    /// The number of epochs trained.
    pub epochs: usize,
    /// The mean training loss of the last epoch. With [patience](crate::Trainer::patience),
    /// [`Trainer::fit`](crate::Trainer::fit) and [`Training::finish`](crate::Training::finish) return the loss of the best
    /// epoch. The loss of each example is taken before its own update.
    pub loss: T,
    /// The mean loss of the validation examples after the same epoch, if there are any.
    pub validation_loss: Option<T>,
    /// With [patience](crate::Trainer::patience), the epoch with the lowest loss so far. After
    /// [`Trainer::fit`](crate::Trainer::fit) and [`Training::finish`](crate::Training::finish) the network has the parameters
    /// that gave this loss.
    pub best_epoch: Option<usize>,
    /// Why the training ended.
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
    /// The loss reached the [target loss](crate::Trainer::target_loss).
    TargetLoss,
    /// [Patience](crate::Trainer::patience) was exhausted.
    Patience,
    /// The [time limit](crate::Trainer::time_limit) was exceeded.
    TimeLimit,
    /// An observer stopped the training.
    Observer,
    /// No step of the optimizer lowers the loss any more. `LevenbergMarquardt` and `Lbfgs` notice it. It is a minimum, or a
    /// place where almost all derivatives vanish, as with inputs that are not [scaled](crate::scaling).
    Converged,
}
