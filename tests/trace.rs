//! The trace computes a step by an interpreter of its own, and gets the same bits as the generated code.

use std::fmt::Debug;

use mlp_core::network::Role;
use mlp_core::optimizer::{OptimizerState as _, StateVisitor};
use mlp_core::{
    Adagrad, Adam, AdamW, Array, GradientDescent, Network, Optimizer, RmsProp, Rprop, Scalar, StandardNormal, Trace,
    TrainError, mlp,
};

/// An activation as a user writes one.
fn softsign(z: f64) -> f64 {
    z / (1.0 + z.abs())
}

/// 1 / (1 + |z|)²
fn softsign_derivative(z: f64, _a: f64) -> f64 {
    let d = 1.0 + z.abs();
    1.0 / (d * d)
}

/// A loss for exactly two outputs.
fn lopsided([near, far]: [f64; 2], [y_true1, y_true2]: [f64; 2]) -> f64 {
    (near - y_true1) * (near - y_true1) + 3.0 * (far - y_true2) * (far - y_true2)
}

/// Its derivative.
fn lopsided_derivative([near, far]: [f64; 2], [y_true1, y_true2]: [f64; 2]) -> [f64; 2] {
    [2.0 * (near - y_true1), 6.0 * (far - y_true2)]
}

/// One module and one test per declaration.
macro_rules! declarations {
    ($($name:ident: ($($declaration:tt)*))*) => { $(
        mod $name {
            mlp_core::mlp!(pub(crate) struct Net: $($declaration)*);

            #[test]
            fn same_bits() {
                super::same_bits::<Net>();
            }
        }
    )* };
}

declarations! {
    one_layer: (3 => 2)
    one_neuron: (1 => 1)
    lecture: (2 => 2 => 2)
    single_precision: (3 => tanh(4) => 2, scalar = f32)
    every_activation: (2 => tanh(3) => relu(4) => identity(3) => 2)
    further_activations: (2 => leaky_relu(2) => elu(2) => softplus(2) => silu(2) => gelu(2) => hard_sigmoid(2)
        => hard_tanh(2) => softsign(2))
    deep_single_precision: (2 => tanh(3) => relu(4) => identity(3) => 2, scalar = f32)
    own_activation: (2 => super::softsign(3) => super::softsign(1))
    own_loss: (2 => tanh(3) => identity(2), loss = super::lopsided)
    own_names: (1 => 2 => 1, weights = [left, right; up, down])
    wide: (11 => tanh(12) => 10)
    mean_squared_error: (2 => tanh(3) => identity(3), loss = mean_squared_error)
    mean_absolute_error: (2 => tanh(3) => identity(3), loss = mean_absolute_error)
    mean_absolute_error_of_one: (2 => tanh(3) => identity(1), loss = mean_absolute_error)
    huber: (2 => tanh(3) => identity(3), loss = huber)
    huber_single_precision: (2 => tanh(3) => identity(3), loss = huber, scalar = f32)
    binary_cross_entropy: (2 => tanh(3) => 3, loss = binary_cross_entropy)
    binary_cross_entropy_of_one: (2 => 1, loss = binary_cross_entropy)
    binary_cross_entropy_hard: (2 => tanh(3) => hard_sigmoid(2), loss = binary_cross_entropy)
    binary_cross_entropy_single_precision: (2 => tanh(3) => 3, loss = binary_cross_entropy, scalar = f32)
    cross_entropy: (2 => tanh(3) => softmax(3), loss = cross_entropy)
    cross_entropy_single_precision: (2 => tanh(3) => softmax(3), loss = cross_entropy, scalar = f32)
    softmax_half_squared_error: (2 => softmax(3))
    softmax_mean_squared_error: (2 => tanh(3) => softmax(3), loss = mean_squared_error)
    softmax_mean_absolute_error: (2 => tanh(3) => softmax(2), loss = mean_absolute_error)
    softmax_huber: (2 => tanh(3) => softmax(4), loss = huber)
    softmax_binary_cross_entropy: (2 => tanh(3) => softmax(3), loss = binary_cross_entropy)
    softmax_own_loss: (2 => tanh(3) => softmax(2), loss = super::lopsided)
    softmax_limit: (1 => softmax(300), loss = cross_entropy)
    softmax_single_precision: (2 => tanh(3) => softmax(3), scalar = f32)
    rolled: (3 => tanh(11) => relu(9) => 2, rolled)
    rolled_single_precision: (3 => silu(11) => 2, rolled, scalar = f32)
    rolled_functions: (2 => super::softsign(3) => identity(2), loss = super::lopsided, rolled)
    rolled_yes_or_no: (2 => tanh(3) => 3, loss = binary_cross_entropy, rolled)
    rolled_classes: (2 => tanh(3) => softmax(3), loss = cross_entropy, rolled)
    rolled_softmax: (2 => tanh(3) => softmax(4), loss = huber, rolled)
    rolled_softmax_half_squared_error: (2 => softmax(3), rolled, scalar = f32)
}

