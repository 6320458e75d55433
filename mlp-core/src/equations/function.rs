//! The functions that equations call.

use super::definition::{Definition, Locals, each};
use super::helper::Helper;
use super::{Expression, Subscript, libm};
use crate::network::{self, ErasedLoss};
use crate::{Scalar, activation, loss};

/// A function that an equation calls: one of the crate's, an elementary one, or a user's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Elementary(Elementary),
    Helper(Helper),
    Libm(libm::Step),
    Activation(activation::BuiltIn),
    ActivationDerivative(activation::BuiltIn),
    Loss(loss::BuiltIn),
    LossDerivative(loss::BuiltIn),
    LossWithLogits(loss::BuiltIn),
    Own,
    /// A sign of the lectures, which nothing computes: `Φ`.
    Sign,
}

/// A function that each language computes in its own way. All other functions are defined by these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Elementary {
    /// √a, correctly rounded.
    SquareRoot,
    /// e^a, as `libm` computes it.
    Exponential,
    /// e^a − 1, as `libm` computes it.
    ExponentialMinusOne,
    /// ln a, as `libm` computes it.
    Logarithm,
    /// ln(1 + a), as `libm` computes it.
    LogarithmOfOnePlus,
    /// The complementary error function, as `libm` computes it.
    ComplementaryErrorFunction,
    /// 2^−n from a = 1.5·2^52 − n (in `f32`, 1.5·2^23 − n), whose low bits hold −n: the bits of a, shifted left by 52
    /// (23), plus the bits of 1, both as integers that wrap around.
    PowerOfTwo,
}

/// The scalar type in which a step is computed. A few definitions have other constants in `f32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `f32`
    Single,
    /// `f64`
    Double,
}

impl Precision {
    /// That of a scalar type.
    ///
    /// ```
    /// use mlp_core::equations::Precision;
    ///
    /// assert_eq!(Precision::of::<f32>(), Precision::Single);
    /// ```
    #[must_use]
    pub fn of<T: Scalar>() -> Self {
        if T::NAME == f32::NAME { Self::Single } else { Self::Double }
    }
}

impl Function {
    /// Its name: `sigmoid_derivative`, or the path of a user's own as declared, with `_derivative` for its derivative.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which elementary function it is, if it is one.
    #[must_use]
    pub fn elementary(&self) -> Option<Elementary> {
        if let Kind::Elementary(elementary) = self.kind { Some(elementary) } else { None }
    }

    /// Whether it is a user's own function. The crate knows nothing of it but the name.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.kind == Kind::Own
    }

    /// The equations that define it. `None` for elementary functions and for a user's own.
    ///
    /// `outputs` is the length of the arrays that functions of a whole layer take: softmax and losses.
    #[must_use]
    pub fn definition(&self, precision: Precision, outputs: usize) -> Option<Definition> {
        let mut locals = Locals::new(precision, outputs);
        let [z, a] = ["z", "a"].map(Expression::name);
        match self.kind {
            Kind::Elementary(_) | Kind::Own | Kind::Sign => None,
            Kind::Helper(helper) => Some(helper.definition(locals)),
            Kind::Libm(step) => Some(step.definition(locals)),
            Kind::Activation(activation::BuiltIn::softmax) => Some(activation::softmax_definition(locals)),
            Kind::Activation(activation) => {
                let value = activation.expression(&mut locals, z);
                Some(locals.of_numbers(&["z"], "a", value))
            }
            Kind::ActivationDerivative(activation) => {
                let value = activation.derivative_expression(&mut locals, z, a);
                Some(locals.of_numbers(&["z", "a"], "da_dz", value))
            }
            Kind::Loss(loss) => Some(loss.definition(locals)),
            Kind::LossDerivative(loss) => Some(loss.derivative_definition(locals)),
            Kind::LossWithLogits(loss) => Some(loss.with_logits_definition(locals)),
        }
    }

    /// The activation of a layer.
    pub(crate) fn activation<T>(activation: &network::Activation<T>) -> Self {
        let kind = activation.which().map_or(Kind::Own, Kind::Activation);
        Self { name: activation.name().to_owned(), kind }
    }

    /// The derivative of an activation that computes each neuron by itself.
    pub(crate) fn activation_derivative<T>(activation: &network::Activation<T>) -> Self {
        let kind = activation.which().map_or(Kind::Own, Kind::ActivationDerivative);
        Self { name: format!("{}_derivative", activation.name()), kind }
    }

    pub(crate) fn loss(loss: ErasedLoss) -> Self {
        Self { name: loss.name.to_owned(), kind: loss.built_in.map_or(Kind::Own, Kind::Loss) }
    }

    pub(crate) fn loss_derivative(loss: ErasedLoss) -> Self {
        let kind = loss.built_in.map_or(Kind::Own, Kind::LossDerivative);
        Self { name: format!("{}_derivative", loss.name), kind }
    }

    /// The loss from the pre-activations, for a loss that cancels with the output activation.
    pub(crate) fn loss_with_logits(loss: ErasedLoss) -> Self {
        let kind = loss.built_in.map_or(Kind::Own, Kind::LossWithLogits);
        Self { name: format!("{}_with_logits", loss.name), kind }
    }

    /// A user's own function.
    pub(super) fn own(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Own }
    }

    /// A sign that only formulas for people use.
    pub(crate) fn sign(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Sign }
    }

    /// The value of a call as a lecture writes it, if that is not the call itself. `element` is the element of the value
    /// that is meant; `value` gives the value of a named quantity where there is one.
    pub(super) fn lecture(
        &self,
        arguments: &[Expression],
        element: Option<Subscript>,
        value: Option<&dyn Fn(&Expression) -> f64>,
    ) -> Option<Expression> {
        match (self.kind, arguments, element) {
            (Kind::Helper(helper), arguments, _) => helper.lecture(arguments),
            (Kind::ActivationDerivative(activation), [z, a], _) => {
                Some(activation.lecture_derivative(z.clone(), a.clone()))
            }
            (Kind::Activation(activation::BuiltIn::softmax), [Expression::Array(z)], Some(Subscript::Number(k))) => {
                activation::softmax_in_lecture(z, k)
            }
            (Kind::Loss(loss), [Expression::Array(y_pred), Expression::Array(y_true)], _) => {
                Some(loss.lecture(y_pred, y_true))
            }
            (Kind::LossDerivative(loss), [y_pred, y_true], Some(k)) => {
                let outputs = if let Expression::Array(elements) = y_pred { Some(elements.len()) } else { None };
                Some(loss.lecture_derivative(element_of(y_pred, k)?, element_of(y_true, k)?, outputs))
            }
            (Kind::LossWithLogits(loss), [Expression::Array(z), Expression::Array(y_true)], _) => {
                let values: Vec<_> = z.iter().map(value?).collect();
                Some(loss.lecture_with_logits(z, y_true, &values))
            }
            _ => None,
        }
    }
}

