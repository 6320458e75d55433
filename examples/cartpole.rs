//! A pole on a cart learns to stand: policy gradients with `backprop_from`.
//!
//! No example says which push is right. The policy, a network, gives the probability of a push to the right, and an
//! episode says afterwards how long the pole stood. REINFORCE (Williams, 1992) raises the logarithm of the probability
//! of each push in proportion to what came after it, compared with what came after pushes on average. Its derivative
//! with respect to the prediction comes from outside, and `backprop_from` carries it back to the parameters.
//!
//! The cart is that of Barto, Sutton and Anderson (1983), as usual in comparisons: an episode ends when the pole leans
//! more than 12 degrees, the cart leaves the track, or after 500 steps. It is solved when 100 episodes in a row last 475
//! steps on average. Five seeds.

#![allow(clippy::cast_precision_loss, reason = "steps are few, and draws have 53 bits")]

use std::error::Error;

use mlp_core::random::Rng;
use mlp_core::{Adam, Trainer, mlp};

mlp!(pub struct Policy: 4 => tanh(16) => sigmoid(1));

const STEPS: usize = 500;
const SOLVED: f64 = 475.0;
/// Episodes of one update.
const EPISODES: usize = 8;
const MAX_EPISODES: usize = 8000;
/// How much a later step counts, from step to step.
const DISCOUNT: f64 = 0.99;

fn main() -> Result<(), Box<dyn Error>> {
    for seed in 0..5 {
        let episodes = learn(seed)?.ok_or_else(|| format!("seed {seed}: not solved in {MAX_EPISODES} episodes"))?;
        println!("seed {seed}: solved after {episodes} episodes");
    }
    Ok(())
}

/// One step of an episode: what the policy saw, what it did, and the return that followed.
struct Step {
    state: [f64; 4],
    right: bool,
    gain: f64,
}

/// Learns until the last 100 episodes last long enough. Returns their number.
fn learn(seed: u64) -> Result<Option<usize>, Box<dyn Error>> {
    let mut rng = mlp_core::rng(seed);
    let mut policy = Policy::random(&mut rng);
    let mut training = Trainer::new(Adam::new(0.01)).start(&policy)?;
    let mut lengths = Vec::new();
    while lengths.len() < MAX_EPISODES {
        let mut steps = Vec::new();
        for _ in 0..EPISODES {
            let first = steps.len();
            episode(&policy, &mut rng, &mut steps);
            lengths.push(steps.len() - first);
        }
        if lengths.len() >= 100 {
            let last: usize = lengths[lengths.len() - 100..].iter().sum();
            if last as f64 / 100.0 >= SOLVED {
                return Ok(Some(lengths.len()));
            }
        }
        let gradients = gradients(&policy, &steps);
        training.step_with(&mut policy, &gradients)?;
    }
    Ok(None)
}

/// The gradients of −Σ advantage · ln(probability of the push), a mean over the steps.
fn gradients(policy: &Policy, steps: &[Step]) -> [f64; 97] {
    let count = steps.len() as f64;
    let mean = steps.iter().map(|step| step.gain).sum::<f64>() / count;
    let deviation = (steps.iter().map(|step| (step.gain - mean).powi(2)).sum::<f64>() / count).sqrt() + 1e-8;
    let mut sum = [0.0; 97];
    for &Step { state, right, gain } in steps {
        let pass = policy.forward(state);
        let probability = pass.y_pred.clamp(1e-6, 1.0 - 1e-6);
        // The derivative of −ln p, or of −ln(1 − p), with respect to p.
        let by_probability = if right { -1.0 / probability } else { 1.0 / (1.0 - probability) };
        let advantage = (gain - mean) / deviation;
        let gradients = policy.backprop_from(state, [advantage * by_probability / count], &pass);
        for (sum, gradient) in sum.iter_mut().zip(gradients.to_array()) {
            *sum += gradient;
        }
    }
    sum
}

/// Plays one episode and appends its steps.
fn episode(policy: &Policy, rng: &mut impl Rng, steps: &mut Vec<Step>) {
    let mut unit = || (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let mut state = [(); 4].map(|()| 0.1 * unit() - 0.05);
    let first = steps.len();
    for _ in 0..STEPS {
        let right = unit() < policy.predict(state)[0];
        steps.push(Step { state, right, gain: 0.0 });
        state = push(state, right);
        let [position, _, angle, _] = state;
        if position.abs() > 2.4 || angle.abs() > 12_f64.to_radians() {
            break;
        }
    }
    let mut gain = 0.0;
    for step in steps[first..].iter_mut().rev() {
        gain = 1.0 + DISCOUNT * gain;
        step.gain = gain;
    }
}

/// A fiftieth of a second: a cart of 1 kg, a pole of 0.1 kg and 1 m, a push of 10 N.
fn push([position, velocity, angle, turning]: [f64; 4], right: bool) -> [f64; 4] {
    const GRAVITY: f64 = 9.8;
    const POLE: f64 = 0.1;
    const TOTAL: f64 = 1.1;
    const HALF_LENGTH: f64 = 0.5;
    const TIME: f64 = 0.02;
    let force = if right { 10.0 } else { -10.0 };
    let (sin, cos) = (libm::sin(angle), libm::cos(angle));
    let pull = (force + POLE * HALF_LENGTH * turning * turning * sin) / TOTAL;
    let turned = (GRAVITY * sin - cos * pull) / (HALF_LENGTH * (4.0 / 3.0 - POLE * cos * cos / TOTAL));
    let moved = pull - POLE * HALF_LENGTH * turned * cos / TOTAL;
    [position + TIME * velocity, velocity + TIME * moved, angle + TIME * turning, turning + TIME * turned]
}
