//! Gradients equal central differences, and an `f32` network equals its `f64` twin: those of `backprop`, those from
//! derivatives that a caller brings, those with respect to inputs, and those of batches.

use mlp_core::network::Array as _;
use mlp_core::{Network, Scalar as _, StandardNormal};

/// x · σ(x), with its derivative, as a user writes them.
fn swish<T: mlp_core::Scalar>(z: T) -> T {
    z * mlp_core::activation::sigmoid(z)
}

/// σ(z) + z · σ′(z)
fn swish_derivative<T: mlp_core::Scalar>(z: T, _a: T) -> T {
    let s = mlp_core::activation::sigmoid(z);
    s + z * s * (T::ONE - s)
}

/// ¼ Σ (y_pred − y_true)⁴
fn quartic<T: mlp_core::Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    let mut sum = T::ZERO;
    for (y_pred, y_true) in y_pred.into_iter().zip(y_true) {
        let error = y_pred - y_true;
        sum += error * error * error * error;
    }
    T::from_f64(0.25) * sum
}

/// (y_pred − y_true)³
fn quartic_derivative<T: mlp_core::Scalar, const O: usize>(mut y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    for (y_pred, y_true) in y_pred.iter_mut().zip(y_true) {
        let error = *y_pred - y_true;
        *y_pred = error * error * error;
    }
    y_pred
}

/// 1 / (1 + z²), a probability, with its derivative.
fn bell<T: mlp_core::Scalar>(z: T) -> T {
    T::ONE / (T::ONE + z * z)
}

/// −2 z a²
fn bell_derivative<T: mlp_core::Scalar>(z: T, a: T) -> T {
    -(z + z) * a * a
}

/// One module and one test per declaration, in both scalars.
macro_rules! declarations {
    ($($name:ident: ($($declaration:tt)*))*) => { $(
        mod $name {
            mlp_core::mlp!(pub(crate) struct Double: $($declaration)*, scalar = f64);
            mlp_core::mlp!(pub(crate) struct Single: $($declaration)*, scalar = f32);

            #[test]
            fn gradient() {
                super::check::<Double, Single>();
            }
        }
    )* };
}

include!("architectures.rs");

architectures!(declarations);

/// Three random networks on random examples each.
fn check<D: Network<Scalar = f64>, S: Network<Scalar = f32>>() {
    for seed in 0..3 {
        let mut rng = mlp_core::rng(seed);
        // Sources scaled down, so that wide layers do not saturate.
        let mut double = D::Parameters::zeros();
        D::random_with(&StandardNormal, &mut rng).copy_parameters_into(&mut double);
        let fan_in = D::ARCHITECTURE.layers.iter().map(mlp_core::network::Layer::fan_in).max().unwrap();
        let scale = 1.5 / f64::from(u32::try_from(fan_in).unwrap()).sqrt();
        double.as_mut().iter_mut().for_each(|parameter| *parameter *= scale);
        let mut single = S::Parameters::zeros();
        round(double.as_ref(), single.as_mut());
        // The twins differ in how they compute, not in where they start.
        widen(single.as_ref(), double.as_mut());

        let (mut x, mut y_true) = (D::Input::zeros(), D::Output::zeros());
        fill(x.as_mut(), &mut rng);
        fill(y_true.as_mut(), &mut rng);
        make_admissible(D::ARCHITECTURE.loss.name, y_true.as_mut());
        let gradients = gradients::<D>(&double, x, y_true);
        compare("central differences", gradients.as_ref(), &differences_of_loss::<D>(&double, x, y_true), 1e-6);

        let (mut x_single, mut y_true_single) = (S::Input::zeros(), S::Output::zeros());
        round(x.as_ref(), x_single.as_mut());
        round(y_true.as_ref(), y_true_single.as_mut());
        let twin = self::gradients::<S>(&single, x_single, y_true_single);
        compare("the f32 twin", gradients.as_ref(), &wide(twin.as_ref()), 1e-4);
        continues_where_the_loss_ends::<D>(&double, x, y_true, 1e-11);
        continues_where_the_loss_ends::<S>(&single, x_single, y_true_single, 1e-3);

        let (mut dl_dy_pred, mut dl_dy_pred_single) = (D::Output::zeros(), S::Output::zeros());
        fill(dl_dy_pred.as_mut(), &mut rng);
        round(dl_dy_pred.as_ref(), dl_dy_pred_single.as_mut());
        let [by_parameters, by_inputs] = from_outside::<D>(&double, x, dl_dy_pred);
        compare("central differences", &by_parameters, &differences_of_parameters::<D>(&double, x, dl_dy_pred), 1e-6);
        compare("central differences", &by_inputs, &differences_of_inputs::<D>(&double, x, dl_dy_pred), 1e-6);
        let twins = from_outside::<S>(&single, x_single, dl_dy_pred_single);
        compare("the f32 twin", &by_parameters, &twins[0], 1e-4);
        compare("the f32 twin", &by_inputs, &twins[1], 1e-4);
        kernels_agree::<D>(&double, x, dl_dy_pred, 1e-10);
        kernels_agree::<S>(&single, x_single, dl_dy_pred_single, 1e-3);
    }
}

