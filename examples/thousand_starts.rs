//! A thousand random starts of exclusive or: how often does it learn?
//!
//! Two hidden neurons are enough, but from some starts gradient descent ends where nothing more is learnt (`xor_stuck`
//! looks at one of them). A `Population` trains a thousand starts in the time of a few, so the share of those that learn
//! can be counted instead of guessed. Every network is what its own `fit` makes of it, to the bit.
//!
//! The figure shows two networks with two hidden neurons: the best start, and the worst.

use std::error::Error;

use mlp_core::{Figure, GradientDescent, Network, Population, StandardNormal, Trainer, mlp};

mlp!(pub struct Two: 2 => tanh(2) => 1);
mlp!(pub struct Three: 2 => tanh(3) => 1);
mlp!(pub struct Four: 2 => tanh(4) => 1);

const EXAMPLES: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

const FIGURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/thousand_starts.svg");

const STARTS: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let [best, worst] = starts::<Two>(2)?;
    starts::<Three>(3)?;
    starts::<Four>(4)?;
    let [best, worst] = [&best, &worst].map(|network| Figure::surface(network, &EXAMPLES));
    Figure::grid(2, [best, worst]).write(FIGURE)?;
    println!("figure: {FIGURE}");
    Ok(())
}

/// Trains from all starts and counts. Returns the best network and the worst.
fn starts<N>(hidden: usize) -> Result<[N; 2], Box<dyn Error>>
where
    N: Network<Scalar = f64, Input = [f64; 2], Output = [f64; 1]>,
{
    let mut rng = mlp_core::rng(1);
    let mut population = Population::from_fn(STARTS, |_| N::random_with(&StandardNormal, &mut rng))?;
    let outcome = population.fit(&Trainer::new(GradientDescent::new(0.5)).epochs(2000), &EXAMPLES)?.all()?;

    let networks = population.to_networks();
    let is_right = |network: &N| EXAMPLES.iter().all(|&(x, [y_true])| (network.predict(x)[0] - y_true).abs() < 0.5);
    let learnt = networks.iter().filter(|network| is_right(network)).count();
    let mean = outcome.mean_loss().ok_or("no start failed")?;
    println!("{hidden} hidden neurons: {learnt} of {STARTS} starts learn, mean loss {mean:.4}");

    let (mut losses, best) = (outcome.losses(), outcome.best().ok_or("no start failed")?);
    let first = losses.next().ok_or("there are starts")?;
    let (worst, _) = losses.fold(first, |worst, other| if other.1 > worst.1 { other } else { worst });
    Ok([best, worst].map(|member| networks[member].clone()))
}
