//! Optimizers: how gradients move parameters.
//!
//! The definitions and defaults are PyTorch's. Weight decay applies to every parameter, biases included, as it does
//! there; [`Trainer::l2`](crate::Trainer::l2) is of weights alone.
//!
//! | optimizer | a step, with the gradient g and the learning rate η |
//! |---|---|
//! | [`GradientDescent`] | p ← p − η g |
//! | [`Momentum`] | v ← μ v + g, p ← p − η v |
//! | [`RmsProp`] | v ← α v + (1 − α) g², p ← p − η g / (√v + ε) |
//! | [`Adagrad`] | v ← v + g², p ← p − η g / (√v + ε) |
//! | [`Adam`] | m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², p ← p − η m̂ / (√v̂ + ε) |
//! | [`AdamW`] | p ← p − η λ p, then as Adam |
//! | [`Rprop`] | p ← p − sign(g) Δ; Δ grows while the sign of g stays, and shrinks when it changes |
//!
//! `Lbfgs` and [`least_squares`](crate::least_squares) learn from all examples at once, and need no learning rate.
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
mod built_in_rule;
mod gradient_descent;
#[cfg(feature = "alloc")]
mod lbfgs;
#[cfg(feature = "alloc")]
mod line_search;
mod rprop;
mod state;

#[cfg(feature = "std")]
use crate::equations::UpdateRule;
use crate::math::Separate;
use crate::simd::Task;
#[cfg(feature = "alloc")]
use crate::trainer::{FullBatch, Step};
use crate::trainer::{Method, check_in_scalar, check_setting};
use crate::{Array, Scalar, TrainError};

pub(crate) use adam::AdamStep;
pub use adam::{Adam, AdamW};
#[cfg(feature = "population")]
pub(crate) use adam::{AdamFactors, move_by_adam};
pub(crate) use adaptive::AdaptiveStep;
#[cfg(feature = "population")]
pub(crate) use adaptive::move_adaptively;
pub use adaptive::{Adagrad, RmsProp};
#[doc(hidden)]
pub use built_in_rule::BuiltInRule;
#[cfg(feature = "population")]
pub(crate) use gradient_descent::move_with_momentum;
pub(crate) use gradient_descent::{DescentStep, MomentumStep};
pub use gradient_descent::{GradientDescent, Momentum};
#[cfg(feature = "alloc")]
pub use lbfgs::{LastSteps, Lbfgs};
pub use rprop::Rprop;
pub(crate) use rprop::RpropStep;
pub use state::{OptimizerState, StateVisitor};

/// A rule that moves parameters, given their gradients.
///
/// The optimizer itself holds only its settings. Whatever it remembers from update to update is its `State`, which is
/// part of a [`Training`](crate::Training). It sees parameters and gradients as slices in canonical order, so the same
/// rule serves every network.
///
/// ```
/// use mlp_core::{Array, Optimizer, Scalar, TrainError, Trainer, mlp};
///
/// /// Moves every parameter by the learning rate, whatever the size of its gradient.
/// struct SignDescent;
///
/// impl<T: Scalar> Optimizer<T> for SignDescent {
///     type State<P: Array<T>> = ();
///
///     fn learning_rate(&self) -> f64 {
///         0.01
///     }
///
///     fn init_state<P: Array<T>>(&self) -> Result<(), TrainError> {
///         Ok(())
///     }
///
///     fn step<P: Array<T>>(&self, _: &mut (), _: usize, parameters: &mut [T], gradients: &[T], learning_rate: T) {
///         for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
///             if gradient > T::ZERO {
///                 *parameter -= learning_rate;
///             } else if gradient < T::ZERO {
///                 *parameter += learning_rate;
///             }
///         }
///     }
/// }
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(SignDescent).epochs(10).fit(&mut line, &[([1.0], [1.0])])?;
/// assert!((line.w11 - 0.1).abs() < 1e-12);
/// # Ok::<(), TrainError>(())
/// ```
pub trait Optimizer<T: Scalar> {
    /// Its memory from update to update; `P` is an array with a place for each parameter. The trainer keeps a copy, to
    /// return to when a number is no longer finite.
    type State<P: Array<T>>: OptimizerState<T>;

    /// Whether an update is `parameter − learning rate · gradient` and nothing else. The trainer may then fuse
    /// backpropagation with the update.
    #[doc(hidden)]
    const IS_PLAIN_DESCENT: bool = false;

    /// How it learns: from gradients, or from all examples at once.
    #[doc(hidden)]
    const METHOD: Method = Method::Gradient;

    /// The learning rate; a [`Schedule`](crate::Schedule) varies it.
    fn learning_rate(&self) -> f64;

    /// The state before the first update.
    ///
    /// # Errors
    ///
    /// If a setting is out of its range.
    fn init_state<P: Array<T>>(&self) -> Result<Self::State<P>, TrainError>;

