//! The errors of saving and loading.

use std::io;
use std::path::PathBuf;

use crate::Name;
use crate::message::Number;

/// Why a network or a training could not be saved. An existing file is unchanged, if it could have been replaced at all: see
/// [the module](super#what-saving-does).
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let net = Net { w11: f64::NAN, b1: 0.25 };
/// let error = net.save(std::env::temp_dir().join("never_written.json")).unwrap_err();
/// assert_eq!(error.to_string(), "w11 is infinite or not a number, which cannot be saved");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SaveError {
    /// A number is infinite or NaN.
    #[error("{name} is infinite or not a number, which cannot be saved")]
    NotFinite {
        /// The name of the number: `w11`, or `offset` or `scale` in a scaling.
        name: Name,
    },
    /// The optimizer's state has more numbers than a file may hold, fifty for each parameter.
    #[error("the optimizer's state has {numbers} numbers, and a file holds at most {most}")]
    LargeState {
        /// The numbers of the state.
        numbers: usize,
        /// The most that a file may hold.
        most: usize,
    },
    /// Two settings or two parts of the state of an optimizer have the same name.
    #[error("the optimizer has two settings, or its state two parts, called {name}: give each its own name")]
    DoubledName {
        /// The name.
        name: String,
    },
    /// The names of a model's columns, categories and classes are longer than a file may hold.
    #[error(
        "the names of columns, categories and classes have {bytes} bytes, and a file holds at most {most}: shorten them"
    )]
    LongNames {
        /// The bytes of all names.
        bytes: usize,
        /// The most that a file may hold: 1000 for each input and output, and 1000.
        most: usize,
    },
    /// A scale is 0 or negative. A fitted scaling has none.
    #[error("the scale of {name} is {scale}, not above 0")]
    Scale {
        /// The name of the input or prediction.
        name: Name,
        /// The scale.
        scale: f64,
    },
    /// Nobody may write to the file that would be replaced.
    #[error("{} is read-only: make it writable, or save under another name", path.display())]
    ReadOnly {
        /// The path given.
        path: PathBuf,
    },
    /// The file could not be written.
    #[error("{} could not be written", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

crate::message::debug_is_message!(SaveError);

