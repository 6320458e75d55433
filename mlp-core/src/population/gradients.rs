//! Ways to use the gradients of a block.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use super::plan::Row;
use crate::Scalar;

/// A way to use a gradient.
pub(super) trait Sink<T, const W: usize> {
    /// Whether it changes the parameter, or else the row of its gradient.
    const MOVES: bool;

    fn take(row: &mut Row<T, W>, rates: &[T; W], gradient: [T; W]);
}

/// It moves its parameter at once, by plain gradient descent.
pub(super) struct Descend;
/// It is written down.
pub(super) struct Write;
/// It is added to the sum of a batch.
pub(super) struct Add;

impl<T: Scalar, const W: usize> Sink<T, W> for Descend {
    const MOVES: bool = true;

    #[inline(always)]
    fn take(parameter: &mut Row<T, W>, rates: &[T; W], gradient: [T; W]) {
        let mut moved = parameter.0;
        for l in 0..W {
            moved[l] -= rates[l] * gradient[l];
        }
        parameter.0 = moved;
    }
}

impl<T: Scalar, const W: usize> Sink<T, W> for Write {
    const MOVES: bool = false;

    #[inline(always)]
    fn take(row: &mut Row<T, W>, _: &[T; W], gradient: [T; W]) {
        row.0 = gradient;
    }
}

impl<T: Scalar, const W: usize> Sink<T, W> for Add {
    const MOVES: bool = false;

    #[inline(always)]
    fn take(row: &mut Row<T, W>, _: &[T; W], gradient: [T; W]) {
        let mut sum = row.0;
        for l in 0..W {
            sum[l] += gradient[l];
        }
        row.0 = sum;
    }
}
