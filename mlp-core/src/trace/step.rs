//! Puts the numbers of a step into its equations.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::evaluator::{Bindings, Evaluator, Quantity};
use super::instance::element_name;
use super::{Equation, Given, Section, Trace};
use crate::equations::{self, Equations, Expression, Part, Precision, State, symbols};
use crate::math::wide;
use crate::network::{Activation, ErasedArchitecture, Layer, Names, Wiring};
use crate::number::DIGITS;
use crate::optimizer::{OptimizerState as _, StateVisitor};
use crate::precompiled::Precompiled as _;
use crate::{Array as _, Language, Network, Optimizer, Scalar, TrainError};

/// A function of predictions and targets.
type LossFunction<'a, T, V> = &'a dyn Fn(&[T], &[T]) -> V;

/// The numbers that a step begins with.
pub struct Start<'a, T: 'static> {
    pub(super) architecture: ErasedArchitecture<T>,
    pub(super) equations: &'a Equations,
    pub(super) x: &'a [T],
    pub(super) y_true: &'a [T],
    pub(super) parameters: &'a [T],
    pub(super) learning_rate: T,
    pub(super) update: &'a Update<'a, T>,
    /// The user's loss from predictions and targets, and its derivatives.
    pub(super) loss: LossFunction<'a, T, T>,
    pub(super) loss_derivative: LossFunction<'a, T, Vec<T>>,
}

impl<T: Scalar> Trace<T> {
    /// A step with the first update of an optimizer, at its own learning rate. The [module](crate::trace) has an example.
    ///
    /// # Errors
    ///
    /// If a setting of the optimizer is out of its range; if it learns from all examples at once.
    pub fn with_optimizer<N, O>(network: &N, x: N::Input, y_true: N::Output, optimizer: &O) -> Result<Self, TrainError>
    where
        N: Network<Scalar = T>,
        O: Optimizer<T>,
    {
        O::METHOD.check_gradients("Trace::with_optimizer")?;
        let state = optimizer.init_state::<N::Parameters>()?;
        let learning_rate = T::from_f64(optimizer.learning_rate());
        Ok(Self::from_state(network, x, y_true, optimizer, &state, learning_rate))
    }

    /// A step with the next update of an optimizer, from its state:
    /// [`training.optimizer_state()`](crate::Training::optimizer_state).
    ///
    /// ```
    /// use mlp_core::{Adam, Trace, Trainer, mlp};
    ///
    /// mlp!(struct Line: 1 => identity(1));
    /// let (mut line, adam) = (Line { w11: 0.5, b1: 0.0 }, Adam::new(0.01));
    /// let mut training = Trainer::new(adam).epochs(1).start(&line)?;
    /// training.fit(&mut line, &[([1.0], [1.0])])?;
    /// let trace = Trace::with_state(&line, [1.0], [1.0], &adam, training.optimizer_state(), 0.01);
    /// assert!((trace.value("power1").unwrap() - 0.81_f64).abs() < 1e-15);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// An optimizer that learns from all examples at once, such as [`Lbfgs`](crate::Lbfgs), has no such update: it does not
    /// compile.
    #[must_use]
    pub fn with_state<N, O>(
        network: &N,
        x: N::Input,
        y_true: N::Output,
        optimizer: &O,
        state: &O::State<N::Parameters>,
        learning_rate: T,
    ) -> Self
    where
        N: Network<Scalar = T>,
        O: Optimizer<T>,
    {
        const { O::METHOD.assert_gradient() };
        Self::from_state(network, x, y_true, optimizer, state, learning_rate)
    }

