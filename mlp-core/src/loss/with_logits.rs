//! Losses from the pre-activations of the output layer, which are also called logits.
//!
//! A prediction near 1 has lost most digits of its distance from 1, and one near 0 may have become 0. The
//! pre-activation still has them. So where a loss and the output activation cancel in `backprop`, training computes the
//! loss from the pre-activations too.

use super::{count, sum};
use crate::Scalar;
use crate::activation::weighted;
use crate::math::{Separate, exp_of_negative};

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
    let Some(&(mut largest)) = z.first() else { return T::ZERO };
    // From index 1 on, all but the largest. Choices of values instead of branches, which a processor cannot predict.
    let mut others = z;
    for k in 1..O {
        (largest, others[k]) = if z[k] > largest { (z[k], largest) } else { (largest, z[k]) };
    }
    // Half of the distance of two finite numbers cannot overflow. The difference of equal infinities is NaN.
    let half = T::from_f64(0.5);
    let half_distance = |z: T| if z == largest { T::ZERO } else { half * largest - half * z };
    // Apart from their sum, so that the compiler makes vectors of them.
    let powers = others.map(|z| exp_of_negative::<T, Separate>(-(half_distance(z) + half_distance(z))));
    let [mut sum, mut targets, mut weighted_distances] = [T::ZERO; 3];
    for &power in &powers[1..] {
        sum += power;
    }
    for k in 0..O {
        targets += y_true[k];
        weighted_distances += product(y_true[k] + y_true[k], half_distance(z[k]));
    }
    weighted_distances + targets * sum.ln_1p()
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
        product(wrong, distance) + exp_of_negative::<T, Separate>(-distance).ln_1p()
    };
    // Each term is divided, because the sum may overflow where the mean does not.
    sum(z, y_true, |z, y_true| term(z, y_true) / count::<T, O>())
}

/// weight · distance, and 0 if only the weight is 0 and the distance infinite. The check of the distance is there
/// because it can be predicted, and a weight that is 0 for every other output cannot.
fn product<T: Scalar>(weight: T, distance: T) -> T {
    if distance.is_finite() { weight * distance } else { weighted(distance, weight) }
}
