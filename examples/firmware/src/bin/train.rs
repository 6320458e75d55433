//! Trains and predicts.

#![no_std]
#![no_main]

use core::hint::black_box;

use mlp_core::{GradientDescent, StandardNormal, Trainer, mlp};

mlp!(struct Xor: 2 => tanh(3) => 1, scalar = f32);

const EXAMPLES: [([f32; 2], [f32; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

mlp_firmware::entry!(|| {
    let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let outcome = Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES);
    outcome.is_ok() && black_box(xor.predict(black_box([0.0, 1.0])))[0] > 0.5
});
