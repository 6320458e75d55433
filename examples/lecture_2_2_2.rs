//! Lecture 2-2-2: a second output, so each hidden neuron contributes to two errors.
//!
//! One output is to rise to 0.9, the other to fall to 0.2, and the same two hidden neurons feed both. In step 7 the
//! derivative of the loss with respect to a hidden neuron therefore becomes a sum over the outputs.
//! `cargo run --example explain` shows the first of these 2000 steps with all its numbers. The numbers are those of the
//! lecture's own program, run from numpy's seed 0.

use std::error::Error;

use mlp_core::observer::Report;
use mlp_core::{GradientDescent, History, Trainer, mlp};

mlp!(pub struct Net: 2 => 2 => 2);

fn main() -> Result<(), Box<dyn Error>> {
    let mut net = Net {
        w11: 1.764_052_345_967_664,
        w12: 0.400_157_208_367_223_3,
        w21: 0.978_737_984_105_739_2,
        w22: 2.240_893_199_201_458,
        b1: 1.867_557_990_149_967_5,
        b2: -0.977_277_879_876_411,
        w31: 0.950_088_417_525_589_4,
        w32: -0.151_357_208_297_697_9,
        w41: -0.103_218_851_793_557_84,
        w42: 0.410_598_501_938_372_33,
        b3: 0.144_043_571_160_878,
        b4: 1.454_273_506_962_975,
    };
    let examples = [([0.5, 0.8], [0.9, 0.2])];

    let mut history = History::new();
    Trainer::new(GradientDescent::new(0.5))
        .epochs(2000)
        .observe(Report::every(100).decimals(4))
        .observe(&mut history)
        .fit(&mut net, &examples)?;

    let figure = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/lecture_2_2_2.svg");
    history.plot(figure)?;
    println!("figure: {figure}");
    Ok(())
}
