//! Records an epoch in a history.

use super::History;
use crate::equations::Part;
use crate::network::Array as _;
use crate::{Epoch, Network, Scalar, Trace};

impl<T: Scalar> History<T> {
    /// Whether this epoch is to be recorded.
    pub(super) fn records(&self, epoch: usize) -> bool {
        epoch.checked_rem(self.every) == Some(0)
    }

    /// Whether a column of one-example data may go on. After a piece with several examples it would be out of line.
    fn goes_on(&self, column: Option<&Vec<T>>) -> bool {
        column.map_or(self.epochs.len() == 1, |values| values.len() + 1 == self.epochs.len())
    }

    pub(super) fn record_predictions<N: Network<Scalar = T>>(&mut self, epoch: &Epoch<'_, N>) {
        let goes_on = self.goes_on(self.predictions.first().map(|(_, values)| values));
        let Some(prediction) = epoch.prediction.filter(|_| goes_on) else {
            self.predictions.clear();
            return;
        };
        if self.predictions.is_empty() {
            self.predictions.extend(N::ARCHITECTURE.predictions().map(|name| (name, Vec::new())));
        }
        for ((_, values), &value) in self.predictions.iter_mut().zip(prediction.as_ref()) {
            values.push(value);
        }
    }

    pub(super) fn record_parameters<N: Network<Scalar = T>>(&mut self, epoch: &Epoch<'_, N>) {
        if self.parameters.is_empty() {
            self.parameters.extend(N::ARCHITECTURE.parameters().map(|parameter| (parameter, Vec::new())));
            self.before.resize(self.parameters.len(), Vec::new());
        }
        let mut parameters = N::Parameters::zeros();
        epoch.network.copy_parameters_into(&mut parameters);
        for ((_, values), &value) in self.parameters.iter_mut().zip(parameters.as_ref()) {
            values.push(value);
        }
        for (values, &value) in self.before.iter_mut().zip(epoch.kept_parameters.as_ref()) {
            values.push(value);
        }
    }

    pub(super) fn record_values<N: Network<Scalar = T>>(&mut self, epoch: &Epoch<'_, N>) {
        let goes_on = self.goes_on(self.values.first().map(|(_, values)| values));
        let [(x, y_true)] = *epoch.examples else { return self.values.clear() };
        if !goes_on {
            return self.values.clear();
        }
        let trace = Trace::new(&N::from_parameters(epoch.kept_parameters), x, y_true, epoch.learning_rate);
        let sections = trace.sections().iter().filter(|section| section.part != Part::Update);
        let computed = || sections.clone().flat_map(|section| &section.equations);
        if self.values.is_empty() {
            self.values.extend(computed().map(|equation| (equation.name().to_owned(), Vec::new())));
        }
        for ((_, values), equation) in self.values.iter_mut().zip(computed()) {
            values.push(equation.value());
        }
    }
}
