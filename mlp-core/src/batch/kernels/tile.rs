//! The multiplications: weights times panels of examples, in tiles whose sums stay in registers.
//!
//! Loops are plain, and each row of a tile has a name of its own. A closure or an iterator that is not inlined is compiled
//! without the processor's features, and a loop that is not unrolled leaves scalar code.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use alloc::vec::Vec;

use super::layout::{panels, panels_mut};
use crate::Scalar;
use crate::math::MultiplyAdd;
use crate::simd::Task;

/// The rows of a tile; the last tile of a matrix may have fewer.
const ROWS: usize = 4;

/// Packs a matrix and the biases of its rows into tiles of up to [`ROWS`] rows. A tile has the biases first, then the
/// elements column by column.
pub(super) fn pack<T: Scalar>(
    rows: usize,
    columns: usize,
    bias: impl Fn(usize) -> T,
    element: impl Fn(usize, usize) -> T,
    tiles: &mut Vec<T>,
) {
    for first in (0..rows).step_by(ROWS) {
        let tile = first..rows.min(first + ROWS);
        tiles.extend(tile.clone().map(&bias));
        for column in 0..columns {
            tiles.extend(tile.clone().map(|row| element(row, column)));
        }
    }
}

/// Goes through `$count` rows tile by tile; a tile begins at row `$first`. Runs `$four` for each tile of [`ROWS`] rows, then
/// one of the others for the remaining rows.
macro_rules! tiles {
    ($count:expr, |$first:ident| $four:expr, $three:expr, $two:expr, $one:expr) => {{
        let mut $first = 0;
        while $count - $first >= ROWS {
            $four;
            $first += ROWS;
        }
        match $count - $first {
            1 => $one,
            2 => $two,
            3 => $three,
            _ => {}
        }
    }};
}

/// out_j = bias_j + Σ_k matrix_jk x_k for all examples of a block, added up in the order of k.
pub(super) struct Product<'a, T, const V: usize> {
    /// By [`pack`].
    pub(super) tiles: &'a [T],
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) x: &'a [T],
    pub(super) out: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Product<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(mut self) {
        tiles!(
            self.rows,
            |first| self.four_rows::<M>(first),
            self.three_rows::<M>(first),
            self.two_rows::<M>(first),
            self.one_row::<M>(first)
        );
    }
}

/// A sum for each row in either half of a panel, each with its own name.
macro_rules! product_tile {
    ($name:ident $rows:literal: $($row:literal $low:ident $high:ident),*) => {
        #[inline(always)]
        fn $name<M: MultiplyAdd>(&mut self, first: usize) {
            let Some(tile) = self.tiles.get(first * (self.columns + 1)..) else { return };
            let Some((biases, weights)) = tile.as_chunks::<$rows>().0.split_first() else { return };
            let Some(weights) = weights.get(..self.columns) else { return };
            let panels = panels::<T, V>(self.x, self.columns).zip(panels_mut::<T, V>(self.out, self.rows));
            for (x, out) in panels {
                let Some(out) = out.get_mut(first..).and_then(|out| out.first_chunk_mut::<$rows>()) else { return };
                $(let (mut $low, mut $high) = ([biases[$row]; V], [biases[$row]; V]);)*
                for (x, w) in x.iter().zip(weights) {
                    $(
                        for v in 0..V {
                            $low[v] = M::multiply_add(w[$row], x[0][v], $low[v]);
                        }
                        for v in 0..V {
                            $high[v] = M::multiply_add(w[$row], x[1][v], $high[v]);
                        }
                    )*
                }
                $(out[$row] = [$low, $high];)*
            }
        }
    };
}

impl<T: Scalar, const V: usize> Product<'_, T, V> {
    product_tile!(four_rows 4: 0 a b, 1 c d, 2 e f, 3 g h);
    product_tile!(three_rows 3: 0 a b, 1 c d, 2 e f);
    product_tile!(two_rows 2: 0 a b, 1 c d);
    product_tile!(one_row 1: 0 a b);
}

