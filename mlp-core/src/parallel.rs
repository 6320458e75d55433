//! Independent pieces of work: on several threads with the feature `rayon`, otherwise one after the other.

use alloc::vec::Vec;

/// The results of `work` for 0, 1, …, `count` − 1, in this order, whatever the number of threads.
#[cfg(feature = "rayon")]
pub(crate) fn map<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    use rayon::prelude::*;

    (0..count).into_par_iter().map(&work).collect()
}

/// The results of `work` for 0, 1, …, `count` − 1, in this order. It asks for `Send` and `Sync` too, so that code that
/// compiles here compiles with the feature `rayon`.
#[cfg(not(feature = "rayon"))]
pub(crate) fn map<R: Send>(count: usize, work: impl Fn(usize) -> R + Sync) -> Vec<R> {
    (0..count).map(work).collect()
}
