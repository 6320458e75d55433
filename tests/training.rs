//! The settings of a trainer: batches, order, learning rate, clipping, validation, when to stop; and which settings it
//! refuses.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use mlp_core::trainer::ExampleSet;
use mlp_core::{
    Adagrad, Adam, AdamW, Batch, Epoch, GradientDescent, History, Network, Observer, Optimizer, RmsProp, Schedule,
    StopReason, TrainError, Trainer, mlp,
};

mlp!(struct Net: 2 => tanh(3) => 1);
mlp!(struct Single: 2 => tanh(3) => 1, scalar = f32);
mlp!(struct Line: 1 => identity(1));

type Example = ([f64; 2], [f64; 1]);

const EXAMPLES: [Example; 7] = [
    ([0.0, 0.1], [0.0]),
    ([0.2, 1.0], [1.0]),
    ([1.0, 0.3], [1.0]),
    ([1.0, 1.1], [0.0]),
    ([-0.5, 0.4], [0.3]),
    ([0.6, -0.7], [0.8]),
    ([0.9, 0.2], [0.5]),
];

fn net() -> Net {
    Net::random(&mut mlp_core::rng(5))
}

fn descent() -> Trainer<GradientDescent> {
    Trainer::new(GradientDescent::new(0.5))
}

/// The mean of the gradients of these examples, in canonical order.
fn mean_gradients(net: &Net, examples: &[Example]) -> [f64; 13] {
    let mut sum = [0.0; 13];
    for &(x, y_true) in examples {
        let mut gradients = [0.0; 13];
        Net::copy_gradients_into(&net.backprop(x, y_true, &net.forward(x)), &mut gradients);
        sum.iter_mut().zip(gradients).for_each(|(sum, gradient)| *sum += gradient);
    }
    sum.map(|sum| sum / f64::from(u32::try_from(examples.len()).unwrap()))
}

#[test]
fn a_batch_is_one_update_by_the_mean_gradient() {
    for size in 1..=8 {
        for batch in [Batch::Mini(size), Batch::Full] {
            let mut fitted = net();
            let outcome = descent().batch(batch).epochs(5).fit(&mut fitted, &EXAMPLES).unwrap();
            let size = if batch == Batch::Full { EXAMPLES.len() } else { size };
            let mut by_hand = net();
            let mut sum = 0.0;
            for _ in 0..5 {
                sum = 0.0;
                for batch in EXAMPLES.chunks(size) {
                    sum += batch.iter().map(|&(x, y_true)| Net::loss(by_hand.predict(x), y_true)).sum::<f64>();
                    let gradients = mean_gradients(&by_hand, batch);
                    by_hand.update(&Net::gradients_from(&gradients), 0.5);
                }
            }
            assert_eq!(fitted, by_hand, "{batch:?}");
            assert!((outcome.loss - sum / 7.0).abs() < 1e-15);
        }
    }
}

/// Batches of eight examples or more are computed in the kernels, in another order and with other roundings.
#[test]
fn a_large_batch_is_one_update_by_the_mean_gradient_but_for_rounding() {
    let examples = [EXAMPLES; 6].concat();
    for size in [8, 13, 42, 100] {
        for trainer in [descent(), descent().reproducible()] {
            let (mut fitted, mut by_hand) = (net(), net());
            trainer.clone().batch(Batch::Mini(size)).epochs(5).fit(&mut fitted, &examples).unwrap();
            for _ in 0..5 {
                for batch in examples.chunks(size) {
                    by_hand.update(&Net::gradients_from(&mean_gradients(&by_hand, batch)), 0.5);
                }
            }
            for (fitted, by_hand) in fitted.parameters().iter().zip(by_hand.parameters()) {
                assert!((fitted - by_hand).abs() < 1e-14, "{size}: {fitted} is not {by_hand}");
            }
            assert_ne!(by_hand, net());
        }
    }
}

