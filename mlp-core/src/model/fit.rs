//! From a data set to a model.

use super::{Evaluation, Model, ModelError};
use crate::scaling::Scaler;
use crate::{Dataset, Network, Observer, Optimizer, Outcome, Scalar, Trainer};

/// The fraction of the examples that a model is trained on.
const TRAINING: f64 = 0.8;

/// A trained model, and what one needs to judge it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fitted<N: Network, const I: usize, const O: usize> {
    /// The model.
    pub model: Model<N>,
    /// How the training ended, with the losses of both parts. They are those of scaled targets.
    pub outcome: Outcome<N::Scalar>,
    /// The examples that the network did not learn from, with raw values.
    pub held_back: Dataset<f64, I, O>,
}

impl<N, T, const I: usize, const O: usize> Fitted<N, I, O>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// Compares the predictions for the examples that were held back with their targets, as [`Model::evaluate`] does.
    ///
    /// # Errors
    ///
    /// If a prediction is NaN.
    pub fn evaluate(&self) -> Result<Evaluation, ModelError> {
        self.model.evaluate(&self.held_back)
    }
}

impl<N, T, const I: usize, const O: usize> Model<N>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// Trains a network on a data set.
    ///
    /// A fifth of the examples is held back; of each class, if the targets are classes. The network starts from random
    /// parameters, `N::random`. Inputs are standardized by the training part, and so are targets that are numbers: the
    /// output layer of a regression needs an activation without bounds, such as identity. The trainer validates on the
    /// part that is held back. The same seed gives the same split and the same start.
    ///
    /// With [`patience`](Trainer::patience) the part that is held back has chosen the epoch, so a metric on it is a little
    /// too good. For a fair one, [split](Dataset::split) off test data before, and fit on the rest.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::metrics::r2_score;
    /// use mlp_core::{Adam, Dataset, Model, Trainer, mlp};
    ///
    /// mlp!(pub struct Fall: 1 => tanh(4) => identity(1));
    /// let examples = (0..50).map(|n| f64::from(n) / 10.0).map(|seconds| ([seconds], [4.905 * seconds * seconds]));
    /// let schema = Schema::new().numbers(["seconds"]).targets(["metres"]);
    /// let data = Dataset::new(examples.collect()).with_schema(schema)?;
    ///
    /// let fitted = Model::<Fall>::fit(&data, Trainer::new(Adam::new(0.02)).epochs(300), 1)?;
    /// let (y_true, y_pred) = fitted.model.targets_and_predictions(&fitted.held_back)?;
    /// assert!(r2_score(&y_true, &y_pred)? > 0.99);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the data set does not name its columns; if it cannot be split, scaled or trained on. The error names the class,
    /// the column or the example.
    pub fn fit<P, W>(
        data: &Dataset<f64, I, O>,
        trainer: Trainer<P, W>,
        seed: u64,
    ) -> Result<Fitted<N, I, O>, ModelError>
    where
        P: Optimizer<T>,
        W: Observer<N>,
    {
        let schema = data.schema().ok_or(ModelError::NoNames)?;
        let (training, held_back) = if schema.classes().is_empty() {
            data.split(TRAINING, seed)?
        } else {
            data.split_stratified(TRAINING, seed)?
        };
        let network = N::random(&mut crate::rng(seed));
        let (model, outcome) = Self::fit_parts(network, &training, &held_back, trainer)?;
        Ok(Fitted { model, outcome, held_back })
    }

    /// Trains a network from a start and a split of your own; otherwise as [`fit`](Self::fit).
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::metrics::mean_absolute_error;
    /// use mlp_core::{Dataset, GradientDescent, Model, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let schema = Schema::new().numbers(["year"]).targets(["price"]);
    /// let data = Dataset::new((0..40).map(|year| f64::from(year)).map(|year| ([year], [3.0 * year + 7.0])).collect());
    /// let data = data.with_schema(schema)?;
    /// // Cross-validation.
    /// for (training, validation) in data.folds(4, 1)? {
    ///     let trainer = Trainer::new(GradientDescent::new(0.1)).epochs(50);
    ///     let (model, _) = Model::fit_parts(Line { w11: 0.0, b1: 0.0 }, &training, &validation, trainer)?;
    ///     let (y_true, y_pred) = model.targets_and_predictions(&validation)?;
    ///     assert!(mean_absolute_error(&y_true, &y_pred)? < 0.01);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`fit`](Self::fit); also if the two parts have different columns.
    pub fn fit_parts<P, W>(
        mut network: N,
        training: &Dataset<f64, I, O>,
        held_back: &Dataset<f64, I, O>,
        trainer: Trainer<P, W>,
    ) -> Result<(Self, Outcome<T>), ModelError>
    where
        P: Optimizer<T>,
        W: Observer<N>,
    {
        let schema = training.schema().ok_or(ModelError::NoNames)?;
        super::judge::check_same(held_back.schema(), schema)?;
        let inputs = training.fit_standardization()?;
        let outputs =
            if schema.classes().is_empty() { Some(training.fit_targets(Scaler::standardization())?) } else { None };
        let input_names = schema.input_names();
        let scale_target = |y: [f64; O]| outputs.map_or_else(|| y.map(T::from_f64), |s| s.apply_rounded(y));
        let scale = |data: &Dataset<f64, I, O>| -> Result<Vec<_>, ModelError> {
            let examples = data.examples().iter().map(|&(x, y)| {
                let (scaled_x, scaled_y) = (inputs.apply_rounded(x), scale_target(y));
                check_range(&input_names, x, scaled_x)?;
                check_range(schema.target().columns(), y, scaled_y)?;
                Ok((scaled_x, scaled_y))
            });
            examples.collect()
        };
        let outcome = trainer.validate(&scale(held_back)?).fit(&mut network, &scale(training)?)?;
        Ok((Self::new(network, schema, inputs, outputs)?, outcome))
    }
}

/// Refuses values that are finite, and no longer so in the scalar of the network.
fn check_range<T: Scalar, const M: usize>(names: &[String], raw: [f64; M], scaled: [T; M]) -> Result<(), ModelError> {
    match (0..M).find(|&index| raw[index].is_finite() && !scaled[index].is_finite()) {
        Some(index) => {
            let name = names.get(index).cloned().unwrap_or_default();
            Err(ModelError::TooLarge { name, value: raw[index], scalar: T::NAME })
        }
        None => Ok(()),
    }
}
