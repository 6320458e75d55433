//! The interpreter: a training step in the documents' order.

use std::collections::HashMap;
use std::fmt::Display;

use super::expression::Expression;
use super::{Equation, Section, Trace};
use crate::network::{Activation, Architecture, Array, Layer, Neuron, Softmax};
use crate::scalar::float;
use crate::{Name, Network, Scalar, activation, loss};

/// A step under way: what is known so far, and how it came about.
pub(super) struct Interpreter<N: Network> {
    architecture: Architecture<N::Scalar, N::Output>,
    y_true: N::Output,
    sections: Vec<Section<N::Scalar>>,
    values: HashMap<String, N::Scalar>,
}

impl<N: Network> Interpreter<N> {
    pub(super) fn new(network: &N, x: N::Input, y_true: N::Output, learning_rate: N::Scalar) -> Self {
        let architecture = N::ARCHITECTURE;
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let inputs = architecture.inputs.iter().zip(x.as_ref());
        let targets = architecture.targets.iter().zip(y_true.as_ref());
        let parameters = architecture.parameters().map(|parameter| parameter.name).zip(parameters.as_ref());
        let given = inputs.chain(targets).chain(parameters).chain([("learning_rate".into(), &learning_rate)]);
        let values = given.map(|(name, value)| (name.to_string(), *value)).collect();
        Self { architecture, y_true, sections: Vec::new(), values }
    }

    pub(super) fn step(mut self) -> Trace<N::Scalar> {
        let depth = self.architecture.layers.len();
        for index in 0..depth {
            self.forward(index);
        }
        self.loss();
        self.output_layer(depth - 1);
        for index in (0..depth - 1).rev() {
            self.hidden_layer(index);
        }
        self.update();
        Trace { sections: self.sections, values: self.values }
    }

    /// z = w·x + b and a = f(z), neuron by neuron; softmax needs all z first.
    fn forward(&mut self, index: usize) {
        let (layer, sources) = self.layer(index);
        let (fan_in, width, function) = (layer.fan_in(), layer.fan_out(), layer.activation.name());
        let which = match (index + 1, self.architecture.layers.len()) {
            (number, depth) if number == depth => "Output layer".to_owned(),
            (_, 2) => "Hidden layer".to_owned(),
            (number, _) => format!("Hidden layer {number}"),
        };
        self.section(format!("{which}: {fan_in} => {function}({width})."));
        for (target, neuron) in layer.neurons().enumerate() {
            let weights = layer.weights.iter().skip(target).step_by(width);
            let weighted = weights.zip(&sources).map(|(weight, source)| self.product([weight, *source]));
            let terms = weighted.chain([self.named(neuron.bias)]).collect();
            self.define(neuron.pre_activation, Expression::Sum(terms));
            if let Activation { name, function, .. } = layer.activation {
                let z = self.named(neuron.pre_activation);
                let a = function(z.value());
                self.define(neuron.activation, call(name, vec![z], a));
            }
        }
        if matches!(layer.activation, Softmax) {
            self.softmax(layer);
        }
    }

    /// a_k = e^z_k / Σ e^z_j
    fn softmax(&mut self, layer: &Layer<N::Scalar>) {
        let arguments: Vec<_> = layer.pre_activations.iter().map(|z| (z.to_string(), self.named(z))).collect();
        let mut values: Vec<_> = arguments.iter().map(|(_, z)| z.value()).collect();
        activation::softmax_in_place(&mut values);
        let powers: Vec<_> = arguments.iter().map(|(name, _)| format!("e^{{{name}}}")).collect();
        for ((a, power), value) in layer.activations.iter().zip(&powers).zip(values) {
            let template = format!("{power} / ({})", powers.join(" + "));
            self.define(a, Expression::Formula { template, arguments: arguments.clone(), value });
        }
    }

    fn loss(&mut self) {
        let (name, function) = (self.architecture.loss.name, self.architecture.loss.function);
        self.section(format!("Loss: {name}."));
        let pairs = self.predictions_and_targets();
        if name != "half_squared_error" {
            let value = function(self.predictions(), self.y_true);
            self.define("L", call(name, self.loss_arguments(), value));
            return;
        }
        let squares: Vec<_> = pairs
            .iter()
            .enumerate()
            .map(|(index, (y_pred, y_true))| {
                let error = if pairs.len() == 1 { "error".to_owned() } else { format!("error{}", index + 1) };
                self.define(&error, self.difference(y_pred, y_true));
                [self.named(&error), self.named(&error)]
            })
            .collect();
        let half = Expression::Constant(N::Scalar::from_f64(0.5));
        let factors = match <[_; 1]>::try_from(squares) {
            Ok([[error, same]]) => vec![half, error, same],
            Err(squares) => {
                vec![half, Expression::Sum(squares.into_iter().map(|pair| Expression::Product(pair.into())).collect())]
            }
        };
        self.define("L", Expression::Product(factors));
    }

