//! `gradient_check` finds wrong derivatives and passes right ones. Neither a kink nor zero against zero is a success.

use mlp_core::activation::{leaky_relu, tanh};
use mlp_core::gradient_check::Verdict;
use mlp_core::loss::{half_squared_error, half_squared_error_derivative};
use mlp_core::network::Array as _;
use mlp_core::{GradientCheck, GradientCheckError, Network, Scalar, StandardNormal, gradient_check, mlp};

/// tanh under several names, each with a different mistake in its derivative.
macro_rules! wrong_tanh {
    ($($name:ident $derivative:ident: |$z:ident, $a:ident| $wrong:expr;)*) => { $(
        fn $name<T: Scalar>(z: T) -> T {
            tanh(z)
        }

        fn $derivative<T: Scalar>($z: T, $a: T) -> T {
            $wrong
        }
    )* };
}

wrong_tanh! {
    factor factor_derivative: |_z, a| T::from_f64(1.01) * (T::ONE - a * a);
    sign sign_derivative: |_z, a| a * a - T::ONE;
    term term_derivative: |_z, _a| T::ONE;
    zero zero_derivative: |_z, _a| T::ZERO;
    broken broken_derivative: |_z, _a| T::from_f64(f64::NAN);
}

/// Wrong for negative z: the 0.01 is forgotten there, as if it were relu.
fn negative<T: Scalar>(z: T) -> T {
    leaky_relu(z)
}

fn negative_derivative<T: Scalar>(z: T, _a: T) -> T {
    if z > T::ZERO { T::ONE } else { T::ZERO }
}

/// A step; its derivative is useless.
fn step<T: Scalar>(z: T) -> T {
    if z > T::ZERO { T::ONE } else { T::ZERO }
}

fn step_derivative<T: Scalar>(_z: T, _a: T) -> T {
    T::ZERO
}

/// A number at 1, and NaN everywhere else.
fn fenced<T: Scalar>(z: T) -> T {
    if z == T::ONE { z } else { T::from_f64(f64::NAN) }
}

fn fenced_derivative<T: Scalar>(_z: T, _a: T) -> T {
    T::ONE
}

/// Wrong: the loss is the mean of the outputs' errors, and the derivative is that of the sum.
fn mean<T: Scalar>(y_pred: [T; 2], y_true: [T; 2]) -> T {
    T::from_f64(0.5) * half_squared_error(y_pred, y_true)
}

fn mean_derivative<T: Scalar>(y_pred: [T; 2], y_true: [T; 2]) -> [T; 2] {
    half_squared_error_derivative(y_pred, y_true)
}

/// Wrong: the second output's derivative has the wrong sign.
fn second<T: Scalar>(y_pred: [T; 2], y_true: [T; 2]) -> T {
    half_squared_error(y_pred, y_true)
}

fn second_derivative<T: Scalar>(y_pred: [T; 2], y_true: [T; 2]) -> [T; 2] {
    [y_pred[0] - y_true[0], y_true[1] - y_pred[1]]
}

/// |y_pred − y_true|, with a kink at the target.
fn absolute<T: Scalar>([y_pred]: [T; 1], [y_true]: [T; 1]) -> T {
    if y_pred > y_true { y_pred - y_true } else { y_true - y_pred }
}

fn absolute_derivative<T: Scalar>([y_pred]: [T; 1], [y_true]: [T; 1]) -> [T; 1] {
    [if y_pred > y_true { T::ONE } else { -T::ONE }]
}

/// A random network on a random example.
fn random_check<N: Network>(seed: u64) -> GradientCheck {
    let mut rng = mlp_core::rng(seed);
    let net = N::random_with(&StandardNormal, &mut rng);
    let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
    fill(x.as_mut(), &mut rng);
    fill(y_true.as_mut(), &mut rng);
    gradient_check(&net, x, y_true).unwrap()
}

/// Fills with random numbers between −1 and 1.
fn fill<T: Scalar>(values: &mut [T], rng: &mut impl mlp_core::random::Rng) {
    for value in values {
        *value = T::from_f64(f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0);
    }
}

/// Every declaration with a mistake in it, in both scalars, and the parameters whose gradient is wrong.
macro_rules! wrong {
    ($($name:ident: ($($declaration:tt)*) [$($parameter:literal)*])*) => { $(
        mod $name {
            mlp_core::mlp!(struct Double: $($declaration)*, scalar = f64);
            mlp_core::mlp!(struct Single: $($declaration)*, scalar = f32);

            #[test]
            fn is_found() {
                super::is_found::<Double>(&[$($parameter),*]);
                super::is_found::<Single>(&[$($parameter),*]);
            }
        }
    )* };
}

