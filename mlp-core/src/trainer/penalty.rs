//! L1 and L2 regularisation: a penalty on the weights, which the training loss includes.

use super::{PerLayer, TrainError, Trainer, check_in_scalar, check_setting};
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
    /// The weight decay of optimizers is another thing. It also pulls at biases, and no reported loss has it. With
    /// [`AdamW`](crate::AdamW) it does not go through the means of gradients.
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
        self.settings.penalty.l2.set(factor);
        self
    }

    /// Gives the weights of a layer a factor of their own for [`l2`](Self::l2), 0 for none. Layers are counted from 0, the first
    /// hidden one, as in `ARCHITECTURE.layers`.
    ///
    /// ```
    /// use mlp_core::{Adam, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let mut net = Net::random(&mut mlp_core::rng(1));
    /// // All layers but the output layer.
    /// Trainer::new(Adam::new(0.01)).l2(0.1).l2_layer(1, 0.0).fit(&mut net, &[([0.5, 0.8], [0.9])])?;
    /// # Ok::<(), mlp_core::TrainError>(())
    /// ```
    pub fn l2_layer(mut self, layer: usize, factor: f64) -> Self {
        self.settings.penalty.l2.set_layer(layer, factor);
        self
    }

    /// Adds λ₁ · Σ |w| over all weights w to the loss of the training: L1 regularisation, which drives weights that
    /// matter little towards 0. It is otherwise as [`l2`](Self::l2). Both may be set together.
    ///
    /// The gradient of a weight gets λ₁ times its sign, and nothing at 0. So steps of a constant length cross 0, and a
    /// weight swings around it by about the learning rate times λ₁; a [schedule](Self::schedule) that ends at 0 brings
    /// it closer.
    pub fn l1(mut self, factor: f64) -> Self {
        self.settings.penalty.l1.set(factor);
        self
    }

    /// Gives the weights of a layer a factor of their own for [`l1`](Self::l1), as [`l2_layer`](Self::l2_layer) does for L2.
    pub fn l1_layer(mut self, layer: usize, factor: f64) -> Self {
        self.settings.penalty.l1.set_layer(layer, factor);
        self
    }
}

/// λ₂ / 2 · Σ w² + λ₁ · Σ |w| over the weights of each layer. Biases have no penalty.
#[derive(Clone, Debug)]
pub(crate) struct Penalty {
    pub(super) l1: PerLayer,
    pub(super) l2: PerLayer,
}

impl Penalty {
    pub(super) const NONE: Self = Self { l1: PerLayer::ZERO, l2: PerLayer::ZERO };

    /// `None` if all factors are 0.
    pub(crate) fn get(&self) -> Option<&Self> {
        if self.l1.is_zero() && self.l2.is_zero() { None } else { Some(self) }
    }

    pub(super) fn check<T: Scalar>(&self) -> Result<(), TrainError> {
        let [l1, l2] =
            [("l1", &self.l1), ("l2", &self.l2)].map(|(setting, factors)| factors.values().map(move |f| (setting, f)));
        for (setting, factor) in l1.chain(l2) {
            check_setting(factor >= 0.0 && factor.is_finite(), setting, factor, "at least 0 and finite")?;
            check_in_scalar::<T>(setting, factor, f64::is_finite)?;
        }
        Ok(())
    }

    /// Checks that the network has such layers.
    pub(super) fn check_layers(&self, layers: usize) -> Result<(), TrainError> {
        self.l1.check_layers("l1_layer", layers)?;
        self.l2.check_layers("l2_layer", layers)
    }

    /// The penalty of these parameters. Its derivatives are added to `gradient`, if there is one.
    pub(super) fn add<T: Scalar>(&self, layers: &[Layer<T>], parameters: &[T], gradient: Option<&mut [T]>) -> T {
        let (mut rest, mut sum) = (parameters, T::ZERO);
        let mut gradient = gradient.unwrap_or_default();
        for (number, layer) in layers.iter().enumerate() {
            let [l1, l2] = [&self.l1, &self.l2].map(|factors| T::from_f64(factors.of(number)));
            let mut sums = [math::CompensatedSum::<T>::ZERO; 2];
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
            let [squares, sizes] = sums.map(math::CompensatedSum::total);
            sum += T::from_f64(0.5) * l2 * squares + l1 * sizes;
            rest = after;
        }
        sum
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
