//! Optimizers: how gradients move parameters.
//!
//! The definitions and defaults are PyTorch's. Weight decay applies to every parameter, biases included, as it does
//! there.
//!
//! | optimizer | a step, with the gradient g and the learning rate η |
//! |---|---|
//! | [`GradientDescent`] | p ← p − η g |
//! | [`Momentum`] | v ← μ v + g, p ← p − η v |
//! | [`RmsProp`] | v ← α v + (1 − α) g², p ← p − η g / (√v + ε) |
//! | [`Adagrad`] | v ← v + g², p ← p − η g / (√v + ε) |
//! | [`Adam`] | m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η m̂ / (√v̂ + ε) |
//! | [`AdamW`] | p ← p − η λ p, then as Adam |
//!
//! ```
//! use mlp_core::{Adam, StandardNormal, Trainer, mlp};
//!
//! mlp!(struct Xor: 2 => tanh(3) => 1);
//! let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
//! let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
//! let outcome = Trainer::new(Adam::new(0.01)).epochs(2000).fit(&mut xor, &examples)?;
//! assert!(outcome.loss < 1e-3);
//! # Ok::<(), mlp_core::TrainError>(())
//! ```

mod adam;
mod adaptive;
mod gradient_descent;

use crate::trainer::check_setting;
use crate::{Network, Scalar, TrainError};

pub use adam::{Adam, AdamW};
pub use adaptive::{Adagrad, RmsProp};
pub use gradient_descent::{GradientDescent, Momentum};

/// A rule that moves a network's parameters, given their gradients.
///
/// The optimizer itself holds only its settings; whatever it remembers from step to step is its `State`, which every
/// [`fit`](crate::Trainer::fit) starts afresh.
///
/// ```
/// use mlp_core::{Network, Optimizer, TrainError, Trainer, mlp};
///
/// /// Moves every parameter by the learning rate, whatever the size of its gradient.
/// struct SignDescent;
///
/// impl<N: Network<Scalar = f64>> Optimizer<N> for SignDescent {
///     type State = ();
///
///     fn learning_rate(&self) -> f64 {
///         0.01
///     }
///
///     fn init_state(&self) -> Result<(), TrainError> {
///         Ok(())
///     }
///
///     fn step(&self, _: &mut (), network: &mut N, gradients: &N::Gradients, learning_rate: f64) {
///         network.apply_update(gradients, |_, parameters, gradients| {
///             for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
///                 *parameter -= learning_rate * gradient.signum();
///             }
///         });
///     }
/// }
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(SignDescent).epochs(10).fit(&mut line, &[([1.0], [1.0])])?;
/// assert!((line.w11 - 0.1).abs() < 1e-12);
/// # Ok::<(), TrainError>(())
/// ```
pub trait Optimizer<N: Network> {
    /// Its memory from step to step. The trainer keeps a copy, to return to when a number is no longer finite.
    type State: Clone;

    /// The learning rate; a [`Schedule`](crate::Schedule) varies it.
    fn learning_rate(&self) -> f64;

    /// The state before the first step.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range.
    fn init_state(&self) -> Result<Self::State, TrainError>;

    /// Moves the parameters by one step, with the learning rate of the epoch.
    fn step(&self, state: &mut Self::State, network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar);

    /// Learns from one example, and returns the prediction from before the step. It has the effect of a
    /// [`step`](Self::step) with the gradients of this example. An optimizer with a faster way overrides this method.
    #[allow(clippy::inline_always, reason = "a called step takes a tenth longer than one inlined into the loop")]
    #[inline(always)]
    fn online_step(
        &self,
        state: &mut Self::State,
        network: &mut N,
        x: N::Input,
        y_true: N::Output,
        learning_rate: N::Scalar,
    ) -> N::Output {
        let pass = network.forward(x);
        let gradients = network.backprop(x, y_true, &pass);
        self.step(state, network, &gradients, learning_rate);
        N::prediction(&pass)
    }
}

/// Checks that a share of an old value is in range: 0 ≤ value < 1.
fn check_fraction(setting: &'static str, value: f64) -> Result<(), TrainError> {
    check_setting((0.0..1.0).contains(&value), setting, value, "at least 0 and less than 1")
}

/// Checks that 0 ≤ value, and that it is finite.
fn check_non_negative(setting: &'static str, value: f64) -> Result<(), TrainError> {
    check_setting(value >= 0.0 && value.is_finite(), setting, value, "at least 0 and finite")
}

/// 1 − share, in the scalar of a network. The difference is taken in `f64`, so that an `f32` network keeps its digits.
fn one_minus<T: Scalar>(share: f64) -> T {
    T::from_f64(1.0 - share)
}
