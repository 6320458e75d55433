//! The training loop: epochs, observers, errors, and what an error leaves unchanged.

use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;

use mlp_core::observer;
use mlp_core::trainer::{ExampleSet, TraceAtError};
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
    assert!(
        String::from_utf8(csv)
            .unwrap()
            .starts_with("epoch,loss,validation_loss_after_epoch,y_pred\n0,0.125,0.140625,1.5\n1,")
    );
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
    let parameters = ["w11", "b1"].map(|name| history.parameter_before(name).unwrap());
    for (epoch, line) in lines.by_ref().take(5).enumerate() {
        let mut cells = line.split(',');
        assert_eq!(cells.next(), Some(&*epoch.to_string()));
        for (cell, column) in cells.by_ref().zip(columns.iter().chain(&parameters)) {
            assert_eq!(cell.parse::<f64>().unwrap().to_bits(), column[epoch].to_bits());
        }
        assert_eq!(cells.next(), None);
    }
    // The state at the end, whose loss nobody has computed.
    assert_eq!(lines.next(), Some(&*format!("5,,,{:?},{:?}", line.w11, line.b1)));
    assert_eq!(lines.next(), None);
}

/// Who computes the loss and the prediction from the parameters of a row gets those of the row. The header says where
/// that is not so, because an epoch has several updates.
#[test]
fn a_row_of_the_csv_is_a_state() {
    let rows = |history: &History<f64>| -> (String, Vec<Vec<f64>>) {
        let mut csv = Vec::new();
        history.write_csv(&mut csv).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        let (header, rows) = csv.split_once('\n').unwrap();
        let row = |row: &str| row.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
        (header.to_owned(), rows.lines().map(row).collect())
    };
    for mut history in [History::new(), History::every(7), History::at_most(20)] {
        let mut line = Line { w11: 0.25, b1: -0.5 };
        let data = [([0.7], [0.3])];
        // In two pieces, with an update between them that is in no epoch.
        let mut training = descent().epochs(100).observe(&mut history).start(&line).unwrap();
        training.fit_until(50, &mut line, &data).unwrap();
        training.step(&mut line, &data).unwrap();
        training.fit(&mut line, &data).unwrap();
        drop(training);
        assert!(history.has_one_update_per_epoch());
        let (header, rows) = rows(&history);
        assert_eq!(header, "epoch,loss,y_pred,w11,b1");
        assert_eq!((&rows[0][3..], rows[0][0].to_bits()), (&[0.25, -0.5][..], 0));
        let (last, states) = rows.split_last().unwrap();
        for (record, row) in states.iter().enumerate() {
            let state = Line { w11: row[3], b1: row[4] };
            let [y_pred] = state.predict([0.7]);
            assert_eq!((row[1], row[2]), (Line::loss([y_pred], [0.3]), y_pred), "epoch {}", row[0]);
            assert_eq!(history.network_before::<Line>(record), Some(state));
        }
        assert!(last[1].is_nan() && last[2].is_nan());
        assert_eq!(history.network_before::<Line>(states.len()), None);
        assert!(history.network_before::<Own>(0).is_some(), "it has the same parameters");
        assert!(history.network_before::<Net>(0).is_none(), "it has other parameters");
    }

    let mut history = History::every(5);
    let trainer = || descent().epochs(20);
    trainer().batch(Batch::Full).observe(&mut history).fit(&mut net(), &XOR).unwrap();
    let (header, states) = rows(&history);
    assert!(header.starts_with("epoch,loss,w11,") && states.len() == 5, "{header}");
    for (record, row) in states.iter().take(4).enumerate() {
        let state = history.network_before::<Net>(record).unwrap();
        let mean = XOR.map(|(x, y_true)| Net::loss(state.predict(x), y_true)).iter().sum::<f64>() / 4.0;
        assert!((row[1] - mean).abs() < 1e-15);
    }
    for batch in [Batch::Single, Batch::Mini(3)] {
        let mut history = History::new();
        trainer().batch(batch).observe(&mut history).fit(&mut net(), &XOR).unwrap();
        assert!(!history.has_one_update_per_epoch());
        assert!(rows(&history).0.starts_with("epoch,mean_loss_during_epoch,w11,"));
    }
}

