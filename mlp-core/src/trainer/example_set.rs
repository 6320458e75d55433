//! The set that an example belongs to.

use core::fmt::{self, Display, Formatter};

/// The set that an example belongs to: training or validation.
///
/// ```
/// use mlp_core::trainer::ExampleSet;
/// use mlp_core::{GradientDescent, TrainError, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let mut net = Net { w11: 0.5, b1: 0.0 };
/// let validation = [([f64::NAN], [0.0])];
/// let error = Trainer::new(GradientDescent::new(0.5)).validate(&validation).fit(&mut net, &[([1.0], [0.0])]).unwrap_err();
/// let TrainError::Input { set, example, input } = error else { panic!("an input is NaN") };
/// assert_eq!((set, example, input), (ExampleSet::Validation, 0, "x".into()));
/// assert_eq!(error.to_string(), "validation example 0: the input x is infinite or not a number");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExampleSet {
    /// The examples that the network learns from.
    Training,
    /// The examples of [`Trainer::validate`](crate::Trainer::validate).
    Validation,
}

impl Display for ExampleSet {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Training => "example",
            Self::Validation => "validation example",
        })
    }
}