#[test]
fn a_batch_of_one_is_a_single_example() {
    let (mut single, mut mini) = (net(), net());
    descent().epochs(50).fit(&mut single, &EXAMPLES).unwrap();
    descent().epochs(50).batch(Batch::Mini(1)).fit(&mut mini, &EXAMPLES).unwrap();
    assert_eq!(single, mini);
}

/// Replays every epoch in each possible order of three examples and finds the one that was taken.
#[test]
fn a_shuffled_epoch_shows_every_example_once_in_any_order() {
    let examples = &EXAMPLES[1..4];
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut seen = BTreeSet::new();
    for seed in 0..40 {
        let mut shuffled = net();
        descent().shuffle(seed).epochs(1).fit(&mut shuffled, examples).unwrap();
        let order = orders.into_iter().find(|order| {
            let mut in_order = net();
            descent().epochs(1).fit(&mut in_order, &order.map(|index| examples[index])).unwrap();
            in_order == shuffled
        });
        seen.insert(order.expect("an order of the three examples"));
    }
    assert_eq!(seen.len(), 6, "all orders come about");
}

#[test]
fn a_seed_is_an_order_in_every_mode_and_every_epoch_has_its_own() {
    let train = |seed: u64, batch: Batch, epochs: usize| {
        let mut net = net();
        descent().shuffle(seed).batch(batch).epochs(epochs).fit(&mut net, &EXAMPLES).unwrap();
        net
    };
    for batch in [Batch::Single, Batch::Mini(3)] {
        assert_eq!(train(1, batch, 20), train(1, batch, 20));
        assert_ne!(train(1, batch, 20), train(2, batch, 20));
    }
    // If both epochs had the same order, two fits of one epoch each would give the same as one fit of two epochs.
    let mut twice = train(1, Batch::Single, 1);
    descent().shuffle(1).epochs(1).fit(&mut twice, &EXAMPLES).unwrap();
    assert_ne!(twice, train(1, Batch::Single, 2));
}

/// Observers change nothing, whatever the settings, and however often they are called.
#[test]
fn observers_change_nothing() {
    fn check<O: Optimizer<f64> + Copy>(optimizer: O) {
        let trainer = || {
            Trainer::new(optimizer)
                .epochs(700)
                .batch(Batch::Mini(3))
                .shuffle(4)
                .clip_norm(0.05)
                .schedule(Schedule::cosine(800).warm_up(10))
        };
        let (mut alone, mut watched) = (net(), net());
        let silent = trainer().fit(&mut alone, &EXAMPLES).unwrap();
        let mut history = History::every(9);
        let seen = trainer().observe(&mut history).fit(&mut watched, &EXAMPLES).unwrap();
        assert_eq!(alone, watched);
        assert_eq!(silent, seen);
        assert_eq!(history.epochs().len(), 78);
        assert_eq!(history.epochs()[2], 18);
    }
    check(GradientDescent::new(0.1));
    check(GradientDescent::new(0.1).momentum(0.9).nesterov());
    check(RmsProp::new(0.01));
    check(Adagrad::new(0.1));
    check(Adam::new(0.01));
    check(AdamW::new(0.01));
}

#[test]
fn the_schedule_multiplies_the_learning_rate() {
    let factors = |schedule: Schedule| [0, 1, 2, 3, 4, 5].map(|epoch| schedule.factor(epoch));
    assert_eq!(factors(Schedule::constant()), [1.0; 6]);
    assert_eq!(factors(Schedule::step(2, 0.5)), [1.0, 1.0, 0.5, 0.5, 0.25, 0.25]);
    assert_eq!(factors(Schedule::exponential(0.5)), [1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125]);
    assert_eq!(factors(Schedule::constant().warm_up(3)), [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]);
    assert_eq!(factors(Schedule::step(1, 0.5).warm_up(1)), [0.5, 1.0, 0.5, 0.25, 0.125, 0.0625]);
    let cosine = factors(Schedule::cosine(4));
    for (factor, expected) in cosine.into_iter().zip([1.0, 0.853_553_390_593_273_8, 0.5, 0.146_446_609_406_726_24]) {
        assert!((factor - expected).abs() < 1e-15);
    }
    assert_eq!(cosine[4..], [0.0, 0.0]);

    let (mut scheduled, mut by_hand) = (net(), net());
    let own = Schedule::from_fn(|epoch| if epoch.is_multiple_of(2) { 1.0 } else { 0.25 });
    descent().epochs(4).schedule(own).fit(&mut scheduled, &EXAMPLES).unwrap();
    for learning_rate in [0.5, 0.125, 0.5, 0.125] {
        Trainer::new(GradientDescent::new(learning_rate)).epochs(1).fit(&mut by_hand, &EXAMPLES).unwrap();
    }
    assert_eq!(scheduled, by_hand);
}

