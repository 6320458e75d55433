//! Resilient backpropagation: steps whose length does not depend on the gradient's.

#![allow(clippy::inline_always, reason = "a function not inlined into a task lacks the task's target features")]

use super::{Optimizer, OptimizerState, StateVisitor, check_in_scalar, check_setting, piece, run};
#[cfg(feature = "std")]
use crate::equations::{Expression, UpdateRule, clamp, if_equal, if_greater};
use crate::math::MultiplyAdd;
use crate::simd::Task;
use crate::{Array, Scalar, TrainError};

/// iRPROP− (Igel and Hüsken, 2000), after Riedmiller and Braun's RPROP of 1993: every parameter has a step length Δ of its
/// own, and only the sign of its gradient g counts. While the sign stays, Δ grows. When it changes, the step was too long: Δ
/// shrinks, and the parameter rests for one update.
///
/// Δ ← min(1.2 Δ, 50) if g has the sign of the update before, max(0.5 Δ, 1e-6) and g ← 0 if it has the other, then
/// parameter ← parameter − sign(g) Δ. In the first update Δ is the learning rate. A schedule changes the steps, and not Δ.
///
/// The definition and the defaults are PyTorch's. FANN's are `Rprop::new(0.1)`, but there Δ also grows after a rest, and it
/// may shrink to 0.
///
/// It is meant for [`Batch::Full`](crate::Batch::Full): the sign of the gradient of a few examples changes by chance, and
/// then all steps shrink.
///
/// ```
/// use mlp_core::{Batch, Rprop, Trainer, mlp};
///
/// mlp!(struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// Trainer::new(Rprop::new(0.01)).batch(Batch::Full).epochs(2).fit(&mut line, &[([0.001], [1000.0])])?;
/// // Steps of 0.01 and 0.012, although the gradients are near −1 and −1000.
/// assert!((line.w11 - 0.022).abs() < 1e-12 && (line.b1 - 0.022).abs() < 1e-12);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rprop {
    learning_rate: f64,
    shrink: f64,
    grow: f64,
    shortest: f64,
    longest: f64,
}

impl Rprop {
    /// With this first step length, usually 0.01 to 0.1; factors 0.5 and 1.2, lengths from 1e-6 to 50.
    #[must_use]
    pub const fn new(learning_rate: f64) -> Self {
        Self { learning_rate, shrink: 0.5, grow: 1.2, shortest: 1e-6, longest: 50.0 }
    }

    /// Sets the factors by which a step length shrinks, greater than 0 and less than 1, and grows, greater than 1.
    #[must_use]
    pub const fn factors(mut self, shrink: f64, grow: f64) -> Self {
        (self.shrink, self.grow) = (shrink, grow);
        self
    }

    /// Sets the shortest and the longest step, both greater than 0.
    #[must_use]
    pub const fn lengths(mut self, shortest: f64, longest: f64) -> Self {
        (self.shortest, self.longest) = (shortest, longest);
        self
    }
}

/// The state of [`Rprop`].
#[derive(Debug, PartialEq)]
pub struct Steps<A> {
    /// For every parameter, the length of its last step; 0 before the first update.
    length: A,
    /// For every parameter, its last gradient; 0 if it rested.
    previous: A,
}

impl<A: Clone> Clone for Steps<A> {
    fn clone(&self) -> Self {
        Self { length: self.length.clone(), previous: self.previous.clone() }
    }

    // Arrays on the heap keep their places.
    fn clone_from(&mut self, source: &Self) {
        self.length.clone_from(&source.length);
        self.previous.clone_from(&source.previous);
    }
}

impl<T: Scalar, A: Array<T>> OptimizerState<T> for Steps<A> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        visitor.scalars("length", self.length.as_mut());
        visitor.scalars("previous", self.previous.as_mut());
    }
}

