//! The equations of an unrolled network: one for each named scalar.

use core::fmt::Display;

use super::definition::call;
use super::derivative::derivative;
use super::step::{Form, divisor, output, sources};
use super::{Equation, Expression, Function, Subscript};
use crate::loss;
use crate::math::float;
use crate::network::{Activation, ErasedArchitecture, Layer, Name, Names, Neuron, Parameter};

pub(super) struct Unrolled<T: 'static>(pub(super) ErasedArchitecture<T>);

impl<T> Form<T> for Unrolled<T> {
    const COMBINES_SOFTMAX: bool = false;

    fn architecture(&self) -> &ErasedArchitecture<T> {
        &self.0
    }

    /// Neuron by neuron; softmax needs all z first.
    fn forward(&self, index: usize) -> Vec<Equation> {
        let (layer, sources) = (&self.0.layers[index], sources(&self.0, index));
        let function = Function::activation(&layer.activation);
        let is_softmax = matches!(layer.activation, Activation::Softmax);
        let mut equations = Vec::new();
        for (target, Neuron { pre_activation: z, activation: a, bias }) in layer.neurons().enumerate() {
            let weighted = layer.weights_into(target).zip(sources.iter());
            let weighted = weighted.map(|(weight, source)| product([named(weight), named(source)]));
            equations.push(equation(z, Expression::Sum(weighted.chain([named(bias)]).collect())));
            if !is_softmax {
                equations.push(equation(a, call(function.clone(), [named(z)])));
            }
        }
        if is_softmax {
            let arguments = [array(layer.pre_activations)];
            equations.extend(elements(layer.activations.iter(), &call(function, arguments)));
        }
        equations
    }

    fn loss(&self) -> Vec<Equation> {
        let ErasedArchitecture { loss, targets, .. } = self.0;
        let output = output(&self.0);
        if loss.built_in == Some(loss::BuiltIn::half_squared_error) {
            return self.half_squared_error();
        }
        let (function, from) = if loss.cancels_with(&output.activation) {
            (Function::loss_with_logits(loss), output.pre_activations)
        } else {
            (Function::loss(loss), output.activations)
        };
        vec![equation("L", call(function.clone(), [array(from), array(targets)]))]
    }

    fn loss_derivatives(&self) -> Vec<Equation> {
        let ErasedArchitecture { loss, targets, .. } = self.0;
        let predictions = output(&self.0).activations;
        if loss.built_in == Some(loss::BuiltIn::half_squared_error) {
            let difference = |(y_pred, y_true)| equation(derivative("L", y_pred), named(y_pred) - named(y_true));
            return predictions.iter().zip(targets.iter()).map(difference).collect();
        }
        let derivatives = call(Function::loss_derivative(loss), [array(predictions), array(targets)]);
        elements(predictions.iter().map(|y_pred| derivative("L", y_pred)), &derivatives)
    }

    fn cancelled_derivatives(&self) -> Vec<Equation> {
        let divisor = divisor(&self.0).map(|outputs| Expression::Number(float(outputs)));
        let neurons = output(&self.0).neurons().zip(self.0.targets.iter());
        let derivative = |(neuron, y_true): (Neuron, Name)| {
            let difference = named(neuron.activation) - named(y_true);
            let left = match &divisor {
                Some(outputs) => difference / outputs.clone(),
                None => difference,
            };
            equation(derivative("L", neuron.pre_activation), left)
        };
        neurons.map(derivative).collect()
    }

    fn activation_derivatives(&self, index: usize) -> Vec<Equation> {
        let layer = &self.0.layers[index];
        if matches!(layer.activation, Activation::Softmax) {
            return self.softmax_derivatives();
        }
        let function = Function::activation_derivative(&layer.activation);
        let derivative = |Neuron { pre_activation: z, activation: a, .. }| {
            equation(derivative(a, z), call(function.clone(), [named(z), named(a)]))
        };
        layer.neurons().map(derivative).collect()
    }

    /// Summed over all a that depend on z.
    fn output_chain_rule(&self) -> Vec<Equation> {
        let layer = output(&self.0);
        let path = |a: Name, z: Name| product([named(derivative("L", a)), named(derivative(a, z))]);
        let chain_rule = |Neuron { pre_activation: z, activation, .. }| {
            let chain = match layer.activation {
                Activation::Elementwise { .. } => path(activation, z),
                Activation::Softmax => Expression::Sum(layer.activations.iter().map(|a| path(a, z)).collect()),
            };
            equation(derivative("L", z), chain)
        };
        layer.neurons().map(chain_rule).collect()
    }

