//! Measures a prediction and a training step: bytes of stack, and instructions.

#![no_std]
#![no_main]
#![deny(warnings, clippy::pedantic)]

use core::hint::black_box;

use mlp_core::{GradientDescent, Network, StandardNormal, Trainer, mlp};
use mlp_firmware::{instructions, say, stack_of};

mlp!(struct Xor: 2 => tanh(3) => 1, scalar = f32);
mlp!(struct XorF64: 2 => tanh(3) => 1);

const EXAMPLES: [([f32; 2], [f32; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

mlp_firmware::entry!(|| {
    let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let mut outcome = None;
    let training = stack_of(&mut || {
        outcome = Some(Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES));
    });
    let prediction = stack_of(&mut || {
        black_box(predict(&xor, black_box([0.0, 1.0])));
    });
    say!("stack: prediction {prediction} bytes, training {training} bytes");
    let [prediction, step] = steps(&mut xor, [0.0, 1.0], [1.0], 0.5);
    say!("instructions in f32: prediction {prediction}, step {step}");
    let mut xor = XorF64::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let [prediction, step] = steps(&mut xor, [0.0, 1.0], [1.0], 0.5);
    say!("instructions in f64: prediction {prediction}, step {step}");
    outcome.is_some_and(|outcome| outcome.is_ok())
});

/// Instructions of a prediction and of a training step.
fn steps<N: Network>(network: &mut N, x: N::Input, y_true: N::Output, learning_rate: N::Scalar) -> [u32; 2] {
    const TIMES: u32 = 100;
    let prediction = instructions(&mut || {
        for _ in 0..TIMES {
            black_box(predict(black_box(network), black_box(x)));
        }
    });
    let step = instructions(&mut || {
        for _ in 0..TIMES {
            step(black_box(network), black_box(x), black_box(y_true), learning_rate);
        }
    });
    [prediction, step].map(|count| count / TIMES)
}

#[inline(never)]
fn predict<N: Network>(network: &N, x: N::Input) -> N::Output {
    network.predict(x)
}

#[inline(never)]
fn step<N: Network>(network: &mut N, x: N::Input, y_true: N::Output, learning_rate: N::Scalar) {
    network.sgd_step(x, y_true, learning_rate);
}
