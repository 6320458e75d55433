//! Networks as bytes: see [the module](super#bytes).
//!
//! Everything that reads is `const`, so that a network can be a constant.

use crate::crc64::Crc64;
use crate::network::{Architecture, Layer, Name, Names, Network};

const VERSION: u8 = 1;

/// The bytes before the parameters.
const HEADER: usize = 24;

/// The bytes after the parameters.
const CHECKSUM: usize = 8;

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

/// What a network must have in common with the bytes that it is read from.
#[derive(Clone, Copy, Debug)]
pub struct Identity<T: 'static> {
    network: &'static str,
    layers: &'static [Layer<T>],
    hash: u64,
}

/// The length of the bytes that hold a network.
pub(crate) const fn byte_count<T, Y>(architecture: &Architecture<T, Y>) -> usize {
    HEADER + parameter_count(architecture.layers) * size_of::<T>() + CHECKSUM
}

impl<T> Identity<T> {
    /// Of the network with this description.
    #[must_use]
    pub const fn new<Y>(architecture: &Architecture<T, Y>) -> Self {
        let layers = architecture.layers;
        let mut crc = Crc64::new();
        crc.count(architecture.inputs.len());
        let mut number = 0;
        while number < layers.len() {
            let Layer { activation, weights, biases, .. } = &layers[number];
            crc.text(activation.name());
            add_names(&mut crc, *weights);
            add_names(&mut crc, *biases);
            number += 1;
        }
        Self { network: architecture.name, layers, hash: crc.value() }
    }

    const fn not_finite(&self, mut index: usize) -> BytesError {
        let mut number = 0;
        while number < self.layers.len() {
            let Layer { weights, biases, .. } = &self.layers[number];
            if let Some(name) = weights.get(index) {
                return BytesError::NotFinite { name };
            }
            index -= weights.len();
            if let Some(name) = biases.get(index) {
                return BytesError::NotFinite { name };
            }
            index -= biases.len();
            number += 1;
        }
        unreachable!()
    }
}

macro_rules! scalars {
    ($($scalar:ident: $opening:literal, $width:literal;)*) => { $(
        impl Identity<$scalar> {
            /// The `P` parameters of a network in its bytes. Generic over the network, so that the compiler makes the
            /// identity only for whoever calls it: for 600 parameters that takes a third of a second.
            ///
            /// # Errors
            ///
            /// If the bytes are no such network.
            pub const fn parameters<N: Network<Scalar = $scalar>, const P: usize>(
                bytes: &[u8],
            ) -> Result<[$scalar; P], BytesError> {
                let mut parameters = [0.0; P];
                match N::IDENTITY.read(bytes, &mut parameters) {
                    Ok(()) => Ok(parameters),
                    Err(error) => Err(error),
                }
            }

            pub(crate) const fn read(&self, bytes: &[u8], parameters: &mut [$scalar]) -> Result<(), BytesError> {
                let header = Header { opening: *$opening, count: parameters.len(), hash: self.hash };
                let body = match header.check(bytes, self.network) {
                    Ok(body) => body,
                    Err(error) => return Err(error),
                };
                let (numbers, _) = body.as_chunks::<$width>();
                let mut index = 0;
                while index < parameters.len() {
                    parameters[index] = $scalar::from_le_bytes(numbers[index]);
                    if !parameters[index].is_finite() {
                        return Err(self.not_finite(index));
                    }
                    index += 1;
                }
                Ok(())
            }

            pub(crate) fn write(&self, parameters: &[$scalar], bytes: &mut [u8]) -> Result<(), BytesError> {
                let header = Header { opening: *$opening, count: parameters.len(), hash: self.hash };
                let (found, expected) = (bytes.len(), header.length());
                if found != expected {
                    return Err(BytesError::Length { found, expected });
                }
                if let Some(index) = parameters.iter().position(|parameter| !parameter.is_finite()) {
                    return Err(self.not_finite(index));
                }
                header.write(bytes);
                let (numbers, _) = bytes[HEADER..].as_chunks_mut::<$width>();
                for (number, parameter) in numbers.iter_mut().zip(parameters) {
                    *number = parameter.to_le_bytes();
                }
                seal(bytes);
                Ok(())
            }
        }
    )* };
}

scalars! {
    f64: b"mlp-f64", 8;
    f32: b"mlp-f32", 4;
}

/// The first bytes without their version.
struct Header {
    opening: [u8; 7],
    count: usize,
    hash: u64,
}

