//! Lecture 1-1-1: one input, one hidden neuron, one output, and four parameters that learn one example.
//!
//! The smallest network with a hidden layer. Its start is far off (it predicts 0.95 instead of 0.8), and its gradient
//! is small there, because the output neuron is saturated. Watch how slowly the loss falls at first, and how fast once
//! the neuron has left the flat end of the sigmoid. The numbers are those of the lecture's own program, run from
//! numpy's seed 0.

use std::error::Error;

use mlp_core::observer::Report;
use mlp_core::{GradientDescent, History, Trainer, mlp};

mlp!(pub struct Net: 1 => 1 => 1, weights = [w1; w2]);

fn main() -> Result<(), Box<dyn Error>> {
    let mut net = Net {
        w1: 1.764_052_345_967_664,
        b1: 0.400_157_208_367_223_3,
        w2: 0.978_737_984_105_739_2,
        b2: 2.240_893_199_201_458,
    };
    let examples = [([0.5], [0.8])];

    let mut history = History::new();
    Trainer::new(GradientDescent::new(0.5))
        .epochs(1000)
        .observe(Report::every(100).decimals(4))
        .observe(&mut history)
        .fit(&mut net, &examples)?;

    let figure = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/lecture_1_1_1.svg");
    history.plot(figure)?;
    println!("figure: {figure}");
    Ok(())
}
