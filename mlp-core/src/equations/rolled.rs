//! The equations of a rolled network: one for each array.

use super::definition::{call, if_equal};
use super::derivative::derivative;
use super::step::{Form, divisor, output, sources};
use super::{Equation, Expression, Function, Index, Subscript, SumOrder};
use crate::loss;
use crate::math::float;
use crate::network::{Activation, ErasedArchitecture, Layer, Names};

pub(super) struct Rolled<T: 'static>(pub(super) ErasedArchitecture<T>);

/// The index of the sources of a layer.
const SOURCE: &str = "i";
/// The index of the neurons of a layer.
const NEURON: &str = "j";
/// The index of a sum over outputs.
const OUTPUT: &str = "k";

impl<T> Form<T> for Rolled<T> {
    const COMBINES_SOFTMAX: bool = true;

    fn architecture(&self) -> &ErasedArchitecture<T> {
        &self.0
    }

    fn forward(&self, index: usize) -> Vec<Equation> {
        let (layer, source) = (&self.0.layers[index], sources(&self.0, index));
        let [w, b, z, a] = arrays(layer);
        let weighted = matrix(w) * vector(name(source), SOURCE);
        let sum = sum_over(SOURCE, layer.fan_in(), SumOrder::InOrder, weighted);
        let function = Function::activation(&layer.activation);
        let activation = match layer.activation {
            Activation::Elementwise { .. } => call(function, [vector(z, NEURON)]),
            Activation::Softmax => element(call(function, [Expression::name(z)])),
        };
        vec![each(layer, z, sum + vector(b, NEURON)), each(layer, a, activation)]
    }

    fn loss(&self) -> Vec<Equation> {
        let ErasedArchitecture { loss, targets, .. } = self.0;
        let layer = output(&self.0);
        let [_, _, z, a] = arrays(layer);
        if loss.built_in == Some(loss::BuiltIn::half_squared_error) {
            let error = || vector("error", OUTPUT);
            let squares = sum_over(OUTPUT, layer.fan_out(), SumOrder::InOrder, error() * error());
            return vec![
                each(layer, "error", difference(a, name(targets))),
                Equation::new("L", [], Expression::from(0.5) * squares),
            ];
        }
        let (function, from) = if loss.cancels_with(&layer.activation) {
            (Function::loss_with_logits(loss), z)
        } else {
            (Function::loss(loss), a)
        };
        vec![Equation::new("L", [], call(function, [from, name(targets)].map(Expression::name)))]
    }

    fn loss_derivatives(&self) -> Vec<Equation> {
        let ErasedArchitecture { loss, targets, .. } = self.0;
        let layer = output(&self.0);
        let [.., a] = arrays(layer);
        let derivatives = if loss.built_in == Some(loss::BuiltIn::half_squared_error) {
            difference(a, name(targets))
        } else {
            element(call(Function::loss_derivative(loss), [a, name(targets)].map(Expression::name)))
        };
        vec![each(layer, &derivative("L", a), derivatives)]
    }

    fn cancelled_derivatives(&self) -> Vec<Equation> {
        let layer = output(&self.0);
        let [_, _, z, a] = arrays(layer);
        let left = difference(a, name(self.0.targets));
        let left = match divisor(&self.0) {
            Some(outputs) => left / float(outputs).into(),
            None => left,
        };
        vec![each(layer, &derivative("L", z), left)]
    }

    fn activation_derivatives(&self, index: usize) -> Vec<Equation> {
        let layer = &self.0.layers[index];
        let [_, _, z, a] = arrays(layer);
        let function = Function::activation_derivative(&layer.activation);
        vec![each(layer, &derivative(a, z), call(function, [z, a].map(|name| vector(name, NEURON))))]
    }

    /// Through softmax, ∂a_k/∂z_j = a_k (1 - a_k) for j = k, otherwise -a_k a_j. The matrix has no name.
    fn output_chain_rule(&self) -> Vec<Equation> {
        let layer = output(&self.0);
        let [_, _, z, a] = arrays(layer);
        let chain = match layer.activation {
            Activation::Elementwise { .. } => vector(derivative("L", a), NEURON) * vector(derivative(a, z), NEURON),
            Activation::Softmax => {
                let of = || vector(a, OUTPUT);
                let own = of() * (Expression::from(1.0) - of());
                let [j, k] = [NEURON, OUTPUT].map(Expression::Index);
                let da_dz = if_equal(j, k, own, -of() * vector(a, NEURON));
                let path = vector(derivative("L", a), OUTPUT) * da_dz;
                sum_over(OUTPUT, layer.fan_out(), SumOrder::FromZero, path)
            }
        };
        vec![each(layer, &derivative("L", z), chain)]
    }

