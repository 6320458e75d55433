//! Calls, and the arrays that they take and give.

use super::Lowering;
use crate::equations;
use crate::source::program::{Expression, Statement};

impl Lowering<'_> {
    /// A new array that a call gives.
    pub(super) fn fill_by_call(
        &mut self,
        name: String,
        length: usize,
        function: &equations::Function,
        arguments: &[equations::Expression],
    ) {
        let arguments = self.arguments(arguments);
        let function = self.functions.callee(function, arguments.len(), true);
        self.arrays.insert(name.clone(), vec![length]);
        self.statements.push(Statement::Fill { name, length, function, arguments });
    }

    pub(super) fn arguments(&mut self, arguments: &[equations::Expression]) -> Vec<Expression> {
        arguments.iter().map(|argument| self.argument(argument)).collect()
    }

    /// An argument of a call: a number, or the name of an array.
    pub(super) fn argument(&mut self, argument: &equations::Expression) -> Expression {
        match argument {
            equations::Expression::Array(_) => Expression::named(self.called(argument)),
            _ => self.expression(argument),
        }
    }

    /// Whether a call with these arguments takes arrays.
    pub(super) fn takes_arrays(&mut self, arguments: &[equations::Expression]) -> bool {
        match arguments.first() {
            Some(equations::Expression::Array(_)) => true,
            Some(equations::Expression::Name { name, subscripts }) => {
                subscripts.is_empty() && self.arrays.contains_key(&self.names.get(name))
            }
            _ => false,
        }
    }

    /// The name of an array that is listed or that a call gives.
    pub(super) fn called(&mut self, array: &equations::Expression) -> String {
        if let Some((_, name)) = self.called.iter().find(|(known, _)| known == array) {
            return name.clone();
        }
        let name = match array {
            equations::Expression::Array(elements) => {
                let elements: Vec<_> = elements.iter().map(|element| self.expression(element)).collect();
                let name = self.names.fresh("values");
                self.statements.push(Statement::List { name: name.clone(), elements });
                name
            }
            equations::Expression::Call { function, arguments } => {
                let takes_arrays = self.takes_arrays(arguments);
                let length = self.functions.length_of_value(function, takes_arrays).unwrap_or(0);
                let name = self.names.fresh("result");
                self.fill_by_call(name.clone(), length, function, arguments);
                name
            }
            equations::Expression::Name { name, .. } => return self.names.get(name),
            _ => return String::new(),
        };
        self.called.push((array.clone(), name.clone()));
        name
    }
}