wrong! {
    wrong_factor: (2 => super::factor(2) => identity(1)) ["w11" "w12" "w21" "w22" "b1" "b2"]
    wrong_sign: (2 => super::sign(2) => identity(1)) ["w11" "w12" "w21" "w22" "b1" "b2"]
    missing_term: (2 => super::term(2) => identity(1)) ["w11" "w12" "w21" "w22" "b1" "b2"]
    missing_all: (2 => super::zero(2) => identity(1)) ["w11" "w12" "w21" "w22" "b1" "b2"]
    wrong_deep: (2 => tanh(1) => super::factor(1) => tanh(2)) ["w11" "w21" "b1" "w31" "b2"]
    wrong_output: (1 => tanh(1) => super::sign(1)) ["w11" "b1" "w21" "b2"]
    wrong_loss: (1 => tanh(2) => identity(2), loss = super::mean)
        ["w11" "w12" "b1" "b2" "w21" "w22" "w31" "w32" "b3" "b4"]
    wrong_second_output: (1 => tanh(1) => identity(2), loss = super::second) ["w11" "b1" "w22" "b3"]
}

fn is_found<N: Network>(parameters: &[&str]) {
    let mut found = 0;
    for seed in 0..20 {
        let check = random_check::<N>(seed);
        // No other gradient is called wrong.
        assert!(
            check.parameters(Verdict::Wrong).all(|name| parameters.iter().any(|known| *known == name)),
            "seed {seed}: {check}"
        );
        assert_eq!(check.is_right(), check.parameters(Verdict::Wrong).count() == 0);
        found += usize::from(!check.is_right());
        // In f64 every wrong gradient is found.
        let mut right = check.parameters(Verdict::Right);
        assert!(
            N::Scalar::NAME == f32::NAME || right.all(|name| parameters.iter().all(|known| *known != name)),
            "seed {seed}: {check}"
        );
    }
    // In f32 a mistake may be missed where the gradients or their errors are small.
    assert!(found == 20 || N::Scalar::NAME == f32::NAME && found >= 15, "found in {found} of 20");
}

mlp!(struct Linear: 2 => identity(1));
mlp!(struct Sigmoid: 2 => 1);
mlp!(struct SigmoidSingle: 2 => 1, scalar = f32);

#[test]
fn the_two_gradients_are_told() {
    // z = 0.5, dL/dz = 0.25
    let check = gradient_check(&Linear { w11: 0.5, w21: -0.25, b1: 0.25 }, [1.0, 1.0], [0.25]).unwrap();
    assert!(check.is_right());
    assert_eq!((check.tolerance, check.comparisons.len()), (1e-6, 3));
    for comparison in &check.comparisons {
        assert_eq!((comparison.analytic, comparison.verdict), (0.25, Verdict::Right));
        assert!((comparison.numeric - 0.25).abs() < 1e-10, "{comparison:?}");
        assert!(comparison.relative_error() <= check.worst.relative_error());
    }
    let single = SigmoidSingle { w11: 0.5, w21: -0.25, b1: 0.25 };
    let check = gradient_check(&single, [1.0, 1.0], [0.25]).unwrap();
    assert!(check.is_right());
    assert_eq!((check.tolerance, check.parameters(Verdict::Right).count()), (5e-3, 3));
}

mlp!(struct WrongForNegative: 1 => self::negative(1) => identity(1));

#[test]
fn what_is_wrong_for_negative_z_only_shows_there() {
    let check = |x| gradient_check(&WrongForNegative { w11: 0.5, b1: 0.0, w21: 2.0, b2: 1.0 }, [x], [0.0]).unwrap();
    assert!(check(1.0).is_right());
    let wrong = check(-1.0);
    assert_eq!(wrong.parameters(Verdict::Wrong).collect::<Vec<_>>(), ["w11", "b1"]);
    assert_eq!((wrong.worst.analytic, wrong.worst.relative_error()), (0.0, 1.0));
}

mlp!(struct Kinked: 1 => relu(2) => identity(1));
mlp!(struct KinkedSingle: 1 => relu(2) => identity(1), scalar = f32);

