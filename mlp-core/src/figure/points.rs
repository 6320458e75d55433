//! Points of examples, by their class.

use std::collections::BTreeSet;

use plotters::style::RGBColor;

use super::canvas::{Canvas, PX, Point};
use super::palette::{COLOURS, shape};

const RADIUS: i32 = 4 * PX;

/// How many points a figure has at most, so that its file stays small.
const MOST_POINTS: usize = 1200;

/// The look of the points of a class.
pub(super) struct Points {
    colour: RGBColor,
    class: usize,
}

impl Points {
    pub(super) fn of_class(class: usize) -> Self {
        Self { colour: COLOURS[class % COLOURS.len()], class }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, at: Point) {
        match shape(self.class, at, RADIUS) {
            Some(corners) => canvas.area(corners, self.colour, 100),
            None => canvas.disc(at, RADIUS, self.colour),
        }
    }
}

/// Draws these points, each with its class. Of points in the same pixel one is drawn; if there are too many, every
/// `n`th.
pub(super) fn draw(canvas: &mut Canvas, points: impl Iterator<Item = (Point, usize)>) {
    let mut seen = BTreeSet::new();
    let apart: Vec<_> = points.filter(|&((x, y), class)| seen.insert((x / PX, y / PX, class))).collect();
    for &(at, class) in apart.iter().step_by(apart.len().div_ceil(MOST_POINTS).max(1)) {
        Points::of_class(class).draw(canvas, at);
    }
}
