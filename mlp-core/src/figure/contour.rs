//! Regions in which a function of two numbers is at least as large as a level, and their borders, by marching squares.

use std::collections::BTreeMap;

/// A place in a field, in columns to the right and rows down.
pub(super) type Place = (f64, f64);

/// A function's values at the points of a grid, row by row.
pub(super) struct Field<'a> {
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) value: &'a dyn Fn(usize, usize) -> f64,
}

/// A side of a square of the grid that a border crosses: the point at its left or upper end, and whether it goes down.
type Side = (usize, usize, bool);

impl Field<'_> {
    /// The borders of the region where the function is at least `level`, each a loop. Inside is to the same hand of all
    /// loops, so loops around holes turn the other way. Loops follow the edge of the grid where the region goes beyond.
    pub(super) fn loops(&self, level: f64) -> Vec<Vec<Place>> {
        let mut next = BTreeMap::new();
        // The grid has a frame of points that are outside every region; `row` and `column` count it in.
        for row in 0..=self.rows {
            for column in 0..=self.columns {
                self.add_square(row, column, level, &mut next);
            }
        }
        let mut loops = Vec::new();
        while let Some((&first, _)) = next.first_key_value() {
            let (mut border, mut side) = (Vec::new(), first);
            while let Some(following) = next.remove(&side) {
                border.push(self.crossing(side, level));
                side = following;
            }
            loops.push(border);
        }
        loops
    }

    /// The parts of the borders that are not on the edge of the grid.
    pub(super) fn lines(&self, level: f64) -> Vec<Vec<Place>> {
        let (right, bottom) = (crate::math::float(self.columns - 1), crate::math::float(self.rows - 1));
        let is_on_edge = |a: Place, b: Place| {
            [0.0, right].iter().any(|&x| a.0 == x && b.0 == x) || [0.0, bottom].iter().any(|&y| a.1 == y && b.1 == y)
        };
        let mut lines = Vec::new();
        for mut border in self.loops(level) {
            let count = border.len();
            // Begin behind a part on the edge, so that no line is cut in two.
            if let Some(start) = (0..count).find(|&index| is_on_edge(border[index], border[(index + 1) % count])) {
                border.rotate_left((start + 1) % count);
            }
            border.extend(border.first().copied());
            let parts = border.chunk_by(|&a, &b| !is_on_edge(a, b));
            lines.extend(parts.filter(|part| part.len() > 1).map(<[Place]>::to_vec));
        }
        lines
    }

    /// The value at a point of the grid with its frame; `None` in the frame.
    fn at(&self, row: usize, column: usize) -> Option<f64> {
        let (row, column) = (row.checked_sub(1)?, column.checked_sub(1)?);
        (row < self.rows && column < self.columns).then(|| (self.value)(column, row))
    }

    /// Adds the pieces of the border in a square, each as the side where it comes in and the side where it goes out.
    fn add_square(&self, row: usize, column: usize, level: f64, next: &mut BTreeMap<Side, Side>) {
        let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
        let values = corners.map(|(row, column)| self.at(row, column));
        let inside = values.map(|value| value.is_some_and(|value| value >= level));
        // Clockwise from the top.
        let sides: [Side; 4] =
            [(row, column, false), (row, column + 1, true), (row + 1, column, false), (row, column, true)];
        // Clockwise around the square, a piece comes in where outside turns to inside, and goes out where it turns back.
        let turns_in = |side: usize| !inside[side] && inside[(side + 1) % 4];
        let turns_out = |side: usize| inside[side] && !inside[(side + 1) % 4];
        let known = values.iter().flatten();
        let middle_is_inside = values.iter().all(Option::is_some) && known.sum::<f64>() / 4.0 >= level;
        for entry in (0..4).filter(|&side| turns_in(side)) {
            let mut exits = (1..4).map(|step| (entry + step) % 4).filter(|&side| turns_out(side));
            // Where two corners across are inside, they are joined if the middle is inside.
            let exit = if middle_is_inside { exits.next_back() } else { exits.next() };
            if let Some(exit) = exit {
                next.insert(sides[entry], sides[exit]);
            }
        }
    }

    /// The point at which the border crosses a side.
    fn crossing(&self, (row, column, goes_down): Side, level: f64) -> Place {
        let end = if goes_down { (row + 1, column) } else { (row, column + 1) };
        let part = match (self.at(row, column), self.at(end.0, end.1)) {
            (Some(first), Some(second)) => (level - first) / (second - first),
            // The border is at the edge of the grid, not in the frame.
            (Some(_), None) => 0.0,
            _ => 1.0,
        };
        let (right, down) = if goes_down { (0.0, part) } else { (part, 0.0) };
        (crate::math::float(column) - 1.0 + right, crate::math::float(row) - 1.0 + down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(rows: &'static [&'static [f64]]) -> (usize, usize, impl Fn(usize, usize) -> f64) {
        (rows[0].len(), rows.len(), |column: usize, row: usize| rows[row][column])
    }

    /// Twice the area, negative if the loop turns the other way.
    fn area(border: &[Place]) -> f64 {
        let next = border.iter().cycle().skip(1);
        border.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
    }

    #[test]
    fn a_region_that_is_everywhere_is_the_grid() {
        let (columns, rows, value) = field(&[&[1.0, 1.0, 1.0], &[1.0, 1.0, 1.0]]);
        let field = Field { columns, rows, value: &value };
        let loops = field.loops(0.5);
        assert_eq!(loops.len(), 1);
        assert_eq!(area(&loops[0]).abs(), 2.0 * 2.0);
        assert_eq!(field.lines(0.5), [[]; 0]);
        assert_eq!(field.loops(2.0), [[]; 0]);
    }

    #[test]
    fn a_border_is_between_the_points() {
        let (columns, rows, value) = field(&[&[0.0, 1.0], &[0.0, 1.0], &[0.0, 1.0]]);
        let field = Field { columns, rows, value: &value };
        let lines = field.lines(0.25);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].iter().all(|place| place.0 == 0.25), "{lines:?}");
        assert_eq!(lines[0].len(), 3);
    }

    #[test]
    fn a_hole_turns_the_other_way() {
        let (columns, rows, value) = field(&[&[1.0, 1.0, 1.0], &[1.0, 0.0, 1.0], &[1.0, 1.0, 1.0]]);
        let field = Field { columns, rows, value: &value };
        let loops = field.loops(0.5);
        let areas: Vec<_> = loops.iter().map(|border| area(border)).collect();
        assert_eq!(areas.len(), 2);
        assert!(areas[0] * areas[1] < 0.0, "{areas:?}");
        assert_eq!(areas.iter().map(|area| area.abs()).fold(0.0, f64::max), 8.0);
        let lines = field.lines(0.5);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].first(), lines[0].last());
    }

    #[test]
    fn corners_across_are_joined_if_the_middle_is_inside() {
        let (columns, rows, value) = field(&[&[1.0, 0.0], &[0.0, 1.0]]);
        let field = Field { columns, rows, value: &value };
        assert_eq!(field.loops(0.4).len(), 1);
        assert_eq!(field.loops(0.6).len(), 2);
    }
}
