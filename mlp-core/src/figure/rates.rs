//! Curves in the unit square: ROC, precision over recall, calibration.

use super::FigureError;
use super::axes::{Axes, BELOW};
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Point, times};
use super::curve::{simplify, thin_line};
use super::palette::{THIN, curve_stroke};
use super::text::{SMALL_SIZE, shortened, text_width};
use crate::Language;
use crate::number::significant;

const SIDE: i32 = 320 * PX;
const MARGIN: i32 = 12 * PX;
const GAP: i32 = 12 * PX;
/// In the legend: the length of a line, its distance to the name, and to the next line.
const SAMPLE: i32 = 24 * PX;
const LINE: i32 = 20 * PX;
const WIDEST_NAME: i32 = 240 * PX;
const RADIUS: i32 = 4 * PX;

/// How many curves are named beside the plot.
const MOST_NAMED: usize = 14;

/// How many points the curves of a file have at most, so that it stays small.
const MOST_POINTS: usize = 14_000;

/// A curve of more points has no discs.
const MOST_DISCS: usize = 100;

/// The digits of an area under a curve.
const DIGITS: usize = 3;

/// Curves of rates between 0 and 1.
#[derive(Debug)]
pub(super) struct Rates {
    pub(super) kind: Kind,
    pub(super) curves: Vec<Rate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Roc,
    PrecisionRecall,
    Calibration,
}

/// A curve with its name.
#[derive(Debug)]
pub(super) struct Rate {
    pub(super) name: String,
    /// The number that sums the curve up: the area under it, or the average precision.
    pub(super) summary: Option<f64>,
    /// From left to right.
    pub(super) points: Vec<(f64, f64)>,
}

impl Rates {
    pub(super) fn title(&self, language: &Language) -> String {
        match self.kind {
            Kind::Roc => language.roc_curve,
            Kind::PrecisionRecall => language.precision_recall_curve,
            Kind::Calibration => language.calibration_curve,
        }
        .to_owned()
    }

    pub(super) fn description(&self, language: &Language) -> String {
        let mut labels: Vec<_> = self.curves.iter().take(MOST_NAMED).map(|curve| self.label(curve, language)).collect();
        if self.curves.len() > MOST_NAMED {
            labels.push("…".to_owned());
        }
        format!("{}: {}", self.title(language), labels.join("; "))
    }

    fn label(&self, curve: &Rate, language: &Language) -> String {
        let Some(summary) = curve.summary else { return curve.name.clone() };
        let what = if self.kind == Kind::Roc { language.area_under_curve } else { language.average_precision };
        let summary = format!("{what} {}", significant(summary, DIGITS));
        if curve.name.is_empty() { summary } else { format!("{}: {summary}", curve.name) }
    }

    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        if self.curves.iter().all(|curve| curve.points.is_empty()) {
            return Err(FigureError::Nothing { what: "curve" });
        }
        let axis = Axis::between(0.0, 1.0);
        let axes = Axes { x: axis, y: axis, width: SIDE, height: SIDE };
        let left = MARGIN + Axes::left(&axis);
        let mut plot = Canvas::default();
        axes.draw_grid(&mut plot);
        // Chance, or a perfect calibration.
        if self.kind != Kind::PrecisionRecall {
            plot.line([(0, SIDE), (SIDE, 0)], THIN);
        }
        for (index, line) in self.lines(&axes, sharing).into_iter().enumerate() {
            let stroke = curve_stroke(index);
            if self.kind == Kind::Calibration && line.len() * self.curves.len() * sharing <= MOST_DISCS {
                for &point in &line {
                    plot.disc(point, RADIUS, stroke.colour);
                }
            }
            plot.line(line, stroke);
        }
        let titles = match self.kind {
            Kind::Roc => (language.false_positive_rate, language.true_positive_rate),
            Kind::PrecisionRecall => (language.recall, language.precision),
            Kind::Calibration => (language.predicted_probability, language.actual_share),
        };
        axes.draw_frame(&mut plot, titles, left - MARGIN);

        let mut canvas = Canvas { width: left + SIDE + MARGIN, height: MARGIN + SIDE + BELOW, ..Canvas::default() };
        canvas.add(plot, (left, MARGIN));
        let width = self.draw_legend(&mut canvas, (left + SIDE + 2 * GAP, MARGIN + GAP), language);
        canvas.width += if width > 0 { 2 * GAP + width } else { 0 };
        Ok(canvas)
    }

    /// The curves as lines in the plot, together not too long for a file that `sharing` figures share.
    fn lines(&self, axes: &Axes, sharing: usize) -> Vec<Vec<Point>> {
        let line = |curve: &Rate| {
            let places: Vec<_> = curve.points.iter().map(|&point| axes.place(point)).collect();
            if self.kind == Kind::Calibration && places.len() <= MOST_DISCS { places } else { simplify(&places) }
        };
        let mut lines: Vec<_> = self.curves.iter().map(line).collect();
        let mut column = PX;
        while lines.iter().map(Vec::len).sum::<usize>() > MOST_POINTS / sharing && column < SIDE {
            for line in &mut lines {
                *line = thin_line(line, column);
            }
            column *= 2;
        }
        lines
    }

    /// Draws the names of the curves, and returns the width of this.
    fn draw_legend(&self, canvas: &mut Canvas, (x, y): Point, language: &Language) -> i32 {
        let more = self.curves.len().checked_sub(MOST_NAMED).filter(|more| *more > 0).map(|more| format!("…, +{more}"));
        let labels = self.curves.iter().take(MOST_NAMED).map(|curve| self.label(curve, language)).chain(more);
        let mut width = 0;
        for (index, label) in labels.enumerate().filter(|(_, label)| !label.is_empty()) {
            let below = y + times(index, LINE);
            if index < MOST_NAMED {
                canvas.line([(x, below), (x + SAMPLE, below)], curve_stroke(index));
            }
            let label = shortened(&label, SMALL_SIZE, WIDEST_NAME);
            width = width.max(SAMPLE + GAP / 2 + text_width(&label, SMALL_SIZE));
            canvas.text(label, SMALL_SIZE, (x + SAMPLE + GAP / 2, below), Place::Right);
        }
        width
    }
}
