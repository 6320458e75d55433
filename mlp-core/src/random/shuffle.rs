//! A shuffle in which every order is equally likely.

use super::Rng;

/// Fisher and Yates's shuffle in Durstenfeld's form ("Algorithm 235: Random permutation", 1964): every order is equally
/// likely. Written here, because `rand` may change the draws of its own shuffle.
pub(crate) fn shuffle<E>(items: &mut [E], rng: &mut impl Rng) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(last + 1, rng));
    }
}

/// Uniform in 0..n, without bias (Lemire, "Fast random integer generation in an interval", 2019). The result is the
/// upper half of 64 random bits times n. The bits are drawn again while the lower half is among the 2⁶⁴ mod n values
/// that would favour some results.
#[allow(clippy::cast_possible_truncation, reason = "the lower half is meant, and the upper one is below n")]
fn below(n: usize, rng: &mut impl Rng) -> usize {
    let n = n as u64;
    let favoured = n.wrapping_neg() % n;
    loop {
        let product = u128::from(rng.next_u64()) * u128::from(n);
        if product as u64 >= favoured {
            return (product >> 64) as usize;
        }
    }
}
