//! A microcontroller predicts with a network from its flash, learns the same network itself, and adapts on-line when its
//! sensors change.
//!
//! In this folder: `cargo run --release --bin xor`.

#![no_std]
#![no_main]
#![deny(warnings, clippy::pedantic)]
#![forbid(unsafe_code)]

use mlp_core::{GradientDescent, Network as _, StandardNormal, TrainError, Trainer, mlp};
use mlp_firmware::say;

mlp! {
    /// Exclusive or, in the scalar that the processor computes in.
    struct Xor: 2 => tanh(3) => 1, scalar = f32;
}

const EXAMPLES: [([f32; 2], [f32; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

/// Parameters that were trained elsewhere. As a constant they stay in the flash and take no memory.
const TRAINED: Xor = Xor {
    w11: 3.2920432,
    w12: -3.061853,
    w13: -1.9621133,
    w21: -2.1654189,
    w22: 3.8849342,
    w23: -3.2060921,
    b1: 0.69985837,
    b2: 1.306737,
    b3: 0.16471197,
    w31: -4.6776175,
    w41: -4.656702,
    w51: -2.8416278,
    b4: 1.9352237,
};

mlp_firmware::entry!(|| match story() {
    Ok(()) => true,
    Err(error) => {
        say!("{error}");
        false
    }
});

fn story() -> Result<(), TrainError> {
    say!("From the flash: the largest error is {:.3}.", largest_error(&TRAINED, &EXAMPLES));

    let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
    Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES)?;
    let is_same = xor.parameters().map(f32::to_bits) == TRAINED.parameters().map(f32::to_bits);
    say!("Learnt here, from seed 1: {}.", if is_same { "the same bits" } else { "other bits" });
    say!("{xor:?}");

    // Both sensors have aged. What they should have said is known later.
    let aged = EXAMPLES.map(|(x, y_true)| (x.map(|x| 0.2 + 0.5 * x), y_true));
    say!("With aged sensors: the largest error is {:.3}.", largest_error(&xor, &aged));
    for &(x, y_true) in aged.iter().cycle().take(4000) {
        xor.sgd_step(x, y_true, 0.5);
    }
    say!("After 4000 steps: the largest error is {:.3}.", largest_error(&xor, &aged));
    Ok(())
}

fn largest_error(xor: &Xor, examples: &[([f32; 2], [f32; 1])]) -> f32 {
    let errors = examples.iter().map(|&(x, [y_true])| (xor.predict(x)[0] - y_true).abs());
    errors.fold(0.0, f32::max)
}