#[test]
fn clipping_shortens_long_gradients_and_leaves_short_ones() {
    let gradients = mean_gradients(&net(), &EXAMPLES);
    let norm = gradients.iter().map(|gradient| gradient * gradient).sum::<f64>().sqrt();
    let step = |length: f64| {
        let mut fitted = net();
        descent().batch(Batch::Full).epochs(1).clip_norm(length).fit(&mut fitted, &EXAMPLES).unwrap();
        let moved = net().parameters().into_iter().zip(fitted.parameters()).map(|(before, after)| before - after);
        moved.collect::<Vec<_>>()
    };
    for (length, factor) in [(norm / 4.0, 0.25), (norm / 1.5, 1.0 / 1.5), (norm * 1.01, 1.0), (f64::INFINITY, 1.0)] {
        for (moved, gradient) in step(length).into_iter().zip(gradients) {
            assert!((moved - 0.5 * factor * gradient).abs() < 1e-15, "{length}");
        }
    }
    // The squares of such gradients overflow, but their direction does not.
    let mut steep = Line { w11: 1e160, b1: 0.0 };
    Trainer::new(GradientDescent::new(1.0)).epochs(1).clip_norm(1e159).fit(&mut steep, &[([1.0], [0.0])]).unwrap_err();
    let mut steep = Line { w11: 1e153, b1: 0.0 };
    Trainer::new(GradientDescent::new(1.0)).epochs(1).clip_norm(1e152).fit(&mut steep, &[([1.0], [0.0])]).unwrap();
    let moved = 1e152 / 2.0_f64.sqrt();
    assert!(((1e153 - steep.w11) / moved - 1.0).abs() < 1e-12 && (-steep.b1 / moved - 1.0).abs() < 1e-12);
}

#[test]
fn the_target_loss_ends_training() {
    let mut history = History::losses_only();
    let outcome = descent().epochs(10_000).target_loss(0.05).observe(&mut history).fit(&mut net(), &EXAMPLES).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::TargetLoss);
    let (last, before) = history.loss().split_last().unwrap();
    assert!(*last <= 0.05 && before.iter().all(|loss| *loss > 0.05));
    assert_eq!((outcome.epochs, outcome.loss), (history.loss().len(), *last));
    assert_eq!(history.parameters().count(), 0);
}

#[test]
fn time_is_limited() {
    let mut history = History::losses_only();
    let mut trainer = descent().epochs(usize::MAX).time_limit(Duration::from_millis(20)).observe(&mut history);
    let outcome = trainer.fit(&mut net(), &EXAMPLES).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::TimeLimit);
    let outcome = descent().epochs(9).time_limit(Duration::from_secs(1000)).fit(&mut net(), &EXAMPLES).unwrap();
    assert_eq!((outcome.stop_reason, outcome.epochs), (StopReason::Epochs, 9));
}

/// Remembers the network after each epoch.
struct Snapshots(Vec<Net>);

impl Observer<Net> for Snapshots {
    fn start(&mut self, network: &Net) {
        self.0.push(*network);
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, Net>) -> ControlFlow<StopReason> {
        self.0.push(*epoch.network);
        ControlFlow::Continue(())
    }
}

