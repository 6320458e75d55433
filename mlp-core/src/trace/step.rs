//! Puts the numbers of a step into its equations.

use std::collections::HashMap;

use super::evaluator::{Bindings, Evaluator, Quantity};
use super::instance::element_name;
use super::{Equation, Section, Trace};
use crate::equations::{self, Equations, Expression, Part, Precision, symbols};
use crate::network::{Activation, ErasedArchitecture, Layer, Names};
use crate::{Array as _, Network, Scalar};

/// A function of predictions and targets.
type LossFunction<'a, T, V> = &'a dyn Fn(&[T], &[T]) -> V;

/// What a step begins with.
pub struct Start<'a, T: 'static> {
    pub(super) architecture: ErasedArchitecture<T>,
    pub(super) equations: Equations,
    pub(super) x: &'a [T],
    pub(super) y_true: &'a [T],
    pub(super) parameters: &'a [T],
    pub(super) learning_rate: T,
    /// The user's loss from predictions and targets, and its derivatives.
    pub(super) loss: LossFunction<'a, T, T>,
    pub(super) loss_derivative: LossFunction<'a, T, Vec<T>>,
}

impl<T: Scalar> Trace<T> {
    pub(crate) fn new<N: Network<Scalar = T>>(network: &N, x: N::Input, y_true: N::Output, learning_rate: T) -> Self {
        let loss = N::ARCHITECTURE.loss;
        let output = |values: &[T]| {
            let mut array = N::Output::zeros();
            array.as_mut().copy_from_slice(values);
            array
        };
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        T::trace(&Start {
            architecture: N::ARCHITECTURE.erased(),
            equations: Equations::of::<N>(),
            x: x.as_ref(),
            y_true: y_true.as_ref(),
            parameters: parameters.as_ref(),
            learning_rate,
            loss: &|y_pred, y_true| (loss.function)(output(y_pred), output(y_true)),
            loss_derivative: &|y_pred, y_true| (loss.derivative)(output(y_pred), output(y_true)).as_ref().to_vec(),
        })
    }
}

impl<T: Scalar> Start<'_, T> {
    /// Computes the step.
    pub(crate) fn trace(&self) -> Trace<T> {
        let own = |name: &str, arguments: &[Vec<f64>]| self.own_function(name, arguments);
        let mut evaluator = Evaluator::new(Precision::of::<T>(), &own);
        self.set_given(&mut evaluator);
        let parts = self.equations.sections().iter().filter(|section| section.part != Part::InputGradients);
        let sections = parts.map(|section| {
            let mut equations = Vec::new();
            for equation in &section.equations {
                evaluator.compute(equation, &mut |evaluator, bindings, value| {
                    equations.push(written_out(evaluator, equation, bindings, value));
                });
            }
            Section { title: section.title.clone(), equations }
        });
        let sections = sections.collect();
        let values = evaluator.quantities().iter().flat_map(|(name, quantity)| elements(name, quantity));
        Trace { sections, values: values.collect() }
    }

    /// The inputs, the targets, the parameters, and the learning rate.
    fn set_given(&self, evaluator: &mut Evaluator<'_>) {
        let ErasedArchitecture { inputs, targets, layers, .. } = self.architecture;
        let mut rest = self.parameters;
        let mut set = |names: Names, values: &[T]| {
            let mut values = values.iter().map(|value| value.to_f64());
            match names {
                Names::Listed(words) => {
                    words.iter().zip(values).for_each(|(&word, value)| evaluator.set(word, &[], vec![value]));
                }
                Names::Array { name, len } => evaluator.set(name, &[len], values.collect()),
                Names::Matrix { name, rows, columns } => {
                    evaluator.set(name, &[rows, columns], values.by_ref().collect());
                }
            }
        };
        set(inputs, self.x);
        set(targets, self.y_true);
        for names in layers.iter().flat_map(|layer| [layer.weights, layer.biases]) {
            let (own, others) = rest.split_at(names.len());
            set(names, own);
            rest = others;
        }
        evaluator.set("learning_rate", &[], vec![self.learning_rate.to_f64()]);
    }

    /// A user's activation or loss, or the derivative of one.
    fn own_function(&self, name: &str, arguments: &[Vec<f64>]) -> Vec<f64> {
        let narrow = |numbers: &Vec<f64>| -> Vec<T> { numbers.iter().copied().map(T::from_f64).collect() };
        let arguments: Vec<_> = arguments.iter().map(narrow).collect();
        let is_derivative_of = |own: &str| name.strip_suffix("_derivative") == Some(own);
        let by_activation = |layer: &Layer<T>| match (layer.activation, &*arguments) {
            (Activation::Elementwise { name: own, function, .. }, [z]) if own == name => Some(vec![function(z[0])]),
            (Activation::Elementwise { name: own, derivative, .. }, [z, a]) if is_derivative_of(own) => {
                Some(vec![derivative(z[0], a[0])])
            }
            _ => None,
        };
        let values = self.architecture.layers.iter().find_map(by_activation).unwrap_or_else(|| match &*arguments {
            [y_pred, y_true] if name == self.architecture.loss.name => vec![(self.loss)(y_pred, y_true)],
            [y_pred, y_true] => (self.loss_derivative)(y_pred, y_true),
            _ => Vec::new(),
        });
        values.into_iter().map(Scalar::to_f64).collect()
    }
}

/// One element's equation with the numbers in it.
fn written_out<T: Scalar>(
    evaluator: &Evaluator<'_>,
    equation: &equations::Equation,
    bindings: &Bindings,
    value: f64,
) -> Equation<T> {
    let expression = evaluator.instance(equation.expression(), bindings);
    let mut values = HashMap::new();
    expression.visit(&mut |part| {
        if let Expression::Name { .. } = part {
            values.insert(symbols(part), T::from_f64(evaluator.read(part)));
        }
    });
    let numbers: Vec<_> = bindings.iter().map(|&(_, number)| number).collect();
    let name = element_name(equation.name(), &numbers);
    Equation { name, expression, values, value: T::from_f64(value) }
}

/// The elements of a quantity by name.
fn elements<T: Scalar>(name: &str, quantity: &Quantity) -> Vec<(String, T)> {
    let element = |(position, &value): (usize, &f64)| {
        let mut rest = position;
        let mut numbers: Vec<_> = quantity
            .lengths
            .iter()
            .rev()
            .map(|length| {
                let number = rest % length;
                rest /= length;
                number
            })
            .collect();
        numbers.reverse();
        (element_name(name, &numbers), T::from_f64(value))
    };
    quantity.values.iter().enumerate().map(element).collect()
}
