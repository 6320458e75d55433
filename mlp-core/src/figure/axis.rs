//! An axis: the range it covers, and its ticks.
//!
//! Plotters computes its own ticks by logarithms and powers, whose last bit differs from platform to platform, and may
//! loop without end for narrow ranges. The ticks here are decimal numbers, which the standard library parses to the
//! nearest float on every platform. Logarithms are the crate libm's.

use std::ops::Range;

use super::canvas::whole;
use super::text::with_thousands;
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

#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    step: Step,
    is_logarithmic: bool,
}

impl Axis {
    /// The axis of `count` epochs, with ticks at whole epochs.
    pub(super) fn epochs(count: usize) -> Self {
        let high = float(count);
        Self { low: 0.0, high, step: Step::at_least(high / MOST_INTERVALS, 0), is_logarithmic: false }
    }

    /// An axis that covers all these finite values.
    pub(super) fn values(values: impl Iterator<Item = f64>) -> Self {
        Self::around(ends(values))
    }

    /// An axis with these ends inside it.
    fn around((low, high): (f64, f64)) -> Self {
        let magnitude = high.max(-low);
        let margin = if magnitude < SMALLEST {
            1.0
        } else if high - low < NARROWEST * magnitude {
            MARGIN * magnitude
        } else {
            MARGIN * (high - low)
        };
        Self::between(low - margin, high + margin)
    }

    /// An axis from 0 that covers all these finite values, for what is compared with 0. If one of them is negative, it
    /// is as if it were not compared.
    pub(super) fn from_zero(values: impl Iterator<Item = f64>) -> Self {
        match ends(values) {
            (0.0.., high) if high > SMALLEST => Self::between(0.0, (1.0 + MARGIN) * high),
            (0.0.., _) => Self::between(0.0, 1.0),
            ends => Self::around(ends),
        }
    }

    /// A logarithmic axis that covers all these positive values.
    pub(super) fn logarithmic(values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = ends(values.map(libm::log10));
        let margin = if high - low < NARROWEST { 0.5 } else { MARGIN * (high - low) };
        let (low, high) = (low - margin, high + margin);
        Self { low, high, step: Step::at_least((high - low) / MOST_INTERVALS, 0), is_logarithmic: true }
    }

    /// A linear axis with these ends.
    pub(super) fn between(low: f64, high: f64) -> Self {
        let step = Step::at_least((high - low) / MOST_INTERVALS, Step::SMALLEST_EXPONENT);
        Self { low, high, step, is_logarithmic: false }
    }

    /// The place of a value on an axis that goes from `start` to `end` in the figure.
    pub(super) fn place(&self, value: f64, start: i32, end: i32) -> i32 {
        let value = if self.is_logarithmic { libm::log10(value) } else { value };
        let part = (value - self.low) / (self.high - self.low);
        start + whole(part * f64::from(end - start))
    }

    /// The ticks with their labels.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        if self.is_logarithmic {
            return self.logarithmic_ticks();
        }
        self.multiples().map(|tick| (tick, self.label(tick))).collect()
    }

    /// Powers of ten; if there are few, their multiples too.
    fn logarithmic_ticks(&self) -> Vec<(f64, String)> {
        let digits: &[i64] = match self.high - self.low {
            ..0.5 => &[1, 2, 3, 4, 5, 6, 7, 8, 9],
            ..2.0 => &[1, 2, 5],
            _ => &[1],
        };
        let every = whole(self.step.size());
        let exponents = (whole(self.low) - 1..=whole(self.high) + 1).filter(|exponent| exponent % every == 0);
        let ticks = exponents.flat_map(|exponent| digits.iter().map(move |&digit| Step { digit, exponent }));
        let inside = ticks.filter(|tick| (self.low..=self.high).contains(&libm::log10(tick.size())));
        inside.map(|tick| (tick.size(), tick.label())).collect()
    }

    #[allow(clippy::cast_possible_truncation, reason = "`NARROWEST` bounds the number of steps from zero")]
    fn multiples(&self) -> impl Iterator<Item = f64> + use<> {
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

/// The smallest and the largest of these values.
fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let ends = values.map(|value| (value, value)).reduce(|(low, high), (value, _)| (low.min(value), high.max(value)));
    ends.unwrap_or_default()
}