    fn gradients(&self, index: usize) -> Vec<Equation> {
        let (layer, sources) = (&self.0.layers[index], sources(&self.0, index));
        let (mut by_weight, mut gradients) = (Vec::new(), Vec::new());
        for (target, z) in layer.pre_activations.iter().enumerate() {
            for (weight, source) in layer.weights_into(target).zip(sources.iter()) {
                let dz_dw = derivative(z, weight);
                let chain = product([named(derivative("L", z)), named(&dz_dw)]);
                by_weight.push(equation(dz_dw, named(source)));
                gradients.push(equation(derivative("L", weight), chain));
            }
        }
        let biases = layer
            .neurons()
            .map(|Neuron { pre_activation: z, bias, .. }| equation(derivative("L", bias), named(derivative("L", z))));
        by_weight.into_iter().chain(gradients).chain(biases).collect()
    }

    fn source_derivatives(&self, index: usize) -> Vec<Equation> {
        let (layer, sources) = (&self.0.layers[index], sources(&self.0, index));
        let mut equations = Vec::new();
        for (target, z) in layer.pre_activations.iter().enumerate() {
            let weights = layer.weights_into(target).zip(sources.iter());
            equations.extend(weights.map(|(weight, source)| equation(derivative(z, source), named(weight))));
        }
        equations
    }

    fn hidden_chain_rule(&self, index: usize) -> Vec<Equation> {
        let (layer, next) = (&self.0.layers[index], &self.0.layers[index + 1]);
        let chain_rule = |Neuron { pre_activation: z, activation: a, .. }| {
            let path = |next_z| product([derivative("L", next_z), derivative(next_z, a), derivative(a, z)].map(named));
            equation(derivative("L", z), sum_of_paths(next.pre_activations.iter().map(path)))
        };
        layer.neurons().map(chain_rule).collect()
    }

    fn input_gradients(&self) -> Vec<Equation> {
        let first = &self.0.layers[0];
        let chain_rule = |x| {
            let path = |z| product([derivative("L", z), derivative(z, x)].map(named));
            equation(derivative("L", x), sum_of_paths(first.pre_activations.iter().map(path)))
        };
        self.source_derivatives(0).into_iter().chain(self.0.inputs.iter().map(chain_rule)).collect()
    }

    fn update(&self) -> Vec<Equation> {
        let parameters = self.0.layers.iter().flat_map(Layer::parameters);
        let update = |parameter: Parameter| {
            let name = parameter.name;
            let step = product([named("learning_rate"), named(derivative("L", name))]);
            equation(name, named(name) - step)
        };
        parameters.map(update).collect()
    }
}

impl<T> Unrolled<T> {
    /// error = y_pred - y_true for each output, L = ½ Σ error·error
    fn half_squared_error(&self) -> Vec<Equation> {
        let pairs: Vec<_> = output(&self.0).activations.iter().zip(self.0.targets.iter()).collect();
        let error = |number: usize| if pairs.len() == 1 { "error".to_owned() } else { format!("error{number}") };
        let numbered = (1..).zip(&pairs);
        let mut equations: Vec<_> =
            numbered.map(|(number, (y_pred, y_true))| equation(error(number), named(y_pred) - named(y_true))).collect();
        let factors = match pairs.len() {
            1 => vec![0.5.into(), named(error(1)), named(error(1))],
            count => {
                let square = |number| product([named(error(number)), named(error(number))]);
                vec![0.5.into(), Expression::Sum((1..=count).map(square).collect())]
            }
        };
        equations.push(equation("L", Expression::Product(factors)));
        equations
    }

    /// ∂a_k/∂z_j = a_k (1 - a_k) for j = k, otherwise -a_k a_j
    fn softmax_derivatives(&self) -> Vec<Equation> {
        let mut equations = Vec::new();
        for of in output(&self.0).neurons() {
            for by in output(&self.0).neurons() {
                let (a, other) = (named(of.activation), named(by.activation));
                let value = if of == by { a.clone() * (Expression::from(1.0) - a) } else { -a * other };
                equations.push(equation(derivative(of.activation, by.pre_activation), value));
            }
        }
        equations
    }
}

fn named(name: impl Display) -> Expression {
    Expression::name(name.to_string())
}

fn equation(name: impl Display, expression: Expression) -> Equation {
    Equation::new(name.to_string(), [], expression)
}

fn product<const N: usize>(factors: [Expression; N]) -> Expression {
    Expression::Product(factors.into())
}

/// The sum of the paths of the chain rule; a single path is no sum.
fn sum_of_paths(paths: impl Iterator<Item = Expression>) -> Expression {
    let mut paths: Vec<_> = paths.collect();
    if paths.len() == 1 { paths.remove(0) } else { Expression::Sum(paths) }
}

/// `[z1, z2]`
fn array(names: Names) -> Expression {
    Expression::Array(names.iter().map(named).collect())
}

/// Each name gets an element of the array.
fn elements(names: impl Iterator<Item = impl Display>, array: &Expression) -> Vec<Equation> {
    let element = |(number, name)| {
        let subscript = Subscript::Number(number);
        equation(name, Expression::Element { array: Box::new(array.clone()), subscript })
    };
    names.enumerate().map(element).collect()
}
