//! The training loop: epochs, observers, errors, and what an error leaves unchanged.

use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;

use mlp_core::observer;
use mlp_core::trainer::ExampleSet;
use mlp_core::{
    Batch, Epoch, GradientDescent, History, Network, Observer, Schedule, StandardNormal, StopReason, TrainError,
    Trainer, mlp,
};

mlp!(struct Net: 2 => tanh(3) => 1);
mlp!(struct Line: 1 => identity(1));

const XOR: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

fn net() -> Net {
    Net::random_with(&StandardNormal, &mut mlp_core::rng(5))
}

fn descent() -> Trainer<GradientDescent> {
    Trainer::new(GradientDescent::new(0.5))
}

#[test]
fn an_epoch_shows_every_example_once_in_order() {
    let (mut fitted, mut by_hand) = (net(), net());
    let mut history = History::new();
    let outcome = descent().epochs(7).observe(&mut history).fit(&mut fitted, &XOR).unwrap();
    for epoch in 0..7 {
        let mut sum = 0.0;
        for (x, y_true) in XOR {
            let pass = by_hand.forward(x);
            sum += Net::loss_of(&pass, y_true);
            let gradients = by_hand.backprop(x, y_true, &pass);
            by_hand.update(&gradients, 0.5);
        }
        // The trainer's sum is compensated.
        assert!((history.loss()[epoch] - sum / 4.0).abs() <= 2.0 * f64::EPSILON * sum / 4.0);
        let names = Net::ARCHITECTURE.parameters().map(|parameter| parameter.name);
        for (name, value) in names.zip(by_hand.parameters()) {
            assert_eq!(history.parameter(&name.to_string()).unwrap()[epoch], value);
        }
    }
    assert_eq!(fitted, by_hand);
    assert_eq!((outcome.epochs, outcome.stop_reason, outcome.loss), (7, StopReason::Epochs, history.loss()[6]));
}

/// Observers change nothing, however many epochs are trained without them.
#[test]
fn observers_change_nothing() {
    for epochs in [1, 2, 255, 256, 257, 1000] {
        let (mut alone, mut watched) = (net(), net());
        let silent = descent().epochs(epochs).fit(&mut alone, &XOR).unwrap();
        let mut history = History::new();
        let seen = descent().epochs(epochs).observe(&mut history).fit(&mut watched, &XOR).unwrap();
        assert_eq!(alone, watched);
        assert_eq!(silent, seen);
        assert_eq!(history.loss().len(), epochs);
    }
}

#[test]
fn a_further_fit_continues_the_network_and_begins_the_history() {
    let (mut twice, mut once) = (net(), net());
    let mut history = History::new();
    descent().epochs(3).observe(&mut history).fit(&mut twice, &XOR).unwrap();
    let mut trainer = descent().epochs(4).observe(&mut history);
    trainer.fit(&mut twice, &XOR).unwrap();
    descent().epochs(7).fit(&mut once, &XOR).unwrap();
    assert_eq!(twice, once);
    assert_eq!(history.loss().len(), 4);
}

/// Notes the epochs that it saw, wants every `every`th, and may ask to stop.
struct Witness {
    every: usize,
    stop_at: usize,
    seen: Vec<usize>,
}

impl Witness {
    fn new(every: usize, stop_at: usize) -> Self {
        Self { every, stop_at, seen: Vec::new() }
    }
}

impl<N: Network> Observer<N> for Witness {
    fn wants(&self, epoch: usize) -> bool {
        epoch.is_multiple_of(self.every)
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        self.seen.push(epoch.number);
        if epoch.number >= self.stop_at { ControlFlow::Break(StopReason::Observer) } else { ControlFlow::Continue(()) }
    }
}

#[test]
fn each_observer_sees_what_it_wants_and_any_may_stop() {
    let (mut twos, mut threes, mut history) = (Witness::new(2, 7), Witness::new(3, 100), History::new());
    let mut net = net();
    let outcome =
        descent().epochs(50).observe(&mut twos).observe(&mut threes).observe(&mut history).fit(&mut net, &XOR).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::Observer);
    assert_eq!(outcome.epochs, 9);
    assert_eq!(twos.seen, [0, 2, 4, 6, 8]);
    assert_eq!(threes.seen, [0, 3, 6]);
    assert_eq!(history.loss().len(), 9);
    assert_eq!(*history.parameter("b4").unwrap().last().unwrap(), net.b4);
}

