//! Networks as bytes: see [the module](super#bytes).
//!
//! Everything that reads is `const`, so that a network can be a constant.

mod error;

use crate::crc64::Crc64;
use crate::network::{Architecture, Layer, Names, Network};

pub use error::BytesError;

const VERSION: u8 = 1;

/// The bytes before the parameters.
const HEADER: usize = 24;

/// The bytes after the parameters.
const CHECKSUM: usize = 8;

/// Tells a declaration apart from others. A network is read only from bytes of the same identity.
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
    /// The identity of the network with this description.
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
