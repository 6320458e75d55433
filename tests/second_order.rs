//! Levenberg-Marquardt and L-BFGS end where scipy's do, train in pieces and from files as at once, find what is not finite,
//! and refuse what makes no sense; Bayesian regularisation ends at the fixed point that numpy finds in another way.
//! `data/second_order.json` holds these results; `data/second_order.py` makes them.

use std::ops::ControlFlow;
use std::time::Duration;

use mlp_core::objective::{ObjectiveError, objective};
use mlp_core::observer::Update;
use mlp_core::optimizer::StateVisitor;
use mlp_core::random::Rng as _;
use mlp_core::{
    Adam, Array as _, Batch, ChunkError, Epoch, GradientDescent, History, Lbfgs, LevenbergMarquardt, Network, Observer,
    Optimizer, Outcome, Rprop, Scalar, Schedule, StopReason, Trace, TrainError, Trainer, Training, mlp, persist,
};
use serde_json::Value;

use crate::cases::{self, examples_of, fill, numbers, parameters, start_of};

mlp!(struct Curve: 1 => tanh(3) => identity(1));
mlp!(struct Surface: 2 => tanh(3) => identity(2));
mlp!(struct Deep: 2 => sigmoid(3) => tanh(2) => identity(1));
mlp!(struct Bounded: 2 => tanh(2) => sigmoid(1));
mlp!(struct Shares: 2 => tanh(2) => softmax(3));
mlp!(struct MeanShares: 2 => tanh(2) => softmax(3), loss = mean_squared_error);
mlp!(struct RolledSurface: 2 => tanh(3) => identity(2), rolled);
mlp!(struct Classes: 2 => softmax(3), loss = cross_entropy);

fn case(name: &str) -> Value {
    cases::case(include_str!("data/second_order.json"), name)
}

/// Loss and predictions at the end are scipy's. `factor` is that of the loss, whose unit is ½ Σ r².
fn ends_as_scipy_does<N: Network<Scalar = f64>>(name: &str, optimizer: impl Optimizer<f64>, factor: f64) {
    let case = case(name);
    let (mut network, examples) = (start_of::<N>(&case), examples_of::<N>(&case));
    let mut trainer = Trainer::new(optimizer).epochs(5000).allow_unreachable_targets();
    let outcome = trainer.fit(&mut network, &examples).unwrap();
    let expected = case["loss"].as_f64().unwrap() * factor;
    assert!((outcome.loss / expected - 1.0).abs() < 1e-7, "{name}: {outcome:?}, expected {expected}");
    let mut end = N::Parameters::zeros();
    fill(end.as_mut(), &numbers(&case["end"]));
    let end = N::from_parameters(&end);
    for (x, _) in &examples {
        for (found, expected) in network.predict(*x).as_ref().iter().zip(end.predict(*x).as_ref()) {
            assert!((found - expected).abs() < 1e-4, "{name}: {found} is not {expected}");
        }
    }
}

#[test]
fn levenberg_marquardt_ends_where_scipy_does() {
    let optimizer = LevenbergMarquardt::new;
    ends_as_scipy_does::<Curve>("curve", optimizer(), 1.0);
    ends_as_scipy_does::<Surface>("surface", optimizer(), 1.0);
    ends_as_scipy_does::<RolledSurface>("surface", optimizer(), 1.0);
    ends_as_scipy_does::<Deep>("deep", optimizer(), 1.0);
    ends_as_scipy_does::<Bounded>("bounded", optimizer(), 1.0);
    ends_as_scipy_does::<Shares>("shares", optimizer(), 1.0);
    ends_as_scipy_does::<MeanShares>("shares", optimizer(), 2.0 / 3.0);
    ends_as_scipy_does::<Surface>("surface", &optimizer().damping(10.0), 1.0);
}