/// Parameters for which the first neuron has the pre-activation `z1` if the input is 1.
fn kinked(z1: f64) -> [f64; 7] {
    [0.5, 0.5, z1 - 0.5, 0.25, 1.5, 0.5, 0.0]
}

#[test]
fn a_kink_is_neither_an_error_nor_a_success() {
    let double = gradient_check(&Kinked::from_parameters(kinked(0.0)), [1.0], [0.0]).unwrap();
    let single = KinkedSingle::from_parameters(kinked(0.0).map(f32::from_f64));
    for check in [double, gradient_check(&single, [1.0], [0.0]).unwrap()] {
        assert!(check.is_right(), "{check}");
        assert_eq!(check.kinks().collect::<Vec<_>>(), ["w11", "b1"]);
        // Its source is a1 = 0.
        assert_eq!(check.parameters(Verdict::TooSmall).collect::<Vec<_>>(), ["w21"]);
        assert_eq!(check.parameters(Verdict::Right).collect::<Vec<_>>(), ["w12", "b2", "w31", "b3"]);
    }
}

#[test]
fn a_kink_nearby_is_no_false_alarm() {
    for exponent in 1..60 {
        for side in [-1.0, 1.0, -1.5, 1.5] {
            let z1 = side * 2.0_f64.powi(-exponent);
            let check = gradient_check(&Kinked::from_parameters(kinked(z1)), [1.0], [0.0]).unwrap();
            assert!(check.is_right(), "z1 = {z1:e}: {check}");
            // Left of the kink the neuron is dead. Right of it everything is compared, until rounding hides on which
            // side z1 is.
            let expected = match z1 {
                ..0.0 => 4..=4,
                1e-7.. => 7..=7,
                _ => 4..=7,
            };
            assert!(expected.contains(&check.parameters(Verdict::Right).count()), "z1 = {z1:e}: {check}");
            let single = KinkedSingle::from_parameters(kinked(z1).map(f32::from_f64));
            let check = gradient_check(&single, [1.0], [0.0]).unwrap();
            assert!(check.is_right(), "z1 = {z1:e}: {check}");
            assert!(check.parameters(Verdict::Right).count() >= 4, "z1 = {z1:e}: {check}");
        }
    }
}

fn nothing_compared(kinks: usize, too_small: usize) -> Result<GradientCheck, GradientCheckError> {
    Err(GradientCheckError::NothingCompared { kinks, too_small })
}

mlp!(struct Rectified: 2 => relu(1));
mlp!(struct Absolute: 1 => identity(1), loss = self::absolute);
mlp!(struct AbsoluteSingle: 1 => identity(1), loss = self::absolute, scalar = f32);
mlp!(struct Stepped: 1 => self::step(1));

#[test]
fn nothing_but_kinks_is_an_error() {
    let rectified = Rectified { w11: 0.5, w21: -1.0, b1: 0.0 };
    assert_eq!(gradient_check(&rectified, [1.0, 0.5], [1.0]), nothing_compared(3, 0));
    assert_eq!(gradient_check(&rectified, [0.0, 0.0], [1.0]), nothing_compared(1, 2));
    assert_eq!(gradient_check(&Absolute { w11: 0.5, b1: 0.25 }, [1.0], [0.75]), nothing_compared(2, 0));
    assert_eq!(gradient_check(&AbsoluteSingle { w11: 0.5, b1: 0.25 }, [1.0], [0.75]), nothing_compared(2, 0));
    // A jump has no slope at all.
    assert!(gradient_check(&Stepped { w11: 0.5, b1: -0.5 }, [1.0], [0.75]).is_err());
}

#[test]
fn zero_against_zero_is_an_error() {
    let all = nothing_compared(0, 3);
    // Dead, saturated, constant, and at the minimum.
    assert_eq!(gradient_check(&Rectified { w11: -0.5, w21: -1.0, b1: 0.0 }, [1.0, 0.5], [1.0]), all);
    assert_eq!(gradient_check(&Sigmoid { w11: 100.0, w21: 0.0, b1: 0.0 }, [1.0, 0.5], [0.25]), all);
    assert_eq!(gradient_check(&SigmoidSingle { w11: 30.0, w21: 0.0, b1: 0.0 }, [1.0, 0.5], [0.25]), all);
    assert_eq!(gradient_check(&Stepped { w11: 0.5, b1: 0.5 }, [1.0], [0.75]), nothing_compared(0, 2));
    assert_eq!(gradient_check(&Sigmoid { w11: 0.5, w21: -1.0, b1: 0.0 }, [1.0, 0.5], [0.5]), all);
    let net = Sigmoid { w11: 0.3, w21: -1.1, b1: 0.7 };
    assert_eq!(gradient_check(&net, [0.9, 0.4], net.predict([0.9, 0.4])), all);
}

