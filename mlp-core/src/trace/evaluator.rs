//! Computes equations: the only place where they meet numbers.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::Scalar;
use crate::equations::{Comparison, Elementary, Equation, Expression, Function, Index, Precision, Subscript, SumOrder};

/// The numbers to which indices are set.
pub(super) type Bindings = Vec<(&'static str, usize)>;

/// Computes a user's own function of these arguments. All numbers of `f32` are numbers of `f64` too.
pub(super) type OwnFunctions<'a> = &'a dyn Fn(&str, &[Vec<f64>]) -> Vec<f64>;

/// The value of every quantity so far.
pub(super) struct Evaluator<'a> {
    precision: Precision,
    own: OwnFunctions<'a>,
    quantities: HashMap<String, Quantity>,
    /// The last array without a name, so that its elements are not computed one by one.
    last_array: RefCell<Option<(Expression, Vec<f64>)>>,
}

/// A number, or an array with the length of each dimension.
#[derive(Clone, Debug, Default)]
pub(super) struct Quantity {
    pub(super) lengths: Vec<usize>,
    pub(super) values: Vec<f64>,
}

/// The value of an expression.
enum Value<S> {
    Number(S),
    Array(Vec<S>),
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(precision: Precision, own: OwnFunctions<'a>) -> Self {
        Self { precision, own, quantities: HashMap::new(), last_array: RefCell::new(None) }
    }

    pub(super) fn set(&mut self, name: impl Into<String>, lengths: &[usize], values: Vec<f64>) {
        self.quantities.insert(name.into(), Quantity { lengths: lengths.to_vec(), values });
    }

    pub(super) fn quantities(&self) -> &HashMap<String, Quantity> {
        &self.quantities
    }

    /// The value of an expression without indices.
    pub(super) fn read(&self, expression: &Expression) -> f64 {
        self.computed(expression, &Bindings::new(), self.precision)
    }

    /// Computes an equation, element by element. `see` gets each element, before it is stored.
    pub(super) fn compute(&mut self, equation: &Equation, see: &mut dyn FnMut(&Self, &Bindings, f64)) {
        let mut bindings = Bindings::new();
        self.compute_each(equation, equation.indices(), &mut bindings, see);
        if equation.indices().iter().any(|index| index.range.is_empty()) {
            self.quantities.entry(equation.name().to_owned()).or_default();
        }
    }

    fn compute_each(
        &mut self,
        equation: &Equation,
        indices: &[Index],
        bindings: &mut Bindings,
        see: &mut dyn FnMut(&Self, &Bindings, f64),
    ) {
        if let Some((index, others)) = indices.split_first() {
            for number in index.range.clone() {
                bindings.push((index.name, number));
                self.compute_each(equation, others, bindings, see);
                bindings.pop();
            }
            return;
        }
        let precision = if equation.is_in_f64() { Precision::Double } else { self.precision };
        let value = self.computed(equation.expression(), bindings, precision);
        see(self, bindings, value);
        let lengths: Vec<_> = equation.indices().iter().map(|index| index.range.end).collect();
        let position =
            bindings.iter().zip(&lengths).fold(0, |position, (&(_, number), length)| position * length + number);
        let quantity = self.quantities.entry(equation.name().to_owned()).or_default();
        if quantity.values.len() <= position {
            quantity.values.resize(lengths.iter().product(), 0.0);
        }
        quantity.lengths = lengths;
        quantity.values[position] = value;
    }

    fn computed(&self, expression: &Expression, bindings: &Bindings, precision: Precision) -> f64 {
        match precision {
            Precision::Single => f64::from(self.number::<f32>(expression, bindings)),
            Precision::Double => self.number::<f64>(expression, bindings),
        }
    }

    fn number<S: Scalar>(&self, expression: &Expression, bindings: &Bindings) -> S {
        match self.value(expression, bindings) {
            Value::Number(number) => number,
            // An array in the place of a number does not occur; the sum would show it.
            Value::Array(_) => S::from_f64(f64::NAN),
        }
    }

    fn value<S: Scalar>(&self, expression: &Expression, bindings: &Bindings) -> Value<S> {
        let number = |expression: &Expression| self.number::<S>(expression, bindings);
        Value::Number(match expression {
            Expression::Name { name, subscripts } => return self.named(name, subscripts, bindings),
            Expression::Number(number) => S::from_f64(*number),
            Expression::Index(index) => S::from_f64(crate::math::float(bound(bindings, index))),
            Expression::Sum(terms) => terms.iter().map(number).reduce(|sum, term| sum + term).unwrap_or(S::ZERO),
            Expression::Product(factors) => {
                factors.iter().map(number).reduce(|product, factor| product * factor).unwrap_or(S::ONE)
            }
            Expression::Difference(pair) => number(&pair[0]) - number(&pair[1]),
            Expression::Quotient(pair) => number(&pair[0]) / number(&pair[1]),
            Expression::Negative(expression) => -number(expression),
            Expression::Call { function, arguments } => return self.call(function, arguments, bindings),
            Expression::Array(elements) => return Value::Array(elements.iter().map(number).collect()),
            Expression::Element { array, subscript } => {
                S::from_f64(self.element(array, position(*subscript, bindings), bindings))
            }
            Expression::SumOver { index, order, term } => {
                let terms = index.range.clone().map(|number| {
                    let inner: Bindings = bindings.iter().copied().chain([(index.name, number)]).collect();
                    self.number(term, &inner)
                });
                sum(*order, terms)
            }
            Expression::Choice { left, comparison, right, then, otherwise } => {
                let (left, right): (S, S) = (number(left), number(right));
                let holds = match comparison {
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Greater => left > right,
                    Comparison::GreaterOrEqual => left >= right,
                    Comparison::Equal => left == right,
                };
                number(if holds { then } else { otherwise })
            }
        })
    }

