//! The four lecture networks reproduce what the lecture's own programs compute and print. Mazur's well-known worked
//! example of 2-2-2 gives the published numbers.

use std::ops::ControlFlow;

use mlp_core::network::Array as _;
use mlp_core::{Epoch, GradientDescent, History, Network, Observer, StopReason, Trainer};
use serde_json::Value;

mod networks {
    use mlp_core::mlp;

    mlp!(pub struct Net111: 1 => 1 => 1, weights = [w1; w2]);
    mlp!(pub struct Net121: 1 => 2 => 1, weights = [w11, w12; w3, w4]);
    mlp!(pub struct Net221: 2 => 2 => 1, weights = [w11, w12, w21, w22; w31, w32]);
    mlp!(pub struct Net222: 2 => 2 => 2);
}
use networks::{Net111, Net111Forward, Net111Gradients, Net121, Net121Forward, Net121Gradients};
use networks::{Net221, Net221Forward, Net221Gradients, Net222, Net222Forward, Net222Gradients};

/// `(name, value)` of fields, so that a struct can be asked by name.
macro_rules! fields {
    ($value:expr; $($field:ident)*) => { vec![$((stringify!($field), $value.$field)),*] };
}

#[test]
fn lecture_1_1_1() {
    check::<Net111>(
        "1-1-1",
        |pass: &Net111Forward| fields!(pass; z1 a1 z2 y_pred),
        |gradients: &Net111Gradients| fields!(gradients; dL_dw1 dL_db1 dL_dw2 dL_db2),
    );
}

#[test]
fn lecture_1_2_1() {
    check::<Net121>(
        "1-2-1",
        |pass: &Net121Forward| fields!(pass; z1 a1 z2 a2 z3 y_pred),
        |gradients: &Net121Gradients| fields!(gradients; dL_dw11 dL_dw12 dL_db1 dL_db2 dL_dw3 dL_dw4 dL_db3),
    );
}

#[test]
fn lecture_2_2_1() {
    check::<Net221>(
        "2-2-1",
        |pass: &Net221Forward| fields!(pass; z1 a1 z2 a2 z3 y_pred),
        |gradients: &Net221Gradients| fields!(gradients; dL_dw11 dL_dw12 dL_dw21 dL_dw22 dL_db1 dL_db2 dL_dw31 dL_dw32 dL_db3),
    );
}

#[test]
fn lecture_2_2_2() {
    check::<Net222>(
        "2-2-2",
        |pass: &Net222Forward| fields!(pass; z1 a1 z2 a2 z3 y_pred1 z4 y_pred2),
        |gradients: &Net222Gradients| fields!(gradients; dL_dw11 dL_dw12 dL_dw21 dL_dw22 dL_db1 dL_db2 dL_dw31 dL_dw32 dL_dw41 dL_dw42 dL_db3 dL_db4),
    );
}

