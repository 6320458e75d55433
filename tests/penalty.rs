//! L1 and L2 regularisation of weights: against scikit-learn and PyTorch (`data/penalty.py` makes `data/penalty.json`),
//! against the definition, with every way to train; what is refused.

use mlp_core::{
    Adam, Batch, GradientDescent, Lbfgs, LevenbergMarquardt, Network, Optimizer, StopReason, TrainError, Trainer, mlp,
};

use crate::cases::{Watcher, assert_near, case, examples_of, numbers, parameters, start_of};

mlp!(struct ByHand: 3 => sigmoid(2) => sigmoid(1), loss = binary_cross_entropy);
mlp!(struct Net: 2 => tanh(3) => identity(1));
mlp!(struct Classes: 2 => tanh(3) => softmax(3), loss = cross_entropy);
mlp!(struct Means: 2 => tanh(3) => identity(2), loss = mean_squared_error);
mlp!(struct Rolled: 2 => tanh(3) => identity(1), rolled);

fn ends_as_others_do<N: Network<Scalar = f64>, O: Optimizer<f64>>(name: &str, optimizer: fn(f64) -> O) {
    let case = case(include_str!("data/penalty.json"), name);
    let number = |name: &str| case[name].as_f64().unwrap();
    let (mut network, examples) = (start_of::<N>(&case), examples_of::<N>(&case));
    let mut trainer = Trainer::new(optimizer(number("rate")))
        .l1(number("l1"))
        .l2(number("l2"))
        .batch(Batch::Full)
        .epochs(usize::try_from(case["epochs"].as_u64().unwrap()).unwrap());
    let outcome = trainer.fit(&mut network, &examples).unwrap();
    assert_near(&parameters(&network), &numbers(&case["end"]), 1e-12, name);
    assert_near(&[outcome.loss], &[number("loss")], 1e-12, name);
}

#[test]
fn trainings_end_where_scikit_learn_and_pytorch_do() {
    ends_as_others_do::<ByHand, _>("by hand", GradientDescent::new);
    ends_as_others_do::<Net, _>("sklearn regressor", GradientDescent::new);
    ends_as_others_do::<Classes, _>("sklearn three classes", GradientDescent::new);
    ends_as_others_do::<Means, _>("torch", Adam::new);
}

fn start<N: Network>() -> N {
    N::random(&mut mlp_core::rng(2))
}

fn examples(count: u32) -> Vec<([f64; 2], [f64; 1])> {
    let example =
        |i| ([f64::from(i * 7 % 11) / 5.5 - 1.0, f64::from(i * 5 % 13) / 6.5 - 1.0], [f64::from(i % 3) / 2.0]);
    (0..count).map(example).collect()
}

/// λ₂ / 2 · Σ w² + λ₁ · Σ |w|, and its derivatives.
fn penalty(net: &Net, l1: f64, l2: f64) -> (f64, [f64; 13]) {
    let p = net.parameters();
    // 6 weights, 3 biases, 3 weights, 1 bias.
    let is_weight = |index: usize| index < 6 || (9..12).contains(&index);
    let weights: Vec<_> = (0..13).map(|index| if is_weight(index) { p[index] } else { 0.0 }).collect();
    let value = weights.iter().map(|w| l2 / 2.0 * w * w + l1 * w.abs()).sum();
    (
        value,
        std::array::from_fn(|index| {
            l2 * weights[index] + if weights[index] == 0.0 { 0.0 } else { l1 * weights[index].signum() }
        }),
    )
}