#[test]
fn a_small_gradient_is_compared_as_long_as_it_can_be_told() {
    // σ′(z) is 1e-5; in f32 that is too small to judge.
    let check = gradient_check(&Sigmoid { w11: 11.5, w21: 0.0, b1: 0.0 }, [1.0, 0.5], [0.25]).unwrap();
    assert_eq!(check.parameters(Verdict::Right).count(), 3, "{check}");
    let single = SigmoidSingle { w11: 11.5, w21: 0.0, b1: 0.0 };
    assert_eq!(gradient_check(&single, [1.0, 0.5], [0.25]), nothing_compared(0, 3));
}

#[test]
fn the_scales_of_inputs_and_parameters_do_not_matter() {
    for exponent in -6..=8 {
        let scale = 10.0_f64.powi(exponent);
        let sigmoid = Sigmoid { w11: 0.5 / scale, w21: -0.25 / scale, b1: 0.125 };
        let check = gradient_check(&sigmoid, [scale, 2.0 * scale], [1.0]).unwrap();
        assert_eq!(check.parameters(Verdict::Right).count(), 3, "{scale:e}: {check}");
        let linear = Linear { w11: 0.5 * scale, w21: -0.5 * scale, b1: 0.25 * scale };
        let check = gradient_check(&linear, [0.5, 0.25], [scale]).unwrap();
        assert_eq!(check.parameters(Verdict::Right).count(), 3, "{scale:e}: {check}");
    }
}

mlp!(struct Wild: 3 => relu(5) => tanh(4) => identity(2));
mlp!(struct WildSingle: 3 => relu(5) => tanh(4) => identity(2), scalar = f32);

#[test]
fn wildly_scaled_networks_are_no_false_alarm() {
    fn compared<N: Network>(seed: u64) -> usize {
        let mut rng = mlp_core::rng(seed);
        let mut draw = |values: &mut [N::Scalar]| {
            let mut exponents = vec![N::Scalar::ZERO; values.len()];
            fill(values, &mut rng);
            fill(&mut exponents, &mut rng);
            for (value, exponent) in values.iter_mut().zip(exponents) {
                *value *= N::Scalar::from_f64(10.0_f64.powf(2.0 * exponent.to_f64()));
            }
        };
        let (mut parameters, mut x, mut y_true) = (N::Parameters::zeros(), N::Input::zeros(), N::Output::zeros());
        draw(parameters.as_mut());
        draw(x.as_mut());
        draw(y_true.as_mut());
        let check = gradient_check(&N::from_parameters(&parameters), x, y_true).unwrap();
        assert!(check.is_right(), "seed {seed}, {}: {check}", N::Scalar::NAME);
        check.parameters(Verdict::Right).count()
    }
    let [double, single] =
        [compared::<Wild>, compared::<WildSingle>].map(|compared| (0..50).map(compared).sum::<usize>());
    println!("compared: {double} in f64, {single} in f32, of {}", 50 * 54);
    assert!(double > 800 && single > 500);
}

mlp!(struct Broken: 1 => self::broken(1));
mlp!(struct Fenced: 1 => self::fenced(1));
mlp!(struct LinearSingle: 2 => identity(1), scalar = f32);

mlp!(struct Answer: 1 => sigmoid(1), loss = binary_cross_entropy);
mlp!(struct AnswerSingle: 1 => sigmoid(1), loss = binary_cross_entropy, scalar = f32);
mlp!(struct Choice: 1 => softmax(2), loss = cross_entropy);
mlp!(struct ChoiceSingle: 1 => softmax(2), loss = cross_entropy, scalar = f32);
mlp!(struct DeepChoice: 2 => tanh(3) => softmax(4), loss = cross_entropy);
mlp!(struct DeepChoiceSingle: 2 => tanh(3) => softmax(4), loss = cross_entropy, scalar = f32);
mlp!(struct DeepAnswers: 2 => tanh(3) => sigmoid(4), loss = binary_cross_entropy);
mlp!(struct DeepAnswersSingle: 2 => tanh(3) => sigmoid(4), loss = binary_cross_entropy, scalar = f32);

