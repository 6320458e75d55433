//! Networks without their types, so that what writes and reads files is compiled once.

use std::string::{String, ToString as _};
use std::vec::Vec;

use crate::equations::Precision;
use crate::network::{Name, Names, name_of_not_finite};
use crate::{Array as _, Network, Scalar};

/// A declaration, without its types.
pub(super) struct ErasedNetwork {
    pub(super) name: &'static str,
    /// `2 => tanh(2) => sigmoid(1)`
    pub(super) architecture: String,
    /// Whether the scalar is `f32`.
    pub(super) is_single: bool,
    pub(super) layers: Vec<ErasedLayer>,
}

/// Its word, and which it is if it is one of the crate's.
#[cfg(feature = "onnx")]
pub(super) type Activation = (&'static str, Option<crate::activation::BuiltIn>);

/// A layer of a declaration.
pub(super) struct ErasedLayer {
    pub(super) fan_in: usize,
    pub(super) fan_out: usize,
    #[cfg(feature = "onnx")]
    pub(super) activation: Activation,
    weights: Names,
    biases: Names,
}

impl ErasedNetwork {
    pub(super) fn new<N: Network>() -> Self {
        let architecture = N::ARCHITECTURE;
        let layers = architecture.layers.iter().map(|layer| ErasedLayer {
            fan_in: layer.fan_in(),
            fan_out: layer.fan_out(),
            #[cfg(feature = "onnx")]
            activation: (layer.activation.name(), layer.activation.which()),
            weights: layer.weights,
            biases: layer.biases,
        });
        Self {
            name: architecture.name,
            architecture: architecture.to_string(),
            is_single: is_single::<N::Scalar>(),
            layers: layers.collect(),
        }
    }

    /// The numbers of inputs and outputs.
    #[cfg(feature = "onnx")]
    pub(super) fn ends(&self) -> [usize; 2] {
        [self.layers.first().map_or(0, |layer| layer.fan_in), self.layers.last().map_or(0, |layer| layer.fan_out)]
    }

    /// `f64` or `f32`
    #[cfg(feature = "safetensors")]
    pub(super) const fn scalar(&self) -> &'static str {
        if self.is_single { "f32" } else { "f64" }
    }

    #[cfg(feature = "safetensors")]
    pub(super) fn parameter_count(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights.len() + layer.biases.len()).sum()
    }

    /// The name of the first parameter that is infinite or NaN.
    pub(super) fn not_finite(&self, parameters: &[f64]) -> Option<Name> {
        name_of_not_finite(self.names(), parameters)
    }

    /// Rounds the parameters to `f32`. Returns the name and the value of the first one that is too large.
    pub(super) fn round(&self, parameters: &mut [f64]) -> Option<(Name, f64)> {
        let mut too_large = None;
        for (name, parameter) in self.names().zip(parameters) {
            let value = *parameter;
            *parameter = rounded(value);
            if too_large.is_none() && !parameter.is_finite() {
                too_large = Some((name, value));
            }
        }
        too_large
    }

    fn names(&self) -> impl Iterator<Item = Name> {
        self.layers.iter().flat_map(|layer| layer.weights.iter().chain(layer.biases.iter()))
    }
}

/// The parameters in canonical order. `f64` holds every `f32` exactly.
pub(super) fn parameters<N: Network>(network: &N) -> Vec<f64> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters.as_ref().iter().map(|parameter| parameter.to_f64()).collect()
}

/// The network with these parameters, in canonical order.
#[cfg(feature = "safetensors")]
pub(super) fn network<N: Network>(values: &[f64]) -> N {
    let mut parameters = N::Parameters::zeros();
    for (parameter, &value) in parameters.as_mut().iter_mut().zip(values) {
        *parameter = N::Scalar::from_f64(value);
    }
    N::from_parameters(&parameters)
}

/// Whether a scalar is `f32`.
pub(super) fn is_single<T: Scalar>() -> bool {
    Precision::of::<T>() == Precision::Single
}

#[allow(clippy::cast_possible_truncation, reason = "rounding is what this function is for")]
pub(super) fn rounded(number: f64) -> f64 {
    f64::from(number as f32)
}

/// The bytes of these numbers, in `f32` or in `f64`.
#[allow(clippy::cast_possible_truncation, reason = "numbers of a network in `f32` are `f32`")]
pub(super) fn little_endian<'a>(numbers: impl IntoIterator<Item = &'a f64>, is_single: bool) -> Vec<u8> {
    let numbers = numbers.into_iter();
    if is_single {
        numbers.flat_map(|&number| (number as f32).to_le_bytes()).collect()
    } else {
        numbers.flat_map(|&number| number.to_le_bytes()).collect()
    }
}
