//! Gradient check: compares `backprop` with finite differences of the loss.
//!
//! The crate's tests check the derivatives of its own activations and losses. If you write a function of your own, you
//! also write its derivative. [`gradient_check`](fn@gradient_check) finds out whether that is right, and names the
//! parameter whose gradient is off most.
//!
//! ```
//! use mlp_core::{Scalar, StandardNormal, gradient_check, mlp};
//!
//! fn square<T: Scalar>(z: T) -> T {
//!     z * z
//! }
//!
//! /// Wrong: the 2 of 2z is missing.
//! fn square_derivative<T: Scalar>(z: T, _a: T) -> T {
//!     z
//! }
//!
//! mlp!(pub struct Net: 1 => self::square(1) => identity(1), weights = [hidden; output]);
//!
//! fn main() -> Result<(), mlp_core::GradientCheckError> {
//!     let net = Net::random_with(&StandardNormal, &mut mlp_core::rng(1));
//!     let check = gradient_check(&net, [1.0], [0.5])?;
//!     println!("{check}");
//!     assert!(!check.is_right());
//!     // Half of what it should be, in the layer of the activation.
//!     assert!(check.worst.parameter == "hidden" || check.worst.parameter == "b1");
//!     assert!((check.worst.relative_error() - 0.5).abs() < check.tolerance);
//!     Ok(())
//! }
//! ```
//!
//! # The differences
//!
//! For every parameter p, let L(h) be the loss of the example when p is changed by h:
//!
//! ```text
//! slope(h) = (8 (L(h) − L(−h)) − (L(2h) − L(−2h))) / 12h
//! bend(h)  = (4 (L(h) + L(−h)) − (L(2h) + L(−2h)) − 6 L(0)) / 2h
//! ```
//!
//! The slope is ∂L/∂p up to h⁴/30 · ∂⁵L/∂p⁵ (Fornberg, "Generation of finite difference formulas on arbitrarily spaced
//! grids", Mathematics of Computation 51, 1988). At a kink it is the mean of the slopes on both sides, whatever h is,
//! and looks as certain as anywhere else. The bend reveals the kink: it is the slope on the right minus the slope on
//! the left, each from three points. Where L is smooth, the bend vanishes with h³.
//!
//! A small h loses digits to rounding, a large one to the error of the formula or to a kink nearby. So h runs through
//! the powers of two, starting with the finest step, and the slope with the least uncertainty is taken. The uncertainty
//! is |slope(h) − slope(2h)| + ½ |bend(h)| + the rounding error. Once it is small enough for a comparison, the search
//! stops as soon as it rises again, so as not to step over details of L near p.
//!
//! The rounding error of a loss is estimated by backward error analysis (Wilkinson, "Rounding Errors in Algebraic
//! Processes", 1963): as if every parameter and every prediction were a few units in the last place different. So is
//! that of y_pred − y_true in `backprop`, where the loss is computed from the pre-activations. A gradient is not
//! compared if it is so small that the rounding error exceeds the tolerance. Zero equal to zero never counts as a
//! success.

mod comparison;
mod differences;

use core::fmt::{self, Display, Formatter};

use crate::loss;
use crate::network::{Array as _, name_of_not_finite, parameter_names};
use crate::{Name, Network, Scalar as _};
use differences::{Evaluation, Gradients, differences, finest, tolerance};

use comparison::Analytic;
pub use comparison::{Comparison, Verdict};

