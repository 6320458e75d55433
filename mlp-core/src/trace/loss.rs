//! The loss of a training step: the formula by which the generated code computes it.

use super::expression::Expression;
use super::interpreter::{Interpreter, call};
use crate::network::{Loss, Neuron};
use crate::{Name, Network, Scalar as _, loss};

impl<N: Network> Interpreter<N> {
    pub(super) fn loss(&mut self) {
        let Loss { name, function, built_in, .. } = self.architecture.loss;
        self.section(format!("Loss: {name}."));
        if built_in == Some(loss::BuiltIn::half_squared_error) {
            return self.half_squared_error();
        }
        if let Some(with_logits) = self.architecture.loss_with_logits() {
            return self.loss_with_logits(with_logits);
        }
        let value = function(self.predictions(), self.y_true);
        self.define("L", call(name, self.loss_arguments(), value));
    }

    /// error = y_pred - y_true for each output, L = ½ Σ error·error
    fn half_squared_error(&mut self) {
        let pairs = self.predictions_and_targets();
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

    /// L from the pre-activations, where loss and output activation cancel.
    fn loss_with_logits(&mut self, with_logits: fn(N::Output, N::Output) -> N::Scalar) {
        let Some(output) = self.architecture.layers.last() else { return };
        let z = self.values(output.pre_activations.iter());
        let template = match self.architecture.loss.built_in {
            Some(loss::BuiltIn::cross_entropy) => cross_entropy(z.as_ref()),
            _ => binary_cross_entropy(z.as_ref().len()),
        };
        let value = with_logits(z, self.y_true);
        let argument = |(index, (neuron, target)): (usize, (Neuron, Name))| {
            [(format!("z{index}"), self.named(neuron.pre_activation)), (format!("y{index}"), self.named(target))]
        };
        let arguments = output.neurons().zip(self.architecture.targets.iter()).enumerate().flat_map(argument).collect();
        self.define("L", Expression::Formula { template, arguments, value });
    }
}

/// Σ y_true (m - z) + Σ y_true · ln(1 + Σ e^(z - m)), where m is the largest z and the last sum is over the others. The
/// placeholders are `{z0}`, `{y0}`, ….
fn cross_entropy<T: PartialOrd>(z: &[T]) -> String {
    let largest = (0..z.len()).reduce(|largest, k| if z[k] > z[largest] { k } else { largest }).unwrap_or(0);
    let others: Vec<_> = (0..z.len()).filter(|&k| k != largest).collect();
    if others.is_empty() {
        return "{y0}·ln(1)".to_owned();
    }
    let list = |terms: Vec<String>| terms.join(" + ");
    let distances = list(others.iter().map(|k| format!("{{y{k}}}·({{z{largest}}} - {{z{k}}})")).collect());
    let targets = list((0..z.len()).map(|k| format!("{{y{k}}}")).collect());
    let powers = list(others.iter().map(|k| format!("e^({{z{k}}} - {{z{largest}}})")).collect());
    format!("{distances} + ({targets})·ln(1 + {powers})")
}

/// (1 - y_true)·max(z, 0) + y_true·max(-z, 0) + ln(1 + e^-|z|), averaged over the outputs.
fn binary_cross_entropy(outputs: usize) -> String {
    let term = |k| format!("(1 - {{y{k}}})·max({{z{k}}}, 0) + {{y{k}}}·max(-{{z{k}}}, 0) + ln(1 + e^-|{{z{k}}}|)");
    match outputs {
        1 => term(0),
        _ => (0..outputs).map(|k| format!("({}) / {outputs}", term(k))).collect::<Vec<_>>().join(" + "),
    }
}
