//! Training in pieces is training at once, to the bit; updates and epochs by hand; chunks.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use mlp_core::observer::{self, Update};
use mlp_core::trainer::{Validation, clip_norm};
use mlp_core::{
    Adagrad, Adam, AdamW, Array, Batch, ChunkError, Epoch, GradientDescent, History, Network, Observer, Optimizer,
    Outcome, RmsProp, Rprop, Scalar, Schedule, StopReason, TrainError, Trainer, mlp, persist,
};

mlp!(struct Sine: 1 => tanh(4) => identity(1));
mlp!(struct Sine32: 1 => tanh(4) => identity(1), scalar = f32);
mlp!(struct RolledSine: 1 => tanh(4) => identity(1), rolled);
mlp!(struct RolledSine32: 1 => tanh(4) => identity(1), scalar = f32, rolled);

/// 12 values of the sine, so that mini-batches of 5 and of 9 leave a rest.
fn examples<N: Network>() -> Vec<(N::Input, N::Output)> {
    let array = |value: f64| {
        let mut array = [N::Scalar::from_f64(value)].into_iter();
        move |slot: &mut N::Scalar| *slot = array.next().unwrap()
    };
    let example = |i: u32| {
        let x = f64::from(i) / 2.0 - 3.0;
        let (mut input, mut output) = (N::Input::zeros(), N::Output::zeros());
        input.as_mut().iter_mut().for_each(array(x));
        output.as_mut().iter_mut().for_each(array(x.sin()));
        (input, output)
    };
    (0..12).map(example).collect()
}

fn bits<N: Network>(network: &N) -> Vec<u64> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters.as_ref().iter().map(|parameter| parameter.to_f64().to_bits()).collect()
}

/// Everything a trainer can be set to that changes the course of a training.
fn settings<O: Clone>(optimizer: &O) -> Vec<(&'static str, Trainer<O>)> {
    let trainer = || Trainer::new(optimizer.clone());
    let mut all = Vec::new();
    for (name, batch) in
        [("single", Batch::Single), ("5", Batch::Mini(5)), ("9", Batch::Mini(9)), ("full", Batch::Full)]
    {
        let schedule = Schedule::cosine(300).warm_up(20);
        all.push((name, trainer().batch(batch)));
        all.push((name, trainer().batch(batch).shuffle(7)));
        all.push((name, trainer().batch(batch).schedule(schedule)));
        all.push((name, trainer().batch(batch).clip_norm(0.1)));
        all.push((name, trainer().batch(batch).patience(3).min_delta(1e-3)));
        all.push((name, trainer().batch(batch).target_loss(0.05)));
        all.push((name, trainer().batch(batch).shuffle(3).schedule(schedule).clip_norm(0.2).patience(30)));
    }
    all
}

/// 40 pieces of 10 epochs against 400 epochs.
fn pieces_are_the_whole<N: Network, O: Optimizer<N::Scalar> + Clone>(optimizer: &O) {
    let (examples, validation) = (examples::<N>(), [examples::<N>()[4]]);
    for (number, (batch, trainer)) in settings(optimizer).into_iter().enumerate() {
        let start = N::random(&mut mlp_core::rng(1));
        let (mut at_once, mut in_pieces) = (start.clone(), start.clone());
        let (mut whole, mut pieces) = (History::every(3), History::every(3));
        let held_out = if number % 2 == 0 { &validation[..] } else { &examples[..] };
        let trainer = trainer.clone().validate(held_out);
        let expected = trainer.clone().epochs(400).observe(&mut whole).fit(&mut at_once, &examples).unwrap();
        let mut training = trainer.clone().epochs(10).observe(&mut pieces).start(&in_pieces).unwrap();
        for _ in 0..40 {
            training.fit(&mut in_pieces, &examples).unwrap();
        }
        assert_eq!(training.finish(&mut in_pieces), Some(expected), "{batch}");
        assert_eq!(bits(&at_once), bits(&in_pieces), "{batch}");
        assert_eq!(whole, pieces, "{batch}");
        assert_eq!(resumed(&trainer, start, &examples), (bits(&at_once), Some(expected)), "{batch}");
    }
}

