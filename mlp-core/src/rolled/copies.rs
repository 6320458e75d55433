//! Copies for rolled networks. They work on slices, so they are compiled once, with this crate, and not for each width.

#[cfg(feature = "alloc")]
use alloc::{boxed::Box, vec};

use crate::Scalar;

/// Copies the parts, one after the other, into an array that is as long as all of them together.
pub(crate) fn concatenate<T: Scalar>(parts: &[&[T]], array: &mut [T]) {
    let mut rest = array;
    for part in parts {
        let Some((place, after)) = rest.split_at_mut_checked(part.len()) else { return };
        place.copy_from_slice(part);
        rest = after;
    }
}

/// Takes `count` values from the beginning of `rest`; none if there are fewer.
pub(crate) fn take<'a, T>(rest: &mut &'a [T], count: usize) -> &'a [T] {
    let Some((values, after)) = rest.split_at_checked(count) else { return &[] };
    *rest = after;
    values
}

/// A copy of the values on the heap, or `count` zeros if there are not `count` values.
#[cfg(feature = "alloc")]
pub(crate) fn boxed<T: Scalar>(values: &[T], count: usize) -> Box<[T]> {
    if values.len() == count { values.into() } else { vec![T::ZERO; count].into() }
}
