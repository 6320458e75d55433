//! The perceptron as loops over `Vec<Vec<f64>>`: widths and depth are known only at run time.

use super::{Example, LEARNING_RATE, Perceptron, sigmoid};

/// A perceptron with any number of layers.
pub(crate) struct Vectors {
    layers: Vec<Layer>,
}

struct Layer {
    /// One row of weights for each neuron.
    weights: Vec<Vec<f64>>,
    biases: Vec<f64>,
}

impl Layer {
    fn zeros(sources: usize, neurons: usize) -> Self {
        Self { weights: vec![vec![0.0; sources]; neurons], biases: vec![0.0; neurons] }
    }

    fn forward(&self, sources: &[f64]) -> Vec<f64> {
        let mut activations = Vec::with_capacity(self.biases.len());
        for (row, bias) in self.weights.iter().zip(&self.biases) {
            let mut z = *bias;
            for (weight, source) in row.iter().zip(sources) {
                z += weight * source;
            }
            activations.push(sigmoid(z));
        }
        activations
    }

    /// Takes the derivatives with respect to the pre-activations of this layer, and returns those of the layer before.
    fn backward(&self, deltas: &[f64], sources: &[f64]) -> Vec<f64> {
        let mut before = vec![0.0; sources.len()];
        for (row, delta) in self.weights.iter().zip(deltas) {
            for (sum, weight) in before.iter_mut().zip(row) {
                *sum += weight * delta;
            }
        }
        for (sum, activation) in before.iter_mut().zip(sources) {
            *sum *= activation * (1.0 - activation);
        }
        before
    }

    /// Adds `factor` times the gradient.
    fn add(&mut self, factor: f64, deltas: &[f64], sources: &[f64]) {
        for ((row, bias), delta) in self.weights.iter_mut().zip(&mut self.biases).zip(deltas) {
            for (weight, source) in row.iter_mut().zip(sources) {
                *weight += factor * delta * source;
            }
            *bias += factor * delta;
        }
    }

    fn add_layer(&mut self, factor: f64, other: &Self) {
        for (row, other) in self.weights.iter_mut().zip(&other.weights) {
            for (weight, other) in row.iter_mut().zip(other) {
                *weight += factor * other;
            }
        }
        for (bias, other) in self.biases.iter_mut().zip(&other.biases) {
            *bias += factor * other;
        }
    }
}

/// The result of a forward pass and backpropagation, layer by layer.
struct Pass {
    /// The inputs, and the activations of each layer.
    activations: Vec<Vec<f64>>,
    /// The derivatives of the loss with respect to each layer's pre-activations.
    deltas: Vec<Vec<f64>>,
}

impl Vectors {
    fn forward(&self, x: &[f64]) -> Vec<Vec<f64>> {
        let mut activations = vec![x.to_vec()];
        for (i, layer) in self.layers.iter().enumerate() {
            activations.push(layer.forward(&activations[i]));
        }
        activations
    }

    fn backprop(&self, x: &[f64], y_true: &[f64]) -> Pass {
        let activations = self.forward(x);
        let output = activations.last().into_iter().flatten();
        let mut deltas = vec![output.zip(y_true).map(|(a, y)| (a - y) * a * (1.0 - a)).collect::<Vec<_>>()];
        for i in (1..self.layers.len()).rev() {
            let before = self.layers[i].backward(&deltas[0], &activations[i]);
            deltas.insert(0, before);
        }
        Pass { activations, deltas }
    }
}

/// Adds `factor` times the gradient to every layer.
fn add(layers: &mut [Layer], factor: f64, pass: &Pass) {
    for ((layer, deltas), sources) in layers.iter_mut().zip(&pass.deltas).zip(&pass.activations) {
        layer.add(factor, deltas, sources);
    }
}

impl<const I: usize, const H: usize, const O: usize> Perceptron<I, H, O> for Vectors {
    fn from_parameters(parameters: &[f64]) -> Self {
        let mut layers = vec![Layer::zeros(I, H), Layer::zeros(H, O)];
        let mut parameters = parameters.iter();
        for layer in &mut layers {
            for source in 0..layer.weights[0].len() {
                for (row, parameter) in layer.weights.iter_mut().zip(parameters.by_ref()) {
                    row[source] = *parameter;
                }
            }
            for (bias, parameter) in layer.biases.iter_mut().zip(parameters.by_ref()) {
                *bias = *parameter;
            }
        }
        Self { layers }
    }

    fn parameters(&self) -> Vec<f64> {
        let mut parameters = Vec::new();
        for layer in &self.layers {
            for source in 0..layer.weights[0].len() {
                parameters.extend(layer.weights.iter().map(|row| row[source]));
            }
            parameters.extend(&layer.biases);
        }
        parameters
    }

    fn predict(&self, x: &[f64; I]) -> [f64; O] {
        let mut activations = x.to_vec();
        for layer in &self.layers {
            activations = layer.forward(&activations);
        }
        let mut y_pred = [0.0; O];
        y_pred.copy_from_slice(&activations);
        y_pred
    }

    fn predict_batch(&self, xs: &[[f64; I]], ys: &mut [[f64; O]]) {
        for (y, x) in ys.iter_mut().zip(xs) {
            *y = Perceptron::<I, H, O>::predict(self, x);
        }
    }

    fn step(&mut self, (x, y_true): &Example<I, O>) {
        let pass = self.backprop(x, y_true);
        add(&mut self.layers, -LEARNING_RATE, &pass);
    }

    fn online(&mut self, examples: &[Example<I, O>], epochs: usize) {
        for example in (0..epochs).flat_map(|_| examples) {
            Perceptron::<I, H, O>::step(self, example);
        }
    }

    fn full_batch(&mut self, examples: &[Example<I, O>], epochs: usize) {
        for _ in 0..epochs {
            let mut sum = vec![Layer::zeros(I, H), Layer::zeros(H, O)];
            let mut count = 0.0;
            for (x, y_true) in examples {
                add(&mut sum, 1.0, &self.backprop(x, y_true));
                count += 1.0;
            }
            for (layer, sum) in self.layers.iter_mut().zip(&sum) {
                layer.add_layer(-LEARNING_RATE / count, sum);
            }
        }
    }
}
