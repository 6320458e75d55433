//! Trains from parameters in the flash, so that nothing is drawn in `f64`.

#![no_std]
#![no_main]

use core::hint::black_box;

use mlp_core::{GradientDescent, Trainer, mlp};

mlp!(struct Xor: 2 => tanh(3) => 1, scalar = f32);

const EXAMPLES: [([f32; 2], [f32; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

const START: [f32; 13] = [1.0, -1.0, 0.5, -0.5, 1.5, -1.5, 0.25, 0.5, 0.0, -1.0, 1.0, 0.5, 0.0];

mlp_firmware::entry!(|| {
    let mut xor = Xor::from_parameters(START);
    let outcome = Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES);
    outcome.is_ok() && black_box(xor.predict(black_box([0.0, 1.0])))[0] > 0.5
});
