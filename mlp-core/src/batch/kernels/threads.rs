//! The chunks of a large batch on several threads.
//!
//! A chunk is computed as it would be on one thread, and the sums of the chunks are added in their order. So the bits do
//! not depend on the number of threads.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use rayon::prelude::*;

use super::pass::Workspace;
use super::plan::KernelPlan;
use super::{BatchSource, OutputCallback, add};
use crate::Scalar;
use crate::batch::ranges;

/// The workspace of a thread, and its results.
struct Worker<T, const V: usize> {
    workspace: Workspace<T, V>,
    sum: Option<Vec<T>>,
    /// The positions of each block, and what the callback is to receive.
    outputs: Vec<(Range<usize>, Vec<T>)>,
}

/// The pass over a batch; each thread of the pool takes a chunk at a time.
pub(super) fn pass<T: Scalar, const V: usize>(
    plan: &KernelPlan<T>,
    source: &dyn BatchSource<T>,
    mut on_outputs: Option<OutputCallback<'_, T>>,
    mut sum: Option<&mut [T]>,
) {
    let is_watched = on_outputs.is_some();
    let new = || Worker::<T, V> {
        workspace: Workspace::EMPTY,
        sum: sum.as_ref().map(|sum| vec![T::ZERO; sum.len()]),
        outputs: Vec::new(),
    };
    let mut workers: Vec<_> = core::iter::repeat_with(new).take(rayon::current_num_threads()).collect();
    let mut chunks = ranges(source.count(), plan.chunk_size);
    let mut is_first = true;
    while chunks.len() > 0 {
        let round: Vec<_> = chunks.by_ref().take(workers.len()).collect();
        let busy = &mut workers[..round.len()];
        busy.par_iter_mut().zip(round).for_each(|(worker, positions)| {
            let Worker { workspace, sum, outputs } = worker;
            let mut keep = |positions: Range<usize>, values: &[T]| outputs.push((positions, values.to_vec()));
            let mut on_outputs: Option<OutputCallback<'_, T>> = if is_watched { Some(&mut keep) } else { None };
            workspace.pass(plan, source, positions, &mut on_outputs, sum.as_deref_mut());
        });
        for Worker { sum: chunk_sum, outputs, .. } in busy {
            if let Some(on_outputs) = &mut on_outputs {
                outputs.drain(..).for_each(|(positions, values)| on_outputs(positions, &values));
            }
            match (&mut sum, chunk_sum) {
                (Some(sum), Some(chunk_sum)) if is_first => sum.copy_from_slice(chunk_sum),
                (Some(sum), Some(chunk_sum)) => add(chunk_sum, sum),
                _ => {}
            }
            is_first = false;
        }
    }
}
