//! Weights of classes, and what they make of the examples.

use alloc::vec;
use alloc::vec::Vec;

use crate::math::float;
use crate::metrics::true_class;
use crate::{Array, Scalar};

/// A weight for each class. Every example gets the weight of its class.
///
/// Targets name the class as in [`metrics`](crate::metrics#classification): the largest of several, and a single target
/// above ½ names class 1, otherwise class 0.
///
/// ```
/// use mlp_core::sample_weights::ClassWeights;
/// use mlp_core::{Adam, StandardNormal, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1, loss = binary_cross_entropy);
/// // Nine in ten are healthy, so a network that always says so is right in nine cases of ten.
/// let examples: Vec<_> = (0..50).map(|i| ([f64::from(i % 10) + f64::from(i % 7) / 4.0], [f64::from(i % 10 / 9)])).collect();
/// let classes = ClassWeights::balanced(&examples)?;
/// assert_eq!(classes.as_slice(), [50.0 / (2.0 * 45.0), 50.0 / (2.0 * 5.0)]);
///
/// let mut net = Net::random_with(&StandardNormal, &mut mlp_core::rng(1));
/// let weights = classes.of(&examples)?;
/// Trainer::new(Adam::new(0.01)).epochs(20).fit_weighted(&mut net, &examples, &weights)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassWeights {
    weights: Vec<f64>,
}

/// Why classes have no weights. Examples and classes are counted from 0.
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClassWeightsError {
    /// There are no examples.
    #[error("there are no examples, and so no classes to balance: give at least one for each class")]
    NoExamples,
    /// A target is NaN, has its largest value several times, or is a single 0.5.
    #[error(
        "example {example}: the target names no class: its largest value must be unique, and a single value must not \
         be 0.5"
    )]
    Target {
        /// The number of the example.
        example: usize,
    },
    /// A class has no examples, so no weight balances it.
    #[error(
        "class {class} has no examples, so no weight balances it: give it examples, or choose the weights yourself, `ClassWeights::new`"
    )]
    EmptyClass {
        /// The class.
        class: usize,
    },
    /// There is not one weight for each class.
    #[error(
        "there are {weights} weights and {classes} classes: give one weight for each class; a single output has two"
    )]
    Length {
        /// The number of weights.
        weights: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A weight is negative, infinite or NaN.
    #[error("the weight of class {class} is {weight}: give a finite number that is at least 0")]
    Weight {
        /// The class.
        class: usize,
        /// Its weight.
        weight: f64,
    },
}

crate::message::debug_is_message!(ClassWeightsError);

impl ClassWeights {
    /// Weights that let every class count the same: examples / (classes · examples of the class), as scikit-learn's
    /// `class_weight="balanced"`.
    ///
    /// # Errors
    ///
    /// If there are no examples, if a target names no class, or if a class has no examples.
    pub fn balanced<T: Scalar, X, Y: Array<T>>(examples: &[(X, Y)]) -> Result<Self, ClassWeightsError> {
        let Some((_, first)) = examples.first() else { return Err(ClassWeightsError::NoExamples) };
        let mut counts = vec![0; classes(first.as_ref())];
        for (example, (_, y_true)) in examples.iter().enumerate() {
            counts[class_of(example, y_true.as_ref())?] += 1;
        }
        if let Some(class) = counts.iter().position(|&count| count == 0) {
            return Err(ClassWeightsError::EmptyClass { class });
        }
        let classes = float(counts.len());
        let weights = counts.iter().map(|&count| float(examples.len()) / (classes * float(count))).collect();
        Ok(Self { weights })
    }

    /// Weights of one's own, class by class.
    ///
    /// ```
    /// use mlp_core::sample_weights::ClassWeights;
    ///
    /// let classes = ClassWeights::new([1.0, 4.0])?;
    /// assert_eq!(classes.of(&[([0.3], [0.0]), ([0.4], [1.0])])?, [1.0, 4.0]);
    /// # Ok::<(), mlp_core::sample_weights::ClassWeightsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a weight is negative, infinite or NaN.
    pub fn new(weights: impl Into<Vec<f64>>) -> Result<Self, ClassWeightsError> {
        let weights = weights.into();
        match weights.iter().position(|&weight| !(weight >= 0.0 && weight.is_finite())) {
            Some(class) => Err(ClassWeightsError::Weight { class, weight: weights[class] }),
            None => Ok(Self { weights }),
        }
    }

    /// The weights, class by class.
    #[must_use]
    pub fn as_slice(&self) -> &[f64] {
        &self.weights
    }

    /// The weight of each example, for [`Trainer::fit_weighted`](crate::Trainer::fit_weighted).
    ///
    /// # Errors
    ///
    /// If there is not one weight for each class, or if a target names no class.
    pub fn of<T: Scalar, X, Y: Array<T>>(&self, examples: &[(X, Y)]) -> Result<Vec<f64>, ClassWeightsError> {
        let weights = self.weights.len();
        let weight = |(example, (_, y_true)): (usize, &(X, Y))| {
            let classes = classes(y_true.as_ref());
            if weights != classes {
                return Err(ClassWeightsError::Length { weights, classes });
            }
            Ok(self.weights[class_of(example, y_true.as_ref())?])
        };
        examples.iter().enumerate().map(weight).collect()
    }
}

/// How many classes such targets tell apart.
fn classes<T>(y_true: &[T]) -> usize {
    y_true.len().max(2)
}

fn class_of<T: Scalar>(example: usize, y_true: &[T]) -> Result<usize, ClassWeightsError> {
    true_class(y_true).ok_or(ClassWeightsError::Target { example })
}
