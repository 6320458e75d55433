//! Networks 3-4-2 compute and learn what PyTorch's do: outputs, gradients, losses and trained parameters, for every
//! activation, loss and optimizer. `data/torch.json` holds the results of PyTorch 2.15 in f64;
//! `data/torch_activations.py` adds those of an activation.

use mlp_core::network::Array as _;
use mlp_core::{Adagrad, Adam, AdamW, Batch, GradientDescent, History, Network, Optimizer, RmsProp, Scalar, Trainer};
use serde_json::Value;

/// The largest relative errors of first outputs and gradients, of losses, and of trained parameters.
///
/// In double precision an error is relative to the number itself. In single precision it is relative to at least a
/// hundredth of the largest number of its kind, because the sum over the examples costs small numbers their last
/// digits.
struct Tolerances {
    least: f64,
    first: f64,
    losses: f64,
    trained: f64,
}

/// Declares a network for each kind of case, in both scalars, and a function that checks a case with its networks.
macro_rules! networks {
    ($($name:ident: $hidden:ident, $output:ident, $loss:ident;)*) => {
        $(mod $name {
            mlp_core::mlp!(pub(crate) struct Double: 3 => $hidden(4) => $output(2), loss = $loss);
            mlp_core::mlp!(pub(crate) struct Single: 3 => $hidden(4) => $output(2), loss = $loss, scalar = f32);
        })*

        fn check_with_its_network(case: &Value) {
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            let [hidden, output] = [&case["activations"][0], &case["activations"][1]].map(word);
            match (&*hidden, &*output, &*word(&case["loss"])) {
                $((stringify!($hidden), stringify!($output), stringify!($loss)) => {
                    check_descent::<$name::Double>(case);
                    check_descent::<$name::Single>(case);
                })*
                kind => panic!("no network is declared for {kind:?}"),
            }
        }
    };
}

networks! {
    identity: identity, identity, half_squared_error;
    sigmoid: sigmoid, identity, half_squared_error;
    tanh: tanh, identity, half_squared_error;
    relu: relu, identity, half_squared_error;
    leaky_relu: leaky_relu, identity, half_squared_error;
    elu: elu, identity, half_squared_error;
    softplus: softplus, identity, half_squared_error;
    silu: silu, identity, half_squared_error;
    gelu: gelu, identity, half_squared_error;
    hard_tanh: hard_tanh, identity, half_squared_error;
    softsign: softsign, identity, half_squared_error;
    to_sigmoid: tanh, sigmoid, half_squared_error;
    to_tanh: tanh, tanh, half_squared_error;
    to_relu: tanh, relu, half_squared_error;
    to_leaky_relu: tanh, leaky_relu, half_squared_error;
    to_elu: tanh, elu, half_squared_error;
    to_softplus: tanh, softplus, half_squared_error;
    to_silu: tanh, silu, half_squared_error;
    to_gelu: tanh, gelu, half_squared_error;
    to_hard_tanh: tanh, hard_tanh, half_squared_error;
    to_softsign: tanh, softsign, half_squared_error;
    mean_squared_error: tanh, identity, mean_squared_error;
    mean_absolute_error: tanh, identity, mean_absolute_error;
    huber: tanh, identity, huber;
    binary_cross_entropy: tanh, sigmoid, binary_cross_entropy;
    cross_entropy: tanh, softmax, cross_entropy;
    squared_softmax: tanh, softmax, half_squared_error;
    mean_squared_sigmoid: tanh, sigmoid, mean_squared_error;
}