/// The distance between ticks: 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, Debug)]
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

    /// The size as a label: `0.001`, `1e-5`.
    fn label(self) -> String {
        if (-4..5).contains(&self.exponent) {
            with_thousands(&self.size().to_string())
        } else {
            format!("{:e}", self.size())
        }
    }

    fn times(self, count: i64) -> f64 {
        // A number in this form always parses, to the nearest float.
        format!("{}e{}", self.digit * count, self.exponent).parse().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|(_, label)| label).collect()
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
            assert_eq!(axis.place(constant, 0, 1000), 500, "{constant}");
            assert!(axis.ticks().len() >= 3, "{constant}");
        }
        // A difference in the last bit of an `f32` is drawn as a constant.
        let axis = Axis::values([1.0, f64::from(1.0 - f32::EPSILON)].into_iter());
        assert_eq!(axis.place(1.0, 0, 1000), 500);
    }

    #[test]
    fn every_range_has_ticks_inside_it() {
        let ranges =
            [(-1e300, 1e300), (0.0, 3e-300), (-1.0, -1.0 + 2e-6), (123_456.7, 123_457.7), (0.0, 1e17), (1e-9, 9.0)];
        for (low, high) in ranges {
            let axis = Axis::values([high, low].into_iter());
            let ticks: Vec<_> = axis.ticks().into_iter().map(|(tick, _)| tick).collect();
            assert!((3..=9).contains(&ticks.len()), "{low}..{high}: {ticks:?}");
            assert!(ticks.is_sorted() && axis.low <= ticks[0] && ticks[ticks.len() - 1] <= axis.high);
            let mut labels = labels(axis);
            assert!(labels.iter().all(|label| label.len() <= 12), "{labels:?}");
            labels.dedup();
            assert_eq!(labels.len(), ticks.len(), "{labels:?}");
        }
    }

    #[test]
    fn losses_are_compared_with_zero() {
        let labels_of = |values: &[f64]| labels(Axis::from_zero(values.iter().copied()));
        assert_eq!(labels_of(&[0.8, 0.9]), ["0.0", "0.2", "0.4", "0.6", "0.8"]);
        assert_eq!(labels_of(&[0.0]), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels_of(&[-1.0, 1.0]), labels(Axis::values([-1.0, 1.0].into_iter())));
        assert_eq!(Axis::from_zero([1.0, 0.5].into_iter()).place(0.0, 700, 100), 700);
    }

    #[test]
    fn logarithms_have_powers_of_ten() {
        let labels_of = |values: &[f64]| labels(Axis::logarithmic(values.iter().copied()));
        assert_eq!(labels_of(&[0.2, 2e-6]), ["1e-5", "0.0001", "0.001", "0.01", "0.1"]);
        assert_eq!(labels_of(&[0.3, 0.04]), ["0.05", "0.1", "0.2"]);
        assert_eq!(labels_of(&[5.0, 4.0]), ["4", "5"]);
        assert_eq!(labels_of(&[1e-300, 1.0]), ["1e-300", "1e-250", "1e-200", "1e-150", "1e-100", "1e-50", "1"]);
        for constant in [1e-300, 0.5, 1.0, 3e99] {
            assert!(!labels_of(&[constant]).is_empty(), "{constant}");
        }
        let axis = Axis::logarithmic([1.0, 0.01].into_iter());
        assert_eq!(axis.place(0.1, 0, 1000), 500);
    }

    #[test]
    fn no_values_have_an_axis_too() {
        let axis = Axis::values([].into_iter());
        assert_eq!((axis.low, axis.high), (-1.0, 1.0));
    }
}