#[test]
fn on_line_every_step_has_the_penalty() {
    let (examples, l1, l2) = (examples(5), 0.03, 0.2);
    let (mut expected, mut loss) = (start::<Net>(), 0.0);
    for &(x, y_true) in &examples {
        let pass = expected.forward(x);
        let (value, derivatives) = penalty(&expected, l1, l2);
        loss += (Net::loss_of(&pass, y_true) + value) / 5.0;
        let gradients = expected.backprop(x, y_true, &pass).to_array();
        let mut p = expected.parameters();
        for index in 0..13 {
            p[index] -= 0.1 * (gradients[index] + derivatives[index]);
        }
        expected = Net::from_parameters(p);
    }
    let (mut net, mut rolled) = (start::<Net>(), start::<Rolled>());
    let trainer = || Trainer::new(GradientDescent::new(0.1)).l1(l1).l2(l2).epochs(1);
    let outcome = trainer().fit(&mut net, &examples).unwrap();
    assert_near(&parameters(&net), &expected.parameters(), 1e-14, "parameters");
    assert_near(&[outcome.loss], &[loss], 1e-14, "loss");
    trainer().fit(&mut rolled, &examples).unwrap();
    assert_eq!(parameters(&net), parameters(&rolled));
}

#[test]
fn looking_on_and_pieces_change_no_bit() {
    let examples = examples(20);
    for batch in [Batch::Single, Batch::Mini(3), Batch::Mini(9), Batch::Full] {
        let trainer = || Trainer::new(Adam::new(0.1)).l1(0.01).l2(0.02).batch(batch).shuffle(1);
        let [mut alone, mut watched, mut in_pieces] = [(); 3].map(|()| start::<Net>());
        trainer().epochs(6).fit(&mut alone, &examples).unwrap();
        trainer().epochs(6).observe(Watcher).fit(&mut watched, &examples).unwrap();
        let mut training = trainer().epochs(2).start(&in_pieces).unwrap();
        for _ in 0..3 {
            training.fit(&mut in_pieces, &examples).unwrap();
        }
        assert_eq!(parameters(&alone), parameters(&watched));
        assert_eq!(parameters(&alone), parameters(&in_pieces));
    }
}

/// A layer's own factors take the place of those of all layers, whatever the order of the calls.
#[test]
fn layers_may_have_factors_of_their_own() {
    let (examples, start) = (examples(9), start::<Net>());
    let plain = |trainer: Trainer<GradientDescent>| {
        let mut net = start;
        let outcome = trainer.epochs(1).batch(Batch::Full).fit(&mut net, &examples).unwrap();
        (net.parameters(), outcome.loss)
    };
    let trainer = || Trainer::new(GradientDescent::new(0.5));
    let (without, loss) = plain(trainer());
    let p = start.parameters();
    for trainer in [
        trainer().l1(0.1).l2(0.4).l2_layer(1, 0.7).l2_layer(1, 0.3).l1_layer(0, 0.0),
        trainer().l1_layer(1, 0.1).l2_layer(0, 0.4).l2_layer(1, 0.3),
    ] {
        let (found, found_loss) = plain(trainer);
        let mut expected = without;
        for index in 0..6 {
            expected[index] -= 0.5 * 0.4 * p[index];
        }
        for index in 9..12 {
            expected[index] -= 0.5 * (0.3 * p[index] + 0.1 * p[index].signum());
        }
        assert_near(&found, &expected, 1e-14, "parameters");
        let penalty = (0..6).map(|i| 0.2 * p[i] * p[i]).sum::<f64>()
            + (9..12).map(|i| 0.15 * p[i] * p[i] + 0.1 * p[i].abs()).sum::<f64>();
        assert_near(&[found_loss], &[loss + penalty], 1e-14, "loss");
    }
    // Factors of 0 are none.
    assert_eq!(plain(trainer().l2_layer(0, 0.0).l1_layer(1, 0.0)), (without, loss));
}

/// The gradient that is clipped has the penalty.
#[test]
fn the_penalty_is_clipped_too() {
    let (mut net, examples) = (start::<Net>(), examples(4));
    let before = net.parameters();
    let mut trainer = Trainer::new(GradientDescent::new(1.0)).l2(1e6).clip_norm(0.5).batch(Batch::Full).epochs(1);
    trainer.fit(&mut net, &examples).unwrap();
    let length = before.iter().zip(net.parameters()).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt();
    assert_near(&[length], &[0.5], 1e-12, "length");
}

