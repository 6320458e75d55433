//! The crate's internal functions, as equations: what activations, losses and optimizers share.

use super::definition::{Definition, Locals, call, choice, if_equal, if_greater, if_less};
use super::{Comparison, Elementary, Expression, Function};
use core::f64::consts::FRAC_1_SQRT_2;

/// A function that no declaration names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Helper {
    /// |x|, see [`absolute`](crate::math::absolute).
    Absolute,
    /// See [`clamp`](crate::math::clamp).
    Clamp,
    /// −1, 0 or 1; 0 and NaN stay what they are.
    Sign,
    /// See [`weighted`](crate::activation::weighted).
    Weighted,
    /// weight · distance, and 0 if only the weight is 0 and the distance infinite.
    LimitedProduct,
    /// Φ(z), the probability of a standard normal variable below z.
    NormalProbability,
    /// See [`exp_of_negative`](crate::math::exp_of_negative).
    ExpOfNegative,
    /// step / (size + ε), and 0 if the divisor is 0.
    ScaledStep,
}

impl Helper {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Clamp => "clamp",
            Self::Sign => "sign",
            Self::Weighted => "weighted",
            Self::LimitedProduct => "limited_product",
            Self::NormalProbability => "normal_probability",
            Self::ExpOfNegative => "exp_of_negative",
            Self::ScaledStep => "scaled_step",
        }
    }

    pub(super) fn definition(self, mut locals: Locals) -> Definition {
        let name = Expression::name;
        match self {
            Self::Absolute => {
                let value = if_less(name("x"), 0.0.into(), -name("x"), name("x"));
                locals.of_numbers(&["x"], "distance", value)
            }
            Self::Clamp => {
                let below = if_greater(name("z"), name("high"), name("high"), name("z"));
                let below = locals.define("below", below);
                let value = if_less(below.clone(), name("low"), name("low"), below);
                locals.of_numbers(&["z", "low", "high"], "clamped", value)
            }
            Self::Sign => {
                let not_positive = if_less(name("x"), 0.0.into(), (-1.0).into(), name("x"));
                locals.of_numbers(&["x"], "signum", if_greater(name("x"), 0.0.into(), 1.0.into(), not_positive))
            }
            Self::Weighted => {
                let value = if_equal(name("weight"), 0.0.into(), 0.0.into(), name("z") * name("weight"));
                locals.of_numbers(&["z", "weight"], "product", value)
            }
            Self::LimitedProduct => {
                let infinite = call(Self::Weighted, [name("distance"), name("weight")]);
                let size = call(Self::Absolute, [name("distance")]);
                let finite = name("weight") * name("distance");
                let value = choice(size, Comparison::LessOrEqual, locals.largest_number(), finite, infinite);
                locals.of_numbers(&["weight", "distance"], "product", value)
            }
            Self::NormalProbability => {
                let argument = name("z") * (-FRAC_1_SQRT_2).into();
                let value = Expression::from(0.5) * call(Elementary::ComplementaryErrorFunction, [argument]);
                locals.of_numbers(&["z"], "probability", value)
            }
            Self::ExpOfNegative => super::exponential::exp_of_negative(locals),
            Self::ScaledStep => {
                let divisor = locals.define("divisor", name("size") + name("epsilon"));
                let value = if_equal(divisor.clone(), 0.0.into(), 0.0.into(), name("step") / divisor);
                locals.of_numbers(&["step", "size", "epsilon"], "scaled", value)
            }
        }
    }

    /// As a lecture writes it, without the cases that concern limits only.
    pub(super) fn lecture(self, arguments: &[Expression]) -> Option<Expression> {
        match (self, arguments) {
            (Self::Weighted | Self::LimitedProduct, [a, b]) => Some(a.clone() * b.clone()),
            (Self::NormalProbability, [z]) => Some(call(Function::sign("Φ"), [z.clone()])),
            (Self::ExpOfNegative, [z]) => Some(call(Elementary::Exponential, [z.clone()])),
            (Self::ScaledStep, [step, size, epsilon]) => Some(step.clone() / (size.clone() + epsilon.clone())),
            _ => None,
        }
    }
}

/// |x|
pub(crate) fn absolute(x: Expression) -> Expression {
    call(Helper::Absolute, [x])
}

/// `z`, limited to `low..=high`.
pub(crate) fn clamp(z: Expression, low: impl Into<Expression>, high: impl Into<Expression>) -> Expression {
    call(Helper::Clamp, [z, low.into(), high.into()])
}

/// step / (size + ε), and 0 if the divisor is 0.
pub(crate) fn scaled_step(step: Expression, size: Expression, epsilon: Expression) -> Expression {
    call(Helper::ScaledStep, [step, size, epsilon])
}

/// z · weight, and 0 if the weight is 0.
pub(crate) fn weighted(z: Expression, weight: Expression) -> Expression {
    call(Helper::Weighted, [z, weight])
}
