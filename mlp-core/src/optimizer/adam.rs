//! Adam, and Adam with decoupled weight decay.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use super::adaptive::scaled;
use super::{
    BuiltInRule, Optimizer, OptimizerState, StateVisitor, check_fraction, check_non_negative, one_minus, piece, run,
};
#[cfg(feature = "std")]
use crate::equations::{Elementary, Expression, UpdateRule, call, scaled_step};
use crate::math::MultiplyAdd;
use crate::simd::Task;
use crate::{Array, Scalar, TrainError};

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

    fn check<T: Scalar>(&self) -> Result<(), TrainError> {
        check_fraction::<T>("beta1", self.beta1)?;
        check_fraction::<T>("beta2", self.beta2)?;
        check_non_negative::<T>("epsilon", self.epsilon)
    }

    /// A step in which every parameter is first multiplied by `kept`.
    #[inline]
    fn decayed_step<T: Scalar, P: Array<T>>(
        &self,
        moments: &mut Moments<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
        kept: T,
    ) {
        let length = parameters.len();
        let step = AdamStep {
            parameters,
            gradients,
            mean: piece(moments.mean.as_mut(), offset),
            square: piece(moments.square.as_mut(), offset),
            factors: AdamFactors::new(
                [self.beta1, self.beta2],
                [moments.power1, moments.power2],
                self.epsilon,
                learning_rate,
                kept,
            ),
        };
        run(length, step, T::adam_step);
    }

    /// The rule of [`decayed_step`](Self::decayed_step). `kept` is what is left of a parameter before Adam moves it.
    #[cfg(feature = "std")]
    fn decayed_rule(&self, mut rule: UpdateRule, kept: Expression) -> UpdateRule {
        let [beta1, beta2] = [rule.setting("beta1", self.beta1), rule.setting("beta2", self.beta2)];
        let one_less_beta1 = rule.setting("one_less_beta1", 1.0 - self.beta1);
        let one_less_beta2 = rule.setting("one_less_beta2", 1.0 - self.beta2);
        let epsilon = rule.setting("epsilon", self.epsilon);
        let power1 = rule.state_in_f64("power1", 1.0, Expression::name("power1") * beta1.clone());
        let power2 = rule.state_in_f64("power2", 1.0, Expression::name("power2") * beta2.clone());
        let correction1 = rule.once_in_f64("correction1", Expression::from(1.0) - power1);
        let correction2 = rule.once_in_f64("correction2", Expression::from(1.0) - power2);
        let step_size = rule.once("step_size", rule.learning_rate() / correction1);
        let root = rule.once("root", call(Elementary::SquareRoot, [correction2]));
        let mean = beta1 * Expression::name("mean") + one_less_beta1 * rule.gradient();
        let mean = rule.each("mean", mean);
        let square = beta2 * Expression::name("square") + one_less_beta2 * rule.gradient() * rule.gradient();
        let size = call(Elementary::SquareRoot, [rule.each("square", square)]) / root;
        rule.move_to(kept - scaled_step(step_size * mean, size, epsilon))
    }
}

/// The state of [`Adam`] and [`AdamW`].
#[derive(Debug, PartialEq)]
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

impl<A> Moments<A> {
    fn zeros<T: Scalar>() -> Self
    where
        A: Array<T>,
    {
        Self { mean: A::zeros(), square: A::zeros(), power1: 1.0, power2: 1.0 }
    }

    /// β₁ᵗ and β₂ᵗ in the next step.
    fn begin_step(&mut self, adam: &Adam) {
        self.power1 *= adam.beta1;
        self.power2 *= adam.beta2;
    }
}

impl<A: Clone> Clone for Moments<A> {
    fn clone(&self) -> Self {
        let Self { mean, square, power1, power2 } = self;
        Self { mean: mean.clone(), square: square.clone(), power1: *power1, power2: *power2 }
    }

    // Arrays on the heap keep their places.
    fn clone_from(&mut self, source: &Self) {
        let Self { mean, square, power1, power2 } = self;
        mean.clone_from(&source.mean);
        square.clone_from(&source.square);
        (*power1, *power2) = (source.power1, source.power2);
    }
}

impl<T: Scalar, A: Array<T>> OptimizerState<T> for Moments<A> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.scalars("mean", self.mean.as_mut());
        visitor.scalars("square", self.square.as_mut());
        visitor.number("power1", &mut self.power1);
        visitor.number("power2", &mut self.power2);
    }
}

