//! Why there is no ONNX file.

use std::format;
use std::io;
use std::path::PathBuf;
use std::string::String;

use crate::message::{Number, count};
use crate::network::Name;

/// Why a network could not be written to an ONNX file.
///
/// ```
/// use mlp_core::exchange::Onnx;
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 2 => gelu(3) => 1);
/// let net = Net::random(&mut mlp_core::rng(1));
/// let error = Onnx::new().to_bytes(&net).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "ONNX Runtime computes gelu in f32 alone: write the network in f32, by `Onnx::as_f32`",
/// );
/// assert!(Onnx::new().as_f32().to_bytes(&net).is_ok());
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum OnnxError {
    /// A parameter is infinite or NaN.
    #[error("{name} is infinite or not a number, and such a network predicts nothing")]
    NotFinite {
        /// The name of the parameter.
        name: Name,
    },
    /// A parameter in `f64` is too large for [`Onnx::as_f32`](super::Onnx::as_f32).
    #[error("{name} is {}, too large for f32: write the network in f64", Number(*value))]
    Overflow {
        /// The name of the parameter.
        name: Name,
        /// Its value.
        value: f64,
    },
    /// An offset or a scale is not finite in the file's scalar, or a scale is not above 0.
    #[error(
        "the scaling of {name} has the offset {} and the scale {}: in {scalar} both must be finite, and the scale above 0",
        Number(*offset), Number(*scale)
    )]
    Scaling {
        /// The name of the input or prediction.
        name: Name,
        /// Its offset.
        offset: f64,
        /// Its scale.
        scale: f64,
        /// The scalar of raw values in the file.
        scalar: &'static str,
    },
    /// An activation of your own.
    #[error("ONNX has no operator for {activation}, an activation of your own: use one of the crate's")]
    OwnActivation {
        /// The path to the activation.
        activation: String,
    },
    /// ONNX Runtime does not compute the activation in `f64`.
    #[error("ONNX Runtime computes {activation} in f32 alone: write the network in f32, by `Onnx::as_f32`")]
    DoubleActivation {
        /// The word of the activation.
        activation: &'static str,
    },
    /// There are more names than inputs or classes, or fewer.
    #[error("{network} needs {}, not {found}", count(*expected, &format!("{what} name")))]
    Names {
        /// `input` or `class`.
        what: &'static str,
        /// The number of names.
        found: usize,
        /// The number of inputs or classes.
        expected: usize,
        /// The name of the network.
        network: &'static str,
    },
    /// The file could not be written. An old file is unchanged.
    #[error("{} could not be written", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

crate::message::debug_is_message!(OnnxError);
