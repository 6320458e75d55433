//! The comparison of a gradient by `backprop` with the slope of the loss.

use super::differences::{Difference, has_kink};
use crate::Name;

/// The largest uncertainty of a slope that can be compared, in units of the tolerance.
const CERTAIN: f64 = 0.5;

/// The two gradients of one parameter.
///
/// ```
/// use mlp_core::gradient_check::Verdict;
/// use mlp_core::{gradient_check, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let check = gradient_check(&Net { w11: 0.5, b1: 0.25 }, [0.5], [0.8])?;
/// let w11 = check.comparisons[0];
/// assert_eq!((w11.parameter, w11.verdict), ("w11".into(), Verdict::Right));
/// assert!((w11.analytic - w11.numeric).abs() < 1e-9);
/// # Ok::<(), mlp_core::GradientCheckError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The name of the parameter, `w11`.
    pub parameter: Name,
    /// ∂L/∂p by `backprop`.
    pub analytic: f64,
    /// ∂L/∂p by finite differences; NaN if the loss is infinite or NaN next to p.
    pub numeric: f64,
    /// Whether the two agree.
    pub verdict: Verdict,
}

/// The verdict on the two gradients of one parameter.
///
/// ```
/// use mlp_core::gradient_check::Verdict;
/// use mlp_core::{gradient_check, mlp};
///
/// mlp!(pub struct Net: 1 => relu(2) => identity(1));
/// // z1 = 0, where relu has its kink; z2 = −1, where it is flat.
/// let net = Net { w11: 1.0, w12: 1.0, b1: -0.5, b2: -1.5, w21: 1.0, w31: 1.0, b3: 0.0 };
/// let check = gradient_check(&net, [0.5], [0.8])?;
/// let names = |verdict| check.parameters(verdict).map(|name| name.to_string()).collect::<Vec<_>>();
/// assert_eq!(names(Verdict::Right), ["b3"]);
/// assert_eq!(names(Verdict::Kink), ["w11", "b1"]);
/// assert_eq!(names(Verdict::TooSmall), ["w12", "b2", "w21", "w31"]);
/// # Ok::<(), mlp_core::GradientCheckError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The gradients agree.
    Right,
    /// The gradients disagree: a derivative is wrong.
    Wrong,
    /// Not compared, because the loss has a kink there, as relu has at 0. Finite differences cannot tell whether
    /// `backprop` is right at a kink.
    Kink,
    /// Not compared, because both gradients are zero, or too small to stand out from the rounding errors of fine steps.
    TooSmall,
}

/// ∂L/∂p by `backprop`, and its estimated rounding error.
#[derive(Clone, Copy)]
pub(super) struct Analytic {
    pub(super) value: f64,
    pub(super) rounding: f64,
}

impl Comparison {
    /// Compares `backprop` with the differences, which start with the finest step.
    pub(super) fn new(parameter: Name, analytic: Analytic, differences: &[Difference], tolerance: f64) -> Self {
        let Analytic { value: analytic, rounding } = analytic;
        let certain = |numeric: f64, uncertainty| uncertainty < CERTAIN * tolerance * numeric.abs().max(analytic.abs());
        let (mut numeric, mut least) = (f64::NAN, f64::INFINITY);
        for (difference, next) in differences.iter().zip(&differences[1..]) {
            let uncertainty = difference.uncertainty(next) + rounding;
            if uncertainty <= least {
                (numeric, least) = (difference.slope, uncertainty);
            } else if certain(numeric, least) {
                break;
            }
        }
        let mut comparison = Self { parameter, analytic, numeric, verdict: Verdict::TooSmall };
        if certain(numeric, least) {
            let right = comparison.relative_error() <= tolerance;
            comparison.verdict = if right { Verdict::Right } else { Verdict::Wrong };
        } else if has_kink(differences) {
            comparison.verdict = Verdict::Kink;
        }
        comparison
    }

    /// |analytic − numeric| / max(|analytic|, |numeric|): 0.5 if one is twice the other, 2 if only the signs differ,
    /// NaN if both are zero.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        (self.analytic - self.numeric).abs() / self.analytic.abs().max(self.numeric.abs())
    }

    pub(super) fn is_compared(&self) -> bool {
        matches!(self.verdict, Verdict::Right | Verdict::Wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slopes of 1 that are uncertain by a share of the tolerance, beside a gradient that is off by three tolerances.
    fn verdict(uncertainty: f64, gradient_rounding: f64) -> Verdict {
        let tolerance = 1e-6;
        let differences = [(); 3].map(|()| Difference::new(1.0, uncertainty * tolerance));
        let analytic = Analytic { value: 1.0 + 3.0 * tolerance, rounding: gradient_rounding * tolerance };
        Comparison::new("w".into(), analytic, &differences, tolerance).verdict
    }

    /// An uncertainty above half the tolerance might hide a right gradient, so nothing is called wrong then.
    #[test]
    fn only_a_certain_slope_is_compared() {
        assert_eq!(verdict(0.0, 0.0), Verdict::Wrong);
        assert_eq!(verdict(0.49, 0.0), Verdict::Wrong);
        assert_eq!(verdict(0.51, 0.0), Verdict::TooSmall);
        assert_eq!(verdict(4.0, 0.0), Verdict::TooSmall);
    }

    #[test]
    fn the_rounding_of_the_gradient_counts() {
        assert_eq!(verdict(0.2, 0.29), Verdict::Wrong);
        assert_eq!(verdict(0.2, 0.31), Verdict::TooSmall);
    }
}
