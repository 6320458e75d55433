//! Weights times panels of examples.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use super::{product_rows, tile_size};
use crate::Scalar;
use crate::batch::kernels::layout::{panel_len, panels, panels_mut};
use crate::batch::kernels::plan::BLOCK_PANELS;
use crate::math::MultiplyAdd;
use crate::simd::TiledTask;

/// From this number of columns on, all rows of a product are multiplied with a [`GROUP`] of panels before the next group.
const WIDE: usize = 32;

/// The panels of a group, which stay in the first cache meanwhile.
const GROUP: usize = 4;

/// out_j = bias_j + Σ_k matrix_jk x_k for all examples of a block, added up in the order of k.
pub(in crate::batch::kernels) struct Product<'a, T, const V: usize> {
    /// By [`pack`].
    pub(in crate::batch::kernels) tiles: &'a [T],
    pub(in crate::batch::kernels) columns: usize,
    pub(in crate::batch::kernels) rows: usize,
    pub(in crate::batch::kernels) x: &'a [T],
    pub(in crate::batch::kernels) out: &'a mut [T],
}

impl<T: Scalar, const V: usize> TiledTask for Product<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd, const REGISTERS: usize>(self) {
        let Self { tiles, columns, rows, x, out } = self;
        let most = product_rows(REGISTERS);
        let group = if columns < WIDE { BLOCK_PANELS } else { GROUP };
        for (x, out) in x.chunks(group * panel_len::<T>(columns)).zip(out.chunks_mut(group * panel_len::<T>(rows))) {
            let mut first = 0;
            while first < rows {
                let Some(tile) = tiles.get(first * (columns + 1)..) else { return };
                let panels = panels::<T, V>(x, columns).zip(panels_mut::<T, V>(out, rows));
                // A sum for each row in either half of a panel.
                macro_rules! tile {
                    ($rows:literal: $($row:literal $low:ident $high:ident),*) => {{
                        let Some((biases, weights)) = tile.as_chunks::<$rows>().0.split_first() else { return };
                        let Some(weights) = weights.get(..columns) else { return };
                        for (x, out) in panels {
                            let Some(out) = out.get_mut(first..).and_then(|out| out.first_chunk_mut::<$rows>()) else {
                                return;
                            };
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
                    }};
                }
                let height = tile_size(rows - first, most);
                match height {
                    1 => tile!(1: 0 a b),
                    2 => tile!(2: 0 a b, 1 c d),
                    3 if most >= 3 => tile!(3: 0 a b, 1 c d, 2 e f),
                    4 if most >= 4 => tile!(4: 0 a b, 1 c d, 2 e f, 3 g h),
                    5 if most >= 5 => tile!(5: 0 a b, 1 c d, 2 e f, 3 g h, 4 i j),
                    6 if most >= 6 => tile!(6: 0 a b, 1 c d, 2 e f, 3 g h, 4 i j, 5 k l),
                    7 if most >= 7 => tile!(7: 0 a b, 1 c d, 2 e f, 3 g h, 4 i j, 5 k l, 6 m n),
                    8 if most >= 8 => tile!(8: 0 a b, 1 c d, 2 e f, 3 g h, 4 i j, 5 k l, 6 m n, 7 o p),
                    _ => return,
                }
                first += height;
            }
        }
    }
}
