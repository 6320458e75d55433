//! How a training ended, and why.

/// How a training ended.
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
