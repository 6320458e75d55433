//! How data are divided.

use core::ops::Range;

/// The division of examples into logical shards, and of shards among processes. It is a matter of numbers alone, so every
/// process knows all of it.
///
/// A shard is a range of consecutive examples. The shards are equally long, or differ by one example. A process has
/// consecutive shards, so its examples are consecutive too, and are a part of a file that it can read on its own.
///
/// ```
/// use mlp_core::reducer::Shards;
///
/// let shards = Shards::new(1000, 64);
/// assert_eq!(shards.examples_of_rank(0, 3), 0..328);
/// assert_eq!(shards.examples_of_rank(1, 3), 328..656);
/// assert_eq!(shards.examples_of_rank(2, 3), 656..1000);
/// assert_eq!(shards.of_rank(2, 3), 42..64);
/// assert_eq!(shards.examples(42), 656..671);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shards {
    examples: usize,
    shards: usize,
}

impl Shards {
    /// The number of shards of a training, unless [`Trainer::shards`](crate::Trainer::shards) sets another.
    pub const DEFAULT: usize = 64;

    /// The largest number of shards of a training.
    pub const MOST: usize = 65_536;

    /// Divides this number of examples into this number of shards. 0 shards are taken as 1.
    #[must_use]
    pub const fn new(examples: usize, shards: usize) -> Self {
        Self { examples, shards: if shards == 0 { 1 } else { shards } }
    }

    /// The number of shards.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.shards
    }

    /// The examples of a shard.
    #[must_use]
    pub fn examples(&self, shard: usize) -> Range<usize> {
        part(shard, self.shards, self.examples)
    }

    /// The shards of one of `size` processes. It has none if there are more processes than shards.
    #[must_use]
    pub fn of_rank(&self, rank: usize, size: usize) -> Range<usize> {
        part(rank, size, self.shards)
    }

    /// The examples of one of `size` processes: those of its shards.
    #[must_use]
    pub fn examples_of_rank(&self, rank: usize, size: usize) -> Range<usize> {
        let shards = self.of_rank(rank, size);
        self.start(shards.start)..self.start(shards.end)
    }

    /// The number of examples of all shards.
    pub(crate) const fn all_examples(&self) -> usize {
        self.examples
    }

    /// The rank of the process that has a shard.
    pub(crate) fn rank_of(&self, shard: usize, size: usize) -> usize {
        (0..size).find(|&rank| self.of_rank(rank, size).contains(&shard)).unwrap_or(0)
    }

    /// The shard of an example.
    pub(crate) fn shard_of(&self, example: usize) -> usize {
        (0..self.shards).find(|&shard| self.examples(shard).contains(&example)).unwrap_or(0)
    }

    /// The positions in a shard's order that have their turn at these positions of an epoch.
    ///
    /// The positions of an epoch are dealt to the shards as cards are: one to each in turn. In the last round some shards
    /// have no example any more, and are left out.
    pub(crate) fn dealt(&self, shard: usize, positions: Range<usize>) -> Range<usize> {
        self.dealt_before(shard, positions.start)..self.dealt_before(shard, positions.end)
    }

    /// How many of the first `position` positions of an epoch are dealt to a shard.
    fn dealt_before(&self, shard: usize, position: usize) -> usize {
        let (rounds, in_last_round) = (self.examples / self.shards, self.in_last_round());
        if position <= self.examples - in_last_round {
            return position / self.shards + usize::from(shard < position % self.shards);
        }
        let turn = position - (self.examples - in_last_round);
        let own = part(shard, self.shards, in_last_round);
        rounds + usize::from(!own.is_empty() && own.start < turn)
    }

    /// The shard that a position of an epoch is dealt to, and the position in the shard's order.
    pub(crate) fn shard_at(&self, position: usize) -> (usize, usize) {
        let in_last_round = self.in_last_round();
        match position.checked_sub(self.examples - in_last_round) {
            None => (position % self.shards, position / self.shards),
            Some(turn) => {
                let has_turn = |shard: &usize| part(*shard, self.shards, in_last_round).contains(&turn);
                ((0..self.shards).find(has_turn).unwrap_or(0), self.examples / self.shards)
            }
        }
    }

    /// How many shards have an example more than others.
    const fn in_last_round(&self) -> usize {
        self.examples % self.shards
    }

    fn start(&self, shard: usize) -> usize {
        share(shard, self.shards, self.examples)
    }
}

/// One of `parts` nearly equal parts of `all`.
fn part(part: usize, parts: usize, all: usize) -> Range<usize> {
    share(part, parts, all)..share(part.saturating_add(1), parts, all)
}

/// `part / parts` of `all`, rounded down.
#[allow(clippy::cast_possible_truncation, reason = "it is at most `all`")]
fn share(part: usize, parts: usize, all: usize) -> usize {
    let parts = parts.max(1);
    (part.min(parts) as u128 * all as u128 / parts as u128) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Whatever the numbers: each example is in one shard, each shard in one process, and each position is dealt once.
    #[test]
    fn everything_is_divided_once() {
        for examples in (0..200).chain([1000, 1797]) {
            for count in [1, 2, 3, 5, 8, 63, 64, 65] {
                let shards = Shards::new(examples, count);
                let lengths: Vec<_> = (0..count).map(|shard| shards.examples(shard).len()).collect();
                assert_eq!(lengths.iter().sum::<usize>(), examples);
                assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1);
                for size in [1, 2, 3, 7, count] {
                    let parts: Vec<_> = (0..size).flat_map(|rank| shards.examples_of_rank(rank, size)).collect();
                    assert!(parts.into_iter().eq(0..examples));
                    let own: Vec<_> = (0..size).flat_map(|rank| shards.of_rank(rank, size)).collect();
                    assert!(own.into_iter().eq(0..count));
                    assert!((0..count).all(|shard| {
                        size > count || shards.of_rank(shards.rank_of(shard, size), size).contains(&shard)
                    }));
                }
                let mut seen: Vec<_> = lengths.iter().map(|&length| alloc::vec![0; length]).collect();
                for position in 0..examples {
                    let (shard, place) = shards.shard_at(position);
                    seen[shard][place] += 1;
                    for other in 0..count {
                        let dealt = shards.dealt(other, position..position + 1);
                        assert_eq!(dealt, if other == shard { place..place + 1 } else { dealt.start..dealt.start });
                    }
                }
                assert!(seen.iter().flatten().all(|&times| times == 1));
                assert!((0..examples).all(|example| shards.examples(shards.shard_of(example)).contains(&example)));
            }
        }
    }
}
