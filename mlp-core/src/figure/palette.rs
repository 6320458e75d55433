//! The colours and dashes of figures.
//!
//! A figure is transparent, because an SVG in an `<img>` cannot know the colour of its page. So every colour is seen on
//! white and on black: each has a contrast of at least 3 : 1 with both, and the grey of texts 4.5 : 1 (WCAG 2.2). Any two
//! of the colours differ by at least 12 in CIEDE2000, as seen with normal sight, protanopia, deuteranopia and tritanopia
//! (Machado, Oliveira and Fernandes 2009, severity 1).

use plotters::style::RGBColor;

use super::canvas::{Dash, Stroke};

/// The colour of texts, axes and boundaries.
pub(super) const GREY: RGBColor = RGBColor(0x75, 0x75, 0x75);

/// The colours, in the order in which curves get them. A search chose them, from the first two on.
pub(super) const COLOURS: [RGBColor; 8] = [
    RGBColor(0x1C, 0x72, 0xE0),
    RGBColor(0xD5, 0x5E, 0x00),
    RGBColor(0x00, 0xA8, 0x60),
    RGBColor(0xA8, 0x18, 0x88),
    RGBColor(0xB8, 0x08, 0x20),
    RGBColor(0x10, 0x68, 0x58),
    RGBColor(0xB0, 0x80, 0xB0),
    RGBColor(0x88, 0x90, 0x88),
];

/// The colours of positive and of negative values.
pub(super) const POSITIVE: RGBColor = COLOURS[0];
pub(super) const NEGATIVE: RGBColor = COLOURS[1];

pub(super) const CURVE_STROKE: u32 = 16;
pub(super) const RING_STROKE: u32 = 15;

/// A thin grey line.
pub(super) const THIN: Stroke = Stroke { colour: GREY, width: 10, dash: "" };

/// A line of the grid: dots, because on a transparent page no grey is light.
pub(super) const DOTTED: Stroke = Stroke { colour: GREY, width: 8, dash: "8 42" };

/// The curves after the first eight differ by their dashes.
const DASHES: [Dash; 5] = ["", "70 30", "20 25", "110 30 20 30", "40 20 40 70"];

/// The stroke of the curve at `index` in its panel.
pub(super) fn curve_stroke(index: usize) -> Stroke {
    let (turn, colour) = (index / COLOURS.len(), COLOURS[index % COLOURS.len()]);
    Stroke { colour, width: CURVE_STROKE, dash: DASHES[turn % DASHES.len()] }
}

/// The colour of a signed value.
pub(super) fn colour_of_sign(value: f64) -> RGBColor {
    if value > 0.0 {
        POSITIVE
    } else if value < 0.0 {
        NEGATIVE
    } else {
        GREY
    }
}

/// The shapes of points, as corners around the centre in tenths of the radius.
const SHAPES: [&[(i32, i32)]; 7] = [
    // Square
    &[(-9, -9), (9, -9), (9, 9), (-9, 9)],
    // Triangle
    &[(0, -12), (11, 8), (-11, 8)],
    // Diamond
    &[(0, -13), (10, 0), (0, 13), (-10, 0)],
    // Plus
    &[
        (-3, -11),
        (3, -11),
        (3, -3),
        (11, -3),
        (11, 3),
        (3, 3),
        (3, 11),
        (-3, 11),
        (-3, 3),
        (-11, 3),
        (-11, -3),
        (-3, -3),
    ],
    // Triangle, upside down
    &[(0, 12), (11, -8), (-11, -8)],
    // Bow tie
    &[(-11, -9), (11, 9), (11, -9), (-11, 9)],
    // Hourglass
    &[(-9, -11), (9, -11), (-9, 11), (9, 11)],
];

/// The corners of the points of the class at `index`; `None` for a disc.
pub(super) fn shape(index: usize, (x, y): (i32, i32), radius: i32) -> Option<Vec<(i32, i32)>> {
    let shape = SHAPES.get((index % COLOURS.len()).checked_sub(1)?)?;
    Some(shape.iter().map(|(right, down)| (x + right * radius / 10, y + down * radius / 10)).collect())
}

#[cfg(test)]
mod tests;
