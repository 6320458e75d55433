//! Pages in which the lecture's networks and exclusive or learn while you watch.
//!
//! Each page is one HTML file: open it in a browser. It shows the network, every equation of the step with its numbers,
//! and the curves of the training; every weight can be moved, and everything is computed anew at once. Try "Now you",
//! which hides a number and asks for it, and "Why?", which says where a number comes from.

use std::error::Error;
use std::path::Path;

use mlp_core::{Adam, Language, Lesson, StandardNormal, mlp, rng};

mlp!(pub struct OneOneOne: 1 => 1 => 1, weights = [w1; w2]);
mlp!(pub struct OneTwoOne: 1 => 2 => 1, weights = [w11, w12; w3, w4]);
mlp!(pub struct TwoTwoOne: 2 => 2 => 1, weights = [w11, w12, w21, w22; w31, w32]);
mlp!(pub struct TwoTwoTwo: 2 => 2 => 2);
mlp!(pub struct Xor: 2 => tanh(3) => 1);
mlp!(pub struct XorStuck: 2 => tanh(2) => 1);

const XOR: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lessons");
    std::fs::create_dir_all(&folder)?;

    let net = OneOneOne {
        w1: 1.764_052_345_967_664,
        b1: 0.400_157_208_367_223_3,
        w2: 0.978_737_984_105_739_2,
        b2: 2.240_893_199_201_458,
    };
    Lesson::new(&net, &[([0.5], [0.8])]).write(folder.join("lesson_1_1_1.html"))?;

    let net = OneTwoOne {
        w11: 1.764_052_345_967_664,
        w12: 0.978_737_984_105_739_2,
        b1: 0.400_157_208_367_223_3,
        b2: 2.240_893_199_201_458,
        w3: 1.867_557_990_149_967_5,
        w4: -0.977_277_879_876_411,
        b3: 0.950_088_417_525_589_4,
    };
    // The documents are Russian. Every page has both languages; this one opens with the second.
    Lesson::new(&net, &[([0.5], [0.8])]).language(&Language::RUSSIAN).write(folder.join("lesson_1_2_1.html"))?;

    let net = TwoTwoOne {
        w11: 1.764_052_345_967_664,
        w12: 0.400_157_208_367_223_3,
        w21: 0.978_737_984_105_739_2,
        w22: 2.240_893_199_201_458,
        b1: 1.867_557_990_149_967_5,
        b2: -0.977_277_879_876_411,
        w31: 0.950_088_417_525_589_4,
        w32: -0.151_357_208_297_697_9,
        b3: -0.103_218_851_793_557_84,
    };
    Lesson::new(&net, &[([0.5, 0.8], [0.9])]).write(folder.join("lesson_2_2_1.html"))?;

    let net = TwoTwoTwo {
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
    Lesson::new(&net, &[([0.5, 0.8], [0.9, 0.2])]).learning_rate(0.5).write(folder.join("lesson_2_2_2.html"))?;

    let xor = Xor::random_with(&StandardNormal, &mut rng(1));
    Lesson::new(&xor, &XOR).optimizer(&Adam::new(0.05)).write(folder.join("lesson_xor.html"))?;

    // Two hidden neurons, and a start from which they do not learn it: play, and ask the page why. See `xor_stuck`.
    let stuck = XorStuck::random_with(&StandardNormal, &mut rng(5));
    Lesson::new(&stuck, &XOR).batch_size(4).write(folder.join("lesson_xor_stuck.html"))?;

    let folder = folder.canonicalize()?;
    for page in ["1_1_1", "1_2_1", "2_2_1", "2_2_2", "xor", "xor_stuck"] {
        println!("open in a browser: {}", folder.join(format!("lesson_{page}.html")).display());
    }
    Ok(())
}