/// Compares each gradient of `backprop` with the slope of the loss at one example. The [module](mod@self) says how.
///
/// The network is not changed. It is evaluated about 80 times for each parameter.
///
/// A gradient is right if its relative error is within the tolerance: 1e-6 in `f64`, 5e-3 in `f32`. In `f32` many
/// gradients are too small to compare, so check in `f64`: that covers both scalars if your functions are generic over
/// [`Scalar`](crate::Scalar). One example checks only one point: a derivative that is wrong only for negative z shows
/// only where some z is negative. A few random networks and examples are better than one.
///
/// ```
/// use mlp_core::{GradientCheckError, gradient_check, mlp};
///
/// mlp!(pub struct Net: 2 => relu(1) => identity(1));
/// let check = gradient_check(&Net { w11: 0.5, w21: -0.25, b1: 0.5, w31: 2.0, b2: 0.0 }, [1.0, 0.5], [0.0])?;
/// assert!(check.is_right());
///
/// // z1 = 0, where relu has its kink, and a1 = 0: only b2 can be compared.
/// let check = gradient_check(&Net { w11: 0.5, w21: -1.0, b1: 0.0, w31: 2.0, b2: 1.0 }, [1.0, 0.5], [0.0])?;
/// assert!(check.is_right());
/// assert_eq!(check.kinks().collect::<Vec<_>>(), ["w11", "w21", "b1"]);
///
/// // The prediction is the target, so all gradients are 0, which proves nothing.
/// let error = gradient_check(&Net { w11: 0.5, w21: -0.5, b1: 0.25, w31: 2.0, b2: 0.0 }, [1.0, 0.5], [1.0]);
/// assert_eq!(error, Err(GradientCheckError::NothingCompared { kinks: 0, too_small: 5 }));
/// # Ok::<(), GradientCheckError>(())
/// ```
///
/// # Errors
///
/// If a number is infinite or NaN, if the targets do not suit the loss, or if no gradient can be compared. A wrong
/// gradient is a result, not an error.
pub fn gradient_check<N: Network>(
    network: &N,
    x: N::Input,
    y_true: N::Output,
) -> Result<GradientCheck, GradientCheckError> {
    let names = || parameter_names(N::ARCHITECTURE.layers);
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    name_of_not_finite(N::ARCHITECTURE.inputs.iter(), x.as_ref())
        .or_else(|| name_of_not_finite(N::ARCHITECTURE.targets.iter(), y_true.as_ref()))
        .or_else(|| name_of_not_finite(names(), parameters.as_ref()))
        .map_or(Ok(()), |name| Err(GradientCheckError::NotFinite { name }))?;
    let loss = N::ARCHITECTURE.loss;
    if loss::invalid_target(loss.built_in, y_true.as_ref()).is_some() {
        return Err(GradientCheckError::Targets { loss: loss.name });
    }
    let at = Evaluation::new(network, x, y_true);
    if !at.loss.is_finite() {
        return Err(GradientCheckError::Loss);
    }
    let Gradients { values: gradients, roundings } = Gradients::new(network, x, y_true);
    if let Some(parameter) = name_of_not_finite(names(), gradients.as_ref()) {
        return Err(GradientCheckError::Gradient { parameter });
    }

    let tolerance = tolerance::<N::Scalar>();
    let compare = |(index, parameter): (usize, Name)| {
        let value = parameters.as_ref()[index].to_f64();
        let moved = |h: f64| {
            let mut moved = parameters.clone();
            moved.as_mut()[index] = N::Scalar::from_f64(value + h);
            Evaluation::new(&N::from_parameters(&moved), x, y_true)
        };
        let differences = differences(&at, moved, finest(value));
        let analytic = Analytic { value: gradients.as_ref()[index].to_f64(), rounding: roundings[index] };
        Comparison::new(parameter, analytic, &differences, tolerance)
    };
    GradientCheck::new(names().enumerate().map(compare).collect(), tolerance)
}

/// The result of [`gradient_check`](fn@gradient_check). Its `Display` is the verdict with its reasons.
///
/// ```
/// use mlp_core::{gradient_check, mlp};
///
/// mlp!(pub struct Net: 1 => tanh(2) => 1);
/// let check = gradient_check(&Net::random(&mut mlp_core::rng(1)), [0.5], [0.8])?;
/// assert!(check.is_right());
/// assert_eq!(check.comparisons.len(), 7);
/// assert!(check.worst.relative_error() <= check.tolerance);
/// assert!(
///     check.to_string().starts_with("right: backprop agrees with finite differences of the loss\n  7 of 7 gradients")
/// );
/// # Ok::<(), mlp_core::GradientCheckError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GradientCheck {
    /// The comparison with the largest relative error.
    pub worst: Comparison,
    /// One comparison for each parameter, in canonical order.
    pub comparisons: Vec<Comparison>,
    /// The largest relative error with which a gradient still counts as right.
    pub tolerance: f64,
}

