//! Weights as PyTorch and others read and write them: see [the module](super#safetensors).

mod error;

use std::path::Path;
use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{format, fs};

use safetensors::tensor::{Metadata, TensorView};
use safetensors::{Dtype, SafeTensorError, SafeTensors};

use super::erased::{self, ErasedLayer, ErasedNetwork, little_endian};
use crate::{Network, atomic_file};

pub use error::SafetensorsError;

/// The key of the architecture in the metadata of a file.
const ARCHITECTURE: &str = "mlp-core architecture";

/// Writes the parameters of networks to safetensors files, and reads them.
///
/// ```
/// use mlp_core::exchange::Safetensors;
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 2 => tanh(3) => 1);
/// let net = Net::random(&mut mlp_core::rng(1));
/// let path = std::env::temp_dir().join("net.safetensors");
/// // 0.weight, 0.bias, 2.weight, 2.bias
/// Safetensors::new().save(&net, &path)?;
/// assert_eq!(Safetensors::new().load::<Net>(&path)?, net);
///
/// // hidden.weight, hidden.bias, output.weight, output.bias
/// let named = Safetensors::new().layers(["hidden", "output"]);
/// let bytes = named.to_bytes(&net)?;
/// assert_eq!(named.from_bytes::<Net>(&bytes)?, net);
/// assert_eq!(
///     Safetensors::new().from_bytes::<Net>(&bytes).unwrap_err().to_string(),
///     "there is no tensor 0.weight, but hidden.bias, hidden.weight, output.bias, output.weight: name the layers by \
///      `Safetensors::layers`",
/// );
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "it writes and reads nothing until one of its methods is called"]
pub struct Safetensors {
    layers: Option<Vec<String>>,
    another_scalar: bool,
    among_others: bool,
}

impl Safetensors {
    /// With the names of `torch.nn.Sequential`, and no permission.
    pub const fn new() -> Self {
        Self { layers: None, another_scalar: false, among_others: false }
    }

    /// Names the layers: the tensors of `fc1` are `fc1.weight` and `fc1.bias`. There must be a name for each layer, from
    /// the first hidden layer to the output layer.
    ///
    /// By default they are `0`, `2`, `4`, …, as in `Sequential(Linear(…), Tanh(), Linear(…), Sigmoid())`.
    pub fn layers<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.layers = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Permits to read `f64` into a network in `f32`, which rounds, and `f32` into a network in `f64`, which is exact.
    pub fn another_scalar(mut self) -> Self {
        self.another_scalar = true;
        self
    }

    /// Permits to read from a file with more tensors than the network's.
    pub fn among_others(mut self) -> Self {
        self.among_others = true;
        self
    }

    /// Writes a network to a file. An old file is replaced only when the new one is complete.
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN; if there is not one name for each layer; if the file cannot be written.
    pub fn save<N: Network>(&self, network: &N, path: impl AsRef<Path>) -> Result<(), SafetensorsError> {
        self.write_file(&ErasedNetwork::new::<N>(), &erased::parameters(network), path.as_ref())
    }

    /// Reads a network from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read; if a tensor is missing, unknown, of another shape or of another type; if a number is
    /// infinite or NaN; if mlp-core has written the file for another architecture.
    pub fn load<N: Network>(&self, path: impl AsRef<Path>) -> Result<N, SafetensorsError> {
        let path = path.as_ref();
        let bytes = fs::read(path).map_err(|source| SafetensorsError::Read { path: path.to_path_buf(), source })?;
        self.from_bytes(&bytes)
    }

    /// The contents of the file that [`save`](Self::save) writes.
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN; if there is not one name for each layer.
    pub fn to_bytes<N: Network>(&self, network: &N) -> Result<Vec<u8>, SafetensorsError> {
        self.write(&ErasedNetwork::new::<N>(), &erased::parameters(network))
    }

    /// Reads a network from the contents of a file.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), but for [`SafetensorsError::Read`].
    pub fn from_bytes<N: Network>(&self, bytes: &[u8]) -> Result<N, SafetensorsError> {
        Ok(erased::network(&self.read(&ErasedNetwork::new::<N>(), bytes)?))
    }

    fn write_file(&self, network: &ErasedNetwork, parameters: &[f64], path: &Path) -> Result<(), SafetensorsError> {
        let bytes = self.write(network, parameters)?;
        atomic_file::replace(path, bytes).map_err(|source| SafetensorsError::Write { path: path.to_path_buf(), source })
    }

    fn write(&self, network: &ErasedNetwork, mut parameters: &[f64]) -> Result<Vec<u8>, SafetensorsError> {
        if let Some(name) = network.not_finite(parameters) {
            return Err(SafetensorsError::NotFinite { name });
        }
        let mut tensors = Vec::new();
        for (layer, [weight, bias]) in network.layers.iter().zip(self.names(network)?) {
            let (weights, rest) = parameters.split_at(layer.fan_in * layer.fan_out);
            let (biases, rest) = rest.split_at(layer.fan_out);
            parameters = rest;
            let transposed = (0..layer.fan_out).flat_map(|t| weights.iter().skip(t).step_by(layer.fan_out));
            tensors.push((weight, shape(layer), little_endian(transposed, network.is_single)));
            tensors.push((bias, Vec::from([layer.fan_out]), little_endian(biases, network.is_single)));
        }
        let dtype = if network.is_single { Dtype::F32 } else { Dtype::F64 };
        let mut views = Vec::new();
        for (name, shape, data) in &tensors {
            views.push((name, TensorView::new(dtype, shape.clone(), data).map_err(format_error)?));
        }
        // One entry: the order of more would change from run to run.
        let metadata = [(ARCHITECTURE.to_string(), network.architecture.clone())];
        safetensors::serialize(views, Some(metadata.into_iter().collect())).map_err(format_error)
    }

