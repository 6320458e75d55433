//! What can go wrong.

use std::io;
use std::path::PathBuf;

use crate::Name;

/// Why a network was not saved. If there was a file before, it is unchanged.
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
        /// `w11`, or `offset` and `scale` of a scaling.
        name: Name,
    },
    /// The file could not be written.
    #[error("the network could not be written to {}", path.display())]
    Write {
        /// As given.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

crate::message::debug_is_message!(SaveError);

/// Why a network was not loaded.
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
        /// As given.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is no JSON, or only the beginning of some.
    #[error("{} is broken, or no file of this crate", path.display())]
    Json {
        /// As given.
        path: PathBuf,
        /// Where in the file, and what.
        source: serde_json::Error,
    },
    /// It is JSON, but not what was saved.
    #[error("{} is broken, or no file of this crate: {problem}", path.display())]
    Format {
        /// As given.
        path: PathBuf,
        /// What is missing, or too much.
        problem: String,
    },
    /// The file is of another version of the format.
    #[error(
        "{} is of version {version}, and this version of mlp-core knows version {known}: use the one that saved it", path.display()
    )]
    Version {
        /// As given.
        path: PathBuf,
        /// The file's.
        version: u64,
        /// What can be read.
        known: u64,
    },
    /// The file holds another network.
    #[error("{} holds a network with the {what} {found}, and that of {name} is {expected}", path.display())]
    Different {
        /// As given.
        path: PathBuf,
        /// In what they differ: `architecture`, `loss` or `scalar`.
        what: &'static str,
        /// What the file says.
        found: String,
        /// What the network is called.
        name: &'static str,
        /// What the network is.
        expected: String,
    },
    /// The file holds a scaling, and only the network was asked for.
    #[error(
        "{} holds a network that takes scaled inputs: load it with its scaling, `Scaled::<{network}>::load`", path.display()
    )]
    Scaled {
        /// As given.
        path: PathBuf,
        /// What the network is called.
        network: &'static str,
    },
    /// The file holds no scaling, and one was asked for.
    #[error("{} holds a network without a scaling: load it as `{network}::load`", path.display())]
    NotScaled {
        /// As given.
        path: PathBuf,
        /// What the network is called.
        network: &'static str,
    },
}

crate::message::debug_is_message!(LoadError);
