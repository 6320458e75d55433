//! The description of a network: its names and its functions.

use core::fmt::{self, Display, Formatter};

use super::functions::ErasedLoss;
use super::{Layer, Loss, Name, Names, Parameter};
use crate::Scalar;

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

    /// L from the pre-activations of the output layer and the targets, if the loss and the output activation cancel.
    #[cfg(feature = "alloc")]
    pub(crate) const fn loss_with_logits(&self) -> Option<fn(Y, Y) -> T> {
        let Some(output) = self.layers.last() else { return None };
        if self.loss.erased().cancels_with(&output.activation) { self.loss.with_logits } else { None }
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

impl<T> ErasedArchitecture<T> {
    #[cfg(feature = "alloc")]
    pub(crate) fn parameter_count(&self) -> usize {
        self.layers.iter().map(Layer::parameter_count).sum()
    }

    /// The network with an unknown loss: nothing cancels, and whoever calls the kernels gives them its derivative.
    #[cfg(feature = "alloc")]
    pub(crate) const fn with_given_derivatives(mut self) -> Self {
        self.loss.built_in = None;
        self
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