/// Wrong predictions, however large the pre-activations are: all gradients can be compared, and are right.
#[test]
fn saturated_outputs_are_right_where_they_are_wrong() {
    for z in [5.0, 20.0, 37.0, 90.0, 100.0, 120.0, 800.0] {
        let single = f32::from_f64(z);
        for (z, single, y_true) in [(z, single, 0.0), (-z, -single, 1.0)] {
            let check = gradient_check(&Answer { w11: z, b1: 0.0 }, [1.0], [y_true]).unwrap();
            assert_eq!(check.parameters(Verdict::Right).count(), 2, "{z}: {check}");
            let net = AnswerSingle { w11: single, b1: 0.0 };
            let check = gradient_check(&net, [1.0], [f32::from_f64(y_true)]).unwrap();
            assert_eq!(check.parameters(Verdict::Right).count(), 2, "{z} in f32: {check}");
        }
        let net = Choice { w11: 0.0, w12: z, b1: 0.0, b2: 0.0 };
        let check = gradient_check(&net, [1.0], [1.0, 0.0]).unwrap();
        assert_eq!(check.parameters(Verdict::Right).count(), 4, "{z}: {check}");
        let net = ChoiceSingle { w11: 0.0, w12: single, b1: 0.0, b2: 0.0 };
        let check = gradient_check(&net, [1.0], [1.0, 0.0]).unwrap();
        assert_eq!(check.parameters(Verdict::Right).count(), 4, "{z} in f32: {check}");
    }
}

/// Right predictions: y_pred − y_true has fewer and fewer digits while the loss has all of them. Nothing is called
/// wrong, and what has digits is compared.
#[test]
fn saturated_outputs_that_are_right_are_no_false_alarm() {
    let (mut compared, mut hidden) = (0, 0);
    for step in 0..400 {
        let z = 0.25 * f64::from(step);
        for (z, y_true) in [(z, 1.0), (-z, 0.0)] {
            for x in [1e-3, 1.0, 1e3] {
                let checks = [
                    gradient_check(&Answer { w11: z / x, b1: 0.0 }, [x], [y_true]),
                    gradient_check(
                        &AnswerSingle { w11: f32::from_f64(z / x), b1: 0.0 },
                        [f32::from_f64(x)],
                        [f32::from_f64(y_true)],
                    ),
                    gradient_check(&Choice { w11: 0.0, w12: z / x, b1: 0.0, b2: 0.0 }, [x], [1.0 - y_true, y_true]),
                    gradient_check(
                        &ChoiceSingle { w11: 0.0, w12: f32::from_f64(z / x), b1: 0.0, b2: 0.0 },
                        [f32::from_f64(x)],
                        [1.0 - y_true, y_true].map(f32::from_f64),
                    ),
                ];
                for check in checks {
                    match check {
                        Ok(check) => {
                            assert!(check.is_right(), "z = {z}, x = {x}: {check}");
                            compared += check.parameters(Verdict::Right).count();
                        }
                        Err(GradientCheckError::NothingCompared { .. }) => hidden += 1,
                        Err(error) => panic!("z = {z}, x = {x}: {error}"),
                    }
                }
            }
        }
    }
    println!("{compared} gradients compared, nothing in {hidden} networks");
    assert!(compared > 4000);
}

