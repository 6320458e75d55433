//! Definitions of the crate's functions, and what they are built with.

use super::{Comparison, Equation, Expression, Function, Index, Precision, Subscript, SumOrder};
use crate::math::float;
use crate::math::float_math::FloatMath;

/// Defines one of the crate's functions by equations over elementary functions and other functions of the crate.
///
/// The equations are local: their names mean nothing outside. They give the function's value to the last bit.
///
/// ```
/// use mlp_core::equations::{Equations, Expression, Precision};
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 1 => tanh(1));
/// let equations = Equations::of::<Net>();
/// let slope = equations.equation("dy_pred_dz1").unwrap();
/// let Expression::Call { function, .. } = slope.expression() else { panic!("it is a call") };
/// assert_eq!(function.name(), "tanh_derivative");
/// let definition = function.definition(Precision::Double, 1).unwrap();
/// assert_eq!(definition.parameters.len(), 2);
/// assert_eq!(definition.equations[0].to_string(), "da_dz = 1 - a·a");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Definition {
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The equations, in the order in which they are computed. The last one is the value of the function: an array if
    /// it has an index.
    pub equations: Vec<Equation>,
}

/// A parameter of a [`Definition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// `z`
    pub name: &'static str,
    /// The number of elements if it is an array.
    pub length: Option<usize>,
}

/// The local equations of a definition so far.
pub struct Locals {
    precision: Precision,
    outputs: usize,
    equations: Vec<Equation>,
    /// Whether people read the expressions: written out, without locals and without what only rounding needs.
    is_lecture: bool,
}

/// The index of the outputs in definitions of functions of a whole layer.
const OUTPUT: &str = "k";

impl Locals {
    pub(crate) fn new(precision: Precision, outputs: usize) -> Self {
        Self { precision, outputs, equations: Vec::new(), is_lecture: false }
    }

    /// For expressions that people read: one expression without names of its own, and without what only rounding needs.
    pub(crate) fn of_lecture() -> Self {
        Self { is_lecture: true, ..Self::new(Precision::Double, 1) }
    }

    pub(crate) fn is_lecture(&self) -> bool {
        self.is_lecture
    }

    pub(super) fn precision(&self) -> Precision {
        self.precision
    }

    /// Defines a local by this expression, and returns its name. A lecture has no locals: it gets the expression back.
    pub(crate) fn define(&mut self, name: &'static str, expression: Expression) -> Expression {
        if self.is_lecture {
            return expression;
        }
        self.equations.push(Equation::new(name, [], expression));
        Expression::name(name)
    }

    /// Defines an array with an element for each of these outputs, and returns the element of the present output;
    /// `expression` reads the output's index. A lecture has no locals: it gets the expression back.
    pub(crate) fn define_each(
        &mut self,
        name: &'static str,
        outputs: core::ops::Range<usize>,
        expression: Expression,
    ) -> Expression {
        if self.is_lecture {
            return expression;
        }
        self.equations.push(Equation::new(name, [Index { name: OUTPUT, range: outputs }], expression));
        each(name)
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    /// The number of outputs as a number.
    pub(crate) fn count(&self) -> Expression {
        float(self.outputs).into()
    }

    /// One of the constants that depend on the scalar, from each type.
    pub(crate) fn constant(&self, single: f32, double: f64) -> Expression {
        match self.precision {
            Precision::Single => f64::from(single).into(),
            Precision::Double => double.into(),
        }
    }

    pub(crate) fn smallest_normal(&self) -> Expression {
        self.constant(f32::SMALLEST_NORMAL, f64::SMALLEST_NORMAL)
    }

    pub(crate) fn below_one(&self) -> Expression {
        self.constant(f32::BELOW_ONE, f64::BELOW_ONE)
    }

    pub(crate) fn largest_number(&self) -> Expression {
        self.constant(f32::MAX, f64::MAX)
    }

    /// The definition of a function of one number, or of a number and another.
    pub(crate) fn of_numbers(
        mut self,
        parameters: &[&'static str],
        name: &'static str,
        value: Expression,
    ) -> Definition {
        self.define(name, value);
        let parameters = parameters.iter().map(|name| Parameter { name, length: None }).collect();
        Definition { parameters, equations: self.equations }
    }

    /// The definition of a function of arrays with an element for each output. Its value is the last local.
    pub(crate) fn of_arrays(self, parameters: &[&'static str]) -> Definition {
        let length = Some(self.outputs);
        let parameters = parameters.iter().map(|name| Parameter { name, length }).collect();
        Definition { parameters, equations: self.equations }
    }
}

/// The element of an array for each output.
pub(crate) fn each(name: &'static str) -> Expression {
    Expression::element(name, [Subscript::Index(OUTPUT)])
}

/// The element of an array for the output before.
pub(crate) fn before(name: &'static str) -> Expression {
    Expression::element(name, [Subscript::Before(OUTPUT)])
}

/// Σ over outputs, beginning with 0.
pub(crate) fn sum_over(outputs: core::ops::Range<usize>, term: Expression) -> Expression {
    let index = Index { name: OUTPUT, range: outputs };
    Expression::SumOver { index, order: SumOrder::FromZero, term: Box::new(term) }
}

pub(crate) fn call<const N: usize>(function: impl Into<Function>, arguments: [Expression; N]) -> Expression {
    Expression::Call { function: function.into(), arguments: arguments.into() }
}

/// `then` if left < right, else `otherwise`
pub(crate) fn if_less(left: Expression, right: Expression, then: Expression, otherwise: Expression) -> Expression {
    choice(left, Comparison::Less, right, then, otherwise)
}

/// `then` if left > right, else `otherwise`
pub(crate) fn if_greater(left: Expression, right: Expression, then: Expression, otherwise: Expression) -> Expression {
    choice(left, Comparison::Greater, right, then, otherwise)
}

/// `then` if left = right, else `otherwise`
pub(crate) fn if_equal(left: Expression, right: Expression, then: Expression, otherwise: Expression) -> Expression {
    choice(left, Comparison::Equal, right, then, otherwise)
}

pub(crate) fn choice(
    left: Expression,
    comparison: Comparison,
    right: Expression,
    then: Expression,
    otherwise: Expression,
) -> Expression {
    let [left, right, then, otherwise] = [left, right, then, otherwise].map(Box::new);
    Expression::Choice { left, comparison, right, then, otherwise }
}
