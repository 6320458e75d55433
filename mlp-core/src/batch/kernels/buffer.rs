//! Numbers in memory, from the start of a line of the cache on.

use alloc::vec::Vec;
use core::ops::{Deref, DerefMut};

use crate::Scalar;

/// Bytes of a line of the cache. A vector that lies in two of them takes twice as long to load.
const CACHE_LINE: usize = 64;

/// A vector of numbers that begins with a line of the cache.
#[derive(Debug)]
pub(super) struct Buffer<T> {
    values: Vec<T>,
    first: usize,
    length: usize,
}

impl<T: Scalar> Buffer<T> {
    pub(super) const EMPTY: Self = Self { values: Vec::new(), first: 0, length: 0 };

    /// Makes it this long; what it holds then is anything.
    pub(super) fn resize(&mut self, length: usize) {
        let spare = CACHE_LINE / size_of::<T>();
        if length > 0 && self.values.len() < length + spare {
            self.values = alloc::vec![T::ZERO; length + spare];
            // It may also say that it cannot tell.
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
