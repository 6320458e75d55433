//! What becomes of the gradients of a block: they move parameters at once, are written down, or are summed, and the sums become
//! means.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use super::layout::{Row, strip, strip_mut};
use crate::Scalar;
use crate::math::{MultiplyAdd, absolute};
use crate::simd::Task;

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

/// Makes the means of sums of gradients, and clips them.
pub(super) struct Mean<'a, T, const W: usize> {
    pub(super) strips: usize,
    pub(super) sums: &'a mut [Row<T, W>],
    pub(super) count: T,
    pub(super) clip_norm: Option<T>,
}

impl<T: Scalar, const W: usize> Task for Mean<'_, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { strips, sums, count, clip_norm } = self;
        for sum in &mut *sums {
            let mut mean = sum.0;
            for l in 0..W {
                mean[l] = mean[l] / count;
            }
            sum.0 = mean;
        }
        if let Some(length) = clip_norm {
            for strip in 0..strips {
                clip([strips, strip], sums, length);
            }
        }
    }
}

/// [`clip_norm`](crate::trainer::clip_norm) in every lane of a strip, to the same bits.
#[inline(always)]
fn clip<T: Scalar, const W: usize>([strips, number]: [usize; 2], gradients: &mut [Row<T, W>], length: T) {
    let mut largest = [T::ZERO; W];
    for gradient in strip(gradients, strips, number) {
        for l in 0..W {
            let size = absolute(gradient.0[l]);
            largest[l] = if size > largest[l] { size } else { largest[l] };
        }
    }
    let mut squares = [T::ZERO; W];
    for gradient in strip(gradients, strips, number) {
        for l in 0..W {
            let share = gradient.0[l] / largest[l];
            squares[l] += share * share;
        }
    }
    let mut norm = [T::ZERO; W];
    for l in 0..W {
        norm[l] = squares[l].sqrt();
    }
    for gradient in strip_mut(gradients, strips, number) {
        let mut g = gradient.0;
        for l in 0..W {
            let is_longer = largest[l] != T::ZERO && largest[l] * norm[l] > length;
            let clipped = g[l] / largest[l] * (length / norm[l]);
            g[l] = if is_longer { clipped } else { g[l] };
        }
        gradient.0 = g;
    }
}
