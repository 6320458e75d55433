//! The perceptron that `mlp!` declares.

use mlp_core::{Array, Batch, GradientDescent, Network, Trainer};

use super::{Example, LEARNING_RATE, Perceptron};

/// A network that `mlp!` declares. With `REPRODUCIBLE`, full batches have the same bits on every processor.
pub(crate) struct Declared<N, const REPRODUCIBLE: bool = false>(N);

impl<N, const REPRODUCIBLE: bool, const I: usize, const H: usize, const O: usize> Perceptron<I, H, O>
    for Declared<N, REPRODUCIBLE>
where
    N: Network<Scalar = f64, Input = [f64; I], Output = [f64; O]>,
{
    fn from_parameters(parameters: &[f64]) -> Self {
        let mut array = N::Parameters::zeros();
        array.as_mut().copy_from_slice(parameters);
        Self(N::from_parameters(&array))
    }

    fn parameters(&self) -> Vec<f64> {
        let mut array = N::Parameters::zeros();
        self.0.copy_parameters_into(&mut array);
        array.as_ref().to_vec()
    }

    fn predict(&self, x: &[f64; I]) -> [f64; O] {
        self.0.predict(*x)
    }

    fn predict_batch(&self, xs: &[[f64; I]], ys: &mut [[f64; O]]) {
        self.0.predict_batch(xs, ys).expect("there is an output for each input");
    }

    fn step(&mut self, &(x, y_true): &Example<I, O>) {
        let pass = self.0.forward(x);
        let gradients = self.0.backprop(x, y_true, &pass);
        self.0.update(&gradients, LEARNING_RATE);
    }

    fn online(&mut self, examples: &[Example<I, O>], epochs: usize) {
        let mut trainer = Trainer::new(GradientDescent::new(LEARNING_RATE)).epochs(epochs);
        trainer.fit(&mut self.0, examples).expect("a network that can be trained");
    }

    fn full_batch(&mut self, examples: &[Example<I, O>], epochs: usize) {
        let trainer = Trainer::new(GradientDescent::new(LEARNING_RATE)).epochs(epochs).batch(Batch::Full);
        let mut trainer = if REPRODUCIBLE { trainer.reproducible() } else { trainer };
        trainer.fit(&mut self.0, examples).expect("a network that can be trained");
    }
}
