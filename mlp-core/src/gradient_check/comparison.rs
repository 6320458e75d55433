//! The gradient by `backprop` beside the slope of the loss, and what the two tell.

use super::differences::{Difference, has_kink};
use crate::Name;

/// How uncertain a slope may be, in tolerances, to be compared.
const CERTAIN: f64 = 0.5;

/// The two gradients of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// Its name, `w11`.
    pub parameter: Name,
    /// ∂L/∂p by `backprop`.
    pub analytic: f64,
    /// ∂L/∂p by differences; NaN if the loss is infinite or NaN next to p.
    pub numeric: f64,
    /// What follows.
    pub verdict: Verdict,
}

/// What the two gradients of one parameter tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// They agree.
    Right,
    /// They do not: a derivative is wrong.
    Wrong,
    /// Not compared, because the loss has a kink there, as relu has at 0: whatever `backprop` says, no difference can tell
    /// whether it is right.
    Kink,
    /// Not compared, because both are zero, or too small to be told from rounding errors in steps that are fine enough.
    TooSmall,
}

impl Comparison {
    /// From the differences, finest first.
    pub(super) fn new(parameter: Name, analytic: f64, differences: &[Difference], tolerance: f64) -> Self {
        let certain = |numeric: f64, uncertainty| uncertainty < CERTAIN * tolerance * numeric.abs().max(analytic.abs());
        let (mut numeric, mut least) = (f64::NAN, f64::INFINITY);
        for (difference, next) in differences.iter().zip(&differences[1..]) {
            let uncertainty = difference.uncertainty(next);
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

    /// |analytic − numeric| / max(|analytic|, |numeric|): 0.5 if one is twice the other, 2 if only the signs differ; NaN if
    /// both are zero.
    #[must_use]
    pub fn relative_error(&self) -> f64 {
        (self.analytic - self.numeric).abs() / self.analytic.abs().max(self.numeric.abs())
    }

    pub(super) fn is_compared(&self) -> bool {
        matches!(self.verdict, Verdict::Right | Verdict::Wrong)
    }
}