    /// Steps 1 to 4.
    fn output_layer(&mut self, index: usize) {
        let (layer, sources) = self.layer(index);
        let (loss, activation) = (self.architecture.loss.name, layer.activation.name());
        if loss::cancels(loss, activation) {
            self.section(format!(
                "Steps 1 to 3: derivatives of the loss with respect to the pre-activations; all else in {loss} and \
                 {activation} cancels."
            ));
            self.cancelled_derivatives(layer);
        } else {
            self.section("Step 1: derivatives of the loss with respect to the predictions.");
            self.loss_derivatives();
            self.section("Step 2: derivatives of the predictions with respect to their pre-activations.");
            self.activation_derivatives(layer);
            self.section("Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.");
            self.output_chain_rule(layer);
        }
        self.section("Step 4: gradients of the output layer.");
        self.gradients(layer, &sources);
    }

    /// ∂L/∂z = y_pred - y_true, over the number of outputs where the loss is averaged.
    fn cancelled_derivatives(&mut self, layer: &Layer<N::Scalar>) {
        let outputs = self.divisor().map(|outputs| Expression::Constant(N::Scalar::from_f64(float(outputs))));
        for (neuron, (y_pred, y_true)) in layer.neurons().zip(self.predictions_and_targets()) {
            let difference = self.difference(y_pred, y_true);
            let left = match &outputs {
                Some(outputs) => Expression::quotient(difference, outputs.clone()),
                None => difference,
            };
            self.define(format!("dL_d{}", neuron.pre_activation), left);
        }
    }

    /// The number of outputs, where the loss is divided by it and it is not 1.
    fn divisor(&self) -> Option<usize> {
        let outputs = self.architecture.targets.len();
        (outputs > 1 && loss::is_averaged(self.architecture.loss.name)).then_some(outputs)
    }

    /// ∂L/∂z = ∂L/∂a · ∂a/∂z, summed over all a that depend on z.
    fn output_chain_rule(&mut self, layer: &Layer<N::Scalar>) {
        for neuron in layer.neurons() {
            let z = neuron.pre_activation;
            let path = |a: Name| self.product([format!("dL_d{a}"), format!("d{a}_d{z}")]);
            let chain = match layer.activation {
                Activation { .. } => path(neuron.activation),
                Softmax => Expression::Sum(layer.activations.iter().map(path).collect()),
            };
            self.define(format!("dL_d{z}"), chain);
        }
    }

    /// Steps 5 to 8.
    fn hidden_layer(&mut self, index: usize) {
        let (layer, sources) = self.layer(index);
        let (next, _) = self.layer(index + 1);
        let (which, this) = match self.architecture.layers.len() {
            2 => (String::new(), "the hidden layer"),
            _ => (format!(", hidden layer {}", index + 1), "this layer"),
        };
        self.section(format!(
            "Step 5{which}: derivatives of the next pre-activations with respect to the hidden activations."
        ));
        for (target, next_z) in next.pre_activations.iter().enumerate() {
            let weights = next.weights.iter().skip(target).step_by(next.fan_out());
            for (weight, a) in weights.zip(layer.activations.iter()) {
                self.define(format!("d{next_z}_d{a}"), self.named(weight));
            }
        }
        self.section(format!(
            "Step 6{which}: derivatives of the hidden activations with respect to their pre-activations."
        ));
        self.activation_derivatives(layer);
        self.section(format!(
            "Step 7{which}: derivatives of the loss with respect to the hidden pre-activations, by the chain rule."
        ));
        for Neuron { pre_activation: z, activation: a, .. } in layer.neurons() {
            let path =
                |next_z: Name| self.product([format!("dL_d{next_z}"), format!("d{next_z}_d{a}"), format!("d{a}_d{z}")]);
            let paths = Expression::Sum(next.pre_activations.iter().map(path).collect());
            self.define(format!("dL_d{z}"), paths);
        }
        self.section(format!("Step 8{which}: gradients of {this}."));
        self.gradients(layer, &sources);
    }

    fn update(&mut self) {
        self.section("Update: every parameter moves against its gradient.");
        for parameter in self.architecture.parameters() {
            let step = self.product(["learning_rate".to_owned(), format!("dL_d{}", parameter.name)]);
            let moved = Expression::difference(self.named(parameter.name), step);
            self.define(parameter.name, moved);
        }
    }

    fn loss_derivatives(&mut self) {
        let (name, derivative) = (self.architecture.loss.name, self.architecture.loss.derivative);
        let values = derivative(self.predictions(), self.y_true);
        let outputs = self.divisor().map(|outputs| format!(" / {outputs}")).unwrap_or_default();
        for ((y_pred, y_true), &value) in self.predictions_and_targets().into_iter().zip(values.as_ref()) {
            let expression = match loss::derivative_formula(name) {
                _ if name == "half_squared_error" => self.difference(y_pred, y_true),
                Some(formula) => {
                    let arguments =
                        vec![("y_pred".to_owned(), self.named(y_pred)), ("y_true".to_owned(), self.named(y_true))];
                    Expression::Formula { template: format!("{formula}{outputs}"), arguments, value }
                }
                None => call(&format!("{name}_derivative"), self.loss_arguments(), value),
            };
            self.define(format!("dL_d{y_pred}"), expression);
        }
    }

