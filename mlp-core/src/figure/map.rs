//! Regions and lines of a map, and the scale of its tints.

use plotters::style::RGBColor;

use super::canvas::{Canvas, PX, Place, Point, Stroke, whole};
use super::contour::Field;
use super::palette::THIN;
use super::text::{SMALL_SIZE, text_width};
use crate::math::float;

/// How many points the grid has in each direction.
pub(super) const GRID: usize = 81;
/// The size of a map.
pub(super) const SIDE: i32 = 320 * PX;
pub(super) const GAP: i32 = 12 * PX;
/// How much a level colours what is beyond it, in percent.
pub(super) const TINT: u8 = 12;
const SCALE_WIDTH: i32 = 14 * PX;

/// The key to the tints of a map: bands from the top, and the numbers between them.
#[derive(Default)]
pub(super) struct Scale {
    /// A colour, and how many times it is laid on.
    pub(super) bands: Vec<(RGBColor, usize)>,
    /// How much a layer colours, in percent.
    pub(super) tint: u8,
    pub(super) labels: Vec<String>,
}

impl Scale {
    /// Draws the scale, and returns its width.
    pub(super) fn draw(&self, canvas: &mut Canvas, (left, top): Point) -> i32 {
        let Some(height) = i32::try_from(self.bands.len()).ok().and_then(|bands| (SIDE / 2).checked_div(bands)) else {
            return 0;
        };
        let mut y = top;
        for &(colour, layers) in &self.bands {
            for _ in 0..layers {
                canvas.rectangle((left, y), (left + SCALE_WIDTH, y + height), colour, self.tint);
            }
            y += height;
        }
        canvas.outline((left, top), (left + SCALE_WIDTH, y), THIN);
        let mut y = top;
        for label in &self.labels {
            y += height;
            canvas.line([(left + SCALE_WIDTH, y), (left + SCALE_WIDTH + GAP / 3, y)], THIN);
            canvas.text(label, SMALL_SIZE, (left + SCALE_WIDTH + GAP / 2, y), Place::Right);
        }
        let label = self.labels.iter().map(|label| text_width(label, SMALL_SIZE)).max().unwrap_or(0);
        SCALE_WIDTH + GAP + label
    }
}

/// A map that is being drawn. Its grid takes every `step`th point of the whole one.
pub(super) struct Map {
    pub(super) canvas: Canvas,
    step: usize,
}

impl Map {
    pub(super) fn new(step: usize) -> Self {
        Self { canvas: Canvas::default(), step }
    }

    /// Passes the function at the points of this grid to `look`.
    fn field<R>(&self, value: &dyn Fn(usize, usize) -> f64, look: impl Fn(Field<'_>) -> R) -> R {
        let points = (GRID - 1) / self.step + 1;
        let value = |column, row| value(column * self.step, row * self.step);
        look(Field { columns: points, rows: points, value: &value })
    }

    fn in_figure(&self, (right, down): (f64, f64)) -> Point {
        let size = f64::from(SIDE) / float(GRID - 1) * float(self.step);
        (whole(right * size), whole(down * size))
    }

    /// Colours the region where the function is at least `level`.
    pub(super) fn fill(&mut self, value: &dyn Fn(usize, usize) -> f64, level: f64, colour: RGBColor, percent: u8) {
        let mut corners: Vec<Point> = Vec::new();
        for border in self.field(value, |field| field.loops(level)) {
            let border: Vec<_> = border.into_iter().map(|place| self.in_figure(place)).collect();
            // All borders in one polygon, with a way to each and back: so holes stay empty.
            corners.extend(&border);
            corners.extend(border.first());
            let start = corners.first().copied();
            corners.extend(start);
        }
        corners.dedup();
        if corners.len() > 2 {
            self.canvas.area(corners, colour, percent);
        }
    }

    pub(super) fn draw_lines(&mut self, value: &dyn Fn(usize, usize) -> f64, level: f64, stroke: Stroke) {
        for line in self.field(value, |field| field.lines(level)) {
            let mut points: Vec<_> = line.into_iter().map(|place| self.in_figure(place)).collect();
            points.dedup();
            self.canvas.line(points, stroke);
        }
    }
}
