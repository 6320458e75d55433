//! Predictions over targets.

use super::FigureError;
use super::axes::{Axes, BELOW};
use super::axis::Axis;
use super::canvas::{Canvas, PX};
use super::curves::is_drawable;
use super::palette::THIN;
use super::points;
use crate::{Language, Name};

const SIDE: i32 = 320 * PX;
const MARGIN: i32 = 12 * PX;
const GAP: i32 = 12 * PX;

/// How many outputs are named beside the plot.
const MOST_NAMED: usize = 16;

/// The predictions of a network for examples, beside their targets.
#[derive(Debug)]
pub(super) struct Predicted {
    pub(super) outputs: Vec<Name>,
    /// Targets and predictions of each example.
    pub(super) pairs: Vec<(Vec<f64>, Vec<f64>)>,
}

impl Predicted {
    pub(super) fn title(&self, language: &Language) -> String {
        let outputs: Vec<_> = self.outputs.iter().take(MOST_NAMED).map(Name::to_string).collect();
        format!("{}: {}", language.predicted, outputs.join(", "))
    }

    pub(super) fn description(&self, language: &Language) -> String {
        format!("{}: {}", language.examples, self.pairs.len())
    }

    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        if self.pairs.is_empty() {
            return Err(FigureError::Nothing { what: "example" });
        }
        let rows = self.pairs.iter().flat_map(|(y_true, y_pred)| [y_true, y_pred]);
        let mut values = rows.flat_map(|row| self.outputs.iter().zip(row.iter().copied()));
        if let Some((name, value)) = values.find(|&(_, value)| !is_drawable(value)) {
            return Err(FigureError::Value { name: name.to_string(), epoch: None, value });
        }
        let axis = Axis::values(self.pairs.iter().flat_map(|(y_true, y_pred)| y_true.iter().chain(y_pred)).copied());
        let axes = Axes { x: axis, y: axis, width: SIDE, height: SIDE };
        let left = MARGIN + Axes::left(&axis);
        let mut plot = Canvas::default();
        // Where predictions are right.
        plot.line([(0, SIDE), (SIDE, 0)], THIN);
        let places = self.pairs.iter().flat_map(|(y_true, y_pred)| {
            y_true
                .iter()
                .zip(y_pred)
                .enumerate()
                .map(|(output, (&y_true, &y_pred))| (axes.place((y_true, y_pred)), output))
        });
        points::draw(&mut plot, places, sharing);
        axes.draw_frame(&mut plot, (language.actual, language.predicted), left - MARGIN);

        let mut canvas = Canvas { width: left + SIDE + MARGIN, height: MARGIN + SIDE + BELOW, ..Canvas::default() };
        canvas.add(plot, (left, MARGIN));
        if self.outputs.len() > 1 {
            let names: Vec<_> = self.outputs.iter().map(Name::to_string).collect();
            let at = (left + SIDE + 2 * GAP, MARGIN + GAP);
            let (width, _) = points::draw_legend(&mut canvas, at, &names, MOST_NAMED);
            canvas.width = at.0 + width + MARGIN;
        }
        Ok(canvas)
    }
}
