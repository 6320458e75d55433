//! Why bytes are refused.

use crate::network::Name;

/// Why bytes could not be read or written as a network.
///
/// ```
/// use mlp_core::exchange::BytesError;
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// mlp!(pub struct Other: 1 => tanh(1));
/// let mut bytes = [0; Net::BYTES];
/// Net { w11: 0.5, b1: 0.25 }.write_le_bytes(&mut bytes)?;
///
/// let error = Other::from_le_bytes(&bytes).unwrap_err();
/// assert_eq!(error, BytesError::Architecture { network: "Other" });
/// assert!(error.to_string().starts_with("the bytes hold a network that is declared otherwise than Other"));
///
/// bytes[30] ^= 1;
/// assert_eq!(Net::from_le_bytes(&bytes), Err(BytesError::Corrupted));
/// # Ok::<(), BytesError>(())
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BytesError {
    /// There are too few bytes or too many. To write, `Net::BYTES` are needed. To read, as many as the header says.
    #[error("there are {found} bytes where {expected} belong: give exactly the bytes of the network")]
    Length {
        /// How many there are.
        found: usize,
        /// How many belong there.
        expected: usize,
    },
    /// The first bytes are not those of a network.
    #[error(
        "the bytes were not written by `write_le_bytes`, or are damaged: they do not begin with mlp-f64 or mlp-f32"
    )]
    Format,
    /// The bytes have another version of the format.
    #[error(
        "the bytes have format version {version}, but this mlp-core reads version {known}: use the mlp-core that wrote them"
    )]
    Version {
        /// The version of the bytes.
        version: u8,
        /// The version that this crate reads.
        known: u8,
    },
    /// The bytes are not those that were written.
    #[error("the bytes were changed after they were written: their checksum is wrong")]
    Corrupted,
    /// The parameters are numbers of another type.
    #[error("the bytes hold a network in {found}, but {network} is in {expected}: give both the same `scalar`")]
    Scalar {
        /// The scalar in the bytes, `f64` or `f32`.
        found: &'static str,
        /// The scalar of the network.
        expected: &'static str,
        /// The name of the network.
        network: &'static str,
    },
    /// The bytes hold a network with more parameters, or with fewer.
    #[error("the bytes hold a network of {found} parameters, but {network} has {expected}")]
    Count {
        /// The number of parameters in the bytes.
        found: usize,
        /// The number of parameters of the network.
        expected: usize,
        /// The name of the network.
        network: &'static str,
    },
    /// The bytes hold another network with as many parameters.
    #[error(
        "the bytes hold a network that is declared otherwise than {network}: with other layers, activations or names of weights"
    )]
    Architecture {
        /// The name of the network.
        network: &'static str,
    },
    /// A parameter is infinite or NaN.
    #[error("{name} is infinite or not a number, and such a network predicts nothing")]
    NotFinite {
        /// The name of the parameter.
        name: Name,
    },
}

crate::message::debug_is_message!(BytesError);
