//! Random numbers: one named generator, and the distributions that parameters are drawn from.
//!
//! The same seed gives the same network on every platform and in every version: the generator is named, and everything
//! between its bits and a parameter is multiplication, addition and the pure-Rust logarithm of `libm`.

pub use rand::Rng;
use rand::SeedableRng as _;
use rand::rngs::Xoshiro256PlusPlus;

/// The crate's generator: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2019),
/// its state filled from `seed` by `SplitMix64` as the authors recommend.
///
/// Any other generator of `rand` does as well; this one is there so that a seed is all that a reader needs to know.
///
/// ```
/// use mlp_core::random::Rng;
///
/// assert_eq!(mlp_core::rng(0).next_u64(), mlp_core::rng(0).next_u64());
/// ```
#[must_use]
pub fn rng(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// Where the parameters of a network start.
///
/// `fan_in` is the number of sources of a layer, `fan_out` that of its neurons.
pub trait Initializer {
    /// Draws one weight.
    fn weight<R: Rng + ?Sized>(&self, fan_in: usize, fan_out: usize, rng: &mut R) -> f64;

    /// Draws one bias.
    fn bias<R: Rng + ?Sized>(&self, fan_in: usize, fan_out: usize, rng: &mut R) -> f64;
}

/// Weights and biases from the normal distribution with mean 0 and variance 1: the documents' way to start.
///
/// Marsaglia's polar method ("A convenient method for generating normal variables", 1964), in `f64`; an `f32` network
/// gets the same numbers rounded.
///
/// ```
/// use mlp_core::{StandardNormal, mlp};
///
/// mlp!(pub struct Net: 2 => 2 => 2);
/// let net = Net::random_with(&StandardNormal, &mut mlp_core::rng(7));
/// assert_eq!(net, Net::random_with(&StandardNormal, &mut mlp_core::rng(7)));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StandardNormal;

impl Initializer for StandardNormal {
    fn weight<R: Rng + ?Sized>(&self, _fan_in: usize, _fan_out: usize, rng: &mut R) -> f64 {
        standard_normal(rng)
    }

    fn bias<R: Rng + ?Sized>(&self, _fan_in: usize, _fan_out: usize, rng: &mut R) -> f64 {
        standard_normal(rng)
    }
}

fn standard_normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    loop {
        // A point of the unit disc, without its centre.
        let (u, v) = (2.0 * unit(rng) - 1.0, 2.0 * unit(rng) - 1.0);
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * libm::sqrt(-2.0 * libm::log(s) / s);
        }
    }
}

/// Uniform in [0, 1): the upper 53 bits of one draw.
#[allow(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
fn unit<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    const ULP: f64 = 1.0 / (1_u64 << 53) as f64;
    (rng.next_u64() >> 11) as f64 * ULP
}
