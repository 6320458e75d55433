//! The errors of figures.

use std::error::Error;
use std::io;
use std::path::PathBuf;

/// Why a figure could not be drawn or written.
///
/// ```
/// use mlp_core::History;
///
/// let history = History::<f64>::new();
/// assert_eq!(
///     history.to_svg().unwrap_err().to_string(),
///     "the history holds no epoch: train with `.observe(&mut history)`, and see whether the training failed at once",
/// );
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// The history holds no epoch.
    #[error(
        "the history holds no epoch: train with `.observe(&mut history)`, and see whether the training failed at once"
    )]
    Empty,
    /// There are no examples, no points or no figures to draw.
    #[error("there is nothing to draw: give at least one {what}")]
    Nothing {
        /// The thing that is missing: `example`, `point`, `curve`, `score`, `figure`.
        what: &'static str,
    },
    /// A value is infinite, not a number, or beyond ±10³⁰⁰.
    #[error("{}{name} is {value:e}, which cannot be drawn", epoch.map_or(String::new(), |epoch| format!("epoch {epoch}: ")))]
    Value {
        /// The name of the value: `w11`, `b1`, `Loss`, `y_pred`.
        name: String,
        /// The epoch, counted from 0, if the figure shows epochs.
        epoch: Option<usize>,
        /// The value.
        value: f64,
    },
    /// A loss is 0 or negative, and has no logarithm.
    #[error("{name} is {value}, which has no place on a logarithmic axis: leave out `log_loss`")]
    Logarithm {
        /// The name of the curve.
        name: String,
        /// The value.
        value: f64,
    },
    /// A setting has no meaning for this kind of figure.
    #[error("`{setting}` has no meaning for this figure: leave it out")]
    Setting {
        /// The name of the setting's method.
        setting: &'static str,
    },
    /// The drawing library failed.
    #[error("the figure could not be drawn")]
    Draw(#[source] Box<dyn Error + Send + Sync>),
    /// The file could not be written. An existing file is unchanged.
    #[error("the figure could not be written to {}", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

crate::message::debug_is_message!(FigureError);
