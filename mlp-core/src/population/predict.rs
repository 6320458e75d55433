//! Predictions of a population.

use alloc::vec::Vec;

use super::forward::forward;
use super::plan::{Plan, Row, gather, scatter};
use super::{Population, PopulationError};
use crate::math::float_math::FloatMath as _;
use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::{Network, Scalar};

/// Networks that predict.
pub struct PredictTask<'a, T: Scalar> {
    pub(super) plan: &'a Plan<T>,
    pub(super) rows: &'a [T::Row],
    pub(super) inputs: usize,
    /// Writes the inputs of a block, row by row.
    pub(super) pack: &'a dyn Fn(usize, &mut [T::Row]),
    /// Receives the predictions of a block, row by row.
    pub(super) unpack: &'a mut dyn FnMut(usize, &[T::Row]),
}

/// Predicts block by block.
pub(crate) fn predict<T: Scalar<Row = Row<T, W>>, const W: usize>(task: PredictTask<'_, T>) {
    let PredictTask { plan, rows, inputs, pack, unpack } = task;
    let mut buffer = alloc::vec![Row::ZERO; inputs + 2 * plan.neurons];
    let mut spare = alloc::vec![T::ZERO; plan.outputs];
    for (block, parameters) in rows.chunks_exact(plan.parameters).enumerate() {
        let (x, rest) = buffer.split_at_mut(inputs);
        let (z, a) = rest.split_at_mut(plan.neurons);
        pack(block, x);
        forward(plan, parameters, &*x, z, a, &mut spare);
        unpack(block, &a[plan.neurons - plan.outputs..]);
    }
}

impl<N: Network> Population<N> {
    /// Each network predicts from its own inputs, to the bits of `predict`.
    ///
    /// ```
    /// use mlp_core::{Population, mlp};
    ///
    /// mlp!(pub struct Agent: 6 => tanh(8) => tanh(2), scalar = f32);
    /// let agents = Population::<Agent>::from_seeds(0..1000)?;
    /// let inputs: Vec<_> = (0..1000_u16).map(|i| [f32::from(i) / 1000.0; 6]).collect();
    /// let mut outputs = vec![[0.0; 2]; 1000];
    /// agents.predict_each(&inputs, &mut outputs)?;
    /// assert_eq!(outputs[999], agents.network(999).unwrap().predict(inputs[999]));
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is not one input and one place for the prediction for each network.
    pub fn predict_each(&self, inputs: &[N::Input], outputs: &mut [N::Output]) -> Result<(), PopulationError> {
        let networks = self.count;
        for (what, given) in [("inputs", inputs.len()), ("places for predictions", outputs.len())] {
            if given != networks {
                return Err(PopulationError::Length { what, given, networks });
            }
        }
        self.predict(|member| &inputs[member], outputs);
        Ok(())
    }

    /// All networks predict from the same inputs: the predictions of an ensemble, their mean and their spread.
    ///
    /// ```
    /// use mlp_core::{Population, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let population = Population::new(&[Line { w11: 1.0, b1: 0.0 }, Line { w11: 1.0, b1: 1.0 }])?;
    /// let ensemble = population.predict_all(&[2.0]);
    /// assert_eq!(ensemble.predictions, [[2.0], [3.0]]);
    /// assert_eq!((ensemble.mean, ensemble.spread), ([2.5], [0.5]));
    /// # Ok::<(), mlp_core::population::PopulationError>(())
    /// ```
    #[must_use]
    pub fn predict_all(&self, input: &N::Input) -> Ensemble<N::Output> {
        let mut predictions = alloc::vec![N::Output::zeros(); self.count];
        self.predict(|_| input, &mut predictions);
        let count = N::Scalar::from_count(self.count);
        let mean_of = |value: &dyn Fn(&N::Output, usize) -> N::Scalar| {
            let mut mean = N::Output::zeros();
            for (k, mean) in mean.as_mut().iter_mut().enumerate() {
                let sum = predictions.iter().fold(N::Scalar::ZERO, |sum, y_pred| sum + value(y_pred, k));
                *mean = sum / count;
            }
            mean
        };
        let mean = mean_of(&|y_pred, k| y_pred.as_ref()[k]);
        let mut spread = mean_of(&|y_pred, k| {
            let distance = y_pred.as_ref()[k] - mean.as_ref()[k];
            distance * distance
        });
        spread.as_mut().iter_mut().for_each(|variance| *variance = variance.sqrt());
        Ensemble { predictions, mean, spread }
    }

    fn predict<'a>(&'a self, input: impl Fn(usize) -> &'a N::Input, outputs: &mut [N::Output]) {
        let (lanes, last) = (Self::LANES, self.count - 1);
        N::Scalar::predict_population(PredictTask {
            plan: &self.plan,
            rows: &self.rows,
            inputs: N::Input::zeros().as_ref().len(),
            pack: &|block, rows| {
                for lane in 0..lanes {
                    scatter(input(last.min(block * lanes + lane)).as_ref(), lane, rows);
                }
            },
            unpack: &mut |block, rows| {
                for (lane, output) in outputs.iter_mut().skip(block * lanes).take(lanes).enumerate() {
                    gather(rows, lane, output.as_mut());
                }
            },
        });
    }
}

/// The predictions of all networks of a population from the same inputs. [`Population::predict_all`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Ensemble<Y> {
    /// The prediction of each network.
    pub predictions: Vec<Y>,
    /// Their mean, output by output.
    pub mean: Y,
    /// Their standard deviation, output by output: the root of the mean squared distance from the mean.
    pub spread: Y,
}
