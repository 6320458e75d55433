//! Gradient descent, and gradient descent with momentum.

use super::{Optimizer, check_fraction, check_non_negative};
use crate::network::Array as _;
use crate::{Network, Scalar as _, TrainError};

/// Plain gradient descent, the lecture's rule: parameter − learning rate · gradient.
///
/// ```
/// use mlp_core::{GradientDescent, Trainer};
///
/// let plain = Trainer::new(GradientDescent::new(0.5));
/// let with_memory = Trainer::new(GradientDescent::new(0.1).momentum(0.9).nesterov().weight_decay(0.01));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDescent {
    learning_rate: f64,
}

impl GradientDescent {
    /// With this learning rate; a network of `f32` rounds it. `fit` refuses one that is not positive and finite.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate }
    }

    /// Keeps this share of the last step's velocity: at least 0 and less than 1, usually 0.9.
    #[must_use]
    pub const fn momentum(self, momentum: f64) -> Momentum {
        Momentum { learning_rate: self.learning_rate, kept: momentum, nesterov: false, weight_decay: 0.0 }
    }

    /// Adds weight decay · parameter to every gradient: the derivative of ½ weight decay · Σ parameter² (L2
    /// regularisation).
    #[must_use]
    pub const fn weight_decay(self, weight_decay: f64) -> Momentum {
        self.momentum(0.0).weight_decay(weight_decay)
    }
}

impl<N: Network> Optimizer<N> for GradientDescent {
    /// It remembers nothing.
    type State = ();

    #[inline]
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state(&self) -> Result<(), TrainError> {
        Ok(())
    }

    #[allow(clippy::inline_always, reason = "a called step takes a tenth longer than one inlined into the loop")]
    #[inline(always)]
    fn step(&self, _state: &mut (), network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
        network.update(gradients, learning_rate);
    }

    #[allow(clippy::inline_always, reason = "a called step takes a tenth longer than one inlined into the loop")]
    #[inline(always)]
    fn online_step(
        &self,
        _state: &mut (),
        network: &mut N,
        x: N::Input,
        y_true: N::Output,
        learning_rate: N::Scalar,
    ) -> N::Output {
        network.sgd_step(x, y_true, learning_rate)
    }
}

/// Gradient descent with momentum (Polyak, 1964): v ← μ v + g, parameter ← parameter − η v.
///
/// With [`nesterov`](Self::nesterov) the step is −η (g + μ v), and with a weight decay λ the gradient is g + λ ·
/// parameter, both as in PyTorch. Made by [`GradientDescent::momentum`] or [`GradientDescent::weight_decay`].
///
/// ```
/// use mlp_core::{GradientDescent, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(GradientDescent::new(0.001).momentum(0.9)).epochs(2).fit(&mut line, &[([0.0], [1.0])])?;
/// // The gradient stays near −1: a step of 0.001, and then one of 0.001 + 0.9 · 0.001.
/// assert!((line.b1 - 0.0029).abs() < 1e-5);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    learning_rate: f64,
    /// The share of the velocity that is kept.
    kept: f64,
    nesterov: bool,
    weight_decay: f64,
}

impl Momentum {
    /// Keeps this share of the last step's velocity: at least 0 and less than 1.
    #[must_use]
    pub const fn momentum(mut self, momentum: f64) -> Self {
        self.kept = momentum;
        self
    }

    /// Looks one step ahead (Nesterov, 1983; in the form of Sutskever and others, 2013).
    #[must_use]
    pub const fn nesterov(mut self) -> Self {
        self.nesterov = true;
        self
    }

    /// Adds weight decay · parameter to every gradient.
    #[must_use]
    pub const fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

impl<N: Network> Optimizer<N> for Momentum {
    /// The velocity of every parameter.
    type State = N::Parameters;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state(&self) -> Result<N::Parameters, TrainError> {
        check_fraction("momentum", self.kept)?;
        check_non_negative("weight decay", self.weight_decay)?;
        Ok(N::Parameters::zeros())
    }

    #[inline]
    fn step(&self, velocity: &mut N::Parameters, network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
        let (momentum, weight_decay) = (N::Scalar::from_f64(self.kept), N::Scalar::from_f64(self.weight_decay));
        network.apply_update(gradients, |offset, parameters, gradients| {
            for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(&mut velocity.as_mut()[offset..]) {
                let g = g + weight_decay * *p;
                *v = momentum * *v + g;
                *p -= learning_rate * if self.nesterov { g + momentum * *v } else { *v };
            }
        });
    }
}
