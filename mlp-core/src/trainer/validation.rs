//! Examples that a training does not learn from.

use crate::Network;

/// The argument of [`Trainer::validate`](crate::Trainer::validate): examples, or `()` without validation.
///
/// A function that takes any trainer needs this bound, beside the bounds for the optimizer and the observer:
///
/// ```
/// use mlp_core::trainer::Validation;
/// use mlp_core::{GradientDescent, Network, Observer, Optimizer, Outcome, TrainError, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
///
/// fn fit<O, W, V>(trainer: &mut Trainer<O, W, V>, net: &mut Net) -> Result<Outcome<f64>, TrainError>
/// where
///     O: Optimizer<f64>,
///     W: Observer<Net>,
///     V: Validation<Net>,
/// {
///     trainer.fit(net, &[([0.0], [0.2]), ([1.0], [0.8])])
/// }
///
/// # fn main() -> Result<(), TrainError> {
/// let validation = [([0.5], [0.5])];
/// let mut net = Net { w11: 0.5, b1: 0.0 };
/// let outcome = fit(&mut Trainer::new(GradientDescent::new(0.5)).validate(&validation), &mut net)?;
/// assert!(outcome.validation_loss.is_some());
/// # Ok(())
/// # }
/// ```
pub trait Validation<N: Network> {
    /// Whether there are never any examples.
    #[doc(hidden)]
    const IS_NONE: bool = false;

    /// The validation examples, if there are any.
    fn examples(&self) -> Option<&[(N::Input, N::Output)]>;
}

impl<N: Network> Validation<N> for () {
    const IS_NONE: bool = true;

    fn examples(&self) -> Option<&[(N::Input, N::Output)]> {
        None
    }
}

impl<N: Network> Validation<N> for &[(N::Input, N::Output)] {
    fn examples(&self) -> Option<&[(N::Input, N::Output)]> {
        Some(self)
    }
}