#[test]
fn l_bfgs_ends_where_scipy_does() {
    ends_as_scipy_does::<Classes>("classes", Lbfgs::new(), 1.0);
    ends_as_scipy_does::<Surface>("surface", Lbfgs::new(), 1.0);
    ends_as_scipy_does::<RolledSurface>("surface", Lbfgs::new().memory(20), 1.0);
    ends_as_scipy_does::<Bounded>("bounded", Lbfgs::new().memory(5), 1.0);
}

mlp!(struct Plane: 2 => identity(1));
mlp!(struct MeanPlane: 2 => identity(1), loss = mean_squared_error);
mlp!(struct MeanSurface: 2 => tanh(3) => identity(2), loss = mean_squared_error);
mlp!(struct Large: 1 => tanh(10) => identity(1));

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
    let mut end = N::Parameters::zeros();
    fill(end.as_mut(), &numbers(&case["end"]));
    let end = N::from_parameters(&end);
    for (x, _) in &examples {
        for (found, expected) in network.predict(*x).as_ref().iter().zip(end.predict(*x).as_ref()) {
            assert!((found - expected).abs() < 1e-5, "{name}: {found} is not {expected}");
        }
    }
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

/// PyTorch's definition, number by number: `sign` is that of the product with the last gradient.
#[test]
fn rprop_is_pytorchs() {
    let (examples, start) = (sine::<Sine>(30), Sine::random(&mut mlp_core::rng(2)));
    let (mut expected, mut rises, mut falls) = (start.parameters(), 0, 0);
    let (mut step_size, mut previous) = ([0.02_f64; 13], [0.0; 13]);
    for _ in 0..200 {
        let mut gradients = Sine::from_parameters(expected).batch_gradients(&examples).unwrap();
        for index in 0..13 {
            let sign = gradients[index] * previous[index];
            let factor = if sign > 0.0 {
                1.2
            } else if sign < 0.0 {
                0.5
            } else {
                1.0
            };
            (rises, falls) = (rises + i32::from(sign > 0.0), falls + i32::from(sign < 0.0));
            step_size[index] = (step_size[index] * factor).clamp(1e-6, 50.0);
            if sign < 0.0 {
                gradients[index] = 0.0;
            }
            let direction = if gradients[index] == 0.0 { 0.0 } else { gradients[index].signum() };
            expected[index] -= direction * step_size[index];
            previous[index] = gradients[index];
        }
    }
    assert!(rises > 100 && falls > 100, "both cases occur: {rises} and {falls}");
    let mut net = start;
    Trainer::new(Rprop::new(0.02)).batch(Batch::Full).epochs(200).fit(&mut net, &examples).unwrap();
    assert_eq!(net.parameters(), expected);
    for optimizer in [
        Rprop::new(0.02).factors(1.0, 1.2),
        Rprop::new(0.02).factors(0.0, 1.2),
        Rprop::new(0.02).factors(0.5, 1.0),
        Rprop::new(0.02).lengths(0.0, 1.0),
        Rprop::new(0.02).lengths(1.0, 0.5),
        Rprop::new(0.02).lengths(1.0, f64::INFINITY),
    ] {
        assert!(matches!(Trainer::new(optimizer).start(&start), Err(TrainError::Setting { .. })));
    }
}

/// The objective is the loss and the gradient of named scalars, for few and for many examples, and checks lengths.
#[test]
fn an_objective_is_a_function_of_flat_parameters() {
    let net = Sine::random(&mut mlp_core::rng(2));
    for count in [1, 5, 30] {
        let examples = sine::<Sine>(count);
        let loss = objective(&net, &examples);
        let mut gradient = [0.0; 13];
        let value = loss.gradient(&net.parameters(), &mut gradient).unwrap();
        assert_eq!(loss.value(&net.parameters()), Ok(value));
        let sum: f64 = examples.iter().map(|&(x, y)| Sine::loss(net.predict(x), y)).sum();
        assert!((value - sum / f64::from(count)).abs() < 1e-12, "{value}");
        for (found, expected) in gradient.iter().zip(net.batch_gradients(&examples).unwrap()) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
        let wrong = |what, found| ObjectiveError::Length { what, expected: 13, found };
        assert_eq!(loss.value(&[0.0; 12]), Err(wrong("parameters", 12)));
        assert_eq!(loss.gradient(&[0.0; 14], &mut gradient), Err(wrong("parameters", 14)));
        assert_eq!(loss.gradient(&[0.0; 13], &mut gradient[..5]), Err(wrong("derivatives", 5)));
    }
    assert_eq!(objective(&net, &[]).value(&net.parameters()), Err(ObjectiveError::NoExamples));
}