#[test]
fn a_stop_is_heard_from_an_observer_that_wants_few_epochs() {
    let mut witness = Witness::new(10, 20);
    let outcome = descent().epochs(1000).observe(&mut witness).fit(&mut net(), &XOR).unwrap();
    assert_eq!((outcome.epochs, outcome.stop_reason), (21, StopReason::Observer));
}

/// Notes the report lines.
struct Lines(Vec<String>);

impl<N: Network> Observer<N> for Lines {
    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        self.0.push(epoch.to_string());
        ControlFlow::Continue(())
    }
}

#[test]
fn the_report_line_is_the_documents() {
    let mut lines = Lines(Vec::new());
    let mut line = Line { w11: 1.0, b1: 0.5 };
    descent().epochs(1).observe(&mut lines).fit(&mut line, &[([1.0], [1.0])]).unwrap();
    let mut line = Line { w11: 1.0, b1: 0.5 };
    descent().epochs(1).observe(&mut lines).fit(&mut line, &[([1.0], [1.0]), ([1.0], [1.0])]).unwrap();
    assert_eq!(lines.0, ["Epoch 0: Loss = 0.1250, y_pred = 1.5000", "Epoch 0: Loss = 0.0625"]);
}

#[test]
fn validation_is_reported_and_written() {
    let mut lines = Lines(Vec::new());
    let mut history = History::losses_only();
    let mut line = Line { w11: 1.0, b1: 0.5 };
    descent()
        .epochs(2)
        .validate(&[([1.0], [1.0]), ([2.0], [1.0])])
        .observe(&mut lines)
        .observe(&mut history)
        .fit(&mut line, &[([1.0], [1.0])])
        .unwrap();
    assert_eq!(lines.0[0], "Epoch 0: Loss = 0.1250, validation loss = 0.1406, y_pred = 1.5000");
    let mut csv = Vec::new();
    history.write_csv(&mut csv).unwrap();
    assert!(String::from_utf8(csv).unwrap().starts_with("epoch,loss,validation_loss,y_pred\n0,0.125,0.140625,1.5\n1,"));
}

/// A panic of somebody else's code passes through. The network holds finite parameters and can be trained on. After a
/// panic of an observer or a schedule they are those of the epoch before.
#[test]
fn a_panic_passes_through() {
    fn panics(train: impl FnOnce(&mut Own)) -> Own {
        let mut own = Own { w11: 0.5, b1: 0.25 };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| train(&mut own)));
        assert!(result.is_err());
        assert!(own.parameters().iter().all(|parameter| parameter.is_finite()));
        Trainer::new(GradientDescent::new(0.01)).epochs(2).fit(&mut own.clone(), &[([0.5], [0.5])]).unwrap();
        own
    }

    let (good, bad) = (([1.0], [0.5]), ([1e3], [0.5]));
    let trainer = |batch| Trainer::new(GradientDescent::new(0.1)).epochs(5).batch(batch);
    for batch in [Batch::Single, Batch::Mini(2), Batch::Mini(8)] {
        let examples = [good; 16];
        let mut after_two = Own { w11: 0.5, b1: 0.25 };
        trainer(batch).epochs(2).fit(&mut after_two, &examples).unwrap();
        // An observer panics after epoch 1.
        let watch = observer::from_fn(|epoch: &Epoch<'_, Own>| assert_ne!(epoch.number, 1));
        let held = panics(|own| assert!(trainer(batch).observe(watch).fit(own, &examples).is_ok()));
        assert_eq!(held, after_two);
        // A schedule panics before epoch 2.
        let schedule = Schedule::from_fn(|epoch| if epoch < 2 { 1.0 } else { panic!("no factor") });
        let held = panics(|own| assert!(trainer(batch).schedule(schedule).fit(own, &examples).is_ok()));
        assert_eq!(held, after_two);
        // The activation panics at the last example of the first epoch.
        let examples = [[good; 15].as_slice(), &[bad]].concat();
        panics(|own| assert!(trainer(batch).fit(own, &examples).is_ok()));
    }
}