fn mean_loss(net: &Net, examples: &[Example]) -> f64 {
    let sum: f64 = examples.iter().map(|&(x, y_true)| Net::loss(net.predict(x), y_true)).sum();
    sum / f64::from(u32::try_from(examples.len()).unwrap())
}

/// The few examples are learnt by heart, and the others get worse.
#[test]
fn patience_restores_the_parameters_with_the_lowest_validation_loss() {
    let (training, validation) = EXAMPLES.split_at(4);
    let (mut snapshots, mut history) = (Snapshots(Vec::new()), History::losses_only());
    let mut fitted = net();
    let outcome = descent()
        .epochs(5000)
        .validate(validation)
        .patience(20)
        .observe(&mut snapshots)
        .observe(&mut history)
        .fit(&mut fitted, training)
        .unwrap();
    let best = outcome.best_epoch.unwrap();
    assert_eq!((outcome.stop_reason, outcome.epochs), (StopReason::Patience, best + 1 + 20));
    assert!(best > 0, "something is learnt");
    // The first snapshot is from before the first epoch.
    assert_eq!(fitted, snapshots.0[best + 1]);
    let losses = history.validation_loss();
    assert_eq!(losses.len(), outcome.epochs);
    for (loss, snapshot) in losses.iter().zip(&snapshots.0[1..]) {
        // The trainer's sum is compensated.
        let expected = mean_loss(snapshot, validation);
        assert!((loss - expected).abs() <= 2.0 * f64::EPSILON * expected, "{loss} is not {expected}");
    }
    assert!(losses.iter().enumerate().all(|(epoch, loss)| *loss > losses[best] || epoch >= best));
    assert_eq!(outcome.validation_loss, Some(losses[best]));
    assert_eq!(outcome.loss, history.loss()[best]);
}

/// Without validation, patience judges the training loss, which is that of the network at the start of the epoch.
#[test]
fn patience_without_validation_goes_by_the_training_loss() {
    let mut snapshots = Snapshots(Vec::new());
    let mut fitted = net();
    // Too large a learning rate, so that the loss rises sooner or later.
    let outcome = Trainer::new(GradientDescent::new(30.0))
        .batch(Batch::Full)
        .epochs(5000)
        .patience(5)
        .observe(&mut snapshots)
        .fit(&mut fitted, &EXAMPLES)
        .unwrap();
    assert_eq!(outcome.stop_reason, StopReason::Patience);
    let best = outcome.best_epoch.unwrap();
    assert_eq!(fitted, snapshots.0[best]);
    assert!((mean_loss(&fitted, &EXAMPLES) - outcome.loss).abs() < 1e-15);
    assert_eq!(outcome.validation_loss, None);
    let losses: Vec<_> = snapshots.0.iter().map(|net| mean_loss(net, &EXAMPLES)).collect();
    assert!(losses[..outcome.epochs].iter().all(|loss| loss - outcome.loss > -1e-15));
}

#[test]
fn patience_restores_when_the_epochs_run_out() {
    let mut snapshots = Snapshots(Vec::new());
    let mut fitted = net();
    let (training, validation) = EXAMPLES.split_at(4);
    let mut trainer = descent().epochs(60).validate(validation).patience(1000).observe(&mut snapshots);
    let outcome = trainer.fit(&mut fitted, training).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::Epochs);
    assert_eq!(fitted, snapshots.0[outcome.best_epoch.unwrap() + 1]);
}

#[test]
fn everything_has_the_same_bits_twice() {
    fn history() -> History<f32> {
        let examples = EXAMPLES.map(|(x, y_true)| (x.map(narrow), y_true.map(narrow)));
        let mut history = History::new();
        let mut net = Single::random(&mut mlp_core::rng(3));
        let (training, validation) = examples.split_at(5);
        Trainer::new(AdamW::new(0.03))
            .epochs(300)
            .batch(Batch::Mini(2))
            .shuffle(11)
            .schedule(Schedule::exponential(0.99).warm_up(3))
            .clip_norm(0.5)
            .validate(validation)
            .patience(100)
            .observe(&mut history)
            .fit(&mut net, training)
            .unwrap();
        history
    }
    assert_eq!(history(), history());
    assert!(history().loss().len() > 10);
}

