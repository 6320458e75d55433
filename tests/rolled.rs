//! Rolled networks: they agree with unrolled ones, and a million parameters fit into a small stack.

use std::fmt::Debug;
use std::thread;

use mlp_core::random::Rng as _;
use mlp_core::{
    Adam, Array, Batch, GradientDescent, History, Network, Optimizer, Scalar, StandardNormal, Trainer, Training,
    gradient_check, mlp,
};

/// An activation as a user writes one.
fn softsign<T: Scalar>(z: T) -> T {
    z / (T::ONE + if z < T::ZERO { -z } else { z })
}

/// 1 / (1 + |z|)²
fn softsign_derivative<T: Scalar>(z: T, _a: T) -> T {
    let d = T::ONE + if z < T::ZERO { -z } else { z };
    T::ONE / (d * d)
}

/// A loss for exactly two outputs.
fn lopsided([near, far]: [f64; 2], [y_true1, y_true2]: [f64; 2]) -> f64 {
    (near - y_true1) * (near - y_true1) + 3.0 * (far - y_true2) * (far - y_true2)
}

/// Its derivative.
fn lopsided_derivative([near, far]: [f64; 2], [y_true1, y_true2]: [f64; 2]) -> [f64; 2] {
    [2.0 * (near - y_true1), 6.0 * (far - y_true2)]
}

/// One module and its tests per declaration, which is made unrolled and rolled.
macro_rules! declarations {
    ($($name:ident: ($($declaration:tt)*))*) => { $(
        mod $name {
            mod unrolled {
                mlp_core::mlp!(pub(crate) struct Net: $($declaration)*);
            }
            mod rolled {
                mlp_core::mlp!(pub(crate) struct Net: $($declaration)*, rolled);
            }

            #[test]
            fn agree() {
                super::agree::<unrolled::Net, rolled::Net>();
            }

            #[test]
            fn fused_steps_have_the_same_bits() {
                super::fused_steps_have_the_same_bits::<rolled::Net>();
            }
        }
    )* };
}

declarations! {
    one_neuron: (1 => 1)
    one_layer: (3 => 2)
    lecture: (2 => 2 => 2)
    xor: (2 => tanh(3) => 1)
    narrow_and_deep: (2 => 1 => tanh(1) => 1)
    sources_by_four: (9 => tanh(8) => identity(4))
    more_than_eight: (5 => tanh(17) => elu(9) => 3)
    activations: (3 => relu(5) => leaky_relu(4) => hard_sigmoid(3) => softplus(3) => silu(4) => gelu(3)
        => hard_tanh(4) => softsign(3))
    own_activation: (3 => super::super::softsign(4) => super::super::softsign(2))
    own_loss: (2 => tanh(3) => identity(2), loss = super::super::lopsided)
    mean_squared_error: (2 => tanh(3) => identity(3), loss = mean_squared_error)
    mean_absolute_error: (2 => tanh(3) => identity(3), loss = mean_absolute_error)
    huber: (2 => tanh(3) => identity(3), loss = huber)
    yes_or_no: (2 => tanh(3) => 3, loss = binary_cross_entropy)
    yes_or_no_of_one: (2 => 1, loss = binary_cross_entropy)
    yes_or_no_hard: (2 => tanh(3) => hard_sigmoid(2), loss = binary_cross_entropy)
    classes: (4 => tanh(5) => softmax(3), loss = cross_entropy)
    classes_alone: (4 => softmax(3), loss = cross_entropy)
    classes_squared: (4 => tanh(5) => softmax(9))
    classes_alone_huber: (4 => softmax(3), loss = huber)
    single_precision: (3 => tanh(10) => 2, scalar = f32)
    single_precision_classes: (3 => tanh(4) => softmax(3), loss = cross_entropy, scalar = f32)
}

/// Inputs between −1 and 1, and targets that every loss takes: probabilities that sum to 1.
fn example<N: Network>(number: u16) -> (N::Input, N::Output) {
    let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
    let mut value = 0.37 + 0.11 * f64::from(number);
    for slot in x.as_mut() {
        value = (value * 3.7).fract();
        *slot = N::Scalar::from_f64(2.0 * value - 1.0);
    }
    let (number, outputs) = (usize::from(number), y_true.as_ref().len());
    if outputs == 1 {
        y_true.as_mut()[0] = N::Scalar::from_f64(value);
    } else {
        y_true.as_mut()[number % outputs] = N::Scalar::from_f64(0.75);
        y_true.as_mut()[(number + 1) % outputs] = N::Scalar::from_f64(0.25);
    }
    (x, y_true)
}