impl Header {
    /// The name and the width of the scalar.
    const fn scalar(&self) -> Option<(&'static str, usize)> {
        match &self.opening {
            b"mlp-f64" => Some(("f64", 8)),
            b"mlp-f32" => Some(("f32", 4)),
            _ => None,
        }
    }

    const fn length(&self) -> usize {
        let Some((_, width)) = self.scalar() else { unreachable!() };
        self.count.saturating_mul(width).saturating_add(HEADER + CHECKSUM)
    }

    #[allow(clippy::cast_possible_truncation, reason = "more parameters than addresses are the most there can be")]
    const fn parse(bytes: &[u8; HEADER]) -> Result<Self, BytesError> {
        let [opening @ .., version, c0, c1, c2, c3, c4, c5, c6, c7, h0, h1, h2, h3, h4, h5, h6, h7] = *bytes;
        let count = u64::from_le_bytes([c0, c1, c2, c3, c4, c5, c6, c7]);
        let count = if count > usize::MAX as u64 { usize::MAX } else { count as usize };
        let header = Self { opening, count, hash: u64::from_le_bytes([h0, h1, h2, h3, h4, h5, h6, h7]) };
        if header.scalar().is_none() {
            Err(BytesError::Format)
        } else if version != VERSION {
            Err(BytesError::Version { version, known: VERSION })
        } else {
            Ok(header)
        }
    }

    /// The bytes of the parameters, if everything else is as it should be.
    ///
    /// The checksum comes before what the bytes hold. So a damaged header is not taken for another network.
    const fn check<'a>(&self, bytes: &'a [u8], network: &'static str) -> Result<&'a [u8], BytesError> {
        let Some((header, rest)) = bytes.split_first_chunk() else {
            return Err(BytesError::Length { found: bytes.len(), expected: self.length() });
        };
        let header = match Self::parse(header) {
            Ok(header) => header,
            Err(error) => return Err(error),
        };
        let (true, Some((body, sum))) = (bytes.len() == header.length(), rest.split_last_chunk()) else {
            return Err(BytesError::Length { found: bytes.len(), expected: header.length() });
        };
        if checksum(bytes.split_at(bytes.len() - CHECKSUM).0) != u64::from_le_bytes(*sum) {
            return Err(BytesError::Corrupted);
        }
        let (Some((found, found_width)), Some((expected, width))) = (header.scalar(), self.scalar()) else {
            return Err(BytesError::Format);
        };
        if found_width != width {
            Err(BytesError::Scalar { found, expected, network })
        } else if header.count != self.count {
            Err(BytesError::Count { found: header.count, expected: self.count, network })
        } else if header.hash != self.hash {
            Err(BytesError::Architecture { network })
        } else {
            Ok(body)
        }
    }

    fn write(&self, bytes: &mut [u8]) {
        bytes[..7].copy_from_slice(&self.opening);
        bytes[7] = VERSION;
        bytes[8..16].copy_from_slice(&(self.count as u64).to_le_bytes());
        bytes[16..HEADER].copy_from_slice(&self.hash.to_le_bytes());
    }
}

/// Writes the checksum.
fn seal(bytes: &mut [u8]) {
    let (before, sum) = bytes.split_at_mut(bytes.len() - CHECKSUM);
    sum.copy_from_slice(&checksum(before).to_le_bytes());
}

const fn checksum(bytes: &[u8]) -> u64 {
    let mut crc = Crc64::new();
    crc.bytes(bytes);
    crc.value()
}

const fn parameter_count<T>(layers: &[Layer<T>]) -> usize {
    let (mut count, mut number) = (0, 0);
    while number < layers.len() {
        count += layers[number].weights.len() + layers[number].biases.len();
        number += 1;
    }
    count
}

/// An array is its name and its lengths, so that the names of its elements need not be made.
const fn add_names(crc: &mut Crc64, names: Names) {
    match names {
        Names::Listed(words) => {
            crc.bytes(b"l");
            crc.count(words.len());
            let mut index = 0;
            while index < words.len() {
                crc.text(words[index]);
                index += 1;
            }
        }
        Names::Array { name, len } => {
            crc.bytes(b"a");
            crc.text(name);
            crc.count(len);
        }
        Names::Matrix { name, rows, columns } => {
            crc.bytes(b"m");
            crc.text(name);
            crc.count(rows);
            crc.count(columns);
        }
    }
}
