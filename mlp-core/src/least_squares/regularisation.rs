//! Bayesian regularisation: how much the data say about the parameters.

use crate::optimizer::StateVisitor;

/// The estimates of [`LevenbergMarquardt::bayesian`](super::LevenbergMarquardt::bayesian): how large residuals and
/// parameters are. Like the loss of an epoch, they belong to the parameters with which an epoch started.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regularisation {
    alpha: f64,
    beta: f64,
    gamma: f64,
    /// The part of F by which the last step lowered it.
    pub(super) fall: f64,
}

/// The estimates are made where a step lowers F by less than this part of it, because they hold at a minimum of F. The
/// residuals of a network that has hardly learnt look like noise, and the decay would keep it from learning.
const SMALL_FALL: f64 = 0.01;

/// The part of Σ r² at the start that is taken for noise.
const NOISE_AT_START: f64 = 1e-3;

/// The sums of squares where an epoch starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Squares {
    /// Σ p²
    pub(super) parameters: f64,
    /// Σ r²
    pub(super) residuals: f64,
}

impl Regularisation {
    pub(super) const NEW: Self = Self { alpha: 1.0, beta: 1.0, gamma: 0.0, fall: 1.0 };

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
    /// first epoch. If it ends near 0, the network has taken everything for noise: start from another one.
    #[must_use]
    pub const fn gamma(&self) -> f64 {
        self.gamma
    }

    /// λ = α / β
    pub(super) fn decay(&self) -> f64 {
        self.alpha / self.beta
    }

    /// Guesses γ, α and β for P parameters and n residuals where the training starts.
    pub(super) fn guess(&mut self, parameters: f64, n: f64, squares: Squares) {
        let noise = Squares { residuals: NOISE_AT_START * squares.residuals, ..squares };
        self.estimate(Some(parameters.min(n / 2.0)), n, noise);
    }

    /// Whether F is near a minimum.
    pub(super) fn is_due(&self) -> bool {
        self.fall < SMALL_FALL
    }

    /// Estimates α and β anew, from γ, n residuals and the sums of squares. Where rounding hides γ, it stays as it was.
    pub(super) fn estimate(&mut self, gamma: Option<f64>, n: f64, squares: Squares) {
        self.gamma = gamma.unwrap_or(self.gamma);
        for (value, number, squares) in
            [(&mut self.alpha, self.gamma, squares.parameters), (&mut self.beta, n - self.gamma, squares.residuals)]
        {
            let new = number / squares;
            // Where all parameters are 0, or all residuals, there is nothing to estimate.
            if new > 0.0 && new.is_finite() {
                *value = new;
            }
        }
    }

    pub(super) fn visit<T>(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.number("alpha", &mut self.alpha);
        visitor.number("beta", &mut self.beta);
        visitor.number("gamma", &mut self.gamma);
        visitor.number("fall", &mut self.fall);
    }
}
