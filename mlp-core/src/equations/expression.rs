//! The right-hand side of an equation.

use core::ops::{Add, Div, Mul, Neg, Sub};

use super::{Function, Index};

/// A formula over named quantities. Sums and products are evaluated from left to right, as Rust does, and a product is
/// never fused with a sum.
///
/// The operators build expressions: `a + b + c` is one sum of three terms.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Expression {
    /// A quantity, `z1`, or an element of an array, `w1[i][j]`. The name of an array without subscripts is the whole
    /// array.
    Name {
        /// The name of the quantity or of the array.
        name: String,
        /// The subscripts, outermost first.
        subscripts: Vec<Subscript>,
    },
    /// A number. It is exact in `f64`; a network of `f32` rounds it once, as
    /// [`Scalar::from_f64`](crate::Scalar::from_f64) does.
    Number(f64),
    /// The number of an index, in comparisons: `j` in "`a` if `j` = `k`, else 0".
    Index(&'static str),
    /// a + b + …
    Sum(Vec<Self>),
    /// a·b·…
    Product(Vec<Self>),
    /// a − b
    Difference(Box<[Self; 2]>),
    /// a / b
    Quotient(Box<[Self; 2]>),
    /// −a
    Negative(Box<Self>),
    /// A call of a function. Its value is an array if the function gives one.
    Call {
        /// The function.
        function: Function,
        /// The arguments; each is a number or an array.
        arguments: Vec<Self>,
    },
    /// An array of these elements: `[z1, z2]`.
    Array(Vec<Self>),
    /// An element of an array that has no name: `softmax([z1, z2])[0]`. The equations that take the elements of one
    /// array follow each other, so that a reader can compute the array once.
    Element {
        /// The array.
        array: Box<Self>,
        /// Which element.
        subscript: Subscript,
    },
    /// Σ over an index.
    SumOver {
        /// The index.
        index: Index,
        /// The order in which the terms are added.
        order: SumOrder,
        /// The term for each number of the index.
        term: Box<Self>,
    },
    /// `then` if `left` compares with `right`, else `otherwise`. No comparison holds for a NaN.
    Choice {
        /// The left side of the comparison.
        left: Box<Self>,
        /// How the sides must compare.
        comparison: Comparison,
        /// The right side of the comparison.
        right: Box<Self>,
        /// The value if the comparison holds.
        then: Box<Self>,
        /// The value if it does not.
        otherwise: Box<Self>,
    },
}

/// Which element of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subscript {
    /// The element at an index: `a[i]`.
    Index(&'static str),
    /// The element before an index: `a[i - 1]`.
    Before(&'static str),
    /// The element with this number, counted from 0: `a[3]`.
    Number(usize),
}

/// The order in which the terms of a [sum](Expression::SumOver) are added. It decides the last bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SumOrder {
    /// The first term, then the second is added, and so on.
    InOrder,
    /// As `InOrder`, but the sum begins with 0: it is 0 and not −0 if all terms are −0.
    FromZero,
    /// Eight partial sums that begin with 0: term `t` is added to partial sum `t` mod 8. The partial sums, s₀ to s₇, are
    /// added as ((s₀ + s₄) + (s₂ + s₆)) + ((s₁ + s₅) + (s₃ + s₇)).
    EightPartialSums,
}

/// How the sides of a [choice](Expression::Choice) compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparison {
    /// left < right
    Less,
    /// left ≤ right
    LessOrEqual,
    /// left > right
    Greater,
    /// left ≥ right
    GreaterOrEqual,
    /// left = right
    Equal,
}

impl Expression {
    /// A quantity or a whole array.
    pub fn name(name: impl Into<String>) -> Self {
        Self::Name { name: name.into(), subscripts: Vec::new() }
    }

    /// An element of an array.
    pub fn element(name: impl Into<String>, subscripts: impl Into<Vec<Subscript>>) -> Self {
        Self::Name { name: name.into(), subscripts: subscripts.into() }
    }

    /// The name of a quantity or of an array, if it is one, without subscripts.
    pub(super) fn as_name(&self) -> Option<&str> {
        if let Self::Name { name, .. } = self { Some(name) } else { None }
    }

    /// Shows `visit` this expression and then every expression in it, from left to right.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        self.parts().into_iter().for_each(|part| part.visit(visit));
    }

    /// This expression with each of its parts changed.
    pub(crate) fn map(&self, change: &mut dyn FnMut(&Self) -> Self) -> Self {
        let mut expression = self.clone();
        expression.parts_mut().into_iter().for_each(|part| *part = change(part));
        expression
    }

    /// The expression as a lecture writes it: calls of the crate's functions whose formulas are short give way to these.
    /// `value` gives the value of a named quantity where there is one.
    pub(crate) fn in_lecture(&self, value: Option<&dyn Fn(&Self) -> f64>) -> Self {
        let called = match self {
            Self::Call { function, arguments } => function.lecture(arguments, None, value),
            Self::Element { array, subscript } => match &**array {
                Self::Call { function, arguments } => function.lecture(arguments, Some(*subscript), value),
                _ => None,
            },
            _ => None,
        };
        called.as_ref().unwrap_or(self).map(&mut |part| part.in_lecture(value))
    }

    fn parts_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Name { .. } | Self::Number(_) | Self::Index(_) => Vec::new(),
            Self::Sum(parts) | Self::Product(parts) | Self::Array(parts) | Self::Call { arguments: parts, .. } => {
                parts.iter_mut().collect()
            }
            Self::Difference(pair) | Self::Quotient(pair) => pair.iter_mut().collect(),
            Self::Negative(part) | Self::Element { array: part, .. } | Self::SumOver { term: part, .. } => vec![part],
            Self::Choice { left, right, then, otherwise, .. } => vec![left, right, then, otherwise],
        }
    }

    /// Its operands, from left to right.
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Name { .. } | Self::Number(_) | Self::Index(_) => Vec::new(),
            Self::Sum(parts) | Self::Product(parts) | Self::Array(parts) | Self::Call { arguments: parts, .. } => {
                parts.iter().collect()
            }
            Self::Difference(pair) | Self::Quotient(pair) => pair.iter().collect(),
            Self::Negative(part) | Self::Element { array: part, .. } | Self::SumOver { term: part, .. } => vec![part],
            Self::Choice { left, right, then, otherwise, .. } => vec![left, right, then, otherwise],
        }
    }
}

impl From<f64> for Expression {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl Add for Expression {
    type Output = Self;

    fn add(self, term: Self) -> Self {
        match self {
            Self::Sum(mut terms) => {
                terms.push(term);
                Self::Sum(terms)
            }
            first => Self::Sum(vec![first, term]),
        }
    }
}

impl Mul for Expression {
    type Output = Self;

    fn mul(self, factor: Self) -> Self {
        match self {
            Self::Product(mut factors) => {
                factors.push(factor);
                Self::Product(factors)
            }
            first => Self::Product(vec![first, factor]),
        }
    }
}

impl Sub for Expression {
    type Output = Self;

    fn sub(self, subtract: Self) -> Self {
        Self::Difference(Box::new([self, subtract]))
    }
}

impl Div for Expression {
    type Output = Self;

    fn div(self, divisor: Self) -> Self {
        Self::Quotient(Box::new([self, divisor]))
    }
}

impl Neg for Expression {
    type Output = Self;

    fn neg(self) -> Self {
        Self::Negative(Box::new(self))
    }
}
