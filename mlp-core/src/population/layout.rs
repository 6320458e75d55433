//! How networks lie side by side in the lanes of vectors.
//!
//! A row holds one quantity, such as a weight, of as many networks as there are lanes. These networks are a strip. In memory
//! their parameters are rows in canonical order, strip by strip.
//!
//! A training lays several strips out as one block. There the rows of a quantity follow each other, one for each strip. So
//! whatever a step does once for a quantity, it does once for all strips.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use core::hint;

use crate::Scalar;

/// One quantity of `W` networks, each in its lane. Rows begin at cache lines, since a vector that straddles two of them
/// takes twice as long to load.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub struct Row<T, const W: usize>(pub(super) [T; W]);

impl<T: Scalar, const W: usize> Row<T, W> {
    pub(crate) const ZERO: Self = Self([T::ZERO; W]);
}

impl<T, const W: usize> AsRef<[T]> for Row<T, W> {
    fn as_ref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const W: usize> AsMut<[T]> for Row<T, W> {
    fn as_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}

/// Ends the work on a row. Without it, the compiler makes vectors of one lane's values in several rows, and has to shuffle
/// them.
#[inline(always)]
pub(super) fn end_row() {
    hint::black_box(());
}

/// The rows of one strip of a block.
pub(super) fn strip<R>(rows: &[R], strips: usize, strip: usize) -> impl Iterator<Item = &R> {
    rows.iter().skip(strip).step_by(strips)
}

/// [`strip`], to change the rows.
pub(super) fn strip_mut<R>(rows: &mut [R], strips: usize, strip: usize) -> impl Iterator<Item = &mut R> {
    rows.iter_mut().skip(strip).step_by(strips)
}

/// Reads the values in a lane.
pub(super) fn gather<'a, T: Copy, R: AsRef<[T]> + 'a>(
    rows: impl IntoIterator<Item = &'a R>,
    lane: usize,
    values: &mut [T],
) {
    for (value, row) in values.iter_mut().zip(rows) {
        *value = row.as_ref()[lane];
    }
}

/// Writes values into a lane.
pub(super) fn scatter<'a, T: Copy, R: AsMut<[T]> + 'a>(
    values: &[T],
    lane: usize,
    rows: impl IntoIterator<Item = &'a mut R>,
) {
    for (&value, row) in values.iter().zip(rows) {
        row.as_mut()[lane] = value;
    }
}