#[allow(clippy::cast_possible_truncation)]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// Asserts that training fails and leaves the network as it was.
fn refused<O: Optimizer<f64>>(trainer: Trainer<O>) -> TrainError {
    let (mut trainer, mut trained) = (trainer, net());
    let error = trainer.fit(&mut trained, &EXAMPLES).unwrap_err();
    assert_eq!(trained, net());
    error
}

#[test]
fn settings_without_sense_are_named() {
    let message = |error: TrainError| error.to_string();
    assert_eq!(refused(descent().batch(Batch::Mini(0))), TrainError::EmptyBatch);
    for (trainer, expected) in [
        (descent().clip_norm(0.0), "the clipping norm must be greater than 0, not 0"),
        (descent().clip_norm(f64::NAN), "the clipping norm must be greater than 0, not NaN"),
        (descent().target_loss(f64::NAN), "the target loss must be a number, not NaN"),
        (descent().patience(0), "the patience must be at least 1 epoch, not 0"),
        (descent().schedule(Schedule::step(0, 0.5)), "the length of the schedule must be at least 1 epoch, not 0"),
        (descent().schedule(Schedule::cosine(0)), "the length of the schedule must be at least 1 epoch, not 0"),
        (
            descent().schedule(Schedule::exponential(-1.0)),
            "the factor of the schedule must be greater than 0 and finite, not -1",
        ),
    ] {
        assert_eq!(message(refused(trainer)), expected);
    }
    let share = "must be at least 0 and less than 1, not";
    let amount = "must be at least 0 and finite, not";
    let sgd = GradientDescent::new(0.1);
    assert_eq!(message(refused(Trainer::new(sgd.momentum(1.0)))), format!("the momentum {share} 1"));
    assert_eq!(message(refused(Trainer::new(sgd.weight_decay(-0.5)))), format!("the weight decay {amount} -0.5"));
    assert_eq!(message(refused(Trainer::new(RmsProp::new(0.1).alpha(-1.0)))), format!("the alpha {share} -1"));
    assert_eq!(message(refused(Trainer::new(Adagrad::new(0.1).epsilon(-1.0)))), format!("the epsilon {amount} -1"));
    assert_eq!(message(refused(Trainer::new(Adam::new(0.1).beta1(1.5)))), format!("the beta1 {share} 1.5"));
    assert_eq!(message(refused(Trainer::new(Adam::new(0.1).beta2(f64::NAN)))), format!("the beta2 {share} NaN"));
    let infinite = AdamW::new(0.1).weight_decay(f64::INFINITY);
    assert_eq!(message(refused(Trainer::new(infinite))), format!("the weight decay {amount} inf"));
    let error = refused(Trainer::new(Adam::new(0.0)));
    assert_eq!(error, TrainError::LearningRate { learning_rate: 0.0, scalar: "f64" });
}

