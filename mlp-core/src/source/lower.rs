//! From equations to statements.

mod calls;
mod sums;

use std::collections::{HashMap, HashSet};

use super::functions::{Functions, Signature};
use super::names::Names;
use super::program::{Body, Choice, Condition, Expression, Operator, Outcome, Place, Statement, Subscript};
use crate::equations::{self, Definition, Equation, Index, SumOrder};

/// Equations on their way to become statements.
pub(crate) struct Lowering<'a> {
    pub(crate) names: Names,
    /// The parameters of the network, which have a place of their own.
    pub(crate) parameters: HashSet<String>,
    /// The arrays that exist already.
    pub(crate) arrays: HashMap<String, Vec<usize>>,
    pub(crate) statements: Vec<Statement>,
    pub(crate) functions: &'a mut Functions,
    /// The arrays that are other arrays.
    aliases: HashMap<String, String>,
    /// The subscript that each index stands for.
    indices: HashMap<&'static str, Subscript>,
    /// The arrays that calls have given, so that each is computed once.
    called: Vec<(equations::Expression, String)>,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(names: Names, functions: &'a mut Functions) -> Self {
        Self {
            names,
            parameters: HashSet::new(),
            arrays: HashMap::new(),
            statements: Vec::new(),
            functions,
            aliases: HashMap::new(),
            indices: HashMap::new(),
            called: Vec::new(),
        }
    }

    /// The function that a definition describes: its parameters and its body.
    pub(crate) fn function(mut self, definition: &Definition) -> (Signature, Body) {
        let mut parameters = Vec::new();
        for parameter in &definition.parameters {
            let name = self.names.get(parameter.name);
            if let Some(length) = parameter.length {
                self.arrays.insert(name.clone(), vec![length]);
            }
            parameters.push((name, parameter.length));
        }
        let Some((value, locals)) = definition.equations.split_last() else {
            return (parameters, Body { statements: Vec::new(), result: Outcome::Elements(Vec::new()) });
        };
        self.equations(&locals.iter().collect::<Vec<_>>());
        let result = if value.indices().is_empty() {
            Outcome::Number(self.expression(value.expression()))
        } else {
            self.equations(&[value]);
            let name = self.names.get(value.name());
            let length = self.arrays.get(&name).and_then(|shape| shape.first()).copied().unwrap_or(0);
            Outcome::Array(name, length)
        };
        (parameters, Body { statements: self.statements, result })
    }

    pub(crate) fn equations(&mut self, equations: &[&Equation]) {
        for (position, &equation) in equations.iter().enumerate() {
            match equation.indices() {
                [] => self.quantity(equation),
                indices => {
                    let same_array = equations[position..].iter().filter(|other| other.name() == equation.name());
                    let shape = indices.iter().enumerate().map(|(dimension, _)| {
                        let ends = same_array.clone().filter_map(|other| other.indices().get(dimension));
                        ends.map(|index| index.range.end).max().unwrap_or(0)
                    });
                    let is_whole = equations.iter().filter(|other| other.name() == equation.name()).count() == 1;
                    if !(is_whole && self.whole_array(equation)) {
                        self.array(equation, shape.collect());
                    }
                }
            }
        }
    }

    fn quantity(&mut self, equation: &Equation) {
        let is_parameter = self.parameters.contains(equation.name());
        let name = self.names.get(equation.name());
        if let equations::Expression::Call { function, arguments } = equation.expression()
            && let takes_arrays = self.takes_arrays(arguments)
            && let Some(length) = self.functions.length_of_value(function, takes_arrays)
        {
            return self.fill_by_call(name, length, function, arguments);
        }
        if let (equations::Expression::SumOver { index, order, term }, false) = (equation.expression(), is_parameter)
            && *order != SumOrder::EightPartialSums
        {
            return self.sum_in(&name, index, *order, term);
        }
        let value = self.expression(equation.expression());
        self.statements.push(if is_parameter {
            Statement::Assign { place: Place::parameter(name, []), value }
        } else {
            Statement::Let { name, value }
        });
    }

    /// An equation for the elements of an array.
    fn array(&mut self, equation: &Equation, shape: Vec<usize>) {
        let name = self.names.get(equation.name());
        let is_parameter = self.parameters.contains(equation.name());
        if !is_parameter && !self.arrays.contains_key(&name) {
            self.arrays.insert(name.clone(), shape.clone());
            self.statements.push(Statement::Array { name: name.clone(), shape, is_zero: false });
        }
        // Arrays that calls give are computed before the loops.
        let mut calls = Vec::new();
        equation.expression().visit(&mut |part| {
            if let equations::Expression::Element { array, .. } = part {
                calls.push(&**array);
            }
        });
        for call in calls {
            self.called(call);
        }
        let indices = equation.indices();
        let place = |this: &Self| {
            let subscripts = indices.iter().map(|index| this.subscript(equations::Subscript::Index(index.name)));
            Place { name: name.clone(), indices: subscripts.collect(), is_parameter }
        };
        if let ([_], Some((index, first, others))) = (indices, sums::row_by_row(equation.expression())) {
            return self.row_by_row(indices, &place, index, first, others);
        }
        self.repeat(indices, &mut |this| {
            let value = this.expression(equation.expression());
            this.statements.push(Statement::Assign { place: place(this), value });
        });
    }

    /// Handles an equation that gives a whole array a name: one that a call gives, or another array.
    fn whole_array(&mut self, equation: &Equation) -> bool {
        let indices = equation.indices();
        let is_each = |subscripts: &[equations::Subscript]| {
            let own = indices.iter().map(|index| equations::Subscript::Index(index.name));
            own.eq(subscripts.iter().copied()) && indices.iter().all(|index| index.range.start == 0)
        };
        match equation.expression() {
            equations::Expression::Element { array, subscript } if is_each(&[*subscript]) => {
                let equations::Expression::Call { function, arguments } = &**array else { return false };
                let takes_arrays = self.takes_arrays(arguments);
                let Some(length) = self.functions.length_of_value(function, takes_arrays) else { return false };
                let name = self.names.get(equation.name());
                self.fill_by_call(name, length, function, arguments);
                true
            }
            equations::Expression::Name { name, subscripts } if is_each(subscripts) => {
                self.statements.push(Statement::Comment(format!("{} is {name}.", equation.name())));
                let of = self.aliases.get(name).unwrap_or(name).clone();
                self.aliases.insert(equation.name().to_owned(), of);
                true
            }
            _ => false,
        }
    }

    /// Nested loops around the statements that `body` makes.
    fn repeat(&mut self, indices: &[Index], body: &mut dyn FnMut(&mut Self)) {
        let Some((index, inner)) = indices.split_first() else { return body(self) };
        if index.range.len() == 1 {
            self.indices.insert(index.name, Subscript::Number(index.range.start));
            self.repeat(inner, body);
            self.indices.remove(index.name);
            return;
        }
        let outside = core::mem::take(&mut self.statements);
        self.indices.insert(index.name, Subscript::Index(index.name.to_owned()));
        self.repeat(inner, body);
        self.indices.remove(index.name);
        let body = core::mem::replace(&mut self.statements, outside);
        let (from, to) = (index.range.start, index.range.end);
        if from < to {
            self.statements.push(Statement::Repeat { index: index.name.to_owned(), from, to, body });
        }
    }

    pub(crate) fn expression(&mut self, expression: &equations::Expression) -> Expression {
        use equations::Expression as E;
        match expression {
            E::Name { name, subscripts } => {
                let name = &self.aliases.get(name).unwrap_or(name).clone();
                let indices = subscripts.iter().map(|subscript| self.subscript(*subscript)).collect();
                let is_parameter = self.parameters.contains(name);
                Place { name: self.names.get(name), indices, is_parameter }.into()
            }
            E::Number(number) => Expression::Number(*number),
            E::Sum(terms) => self.chain(Operator::Add, terms),
            E::Product(factors) => self.chain(Operator::Multiply, factors),
            E::Difference(sides) => self.chain(Operator::Subtract, &sides[..]),
            E::Quotient(sides) => self.chain(Operator::Divide, &sides[..]),
            E::Negative(operand) => match self.expression(operand) {
                Expression::Number(number) => Expression::Number(-number),
                operand => Expression::Negative(Box::new(operand)),
            },
            E::Call { function, arguments } => {
                let arguments = self.arguments(arguments);
                Expression::Call { function: self.functions.callee(function, arguments.len(), false), arguments }
            }
            E::Element { array, subscript } => {
                let subscript = self.subscript(*subscript);
                Place::element(self.called(array), [subscript]).into()
            }
            E::SumOver { index, order, term } => self.sum(index, *order, term),
            E::Choice { left, comparison, right, then, otherwise } => {
                let condition = match (&**left, &**right) {
                    (E::Index(left), E::Index(right)) => Condition::SameIndex(
                        [left, right].map(|index| self.subscript(equations::Subscript::Index(index))),
                    ),
                    _ => Condition::Numbers(*comparison, [left, right].map(|side| self.expression(side))),
                };
                let [then, otherwise] = [then, otherwise].map(|value| self.expression(value));
                Expression::Choice(Box::new(Choice { condition, then, otherwise }))
            }
            // Neither is a number.
            E::Index(_) | E::Array(_) => Expression::Number(f64::NAN),
        }
    }

    fn chain(&mut self, operator: Operator, terms: &[equations::Expression]) -> Expression {
        let terms: Vec<_> = terms.iter().map(|term| self.expression(term)).collect();
        let chain = terms.into_iter().reduce(|left, right| Expression::operation(operator, left, right));
        chain.unwrap_or(Expression::Number(0.0))
    }

    fn subscript(&self, subscript: equations::Subscript) -> Subscript {
        let bound = |index| self.indices.get(index).cloned().unwrap_or_else(|| Subscript::Index(String::from(index)));
        match subscript {
            equations::Subscript::Number(number) => Subscript::Number(number),
            equations::Subscript::Index(index) => bound(index),
            equations::Subscript::Before(index) => match bound(index) {
                Subscript::Number(number) => Subscript::Number(number.saturating_sub(1)),
                Subscript::Index(index) => Subscript::Before(index),
                other => other,
            },
        }
    }
}
