//! Points of examples, by their class.

use std::collections::BTreeMap;

use super::canvas::{Canvas, PX, Place, Point, times};
use super::palette::{COLOURS, shape};
use super::text::{SMALL_SIZE, text_width};

const RADIUS: i32 = 4 * PX;
/// In a legend: from a point to its name, and to the next point.
const NAME: i32 = 12 * PX;
const LINE: i32 = 20 * PX;
/// How far a point reaches beyond another of the same place, and how far all of them reach beyond the last.
const RIM: i32 = 3 * PX;
const WIDEST_RIMS: i32 = 9 * PX;

/// How many points the figures of a file have at most, so that it stays small.
const MOST_POINTS: usize = 1200;

/// Draws a point of each class with its name, of at most `most` classes, and returns the width and the height of this.
pub(super) fn draw_legend(canvas: &mut Canvas, (x, y): Point, names: &[String], most: usize) -> Point {
    let (mut below, mut width) = (y, 0);
    let more = names.len().checked_sub(most).filter(|more| *more > 0).map(|more| format!("…, +{more}"));
    for (class, name) in names.iter().take(most).chain(&more).enumerate() {
        if class < most {
            draw_sized(canvas, (x, below), class, RADIUS);
        }
        canvas.text(name, SMALL_SIZE, (x + NAME, below), Place::Right);
        width = width.max(NAME + text_width(name, SMALL_SIZE));
        below += LINE;
    }
    (width, below - y)
}

fn draw_sized(canvas: &mut Canvas, at: Point, class: usize, radius: i32) {
    let colour = COLOURS[class % COLOURS.len()];
    match shape(class, at, radius) {
        Some(corners) => canvas.area(corners, colour, 100),
        None => canvas.disc(at, radius, colour),
    }
}

/// Draws these points, each with its class. Points of one class in the same pixel are drawn once. Several classes there lie
/// upon each other, the first as the largest, so that each can be seen around the next. If there are too many points for
/// a file that `sharing` figures share, only every `n`th place is drawn.
pub(super) fn draw(canvas: &mut Canvas, points: impl Iterator<Item = (Point, usize)>, sharing: usize) {
    let mut places: Vec<(Point, Vec<usize>)> = Vec::new();
    let mut known = BTreeMap::new();
    for (at, class) in points {
        let place = *known.entry((at.0 / PX, at.1 / PX)).or_insert(places.len());
        match places.get_mut(place) {
            Some((_, classes)) if classes.contains(&class) => {}
            Some((_, classes)) => classes.push(class),
            None => places.push((at, vec![class])),
        }
    }
    let marks: usize = places.iter().map(|(_, classes)| classes.len()).sum();
    for (at, classes) in places.iter().step_by((marks * sharing).div_ceil(MOST_POINTS).max(1)) {
        let mut radius = RADIUS + times(classes.len() - 1, RIM).min(WIDEST_RIMS);
        let rim = (radius - RADIUS) / times(classes.len() - 1, 1).max(1);
        for &class in classes {
            draw_sized(canvas, *at, class, radius);
            radius -= rim;
        }
    }
}
