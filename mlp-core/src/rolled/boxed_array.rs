//! Arrays on the heap.

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
    const IS_LARGE: bool = true;
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
