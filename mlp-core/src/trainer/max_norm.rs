//! The max-norm constraint on the weights into a neuron.

use super::frozen::Frozen;
use super::{TrainError, Trainer, check_in_scalar, check_setting};
use crate::Scalar;
use crate::math::absolute;
use crate::network::Layer;

impl<O, W, V> Trainer<O, W, V> {
    /// Limits the weights into each neuron: after each update they are scaled down to the Euclidean norm `length` if theirs is
    /// longer. The bias is not among them. [Frozen](Self::freeze) weights are left out of both: they stay, and the norm is
    /// that of the others.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, Trainer, mlp};
    ///
    /// mlp!(pub struct Plane: 2 => identity(1));
    /// let mut plane = Plane { w11: 0.0, w21: 0.0, b1: 0.0 };
    /// let examples = [([1.0, 0.0], [30.0]), ([0.0, 1.0], [40.0]), ([0.0, 0.0], [0.0])];
    /// Trainer::new(GradientDescent::new(0.1)).max_norm(5.0).fit(&mut plane, &examples)?;
    /// assert!((plane.w11.hypot(plane.w21) - 5.0).abs() < 1e-12);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    ///
    /// Optimizers that learn from all examples at once refuse it, and so does `trace_at`. It needs the feature `alloc`.
    pub fn max_norm(mut self, length: f64) -> Self {
        self.settings.max_norm = Some(length);
        self
    }
}

/// Checks that a norm is one.
pub(super) fn check<T: Scalar>(length: Option<f64>) -> Result<(), TrainError> {
    let Some(length) = length else { return Ok(()) };
    check_setting(length > 0.0 && length.is_finite(), "max_norm", length, "greater than 0 and finite")?;
    check_in_scalar::<T>("max_norm", length, |length| length > 0.0 && length.is_finite())
}

/// Scales the weights into each neuron down to this norm, those that are not frozen.
pub(super) fn limit<T: Scalar>(layers: &[Layer<T>], parameters: &mut [T], length: T, frozen: Option<&Frozen<T>>) {
    let mut first = 0;
    for layer in layers {
        let (sources, neurons) = (layer.fan_in(), layer.fan_out());
        for neuron in 0..neurons {
            let places = (0..sources).map(|source| first + source * neurons + neuron);
            let free = places.filter(|&place| frozen.is_none_or(|frozen| !frozen.contains(place)));
            // In units of the largest weight, whose square might overflow.
            let sizes = free.clone().map(|place| absolute(parameters[place]));
            let largest = sizes.fold(T::ZERO, |a, b| if b > a { b } else { a });
            if largest == T::ZERO {
                continue;
            }
            let parts = free.clone().map(|place| parameters[place] / largest);
            let norm = parts.fold(T::ZERO, |sum, part| sum + part * part).sqrt();
            // Not if a weight is NaN, which is then found.
            if largest.is_finite() && largest * norm > length {
                free.for_each(|place| parameters[place] = parameters[place] / largest * (length / norm));
            }
        }
        first += layer.parameter_count();
    }
}
