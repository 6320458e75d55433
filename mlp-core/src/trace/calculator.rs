//! Calculates a line again from the numbers that it shows, as a reader with a calculator does.

use std::cell::Cell;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::Equation;
use super::evaluator::Evaluator;
use crate::Scalar;
use crate::equations::{Expression, Precision, symbols};
use crate::math::float_math::FloatMath;
use crate::number::{rounding, significant};

impl<T: Scalar> Equation<T> {
    /// Whether the formula as it is shown, with numbers of this many significant digits, gives the shown value to its last
    /// digit.
    pub(super) fn agrees_with_its_numbers(&self, digits: usize) -> bool {
        let shown = |value: T| significant(value, digits).parse().unwrap_or_else(|_| value.to_f64());
        // A user's own function is nothing for a calculator.
        let has_own = Cell::new(false);
        let sign = |name: &str, arguments: &[Vec<f64>]| {
            calculated_sign(name, arguments).unwrap_or_else(|| {
                has_own.set(true);
                vec![f64::NAN; arguments.iter().map(Vec::len).max().unwrap_or(1)]
            })
        };
        let expression = by_symbols(&self.shown(false));
        let names = self.shown_names(false);
        let calculate = |changes: [f64; 2]| {
            let mut calculator = Evaluator::new(Precision::Double, &sign);
            for (name, &change) in names.iter().zip(changes.iter().cycle()) {
                calculator.set(name.as_str(), &[], vec![shown(self.values[name]) * change]);
            }
            calculator.read(&expression)
        };
        let calculated = calculate([1.0, 1.0]);
        if has_own.get() {
            return self.values.values().all(|&value| shown(value).to_bits() == value.to_f64().to_bits());
        }
        let value = shown(self.value);
        if !value.is_finite() || !calculated.is_finite() {
            return value == calculated || value.is_nan() && calculated.is_nan();
        }
        let error = (calculated - value).abs();
        if self.value == T::ZERO {
            return error == 0.0;
        }
        // Below the normal numbers digits are lost.
        let is_subnormal = |value: &T| value.to_f64().is_subnormal();
        if is_subnormal(&self.value) || names.iter().any(|name| is_subnormal(&self.values[name])) {
            return false;
        }
        // Where terms cancel, the last bit of a number decides: another calculator finds another difference.
        let in_the_last_bit = (calculate([1.0 + f64::EPSILON, 1.0 - f64::EPSILON]) - calculated).abs();
        // A half of the last digit is rounded either way.
        error.max(in_the_last_bit) <= rounding(self.value.to_f64(), digits) * (1.0 + 1e-9)
    }
}

/// The signs that only formulas for people have.
fn calculated_sign(name: &str, arguments: &[Vec<f64>]) -> Option<Vec<f64>> {
    let numbers: Vec<_> = arguments.iter().filter_map(|argument| argument.first().copied()).collect();
    Some(vec![match (name, &*numbers) {
        ("max", &[a, b]) => a.max(b),
        ("square", &[a]) => a * a,
        ("Φ", &[z]) => 0.5 * FloatMath::erfc(-z * FRAC_1_SQRT_2),
        ("φ", &[z]) => (-0.5 * z * z).exp() / (2.0 * PI).sqrt(),
        _ => return None,
    }])
}

/// The expression with a plain name in the place of each element, `w1[0][3]`.
fn by_symbols(expression: &Expression) -> Expression {
    match expression {
        Expression::Name { .. } => Expression::name(symbols(expression)),
        _ => expression.map(&mut by_symbols),
    }
}
