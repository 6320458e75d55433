//! A vector of numbers that starts at a cache line.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use crate::Scalar;

/// The bytes of a cache line. A vector that straddles two of them takes twice as long to load.
const CACHE_LINE: usize = 64;

/// A vector of numbers that starts at a cache line.
#[derive(Debug)]
pub struct Buffer<T> {
    values: Vec<T>,
    first: usize,
    length: usize,
}

impl<T: Scalar> Buffer<T> {
    pub(super) const EMPTY: Self = Self { values: Vec::new(), first: 0, length: 0 };

    /// Sets the length. The contents are unspecified afterwards.
    pub(super) fn resize(&mut self, length: usize) {
        let spare = CACHE_LINE / size_of::<T>();
        if length > 0 && self.values.len() < length + spare {
            self.values = alloc::vec![T::ZERO; length + spare];
            // `align_offset` may also fail, with `usize::MAX`.
            self.first = self.values.as_ptr().align_offset(CACHE_LINE).min(spare);
        }
        self.length = length;
    }
}

impl<T> Deref for Buffer<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values[self.first..self.first + self.length]
    }
}

impl<T> DerefMut for Buffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[self.first..self.first + self.length]
    }
}