/// Gradients depend on every other value of the step, so a difference anywhere shows in them.
fn same_bits<N: Network + Debug + PartialEq>() {
    let mut rng = mlp_core::rng(4);
    for number in 0..10 {
        let mut net = N::random_with(&StandardNormal, &mut rng);
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        fill(x.as_mut(), 0.3);
        fill(y_true.as_mut(), 0.7);
        let learning_rate = N::Scalar::from_f64(0.3);
        let trace = net.trace(x, y_true, learning_rate);
        if number == 0 {
            crate::why::check(&trace);
        }

        let pass = net.forward(x);
        let y_pred = N::prediction(&pass);
        for (name, &value) in N::ARCHITECTURE.predictions().zip(y_pred.as_ref()) {
            assert_eq!(trace.value(&name.to_string()), Some(value), "{name}");
        }
        assert_eq!(trace.value("L"), Some(N::loss_of(&pass, y_true)));
        let gradients = net.backprop(x, y_true, &pass);
        let mut array = N::Parameters::zeros();
        N::copy_gradients_into(&gradients, &mut array);
        for (parameter, &gradient) in N::ARCHITECTURE.parameters().zip(array.as_ref()) {
            assert_eq!(trace.value(&format!("dL_d{}", parameter.name)), Some(gradient), "{}", parameter.name);
        }
        net.update(&gradients, learning_rate);
        net.copy_parameters_into(&mut array);
        for (parameter, &moved) in N::ARCHITECTURE.parameters().zip(array.as_ref()) {
            assert_eq!(trace.value(&parameter.name.to_string()), Some(moved), "{}", parameter.name);
        }
    }
}

/// Moves every parameter by the learning rate. Nothing describes it as equations.
#[derive(Clone, Copy, Debug)]
struct SignDescent;

impl<T: Scalar> Optimizer<T> for SignDescent {
    type State<P: Array<T>> = ();

    fn learning_rate(&self) -> f64 {
        0.25
    }

    fn init_state<P: Array<T>>(&self) -> Result<(), TrainError> {
        Ok(())
    }

    fn step<P: Array<T>>(&self, (): &mut (), _: usize, parameters: &mut [T], gradients: &[T], learning_rate: T) {
        for (parameter, &gradient) in parameters.iter_mut().zip(gradients) {
            *parameter -= if gradient < T::ZERO { -learning_rate } else { learning_rate };
        }
    }
}

mlp!(struct Double: 2 => tanh(3) => 2);
mlp!(struct Single: 2 => tanh(3) => 2, scalar = f32);
mlp!(struct Rolled: 2 => tanh(3) => 2, rolled);
mlp!(struct SingleRolled: 2 => tanh(9) => 2, rolled, scalar = f32);
mlp!(struct Hostile: 2 => 2, weights = [mean_w, mean_mean_w, beta1, velocity_b1]);

#[test]
fn every_optimizer_has_its_equations() {
    same_updates_of_each(GradientDescent::new(0.5));
    same_updates_of_each(GradientDescent::new(0.5).momentum(0.9));
    same_updates_of_each(GradientDescent::new(0.5).momentum(0.9).nesterov());
    same_updates_of_each(GradientDescent::new(0.5).momentum(0.9).nesterov().weight_decay(0.1));
    same_updates_of_each(GradientDescent::new(0.5).weight_decay(0.1));
    same_updates_of_each(RmsProp::new(0.01).alpha(0.9));
    same_updates_of_each(Adagrad::new(0.01));
    same_updates_of_each(Adam::new(0.01));
    same_updates_of_each(Adam::new(0.01).beta1(0.7).beta2(0.8).epsilon(0.1));
    same_updates_of_each(AdamW::new(0.01).weight_decay(0.3));
    same_updates_of_each(Rprop::new(0.01));
    same_updates_of_each(Rprop::new(0.01).factors(0.3, 1.7).lengths(0.005, 0.02));
    same_updates_of_each(SignDescent);
}

