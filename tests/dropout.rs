//! Dropout: which neurons are left out, against networks without them and differences; its means; the same bits for every
//! number of threads, in pieces and from files; what is refused.

use std::convert::Infallible;
use std::ops::ControlFlow;

use mlp_core::observer::Update;
use mlp_core::trainer::TraceAtError;
use mlp_core::{
    Adam, Batch, Epoch, GradientDescent, History, Lbfgs, LevenbergMarquardt, Network, Observer, StopReason, TrainError,
    Trainer, mlp,
};

use crate::cases::{Watcher, parameters};

mlp!(struct Net: 2 => tanh(5) => sigmoid(4) => identity(2));
mlp!(struct Linear: 2 => identity(6) => identity(1));
mlp!(struct Plain: 2 => identity(2));
mlp!(struct Large: 20 => relu(200) => relu(100) => softmax(3), loss = cross_entropy, scalar = f32, rolled);

/// Where the weights out of the neurons of both hidden layers of [`Net`] begin, how many neurons there are, and how many weights
/// each has.
const OUTGOING: [(usize, usize, usize); 2] = [(15, 5, 4), (39, 4, 2)];
/// A step that moves nothing.
const STILL: GradientDescent = GradientDescent::new(1e-300);

type Example = ([f64; 2], [f64; 2]);

fn examples(count: u32) -> Vec<Example> {
    let example =
        |i| ([f64::from(i * 7 % 11) / 5.5 - 0.95, f64::from(i * 5 % 13) / 6.5 - 0.95], [f64::from(i % 3), 1.0]);
    (0..count).map(example).collect()
}

fn start<N: Network>() -> N {
    N::random(&mut mlp_core::rng(2))
}

/// Keeps the gradient of every update.
#[derive(Default)]
struct Gradients(Vec<Vec<f64>>);

impl<N: Network<Scalar = f64>> Observer<N> for Gradients {
    fn wants(&self, _: usize) -> bool {
        false
    }

    fn wants_updates(&self) -> bool {
        true
    }

    fn after_update(&mut self, update: &Update<'_, N>) {
        self.0.push(update.gradients.to_vec());
    }

    fn after_epoch(&mut self, _: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        ControlFlow::Continue(())
    }
}

/// The gradients of all updates of a training that does not move.
fn gradients(trainer: Trainer<GradientDescent>, examples: &[Example]) -> Vec<Vec<f64>> {
    let mut gradients = Gradients::default();
    trainer.observe(&mut gradients).fit(&mut start::<Net>(), examples).unwrap();
    gradients.0
}

fn trainer() -> Trainer<GradientDescent> {
    Trainer::new(STILL).dropout(0.4, 9).dropout_layer(1, 0.25).epochs(1)
}

/// The factors of the weights out of each neuron: a neuron was left out if the derivatives by all of them are 0.
fn mask(gradient: &[f64]) -> [f64; 49] {
    let mut mask = [1.0; 49];
    for ((first, neurons, outgoing), rate) in OUTGOING.into_iter().zip([0.4, 0.25]) {
        for neuron in 0..neurons {
            let range = first + neuron * outgoing..first + (neuron + 1) * outgoing;
            let is_out = gradient[range.clone()].iter().all(|&derivative| derivative == 0.0);
            mask[range].fill(if is_out { 0.0 } else { 1.0 / (1.0 - rate) });
        }
    }
    mask
}

fn masked(parameters: &[f64; 49], mask: &[f64; 49]) -> Net {
    Net::from_parameters(std::array::from_fn(|index| parameters[index] * mask[index]))
}

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }
}

