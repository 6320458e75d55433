//! One perceptron in three implementations: declared with the crate, as loops over arrays, and as loops over vectors.
//!
//! It has sigmoid neurons in one hidden layer and in the output layer, and learns by gradient descent on half the
//! squared error.

mod arrays;
mod declared;
mod vectors;

use std::hint::black_box;

pub(crate) use arrays::Arrays;
pub(crate) use declared::Declared;
pub(crate) use vectors::Vectors;

/// The learning rate of every benchmark.
pub(crate) const LEARNING_RATE: f64 = 0.5;

/// Calls a macro with the networks to measure. They have one hidden layer: four are unrolled, with 12 to 600
/// parameters, and two are rolled, because they are larger.
macro_rules! networks {
    ($callback:ident) => {
        $callback! {
            p12: 2 => 2 => 2;
            p139: 4 => 17 => 3;
            p300: 14 => 14 => 6;
            p600: 19 => 19 => 11;
            p2410: 64 => 32 => 10, rolled;
            p101770: 784 => 128 => 10, rolled;
        }
    };
}
pub(crate) use networks;

/// An input and its target.
pub(crate) type Example<const I: usize, const O: usize> = ([f64; I], [f64; O]);

/// A perceptron with `I` inputs, `H` hidden neurons and `O` outputs, in any implementation.
pub(crate) trait Perceptron<const I: usize, const H: usize, const O: usize> {
    /// Takes the parameters in the crate's canonical order: layer by layer, the weights source by source, then the
    /// biases.
    fn from_parameters(parameters: &[f64]) -> Self;

    /// The parameters in canonical order.
    fn parameters(&self) -> Vec<f64>;

    fn predict(&self, x: &[f64; I]) -> [f64; O];

    fn predict_batch(&self, xs: &[[f64; I]], ys: &mut [[f64; O]]);

    /// Forward pass, gradient and update for one example.
    fn step(&mut self, example: &Example<I, O>);

    /// Epochs of on-line learning: a step for each example in turn.
    fn online(&mut self, examples: &[Example<I, O>], epochs: usize);

    /// Epochs of full-batch learning: a step along the mean gradient.
    fn full_batch(&mut self, examples: &[Example<I, O>], epochs: usize);
}

/// The operation to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Workload {
    /// One prediction.
    Predict,
    /// Predictions for all examples at once.
    PredictBatch,
    /// Forward pass, gradient and update for one example.
    Step,
    /// Epochs of on-line learning.
    Online,
    /// Epochs of full-batch learning.
    FullBatch,
}

impl Workload {
    pub(crate) const ALL: [Self; 5] = [Self::Predict, Self::PredictBatch, Self::Step, Self::Online, Self::FullBatch];
}

/// A perceptron with the examples of a benchmark.
pub(crate) struct Bench<P, const I: usize, const H: usize, const O: usize> {
    perceptron: P,
    examples: Vec<Example<I, O>>,
    xs: Vec<[f64; I]>,
    predictions: Vec<[f64; O]>,
}

impl<P: Perceptron<I, H, O>, const I: usize, const H: usize, const O: usize> Bench<P, I, H, O> {
    const EPOCHS: usize = 4;

    /// A benchmark with this number of examples, whose numbers are spread evenly over 0 … 1.
    pub(crate) fn new(start: &[f64], examples: usize) -> Self {
        let mut number = 0.0;
        let mut next = || {
            number = (number + 0.618_033_988_749_895_f64).fract();
            number
        };
        let examples: Vec<_> = (0..examples).map(|_| ([(); I].map(|()| next()), [(); O].map(|()| next()))).collect();
        let xs: Vec<_> = examples.iter().map(|&(x, _)| x).collect();
        let predictions = vec![[0.0; O]; xs.len()];
        Self { perceptron: P::from_parameters(start), examples, xs, predictions }
    }

    /// The number of times that a run shows an example.
    pub(crate) fn shown(&self, workload: Workload) -> usize {
        match workload {
            Workload::Predict | Workload::Step => 1,
            Workload::PredictBatch => self.examples.len(),
            Workload::Online | Workload::FullBatch => self.examples.len() * Self::EPOCHS,
        }
    }

    #[inline]
    pub(crate) fn run(&mut self, workload: Workload) {
        let perceptron = black_box(&mut self.perceptron);
        match workload {
            Workload::Predict => self.predictions[0] = perceptron.predict(black_box(&self.xs[0])),
            Workload::PredictBatch => perceptron.predict_batch(black_box(&self.xs), &mut self.predictions),
            Workload::Step => perceptron.step(black_box(&self.examples[0])),
            Workload::Online => perceptron.online(black_box(&self.examples), Self::EPOCHS),
            Workload::FullBatch => perceptron.full_batch(black_box(&self.examples), Self::EPOCHS),
        }
    }

    /// All numbers that a run can change.
    fn state(&self) -> Vec<f64> {
        [self.perceptron.parameters(), self.predictions.as_flattened().to_vec()].concat()
    }
}

/// Panics unless two implementations compute the same, to 1e-9, and each workload changes something.
pub(crate) fn check<P, Q, const I: usize, const H: usize, const O: usize>(start: &[f64])
where
    P: Perceptron<I, H, O>,
    Q: Perceptron<I, H, O>,
{
    // Enough examples for the kernels, which take batches of 8 or more, and not a multiple of the number of examples
    // that they compute side by side.
    const EXAMPLES: usize = 21;
    for workload in Workload::ALL {
        let mut found = Bench::<P, I, H, O>::new(start, EXAMPLES);
        let mut expected = Bench::<Q, I, H, O>::new(start, EXAMPLES);
        let before = expected.state();
        found.run(workload);
        expected.run(workload);
        let (found, expected) = (found.state(), expected.state());
        assert!(far(&expected, &before).any(|distance| distance > 1e-3), "{workload:?} does nothing");
        assert!(far(&found, &expected).all(|distance| distance < 1e-9), "{workload:?}: {found:?}, not {expected:?}");
    }
}

fn far(values: &[f64], others: &[f64]) -> impl Iterator<Item = f64> {
    assert_eq!(values.len(), others.len());
    values.iter().zip(others).map(|(value, other)| (value - other).abs())
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}
