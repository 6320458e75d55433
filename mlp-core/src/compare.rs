//! Compares your own gradients with the crate's: which are right, and in which step is the mistake?
//!
//! Who differentiates by hand, or writes backpropagation as an exercise, gets numbers by name. [`compare_gradients`]
//! takes a whole struct of gradients, [`compare_values`] any numbers of the step by their names.
//!
//! ```
//! use mlp_core::compare::compare_values;
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 1 => 2 => 1);
//! let net = Net { w11: 0.5, w12: -0.25, b1: 0.25, b2: 0.5, w21: 1.0, w31: -0.5, b3: 0.0 };
//! let mine = [("dL_dw21", -0.06353), ("dL_dw11", -0.01199), ("dL_dw12", 0.4), ("dL_db2", 0.8)];
//! let comparison = compare_values(&net, [0.5], [1.0], mine)?;
//!
//! assert!(!comparison.is_right());
//! let cause = comparison.cause.as_ref().unwrap();
//! assert_eq!(cause.names, ["dL_dz2"]);
//! assert!(cause.title.starts_with("Step 7: "));
//! println!("{comparison}");
//! # Ok::<(), mlp_core::compare::CompareError>(())
//! ```

mod cause;

use std::fmt::{self, Display, Formatter};

use crate::equations::Part;
use crate::language::fill;
use crate::number::{DIGITS, significant};
use crate::trace::{Given, UnknownName};
use crate::{Array as _, Language, Network, Scalar, Trace};

pub use cause::Cause;

/// Compares a struct of gradients with those of `backprop`, name by name.
///
/// A gradient is right if its relative error is at most 1e-6 in `f64`, 1e-3 in `f32`. If a gradient is below a millionth of
/// the largest one, its error is relative to that millionth.
///
/// ```
/// use mlp_core::{compare_gradients, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let net = Net { w11: 0.5, b1: 0.25 };
/// // ∂L/∂z1 without the derivative of the sigmoid.
/// let dL_dz1 = net.predict([0.5])[0] - 1.0;
/// let mine = NetGradients { dL_dw11: dL_dz1 * 0.5, dL_db1: dL_dz1 };
/// let comparison = compare_gradients(&net, [0.5], [1.0], &mine)?;
/// assert_eq!(comparison.cause.as_ref().unwrap().names, ["dL_dz1"]);
/// assert!(comparison.to_string().contains("dL_dw11: wrong, -0.1888 instead of -0.04436"));
/// # Ok::<(), mlp_core::compare::CompareError>(())
/// ```
///
/// # Errors
///
/// If one of the network's own gradients is infinite or NaN.
#[allow(non_snake_case)]
pub fn compare_gradients<N: Network>(
    network: &N,
    x: N::Input,
    y_true: N::Output,
    mine: &N::Gradients,
) -> Result<Comparison<N::Scalar>, CompareError> {
    let mut gradients = N::Parameters::zeros();
    N::copy_gradients_into(mine, &mut gradients);
    let names = N::ARCHITECTURE.parameters().map(|parameter| format!("dL_d{}", parameter.name));
    let tolerance = if N::Scalar::NAME == f32::NAME { 1e-3 } else { 1e-6 };
    compare(&trace(network, x, y_true), names.zip(gradients.as_ref().iter().copied()), tolerance)
}

/// Compares your numbers, by name, with the numbers of a training step: derivatives, pre-activations, activations, the
/// loss. More numbers find the mistake more exactly. The [module](self) has an example.
///
/// The numbers may come from a calculator: one is right if its relative error is at most 0.002. If a derivative of the loss
/// is below a millionth of the largest one, its error is relative to that millionth.
///
/// # Errors
///
/// If there are no numbers, if the step computes no quantity of one of the names, if its own value is infinite or NaN, or
/// if a name stands there twice.
pub fn compare_values<N: Network, S: AsRef<str>>(
    network: &N,
    x: N::Input,
    y_true: N::Output,
    mine: impl IntoIterator<Item = (S, N::Scalar)>,
) -> Result<Comparison<N::Scalar>, CompareError> {
    let mine = mine.into_iter().map(|(name, value)| (name.as_ref().to_owned(), value));
    compare(&trace(network, x, y_true), mine, 2e-3)
}

/// Only the update depends on the learning rate, and it is not compared.
fn trace<N: Network>(network: &N, x: N::Input, y_true: N::Output) -> Trace<N::Scalar> {
    network.trace(x, y_true, N::Scalar::ZERO)
}

/// The result of a comparison. Its `Display` says of each value whether it is right, and what the wrong ones have in
/// common.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison<T> {
    /// Each value, in the order in which they were given.
    pub values: Vec<ComparedValue<T>>,
    /// The largest relative error with which a value still counts as right.
    pub tolerance: f64,
    /// The quantities that explain all wrong values. `None` if every value is right, or if nothing explains them together.
    pub cause: Option<Cause<T>>,
    /// The factor by which all wrong values are too large: 2 for a forgotten ½, −1 for a difference the wrong way round.
    /// `None` unless at least two values are wrong and share it.
    pub factor: Option<f64>,
    language: Language,
}

/// A value beside the right one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ComparedValue<T> {
    /// `dL_dw11`
    pub name: String,
    /// The value that was given.
    pub mine: T,
    /// The value that backpropagation has.
    pub expected: T,
    /// Whether the two agree.
    pub is_right: bool,
}

