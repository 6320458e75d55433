//! Every definition against the function of `libm`, bit by bit, for the arguments that the crate gives it.

use std::collections::HashMap;

use super::*;
use crate::equations::Comparison;
use crate::random::Rng as _;
use crate::source::program::{Condition, Operator};
use crate::{Scalar, rng};

/// Evaluates definitions in the arithmetic of the scalar.
struct Evaluator {
    precision: Precision,
    functions: HashMap<String, (Signature, Body)>,
}

impl Evaluator {
    fn new(precision: Precision) -> Self {
        Self { precision, functions: HashMap::new() }
    }

    fn call<T: Scalar>(&mut self, name: &str, arguments: &[T]) -> T {
        let precision = self.precision;
        let read = || {
            let text = text(name, precision).unwrap_or_else(|| panic!("{name} has no definition"));
            function(text, precision, Names::without([]), &mut |name| Callee::Named(name.to_owned()))
        };
        let (parameters, body) = self.functions.entry(name.to_owned()).or_insert_with(read).clone();
        assert_eq!(parameters.len(), arguments.len(), "{name}");
        let names = parameters.into_iter().map(|(name, _)| name);
        let mut values: HashMap<String, T> = names.zip(arguments.iter().copied()).collect();
        for statement in &body.statements {
            let Statement::Let { name, value } = statement else { panic!("{statement:?}") };
            let value = self.evaluate(value, &values);
            values.insert(name.clone(), value);
        }
        let Outcome::Number(value) = &body.result else { panic!("{name} gives no number") };
        self.evaluate(value, &values)
    }

    fn evaluate<T: Scalar>(&mut self, expression: &Expression, values: &HashMap<String, T>) -> T {
        match expression {
            Expression::Number(number) => T::from_f64(*number),
            Expression::Place(place) => values[&place.name],
            Expression::Negative(operand) => -self.evaluate(operand, values),
            Expression::Operation(operator, operands) => {
                let [left, right] = [0, 1].map(|side: usize| self.evaluate(&operands[side], values));
                match operator {
                    Operator::Add => left + right,
                    Operator::Subtract => left - right,
                    Operator::Multiply => left * right,
                    Operator::Divide => left / right,
                }
            }
            Expression::Call { function: Callee::Named(name), arguments } => {
                let arguments: Vec<T> = arguments.iter().map(|argument| self.evaluate(argument, values)).collect();
                if name == "power_of_two" { T::power_of_two(arguments[0]) } else { self.call(name, &arguments) }
            }
            Expression::Choice(choice) => {
                let Condition::Numbers(comparison, [left, right]) = &choice.condition else { panic!("{choice:?}") };
                let [left, right] = [left, right].map(|side| self.evaluate(side, values));
                let holds = match comparison {
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterOrEqual => left >= right,
                    Comparison::Equal => left == right,
                };
                self.evaluate(if holds { &choice.then } else { &choice.otherwise }, values)
            }
            Expression::Call { .. } | Expression::Rounded(_) | Expression::Widened(_) => panic!("{expression:?}"),
        }
    }

    fn check<T: Scalar>(&mut self, name: &str, argument: T, expected: T) {
        let value = self.call(name, &[argument]);
        let same = value.to_f64().to_bits() == expected.to_f64().to_bits()
            || (value.to_f64().is_nan() && expected.to_f64().is_nan());
        assert!(same, "{name}({argument:?}) is {expected:?}, and by its definition {value:?}");
    }
}

/// Around every limit of the formulas, and of every size.
fn numbers<T: Scalar>() -> Vec<T> {
    let mut numbers = vec![0.0, f64::INFINITY, f64::NAN, 5e-324, 1e-310, 1e-300, 1e-45, 1e-39, 1e300, f64::MAX];
    let limits = [0.25, 0.414_213_56, 0.84375, 1.0, 1.25, 2.0, 2.857_142, 4.0, 8.0, 16.0, 26.5, 28.0];
    let of_exponentials = [0.34657, 1.03972, 18.714_973_4, 38.816_223_1, 87.3365, 103.972_084, 708.3964, 745.133_219_1];
    numbers.extend(
        limits
            .iter()
            .chain(&of_exponentials)
            .flat_map(|limit| (-20..=20).map(move |step| limit * (1.0 + f64::from(step) * 1e-8))),
    );
    let mut rng = rng(8);
    let mut random = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
    for exponent in -60..11 {
        numbers.extend((0..40).map(|_| f64::exp2(f64::from(exponent)) * (1.0 + random())));
    }
    // Half-way between the multiples of ln 2.
    numbers.extend((0..2200).map(|half| f64::from(half) * 0.5 * core::f64::consts::LN_2));
    numbers.into_iter().map(T::from_f64).collect()
}

fn check<T: Scalar>() {
    let mut evaluator = Evaluator::new(Precision::of::<T>());
    for size in numbers::<T>() {
        evaluator.check("exp", -size, (-size).exp());
        evaluator.check("exp_m1", -size, (-size).exp_m1());
        evaluator.check("erfc", size, size.erfc());
        evaluator.check("erfc", -size, (-size).erfc());
        if size <= T::ONE || size.to_f64().is_nan() {
            evaluator.check("ln_1p", size, size.ln_1p());
        }
    }
}

#[test]
fn same_bits() {
    check::<f64>();
    check::<f32>();
}
