//! The right-hand side of an equation: an expression tree that can be evaluated, written with names or with numbers.

use crate::Scalar;

/// A formula over named quantities. Sums and products are evaluated from left to right, as Rust does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression<T> {
    /// A named quantity and its value.
    Named(String, T),
    /// A number without a name.
    Constant(T),
    /// a + b + …
    Sum(Vec<Self>),
    /// a·b·…
    Product(Vec<Self>),
    /// a - b
    Difference(Box<[Self; 2]>),
    /// a / b
    Quotient(Box<[Self; 2]>),
    /// -a
    Negative(Box<Self>),
    /// A function call, and its value.
    Call { function: String, arguments: Vec<Self>, value: T },
    /// A formula as a template with placeholders, `{z}`, `{a}`, the argument for each placeholder, and its value.
    Formula { template: String, arguments: Vec<(String, Self)>, value: T },
}

impl<T: Scalar> Expression<T> {
    pub(super) fn difference(from: Self, subtract: Self) -> Self {
        Self::Difference(Box::new([from, subtract]))
    }

    pub(super) fn quotient(dividend: Self, divisor: Self) -> Self {
        Self::Quotient(Box::new([dividend, divisor]))
    }

    pub(super) fn value(&self) -> T {
        match self {
            Self::Named(_, value) | Self::Constant(value) | Self::Call { value, .. } | Self::Formula { value, .. } => {
                *value
            }
            Self::Sum(terms) => terms.iter().map(Self::value).reduce(|sum, term| sum + term).unwrap_or(T::ZERO),
            Self::Product(factors) => {
                factors.iter().map(Self::value).reduce(|product, factor| product * factor).unwrap_or(T::ONE)
            }
            Self::Difference(pair) => pair[0].value() - pair[1].value(),
            Self::Quotient(pair) => pair[0].value() / pair[1].value(),
            Self::Negative(expression) => -expression.value(),
        }
    }

    /// Writes the formula; `show` writes each named quantity.
    pub(super) fn write(&self, show: &dyn Fn(&str, T) -> String) -> String {
        let list = |expressions: &[Self], between| {
            expressions.iter().map(|expression| expression.write(show)).collect::<Vec<_>>().join(between)
        };
        match self {
            Self::Named(name, value) => show(name, *value),
            Self::Constant(value) => value.to_string(),
            Self::Sum(terms) => list(terms, " + "),
            Self::Product(factors) => {
                let (first, others) = factors.split_first().expect("a product has factors");
                others
                    .iter()
                    .fold(first.write_first(show), |product, factor| format!("{product}·{}", factor.write_inner(show)))
            }
            Self::Difference(pair) => format!("{} - {}", pair[0].write(show), pair[1].write_inner(show)),
            Self::Quotient(pair) => format!("{} / {}", pair[0].write_first(show), pair[1].write_inner(show)),
            Self::Negative(expression) => format!("-{}", expression.write_inner(show)),
            Self::Call { function, arguments, .. } => format!("{function}({})", list(arguments, ", ")),
            Self::Formula { template, arguments, .. } => {
                arguments.iter().fold(template.clone(), |text, (word, argument)| {
                    // After an opening parenthesis, a negative number needs no parentheses of its own.
                    text.replace(&format!("({{{word}}}"), &format!("({}", argument.write(show)))
                        .replace(&format!("{{{word}}}"), &argument.write_inner(show))
                })
            }
        }
    }

    /// Writes the first factor of a product: sums and differences need parentheses.
    fn write_first(&self, show: &dyn Fn(&str, T) -> String) -> String {
        match self {
            Self::Sum(_) | Self::Difference(_) => format!("({})", self.write(show)),
            _ => self.write(show),
        }
    }

    /// Writes an operand after an operator: a negative number needs parentheses, too.
    fn write_inner(&self, show: &dyn Fn(&str, T) -> String) -> String {
        let text = self.write_first(show);
        let is_negative_number = matches!(self, Self::Named(..)) && text.starts_with('-');
        if is_negative_number { format!("({text})") } else { text }
    }
}
