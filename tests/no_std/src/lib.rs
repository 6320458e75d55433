//! What firmware would do: start from a seed, train, scale, predict. No heap, no standard library, no warning.

#![no_std]
#![deny(warnings, missing_docs, unreachable_pub, clippy::pedantic)]
#![forbid(unsafe_code)]

use neural::{Adam, Batch, GradientDescent, Scaled, Scaling, Schedule, StandardNormal, StopReason, TrainError, Trainer, mlp};

mlp! {
    /// Learns exclusive or.
    pub struct Xor: 2 => tanh(3) => 1, scalar = f32, crate = neural;
}

const EXAMPLES: [([f32; 2], [f32; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

/// Trains a network as the lecture does.
///
/// # Errors
///
/// If training goes wrong.
pub fn learn() -> Result<Xor, TrainError> {
    let mut xor = Xor::random_with(&StandardNormal, &mut neural::rng(1));
    Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES)?;
    Ok(xor)
}

/// Trains a network with most settings of a trainer. `None` if something went wrong or training did not stop early. The
/// scaling finds that the inputs lie between 0 and 1 already.
#[must_use]
pub fn learn_with_everything() -> Option<Scaled<Xor>> {
    let inputs = Scaling::fit_min_max(EXAMPLES.iter().map(|&(x, _)| x)).ok()?;
    let mut xor = Xor::random(&mut neural::rng(1));
    let outcome = Trainer::new(Adam::new(0.05))
        .epochs(5000)
        .batch(Batch::Mini(3))
        .shuffle(1)
        .clip_norm(1.0)
        .schedule(Schedule::cosine(5000).warm_up(10))
        .validate(&EXAMPLES)
        .patience(200)
        .target_loss(1e-3)
        .fit(&mut xor, &EXAMPLES)
        .ok()?;
    (outcome.stop_reason != StopReason::Epochs).then_some(Scaled { network: xor, inputs, outputs: None })
}

/// Whether every prediction is on the right side of one half.
#[must_use]
pub fn has_learnt(predict: impl Fn([f32; 2]) -> [f32; 1]) -> bool {
    EXAMPLES.iter().all(|&(x, [y_true])| (predict(x)[0] > 0.5) == (y_true > 0.5))
}
