//! Bayesian regularisation ends at the fixed point that numpy finds in another way, follows its definition, and tells noise
//! from what can be learnt. `data/second_order.json` holds numpy's results; `data/second_order.py` makes them.

use mlp_core::optimizer::StateVisitor;
use mlp_core::random::Rng as _;
use mlp_core::{Array as _, Epoch, LevenbergMarquardt, Network, StopReason, Trainer, Training, mlp};

use crate::cases::{examples_of, fill, predicts_as_at_its_end, sine, start_of};
use crate::second_order::{Curve, Deep, RolledSurface, Surface, case};

mlp!(struct Plane: 2 => identity(1));
mlp!(struct MeanPlane: 2 => identity(1), loss = mean_squared_error);
mlp!(struct MeanSurface: 2 => tanh(3) => identity(2), loss = mean_squared_error);
mlp!(struct Large: 1 => tanh(10) => identity(1));
mlp!(struct Sine: 1 => tanh(4) => identity(1));

/// α, β and γ, the loss and the predictions are those of the fixed point. `factor` is that of the loss, whose unit is ½ Σ r².
fn stands_still_where_numpy_does<N: Network<Scalar = f64>>(name: &str, factor: f64) {
    let case = case(name);
    let (mut network, examples) = (start_of::<N>(&case), examples_of::<N>(&case));
    let trainer = Trainer::new(LevenbergMarquardt::new().bayesian()).epochs(5000);
    let mut training = trainer.start(&network).unwrap();
    let outcome = training.fit(&mut network, &examples).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::Converged, "{name}: {outcome:?}");
    let number = |name: &str| case[name].as_f64().unwrap();
    let found = training.optimizer_state().regularisation().unwrap();
    for (found, expected) in [
        (outcome.loss, number("loss") * factor),
        (found.alpha(), number("alpha")),
        (found.beta(), number("beta")),
        (found.gamma(), number("gamma")),
    ] {
        assert!((found / expected - 1.0).abs() < 1e-5, "{name}: {found} is not {expected}");
    }
    predicts_as_at_its_end(&network, &case, 1e-5);
}

#[test]
fn bayesian_regularisation_stands_still_where_numpy_does() {
    stands_still_where_numpy_does::<Plane>("bayesian plane", 1.0);
    stands_still_where_numpy_does::<MeanPlane>("bayesian plane", 2.0);
    stands_still_where_numpy_does::<Curve>("bayesian curve", 1.0);
    stands_still_where_numpy_does::<Surface>("bayesian surface", 1.0);
    stands_still_where_numpy_does::<MeanSurface>("bayesian surface", 1.0);
    stands_still_where_numpy_does::<RolledSurface>("bayesian surface", 1.0);
    stands_still_where_numpy_does::<Deep>("bayesian deep", 1.0);
    stands_still_where_numpy_does::<Large>("bayesian large", 1.0);
}

