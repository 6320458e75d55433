//! Arrays of scalars: inputs, outputs and parameters, each of a length that is part of its type.

use core::fmt::Debug;

use crate::Scalar;

/// An array of scalars whose length is part of its type. Sealed: implemented by `[T; N]` and, with the feature `alloc`,
/// by [`BoxedArray<T, N>`], with `f64` or `f32` for `T`.
///
/// [`BoxedArray<T, N>`]: crate::rolled::BoxedArray
///
/// ```
/// use mlp_core::{Array, Scalar};
///
/// fn largest<T: Scalar, A: Array<T>>(values: &A) -> Option<T> {
///     values.as_ref().iter().copied().reduce(|largest, value| if value > largest { value } else { largest })
/// }
/// assert_eq!(largest(&[0.25, 0.5, -1.0]), Some(0.5));
/// assert_eq!(<[f32; 2]>::zeros(), [0.0, 0.0]);
/// ```
pub trait Array<T>: Clone + Debug + PartialEq + Send + Sync + AsRef<[T]> + AsMut<[T]> + sealed::Sealed {
    /// Whether it is on the heap or too large for the stack, so that a copy of it is better made in an array that exists.
    #[doc(hidden)]
    const IS_LARGE: bool;

    /// Whether its numbers are on the heap.
    #[doc(hidden)]
    const IS_ON_HEAP: bool = false;

    /// An array of this length in `f64`.
    #[doc(hidden)]
    type Wide: Array<f64>;

    /// All zeros.
    #[must_use]
    fn zeros() -> Self;
}

impl<T: Scalar, const N: usize> Array<T> for [T; N] {
    // Unrolled networks have at most 600 parameters.
    const IS_LARGE: bool = N > 600;

    type Wide = [f64; N];

    #[inline]
    fn zeros() -> Self {
        [T::ZERO; N]
    }
}

pub(crate) mod sealed {
    pub trait Sealed {}
    impl<T: crate::Scalar, const N: usize> Sealed for [T; N] {}
}
