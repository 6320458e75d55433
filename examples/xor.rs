//! Exclusive or, the problem that no single neuron can solve, and how much a third hidden neuron helps.
//!
//! Two networks are trained for 5000 epochs from ten starts each, which differ only in the seed of the parameters. A
//! network has learnt if each of its four predictions is on the right side of one half. Two hidden neurons are enough
//! in principle, but gradient descent does not find the way from every start: it ends on a plateau or in a local
//! minimum. With three it does find the way.
//!
//! The figure shows one of the larger networks with its weights, and where it decides for 1.

use std::error::Error;

use mlp_core::{Figure, GradientDescent, Network, StandardNormal, TrainError, Trainer, mlp};

mlp! {
    /// Learns exclusive or, with the fewest hidden neurons that suffice.
    pub struct Smallest: 2 => tanh(2) => 1;
}

mlp! {
    /// Learns exclusive or.
    pub struct Xor: 2 => tanh(3) => 1;
}

const EXAMPLES: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

fn main() -> Result<(), Box<dyn Error>> {
    learn::<Smallest>()?;
    learn::<Xor>()?;

    let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
    Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &EXAMPLES)?;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/xor.svg");
    Figure::grid(2, [Figure::network(&xor), Figure::surface(&xor, &EXAMPLES)]).write(path)?;
    println!("figure: {path}");
    Ok(())
}

fn learn<N: Network<Scalar = f64, Input = [f64; 2], Output = [f64; 1]>>() -> Result<(), TrainError> {
    println!("{}: {}", N::ARCHITECTURE.name, N::ARCHITECTURE);
    let mut learnt = 0;
    for seed in 0..10 {
        let mut net = N::random_with(&StandardNormal, &mut mlp_core::rng(seed));
        let outcome = Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut net, &EXAMPLES)?;
        let predictions = EXAMPLES.map(|(x, _)| net.predict(x)[0]);
        let right = predictions.iter().zip(EXAMPLES).all(|(y_pred, (_, [y_true]))| (y_pred - y_true).abs() < 0.5);
        learnt += usize::from(right);
        let verdict = if right { "learnt" } else { "NOT learnt" };
        println!("  seed {seed}: loss {:.6}, predictions {predictions:.3?}: {verdict}", outcome.loss);
    }
    println!("  {learnt} of 10 learnt");
    Ok(())
}
