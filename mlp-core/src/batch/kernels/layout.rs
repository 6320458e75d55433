//! How the values of a block lie in memory.
//!
//! The examples of a block lie side by side in panels of [`LANES`](crate::precompiled::Precompiled::LANES) examples. A panel
//! has a row for each quantity: for each input, say, or for the activation of each neuron. A row is two vectors of the
//! processor; it holds that quantity of every example of the panel, each in its lane.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use core::slice::{ChunksExact, ChunksExactMut};

use crate::Scalar;

/// The stride from one panel to the next, in rows: the rows of a panel, or one more. At distances of 2 kB the first
/// rows of all panels would compete for a few lines of the cache.
pub(super) const fn panel_stride(rows: usize) -> usize {
    if rows.is_multiple_of(32) { rows + 1 } else { rows }
}

/// The stride from one panel to the next, in numbers.
#[inline]
pub(super) fn panel_len<T: Scalar>(rows: usize) -> usize {
    panel_stride(rows) * T::LANES
}

/// The panels of a block, row by row.
#[inline(always)]
pub(super) fn panels<T, const V: usize>(block: &[T], rows: usize) -> ChunksExact<'_, [[T; V]; 2]> {
    block.as_chunks::<V>().0.as_chunks::<2>().0.chunks_exact(panel_stride(rows))
}

/// The panels of a block, row by row, to be changed.
#[inline(always)]
pub(super) fn panels_mut<T, const V: usize>(block: &mut [T], rows: usize) -> ChunksExactMut<'_, [[T; V]; 2]> {
    block.as_chunks_mut::<V>().0.as_chunks_mut::<2>().0.chunks_exact_mut(panel_stride(rows))
}

/// Reads the values of the example in a lane of a panel.
#[inline]
pub(super) fn gather<T: Scalar>(panel: &[T], lane: usize, values: &mut [T]) {
    for (value, row) in values.iter_mut().zip(panel.chunks_exact(T::LANES)) {
        *value = row[lane];
    }
}

/// Writes the values of an example into a lane of a panel.
#[inline]
pub(super) fn scatter<T: Scalar>(values: &[T], lane: usize, panel: &mut [T]) {
    for (value, row) in values.iter().zip(panel.chunks_exact_mut(T::LANES)) {
        row[lane] = *value;
    }
}

/// Tells `each` where the examples of a block are, `count` of them: the index in the block, the panel and the lane.
#[inline]
pub(super) fn unpack<T: Scalar>(count: usize, block: &[T], rows: usize, mut each: impl FnMut(usize, &[T], usize)) {
    for (first, panel) in (0..count).step_by(T::LANES).zip(block.chunks_exact(panel_len::<T>(rows))) {
        for index in first..count.min(first + T::LANES) {
            each(index, panel, index - first);
        }
    }
}
