//! Random numbers: one named generator, and the distributions that parameters are drawn from.
//!
//! The same seed gives the same network on every platform and in every version: the generator is named, and its bits
//! become parameters by + − · /, square roots and the pure-Rust logarithm of `libm` alone.

mod permutation;
#[cfg(feature = "std")]
mod shuffle;

use core::convert::Infallible;

pub use rand::Rng;
use rand::rand_core::utils::fill_bytes_via_next_word;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{SeedableRng as _, TryRng};

use crate::Scalar;
use crate::activation::{self, Initialization};
use crate::math::float;
use crate::math::float_math::FloatMath;
use crate::network::Layer;

pub(crate) use permutation::Permutation;
#[cfg(feature = "std")]
pub(crate) use permutation::numbered_seed;
#[cfg(feature = "std")]
pub(crate) use shuffle::shuffle;

/// The crate's generator: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2019),
/// its state filled from `seed` by `SplitMix64` as the authors recommend.
///
/// Any other generator of `rand` works too. This one is fixed, so that a seed is all a reader needs to know.
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

/// A generator whose type is erased: a closure that draws its next 64 bits. A `dyn Rng` would have all its methods
/// compiled in the crate that uses it.
pub(crate) struct DynRng<'a>(pub(crate) &'a mut dyn FnMut() -> u64);

impl TryRng for DynRng<'_> {
    type Error = Infallible;

    #[allow(clippy::cast_possible_truncation, reason = "the lower half is meant")]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.0)() as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok((self.0)())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        fill_bytes_via_next_word(bytes, || self.try_next_u64())
    }
}

/// Draws the initial parameters of a network.
///
/// A layer has [`Layer::fan_in`] sources and [`Layer::fan_out`] neurons. An initializer of your own can draw from
/// another one, and then needs no crate but this:
///
/// ```
/// use mlp_core::network::Layer;
/// use mlp_core::random::{Initializer, Rng};
/// use mlp_core::{Scalar, Uniform, mlp};
///
/// /// LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998: uniform, with the variance 1 / fan-in.
/// struct LeCun;
///
/// impl Initializer for LeCun {
///     fn weight<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
///         let limit = (3.0 / layer.fan_in() as f64).sqrt();
///         Uniform::new(-limit, limit).weight(layer, rng)
///     }
/// }
///
/// mlp!(pub struct Net: 3 => tanh(4) => 1);
/// let net = Net::random_with(&LeCun, &mut mlp_core::rng(1));
/// assert!(net.w11.abs() <= 1.0 && net.b1 == 0.0);
/// ```
pub trait Initializer {
    /// Draws one weight.
    fn weight<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64;

    /// Draws one bias. By default it is 0, and nothing is drawn from `rng`.
    fn bias<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
        let _ = (layer, rng);
        0.0
    }
}

/// Draws the parameters of these layers one after the other, in canonical order.
#[inline]
pub(crate) fn draw<T, I, R>(layers: &[Layer<T>], initializer: &I, rng: &mut R, parameters: &mut [T])
where
    T: Scalar,
    I: Initializer + ?Sized,
    R: Rng + ?Sized,
{
    draw_piece(layers, initializer, rng, 0, parameters);
}

/// Draws a piece of the parameters, which has `offset` parameters before it.
#[inline]
pub(crate) fn draw_piece<T, I, R>(layers: &[Layer<T>], initializer: &I, rng: &mut R, offset: usize, piece: &mut [T])
where
    T: Scalar,
    I: Initializer + ?Sized,
    R: Rng + ?Sized,
{
    let mut slots = piece.iter_mut();
    let mut end = 0;
    for layer in layers {
        end += layer.weights.len();
        for slot in slots.by_ref().take(end.saturating_sub(offset).min(layer.weights.len())) {
            *slot = T::from_f64(initializer.weight(layer, rng));
        }
        end += layer.biases.len();
        for slot in slots.by_ref().take(end.saturating_sub(offset).min(layer.biases.len())) {
            *slot = T::from_f64(initializer.bias(layer, rng));
        }
    }
}

/// Weights and biases from the normal distribution with mean 0 and variance 1, as in the lecture.
///
/// Drawn by Marsaglia's polar method ("A convenient method for generating normal variables", 1964), in `f64`; an `f32`
/// network gets the same numbers rounded.
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
    fn weight<T: Scalar, R: Rng + ?Sized>(&self, _layer: &Layer<T>, rng: &mut R) -> f64 {
        standard_normal(rng)
    }

    fn bias<T: Scalar, R: Rng + ?Sized>(&self, _layer: &Layer<T>, rng: &mut R) -> f64 {
        standard_normal(rng)
    }
}

