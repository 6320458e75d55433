//! Weights of examples: some count more than others.
//!
//! Without weights, a training lowers the mean of the losses lᵢ. With a weight wᵢ for each example, it lowers
//! Σ wᵢ lᵢ / Σ wᵢ. Give them to [`Trainer::fit_weighted`](crate::Trainer::fit_weighted), or to
//! [`Training::fit_weighted`](crate::Training::fit_weighted). [`ClassWeights`] makes them from the classes, so that a rare
//! class counts as much as a frequent one.
//!
//! Only the ratios of the weights matter. A training divides them by their mean, and multiplies loss and gradient of
//! each example by the result. So a learning rate keeps its meaning, and equal weights train as
//! [`fit`](crate::Trainer::fit) does, to the bit. On-line, an example of weight 3 makes a step with three times its
//! gradient; a batch takes the mean over its examples of weight times gradient. With all examples in one batch, a whole
//! number as the weight is that number of equal examples. An example of weight 0 adds nothing to loss and gradient.
//!
//! The loss that a training reports, and that patience and target loss look at, is the weighted one. The loss of
//! [validation](crate::Trainer::validate) examples is not.
//!
//! ```
//! use mlp_core::{GradientDescent, Trainer, mlp};
//!
//! mlp!(pub struct Level: 1 => identity(1));
//! let mut level = Level { w11: 0.0, b1: 0.0 };
//! // Two measurements of the same thing; the second is three times as sure.
//! let examples = [([0.0], [1.0]), ([0.0], [2.0])];
//! Trainer::new(GradientDescent::new(0.1)).batch(mlp_core::Batch::Full).fit_weighted(&mut level, &examples, &[1.0, 3.0])?;
//! assert!((level.b1 - 1.75).abs() < 1e-12);
//! # Ok::<(), mlp_core::TrainError>(())
//! ```

#[cfg(feature = "alloc")]
mod class_weights;

use crate::Scalar;
use crate::math::{CompensatedSum, float};

#[cfg(feature = "alloc")]
pub use class_weights::{ClassWeights, ClassWeightsError};

/// Why these numbers cannot be weights of these examples. Examples are counted from 0.
///
/// ```
/// use mlp_core::sample_weights::SampleWeightsError;
/// use mlp_core::{GradientDescent, Trainer, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let (mut net, examples) = (Net { w11: 0.5, b1: 0.0 }, [([0.0], [0.2]), ([1.0], [0.8])]);
/// let mut trainer = Trainer::new(GradientDescent::new(0.5));
/// let error = trainer.fit_weighted(&mut net, &examples, &[1.0, -1.0]).unwrap_err();
/// assert_eq!(error.to_string(), "the weight of example 1 is -1: give a finite number that is at least 0");
/// assert_eq!(error, SampleWeightsError::Weight { example: 1, weight: -1.0 }.into());
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleWeightsError {
    /// There is not one weight for each example.
    #[error("there are {weights} weights and {examples} examples: give one weight for each example")]
    Length {
        /// The number of weights.
        weights: usize,
        /// The number of examples.
        examples: usize,
    },
    /// A weight is negative, infinite or NaN.
    #[error("the weight of example {example} is {weight}: give a finite number that is at least 0")]
    Weight {
        /// The number of the example.
        example: usize,
        /// Its weight.
        weight: f64,
    },
    /// All weights are 0.
    #[error("the weights of all examples are 0, so there is nothing to learn from: give at least one a weight")]
    AllZero,
}

crate::message::debug_is_message!(SampleWeightsError);

/// Weights of examples, divided by their mean where they are asked for. So they need no memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampleWeights<'a> {
    weights: &'a [f64],
    largest: f64,
    /// The mean of the weights divided by the largest. Equal weights have exactly 1, and no sum overflows.
    mean: f64,
}

impl<'a> SampleWeights<'a> {
    /// Checks the weights of this number of examples.
    pub(crate) fn new(weights: &'a [f64], examples: usize) -> Result<Self, SampleWeightsError> {
        if weights.len() != examples {
            return Err(SampleWeightsError::Length { weights: weights.len(), examples });
        }
        let mut largest = 0.0;
        for (example, &weight) in weights.iter().enumerate() {
            if !(weight >= 0.0 && weight.is_finite()) {
                return Err(SampleWeightsError::Weight { example, weight });
            }
            largest = f64::max(largest, weight);
        }
        if largest == 0.0 && examples > 0 {
            return Err(SampleWeightsError::AllZero);
        }
        let mut sum = CompensatedSum::<f64>::ZERO;
        for weight in weights {
            sum.add(weight / largest);
        }
        Ok(Self { weights, largest, mean: sum.total() / float(examples) })
    }

    /// The weight of an example. The mean of all is 1.
    pub(crate) fn of<T: Scalar>(&self, example: usize) -> T {
        // It is always there, because the numbers of weights and examples are equal.
        let weight = self.weights.get(example).copied().unwrap_or(0.0);
        T::from_f64(weight / self.largest / self.mean)
    }

    /// This example, or another if its weight is 0: kernels then compute nothing that may be infinite or NaN.
    #[cfg(feature = "alloc")]
    pub(crate) fn above_zero(&self, example: usize) -> usize {
        let is_above_zero = |example: &usize| self.weights.get(*example).is_some_and(|&weight| weight > 0.0);
        let mut from_here = (0..=example).rev().chain(example..self.weights.len());
        from_here.find(is_above_zero).unwrap_or(example)
    }

    /// How many examples have a weight above 0.
    #[cfg(feature = "alloc")]
    pub(crate) fn count_above_zero(&self) -> usize {
        self.weights.iter().filter(|&&weight| weight > 0.0).count()
    }
}

/// Weight times value. A weight of 0 leaves out what is infinite or NaN too.
#[inline]
pub(crate) fn weigh<T: Scalar>(weight: T, value: T) -> T {
    if weight == T::ZERO { T::ZERO } else { weight * value }
}

/// The weights that a training has: [`SampleWeights`], or `()` without. They are a type, so that a training without weights
/// holds nothing of them.
pub(crate) trait TrainingWeights: Copy {
    /// Whether there are none.
    const IS_NONE: bool;

    /// Multiplies what an example adds to a sum by its weight.
    fn weigh<T: Scalar>(self, example: usize, values: &mut [T]);

    /// The weights, if there are any.
    #[cfg(feature = "alloc")]
    fn get<'a>(self) -> Option<SampleWeights<'a>>
    where
        Self: 'a;
}

impl TrainingWeights for () {
    const IS_NONE: bool = true;

    #[inline]
    fn weigh<T: Scalar>(self, _example: usize, _values: &mut [T]) {}

    #[cfg(feature = "alloc")]
    #[inline]
    fn get<'a>(self) -> Option<SampleWeights<'a>> {
        None
    }
}

impl TrainingWeights for SampleWeights<'_> {
    const IS_NONE: bool = false;

    #[inline]
    fn weigh<T: Scalar>(self, example: usize, values: &mut [T]) {
        let weight = self.of(example);
        for value in values {
            *value = weigh(weight, *value);
        }
    }

    #[cfg(feature = "alloc")]
    #[inline]
    fn get<'a>(self) -> Option<SampleWeights<'a>>
    where
        Self: 'a,
    {
        Some(self)
    }
}
