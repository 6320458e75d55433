//! Regions and lines of a map, and the scale of its tints.

use plotters::style::RGBColor;

use super::canvas::{Canvas, PX, Place, Point, Stroke, whole};
use super::contour::Field;
use super::palette::{NEGATIVE, THIN};
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
    pub(super) labels: Vec<String>,
}

impl Scale {
    /// Draws the scale, and returns its width.
    pub(super) fn draw(&self, canvas: &mut Canvas, (left, top): Point) -> i32 {
        let Some(height) = i32::try_from(self.bands.len()).ok().and_then(|bands| (SIDE / 2).checked_div(bands)) else {
            return 0;
        };
        let tint = if self.bands.iter().any(|(colour, _)| *colour == NEGATIVE) { TINT } else { TINT * 2 / 3 };
        let mut y = top;
        for &(colour, layers) in &self.bands {
            for _ in 0..layers {
                canvas.rectangle((left, y), (left + SCALE_WIDTH, y + height), colour, tint);
            }
            y += height;
        }
        canvas.line([(left, top), (left + SCALE_WIDTH, top), (left + SCALE_WIDTH, y), (left, y), (left, top)], THIN);
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

fn field(value: &dyn Fn(usize, usize) -> f64) -> Field<'_> {
    Field { columns: GRID, rows: GRID, value }
}

fn in_figure((right, down): (f64, f64)) -> Point {
    let size = f64::from(SIDE) / float(GRID - 1);
    (whole(right * size), whole(down * size))
}

/// Colours the region where the function is at least `level`.
pub(super) fn fill(map: &mut Canvas, value: &dyn Fn(usize, usize) -> f64, level: f64, colour: RGBColor, percent: u8) {
    let mut corners: Vec<Point> = Vec::new();
    for border in field(value).loops(level) {
        let border: Vec<_> = border.into_iter().map(in_figure).collect();
        // All borders in one polygon, with a way to each and back: so holes stay empty.
        corners.extend(&border);
        corners.extend(border.first());
        let start = corners.first().copied();
        corners.extend(start);
    }
    corners.dedup();
    if corners.len() > 2 {
        map.area(corners, colour, percent);
    }
}

pub(super) fn draw_lines(map: &mut Canvas, value: &dyn Fn(usize, usize) -> f64, level: f64, stroke: Stroke) {
    for line in field(value).lines(level) {
        let mut points: Vec<_> = line.into_iter().map(in_figure).collect();
        points.dedup();
        map.line(points, stroke);
    }
}
