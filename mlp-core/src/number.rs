//! How numbers are shown to people: in traces, explanations, worksheets, figures and report lines.
//!
//! [`significant`] shows a number with some significant digits, four unless somebody asks for others:
//!
//! * A number that needs no more digits is shown as it is, without zeros at its end: `0.5`, `-3`, `0`. So `0.5` is
//!   one half, up to the rounding of the arithmetic: 1 − 0.9 is shown as `0.1`.
//! * Any other number is rounded, and all its digits are shown: `0.5000` is only near one half.
//! * Rounded numbers are written in powers of ten, `1.235e4` or `2.100e-5`, from 10^digits on, because zeros would stand
//!   for digits that are not known, and below 0.0001. Numbers shown as they are: from a million on, and below 0.0001.
//! * −0 is `0`. NaN and infinity are `NaN`, `∞` and `-∞`.
//!
//! [`Decimals`] is the number in a report line, where the point should not move: four digits after the point, and
//! `2.1e-5` where they would all be zeros.

use core::fmt::{self, Display, Formatter};

use crate::Scalar;

/// The number of significant digits unless somebody asks for others.
#[cfg(feature = "std")]
pub(crate) const DIGITS: usize = 4;

/// A number with this many significant digits. The [module](self) says how it is written.
#[cfg(feature = "std")]
pub(crate) fn significant<T: Scalar>(value: T, digits: usize) -> std::string::String {
    use std::format;

    let digits = digits.max(1);
    let value = if value == T::ZERO { T::ZERO } else { value };
    if !value.is_finite() {
        return if value.to_f64().is_nan() { "NaN" } else { ["∞", "-∞"][usize::from(value < T::ZERO)] }.into();
    }
    let exact = exact(value, digits);
    let is_exact = exact.is_some();
    let scientific = exact.unwrap_or_else(|| format!("{value:.*e}", digits - 1));
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let largest = if is_exact { 6 } else { i32::try_from(digits).unwrap_or(i32::MAX) };
    if !(-4..largest).contains(&exponent) {
        return scientific;
    }
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let mut figures = mantissa.replace('.', "");
    let Ok(before_point) = usize::try_from(exponent + 1) else {
        return format!("{sign}0.{}{figures}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    };
    if before_point == 0 {
        return format!("{sign}0.{figures}");
    }
    while figures.len() < before_point {
        figures.push('0');
    }
    if figures.len() > before_point {
        figures.insert(before_point, '.');
    }
    format!("{sign}{figures}")
}

/// The number in powers of ten, if this many digits are enough, apart from what arithmetic has rounded away.
#[cfg(feature = "std")]
fn exact<T: Scalar>(value: T, digits: usize) -> Option<std::string::String> {
    use std::format;

    let certain = if T::NAME == f32::NAME { 6 } else { 14 };
    let rounded = format!("{value:.*e}", certain - 1);
    let (mantissa, exponent) = rounded.split_once('e')?;
    // The shortest digits that give the same number back, and then those that are certain.
    let candidates =
        [format!("{value:e}"), format!("{}e{exponent}", mantissa.trim_end_matches('0').trim_end_matches('.'))];
    let count = |text: &str| text.chars().take_while(|&letter| letter != 'e').filter(char::is_ascii_digit).count();
    candidates.into_iter().find(|text| count(text) <= digits)
}

/// Half a unit of the last of this many significant digits: the largest error of a number that [`significant`] rounds.
#[cfg(feature = "std")]
pub(crate) fn rounding(value: f64, digits: usize) -> f64 {
    let scientific = std::format!("{value:.*e}", digits.max(1) - 1);
    let exponent = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0);
    let last = i64::from(exponent) + 1 - i64::try_from(digits.max(1)).unwrap_or(i64::MAX);
    std::format!("5e{}", last - 1).parse().unwrap_or(0.0)
}

/// A number in a report line: four digits after the point, or `2.1e-5`. A precision says how many digits after the
/// point there are in any case.
pub(crate) struct Decimals<T>(pub(crate) T);

impl<T: Scalar> Display for Decimals<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let value = self.0;
        // Whatever is smaller than half a unit of the fourth digit would be 0.0000.
        let half_a_unit = T::from_f64(0.000_05);
        match f.precision() {
            Some(digits) => write!(f, "{value:.digits$}"),
            None if value != T::ZERO && -half_a_unit < value && value < half_a_unit => write!(f, "{value:.1e}"),
            None => write!(f, "{value:.4}"),
        }
    }
}

#[cfg(all(test, feature = "std"))]
#[allow(clippy::float_cmp)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_are_short_and_others_have_all_digits() {
        for (value, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.5, "0.5"),
            (0.500_01, "0.5000"),
            (-3.0, "-3"),
            (12.25, "12.25"),
            (0.1 + 0.2, "0.3"),
            (1.0 - 0.9, "0.1"),
            (0.3 + 1e-12, "0.3000"),
            (3.532_6, "3.533"),
            (-0.000_635_7, "-0.0006357"),
            (0.0001, "0.0001"),
            (0.000_123_456, "0.0001235"),
            (0.000_021, "2.1e-5"),
            (0.000_021_000_1, "2.100e-5"),
            (0.999_96, "1.000"),
            (9_999.6, "1.000e4"),
            (1234.0, "1234"),
            (1234.4, "1234"),
            (12_345.0, "1.234e4"),
            (60_000.0, "60000"),
            (-784_000.0, "-784000"),
            (1e6, "1e6"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.798e308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "-∞"),
        ] {
            assert_eq!(significant(value, 4), shown, "{value:e}");
        }
        assert_eq!(significant(0.1_f32, 4), "0.1");
        assert_eq!(significant(1.0 - 0.9_f32, 4), "0.1");
        assert_eq!(significant(0.1, 17), "0.1");
        assert_eq!(significant(1.0 / 3.0, 6), "0.333333");
        assert_eq!(significant(1.0 / 3.0, 0), "0.3");
        assert_eq!(significant(123.456, 2), "1.2e2");
    }

    /// The shown number is within half a unit of its last digit, and an exact one is the number.
    #[test]
    fn what_is_shown_is_near() {
        let mut value = 1e-9_f64;
        while value < 1e9 {
            for digits in 1..8 {
                let shown: f64 = significant(-value, digits).parse().unwrap();
                assert!((shown + value).abs() <= rounding(value, digits) * (1.0 + 1e-9), "{value:e} {shown:e}");
            }
            value *= 1.37;
        }
        assert_eq!(rounding(0.123_4, 4), 0.000_05);
        assert_eq!(rounding(99.996, 4), 0.05);
        assert_eq!(rounding(0.0, 4), 0.000_5);
    }

    #[test]
    fn a_report_never_shows_zero_for_what_is_not() {
        use std::string::ToString as _;

        assert_eq!(Decimals(0.215).to_string(), "0.2150");
        assert_eq!(Decimals(0.000_021).to_string(), "2.1e-5");
        assert_eq!(Decimals(-0.000_049_f32).to_string(), "-4.9e-5");
        assert_eq!(Decimals(0.000_06).to_string(), "0.0001");
        assert_eq!(Decimals(0.0).to_string(), "0.0000");
        assert_eq!(Decimals(f64::NAN).to_string(), "NaN");
        assert_eq!(std::format!("{:.4}", Decimals(0.000_021)), "0.0000");
    }
}