fn array_of<A: Array<T>, T: Scalar>(fill: impl FnOnce(&mut A)) -> Vec<f64> {
    let mut array = A::zeros();
    fill(&mut array);
    array.as_ref().iter().map(|value| value.to_f64()).collect()
}

fn parameters<N: Network>(network: &N) -> Vec<f64> {
    array_of::<N::Parameters, _>(|array| network.copy_parameters_into(array))
}

/// Asserts that both agree to within 1e-12 of the largest value, in single precision 1e-4.
fn assert_close<T: Scalar>(what: &str, rolled: &[f64], unrolled: &[f64]) {
    let tolerance = if T::NAME == "f64" { 1e-12 } else { 1e-4 };
    let size = unrolled.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
    assert_eq!(rolled.len(), unrolled.len());
    assert!(size > 0.0, "{what}: zeros prove nothing");
    for (rolled, unrolled) in rolled.iter().zip(unrolled) {
        assert!((rolled - unrolled).abs() <= tolerance * size, "{what}: {rolled} and {unrolled}");
    }
}

fn agree<U, R>()
where
    U: Network,
    R: Network<Scalar = U::Scalar, Input = U::Input, Output = U::Output>,
{
    assert_eq!(R::ARCHITECTURE.to_string(), U::ARCHITECTURE.to_string());
    for seed in 0..20 {
        let unrolled = U::random_with(&StandardNormal, &mut mlp_core::rng(seed));
        let rolled = R::random_with(&StandardNormal, &mut mlp_core::rng(seed));
        assert_eq!(parameters(&rolled), parameters(&unrolled));
        let examples = [0, 1, 2].map(example::<U>);
        for (x, y_true) in examples {
            let (pass, rolled_pass) = (unrolled.forward(x), rolled.forward(x));
            let (y_pred, rolled_y_pred) = (U::prediction(&pass), R::prediction(&rolled_pass));
            // The sums of the forward pass have the same order.
            assert_eq!(rolled_y_pred, y_pred);
            assert_eq!(rolled.predict(x), y_pred);
            let losses = [R::loss(y_pred, y_true), U::loss(y_pred, y_true)].map(Scalar::to_f64);
            assert_close::<U::Scalar>("loss", &losses[..1], &losses[1..]);
            let gradients = unrolled.backprop(x, y_true, &pass);
            let rolled_gradients = rolled.backprop(x, y_true, &rolled_pass);
            assert_close::<U::Scalar>(
                "gradients",
                &array_of::<R::Parameters, _>(|array| R::copy_gradients_into(&rolled_gradients, array)),
                &array_of::<U::Parameters, _>(|array| U::copy_gradients_into(&gradients, array)),
            );
            let gradients = unrolled.backprop_from(x, y_true, &pass);
            let rolled_gradients = rolled.backprop_from(x, y_true, &rolled_pass);
            let rolled_gradients = [
                array_of::<R::Parameters, _>(|array| R::copy_gradients_into(&rolled_gradients, array)),
                array_of::<R::Input, _>(|array| *array = rolled.input_gradients(x, y_true, &rolled_pass)),
            ];
            let gradients = [
                array_of::<U::Parameters, _>(|array| U::copy_gradients_into(&gradients, array)),
                array_of::<U::Input, _>(|array| *array = unrolled.input_gradients(x, y_true, &pass)),
            ];
            assert_close::<U::Scalar>("gradients from outside", &rolled_gradients.concat(), &gradients.concat());
        }
        let learn = |trainer: &mut dyn FnMut(&mut U, &mut R)| {
            let (mut unrolled, mut rolled) = (unrolled.clone(), rolled.clone());
            let before = parameters(&unrolled);
            trainer(&mut unrolled, &mut rolled);
            assert_ne!(parameters(&unrolled), before);
            assert_close::<U::Scalar>("trained", &parameters(&rolled), &parameters(&unrolled));
        };
        learn(&mut |unrolled, rolled| both(&Trainer::new(GradientDescent::new(0.1)), &examples, unrolled, rolled));
        let momentum = GradientDescent::new(0.01).momentum(0.9);
        learn(&mut |unrolled, rolled| both(&Trainer::new(momentum), &examples, unrolled, rolled));
        let trainer = Trainer::new(GradientDescent::new(0.1)).batch(Batch::Mini(2)).clip_norm(0.5);
        learn(&mut |unrolled, rolled| both(&trainer, &examples, unrolled, rolled));
    }
}

