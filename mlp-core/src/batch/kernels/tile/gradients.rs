//! The gradients of a layer.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use core::array;

use super::{GRADIENT_NEURONS, gradient_sources, tile_size};
use crate::Scalar;
use crate::batch::kernels::layout::panels;
use crate::math::MultiplyAdd;
use crate::simd::TiledTask;

/// The gradients of a layer, summed over the examples of the blocks: Σ a_k d_j for the weights, Σ d_j for the biases, in
/// canonical order.
///
/// Sums are kept apart for each lane of a vector until the last block, so the order in which they are added does not
/// depend on how examples are cut into blocks.
pub(in crate::batch::kernels) struct Gradients<'a, T, const V: usize> {
    pub(in crate::batch::kernels) a: &'a [T],
    pub(in crate::batch::kernels) d: &'a [T],
    pub(in crate::batch::kernels) sources: usize,
    pub(in crate::batch::kernels) neurons: usize,
    /// Sums over the blocks before, unless this is the first, tile by tile. If this is the only block, there is room for
    /// one tile.
    pub(in crate::batch::kernels) accumulators: &'a mut [[T; V]],
    /// Where the sums go in the last block.
    pub(in crate::batch::kernels) sum: &'a mut [T],
    pub(in crate::batch::kernels) is_first: bool,
    pub(in crate::batch::kernels) is_last: bool,
}

impl<T: Scalar, const V: usize> TiledTask for Gradients<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd, const REGISTERS: usize>(mut self) {
        let (a, d, [sources, neurons]) = (self.a, self.d, [self.sources, self.neurons]);
        let most = gradient_sources(REGISTERS);
        let (mut at, mut neuron) = (0, 0);
        while neuron < self.neurons {
            let width = tile_size(self.neurons - neuron, GRADIENT_NEURONS);
            let mut source = 0;
            while source < self.sources {
                let height = tile_size(self.sources - source, most);
                let Some(sums) = self.start(at, height * width) else { return };
                let panels = panels::<T, V>(a, sources).zip(panels::<T, V>(d, neurons));
                // A sum for each pair of a source and a neuron.
                macro_rules! tile {
                    ($sources:literal $neurons:literal: $($source:literal $neuron:literal $sum:ident),*) => {{
                        let Some(sums) = sums.first_chunk_mut::<{ $sources * $neurons }>() else { return };
                        $(let mut $sum = sums[$source * $neurons + $neuron];)*
                        for (a, d) in panels {
                            let (Some(a), Some(d)) = (a.get(source..), d.get(neuron..)) else { return };
                            let (Some(a), Some(d)) = (a.first_chunk::<$sources>(), d.first_chunk::<$neurons>()) else {
                                return;
                            };
                            $(
                                for v in 0..V {
                                    $sum[v] = M::multiply_add(d[$neuron][0][v], a[$source][0][v], $sum[v]);
                                }
                            )*
                            $(
                                for v in 0..V {
                                    $sum[v] = M::multiply_add(d[$neuron][1][v], a[$source][1][v], $sum[v]);
                                }
                            )*
                        }
                        $(sums[$source * $neurons + $neuron] = $sum;)*
                    }};
                }
                match (height, width) {
                    (1, 1) => tile!(1 1: 0 0 a),
                    (1, 2) => tile!(1 2: 0 0 a, 0 1 b),
                    (2, 1) => tile!(2 1: 0 0 a, 1 0 b),
                    (2, 2) => tile!(2 2: 0 0 a, 1 0 b, 0 1 c, 1 1 d),
                    (1, 3) => tile!(1 3: 0 0 a, 0 1 b, 0 2 c),
                    (1, 4) => tile!(1 4: 0 0 a, 0 1 b, 0 2 c, 0 3 d),
                    (2, 3) => tile!(2 3: 0 0 a, 1 0 b, 0 1 c, 1 1 d, 0 2 e, 1 2 f),
                    (2, 4) => tile!(2 4: 0 0 a, 1 0 b, 0 1 c, 1 1 d, 0 2 e, 1 2 f, 0 3 g, 1 3 h),
                    (3, 1) if most >= 3 => tile!(3 1: 0 0 a, 1 0 b, 2 0 c),
                    (3, 2) if most >= 3 => tile!(3 2: 0 0 a, 1 0 b, 2 0 c, 0 1 d, 1 1 e, 2 1 f),
                    (3, 3) if most >= 3 => {
                        tile!(3 3: 0 0 a, 1 0 b, 2 0 c, 0 1 d, 1 1 e, 2 1 f, 0 2 g, 1 2 h, 2 2 i);
                    }
                    (3, 4) if most >= 3 => {
                        tile!(3 4: 0 0 a, 1 0 b, 2 0 c, 0 1 d, 1 1 e, 2 1 f, 0 2 g, 1 2 h, 2 2 i, 0 3 j, 1 3 k, 2 3 l);
                    }
                    (4, 1) if most >= 4 => tile!(4 1: 0 0 a, 1 0 b, 2 0 c, 3 0 d),
                    (4, 2) if most >= 4 => tile!(4 2: 0 0 a, 1 0 b, 2 0 c, 3 0 d, 0 1 e, 1 1 f, 2 1 g, 3 1 h),
                    (4, 3) if most >= 4 => {
                        tile!(4 3: 0 0 a, 1 0 b, 2 0 c, 3 0 d, 0 1 e, 1 1 f, 2 1 g, 3 1 h, 0 2 i, 1 2 j, 2 2 k, 3 2 l);
                    }
                    (4, 4) if most >= 4 => {
                        tile!(4 4: 0 0 a, 1 0 b, 2 0 c, 3 0 d, 0 1 e, 1 1 f, 2 1 g, 3 1 h, 0 2 i, 1 2 j, 2 2 k, 3 2 l,
                            0 3 m, 1 3 n, 2 3 o, 3 3 p);
                    }
                    _ => return,
                }
                at = self.finish([source, neuron], [height, width], at);
                source += height;
            }
            let Some(sums) = self.start(at, width) else { return };
            let panels = panels::<T, V>(d, neurons);
            // The biases of these neurons.
            macro_rules! tile {
                ($neurons:literal: $($neuron:literal $sum:ident),*) => {{
                    let Some(sums) = sums.first_chunk_mut::<$neurons>() else { return };
                    $(let mut $sum = sums[$neuron];)*
                    for d in panels {
                        let Some(d) = d.get(neuron..).and_then(|d| d.first_chunk::<$neurons>()) else { return };
                        $(
                            for v in 0..V {
                                $sum[v] += d[$neuron][0][v];
                            }
                            for v in 0..V {
                                $sum[v] += d[$neuron][1][v];
                            }
                        )*
                    }
                    $(sums[$neuron] = $sum;)*
                }};
            }
            match width {
                1 => tile!(1: 0 a),
                2 => tile!(2: 0 a, 1 b),
                3 => tile!(3: 0 a, 1 b, 2 c),
                4 => tile!(4: 0 a, 1 b, 2 c, 3 d),
                _ => return,
            }
            at = self.finish([self.sources, neuron], [1, width], at);
            neuron += width;
        }
    }
}