/// In `f32`, a setting that is sensible in `f64` may vanish: then nothing would move.
#[test]
fn settings_that_vanish_in_the_networks_scalar_are_named() {
    fn message<O: Optimizer<f32>>(mut trainer: Trainer<O>) -> String {
        let start = Single::random(&mut mlp_core::rng(1));
        let mut trained = start;
        let error = trainer.fit(&mut trained, &[([0.5, 0.25], [1.0])]).unwrap_err();
        assert_eq!(trained, start);
        error.to_string()
    }

    let becomes = |setting: &str, value: &str, rounded: &str| {
        format!("the {setting} {value} becomes {rounded} in f32: give a number that f32 can hold")
    };
    let sgd = GradientDescent::new(0.1);
    assert_eq!(message(descent().clip_norm(1e-60)), becomes("clipping norm", "1e-60", "0.0"));
    assert_eq!(message(descent().patience(1).min_delta(1e-60)), becomes("min_delta", "1e-60", "0.0"));
    assert_eq!(message(Trainer::new(Adam::new(0.1).epsilon(1e-60))), becomes("epsilon", "1e-60", "0.0"));
    assert_eq!(message(Trainer::new(sgd.weight_decay(1e60))), becomes("weight decay", "1e60", "inf"));
    let nearly_1 = 1.0 - 1e-12;
    assert_eq!(message(Trainer::new(sgd.momentum(nearly_1))), becomes("momentum", "0.999999999999", "1.0"));
    assert_eq!(
        message(descent().schedule(Schedule::from_fn(|_| 1e-60))),
        "epoch 0: the schedule makes the learning rate 5e-61, which is 0 or infinite in f32"
    );
    // An infinite norm clips nothing, and a factor of exactly 0 is meant.
    for trainer in [descent().clip_norm(f64::INFINITY), descent().schedule(Schedule::cosine(3))] {
        let mut single = Single::random(&mut mlp_core::rng(1));
        trainer.clone().fit(&mut single, &[([0.5, 0.25], [1.0])]).unwrap();
    }
    assert_eq!(message(descent().min_delta(0.1)), "the min_delta must be 0 without `patience`, not 0.1");
}

/// The first loss is ½ (0 − 1)², exactly the target.
#[test]
fn a_loss_equal_to_the_target_is_enough() {
    let train = |target| {
        let mut line = Line { w11: 0.0, b1: 0.0 };
        Trainer::new(GradientDescent::new(0.1)).epochs(3).target_loss(target).fit(&mut line, &[([0.0], [1.0])]).unwrap()
    };
    assert_eq!((train(0.5).epochs, train(0.5).stop_reason), (1, StopReason::TargetLoss));
    assert_eq!(train(0.5_f64.next_down()).epochs, 2);
}

/// A gradient that was always 0 gives 0 / 0 if ε is 0 too: the parameter must stay where it is.
#[test]
fn a_parameter_without_a_gradient_stays() {
    fn check<O: Optimizer<f64>>(optimizer: O) {
        let mut line = Line { w11: 0.25, b1: 0.0 };
        Trainer::new(optimizer).epochs(3).fit(&mut line, &[([0.0], [1.0])]).unwrap();
        assert_eq!(line.w11, 0.25);
        assert!(line.b1 > 0.0);
    }
    check(RmsProp::new(0.1).epsilon(0.0));
    check(Adagrad::new(0.1).epsilon(0.0));
    check(Adam::new(0.1).epsilon(0.0));
    check(AdamW::new(0.1).epsilon(0.0).weight_decay(0.0));
}