fn gradients<N: Network>(parameters: &N::Parameters, x: N::Input, y_true: N::Output) -> N::Parameters {
    let net = N::from_parameters(parameters);
    let mut gradients = N::Parameters::zeros();
    N::copy_gradients_into(&net.backprop(x, y_true, &net.forward(x)), &mut gradients);
    gradients
}

/// From the derivative of the loss, `backprop_from` gives what `backprop` gives: to the bit, or up to rounding if `backprop`
/// leaves out what cancels.
fn continues_where_the_loss_ends<N: Network>(
    parameters: &N::Parameters,
    x: N::Input,
    y_true: N::Output,
    tolerance: f64,
) {
    let net = N::from_parameters(parameters);
    let pass = net.forward(x);
    let dl_dy_pred = (N::ARCHITECTURE.loss.derivative)(N::prediction(&pass), y_true);
    let (whole, mut from) = (gradients::<N>(parameters, x, y_true), N::Parameters::zeros());
    N::copy_gradients_into(&net.backprop_from(x, dl_dy_pred, &pass), &mut from);
    let output = N::ARCHITECTURE.layers.last().unwrap().activation.name();
    match (output, N::ARCHITECTURE.loss.name) {
        ("softmax", "cross_entropy") | ("sigmoid", "binary_cross_entropy") => {
            compare("backprop", &wide(from.as_ref()), &wide(whole.as_ref()), tolerance);
        }
        _ => assert_eq!(from, whole),
    }
}

/// By `backprop_from` and by `input_gradients`.
fn from_outside<N: Network>(parameters: &N::Parameters, x: N::Input, dl_dy_pred: N::Output) -> [Vec<f64>; 2] {
    let net = N::from_parameters(parameters);
    let (pass, mut gradients) = (net.forward(x), N::Parameters::zeros());
    N::copy_gradients_into(&net.backprop_from(x, dl_dy_pred, &pass), &mut gradients);
    [wide(gradients.as_ref()), wide(net.input_gradients(x, dl_dy_pred, &pass).as_ref())]
}

/// Batches by kernels, of examples that are all different, against one example after the other.
fn kernels_agree<N: Network>(parameters: &N::Parameters, x: N::Input, dl_dy_pred: N::Output, tolerance: f64) {
    let net = N::from_parameters(parameters);
    let pairs = (1..=19).map(|part| {
        let (mut x, mut dl_dy_pred, part) = (x, dl_dy_pred, N::Scalar::from_f64(0.5 + f64::from(part) / 38.0));
        x.as_mut().iter_mut().for_each(|x| *x *= part);
        dl_dy_pred.as_mut().iter_mut().for_each(|derivative| *derivative *= part);
        (x, dl_dy_pred)
    });
    let pairs: Vec<_> = pairs.collect();
    let alone: Vec<_> = pairs.iter().map(|&(x, dl_dy_pred)| from_outside::<N>(parameters, x, dl_dy_pred)).collect();
    let mean = |index: usize| alone.iter().map(|[by_parameters, _]| by_parameters[index]).sum::<f64>() / 19.0;
    let means: Vec<_> = (0..parameters.as_ref().len()).map(mean).collect();
    compare("the kernels", &means, &wide(net.batch_backprop_from(&pairs).unwrap().as_ref()), tolerance);
    let mut dl_dx = vec![N::Input::zeros(); pairs.len()];
    net.batch_input_gradients(&pairs, &mut dl_dx).unwrap();
    for ([_, by_inputs], dl_dx) in alone.iter().zip(&dl_dx) {
        compare("the kernels", by_inputs, &wide(dl_dx.as_ref()), tolerance);
    }
}

