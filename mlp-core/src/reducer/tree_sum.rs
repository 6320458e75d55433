//! The sum of all shards in a fixed order.

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use crate::Scalar;
use crate::math::for_each_pair;

/// Adds the sums of shards in a binary tree that depends on the number of shards alone.
///
/// A block of level k is 2ᵏ consecutive shards, the first of which is a multiple of 2ᵏ. The sum of a block is that of its
/// left half plus that of its right half. A process adds all whole blocks of its shards, and only the sums of these travel.
/// Those who receive them go on adding in the same tree. If the number of shards is not a power of two, the blocks that are
/// left in the end are added from the last to the first.
pub(crate) struct TreeSum<T> {
    /// Blocks from left to right that are not added yet; the first `used` are in use. The others keep their memory.
    blocks: Vec<Block<T>>,
    used: usize,
    /// A sum that is received.
    received: Vec<T>,
}

struct Block<T> {
    level: u32,
    /// Its first shard, in units of its length.
    index: usize,
    sum: Vec<T>,
}

impl<T: Scalar> TreeSum<T> {
    pub(crate) const fn new() -> Self {
        Self { blocks: Vec::new(), used: 0, received: Vec::new() }
    }

    pub(crate) const fn clear(&mut self) {
        self.used = 0;
    }

    /// Adds the sum of the next block.
    pub(crate) fn push(&mut self, level: u32, index: usize, sum: &[T]) {
        let (mut level, mut index) = (level, index);
        // The right half of a block is added to its left half, without a copy.
        if let Some(left) = self.sibling(level, index) {
            add(&mut left.sum, sum);
            (level, index) = (level + 1, index / 2);
            (left.level, left.index) = (level, index);
        } else {
            self.put(level, index, sum);
        }
        while let Some([.., left, right]) = self.blocks.get_mut(..self.used) {
            if !is_left_half((left.level, left.index), (level, index)) {
                break;
            }
            add(&mut left.sum, &right.sum);
            (level, index) = (level + 1, index / 2);
            (left.level, left.index) = (level, index);
            self.used -= 1;
        }
    }

    /// Adds the sum of the next block, as [`Precompiled::write_le`](crate::precompiled::Precompiled::write_le) writes it.
    pub(crate) fn push_bytes(&mut self, level: u32, index: usize, bytes: &[u8]) {
        let mut sum = mem::take(&mut self.received);
        sum.resize(bytes.len() / size_of::<T>(), T::ZERO);
        T::read_le(bytes, &mut sum);
        self.push(level, index, &sum);
        self.received = sum;
    }

    /// The last block, if it is the left half of the block whose right half is this one.
    fn sibling(&mut self, level: u32, index: usize) -> Option<&mut Block<T>> {
        let last = self.blocks.get_mut(..self.used)?.last_mut()?;
        is_left_half((last.level, last.index), (level, index)).then_some(last)
    }

    fn put(&mut self, level: u32, index: usize, sum: &[T]) {
        if self.used == self.blocks.len() {
            self.blocks.push(Block { level, index, sum: Vec::new() });
        }
        let block = &mut self.blocks[self.used];
        (block.level, block.index) = (level, index);
        block.sum.clear();
        block.sum.extend_from_slice(sum);
        self.used += 1;
    }

    /// The sums of the blocks that could not be added to others.
    pub(crate) fn sums(&self) -> impl Iterator<Item = &[T]> {
        self.blocks[..self.used].iter().map(|block| &block.sum[..])
    }

    /// Adds what is left, and gives the sum of all.
    pub(crate) fn total(&mut self) -> &[T] {
        while let Some([.., left, right]) = self.blocks.get_mut(..self.used) {
            add(&mut left.sum, &right.sum);
            self.used -= 1;
        }
        self.sums().next().unwrap_or_default()
    }
}

fn is_left_half((level, index): (u32, usize), right: (u32, usize)) -> bool {
    level == right.0 && index % 2 == 0 && index + 1 == right.1
}

fn add<T: Scalar>(sum: &mut [T], summand: &[T]) {
    for_each_pair(sum, summand, |sum, summand| *sum += summand);
}

/// The blocks, each as its level and its index, that these shards leave.
pub(crate) fn blocks(shards: Range<usize>) -> impl Iterator<Item = (u32, usize)> {
    let mut first = shards.start;
    core::iter::from_fn(move || {
        let left = shards.end.checked_sub(first).filter(|&left| left > 0)?;
        let level = first.trailing_zeros().min(left.ilog2());
        let index = first >> level;
        first += 1 << level;
        Some((level, index))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the shards are divided among processes, the sum is that of a recursive tree.
    #[test]
    fn is_one_tree() {
        fn tree(values: &[f32], from: usize, level: u32) -> Option<f32> {
            let value = *values.get(from)?;
            let Some(level) = level.checked_sub(1) else { return Some(value) };
            let (left, right) = (tree(values, from, level)?, tree(values, from + (1 << level), level));
            Some(right.map_or(left, |right| left + right))
        }
        let reciprocals: Vec<_> = (0_u8..69).map(|i| 1.0 / (f32::from(i) + 0.7)).collect();
        for count in 1..70 {
            let values = &reciprocals[..count];
            let expected = tree(values, 0, 7).unwrap();
            for size in 1..=count {
                let (mut own, mut all) = (TreeSum::new(), TreeSum::new());
                for rank in 0..size {
                    let shards = rank * count / size..(rank + 1) * count / size;
                    own.clear();
                    shards.clone().for_each(|shard| own.push(0, shard, &values[shard..=shard]));
                    assert_eq!(own.sums().count(), blocks(shards.clone()).count());
                    own.sums().zip(blocks(shards)).for_each(|(sum, (level, index))| all.push(level, index, sum));
                }
                assert_eq!(all.total(), [expected], "{count} shards, {size} processes");
            }
        }
    }
}