/// Targets that the output activation can never reach would train to a useless network, without a word.
#[test]
fn unreachable_targets_are_refused() {
    mlp!(struct Price: 1 => 8 => 2);
    mlp!(struct Tanh: 1 => tanh(3) => tanh(1));
    mlp!(struct Relu: 1 => tanh(3) => relu(1), scalar = f32);
    mlp!(struct Soft: 1 => tanh(3) => softmax(3));
    mlp!(struct Own: 1 => tanh(3) => self::doubled(1));

    let mut price = Price::random(&mut mlp_core::rng(1));
    let examples = [([0.5], [0.0, 1.0]), ([1.0], [0.5, 17_093.6])];
    let error = descent().fit(&mut price, &examples).unwrap_err();
    let expected = "example 1: the target y_true2 is 17093.6, but sigmoid gives values from 0 to 1: choose another output \
        activation, such as identity, or scale the targets; `Trainer::allow_unreachable_targets()` permits them";
    assert_eq!(error.to_string(), expected);
    assert_eq!(price, Price::random(&mut mlp_core::rng(1)));
    descent().allow_unreachable_targets().fit(&mut price, &examples).unwrap();
    // The ends of a range are reachable, in the limit at least.
    descent().fit(&mut price, &examples[..1]).unwrap();

    let mut tanh = Tanh::random(&mut mlp_core::rng(1));
    assert!(matches!(
        descent().fit(&mut tanh, &[([0.0], [-1.0]), ([0.0], [1.0]), ([0.0], [-2.5])]),
        Err(TrainError::UnreachableTarget {
            set: ExampleSet::Training,
            example: 2,
            value: -2.5,
            activation: "tanh",
            ..
        })
    ));
    let validation = [([0.0], [2.5])];
    assert!(matches!(
        descent().validate(&validation).fit(&mut tanh, &[([0.0], [0.0])]),
        Err(TrainError::UnreachableTarget { set: ExampleSet::Validation, example: 0, .. })
    ));

    let mut relu = Relu::random(&mut mlp_core::rng(1));
    let error = descent().fit(&mut relu, &[([0.0], [0.0]), ([0.0], [-0.5])]).unwrap_err();
    assert!(
        error.to_string().starts_with("example 1: the target y_true is -0.5, but relu gives values of at least 0: ")
    );

    let mut soft = Soft::random(&mut mlp_core::rng(1));
    let error = descent().fit(&mut soft, &[([0.0], [0.25, 0.75, 0.0]), ([0.0], [1.0, 1.0, 0.5])]).unwrap_err();
    assert!(error.to_string().starts_with("example 1: the targets sum to 2.5, but the outputs of softmax to 1: "));
    assert!(matches!(
        descent().fit(&mut soft, &[([0.0], [1.0, 1.0, 5.0])]),
        Err(TrainError::UnreachableTarget { value: 5.0, .. })
    ));
    descent().allow_unreachable_targets().fit(&mut soft, &[([0.0], [1.0, 1.0, 5.0])]).unwrap();

    let mut small = Trainer::new(GradientDescent::new(0.01)).epochs(3);
    small.fit(&mut Own::random(&mut mlp_core::rng(1)), &[([0.0], [-1e9])]).unwrap();
}

fn doubled(z: f64) -> f64 {
    2.0 * z
}

fn doubled_derivative(_: f64, _: f64) -> f64 {
    2.0
}

/// Training asks a custom schedule for every epoch. If its factor is invalid, the epochs before stay trained.
#[test]
fn a_schedule_that_goes_wrong_is_named_with_its_epoch() {
    let schedule = Schedule::from_fn(|epoch| if epoch < 300 { 1.0 } else { -1.0 });
    let (mut fitted, mut expected) = (net(), net());
    let error = descent().schedule(schedule).fit(&mut fitted, &EXAMPLES).unwrap_err();
    assert_eq!(error, TrainError::Schedule { epoch: 300, factor: -1.0 });
    descent().epochs(300).fit(&mut expected, &EXAMPLES).unwrap();
    assert_eq!(fitted, expected);
}

/// With batches and shuffling too, the error names the epoch, and the example by its place in the given order.
#[test]
fn divergence_in_a_batch_names_epoch_and_example() {
    let examples = [([1.0], [1.0]), ([2.0], [0.0]), ([3.0], [5.0])];
    let mut line = Line { w11: 0.5, b1: 0.25 };
    let mut trainer = Trainer::new(GradientDescent::new(5.0)).batch(Batch::Mini(2)).shuffle(3).epochs(100_000);
    let error = trainer.fit(&mut line, &examples).unwrap_err();
    let TrainError::Loss { epoch, example } = error else { panic!("{error}") };
    assert!(epoch > 5 && example < 3);
    assert!(line.w11.is_finite() && line.b1.is_finite());
    // The epochs before that train as usual.
    let mut again = Line { w11: 0.5, b1: 0.25 };
    trainer.epochs(epoch).fit(&mut again, &examples).unwrap();
    assert_eq!(again, line);
}

