//! Matt Mazur's well-known worked example, with its numbers checked.
//!
//! <https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/> works out one training step of a network
//! with two inputs, two hidden neurons and two outputs. His weights are numbered target by target, which `weights` says;
//! his two biases are shared by the neurons of a layer and stay as they are, so only the weights are compared.

use std::error::Error;

use mlp_core::mlp;

mlp!(pub struct Mazur: 2 => 2 => 2, weights = [w1, w3, w2, w4; w5, w7, w6, w8]);

fn main() -> Result<(), Box<dyn Error>> {
    let net = Mazur {
        w1: 0.15,
        w2: 0.20,
        w3: 0.25,
        w4: 0.30,
        b1: 0.35,
        b2: 0.35,
        w5: 0.40,
        w6: 0.45,
        w7: 0.50,
        w8: 0.55,
        b3: 0.60,
        b4: 0.60,
    };
    let trace = net.trace([0.05, 0.10], [0.01, 0.99], 0.5);

    println!("{trace:.9}");
    println!("Why has w5 the gradient that it has?\n");
    println!("{:.9}", trace.why("dL_dw5")?);

    // What he publishes: his names for neurons are h1, h2, o1, o2.
    for (name, published) in [
        ("z1", 0.377_5),
        ("a1", 0.593_269_992),
        ("a2", 0.596_884_378),
        ("z3", 1.105_905_967),
        ("y_pred1", 0.751_365_07),
        ("y_pred2", 0.772_928_465),
        ("L", 0.298_371_109),
        ("dL_dy_pred1", 0.741_365_07),
        ("dy_pred1_dz3", 0.186_815_602),
        ("dL_dw5", 0.082_167_041),
        ("dL_dw1", 0.000_438_568),
        ("w1", 0.149_780_716),
        ("w2", 0.199_561_43),
        ("w3", 0.249_751_14),
        ("w4", 0.299_502_29),
        ("w5", 0.358_916_48),
        ("w6", 0.408_666_186),
        ("w7", 0.511_301_270),
        ("w8", 0.561_370_121),
    ] {
        let value = trace.value(name).ok_or(name)?;
        assert!((value - published).abs() < 1e-8, "{name} is {value}, but {published} is published");
    }
    println!("All numbers are the published ones.");
    Ok(())
}
