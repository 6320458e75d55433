//! The multiplications: weights times panels of examples, in tiles whose sums stay in registers.
//!
//! Loops are plain, and the rows of a tile have each a name: a closure, an iterator or a loop that is not inlined or
//! unrolled leaves scalar code without processor features.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use alloc::vec::Vec;

use super::layout::{panels, panels_mut};
use crate::Scalar;
use crate::math::MultiplyAdd;
use crate::simd::Task;

/// Rows in a tile, the last ones of a matrix excepted.
const ROWS: usize = 4;

/// Packs a matrix and the biases of its rows into tiles: those of up to [`ROWS`] rows, tile after tile; in a tile the
/// biases, then the elements, column by column.
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

/// out[j] = bias[j] + Σ_k matrix[j][k] x[k] for all examples of a block, added up in the order of k.
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
        let mut first = 0;
        while self.rows - first >= 4 {
            self.four_rows::<M>(first);
            first += 4;
        }
        match self.rows - first {
            1 => self.one_row::<M>(first),
            2 => self.two_rows::<M>(first),
            3 => self.three_rows::<M>(first),
            _ => {}
        }
    }
}

/// sum += w · x, lane by lane.
#[inline(always)]
fn add<T: Scalar, M: MultiplyAdd, const V: usize>(sum: &mut [T; V], w: T, x: &[T; V]) {
    for v in 0..V {
        sum[v] = M::multiply_add(w, x[v], sum[v]);
    }
}

/// sum += d · a, lane by lane.
#[inline(always)]
fn add_products<T: Scalar, M: MultiplyAdd, const V: usize>(sum: &mut [T; V], d: &[T; V], a: &[T; V]) {
    for v in 0..V {
        sum[v] = M::multiply_add(d[v], a[v], sum[v]);
    }
}

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
                        add::<T, M, V>(&mut $low, w[$row], &x[0]);
                        add::<T, M, V>(&mut $high, w[$row], &x[1]);
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

/// The derivatives by the parameters of a layer, summed over the examples of the blocks: Σ a[k] d[j] for the weights, Σ d[j]
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
        let mut neuron = 0;
        while self.neurons - neuron >= 4 {
            self.four_neurons::<M>(neuron);
            neuron += 4;
        }
        match self.neurons - neuron {
            1 => self.one_neuron::<M>(neuron),
            2 => self.two_neurons::<M>(neuron),
            3 => self.three_neurons::<M>(neuron),
            _ => {}
        }
        self.biases();
    }
}

macro_rules! gradient_tiles {
    ($name:ident $neurons:literal: $($row:literal $even:ident $odd:ident),*) => {
        /// Two sources at a time: twice as many sums, each with its own name.
        #[inline(always)]
        fn $name<M: MultiplyAdd>(&mut self, neuron: usize) {
            let Self { a, d, sources, neurons, .. } = *self;
            let mut source = 0;
            while sources - source >= 2 {
                let at = source * neurons + neuron;
                $(let (mut $even, mut $odd) = (self.start(at + $row), self.start(at + neurons + $row));)*
                for (a, d) in panels::<T, V>(a, sources).zip(panels::<T, V>(d, neurons)) {
                    let (Some(a), Some(d)) = (a.get(source..), d.get(neuron..)) else { return };
                    let (Some(a), Some(d)) = (a.first_chunk::<2>(), d.first_chunk::<$neurons>()) else { return };
                    $(
                        add_products::<T, M, V>(&mut $even, &d[$row][0], &a[0][0]);
                        add_products::<T, M, V>(&mut $odd, &d[$row][0], &a[1][0]);
                    )*
                    $(
                        add_products::<T, M, V>(&mut $even, &d[$row][1], &a[0][1]);
                        add_products::<T, M, V>(&mut $odd, &d[$row][1], &a[1][1]);
                    )*
                }
                $(
                    self.finish(at + $row, $even);
                    self.finish(at + neurons + $row, $odd);
                )*
                source += 2;
            }
            if source < sources {
                let at = source * neurons + neuron;
                $(let mut $even = self.start(at + $row);)*
                for (a, d) in panels::<T, V>(a, sources).zip(panels::<T, V>(d, neurons)) {
                    let (Some(a), Some(d)) = (a.get(source), d.get(neuron..)) else { return };
                    let Some(d) = d.first_chunk::<$neurons>() else { return };
                    $(add_products::<T, M, V>(&mut $even, &d[$row][0], &a[0]);)*
                    $(add_products::<T, M, V>(&mut $even, &d[$row][1], &a[1]);)*
                }
                $(self.finish(at + $row, $even);)*
            }
        }
    };
}

impl<T: Scalar, const V: usize> Gradients<'_, T, V> {
    gradient_tiles!(four_neurons 4: 0 e0 o0, 1 e1 o1, 2 e2 o2, 3 e3 o3);
    gradient_tiles!(three_neurons 3: 0 e0 o0, 1 e1 o1, 2 e2 o2);
    gradient_tiles!(two_neurons 2: 0 e0 o0, 1 e1 o1);
    gradient_tiles!(one_neuron 1: 0 e0 o0);

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