/// An element of an array that is listed or has a name.
fn element_of(array: &Expression, subscript: Subscript) -> Option<Expression> {
    match (array, subscript) {
        (Expression::Array(elements), Subscript::Number(k)) => elements.get(k).cloned(),
        (Expression::Name { name, subscripts }, _) if subscripts.is_empty() => {
            Some(Expression::element(name.clone(), [subscript]))
        }
        _ => None,
    }
}

impl From<Elementary> for Function {
    fn from(elementary: Elementary) -> Self {
        let name = match elementary {
            Elementary::SquareRoot => "sqrt",
            Elementary::Exponential => "exp",
            Elementary::ExponentialMinusOne => "exp_m1",
            Elementary::Logarithm => "ln",
            Elementary::LogarithmOfOnePlus => "ln_1p",
            Elementary::ComplementaryErrorFunction => "erfc",
            Elementary::PowerOfTwo => "power_of_two",
        };
        Self { name: name.to_owned(), kind: Kind::Elementary(elementary) }
    }
}

impl From<activation::BuiltIn> for Function {
    fn from(activation: activation::BuiltIn) -> Self {
        Self { name: activation.word().to_owned(), kind: Kind::Activation(activation) }
    }
}

impl From<Helper> for Function {
    fn from(helper: Helper) -> Self {
        Self { name: helper.name().to_owned(), kind: Kind::Helper(helper) }
    }
}

impl From<libm::Step> for Function {
    fn from(step: libm::Step) -> Self {
        Self { name: step.name().to_owned(), kind: Kind::Libm(step) }
    }
}

/// A loss's definitions: sums over the outputs of the terms that its facts give.
impl loss::BuiltIn {
    fn definition(self, mut locals: Locals) -> Definition {
        let term = self.term(&mut locals, each("y_pred"), each("y_true"));
        let total = self.total(super::definition::sum_over(0..locals.outputs(), term));
        let loss = if self.is_averaged() { total / locals.count() } else { total };
        locals.define("L", loss);
        locals.of_arrays(&["y_pred", "y_true"])
    }

    fn derivative_definition(self, mut locals: Locals) -> Definition {
        let term = self.derivative_term(&mut locals, each("y_pred"), each("y_true"));
        let derivative = if self.is_averaged() { term / locals.count() } else { term };
        let outputs = locals.outputs();
        locals.define_each("dL_dy_pred", 0..outputs, derivative);
        locals.of_arrays(&["y_pred", "y_true"])
    }

    /// The loss of listed predictions.
    fn lecture(self, y_pred: &[Expression], y_true: &[Expression]) -> Expression {
        let pairs = y_pred.iter().cloned().zip(y_true.iter().cloned());
        let terms = pairs.map(|(y_pred, y_true)| self.term(&mut Locals::of_lecture(), y_pred, y_true));
        let sum = terms.reduce(|sum, term| match term {
            Expression::Sum(terms) => terms.into_iter().fold(sum, |sum, term| sum + term),
            term => sum + term,
        });
        let total = self.total(sum.unwrap_or(0.0.into()));
        let outputs = y_pred.len();
        if outputs > 1 && self.is_averaged() { total / crate::math::float(outputs).into() } else { total }
    }

    /// The derivative with respect to one prediction, among a known number of outputs.
    fn lecture_derivative(self, y_pred: Expression, y_true: Expression, outputs: Option<usize>) -> Expression {
        let term = self.derivative_term(&mut Locals::of_lecture(), y_pred, y_true);
        match outputs {
            Some(outputs) if outputs > 1 && self.is_averaged() => term / crate::math::float(outputs).into(),
            _ => term,
        }
    }
}
