//! The state of the interpreter of a training step.

use std::collections::HashMap;
use std::fmt::Display;

use super::expression::Expression;
use super::{Equation, Section};
use crate::network::{Architecture, Array as _, Layer};
use crate::{Name, Network, Scalar};

/// A training step under way: the sections so far, and the value of every quantity so far by its name.
pub(super) struct Interpreter<N: Network> {
    pub(super) architecture: Architecture<N::Scalar, N::Output>,
    pub(super) y_true: N::Output,
    pub(super) sections: Vec<Section<N::Scalar>>,
    pub(super) values: HashMap<String, N::Scalar>,
}

impl<N: Network> Interpreter<N> {
    pub(super) fn new(network: &N, x: N::Input, y_true: N::Output, learning_rate: N::Scalar) -> Self {
        let architecture = N::ARCHITECTURE;
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let inputs = architecture.inputs.iter().zip(x.as_ref());
        let targets = architecture.targets.iter().zip(y_true.as_ref());
        let parameters = architecture.parameters().map(|parameter| parameter.name).zip(parameters.as_ref());
        let given = inputs.chain(targets).chain(parameters).chain([("learning_rate".into(), &learning_rate)]);
        let values = given.map(|(name, value)| (name.to_string(), *value)).collect();
        Self { architecture, y_true, sections: Vec::new(), values }
    }

    /// A layer and the names of its sources.
    pub(super) fn layer(&self, index: usize) -> (&'static Layer<N::Scalar>, Vec<Name>) {
        let layers = self.architecture.layers;
        let sources = match index.checked_sub(1) {
            Some(before) => layers[before].activations.iter().collect(),
            None => self.architecture.inputs.iter().collect(),
        };
        (&layers[index], sources)
    }

    pub(super) fn predictions_and_targets(&self) -> Vec<(Name, Name)> {
        self.architecture.predictions().zip(self.architecture.targets.iter()).collect()
    }

    pub(super) fn predictions(&self) -> N::Output {
        self.values(self.architecture.predictions())
    }

    /// The values of these names, as many as there are outputs.
    pub(super) fn values(&self, names: impl Iterator<Item = Name>) -> N::Output {
        let mut values = N::Output::zeros();
        for (value, name) in values.as_mut().iter_mut().zip(names) {
            *value = self.values[&name.to_string()];
        }
        values
    }

    /// The predictions, then the targets.
    pub(super) fn loss_arguments(&self) -> Vec<Expression<N::Scalar>> {
        self.architecture.predictions().chain(self.architecture.targets.iter()).map(|name| self.named(name)).collect()
    }

    pub(super) fn named(&self, name: impl Display) -> Expression<N::Scalar> {
        let name = name.to_string();
        let value = self.values[&name];
        Expression::Named(name, value)
    }

    pub(super) fn product(&self, names: impl IntoIterator<Item = impl Display>) -> Expression<N::Scalar> {
        Expression::Product(names.into_iter().map(|name| self.named(name)).collect())
    }

    pub(super) fn difference(&self, from: impl Display, subtract: impl Display) -> Expression<N::Scalar> {
        Expression::difference(self.named(from), self.named(subtract))
    }

    pub(super) fn section(&mut self, title: impl Into<String>) {
        self.sections.push(Section { title: title.into(), equations: Vec::new() });
    }

    pub(super) fn define(&mut self, name: impl Display, expression: Expression<N::Scalar>) {
        let (name, value) = (name.to_string(), expression.value());
        self.values.insert(name.clone(), value);
        let section = self.sections.last_mut().expect("every equation stands in a section");
        section.equations.push(Equation { name, expression, value });
    }
}

pub(super) fn call<T: Scalar>(function: &str, arguments: Vec<Expression<T>>, value: T) -> Expression<T> {
    Expression::Call { function: function.to_owned(), arguments, value }
}
