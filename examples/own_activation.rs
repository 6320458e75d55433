//! Your own activation and loss, and how to find out whether their derivatives are right.
//!
//! The activation is a bump, e^(−z²): the neuron responds to a place and not to a direction. The loss makes the network
//! learn a bound instead of the middle. It is the pinball loss of quantile regression (Koenker and Bassett, "Regression
//! quantiles", 1978): with q = 0.9, a prediction that is too low costs nine times as much as one that is too high, so
//! that the cheapest curve has 90 % of all values below it. This curve answers, for example, how long nine out of ten
//! deliveries take at most.
//!
//! The declaration names your own function by its path, `self::bump`, and expects its derivative beside it, under the
//! same name with `_derivative`. Training does not tell whether the derivative is right: with a wrong one the network
//! learns as well, only worse. Here the first attempt forgets the chain rule. `gradient_check` finds that, and names
//! the parameters that suffer from it: those of the hidden layer, where the bump is. The second attempt passes. Both
//! are then trained alike.
//!
//! The program promises that the mistake is found, that the right derivative passes at 20 random starts, and that 88 to
//! 92 % of 2000 examples held back lie below the curve; it fails otherwise.

use std::error::Error;

use mlp_core::gradient_check::Verdict;
use mlp_core::random::Rng;
use mlp_core::{Adam, Batch, History, Network, Schedule, StandardNormal, TrainError, Trainer, gradient_check, mlp};

/// a = e^(−z²)
fn bump(z: f64) -> f64 {
    libm::exp(-z * z)
}

/// da/dz = −2z e^(−z²). The activation itself is given, so that the exponential need not be computed twice.
fn bump_derivative(z: f64, a: f64) -> f64 {
    -2.0 * z * a
}

/// The first attempt.
mod hasty {
    pub(super) use super::bump;

    /// Wrong: e^u is its own derivative, but u = −z² has one too.
    pub(super) fn bump_derivative(_z: f64, a: f64) -> f64 {
        a
    }
}

/// The share of the values that is to lie below the curve.
const Q: f64 = 0.9;

/// L = q (y_true − y_pred) if the prediction is too low, else (1 − q) (y_pred − y_true)
fn pinball([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> f64 {
    if y_pred < y_true { Q * (y_true - y_pred) } else { (1.0 - Q) * (y_pred - y_true) }
}

fn pinball_derivative([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> [f64; 1] {
    [if y_pred < y_true { -Q } else { 1.0 - Q }]
}

mlp! {
    /// The first attempt.
    pub struct Hasty: 1 => self::hasty::bump(4) => identity(1), loss = self::pinball;
}

mlp! {
    /// The value that is above 90 % of all values at x.
    pub struct Bound: 1 => self::bump(4) => identity(1), loss = self::pinball;
}

type Example = ([f64; 1], [f64; 1]);

fn main() -> Result<(), Box<dyn Error>> {
    let mut bound = Bound::random_with(&StandardNormal, &mut mlp_core::rng(0));
    let mut hasty = Hasty::from_parameters(bound.parameters());

    let check = gradient_check(&hasty, [0.5], [1.0])?;
    println!("The first attempt is {check}\n");
    let layer = &Hasty::ARCHITECTURE.layers[0];
    let is_hidden = |name| layer.parameters().any(|parameter| parameter.name == name);
    if check.is_right() || !check.parameters(Verdict::Wrong).all(is_hidden) {
        return Err("the promise that the mistake is found in the hidden layer is broken".into());
    }
    println!("The second attempt is {}\n", gradient_check(&bound, [0.5], [1.0])?);
    for seed in 0..20 {
        let start = Bound::random_with(&StandardNormal, &mut mlp_core::rng(seed));
        let check = gradient_check(&start, [0.5], [1.0])?;
        if !check.is_right() {
            return Err(format!("the promise of a right gradient is broken: with seed {seed} it is {check}").into());
        }
    }

    let mut rng = mlp_core::rng(1);
    let train: Vec<_> = (0..2000).map(|_| example(&mut rng)).collect();
    let test: Vec<_> = (0..2000).map(|_| example(&mut rng)).collect();
    let mut history = History::every(5);
    learn("first attempt", &mut hasty, &train, &mut history)?;
    learn("second attempt", &mut bound, &train, &mut history)?;

    println!("\n   x   bound   predicted");
    for x in [-2.0, -1.0, 0.0, 1.0, 2.0] {
        let [y_pred] = bound.predict([x]);
        println!("{x:4.1} {:7.3} {y_pred:11.3}", middle(x) + (2.0 * Q - 1.0) * spread(x));
    }
    let below: f64 = test.iter().map(|&(x, [y])| if y < bound.predict(x)[0] { 1.0 } else { 0.0 }).sum();
    let share = below / 2000.0;
    println!("{:.1} % of the examples held back are below the curve", 100.0 * share);

    let figure = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/own_activation.svg");
    history.plot(figure)?;
    println!("figure: {figure}");
    if (0.88..=0.92).contains(&share) { Ok(()) } else { Err("not the promised 88 to 92 % below the curve".into()) }
}

fn learn<N>(name: &str, net: &mut N, train: &[Example], history: &mut History<f64>) -> Result<(), TrainError>
where
    N: Network<Scalar = f64, Input = [f64; 1], Output = [f64; 1]>,
{
    let outcome = Trainer::new(Adam::new(0.02))
        .epochs(200)
        .batch(Batch::Mini(20))
        .shuffle(1)
        .schedule(Schedule::cosine(200))
        .observe(history)
        .fit(net, train)?;
    println!("{name:14} after {} epochs: loss {:.4}", outcome.epochs, outcome.loss);
    Ok(())
}

/// x is uniform between −2 and 2, and y around the middle, within the spread.
fn example(rng: &mut impl Rng) -> Example {
    let mut around_zero = || f64::from(rng.next_u32()) / f64::from(1_u32 << 31) - 1.0;
    let x = 2.0 * around_zero();
    ([x], [middle(x) + spread(x) * around_zero()])
}

fn middle(x: f64) -> f64 {
    libm::sin(2.0 * x)
}

fn spread(x: f64) -> f64 {
    0.2 + 0.1 * x * x
}
