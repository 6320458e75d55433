//! [`sigmoid`](crate::math::sigmoid), [`tanh`](crate::math::tanh) and the power of e for negative numbers as equations.
//! [`math/exponential.rs`](crate::math) has the formulas and the reasons.

use super::Elementary;
use super::definition::{Definition, Locals, call};
use super::helper::clamp;
use super::{Expression, Precision};
use crate::math::float_math::FloatMath;
use crate::math::float_math::coefficients::{
    P_FACTORS_F32, P_FACTORS_F64, P_SUM_F32, P_SUM_F64, Q_FACTORS_F32, Q_FACTORS_F64, Q_SUM_F32, Q_SUM_F64,
};

impl Locals {
    /// `(n, 2^-n)`
    fn exponent(&mut self, z: &Expression) -> [Expression; 2] {
        let (log2_e, rounder) = (self.constant(-f32::LOG2_E, -f64::LOG2_E), self.constant(f32::ROUNDER, f64::ROUNDER));
        let rounded = self.define("rounded", z.clone() * log2_e + rounder.clone());
        let n = self.define("n", rounder - rounded.clone());
        [n, self.define("s", call(Elementary::PowerOfTwo, [rounded]))]
    }

    /// z − n ln 2, with the high word of ln 2 and then the low one.
    fn remainder(&mut self, n: &Expression, z: Expression) -> Expression {
        let high = self.constant(f32::LN_2_HIGH, f64::LN_2_HIGH);
        let low = self.constant(f32::LN_2_LOW, f64::LN_2_LOW);
        let coarse = reduced(n, high, z);
        let coarse = self.define("coarse", coarse);
        let r = reduced(n, low, coarse);
        self.define("r", r)
    }

    /// `(P, Q)` at u = r², as sums.
    fn sums(&mut self, r: &Expression) -> [Expression; 2] {
        let u = self.define("u", r.clone() * r.clone());
        let polynomial = |coefficients: &[f64]| {
            let (first, others) = coefficients.split_first()?;
            let horner = |inner: Expression, &coefficient: &f64| u.clone() * inner + coefficient.into();
            Some(others.iter().fold(Expression::from(*first), horner))
        };
        let [p, q] = match self.precision() {
            Precision::Single => [P_SUM_F32, Q_SUM_F32].map(|coefficients| polynomial(&coefficients.map(f64::from))),
            Precision::Double => [P_SUM_F64, Q_SUM_F64].map(|coefficients| polynomial(&coefficients)),
        };
        let [p, q] = [p, q].map(|polynomial| polynomial.unwrap_or(Expression::Number(0.0)));
        [self.define("p", p), self.define("q", q)]
    }

    /// A product of linear factors v + c.
    fn linear_factors(&self, v: &Expression, single: &[f32], double: &[f64]) -> Expression {
        let constants: Vec<f64> = match self.precision() {
            Precision::Single => single.iter().copied().map(f64::from).collect(),
            Precision::Double => double.to_vec(),
        };
        let factors = constants.into_iter().map(|constant| v.clone() + constant.into());
        factors.reduce(|product, factor| product * factor).unwrap_or(Expression::Number(1.0))
    }
}

/// z − n · constant
fn reduced(n: &Expression, constant: Expression, z: Expression) -> Expression {
    z - n.clone() * constant
}

/// See [`sigmoid_with`](crate::math::exponential::sigmoid_with), to the bit.
///
/// Here r and the two remainders have the opposite sign, so that the numerator is a difference. If it is a sum, clang 14
/// puts two neurons into one vector but exchanges the terms of one of them, and then takes a third longer for moving
/// numbers between lanes. What needs 2^-n stands first: gcc keeps this order, and is fastest with it.
pub(crate) fn sigmoid(locals: &mut Locals, z: Expression) -> Expression {
    let (floor, ceiling) = (locals.constant(f32::FLOOR, f64::FLOOR), locals.constant(f32::CEILING, f64::CEILING));
    let clamped = locals.define("clamped", clamp(z, floor, ceiling));
    let [n, s] = locals.exponent(&clamped);
    let low_word = locals.constant(f32::LN_2_LOW, f64::LN_2_LOW);
    let low = locals.define("low", s.clone() * (n.clone() * low_word));
    let rounded_sum = locals.define("s_and_1", s + 1.0.into());
    let s_plus_1 = locals.define("s_plus_1", rounded_sum.clone() + low.clone());
    let s_minus_1 = locals.define("s_minus_1", (rounded_sum - 2.0.into()) + low);
    let high = locals.constant(f32::LN_2_HIGH, f64::LN_2_HIGH);
    let r = locals.define("r", n.clone() * high - clamped.clone());
    let remainder_in = |locals: &Locals, single: [f32; 2], double: [f64; 2]| {
        let [unit, unit_ln_2] = [0, 1].map(|index| locals.constant(single[index], double[index]));
        n.clone() * unit_ln_2 - clamped.clone() * unit
    };
    let w = remainder_in(locals, f32::UNIT_OF_Q, f64::UNIT_OF_Q);
    let w = locals.define("w", r.clone() * w);
    let q = locals.linear_factors(&w, &Q_FACTORS_F32, &Q_FACTORS_F64);
    let q = locals.define("q", q);
    let v = remainder_in(locals, f32::UNIT_OF_P, f64::UNIT_OF_P);
    let v = locals.define("v", r.clone() * v);
    let p = locals.linear_factors(&v, &P_FACTORS_F32, &P_FACTORS_F64);
    let p = locals.define("p", p);
    let denominator = s_plus_1 * q.clone() + s_minus_1 * r.clone() * p.clone();
    let denominator = locals.define("denominator", denominator);
    (q - r * p) / denominator
}

/// See [`tanh_with`](crate::math::tanh_with).
pub(crate) fn tanh(locals: &mut Locals, x: Expression) -> Expression {
    let [low, high] = [locals.constant(-f32::CEILING, -f64::CEILING), locals.constant(f32::CEILING, f64::CEILING)];
    let doubled = locals.define("doubled", clamp(x.clone() + x, low, high));
    let [n, s] = locals.exponent(&doubled);
    let r = locals.remainder(&n, doubled);
    let [p, q] = locals.sums(&r);
    let odd = locals.define("odd", r * p);
    let s_plus_1 = locals.define("s_plus_1", s.clone() + 1.0.into());
    let s_minus_1 = locals.define("s_minus_1", s - 1.0.into());
    let numerator = s_plus_1.clone() * odd.clone() - s_minus_1.clone() * q.clone();
    let numerator = locals.define("numerator", numerator);
    numerator / (s_plus_1 * q - s_minus_1 * odd)
}

/// See [`exp_of_negative`](crate::math::exp_of_negative).
pub(super) fn exp_of_negative(mut locals: Locals) -> Definition {
    let limit = locals.constant(-f32::FLOOR, -f64::FLOOR);
    let clamped = locals.define("clamped", clamp(-Expression::name("z"), 0.0, limit));
    let [n, s] = locals.exponent(&clamped);
    let r = locals.remainder(&n, clamped);
    let [p, q] = locals.sums(&r);
    let value = s * (q.clone() - r.clone() * p.clone()) / (r * p + q);
    locals.of_numbers(&["z"], "power", value)
}
