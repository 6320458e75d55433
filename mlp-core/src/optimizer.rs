//! Optimizers: how gradients move parameters.

use crate::{Network, Scalar, TrainError};

/// A rule that moves a network's parameters, given their gradients.
///
/// The optimizer itself holds only its settings; whatever it remembers from step to step is its `State`, which every
/// [`fit`](crate::Trainer::fit) starts afresh.
pub trait Optimizer<N: Network> {
    /// What it remembers from step to step.
    type State: Clone;

    /// The state before the first step.
    ///
    /// # Errors
    ///
    /// If a setting makes no sense for this network.
    fn start(&self) -> Result<Self::State, TrainError>;

    /// Moves the parameters by one step.
    fn step(&self, state: &mut Self::State, network: &mut N, gradients: &N::Gradients);
}

/// Plain gradient descent: parameter − learning rate · gradient.
///
/// ```
/// use mlp_core::{GradientDescent, Trainer};
///
/// let trainer = Trainer::new(GradientDescent::new(0.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientDescent {
    learning_rate: f64,
}

impl GradientDescent {
    /// With this learning rate; a network of `f32` rounds it. Whether it makes sense, `fit` checks.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate }
    }
}

impl<N: Network> Optimizer<N> for GradientDescent {
    /// The learning rate, in the network's scalar.
    type State = N::Scalar;

    fn start(&self) -> Result<N::Scalar, TrainError> {
        let learning_rate = N::Scalar::from_f64(self.learning_rate);
        if learning_rate.is_finite() && learning_rate > N::Scalar::ZERO {
            Ok(learning_rate)
        } else {
            Err(TrainError::LearningRate { learning_rate: self.learning_rate, scalar: N::Scalar::NAME })
        }
    }

    #[inline]
    fn step(&self, learning_rate: &mut N::Scalar, network: &mut N, gradients: &N::Gradients) {
        network.update(gradients, *learning_rate);
    }
}