fn both<O, U, R>(trainer: &Trainer<O>, examples: &[(U::Input, U::Output)], unrolled: &mut U, rolled: &mut R)
where
    O: Optimizer<U::Scalar> + Clone,
    U: Network,
    R: Network<Scalar = U::Scalar, Input = U::Input, Output = U::Output>,
{
    let mut trainer = trainer.clone().epochs(5);
    trainer.fit(unrolled, examples).unwrap();
    trainer.fit(rolled, examples).unwrap();
}

/// `sgd_step` is forward pass, backpropagation and update, to the bit.
fn fused_steps_have_the_same_bits<N: Network + Debug + PartialEq>() {
    let mut fused = N::random_with(&StandardNormal, &mut mlp_core::rng(3));
    let mut stepwise = fused.clone();
    for number in 0..10 {
        let (x, y_true) = example::<N>(number);
        let learning_rate = N::Scalar::from_f64(0.1);
        let fused_pass = fused.sgd_step(x, y_true, learning_rate);
        let pass = stepwise.forward(x);
        assert_eq!(N::prediction(&fused_pass), N::prediction(&pass));
        assert_eq!(N::loss_of(&fused_pass, y_true), N::loss_of(&pass, y_true));
        let gradients = stepwise.backprop(x, y_true, &pass);
        let into = array_of::<N::Parameters, _>(|array| stepwise.backprop_into(x, y_true, &pass, array));
        assert_eq!(into, array_of::<N::Parameters, _>(|array| N::copy_gradients_into(&gradients, array)));
        let before = stepwise.clone();
        stepwise.update(&gradients, learning_rate);
        assert_ne!(stepwise, before);
        assert_eq!(fused, stepwise);
        let mut array = N::Parameters::zeros();
        fused.copy_parameters_into(&mut array);
        assert_eq!(N::from_parameters(&array), fused);
    }
}

/// Where nothing cancels, `backprop_from` continues as `backprop` does, to the bit.
#[test]
fn gradients_from_outside_have_the_bits_of_backprop() {
    mlp!(struct Net: 5 => tanh(17) => elu(9) => 3, rolled);
    let net = Net::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let (x, y_true) = example::<Net>(0);
    let pass = net.forward(x);
    let dl_dy_pred = mlp_core::loss::half_squared_error_derivative(pass.y_pred, y_true);
    assert_eq!(net.backprop_from(x, dl_dy_pred, &pass), net.backprop(x, y_true, &pass));
}

mlp!(struct Million: 1000 => relu(980) => tanh(20) => softmax(10), loss = cross_entropy, rolled);

/// In debug and in release builds; with Adam and patience, with a full batch and with single examples.
#[test]
fn a_million_parameters_train_on_two_mebibytes_of_stack() {
    let train = || {
        let mut network = Million::random(&mut mlp_core::rng(1));
        assert!(network.parameters().len() > 1_000_000);
        let examples = [example::<Million>(0), example::<Million>(1)];
        let mut history = History::losses_only();
        let mut trainer = Trainer::new(Adam::new(0.001)).epochs(3).patience(2).observe(&mut history);
        let outcome = trainer.fit(&mut network, &examples).unwrap();
        assert!(outcome.best_epoch.is_some());
        assert!(history.loss()[2] < history.loss()[0], "{:?}", history.loss());
        for batch in [Batch::Full, Batch::Single] {
            let before = network.clone();
            assert_eq!(network, before);
            let mut trainer = Trainer::new(GradientDescent::new(0.01)).epochs(2).batch(batch);
            trainer.fit(&mut network, &examples).unwrap();
            assert_ne!(network, before);
        }
    };
    thread::Builder::new().stack_size(2 << 20).spawn(train).unwrap().join().unwrap();
}

mlp!(struct Small: 4 => tanh(9) => softmax(3), loss = cross_entropy, rolled);

fn small() -> (Small, [f64; 4], [f64; 3]) {
    let (x, y_true) = example::<Small>(0);
    (Small::random_with(&StandardNormal, &mut mlp_core::rng(5)), x, y_true)
}

#[test]
fn gradients_pass_the_check() {
    let (small, x, y_true) = small();
    let check = gradient_check(&small, x, y_true).unwrap();
    assert!(check.is_right(), "{check}");
    assert_eq!(check.comparisons.len(), 75);
    assert_eq!(check.comparisons[10].parameter, "w1[1][1]");
}

