//! Predictions of a population.

use alloc::vec::Vec;
use core::iter;

use super::forward::{Forward, Values};
use super::layout::Row;
use super::plan::Plan;
use super::{Population, PopulationError};
use crate::math::float_math::FloatMath as _;
use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::{Network, Scalar, simd};

/// Networks that predict.
pub struct PredictTask<'a, T: Scalar> {
    pub(super) plan: &'a Plan<T>,
    pub(super) rows: &'a [T::Row],
    /// How many networks there are.
    pub(super) count: usize,
    /// Writes the inputs of a strip, row by row.
    pub(super) pack: &'a dyn Fn(usize, &mut [T::Row]),
    /// Receives the predictions of a strip, row by row.
    pub(super) unpack: &'a mut dyn FnMut(usize, &[T::Row]),
}

/// Predicts strip by strip.
pub(crate) fn predict<T: Scalar<Row = Row<T, W>>, const W: usize>(task: PredictTask<'_, T>) {
    let PredictTask { plan, rows, count, pack, unpack } = task;
    let mut values = Values::new(plan, 1, count, false);
    for (strip, parameters) in rows.chunks_exact(plan.parameters).enumerate() {
        values.live[0] = core::array::from_fn(|lane| strip * W + lane < count);
        pack(strip, &mut values.a[..plan.inputs]);
        simd::run(Forward::<_, W, false> { plan, parameters, x: None, values: &mut values });
        unpack(strip, &values.a[plan.nodes - plan.outputs..]);
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
        self.predict(&inputs.iter(), outputs);
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
        self.predict(&iter::repeat_n(input, self.count), &mut predictions);
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

    fn predict<'a>(&self, inputs: &(impl Iterator<Item = &'a N::Input> + Clone), outputs: &mut [N::Output])
    where
        N: 'a,
    {
        let lanes = Self::LANES;
        N::Scalar::predict_population(PredictTask {
            plan: &self.plan,
            rows: &self.rows,
            count: self.count,
            // Row by row: the lanes of one row follow each other in memory. Spare lanes keep what they have.
            pack: &|strip, rows| {
                for (i, row) in rows.iter_mut().enumerate() {
                    for (lane, input) in row.as_mut().iter_mut().zip(inputs.clone().skip(strip * lanes)) {
                        *lane = input.as_ref()[i];
                    }
                }
            },
            unpack: &mut |strip, rows| {
                for (k, row) in rows.iter().enumerate() {
                    for (lane, output) in row.as_ref().iter().zip(outputs.iter_mut().skip(strip * lanes)) {
                        output.as_mut()[k] = *lane;
                    }
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
