//! Frozen parameters keep their bits under every optimizer, and the others learn as if there were no more; against PyTorch
//! (`data/constraints.py` makes `data/constraints.json`); what is refused.

use std::convert::Infallible;

use mlp_core::observer::{Observer, Update};
use mlp_core::trainer::TraceAtError;
use mlp_core::{
    Adagrad, Adam, AdamW, Batch, Epoch, GradientDescent, Lbfgs, LevenbergMarquardt, Name, Network, Optimizer, RmsProp,
    Rprop, Scalar, StopReason, TrainError, Trainer, mlp,
};

use crate::cases::{Watcher, case, examples_of, numbers, parameters, start_of};

mlp!(struct Net: 2 => tanh(3) => identity(1));
mlp!(struct Single: 2 => tanh(3) => identity(1), scalar = f32);
mlp!(struct Rolled: 2 => tanh(3) => identity(1), rolled);
mlp!(struct Wide: 1 => tanh(3) => identity(1));
mlp!(struct Narrow: 1 => tanh(2) => identity(1));

type Examples<N> = Vec<(<N as Network>::Input, <N as Network>::Output)>;

fn examples<N: Network>(count: u32) -> Examples<N> {
    use mlp_core::Array as _;
    let example = |i: u32| {
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        for (place, x) in (3..).zip(x.as_mut()) {
            *x = N::Scalar::from_f64(f64::from(i * 7 % (8 + place)) / 5.5 - 1.0);
        }
        y_true.as_mut()[0] = N::Scalar::from_f64(f64::from(i * i % 5) / 2.0);
        (x, y_true)
    };
    (0..count).map(example).collect()
}

fn start<N: Network>() -> N {
    N::random(&mut mlp_core::rng(2))
}

/// Places of parameters in canonical order.
const FROZEN: [usize; 5] = [0, 4, 6, 8, 10];

fn frozen_names<N: Network>() -> Vec<Name> {
    let all: Vec<_> = N::ARCHITECTURE.parameters().collect();
    FROZEN.map(|index| all[index].name).to_vec()
}

/// With −0 among the frozen values: a step of 0 may change its sign.
fn start_with_zeros<N: Network>() -> N {
    use mlp_core::Array as _;
    let mut values = N::Parameters::zeros();
    start::<N>().copy_parameters_into(&mut values);
    values.as_mut()[FROZEN[0]] = -N::Scalar::ZERO;
    values.as_mut()[FROZEN[1]] = N::Scalar::ZERO;
    N::from_parameters(&values)
}

fn keeps_bits<N: Network, O: Optimizer<N::Scalar>>(mut trainer: Trainer<O>, what: &str) {
    let (mut network, examples) = (start_with_zeros::<N>(), examples::<N>(20));
    let before = parameters(&network);
    trainer.fit(&mut network, &examples).unwrap();
    for (index, (before, after)) in before.iter().zip(parameters(&network)).enumerate() {
        let is_same = before.to_bits() == after.to_bits();
        assert_eq!(is_same, FROZEN.contains(&index), "{what}: parameter {index}: {before}, {after}");
    }
}

fn keeps_bits_in_every_way<N: Network, O: Optimizer<N::Scalar> + Clone>(optimizer: &O) {
    for batch in [Batch::Single, Batch::Mini(3), Batch::Mini(9), Batch::Full] {
        let trainer = || Trainer::new(optimizer.clone()).freeze(frozen_names::<N>()).epochs(5).batch(batch);
        let what = format!("{} {batch:?}", optimizer.name());
        keeps_bits::<N, _>(trainer(), &what);
        keeps_bits::<N, _>(trainer().shuffle(1).clip_norm(0.1), &what);
        keeps_bits::<N, _>(trainer().l1(0.1).l2(0.1), &what);
    }
}

#[test]
fn frozen_parameters_keep_their_bits_and_others_move() {
    keeps_bits_in_every_way::<Net, _>(&GradientDescent::new(0.1));
    keeps_bits_in_every_way::<Net, _>(&GradientDescent::new(0.1).momentum(0.9).nesterov().weight_decay(0.1));
    keeps_bits_in_every_way::<Net, _>(&RmsProp::new(0.01));
    keeps_bits_in_every_way::<Net, _>(&Adagrad::new(0.1));
    keeps_bits_in_every_way::<Net, _>(&Adam::new(0.1));
    keeps_bits_in_every_way::<Net, _>(&AdamW::new(0.1).weight_decay(0.3));
    keeps_bits_in_every_way::<Net, _>(&Rprop::new(0.01));
    keeps_bits_in_every_way::<Single, _>(&AdamW::new(0.1).weight_decay(0.3));
    keeps_bits_in_every_way::<Rolled, _>(&AdamW::new(0.1).weight_decay(0.3));
    keeps_bits_in_every_way::<Rolled, _>(&Drift);
    let names = frozen_names::<Net>;
    keeps_bits::<Net, _>(Trainer::new(Lbfgs::new()).freeze(names()).epochs(5), "Lbfgs");
    keeps_bits::<Net, _>(Trainer::new(Lbfgs::new()).freeze(names()).l2(0.01).epochs(5), "Lbfgs");
    keeps_bits::<Net, _>(Trainer::new(LevenbergMarquardt::new()).freeze(names()).epochs(5), "least squares");
    let bayesian = LevenbergMarquardt::new().bayesian();
    keeps_bits::<Single, _>(Trainer::new(bayesian).freeze(names()).epochs(5), "bayesian");
}