/// The name of a value is the expression that reads it.
#[test]
fn a_trace_names_the_elements_of_arrays() {
    let (mut small, x, y_true) = small();
    let trace = small.trace(x, y_true, 0.5);
    let pass = small.forward(x);
    assert_eq!(trace.value("x[2]"), Some(x[2]));
    assert_eq!(trace.value("z1[8]"), Some(pass.z1[8]));
    assert_eq!(trace.value("y_pred[1]"), Some(pass.y_pred[1]));
    assert_eq!(trace.value("y_pred[3]"), None);
    let gradients = small.backprop(x, y_true, &pass);
    small.update(&gradients, 0.5);
    assert_close::<f64>(
        "trace",
        &[trace.value("dL_dw1[3][4]").unwrap(), trace.value("w1[3][4]").unwrap(), trace.value("b2[2]").unwrap()],
        &[gradients.dL_dw1[3][4], small.w1[3][4], small.b2[2]],
    );
}

#[test]
fn a_history_finds_parameters_by_their_expressions() {
    let (mut small, x, y_true) = small();
    let mut history = History::new();
    Trainer::new(GradientDescent::new(0.1)).epochs(3).observe(&mut history).fit(&mut small, &[(x, y_true)]).unwrap();
    assert_eq!(history.parameter("w1[3][4]").unwrap()[2], small.w1[3][4]);
    assert_eq!(history.parameter("b2[2]").unwrap()[2], small.b2[2]);
    assert_eq!(history.parameter("b2[3]"), None);
    assert_eq!(history.prediction("y_pred[0]").unwrap().len(), 3);
}

#[test]
fn errors_name_elements() {
    let (small, x, y_true) = small();
    let mut trainer = Trainer::new(GradientDescent::new(0.1));
    let mut broken = small.clone();
    broken.w2[7][1] = f64::NAN;
    let error = trainer.fit(&mut broken, &[(x, y_true)]).unwrap_err();
    assert_eq!(error.to_string(), "before training: the parameter w2[7][1] is infinite or not a number");
    let mut twins = small.clone();
    twins.b1[8] = twins.b1[2];
    twins.w2[8] = twins.w2[2];
    twins.w1.iter_mut().for_each(|row| row[8] = row[2]);
    let error = trainer.fit(&mut twins, &[(x, y_true)]).unwrap_err();
    assert!(error.to_string().contains("the hidden neurons a1[2] and a1[8] have equal weights"), "{error}");
}

/// Arrays are saved and read back to the bit; errors name missing or surplus numbers.
#[test]
fn saved_files_hold_arrays() {
    let (small, ..) = small();
    let path = std::env::temp_dir().join(format!("mlp_rolled_{}.json", std::process::id()));
    small.save(&path).unwrap();
    let loaded = Small::load(&path);
    let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let broken = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut json = json.clone();
        change(&mut json["parameters"]);
        std::fs::write(&path, json.to_string()).unwrap();
        mlp_core::persist::load_edited::<Small>(&path).unwrap_err().to_string()
    };
    let short = broken(&|parameters| drop(parameters["w1"][3].as_array_mut().unwrap().pop()));
    let long = broken(&|parameters| parameters["b1"].as_array_mut().unwrap().push(0.5.into()));
    let unknown = broken(&|parameters| parameters["b3"] = 0.5.into());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(loaded.unwrap(), small);
    assert_eq!(json["parameters"]["w1"][3][4], small.w1[3][4]);
    assert_eq!(json["parameters"]["b2"].as_array().unwrap().len(), 3);
    assert!(short.ends_with("`parameters.w1[3]` has 8 elements, but the network has 9"), "{short}");
    assert!(long.ends_with("`parameters.b1` has 10 elements, but the network has 9"), "{long}");
    assert!(unknown.ends_with("the network has no `parameters.b3`"), "{unknown}");
}

/// Networks on the heap, and the same ones with their arrays in the struct.
macro_rules! inline {
    ($($name:ident: ($($declaration:tt)*))*) => { $(
        #[test]
        fn $name() {
            mod on_heap {
                mlp_core::mlp!(pub(crate) struct Net: $($declaration)*, rolled);
            }
            mod in_line {
                mlp_core::mlp!(pub(crate) struct Net: $($declaration)*, rolled, inline);
            }
            same_bits_inline::<on_heap::Net, in_line::Net>();
        }
    )* };
}

