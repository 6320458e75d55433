//! Judges a model by examples whose targets are known.

use super::{Model, ModelError};
use crate::dataset::Schema;
use crate::metrics::{Classes, ConfusionMatrix};
use crate::{Dataset, Network, Scalar};

impl<N, T, const I: usize, const O: usize> Model<N>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// The targets of a data set and the model's predictions for it, as [`metrics`](crate::metrics) take them. The data set
    /// has raw values; [`fit`](Self::fit) shows an example.
    ///
    /// # Errors
    ///
    /// If the data set has other columns or classes than the model, or the same in another order.
    #[expect(clippy::type_complexity, reason = "two lists of outputs")]
    pub fn targets_and_predictions(
        &self,
        data: &Dataset<f64, I, O>,
    ) -> Result<(Vec<[f64; O]>, Vec<[f64; O]>), ModelError> {
        check_same(data.schema(), &self.schema)?;
        Ok((data.targets().collect(), data.inputs().map(|x| self.predict(x)).collect()))
    }
}

impl<'a, const C: usize> ConfusionMatrix<'a, C> {
    /// The matrix of a model's predictions for a data set with raw values. It needs the feature `std`.
    ///
    /// # Errors
    ///
    /// If the data set has other columns or classes than the model, or the same in another order; if the model predicts
    /// numbers; if there are no examples, or a prediction is NaN.
    pub fn from_model<N, T, const I: usize, const O: usize>(
        model: &'a Model<N>,
        data: &Dataset<f64, I, O>,
    ) -> Result<Self, ModelError>
    where
        N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
        T: Scalar,
        [f64; O]: Classes<C>,
    {
        let no_classes = || ModelError::NoClasses { targets: model.target().columns().to_vec(), classes: C };
        let names = model.class_names().ok_or_else(no_classes)?;
        let (y_true, y_pred) = model.targets_and_predictions(data)?;
        Ok(Self::from_outputs(&y_true, &y_pred, names)?)
    }
}

/// Refuses a data set whose inputs and targets do not mean what the model's mean.
pub(super) fn check_same(found: Option<&Schema>, expected: &Schema) -> Result<(), ModelError> {
    let found = found.ok_or(ModelError::NoNames)?;
    same("input", &found.input_names(), &expected.input_names())?;
    same("target", found.target().columns(), expected.target().columns())?;
    same("class", found.classes(), expected.classes())
}

fn same(what: &'static str, found: &[String], expected: &[String]) -> Result<(), ModelError> {
    match (0..found.len().max(expected.len())).find(|&index| found.get(index) != expected.get(index)) {
        Some(index) => {
            let (found, expected) = (found.get(index).cloned(), expected.get(index).cloned());
            Err(ModelError::Different { what, index, found, expected })
        }
        None => Ok(()),
    }
}