    /// [`with_state`](Self::with_state), for an optimizer that is known to learn from gradients.
    pub(crate) fn from_state<N, O>(
        network: &N,
        x: N::Input,
        y_true: N::Output,
        optimizer: &O,
        state: &O::State<N::Parameters>,
        learning_rate: T,
    ) -> Self
    where
        N: Network<Scalar = T>,
        O: Optimizer<T>,
    {
        let rule = optimizer.update_rule();
        let (mut state, mut parts) = (state.clone(), StateParts::default());
        state.visit(&mut parts);
        let mut moved = N::Parameters::zeros();
        if rule.is_none() {
            // Nothing is known of the optimizer, so it moves the parameters itself.
            let mut gradients = N::Parameters::zeros();
            network.backprop_into(x, y_true, &network.forward(x), &mut gradients);
            network.copy_parameters_into(&mut moved);
            optimizer.begin_step::<N::Parameters>(&mut state, learning_rate);
            optimizer.step::<N::Parameters>(&mut state, 0, moved.as_mut(), gradients.as_ref(), learning_rate);
        }
        let equations = Equations::of::<N>().updated_by(optimizer.name(), rule);
        trace(network, x, y_true, learning_rate, &equations, &Update { state: parts, moved: moved.as_ref() })
    }

    pub(crate) fn new<N: Network<Scalar = T>>(network: &N, x: N::Input, y_true: N::Output, learning_rate: T) -> Self {
        let update = Update { state: StateParts::default(), moved: &[] };
        trace(network, x, y_true, learning_rate, &Equations::of::<N>(), &update)
    }
}

/// Takes the types of the network from what a step begins with.
fn trace<N: Network>(
    network: &N,
    x: N::Input,
    y_true: N::Output,
    learning_rate: N::Scalar,
    equations: &Equations,
    update: &Update<'_, N::Scalar>,
) -> Trace<N::Scalar> {
    let loss = N::ARCHITECTURE.loss;
    let output = |values: &[N::Scalar]| {
        let mut array = N::Output::zeros();
        array.as_mut().copy_from_slice(values);
        array
    };
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    N::Scalar::trace(&Start {
        architecture: N::ARCHITECTURE.erased(),
        equations,
        x: x.as_ref(),
        y_true: y_true.as_ref(),
        parameters: parameters.as_ref(),
        learning_rate,
        update,
        loss: &|y_pred, y_true| (loss.function)(output(y_pred), output(y_true)),
        loss_derivative: &|y_pred, y_true| (loss.derivative)(output(y_pred), output(y_true)).as_ref().to_vec(),
    })
}

/// The numbers that an update reads besides parameters and gradients.
pub(super) struct Update<'a, T> {
    state: StateParts,
    /// The parameters as an optimizer without equations has moved them, in canonical order.
    moved: &'a [T],
}

/// The parts of an optimizer's state by name.
#[derive(Default)]
struct StateParts {
    /// A number for each parameter, in canonical order.
    scalars: HashMap<&'static str, Vec<f64>>,
    numbers: HashMap<&'static str, f64>,
}

impl<T: Scalar> StateVisitor<T> for StateParts {
    fn scalars(&mut self, name: &'static str, values: &mut [T]) {
        self.scalars.insert(name, wide(values));
    }

    fn number(&mut self, name: &'static str, value: &mut f64) {
        self.numbers.insert(name, *value);
    }
}

