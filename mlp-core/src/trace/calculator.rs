//! What a reader with a calculator gets from the numbers of a line.

use super::Equation;
use super::evaluator::Evaluator;
use crate::Scalar;
use crate::equations::{Expression, Precision, symbols};
use crate::number::{rounding, significant};

impl<T: Scalar> Equation<T> {
    /// Whether the numbers as they are shown, with this many significant digits, give the shown value to its last
    /// digit.
    pub(super) fn agrees_with_its_numbers(&self, digits: usize) -> bool {
        let shown = |value: T| significant(value, digits).parse().unwrap_or_else(|_| value.to_f64());
        if self.values.values().all(|&value| shown(value) == value.to_f64()) {
            return true;
        }
        // A user's own function is nothing for a calculator.
        let own = |_: &str, _: &[Vec<f64>]| vec![f64::NAN];
        let mut calculator = Evaluator::new(Precision::Double, &own);
        for (name, &value) in &self.values {
            calculator.set(name.as_str(), &[], vec![shown(value)]);
        }
        let calculated = calculator.read(&by_symbols(&self.expression));
        let error = (calculated - shown(self.value)).abs();
        // A half of the last digit is rounded either way.
        error <= rounding(self.value.to_f64(), digits) * (1.0 + 1e-9) && (self.value != T::ZERO || error == 0.0)
    }
}

/// The expression with a plain name in the place of each element, `w1[0][3]`.
fn by_symbols(expression: &Expression) -> Expression {
    match expression {
        Expression::Name { .. } => Expression::name(symbols(expression)),
        _ => expression.map(&mut by_symbols),
    }
}
