//! Optimizers that give every parameter a step size of its own.

use super::{Optimizer, check_fraction, check_non_negative, one_minus};
use crate::math::float_math::FloatMath as _;
use crate::network::Array as _;
use crate::{Network, Scalar, TrainError};

/// RMSprop (Hinton, lecture 6e of "Neural networks for machine learning", 2012): steps in units of the gradient's
/// recent size. v ← α v + (1 − α) g², parameter ← parameter − η g / (√v + ε).
///
/// ```
/// use mlp_core::{RmsProp, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(RmsProp::new(0.01).alpha(0.99)).epochs(1).fit(&mut line, &[([100.0], [1.0])])?;
/// // The gradients are −100 and −1. √v is a tenth of each, so both steps are ten learning rates long.
/// assert!((line.w11 - 0.1).abs() < 1e-6 && (line.b1 - 0.1).abs() < 1e-6);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    learning_rate: f64,
    alpha: f64,
    epsilon: f64,
}

impl RmsProp {
    /// With this learning rate, usually 0.01; α = 0.99, ε = 1e-8.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, alpha: 0.99, epsilon: 1e-8 }
    }

    /// Sets α, the share of the old mean square in the new one: at least 0 and less than 1.
    #[must_use]
    pub const fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Sets ε, which keeps the divisor from being 0. It must be at least 0 and finite.
    #[must_use]
    pub const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }
}

impl<N: Network> Optimizer<N> for RmsProp {
    /// For every parameter, the mean of its squared gradients.
    type State = N::Parameters;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state(&self) -> Result<N::Parameters, TrainError> {
        check_fraction("alpha", self.alpha)?;
        check_non_negative("epsilon", self.epsilon)?;
        Ok(N::Parameters::zeros())
    }

    #[inline]
    fn step(&self, squares: &mut N::Parameters, network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
        let (alpha, one_less_alpha) = (N::Scalar::from_f64(self.alpha), one_minus::<N::Scalar>(self.alpha));
        let epsilon = N::Scalar::from_f64(self.epsilon);
        network.apply_update(gradients, |offset, parameters, gradients| {
            for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(&mut squares.as_mut()[offset..]) {
                *v = alpha * *v + one_less_alpha * g * g;
                *p -= scaled(learning_rate * g, v.sqrt(), epsilon);
            }
        });
    }
}

/// Adagrad (Duchi, Hazan and Singer, 2011): steps that shrink as squared gradients add up. v ← v + g²,
/// parameter ← parameter − η g / (√v + ε).
///
/// ```
/// use mlp_core::{Adagrad, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(Adagrad::new(0.1)).epochs(2).fit(&mut line, &[([0.0], [1000.0])])?;
/// // The gradient stays near −1000: a step of 0.1, and then one of 0.1 / √2.
/// assert!((line.b1 - 0.1 * (1.0 + 0.5_f64.sqrt())).abs() < 1e-4);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adagrad {
    learning_rate: f64,
    epsilon: f64,
}

impl Adagrad {
    /// With this learning rate, usually 0.01 to 0.1; ε = 1e-10.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, epsilon: 1e-10 }
    }

    /// Sets ε, which keeps the divisor from being 0. It must be at least 0 and finite.
    #[must_use]
    pub const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }
}

impl<N: Network> Optimizer<N> for Adagrad {
    /// For every parameter, the sum of its squared gradients.
    type State = N::Parameters;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state(&self) -> Result<N::Parameters, TrainError> {
        check_non_negative("epsilon", self.epsilon)?;
        Ok(N::Parameters::zeros())
    }

    #[inline]
    fn step(&self, squares: &mut N::Parameters, network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
        let epsilon = N::Scalar::from_f64(self.epsilon);
        network.apply_update(gradients, |offset, parameters, gradients| {
            for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(&mut squares.as_mut()[offset..]) {
                *v += g * g;
                *p -= scaled(learning_rate * g, v.sqrt(), epsilon);
            }
        });
    }
}

/// step / (size + ε). If all gradients of a parameter were so small that their squares are 0, the divisor is ε alone.
/// If ε is 0 too, the parameter does not move.
#[inline]
pub(super) fn scaled<T: Scalar>(step: T, size: T, epsilon: T) -> T {
    let divisor = size + epsilon;
    if divisor == T::ZERO { T::ZERO } else { step / divisor }
}
