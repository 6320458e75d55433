//! Changes of parameters without gradients: mutation and crossover for evolution, blending for target networks and
//! averages.
//!
//! These functions change single networks and need no heap. With the feature `population`, `Population` has methods of the
//! same names.
//!
//! ```
//! use mlp_core::evolution::{blend, crossover, mutate};
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 2 => tanh(3) => 1);
//! let mut rng = mlp_core::rng(1);
//! let (mother, father) = (Net::random(&mut rng), Net::random(&mut rng));
//! let mut child = crossover(&mother, &father, &mut rng);
//! assert!(child.w11 == mother.w11 || child.w11 == father.w11);
//! // One parameter in ten, on average, moves by a normal number with the standard deviation 0.2.
//! mutate(&mut child, 0.1, 0.2, &mut rng)?;
//!
//! let mut target = mother.clone();
//! blend(&mut target, &child, 0.005)?;
//! # Ok::<(), mlp_core::evolution::EvolutionError>(())
//! ```

use crate::network::Array as _;
use crate::random::{Rng, standard_normal, unit};
use crate::{Network, Scalar as _};

/// A share, a probability or a deviation is out of its range.
///
/// ```
/// use mlp_core::evolution::blend;
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let other = Net { w11: 0.5, b1: 0.0 };
/// let error = blend(&mut other.clone(), &other, 1.5).unwrap_err();
/// assert_eq!(error.to_string(), "the share must be from 0 to 1, not 1.5");
/// ```
#[derive(Clone, Copy, PartialEq, thiserror::Error)]
#[error("the {setting} must be {must}, not {value}")]
#[non_exhaustive]
pub struct EvolutionError {
    /// The name of the argument: `share`, `probability` or `deviation`.
    pub setting: &'static str,
    /// The value given.
    pub value: f64,
    /// The values that are allowed.
    pub must: &'static str,
}

crate::message::debug_is_message!(EvolutionError);

/// Adds to each parameter, with this probability, a normal number with this standard deviation. The draws come from `rng`
/// in canonical order.
///
/// # Errors
///
/// If the probability is not from 0 to 1, or the deviation not from 0 to 10³⁰. The network is then as it was.
pub fn mutate<N: Network, R: Rng + ?Sized>(
    network: &mut N,
    probability: f64,
    deviation: f64,
    rng: &mut R,
) -> Result<(), EvolutionError> {
    check_mutation(probability, deviation)?;
    network.modify_parameters(|_, piece| {
        for parameter in piece {
            if unit(rng) < probability {
                *parameter += N::Scalar::from_f64(deviation * standard_normal(rng));
            }
        }
    });
    Ok(())
}

/// Checks the arguments of [`mutate`].
pub(crate) fn check_mutation(probability: f64, deviation: f64) -> Result<(), EvolutionError> {
    check_share("probability", probability)?;
    // More would be infinite in `f32`.
    if (0.0..=1e30).contains(&deviation) {
        Ok(())
    } else {
        Err(EvolutionError { setting: "deviation", value: deviation, must: "from 0 to 1e30" })
    }
}

/// A network that has each parameter from one of two, with equal probability (uniform crossover; Syswerda, 1989).
#[must_use]
pub fn crossover<N: Network, R: Rng + ?Sized>(mother: &N, father: &N, rng: &mut R) -> N {
    let [mut child, mut other] = [N::Parameters::zeros(), N::Parameters::zeros()];
    mother.copy_parameters_into(&mut child);
    father.copy_parameters_into(&mut other);
    for (own, &other) in child.as_mut().iter_mut().zip(other.as_ref()) {
        if unit(rng) < 0.5 {
            *own = other;
        }
    }
    N::from_parameters(&child)
}

/// Moves a network towards another: parameter ← (1 − share) · parameter + share · other. With a share of 0.005, say, a
/// target network follows the network that learns (Polyak averaging).
///
/// # Errors
///
/// If the share is not from 0 to 1. The network is then as it was.
pub fn blend<N: Network>(network: &mut N, other: &N, share: f64) -> Result<(), EvolutionError> {
    check_share("share", share)?;
    if share == 0.0 {
        // 0 times an infinite parameter would be NaN.
        return Ok(());
    }
    let mut others = N::Parameters::zeros();
    other.copy_parameters_into(&mut others);
    let (kept, share) = (N::Scalar::from_f64(1.0 - share), N::Scalar::from_f64(share));
    network.modify_parameters(|offset, piece| {
        let others = others.as_ref().get(offset..).unwrap_or_default();
        for (parameter, &other) in piece.iter_mut().zip(others) {
            *parameter = kept * *parameter + share * other;
        }
    });
    Ok(())
}

/// Checks a share or a probability.
fn check_share(setting: &'static str, value: f64) -> Result<(), EvolutionError> {
    if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(EvolutionError { setting, value, must: "from 0 to 1" }) }
}