/// The derivatives by the parameters of a layer, summed over the examples of the blocks: Σ a_k d_j for the weights, Σ d_j
/// for the biases, in canonical order.
///
/// Sums are kept apart for each lane of a vector until the last block, so the order in which they are added does not
/// depend on how examples are cut into blocks.
pub(super) struct Gradients<'a, T, const V: usize> {
    pub(super) a: &'a [T],
    pub(super) d: &'a [T],
    pub(super) sources: usize,
    pub(super) neurons: usize,
    /// Sums over the blocks before, unless this is the first.
    pub(super) accumulators: &'a mut [[T; V]],
    /// Where the sums go in the last block.
    pub(super) sum: &'a mut [T],
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

impl<T: Scalar, const V: usize> Task for Gradients<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(mut self) {
        // Two sources at a time: twice as many independent sums keep the multipliers busy.
        macro_rules! sources {
            ($neuron:ident, $two:ident, $one:ident) => {{
                let mut source = 0;
                while self.sources - source >= 2 {
                    self.$two::<M>(source, $neuron);
                    source += 2;
                }
                if source < self.sources {
                    self.$one::<M>(source, $neuron);
                }
            }};
        }
        tiles!(
            self.neurons,
            |neuron| sources!(neuron, two_by_four, one_by_four),
            sources!(neuron, two_by_three, one_by_three),
            sources!(neuron, two_by_two, one_by_two),
            sources!(neuron, two_by_one, one_by_one)
        );
        self.biases();
    }
}

/// A sum for each pair of a source and a neuron, each with its own name.
macro_rules! gradient_tile {
    ($name:ident $sources:literal $neurons:literal: $($source:literal $neuron:literal $sum:ident),*) => {
        #[inline(always)]
        fn $name<M: MultiplyAdd>(&mut self, source: usize, neuron: usize) {
            let Self { a, d, sources, neurons, .. } = *self;
            let at = source * neurons + neuron;
            $(let mut $sum = self.start(at + $source * neurons + $neuron);)*
            for (a, d) in panels::<T, V>(a, sources).zip(panels::<T, V>(d, neurons)) {
                let (Some(a), Some(d)) = (a.get(source..), d.get(neuron..)) else { return };
                let (Some(a), Some(d)) = (a.first_chunk::<$sources>(), d.first_chunk::<$neurons>()) else { return };
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
            $(self.finish(at + $source * neurons + $neuron, $sum);)*
        }
    };
}

impl<T: Scalar, const V: usize> Gradients<'_, T, V> {
    gradient_tile!(two_by_four 2 4: 0 0 s, 1 0 t, 0 1 u, 1 1 v, 0 2 w, 1 2 x, 0 3 y, 1 3 z);
    gradient_tile!(one_by_four 1 4: 0 0 s, 0 1 t, 0 2 u, 0 3 v);
    gradient_tile!(two_by_three 2 3: 0 0 s, 1 0 t, 0 1 u, 1 1 v, 0 2 w, 1 2 x);
    gradient_tile!(one_by_three 1 3: 0 0 s, 0 1 t, 0 2 u);
    gradient_tile!(two_by_two 2 2: 0 0 s, 1 0 t, 0 1 u, 1 1 v);
    gradient_tile!(one_by_two 1 2: 0 0 s, 0 1 t);
    gradient_tile!(two_by_one 2 1: 0 0 s, 1 0 t);
    gradient_tile!(one_by_one 1 1: 0 0 s);

    #[inline(always)]
    fn biases(&mut self) {
        for neuron in 0..self.neurons {
            let at = self.sources * self.neurons + neuron;
            let mut sum = self.start(at);
            for d in panels::<T, V>(self.d, self.neurons) {
                let Some(d) = d.get(neuron) else { return };
                for v in 0..V {
                    sum[v] += d[0][v];
                }
                for v in 0..V {
                    sum[v] += d[1][v];
                }
            }
            self.finish(at, sum);
        }
    }

    /// The sums over the blocks before.
    #[inline(always)]
    fn start(&self, index: usize) -> [T; V] {
        if self.is_first { [T::ZERO; V] } else { self.accumulators[index] }
    }

    /// Keeps the sums for the next block; after the last one, adds up their lanes.
    #[inline(always)]
    fn finish(&mut self, index: usize, accumulator: [T; V]) {
        if self.is_last {
            let mut sum = T::ZERO;
            for lane in accumulator {
                sum += lane;
            }
            self.sum[index] = sum;
        } else {
            self.accumulators[index] = accumulator;
        }
    }
}
