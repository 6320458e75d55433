//! Training with sample weights: against the definition, repeated examples, scikit-learn and PyTorch
//! (`data/sample_weights.py` makes `data/sample_weights.json`). Class weights, and what is refused.

use mlp_core::random::Rng as _;
use mlp_core::sample_weights::{ClassWeights, ClassWeightsError, SampleWeightsError};
use mlp_core::{
    Adam, AdamW, Array as _, Batch, GradientDescent, Lbfgs, LevenbergMarquardt, Network, Optimizer, Rprop, Scalar,
    StopReason, TrainError, Trainer, mlp, objective,
};
use serde_json::Value;

use crate::cases::{self, Watcher, assert_near, examples_of, numbers, parameters, start_of};

mlp!(struct Net: 2 => tanh(3) => identity(1));
mlp!(struct Classes: 2 => tanh(3) => softmax(3), loss = cross_entropy);
mlp!(struct TwoClasses: 2 => tanh(3) => 1, loss = binary_cross_entropy);
mlp!(struct Means: 2 => tanh(3) => identity(2), loss = mean_squared_error);
mlp!(struct Single: 2 => tanh(3) => identity(1), scalar = f32);
mlp!(struct Rolled: 2 => tanh(3) => identity(1), rolled);
mlp!(struct Own: 2 => tanh(3) => identity(1), loss = self::own_loss);