#[test]
fn every_case() {
    let cases: Value = serde_json::from_str(include_str!("data/torch.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 37);
    for case in cases {
        if case["optimizer"] == "gradient_descent" {
            check_with_its_network(case);
        } else {
            // All these cases are of one network. Every network with every optimizer would be much to compile.
            assert_eq!(case["activations"], serde_json::json!(["tanh", "sigmoid"]));
            assert_eq!(case["loss"], "half_squared_error");
            check_with_its_optimizer::<to_sigmoid::Double>(case);
            check_with_its_optimizer::<to_sigmoid::Single>(case);
        }
    }
}

fn setting(case: &Value, name: &str) -> f64 {
    case["hyperparameters"][name].as_f64().unwrap()
}

fn tolerances<N: Network>(trained: f64) -> Tolerances {
    if N::Scalar::NAME == "f64" {
        Tolerances { least: 0.0, first: 1e-12, losses: 1e-11, trained }
    } else {
        Tolerances { least: 1e-2, first: 2e-4, losses: 2e-4, trained: 2e-4 }
    }
}

fn check_descent<N: Network>(case: &Value) {
    check::<N, _>(case, GradientDescent::new(setting(case, "learning_rate")), &tolerances::<N>(1e-10));
}

fn check_with_its_optimizer<N: Network>(case: &Value) {
    let setting = |name| setting(case, name);
    let descent = || GradientDescent::new(setting("learning_rate"));
    let tolerances = tolerances::<N>;
    // Defaults are PyTorch's, so only what differs from them is set.
    match case["optimizer"].as_str().unwrap() {
        "momentum" => check::<N, _>(case, descent().momentum(setting("momentum")), &tolerances(1e-10)),
        "nesterov" => check::<N, _>(case, descent().momentum(setting("momentum")).nesterov(), &tolerances(1e-10)),
        "gradient_descent_weight_decay" => {
            check::<N, _>(case, descent().weight_decay(setting("weight_decay")), &tolerances(1e-10));
        }
        "rms_prop" => check::<N, _>(case, RmsProp::new(setting("learning_rate")), &tolerances(1e-9)),
        "adagrad" => check::<N, _>(case, Adagrad::new(setting("learning_rate")), &tolerances(1e-9)),
        "adam" => check::<N, _>(case, Adam::new(setting("learning_rate")), &tolerances(1e-9)),
        "adam_w" => check::<N, _>(case, AdamW::new(setting("learning_rate")), &tolerances(1e-9)),
        optimizer => panic!("no optimizer called {optimizer}"),
    }
}

fn check<N: Network, O: Optimizer<N::Scalar>>(case: &Value, optimizer: O, tolerances: &Tolerances) {
    let what = format!("{} {} {} {}", N::ARCHITECTURE, case["loss"], case["optimizer"], N::Scalar::NAME);
    let mut parameters = N::Parameters::zeros();
    fill(parameters.as_mut(), &canonical(&case["initial"]));
    let mut network = N::from_parameters(&parameters);
    let examples: Vec<(N::Input, N::Output)> = rows(&case["inputs"])
        .zip(rows(&case["targets"]))
        .map(|(inputs, targets)| {
            let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
            fill(x.as_mut(), &inputs);
            fill(y_true.as_mut(), &targets);
            (x, y_true)
        })
        .collect();

    let (mut outputs, mut sum) = (Vec::new(), vec![0.0; parameters.as_ref().len()]);
    for (x, y_true) in &examples {
        let pass = network.forward(*x);
        outputs.extend_from_slice(N::prediction(&pass).as_ref());
        let mut gradients = N::Parameters::zeros();
        N::copy_gradients_into(&network.backprop(*x, *y_true, &pass), &mut gradients);
        sum.iter_mut().zip(gradients.as_ref()).for_each(|(sum, gradient)| *sum += gradient.to_f64());
    }
    let expected: Vec<_> = rows(&case["first_outputs"]).flatten().collect();
    compare(&format!("{what}: outputs"), &outputs, &expected, tolerances.least, tolerances.first);
    let count = f64::from(u32::try_from(examples.len()).unwrap());
    let mean: Vec<_> = sum.iter().map(|sum| sum / count).collect();
    compare(
        &format!("{what}: gradients"),
        &mean,
        &canonical(&case["first_gradients"]),
        tolerances.least,
        tolerances.first,
    );

    let losses = numbers(&case["losses"]);
    let mut history = History::losses_only();
    let outcome = Trainer::new(optimizer)
        .batch(Batch::Full)
        .epochs(losses.len())
        // PyTorch takes any target, and some of the cases have one that their output cannot reach.
        .allow_unreachable_targets()
        .observe(&mut history)
        .fit(&mut network, &examples)
        .unwrap();
    assert_eq!(outcome.epochs, losses.len());
    compare(&format!("{what}: losses"), history.loss(), &losses, tolerances.least, tolerances.losses);
    network.copy_parameters_into(&mut parameters);
    compare(
        &format!("{what}: trained"),
        parameters.as_ref(),
        &canonical(&case["final"]),
        tolerances.least,
        tolerances.trained,
    );
}

fn compare<T: Scalar>(what: &str, found: &[T], expected: &[f64], least: f64, tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    assert!(largest > 0.0, "{what}: nothing but zeros");
    for (index, (found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (found.to_f64() - expected).abs();
        let bound = tolerance * expected.abs().max(least * largest);
        assert!(
            error <= bound,
            "{what} {index}: {found:e}, expected {expected:e}, off by {:e}",
            error / expected.abs()
        );
    }
}

/// PyTorch's weights are `[output][input]`; here they come source by source, then the biases, layer by layer.
fn canonical(parameters: &Value) -> Vec<f64> {
    let layers = parameters["weights"].as_array().unwrap().iter().zip(parameters["biases"].as_array().unwrap());
    let layer = |(weights, biases): (&Value, &Value)| {
        let weights: Vec<_> = rows(weights).collect();
        let by_source = (0..weights[0].len()).flat_map(|source| weights.iter().map(move |row| row[source]));
        by_source.chain(numbers(biases)).collect::<Vec<_>>()
    };
    layers.flat_map(layer).collect()
}

fn rows(table: &Value) -> impl Iterator<Item = Vec<f64>> {
    table.as_array().unwrap().iter().map(numbers)
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn fill<T: Scalar>(slots: &mut [T], values: &[f64]) {
    assert_eq!(slots.len(), values.len());
    slots.iter_mut().zip(values).for_each(|(slot, value)| *slot = T::from_f64(*value));
}