/// An objective keeps packed examples and its last gradient. Whatever was asked before, and by how many threads, the
/// answers are those of a new one.
#[test]
fn an_objective_does_not_mix_up_places() {
    let examples = sine::<Sine>(30);
    let places = [1, 2, 3].map(|seed| Sine::random(&mut mlp_core::rng(seed)).parameters());
    let fresh = places.map(|place| {
        let (loss, mut gradient) = (objective(&Sine::from_parameters(place), &examples), [0.0; 13]);
        (loss.gradient(&place, &mut gradient).unwrap(), gradient)
    });
    let loss = objective(&Sine::from_parameters(places[0]), &examples);
    let ask = || {
        for (asked_value, asked_gradient) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (2, 2), (0, 2)] {
            let mut gradient = [0.0; 13];
            let value = loss.gradient(&places[asked_gradient], &mut gradient).unwrap();
            assert_eq!((value, gradient), fresh[asked_gradient]);
            assert_eq!(loss.value(&places[asked_value]).unwrap(), fresh[asked_value].0);
        }
    };
    ask();
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(ask))));
}

/// A schedule scales the steps.
#[test]
fn rprop_with_a_schedule() {
    mlp!(struct Line: 1 => identity(1));
    let mut line = Line { w11: 0.0, b1: 0.0 };
    let schedule = Schedule::exponential(0.5);
    Trainer::new(Rprop::new(0.01)).schedule(schedule).epochs(3).fit(&mut line, &[([0.0], [1000.0])]).unwrap();
    assert!((line.b1 - (0.01 + 0.012 * 0.5 + 0.0144 * 0.25)).abs() < 1e-12, "{line:?}");
}

/// A problem of plain least squares is solved in one step, if there is hardly any damping.
#[test]
fn a_linear_problem_takes_one_step() {
    mlp!(struct Plane: 2 => identity(1));
    let examples: Vec<_> =
        (0..9).map(f64::from).map(|i| ([i, i * i % 4.0], [3.0 * i - 2.0 * (i * i % 4.0) + 0.5])).collect();
    let mut plane = Plane { w11: 0.0, w21: 0.0, b1: 0.0 };
    Trainer::new(LevenbergMarquardt::new().damping(1e-12)).epochs(1).fit(&mut plane, &examples).unwrap();
    for (found, expected) in parameters(&plane).into_iter().zip([3.0, -2.0, 0.5]) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }
}

/// Every epoch lowers the loss, up to the last, after which nothing moves any more.
#[test]
fn losses_fall_until_the_training_has_converged() {
    fn check<N: Network>(optimizer: impl Optimizer<N::Scalar>, start: N, examples: &[(N::Input, N::Output)]) {
        let (mut network, mut history) = (start, History::losses_only());
        let mut trainer = Trainer::new(optimizer).epochs(100_000).observe(&mut history);
        let outcome = trainer.fit(&mut network, examples).unwrap();
        assert_eq!(outcome.stop_reason, StopReason::Converged);
        assert!(outcome.epochs > 5, "{outcome:?}");
        let losses = history.loss();
        assert_eq!(losses.len(), outcome.epochs);
        assert!(losses.windows(2).all(|two| two[1] < two[0]));
        assert_eq!(losses.last(), Some(&outcome.loss));
    }
    let surface = case("surface");
    check::<Surface>(LevenbergMarquardt::new(), start_of(&surface), &examples_of::<Surface>(&surface));
    check::<Surface>(Lbfgs::new(), start_of(&surface), &examples_of::<Surface>(&surface));
    let classes = case("classes");
    check::<Classes>(Lbfgs::new(), start_of(&classes), &examples_of::<Classes>(&classes));
    mlp!(struct Single: 2 => tanh(3) => identity(2), scalar = f32);
    check::<Single>(LevenbergMarquardt::new(), start_of(&surface), &examples_of::<Single>(&surface));
}

