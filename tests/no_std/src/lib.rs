//! What a firmware would do: start from a seed, train, predict. No heap, no standard library, no warning.

#![no_std]
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]
#![forbid(unsafe_code)]

use neural::{GradientDescent, StandardNormal, TrainError, Trainer, mlp};

mlp! {
    /// Learns exclusive or.
    pub struct Xor: 2 => tanh(3) => 1, scalar = f32, crate = neural;
}

const EXAMPLES: [([f32; 2], [f32; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

/// A network that has learnt.
///
/// # Errors
///
/// If training goes wrong.
pub fn learn() -> Result<Xor, TrainError> {
    let mut xor = Xor::random_with(&StandardNormal, &mut neural::rng(1));
    Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES)?;
    Ok(xor)
}

/// Whether every prediction is on the right side of one half.
#[must_use]
pub fn has_learnt(xor: &Xor) -> bool {
    EXAMPLES.iter().all(|&(x, [y_true])| (xor.predict(x)[0] > 0.5) == (y_true > 0.5))
}