/// Moves every parameter, whatever its gradient.
#[derive(Clone)]
struct Drift;

impl<T: Scalar> Optimizer<T> for Drift {
    type State<P: mlp_core::Array<T>> = ();

    fn learning_rate(&self) -> f64 {
        0.01
    }

    fn init_state<P: mlp_core::Array<T>>(&self) -> Result<(), TrainError> {
        Ok(())
    }

    fn step<P: mlp_core::Array<T>>(&self, (): &mut (), _: usize, parameters: &mut [T], _: &[T], learning_rate: T) {
        for parameter in parameters {
            *parameter += learning_rate;
        }
    }
}

fn ends_where_pytorch_does<N: Network<Scalar = f64>, O: Optimizer<f64>>(name: &str, trainer: Trainer<O>) {
    let case = case(include_str!("data/constraints.json"), name);
    let (mut network, examples) = (start_of::<N>(&case), examples_of::<N>(&case));
    let mut trainer = trainer.batch(Batch::Full).epochs(20).freeze(["w11", "w22", "b1", "w51"]);
    trainer.fit(&mut network, &examples).unwrap();
    for (found, expected) in parameters(&network).iter().zip(numbers(&case["end"])) {
        assert!((found - expected).abs() < 1e-12, "{name}: {found} is not {expected}");
    }
}

#[test]
fn the_others_end_where_pytorch_leads_them() {
    ends_where_pytorch_does::<Net, _>("frozen, AdamW", Trainer::new(AdamW::new(0.1).weight_decay(0.3)));
    let momentum = GradientDescent::new(0.1).momentum(0.9).weight_decay(0.1);
    ends_where_pytorch_does::<Net, _>("frozen, momentum, clipped", Trainer::new(momentum).clip_norm(0.2));
}

#[test]
fn the_clipping_norm_is_that_of_the_free_parameters() {
    let (mut net, examples) = (start::<Net>(), examples::<Net>(4));
    let before = parameters(&net);
    let mut trainer = Trainer::new(GradientDescent::new(1.0)).clip_norm(0.01).batch(Batch::Full).epochs(1);
    trainer.clone().freeze_layer(1).fit(&mut net, &examples).unwrap();
    let length = |net: &Net| before.iter().zip(parameters(net)).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
    assert!((length(&net) - 0.01).abs() < 1e-12, "{}", length(&net));
    assert_eq!(parameters(&net)[9..], before[9..]);
    // Without frozen ones the step is as long, and shared by all.
    let mut net = start::<Net>();
    trainer.fit(&mut net, &examples).unwrap();
    assert!((length(&net) - 0.01).abs() < 1e-12 && parameters(&net)[9..] != before[9..]);
}