/// Each example's gradient is that of the network whose masked neurons have no outgoing weights, and the slope of its loss.
#[test]
fn a_step_is_that_of_the_network_without_the_neurons() {
    let (examples, p) = (examples(30), start::<Net>().parameters());
    let found = gradients(trainer().epochs(2), &examples);
    assert_eq!(found.len(), 60);
    let mut masks = Vec::new();
    for (gradient, &(x, y_true)) in found.iter().zip(examples.iter().cycle()) {
        let mask = mask(gradient);
        let network = masked(&p, &mask);
        let by_hand = network.backprop(x, y_true, &network.forward(x)).to_array();
        assert_near(gradient, &std::array::from_fn::<_, 49, _>(|index| by_hand[index] * mask[index]), 1e-14);
        let loss = |index: usize, change: f64| {
            let mut p = p;
            p[index] += change;
            let network = masked(&p, &mask);
            Net::loss_of(&network.forward(x), y_true)
        };
        for (index, derivative) in gradient.iter().enumerate() {
            let slope = (loss(index, 1e-5) - loss(index, -1e-5)) / 2e-5;
            assert!((derivative - slope).abs() < 1e-8, "{index}: {derivative}, {slope}");
        }
        masks.push(mask);
    }
    // Every neuron is out sometimes and in sometimes, and examples and epochs differ.
    for (first, neurons, outgoing) in OUTGOING {
        for place in (0..neurons).map(|neuron| first + neuron * outgoing) {
            let out = masks.iter().filter(|mask| mask[place] == 0.0).count();
            assert!((5..50).contains(&out), "{out}");
        }
    }
    assert_ne!(masks[..30], masks[30..]);
    assert!(masks[1..30].iter().any(|mask| *mask != masks[0]));
    assert_ne!(gradients(trainer().dropout(0.4, 10), &examples), found[..30]);
}

#[test]
fn the_neurons_of_an_example_depend_on_no_batch_and_no_order() {
    let examples = examples(30);
    let sum = |gradients: &[Vec<f64>], sizes: &[f64]| -> Vec<f64> {
        (0..49).map(|index| gradients.iter().zip(sizes).map(|(gradient, size)| gradient[index] * size).sum()).collect()
    };
    let expected = sum(&gradients(trainer(), &examples), &[1.0; 30]);
    for (batch, sizes) in [
        (Batch::Single, vec![1.0; 30]),
        (Batch::Mini(3), vec![3.0; 10]),
        (Batch::Mini(8), vec![8.0, 8.0, 8.0, 6.0]),
        (Batch::Mini(29), vec![29.0, 1.0]),
        (Batch::Full, vec![30.0]),
    ] {
        for trainer in
            [trainer().batch(batch), trainer().batch(batch).shuffle(5), trainer().batch(batch).reproducible()]
        {
            assert_near(&sum(&gradients(trainer, &examples), &sizes), &expected, 1e-12);
        }
    }
}

/// A linear network's prediction keeps its mean; its loss grows by half of the variance.
#[test]
fn dropout_keeps_the_mean() {
    let (mut net, x, y_true) = (start::<Linear>(), [0.5, -0.8], [0.3]);
    let (pass, p) = (net.forward(x), net.parameters());
    let [y_pred] = net.predict(x);
    let hidden = [pass.a1, pass.a2, pass.a3, pass.a4, pass.a5, pass.a6];
    let rate: f64 = 0.3;
    let variance = (0..6).map(|i| (p[18 + i] * hidden[i]).powi(2)).sum::<f64>() * rate / (1.0 - rate);
    let (mut gradients, mut history, count) = (Gradients::default(), History::new(), 20_000);
    let mut trainer = Trainer::new(STILL).dropout(rate, 3).epochs(count).observe(&mut gradients).observe(&mut history);
    trainer.fit(&mut net, &[(x, y_true)]).unwrap();
    let count = f64::from(u32::try_from(count).unwrap());
    // The derivative by the last bias is y_pred − y_true.
    let errors: Vec<_> = gradients.0.iter().map(|gradient| gradient[24]).collect();
    let mean = errors.iter().sum::<f64>() / count;
    let deviation = (variance / count).sqrt();
    assert!((mean - (y_pred - y_true[0])).abs() < 4.0 * deviation, "{mean}, {y_pred}, {deviation}");
    let found = errors.iter().map(|error| (error - mean).powi(2)).sum::<f64>() / count;
    assert!((found / variance - 1.0).abs() < 0.05, "{found}, {variance}");
    let losses: Vec<_> = history.loss().to_vec();
    let mean_loss = losses.iter().sum::<f64>() / count;
    let expected = 0.5 * ((y_pred - y_true[0]).powi(2) + variance);
    assert!((mean_loss / expected - 1.0).abs() < 0.05, "{mean_loss}, {expected}");
    // Neurons are left out at the rate, and independently of each other.
    let is_out = |gradient: &Vec<f64>, neuron: usize| gradient[18 + neuron] == 0.0;
    for (first, second) in [(0, 1), (2, 3), (4, 5), (0, 5)] {
        let share = |both: &dyn Fn(bool, bool) -> bool| {
            let all = gradients.0.iter();
            let hits = all.filter(|gradient| both(is_out(gradient, first), is_out(gradient, second))).count();
            f64::from(u32::try_from(hits).unwrap()) / count
        };
        assert!((share(&|one, _| one) - rate).abs() < 0.015);
        assert!((share(&|one, other| one && other) - rate * rate).abs() < 0.015);
    }
}

