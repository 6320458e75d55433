//! Levenberg-Marquardt and L-BFGS end where scipy's do, train in pieces and from files as at once, find what is not finite,
//! and refuse what makes no sense. `data/second_order.json` holds scipy's results; `data/second_order.py` makes them.

use std::ops::ControlFlow;
use std::time::Duration;

use mlp_core::observer::Update;
use mlp_core::{
    Adam, Batch, ChunkError, Epoch, GradientDescent, History, Lbfgs, LevenbergMarquardt, Network, Observer, Optimizer,
    Outcome, Scalar, Schedule, StopReason, Trace, TrainError, Trainer, mlp, persist,
};
use serde_json::Value;

use crate::cases::{self, examples_of, parameters, predicts_as_at_its_end, sine, start_of};

mlp!(pub(crate) struct Curve: 1 => tanh(3) => identity(1));
mlp!(pub(crate) struct Surface: 2 => tanh(3) => identity(2));
mlp!(pub(crate) struct Deep: 2 => sigmoid(3) => tanh(2) => identity(1));
mlp!(struct Bounded: 2 => tanh(2) => sigmoid(1));
mlp!(struct Shares: 2 => tanh(2) => softmax(3));
mlp!(struct MeanShares: 2 => tanh(2) => softmax(3), loss = mean_squared_error);
mlp!(pub(crate) struct RolledSurface: 2 => tanh(3) => identity(2), rolled);
mlp!(struct Classes: 2 => softmax(3), loss = cross_entropy);

pub(crate) fn case(name: &str) -> Value {
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
    predicts_as_at_its_end(&network, &case, 1e-4);
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
            format!("{name} learns from all examples at once, in steps of its own length: leave `shuffle` out")
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

/// Products of small derivatives are 0 where the derivatives are not. The damping must rise from there, or the epoch never ends.
#[test]
fn saturated_networks_end() {
    mlp!(struct Single: 1 => sigmoid(1), scalar = f32);
    mlp!(struct Double: 1 => sigmoid(1));
    let mut single = Single { w11: 0.0, b1: -60.0 };
    let examples = [([0.0], [0.5]), ([1.0], [0.7])];
    let outcome = Trainer::new(LevenbergMarquardt::new()).epochs(100).fit(&mut single, &examples).unwrap();
    assert!(outcome.loss < 0.2 && single.b1.is_finite());
    for seed in 0..20 {
        let examples: Vec<_> = (0..20).map(f64::from).map(|i| ([1000.0 + i], [i / 20.0])).collect();
        for optimizer in [LevenbergMarquardt::new(), LevenbergMarquardt::new().bayesian()] {
            let mut net = Double::random(&mut mlp_core::rng(seed));
            let first = Trainer::new(optimizer).epochs(1).fit(&mut net, &examples).unwrap().loss;
            let last = Trainer::new(optimizer).epochs(100).fit(&mut net, &examples).unwrap().loss;
            assert!(last <= first && net.w11.is_finite());
        }
    }
}

/// A damping whose steps are lost in rounding is no minimum.
#[test]
fn any_damping_ends_in_the_minimum() {
    mlp!(struct Line: 1 => identity(1));
    mlp!(struct Line32: 1 => identity(1), scalar = f32);
    for damping in [1e-300, 1e10, 1e20, 1e37, 1e39, 1e100, 1e308] {
        let optimizer = || LevenbergMarquardt::new().damping(damping);
        let mut line = Line { w11: 0.5, b1: 0.0 };
        let mut training = Trainer::new(optimizer()).start(&line).unwrap();
        let outcome = training.fit(&mut line, &[([1.0], [3.0]), ([2.0], [5.0])]).unwrap();
        assert!(outcome.loss < 1e-25, "{damping}: {outcome:?}");
        let mut line = Line32 { w11: 0.5, b1: 0.0 };
        let outcome = Trainer::new(optimizer()).fit(&mut line, &[([1.0], [3.0]), ([2.0], [5.0])]).unwrap();
        assert!(outcome.loss < 1e-10, "{damping}: {outcome:?}");
        // The state is one that can be saved.
        let path = std::env::temp_dir().join(format!("mlp-core-damping-{}.json", std::process::id()));
        training.save(&path).unwrap();
        std::fs::remove_file(path).unwrap();
    }
}

/// The first step of L-BFGS is short. Where the loss is large, rounding hides how it falls.
#[test]
fn l_bfgs_learns_large_targets() {
    mlp!(struct Line: 1 => identity(1));
    mlp!(struct Line32: 1 => identity(1), scalar = f32);
    mlp!(struct Curve32: 1 => tanh(4) => identity(1), scalar = f32);
    for size in [1e7_f32, 3e7, 1e9, 1e18] {
        let examples: Vec<_> =
            (0..20_u8).map(|i| f32::from(i) / 10.0 - 1.0).map(|x| ([x], [size * (2.0 + x)])).collect();
        let mut line = Line32 { w11: 0.5, b1: 0.0 };
        let outcome = Trainer::new(Lbfgs::new()).fit(&mut line, &examples).unwrap();
        assert!(outcome.loss / size / size < 1e-12, "{size}: {outcome:?}");
        let mut curve = Curve32::random(&mut mlp_core::rng(1));
        let outcome = Trainer::new(Lbfgs::new()).fit(&mut curve, &examples).unwrap();
        assert!(outcome.loss / size / size < 0.2, "{size}: {outcome:?}");
    }
    for size in [1e15, 1e16, 1e30] {
        let examples: Vec<_> = (0..20).map(|i| f64::from(i) / 10.0 - 1.0).map(|x| ([x], [size * (2.0 + x)])).collect();
        let mut line = Line { w11: 0.5, b1: 0.0 };
        let outcome = Trainer::new(Lbfgs::new()).fit(&mut line, &examples).unwrap();
        assert!(outcome.loss / size / size < 1e-25, "{size}: {outcome:?}");
    }
}

/// An observer sees the prediction for a single example, as with every optimizer.
#[test]
fn a_single_example_is_reported_with_its_prediction() {
    fn lines<O: Optimizer<f64>>(optimizer: O) -> Vec<String> {
        mlp!(struct Line: 1 => identity(1));
        let mut lines = Vec::new();
        let observer = mlp_core::observer::from_fn(|epoch: &mlp_core::Epoch<'_, Line>| lines.push(epoch.to_string()));
        let mut line = Line { w11: 0.5, b1: 0.0 };
        Trainer::new(optimizer).epochs(1).observe(observer).fit(&mut line, &[([1.0], [3.0])]).unwrap();
        lines
    }
    let expected = ["Epoch 0: Loss = 3.1250, y_pred = 0.5000"];
    assert_eq!(lines(LevenbergMarquardt::new()), expected);
    assert_eq!(lines(Lbfgs::new()), expected);
    assert_eq!(lines(GradientDescent::new(0.1)), expected);
}