mlp!(#[derive(Clone)] struct Own: 1 => self::careful(1));

fn careful(z: f64) -> f64 {
    assert!(z < 3.0, "a number that this activation cannot take");
    z
}

fn careful_derivative(_: f64, _: f64) -> f64 {
    1.0
}

/// Lines for a pipe that nobody reads any more are dropped.
#[test]
fn a_closed_pipe_does_not_end_the_training() {
    const CHILD: &str = "MLP_CORE_REPORTS_TO_NOBODY";
    if std::env::var_os(CHILD).is_some() {
        // Longer than any buffer of a pipe.
        let outcome = descent().epochs(20_000).report_every(1).fit(&mut net(), &XOR).unwrap();
        assert_eq!(outcome.epochs, 20_000);
        std::process::exit(77);
    }
    let mut child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["trainer::a_closed_pipe_does_not_end_the_training", "--exact", "--nocapture"])
        .env(CHILD, "")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("Epoch 0: ")));
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(77));
}

/// A history of limited length has the smallest and the largest loss of every stretch, and the columns stay together.
#[test]
fn a_history_of_limited_length_keeps_the_peaks() {
    // A learning rate that is far too high every 97th epoch makes peaks of the loss.
    let schedule = Schedule::from_fn(|epoch| if epoch % 97 == 96 { 60.0 } else { 1.0 });
    let trainer = || descent().epochs(5000).schedule(schedule);
    let (mut every, mut few) = (History::new(), History::at_most(200));
    let (mut first, mut second) = (net(), net());
    trainer().observe(&mut every).fit(&mut first, &XOR).unwrap();
    trainer().observe(&mut few).fit(&mut second, &XOR).unwrap();
    assert_eq!(first, second);
    let epochs = few.epochs();
    assert!((100..=200).contains(&epochs.len()), "{}", epochs.len());
    assert!(epochs.is_sorted() && epochs.last() == Some(&4999));
    for (record, &epoch) in epochs.iter().enumerate() {
        assert_eq!(few.loss()[record], every.loss()[epoch]);
        assert_eq!(few.parameter("w31").unwrap()[record], every.parameter("w31").unwrap()[epoch]);
    }
    // 5000 epochs in at most 99 stretches whose length is a power of 2.
    for stretch in every.loss().chunks_exact(64) {
        let kept = |loss: Option<f64>| few.loss().contains(&loss.unwrap());
        assert!(kept(stretch.iter().copied().reduce(f64::max)) && kept(stretch.iter().copied().reduce(f64::min)));
    }
    // The shortest history has 8 epochs; a new training begins anew.
    let mut shortest = History::at_most(0);
    for _ in 0..2 {
        trainer().observe(&mut shortest).fit(&mut net(), &XOR).unwrap();
        assert!((4..=8).contains(&shortest.epochs().len()) && shortest.epochs().last() == Some(&4999));
    }
}

#[test]
fn csv_reads_back_to_the_bit() {
    let mut history = History::new();
    let mut line = Line { w11: 1.0 / 3.0, b1: 1e-300 };
    descent().epochs(5).observe(&mut history).fit(&mut line, &[([0.7], [1e-200])]).unwrap();
    let mut csv = Vec::new();
    history.write_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("epoch,loss,y_pred,w11,b1"));
    let columns = [history.loss(), history.prediction("y_pred").unwrap()];
    let parameters = ["w11", "b1"].map(|name| history.parameter(name).unwrap());
    for (epoch, line) in lines.by_ref().take(5).enumerate() {
        let mut cells = line.split(',');
        assert_eq!(cells.next(), Some(&*epoch.to_string()));
        for (cell, column) in cells.by_ref().zip(columns.iter().chain(&parameters)) {
            assert_eq!(cell.parse::<f64>().unwrap().to_bits(), column[epoch].to_bits());
        }
        assert_eq!(cells.next(), None);
    }
    assert_eq!(lines.next(), None);
}

/// Asserts that training fails and leaves the network as it was.
fn refused<N: Network + PartialEq + std::fmt::Debug>(
    trainer: &mut Trainer<GradientDescent>,
    network: &N,
    examples: &[(N::Input, N::Output)],
) -> TrainError {
    let mut trained = network.clone();
    let error = trainer.fit(&mut trained, examples).unwrap_err();
    assert_eq!(trained, *network);
    error
}