fn same_updates_of_each<O: Optimizer<f32> + Optimizer<f64> + Copy>(optimizer: O) {
    same_updates::<Double, O>(optimizer);
    same_updates::<Single, O>(optimizer);
    same_updates::<Rolled, O>(optimizer);
    same_updates::<SingleRolled, O>(optimizer);
    same_updates::<Hostile, O>(optimizer);
}

/// Parameters and state after each of three updates.
fn same_updates<N: Network, O: Optimizer<N::Scalar> + Copy>(optimizer: O) {
    let mut net = N::random_with(&StandardNormal, &mut mlp_core::rng(4));
    let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
    fill(x.as_mut(), 0.3);
    fill(y_true.as_mut(), 0.7);
    let learning_rate = N::Scalar::from_f64(optimizer.learning_rate());
    let mut state = optimizer.init_state::<N::Parameters>().unwrap();
    let first = Trace::with_optimizer(&net, x, y_true, &optimizer).unwrap();
    for update in 0..3 {
        let trace = Trace::with_state(&net, x, y_true, &optimizer, &state, learning_rate);
        assert_eq!(trace == first, update == 0);
        let mut gradients = N::Parameters::zeros();
        net.backprop_into(x, y_true, &net.forward(x), &mut gradients);
        optimizer.begin_step::<N::Parameters>(&mut state, learning_rate);
        net.modify_parameters(|offset, parameters| {
            let gradients = &gradients.as_ref()[offset..offset + parameters.len()];
            optimizer.step::<N::Parameters>(&mut state, offset, parameters, gradients, learning_rate);
        });
        let mut parameters = N::Parameters::zeros();
        net.copy_parameters_into(&mut parameters);
        for (parameter, &moved) in N::ARCHITECTURE.parameters().zip(parameters.as_ref()) {
            let name = parameter.name.to_string();
            assert_eq!(trace.value(&name), Some(moved), "{name} in update {update} by {}", optimizer.name());
        }
        state.visit(&mut SameState::<N>(&trace));
    }
}

/// Compares the parts of a state with a trace. A part has underlines after its name where a weight has that name.
struct SameState<'a, N: Network>(&'a Trace<N::Scalar>);

impl<N: Network> StateVisitor<N::Scalar> for SameState<'_, N> {
    fn scalars(&mut self, part: &'static str, values: &mut [N::Scalar]) {
        for (parameter, &mut value) in N::ARCHITECTURE.parameters().zip(values) {
            let [name, other] = ["_", "__"].map(|between| format!("{part}{between}{}", parameter.name));
            assert!([name, other].iter().any(|name| self.0.value(name) == Some(value)), "{part} of {}", parameter.name);
        }
    }

    fn number(&mut self, part: &'static str, value: &mut f64) {
        assert_eq!(self.0.value(part), Some(N::Scalar::from_f64(*value)), "{part}");
    }
}