/// Why values could not be compared.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// There is no value.
    #[error("there is no value to compare: give some by name, such as (\"dL_dz1\", 0.25)")]
    NothingGiven,
    /// A name that the step does not have.
    #[error(transparent)]
    UnknownName(#[from] UnknownName),
    /// The name of a parameter.
    #[error("`{name}` is a parameter: the derivative of the loss with respect to it is `dL_d{name}`")]
    Parameter {
        /// The name.
        name: String,
    },
    /// The step itself is not finite there, so that nothing can be compared with it.
    #[error("the step itself gives {value} for `{name}`: a parameter, an input or a target is not finite or too large")]
    NotFinite {
        /// The name of the first such quantity.
        name: String,
        /// `NaN`, `∞` or `-∞`
        value: String,
    },
    /// A name stands there twice.
    #[error("there are two values for `{name}`")]
    Twice {
        /// The name.
        name: String,
    },
}

crate::message::debug_is_message!(CompareError);

fn compare<T: Scalar>(
    trace: &Trace<T>,
    mine: impl Iterator<Item = (String, T)>,
    tolerance: f64,
) -> Result<Comparison<T>, CompareError> {
    let equations: Vec<_> = trace.equations().collect();
    let before_update = trace.sections().iter().filter(|section| section.part != Part::Update);
    let last = before_update.map(|section| section.equations.len()).sum();
    let (mut values, mut places) = (Vec::<ComparedValue<T>>::new(), Vec::new());
    for (name, mine) in mine {
        let Some(place) = trace.place_before(&name, last) else {
            let is_parameter = trace.given_kind(&name) == Some(Given::Parameter);
            return Err(if is_parameter { CompareError::Parameter { name } } else { trace.unknown(&name).into() });
        };
        if places.contains(&place) {
            return Err(CompareError::Twice { name });
        }
        places.push(place);
        let expected = equations[place].value();
        if !expected.is_finite() {
            return Err(CompareError::NotFinite { name, value: significant(expected, DIGITS) });
        }
        values.push(ComparedValue { name, mine, expected, is_right: false });
    }
    if values.is_empty() {
        return Err(CompareError::NothingGiven);
    }
    // What has been rounded away from a sum of large terms is no mistake.
    let is_derivative_of_loss = |name: &str| name.starts_with("dL_d");
    let derivatives = values.iter().filter(|value| is_derivative_of_loss(&value.name));
    let largest = derivatives.map(|value| value.expected.to_f64().abs()).fold(0.0, f64::max);
    for value in &mut values {
        let (mine, expected) = (value.mine.to_f64(), value.expected.to_f64());
        let least = if is_derivative_of_loss(&value.name) { 1e-6 * largest } else { 0.0 };
        let size = expected.abs().max(least);
        value.is_right = value.mine == value.expected || (mine - expected).abs() <= tolerance * size;
    }
    let cause = cause::find(trace, &values, &places);
    let factor = factor(&values, tolerance);
    Ok(Comparison { values, tolerance, cause, factor, language: Language::ENGLISH })
}

/// The quotient of each wrong value by the right one, if all have the same.
fn factor<T: Scalar>(values: &[ComparedValue<T>], tolerance: f64) -> Option<f64> {
    let wrong = values.iter().filter(|value| !value.is_right);
    let quotients: Vec<_> = wrong.map(|value| value.mine.to_f64() / value.expected.to_f64()).collect();
    let (&first, others) = quotients.split_first()?;
    let same = |quotient: &f64| (quotient - first).abs() <= 2.0 * tolerance * first.abs();
    (first.is_finite() && !others.is_empty() && others.iter().all(same)).then_some(first)
}

impl<T: Scalar> Comparison<T> {
    /// Whether every value is right.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.values.iter().all(|value| value.is_right)
    }

    /// The names of the values that are wrong.
    pub fn wrong(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|value| !value.is_right).map(|value| value.name.as_str())
    }

    /// The same comparison in another language.
    #[must_use]
    pub fn language(mut self, language: &Language) -> Self {
        self.language = language.clone();
        if let Some(cause) = &mut self.cause {
            cause.set_language(language);
        }
        self
    }
}

impl<T: Scalar> Display for Comparison<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { values, cause, factor, language, .. } = self;
        let right = values.iter().filter(|value| value.is_right).count();
        let counts = [("right", &*right.to_string()), ("all", &*values.len().to_string())];
        writeln!(f, "{}", fill(language.right_of_all, &counts))?;
        for ComparedValue { name, mine, expected, is_right } in values {
            let [mine, expected] = [mine, expected].map(|&value| significant(value, f.precision().unwrap_or(DIGITS)));
            let template = if *is_right { language.right } else { language.wrong };
            writeln!(f, "  {name}: {}", fill(template, &[("mine", &mine), ("expected", &expected)]))?;
        }
        if let Some(cause) = cause {
            cause.write(f, language)?;
        }
        if let Some(factor) = factor {
            let factor = significant((factor * 1e4).round() / 1e4, DIGITS);
            writeln!(f, "{}", fill(language.common_factor, &[("factor", &factor)]))?;
        }
        Ok(())
    }
}
