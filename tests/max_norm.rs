//! Max-norm: the weights into each neuron stay short, against PyTorch (`data/constraints.py` makes `data/constraints.json`) and
//! for random trainings; frozen weights stay; what is refused.

use mlp_core::trainer::TraceAtError;
use mlp_core::{
    Adam, AdamW, Batch, GradientDescent, Lbfgs, LevenbergMarquardt, Network, Optimizer, Rprop, TrainError, Trainer, mlp,
};

use crate::cases::{Watcher, case, examples_of, numbers, parameters, start_of};

mlp!(struct Net: 2 => tanh(3) => identity(1));
mlp!(struct Deep: 2 => tanh(3) => sigmoid(4) => identity(1));
mlp!(struct Single: 2 => tanh(3) => sigmoid(4) => identity(1), scalar = f32);
mlp!(struct Rolled: 2 => tanh(3) => sigmoid(4) => identity(1), rolled);

fn ends_where_pytorch_does<O: Optimizer<f64>>(name: &str, trainer: Trainer<O>) {
    let case = case(include_str!("data/constraints.json"), name);
    let (mut network, examples) = (start_of::<Net>(&case), examples_of::<Net>(&case));
    trainer.batch(Batch::Full).epochs(20).fit(&mut network, &examples).unwrap();
    for (found, expected) in parameters(&network).iter().zip(numbers(&case["end"])) {
        assert!((found - expected).abs() < 1e-12, "{name}: {found} is not {expected}");
    }
}

#[test]
fn trainings_end_where_pytorch_leads_them() {
    ends_where_pytorch_does("max norm", Trainer::new(AdamW::new(0.1).weight_decay(0.3)).max_norm(0.6));
    let momentum = GradientDescent::new(0.1).momentum(0.9).weight_decay(0.1);
    let frozen = ["w11", "w22", "b1", "w51"];
    ends_where_pytorch_does("max norm, frozen", Trainer::new(momentum).max_norm(0.4).freeze(frozen));
}

fn examples<N: Network>() -> Vec<(N::Input, N::Output)> {
    use mlp_core::{Array as _, Scalar as _};
    let example = |i: u32| {
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        for (place, x) in (3..).zip(x.as_mut()) {
            *x = N::Scalar::from_f64(f64::from(i * 7 % (8 + place)) / 5.5 - 1.0);
        }
        y_true.as_mut()[0] = N::Scalar::from_f64(f64::from(i * i % 5) * 20.0);
        (x, y_true)
    };
    (0..20).map(example).collect()
}

fn start<N: Network>() -> N {
    N::random(&mut mlp_core::rng(2))
}

/// The norms of the weights into each neuron, without the weights at these places.
fn norms<N: Network>(network: &N, without: &[usize]) -> Vec<f64> {
    let (p, mut first, mut norms) = (parameters(network), 0, Vec::new());
    for layer in N::ARCHITECTURE.layers {
        for neuron in 0..layer.fan_out() {
            let places = (0..layer.fan_in()).map(|source| first + source * layer.fan_out() + neuron);
            let squares = places.filter(|place| !without.contains(place)).map(|place| p[place] * p[place]);
            norms.push(squares.sum::<f64>().sqrt());
        }
        first += layer.parameter_count();
    }
    norms
}

fn stays_short<N: Network, O: Optimizer<N::Scalar> + Clone>(optimizer: &O, tolerance: f64) {
    let examples = examples::<N>();
    for batch in [Batch::Single, Batch::Mini(3), Batch::Mini(9), Batch::Full] {
        let trainer = || Trainer::new(optimizer.clone()).max_norm(0.7).batch(batch).epochs(20);
        let mut network = start::<N>();
        trainer().fit(&mut network, &examples).unwrap();
        let found = norms(&network, &[]);
        assert!(found.iter().all(|norm| *norm <= 0.7 * (1.0 + tolerance)), "{batch:?} {found:?}");
        assert!(found.iter().any(|norm| *norm > 0.69), "{batch:?} {found:?}");
        assert!(parameters(&network).last().unwrap().abs() > 0.7, "the bias is free");

        let mut network = start::<N>();
        let before = parameters(&network);
        // The weights of the first source of each layer, and a whole neuron.
        let frozen = [0, 1, 2, 5, 9, 10, 11, 12, 25];
        let all: Vec<_> = N::ARCHITECTURE.parameters().collect();
        trainer().freeze(frozen.map(|place| all[place].name)).fit(&mut network, &examples).unwrap();
        let after = parameters(&network);
        assert!(frozen.iter().all(|&place| before[place].to_bits() == after[place].to_bits()));
        let found = norms(&network, &frozen);
        assert!(found.iter().all(|norm| *norm <= 0.7 * (1.0 + tolerance)), "{batch:?} {found:?}");
    }
}

