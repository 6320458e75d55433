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

/// Adam (Kingma and Ba, 2015): momentum and RMSprop in one, both corrected for their start at 0.
///
/// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²; in step t, with m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ),
/// parameter ← parameter − η m̂ / (√v̂ + ε).
///
/// ```
/// use mlp_core::{Adam, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(Adam::new(0.01).beta2(0.99)).epochs(1).fit(&mut line, &[([100.0], [1.0])])?;
/// // The gradients are −100 and −1. The first step is one learning rate long, whatever the gradient is.
/// assert!((line.w11 - 0.01).abs() < 1e-6 && (line.b1 - 0.01).abs() < 1e-6);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    learning_rate: f64,
    beta1: f64,
    beta2: f64,
    epsilon: f64,
}

impl Adam {
    /// With this learning rate, usually 0.001 to 0.01; β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }

    /// Sets β₁, the share of the old mean in the new one: at least 0 and less than 1.
    #[must_use]
    pub const fn beta1(mut self, beta1: f64) -> Self {
        self.beta1 = beta1;
        self
    }

    /// Sets β₂, the share of the old mean square in the new one: at least 0 and less than 1.
    #[must_use]
    pub const fn beta2(mut self, beta2: f64) -> Self {
        self.beta2 = beta2;
        self
    }

    /// Sets ε, which keeps the divisor from being 0. It must be at least 0 and finite.
    #[must_use]
    pub const fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// A step in which every parameter is first multiplied by `kept`.
    #[inline]
    fn decayed_step<N: Network>(
        &self,
        moments: &mut Moments<N::Parameters>,
        network: &mut N,
        gradients: &N::Gradients,
        learning_rate: N::Scalar,
        kept: N::Scalar,
    ) {
        let [beta1, beta2, epsilon] = [self.beta1, self.beta2, self.epsilon].map(N::Scalar::from_f64);
        let [one_less_beta1, one_less_beta2] = [self.beta1, self.beta2].map(one_minus::<N::Scalar>);
        moments.power1 *= self.beta1;
        moments.power2 *= self.beta2;
        let step_size = learning_rate / one_minus::<N::Scalar>(moments.power1);
        let correction = one_minus::<N::Scalar>(moments.power2).sqrt();
        network.apply_update(gradients, |offset, parameters, gradients| {
            let means = moments.mean.as_mut()[offset..].iter_mut().zip(&mut moments.square.as_mut()[offset..]);
            for ((p, &g), (m, v)) in parameters.iter_mut().zip(gradients).zip(means) {
                *m = beta1 * *m + one_less_beta1 * g;
                *v = beta2 * *v + one_less_beta2 * g * g;
                *p = kept * *p - scaled(step_size * *m, v.sqrt() / correction, epsilon);
            }
        });
    }
}

/// The state of [`Adam`] and [`AdamW`].
#[derive(Clone, Debug, PartialEq)]
pub struct Moments<A> {
    /// For every parameter, the mean of its gradients.
    mean: A,
    /// For every parameter, the mean of its squared gradients.
    square: A,
    /// β₁ᵗ
    power1: f64,
    /// β₂ᵗ
    power2: f64,
}

impl<N: Network> Optimizer<N> for Adam {
    type State = Moments<N::Parameters>;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state(&self) -> Result<Self::State, TrainError> {
        check_fraction("beta1", self.beta1)?;
        check_fraction("beta2", self.beta2)?;
        check_non_negative("epsilon", self.epsilon)?;
        Ok(Moments { mean: N::Parameters::zeros(), square: N::Parameters::zeros(), power1: 1.0, power2: 1.0 })
    }

    #[inline]
    fn step(&self, state: &mut Self::State, network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
        self.decayed_step(state, network, gradients, learning_rate, N::Scalar::ONE);
    }
}

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): every parameter p first loses η λ p, whatever its
/// gradient is; a step of [`Adam`] follows.
///
/// ```
/// use mlp_core::{AdamW, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 2.0, b1: 0.0 };
/// Trainer::new(AdamW::new(0.1).weight_decay(0.5)).epochs(1).fit(&mut line, &[([1.0], [2.0])])?;
/// // The prediction is right, so all gradients are 0. The weight still loses 0.1 · 0.5 of itself.
/// assert!((line.w11 - 1.9).abs() < 1e-12);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    adam: Adam,
    weight_decay: f64,
}

impl AdamW {
    /// With this learning rate; the weight decay λ is 0.01, all else as in [`Adam::new`].
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { adam: Adam::new(learning_rate), weight_decay: 0.01 }
    }

    /// Sets λ: in each step a parameter p loses η λ p.
    #[must_use]
    pub const fn weight_decay(mut self, weight_decay: f64) -> Self {
        self.weight_decay = weight_decay;
        self
    }

    /// As [`Adam::beta1`].
    #[must_use]
    pub const fn beta1(mut self, beta1: f64) -> Self {
        self.adam = self.adam.beta1(beta1);
        self
    }

    /// As [`Adam::beta2`].
    #[must_use]
    pub const fn beta2(mut self, beta2: f64) -> Self {
        self.adam = self.adam.beta2(beta2);
        self
    }

    /// As [`Adam::epsilon`].
    #[must_use]
    pub const fn epsilon(mut self, epsilon: f64) -> Self {
        self.adam = self.adam.epsilon(epsilon);
        self
    }
}

impl<N: Network> Optimizer<N> for AdamW {
    type State = Moments<N::Parameters>;

    fn learning_rate(&self) -> f64 {
        self.adam.learning_rate
    }

    fn init_state(&self) -> Result<Self::State, TrainError> {
        check_non_negative("weight decay", self.weight_decay)?;
        Optimizer::<N>::init_state(&self.adam)
    }

    #[inline]
    fn step(&self, state: &mut Self::State, network: &mut N, gradients: &N::Gradients, learning_rate: N::Scalar) {
        let kept = N::Scalar::ONE - learning_rate * N::Scalar::from_f64(self.weight_decay);
        self.adam.decayed_step(state, network, gradients, learning_rate, kept);
    }
}

/// step / (size + ε). If all gradients of a parameter were so small that their squares are 0, the divisor is ε alone.
/// If ε is 0 too, the parameter does not move.
#[inline]
fn scaled<T: Scalar>(step: T, size: T, epsilon: T) -> T {
    let divisor = size + epsilon;
    if divisor == T::ZERO { T::ZERO } else { step / divisor }
}
