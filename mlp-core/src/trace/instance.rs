//! One element's equation from that of an array, for people to read: indices are numbers, and sums are written out.

use super::evaluator::{Bindings, Evaluator, bound, position};
use crate::equations::{Comparison, Expression, Subscript};

impl Evaluator<'_> {
    /// The expression for these numbers of the indices. Elements of arrays become quantities, `w1[0][3]`.
    pub(super) fn instance(&self, expression: &Expression, bindings: &Bindings) -> Expression {
        match expression {
            Expression::Name { name, subscripts } => self.named_instance(name, subscripts, bindings),
            Expression::Element { array, subscript } => Expression::Element {
                array: Box::new(self.instance(array, bindings)),
                subscript: Subscript::Number(position(*subscript, bindings)),
            },
            Expression::SumOver { index, term, .. } => {
                let instance = |number| {
                    let inner: Bindings = bindings.iter().copied().chain([(index.name, number)]).collect();
                    self.instance(term, &inner)
                };
                Expression::Sum(index.range.clone().map(instance).collect())
            }
            Expression::Choice { left, comparison: Comparison::Equal, right, then, otherwise } => {
                if let (Expression::Index(left), Expression::Index(right)) = (&**left, &**right) {
                    let holds = bound(bindings, left) == bound(bindings, right);
                    return self.instance(if holds { then } else { otherwise }, bindings);
                }
                expression.map(&mut |part| self.instance(part, bindings))
            }
            _ => flat(expression.map(&mut |part| self.instance(part, bindings))),
        }
    }

    fn named_instance(&self, name: &str, subscripts: &[Subscript], bindings: &Bindings) -> Expression {
        let lengths = self.quantities().get(name).map(|quantity| &*quantity.lengths).unwrap_or_default();
        if subscripts.is_empty()
            && let [length] = *lengths
        {
            // A whole array.
            return Expression::Array((0..length).map(|number| element(name, &[number])).collect());
        }
        let numbers: Vec<_> = subscripts.iter().map(|&subscript| position(subscript, bindings)).collect();
        element(name, &numbers)
    }
}

/// A sum in the first place of a sum is part of it.
fn flat(expression: Expression) -> Expression {
    match expression {
        Expression::Sum(terms) => match &*terms {
            [Expression::Sum(first), others @ ..] => Expression::Sum([&**first, others].concat()),
            _ => Expression::Sum(terms),
        },
        other => other,
    }
}

/// `w1[0][3]`
fn element(name: &str, numbers: &[usize]) -> Expression {
    Expression::element(name, numbers.iter().copied().map(Subscript::Number).collect::<Vec<_>>())
}

/// `w1[0][3]`
pub(super) fn element_name(name: &str, numbers: &[usize]) -> String {
    numbers.iter().fold(name.to_owned(), |name, number| format!("{name}[{number}]"))
}