/// Why a network could not be loaded, or a training not resumed.
///
/// ```
/// use mlp_core::{LoadError, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let error = Net::load("no/such/network.json").unwrap_err();
/// assert!(matches!(error, LoadError::Read { .. }));
/// assert_eq!(error.to_string(), "no/such/network.json could not be read");
/// // `unwrap` prints `Debug`, which adds the cause: "…: No such file or directory (os error 2)".
/// assert!(format!("{error:?}").len() > error.to_string().len());
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file could not be read.
    #[error("{} could not be read", path.display())]
    Read {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The file is larger than any that holds this network.
    #[error("{} has more than {limit} bytes, more than a file needs that holds a {network}", path.display())]
    TooLarge {
        /// The path given.
        path: PathBuf,
        /// The most that is read, in bytes.
        limit: u64,
        /// The name of the network.
        network: &'static str,
    },
    /// The file is not JSON, or is incomplete.
    #[error("{} is damaged, or was not saved by mlp-core", path.display())]
    Json {
        /// The path given.
        path: PathBuf,
        /// The error and its position in the file.
        source: serde_json::Error,
    },
    /// The file is JSON, but does not hold what `save` writes.
    #[error("{} is damaged, or was not saved by mlp-core: {problem}", path.display())]
    Format {
        /// The path given.
        path: PathBuf,
        /// What is missing, wrong or unknown.
        problem: String,
    },
    /// A number of the file, which is in `f64`, is too large for the scalar of the network.
    #[error("{}: `{name}` is {}, too large for {scalar}: load it into a network in f64", path.display(), Number(*value))]
    Overflow {
        /// The path given.
        path: PathBuf,
        /// The name of the number, with the keys that lead to it: `parameters.w11`.
        name: String,
        /// Its value.
        value: f64,
        /// The scalar of the network.
        scalar: &'static str,
    },
    /// The file has a later version of the format.
    #[error(
        "{} has format version {version}, but this mlp-core reads versions up to {known}: use the mlp-core that saved it", path.display()
    )]
    Version {
        /// The path given.
        path: PathBuf,
        /// The version of the file.
        version: u64,
        /// The latest version that this crate reads.
        known: u64,
    },
    /// The contents of the file are not those that were saved.
    #[error(
        "{} was changed after it was saved: its checksum is wrong or missing. If that was on purpose, load the network with `persist::load_edited`", path.display()
    )]
    Checksum {
        /// The path given.
        path: PathBuf,
    },
    /// The file holds another network.
    #[error(
        "{} holds a network with the {what} {found}, but {name} has {expected}{}", path.display(), in_words(*remedy)
    )]
    Different {
        /// The path given.
        path: PathBuf,
        /// The property in which they differ: `architecture`, `loss`, `scalar` or `parameters`.
        what: &'static str,
        /// Its value in the file.
        found: String,
        /// The name of the network.
        name: &'static str,
        /// Its value in the network.
        expected: String,
        /// The method of [`Load`](super::Load) that permits this difference, if there is one.
        remedy: Option<&'static str>,
    },
    /// The training in the file had another setting. With another one it would not go on, but become another training.
    #[error(
        "{}: the {setting} of the saved training was {found}, and this trainer's is {expected}: resume it with its own settings", path.display()
    )]
    Setting {
        /// The path given.
        path: PathBuf,
        /// The name of the setting.
        setting: String,
        /// Its value in the file.
        found: String,
        /// Its value in the trainer.
        expected: String,
    },
    /// The trainer that should resume a training has settings that make no sense.
    #[error("the training cannot be resumed with the settings of this trainer")]
    Trainer {
        /// The setting or the call.
        source: crate::TrainError,
    },
    /// The file holds no training.
    #[error("{} holds no training: load it as `{network}::load`", path.display())]
    NoTraining {
        /// The path given.
        path: PathBuf,
        /// The name of the network.
        network: &'static str,
    },
    /// The file holds a training without its network.
    #[error("{} holds a training without its network, which was saved elsewhere: resume it with `Trainer::resume`", path.display())]
    NoNetwork {
        /// The path given.
        path: PathBuf,
    },
    /// The file holds a network with a scaling, but was loaded as a network without one.
    #[error(
        "{} holds a network that takes scaled inputs: load it with its scaling, `Scaled::<{network}>::load`", path.display()
    )]
    Scaled {
        /// The path given.
        path: PathBuf,
        /// The name of the network.
        network: &'static str,
    },
    /// The file holds a [`Model`](crate::Model), but was loaded without its names.
    #[error("{} holds a model that knows its columns by name: load it as `Model::<{network}>::load`", path.display())]
    Model {
        /// The path given.
        path: PathBuf,
        /// The name of the network.
        network: &'static str,
    },
    /// The file holds a network without names, but was loaded as a [`Model`](crate::Model).
    #[error(
        "{} holds a network without the names of its columns: load it as `{}`, and name them by `Model::new`", path.display(),
        if *scaled { format!("Scaled::<{network}>::load") } else { format!("{network}::load") }
    )]
    NotModel {
        /// The path given.
        path: PathBuf,
        /// The name of the network.
        network: &'static str,
        /// Whether it has a scaling.
        scaled: bool,
    },
    /// The file holds a network without a scaling, but was loaded as a [`Scaled`](crate::Scaled).
    #[error("{} holds a network without a scaling: load it as `{network}::load`", path.display())]
    NotScaled {
        /// The path given.
        path: PathBuf,
        /// The name of the network.
        network: &'static str,
    },
}

crate::message::debug_is_message!(LoadError);

fn in_words(remedy: Option<&str>) -> String {
    remedy.map_or_else(String::new, |method| format!("; `persist::Load::new().{method}()` loads it all the same"))
}
