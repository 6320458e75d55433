//! A random order that is computed, not stored.

use super::{Rng as _, rng};

/// The number of mixing rounds. After four, some orders of four to sixteen examples are still more frequent than
/// others; after eight, no pattern shows in 80,000 orders.
const ROUNDS: usize = 8;

/// A permutation of 0, 1, …, n − 1.
///
/// Each round multiplies by a random odd number and adds a random number, modulo the smallest power of two from n up.
/// Then it XORs the upper half of the bits onto the lower half. All of this can be undone, so different numbers stay
/// different. A result of n or above goes through the rounds again, until it is below n ("cycle walking": Black and
/// Rogaway, 2002).
pub struct Permutation {
    length: u64,
    mask: u64,
    half: u32,
    rounds: [(u64, u64); ROUNDS],
    /// The first of the numbers, if it is not 0.
    #[cfg(feature = "alloc")]
    first: usize,
    /// Computes an index. A function pointer, so that a program without a permutation does not contain it.
    index: fn(&Self, usize) -> usize,
}

/// One of many seeds made from one. Adding multiples of the golden ratio's bits is the usual way.
pub(crate) const fn numbered_seed(seed: u64, number: usize) -> u64 {
    seed.wrapping_add((number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl Permutation {
    /// The order in which an epoch shows the examples of a chunk. Without chunks, all examples are chunk 0.
    pub(crate) fn of_chunk(seed: u64, epoch: usize, chunk: usize, length: usize) -> Self {
        Self::new(seed.wrapping_add((chunk as u64).wrapping_mul(0xd1b5_4a32_d192_ed03)), epoch, length)
    }

    /// The order of the examples in an epoch.
    pub(crate) fn new(seed: u64, epoch: usize, length: usize) -> Self {
        let mut rng = rng(numbered_seed(seed, epoch));
        let length = length as u64;
        let bits = u64::BITS - length.saturating_sub(1).leading_zeros();
        Self {
            length,
            mask: u64::MAX.checked_shr(u64::BITS - bits).unwrap_or(0),
            half: bits.div_ceil(2).max(1),
            rounds: core::array::from_fn(|_| (rng.next_u64() | 1, rng.next_u64())),
            #[cfg(feature = "alloc")]
            first: 0,
            index: Self::index,
        }
    }

    /// The order of as many numbers from `first` on.
    #[cfg(feature = "alloc")]
    pub(crate) fn starting_at(mut self, first: usize) -> Self {
        self.first = first;
        self.index = |order, position| order.first + order.index(position);
        self
    }

    /// The index at `position` in `order`; without an order, `position` itself.
    pub(crate) fn index_in(order: Option<&Self>, position: usize) -> usize {
        order.map_or(position, |order| (order.index)(order, position))
    }

    /// The index at `position`. A position beyond the last is its own index, because the rounds below might never lead
    /// from it to a number below the length.
    fn index(&self, position: usize) -> usize {
        let mut number = position as u64;
        if number >= self.length {
            return position;
        }
        loop {
            for (factor, summand) in self.rounds {
                number = number.wrapping_mul(factor).wrapping_add(summand) & self.mask;
                number ^= number >> self.half;
            }
            if number < self.length {
                #[allow(clippy::cast_possible_truncation, reason = "it is below the length, which is a usize")]
                return number as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Permutation;

    #[test]
    fn every_number_once() {
        for length in (1..200).chain([1000, 1024, 1025, 65_537]) {
            let order = Permutation::new(3, 5, length);
            let mut seen = std::vec![false; length];
            (0..length).for_each(|position| seen[order.index(position)] = true);
            assert!(seen.iter().all(|&seen| seen), "{length}");
            assert_eq!(
                [length, length + 1, usize::MAX].map(|beyond| order.index(beyond)),
                [length, length + 1, usize::MAX]
            );
        }
    }

    /// All 24 orders of four are about equally frequent: 417 each in 10,000 epochs, with a standard deviation of 20.
    #[test]
    fn orders_of_four_are_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for epoch in 0..10_000 {
            let order = Permutation::new(1, epoch, 4);
            *counts.entry([0, 1, 2, 3].map(|position| order.index(position))).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(counts.values().all(|count| (320..=520).contains(count)), "{counts:?}");
    }

    /// In orders of 50, each number is equally often at each place, and each pair is equally often adjacent.
    #[test]
    fn orders_of_fifty_have_no_pattern() {
        const N: usize = 50;
        const EPOCHS: u32 = 20_000;
        let (mut places, mut neighbours) = (std::vec![[0_u32; N]; N], std::vec![[0_u32; N]; N]);
        for epoch in 0..EPOCHS as usize {
            let order = Permutation::new(9, epoch, N);
            let order: [usize; N] = core::array::from_fn(|position| order.index(position));
            order.iter().enumerate().for_each(|(place, &number)| places[place][number] += 1);
            order.windows(2).for_each(|pair| neighbours[pair[0]][pair[1]] += 1);
        }
        // Each count is expected to be 400, with a standard deviation of 20. Of 2,500 counts the furthest is usually
        // off by 3.6 standard deviations.
        let chi_square = |counts: &[[u32; N]], cells: f64| {
            let expected = f64::from(EPOCHS) * (if cells > 2_499.0 { 50.0 } else { 49.0 }) / cells;
            let sum = counts.iter().flatten().filter(|&&count| count > 0);
            sum.map(|&count| (f64::from(count) - expected).powi(2) / expected).sum::<f64>() / cells
        };
        for (what, statistic) in [("places", chi_square(&places, 2_500.0)), ("pairs", chi_square(&neighbours, 2_450.0))]
        {
            assert!((0.85..1.15).contains(&statistic), "{what}: chi-square per cell {statistic}");
        }
    }
}