/// Compares one network with everything that the lecture's programs print from two seeds.
fn check<N: Network<Scalar = f64>>(
    network: &str,
    pass: impl Fn(&N::Forward) -> Vec<(&'static str, f64)>,
    gradients: impl Fn(&N::Gradients) -> Vec<(&'static str, f64)>,
) {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/lectures.json")).unwrap();
    let cases: Vec<_> = cases.iter().filter(|case| case["network"] == network).collect();
    assert_eq!(cases.len(), 2, "two seeds a network");
    for case in cases {
        first_step::<N>(case, &pass, &gradients);
        training::<N>(case);
    }
}

/// Forward pass and backpropagation of epoch 0, name by name.
fn first_step<N: Network<Scalar = f64>>(
    case: &Value,
    pass: impl Fn(&N::Forward) -> Vec<(&'static str, f64)>,
    gradients: impl Fn(&N::Gradients) -> Vec<(&'static str, f64)>,
) {
    let (net, x, y_true) = start::<N>(case);
    let learning_rate = case["learning_rate"].as_f64().unwrap();
    let trace = net.trace(x, y_true, learning_rate);
    let forward = net.forward(x);
    let computed_pass = pass(&forward);
    let computed_gradients = gradients(&net.backprop(x, y_true, &forward));

    let expected_pass = case["first_forward_pass"].as_object().unwrap();
    assert_eq!(expected_pass.len(), computed_pass.len());
    for (name, value) in computed_pass {
        close(name, value, expected_pass[name].as_f64().unwrap(), 1e-12);
        assert_eq!(trace.value(name), Some(value), "{name} in the trace");
    }
    let expected = case["first_backpropagation"].as_object().unwrap();
    assert_eq!(computed_gradients.len(), N::Parameters::zeros().as_ref().len());
    for (name, value) in computed_gradients {
        close(name, value, expected[name].as_f64().unwrap(), 1e-12);
        assert_eq!(trace.value(name), Some(value), "{name} in the trace");
    }
    for (name, value) in expected {
        close(name, trace.value(name).unwrap(), value.as_f64().unwrap(), 1e-12);
    }
}

/// The whole training: parameters, losses, the printed lines.
fn training<N: Network<Scalar = f64>>(case: &Value) {
    let (mut net, x, y_true) = start::<N>(case);
    let learning_rate = case["learning_rate"].as_f64().unwrap();
    let epochs = usize::try_from(case["epochs"].as_u64().unwrap()).unwrap();
    let (mut history, mut lines) = (History::new(), Lines(Vec::new()));
    let outcome = Trainer::new(GradientDescent::new(learning_rate))
        .epochs(epochs)
        .observe(&mut history)
        .observe(&mut lines)
        .fit(&mut net, &[(x, y_true)])
        .unwrap();

    for (epoch, parameters) in case["parameters_after_epochs"].as_object().unwrap() {
        let epoch: usize = epoch.parse().unwrap();
        let tolerance = if epoch <= 100 { 1e-12 } else { 1e-9 };
        for (name, value) in parameters.as_object().unwrap() {
            close(name, history.parameter(name).unwrap()[epoch - 1], value.as_f64().unwrap(), tolerance);
        }
    }
    for (epoch, loss) in case["loss_before_epochs"].as_object().unwrap() {
        let computed = history.loss()[epoch.parse::<usize>().unwrap()];
        // A loss near 0 is the square of a difference of almost equal numbers: its square root has an absolute error.
        let (computed, loss) = (computed.sqrt(), loss.as_f64().unwrap().sqrt());
        assert!((computed - loss).abs() <= 1e-12, "loss before epoch {epoch}: {computed:e} instead of {loss:e}");
    }
    assert!((outcome.loss.sqrt() - case["final_recorded_loss"].as_f64().unwrap().sqrt()).abs() <= 1e-12);
    let printed: Vec<_> = case["printed"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(lines.0, printed);
}

/// Keeps what `Report::every(100).decimals(4)` prints.
struct Lines(Vec<String>);

impl<N: Network> Observer<N> for Lines {
    fn wants(&self, epoch: usize) -> bool {
        epoch.is_multiple_of(100)
    }

    fn after_epoch(&mut self, epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        self.0.push(format!("{epoch:.4}"));
        ControlFlow::Continue(())
    }
}

/// The network of a case with its initial parameters, and its example.
fn start<N: Network<Scalar = f64>>(case: &Value) -> (N, N::Input, N::Output) {
    let mut parameters = N::Parameters::zeros();
    for (slot, parameter) in parameters.as_mut().iter_mut().zip(N::ARCHITECTURE.parameters()) {
        *slot = case["initial"][parameter.name.to_string()].as_f64().unwrap();
    }
    let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
    for (slot, name) in x.as_mut().iter_mut().zip(N::ARCHITECTURE.inputs.iter()) {
        *slot = case["inputs"][name.to_string()].as_f64().unwrap();
    }
    for (slot, name) in y_true.as_mut().iter_mut().zip(N::ARCHITECTURE.targets.iter()) {
        *slot = case["targets"][name.to_string()].as_f64().unwrap();
    }
    (N::from_parameters(&parameters), x, y_true)
}

fn close(name: &str, computed: f64, expected: f64, tolerance: f64) {
    let error = (computed - expected).abs();
    assert!(error <= tolerance * expected.abs(), "{name}: {computed} instead of {expected}, off by {error:e}");
}

/// <https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/>: its biases are shared and stay as they
/// are, so only the weights are compared after the step.
#[test]
fn mazurs_example() {
    mlp_core::mlp!(struct Mazur: 2 => 2 => 2, weights = [w1, w3, w2, w4; w5, w7, w6, w8]);
    let mut net = Mazur {
        w1: 0.15,
        w2: 0.20,
        w3: 0.25,
        w4: 0.30,
        b1: 0.35,
        b2: 0.35,
        w5: 0.40,
        w6: 0.45,
        w7: 0.50,
        w8: 0.55,
        b3: 0.60,
        b4: 0.60,
    };
    let (x, y_true) = ([0.05, 0.10], [0.01, 0.99]);
    let near = |computed: f64, published: f64| assert!((computed - published).abs() <= 1e-9, "{computed} {published}");
    near(Mazur::loss(net.predict(x), y_true), 0.298_371_108_760);
    let gradients = net.backprop(x, y_true, &net.forward(x));
    let (b1, b2, b3, b4) = (net.b1, net.b2, net.b3, net.b4);
    net.update(&gradients, 0.5);
    near(net.w1, 0.149_780_716);
    near(net.w2, 0.199_561_432);
    near(net.w3, 0.249_751_144);
    near(net.w4, 0.299_502_287);
    near(net.w5, 0.358_916_480);
    near(net.w6, 0.408_666_186);
    near(net.w7, 0.511_301_270);
    near(net.w8, 0.561_370_121);
    let net = Mazur { b1, b2, b3, b4, ..net };
    near(Mazur::loss(net.predict(x), y_true), 0.291_027_773_694);
}
