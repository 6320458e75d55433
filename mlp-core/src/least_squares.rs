//! Least squares: methods for losses that are sums of squares.
//!
//! Small networks that fit numbers are usually trained so. [`LevenbergMarquardt`] solves, in every epoch, a system of
//! equations for all parameters together. It therefore needs far fewer epochs than gradient descent, and each takes longer:
//! with n examples and P parameters some n P² / 2 multiplications and P³ / 6 more. That pays off up to a few hundred
//! parameters.

mod cholesky;
mod epoch;

use crate::optimizer::{OptimizerState, StateVisitor};
use crate::trainer::{FullBatch, Method, Step, check_setting};
use crate::{Array, Optimizer, Scalar, TrainError};

pub(crate) use epoch::Epoch;

/// Levenberg-Marquardt (Levenberg, 1944; Marquardt, 1963), with the damping of Nielsen (Madsen, Nielsen and Tingleff,
/// "Methods for non-linear least squares problems", 2004).
///
/// The errors r of all examples depend on the parameters almost linearly nearby, with the derivatives J. The step h that is
/// best then solves (JᵀJ + μ I) h = −Jᵀr. The damping μ keeps the step short where the errors are not linear. It falls when
/// a step lowers the loss as expected, and it rises until a step does.
///
/// It is for networks with `half_squared_error` (the default) or `mean_squared_error`, any activations, and at most 3000
/// parameters. An epoch is one step on all examples that lowers the loss. There is no learning rate. The training ends with
/// [`StopReason::Converged`](crate::StopReason::Converged) when no step lowers the loss any more. [`Trainer`](crate::Trainer)
/// refuses what makes no sense here: `shuffle`, small batches, `clip_norm`, `schedule`, `step_with` and `fit_chunks`.
///
/// It ends in one of many minima. Start it from several random networks, and keep the best.
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
}

impl LevenbergMarquardt {
    /// With τ = 1e-3, see [`damping`](Self::damping).
    #[must_use]
    pub const fn new() -> Self {
        Self { damping: 1e-3 }
    }

    /// Sets τ: the damping μ starts at τ times the largest element on the diagonal of JᵀJ. It must be positive and finite. A
    /// larger one makes the first steps shorter, which helps where a training runs away from a good start.
    #[must_use]
    pub const fn damping(mut self, damping: f64) -> Self {
        self.damping = damping;
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
    /// μ; 0 before the first epoch.
    damping: f64,
    /// The factor by which μ rises after a step that does not lower the loss.
    growth: f64,
}

impl Damping {
    /// The damping μ of the next step; 0 before the first epoch.
    #[must_use]
    pub const fn damping(&self) -> f64 {
        self.damping
    }
}

impl<T> OptimizerState<T> for Damping {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.number("damping", &mut self.damping);
        visitor.number("growth", &mut self.growth);
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
        Ok(Damping { damping: 0.0, growth: 2.0 })
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
    }
}
