//! Reads a definition.

use crate::equations::Comparison;
use crate::source::names::Names;
use crate::source::program::{Callee, Choice, Condition, Expression, Operator};

/// A definition that has been read.
pub(super) struct Read {
    pub(super) parameters: Vec<String>,
    /// Named values on the way.
    pub(super) lets: Vec<(String, Expression)>,
    pub(super) value: Expression,
}

/// Reads `name(z, a) { let s = …; … }`.
///
/// The definitions are part of the crate, and a test reads and evaluates all of them. Whatever this function does not
/// understand becomes an expression that the test does not accept.
pub(super) fn read(
    text: &'static str,
    names: Names,
    constant: &dyn Fn(&str) -> Option<f64>,
    callee: &mut dyn FnMut(&str) -> Callee,
) -> Read {
    let mut parser = Parser { rest: text, names, constant, callee };
    parser.word();
    parser.take("(");
    let mut parameters = Vec::new();
    while !parser.take(")") && !parser.rest.is_empty() {
        let name = parser.word();
        parameters.push(parser.names.get(name));
        parser.take(",");
    }
    parser.take("{");
    let mut lets = Vec::new();
    while parser.take("let ") {
        let name = parser.word();
        parser.take("=");
        let value = parser.expression();
        lets.push((parser.names.get(name), value));
        parser.take(";");
    }
    Read { parameters, lets, value: parser.expression() }
}

struct Parser<'a> {
    rest: &'static str,
    names: Names,
    constant: &'a dyn Fn(&str) -> Option<f64>,
    callee: &'a mut dyn FnMut(&str) -> Callee,
}

impl Parser<'_> {
    /// Whether `token` comes next; if so, goes on after it.
    fn take(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// The longest beginning whose characters are all accepted.
    fn span(&mut self, accepts: impl Fn(usize, char) -> bool) -> &'static str {
        self.rest = self.rest.trim_start();
        let end = self.rest.char_indices().find(|&(at, letter)| !accepts(at, letter));
        let (span, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(at, _)| at));
        self.rest = rest;
        span
    }

    fn word(&mut self) -> &'static str {
        self.span(|_, letter| letter.is_ascii_alphanumeric() || letter == '_')
    }

    fn expression(&mut self) -> Expression {
        if self.take("if ") {
            return self.choice();
        }
        let mut sum = self.product();
        loop {
            let operator = if self.take("+") {
                Operator::Add
            } else if self.take("-") {
                Operator::Subtract
            } else {
                return sum;
            };
            sum = Expression::operation(operator, sum, self.product());
        }
    }

    fn choice(&mut self) -> Expression {
        let left = self.expression();
        // The longer signs first.
        let signs = [
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
            ("==", Comparison::Equal),
        ];
        let comparison = signs.into_iter().find(|(sign, _)| self.take(sign));
        let comparison = comparison.map_or(Comparison::Equal, |(_, comparison)| comparison);
        let condition = Condition::Numbers(comparison, [left, self.expression()]);
        let [then, otherwise] = ["", "else"].map(|word| {
            self.take(word);
            self.take("{");
            let value = self.expression();
            self.take("}");
            value
        });
        Expression::Choice(Box::new(Choice { condition, then, otherwise }))
    }

    fn product(&mut self) -> Expression {
        let mut product = self.factor();
        loop {
            let operator = if self.take("*") {
                Operator::Multiply
            } else if self.take("/") {
                Operator::Divide
            } else {
                return product;
            };
            product = Expression::operation(operator, product, self.factor());
        }
    }

    fn factor(&mut self) -> Expression {
        if self.take("-") {
            return match self.factor() {
                Expression::Number(number) => Expression::Number(-number),
                operand => Expression::Negative(Box::new(operand)),
            };
        }
        if self.take("(") {
            let inner = self.expression();
            self.take(")");
            return inner;
        }
        if self.rest.starts_with(|first: char| first.is_ascii_digit()) {
            return self.number();
        }
        let word = self.word();
        if !self.take("(") {
            let constant = (self.constant)(word);
            return constant.map_or_else(|| Expression::named(self.names.get(word)), Expression::Number);
        }
        let mut arguments = Vec::new();
        while !self.take(")") && !self.rest.is_empty() {
            arguments.push(self.expression());
            self.take(",");
        }
        Expression::Call { function: (self.callee)(word), arguments }
    }

    /// `0.5`, `5.5e-5`
    fn number(&mut self) -> Expression {
        let text = self.rest;
        let after_e = |at: usize| at > 0 && text.as_bytes().get(at - 1) == Some(&b'e');
        let number = self.span(|at, letter| match letter {
            '0'..='9' | '.' | 'e' => true,
            _ => letter == '-' && after_e(at),
        });
        Expression::Number(number.parse().unwrap_or(f64::NAN))
    }
}