impl GradientCheck {
    fn new(comparisons: Vec<Comparison>, tolerance: f64) -> Result<Self, GradientCheckError> {
        let count = |verdict| comparisons.iter().filter(|comparison| comparison.verdict == verdict).count();
        let compared = comparisons.iter().filter(|comparison| comparison.is_compared());
        let worst = compared.max_by(|a, b| a.relative_error().total_cmp(&b.relative_error()));
        match worst {
            Some(&worst) => Ok(Self { worst, comparisons, tolerance }),
            None => Err(GradientCheckError::NothingCompared {
                kinks: count(Verdict::Kink),
                too_small: count(Verdict::TooSmall),
            }),
        }
    }

    /// Whether every gradient that could be compared is right.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.worst.verdict == Verdict::Right
    }

    /// The names of the parameters that were not compared because the loss has a kink there.
    pub fn kinks(&self) -> impl Iterator<Item = Name> {
        self.parameters(Verdict::Kink)
    }

    /// The names of the parameters with this verdict.
    pub fn parameters(&self, verdict: Verdict) -> impl Iterator<Item = Name> {
        let with = self.comparisons.iter().filter(move |comparison| comparison.verdict == verdict);
        with.map(|comparison| comparison.parameter)
    }
}

impl Display for GradientCheck {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { worst, comparisons, tolerance } = self;
        let compared = comparisons.iter().filter(|comparison| comparison.is_compared()).count();
        if self.is_right() {
            writeln!(f, "right: backprop agrees with finite differences of the loss")?;
        } else {
            writeln!(f, "wrong: backprop disagrees with finite differences of the loss; a derivative is wrong")?;
        }
        writeln!(f, "  {compared} of {} gradients could be compared", comparisons.len())?;
        write!(f, "  largest relative error: {:.1e} (tolerance {tolerance:e}), ", worst.relative_error())?;
        write!(f, "for {}: {:.7e} by backprop, ", worst.parameter, worst.analytic)?;
        write!(f, "{:.7e} by differences", worst.numeric)?;
        write_names(f, "wrong", self.parameters(Verdict::Wrong))?;
        write_names(f, "not compared, on a kink", self.kinks())?;
        write_names(f, "not compared, zero or too small", self.parameters(Verdict::TooSmall))
    }
}

/// A line with the names, if there are any.
fn write_names(f: &mut Formatter<'_>, title: &str, names: impl Iterator<Item = Name>) -> fmt::Result {
    let names: Vec<_> = names.map(|name| name.to_string()).collect();
    if names.is_empty() { Ok(()) } else { write!(f, "\n  {title}: {}", names.join(", ")) }
}

/// Why gradients could not be checked.
///
/// ```
/// use mlp_core::{gradient_check, mlp};
///
/// mlp!(pub struct Net: 1 => relu(1) => 1);
/// let net = Net { w11: -1.0, b1: 0.0, w21: 0.5, b2: 0.25 };
/// assert_eq!(gradient_check(&net, [f64::NAN], [0.8]).unwrap_err().to_string(), "x is infinite or not a number");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GradientCheckError {
    /// An input, a target or a parameter is infinite or NaN.
    #[error("{name} is infinite or not a number")]
    NotFinite {
        /// Its name: `x1`, `y_true1`, `w11`.
        name: Name,
    },
    /// The loss compares probabilities, but the targets are not probabilities. Its gradient does not hold for them.
    #[error("the targets must lie between 0 and 1{} for {loss}", if loss::must_sum_to_1(loss) { " and sum to 1" } else { "" })]
    Targets {
        /// The network's loss.
        loss: &'static str,
    },
    /// The loss is infinite or NaN.
    #[error("the loss is infinite or not a number: try smaller parameters or inputs")]
    Loss,
    /// A gradient by `backprop` is infinite or NaN, though the loss is finite.
    #[error(
        "the gradient of {parameter} by backprop is infinite or not a number, though the loss is finite: look at the derivatives"
    )]
    Gradient {
        /// Its parameter's name, `w11`.
        parameter: Name,
    },
    /// No gradient could be compared. Zero equal to zero proves nothing.
    #[error(
        "no gradient could be compared ({kinks} on a kink, {too_small} zero or too small): try other parameters or another example"
    )]
    NothingCompared {
        /// The number of parameters on a kink.
        kinks: usize,
        /// The number of gradients that are zero, or too small to compare.
        too_small: usize,
    },
}

crate::message::debug_is_message!(GradientCheckError);
