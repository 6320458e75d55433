//! Networks for ONNX Runtime and other programs: see [the module](super#onnx).

mod error;
mod graph;
mod proto;

use std::path::Path;
use std::string::{String, ToString as _};
use std::vec::Vec;
use std::{format, vec};

use prost::Message as _;

use super::erased::{self, ErasedNetwork, rounded};
use crate::network::Name;
use crate::{Model, Network, Scalar, Scaled, Scaling, atomic_file};
pub use error::OnnxError;
use graph::GraphWriter;
use proto::{Entry, ModelProto, OperatorSet};

/// The version of the operators; `Gelu` came with it.
const OPERATOR_SET: i64 = 20;

/// The version of the format that came with these operators.
const IR_VERSION: i64 = 9;

/// Writes networks to ONNX files, which other programs execute.
///
/// ```
/// use mlp_core::dataset::Schema;
/// use mlp_core::exchange::Onnx;
/// use mlp_core::{Model, Scaled, Scaling, mlp};
///
/// mlp!(pub struct Net: 2 => tanh(3) => 1);
/// let network = Net::random(&mut mlp_core::rng(1));
/// let path = std::env::temp_dir().join("net.onnx");
/// Onnx::new().save(&network, &path)?;
///
/// // Takes raw values, and says what they are.
/// let model = Scaled { network, inputs: Scaling { offset: [43.9, 17.2], scale: [5.4, 2.0] }, outputs: None };
/// let named = Onnx::new().input_names(["bill length", "bill depth"]).class_names(["Adelie", "Gentoo"]);
/// named.save_scaled(&model, &path)?;
///
/// // A model knows its names.
/// let schema = Schema::new().numbers(["bill length", "bill depth"]).class("species", ["Adelie", "Gentoo"]);
/// let model = Model::new(model.network, &schema, model.inputs, None)?;
/// Onnx::new().save_model(&model, &path)?;
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "it writes nothing until one of its methods is called"]
pub struct Onnx {
    input_names: Option<Vec<String>>,
    class_names: Option<Vec<String>>,
    target_names: Vec<String>,
    is_single: bool,
}

/// Offset and scale of one input or output.
type Column = (Name, [f64; 2]);

/// The scalar and the scalings of raw values.
struct Raw {
    is_single: bool,
    /// The scalings of inputs and outputs.
    scalings: [Option<Vec<Column>>; 2],
}

impl Onnx {
    /// Without names, in the scalar of the network.
    pub const fn new() -> Self {
        Self { input_names: None, class_names: None, target_names: Vec::new(), is_single: false }
    }

    /// The names of the inputs, for the metadata of the file: a name for each.
    pub fn input_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.input_names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The names of the classes, for the metadata of the file: a name for each output, or two names for a single output.
    pub fn class_names<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.class_names = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Writes a network in `f64` as one in `f32`, rounded.
    pub fn as_f32(mut self) -> Self {
        self.is_single = true;
        self
    }

    /// Writes a network to a file. An old file is replaced only when the new one is complete.
    ///
    /// # Errors
    ///
    /// If a parameter is infinite or NaN; if ONNX Runtime has no operator for an activation in this scalar; if there is
    /// not one name for each input or class; if the file cannot be written.
    pub fn save<N: Network>(&self, network: &N, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        write_file(path.as_ref(), &self.to_bytes(network)?)
    }

    /// Writes a network with its scaling to a file, so that raw values go in and come out.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Self::save). Also if an offset or a scale is infinite or NaN, or a scale is not above 0.
    pub fn save_scaled<N: Network>(&self, model: &Scaled<N>, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        write_file(path.as_ref(), &self.to_bytes_scaled(model)?)
    }

    /// Writes a model to a file, with its scaling and its names: of inputs, targets and classes.
    ///
    /// Raw values go in, and come out, in `f64`. After [`as_f32`](Self::as_f32) they are `f32`, and rounded before they
    /// are scaled. Names given to this writer replace those of the model.
    ///
    /// # Errors
    ///
    /// Those of [`save_scaled`](Self::save_scaled).
    pub fn save_model<N: Network>(&self, model: &Model<N>, path: impl AsRef<Path>) -> Result<(), OnnxError> {
        write_file(path.as_ref(), &self.to_bytes_model(model)?)
    }

    /// The contents of the file that [`save`](Self::save) writes.
    ///
    /// # Errors
    ///
    /// Those of [`save`](Self::save), but for [`OnnxError::Write`].
    pub fn to_bytes<N: Network>(&self, network: &N) -> Result<Vec<u8>, OnnxError> {
        let raw = Raw { is_single: erased::is_single::<N::Scalar>(), scalings: [None, None] };
        self.write(&ErasedNetwork::new::<N>(), erased::parameters(network), raw)
    }

    /// The contents of the file that [`save_scaled`](Self::save_scaled) writes.
    ///
    /// # Errors
    ///
    /// Those of [`save_scaled`](Self::save_scaled), but for [`OnnxError::Write`].
    pub fn to_bytes_scaled<N: Network>(&self, model: &Scaled<N>) -> Result<Vec<u8>, OnnxError> {
        let raw = raw::<N, N::Scalar>(&model.inputs, model.outputs.as_ref());
        self.write(&ErasedNetwork::new::<N>(), erased::parameters(&model.network), raw)
    }

    /// The contents of the file that [`save_model`](Self::save_model) writes.
    ///
    /// # Errors
    ///
    /// Those of [`save_model`](Self::save_model), but for [`OnnxError::Write`].
    pub fn to_bytes_model<N: Network>(&self, model: &Model<N>) -> Result<Vec<u8>, OnnxError> {
        let mut named = self.clone();
        let classes = model.classes();
        named.input_names.get_or_insert_with(|| model.schema.input_names());
        if named.class_names.is_none() && !classes.is_empty() {
            named.class_names = Some(classes.to_vec());
        }
        named.target_names = model.target().columns().to_vec();
        let raw = raw::<N, f64>(&model.inputs, model.outputs.as_ref());
        named.write(&ErasedNetwork::new::<N>(), erased::parameters(&model.network), raw)
    }