/// Hidden neurons, several outputs and soft targets, with outputs of all sizes.
#[test]
fn saturated_deep_networks_are_no_false_alarm() {
    fn compared<N: Network>(seed: u64) -> usize {
        let mut rng = mlp_core::rng(seed);
        let mut parameters = N::Parameters::zeros();
        fill(parameters.as_mut(), &mut rng);
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        fill(x.as_mut(), &mut rng);
        let size = N::Scalar::from_f64(1.6_f64.powi(i32::try_from(seed % 16).unwrap()));
        let output = N::ARCHITECTURE.layers[1].parameter_count();
        parameters.as_mut().iter_mut().rev().take(output).for_each(|parameter| *parameter *= size);
        y_true.as_mut().copy_from_slice(&match seed % 3 {
            0 => [0.25, 0.25, 0.125, 0.375].map(N::Scalar::from_f64),
            _ => [0.0, 0.0, 1.0, 0.0].map(N::Scalar::from_f64),
        });
        let network = N::from_parameters(&parameters);
        match gradient_check(&network, x, y_true) {
            Ok(check) => {
                assert!(check.is_right(), "seed {seed}, {}: {check}", N::ARCHITECTURE);
                check.parameters(Verdict::Right).count()
            }
            Err(GradientCheckError::NothingCompared { .. }) => 0,
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    let checks =
        [compared::<DeepChoice>, compared::<DeepAnswers>, compared::<DeepChoiceSingle>, compared::<DeepAnswersSingle>];
    let counts = checks.map(|compared| (0..96).map(compared).sum::<usize>());
    println!("compared: {counts:?} of {}", 96 * 25);
    assert!(counts[0] > 1900 && counts[1] > 1900 && counts[2] > 1000 && counts[3] > 1000, "{counts:?}");
}

/// The gradient of cross_entropy after softmax is right for distributions only.
#[test]
fn targets_without_sense_are_refused() {
    mlp!(struct Classes: 1 => softmax(2), loss = cross_entropy);
    let net = Classes { w11: 0.5, w12: -0.25, b1: 0.5, b2: 0.0 };
    assert!(gradient_check(&net, [1.0], [0.25, 0.75]).unwrap().is_right());
    for y_true in [[1.0, 1.0], [1.5, -0.5]] {
        let error = gradient_check(&net, [1.0], y_true).unwrap_err();
        assert_eq!(error, GradientCheckError::Targets { loss: "cross_entropy" });
    }
}

#[test]
fn what_is_not_finite_is_named() {
    let not_finite = |name: &'static str| Err(GradientCheckError::NotFinite { name: name.into() });
    let linear = Linear { w11: 0.5, w21: 0.5, b1: 0.0 };
    assert_eq!(gradient_check(&linear, [0.0, f64::NAN], [0.0]), not_finite("x2"));
    assert_eq!(gradient_check(&linear, [0.0, 0.0], [f64::INFINITY]), not_finite("y_true"));
    assert_eq!(gradient_check(&Linear { w21: f64::NAN, ..linear }, [0.0, 0.0], [0.0]), not_finite("w21"));
    let steep = LinearSingle { w11: 1e30, w21: 0.0, b1: 0.0 };
    assert_eq!(gradient_check(&steep, [1.0, 0.0], [0.0]), Err(GradientCheckError::Loss));
    let gradient = GradientCheckError::Gradient { parameter: "w11".into() };
    assert_eq!(gradient_check(&Broken { w11: 0.5, b1: 0.5 }, [1.0], [0.0]), Err(gradient));
}

#[test]
fn without_finite_losses_nearby_nothing_is_compared() {
    assert_eq!(gradient_check(&Fenced { w11: 0.5, b1: 0.5 }, [1.0], [0.0]), nothing_compared(0, 2));
    let largest = Linear { w11: f64::MAX, w21: 0.0, b1: 0.0 };
    let check = gradient_check(&largest, [1e-308, 0.0], [0.0]).unwrap();
    assert_eq!(check.comparisons[0].verdict, Verdict::TooSmall);
    assert!(check.comparisons[0].numeric.is_nan());
}

#[test]
fn it_reads_as_a_verdict() {
    let check = gradient_check(&Kinked::from_parameters(kinked(0.0)), [1.0], [0.0]).unwrap();
    let text = check.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "right: backprop agrees with finite differences of the loss");
    assert_eq!(lines[1], "  4 of 7 gradients could be compared");
    assert!(lines[2].starts_with("  largest relative error: ") && lines[2].contains(" (tolerance 1e-6), "), "{text}");
    assert!(lines[2].contains(&format!(", for {}: ", check.worst.parameter)), "{text}");
    assert!(lines[2].ends_with(" by differences"), "{text}");
    assert_eq!(lines[3..], ["  not compared, on a kink: w11, b1", "  not compared, zero or too small: w21"]);

    let net = WrongForNegative { w11: 0.5, b1: 0.0, w21: 2.0, b2: 1.0 };
    let text = gradient_check(&net, [-1.0], [0.0]).unwrap().to_string();
    assert!(
        text.starts_with("wrong: backprop disagrees with finite differences of the loss; a derivative is wrong\n"),
        "{text}"
    );
    assert!(text.ends_with("\n  wrong: w11, b1"), "{text}");

    let error = nothing_compared(3, 1).unwrap_err().to_string();
    assert!(error.starts_with("no gradient could be compared (3 on a kink, 1 zero or too small)"), "{error}");
}
