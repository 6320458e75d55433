//! The perceptron as loops over arrays: the compiler knows every width, and only the weights are on the heap.

// The benchmark measures loops over indices.
#![allow(clippy::needless_range_loop)]

use super::{Example, LEARNING_RATE, Perceptron, sigmoid};

/// A perceptron with one hidden layer.
pub(crate) struct Arrays<const I: usize, const H: usize, const O: usize> {
    hidden: Layer<I, H>,
    output: Layer<H, O>,
}

struct Layer<const SOURCES: usize, const NEURONS: usize> {
    /// The weights are on the heap, because those of a large network would overflow the stack.
    weights: Box<[[f64; SOURCES]; NEURONS]>,
    biases: [f64; NEURONS],
}

impl<const SOURCES: usize, const NEURONS: usize> Layer<SOURCES, NEURONS> {
    fn zeros() -> Self {
        let weights = vec![[0.0; SOURCES]; NEURONS].into_boxed_slice();
        Self { weights: weights.try_into().expect("a row for each neuron"), biases: [0.0; NEURONS] }
    }

    fn forward(&self, sources: &[f64; SOURCES]) -> [f64; NEURONS] {
        let mut activations = [0.0; NEURONS];
        for neuron in 0..NEURONS {
            let mut z = self.biases[neuron];
            for source in 0..SOURCES {
                z += self.weights[neuron][source] * sources[source];
            }
            activations[neuron] = sigmoid(z);
        }
        activations
    }

    /// Takes the derivatives with respect to the pre-activations of this layer, and returns those of the layer before.
    fn backward(&self, deltas: &[f64; NEURONS], sources: &[f64; SOURCES]) -> [f64; SOURCES] {
        let mut before = [0.0; SOURCES];
        for neuron in 0..NEURONS {
            for source in 0..SOURCES {
                before[source] += self.weights[neuron][source] * deltas[neuron];
            }
        }
        for source in 0..SOURCES {
            before[source] *= sources[source] * (1.0 - sources[source]);
        }
        before
    }

    /// Adds `factor` times the gradient.
    fn add(&mut self, factor: f64, deltas: &[f64; NEURONS], sources: &[f64; SOURCES]) {
        for neuron in 0..NEURONS {
            for source in 0..SOURCES {
                self.weights[neuron][source] += factor * deltas[neuron] * sources[source];
            }
            self.biases[neuron] += factor * deltas[neuron];
        }
    }

    fn add_layer(&mut self, factor: f64, other: &Self) {
        for neuron in 0..NEURONS {
            for source in 0..SOURCES {
                self.weights[neuron][source] += factor * other.weights[neuron][source];
            }
            self.biases[neuron] += factor * other.biases[neuron];
        }
    }

    fn read(&mut self, parameters: &mut std::slice::Iter<f64>) {
        for source in 0..SOURCES {
            for (row, parameter) in self.weights.iter_mut().zip(parameters.by_ref()) {
                row[source] = *parameter;
            }
        }
        for (bias, parameter) in self.biases.iter_mut().zip(parameters) {
            *bias = *parameter;
        }
    }

    fn write(&self, parameters: &mut Vec<f64>) {
        for source in 0..SOURCES {
            parameters.extend(self.weights.iter().map(|row| row[source]));
        }
        parameters.extend(&self.biases);
    }
}

/// The result of a forward pass and backpropagation.
struct Pass<const H: usize, const O: usize> {
    hidden: [f64; H],
    /// The derivatives of the loss with respect to the pre-activations.
    hidden_deltas: [f64; H],
    output_deltas: [f64; O],
}

impl<const I: usize, const H: usize, const O: usize> Arrays<I, H, O> {
    fn zeros() -> Self {
        Self { hidden: Layer::zeros(), output: Layer::zeros() }
    }

    fn backprop(&self, x: &[f64; I], y_true: &[f64; O]) -> Pass<H, O> {
        let hidden = self.hidden.forward(x);
        let y_pred = self.output.forward(&hidden);
        let mut output_deltas = [0.0; O];
        for output in 0..O {
            output_deltas[output] = (y_pred[output] - y_true[output]) * y_pred[output] * (1.0 - y_pred[output]);
        }
        let hidden_deltas = self.output.backward(&output_deltas, &hidden);
        Pass { hidden, hidden_deltas, output_deltas }
    }

    /// Adds `factor` times the gradient.
    fn add(&mut self, factor: f64, x: &[f64; I], pass: &Pass<H, O>) {
        self.hidden.add(factor, &pass.hidden_deltas, x);
        self.output.add(factor, &pass.output_deltas, &pass.hidden);
    }
}

impl<const I: usize, const H: usize, const O: usize> Perceptron<I, H, O> for Arrays<I, H, O> {
    fn from_parameters(parameters: &[f64]) -> Self {
        let mut perceptron = Self::zeros();
        let mut parameters = parameters.iter();
        perceptron.hidden.read(&mut parameters);
        perceptron.output.read(&mut parameters);
        perceptron
    }

    fn parameters(&self) -> Vec<f64> {
        let mut parameters = Vec::new();
        self.hidden.write(&mut parameters);
        self.output.write(&mut parameters);
        parameters
    }

    fn predict(&self, x: &[f64; I]) -> [f64; O] {
        self.output.forward(&self.hidden.forward(x))
    }

    fn predict_batch(&self, xs: &[[f64; I]], ys: &mut [[f64; O]]) {
        for (y, x) in ys.iter_mut().zip(xs) {
            *y = self.predict(x);
        }
    }

    fn step(&mut self, (x, y_true): &Example<I, O>) {
        let pass = self.backprop(x, y_true);
        self.add(-LEARNING_RATE, x, &pass);
    }

    fn online(&mut self, examples: &[Example<I, O>], epochs: usize) {
        for example in (0..epochs).flat_map(|_| examples) {
            self.step(example);
        }
    }

    fn full_batch(&mut self, examples: &[Example<I, O>], epochs: usize) {
        for _ in 0..epochs {
            let mut sum = Self::zeros();
            let mut count = 0.0;
            for (x, y_true) in examples {
                sum.add(1.0, x, &self.backprop(x, y_true));
                count += 1.0;
            }
            self.hidden.add_layer(-LEARNING_RATE / count, &sum.hidden);
            self.output.add_layer(-LEARNING_RATE / count, &sum.output);
        }
    }
}
