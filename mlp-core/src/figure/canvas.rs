//! The parts of a figure: lines, areas, discs and texts at their places.

use plotters::style::RGBColor;

/// A point in the figure: the distance to the right, and down.
pub(super) type Point = (i32, i32);

/// Drawing units per pixel. Plotters' coordinates are integers, and in whole pixels gentle slopes would look like
/// steps.
pub(super) const PX: i32 = 10;

/// A list of marks, the later ones above the earlier ones.
#[derive(Default)]
pub(super) struct Canvas {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) marks: Vec<Mark>,
}

pub(super) enum Mark {
    Line { points: Vec<Point>, stroke: Stroke },
    Area { corners: Vec<Point>, colour: RGBColor, percent: u8 },
    Disc { centre: Point, radius: i32, colour: RGBColor },
    Ring { centre: Point, radius: i32, colour: RGBColor },
    Text { at: Point, text: String, size: i32, place: Place },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stroke {
    pub(super) colour: RGBColor,
    pub(super) width: u32,
    pub(super) dash: Dash,
}

/// Lengths of dashes and gaps, in drawing units, as SVG takes them; empty for a solid line.
pub(super) type Dash = &'static str;

/// Where a text is, seen from its point. Its middle is at the height of the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Right,
    Left,
    Centre,
    /// Centred, and read from below.
    Upwards,
}

impl Canvas {
    pub(super) fn line(&mut self, points: impl Into<Vec<Point>>, stroke: Stroke) {
        self.marks.push(Mark::Line { points: points.into(), stroke });
    }

    pub(super) fn area(&mut self, corners: impl Into<Vec<Point>>, colour: RGBColor, percent: u8) {
        self.marks.push(Mark::Area { corners: corners.into(), colour, percent });
    }

    pub(super) fn rectangle(&mut self, (left, top): Point, (right, bottom): Point, colour: RGBColor, percent: u8) {
        self.area([(left, top), (right, top), (right, bottom), (left, bottom)], colour, percent);
    }

    pub(super) fn outline(&mut self, (left, top): Point, (right, bottom): Point, stroke: Stroke) {
        self.line([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], stroke);
    }

    pub(super) fn disc(&mut self, centre: Point, radius: i32, colour: RGBColor) {
        self.marks.push(Mark::Disc { centre, radius, colour });
    }

    pub(super) fn ring(&mut self, centre: Point, radius: i32, colour: RGBColor) {
        self.marks.push(Mark::Ring { centre, radius, colour });
    }

    pub(super) fn text(&mut self, text: impl Into<String>, size: i32, at: Point, place: Place) {
        self.marks.push(Mark::Text { at, text: printable(&text.into()), size, place });
    }

    /// How many points the lines and areas have.
    pub(super) fn points(&self) -> usize {
        let points = |mark: &Mark| match mark {
            Mark::Line { points, .. } | Mark::Area { corners: points, .. } => points.len(),
            Mark::Disc { .. } | Mark::Ring { .. } | Mark::Text { .. } => 0,
        };
        self.marks.iter().map(points).sum()
    }

    /// Canvases in rows of `columns`, each in the middle of its column and of its row, with gaps between them.
    pub(super) fn in_rows(canvases: Vec<Self>, columns: usize, gap: i32) -> Self {
        let in_column = |column: usize| canvases.iter().skip(column).step_by(columns);
        let widths: Vec<_> = (0..columns.min(canvases.len()))
            .map(|column| in_column(column).map(|canvas| canvas.width).max().unwrap_or(0))
            .collect();
        let mut rows = Self { width: widths.iter().map(|width| width + gap).sum::<i32>() - gap, ..Self::default() };
        let mut canvases = canvases.into_iter();
        while !canvases.as_slice().is_empty() {
            let row = canvases.as_slice().iter().take(columns).map(|canvas| canvas.height);
            let (height, mut left) = (row.max().unwrap_or(0), 0);
            for (width, canvas) in widths.iter().zip(canvases.by_ref()) {
                let inside = (left + (width - canvas.width) / 2, rows.height + (height - canvas.height) / 2);
                rows.add(canvas, inside);
                left += width + gap;
            }
            rows.height += height + gap;
        }
        rows.height -= gap;
        rows
    }

    /// Adds the marks of another canvas, moved by `(right, down)`.
    pub(super) fn add(&mut self, other: Self, (right, down): Point) {
        let moved = |(x, y): Point| (x + right, y + down);
        self.marks.extend(other.marks.into_iter().map(|mark| match mark {
            Mark::Line { points, stroke } => Mark::Line { points: points.into_iter().map(moved).collect(), stroke },
            Mark::Area { corners, colour, percent } => {
                Mark::Area { corners: corners.into_iter().map(moved).collect(), colour, percent }
            }
            Mark::Disc { centre, radius, colour } => Mark::Disc { centre: moved(centre), radius, colour },
            Mark::Ring { centre, radius, colour } => Mark::Ring { centre: moved(centre), radius, colour },
            Mark::Text { at, text, size, place } => Mark::Text { at: moved(at), text, size, place },
        }));
    }
}

/// `count` times `size`, without overflow.
pub(super) fn times(count: usize, size: i32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).saturating_mul(size)
}

/// The nearest whole number; beyond the ends of `i32`, the end.
#[allow(clippy::cast_possible_truncation, reason = "`as` saturates")]
pub(super) fn whole(place: f64) -> i32 {
    place.round() as i32
}

/// The text with a space for each character that has no place in XML, not even escaped.
pub(super) fn printable(text: &str) -> String {
    text.replace(|character: char| character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}'), " ")
}
