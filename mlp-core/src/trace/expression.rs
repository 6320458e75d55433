//! The right-hand side of an equation: one tree that is evaluated, written with names, and written with numbers.

use crate::Scalar;

/// A formula over named quantities. Sums and products are evaluated from left to right, as Rust does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression<T> {
    /// A quantity that has a name.
    Named(String, T),
    /// A number that is written as it is.
    Constant(&'static str, T),
    /// a + b + …
    Sum(Vec<Self>),
    /// a·b·…
    Product(Vec<Self>),
    /// a - b
    Difference(Box<[Self; 2]>),
    /// What a function makes of its arguments, written as `template` with `{0}`, `{1}`, … for them.
    Applied { template: String, arguments: Vec<Self>, value: T },
}

impl<T: Scalar> Expression<T> {
    pub(super) fn difference(from: Self, subtract: Self) -> Self {
        Self::Difference(Box::new([from, subtract]))
    }

    /// `function(arguments)`
    pub(super) fn call(function: &str, arguments: Vec<Self>, value: T) -> Self {
        let places: Vec<_> = (0..arguments.len()).map(|place| format!("{{{place}}}")).collect();
        Self::Applied { template: format!("{function}({})", places.join(", ")), arguments, value }
    }

    pub(super) fn value(&self) -> T {
        match self {
            Self::Named(_, value) | Self::Constant(_, value) | Self::Applied { value, .. } => *value,
            Self::Sum(terms) => terms.iter().map(Self::value).reduce(|sum, term| sum + term).unwrap_or(T::ZERO),
            Self::Product(factors) => {
                factors.iter().map(Self::value).reduce(|product, factor| product * factor).unwrap_or(T::ONE)
            }
            Self::Difference(pair) => pair[0].value() - pair[1].value(),
        }
    }

    /// The formula, each named quantity as `show` shows it.
    pub(super) fn write(&self, show: &dyn Fn(&str, T) -> String) -> String {
        let list =
            |expressions: &[Self], between| expressions.iter().map(|e| e.write(show)).collect::<Vec<_>>().join(between);
        match self {
            Self::Named(name, value) => show(name, *value),
            Self::Constant(text, _) => (*text).to_owned(),
            Self::Sum(terms) => list(terms, " + "),
            Self::Product(factors) => {
                factors.iter().map(|factor| factor.write_factor(show)).collect::<Vec<_>>().join("·")
            }
            Self::Difference(pair) => list(&pair[..], " - "),
            Self::Applied { template, arguments, .. } => {
                let put_in = |text: String, (place, argument): (usize, &Self)| {
                    text.replace(&format!("{{{place}}}"), &argument.write(show))
                };
                arguments.iter().enumerate().fold(template.clone(), put_in)
            }
        }
    }

    fn write_factor(&self, show: &dyn Fn(&str, T) -> String) -> String {
        match self {
            Self::Sum(_) | Self::Difference(_) => format!("({})", self.write(show)),
            _ => self.write(show),
        }
    }
}
