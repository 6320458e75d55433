//! The multiplications: weights times panels of examples, in tiles whose sums stay in registers.
//!
//! A sum is added up in an order of its own, so the bits do not depend on how a matrix is cut into tiles.
//!
//! Loops are plain, and each sum of a tile has a name of its own. A closure or an iterator that is not inlined is compiled
//! without the processor's features, and a loop that is not unrolled leaves scalar code.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

mod gradients;
mod product;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;

use crate::Scalar;

pub(super) use gradients::Gradients;
pub(super) use product::Product;

/// The rows of a tile of [`Product`], at most. Each has two sums, and all of them share two vectors of examples and one
/// weight.
pub(super) const fn product_rows(registers: usize) -> usize {
    match registers {
        32.. => 8,
        16.. => 4,
        _ => 2,
    }
}

/// The sources of a tile of [`Gradients`], at most. A tile has a sum for each of its sources and neurons.
const fn gradient_sources(registers: usize) -> usize {
    match registers {
        32.. => 4,
        16.. => 3,
        _ => 2,
    }
}

/// The neurons of a tile of [`Gradients`], at most.
const GRADIENT_NEURONS: usize = 4;

/// The sums of a tile of [`Gradients`], at most.
pub(super) const GRADIENT_SUMS: usize = gradient_sources(usize::MAX) * GRADIENT_NEURONS;

/// How many of the `rest` rows the next tile has: as many as it may. The last two share what is left, because a small tile
/// has too few sums to keep the multipliers busy.
#[inline(always)]
const fn tile_size(rest: usize, most: usize) -> usize {
    if rest <= most {
        rest
    } else if rest < 2 * most {
        rest.div_ceil(2)
    } else {
        most
    }
}

/// Packs a matrix and the biases of its rows into tiles of up to `most` rows. A tile has the biases first, then the
/// elements column by column.
pub(super) fn pack<T: Scalar>(
    [rows, columns]: [usize; 2],
    most: usize,
    bias: impl Fn(usize) -> T,
    element: impl Fn(usize, usize) -> T,
    tiles: &mut Vec<T>,
) {
    tiles.clear();
    let mut first = 0;
    while first < rows {
        let tile = first..first + tile_size(rows - first, most);
        tiles.extend(tile.clone().map(&bias));
        for column in 0..columns {
            tiles.extend(tile.clone().map(|row| element(row, column)));
        }
        first = tile.end;
    }
}