#[test]
fn validation_examples_are_checked() {
    let validate = |examples: &[Example]| descent().validate(examples).fit(&mut net(), &EXAMPLES).unwrap_err();
    assert_eq!(validate(&[]), TrainError::NoValidationExamples);
    let error = validate(&[([0.0, 0.0], [0.0]), ([0.0, f64::NAN], [0.0])]);
    assert_eq!(error, TrainError::Input { set: ExampleSet::Validation, example: 1, input: "x2".into() });
    assert_eq!(error.to_string(), "validation example 1: the input x2 is infinite or not a number");
    let error = validate(&[([0.0, 0.0], [f64::INFINITY])]);
    assert_eq!(error, TrainError::Target { set: ExampleSet::Validation, example: 0, target: "y_true".into() });
}

/// The largest unrolled networks train on a small stack, even in a development build.
#[test]
fn six_hundred_parameters_need_little_stack() {
    mlp!(struct Large: 20 => 20 => 8);

    let train = || {
        let examples = vec![([0.5; 20], [0.25; 8]); 3];
        let mut large = Box::new(Large::random(&mut mlp_core::rng(1)));
        Trainer::new(Adam::new(0.01)).epochs(2).patience(2).clip_norm(1.0).fit(&mut *large, &examples).unwrap().epochs
    };
    let thread = std::thread::Builder::new().stack_size(128 << 10).spawn(train).unwrap();
    assert_eq!(thread.join().unwrap(), 2);
}

/// Two neurons that were pruned to 0 are equal, and the rest can be trained.
#[test]
fn equal_neurons_are_permitted_on_request() {
    let mut pruned = net();
    [pruned.w11, pruned.w21, pruned.b1, pruned.w12, pruned.w22, pruned.b2, pruned.w31, pruned.w41] = [0.0; 8];
    let start = pruned;
    assert!(matches!(descent().fit(&mut pruned, &EXAMPLES), Err(TrainError::Symmetry { .. })));
    assert!(matches!(descent().start(&pruned), Err(TrainError::Symmetry { .. })));
    descent().allow_equal_neurons().fit(&mut pruned, &EXAMPLES).unwrap();
    assert_ne!(pruned, start);
    // They stay equal.
    assert_eq!([pruned.w11, pruned.w21, pruned.b1, pruned.w31], [pruned.w12, pruned.w22, pruned.b2, pruned.w41]);
}

#[test]
fn two_neurons_that_are_one_are_refused() {
    mlp!(struct Wide: 2 => tanh(3) => tanh(3) => 2);
    let examples = [([0.1, 0.2], [0.3, 0.4])];
    let mut zeros = Wide::from_parameters([0.0; 29]);
    let error = descent().fit(&mut zeros, &examples).unwrap_err();
    assert_eq!(error, TrainError::Symmetry { first: "a1".into(), second: "a2".into() });
    assert!(error.to_string().contains("the hidden neurons a1 and a2 have equal weights"), "{error}");

    // In the second hidden layer a4 and a6 are equal; each difference alone is enough to tell them apart.
    let mut parameters = [0.0; 29];
    for (parameter, value) in parameters.iter_mut().zip(1_u8..) {
        *parameter = f64::from(value) / 29.0;
    }
    let mut net = Wide::from_parameters(parameters);
    (net.w33, net.w43, net.w53, net.b6) = (net.w31, net.w41, net.w51, net.b4);
    (net.w81, net.w82) = (net.w61, net.w62);
    let error = descent().fit(&mut net.clone(), &examples).unwrap_err();
    assert_eq!(error, TrainError::Symmetry { first: "a4".into(), second: "a6".into() });
    for change in [
        |net: &mut Wide| net.w33 += 0.01,
        |net: &mut Wide| net.b6 += 0.01,
        |net: &mut Wide| net.w81 += 0.01,
        |net: &mut Wide| net.w82 += 0.01,
    ] {
        let mut different = net;
        change(&mut different);
        descent().epochs(1).fit(&mut different, &examples).unwrap();
    }
    // Output neurons may be equal: their targets tell them apart.
    let mut outputs = Line2 { w11: 0.0, w12: 0.0, b1: 0.0, b2: 0.0 };
    descent().epochs(1).fit(&mut outputs, &[([0.1], [0.3, 0.4])]).unwrap();
}

mlp!(struct Line2: 1 => 2);