/// L-BFGS ends where the gradient of loss and penalty is 0, which is where gradient descent ends.
#[test]
fn lbfgs_lowers_the_penalty_too() {
    let (mut net, examples) = (start::<Net>(), examples(20));
    let outcome = Trainer::new(Lbfgs::new()).l2(0.05).epochs(500).fit(&mut net, &examples).unwrap();
    assert_eq!(outcome.stop_reason, StopReason::Converged);
    let loss = mlp_core::objective(&net, &examples);
    let mut gradient = [0.0; 13];
    let value = loss.gradient(&net.parameters(), &mut gradient).unwrap();
    let (penalty, derivatives) = penalty(&net, 0.0, 0.05);
    let slope: Vec<_> = gradient.iter().zip(derivatives).map(|(g, d)| g + d).collect();
    assert_near(&slope, &[0.0; 13], 1e-6, "slope");
    assert_near(&[outcome.loss], &[value + penalty], 1e-12, "loss");
    assert!(penalty > 1e-3, "the penalty makes no difference");
}

#[test]
fn validation_has_no_penalty() {
    let (mut net, examples) = (start::<Net>(), examples(9));
    let mut trainer =
        Trainer::new(GradientDescent::new(1e-12)).l2(1.0).batch(Batch::Full).epochs(1).validate(&examples);
    let outcome = trainer.fit(&mut net, &examples).unwrap();
    let difference = outcome.loss - outcome.validation_loss.unwrap();
    assert_near(&[difference], &[penalty(&net, 0.0, 1.0).0], 1e-9, "penalty");
}

#[test]
fn penalties_that_make_no_sense_are_refused() {
    let (mut net, examples) = (start::<Net>(), examples(9));
    let mut setting = |trainer: Trainer<Adam>| trainer.clone().fit(&mut net, &examples).unwrap_err().to_string();
    let trainer = || Trainer::new(Adam::new(0.1));
    assert_eq!(setting(trainer().l2(-1.0)), "the l2 must be at least 0 and finite, not -1");
    assert_eq!(setting(trainer().l1(f64::NAN)), "the l1 must be at least 0 and finite, not NaN");
    assert_eq!(setting(trainer().l2_layer(1, -1.0)), "the l2 must be at least 0 and finite, not -1");
    assert_eq!(
        setting(trainer().l1_layer(2, 0.1)),
        "there is no layer 2 for `l1_layer`: the network has 2, counted from 0, that it can be for"
    );
    let lbfgs = Trainer::new(Lbfgs::new()).l1_layer(0, 0.1).fit(&mut net, &examples).unwrap_err();
    assert_eq!(lbfgs, TrainError::Penalty { optimizer: "Lbfgs", what: "l1" });
    let lbfgs = Trainer::new(Lbfgs::new()).l1(0.1).fit(&mut net, &examples).unwrap_err();
    assert_eq!(lbfgs, TrainError::Penalty { optimizer: "Lbfgs", what: "l1" });
    let squares = Trainer::new(LevenbergMarquardt::new()).l2(0.1).fit(&mut net, &examples).unwrap_err();
    assert_eq!(
        squares.to_string(),
        "LevenbergMarquardt cannot train with `l2`: `LevenbergMarquardt::bayesian` has an L2 penalty of its own, on biases \
         too, `Lbfgs` takes `l2`, and optimizers that learn from gradients, such as `Adam`, take both",
    );
    assert_eq!(
        trainer().l2(0.1).trace_at(&net, &examples, 0, 0).unwrap_err().to_string(),
        "the trainer has `l2`, which a trace does not show: a training without it can be traced"
    );
    assert_eq!(net, start::<Net>());
}