#[test]
fn prediction_and_validation_have_all_neurons() {
    let (mut net, examples) = (start::<Net>(), examples(20));
    let before = net;
    let outcome = trainer().batch(Batch::Full).validate(&examples).fit(&mut net, &examples).unwrap();
    let loss =
        |net: &Net| examples.iter().map(|&(x, y_true)| Net::loss_of(&net.forward(x), y_true)).sum::<f64>() / 20.0;
    assert!((outcome.validation_loss.unwrap() - loss(&net)).abs() < 1e-12);
    assert!((outcome.loss - loss(&before)).abs() > 1e-3);
}

#[test]
fn a_rate_of_0_is_fit_to_the_bit() {
    let examples = examples(20);
    for batch in [Batch::Single, Batch::Mini(3), Batch::Mini(9)] {
        let trainer = || Trainer::new(Adam::new(0.01)).batch(batch).shuffle(1).epochs(5);
        let [mut expected, mut found] = [(); 2].map(|()| start::<Net>());
        trainer().fit(&mut expected, &examples).unwrap();
        trainer().dropout(0.0, 4).dropout_layer(0, 0.0).fit(&mut found, &examples).unwrap();
        assert_eq!(found, expected);
    }
}

#[test]
fn every_number_of_threads_has_the_same_bits() {
    let example = |i: u16| {
        let x = std::array::from_fn(|place| f32::from(i * 7 % (11 + u16::try_from(place).unwrap())) / 15.0 - 0.5);
        (x, std::array::from_fn(|class| f32::from(u8::from(usize::from(i % 3) == class))))
    };
    let examples: Vec<_> = (0..700).map(example).collect();
    let train = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut network = start::<Large>();
        let mut trainer = Trainer::new(Adam::new(0.001)).batch(Batch::Mini(500)).dropout(0.5, 1).shuffle(2).epochs(3);
        let outcome = pool.install(|| trainer.fit(&mut network, &examples)).unwrap();
        (parameters(&network), outcome.loss)
    };
    let expected = train(1);
    for threads in 2..=7 {
        assert!(train(threads) == expected, "{threads} threads");
    }
}