#[test]
fn no_weights_into_a_neuron_are_longer() {
    stays_short::<Deep, _>(&GradientDescent::new(0.01), 1e-12);
    stays_short::<Deep, _>(&GradientDescent::new(0.01).momentum(0.5), 1e-12);
    stays_short::<Deep, _>(&AdamW::new(0.1), 1e-12);
    stays_short::<Deep, _>(&Rprop::new(0.1), 1e-12);
    stays_short::<Rolled, _>(&Adam::new(0.1), 1e-12);
    stays_short::<Single, _>(&Adam::new(0.1), 1e-5);
}

#[test]
fn a_norm_that_is_never_reached_changes_no_bit() {
    let examples = examples::<Deep>();
    for batch in [Batch::Single, Batch::Mini(9)] {
        let trainer = || Trainer::new(GradientDescent::new(0.01)).batch(batch).shuffle(3);
        let [mut expected, mut found, mut watched, mut pieces] = [(); 4].map(|()| start::<Deep>());
        trainer().epochs(6).fit(&mut expected, &examples).unwrap();
        trainer().epochs(6).max_norm(1e9).fit(&mut found, &examples).unwrap();
        assert_eq!(parameters(&found), parameters(&expected));
        // And one that is, in pieces and watched.
        trainer().epochs(6).max_norm(0.5).fit(&mut expected, &examples).unwrap();
        trainer().epochs(6).fit(&mut watched, &examples).unwrap();
        trainer().epochs(6).max_norm(0.5).observe(Watcher).fit(&mut watched, &examples).unwrap();
        assert_eq!(parameters(&watched), parameters(&expected));
        trainer().epochs(6).fit(&mut pieces, &examples).unwrap();
        let mut training = trainer().epochs(2).max_norm(0.5).start(&pieces).unwrap();
        for _ in 0..3 {
            training.fit(&mut pieces, &examples).unwrap();
        }
        assert_eq!(parameters(&pieces), parameters(&expected));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let trainer = |length| Trainer::new(Adam::new(0.1)).max_norm(length);
    for (length, shown) in [(0.0, "0"), (-1.0, "-1"), (f64::NAN, "NaN"), (f64::INFINITY, "inf")] {
        let error = trainer(length).start(&start::<Net>()).err().unwrap();
        assert_eq!(error.to_string(), format!("the max_norm must be greater than 0 and finite, not {shown}"));
    }
    let vanishes = trainer(1e-60).start(&start::<Single>()).err().unwrap();
    assert!(matches!(vanishes, TrainError::Rounded { setting: "max_norm", .. }));
    let lbfgs = Trainer::new(Lbfgs::new()).max_norm(1.0).start(&start::<Net>()).err().unwrap();
    assert_eq!(
        lbfgs.to_string(),
        "Lbfgs compares the losses at different places, and `max_norm` changes them in between: leave it out, or take an \
         optimizer that learns from gradients, such as `Adam`"
    );
    let squares = Trainer::new(LevenbergMarquardt::new()).max_norm(1.0).start(&start::<Net>()).err().unwrap();
    assert_eq!(squares, TrainError::OtherLosses { optimizer: "LevenbergMarquardt", what: "max_norm" });
    let traced = trainer(1.0).trace_at(&start::<Net>(), &examples::<Net>(), 0, 0).unwrap_err();
    assert_eq!(traced, TraceAtError::Setting { setting: "max_norm" });
}
