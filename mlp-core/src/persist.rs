//! Saves networks to JSON files and loads them, every parameter by name and with the same bits.
//!
//! ```
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 2 => tanh(2) => 1);
//!
//! let path = std::env::temp_dir().join("net.json");
//! let net = Net::random(&mut mlp_core::rng(1));
//! net.save(&path)?;
//! assert_eq!(Net::load(&path)?, net);
//!
//! mlp!(pub struct Wider: 2 => tanh(3) => 1);
//! assert_eq!(
//!     Wider::load(&path).unwrap_err().to_string(),
//!     format!(
//!         "{} holds a network with the architecture 2 => tanh(2) => sigmoid(1), but Wider has \
//!          2 => tanh(3) => sigmoid(1)",
//!         path.display()
//!     ),
//! );
//! # std::fs::remove_file(&path)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Save a network that was trained on scaled examples together with its scaling: [`Scaled::save`].
//!
//! # The file
//!
//! The file is a JSON object. This one holds a [`Scaled`] network; without a scaling, `input_scaling` and
//! `output_scaling` are absent.
//!
//! ```json
//! {
//!   "format": "mlp-core network",
//!   "version": 1,
//!   "architecture": "2 => sigmoid(1)",
//!   "loss": "half_squared_error",
//!   "scalar": "f64",
//!   "parameters": { "w11": 0.1, "w21": -0.25, "b1": 0.0 },
//!   "input_scaling": { "x1": { "offset": 43.9, "scale": 5.4 }, "x2": { "offset": 17.2, "scale": 2.0 } },
//!   "output_scaling": { "y_pred": { "offset": 4201.7, "scale": 800.8 } }
//! }
//! ```
//!
//! The parameters of a [rolled](crate::rolled) network are arrays, with a row of weights for each source:
//! `"parameters": { "w1": [[0.1], [-0.25]], "b1": [0.0] }`.
//!
//! Numbers have enough digits to read back the same bits as an `f64`. Every `f32` is exactly an `f64`.
//!
//! # With serde
//!
//! The generated structs `Net`, `NetForward` and `NetGradients` implement serde's `Serialize` and `Deserialize` as
//! structs with named fields, so you can use them in any format and within your own data. The structs of rolled
//! networks do not.

pub(crate) mod by_name;
mod error;
mod json;

use std::path::Path;

use crate::network::{Array, Layer, Names, parameter_names};
use crate::{Name, Network, Scalar, Scaled, Scaling};
use json::{Contents, Node};

pub use error::{LoadError, SaveError};

const FORMAT: &str = "mlp-core network";
const VERSION: u64 = 1;

/// Writes a network to a file, as its own `save` does. An old file is replaced only when the new one is complete.
///
/// Use it in code that is generic over networks:
///
/// ```
/// use std::path::Path;
///
/// use mlp_core::{Network, SaveError, mlp, persist};
///
/// fn save_numbered<N: Network>(network: &N, folder: &Path, number: usize) -> Result<(), SaveError> {
///     persist::save(network, folder.join(format!("{}_{number}.json", N::ARCHITECTURE.name)))
/// }
///
/// mlp!(pub struct Numbered: 1 => 1);
/// save_numbered(&Numbered { w11: 0.5, b1: 0.25 }, &std::env::temp_dir(), 7)?;
/// # let path = std::env::temp_dir().join("Numbered_7.json");
/// # assert_eq!(persist::load::<Numbered>(&path)?, Numbered { w11: 0.5, b1: 0.25 });
/// # std::fs::remove_file(path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If a parameter is infinite or NaN, which JSON cannot express; if the file cannot be written.
pub fn save<N: Network>(network: &N, path: impl AsRef<Path>) -> Result<(), SaveError> {
    json::write(path.as_ref(), describe(network)?)
}

