//! The errors of safetensors files.

use std::error::Error;
use std::path::PathBuf;
use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{format, io};

use crate::message::Number;
use crate::network::Name;

/// Why a network could not be written to a safetensors file, or read from one.
///
/// ```
/// use mlp_core::exchange::Safetensors;
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 2 => tanh(3) => 1);
/// mlp!(pub struct Single: 2 => tanh(3) => 1, scalar = f32);
/// let net = Net::random(&mut mlp_core::rng(1));
/// let bytes = Safetensors::new().to_bytes(&net)?;
/// let error = Safetensors::new().from_bytes::<Single>(&bytes).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "0.weight has numbers in f64, but Single is in f32: convert them, or permit it by `Safetensors::another_scalar`",
/// );
/// # Ok::<(), mlp_core::exchange::SafetensorsError>(())
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SafetensorsError {
    /// A parameter is infinite or NaN.
    #[error("{name} is infinite or not a number, and such a network predicts nothing")]
    NotFinite {
        /// The name of the parameter in the network.
        name: Name,
    },
    /// A number of the file, which is in `f64`, is too large for a network in `f32`.
    #[error("{name} is {}, too large for f32: read it into a network in f64", Number(*value))]
    Overflow {
        /// The name of the parameter in the network.
        name: Name,
        /// Its value in the file.
        value: f64,
    },
    /// There is not one name for each layer.
    #[error("`Safetensors::layers` has {found} names, but {network} has {expected} layers: give a name for each")]
    LayerCount {
        /// The number of names.
        found: usize,
        /// The number of layers.
        expected: usize,
        /// The name of the network.
        network: &'static str,
    },
    /// Two layers have the same name.
    #[error("`Safetensors::layers` has {layer} twice: give each layer its own name")]
    DoubledLayer {
        /// The name.
        layer: String,
    },
    /// The file could not be read.
    #[error("{} could not be read", path.display())]
    Read {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file could not be written. An old file is unchanged.
    #[error("{} could not be written", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is no safetensors file, or is damaged.
    #[error("this is no safetensors file, or it is damaged")]
    Format {
        /// The message of the crate safetensors.
        source: std::boxed::Box<dyn Error + Send + Sync>,
    },
    /// A tensor is missing.
    #[error("there is no tensor {tensor}, but {}: name the layers by `Safetensors::layers`", some(found))]
    Missing {
        /// The name of the tensor.
        tensor: String,
        /// The names of all tensors of the file.
        found: Vec<String>,
    },
    /// The file has a tensor that does not belong to the network.
    #[error(
        "the tensor {tensor} does not belong to {network}: declare its layer, or permit it by `Safetensors::among_others`"
    )]
    Unknown {
        /// The name of the tensor.
        tensor: String,
        /// The name of the network.
        network: &'static str,
    },
    /// A tensor has another shape.
    #[error("{tensor} has the shape {found:?}, but in {network} it has {expected:?}")]
    Shape {
        /// The name of the tensor.
        tensor: String,
        /// Its shape in the file: neurons, sources.
        found: Vec<usize>,
        /// The name of the network.
        network: &'static str,
        /// Its shape in the network.
        expected: Vec<usize>,
    },
    /// A tensor has numbers of another type.
    #[error("{tensor} has numbers in {found}, but {network} is in {expected}: convert them{}", remedy(found))]
    Scalar {
        /// The name of the tensor.
        tensor: String,
        /// The type of its numbers: `f32`.
        found: String,
        /// The name of the network.
        network: &'static str,
        /// The network's scalar.
        expected: &'static str,
    },
    /// mlp-core has written the file for another architecture.
    #[error("the file holds a network with the architecture {found}, but {network} has {expected}")]
    Architecture {
        /// The architecture in the file.
        found: String,
        /// The name of the network.
        network: &'static str,
        /// Its architecture.
        expected: String,
    },
}

crate::message::debug_is_message!(SafetensorsError);

/// The first of these names.
fn some(names: &[String]) -> String {
    match names {
        [] => "none at all".to_string(),
        [first @ .., _, _] if names.len() > 6 => format!("{}, …", first[..4].join(", ")),
        _ => names.join(", "),
    }
}

fn remedy(found: &str) -> &'static str {
    if ["f32", "f64"].contains(&found) { ", or permit it by `Safetensors::another_scalar`" } else { "" }
}