    fn write(
        &self,
        network: &ErasedNetwork,
        mut parameters: Vec<f64>,
        Raw { is_single: is_raw_single, scalings: [inputs, outputs] }: Raw,
    ) -> Result<Vec<u8>, OnnxError> {
        let is_raw_single = self.is_single || is_raw_single;
        let is_single = self.is_single || network.is_single;
        if let Some(name) = network.not_finite(&parameters) {
            return Err(OnnxError::NotFinite { name });
        }
        if is_single && let Some((name, value)) = network.round(&mut parameters) {
            return Err(OnnxError::Overflow { name, value });
        }
        let mut graph = GraphWriter::new(is_raw_single);
        if let Some([offsets, scales]) = inputs.map(|columns| split(columns, is_raw_single)).transpose()? {
            graph.constant("input_offset", &[offsets.len()], &offsets);
            graph.constant("input_scale", &[scales.len()], &scales);
            graph.operator("Sub", &["input_offset"], "x_centred".to_string());
            graph.operator("Div", &["input_scale"], "x_scaled".to_string());
        }
        graph.convert(is_single, "x_rounded");
        let mut parameters = &*parameters;
        for (layer, number) in network.layers.iter().zip(1..) {
            let (weights, rest) = parameters.split_at(layer.fan_in * layer.fan_out);
            let (biases, rest) = rest.split_at(layer.fan_out);
            parameters = rest;
            graph.affine(number, [layer.fan_in, layer.fan_out], weights, biases);
            graph.activation(number, layer.activation)?;
        }
        graph.convert(is_raw_single, "y_widened");
        if let Some([offsets, scales]) = outputs.map(|columns| split(columns, is_raw_single)).transpose()? {
            graph.constant("output_scale", &[scales.len()], &scales);
            graph.constant("output_offset", &[offsets.len()], &offsets);
            graph.operator("Mul", &["output_scale"], "y_scaled".to_string());
            graph.operator("Add", &["output_offset"], "y".to_string());
        }
        let ends = network.ends();
        let model = ModelProto {
            ir_version: IR_VERSION,
            producer_name: "mlp-core".to_string(),
            producer_version: env!("CARGO_PKG_VERSION").to_string(),
            graph: Some(graph.finish(network.name, ends)),
            operator_sets: vec![OperatorSet { domain: String::new(), version: OPERATOR_SET }],
            metadata: self.metadata(network, ends)?,
        };
        Ok(model.encode_to_vec())
    }

    /// The architecture, `input.0`, `input.1`, …, `class.0`, `class.1`, … and `target.0`, …
    fn metadata(&self, network: &ErasedNetwork, [inputs, outputs]: [usize; 2]) -> Result<Vec<Entry>, OnnxError> {
        let mut entries = vec![Entry { key: "architecture".to_string(), value: network.architecture.clone() }];
        let classes = if outputs == 1 { 2 } else { outputs };
        for (what, names, expected) in [("input", &self.input_names, inputs), ("class", &self.class_names, classes)] {
            let Some(names) = names else { continue };
            if names.len() != expected {
                return Err(OnnxError::Names { what, found: names.len(), expected, network: network.name });
            }
            entries.extend(numbered(what, names));
        }
        entries.extend(numbered("target", &self.target_names));
        Ok(entries)
    }
}

fn numbered(what: &str, names: &[String]) -> impl Iterator<Item = Entry> {
    (0..).zip(names).map(move |(index, name): (usize, _)| Entry { key: format!("{what}.{index}"), value: name.clone() })
}

/// The raw values of a network with scalings, in the scalar of the scalings.
fn raw<N: Network, T: Scalar>(inputs: &Scaling<impl AsRef<[T]>>, outputs: Option<&Scaling<impl AsRef<[T]>>>) -> Raw {
    let inputs = columns(N::ARCHITECTURE.inputs.iter(), inputs);
    let outputs = outputs.map(|outputs| columns(N::ARCHITECTURE.predictions(), outputs));
    Raw { is_single: erased::is_single::<T>(), scalings: [Some(inputs), outputs] }
}

/// Offset and scale of each column, with its name.
fn columns<T: Scalar>(names: impl Iterator<Item = Name>, scaling: &Scaling<impl AsRef<[T]>>) -> Vec<Column> {
    let numbers = scaling.offset.as_ref().iter().zip(scaling.scale.as_ref());
    names.zip(numbers).map(|(name, (offset, scale))| (name, [offset.to_f64(), scale.to_f64()])).collect()
}

/// All offsets and all scales.
fn split(columns: Vec<Column>, is_single: bool) -> Result<[Vec<f64>; 2], OnnxError> {
    let (mut offsets, mut scales) = (Vec::new(), Vec::new());
    for (name, numbers) in columns {
        let [offset, scale] = if is_single { numbers.map(rounded) } else { numbers };
        if !offset.is_finite() || !scale.is_finite() || scale <= 0.0 {
            let ([offset, scale], scalar) = (numbers, if is_single { "f32" } else { "f64" });
            return Err(OnnxError::Scaling { name, offset, scale, scalar });
        }
        offsets.push(offset);
        scales.push(scale);
    }
    Ok([offsets, scales])
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), OnnxError> {
    atomic_file::replace(path, bytes).map_err(|source| OnnxError::Write { path: path.to_path_buf(), source })
}
