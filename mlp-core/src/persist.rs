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
//! Save a network that was trained on scaled examples together with its scaling: [`Scaled::save`]. If its inputs and
//! targets have names, save those too: [`Model::save`](crate::Model::save).
//!
//! # Refused files
//!
//! A file is loaded as it was saved, or not at all. It ends with a checksum of its contents, so that a changed byte
//! does not become another network. The checksum covers keys, texts and numbers in their order, not the layout: a file
//! may be indented anew. If you changed a file on purpose, or another program wrote it, load it with [`load_edited`],
//! which ignores the checksum. Even then keys that are unknown, missing or doubled are refused, and so is a scale that
//! is not above 0.
//!
//! A network whose declaration has changed since then is refused too, and the error names both sides. If the change does
//! no harm, as another loss or other names of weights, a [`Load`] that permits it loads the file. The name of the
//! struct is not compared. A file that is larger than one with this network can be is not read.
//!
//! # What saving does
//!
//! The network goes to a temporary file in the same folder, which then takes the place of the old file. So a failure, a
//! kill or a power cut leaves either the old file or the new one, never half of it: both the new file and the change of
//! the folder are on the disk before `save` returns. A kill may leave a file `.mlp-core-*.tmp` with 16 random
//! hexadecimal digits. Delete it when no process is saving.
//!
//! - A symbolic link stays, and the file that it leads to is replaced.
//! - The new file has the mode of the old one and, where the system permits it, its owner; other attributes are lost. If
//!   there was none, the mode is the usual one.
//! - A file that is read-only is refused.
//! - A device, a pipe such as `/dev/stdout`, and a single file that is mounted into a container cannot be replaced. They
//!   are overwritten, and a kill can interrupt that halfway.
//!
//! # The file
//!
//! The file is a JSON object. This one holds a [`Scaled`] network; without a scaling, `input_scaling` and
//! `output_scaling` are absent.
//!
//! ```json
//! {
//!   "format": "mlp-core network",
//!   "version": 2,
//!   "architecture": "2 => sigmoid(1)",
//!   "loss": "half_squared_error",
//!   "scalar": "f64",
//!   "parameters": { "w11": 0.1, "w21": -0.25, "b1": 0.0 },
//!   "input_scaling": { "x1": { "offset": 43.9, "scale": 5.4 }, "x2": { "offset": 17.2, "scale": 2.0 } },
//!   "output_scaling": { "y_pred": { "offset": 4201.7, "scale": 800.8 } },
//!   "checksum": "2c86c7b3e9ca5042"
//! }
//! ```
//!
//! The file of a [`Model`](crate::Model) also has the names of its columns, the values of each category, and the classes.
//! Columns without `categories` hold numbers, and so do targets without `classes`. `"unseen": "zeros"` or `"own input"` says
//! how categories treat other values, if they are not refused.
//!
//! ```json
//! {
//!   "format": "mlp-core network",
//!   "version": 2,
//!   "architecture": "3 => sigmoid(1)",
//!   "loss": "binary_cross_entropy",
//!   "scalar": "f64",
//!   "parameters": { "w11": 0.1, "w21": -0.25, "w31": 0.5, "b1": 0.0 },
//!   "columns": { "inputs": ["body_mass_g", "island"], "targets": ["sex"] },
//!   "categories": { "island": ["Biscoe", "Dream"] },
//!   "classes": ["female", "male"],
//!   "input_scaling": {
//!     "x1": { "offset": 4201.7, "scale": 800.8 },
//!     "x2": { "offset": 0, "scale": 1 },
//!     "x3": { "offset": 0, "scale": 1 }
//!   },
//!   "checksum": "f02e50075094e77d"
//! }
//! ```
//!
//! The parameters of a [rolled](crate::rolled) network are arrays, with a row of weights for each source:
//! `"parameters": { "w1": [[0.1], [-0.25]], "b1": [0.0] }`.
//!
//! Numbers have as many digits as the scalar needs to read back the same bits. The scaling of a model is in `f64`, whatever
//! the scalar of its network.
//!
//! The checksum is the last entry: CRC-64/XZ, as 16 hexadecimal digits. Version 1 had none; such files are still
//! loaded.
//!
//! A file of a [`Checkpoint`](crate::trainer::Checkpoint) also has a `training`: the number of epochs, the settings that must
//! be the same, the optimizer's state, and with patience the best parameters. A file of
//! [`Training::save`](crate::Training::save) has no `parameters`.
//!
//! # With serde
//!
//! The generated structs `Net`, `NetForward` and `NetGradients` implement serde's `Serialize` and `Deserialize` as
//! structs with named fields, so you can use them in any format and within your own data. The structs of rolled
//! networks do not.