/// The trace of any step ends with the parameters that the training has after it.
#[test]
fn a_trace_of_any_step_of_a_training() {
    /// Keeps the parameters after each update.
    struct Updates(Vec<(usize, [f64; 13])>);

    impl Observer<Net> for Updates {
        fn wants(&self, _: usize) -> bool {
            false
        }

        fn after_epoch(&mut self, _: &Epoch<'_, Net>) -> ControlFlow<StopReason> {
            ControlFlow::Continue(())
        }

        fn wants_updates(&self) -> bool {
            true
        }

        fn after_update(&mut self, update: &observer::Update<'_, Net>) {
            self.0.push((update.epoch, update.network.parameters()));
        }
    }

    fn check<O: mlp_core::Optimizer<f64> + Copy>(optimizer: O) {
        let trainer = || {
            let trainer = Trainer::new(optimizer).epochs(4).shuffle(3).schedule(Schedule::exponential(0.9));
            trainer.patience(4).min_delta(1e-3)
        };
        let mut updates = Updates(Vec::new());
        trainer().observe(&mut updates).fit(&mut net(), &XOR).unwrap();
        for epoch in [0, 3] {
            let after: Vec<_> =
                updates.0.iter().filter(|(of, _)| *of == epoch).map(|(_, parameters)| *parameters).collect();
            let traced = [0, 1, 2, 3].map(|example| {
                let trace = trainer().trace_at(&net(), &XOR, epoch, example).unwrap();
                assert_eq!(trace.value("x1"), Some(XOR[example].0[0]));
                let mut parameters = Net::ARCHITECTURE.parameters();
                [(); 13].map(|()| trace.value(&parameters.next().unwrap().name.to_string()).unwrap())
            });
            assert_eq!(after.len(), 4);
            assert!(traced.iter().all(|parameters| after.contains(parameters)), "epoch {epoch}");
        }
    }
    check(GradientDescent::new(0.5));
    check(mlp_core::Adam::new(0.01));

    let late = descent().epochs(5).trace_at(&net(), &XOR, 5, 0).unwrap_err();
    assert_eq!(late.to_string(), "there is no epoch 5: the trainer has 5 epochs, counted from 0");
    let error = |trainer: Trainer<GradientDescent>, example| trainer.trace_at(&net(), &XOR, 1, example).unwrap_err();
    assert_eq!(error(descent(), 4), TraceAtError::NoExample { example: 4, examples: 4 });
    assert_eq!(error(descent().batch(Batch::Full), 0), TraceAtError::Batch { size: 4 });
    assert_eq!(error(descent().clip_norm(1.0), 0), TraceAtError::Setting { setting: "clip_norm" });
    assert!(matches!(error(Trainer::new(GradientDescent::new(-1.0)), 0), TraceAtError::Train(_)));
    // No step comes before the first one, but the examples are those of no training.
    let unreachable = [([0.0, 0.0], [0.5]), ([0.0, 1.0], [1.5])];
    let error = descent().trace_at(&net(), &unreachable, 0, 1).unwrap_err();
    assert!(matches!(error, TraceAtError::Train(TrainError::UnreachableTarget { example: 1, .. })), "{error}");
    // A step before it fails: that of example 2.
    let wild = [[0.1], [0.2], [1e300], [0.3]].map(|x| (x, [0.5]));
    let trainer = Trainer::new(GradientDescent::new(1e10));
    let line = Line { w11: 0.25, b1: -0.5 };
    let expected = trainer.clone().fit(&mut line.clone(), &wild).unwrap_err();
    assert!(matches!(expected, TrainError::Loss { epoch: 0, example: 2 } | TrainError::Parameter { example: 2, .. }));
    assert_eq!(trainer.trace_at(&line, &wild, 0, 3).unwrap_err(), TraceAtError::Train(expected));
}

#[test]
fn a_history_keeps_the_values_of_each_pass() {
    let (mut line, mut history) = (Line { w11: 0.25, b1: -0.5 }, History::every(2).with_values());
    let data = [([0.7], [0.3])];
    descent().epochs(9).observe(&mut history).fit(&mut line, &data).unwrap();
    for record in 0..5 {
        let state: Line = history.network_before(record).unwrap();
        let trace = state.trace([0.7], [0.3], 0.5);
        for name in
            ["z1", "y_pred", "error", "L", "dL_dy_pred", "dy_pred_dz1", "dL_dz1", "dz1_dw11", "dL_dw11", "dL_db1"]
        {
            assert_eq!(history.value(name).unwrap()[record], trace.value(name).unwrap(), "{name}");
        }
    }
    assert_eq!((history.value("w11"), history.value("dL_dw12")), (None, None));
    let mut csv = Vec::new();
    history.write_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let columns = |line: &str| line.split(',').count();
    assert!(
        csv.starts_with("epoch,loss,y_pred,w11,b1,z1,")
            && csv.lines().all(|line| columns(line) == columns(csv.lines().next().unwrap()))
    );

    // Several examples have no single pass.
    descent().epochs(3).observe(&mut history).fit(&mut line, &[data[0]; 2]).unwrap();
    assert_eq!(history.value("z1"), None);
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