/// At a minimum there is nothing to do.
#[test]
fn a_gradient_of_zero_has_converged() {
    fn check(optimizer: impl Optimizer<f64>) {
        mlp!(struct Line: 1 => identity(1));
        let mut line = Line { w11: 2.0, b1: 1.0 };
        let outcome = Trainer::new(optimizer).fit(&mut line, &[([1.0], [3.0]), ([2.0], [5.0])]).unwrap();
        assert_eq!((outcome.epochs, outcome.loss, outcome.stop_reason), (1, 0.0, StopReason::Converged));
        assert_eq!(line, Line { w11: 2.0, b1: 1.0 });
    }
    check(LevenbergMarquardt::new());
    check(Lbfgs::new());
}

/// The sine as `f64` and `f32`: few examples, so that a batch has fewer than the kernels' eight, and many.
fn sine<N: Network>(count: u32) -> Vec<(N::Input, N::Output)> {
    let example = |i: u32| {
        let x = 6.0 * f64::from(i) / f64::from(count) - 3.0;
        let (mut input, mut output) = (N::Input::zeros(), N::Output::zeros());
        fill(input.as_mut(), &[x]);
        fill(output.as_mut(), &[x.sin()]);
        (input, output)
    };
    (0..count).map(example).collect()
}

fn settings<O: Clone>(optimizer: &O) -> Vec<Trainer<O>> {
    let trainer = || Trainer::new(optimizer.clone());
    vec![
        trainer(),
        trainer().batch(Batch::Full).reproducible(),
        trainer().patience(4).min_delta(1e-4),
        trainer().target_loss(1e-3),
    ]
}

/// 12 pieces of 5 epochs and a training from a file are 60 epochs at once.
fn pieces_are_the_whole<N: Network, O: Optimizer<N::Scalar> + Clone>(optimizer: &O, count: u32) {
    let (examples, validation) = (sine::<N>(count), sine::<N>(7));
    for trainer in settings(optimizer) {
        let trainer = trainer.validate(&validation);
        let start = N::random(&mut mlp_core::rng(2));
        let (mut at_once, mut whole) = (start.clone(), History::new());
        let expected = trainer.clone().epochs(60).observe(&mut whole).fit(&mut at_once, &examples).unwrap();
        let (mut in_pieces, mut pieces) = (start.clone(), History::new());
        let mut training = trainer.clone().epochs(5).observe(&mut pieces).start(&start).unwrap();
        for _ in 0..12 {
            training.fit(&mut in_pieces, &examples).unwrap();
        }
        assert_eq!(training.finish(&mut in_pieces), Some(expected));
        assert_eq!(parameters(&in_pieces), parameters(&at_once));
        assert_eq!(pieces, whole);
        assert_eq!(resumed(&trainer, start, &examples), (parameters(&at_once), Some(expected)));
    }
}

type Examples<N> = [(<N as Network>::Input, <N as Network>::Output)];

fn resumed<N: Network, O: Optimizer<N::Scalar> + Clone>(
    trainer: &Trainer<O, (), &Examples<N>>,
    mut network: N,
    examples: &Examples<N>,
) -> (Vec<f64>, Option<Outcome<N::Scalar>>) {
    let folder = std::env::temp_dir();
    let [state, saved] = ["state", "net"].map(|what| {
        let name = format!("mlp-core-second-{}-{:?}-{what}.json", std::process::id(), std::thread::current().id());
        folder.join(name)
    });
    let mut training = trainer.clone().epochs(17).start(&network).unwrap();
    training.fit(&mut network, examples).unwrap();
    training.save(&state).unwrap();
    persist::save(&network, &saved).unwrap();
    let mut network: N = persist::load(&saved).unwrap();
    let mut training = trainer.clone().epochs(43).resume(&state).unwrap();
    training.fit(&mut network, examples).unwrap();
    let outcome = training.finish(&mut network);
    for path in [state, saved] {
        std::fs::remove_file(path).unwrap();
    }
    (parameters(&network), outcome)
}