#[test]
fn pieces_chunks_weights_and_looking_on_change_no_bit() {
    let examples = examples(20);
    for batch in [Batch::Single, Batch::Mini(9)] {
        let trainer = || Trainer::new(Adam::new(0.01)).batch(batch).shuffle(1).dropout(0.5, 3);
        let [mut expected, mut watched, mut weighted, mut in_pieces, mut in_chunks] = [(); 5].map(|()| start::<Net>());
        trainer().epochs(6).fit(&mut expected, &examples).unwrap();
        trainer().epochs(6).observe(Watcher).fit(&mut watched, &examples).unwrap();
        trainer().epochs(6).fit_weighted(&mut weighted, &examples, &[3.0; 20]).unwrap();
        let mut training = trainer().epochs(2).start(&in_pieces).unwrap();
        for _ in 0..3 {
            training.fit(&mut in_pieces, &examples).unwrap();
        }
        let mut training = trainer().start(&in_chunks).unwrap();
        for _ in 0..6 {
            training.fit_chunks(&mut in_chunks, [Ok::<_, Infallible>(&examples)]).unwrap();
        }
        for found in [watched, weighted, in_pieces, in_chunks] {
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn single_steps_leave_out_other_neurons_each_and_files_know_how_many_there_were() {
    let path = std::env::temp_dir().join(format!("mlp-core-dropout-{}.json", std::process::id()));
    let (examples, mut net) = (examples(1), start::<Net>());
    let mut seen = Gradients::default();
    let mut training = trainer().observe(&mut seen).start(&net).unwrap();
    for _ in 0..20 {
        training.step(&mut net, &examples).unwrap();
    }
    drop(training);
    assert!(seen.0[1..].iter().any(|gradient| *gradient != seen.0[0]));

    let trainer = || Trainer::new(Adam::new(0.01)).dropout(0.5, 3);
    let mut training = trainer().start(&net).unwrap();
    let step_and_fit = |training: &mut mlp_core::Training<Net, Adam>, net: &mut Net| {
        training.step(net, &examples).unwrap();
        training.epoch(net, &examples).unwrap();
    };
    step_and_fit(&mut training, &mut net);
    training.save(&path).unwrap();
    let mut resumed_net = net;
    let mut resumed = trainer().resume::<Net>(&path).unwrap();
    for _ in 0..5 {
        step_and_fit(&mut training, &mut net);
        step_and_fit(&mut resumed, &mut resumed_net);
    }
    assert_eq!(resumed_net, net);
    let error = trainer().dropout_layer(1, 0.25).resume::<Net>(&path).unwrap_err().to_string();
    let expected =
        "the dropout of the saved training was 0.5, seed 3, and this trainer's is 0.5, layer 1: 0.25, seed 3";
    assert!(error.contains(expected), "{error}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn what_makes_no_sense_is_refused() {
    let refused = |trainer: Trainer<Adam>| trainer.start(&start::<Net>()).err().unwrap().to_string();
    let adam = || Trainer::new(Adam::new(0.1));
    for (rate, shown) in [(-0.1, "-0.1"), (1.0, "1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let expected = format!("the dropout rate must be at least 0 and less than 1, not {shown}");
        assert_eq!(refused(adam().dropout(rate, 1)), expected);
        assert_eq!(refused(adam().dropout_layer(0, rate)), expected);
    }
    assert_eq!(
        refused(adam().dropout_layer(2, 0.5)),
        "there is no layer 2 for `dropout_layer`: the network has 2, counted from 0, that it can be for"
    );
    let plain = adam().dropout(0.5, 1).start(&start::<Plain>()).err().unwrap();
    assert_eq!(plain, TrainError::UnknownLayer { setting: "dropout", layer: 0, layers: 0 });
    let lbfgs = Trainer::new(Lbfgs::new()).dropout(0.5, 1).start(&start::<Net>()).err().unwrap();
    assert_eq!(lbfgs, TrainError::OtherLosses { optimizer: "Lbfgs", what: "dropout" });
    let squares = Trainer::new(LevenbergMarquardt::new()).dropout_layer(1, 0.5).start(&start::<Net>()).err().unwrap();
    assert_eq!(squares, TrainError::OtherLosses { optimizer: "LevenbergMarquardt", what: "dropout" });
    let traced = trainer().trace_at(&start::<Net>(), &examples(3), 0, 0).unwrap_err();
    assert_eq!(traced, TraceAtError::Setting { setting: "dropout" });
    let mut net = start::<Net>();
    let own = adam().dropout(0.5, 1).start(&net).unwrap().step_with(&mut net, &[0.0; 49]).unwrap_err();
    assert_eq!(
        own.to_string(),
        "`step_with` takes gradients of your own, which know nothing of `dropout`: leave it out, or call `step`"
    );
}
