//! Clipping of gradients.

use crate::Scalar;
use crate::math::absolute;

/// Clips the gradient norm: shortens the vector of all gradients to this Euclidean length if it is longer. A length that is
/// not above 0 is none: nothing is changed then.
///
/// ```
/// let mut gradients = [3.0, 4.0];
/// mlp_core::trainer::clip_norm(&mut gradients, 1.0);
/// assert_eq!(gradients, [0.6000000000000001, 0.8]);
/// ```
#[inline(never)]
pub fn clip_norm<T: Scalar>(gradients: &mut [T], length: T) {
    // In units of the largest component, whose square might overflow.
    let largest = gradients.iter().map(|&value| absolute(value)).fold(T::ZERO, |a, b| if b > a { b } else { a });
    let is_length = length > T::ZERO;
    if largest == T::ZERO || !is_length {
        return;
    }
    let squares = gradients.iter().map(|&value| (value / largest) * (value / largest));
    let norm = squares.fold(T::ZERO, |sum, square| sum + square).sqrt();
    if largest * norm > length {
        for value in gradients {
            *value = *value / largest * (length / norm);
        }
    }
}