/// Reads a network from a file, as its own `load` does.
///
/// ```
/// use mlp_core::{mlp, persist};
///
/// mlp!(pub struct Net: 1 => 1);
/// let path = std::env::temp_dir().join("loaded.json");
/// persist::save(&Net { w11: 0.5, b1: 0.25 }, &path)?;
/// assert_eq!(persist::load::<Net>(&path)?, Net { w11: 0.5, b1: 0.25 });
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If the file cannot be read, or does not hold this kind of network. Also if it holds a scaling, without which the
/// network would predict nonsense: load such a file as a [`Scaled`].
pub fn load<N: Network>(path: impl AsRef<Path>) -> Result<N, LoadError> {
    let file = open::<N>(path.as_ref())?;
    if file.has(INPUT_SCALING) {
        return Err(LoadError::Scaled { path: file.path(), network: N::ARCHITECTURE.name });
    }
    network(&file)
}

/// Saving and loading need the feature `serde`.
impl<N: Network> Scaled<N> {
    /// Writes the network and its scaling to a file. An old file is replaced only when the new one is complete.
    ///
    /// ```
    /// use mlp_core::{Scaled, Scaling, mlp};
    ///
    /// mlp!(pub struct Net: 1 => identity(1));
    /// let inputs = Scaling { offset: [10.0], scale: [2.0] };
    /// let model = Scaled { network: Net { w11: 0.5, b1: 0.0 }, inputs, outputs: None };
    /// let path = std::env::temp_dir().join("scaled.json");
    /// model.save(&path)?;
    /// assert_eq!(Scaled::<Net>::load(&path)?, model);
    /// # std::fs::remove_file(&path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a number is infinite or NaN, which JSON cannot express; if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SaveError> {
        let mut contents = describe(&self.network)?;
        contents.push((INPUT_SCALING.into(), describe_scaling(input_names::<N>(), &self.inputs)?));
        if let Some(outputs) = &self.outputs {
            contents.push((OUTPUT_SCALING.into(), describe_scaling(N::ARCHITECTURE.predictions(), outputs)?));
        }
        json::write(path.as_ref(), contents)
    }

    /// Reads a network and its scaling from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, does not hold this kind of network, or holds it without a scaling.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let file = open::<N>(path.as_ref())?;
        let Some(inputs) = scaling(&file, INPUT_SCALING, input_names::<N>())? else {
            return Err(LoadError::NotScaled { path: file.path(), network: N::ARCHITECTURE.name });
        };
        let outputs = scaling(&file, OUTPUT_SCALING, N::ARCHITECTURE.predictions())?;
        Ok(Self { network: network(&file)?, inputs, outputs })
    }
}

const INPUT_SCALING: &str = "input_scaling";
const OUTPUT_SCALING: &str = "output_scaling";

/// The names of the two numbers in the scaling of one column.
const PAIR: [&str; 2] = ["offset", "scale"];

fn describe<N: Network>(network: &N) -> Result<Vec<(Name, Node)>, SaveError> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    let [(_, architecture), (_, loss), (_, scalar)] = identity::<N>();
    Ok(vec![
        ("format".into(), Node::Text(FORMAT.to_owned())),
        ("version".into(), Node::Integer(VERSION)),
        ("architecture".into(), Node::Text(architecture)),
        ("loss".into(), Node::Text(loss)),
        ("scalar".into(), Node::Text(scalar)),
        ("parameters".into(), describe_parameters(N::ARCHITECTURE.layers, parameters.as_ref())?),
    ])
}

fn describe_parameters<T: Scalar>(layers: &[Layer<T>], mut parameters: &[T]) -> Result<Node, SaveError> {
    let mut entries = Vec::new();
    for names in layers.iter().flat_map(|layer| [layer.weights, layer.biases]) {
        let (values, rest) = parameters.split_at(names.len());
        parameters = rest;
        match names {
            Names::Listed(_) => {
                for (name, &value) in names.iter().zip(values) {
                    entries.push((name, number(name, value)?));
                }
            }
            Names::Array { name, .. } => entries.push((name.into(), array(names.iter(), values)?)),
            Names::Matrix { name, columns, .. } => {
                let mut names = names.iter();
                let rows = values.chunks(columns).map(|row| array(names.by_ref(), row)).collect::<Result<_, _>>()?;
                entries.push((name.into(), Node::Array(rows)));
            }
        }
    }
    Ok(Node::Object(entries))
}