    fn read(&self, network: &ErasedNetwork, bytes: &[u8]) -> Result<Vec<f64>, SafetensorsError> {
        let names = self.names(network)?;
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(format_error)?;
        self.check(network, &names, &metadata)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(format_error)?;
        let mut parameters = Vec::with_capacity(network.parameter_count());
        for (layer, [weight, bias]) in network.layers.iter().zip(&names) {
            let weights = self.numbers(network, &tensors, weight, &shape(layer))?;
            parameters.extend((0..layer.fan_in).flat_map(|s| weights.iter().skip(s).step_by(layer.fan_in)));
            parameters.extend(self.numbers(network, &tensors, bias, &[layer.fan_out])?);
        }
        if let Some(name) = network.not_finite(&parameters) {
            return Err(SafetensorsError::NotFinite { name });
        }
        if network.is_single
            && let Some((name, value)) = network.round(&mut parameters)
        {
            return Err(SafetensorsError::Overflow { name, value });
        }
        Ok(parameters)
    }

    /// The names of the tensors of each layer.
    fn names(&self, network: &ErasedNetwork) -> Result<Vec<[String; 2]>, SafetensorsError> {
        let numbered: Vec<_> = (0..network.layers.len()).map(|layer| (2 * layer).to_string()).collect();
        let layers = self.layers.as_ref().unwrap_or(&numbered);
        if layers.len() != network.layers.len() {
            let (found, expected) = (layers.len(), network.layers.len());
            return Err(SafetensorsError::LayerCount { found, expected, network: network.name });
        }
        if let Some(doubled) = (1..layers.len()).find(|&index| layers[..index].contains(&layers[index])) {
            return Err(SafetensorsError::DoubledLayer { layer: layers[doubled].clone() });
        }
        Ok(layers.iter().map(|layer| ["weight", "bias"].map(|what| format!("{layer}.{what}"))).collect())
    }

    /// Checks what is there besides the numbers.
    fn check(
        &self,
        network: &ErasedNetwork,
        names: &[[String; 2]],
        metadata: &Metadata,
    ) -> Result<(), SafetensorsError> {
        let mut found = metadata.offset_keys();
        found.sort();
        let known = names.iter().flatten();
        if let Some(missing) = known.clone().find(|name| !found.contains(name)) {
            return Err(SafetensorsError::Missing { tensor: missing.clone(), found });
        }
        if let Some(unknown) = found.iter().find(|name| !known.clone().any(|known| known == *name))
            && !self.among_others
        {
            return Err(SafetensorsError::Unknown { tensor: unknown.clone(), network: network.name });
        }
        match metadata.metadata().as_ref().and_then(|entries| entries.get(ARCHITECTURE)) {
            Some(found) if *found != network.architecture => Err(SafetensorsError::Architecture {
                found: found.clone(),
                network: network.name,
                expected: network.architecture.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// The numbers of a tensor.
    fn numbers(
        &self,
        network: &ErasedNetwork,
        tensors: &SafeTensors<'_>,
        name: &str,
        shape: &[usize],
    ) -> Result<Vec<f64>, SafetensorsError> {
        let tensor = tensors.tensor(name).map_err(format_error)?;
        if tensor.shape() != shape {
            return Err(SafetensorsError::Shape {
                tensor: name.to_string(),
                found: tensor.shape().to_vec(),
                network: network.name,
                expected: shape.to_vec(),
            });
        }
        let numbers = match (tensor.dtype(), network.is_single) {
            (Dtype::F64, false) => doubles(tensor.data()).collect(),
            (Dtype::F32, true) => singles(tensor.data()).collect(),
            (Dtype::F64, true) if self.another_scalar => doubles(tensor.data()).collect(),
            (Dtype::F32, false) if self.another_scalar => singles(tensor.data()).collect(),
            (found, _) => {
                return Err(SafetensorsError::Scalar {
                    tensor: name.to_string(),
                    found: found.to_string().to_lowercase(),
                    network: network.name,
                    expected: network.scalar(),
                });
            }
        };
        Ok(numbers)
    }
}

/// The shape of the weights in a file: a row for each neuron. Ours have a row for each source.
fn shape(layer: &ErasedLayer) -> Vec<usize> {
    Vec::from([layer.fan_out, layer.fan_in])
}

fn doubles(data: &[u8]) -> impl Iterator<Item = f64> {
    data.as_chunks().0.iter().map(|number| f64::from_le_bytes(*number))
}

fn singles(data: &[u8]) -> impl Iterator<Item = f64> {
    data.as_chunks().0.iter().map(|number| f64::from(f32::from_le_bytes(*number)))
}

fn format_error(source: SafeTensorError) -> SafetensorsError {
    SafetensorsError::Format { source: source.into() }
}