impl<T: Scalar> Optimizer<T> for Rprop {
    type State<P: Array<T>> = Steps<P>;

    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn init_state<P: Array<T>>(&self) -> Result<Steps<P>, TrainError> {
        let Self { shrink, grow, shortest, longest, .. } = *self;
        check_setting(0.0 < shrink && shrink < 1.0, "shrinking factor", shrink, "greater than 0 and less than 1")?;
        check_in_scalar::<T>("shrinking factor", shrink, |shrink| shrink < 1.0)?;
        check_setting(grow > 1.0 && grow.is_finite(), "growing factor", grow, "greater than 1 and finite")?;
        check_in_scalar::<T>("growing factor", grow, |grow| grow > 1.0 && grow.is_finite())?;
        check_setting(shortest > 0.0 && shortest.is_finite(), "shortest step", shortest, "greater than 0 and finite")?;
        check_in_scalar::<T>("shortest step", shortest, f64::is_finite)?;
        let is_longer = longest >= shortest && longest.is_finite();
        check_setting(is_longer, "longest step", longest, "at least the shortest and finite")?;
        check_in_scalar::<T>("longest step", longest, f64::is_finite)?;
        Ok(Steps { length: P::zeros(), previous: P::zeros() })
    }

    #[inline]
    fn step<P: Array<T>>(
        &self,
        state: &mut Steps<P>,
        offset: usize,
        parameters: &mut [T],
        gradients: &[T],
        learning_rate: T,
    ) {
        let count = parameters.len();
        let first = T::from_f64(self.learning_rate);
        let step = RpropStep {
            parameters,
            gradients,
            length: piece(state.length.as_mut(), offset),
            previous: piece(state.previous.as_mut(), offset),
            first,
            scale: learning_rate / first,
            factors: [self.shrink, self.grow].map(T::from_f64),
            range: [self.shortest, self.longest].map(T::from_f64),
        };
        run(count, step, T::rprop_step);
    }

    #[cfg(feature = "std")]
    fn update_rule(&self) -> Option<UpdateRule> {
        let mut rule = UpdateRule::new();
        let number = Expression::from;
        let (shrink, grow) = (rule.setting("shrink", self.shrink), rule.setting("grow", self.grow));
        let (shortest, longest) = (rule.setting("shortest", self.shortest), rule.setting("longest", self.longest));
        let first = rule.setting("first", self.learning_rate);
        let scale = rule.once("scale", rule.learning_rate() / first.clone());
        let agreement = rule.each("agreement", rule.gradient() * Expression::name("previous"));
        let changes = |then, otherwise| if_greater(number(0.0), agreement.clone(), then, otherwise);
        let factor = changes(shrink, if_greater(agreement.clone(), number(0.0), grow, number(1.0)));
        // An equation is part of the state if it reads its own name. So `previous` does not read `agreement`.
        let last = if_equal(Expression::name("length"), number(0.0), first, Expression::name("length"));
        let length = rule.each("length", clamp(last * factor, shortest, longest));
        let own_agreement = rule.gradient() * Expression::name("previous");
        let previous = rule.each("previous", if_greater(number(0.0), own_agreement, number(0.0), rule.gradient()));
        let sign = if_greater(
            previous.clone(),
            number(0.0),
            number(1.0),
            if_greater(number(0.0), previous.clone(), number(-1.0), previous),
        );
        let moved = rule.parameter() - scale * length * sign;
        Some(rule.move_to(moved))
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("shrinking factor", self.shrink);
        visit("growing factor", self.grow);
        visit("shortest step", self.shortest);
        visit("longest step", self.longest);
    }
}

/// One step of [`Rprop`].
pub struct RpropStep<'a, T> {
    parameters: &'a mut [T],
    gradients: &'a [T],
    length: &'a mut [T],
    previous: &'a mut [T],
    first: T,
    scale: T,
    /// The factors that shrink and grow a length.
    factors: [T; 2],
    /// The shortest and the longest.
    range: [T; 2],
}

impl<T: Scalar> Task for RpropStep<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { parameters, gradients, length, previous, first, scale, .. } = self;
        let ([shrink, grow], [shortest, longest]) = (self.factors, self.range);
        for ((p, &g), (length, previous)) in parameters.iter_mut().zip(gradients).zip(length.iter_mut().zip(previous)) {
            let agreement = g * *previous;
            let changes = T::ZERO > agreement;
            let factor = if changes {
                shrink
            } else if agreement > T::ZERO {
                grow
            } else {
                T::ONE
            };
            let last = if *length == T::ZERO { first } else { *length };
            let wanted = last * factor;
            let limited = if wanted > longest { longest } else { wanted };
            *length = if shortest > limited { shortest } else { limited };
            *previous = if changes { T::ZERO } else { g };
            let sign = if *previous > T::ZERO {
                T::ONE
            } else if T::ZERO > *previous {
                -T::ONE
            } else {
                // 0, and NaN so that it is found.
                *previous
            };
            *p -= scale * *length * sign;
        }
    }
}