mlp!(struct Sine: 1 => tanh(4) => identity(1));
mlp!(struct Sine32: 1 => tanh(4) => identity(1), scalar = f32);

#[test]
fn pieces_of_levenberg_marquardt_are_the_whole() {
    for count in [5, 30] {
        pieces_are_the_whole::<Sine, _>(&LevenbergMarquardt::new(), count);
        pieces_are_the_whole::<Sine32, _>(&LevenbergMarquardt::new().damping(0.1), count);
        pieces_are_the_whole::<Sine, _>(&LevenbergMarquardt::new().bayesian(), count);
        pieces_are_the_whole::<Sine32, _>(&LevenbergMarquardt::new().bayesian(), count);
    }
}

#[test]
fn pieces_of_l_bfgs_are_the_whole() {
    for count in [5, 30] {
        pieces_are_the_whole::<Sine, _>(&Lbfgs::new(), count);
        pieces_are_the_whole::<Sine32, _>(&Lbfgs::new().memory(20), count);
    }
}

/// Other examples in the next piece, and an update with examples of one's own.
#[test]
fn the_examples_may_be_others_in_every_piece() {
    fn check(optimizer: impl Optimizer<f64> + Copy) {
        let (few, many) = (sine::<Sine>(9), sine::<Sine>(40));
        let start = Sine::random(&mut mlp_core::rng(2));
        let mut network = start;
        let mut training = Trainer::new(optimizer).start(&network).unwrap();
        training.epoch(&mut network, &few).unwrap();
        let loss = training.epoch(&mut network, &many).unwrap().loss;
        let mut alone = start;
        let mut first = Trainer::new(optimizer).epochs(1);
        first.fit(&mut alone, &few).unwrap();
        let mean = many.iter().map(|&(x, y)| Sine::loss(alone.predict(x), y)).sum::<f64>() / 40.0;
        assert!((loss - mean).abs() < 1e-12 * mean, "{loss} is not {mean}");
        // An update is an epoch that is not counted.
        let (mut by_step, mut by_epoch) = (start, start);
        let mut training = Trainer::new(optimizer).start(&start).unwrap();
        training.step(&mut by_step, &few).unwrap();
        assert_eq!(training.epochs(), 0);
        Trainer::new(optimizer).start(&start).unwrap().epoch(&mut by_epoch, &few).unwrap();
        assert_eq!(by_step, by_epoch);
    }
    check(LevenbergMarquardt::new());
    check(Lbfgs::new());
}

