//! L1 and L2 regularisation: a penalty on the weights, which the training loss includes.

use super::{TrainError, Trainer, check_in_scalar, check_setting};
use crate::network::Layer;
use crate::{Scalar, math};

impl<O, W, V> Trainer<O, W, V> {
    /// Adds λ₂ / 2 · Σ w² over all weights w to the loss of the training: L2 regularisation, which keeps weights small.
    /// Biases have no such penalty. scikit-learn's `alpha` is λ₂ times the number of examples of a batch.
    ///
    /// The gradient of a batch, or of a single example, gets λ₂ w for each weight, before it is
    /// [clipped](Self::clip_norm). The training loss that is reported includes the penalty, the loss of validation
    /// examples does not. It needs the feature `alloc`.
    ///
    /// This is not the weight decay of optimizers. Theirs also pulls at biases, is in no reported loss, and with
    /// [`AdamW`](crate::AdamW) does not go through the means of gradients.
    ///
    /// ```
    /// use mlp_core::{Batch, GradientDescent, Trainer, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let mut line = Line { w11: 0.0, b1: 0.0 };
    /// let examples = [([-1.0], [-1.0]), ([1.0], [3.0])];
    /// let outcome = Trainer::new(GradientDescent::new(0.1)).batch(Batch::Full).l2(1.0).fit(&mut line, &examples)?;
    /// // ½ (w11 − 2)² + ½ w11² is smallest at 1. The bias is free.
    /// assert!((line.w11 - 1.0).abs() < 1e-9 && (line.b1 - 1.0).abs() < 1e-9);
    /// assert!((outcome.loss - 1.0).abs() < 1e-9);
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    pub fn l2(mut self, factor: f64) -> Self {
        self.settings.penalty.l2 = factor;
        self
    }

    /// Adds λ₁ · Σ |w| over all weights w to the loss of the training: L1 regularisation, which drives weights that
    /// matter little towards 0. It is otherwise as [`l2`](Self::l2). Both may be set together.
    ///
    /// The gradient of a weight gets λ₁ times its sign, and nothing at 0. So steps of a constant length cross 0, and a
    /// weight swings around it by about the learning rate times λ₁; a [schedule](Self::schedule) that ends at 0 brings
    /// it closer.
    pub fn l1(mut self, factor: f64) -> Self {
        self.settings.penalty.l1 = factor;
        self
    }
}

/// λ₂ / 2 · Σ w² + λ₁ · Σ |w| over all weights of a network. Biases have no penalty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Penalty {
    pub(super) l1: f64,
    pub(super) l2: f64,
}

impl Penalty {
    pub(super) const NONE: Self = Self { l1: 0.0, l2: 0.0 };

    /// Itself, unless it is 0.
    pub(crate) fn get(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }

    pub(super) fn check<T: Scalar>(self) -> Result<(), TrainError> {
        for (setting, factor) in [("l1", self.l1), ("l2", self.l2)] {
            check_setting(factor >= 0.0 && factor.is_finite(), setting, factor, "at least 0 and finite")?;
            check_in_scalar::<T>(setting, factor, f64::is_finite)?;
        }
        Ok(())
    }

    /// The penalty of these parameters. Its derivatives are added to `gradient`, if there is one.
    pub(super) fn add<T: Scalar>(self, layers: &[Layer<T>], parameters: &[T], gradient: Option<&mut [T]>) -> T {
        let (l1, l2) = (T::from_f64(self.l1), T::from_f64(self.l2));
        let (mut rest, mut sums) = (parameters, [math::CompensatedSum::<T>::ZERO; 2]);
        let mut gradient = gradient.unwrap_or_default();
        for layer in layers {
            let weights = layer.fan_in() * layer.fan_out();
            let Some((own, after)) = rest.split_at_checked(layer.parameter_count()) else { break };
            let derivatives = gradient.split_off_mut(..own.len().min(gradient.len())).unwrap_or_default();
            for &weight in &own[..weights] {
                sums[0].add(weight * weight);
                sums[1].add(math::absolute(weight));
            }
            for (derivative, &weight) in derivatives.iter_mut().zip(&own[..weights]) {
                *derivative += l2 * weight + l1 * sign(weight);
            }
            rest = after;
        }
        let [squares, sizes] = sums.map(math::CompensatedSum::total);
        T::from_f64(0.5) * l2 * squares + l1 * sizes
    }
}

/// −1, 0 or 1. At 0, where |w| has no derivative, nothing pulls.
fn sign<T: Scalar>(weight: T) -> T {
    if weight > T::ZERO {
        T::ONE
    } else if weight < T::ZERO {
        -T::ONE
    } else {
        T::ZERO
    }
}
