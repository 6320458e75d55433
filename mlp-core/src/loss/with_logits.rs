//! Losses from the pre-activations of the output layer, which are also called logits.
//!
//! A prediction near 1 has lost most digits of its distance from 1, and one near 0 may have become 0. The
//! pre-activation still has them. So where a loss and the output activation cancel in `backprop`, training computes the
//! loss from the pre-activations too.

use super::{count, sum};
use crate::Scalar;
use crate::activation::weighted;

/// [`cross_entropy`](super::cross_entropy) of [`softmax`](crate::activation::softmax)(z), as PyTorch's
/// `CrossEntropyLoss`: L = Σ y_true (ln Σ e^z − z). Natural logarithms.
///
/// Computed as Σ y_true (m − z) + Σ y_true · ln(1 + Σ e^(z − m)), where m is the largest z and the last sum is over all
/// others. So no digits cancel, and nothing overflows below the largest number. As in softmax, the relative error of a
/// power is |z − m| ε; it shows only where the loss is small. An infinite z gives the limit, and a NaN stays a NaN.
///
/// ```
/// use mlp_core::activation::softmax;
/// use mlp_core::loss::{cross_entropy, cross_entropy_with_logits};
///
/// let (z, y_true) = ([-431.0, 279.0, 427.0], [1.0, 0.0, 0.0]);
/// assert_eq!(cross_entropy_with_logits(z, y_true), 858.0);
/// // The first prediction, e^-858, is rounded to 0.
/// assert!(cross_entropy(softmax(z), y_true) < 709.0);
/// ```
#[inline]
#[must_use]
pub fn cross_entropy_with_logits<T: Scalar, const O: usize>(z: [T; O], y_true: [T; O]) -> T {
    let mut largest = 0;
    for k in 1..O {
        if z[k] > z[largest] {
            largest = k;
        }
    }
    let half = T::from_f64(0.5);
    let [mut powers, mut targets, mut weighted_distances] = [T::ZERO; 3];
    for k in 0..O {
        // Also for infinities, whose difference is NaN. Half of the distance of two finite numbers cannot overflow.
        let is_largest = z[k] == z[largest];
        let half_distance = if is_largest { T::ZERO } else { half * z[largest] - half * z[k] };
        if k != largest {
            powers += (-half_distance - half_distance).exp();
        }
        targets += y_true[k];
        weighted_distances += weighted(half_distance, y_true[k] + y_true[k]);
    }
    weighted_distances + targets * powers.ln_1p()
}

/// [`binary_cross_entropy`](super::binary_cross_entropy) of [`sigmoid`](crate::activation::sigmoid)(z), averaged over
/// the `O` outputs, as PyTorch's `BCEWithLogitsLoss`: L = Σ (ln(1 + e^z) − y_true z) / O. Natural logarithms.
///
/// Computed as (1 − y_true) max(z, 0) + y_true max(−z, 0) + ln(1 + e^−|z|) for each output. So no digits cancel, and
/// nothing overflows below the largest number. An infinite z gives the limit, and a NaN stays a NaN.
///
/// ```
/// use mlp_core::activation::sigmoid;
/// use mlp_core::loss::{binary_cross_entropy, binary_cross_entropy_with_logits};
///
/// assert_eq!(binary_cross_entropy_with_logits([800.0], [0.0]), 800.0);
/// // The prediction is rounded to 1.
/// assert!(binary_cross_entropy([sigmoid(800.0)], [0.0]) < 37.0);
/// ```
#[inline]
#[must_use]
pub fn binary_cross_entropy_with_logits<T: Scalar, const O: usize>(z: [T; O], y_true: [T; O]) -> T {
    let term = |z: T, y_true: T| {
        let (distance, wrong) = if z < T::ZERO { (-z, y_true) } else { (z, T::ONE - y_true) };
        weighted(distance, wrong) + (-distance).exp().ln_1p()
    };
    // Each term is divided, because the sum may overflow where the mean does not.
    sum(z, y_true, |z, y_true| term(z, y_true) / count::<T, O>())
}
