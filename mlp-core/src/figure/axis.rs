//! An axis: the range it covers, and its ticks.
//!
//! Plotters computes its own ticks by logarithms and powers, whose last bit differs from platform to platform, and may
//! loop without end for narrow ranges. The ticks here are decimal numbers, which the standard library parses to the
//! nearest float on every platform.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::math::float;

/// The largest number of intervals between the ticks of an axis.
const MOST_INTERVALS: f64 = 8.0;

/// If a range is narrower than this fraction of its values, it is drawn as a constant: labels would need too many
/// digits.
const NARROWEST: f64 = 1e-6;

/// If all absolute values are smaller than this, they are drawn as zero.
const SMALLEST: f64 = 1e-300;

/// The margin above and below the curves, as a fraction of the range.
const MARGIN: f64 = 0.05;

/// Labels are written out if the exponent of the step is in this range, and in scientific notation otherwise.
const WRITTEN_OUT: Range<i32> = -6..6;

#[derive(Clone, Copy)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    step: Step,
}

impl Axis {
    /// The axis of `count` epochs, with ticks at whole epochs.
    pub(super) fn epochs(count: usize) -> Self {
        let high = float(count);
        Self { low: 0.0, high, step: Step::at_least(high / MOST_INTERVALS, 0) }
    }

    /// An axis that covers all these finite values.
    pub(super) fn values(values: impl Iterator<Item = f64>) -> Self {
        let ends =
            values.map(|value| (value, value)).reduce(|(low, high), (value, _)| (low.min(value), high.max(value)));
        let (low, high) = ends.unwrap_or_default();
        let magnitude = high.max(-low);
        let margin = if magnitude < SMALLEST {
            1.0
        } else if high - low < NARROWEST * magnitude {
            MARGIN * magnitude
        } else {
            MARGIN * (high - low)
        };
        let (low, high) = (low - margin, high + margin);
        Self { low, high, step: Step::at_least((high - low) / MOST_INTERVALS, Step::SMALLEST_EXPONENT) }
    }

    /// The labels of the ticks.
    pub(super) fn labels(&self) -> impl Iterator<Item = String> {
        self.ticks().map(|tick| self.label(tick))
    }

    #[allow(clippy::cast_possible_truncation, reason = "`NARROWEST` bounds the number of steps from zero")]
    fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        let step = self.step;
        let (first, last) = ((self.low / step.size()).ceil() as i64, (self.high / step.size()).floor() as i64);
        (first..=last).map(move |count| step.times(count))
    }

    fn label(&self, tick: f64) -> String {
        if WRITTEN_OUT.contains(&self.step.exponent) {
            let decimals = usize::try_from(-self.step.exponent).unwrap_or(0);
            with_thousands(&format!("{tick:.decimals$}"))
        } else if tick == 0.0 {
            "0".to_owned()
        } else {
            format!("{tick:e}")
        }
    }
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    #[allow(clippy::cast_possible_truncation, reason = "the rounded position lies between the ends")]
    fn map(&self, value: &f64, (start, end): (i32, i32)) -> i32 {
        let part = (value - self.low) / (self.high - self.low);
        start + (part * f64::from(end - start)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _hint: Hint) -> Vec<f64> {
        self.ticks().collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        self.label(*value)
    }
}

/// The distance between ticks: 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy)]
struct Step {
    digit: i64,
    exponent: i32,
}

impl Step {
    const SMALLEST_EXPONENT: i32 = -310;
    const LARGEST: Self = Self { digit: 1, exponent: 308 };

    fn at_least(size: f64, smallest_exponent: i32) -> Self {
        let steps = (smallest_exponent..Self::LARGEST.exponent)
            .flat_map(|exponent| [1, 2, 5].map(|digit| Self { digit, exponent }));
        steps.into_iter().find(|step| step.size() >= size).unwrap_or(Self::LARGEST)
    }

    fn size(self) -> f64 {
        self.times(1)
    }

    fn times(self, count: i64) -> f64 {
        // A number in this form always parses, to the nearest float.
        format!("{}e{}", self.digit * count, self.exponent).parse().unwrap_or(f64::NAN)
    }
}

/// `-1234567.5` becomes `-1,234,567.5`.
fn with_thousands(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut grouped = String::new();
    for (position, character) in number.char_indices() {
        let after_digit = grouped.ends_with(|last: char| last.is_ascii_digit());
        if after_digit && position < whole && (whole - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(character);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis) -> Vec<String> {
        axis.labels().collect()
    }

    fn labels_of(values: &[f64]) -> Vec<String> {
        labels(Axis::values(values.iter().copied()))
    }

    #[test]
    fn epochs_have_whole_ticks() {
        assert_eq!(labels(Axis::epochs(1)), ["0", "1"]);
        assert_eq!(labels(Axis::epochs(3)), ["0", "1", "2", "3"]);
        assert_eq!(labels(Axis::epochs(2000)), ["0", "500", "1,000", "1,500", "2,000"]);
        let thousands = ["0", "200,000", "400,000", "600,000", "800,000", "1,000,000"];
        assert_eq!(labels(Axis::epochs(1_000_000)), thousands);
        assert_eq!(labels(Axis::epochs(6_000_000)), ["0", "1e6", "2e6", "3e6", "4e6", "5e6", "6e6"]);
    }

    #[test]
    fn values_have_ticks_of_the_same_number_of_digits() {
        assert_eq!(labels_of(&[-1.3, 2.2]), ["-1.0", "-0.5", "0.0", "0.5", "1.0", "1.5", "2.0"]);
        assert_eq!(labels_of(&[0.215, 1e-6]), ["0.00", "0.05", "0.10", "0.15", "0.20"]);
        assert_eq!(labels_of(&[-2000.0, 4000.0]), ["-2,000", "-1,000", "0", "1,000", "2,000", "3,000", "4,000"]);
        assert_eq!(labels_of(&[0.0, 4e-9]), ["0", "1e-9", "2e-9", "3e-9", "4e-9"]);
    }

    #[test]
    fn a_constant_is_in_the_middle() {
        for constant in [0.0, 0.1, -7.0, 1e300, -1e300, 5e-324, 1e-300, 1.0] {
            let axis = Axis::values([constant, constant].into_iter());
            assert_eq!(axis.map(&constant, (0, 1000)), 500, "{constant}");
            assert!(axis.labels().count() >= 3, "{constant}");
        }
        // A difference in the last bit of an `f32` is drawn as a constant.
        let axis = Axis::values([1.0, f64::from(1.0 - f32::EPSILON)].into_iter());
        assert_eq!(axis.map(&1.0, (0, 1000)), 500);
    }

    #[test]
    fn every_range_has_ticks_inside_it() {
        let ranges =
            [(-1e300, 1e300), (0.0, 3e-300), (-1.0, -1.0 + 2e-6), (123_456.7, 123_457.7), (0.0, 1e17), (1e-9, 9.0)];
        for (low, high) in ranges {
            let axis = Axis::values([high, low].into_iter());
            let ticks = axis.key_points(0);
            assert!((3..=9).contains(&ticks.len()), "{low}..{high}: {ticks:?}");
            assert!(
                ticks.is_sorted() && axis.range().contains(&ticks[0]) && axis.range().contains(&ticks[ticks.len() - 1])
            );
            let mut labels = labels(axis);
            assert!(labels.iter().all(|label| label.len() <= 12), "{labels:?}");
            labels.dedup();
            assert_eq!(labels.len(), ticks.len(), "{labels:?}");
        }
    }

    #[test]
    fn no_values_have_an_axis_too() {
        assert_eq!(Axis::values([].into_iter()).range(), -1.0..1.0);
    }
}