#[test]
fn nonsense_is_refused() {
    let line = Line { w11: 1.0, b1: 0.0 };
    let good = [([1.0], [2.0])];
    assert_eq!(refused(&mut descent(), &line, &[]), TrainError::NoExamples);
    assert_eq!(refused(&mut descent().epochs(0), &line, &good), TrainError::NoEpochs);
    for learning_rate in [0.0, -0.5, f64::INFINITY, f64::NEG_INFINITY] {
        let error = refused(&mut Trainer::new(GradientDescent::new(learning_rate)), &line, &good);
        assert_eq!(error, TrainError::LearningRate { learning_rate, scalar: "f64" });
    }
    let error = refused(&mut Trainer::new(GradientDescent::new(f64::NAN)), &line, &good);
    assert!(matches!(error, TrainError::LearningRate { learning_rate, .. } if learning_rate.is_nan()));
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = refused(&mut descent(), &line, &[([1.0], [2.0]), ([value], [2.0])]);
        assert_eq!(error, TrainError::Input { set: ExampleSet::Training, example: 1, input: "x".into() });
        let error = refused(&mut descent(), &net(), &[([1.0, 0.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 0.0], [value])]);
        assert_eq!(error, TrainError::Target { set: ExampleSet::Training, example: 2, target: "y_true".into() });
        let mut broken = net();
        broken.w41 = value;
        let mut trained = broken;
        let error = descent().fit(&mut trained, &XOR).unwrap_err();
        assert_eq!(error, TrainError::Start { parameter: "w41".into() });
        assert_eq!(trained.parameters().map(f64::to_bits), broken.parameters().map(f64::to_bits));
    }
    assert_eq!(
        TrainError::Target { set: ExampleSet::Training, example: 2, target: "y_true".into() }.to_string(),
        "example 2: the target y_true is infinite or not a number"
    );
}

#[test]
fn a_learning_rate_must_make_sense_in_the_networks_scalar() {
    mlp!(struct Single: 1 => 1, scalar = f32);
    let mut single = Single { w11: 1.0, b1: 0.0 };
    let error = Trainer::new(GradientDescent::new(1e-60)).fit(&mut single, &[([1.0], [0.5])]).unwrap_err();
    assert_eq!(error.to_string(), "the learning rate must be positive and finite in f32, not 1e-60");
}

/// Gradient descent on a line with too large a learning rate: the error grows by the same factor every epoch until
/// something overflows. `diverge` finds the expected error a second time, update by update.
#[test]
fn divergence_names_epoch_example_and_parameter() {
    let examples = [([1.0], [1.0]), ([2.0], [0.0]), ([3.0], [5.0])];
    for learning_rate in [0.7, 1.5, 20.0, 1e200] {
        let start = Line { w11: 0.5, b1: 0.25 };
        let (expected_error, last_good) = diverge(start, &examples, learning_rate);
        for watched in [false, true] {
            let mut line = start;
            let mut trainer = Trainer::new(GradientDescent::new(learning_rate)).epochs(100_000);
            let mut history = History::new();
            let error = if watched {
                trainer.observe(&mut history).fit(&mut line, &examples).unwrap_err()
            } else {
                trainer.fit(&mut line, &examples).unwrap_err()
            };
            assert_eq!(error, expected_error, "learning rate {learning_rate}, watched: {watched}");
            assert_eq!(line, last_good);
            assert!(line.w11.is_finite() && line.b1.is_finite());
        }
    }
}

fn diverge(mut line: Line, examples: &[([f64; 1], [f64; 1])], learning_rate: f64) -> (TrainError, Line) {
    for epoch in 0.. {
        let good = line;
        let mut sum = 0.0;
        for (example, &(x, y_true)) in examples.iter().enumerate() {
            let pass = line.forward(x);
            sum += Line::loss([pass.y_pred], y_true);
            if !f64::is_finite(sum) {
                return (TrainError::Loss { epoch, example }, good);
            }
            let gradients = line.backprop(x, y_true, &pass);
            line.update(&gradients, learning_rate);
            if let Some((name, _)) = [("w11", line.w11), ("b1", line.b1)].into_iter().find(|(_, p)| !p.is_finite()) {
                return (TrainError::Parameter { epoch, example, parameter: name.into() }, good);
            }
        }
    }
    unreachable!("it diverges")
}

#[test]
fn both_kinds_of_divergence_occur() {
    let one = [([1.0], [1.0])];
    let mut line = Line { w11: 0.5, b1: 0.25 };
    let error = Trainer::new(GradientDescent::new(20.0)).epochs(10_000).fit(&mut line, &one).unwrap_err();
    assert!(matches!(error, TrainError::Loss { epoch: 1.., example: 0 }), "{error}");
    let mut line = Line { w11: 1e150, b1: 0.0 };
    let error = Trainer::new(GradientDescent::new(1e200)).fit(&mut line, &one).unwrap_err();
    assert_eq!(error, TrainError::Parameter { epoch: 0, example: 0, parameter: "w11".into() });
    assert_eq!(line, Line { w11: 1e150, b1: 0.0 });
}