    fn named<S: Scalar>(&self, name: &str, subscripts: &[Subscript], bindings: &Bindings) -> Value<S> {
        let Some(Quantity { lengths, values }) = self.quantities.get(name) else {
            return Value::Number(S::from_f64(f64::NAN));
        };
        if subscripts.len() < lengths.len() {
            return Value::Array(values.iter().copied().map(S::from_f64).collect());
        }
        let place = |at, (&subscript, length): (&Subscript, &usize)| at * length + position(subscript, bindings);
        Value::Number(S::from_f64(values[subscripts.iter().zip(lengths).fold(0, place)]))
    }

    /// An element of an array without a name.
    fn element(&self, array: &Expression, position: usize, bindings: &Bindings) -> f64 {
        if let Some((last, values)) = &*self.last_array.borrow()
            && last == array
        {
            return values[position];
        }
        let values = match self.precision {
            Precision::Single => self.elements::<f32>(array, bindings),
            Precision::Double => self.elements::<f64>(array, bindings),
        };
        let value = values[position];
        *self.last_array.borrow_mut() = Some((array.clone(), values));
        value
    }

    fn elements<S: Scalar>(&self, array: &Expression, bindings: &Bindings) -> Vec<f64> {
        match self.value::<S>(array, bindings) {
            Value::Number(number) => vec![number.to_f64()],
            Value::Array(numbers) => numbers.into_iter().map(Scalar::to_f64).collect(),
        }
    }

    fn call<S: Scalar>(&self, function: &Function, arguments: &[Expression], bindings: &Bindings) -> Value<S> {
        if let Some(elementary) = function.elementary() {
            let argument = self.number(arguments.first().unwrap_or(&Expression::Number(f64::NAN)), bindings);
            return Value::Number(elementary_value(elementary, argument));
        }
        let arguments: Vec<_> = arguments.iter().map(|argument| self.elements::<S>(argument, bindings)).collect();
        let outputs = arguments.iter().map(Vec::len).max().unwrap_or(1);
        let Some(definition) = function.definition(Precision::of::<S>(), outputs) else {
            let numbers: Vec<_> = (self.own)(function.name(), &arguments).into_iter().map(S::from_f64).collect();
            // The caller knows whether it is an array of one or a number; the two are read alike.
            return if let [number] = *numbers { Value::Number(number) } else { Value::Array(numbers) };
        };
        let mut inner = Evaluator::new(Precision::of::<S>(), self.own);
        for (parameter, values) in definition.parameters.iter().zip(arguments) {
            inner.set(parameter.name, parameter.length.as_slice(), values);
        }
        for equation in &definition.equations {
            inner.compute(equation, &mut |_, _, _| {});
        }
        let result = definition.equations.last().and_then(|last| inner.quantities.remove(last.name()));
        let Quantity { lengths, values } = result.unwrap_or_default();
        let numbers: Vec<_> = values.into_iter().map(S::from_f64).collect();
        if lengths.is_empty() { Value::Number(numbers[0]) } else { Value::Array(numbers) }
    }
}

fn elementary_value<S: Scalar>(function: Elementary, a: S) -> S {
    match function {
        Elementary::SquareRoot => a.sqrt(),
        Elementary::Exponential => a.exp(),
        Elementary::ExponentialMinusOne => a.exp_m1(),
        Elementary::Logarithm => a.ln(),
        Elementary::LogarithmOfOnePlus => a.ln_1p(),
        Elementary::ComplementaryErrorFunction => a.erfc(),
        Elementary::PowerOfTwo => S::power_of_two(a),
    }
}

fn sum<S: Scalar>(order: SumOrder, terms: impl Iterator<Item = S>) -> S {
    match order {
        SumOrder::InOrder => terms.reduce(|sum, term| sum + term).unwrap_or(S::ZERO),
        SumOrder::FromZero => terms.fold(S::ZERO, |sum, term| sum + term),
        SumOrder::EightPartialSums => {
            let mut sums = [S::ZERO; 8];
            terms.enumerate().for_each(|(number, term)| sums[number % 8] += term);
            let [s0, s1, s2, s3, s4, s5, s6, s7] = sums;
            ((s0 + s4) + (s2 + s6)) + ((s1 + s5) + (s3 + s7))
        }
    }
}

/// The number that an index is set to.
pub(super) fn bound(bindings: &Bindings, index: &str) -> usize {
    bindings.iter().rev().find(|(name, _)| *name == index).map_or(0, |&(_, number)| number)
}

/// The number of the element that a subscript means.
pub(super) fn position(subscript: Subscript, bindings: &Bindings) -> usize {
    match subscript {
        Subscript::Index(index) => bound(bindings, index),
        Subscript::Before(index) => bound(bindings, index).saturating_sub(1),
        Subscript::Number(number) => number,
    }
}