    fn activation_derivatives(&mut self, layer: &Layer<N::Scalar>) {
        let Activation { name, derivative, .. } = layer.activation else { return self.softmax_derivatives(layer) };
        for Neuron { pre_activation, activation, .. } in layer.neurons() {
            let (z, a) = (self.named(pre_activation), self.named(activation));
            let value = derivative(z.value(), a.value());
            let expression = match activation::derivative_formula(name) {
                Some(formula) => Expression::Formula {
                    template: formula.to_owned(),
                    arguments: vec![("z".to_owned(), z), ("a".to_owned(), a)],
                    value,
                },
                None => call(&format!("{name}_derivative"), vec![z, a], value),
            };
            self.define(format!("d{activation}_d{pre_activation}"), expression);
        }
    }

    /// ∂a_k/∂z_j = a_k (1 - a_k) for j = k, otherwise -a_k a_j
    fn softmax_derivatives(&mut self, layer: &Layer<N::Scalar>) {
        for of in layer.neurons() {
            for by in layer.neurons() {
                let (a, other) = (self.named(of.activation), self.named(by.activation));
                let factors = if of == by {
                    vec![a.clone(), Expression::difference(Expression::Constant(N::Scalar::ONE), a)]
                } else {
                    vec![Expression::Negative(Box::new(a)), other]
                };
                self.define(format!("d{}_d{}", of.activation, by.pre_activation), Expression::Product(factors));
            }
        }
    }

    fn gradients(&mut self, layer: &Layer<N::Scalar>, sources: &[Name]) {
        let names = || {
            layer.pre_activations.iter().enumerate().flat_map(|(target, z)| {
                let weights = layer.weights.iter().skip(target).step_by(layer.fan_out());
                weights.zip(sources).map(move |(weight, source)| (z, weight, *source))
            })
        };
        for (z, weight, source) in names() {
            self.define(format!("d{z}_d{weight}"), self.named(source));
        }
        for (z, weight, _) in names() {
            let chain = self.product([format!("dL_d{z}"), format!("d{z}_d{weight}")]);
            self.define(format!("dL_d{weight}"), chain);
        }
        for Neuron { pre_activation: z, bias, .. } in layer.neurons() {
            let gradient = self.named(format!("dL_d{z}"));
            self.define(format!("dL_d{bias}"), gradient);
        }
    }

    /// A layer and the names of what feeds it.
    fn layer(&self, index: usize) -> (&'static Layer<N::Scalar>, Vec<Name>) {
        let layers = self.architecture.layers;
        let sources = match index.checked_sub(1) {
            Some(before) => layers[before].activations.iter().collect(),
            None => self.architecture.inputs.iter().collect(),
        };
        (&layers[index], sources)
    }

    fn predictions_and_targets(&self) -> Vec<(Name, Name)> {
        self.architecture.predictions().zip(self.architecture.targets.iter()).collect()
    }

    fn predictions(&self) -> N::Output {
        let mut y_pred = N::Output::zeros();
        for (value, name) in y_pred.as_mut().iter_mut().zip(self.architecture.predictions()) {
            *value = self.values[&name.to_string()];
        }
        y_pred
    }

    /// The predictions, then the targets.
    fn loss_arguments(&self) -> Vec<Expression<N::Scalar>> {
        self.architecture.predictions().chain(self.architecture.targets.iter()).map(|name| self.named(name)).collect()
    }

    fn named(&self, name: impl Display) -> Expression<N::Scalar> {
        let name = name.to_string();
        let value = self.values[&name];
        Expression::Named(name, value)
    }

    fn product(&self, names: impl IntoIterator<Item = impl Display>) -> Expression<N::Scalar> {
        Expression::Product(names.into_iter().map(|name| self.named(name)).collect())
    }

    fn difference(&self, from: impl Display, subtract: impl Display) -> Expression<N::Scalar> {
        Expression::difference(self.named(from), self.named(subtract))
    }

    fn section(&mut self, title: impl Into<String>) {
        self.sections.push(Section { title: title.into(), equations: Vec::new() });
    }

    fn define(&mut self, name: impl Display, expression: Expression<N::Scalar>) {
        let (name, value) = (name.to_string(), expression.value());
        self.values.insert(name.clone(), value);
        let section = self.sections.last_mut().expect("every equation stands in a section");
        section.equations.push(Equation { name, expression, value });
    }
}

fn call<T: Scalar>(function: &str, arguments: Vec<Expression<T>>, value: T) -> Expression<T> {
    Expression::Call { function: function.to_owned(), arguments, value }
}