/// Not a number for targets above 8.
fn own_loss([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> f64 {
    if y_true > 8.0 { f64::NAN } else { (y_pred - y_true).powi(4) }
}

fn own_loss_derivative([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> [f64; 1] {
    [if y_true > 8.0 { f64::NAN } else { 4.0 * (y_pred - y_true).powi(3) }]
}

type Examples<N> = Vec<(<N as Network>::Input, <N as Network>::Output)>;

/// Random examples; the targets suit every loss.
fn examples<N: Network>(count: usize) -> Examples<N> {
    let mut rng = mlp_core::rng(5);
    let mut uniform = || N::Scalar::from_f64(f64::from(rng.next_u32()) / f64::from(u32::MAX));
    let example = |index: usize| {
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        x.as_mut().iter_mut().for_each(|x| *x = uniform() + uniform() - N::Scalar::ONE);
        let outputs = y_true.as_ref().len();
        y_true.as_mut()[index % outputs] = if outputs == 1 { uniform() } else { N::Scalar::ONE };
        (x, y_true)
    };
    (0..count).map(example).collect()
}

/// Whole numbers with zeros among them.
fn weights(count: usize) -> Vec<f64> {
    (0..count).map(|index| [1.0, 0.0, 3.0, 2.0, 5.0][index % 5]).collect()
}

fn start<N: Network>() -> N {
    N::random(&mut mlp_core::rng(2))
}

/// Equal weights, whatever they are, give the bits of `fit`.
fn equal_weights_are_none<N: Network + PartialEq + std::fmt::Debug, O: Optimizer<N::Scalar> + Clone>(
    trainer: &Trainer<O>,
) {
    let examples = examples::<N>(21);
    let mut expected = start::<N>();
    let outcome = trainer.clone().fit(&mut expected, &examples).unwrap();
    for weight in [1.0, 0.1, 3.7e307, 5e-324] {
        let mut network = start::<N>();
        let found = trainer.clone().fit_weighted(&mut network, &examples, &[weight; 21]).unwrap();
        assert_eq!((parameters(&network), found.loss), (parameters(&expected), outcome.loss), "{weight}");
    }
}

#[test]
fn equal_weights_give_the_bits_of_fit() {
    let on_line = Trainer::new(GradientDescent::new(0.1)).epochs(5).shuffle(1);
    equal_weights_are_none::<Net, _>(&on_line);
    equal_weights_are_none::<Rolled, _>(&on_line);
    equal_weights_are_none::<Single, _>(&on_line);
    for batch in [Batch::Mini(4), Batch::Mini(8), Batch::Full] {
        let trainer = Trainer::new(Adam::new(0.1)).epochs(5).batch(batch);
        equal_weights_are_none::<Net, _>(&trainer);
        equal_weights_are_none::<Classes, _>(&trainer);
        equal_weights_are_none::<Single, _>(&trainer);
    }
    equal_weights_are_none::<Net, _>(&Trainer::new(Lbfgs::new()).epochs(5));
    equal_weights_are_none::<Net, _>(&Trainer::new(LevenbergMarquardt::new()).epochs(5));
    equal_weights_are_none::<Net, _>(&Trainer::new(LevenbergMarquardt::new().bayesian()).epochs(5));
}

/// With all examples in one batch, a weight is that number of equal examples, and 0 leaves the example out.
fn weights_are_counts<N: Network<Scalar = f64>, O: Optimizer<f64> + Clone>(trainer: &Trainer<O>, count: usize) {
    let (examples, weights) = (examples::<N>(count), weights(count));
    let repeat = |(example, &weight): (&(N::Input, N::Output), &f64)| {
        (0_u32..100).map(f64::from).take_while(|&number| number < weight).map(|_| *example).collect::<Vec<_>>()
    };
    let repeated: Examples<N> = examples.iter().zip(&weights).flat_map(repeat).collect();
    let (mut network, mut expected) = (start::<N>(), start::<N>());
    let found = trainer.clone().fit_weighted(&mut network, &examples, &weights).unwrap();
    let outcome = trainer.clone().fit(&mut expected, &repeated).unwrap();
    assert_near(&parameters(&network), &parameters(&expected), 1e-7, "parameters");
    assert_near(&[found.loss], &[outcome.loss], 1e-9, "loss");
}

#[test]
fn whole_weights_are_repeated_examples() {
    // Example by example, and by the kernels, with several blocks.
    for count in [6, 23, 700] {
        let trainer = Trainer::new(GradientDescent::new(0.3).momentum(0.5)).batch(Batch::Full).epochs(10);
        weights_are_counts::<Net, _>(&trainer, count);
        weights_are_counts::<Classes, _>(&trainer, count);
        weights_are_counts::<TwoClasses, _>(&trainer, count);
        weights_are_counts::<Means, _>(&trainer, count);
        weights_are_counts::<Own, _>(&trainer, count);
        weights_are_counts::<Rolled, _>(&trainer, count);
    }
    weights_are_counts::<Net, _>(&Trainer::new(Lbfgs::new()).epochs(5), 23);
    weights_are_counts::<Net, _>(&Trainer::new(LevenbergMarquardt::new()).epochs(4), 23);
    weights_are_counts::<Means, _>(&Trainer::new(LevenbergMarquardt::new()).epochs(4), 700);
}

/// For Bayesian regularisation the number of examples counts too, and one of weight 0 is none.
#[test]
fn bayes_leaves_out_examples_of_weight_0() {
    let (examples, mut trainer) = (examples::<Net>(30), Trainer::new(LevenbergMarquardt::new().bayesian()).epochs(6));
    let weights: Vec<_> = (0..30).map(|index| if index % 3 == 1 { 0.0 } else { 2.0 }).collect();
    let kept: Examples<Net> = examples.iter().zip(&weights).filter(|(_, w)| **w > 0.0).map(|(e, _)| *e).collect();
    let (mut network, mut expected) = (start::<Net>(), start::<Net>());
    trainer.fit_weighted(&mut network, &examples, &weights).unwrap();
    trainer.fit(&mut expected, &kept).unwrap();
    assert_near(&parameters(&network), &parameters(&expected), 1e-7, "parameters");
}

/// Of examples of weight 0 not even what is not a number counts.
#[test]
fn what_is_not_a_number_has_no_part_in_weight_0() {
    for (count, batch) in [(5, Batch::Single), (5, Batch::Full), (20, Batch::Mini(10))] {
        let mut examples = examples::<Own>(count);
        examples[3].1 = [9.0];
        let weights: Vec<_> = (0..count).map(|index| f64::from(u8::from(index != 3))).collect();
        let mut own = start::<Own>();
        let mut trainer = Trainer::new(GradientDescent::new(0.1)).epochs(3).batch(batch);
        assert!(matches!(trainer.fit(&mut own, &examples), Err(TrainError::Loss { example: 3, .. })));
        let outcome = trainer.fit_weighted(&mut own, &examples, &weights).unwrap();
        assert!(outcome.loss.is_finite() && parameters(&own) != parameters(&start::<Own>()));
    }
}

/// One step follows the mean of weight times gradient, and the loss is Σ w l / Σ w.
#[test]
fn a_step_is_the_definition() {
    for (count, batch) in [(1, Batch::Single), (6, Batch::Full), (40, Batch::Full)] {
        let (examples, weights) = (examples::<Net>(count), weights(count));
        let (net, sum) = (start::<Net>(), weights.iter().sum::<f64>());
        let (mut expected, mut loss) = (net.parameters(), 0.0);
        for (&(x, y_true), weight) in examples.iter().zip(&weights) {
            let pass = net.forward(x);
            loss += weight / sum * Net::loss_of(&pass, y_true);
            let gradients = net.backprop(x, y_true, &pass).to_array();
            expected.iter_mut().zip(gradients).for_each(|(p, gradient)| *p -= 0.1 * weight / sum * gradient);
        }
        let mut moved = start::<Net>();
        let mut trainer = Trainer::new(GradientDescent::new(0.1)).batch(batch).epochs(1);
        let outcome = trainer.fit_weighted(&mut moved, &examples, &weights).unwrap();
        assert_near(&parameters(&moved), &expected, 1e-13, "parameters");
        assert_near(&[outcome.loss], &[loss], 1e-13, "loss");
    }
    // On-line, each step follows its own example.
    let (examples, weights) = (examples::<Net>(10), weights(10));
    let (mut expected, mut net) = (start::<Net>(), start::<Net>());
    for (&(x, y_true), weight) in examples.iter().zip(&weights) {
        expected.sgd_step(x, y_true, 0.1 * weight * 10.0 / 22.0);
    }
    Trainer::new(GradientDescent::new(0.1)).epochs(1).fit_weighted(&mut net, &examples, &weights).unwrap();
    assert_near(&parameters(&net), &parameters(&expected), 1e-13, "on-line");
}

/// The gradient of the weighted mean loss, by central differences.
fn matches_differences<N: Network<Scalar = f64>>() {
    let (examples, weights) = (examples::<N>(30), weights(30));
    let network = start::<N>();
    let loss = objective(&network, &examples).weighted(&weights).unwrap();
    let mut at = parameters(&network);
    let mut gradient = vec![0.0; at.len()];
    loss.gradient(&at, &mut gradient).unwrap();
    for index in 0..at.len() {
        let (place, step) = (at[index], 1e-5);
        let [above, below] = [place + step, place - step].map(|moved| {
            at[index] = moved;
            loss.value(&at).unwrap()
        });
        at[index] = place;
        assert_near(&[gradient[index]], &[(above - below) / (2.0 * step)], 1e-8, "derivative");
    }
}

#[test]
fn gradients_match_differences() {
    matches_differences::<Net>();
    matches_differences::<Classes>();
    matches_differences::<TwoClasses>();
    matches_differences::<Means>();
    matches_differences::<Own>();
}

#[test]
fn looking_on_and_pieces_change_no_bit() {
    let (examples, weights) = (examples::<Net>(11), weights(11));
    let trainer = || Trainer::new(GradientDescent::new(0.1)).shuffle(3);
    let [mut alone, mut watched, mut in_pieces] = [(); 3].map(|()| start::<Net>());
    let outcome = trainer().epochs(6).fit_weighted(&mut alone, &examples, &weights).unwrap();
    let seen = trainer().epochs(6).observe(Watcher).fit_weighted(&mut watched, &examples, &weights).unwrap();
    let mut training = trainer().epochs(2).start(&in_pieces).unwrap();
    for _ in 0..3 {
        training.fit_weighted(&mut in_pieces, &examples, &weights).unwrap();
    }
    assert_eq!((parameters(&alone), outcome.loss), (parameters(&watched), seen.loss));
    assert_eq!(parameters(&alone), parameters(&in_pieces));
    // Kernels use packed examples again only for the same examples and weights.
    let trainer = || Trainer::new(Rprop::new(0.01)).batch(Batch::Full).epochs(1);
    let mut training = trainer().start(&in_pieces).unwrap();
    training.fit(&mut in_pieces, &examples).unwrap();
    let first = training.fit_weighted(&mut in_pieces.clone(), &examples, &weights).unwrap().loss;
    let fresh = objective(&in_pieces, &examples).weighted(&weights).unwrap().value(&in_pieces.parameters()).unwrap();
    assert_near(&[first], &[fresh], 1e-13, "loss");
}

#[test]
fn criteria_see_the_weighted_loss_and_validation_is_not_weighted() {
    let (examples, weights) = (examples::<Net>(12), weights(12));
    let validation = &examples[..4];
    let mut net = start::<Net>();
    let weighted = objective(&net, &examples).weighted(&weights).unwrap().value(&net.parameters()).unwrap();
    let trainer = Trainer::new(GradientDescent::new(1e-12)).batch(Batch::Full).validate(validation);
    let outcome =
        trainer.clone().target_loss(weighted * 1.000_001).fit_weighted(&mut net, &examples, &weights).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::TargetLoss);
    let plain = objective(&net, validation).value(&net.parameters()).unwrap();
    assert_near(&[outcome.validation_loss.unwrap()], &[plain], 1e-9, "validation");
    let lower = trainer.epochs(2).fit(&mut net, &examples).unwrap().loss;
    assert!((lower - weighted).abs() > 1e-4, "the weights make no difference: {lower}, {weighted}");
}

fn case(name: &str) -> Value {
    cases::case(include_str!("data/sample_weights.json"), name)
}

fn ends_as_others_do<N: Network<Scalar = f64>, O: Optimizer<f64>>(name: &str, optimizer: fn(f64) -> O) {
    let case = case(name);
    let (mut network, examples) = (start_of::<N>(&case), examples_of::<N>(&case));
    let mut trainer = Trainer::new(optimizer(case["rate"].as_f64().unwrap()))
        .batch(Batch::Full)
        .epochs(usize::try_from(case["epochs"].as_u64().unwrap()).unwrap());
    let outcome = trainer.fit_weighted(&mut network, &examples, &numbers(&case["weights"])).unwrap();
    assert_near(&parameters(&network), &numbers(&case["end"]), 1e-10, name);
    assert_near(&[outcome.loss], &[case["loss"].as_f64().unwrap()], 1e-10, name);
}

#[test]
fn weighted_trainings_end_where_scikit_learn_and_pytorch_do() {
    ends_as_others_do::<Net, _>("sklearn regressor", GradientDescent::new);
    ends_as_others_do::<TwoClasses, _>("sklearn two classes", GradientDescent::new);
    ends_as_others_do::<Classes, _>("sklearn three classes", GradientDescent::new);
    ends_as_others_do::<Means, _>("torch", Adam::new);
}

#[test]
fn classes_are_balanced_as_in_scikit_learn() {
    let case = case("balanced");
    let classes: Vec<_> = case["classes"].as_array().unwrap().iter().map(|class| class.as_u64().unwrap()).collect();
    let example = |&class: &u64| ([0.0_f32], [0, 1, 2].map(|index| f32::from(u8::from(index == class))));
    let examples: Vec<_> = classes.iter().map(example).collect();
    let balanced = ClassWeights::balanced(&examples).unwrap();
    assert_near(balanced.as_slice(), &numbers(&case["weights"]), 1e-15, "balanced");
    let weights = balanced.of(&examples).unwrap();
    let expected: Vec<_> = classes.iter().map(|&class| balanced.as_slice()[usize::try_from(class).unwrap()]).collect();
    assert_eq!(weights, expected);
}

#[test]
fn weights_that_make_no_sense_are_refused() {
    let (examples, mut net) = (examples::<Net>(3), start::<Net>());
    let mut refusal = |weights: &[f64]| {
        let by_trainer = Trainer::new(AdamW::new(0.1)).fit_weighted(&mut net, &examples, weights).unwrap_err();
        let mut training = Trainer::new(AdamW::new(0.1)).start(&net).unwrap();
        let in_piece = training.fit_weighted(&mut net, &examples, weights).unwrap_err();
        assert_eq!(in_piece.to_string(), by_trainer.to_string());
        let TrainError::Weights(error) = by_trainer else { panic!("{by_trainer}") };
        assert_eq!(by_trainer.to_string(), error.to_string());
        let of_objective = objective(&net, &examples).weighted(weights).unwrap_err();
        assert_eq!(of_objective.to_string(), error.to_string());
        error
    };
    assert_eq!(refusal(&[1.0]), SampleWeightsError::Length { weights: 1, examples: 3 });
    assert_eq!(refusal(&[1.0, -0.5, 1.0]), SampleWeightsError::Weight { example: 1, weight: -0.5 });
    assert_eq!(
        refusal(&[1.0, 1.0, f64::INFINITY]).to_string(),
        "the weight of example 2 is inf: give a finite number that is at least 0"
    );
    assert!(matches!(refusal(&[f64::NAN, 1.0, 1.0]), SampleWeightsError::Weight { example: 0, .. }));
    assert_eq!(refusal(&[0.0; 3]), SampleWeightsError::AllZero);
    assert_eq!(net, start::<Net>());
    let none = Trainer::new(Adam::new(0.1)).fit_weighted(&mut net, &[], &[]);
    assert_eq!(none.unwrap_err(), TrainError::NoExamples);
}

#[test]
fn classes_that_make_no_sense_are_refused() {
    let examples = |targets: &[f64]| targets.iter().map(|&target| ([0.0], [target])).collect::<Vec<_>>();
    let balanced = |targets: &[f64]| ClassWeights::balanced(&examples(targets)).unwrap_err();
    assert_eq!(balanced(&[]), ClassWeightsError::NoExamples);
    assert_eq!(balanced(&[0.0, 0.2]), ClassWeightsError::EmptyClass { class: 1 });
    assert_eq!(balanced(&[0.0, 0.5]), ClassWeightsError::Target { example: 1 });
    assert!(matches!(ClassWeights::new([1.0, f64::NAN]), Err(ClassWeightsError::Weight { class: 1, .. })));
    let three = ClassWeights::new([1.0, 2.0, 3.0]).unwrap();
    assert_eq!(three.of(&examples(&[0.0])), Err(ClassWeightsError::Length { weights: 3, classes: 2 }));
    assert_eq!(three.of(&examples(&[])), Ok(Vec::new()));
}

/// One by one, as far as wanted, and update by update: the same bits as at once.
#[test]
fn pieces_with_weights_are_the_whole() {
    let (examples, weights) = (examples::<Net>(20), weights(20));
    let trainer = || Trainer::new(Adam::new(0.05)).batch(Batch::Mini(9)).shuffle(1).epochs(6);
    let [mut at_once, mut in_pieces] = [(); 2].map(|()| start::<Net>());
    let expected = trainer().fit_weighted(&mut at_once, &examples, &weights).unwrap();
    let mut training = trainer().start(&in_pieces).unwrap();
    training.epoch_weighted(&mut in_pieces, &examples, &weights).unwrap();
    training.fit_until_weighted(4, &mut in_pieces, &examples, &weights).unwrap();
    let outcome = training.fit_until_weighted(6, &mut in_pieces, &examples, &weights).unwrap();
    assert_eq!((in_pieces, outcome), (at_once, expected));
    assert_eq!(training.fit_until_weighted(3, &mut in_pieces, &examples, &weights), Ok(outcome));
    assert_eq!(in_pieces, at_once);

    for count in [3, 20] {
        let (batch, weights) = (&examples[..count], &weights[..count]);
        let [mut by_step, mut by_epoch] = [(); 2].map(|()| start::<Net>());
        let trainer = || Trainer::new(Adam::new(0.05)).batch(Batch::Full).epochs(1);
        trainer().start(&by_step).unwrap().step_weighted(&mut by_step, batch, weights).unwrap();
        trainer().fit_weighted(&mut by_epoch, batch, weights).unwrap();
        assert_eq!(by_step, by_epoch);
    }
    let mut training = trainer().start(&in_pieces).unwrap();
    let short = SampleWeightsError::Length { weights: 19, examples: 20 };
    let weights = &weights[1..];
    assert_eq!(training.step_weighted(&mut in_pieces, &examples, weights), Err(short.into()));
    assert_eq!(training.epoch_weighted(&mut in_pieces, &examples, weights).unwrap_err(), short.into());
    assert_eq!(training.fit_until_weighted(9, &mut in_pieces, &examples, weights).unwrap_err(), short.into());
}

/// An example with weight 0 is not computed, so it may be one with an infinite prediction.
#[test]
fn a_weight_of_0_leaves_out_what_is_infinite() {
    mlp!(struct Line: 1 => identity(1));

    fn loss<O: Optimizer<f64>>(trainer: Trainer<O>, copies: usize) -> f64 {
        let examples = [([1.0], [1.0]), ([2.0], [2.5]), ([1e300], [-1e300]), ([0.5], [0.1])].repeat(copies);
        let weights = [1.0, 1.0, 0.0, 1.0].repeat(copies);
        let mut line = Line { w11: 1e9, b1: 0.1 };
        trainer.epochs(3).fit_weighted(&mut line, &examples, &weights).unwrap().loss
    }
    for copies in [1, 5] {
        let descent = || Trainer::new(GradientDescent::new(1e-3));
        let losses = [
            loss(descent(), copies),
            loss(descent().batch(Batch::Full), copies),
            loss(Trainer::new(Lbfgs::new()), copies),
            loss(Trainer::new(LevenbergMarquardt::new()), copies),
            loss(Trainer::new(LevenbergMarquardt::new().bayesian()), copies),
        ];
        assert!(losses.iter().all(|loss| loss.is_finite()), "{losses:?}");
    }
}
