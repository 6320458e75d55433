//! Draws the history of a training as an SVG figure: weights, biases and loss over epochs.

mod axis;
mod curve;
mod panel;
mod style;

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use crate::network::Role;
use crate::{History, Name, Scalar, atomic_file};
use panel::{Curve, Panel};

/// The largest absolute value that can be drawn. Beyond it, the width of an axis could overflow.
const LARGEST_DRAWABLE: f64 = 1e300;

/// Why a history could not be drawn, or its figure could not be written.
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
pub enum PlotError {
    /// The history holds no epoch.
    #[error(
        "the history holds no epoch: train with `.observe(&mut history)`, and see whether the training failed at once"
    )]
    Empty,
    /// A value is infinite, not a number, or beyond ±10³⁰⁰.
    #[error("epoch {epoch}: {name} is {value:e}, which cannot be drawn")]
    Value {
        /// The epoch, counted from 0.
        epoch: usize,
        /// The name of the curve: `w11`, `b1` or `loss`.
        name: Name,
        /// The value.
        value: f64,
    },
    /// The drawing library failed.
    #[error("the figure could not be drawn")]
    Draw(#[source] Box<dyn Error + Send + Sync>),
    /// The file could not be written. An existing file is unchanged.
    #[error("the figure could not be written to {}", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

crate::message::debug_is_message!(PlotError);

/// Drawing a history needs the feature `plot`.
impl<T: Scalar> History<T> {
    /// Draws weights, biases and loss over epochs into an SVG file, one panel below the other.
    ///
    /// If the history [leaves the parameters out](History::losses_only), there is only the panel of the loss. A
    /// validation loss is drawn in the same panel as the training loss.
    ///
    /// A legend beside each panel names every curve. Ten colours, which colour-blind readers can also tell apart,
    /// distinguish the first ten curves of a panel. Further curves use the same colours with markers, so that there are
    /// 190 different styles. Long histories are thinned to the smallest and the largest value per pixel. The same
    /// history gives the same bytes on every platform.
    ///
    /// The loss has a linear axis, as in the lecture, although it may fall over many orders of magnitude. So its panel
    /// shows when the network learns most, at the same epochs as in the panels above. A linear axis can also show a
    /// loss of zero, or a negative loss of your own.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, History, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 2 => 2 => 2);
    /// let mut net = Net::random_with(&mlp_core::StandardNormal, &mut mlp_core::rng(1));
    /// let mut history = History::new();
    /// Trainer::new(GradientDescent::new(0.5))
    ///     .epochs(2000)
    ///     .observe(&mut history)
    ///     .fit(&mut net, &[([0.5, 0.8], [0.9, 0.2])])?;
    /// let figure = std::env::temp_dir().join("lecture_2_2_2.svg");
    /// history.plot(&figure)?;
    /// assert!(std::fs::read_to_string(&figure)?.contains("w42"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`to_svg`](Self::to_svg), and [`PlotError::Write`] if the file cannot be written. An existing file at
    /// `path` is then unchanged.
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        let path = path.as_ref();
        let svg = self.to_svg()?;
        atomic_file::replace(path, &svg).map_err(|source| PlotError::Write { path: path.to_path_buf(), source })
    }

    /// The figure that [`plot`](Self::plot) writes, as the text of an SVG document.
    ///
    /// # Errors
    ///
    /// [`PlotError::Empty`] if the history holds no epoch, [`PlotError::Value`] if a value cannot be drawn.
    pub fn to_svg(&self) -> Result<String, PlotError> {
        if self.epochs().is_empty() {
            return Err(PlotError::Empty);
        }
        let losses = [("loss", self.loss()), ("validation", self.validation_loss())];
        let losses = losses.into_iter().map(|(name, values)| Curve { name: Name::from(name), values });
        let mut panels = vec![
            ("Weights", self.curves(Role::Weight)),
            ("Biases", self.curves(Role::Bias)),
            ("Loss", losses.filter(|curve| !curve.values.is_empty()).collect()),
        ];
        panels.retain(|(_, curves)| !curves.is_empty());
        panels.iter().flat_map(|(_, curves)| curves).try_for_each(|curve| check(self.epochs(), curve))?;
        let panels: Vec<_> = panels.into_iter().map(|(title, curves)| Panel::new(title, curves)).collect();
        panel::draw(&panels, self.epochs()).map_err(|error| PlotError::Draw(Box::new(error)))
    }

    fn curves(&self, role: Role) -> Vec<Curve<'_, T>> {
        let parameters = self.parameters().filter(|(parameter, _)| parameter.role == role);
        parameters.map(|(parameter, values)| Curve { name: parameter.name, values }).collect()
    }
}

fn check<T: Scalar>(epochs: &[usize], curve: &Curve<'_, T>) -> Result<(), PlotError> {
    let mut values = epochs.iter().zip(curve.values).map(|(epoch, value)| (*epoch, value.to_f64()));
    // A range contains no NaN.
    match values.find(|(_, value)| !(-LARGEST_DRAWABLE..=LARGEST_DRAWABLE).contains(value)) {
        Some((epoch, value)) => Err(PlotError::Value { epoch, name: curve.name, value }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected<T: Scalar>(values: &[T]) -> Option<(usize, Name)> {
        match check(&[0, 1, 2], &Curve { name: Name::from("w11"), values }) {
            Err(PlotError::Value { epoch, name, .. }) => Some((epoch, name)),
            _ => None,
        }
    }

    #[test]
    fn what_has_no_place_on_an_axis_is_rejected_by_name_and_epoch() {
        assert_eq!(rejected(&[0.0, f64::NAN]), Some((1, Name::from("w11"))));
        assert_eq!(rejected(&[f64::INFINITY, 0.0]), Some((0, Name::from("w11"))));
        assert_eq!(rejected(&[0.0, 0.0, f32::NEG_INFINITY]), Some((2, Name::from("w11"))));
        assert_eq!(rejected(&[-1.1e300]), Some((0, Name::from("w11"))));
        assert_eq!(rejected(&[1e300, -1e300, 0.0, 5e-324]), None);
        assert_eq!(rejected(&[f32::MAX, f32::MIN]), None);
    }
}