/// The formulas are the documentation's, without the cases that concern limits only.
#[test]
fn updates_are_written_out() {
    mlp!(struct Small: 1 => identity(1));
    let net = Small { w11: 2.0, b1: 0.0 };
    let adam = Trace::with_optimizer(&net, [0.5], [0.0], &AdamW::new(0.1)).unwrap();
    let nesterov = GradientDescent::new(0.1).momentum(0.5).nesterov().weight_decay(0.25);
    let nesterov = Trace::with_optimizer(&net, [0.5], [0.0], &nesterov).unwrap();
    let own = Trace::with_optimizer(&net, [0.5], [0.0], &SignDescent).unwrap();
    let lines = format!("{adam}{nesterov}{own}");
    for line in [
        "Update: every parameter moves against its gradient, by AdamW.",
        "power1 = power1·beta1 = 1·0.9 = 0.9",
        "correction1 = 1 - power1 = 1 - 0.9 = 0.1",
        "mean_w11 = beta1·mean_w11 + one_less_beta1·dL_dw11 = 0.9·0 + 0.1·0.5 = 0.05",
        "w11 = kept·w11 - step_size·mean_w11 / (√square_w11 / root + epsilon) = 0.999·2 - 1·0.05 / (√0.00025 / 0.03162 + 1e-8) = 1.898",
        "decayed_w11 = dL_dw11 + weight_decay·w11 = 0.5 + 0.25·2 = 1",
        "velocity_w11 = momentum·velocity_w11 + decayed_w11 = 0.5·0 + 1 = 1",
        "w11 = w11 - learning_rate·(decayed_w11 + momentum·velocity_w11) = 2 - 0.1·(1 + 0.5·1) = 1.85",
        "w11 = SignDescent(w11, dL_dw11, learning_rate) = SignDescent(2, 0.5, 0.25) = 1.75",
    ] {
        assert!(lines.lines().any(|found| found.trim() == line), "no line «{line}» in\n{lines}");
    }
    assert!(Trace::with_optimizer(&net, [0.5], [0.0], &Adam::new(0.1).beta1(2.0)).is_err());
}

fn fill<T: Scalar>(values: &mut [T], from: f64) {
    let mut value = from;
    for slot in values {
        *slot = T::from_f64(value);
        value = (value * 3.7).fract();
    }
}

mlp!(struct Net222: 2 => 2 => 2);

fn lecture_2_2_2() -> Net222 {
    let golden = include_str!("data/lectures.json");
    let cases: serde_json::Value = serde_json::from_str(golden).unwrap();
    let case = cases.as_array().unwrap().iter().find(|case| case["network"] == "2-2-2").unwrap();
    let mut parameters = [0.0; 12];
    for (slot, parameter) in parameters.iter_mut().zip(Net222::ARCHITECTURE.parameters()) {
        *slot = case["initial"][parameter.name.to_string()].as_f64().unwrap();
    }
    Net222::from_parameters(parameters)
}

#[test]
fn reads_like_the_documents() {
    let trace = lecture_2_2_2().trace([0.5, 0.8], [0.9, 0.2], 0.5);
    let text = trace.to_string();
    for line in [
        "z3 = w31·a1 + w41·a2 + b3 = 0.9501·0.9716 + (-0.1032)·0.7341 + 0.1440 = 0.9914",
        "L = 0.5·(error1·error1 + error2·error2) = 0.5·(-0.1706·(-0.1706) + 0.6332·0.6332) = 0.2150",
        "dy_pred1_dz3 = y_pred1·(1 - y_pred1) = 0.7294·(1 - 0.7294) = 0.1974",
        "dz3_da1 = w31 = 0.9501",
        "dL_dz1 = dL_dz3·dz3_da1·da1_dz1 + dL_dz4·dz4_da1·da1_dz1 = -0.03368·0.9501·0.02759 + 0.08799·(-0.1514)·0.02759 ≈ -0.001251",
        "b1 = b1 - learning_rate·dL_db1 = 1.868 - 0.5·(-0.001251) ≈ 1.868",
    ] {
        assert!(text.lines().any(|found| found.trim() == line), "no line «{line}» in\n{text}");
    }
    assert!(format!("{trace:.2}").contains("z3 = w31·a1 + w41·a2 + b3 = 0.95·0.97 + (-0.10)·0.73 + 0.14 = 0.99"));
}

/// A negative number that is not at the beginning is in parentheses.
#[test]
fn negative_numbers_are_read_easily() {
    mlp!(struct Small: 1 => tanh(1));
    let trace = Small { w11: -1.0, b1: -0.5 }.trace([0.5], [-0.25], 0.1);
    let line = |name| trace.equation(name).unwrap().to_string();
    assert_eq!(line("z1"), "z1 = w11·x + b1 = -1·0.5 + (-0.5) = -1");
    assert_eq!(line("y_pred"), "y_pred = tanh(z1) = tanh(-1) = -0.7616");
    assert_eq!(line("error"), "error = y_pred - y_true = -0.7616 - (-0.25) = -0.5116");
    assert_eq!(line("dy_pred_dz1"), "dy_pred_dz1 = 1 - y_pred·y_pred = 1 - (-0.7616)·(-0.7616) = 0.4200");
}

