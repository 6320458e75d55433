//! Bayesian regularisation: how much the data say about the parameters.

use crate::optimizer::StateVisitor;

/// What a training with [`LevenbergMarquardt::bayesian`](super::LevenbergMarquardt::bayesian) knows of the errors and the
/// parameters where its last epoch started, before the step: as the loss of an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regularisation {
    alpha: f64,
    beta: f64,
    gamma: f64,
}

impl Regularisation {
    pub(super) const NEW: Self = Self { alpha: 1.0, beta: 1.0, gamma: 0.0 };

    /// α = γ / Σ p²: 1 / α is the variance of the parameters p. 1 before the first epoch.
    #[must_use]
    pub const fn alpha(&self) -> f64 {
        self.alpha
    }

    /// β = (n − γ) / Σ r²: 1 / β is the variance of the noise in the targets. 1 before the first epoch.
    #[must_use]
    pub const fn beta(&self) -> f64 {
        self.beta
    }

    /// γ, the effective number of parameters: how many the data determine, from 0 to the number of parameters. 0 before the
    /// first epoch.
    #[must_use]
    pub const fn gamma(&self) -> f64 {
        self.gamma
    }

    /// λ = α / β
    pub(super) fn decay(&self) -> f64 {
        self.alpha / self.beta
    }

    /// Estimates α and β anew, from γ, n errors, Σ p² and Σ r². Where rounding hides γ, it stays as it was.
    pub(super) fn estimate(&mut self, gamma: Option<f64>, n: f64, [parameters, errors]: [f64; 2]) {
        self.gamma = gamma.unwrap_or(self.gamma);
        for (value, number, squares) in
            [(&mut self.alpha, self.gamma, parameters), (&mut self.beta, n - self.gamma, errors)]
        {
            let new = number / squares;
            // Where all parameters are 0, or all errors, there is nothing to estimate.
            if new > 0.0 && new.is_finite() {
                *value = new;
            }
        }
    }

    pub(super) fn visit<T>(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.number("alpha", &mut self.alpha);
        visitor.number("beta", &mut self.beta);
        visitor.number("gamma", &mut self.gamma);
    }
}
