//! The first training step of lecture 2-2-2, with every number put into every equation.
//!
//! Read it beside `examples/expanded/lecture_2_2_2.rs`, the code that computes the same step: each line here is one
//! `let` there. Other networks explain themselves in the same way; change the declaration and see.

use mlp_core::{Figure, FigureError, mlp};

mlp!(pub struct Net: 2 => 2 => 2);

fn main() -> Result<(), FigureError> {
    let net = Net {
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
    let trace = net.trace([0.5, 0.8], [0.9, 0.2], 0.5);
    println!("{trace}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/explain.svg");
    Figure::trace(&trace).write(path)?;
    println!("figure: {path}");
    Ok(())
}
