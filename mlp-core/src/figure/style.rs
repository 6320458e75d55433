//! The styles of curves: first colours, then colours with markers.

use plotters::style::RGBColor;

/// Colours that were chosen by hand, then moved apart. Their distance in Oklab is at least 0.11 as seen with normal
/// sight, protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009). The contrast with white is at
/// least 2.2 : 1.
const COLOURS: [RGBColor; 10] = [
    RGBColor(0x1E, 0x78, 0xEB),
    RGBColor(0xB8, 0x04, 0x12),
    RGBColor(0xDB, 0xA7, 0x00),
    RGBColor(0x02, 0x67, 0x54),
    RGBColor(0x7A, 0x1D, 0xB3),
    RGBColor(0xFF, 0x6A, 0x99),
    RGBColor(0x54, 0xB4, 0xFF),
    RGBColor(0x50, 0x1D, 0x02),
    RGBColor(0x8B, 0x8B, 0x00),
    RGBColor(0x10, 0x25, 0x52),
];

/// The shapes of markers, as corners around the centre in tenths of the radius.
const SHAPES: [&[(i32, i32)]; 9] = [
    // Square
    &[(-8, -8), (8, -8), (8, 8), (-8, 8)],
    // Triangle
    &[(0, -10), (10, 8), (-10, 8)],
    // Diamond
    &[(0, -12), (9, 0), (0, 12), (-9, 0)],
    // Plus
    &[(-3, -9), (3, -9), (3, -3), (9, -3), (9, 3), (3, 3), (3, 9), (-3, 9), (-3, 3), (-9, 3), (-9, -3), (-3, -3)],
    // Hourglass
    &[(-9, -10), (9, -10), (-9, 10), (9, 10)],
    // Triangle, upside down
    &[(0, 10), (10, -8), (-10, -8)],
    // Bow tie
    &[(-10, -9), (10, 9), (10, -9), (-10, 9)],
    // Cross
    &[(-10, -6), (-6, -10), (0, -4), (6, -10), (10, -6), (4, 0), (10, 6), (6, 10), (0, 4), (-6, 10), (-10, 6), (-4, 0)],
    // Bar
    &[(-4, -12), (4, -12), (4, 12), (-4, 12)],
];

/// The style of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) colour: RGBColor,
    /// The marker, if any: the first ten curves of a panel have none.
    pub(super) marker: Option<Marker>,
}

/// A shape on a curve, filled or hollow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    shape: &'static [(i32, i32)],
    pub(super) filled: bool,
}

impl Style {
    /// The style of the curve at `index` in its panel.
    pub(super) fn of(index: usize) -> Self {
        let (turn, colour) = (index / COLOURS.len(), COLOURS[index % COLOURS.len()]);
        let marker = turn.checked_sub(1).map(Marker::of);
        Self { colour, marker }
    }
}

impl Marker {
    /// The marker of this turn: first all shapes filled, then all hollow, and so on.
    fn of(turn: usize) -> Self {
        Self { shape: SHAPES[turn % SHAPES.len()], filled: (turn / SHAPES.len()).is_multiple_of(2) }
    }

    /// The corners of the marker around `(x, y)`.
    pub(super) fn corners(self, (x, y): (i32, i32), radius: i32) -> Vec<(i32, i32)> {
        self.shape.iter().map(|(right, down)| (x + right * radius / 10, y + down * radius / 10)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_differ_until_the_first_with_a_marker_returns() {
        let styles: Vec<_> = (0..190).map(Style::of).collect();
        for (index, style) in styles.iter().enumerate() {
            assert!(!styles[..index].contains(style), "{index}: {style:?}");
        }
        assert!(styles[..10].iter().all(|style| style.marker.is_none()));
        assert_eq!(Style::of(190), Style::of(10));
    }
}
