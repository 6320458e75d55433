//! Why some networks never learn exclusive or: a story that is read from a `History`.
//!
//! Two hidden neurons are enough for exclusive or, but from this start gradient descent ends in a local minimum. Each
//! row of the history is a state, so the network of any epoch can be asked again: two inputs with different targets end
//! up with the same hidden activations, and then no output neuron can tell them apart. A third hidden neuron that is
//! added to the stuck network leads out again.

use std::error::Error;

use mlp_core::{Batch, GradientDescent, History, StandardNormal, Trainer, mlp};

mlp!(pub struct Two: 2 => tanh(2) => 1);
mlp!(pub struct Three: 2 => tanh(3) => 1);

const EXAMPLES: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

fn main() -> Result<(), Box<dyn Error>> {
    // All examples are one batch, so that the loss of an epoch belongs to one state of the network.
    let trainer = || Trainer::new(GradientDescent::new(0.5)).epochs(5000).batch(Batch::Full);
    let mut net = Two::random_with(&StandardNormal, &mut mlp_core::rng(5));
    let mut history = History::every(1000);
    trainer().observe(&mut history).fit(&mut net, &EXAMPLES)?;

    for (record, epoch) in history.epochs().iter().enumerate() {
        let state: Two = history.network_before(record).ok_or("the history keeps all parameters")?;
        println!("epoch {epoch}: loss {:.4}", history.loss()[record]);
        show(|x| {
            let pass = state.forward(x);
            (vec![pass.a1, pass.a2], pass.y_pred)
        });
    }

    // Which inputs look alike to the output neuron, though their targets differ?
    let hidden = EXAMPLES.map(|(x, _)| net.forward(x)).map(|pass| [pass.a1, pass.a2]);
    let near = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]) < 0.01;
    for (first, second) in [(0, 1), (0, 2), (1, 3), (2, 3)] {
        if near(hidden[first], hidden[second]) {
            let (x, y) = (EXAMPLES[first].0, EXAMPLES[second].0);
            println!("{x:?} and {y:?} have the same hidden activations, but different targets: it is stuck.");
        }
    }
    let gradients = EXAMPLES.map(|(x, y_true)| net.backprop(x, y_true, &net.forward(x)));
    let pulls = gradients.map(|gradients| gradients.dL_db3);
    println!("The examples pull at the output by {pulls:.3?}: together by {:.1e}.\n", pulls.iter().sum::<f64>());

    let Two { w11, w12, w21, w22, b1, b2, w31, w41, b3 } = net;
    let third = Three { w11, w12, w13: 1.0, w21, w22, w23: -1.0, b1, b2, b3: 0.0, w31, w41, w51: 0.1, b4: b3 };
    let mut freed = third;
    let outcome = trainer().fit(&mut freed, &EXAMPLES)?;
    println!("With a third hidden neuron, after 5000 more epochs: loss {:.4}", outcome.loss);
    show(|x| {
        let pass = freed.forward(x);
        (vec![pass.a1, pass.a2, pass.a3], pass.y_pred)
    });
    Ok(())
}

/// The hidden activations and the prediction for each input.
fn show(pass: impl Fn([f64; 2]) -> (Vec<f64>, f64)) {
    for (x, [y_true]) in EXAMPLES {
        let (hidden, y_pred) = pass(x);
        println!("  {x:?}: hidden {hidden:6.3?}, y_pred {y_pred:.3}, y_true {y_true}");
    }
}