    fn gradients(&self, index: usize) -> Vec<Equation> {
        let layer = &self.0.layers[index];
        let [w, b, z, _] = arrays(layer);
        let dl_dz = || vector(derivative("L", z), NEURON);
        let by_weight = dl_dz() * vector(name(sources(&self.0, index)), SOURCE);
        vec![each_weight(layer, &derivative("L", w), by_weight), each(layer, &derivative("L", b), dl_dz())]
    }

    fn source_derivatives(&self, index: usize) -> Vec<Equation> {
        let layer = &self.0.layers[index];
        let [w, _, z, _] = arrays(layer);
        vec![each_weight(layer, &derivative(z, name(sources(&self.0, index))), matrix(w))]
    }

    fn hidden_chain_rule(&self, index: usize) -> Vec<Equation> {
        let layer = &self.0.layers[index];
        let [_, _, z, a] = arrays(layer);
        let dl_da = derivative("L", a);
        let chain = vector(dl_da, NEURON) * vector(derivative(a, z), NEURON);
        vec![self.by_source(index + 1), each(layer, &derivative("L", z), chain)]
    }

    fn input_gradients(&self) -> Vec<Equation> {
        let mut equations = self.source_derivatives(0);
        equations.push(self.by_source(0));
        equations
    }

    fn update(&self) -> Vec<Equation> {
        let step = |gradient| Expression::name("learning_rate") * gradient;
        let update = |layer: &Layer<T>| {
            let [w, b, ..] = arrays(layer);
            [
                each_weight(layer, w, matrix(w) - step(matrix(&derivative("L", w)))),
                each(layer, b, vector(b, NEURON) - step(vector(derivative("L", b), NEURON))),
            ]
        };
        self.0.layers.iter().flat_map(update).collect()
    }
}

impl<T> Rolled<T> {
    /// ∂L/∂source = Σ ∂L/∂z · ∂z/∂source over the neurons of a layer.
    fn by_source(&self, index: usize) -> Equation {
        let layer = &self.0.layers[index];
        let [_, _, z, _] = arrays(layer);
        let source = name(sources(&self.0, index));
        let path = vector(derivative("L", z), NEURON) * matrix(&derivative(z, source));
        let sum = sum_over(NEURON, layer.fan_out(), SumOrder::EightPartialSums, path);
        Equation::new(derivative("L", source), [Index { name: SOURCE, range: 0..layer.fan_in() }], sum)
    }
}

/// The names of the arrays of a layer: weights, biases, pre-activations, activations.
fn arrays<T>(layer: &Layer<T>) -> [&'static str; 4] {
    [layer.weights, layer.biases, layer.pre_activations, layer.activations].map(name)
}

/// The name of an array.
fn name(names: Names) -> &'static str {
    match names {
        Names::Array { name, .. } | Names::Matrix { name, .. } => name,
        Names::Listed(_) => unreachable!("the values of a rolled network are elements of arrays"),
    }
}

/// `b1[j]`
fn vector(name: impl Into<String>, index: &'static str) -> Expression {
    Expression::element(name, [Subscript::Index(index)])
}

/// `w1[i][j]`
fn matrix(name: &str) -> Expression {
    Expression::element(name, [SOURCE, NEURON].map(Subscript::Index))
}

/// a[j] - b[j]
fn difference(a: &str, b: &str) -> Expression {
    vector(a, NEURON) - vector(b, NEURON)
}

/// The element of an array for each neuron.
fn element(array: Expression) -> Expression {
    Expression::Element { array: Box::new(array), subscript: Subscript::Index(NEURON) }
}

/// An equation for each neuron of a layer.
fn each<T>(layer: &Layer<T>, name: &str, expression: Expression) -> Equation {
    Equation::new(name, [Index { name: NEURON, range: 0..layer.fan_out() }], expression)
}

/// An equation for each weight of a layer.
fn each_weight<T>(layer: &Layer<T>, name: &str, expression: Expression) -> Equation {
    let indices = [(SOURCE, layer.fan_in()), (NEURON, layer.fan_out())];
    Equation::new(name, indices.map(|(name, count)| Index { name, range: 0..count }), expression)
}

fn sum_over(index: &'static str, count: usize, order: SumOrder, term: Expression) -> Expression {
    Expression::SumOver { index: Index { name: index, range: 0..count }, order, term: Box::new(term) }
}