#[test]
fn what_makes_no_sense_is_refused() {
    fn check(name: &'static str, optimizer: impl Optimizer<f64> + Copy) {
        let (examples, trainer) = (sine::<Sine>(9), || Trainer::new(optimizer));
        let mut net = Sine::random(&mut mlp_core::rng(1));
        let refused = |what| TrainError::FullBatch { optimizer: name, what };
        for (what, mut trainer) in [
            ("batch", trainer().batch(Batch::Single)),
            ("batch", trainer().batch(Batch::Mini(4))),
            ("shuffle", trainer().shuffle(1)),
            ("schedule", trainer().schedule(Schedule::exponential(0.9))),
            ("clip_norm", trainer().clip_norm(1.0)),
        ] {
            assert_eq!(trainer.clone().start(&net).unwrap_err(), refused(what));
            assert_eq!(trainer.fit(&mut net, &examples).unwrap_err(), refused(what));
        }
        assert_eq!(
            refused("shuffle").to_string(),
            format!("{name} learns from all examples at once and has no learning rate: leave `shuffle` out")
        );
        let impossible = |call| TrainError::NeedsGradients { optimizer: name, call };
        let mut training = trainer().start(&net).unwrap();
        assert_eq!(training.step_with(&mut net, &[0.0; 13]).unwrap_err(), impossible("step_with"));
        let error = training.fit_chunks(&mut net, [Ok::<_, TrainError>(&examples)]).unwrap_err();
        let ChunkError::Train { error, .. } = error else { panic!("{error}") };
        assert_eq!(error, impossible("fit_chunks"));
        assert_eq!(
            Trace::with_optimizer(&net, [0.0], [0.0], &optimizer).unwrap_err(),
            impossible("Trace::with_optimizer")
        );
        let error = trainer().trace_at(&net, &examples[..1], 0, 0).unwrap_err();
        assert_eq!(error, impossible("trace_at").into());
        assert_eq!(
            error.to_string(),
            format!(
                "{name} learns from all examples at once, and `trace_at` needs an optimizer that learns from the gradient alone, such as `Adam`: train with `fit`, `epoch` or `step`, or choose another optimizer"
            )
        );
    }
    check("LevenbergMarquardt", LevenbergMarquardt::new());
    check("Lbfgs", Lbfgs::new());
}

#[test]
fn levenberg_marquardt_refuses_losses_that_are_no_squares_and_large_networks() {
    let net = Classes::random(&mut mlp_core::rng(1));
    let error = Trainer::new(LevenbergMarquardt::new()).start(&net).unwrap_err();
    assert_eq!(error, TrainError::NotSquares { loss: "cross_entropy" });
    assert_eq!(
        error.to_string(),
        "LevenbergMarquardt needs a loss that is a sum of squares, and cross_entropy is none: declare the network with `loss = half_squared_error` or `loss = mean_squared_error`, or train it by `Lbfgs`"
    );
    mlp!(struct Large: 30 => tanh(100) => identity(1), rolled);
    let error = Trainer::new(LevenbergMarquardt::new()).start(&Large::random(&mut mlp_core::rng(1))).unwrap_err();
    assert_eq!(error, TrainError::TooManyParameters { parameters: 3201, most: 3000 });
    for damping in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(
            Trainer::new(LevenbergMarquardt::new().damping(damping))
                .start(&Sine::random(&mut mlp_core::rng(1)))
                .is_err()
        );
    }
}

#[test]
fn l_bfgs_refuses_a_memory_that_is_no_use() {
    for memory in [0, 21] {
        let error = Trainer::new(Lbfgs::new().memory(memory)).start(&Sine::random(&mut mlp_core::rng(1))).unwrap_err();
        assert_eq!(error.to_string(), format!("the memory must be from 1 to 20 steps, not {memory}"));
    }
}

/// A loss or a derivative that is not finite is named, and the network stays as it was.
#[test]
fn what_is_not_finite_is_found() {
    fn check(optimizer: impl Optimizer<f64> + Copy) {
        let start = Sine::random(&mut mlp_core::rng(1));
        let mut net = start;
        let mut examples = sine::<Sine>(20);
        examples[13].1 = [1e200];
        let error = Trainer::new(optimizer).fit(&mut net, &examples).unwrap_err();
        assert_eq!(error, TrainError::LossAtStart { epoch: 0, example: 13 });
        assert_eq!(
            error.to_string(),
            "epoch 0, example 13: the loss of the network that the epoch starts with is infinite or not a number: scale inputs and targets, or start from other parameters"
        );
        assert_eq!(net, start);
        assert_eq!(Trainer::new(optimizer).start(&net).unwrap().step(&mut net, &examples).unwrap_err(), error);
        mlp!(struct Root: 1 => self::root(1) => identity(1));
        let start = Root { w11: 1.0, b1: -1.0, w21: 1.0, b2: 0.0 };
        let mut net = start;
        // The root of 0 has an infinite derivative.
        let error = Trainer::new(optimizer).fit(&mut net, &[([1.0], [2.0]), ([3.0], [1.0])]).unwrap_err();
        assert_eq!(error, TrainError::Derivative { epoch: 0, parameter: "w11".into() });
        assert_eq!(
            error.to_string(),
            "epoch 0: the derivative of the loss with respect to w11 is infinite or not a number: scale inputs and targets, start from other parameters, or mend the derivative of a function of your own"
        );
        assert_eq!(net, start);
    }
    check(LevenbergMarquardt::new());
    check(LevenbergMarquardt::new().bayesian());
    check(Lbfgs::new());
}

