//! Least squares: methods for losses that are sums of squares.
//!
//! Small networks that fit numbers are usually trained so. In every epoch [`LevenbergMarquardt`] solves a system of equations
//! for all parameters together. So it needs far fewer epochs than gradient descent, and each takes longer. Let n be the number
//! of residuals y_pred − y_true, one for each output of each example, and P the number of parameters. An epoch then takes some
//! n P² / 2 multiplications, and P³ / 6 more for each step that it tries. That pays off up to a few hundred parameters.
//!
//! The derivatives of all residuals are never in memory together. A training takes 2 P² numbers, with
//! [regularisation](LevenbergMarquardt::bayesian) 3 P², and at most some 32 MB besides, however many examples there are. Large
//! networks with many examples gain from the feature `rayon`, to the same bits.

mod cholesky;
mod epoch;
mod normal_equations;
mod regularisation;

use crate::optimizer::{OptimizerState, StateVisitor};
use crate::trainer::{FullBatch, Method, Step, check_setting};
use crate::{Array, Optimizer, Scalar, TrainError};

pub(crate) use epoch::{Epoch, Workspace};
pub use regularisation::Regularisation;

/// Levenberg-Marquardt (Levenberg, 1944; Marquardt, 1963), with the damping of Nielsen (Madsen, Nielsen and Tingleff,
/// "Methods for non-linear least squares problems", 2004).
///
/// Near the parameters, the residuals r = y_pred − y_true of all examples are almost linear, with the derivatives J. So the best
/// step h solves (JᵀJ + μ I) h = −Jᵀr. The damping μ keeps the step short where the residuals are not linear. It falls when a
/// step lowers the loss as expected, and it rises until a step does.
///
/// It is for networks with `half_squared_error` (the default) or `mean_squared_error`, any activations, and at most 3,000
/// parameters. Others are refused by [`TrainError::NotSquares`] and [`TrainError::TooManyParameters`].
///
/// An epoch is one step on all examples that lowers the loss. It needs no learning rate. The training ends with
/// [`StopReason::Converged`](crate::StopReason::Converged) when no step lowers the loss any more. [`Trainer`](crate::Trainer)
/// refuses what makes no sense here: `shuffle`, small batches, `clip_norm`, `schedule`, `l1`, `l2`, `step_with` and
/// `fit_chunks`.
///
/// It ends in one of many minima. Start it from several random networks, and keep the best. [Scale](crate::scaling) inputs
/// and targets to about −1 to 1: inputs in the thousands saturate the activations, and the training converges at once to a
/// poor minimum.
///
/// ```
/// use mlp_core::{LevenbergMarquardt, Trainer, mlp};
///
/// mlp!(pub struct Sine: 1 => tanh(6) => identity(1));
/// let examples: Vec<_> = (0..60).map(|i| f64::from(i) / 10.0 - 3.0).map(|x| ([x], [x.sin()])).collect();
/// let mut sine = Sine::random(&mut mlp_core::rng(1));
/// let outcome = Trainer::new(LevenbergMarquardt::new()).epochs(200).fit(&mut sine, &examples)?;
/// assert!(outcome.loss < 1e-7);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevenbergMarquardt {
    damping: f64,
    is_bayesian: bool,
}

impl LevenbergMarquardt {
    /// With τ = 1e-3, see [`damping`](Self::damping).
    #[must_use]
    pub const fn new() -> Self {
        Self { damping: 1e-3, is_bayesian: false }
    }

    /// Sets τ: the damping μ starts at τ times the largest element on the diagonal of JᵀJ. It must be positive and finite. A
    /// larger one makes the first steps shorter, which helps where a training runs away from a good start.
    #[must_use]
    pub const fn damping(mut self, damping: f64) -> Self {
        self.damping = damping;
        self
    }

