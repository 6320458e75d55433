//! Gradient descent, and gradient descent with momentum.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use super::{BuiltInRule, Optimizer, OptimizerState, StateVisitor, check_fraction, check_non_negative, piece, run};
#[cfg(feature = "std")]
use crate::equations::{Expression, UpdateRule};
use crate::math::{MultiplyAdd, for_each_pair};
use crate::simd::Task;
use crate::{Array, Scalar, TrainError};

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

impl<T: Scalar> Optimizer<T> for GradientDescent {
    type State<P: Array<T>> = ();

    const IS_PLAIN_DESCENT: bool = true;

    #[inline]
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<(), TrainError> {
        Ok(())
    }

    #[inline]
    fn step<P: Array<T>>(&self, (): &mut (), _: usize, parameters: &mut [T], gradients: &[T], learning_rate: T) {
        let length = parameters.len();
        let step = DescentStep { parameters, gradients, learning_rate };
        run(length, step, T::descent_step);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        Some(BuiltInRule::Descent)
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let rule = UpdateRule::new();
        let step = rule.learning_rate() * rule.gradient();
        let moved = rule.parameter() - step;
        Some(rule.move_to(moved))
    }
}

/// parameter ← parameter − η g
pub struct DescentStep<'a, T> {
    pub(crate) parameters: &'a mut [T],
    pub(crate) gradients: &'a [T],
    pub(crate) learning_rate: T,
}

impl<T: Scalar> Task for DescentStep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { parameters, gradients, learning_rate } = self;
        for_each_pair(parameters, gradients, |parameter, gradient| *parameter -= learning_rate * gradient);
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

impl<T: Scalar> Optimizer<T> for Momentum {
    type State<P: Array<T>> = Velocity<P>;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<Velocity<P>, TrainError> {
        check_fraction::<T>("momentum", self.kept)?;
        check_non_negative::<T>("weight decay", self.weight_decay)?;
        Ok(Velocity { velocity: P::zeros() })
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Velocity<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        let length = parameters.len();
        let step = MomentumStep {
            parameters,
            gradients,
            velocity: piece(state.velocity.as_mut(), offset),
            learning_rate,
            momentum: T::from_f64(self.kept),
            weight_decay: T::from_f64(self.weight_decay),
            nesterov: self.nesterov,
        };
        run(length, step, T::momentum_step);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        Some(BuiltInRule::Momentum { momentum: self.kept, weight_decay: self.weight_decay, nesterov: self.nesterov })
    }

    /// A weight decay of 0 is left out. It could only change the sign of a zero.
    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let mut rule = UpdateRule::new();
        let momentum = rule.setting("momentum", self.kept);
        let mut gradient = rule.gradient();
        if self.weight_decay != 0.0 {
            let decay = rule.setting("weight_decay", self.weight_decay) * rule.parameter();
            gradient = rule.each("decayed", gradient + decay);
        }
        let velocity = momentum.clone() * Expression::name("velocity") + gradient.clone();
        let velocity = rule.each("velocity", velocity);
        let direction = if self.nesterov { gradient + momentum * velocity } else { velocity };
        let moved = rule.parameter() - rule.learning_rate() * direction;
        Some(rule.move_to(moved))
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("momentum", self.kept);
        visit("nesterov", f64::from(u8::from(self.nesterov)));
        visit("weight decay", self.weight_decay);
    }
}

/// The state of [`Momentum`].
#[derive(Debug, PartialEq)]
pub struct Velocity<A> {
    /// For every parameter, its velocity.
    velocity: A,
}

impl<A: Clone> Clone for Velocity<A> {
    fn clone(&self) -> Self {
        Self { velocity: self.velocity.clone() }
    }

    // An array on the heap keeps its place.
    fn clone_from(&mut self, source: &Self) {
        self.velocity.clone_from(&source.velocity);
    }
}

impl<T: Scalar, A: Array<T>> OptimizerState<T> for Velocity<A> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.scalars("velocity", self.velocity.as_mut());
    }
}

/// v ← μ v + g, parameter ← parameter − η v, or with Nesterov's g + μ v for the second v.
pub struct MomentumStep<'a, T> {
    parameters: &'a mut [T],
    gradients: &'a [T],
    velocity: &'a mut [T],
    learning_rate: T,
    momentum: T,
    weight_decay: T,
    nesterov: bool,
}

impl<T: Scalar> Task for MomentumStep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { parameters, gradients, velocity, learning_rate, momentum, weight_decay, nesterov } = self;
        for ((p, &g), v) in parameters.iter_mut().zip(gradients).zip(velocity) {
            move_with_momentum(p, g, v, [learning_rate, momentum, weight_decay], nesterov);
        }
    }
}

/// One parameter in [`MomentumStep`].
#[inline(always)]
pub(crate) fn move_with_momentum<T: Scalar>(
    p: &mut T,
    g: T,
    v: &mut T,
    [learning_rate, momentum, weight_decay]: [T; 3],
    nesterov: bool,
) {
    let g = g + weight_decay * *p;
    *v = momentum * *v + g;
    *p -= learning_rate * if nesterov { g + momentum * *v } else { *v };
}
