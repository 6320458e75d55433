//! A layer, its neurons and its parameters, by name.

use super::{Activation, Name, Names};

/// Neurons that share their sources and their activation.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => tanh(3) => 1);
/// let [hidden, output] = Net::ARCHITECTURE.layers else { panic!("it has two layers") };
/// assert_eq!((hidden.fan_in(), hidden.fan_out(), hidden.parameter_count()), (2, 3, 9));
/// assert_eq!(hidden.activation.name(), "tanh");
/// assert_eq!(hidden.weight(1, 2).unwrap(), "w23");
/// assert_eq!(output.activations.get(0).unwrap(), "y_pred");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Layer<T: 'static> {
    /// The function from pre-activations to activations.
    pub activation: Activation<T>,
    /// The weights' names, source by source: the weight from source `s` to neuron `t` is at `s * fan_out + t`.
    pub weights: Names,
    /// The biases' names, neuron by neuron, like the names below.
    pub biases: Names,
    /// `z1, z2, …`
    pub pre_activations: Names,
    /// `a1, a2, …`; in the output layer the predictions, `y_pred1, y_pred2, …`.
    pub activations: Names,
}

impl<T> Layer<T> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        activation: Activation<T>,
        weights: Names,
        biases: Names,
        pre_activations: Names,
        activations: Names,
    ) -> Self {
        Self { activation, weights, biases, pre_activations, activations }
    }

    /// How many sources each neuron of the layer has.
    #[must_use]
    pub fn fan_in(&self) -> usize {
        self.weights.len() / self.biases.len()
    }

    /// How many neurons the layer has.
    #[must_use]
    pub fn fan_out(&self) -> usize {
        self.biases.len()
    }

    /// How many parameters the layer has.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.weights.len() + self.biases.len()
    }

    /// The name of the weight from a source to a neuron, both counted from 0 within their layers; `None` if one of them
    /// does not exist.
    #[must_use]
    pub fn weight(&self, source: usize, neuron: usize) -> Option<Name> {
        if neuron < self.fan_out() { self.weights.get(source * self.fan_out() + neuron) } else { None }
    }

    /// The names of the weights into a neuron, counted from 0, in the order of their sources.
    pub fn weights_into(&self, neuron: usize) -> impl Iterator<Item = Name> + use<T> {
        self.weights.iter().skip(neuron).step_by(self.fan_out())
    }

    /// The neurons of the layer.
    pub fn neurons(&self) -> impl Iterator<Item = Neuron> + Clone + use<T> {
        let names = self.pre_activations.iter().zip(self.activations.iter()).zip(self.biases.iter());
        names.map(|((pre_activation, activation), bias)| Neuron { pre_activation, activation, bias })
    }

    /// The parameters of the layer in canonical order: the weights source by source, then the biases.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<T> {
        let weights = self.weights.iter().map(|name| Parameter { name, role: Role::Weight });
        let biases = self.biases.iter().map(|name| Parameter { name, role: Role::Bias });
        weights.chain(biases)
    }
}

/// The names of one neuron's values.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => tanh(2) => 1);
/// let second = Net::ARCHITECTURE.layers[0].neurons().nth(1).unwrap();
/// assert_eq!(second.pre_activation, "z2");
/// assert_eq!(second.activation, "a2");
/// assert_eq!(second.bias, "b2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Neuron {
    /// `z1`
    pub pre_activation: Name,
    /// `a1`; in the output layer the prediction, `y_pred1`.
    pub activation: Name,
    /// `b1`
    pub bias: Name,
}

/// One weight or bias, by name.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let net = Net { w11: 0.5, b1: 0.25 };
/// for (parameter, value) in Net::ARCHITECTURE.parameters().zip(net.parameters()) {
///     println!("{} is a {:?}: {value}", parameter.name, parameter.role);
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// `w11`, `b1`; `w1[0][10]`, `b1[3]` if the network is rolled.
    pub name: Name,
    /// Whether it is a weight or a bias.
    pub role: Role,
}

/// Whether a parameter is a weight or a bias.
///
/// ```
/// use mlp_core::network::Role;
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => 2 => 2);
/// let weights = Net::ARCHITECTURE.parameters().filter(|parameter| parameter.role == Role::Weight);
/// assert_eq!(weights.count(), 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// It multiplies a source.
    Weight,
    /// It is added to the sum of the weighted sources.
    Bias,
}
