//! The description of a network: its names and its functions.

use core::fmt::{self, Display, Formatter};

use super::{Name, Names};
use crate::{Scalar, activation, loss};

/// The description of a network: the name of everything in it, and the functions it applies.
///
/// `T` is the scalar, `Y` the array of outputs. Traces, reports and figures read it.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => tanh(2) => 1);
/// let parameters: Vec<_> = Net::ARCHITECTURE.parameters().map(|parameter| parameter.name).collect();
/// assert_eq!(parameters, ["w11", "w12", "w21", "w22", "b1", "b2", "w31", "w41", "b3"]);
/// assert_eq!(Net::ARCHITECTURE.to_string(), "2 => tanh(2) => sigmoid(1)");
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Architecture<T: 'static, Y> {
    /// The name of the network.
    pub name: &'static str,
    /// `x`, or `x1, x2, …`; `x[0], x[1], …` if the network is rolled.
    pub inputs: Names,
    /// The layers, from the first hidden layer to the output layer.
    pub layers: &'static [Layer<T>],
    /// `y_true`, or `y_true1, y_true2, …`; `y_true[0], …` if the network is rolled.
    pub targets: Names,
    /// The loss that training minimises.
    pub loss: Loss<T, Y>,
}

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

/// How a layer computes its activations from its pre-activations.
///
/// ```
/// use mlp_core::network::Activation;
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => relu(3) => softmax(2), loss = cross_entropy);
/// let [hidden, output] = Net::ARCHITECTURE.layers else { panic!("it has two layers") };
/// let Activation::Elementwise { name, function, .. } = hidden.activation else { panic!("relu is elementwise") };
/// assert_eq!((name, function(-2.0)), ("relu", 0.0));
/// assert!(matches!(output.activation, Activation::Softmax));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Activation<T: 'static> {
    /// Each activation from its own pre-activation.
    #[non_exhaustive]
    Elementwise {
        /// As declared: `sigmoid`, or the path of a user's own.
        name: &'static str,
        /// a = f(z)
        function: fn(T) -> T,
        /// f′ from z and a
        derivative: fn(T, T) -> T,
        /// Which of the crate's activations it is; `None` for a user's own.
        #[doc(hidden)]
        built_in: Option<activation::BuiltIn>,
    },
    /// All activations together, in the output layer: [`softmax`](crate::activation::softmax).
    Softmax,
}

/// A loss: its name as declared, its value and its derivative with respect to the predictions.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => 1, loss = mean_squared_error);
/// let loss = Net::ARCHITECTURE.loss;
/// assert_eq!(loss.name, "mean_squared_error");
/// assert_eq!((loss.function)([0.75], [0.25]), 0.25);
/// assert_eq!((loss.derivative)([0.75], [0.25]), [1.0]);
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Loss<T: 'static, Y> {
    /// `half_squared_error`, or the path of a user's own.
    pub name: &'static str,
    /// L from the predictions and the targets
    pub function: fn(Y, Y) -> T,
    /// ∂L/∂y_pred for each output
    pub derivative: fn(Y, Y) -> Y,
    /// Which of the crate's losses it is; `None` for a user's own.
    pub(crate) built_in: Option<loss::BuiltIn>,
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

/// An [`Architecture`] without the parts that depend on the number of outputs. Code that mlp-core compiles once for all
/// networks reads it. It has nothing public.
#[derive(Clone, Copy, Debug)]
pub struct ErasedArchitecture<T: 'static> {
    pub(crate) inputs: Names,
    pub(crate) layers: &'static [Layer<T>],
    pub(crate) targets: Names,
    pub(crate) loss: ErasedLoss,
}

impl<T, Y> Architecture<T, Y> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        inputs: Names,
        layers: &'static [Layer<T>],
        targets: Names,
        loss: Loss<T, Y>,
    ) -> Self {
        Self { name, inputs, layers, targets, loss }
    }

    pub(crate) const fn erased(&self) -> ErasedArchitecture<T> {
        ErasedArchitecture { inputs: self.inputs, layers: self.layers, targets: self.targets, loss: self.loss.erased() }
    }

    /// All parameters in canonical order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<T, Y> {
        self.layers.iter().flat_map(Layer::parameters)
    }

    /// The names of the predictions: `y_pred`, or `y_pred1, y_pred2, …`.
    pub fn predictions(&self) -> impl Iterator<Item = Name> + use<T, Y> {
        self.layers.last().into_iter().flat_map(|layer| layer.activations.iter())
    }
}