/// New estimates are those of the definition, at the place where the epoch starts: for a linear network, by hand. They are
/// made after a step that lowers F by less than 1 %.
#[test]
fn estimates_follow_their_definition() {
    mlp!(struct Line: 1 => identity(1));
    let examples: Vec<_> = (0..12).map(f64::from).map(|i| ([i / 6.0 - 1.0], [i * i % 5.0 / 4.0])).collect();
    let mut line = Line { w11: 0.3, b1: -0.2 };
    let mut training = Trainer::new(LevenbergMarquardt::new().bayesian()).start(&line).unwrap();
    let state = |training: &Training<Line, LevenbergMarquardt>| training.optimizer_state().regularisation().unwrap();
    let first = state(&training);
    assert_eq!([first.alpha(), first.beta(), first.gamma()], [1.0, 1.0, 0.0]);
    // JᵀJ = [Σ x², Σ x; Σ x, n], whose inverse with λ on the diagonal has the trace (Σ x² + n + 2 λ) / determinant.
    let [xx, x] = [2, 1].map(|power| examples.iter().map(|([x], _)| x.powi(power)).sum::<f64>());
    let squares = |Line { w11, b1 }: Line| {
        let errors = examples.iter().map(|([x], [y])| (w11 * x + b1 - y).powi(2)).sum::<f64>();
        [w11 * w11 + b1 * b1, errors]
    };
    let (mut fall, mut estimates) = (1.0, 0);
    for epoch in 0..12 {
        if training.has_ended() {
            break;
        }
        let (before, [parameters, errors]) = (state(&training), squares(line));
        let decay = before.alpha() / before.beta();
        training.epoch(&mut line, &examples).unwrap();
        let determinant = (xx + decay) * (12.0 + decay) - x * x;
        let gamma = 2.0 - decay * (xx + 12.0 + 2.0 * decay) / determinant;
        let expected = if epoch == 0 {
            [2.0 / parameters, 10.0 / (0.001 * errors), 2.0]
        } else if fall < 0.01 {
            estimates += 1;
            [gamma / parameters, (12.0 - gamma) / errors, gamma]
        } else {
            [before.alpha(), before.beta(), before.gamma()]
        };
        let found = state(&training);
        for (found, expected) in [found.alpha(), found.beta(), found.gamma()].into_iter().zip(expected) {
            assert!((found / expected - 1.0).abs() < 1e-10, "epoch {epoch}: {found} is not {expected}");
        }
        let decay = found.alpha() / found.beta();
        let f = |[parameters, errors]: [f64; 2]| errors + decay * parameters;
        fall = 1.0 - f(squares(line)) / f([parameters, errors]);
    }
    assert!((3..11).contains(&estimates), "{estimates}");
}

/// The errors of the first epochs, which are large, are not taken for noise.
#[test]
fn what_is_not_yet_learnt_is_no_noise() {
    for (factor, modulus) in [(7919_u32, 101_u32), (5000, 10_007), (7717, 9973)] {
        let noise = |i: u32| f64::from((i * i + 3) * factor % modulus) / f64::from(modulus) - 0.5;
        let example = |i: u32| {
            let x = f64::from(i) / 30.0 - 1.0;
            ([x], [x * x + 0.2 * noise(i)])
        };
        let examples: Vec<_> = (0..60).map(example).collect();
        for seed in 1..=2 {
            let mut net = Large::random(&mut mlp_core::rng(seed));
            let trainer = Trainer::new(LevenbergMarquardt::new().bayesian()).epochs(50);
            let mut training = trainer.start(&net).unwrap();
            training.fit(&mut net, &examples).unwrap();
            let found = training.optimizer_state().regularisation().unwrap();
            assert!((4.0..9.0).contains(&found.gamma()), "{found:?}");
            assert!((1.0 / found.beta().sqrt() - 0.058).abs() < 0.01, "{found:?}");
        }
    }
}

