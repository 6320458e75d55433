//! The interpreter: it computes a training step in the lecture's order.

use super::Trace;
use super::expression::Expression;
use super::interpreter::{Interpreter, call};
use crate::math::float;
use crate::network::{Activation, Layer, Loss, Neuron};
use crate::{Name, Network, Scalar, activation, loss};

impl<N: Network> Interpreter<N> {
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
            let weighted =
                layer.weights_into(target).zip(&sources).map(|(weight, source)| self.product([weight, *source]));
            let terms = weighted.chain([self.named(neuron.bias)]).collect();
            self.define(neuron.pre_activation, Expression::Sum(terms));
            if let Activation::Elementwise { name, function, .. } = layer.activation {
                let z = self.named(neuron.pre_activation);
                let a = function(z.value());
                self.define(neuron.activation, call(name, vec![z], a));
            }
        }
        if matches!(layer.activation, Activation::Softmax) {
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

    /// Steps 1 to 4.
    fn output_layer(&mut self, index: usize) {
        let (layer, sources) = self.layer(index);
        if self.architecture.loss.erased().cancels_with(&layer.activation) {
            let (loss, activation) = (self.architecture.loss.name, layer.activation.name());
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

    /// ∂L/∂z = y_pred - y_true, divided by the number of outputs if the loss is averaged.
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

    /// The number of outputs, if the loss is divided by it and it is not 1.
    pub(super) fn divisor(&self) -> Option<usize> {
        let outputs = self.architecture.targets.len();
        (outputs > 1 && self.architecture.loss.erased().is_averaged()).then_some(outputs)
    }

    /// ∂L/∂z = ∂L/∂a · ∂a/∂z, summed over all a that depend on z.
    fn output_chain_rule(&mut self, layer: &Layer<N::Scalar>) {
        for neuron in layer.neurons() {
            let z = neuron.pre_activation;
            let path = |a: Name| self.product([format!("dL_d{a}"), format!("d{a}_d{z}")]);
            let chain = match layer.activation {
                Activation::Elementwise { .. } => path(neuron.activation),
                Activation::Softmax => Expression::Sum(layer.activations.iter().map(path).collect()),
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
            for (weight, a) in next.weights_into(target).zip(layer.activations.iter()) {
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
        let Loss { name, derivative, built_in, .. } = self.architecture.loss;
        let values = derivative(self.predictions(), self.y_true);
        let outputs = self.divisor().map(|outputs| format!(" / {outputs}")).unwrap_or_default();
        for ((y_pred, y_true), &value) in self.predictions_and_targets().into_iter().zip(values.as_ref()) {
            let expression = match built_in {
                Some(loss::BuiltIn::half_squared_error) => self.difference(y_pred, y_true),
                Some(loss) => {
                    let arguments =
                        vec![("y_pred".to_owned(), self.named(y_pred)), ("y_true".to_owned(), self.named(y_true))];
                    Expression::Formula {
                        template: format!("{}{outputs}", loss.derivative_formula()),
                        arguments,
                        value,
                    }
                }
                None => call(&format!("{name}_derivative"), self.loss_arguments(), value),
            };
            self.define(format!("dL_d{y_pred}"), expression);
        }
    }

    fn activation_derivatives(&mut self, layer: &Layer<N::Scalar>) {
        let Activation::Elementwise { name, derivative, built_in, .. } = layer.activation else {
            return self.softmax_derivatives(layer);
        };
        for Neuron { pre_activation, activation, .. } in layer.neurons() {
            let (z, a) = (self.named(pre_activation), self.named(activation));
            let value = derivative(z.value(), a.value());
            let expression = match built_in.and_then(activation::BuiltIn::derivative_formula) {
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
                layer.weights_into(target).zip(sources).map(move |(weight, source)| (z, weight, *source))
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
}
