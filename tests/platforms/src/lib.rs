//! Trainings whose results must have the same bits on every platform. Programs for the platforms print them line by line,
//! and `compare` reads the lines.
//!
//! | line | means |
//! |---|---|
//! | `training NAME: HASH` | the parameters that a training ends with; the same bits everywhere |
//! | `function NAME: HASH` | values of a function all over its range; the same bits everywhere |
//! | `fused NAME: BITS` | a number after batches that may fuse multiplications with additions; close everywhere |
//! | `end` | nothing is missing |

#![no_std]
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic, clippy::undocumented_unsafe_blocks)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
mod batches;
mod functions;
#[cfg(feature = "alloc")]
pub mod heap;
#[cfg(all(target_arch = "wasm32", feature = "alloc"))]
mod page;
mod single;

use core::fmt::{self, Write};

use mlp_core::random::Rng;
use mlp_core::{Array as _, Network, Scalar};

/// Prints all lines; without an allocator, those that need none.
///
/// # Errors
///
/// If writing fails.
pub fn print(out: &mut dyn Write) -> fmt::Result {
    functions::print(out)?;
    single::print(out)?;
    #[cfg(feature = "alloc")]
    batches::print(out)?;
    writeln!(out, "end")
}

/// FNV-1a over the bytes of numbers.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    const NEW: Self = Self(0xcbf2_9ce4_8422_2325);

    fn add(&mut self, bits: u64) {
        for byte in bits.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    /// Adds numbers as `f64`, which is exact.
    fn add_numbers<T: Scalar>(&mut self, numbers: &[T]) {
        for number in numbers {
            self.add(number.to_f64().to_bits());
        }
    }

    /// Adds the parameters of a network.
    fn add_network<N: Network>(&mut self, network: &N) {
        self.add_numbers(parameters(network).as_ref());
    }
}

fn parameters<N: Network>(network: &N) -> N::Parameters {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters
}

/// The targets of a network.
#[derive(Clone, Copy)]
enum Targets {
    /// Numbers between 0 and 1.
    Numbers,
    /// One of the outputs is 1.
    Classes,
}

/// A random example. Its numbers are exact in `f32`.
fn example<N: Network>(rng: &mut impl Rng, targets: Targets) -> (N::Input, N::Output) {
    let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
    x.as_mut().iter_mut().for_each(|x| *x = N::Scalar::from_f64(4.0 * uniform(rng) - 2.0));
    let outputs = y_true.as_mut();
    match targets {
        Targets::Numbers => outputs.iter_mut().for_each(|y_true| *y_true = N::Scalar::from_f64(uniform(rng))),
        Targets::Classes => {
            let class = rng.next_u32() as usize % outputs.len();
            outputs[class] = N::Scalar::ONE;
        }
    }
    (x, y_true)
}

/// A number from 0 to 1, with 20 binary digits.
fn uniform(rng: &mut impl Rng) -> f64 {
    f64::from(rng.next_u32() >> 12) / f64::from(1 << 20)
}
