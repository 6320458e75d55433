//! Reduces a long curve to a short line that looks the same.

use super::canvas::Point;
use crate::Scalar;

/// The largest distance of a left-out point from the line, in drawing units.
const TOLERANCE: i32 = 1;

/// The epochs to draw for a curve that is `columns` wide: the first, the last, and in each column those with the lowest
/// and the highest value.
pub(super) fn thin<T: Scalar>(values: &[T], columns: usize) -> Vec<usize> {
    let Some(last) = values.len().checked_sub(1) else { return Vec::new() };
    let width = values.len().div_ceil(columns);
    let mut epochs = vec![0];
    for (column, values) in values.chunks(width).enumerate() {
        let (lowest, highest) = extremes(values);
        epochs.extend([lowest.min(highest), lowest.max(highest)].map(|epoch| column * width + epoch));
    }
    epochs.push(last);
    epochs.dedup();
    epochs
}

/// The indices of the lowest and the highest value.
fn extremes<T: Scalar>(values: &[T]) -> (usize, usize) {
    let (mut lowest, mut highest) = (0, 0);
    for (index, value) in values.iter().enumerate() {
        if *value < values[lowest] {
            lowest = index;
        }
        if *value > values[highest] {
            highest = index;
        }
    }
    (lowest, highest)
}

/// Leaves out points that are within the tolerance of the line between their neighbours. Points come from left to
/// right.
pub(super) fn simplify(points: &[Point]) -> Vec<Point> {
    let Some(&first) = points.first() else { return Vec::new() };
    let mut kept = vec![first];
    let (mut from, mut last, mut cone) = (first, first, Cone::OPEN);
    for &point in points {
        if point.0 == from.0 || !cone.contains(from, point) {
            kept.push(last);
            (from, cone) = (last, Cone::OPEN);
        }
        cone.narrow(from, point);
        last = point;
    }
    kept.push(last);
    kept.dedup();
    kept
}

/// Leaves of each column of this width the highest and the lowest point, and of the whole line its ends. Points come from
/// left to right.
pub(super) fn thin_line(points: &[Point], column: i32) -> Vec<Point> {
    let mut kept: Vec<_> = points.first().copied().into_iter().collect();
    for points in points.chunk_by(|a, b| a.0 / column == b.0 / column) {
        let heights: Vec<_> = points.iter().map(|point| f64::from(point.1)).collect();
        let (lowest, highest) = extremes(&heights);
        kept.extend([lowest.min(highest), lowest.max(highest)].map(|index| points[index]));
    }
    kept.extend(points.last());
    kept.dedup();
    kept
}

/// The range of slopes of the lines from one point that pass all later points within the tolerance.
#[derive(Clone, Copy)]
struct Cone {
    least: f64,
    greatest: f64,
}

impl Cone {
    const OPEN: Self = Self { least: f64::NEG_INFINITY, greatest: f64::INFINITY };

    fn contains(self, from: Point, to: Point) -> bool {
        let slope = slope(from, to, 0);
        self.least <= slope && slope <= self.greatest
    }

    fn narrow(&mut self, from: Point, to: Point) {
        if to.0 > from.0 {
            self.least = self.least.max(slope(from, to, -TOLERANCE));
            self.greatest = self.greatest.min(slope(from, to, TOLERANCE));
        }
    }
}

fn slope(from: Point, to: Point, shift: i32) -> f64 {
    f64::from(to.1 + shift - from.1) / f64::from(to.0 - from.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_curves_keep_every_epoch() {
        assert_eq!(thin(&[3.0, 1.0, 2.0], 640), [0, 1, 2]);
        assert_eq!(thin(&[3.0], 640), [0]);
        assert_eq!(thin::<f64>(&[], 640), [0; 0]);
    }

    #[test]
    fn long_curves_keep_ends_and_extremes() {
        let mut values = vec![0.5_f32; 100_001];
        (values[54_321], values[54_322], values[777]) = (9.0, -9.0, 1.0);
        let epochs = thin(&values, 640);
        assert!([0, 777, 54_321, 54_322, 100_000].iter().all(|epoch| epochs.contains(epoch)), "{epochs:?}");
        assert!(epochs.is_sorted() && epochs.len() <= 2 * 640 + 2);
    }

    #[test]
    fn straight_lines_need_two_points() {
        let line: Vec<_> = (0..1000).map(|x| (x, 2 * x + 7)).collect();
        assert_eq!(simplify(&line), [(0, 7), (999, 2005)]);
        assert_eq!(simplify(&[(0, 0), (5, 0), (10, 0), (15, 20), (20, 40)]), [(0, 0), (10, 0), (20, 40)]);
        assert_eq!(simplify(&[(3, 4)]), [(3, 4)]);
        assert_eq!(simplify(&[]), []);
    }

    #[test]
    fn thinned_lines_keep_ends_and_extremes() {
        let wave: Vec<_> = (0..6400).map(|x| (x, if x == 777 { -900 } else { x % 2 * 500 })).collect();
        let thinned = thin_line(&wave, 160);
        assert!(thinned.len() <= 2 * 40 + 2 && thinned.is_sorted_by_key(|point| point.0));
        assert!([(0, 0), (777, -900), (6399, 500)].iter().all(|point| thinned.contains(point)), "{thinned:?}");
        assert_eq!(thin_line(&[(3, 4)], 10), [(3, 4)]);
        assert_eq!(thin_line(&[], 10), []);
    }

    #[test]
    fn peaks_in_one_column_stay() {
        let spike = [(0, 0), (0, 90), (0, 50), (1, 50), (1, -70), (1, 20), (2, 20)];
        let kept = simplify(&spike);
        assert!(kept.contains(&(0, 90)) && kept.contains(&(1, -70)), "{kept:?}");
    }

    #[test]
    fn what_is_left_out_is_close_to_the_line() {
        let parabola: Vec<_> = (0..2000).map(|x| (x, x * x / 900)).collect();
        let kept = simplify(&parabola);
        assert!(kept.len() < 200, "{}", kept.len());
        for &(x, y) in &parabola {
            let next = kept.iter().position(|point| point.0 >= x).unwrap();
            let (before, after) = (kept[next.saturating_sub(1)], kept[next]);
            if x != after.0 {
                let line = f64::from(before.1) + slope(before, after, 0) * f64::from(x - before.0);
                assert!((line - f64::from(y)).abs() <= f64::from(TOLERANCE) + 1e-9, "({x}, {y}): {line}");
            }
        }
    }
}
