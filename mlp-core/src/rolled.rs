//! Networks too large to unroll: arrays and loops instead of named scalars.
//!
//! A declaration with the option `rolled` has no limit of 600 parameters. Each layer has an array of weights and an
//! array of biases on the heap; its values are arrays on the stack. The generated functions take the same steps under
//! the same names as in an unrolled network, with one statement for a layer instead of one for each neuron. These
//! statements call hidden functions of this module.
//!
//! ```
//! use mlp_core::{Adam, Trainer, mlp};
//!
//! mlp!(pub struct Digits: 64 => relu(32) => softmax(10), loss = cross_entropy, rolled);
//!
//! let mut digits = Digits::random(&mut mlp_core::rng(1));
//! let (x, y_true) = ([0.5; 64], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
//! Trainer::new(Adam::new(0.01)).epochs(20).fit(&mut digits, &[(x, y_true)])?;
//!
//! let pass = digits.forward(x);
//! assert!(pass.y_pred[0] > 0.9);
//! let gradients = digits.backprop(x, y_true, &pass);
//! assert_eq!(gradients.dL_dw1[10][3], gradients.dL_db1[3] * x[10]);
//! # Ok::<(), mlp_core::TrainError>(())
//! ```
//!
//! The weight from source `s` to neuron `t` is `w1[s][t]`: a row for each source, so that every loop runs along a row,
//! which is contiguous in memory.
//!
//! # The order of sums
//!
//! The order is fixed, so that a rolled network has the same bits on every platform; a product is never fused with a
//! sum.
//!
//! - A pre-activation is summed source by source, then the bias is added: as in an unrolled network, to the bit.
//! - A derivative with respect to a source is summed in eight partial sums. Neuron `t` belongs to the partial sum
//!   `t` mod 8, and each partial sum runs from the first neuron to the last. The partial sums, s₀ to s₇, are added as
//!   ((s₀ + s₄) + (s₂ + s₆)) + ((s₁ + s₅) + (s₃ + s₇)). The total is multiplied by the derivative of the activation.
//!   An unrolled network multiplies each term instead, so the results differ in rounding.

pub(crate) mod copies;
pub(crate) mod layer;
pub(crate) mod loops;

use alloc::boxed::Box;
use core::fmt::{self, Debug, Formatter};
use core::ops::{Deref, DerefMut};

use crate::Scalar;
use crate::network::{Array, sealed};

/// `[T; N]` on the heap, made there and never on the stack: the parameters of a large network in one array.
///
/// ```
/// use mlp_core::network::Array;
/// use mlp_core::rolled::BoxedArray;
///
/// let mut array = BoxedArray::<f64, 1_000_000>::zeros();
/// array[999_999] = 0.5;
/// assert_eq!(array.iter().sum::<f64>(), 0.5);
/// ```
#[derive(PartialEq)]
pub struct BoxedArray<T, const N: usize>(Box<[T; N]>);

impl<T: Scalar, const N: usize> Array<T> for BoxedArray<T, N> {
    const IS_ON_HEAP: bool = true;

    type Wide = BoxedArray<f64, N>;

    fn zeros() -> Self {
        Self(boxed(&[]))
    }
}

impl<T: Scalar, const N: usize> sealed::Sealed for BoxedArray<T, N> {}

impl<T: Scalar, const N: usize> Clone for BoxedArray<T, N> {
    fn clone(&self) -> Self {
        Self(boxed(&*self.0))
    }

    fn clone_from(&mut self, source: &Self) {
        self.0.copy_from_slice(&*source.0);
    }
}

impl<T: Debug, const N: usize> Debug for BoxedArray<T, N> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, const N: usize> Deref for BoxedArray<T, N> {
    type Target = [T; N];

    fn deref(&self) -> &[T; N] {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for BoxedArray<T, N> {
    fn deref_mut(&mut self) -> &mut [T; N] {
        &mut self.0
    }
}

impl<T, const N: usize> AsRef<[T]> for BoxedArray<T, N> {
    fn as_ref(&self) -> &[T] {
        &*self.0
    }
}

impl<T, const N: usize> AsMut<[T]> for BoxedArray<T, N> {
    fn as_mut(&mut self) -> &mut [T] {
        &mut *self.0
    }
}

/// A copy of the values on the heap, or zeros if there are not `N` values.
pub(crate) fn boxed<T: Scalar, const N: usize>(values: &[T]) -> Box<[T; N]> {
    T::boxed(values, N).try_into().unwrap_or_else(|_| unreachable!("it has the length of the array"))
}