impl<T: Scalar> Optimizer<T> for Adam {
    type State<P: Array<T>> = Moments<P>;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<Moments<P>, TrainError> {
        self.check::<T>()?;
        Ok(Moments::zeros())
    }

    #[inline]
    fn begin_step<P: Array<T>>(&self, state: &mut Moments<P>, _learning_rate: T) {
        state.begin_step(self);
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Moments<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        self.decayed_step(state, offset, parameters, gradients, learning_rate, T::ONE);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        Some(BuiltInRule::Adam { betas: [self.beta1, self.beta2], epsilon: self.epsilon, weight_decay: 0.0 })
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let rule = UpdateRule::new();
        let parameter = rule.parameter();
        Some(self.decayed_rule(rule, parameter))
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("beta1", self.beta1);
        visit("beta2", self.beta2);
        visit("epsilon", self.epsilon);
    }
}

/// One step of [`Adam`], in which every parameter is first multiplied by `kept`.
pub struct AdamStep<'a, T> {
    parameters: &'a mut [T],
    gradients: &'a [T],
    mean: &'a mut [T],
    square: &'a mut [T],
    factors: AdamFactors<T>,
}

/// The factors that all parameters of an [`AdamStep`] share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AdamFactors<T> {
    pub(crate) beta: [T; 2],
    pub(crate) one_less_beta: [T; 2],
    /// η / (1 − β₁ᵗ)
    pub(crate) step_size: T,
    /// √(1 − β₂ᵗ)
    pub(crate) correction: T,
    pub(crate) epsilon: T,
    /// The factor that weight decay leaves of a parameter, before Adam moves it.
    pub(crate) kept: T,
}

impl<T: Scalar> AdamFactors<T> {
    /// `powers` are β₁ᵗ and β₂ᵗ.
    #[inline(always)]
    pub(crate) fn new(betas: [f64; 2], powers: [f64; 2], epsilon: f64, learning_rate: T, kept: T) -> Self {
        Self {
            beta: betas.map(T::from_f64),
            one_less_beta: betas.map(one_minus),
            step_size: learning_rate / one_minus(powers[0]),
            correction: one_minus::<T>(powers[1]).sqrt(),
            epsilon: T::from_f64(epsilon),
            kept,
        }
    }
}

impl<T: Scalar> Task for AdamStep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { parameters, gradients, mean, square, factors } = self;
        for ((p, &g), (m, v)) in parameters.iter_mut().zip(gradients).zip(mean.iter_mut().zip(square)) {
            move_by_adam(p, g, [m, v], factors);
        }
    }
}

/// One parameter in [`AdamStep`].
#[inline(always)]
pub(crate) fn move_by_adam<T: Scalar>(p: &mut T, g: T, [m, v]: [&mut T; 2], factors: AdamFactors<T>) {
    let AdamFactors { beta, one_less_beta, step_size, correction, epsilon, kept } = factors;
    *m = beta[0] * *m + one_less_beta[0] * g;
    *v = beta[1] * *v + one_less_beta[1] * g * g;
    *p = kept * *p - scaled(step_size * *m, v.sqrt() / correction, epsilon);
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

impl<T: Scalar> Optimizer<T> for AdamW {
    type State<P: Array<T>> = Moments<P>;

    fn learning_rate(&self) -> f64 {
        self.adam.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<Moments<P>, TrainError> {
        check_non_negative::<T>("weight decay", self.weight_decay)?;
        self.adam.check::<T>()?;
        Ok(Moments::zeros())
    }

    #[inline]
    fn begin_step<P: Array<T>>(&self, state: &mut Moments<P>, _learning_rate: T) {
        state.begin_step(&self.adam);
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Moments<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        let kept = T::ONE - learning_rate * T::from_f64(self.weight_decay);
        self.adam.decayed_step(state, offset, parameters, gradients, learning_rate, kept);
    }

    fn built_in_rule(&self) -> Option<BuiltInRule> {
        let Adam { beta1, beta2, epsilon, .. } = self.adam;
        Some(BuiltInRule::Adam { betas: [beta1, beta2], epsilon, weight_decay: self.weight_decay })
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let mut rule = UpdateRule::new();
        let decay = rule.learning_rate() * rule.setting("weight_decay", self.weight_decay);
        let kept = rule.once("kept", Expression::from(1.0) - decay) * rule.parameter();
        Some(self.adam.decayed_rule(rule, kept))
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        Optimizer::<T>::settings(&self.adam, visit);
        visit("weight decay", self.weight_decay);
    }
}