    /// Adds Bayesian regularisation (MacKay, 1992; Foresee and Hagan, 1997): a weight decay that finds its own strength, so
    /// that a network with too many neurons does not learn the noise.
    ///
    /// The steps lower F = β E_D + α E_W instead of the loss. E_D = ½ Σ r² over the residuals r = y_pred − y_true of all n
    /// outputs of all examples, and E_W = ½ Σ p² over all parameters p, biases included. With P parameters and the
    /// Gauss-Newton approximation H = β JᵀJ + α I of the second derivatives, γ = P − α tr H⁻¹ is the effective number of
    /// parameters. γ, α = γ / (2 E_W) and β = (n − γ) / (2 E_D) are estimated anew after each step that lowers F by less than
    /// 1 %. For these formulas hold at a minimum of F, and the residuals of a network that has hardly learnt look like noise.
    /// The training begins with γ = P, or n / 2 if that is less, and takes a thousandth of E_D for noise. The estimates are in
    /// the optimizer's state, as [`Regularisation`].
    ///
    /// The losses that a training reports have no penalty: with `half_squared_error` the mean loss is E_D / examples, with
    /// `mean_squared_error` 2 E_D / n. Target loss and observers see this loss. It may rise while α rises, so give patience
    /// [validation](crate::Trainer::validate) examples. [`StopReason::Converged`](crate::StopReason::Converged) means that
    /// neither the parameters nor α / β move any more.
    ///
    /// With [weights](crate::sample_weights), E_D is weighted, and n counts the examples whose weight is not 0.
    ///
    /// One α serves all parameters, so [scale](crate::scaling) inputs and targets to about −1 to 1. An epoch takes some P³ / 3
    /// multiplications more.
    ///
    /// How many hidden neurons are needed? Train with more and more of them. When γ no longer grows, further ones are not
    /// used. γ is in the state of a [`Training`](crate::Training), so begin with [`start`](crate::Trainer::start):
    ///
    /// ```
    /// use mlp_core::{LevenbergMarquardt, Trainer, mlp};
    ///
    /// mlp!(pub struct Noisy: 1 => tanh(8) => identity(1));
    /// let noise = |i: u32| f64::from((i * i + 3) * 5000 % 10_007) / 10_007.0 - 0.5;
    /// let examples: Vec<_> = (0..60).map(|i| { let x = f64::from(i) / 30.0 - 1.0; ([x], [x * x + 0.2 * noise(i)]) }).collect();
    /// let mut net = Noisy::random(&mut mlp_core::rng(1));
    /// let mut training = Trainer::new(LevenbergMarquardt::new().bayesian()).epochs(200).start(&net)?;
    /// training.fit(&mut net, &examples)?;
    /// let found = training.optimizer_state().regularisation().unwrap();
    /// // A parabola needs few of the 25 parameters. The noise has a deviation of 0.058.
    /// assert!(found.gamma() < 10.0);
    /// assert!((1.0 / found.beta().sqrt() - 0.058).abs() < 0.01);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    #[must_use]
    pub const fn bayesian(mut self) -> Self {
        self.is_bayesian = true;
        self
    }
}

impl Default for LevenbergMarquardt {
    fn default() -> Self {
        Self::new()
    }
}

/// The state of [`LevenbergMarquardt`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Damping {
    /// The damping; 0 before the first epoch.
    mu: f64,
    /// The factor by which μ rises after a step that does not lower the loss.
    growth: f64,
    regularisation: Option<Regularisation>,
}

impl Damping {
    /// The damping μ of the next step; 0 before the first epoch.
    #[must_use]
    pub const fn damping(&self) -> f64 {
        self.mu
    }

    /// The estimates of [Bayesian regularisation](LevenbergMarquardt::bayesian). In a
    /// [visitor](crate::optimizer::StateVisitor) they are `alpha`, `beta` and `gamma`, and `fall` is the part of F by which
    /// the last step lowered it.
    #[must_use]
    pub const fn regularisation(&self) -> Option<Regularisation> {
        self.regularisation
    }
}

impl<T> OptimizerState<T> for Damping {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.number("damping", &mut self.mu);
        visitor.number("growth", &mut self.growth);
        if let Some(regularisation) = &mut self.regularisation {
            regularisation.visit(visitor);
        }
    }
}

impl<T: Scalar> Optimizer<T> for LevenbergMarquardt {
    type State<P: Array<T>> = Damping;

    const METHOD: Method = Method::LeastSquares;

    /// 1: a step is taken whole.
    fn learning_rate(&self) -> f64 {
        1.0
    }

    fn init_state<P: Array<T>>(&self) -> Result<Damping, TrainError> {
        let damping = self.damping;
        check_setting(damping > 0.0 && damping.is_finite(), "damping", damping, "greater than 0 and finite")?;
        Ok(Damping { mu: 0.0, growth: 2.0, regularisation: self.is_bayesian.then_some(Regularisation::NEW) })
    }

    /// Does nothing, because gradients are not enough to learn from. Training never calls it.
    fn step<P: Array<T>>(&self, _: &mut Damping, _: usize, _: &mut [T], _: &[T], _: T) {}

    #[inline]
    fn full_batch_epoch<P: Array<T>>(
        &self,
        state: &mut Damping,
        parameters: &mut [T],
        gradient: &mut [T],
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        T::least_squares_epoch(Epoch { first_damping: self.damping, state, parameters, gradient }, objective)
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("damping", self.damping);
        if self.is_bayesian {
            visit("bayesian regularisation", 1.0);
        }
    }
}
