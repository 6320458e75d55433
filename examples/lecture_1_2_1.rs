//! Lecture 1-2-1: a second hidden neuron, so the output weighs two activations.
//!
//! Both hidden neurons see the same input, and both get their gradient from the same `dL_dz3`, each through its own
//! weight: compare the curves of `w3` and `w4` in the figure. The numbers are those of the lecture's own program, run
//! from numpy's seed 0.

use std::error::Error;

use mlp_core::observer::Report;
use mlp_core::{GradientDescent, History, Trainer, mlp};

mlp!(pub struct Net: 1 => 2 => 1, weights = [w11, w12; w3, w4]);

fn main() -> Result<(), Box<dyn Error>> {
    let mut net = Net {
        w11: 1.764_052_345_967_664,
        w12: 0.978_737_984_105_739_2,
        b1: 0.400_157_208_367_223_3,
        b2: 2.240_893_199_201_458,
        w3: 1.867_557_990_149_967_5,
        w4: -0.977_277_879_876_411,
        b3: 0.950_088_417_525_589_4,
    };
    let examples = [([0.5], [0.8])];

    let mut history = History::new();
    Trainer::new(GradientDescent::new(0.5))
        .epochs(1000)
        .observe(Report::every(100).decimals(4))
        .observe(&mut history)
        .fit(&mut net, &examples)?;

    let figure = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/lecture_1_2_1.svg");
    history.plot(figure)?;
    println!("figure: {figure}");
    Ok(())
}