fn root<T: Scalar>(z: T) -> T {
    T::from_f64(z.to_f64().abs().sqrt())
}

fn root_derivative<T: Scalar>(_z: T, a: T) -> T {
    T::from_f64(0.5) / a
}

/// Counts the updates, each with the mean gradient before it.
struct Updates(usize);

impl Observer<Sine> for Updates {
    fn after_epoch(&mut self, _: &Epoch<'_, Sine>) -> ControlFlow<StopReason> {
        ControlFlow::Continue(())
    }

    fn wants_updates(&self) -> bool {
        true
    }

    fn after_update(&mut self, update: &Update<'_, Sine>) {
        if self.0 == 0 {
            let start = Sine::random(&mut mlp_core::rng(2));
            let gradients = start.batch_gradients(&sine::<Sine>(30)).unwrap();
            let pairs = update.gradients.iter().zip(&gradients);
            assert!(pairs.clone().all(|(found, expected)| (found - expected).abs() < 1e-12));
        }
        self.0 += 1;
    }
}

/// The settings that it accepts work as with the other optimizers.
#[test]
fn criteria_and_observers() {
    fn check(optimizer: impl Optimizer<f64> + Copy) {
        let (examples, start) = (sine::<Sine>(30), Sine::random(&mut mlp_core::rng(2)));
        let fit = |mut trainer: Trainer<_>| trainer.fit(&mut start.clone(), &examples).unwrap();
        let trainer = || Trainer::new(optimizer).epochs(100_000);
        assert_eq!(fit(Trainer::new(optimizer).epochs(3)).stop_reason, StopReason::Epochs);
        let outcome = fit(trainer().target_loss(1e-3));
        assert_eq!(outcome.stop_reason, StopReason::TargetLoss);
        assert!(outcome.loss <= 1e-3);
        assert_eq!(fit(trainer().time_limit(Duration::ZERO)).stop_reason, StopReason::TimeLimit);
        let outcome = fit(trainer().patience(3).min_delta(1e-3));
        assert_eq!(outcome.stop_reason, StopReason::Patience);
        let mut updates = Updates(0);
        Trainer::new(optimizer).epochs(7).observe(&mut updates).fit(&mut start.clone(), &examples).unwrap();
        assert_eq!(updates.0, 7);
    }
    check(LevenbergMarquardt::new());
    check(Lbfgs::new());
}

/// Fewer epochs than Adam, by far.
#[test]
fn a_sine_is_learnt_in_few_epochs() {
    let (examples, start) = (sine::<Sine>(60), Sine::random(&mut mlp_core::rng(2)));
    let loss = |outcome: Result<Outcome<f64>, TrainError>| outcome.unwrap().loss;
    let by_adam =
        loss(Trainer::new(Adam::new(0.01)).batch(Batch::Full).epochs(1000).fit(&mut start.clone(), &examples));
    let by_descent = loss(
        Trainer::new(GradientDescent::new(0.1)).batch(Batch::Full).epochs(1000).fit(&mut start.clone(), &examples),
    );
    let second = loss(Trainer::new(LevenbergMarquardt::new()).epochs(100).fit(&mut start.clone(), &examples));
    assert!(second < 0.01 * by_adam.min(by_descent), "{second} against {by_adam} and {by_descent}");
}
