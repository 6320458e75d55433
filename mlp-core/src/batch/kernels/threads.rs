//! The chunks of a large batch on several threads.
//!
//! A chunk is computed as it would be on one thread, and the sums of the chunks are added in their order. So the bits do
//! not depend on the number of threads.

use alloc::vec::Vec;
use core::ops::Range;

use rayon::prelude::*;

use super::pass::Workspace;
use super::plan::KernelPlan;
use super::{BatchSource, OutputCallback, add};
use crate::Scalar;
use crate::batch::ranges;

/// The workspace of a thread, its chunk and its results. Workers stay from pass to pass, so that only the first pass
/// allocates.
pub(super) struct Worker<T, const V: usize> {
    workspace: Workspace<T, V>,
    chunk: Range<usize>,
    sum: Vec<T>,
    /// The positions of each block, and how many values the callback is to receive for them.
    blocks: Vec<(Range<usize>, usize)>,
    /// These values, block by block.
    outputs: Vec<T>,
}

impl<T: Scalar, const V: usize> Worker<T, V> {
    const fn new() -> Self {
        Self { workspace: Workspace::EMPTY, chunk: 0..0, sum: Vec::new(), blocks: Vec::new(), outputs: Vec::new() }
    }
}

/// The pass over a batch; each thread of the pool takes a chunk at a time.
pub(super) fn pass<T: Scalar, const V: usize>(
    workers: &mut Vec<Worker<T, V>>,
    plan: &KernelPlan<T>,
    source: &dyn BatchSource<T>,
    mut on_outputs: Option<OutputCallback<'_, T>>,
    mut sum: Option<&mut [T]>,
) {
    let (is_watched, parameters) = (on_outputs.is_some(), sum.as_ref().map(|sum| sum.len()));
    workers.resize_with(rayon::current_num_threads(), Worker::new);
    let mut chunks = ranges(source.count(), plan.chunk_size);
    let mut is_first = true;
    while chunks.len() > 0 {
        let mut count = 0;
        for (worker, chunk) in workers.iter_mut().zip(chunks.by_ref()) {
            worker.chunk = chunk;
            count += 1;
        }
        let busy = &mut workers[..count];
        busy.par_iter_mut().for_each(|Worker { workspace, chunk, sum, blocks, outputs }| {
            blocks.clear();
            outputs.clear();
            let mut keep = |positions: Range<usize>, values: &[T]| {
                blocks.push((positions, values.len()));
                outputs.extend_from_slice(values);
            };
            let mut on_outputs: Option<OutputCallback<'_, T>> = if is_watched { Some(&mut keep) } else { None };
            let sum = parameters.map(|parameters| {
                sum.resize(parameters, T::ZERO);
                &mut sum[..]
            });
            workspace.pass(plan, source, chunk.clone(), &mut on_outputs, sum);
        });
        for Worker { sum: chunk_sum, blocks, outputs, .. } in busy {
            if let Some(on_outputs) = &mut on_outputs {
                let mut rest = &outputs[..];
                for (positions, length) in blocks.drain(..) {
                    let (values, others) = rest.split_at(length);
                    on_outputs(positions, values);
                    rest = others;
                }
            }
            match &mut sum {
                Some(sum) if is_first => sum.copy_from_slice(chunk_sum),
                Some(sum) => add(chunk_sum, sum),
                None => {}
            }
            is_first = false;
        }
    }
}