impl<T: Scalar, const V: usize> Gradients<'_, T, V> {
    /// The accumulators of a tile, which begin at 0 in the first block.
    #[inline(always)]
    fn start(&mut self, at: usize, count: usize) -> Option<&mut [[T; V]]> {
        let sums = self.accumulators.get_mut(at..at + count)?;
        if self.is_first {
            for sum in &mut *sums {
                *sum = [T::ZERO; V];
            }
        }
        Some(sums)
    }

    /// After the last block, adds up the lanes of the tile that begins at this source and neuron. Returns where the next
    /// tile has its accumulators.
    #[inline(always)]
    fn finish(&mut self, [source, neuron]: [usize; 2], [height, width]: [usize; 2], at: usize) -> usize {
        if self.is_last {
            let Some(tile) = self.accumulators.get(at..) else { return at };
            for (row, tile) in tile.chunks_exact(width).take(height).enumerate() {
                let Some(sums) = self.sum.get_mut((source + row) * self.neurons + neuron..) else { return at };
                match (tile.first_chunk::<GRADIENT_NEURONS>(), sums.first_chunk_mut::<GRADIENT_NEURONS>()) {
                    (Some(tile), Some(sums)) => add_lanes(tile, sums),
                    _ => {
                        for (sum, lanes) in sums.iter_mut().zip(tile) {
                            add_lanes(array::from_ref(lanes), array::from_mut(sum));
                        }
                    }
                }
            }
        }
        if self.is_first && self.is_last { at } else { at + height * width }
    }
}

/// The sums of the lanes, from the first to the last.
#[inline(always)]
#[allow(clippy::needless_range_loop, reason = "an iterator that is not inlined lacks the task's features")]
fn add_lanes<T: Scalar, const V: usize, const N: usize>(tile: &[[T; V]; N], sums: &mut [T; N]) {
    *sums = [T::ZERO; N];
    for lane in 0..V {
        for n in 0..N {
            sums[n] += tile[n][lane];
        }
    }
}
