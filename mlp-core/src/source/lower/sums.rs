//! Sums over an index become loops, in the order that the equation states.

use super::Lowering;
use crate::equations::{self, Index, SumOrder};
use crate::source::program::{Expression, Operator, Place, Statement, Subscript};

impl Lowering<'_> {
    /// Adds up all elements of an array side by side, source by source: the loop inside runs along a row.
    pub(super) fn row_by_row(
        &mut self,
        indices: &[Index],
        place: &dyn Fn(&Self) -> Place,
        index: &Index,
        term: &equations::Expression,
        others: &[equations::Expression],
    ) {
        let add = |this: &mut Self, term| {
            let place = place(this);
            let value = Expression::operation(Operator::Add, place.clone().into(), this.expression(term));
            this.statements.push(Statement::Assign { place, value });
        };
        self.indices.insert(index.name, Subscript::Number(index.range.start));
        self.repeat(indices, &mut |this| {
            let value = this.expression(term);
            this.statements.push(Statement::Assign { place: place(this), value });
        });
        self.indices.remove(index.name);
        let rest = Index { name: index.name, range: index.range.start + 1..index.range.end };
        if !rest.range.is_empty() {
            self.repeat(&[rest], &mut |this| this.repeat(indices, &mut |this| add(this, term)));
        }
        for other in others {
            self.repeat(indices, &mut |this| add(this, other));
        }
    }

    /// Adds up the terms in a variable, or in eight, and gives the sum.
    pub(super) fn sum(&mut self, index: &Index, order: SumOrder, term: &equations::Expression) -> Expression {
        if order == SumOrder::EightPartialSums {
            return self.eight_partial_sums(index, term);
        }
        let name = self.names.fresh("sum");
        self.sum_in(&name, index, order, term);
        Expression::named(name)
    }

    pub(super) fn sum_in(&mut self, name: &str, index: &Index, order: SumOrder, term: &equations::Expression) {
        let mut index = index.clone();
        let mut start = Expression::Number(0.0);
        if order == SumOrder::InOrder && !index.range.is_empty() {
            self.indices.insert(index.name, Subscript::Number(index.range.start));
            start = self.expression(term);
            self.indices.remove(index.name);
            index.range.start += 1;
        }
        self.statements.push(Statement::Variable { name: name.to_owned(), value: start });
        let place = Place::named(name);
        self.repeat(&[index], &mut |this| {
            let value = Expression::operation(Operator::Add, place.clone().into(), this.expression(term));
            this.statements.push(Statement::Assign { place: place.clone(), value });
        });
    }

    fn eight_partial_sums(&mut self, index: &Index, term: &equations::Expression) -> Expression {
        let name = self.names.fresh("sums");
        self.statements.push(Statement::Array { name: name.clone(), shape: vec![8], is_zero: true });
        self.repeat(core::slice::from_ref(index), &mut |this| {
            // A single term has no loop, and its index is a number.
            let part = match this.subscript(equations::Subscript::Index(index.name)) {
                Subscript::Number(number) => Subscript::Number(number % 8),
                _ => Subscript::Remainder(index.name.to_owned(), 8),
            };
            let place = Place::element(name.clone(), [part]);
            let value = Expression::operation(Operator::Add, place.clone().into(), this.expression(term));
            this.statements.push(Statement::Assign { place, value });
        });
        let add = |left, right| Expression::operation(Operator::Add, left, right);
        let pair = |first: usize| {
            let [low, high] = [first, first + 4]
                .map(|number| Expression::from(Place::element(name.clone(), [Subscript::Number(number)])));
            add(low, high)
        };
        add(add(pair(0), pair(2)), add(pair(1), pair(3)))
    }
}

/// The parts of Σ term + others, if the terms are added in order.
pub(super) fn row_by_row(
    expression: &equations::Expression,
) -> Option<(&Index, &equations::Expression, &[equations::Expression])> {
    let equations::Expression::Sum(terms) = expression else { return None };
    let (first, others) = terms.split_first()?;
    let equations::Expression::SumOver { index, order: SumOrder::InOrder, term } = first else { return None };
    Some((index, term, others))
}