/// A network that is far too large does not learn the noise, and more neurons do not make it worse.
#[test]
fn a_network_that_is_too_large_does_not_learn_the_noise() {
    fn errors_and_gamma<N: Network<Scalar = f64>>(seed: u64) -> ([f64; 2], f64) {
        let mut rng = mlp_core::rng(seed);
        let mut uniform = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
        // The sum of twelve has nearly a normal distribution.
        let mut example = |noise: f64| {
            let x = 2.0 * uniform() - 1.0;
            let gauss = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
            let (mut input, mut target) = (N::Input::zeros(), N::Output::zeros());
            fill(input.as_mut(), &[x]);
            fill(target.as_mut(), &[(3.0 * x).sin() + noise * gauss]);
            (input, target)
        };
        let examples: Vec<_> = (0..40).map(|_| example(0.2)).collect();
        let fresh: Vec<_> = (0..200).map(|_| example(0.0)).collect();
        let start = N::random(&mut mlp_core::rng(seed));
        let mut gamma = f64::NAN;
        let errors = [LevenbergMarquardt::new(), LevenbergMarquardt::new().bayesian()].map(|optimizer| {
            let mut network = start.clone();
            let mut training = Trainer::new(optimizer).epochs(100).start(&network).unwrap();
            training.fit(&mut network, &examples).unwrap();
            gamma = training.optimizer_state().regularisation().map_or(gamma, |found| found.gamma());
            fresh.iter().map(|&(x, y)| N::loss(network.predict(x), y)).sum::<f64>() / 200.0
        });
        (errors, gamma)
    }
    mlp!(struct Five: 1 => tanh(5) => identity(1));
    mlp!(struct Fifteen: 1 => tanh(15) => identity(1));
    for seed in 1..=2 {
        let ([without, with], gamma) = errors_and_gamma::<Fifteen>(seed);
        assert!(with < 0.5 * without, "seed {seed}: {with} with, {without} without");
        // Of 46 and 16 parameters.
        let (_, gamma_of_few) = errors_and_gamma::<Five>(seed);
        assert!((3.0..10.0).contains(&gamma), "seed {seed}: {gamma}");
        assert!(gamma < 1.3 * gamma_of_few, "seed {seed}: {gamma}, and {gamma_of_few} with few neurons");
    }
}

/// An observer sees the estimates by name. Without regularisation there are none.
#[test]
fn estimates_are_part_of_the_state() {
    struct Names(Vec<(&'static str, f64)>);
    impl<T> StateVisitor<T> for Names {
        fn scalars(&mut self, _: &'static str, _: &mut [T]) {}
        fn number(&mut self, name: &'static str, value: &mut f64) {
            self.0.push((name, *value));
        }
    }
    let examples = sine::<Sine>(30);
    let names = |optimizer: LevenbergMarquardt| {
        let mut seen = Names(Vec::new());
        let mut net = Sine::random(&mut mlp_core::rng(2));
        let observer = mlp_core::observer::from_fn(|epoch: &Epoch<'_, Sine>| {
            seen.0.clear();
            epoch.visit_optimizer_state(&mut seen);
        });
        let mut training = Trainer::new(optimizer).epochs(3).observe(observer).start(&net).unwrap();
        training.fit(&mut net, &examples).unwrap();
        let regularisation = training.optimizer_state().regularisation();
        drop(training);
        (seen.0, regularisation)
    };
    let (seen, found) = names(LevenbergMarquardt::new().bayesian());
    let found = found.unwrap();
    assert_eq!(seen[2..5], [("alpha", found.alpha()), ("beta", found.beta()), ("gamma", found.gamma())]);
    assert!(seen[5].0 == "fall" && (0.0..1.0).contains(&seen[5].1), "{seen:?}");
    let (seen, found) = names(LevenbergMarquardt::new());
    assert_eq!(seen.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), ["damping", "growth"]);
    assert_eq!(found, None);
}

/// Where there is nothing to estimate, the estimates stay, and nothing becomes infinite: all parameters 0, all errors 0.
#[test]
fn what_cannot_be_estimated() {
    mlp!(struct Line: 1 => identity(1));
    let examples = [([-1.0], [-1.0]), ([0.0], [1.0]), ([1.0], [3.0])];
    for start in [Line { w11: 0.0, b1: 0.0 }, Line { w11: 2.0, b1: 1.0 }] {
        let mut line = start;
        let trainer = Trainer::new(LevenbergMarquardt::new().bayesian()).epochs(500);
        let mut training = trainer.start(&line).unwrap();
        let outcome = training.fit(&mut line, &examples).unwrap();
        assert!(outcome.loss < 1e-12, "{outcome:?}");
        assert!((line.w11 - 2.0).abs() < 1e-6 && (line.b1 - 1.0).abs() < 1e-6, "{line:?}");
        let found = training.optimizer_state().regularisation().unwrap();
        assert!([found.alpha(), found.beta(), found.gamma()].iter().all(|number| number.is_finite()), "{found:?}");
    }
}