impl<T> Activation<T> {
    /// One of the crate's activations, by its entry.
    #[doc(hidden)]
    #[must_use]
    pub const fn built_in<A: activation::Elementwise>() -> Self
    where
        T: Scalar,
    {
        Self::Elementwise {
            name: A::BUILT_IN.word(),
            function: A::value,
            derivative: A::derivative,
            built_in: Some(A::BUILT_IN),
        }
    }

    /// A user's own activation.
    #[doc(hidden)]
    #[must_use]
    pub const fn custom(name: &'static str, function: fn(T) -> T, derivative: fn(T, T) -> T) -> Self {
        Self::Elementwise { name, function, derivative, built_in: None }
    }

    /// Its name as declared: `sigmoid`, or the path of a user's own.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Elementwise { name, .. } => name,
            Self::Softmax => activation::BuiltIn::softmax.word(),
        }
    }

    /// The smallest and the largest value, infinite if there is none; `None` for a user's own.
    ///
    /// Some are reached in the limit only, such as those of sigmoid and tanh.
    ///
    /// ```
    /// use mlp_core::{Network, mlp};
    ///
    /// mlp!(pub struct Net: 2 => relu(3) => tanh(1));
    /// let [hidden, output] = [&Net::ARCHITECTURE.layers[0], &Net::ARCHITECTURE.layers[1]];
    /// assert_eq!(hidden.activation.range(), Some([0.0, f64::INFINITY]));
    /// assert_eq!(output.activation.range(), Some([-1.0, 1.0]));
    /// ```
    #[must_use]
    pub const fn range(&self) -> Option<[f64; 2]> {
        match self.which() {
            Some(built_in) => Some(built_in.range()),
            None => None,
        }
    }

    /// Which of the crate's activations it is; `None` for a user's own.
    pub(crate) const fn which(&self) -> Option<activation::BuiltIn> {
        match self {
            Self::Elementwise { built_in, .. } => *built_in,
            Self::Softmax => Some(activation::BuiltIn::softmax),
        }
    }
}

impl<T: Scalar, const O: usize> Loss<T, [T; O]> {
    /// One of the crate's losses, by its entry.
    #[doc(hidden)]
    #[must_use]
    pub const fn built_in<L: loss::Facts>() -> Self {
        Self { name: L::BUILT_IN.word(), function: L::value, derivative: L::derivative, built_in: Some(L::BUILT_IN) }
    }
}

impl<T, Y> Loss<T, Y> {
    /// A user's own loss.
    #[doc(hidden)]
    #[must_use]
    pub const fn custom(name: &'static str, function: fn(Y, Y) -> T, derivative: fn(Y, Y) -> Y) -> Self {
        Self { name, function, derivative, built_in: None }
    }

    pub(crate) const fn erased(&self) -> ErasedLoss {
        ErasedLoss { name: self.name, built_in: self.built_in }
    }
}

/// A loss without its functions, which depend on the number of outputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErasedLoss {
    pub(crate) name: &'static str,
    pub(crate) built_in: Option<loss::BuiltIn>,
}

impl ErasedLoss {
    /// Whether the derivatives of the loss and of this output activation cancel to y_pred − y_true, divided by the
    /// number of outputs if the loss is averaged.
    #[cfg(feature = "alloc")]
    pub(crate) fn cancels_with<T>(self, activation: &Activation<T>) -> bool {
        let cancels_with = self.built_in.and_then(loss::BuiltIn::cancels_with);
        cancels_with.is_some() && cancels_with == activation.which()
    }

    /// Whether the loss is divided by the number of outputs; `false` for a user's own, of which the crate knows
    /// nothing.
    #[cfg(feature = "alloc")]
    pub(crate) fn is_averaged(self) -> bool {
        self.built_in.is_some_and(loss::BuiltIn::is_averaged)
    }
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

impl<T, Y> Display for Architecture<T, Y> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inputs.len())?;
        self.layers.iter().try_for_each(|layer| write!(f, " => {}({})", layer.activation.name(), layer.fan_out()))
    }
}

/// The names of these layers' parameters in canonical order.
pub(crate) fn parameter_names<T>(layers: &[Layer<T>]) -> impl Iterator<Item = Name> {
    layers.iter().flat_map(Layer::parameters).map(|parameter| parameter.name)
}

/// The name of the first value that is infinite or NaN.
pub(crate) fn name_of_not_finite<T: Scalar>(names: impl Iterator<Item = Name>, values: &[T]) -> Option<Name> {
    let position = values.iter().position(|value| !value.is_finite())?;
    // Not `nth`: it skips whole layers at once, and that code takes 1.5 kB in firmware.
    names.zip(0..).find(|&(_, index)| index == position).map(|(name, _)| name)
}