fn array<T: Scalar>(names: impl Iterator<Item = Name>, values: &[T]) -> Result<Node, SaveError> {
    // `values` comes first, so that `zip` takes no name beyond the last value.
    let numbers = values.iter().zip(names).map(|(&value, name)| number(name, value));
    Ok(Node::Array(numbers.collect::<Result<_, _>>()?))
}

fn describe_scaling<T: Scalar, A: Array<T>>(
    names: impl Iterator<Item = Name>,
    scaling: &Scaling<A>,
) -> Result<Node, SaveError> {
    let pairs = scaling.offset.as_ref().iter().zip(scaling.scale.as_ref());
    let column = |(name, (&offset, &scale)): (Name, (&T, &T))| {
        let numbers = PAIR.into_iter().map(Name::from).zip([offset, scale]);
        let numbers = numbers.map(|(name, value)| Ok((name, number(name, value)?)));
        Ok((name, Node::Object(numbers.collect::<Result<_, SaveError>>()?)))
    };
    Ok(Node::Object(names.zip(pairs).map(column).collect::<Result<_, SaveError>>()?))
}

fn number<T: Scalar>(name: Name, value: T) -> Result<Node, SaveError> {
    if value.is_finite() { Ok(Node::Number(value.to_f64())) } else { Err(SaveError::NotFinite { name }) }
}

/// The entries in which a file and a network must agree.
fn identity<N: Network>() -> [(&'static str, String); 3] {
    let architecture = N::ARCHITECTURE;
    [
        ("architecture", architecture.to_string()),
        ("loss", architecture.loss.name.to_owned()),
        ("scalar", N::Scalar::NAME.to_owned()),
    ]
}

/// Opens a file, and checks that it holds a network of this kind.
fn open<N: Network>(path: &Path) -> Result<Contents, LoadError> {
    let file = Contents::read(path)?;
    if file.text("format")? != FORMAT {
        return Err(LoadError::Format { path: file.path(), problem: format!("its format is not `{FORMAT}`") });
    }
    let version = file.integer("version")?;
    if version != VERSION {
        return Err(LoadError::Version { path: file.path(), version, known: VERSION });
    }
    for (what, expected) in identity::<N>() {
        let found = file.text(what)?;
        if found != expected {
            let (found, name) = (found.to_owned(), N::ARCHITECTURE.name);
            return Err(LoadError::Different { path: file.path(), what, found, name, expected });
        }
    }
    Ok(file)
}

fn network<N: Network>(file: &Contents) -> Result<N, LoadError> {
    let mut parameters = N::Parameters::zeros();
    file.numbers(&["parameters"], parameter_names(N::ARCHITECTURE.layers), parameters.as_mut())?;
    Ok(N::from_parameters(&parameters))
}

fn scaling<T: Scalar, A: Array<T>>(
    file: &Contents,
    key: &str,
    names: impl Iterator<Item = Name>,
) -> Result<Option<Scaling<A>>, LoadError> {
    if !file.has(key) {
        return Ok(None);
    }
    let mut scaling = Scaling { offset: A::zeros(), scale: A::zeros() };
    let slots = scaling.offset.as_mut().iter_mut().zip(scaling.scale.as_mut());
    for (name, (offset, scale)) in names.zip(slots) {
        let mut pair = [T::ZERO; 2];
        file.numbers(&[key, &name.to_string()], PAIR.into_iter().map(Name::from), &mut pair)?;
        [*offset, *scale] = pair;
    }
    Ok(Some(scaling))
}

fn input_names<N: Network>() -> impl Iterator<Item = Name> {
    N::ARCHITECTURE.inputs.iter()
}