inline! {
    inline_lecture: (2 => 2 => 2)
    inline_classes: (4 => tanh(9) => softmax(3), loss = cross_entropy, scalar = f32)
    inline_large: (30 => relu(40) => tanh(11) => 2)
}

fn same_bits_inline<H: Network, S>()
where
    S: Network<Scalar = H::Scalar, Input = H::Input, Output = H::Output>,
{
    let mut rng = mlp_core::rng(2);
    let examples: Vec<_> = (0..20)
        .map(|index| {
            let (mut x, mut y_true) = (H::Input::zeros(), H::Output::zeros());
            x.as_mut()
                .iter_mut()
                .for_each(|x| *x = H::Scalar::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 30)));
            let outputs = y_true.as_mut();
            outputs[index % outputs.len()] = H::Scalar::ONE;
            (x, y_true)
        })
        .collect();
    let (mut on_heap, mut in_line) = (H::random(&mut mlp_core::rng(1)), S::random(&mut mlp_core::rng(1)));
    assert_eq!(flat(&on_heap).as_ref(), flat(&in_line).as_ref());
    let (x, y_true) = examples[0];
    let gradients = on_heap.backprop(x, y_true, &on_heap.forward(x));
    let mut array = H::Parameters::zeros();
    H::copy_gradients_into(&gradients, &mut array);
    let mut array_in_line = S::Parameters::zeros();
    S::copy_gradients_into(&in_line.backprop(x, y_true, &in_line.forward(x)), &mut array_in_line);
    assert_eq!(array.as_ref(), array_in_line.as_ref());
    let mut again = S::Parameters::zeros();
    S::copy_gradients_into(&S::gradients_from(&array_in_line), &mut again);
    assert_eq!(again, array_in_line);

    let descent = || Trainer::new(GradientDescent::new(0.1)).epochs(20);
    descent().fit(&mut on_heap, &examples).unwrap();
    descent().fit(&mut in_line, &examples).unwrap();
    assert_eq!(flat(&on_heap).as_ref(), flat(&in_line).as_ref());
    let batches = || Trainer::new(Adam::new(0.01)).epochs(20).batch(Batch::Mini(9)).shuffle(1).patience(5);
    batches().fit(&mut on_heap, &examples).unwrap();
    batches().fit(&mut in_line, &examples).unwrap();
    assert_eq!(flat(&on_heap).as_ref(), flat(&in_line).as_ref());
}

fn flat<N: Network>(network: &N) -> N::Parameters {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters
}

/// Parameters drawn in place are those of a network that is made.
#[test]
fn parameters_are_drawn_in_place() {
    mlp!(struct Large: 30 => relu(40) => tanh(11) => 2, rolled, inline);
    mlp!(struct Small: 2 => tanh(3) => 1);
    drawn_in_place::<Large>();
    drawn_in_place::<Small>();
}

fn drawn_in_place<N: Network + PartialEq + Debug>() {
    let mut network = N::random(&mut mlp_core::rng(1));
    network.draw_parameters(&StandardNormal, &mut mlp_core::rng(3));
    assert_eq!(network, N::random_with(&StandardNormal, &mut mlp_core::rng(3)));
}

/// A training that starts in a place is the one that `start` returns; an error leaves the place empty.
#[test]
fn a_training_starts_in_its_place() {
    mlp!(struct Net: 3 => tanh(10) => 2, rolled, inline);
    let examples = [([0.1, 0.2, 0.3], [0.5, 0.9]), ([0.3, -0.2, 0.1], [0.1, 0.4])];
    let (mut one, mut two) = (Net::random(&mut mlp_core::rng(1)), Net::random(&mut mlp_core::rng(1)));
    let trainer = || Trainer::new(Adam::new(0.01)).epochs(10).patience(5);
    let mut place = None;
    Training::start_in(&mut place, trainer(), &one).unwrap();
    let outcome = place.as_mut().unwrap().fit(&mut one, &examples).unwrap();
    assert_eq!(outcome, trainer().start(&two).unwrap().fit(&mut two, &examples).unwrap());
    assert_eq!(one, two);

    one.b1[3] = f64::NAN;
    let error = Training::start_in(&mut place, trainer(), &one).unwrap_err();
    assert_eq!(error.to_string(), trainer().start(&one).unwrap_err().to_string());
    assert!(place.is_none());
}