    /// Called once at the beginning of each update, before [`step`](Self::step) is called for its pieces.
    #[inline]
    fn begin_step<P: Array<T>>(&self, state: &mut Self::State<P>, learning_rate: T) {
        let _ = (state, learning_rate);
    }

    /// Moves a piece of the parameters against their gradients, with the learning rate of the epoch. The two slices are
    /// equally long. Together, the calls of an update cover all parameters once.
    ///
    /// `offset` is the number of parameters before the piece. The part of an array in the state that belongs to the piece
    /// begins there too: `state.velocity.as_mut()[offset..]`. An unrolled network comes in one piece, a rolled one in two
    /// for each layer.
    fn step<P: Array<T>>(
        &self,
        state: &mut Self::State<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    );

    /// The rule of a built-in optimizer as data, for many networks at a time; an optimizer of your own has none.
    #[doc(hidden)]
    fn built_in_rule(&self) -> Option<BuiltInRule> {
        None
    }

    /// An epoch of a [method](Self::METHOD) that learns from all examples at once. Leaves the mean gradient that it started
    /// with in `gradient`.
    ///
    /// # Errors
    ///
    /// If the loss or a derivative is not finite.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    fn full_batch_epoch<P: Array<T>>(
        &self,
        state: &mut Self::State<P>,
        parameters: &mut [T],
        gradient: &mut [T],
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        let _ = (state, parameters, gradient, objective);
        Ok(Step::Moved)
    }

    /// How an update moves one parameter, as equations, for [`Equations`](crate::Equations). By default nothing is known:
    /// the equations show a call by the optimizer's [name](Self::name).
    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        None
    }

    /// The name of the optimizer: by default that of its type, without the path. A saved training can go on only with an
    /// optimizer of the same name.
    fn name(&self) -> &'static str {
        let name = core::any::type_name::<Self>();
        name.rsplit_once("::").map_or(name, |(_, last)| last)
    }

    /// Shows `visit` the name and the value of each setting besides the learning rate. A saved training can go on only
    /// with the settings that it began with, and compares them by these names.
    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        let _ = visit;
    }
}

impl<T: Scalar, O: Optimizer<T> + ?Sized> Optimizer<T> for &O {
    type State<P: Array<T>> = O::State<P>;

    const IS_PLAIN_DESCENT: bool = O::IS_PLAIN_DESCENT;
    const METHOD: Method = O::METHOD;

    #[inline]
    fn learning_rate(&self) -> f64 {
        (**self).learning_rate()
    }

    fn init_state<P: Array<T>>(&self) -> Result<Self::State<P>, TrainError> {
        (**self).init_state::<P>()
    }

    #[inline]
    fn begin_step<P: Array<T>>(&self, state: &mut Self::State<P>, learning_rate: T) {
        (**self).begin_step::<P>(state, learning_rate);
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Self::State<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        (**self).step::<P>(state, offset, parameters, gradients, learning_rate);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        (**self).built_in_rule()
    }

    #[cfg(feature = "alloc")]
    fn full_batch_epoch<P: Array<T>>(
        &self,
        state: &mut Self::State<P>,
        parameters: &mut [T],
        gradient: &mut [T],
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        (**self).full_batch_epoch::<P>(state, parameters, gradient, objective)
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        (**self).update_rule()
    }

    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        (**self).settings(visit);
    }
}

/// Checks that a share of an old value is in range, 0 ≤ value < 1, in the scalar of the network too.
fn check_fraction<T: Scalar>(setting: &'static str, value: f64) -> Result<(), TrainError> {
    check_setting((0.0..1.0).contains(&value), setting, value, "at least 0 and less than 1")?;
    check_in_scalar::<T>(setting, value, |value| value < 1.0)
}

/// Checks that 0 ≤ value, and that it is finite, in the scalar of the network too.
fn check_non_negative<T: Scalar>(setting: &'static str, value: f64) -> Result<(), TrainError> {
    check_setting(value >= 0.0 && value.is_finite(), setting, value, "at least 0 and finite")?;
    check_in_scalar::<T>(setting, value, f64::is_finite)
}

/// 1 − share, in the scalar of a network. The difference is taken in `f64`, so that an `f32` network keeps its digits.
fn one_minus<T: Scalar>(share: f64) -> T {
    T::from_f64(1.0 - share)
}

/// Runs one update of a piece of parameters: inlined if the piece is small, so that its loop is unrolled and nothing is
/// called, and otherwise as `compiled` with this crate.
#[allow(clippy::inline_always, reason = "the length is a constant where it is inlined, and one of the two remains")]
#[inline(always)]
fn run<K: Task<Output = ()>>(length: usize, step: K, compiled: fn(K)) {
    const INLINED: usize = 64;
    if length <= INLINED { step.run::<Separate>() } else { compiled(step) }
}

/// The part of a state array that belongs to a piece of the parameters.
fn piece<T>(array: &mut [T], offset: usize) -> &mut [T] {
    array.get_mut(offset..).unwrap_or_default()
}