/// Weights and biases that are equally likely anywhere from `low` up to, but not including, `high`.
///
/// ```
/// use mlp_core::{Uniform, mlp};
///
/// mlp!(pub struct Net: 2 => 2 => 2);
/// let net = Net::random_with(&Uniform::new(-0.5, 0.5), &mut mlp_core::rng(7));
/// assert!(net.parameters().iter().all(|parameter| (-0.5..0.5).contains(parameter)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    low: f64,
    high: f64,
}

impl Uniform {
    /// From `low` to `high`, both finite. Other limits give parameters that training refuses.
    #[must_use]
    pub const fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }
}

impl Initializer for Uniform {
    fn weight<T: Scalar, R: Rng + ?Sized>(&self, _layer: &Layer<T>, rng: &mut R) -> f64 {
        self.low + (self.high - self.low) * unit(rng)
    }

    fn bias<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
        self.weight(layer, rng)
    }
}

/// Weights with the variance 2 / (fan-in + fan-out), biases 0 (Glorot and Bengio, "Understanding the difficulty of
/// training deep feedforward neural networks", 2010): the signal keeps its size on the way through layers of sigmoid,
/// tanh or softmax, and so do the gradients on their way back.
///
/// ```
/// use mlp_core::{Glorot, mlp};
///
/// mlp!(pub struct Net: 2 => tanh(4) => 1);
/// let net = Net::random_with(&Glorot::normal(), &mut mlp_core::rng(7));
/// assert_eq!(net.b1, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glorot(Distribution);

impl Glorot {
    /// Uniformly distributed between ±√(6 / (fan-in + fan-out)).
    #[must_use]
    pub const fn uniform() -> Self {
        Self(Distribution::Uniform)
    }

    /// Normally distributed.
    #[must_use]
    pub const fn normal() -> Self {
        Self(Distribution::Normal)
    }
}

impl Initializer for Glorot {
    fn weight<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
        self.0.draw(2.0 / float(layer.fan_in() + layer.fan_out()), rng)
    }
}

/// Weights with the variance 2 / fan-in, biases 0 (He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015): the
/// signal keeps its size through relu and its relatives, which let only one half of it through.
///
/// ```
/// use mlp_core::{He, mlp};
///
/// mlp!(pub struct Net: 2 => relu(4) => 1);
/// let net = Net::random_with(&He::normal(), &mut mlp_core::rng(7));
/// assert_eq!(net.b1, 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct He(Distribution);

impl He {
    /// Uniformly distributed between ±√(6 / fan-in).
    #[must_use]
    pub const fn uniform() -> Self {
        Self(Distribution::Uniform)
    }

    /// Normally distributed.
    #[must_use]
    pub const fn normal() -> Self {
        Self(Distribution::Normal)
    }
}

impl Initializer for He {
    fn weight<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
        self.0.draw(2.0 / float(layer.fan_in()), rng)
    }
}

/// Chooses by the activation of each layer: [`He::uniform`] for relu, leaky_relu, elu, softplus, silu and gelu,
/// [`Glorot::uniform`] for all others. `Net::random(&mut rng)` draws from it.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 4 => relu(8) => 3);
/// let net = Net::random(&mut mlp_core::rng(7));
/// assert!(net.w1_1.abs() < (6.0_f64 / 4.0).sqrt());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByActivation;

impl Initializer for ByActivation {
    fn weight<T: Scalar, R: Rng + ?Sized>(&self, layer: &Layer<T>, rng: &mut R) -> f64 {
        match layer.activation.which().map(activation::BuiltIn::initialization) {
            Some(Initialization::He) => He::uniform().weight(layer, rng),
            Some(Initialization::Glorot) | None => Glorot::uniform().weight(layer, rng),
        }
    }
}

/// A distribution with mean 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distribution {
    Uniform,
    Normal,
}

impl Distribution {
    fn draw<R: Rng + ?Sized>(self, variance: f64, rng: &mut R) -> f64 {
        match self {
            Self::Uniform => FloatMath::sqrt(3.0 * variance) * (2.0 * unit(rng) - 1.0),
            Self::Normal => FloatMath::sqrt(variance) * standard_normal(rng),
        }
    }
}

pub(crate) fn standard_normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    loop {
        // A point of the unit disc, without its centre.
        let (u, v) = (2.0 * unit(rng) - 1.0, 2.0 * unit(rng) - 1.0);
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * FloatMath::sqrt(-2.0 * libm::log(s) / s);
        }
    }
}

/// Uniform in [0, 1): the upper 53 bits of one draw.
#[allow(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
pub(crate) fn unit<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    const ULP: f64 = 1.0 / (1_u64 << 53) as f64;
    (rng.next_u64() >> 11) as f64 * ULP
}
