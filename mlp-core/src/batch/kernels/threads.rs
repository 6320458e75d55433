//! Pieces of a large batch on several threads.
//!
//! A piece is computed as it would be on one thread, and the sums of the pieces are added in their order: the bits do not
//! depend on the number of threads, nor on whether there are any.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use rayon::prelude::*;

use super::pass::{Pass, Workspace};
use super::plan::KernelPlan;
use super::{BatchSource, Kernels, PredictionCallback, add};
use crate::Scalar;
use crate::batch::ranges;

/// What a thread works with, and what comes of it.
struct Worker<T, const V: usize> {
    workspace: Workspace<T, V>,
    sum: Option<Vec<T>>,
    /// Predictions of blocks.
    seen: Vec<(Range<usize>, Vec<T>)>,
}

/// As on one thread, as many pieces at a time as there are threads.
pub(super) fn pass<T, const V: usize>(
    plan: &KernelPlan<T>,
    examples: &dyn BatchSource<T>,
    mut on_predictions: Option<PredictionCallback<'_, T>>,
    mut sum: Option<&mut [T]>,
) where
    T: Scalar + Kernels,
{
    let is_watched = on_predictions.is_some();
    let new = || Worker::<T, V> {
        workspace: Workspace::EMPTY,
        sum: sum.as_ref().map(|sum| vec![T::ZERO; sum.len()]),
        seen: Vec::new(),
    };
    let mut workers: Vec<_> = core::iter::repeat_with(new).take(rayon::current_num_threads()).collect();
    let mut pieces = ranges(examples.count(), plan.piece).peekable();
    let mut is_first = true;
    while pieces.peek().is_some() {
        let places: Vec<_> = pieces.by_ref().take(workers.len()).collect();
        let busy = &mut workers[..places.len()];
        busy.par_iter_mut().zip(places).for_each(|(worker, places)| {
            let Worker { workspace, sum, seen } = worker;
            let mut keep = |places: Range<usize>, lines: &[T]| seen.push((places, lines.to_vec()));
            let on_predictions = if is_watched { Some(&mut keep as PredictionCallback<'_, T>) } else { None };
            Pass { plan, workspace, examples, places, on_predictions, kept: 0, sum: sum.as_deref_mut() }.run();
        });
        for Worker { sum: of_piece, seen, .. } in busy {
            if let Some(on_predictions) = &mut on_predictions {
                seen.drain(..).for_each(|(places, lines)| on_predictions(places, &lines));
            }
            match (&mut sum, of_piece) {
                (Some(sum), Some(of_piece)) if is_first => sum.copy_from_slice(of_piece),
                (Some(sum), Some(of_piece)) => add(of_piece, sum),
                _ => {}
            }
            is_first = false;
        }
    }
}