/// Derivatives that cancel, derivatives that do not, and averages over the outputs.
#[test]
fn losses_and_softmax_are_written_out() {
    mlp!(struct Classifier: 1 => softmax(2), loss = cross_entropy);
    mlp!(struct Jacobian: 1 => softmax(2), loss = mean_squared_error);
    mlp!(struct Doubts: 1 => 2, loss = binary_cross_entropy);
    mlp!(struct Hard: 1 => hard_sigmoid(1), loss = binary_cross_entropy);
    mlp!(struct Robust: 1 => identity(2), loss = huber);
    mlp!(struct Absolute: 1 => identity(2), loss = mean_absolute_error);
    let parameters = [1.0, 0.0, 0.5, -0.5];
    let lines = [
        Classifier::from_parameters(parameters).trace([0.5], [0.0, 1.0], 0.1).to_string(),
        Jacobian::from_parameters(parameters).trace([0.5], [0.0, 1.0], 0.1).to_string(),
        Doubts::from_parameters(parameters).trace([0.5], [0.0, 1.0], 0.1).to_string(),
        Hard::from_parameters([1.0, 0.5]).trace([0.5], [1.0], 0.1).to_string(),
        Robust::from_parameters(parameters).trace([0.5], [-1.0, 0.0], 0.1).to_string(),
        Absolute::from_parameters(parameters).trace([0.5], [-1.0, 0.0], 0.1).to_string(),
    ]
    .concat();
    for line in [
        "y_pred1 = e^z1 / (e^z1 + e^z2) = e^1 / (e^1 + e^(-0.5)) = 0.8176",
        "L = y_true2·(z1 - z2) + (y_true1 + y_true2)·ln(1 + e^(z2 - z1)) = 1·(1 - (-0.5)) + (0 + 1)·ln(1 + e^(-0.5 - 1)) = 1.701",
        "L = ((1 - y_true1)·max(z1, 0) + y_true1·max(-z1, 0) + ln(1 + e^(-|z1|))) / 2 + ((1 - y_true2)·max(z2, 0) + y_true2·max(-z2, 0) + ln(1 + e^(-|z2|))) / 2 = ((1 - 0)·max(1, 0) + 0·max(-1, 0) + ln(1 + e^(-|1|))) / 2 + ((1 - 1)·max(-0.5, 0) + 1·max(-(-0.5), 0) + ln(1 + e^(-|-0.5|))) / 2 = 1.144",
        "L = y_true·(-ln(y_pred)) + (1 - y_true)·(-ln(1 - y_pred)) = 1·(-ln(0.6667)) + (1 - 1)·(-ln(1 - 0.6667)) ≈ 0.4055",
        "L = ((y_pred1 - y_true1)^2 + (y_pred2 - y_true2)^2) / 2 = ((0.8176 - 0)^2 + (0.1824 - 1)^2) / 2 ≈ 0.6684",
        "L = (|y_pred1 - y_true1| + |y_pred2 - y_true2|) / 2 = (|1 - (-1)| + |-0.5 - 0|) / 2 = 1.25",
        "L = (((|y_pred1 - y_true1| - 0.5) if |y_pred1 - y_true1| > 1, else 0.5·|y_pred1 - y_true1|·|y_pred1 - y_true1|) + ((|y_pred2 - y_true2| - 0.5) if |y_pred2 - y_true2| > 1, else 0.5·|y_pred2 - y_true2|·|y_pred2 - y_true2|)) / 2 = (((|1 - (-1)| - 0.5) if |1 - (-1)| > 1, else 0.5·|1 - (-1)|·|1 - (-1)|) + ((|-0.5 - 0| - 0.5) if |-0.5 - 0| > 1, else 0.5·|-0.5 - 0|·|-0.5 - 0|)) / 2 = 0.8125",
        "dL_dz2 = y_pred2 - y_true2 = 0.1824 - 1 = -0.8176",
        "dL_dy_pred2 = 2·(y_pred2 - y_true2) / 2 = 2·(0.1824 - 1) / 2 = -0.8176",
        "dy_pred1_dz1 = y_pred1·(1 - y_pred1) = 0.8176·(1 - 0.8176) = 0.1491",
        "dy_pred1_dz2 = -y_pred1·y_pred2 = -0.8176·0.1824 = -0.1491",
        "dL_dz1 = dL_dy_pred1·dy_pred1_dz1 + dL_dy_pred2·dy_pred2_dz1 = 0.8176·0.1491 + (-0.8176)·(-0.1491) ≈ 0.2439",
        "dL_dz1 = (y_pred1 - y_true1) / 2 = (0.7311 - 0) / 2 = 0.3655",
        "dL_dy_pred = (y_pred - y_true) / (y_pred·(1 - y_pred)) = (0.6667 - 1) / (0.6667·(1 - 0.6667)) = -1.5",
        "dL_dy_pred1 = clamp(y_pred1 - y_true1, -1, 1) / 2 = clamp(1 - (-1), -1, 1) / 2 = 0.5",
    ] {
        assert!(lines.lines().any(|found| found.trim() == line), "no line «{line}» in\n{lines}");
    }
}