pub(crate) mod by_name;
mod checksum;
mod error;
pub(crate) mod json;
mod load;
mod model;
pub(crate) mod node;
mod parameters;
mod scaling;
pub(crate) mod section;

use std::path::Path;

use crate::{Array, Network, Scalar, Scaled, Scaling};
pub(crate) use json::write;
pub(crate) use node::{Key, Node};
pub(crate) use section::Section;

pub use error::{LoadError, SaveError};
pub use load::Load;
pub(crate) use load::numbers_of_a_state;

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
    Load::new().load(path)
}

/// Reads a network from a file that was edited, or written by another program. It ignores the checksum, which may be
/// wrong or absent, and checks everything else as [`load`] does.
///
/// ```
/// use mlp_core::{LoadError, mlp, persist};
///
/// mlp!(pub struct Net: 1 => 1);
/// let path = std::env::temp_dir().join("edited.json");
/// persist::save(&Net { w11: 0.5, b1: 0.25 }, &path)?;
/// std::fs::write(&path, std::fs::read_to_string(&path)?.replace("0.25", "0.75"))?;
/// assert!(matches!(persist::load::<Net>(&path), Err(LoadError::Checksum { .. })));
/// assert_eq!(persist::load_edited::<Net>(&path)?, Net { w11: 0.5, b1: 0.75 });
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of [`load`], but for [`LoadError::Checksum`].
pub fn load_edited<N: Network>(path: impl AsRef<Path>) -> Result<N, LoadError> {
    Load::new().edited().load(path)
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
    /// If a number is infinite or NaN, which JSON cannot express; if a scale is not above 0; if the file cannot be
    /// written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), SaveError> {
        let mut sections = describe(&self.network)?;
        sections.extend(describe_scalings::<N, _, _, _>(&self.inputs, self.outputs.as_ref())?);
        json::write(path.as_ref(), sections)
    }

    /// Reads a network and its scaling from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, does not hold this kind of network, or holds it without a scaling.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Load::new().load_scaled(path)
    }

    /// Reads a network and its scaling from a file that was edited, or written by another program: see
    /// [`persist::load_edited`](load_edited).
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load), but for [`LoadError::Checksum`].
    pub fn load_edited(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Load::new().edited().load_scaled(path)
    }
}

const COLUMNS: &str = "columns";
const CATEGORIES: &str = "categories";
const CLASSES: &str = "classes";
const UNSEEN: &str = "unseen";
const INPUT_SCALING: &str = "input_scaling";
const OUTPUT_SCALING: &str = "output_scaling";

/// The sections of a file that holds this network.
pub(crate) fn describe<N: Network>(network: &N) -> Result<Vec<(Key, Node)>, SaveError> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    let mut sections = describe_identity::<N>();
    sections.push(("parameters".into(), parameters::describe(N::ARCHITECTURE.layers, parameters.as_ref())?));
    Ok(sections)
}

fn describe_scalings<N: Network, T: Scalar, X: Array<T>, Y: Array<T>>(
    inputs: &Scaling<X>,
    outputs: Option<&Scaling<Y>>,
) -> Result<Vec<(Key, Node)>, SaveError> {
    let mut sections = vec![(INPUT_SCALING.into(), scaling::describe(N::ARCHITECTURE.inputs.iter(), inputs)?)];
    if let Some(outputs) = outputs {
        sections.push((OUTPUT_SCALING.into(), scaling::describe(N::ARCHITECTURE.predictions(), outputs)?));
    }
    Ok(sections)
}

/// The sections that say which network a file is about.
pub(crate) fn describe_identity<N: Network>() -> Vec<(Key, Node)> {
    Vec::from(identity::<N>().map(|(what, value)| (what.into(), Node::Text(value))))
}

/// The sections in which a file and a network must agree.
fn identity<N: Network>() -> [(&'static str, String); 3] {
    let architecture = N::ARCHITECTURE;
    [
        ("architecture", architecture.to_string()),
        ("loss", architecture.loss.name.to_owned()),
        ("scalar", N::Scalar::NAME.to_owned()),
    ]
}
