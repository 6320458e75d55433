//! Networks too large to unroll.

use alloc::boxed::Box;
use alloc::vec;
use core::fmt::{self, Debug, Formatter};
use core::ops::{Deref, DerefMut};

use crate::Scalar;
use crate::network::{Array, sealed};

/// `[T; N]` on the heap, and never on the stack on its way there: the parameters of a large network in one row.
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
    fn zeros() -> Self {
        Self(boxed(vec![T::ZERO; N]))
    }
}

impl<T: Scalar, const N: usize> sealed::Sealed for BoxedArray<T, N> {}

impl<T: Copy, const N: usize> Clone for BoxedArray<T, N> {
    fn clone(&self) -> Self {
        Self(boxed(self.0.to_vec()))
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

/// An array from a vector of its length.
fn boxed<T, const N: usize>(values: vec::Vec<T>) -> Box<[T; N]> {
    values.try_into().unwrap_or_else(|_| unreachable!("it has the length of the array"))
}
