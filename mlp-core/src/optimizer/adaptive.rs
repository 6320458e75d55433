//! Optimizers that give every parameter a step size of its own.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use super::{
    BuiltInRule, Optimizer, OptimizerState, StateVisitor, check_fraction, check_non_negative, one_minus, piece, run,
};
#[cfg(feature = "std")]
use crate::equations::{Elementary, Expression, UpdateRule, call, scaled_step};
use crate::math::MultiplyAdd;
use crate::simd::Task;
use crate::{Array, Scalar, TrainError};

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

impl<T: Scalar> Optimizer<T> for RmsProp {
    type State<P: Array<T>> = Squares<P>;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<Squares<P>, TrainError> {
        check_fraction::<T>("alpha", self.alpha)?;
        check_non_negative::<T>("epsilon", self.epsilon)?;
        Ok(Squares { squares: P::zeros() })
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Squares<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        let length = parameters.len();
        let step = AdaptiveStep {
            parameters,
            gradients,
            squares: piece(state.squares.as_mut(), offset),
            learning_rate,
            old: T::from_f64(self.alpha),
            new: one_minus(self.alpha),
            epsilon: T::from_f64(self.epsilon),
        };
        run(length, step, T::adaptive_step);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        Some(BuiltInRule::Adaptive { old: self.alpha, new: 1.0 - self.alpha, epsilon: self.epsilon })
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let mut rule = UpdateRule::new();
        let (old, new) = (rule.setting("alpha", self.alpha), rule.setting("one_less_alpha", 1.0 - self.alpha));
        let epsilon = rule.setting("epsilon", self.epsilon);
        let squares = old * Expression::name("squares") + new * rule.gradient() * rule.gradient();
        Some(scaled_descent(rule, squares, epsilon))
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("alpha", self.alpha);
        visit("epsilon", self.epsilon);
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

impl<T: Scalar> Optimizer<T> for Adagrad {
    type State<P: Array<T>> = Squares<P>;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<Squares<P>, TrainError> {
        check_non_negative::<T>("epsilon", self.epsilon)?;
        Ok(Squares { squares: P::zeros() })
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Squares<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        let length = parameters.len();
        let step = AdaptiveStep {
            parameters,
            gradients,
            squares: piece(state.squares.as_mut(), offset),
            learning_rate,
            old: T::ONE,
            new: T::ONE,
            epsilon: T::from_f64(self.epsilon),
        };
        run(length, step, T::adaptive_step);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        Some(BuiltInRule::Adaptive { old: 1.0, new: 1.0, epsilon: self.epsilon })
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let mut rule = UpdateRule::new();
        let epsilon = rule.setting("epsilon", self.epsilon);
        let squares = Expression::name("squares") + rule.gradient() * rule.gradient();
        Some(scaled_descent(rule, squares, epsilon))
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("epsilon", self.epsilon);
    }
}

/// The state of [`RmsProp`] and [`Adagrad`].
#[derive(Debug, PartialEq)]
pub struct Squares<A> {
    /// For every parameter, the mean or the sum of its squared gradients.
    squares: A,
}

impl<A: Clone> Clone for Squares<A> {
    fn clone(&self) -> Self {
        Self { squares: self.squares.clone() }
    }

    // An array on the heap keeps its place.
    fn clone_from(&mut self, source: &Self) {
        self.squares.clone_from(&source.squares);
    }
}

impl<T: Scalar, A: Array<T>> OptimizerState<T> for Squares<A> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.scalars("squares", self.squares.as_mut());
    }
}

/// v ← old · v + new · g², parameter ← parameter − η g / (√v + ε).
pub struct AdaptiveStep<'a, T> {
    parameters: &'a mut [T],
    gradients: &'a [T],
    squares: &'a mut [T],
    learning_rate: T,
    old: T,
    new: T,
    epsilon: T,
}

impl<T: Scalar> Task for AdaptiveStep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { parameters, gradients, squares, learning_rate, old, new, epsilon } = self;
        for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(squares) {
            move_adaptively(p, g, v, [learning_rate, old, new, epsilon]);
        }
    }
}

/// One parameter in [`AdaptiveStep`].
#[inline(always)]
pub(crate) fn move_adaptively<T: Scalar>(p: &mut T, g: T, v: &mut T, [learning_rate, old, new, epsilon]: [T; 4]) {
    *v = old * *v + new * g * g;
    *p -= scaled(learning_rate * g, v.sqrt(), epsilon);
}

/// step / (size + ε). If all gradients of a parameter were so small that their squares are 0, the divisor is ε alone.
/// If ε is 0 too, the parameter does not move.
#[inline(always)]
pub(super) fn scaled<T: Scalar>(step: T, size: T, epsilon: T) -> T {
    let divisor = size + epsilon;
    if divisor == T::ZERO { T::ZERO } else { step / divisor }
}

/// The rule of which [`AdaptiveStep`] is a step.
#[cfg(feature = "std")]
fn scaled_descent(mut rule: UpdateRule, squares: Expression, epsilon: Expression) -> UpdateRule {
    let size = call(Elementary::SquareRoot, [rule.each("squares", squares)]);
    let step = scaled_step(rule.learning_rate() * rule.gradient(), size, epsilon);
    let moved = rule.parameter() - step;
    rule.move_to(moved)
}