impl<T: Scalar> Start<'_, T> {
    /// Computes the step.
    pub(crate) fn trace(&self) -> Trace<T> {
        // An optimizer without equations is called once for each parameter, in canonical order.
        let moved = RefCell::new(self.update.moved.iter());
        let own = |name: &str, arguments: &[Vec<f64>]| match arguments {
            [_parameter, _gradient, _learning_rate] => {
                moved.borrow_mut().next().map(|moved| moved.to_f64()).into_iter().collect()
            }
            _ => self.own_function(name, arguments),
        };
        let mut evaluator = Evaluator::new(Precision::of::<T>(), &own);
        self.set_given(&mut evaluator);
        let kinds = self.kinds();
        let given = evaluator.quantities().iter().flat_map(|(name, quantity)| {
            let kind = kinds.get(name.as_str()).copied().unwrap_or(Given::Setting);
            elements(name, quantity).into_iter().map(move |(name, value)| (name, (kind, value)))
        });
        let given = given.collect();
        let parts = self.equations.sections().iter().filter(|section| section.part != Part::InputGradients);
        let sections = parts.map(|section| {
            let mut equations = Vec::new();
            for equation in &section.equations {
                evaluator.compute(equation, &mut |evaluator, bindings, value| {
                    equations.push(written_out(evaluator, equation, bindings, value));
                });
            }
            Section {
                part: section.part.clone(),
                title: section.title.clone(),
                equations,
                heading: section.heading().clone(),
            }
        });
        let sections: Vec<Section<T>> = sections.collect();
        let values = evaluator.quantities().iter().flat_map(|(name, quantity)| elements(name, quantity)).collect();
        let mut places = HashMap::<_, Vec<_>>::new();
        for (place, equation) in sections.iter().flat_map(|section| &section.equations).enumerate() {
            places.entry(equation.name.clone()).or_default().push(place);
        }
        let wiring = Wiring::new(self.architecture, self.parameters);
        Trace { language: Language::ENGLISH, digits: DIGITS, sections, values, given, places, wiring }
    }

    /// The kinds of the quantities with which the step begins. All others are settings.
    fn kinds(&self) -> HashMap<&str, Given> {
        let ErasedArchitecture { inputs, targets, .. } = self.architecture;
        let named = |names, kind| quantities(names).map(move |(name, ..)| (name, kind));
        let parameters = self.parameter_quantities().map(|(name, ..)| (name, Given::Parameter));
        let state = self.equations.state().iter().map(|state| (state.name.as_str(), Given::State));
        named(inputs, Given::Input).chain(named(targets, Given::Target)).chain(parameters).chain(state).collect()
    }

    /// The inputs, the targets, the parameters, and the learning rate.
    fn set_given(&self, evaluator: &mut Evaluator<'_>) {
        let ErasedArchitecture { inputs, targets, .. } = self.architecture;
        for (names, values) in [(inputs, self.x), (targets, self.y_true)] {
            let values = wide(values);
            quantities(names).for_each(|(name, lengths, range)| evaluator.set(name, &lengths, values[range].to_vec()));
        }
        let parameters = wide(self.parameters);
        for (name, lengths, range) in self.parameter_quantities() {
            evaluator.set(name, &lengths, parameters[range].to_vec());
        }
        evaluator.set("learning_rate", &[], vec![self.learning_rate.to_f64()]);
        for (name, value) in self.equations.settings() {
            evaluator.set(name, &[], vec![*value]);
        }
        self.set_state(evaluator);
    }

    /// The optimizer's state.
    fn set_state(&self, evaluator: &mut Evaluator<'_>) {
        let StateParts { scalars, numbers } = &self.update.state;
        let places: HashMap<_, _> =
            self.parameter_quantities().map(|(name, lengths, range)| (name, (lengths, range))).collect();
        for State { name, part, parameter, initial, .. } in self.equations.state() {
            let Some((lengths, range)) = parameter.as_ref().and_then(|parameter| places.get(parameter.as_str())) else {
                evaluator.set(name, &[], vec![numbers.get(part).copied().unwrap_or(*initial)]);
                continue;
            };
            let values = scalars.get(part).and_then(|values| values.get(range.clone()));
            evaluator.set(name, lengths, values.map_or_else(|| vec![*initial; range.len()], <[f64]>::to_vec));
        }
    }

    /// The names of the parameters, or of their arrays, with the lengths of the array and its place among all
    /// parameters.
    fn parameter_quantities(&self) -> impl Iterator<Item = (&'static str, Vec<usize>, Range<usize>)> {
        let mut offset = 0;
        self.architecture.layers.iter().flat_map(|layer| [layer.weights, layer.biases]).flat_map(move |names| {
            let first = offset;
            offset += names.len();
            quantities(names).map(move |(name, lengths, range)| (name, lengths, range.start + first..range.end + first))
        })
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

/// The quantities of which these are the names: numbers, or one array with its lengths. Each with its place.
fn quantities(names: Names) -> impl Iterator<Item = (&'static str, Vec<usize>, Range<usize>)> {
    let named = move |index| match names {
        Names::Listed(words) => (words[index], Vec::new(), index..index + 1),
        Names::Array { name, len } => (name, vec![len], 0..len),
        Names::Matrix { name, rows, columns } => (name, vec![rows, columns], 0..rows * columns),
    };
    let count = if let Names::Listed(words) = names { words.len() } else { 1 };
    (0..count).map(named)
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