/// The end of a training that was saved after 150 of 400 epochs, and resumed.
fn resumed<N, O, V>(
    trainer: &Trainer<O, (), V>,
    mut network: N,
    examples: &[(N::Input, N::Output)],
) -> (Vec<u64>, Option<Outcome<N::Scalar>>)
where
    N: Network,
    O: Optimizer<N::Scalar> + Clone,
    V: Validation<N> + Clone,
{
    let [state, parameters] = [0, 1].map(|_| std::env::temp_dir().join(unique_name()));
    let mut training = trainer.clone().epochs(150).start(&network).unwrap();
    training.fit(&mut network, examples).unwrap();
    training.save(&state).unwrap();
    persist::save(&network, &parameters).unwrap();
    let mut network: N = persist::load(&parameters).unwrap();
    let mut training = trainer.clone().epochs(250).resume(&state).unwrap();
    training.fit(&mut network, examples).unwrap();
    let outcome = training.finish(&mut network);
    for path in [state, parameters] {
        std::fs::remove_file(path).unwrap();
    }
    (bits(&network), outcome)
}

fn unique_name() -> String {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    format!("mlp-core-pieces-{}-{}.json", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

fn with_every_optimizer<N: Network>() {
    pieces_are_the_whole::<N, _>(&GradientDescent::new(0.05));
    pieces_are_the_whole::<N, _>(&GradientDescent::new(0.02).momentum(0.9).nesterov().weight_decay(1e-3));
    pieces_are_the_whole::<N, _>(&RmsProp::new(0.005));
    pieces_are_the_whole::<N, _>(&Adagrad::new(0.1));
    pieces_are_the_whole::<N, _>(&Adam::new(0.01));
    pieces_are_the_whole::<N, _>(&AdamW::new(0.01).weight_decay(0.1));
    pieces_are_the_whole::<N, _>(&Rprop::new(0.01));
}

#[test]
fn pieces_of_an_unrolled_network_are_the_whole() {
    with_every_optimizer::<Sine>();
}

#[test]
fn pieces_of_an_unrolled_network_of_f32_are_the_whole() {
    with_every_optimizer::<Sine32>();
}

#[test]
fn pieces_of_a_rolled_network_are_the_whole() {
    with_every_optimizer::<RolledSine>();
}

#[test]
fn pieces_of_a_rolled_network_of_f32_are_the_whole() {
    with_every_optimizer::<RolledSine32>();
}

fn sine() -> Sine {
    Sine::random(&mut mlp_core::rng(1))
}

/// Pieces of all kinds: one epoch, several epochs, other examples in between.
#[test]
fn an_epoch_is_a_piece() {
    let examples = examples::<Sine>();
    let (mut by_fit, mut by_epoch) = (sine(), sine());
    let trainer = || Trainer::new(Adam::new(0.01)).batch(Batch::Mini(9)).shuffle(3);
    let expected = trainer().epochs(7).fit(&mut by_fit, &examples).unwrap();
    let mut training = trainer().epochs(3).start(&by_epoch).unwrap();
    assert_eq!((training.epochs(), training.outcome()), (0, None));
    for epoch in 1..=4 {
        assert_eq!(training.epoch(&mut by_epoch, &examples).unwrap().epochs, epoch);
    }
    assert_eq!(training.fit(&mut by_epoch, &examples).unwrap(), expected);
    assert_eq!((training.epochs(), training.outcome()), (7, Some(expected)));
    assert_eq!(by_fit, by_epoch);
}

/// The kernels keep packed examples from epoch to epoch, and must not take them for those of the next call.
#[test]
fn other_examples_are_other_examples() {
    let all = examples::<Sine>();
    let other: Vec<_> = all.iter().map(|&(x, [y])| (x, [-y])).collect();
    let (mut in_pieces, mut by_step) = (sine(), sine());
    let trainer = || Trainer::new(GradientDescent::new(0.1)).batch(Batch::Full);
    let mut training = trainer().epochs(1).start(&in_pieces).unwrap();
    let mut steps = trainer().start(&by_step).unwrap();
    for examples in [&all, &other, &all] {
        training.fit(&mut in_pieces, examples).unwrap();
        steps.step(&mut by_step, examples).unwrap();
    }
    let mut only_all = sine();
    trainer().epochs(3).fit(&mut only_all, &all).unwrap();
    assert_eq!(in_pieces, by_step);
    assert_ne!(in_pieces, only_all);
}

/// The steps of an epoch by hand are the epoch.
#[test]
fn steps_by_hand() {
    let examples = examples::<Sine>();
    for (size, batch) in [(1, Batch::Single), (5, Batch::Mini(5)), (12, Batch::Full)] {
        let (mut by_fit, mut by_step) = (sine(), sine());
        let trainer = Trainer::new(Adam::new(0.01)).clip_norm(0.5);
        trainer.clone().batch(batch).epochs(20).fit(&mut by_fit, &examples).unwrap();
        let mut training = trainer.start(&by_step).unwrap();
        for _ in 0..20 {
            examples.chunks(size).for_each(|batch| training.step(&mut by_step, batch).unwrap());
        }
        assert_eq!(by_fit, by_step, "{size}");
        assert_eq!((training.epochs(), training.finish(&mut by_step)), (0, None));
        assert_eq!(by_fit, by_step, "{size}");
    }
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let mut net = sine();
    let mut training = Trainer::new(Adam::new(0.01)).start(&net).unwrap();
    training.step(&mut net, &[([1.0], [0.5])]).unwrap();
    let (before, state) = (net, training.optimizer_state().clone());
    let error = training.step(&mut net, &[([1.0], [0.5]), ([f64::MAX], [f64::MAX])]).unwrap_err();
    assert_eq!(error, TrainError::Loss { epoch: 0, example: 1 });
    assert_eq!(training.step(&mut net, &[]), Err(TrainError::NoExamples));
    assert_eq!((net, training.optimizer_state()), (before, &state));
    training.step(&mut net, &[([1.0], [0.5])]).unwrap();
    assert_ne!(net, before);
}

/// A fault leaves network and training as after the last good epoch, and the training can go on.
#[test]
fn a_training_goes_on_after_a_fault() {
    let examples = examples::<Sine>();
    let (mut net, mut undisturbed) = (sine(), sine());
    let mut training = Trainer::new(Adam::new(0.01)).epochs(5).shuffle(1).start(&net).unwrap();
    training.fit(&mut net, &examples).unwrap();
    let mut spoilt = examples.clone();
    spoilt[7].1 = [1e200];
    assert!(matches!(training.fit(&mut net, &spoilt), Err(TrainError::Loss { epoch: 5, example: 7 })));
    assert_eq!(training.epochs(), 5);
    training.fit(&mut net, &examples).unwrap();
    Trainer::new(Adam::new(0.01)).epochs(10).shuffle(1).fit(&mut undisturbed, &examples).unwrap();
    assert_eq!(net, undisturbed);
}

#[test]
fn an_ended_training_does_nothing_more() {
    let examples = examples::<Sine>();
    let stop = observer::from_fn(|epoch: &Epoch<'_, Sine>| {
        if epoch.number == 6 { ControlFlow::Break(StopReason::Observer) } else { ControlFlow::Continue(()) }
    });
    let mut net = sine();
    let mut training = Trainer::new(Adam::new(0.01)).epochs(4).observe(stop).start(&net).unwrap();
    training.fit(&mut net, &examples).unwrap();
    let end = training.fit(&mut net, &examples).unwrap();
    assert_eq!((end.epochs, end.stop_reason), (7, StopReason::Observer));
    let after = net;
    assert_eq!(training.fit(&mut net, &examples), Ok(end));
    assert_eq!(training.epoch(&mut net, &examples), Ok(end));
    assert_eq!(training.fit_chunks(&mut net, [Ok::<_, Infallible>(&examples)]), Ok(end));
    let error = training.step(&mut net, &examples).unwrap_err();
    assert_eq!(error, TrainError::Ended { stop_reason: StopReason::Observer });
    assert_eq!(error.to_string(), "the training has ended (Observer): start another one to go on");
    assert_eq!(net, after);
    assert_eq!(training.finish(&mut net), Some(end));
}

/// A loss that falls too slowly is no improvement.
#[test]
fn patience_has_a_least_improvement() {
    let train = |delta| {
        let mut trainer = Trainer::new(GradientDescent::new(0.05)).epochs(3000).patience(5).min_delta(delta);
        trainer.fit(&mut sine(), &examples::<Sine>()).unwrap()
    };
    assert_eq!(train(0.0).stop_reason, StopReason::Epochs);
    let outcome = train(1e-3);
    assert_eq!(outcome.stop_reason, StopReason::Patience);
    assert_eq!(outcome.best_epoch, Some(outcome.epochs - 6));
}

#[test]
fn one_chunk_is_an_epoch() {
    let examples = examples::<Sine>();
    let trainer =
        || Trainer::new(Adam::new(0.01)).batch(Batch::Mini(5)).shuffle(1).patience(20).validate(&examples[3..6]);
    let (mut by_epoch, mut by_chunk) = (sine(), sine());
    let mut epochs = trainer().start(&by_epoch).unwrap();
    let mut chunks = trainer().start(&by_chunk).unwrap();
    for _ in 0..30 {
        let outcome = epochs.epoch(&mut by_epoch, &examples);
        assert_eq!(chunks.fit_chunks(&mut by_chunk, [Ok::<_, Infallible>(&examples)]).ok(), outcome.ok());
    }
    assert_eq!(by_epoch, by_chunk);
    assert_eq!(epochs.finish(&mut by_epoch), chunks.finish(&mut by_chunk));
    assert_eq!(by_epoch, by_chunk);
}

/// Without shuffling, chunks of whole batches are the epoch too; the loss is the mean over all examples.
#[test]
fn chunks_of_whole_batches_are_an_epoch() {
    let examples = examples::<Sine>();
    let trainer = || Trainer::new(RmsProp::new(0.01)).batch(Batch::Mini(4));
    let (mut by_epoch, mut by_chunks) = (sine(), sine());
    let mut epochs = trainer().start(&by_epoch).unwrap();
    let mut chunks = trainer().start(&by_chunks).unwrap();
    for _ in 0..10 {
        let outcome = epochs.epoch(&mut by_epoch, &examples).unwrap();
        let parts = [&examples[..8], &[], &examples[8..]];
        assert_eq!(chunks.fit_chunks(&mut by_chunks, parts.map(Ok::<_, Infallible>)), Ok(outcome));
    }
    assert_eq!(by_epoch, by_chunks);
}

/// Chunks of one size have different orders.
#[test]
fn chunks_are_shuffled_apart() {
    struct Orders(Vec<f64>);

    impl Observer<Line> for Orders {
        fn after_epoch(&mut self, _: &Epoch<'_, Line>) -> ControlFlow<StopReason> {
            ControlFlow::Continue(())
        }

        fn wants_updates(&self) -> bool {
            true
        }

        fn after_update(&mut self, update: &Update<'_, Line>) {
            // dL/dw = (y_pred - y_true) x, and y_true is far off.
            self.0.push((update.gradients[0] / update.gradients[1]).round());
        }
    }

    let examples: Vec<_> = (1..=8).map(|i| ([f64::from(i)], [1e6])).collect();
    let (mut line, mut orders) = (Line { w11: 0.0, b1: 0.0 }, Orders(Vec::new()));
    let mut training = Trainer::new(GradientDescent::new(1e-9)).shuffle(1).observe(&mut orders).start(&line).unwrap();
    training.fit_chunks(&mut line, [Ok::<_, Infallible>(&examples), Ok(&examples)]).unwrap();
    let (first, second) = orders.0.split_at(8);
    assert_ne!(first, second);
    for order in [first, second] {
        let mut sorted = order.to_vec();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(sorted, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
    }
}

#[test]
fn a_fault_in_a_chunk_is_named() {
    let examples = examples::<Sine>();
    let mut spoilt = examples.clone();
    spoilt[7].1 = [1e200];
    let mut net = sine();
    let mut training = Trainer::new(Adam::new(0.01)).batch(Batch::Mini(3)).start(&net).unwrap();
    training.epoch(&mut net, &examples).unwrap();
    let (before, state) = (net, training.optimizer_state().clone());
    let error = training.fit_chunks(&mut net, [Ok::<_, Infallible>(&examples), Ok(&spoilt)]).unwrap_err();
    let ChunkError::Train { chunk, update, error } = error else { panic!("{error}") };
    assert_eq!((chunk, update, error), (1, 2, TrainError::Loss { epoch: 1, example: 7 }));
    spoilt[7].1 = [f64::NAN];
    let error = training.fit_chunks(&mut net, [Ok::<_, Infallible>(&examples), Ok(&spoilt)]).unwrap_err();
    assert_eq!(error.to_string(), "chunk 1, update 0: example 7: the target y_true is infinite or not a number");
    let nothing = training.fit_chunks(&mut net, [Ok::<&[_], Infallible>(&[])]).unwrap_err();
    assert_eq!(nothing, ChunkError::NoExamples);
    assert_eq!((net, training.optimizer_state(), training.epochs()), (before, &state, 1));
}

/// The time in which chunks are read counts, and so does that of single updates and of earlier pieces.
#[test]
fn a_time_limit_counts_all_pieces() {
    let examples = examples::<Sine>();
    let trainer = || Trainer::new(Adam::new(0.01)).epochs(1).time_limit(Duration::from_millis(60));
    let slow =
        || (0..3).map(|_| Ok::<_, Infallible>(&examples)).inspect(|_| std::thread::sleep(Duration::from_millis(15)));
    let mut net = sine();
    let mut training = trainer().start(&net).unwrap();
    // 45 ms, then 90.
    let first = training.fit_chunks(&mut net, slow()).unwrap();
    let second = training.fit_chunks(&mut net, slow()).unwrap();
    assert_eq!(second.stop_reason, StopReason::TimeLimit);
    // A slow machine may take 60 ms for the first.
    assert!(first.stop_reason == StopReason::Epochs || first == second);

    let slow = observer::from_fn(|_: &Epoch<'_, Sine>| std::thread::sleep(Duration::from_millis(25)));
    let mut training = trainer().observe(slow).start(&net).unwrap();
    let outcomes = [(); 5].map(|()| training.fit(&mut net, &examples).unwrap().stop_reason);
    assert_eq!(outcomes[4], StopReason::TimeLimit);
}

/// Pieces with one example and pieces with several, in any order: the columns of a history stay together.
#[test]
fn a_history_of_pieces_with_one_example_and_with_several() {
    let examples = examples::<Sine>();
    for lengths in [[1, 2, 1], [2, 1, 1], [1, 1, 2], [1, 1, 1]] {
        for mut history in [History::new(), History::every(2), History::at_most(8)] {
            let mut net = sine();
            let mut training = Trainer::new(Adam::new(0.01)).epochs(7).observe(&mut history).start(&net).unwrap();
            for length in lengths {
                training.fit(&mut net, &examples[..length]).unwrap();
            }
            training.fit_chunks(&mut net, [Ok::<_, Infallible>(&examples[..1])]).unwrap();
            let epochs = history.epochs().len();
            assert!(epochs >= 4 && history.loss().len() == epochs);
            assert!(history.prediction("y_pred").is_none_or(|values| values.len() == epochs), "{lengths:?}");
            history.write_csv(Vec::new()).unwrap();
        }
    }
}

/// After a fault, the outcome is that of the last good epoch. An observer cannot pretend that all epochs were trained.
#[test]
fn an_outcome_belongs_to_the_last_good_epoch() {
    let examples = examples::<Line>();
    let mut line = Line { w11: 0.0, b1: 0.0 };
    let mut training = Trainer::new(GradientDescent::new(50.0)).epochs(1000).start(&line).unwrap();
    assert!(training.fit(&mut line, &examples).is_err());
    let outcome = training.outcome().unwrap();
    assert!(outcome.epochs > 3 && outcome.epochs == training.epochs() && !training.has_ended());

    let stop = observer::from_fn(|epoch: &Epoch<'_, Line>| match epoch.number {
        3 => ControlFlow::Break(StopReason::Epochs),
        _ => ControlFlow::Continue(()),
    });
    let outcome = Trainer::new(GradientDescent::new(0.01))
        .epochs(10)
        .observe(stop)
        .fit(&mut Line { w11: 0.0, b1: 0.0 }, &examples);
    assert_eq!(outcome.map(|outcome| (outcome.epochs, outcome.stop_reason)), Ok((4, StopReason::Observer)));
}

/// An update with gradients of one's own is the update of a batch with this mean gradient.
#[test]
fn gradients_of_ones_own() {
    let examples = examples::<RolledSine>();
    let trainer = || Trainer::new(Adam::new(0.01)).clip_norm(0.5);
    let (mut by_step, mut by_gradients) =
        (RolledSine::random(&mut mlp_core::rng(1)), RolledSine::random(&mut mlp_core::rng(1)));
    let (mut steps, mut own) = (trainer().start(&by_step).unwrap(), trainer().start(&by_gradients).unwrap());
    for batch in examples.chunks(4).cycle().take(50) {
        steps.step(&mut by_step, batch).unwrap();
        let gradients = by_gradients.batch_gradients(batch).unwrap();
        own.step_with(&mut by_gradients, &gradients).unwrap();
    }
    assert_eq!(by_step, by_gradients);
    let before = by_gradients.clone();
    let mut gradients = before.batch_gradients(&examples).unwrap();
    gradients[2] = f64::NAN;
    let error = own.step_with(&mut by_gradients, &gradients).unwrap_err();
    assert!(matches!(error, TrainError::Parameter { epoch: 0, .. }));
    assert_eq!(by_gradients, before);
    assert_eq!(own.fit_until(3, &mut by_gradients, &examples).unwrap().epochs, 3);
    assert_eq!(own.fit_until(2, &mut by_gradients, &examples).unwrap().epochs, 3);
}

/// An update that is undone may have been shown. It is not shown again when the fault is searched for.
#[test]
fn updates_are_shown_once() {
    struct Seen(Vec<(usize, usize)>);

    impl Observer<Line> for &mut Seen {
        fn wants(&self, _: usize) -> bool {
            false
        }

        fn after_epoch(&mut self, _: &Epoch<'_, Line>) -> ControlFlow<StopReason> {
            ControlFlow::Continue(())
        }

        fn wants_updates(&self) -> bool {
            true
        }

        fn after_update(&mut self, update: &Update<'_, Line>) {
            self.0.push((update.epoch, update.number));
        }
    }

    let mut seen = Seen(Vec::new());
    let mut line = Line { w11: 1.0, b1: 0.0 };
    let mut trainer = Trainer::new(GradientDescent::new(1e30)).epochs(10).observe(&mut seen);
    assert!(trainer.fit(&mut line, &[([1.0], [0.0]), ([2.0], [1.0])]).is_err());
    let mut once = seen.0.clone();
    once.dedup();
    assert!(once.is_sorted() && once == seen.0 && once.len() > 3, "{once:?}");
}

mlp!(struct Line: 1 => identity(1));

/// Counts updates, and checks what it is shown.
struct Updates {
    seen: Vec<(usize, usize)>,
    expected: Line,
}

impl Observer<Line> for &mut Updates {
    fn after_epoch(&mut self, epoch: &Epoch<'_, Line>) -> ControlFlow<StopReason> {
        assert_eq!(*epoch.network, self.expected);
        ControlFlow::Continue(())
    }

    fn wants_updates(&self) -> bool {
        true
    }

    fn after_update(&mut self, update: &Update<'_, Line>) {
        self.seen.push((update.epoch, update.number));
        self.expected.w11 -= update.learning_rate * update.gradients[0];
        self.expected.b1 -= update.learning_rate * update.gradients[1];
        assert_eq!(*update.network, self.expected);
    }
}

#[test]
fn observers_see_updates() {
    let examples: Vec<_> = (0..20).map(|i| f64::from(i) / 20.0).map(|x| ([x], [2.0 * x])).collect();
    for (batch, updates) in [(Batch::Single, 20), (Batch::Mini(3), 7), (Batch::Mini(9), 3), (Batch::Full, 1)] {
        let (mut line, mut unseen) = (Line { w11: 0.0, b1: 0.0 }, Line { w11: 0.0, b1: 0.0 });
        let mut watch = Updates { seen: Vec::new(), expected: line };
        let trainer = || Trainer::new(GradientDescent::new(0.5)).epochs(3).batch(batch).clip_norm(0.3).shuffle(2);
        trainer().observe(&mut watch).fit(&mut line, &examples).unwrap();
        trainer().fit(&mut unseen, &examples).unwrap();
        assert_eq!(line, unseen);
        let all: Vec<_> = (0..3).flat_map(|epoch| (0..updates).map(move |number| (epoch, number))).collect();
        assert_eq!(watch.seen, all);
    }
    // The fused step has the same bits as the one that shows its gradients.
    let (mut line, mut fused) = (Line { w11: 0.0, b1: 0.0 }, Line { w11: 0.0, b1: 0.0 });
    let mut watch = Updates { seen: Vec::new(), expected: line };
    Trainer::new(GradientDescent::new(0.5)).epochs(3).observe(&mut watch).fit(&mut line, &examples).unwrap();
    Trainer::new(GradientDescent::new(0.5)).epochs(3).fit(&mut fused, &examples).unwrap();
    assert_eq!((line, watch.seen.len()), (fused, 60));
}

/// An epoch tells its learning rate and the state of the optimizer.
#[test]
fn observers_see_the_learning_rate_and_the_state() {
    struct State(Vec<(&'static str, f64)>);

    impl mlp_core::optimizer::StateVisitor<f64> for State {
        fn scalars(&mut self, name: &'static str, values: &mut [f64]) {
            self.0.push((name, values.iter().sum()));
            // It has a copy.
            values.fill(f64::NAN);
        }

        fn number(&mut self, name: &'static str, value: &mut f64) {
            self.0.push((name, *value));
        }
    }

    let mut line = Line { w11: 0.0, b1: 0.0 };
    let (mut rates, mut state) = (Vec::new(), State(Vec::new()));
    let watch = observer::from_fn(|epoch: &Epoch<'_, Line>| {
        rates.push(epoch.learning_rate);
        epoch.visit_optimizer_state(&mut state);
    });
    let adam = Adam::new(0.01).beta1(0.5).beta2(0.75);
    Trainer::new(adam)
        .epochs(2)
        .schedule(Schedule::step(1, 0.5))
        .observe(watch)
        .fit(&mut line, &[([0.0], [1.0])])
        .unwrap();
    assert_eq!(rates, [0.01, 0.005]);
    assert_eq!(state.0[..4], [("mean", -0.5), ("square", 0.25), ("power1", 0.5), ("power2", 0.75)]);
    assert_eq!(state.0[6..], [("power1", 0.25), ("power2", 0.5625)]);
}

#[test]
fn clipping_is_a_function() {
    let mut gradients = [3.0_f32, -4.0, 0.0];
    clip_norm(&mut gradients, 10.0);
    assert_eq!(gradients, [3.0, -4.0, 0.0]);
    clip_norm(&mut gradients, 2.5);
    assert_eq!(gradients, [1.5, -2.0, 0.0]);
}