/// A neuron whose parameters are frozen at 0 adds nothing. The network is then the one without it, to rounding.
#[test]
fn second_order_methods_solve_for_the_free_parameters_alone() {
    fn leaves_out<O: Optimizer<f64> + Clone>(optimizer: &O, epochs: usize) {
        use mlp_core::optimizer::StateVisitor;
        struct Numbers(Vec<f64>);
        impl StateVisitor<f64> for Numbers {
            fn scalars(&mut self, _: &'static str, _: &mut [f64]) {}

            fn number(&mut self, _: &'static str, value: &mut f64) {
                self.0.push(*value);
            }
        }
        let examples = examples::<Narrow>(30);
        let mut narrow = start::<Narrow>();
        let p = narrow.parameters();
        let mut wide = Wide::from_parameters([p[0], p[1], 0.0, p[2], p[3], 0.0, p[4], p[5], 0.0, p[6]]);
        let [hidden, output] = Wide::ARCHITECTURE.layers else { panic!("it has two layers") };
        let names = [hidden.weight(0, 2), hidden.biases.get(2), output.weight(2, 0)].map(Option::unwrap);
        let trainer = || Trainer::new(optimizer.clone()).epochs(epochs);
        let mut of_narrow = trainer().start(&narrow).unwrap();
        let mut of_wide = trainer().freeze(names).start(&wide).unwrap();
        let [expected, found] =
            [of_narrow.fit(&mut narrow, &examples).unwrap(), of_wide.fit(&mut wide, &examples).unwrap()];
        assert!((found.loss - expected.loss).abs() < 1e-9, "{found:?} {expected:?}");
        let (p, q) = (narrow.parameters(), wide.parameters());
        for (p, q) in p.iter().zip([q[0], q[1], q[3], q[4], q[6], q[7], q[9]]) {
            assert!((p - q).abs() < 1e-5, "{p} {q}");
        }
        let [mut expected, mut found] = [Numbers(Vec::new()), Numbers(Vec::new())];
        of_narrow.visit_optimizer_state(&mut expected);
        of_wide.visit_optimizer_state(&mut found);
        for (found, expected) in found.0.iter().zip(&expected.0) {
            assert!((found - expected).abs() <= 1e-4 * expected.abs(), "{found:?} {expected:?}");
        }
        assert_eq!([q[2], q[5], q[8]], [0.0; 3]);
    }
    leaves_out(&LevenbergMarquardt::new(), 8);
    leaves_out(&LevenbergMarquardt::new().bayesian(), 12);
    leaves_out(&Lbfgs::new(), 8);
}

#[test]
fn second_order_methods_end_where_the_free_derivatives_are_0() {
    fn ends<O: Optimizer<f64>>(optimizer: O) {
        let (mut net, examples) = (start::<Net>(), examples::<Net>(30));
        let mut trainer = Trainer::new(optimizer).epochs(2000).freeze_layer(0).freeze(["b4"]);
        let outcome = trainer.fit(&mut net, &examples).unwrap();
        assert_eq!(outcome.stop_reason, StopReason::Converged);
        let gradient = net.batch_gradients(&examples).unwrap();
        assert!(gradient[9..12].iter().all(|derivative| derivative.abs() < 1e-6), "{gradient:?}");
        assert!(gradient[12].abs() > 1e-4 && gradient[..9].iter().any(|derivative| derivative.abs() > 1e-4));
    }
    ends(Lbfgs::new());
    ends(LevenbergMarquardt::new());
}

#[test]
fn pieces_steps_and_chunks_freeze_too() {
    let examples = examples::<Net>(20);
    let trainer = || Trainer::new(AdamW::new(0.1)).freeze(["w11"]).freeze_layer(1).shuffle(1).batch(Batch::Mini(9));
    let [mut alone, mut watched, mut in_pieces] = [(); 3].map(|()| start::<Net>());
    trainer().epochs(6).fit(&mut alone, &examples).unwrap();
    trainer().epochs(6).observe(Watcher).fit(&mut watched, &examples).unwrap();
    let mut training = trainer().epochs(2).start(&in_pieces).unwrap();
    for _ in 0..3 {
        training.fit(&mut in_pieces, &examples).unwrap();
    }
    assert_eq!([alone, alone], [watched, in_pieces]);

    let is_frozen = |net: &Net, other: &Net| {
        let (p, q) = (parameters(net), parameters(other));
        p[0] == q[0] && p[9..] == q[9..] && p[1..9] != q[1..9]
    };
    let mut net = start::<Net>();
    let mut training = trainer().start(&net).unwrap();
    training.step(&mut net, &examples).unwrap();
    assert!(is_frozen(&net, &start()));
    training.step_with(&mut net, &[1.0; 13]).unwrap();
    assert!(is_frozen(&net, &start()));
    training.fit_chunks(&mut net, [&examples[..7], &examples[7..]].map(Ok::<_, Infallible>)).unwrap();
    assert!(is_frozen(&net, &start()));
    // A parameter is frozen at the value that it has when a call begins.
    net.w11 = 7.0;
    training.epoch(&mut net, &examples).unwrap();
    assert_eq!(net.w11, 7.0);
}

#[test]
fn nothing_frozen_is_fit() {
    let (examples, none) = (examples::<Net>(20), <[&str; 0]>::default());
    let [mut expected, mut found] = [(); 2].map(|()| start::<Net>());
    Trainer::new(GradientDescent::new(0.1)).epochs(9).fit(&mut expected, &examples).unwrap();
    Trainer::new(GradientDescent::new(0.1)).freeze(none).epochs(9).fit(&mut found, &examples).unwrap();
    assert_eq!(found, expected);
}

/// Plain gradient descent without its frozen parameters is the lecture's step for the others, to the bit.
#[test]
fn free_parameters_take_the_step_of_the_lecture() {
    struct Zeros;
    impl Observer<Net> for Zeros {
        fn wants(&self, _: usize) -> bool {
            false
        }

        fn wants_updates(&self) -> bool {
            true
        }

        fn after_update(&mut self, update: &Update<'_, Net>) {
            assert!(FROZEN.iter().all(|&index| update.gradients[index] == 0.0));
        }

        fn after_epoch(&mut self, _: &Epoch<'_, Net>) -> std::ops::ControlFlow<StopReason> {
            std::ops::ControlFlow::Continue(())
        }
    }
    let (mut expected, mut net, examples) = (start::<Net>(), start::<Net>(), examples::<Net>(5));
    for &(x, y_true) in &examples {
        let gradients = expected.backprop(x, y_true, &expected.forward(x)).to_array();
        let mut p = expected.parameters();
        for index in (0..13).filter(|index| !FROZEN.contains(index)) {
            p[index] -= 0.1 * gradients[index];
        }
        expected = Net::from_parameters(p);
    }
    let mut trainer = Trainer::new(GradientDescent::new(0.1)).freeze(frozen_names::<Net>()).epochs(1).observe(Zeros);
    trainer.fit(&mut net, &examples).unwrap();
    assert_eq!(net, expected);
}

#[test]
fn names_are_those_of_the_network() {
    let refused = |trainer: Trainer<Adam>| trainer.start(&start::<Net>()).unwrap_err();
    let trainer = || Trainer::new(Adam::new(0.1));
    assert_eq!(
        refused(trainer().freeze(["w11", "w99"])).to_string(),
        "the network has no parameter `w99` to freeze: it has 13, from `w11` on, and \
         `Net::ARCHITECTURE.parameters()` lists them"
    );
    assert_eq!(
        refused(trainer().freeze_layer(2)).to_string(),
        "there is no layer 2 for `freeze_layer`: the network has 2, counted from 0, that it can be for"
    );
    assert_eq!(refused(trainer().freeze_layer(1).freeze_layer(0)), TrainError::AllFrozen { parameters: 13 });
    let mut all = trainer().freeze(Net::ARCHITECTURE.parameters().map(|parameter| parameter.name));
    let error = all.fit(&mut start::<Net>(), &examples::<Net>(3)).unwrap_err();
    assert_eq!(error.to_string(), "all 13 parameters are frozen, so nothing can be learnt: leave at least one free");

    // A rolled network has arrays, and elements of them.
    let rolled = |trainer: Trainer<Adam>| {
        let mut network = start::<Rolled>();
        let before = parameters(&network);
        trainer.epochs(1).fit(&mut network, &examples::<Rolled>(3)).map(|_| {
            let after = parameters(&network);
            (0..13).filter(|&index| before[index] == after[index]).collect::<Vec<_>>()
        })
    };
    assert_eq!(rolled(trainer().freeze(["w1"])).unwrap(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(rolled(trainer().freeze(["b1", "w1[1][0]", "w2[2][0]"])).unwrap(), [3, 6, 7, 8, 11]);
    assert_eq!(rolled(trainer().freeze(["b2", "b2[0]"]).freeze_layer(0)).unwrap(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 12]);
    assert!(matches!(rolled(trainer().freeze(["w1[2][0]"])), Err(TrainError::UnknownParameter { .. })));
    assert!(matches!(rolled(trainer().freeze(["w11"])), Err(TrainError::UnknownParameter { .. })));
}

#[test]
fn traces_refuse_frozen_parameters() {
    let trainer = Trainer::new(Adam::new(0.1)).freeze(["w11"]);
    let traced = trainer.trace_at(&start::<Net>(), &examples::<Net>(3), 0, 0).unwrap_err();
    assert_eq!(traced, TraceAtError::Setting { setting: "freeze" });
}

#[test]
fn a_saved_training_has_its_frozen_parameters() {
    let path = std::env::temp_dir().join(format!("mlp-core-frozen-{}.json", std::process::id()));
    let (examples, mut net) = (examples::<Net>(20), start::<Net>());
    let trainer = || Trainer::new(AdamW::new(0.1)).epochs(5).freeze_layer(1);
    let mut training = trainer().freeze(["w12", "w11"]).start(&net).unwrap();
    training.fit(&mut net, &examples).unwrap();
    training.save(&path).unwrap();
    let mut resumed_net = net;
    let mut resumed = trainer().freeze(["w11", "w12"]).resume::<Net>(&path).unwrap();
    resumed.fit(&mut resumed_net, &examples).unwrap();
    training.fit(&mut net, &examples).unwrap();
    assert_eq!(resumed_net, net);
    let refused = |trainer: Trainer<AdamW>| trainer.resume::<Net>(&path).unwrap_err().to_string();
    assert_eq!(
        refused(trainer()),
        format!(
            "{}: the frozen parameters of the saved training was layer 1, w11, w12, and this trainer's is layer 1: resume it \
             with its own settings",
            path.display()
        )
    );
    assert!(refused(trainer().freeze(["w99"])).contains("cannot be resumed"));
    std::fs::remove_file(&path).unwrap();
}