fn differences_of_loss<N: Network<Scalar = f64>>(
    parameters: &N::Parameters,
    x: N::Input,
    y_true: N::Output,
) -> Vec<f64> {
    differences(parameters.as_ref(), |moved| N::loss_of(&with_parameters::<N>(moved).forward(x), y_true))
}

fn differences_of_parameters<N: Network<Scalar = f64>>(
    parameters: &N::Parameters,
    x: N::Input,
    dl_dy_pred: N::Output,
) -> Vec<f64> {
    differences(parameters.as_ref(), |moved| dot(with_parameters::<N>(moved).predict(x).as_ref(), dl_dy_pred.as_ref()))
}

fn differences_of_inputs<N: Network<Scalar = f64>>(
    parameters: &N::Parameters,
    x: N::Input,
    dl_dy_pred: N::Output,
) -> Vec<f64> {
    let net = N::from_parameters(parameters);
    differences(x.as_ref(), |moved| {
        let mut x = N::Input::zeros();
        x.as_mut().copy_from_slice(moved);
        dot(net.predict(x).as_ref(), dl_dy_pred.as_ref())
    })
}

fn with_parameters<N: Network>(parameters: &[N::Scalar]) -> N {
    let mut array = N::Parameters::zeros();
    array.as_mut().copy_from_slice(parameters);
    N::from_parameters(&array)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// ∂f/∂p ≈ (8 (f(p + h) − f(p − h)) − (f(p + 2h) − f(p − 2h))) / 12 h, whose error is of order h⁴.
fn differences(values: &[f64], function: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    const H: f64 = 1e-4;
    let at = |index: usize, by: f64| {
        let mut moved = values.to_vec();
        moved[index] += by;
        function(&moved)
    };
    let difference = |index| {
        let (near, far) = (at(index, H) - at(index, -H), at(index, 2.0 * H) - at(index, -2.0 * H));
        (8.0 * near - far) / (12.0 * H)
    };
    (0..values.len()).map(difference).collect()
}

/// The error is relative to the larger of the two, or to a thousandth of the largest gradient if both are smaller,
/// because their digits are lost in the differences. Equal zeros prove nothing, so the largest gradient must not be
/// (almost) zero.
fn compare(with: &str, gradients: &[f64], others: &[f64], tolerance: f64) {
    assert_eq!(gradients.len(), others.len());
    let largest = gradients.iter().fold(0.0_f64, |largest, gradient| largest.max(gradient.abs()));
    assert!(largest > 1e-7, "all gradients are (almost) zero: {largest:e}");
    for (index, (&gradient, &other)) in gradients.iter().zip(others).enumerate() {
        let scale = gradient.abs().max(other.abs()).max(1e-3 * largest);
        let error = (gradient - other).abs() / scale;
        assert!(error <= tolerance, "value {index}: {gradient:e}, by {with} {other:e}: off by {error:e}");
    }
}

/// Fills with random numbers between −1 and 1.
fn fill(values: &mut [f64], rng: &mut impl mlp_core::random::Rng) {
    for value in values {
        *value = f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0;
    }
}

/// Makes probabilities of the targets, because the cross-entropies compare probabilities.
fn make_admissible(loss: &str, targets: &mut [f64]) {
    if matches!(loss, "cross_entropy" | "binary_cross_entropy") {
        for target in &mut *targets {
            *target = 0.5 * (*target + 1.0);
        }
    }
    if loss == "cross_entropy" {
        let sum: f64 = targets.iter().sum();
        for target in targets {
            *target /= sum;
        }
    }
}

fn round(from: &[f64], to: &mut [f32]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = f32::from_f64(*from));
}

fn widen(from: &[f32], to: &mut [f64]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = f64::from(*from));
}

fn wide<T: mlp_core::Scalar>(values: &[T]) -> Vec<f64> {
    values.iter().map(|&value| value.to_f64()).collect()
}