#[test]
fn is_data() {
    let net = lecture_2_2_2();
    let trace = net.trace([0.5, 0.8], [0.9, 0.2], 0.5);
    let gradient = trace.equation("dL_dw31").unwrap();
    assert_eq!((gradient.name(), &*gradient.formula()), ("dL_dw31", "dL_dz3·dz3_dw31"));
    assert_eq!(gradient.numbers(3), "-0.0337·0.972");
    assert_eq!(trace.value("dL_dw31"), Some(gradient.value()));
    assert_eq!(trace.value("dz3_da1"), Some(net.w31));
    assert_eq!(trace.value("x2"), Some(0.8));
    assert_eq!(trace.value("dz3_da9"), None);
    // 8 values forward, 3 of the loss, 34 derivatives, 12 updates.
    assert_eq!(trace.equations().count(), 8 + 3 + 34 + 12);
    // `equation` also finds each parameter's update.
    let updated =
        Net222::ARCHITECTURE.parameters().filter(|parameter| trace.equation(&parameter.name.to_string()).is_some());
    assert_eq!(updated.filter(|parameter| parameter.role == Role::Weight).count(), 8);
}

/// The titles are the comments of the generated code, in the same order, so that a step has one name.
#[test]
fn titles_are_those_of_the_expansion() {
    mlp!(struct Deep: 2 => 2 => 2 => 1);
    let shallow = lecture_2_2_2().trace([0.5, 0.8], [0.9, 0.2], 0.5);
    mlp!(struct Classifier: 2 => tanh(2) => softmax(2), loss = cross_entropy);
    mlp!(struct Jacobian: 1 => softmax(2));
    let deep = Deep::random_with(&StandardNormal, &mut mlp_core::rng(0)).trace([0.5, 0.8], [0.9], 0.5);
    let classifier = Classifier::from_parameters([0.5; 12]).trace([0.5, 0.8], [1.0, 0.0], 0.5);
    let jacobian = Jacobian::from_parameters([0.5; 4]).trace([0.5], [1.0, 0.0], 0.5);
    for (trace, expansion, sections) in [
        (&shallow, include_str!("../examples/expanded/lecture_2_2_2.rs"), 2 + 8),
        (&deep, include_str!("../examples/expanded/two_hidden_layers.rs"), 3 + 4 + 2 * 4),
        (&classifier, include_str!("../examples/expanded/classifier.rs"), 2 + 2 + 4),
        (&jacobian, include_str!("../examples/expanded/softmax_derivatives.rs"), 1 + 4),
    ] {
        // A trace is a training step, so it has nothing of `backprop_from` and `input_gradients`.
        let lecture = expansion.split("pub fn update(").next().unwrap();
        let comments = lecture.lines().filter_map(|line| line.strip_prefix("        /// "));
        let comments: Vec<_> = comments.filter(|comment| !comment.starts_with("The derivative of a")).collect();
        let titles: Vec<_> = trace.sections().iter().map(|section| &*section.title).collect();
        let titles: Vec<_> =
            titles.into_iter().filter(|title| !title.starts_with("Loss") && !title.starts_with("Update")).collect();
        assert_eq!(titles, comments);
        assert_eq!(titles.len(), sections);
    }
}
