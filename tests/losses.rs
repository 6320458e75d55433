//! Losses: compared with values of 60 digits in `data/losses.csv`, written by `data/losses.py`, and from pre-activations
//! in `data/logits.csv`, written by `data/logits.py`; at their limits; and the targets that training refuses.

use mlp_core::activation::{sigmoid, softmax};
use mlp_core::loss::{
    binary_cross_entropy, binary_cross_entropy_derivative, binary_cross_entropy_with_logits, cross_entropy,
    cross_entropy_derivative, cross_entropy_with_logits, half_squared_error, half_squared_error_derivative, huber,
    huber_derivative, mean_absolute_error, mean_absolute_error_derivative, mean_squared_error,
    mean_squared_error_derivative,
};
use mlp_core::network::Array as _;
use mlp_core::trainer::ExampleSet;
use mlp_core::{Adam, Batch, Dataset, GradientDescent, Missing, Network, Scalar, Table, TrainError, Trainer, mlp};

/// Value and derivative.
type Loss<T, const O: usize> = (fn([T; O], [T; O]) -> T, fn([T; O], [T; O]) -> [T; O]);

const NAMES: [&str; 6] = [
    "half_squared_error",
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "cross_entropy",
    "binary_cross_entropy",
];

fn loss<T: Scalar, const O: usize>(name: &str) -> Loss<T, O> {
    match name {
        "half_squared_error" => (half_squared_error, half_squared_error_derivative),
        "mean_squared_error" => (mean_squared_error, mean_squared_error_derivative),
        "mean_absolute_error" => (mean_absolute_error, mean_absolute_error_derivative),
        "huber" => (huber, huber_derivative),
        "cross_entropy" => (cross_entropy, cross_entropy_derivative),
        "binary_cross_entropy" => (binary_cross_entropy, binary_cross_entropy_derivative),
        _ => panic!("there is no loss {name}"),
    }
}

/// A row of the table: predictions, targets, the loss, its derivatives.
type Row<const O: usize> = ([f64; O], [f64; O], [f64; 1], [f64; O]);

/// The numbers of a cell, if there are `N`.
fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    text.split(' ').map(|number| number.parse().unwrap()).collect::<Vec<f64>>().try_into().ok()
}

fn table<const O: usize>(loss: &str) -> Vec<Row<O>> {
    let rows = include_str!("data/losses.csv").lines().filter_map(|line| {
        let mut cells = line.strip_prefix(loss)?.strip_prefix(',')?.split(',');
        let mut next = || cells.next().unwrap();
        Some((numbers(next())?, numbers(next())?, numbers(next())?, numbers(next())?))
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.len() >= 8);
    rows
}

/// The error is relative: all terms of a loss have one sign, so nothing cancels.
fn assert_close(value: f64, expected: f64, epsilon: f64, what: &str) {
    let error = (value - expected).abs();
    assert!(error <= 6.0 * epsilon * expected.abs() + f64::MIN_POSITIVE, "{what}: {value:e} instead of {expected:e}");
}

fn equals_sixty_digits<const O: usize>() {
    for name in NAMES {
        let (double, single) = (loss::<f64, O>(name), loss::<f32, O>(name));
        for (y_pred, y_true, [expected], derivatives) in table::<O>(name) {
            let what = format!("{name} of {y_pred:?} and {y_true:?}");
            assert_close(double.0(y_pred, y_true), expected, f64::EPSILON, &what);
            for (derivative, expected) in double.1(y_pred, y_true).into_iter().zip(derivatives) {
                assert_close(derivative, expected, f64::EPSILON, &what);
            }
            // The reference is the f64 function, checked above, at the f32 arguments, where both are clamped alike or
            // not at all.
            let (y_pred, y_true) = (y_pred.map(f32::from_f64), y_true.map(f32::from_f64));
            let moderate = |y: &f32| (1e-30..1e15).contains(&y.abs()) && (*y < 1.0 || !name.ends_with("entropy"));
            if y_pred.iter().all(moderate) {
                let wide = (y_pred.map(f64::from), y_true.map(f64::from));
                let epsilon = f64::from(f32::EPSILON);
                assert_close(f64::from(single.0(y_pred, y_true)), double.0(wide.0, wide.1), epsilon, &what);
                for (derivative, expected) in single.1(y_pred, y_true).into_iter().zip(double.1(wide.0, wide.1)) {
                    assert_close(f64::from(derivative), expected, epsilon, &what);
                }
            }
        }
    }
}

#[test]
fn values_and_derivatives_equal_sixty_digits() {
    equals_sixty_digits::<1>();
    equals_sixty_digits::<2>();
    equals_sixty_digits::<3>();
    equals_sixty_digits::<10>();
}

/// Which losses are sums, and which are means.
#[test]
fn conventions_are_the_documented_ones() {
    let (y_pred, y_true) = ([0.5, 0.25], [0.0, 1.0]);
    let value = |name| loss::<f64, 2>(name).0(y_pred, y_true);
    assert_eq!(value("half_squared_error"), 0.5 * (0.25 + 0.5625));
    assert_eq!(value("mean_squared_error"), f64::midpoint(0.25, 0.5625));
    assert_eq!(value("mean_absolute_error"), f64::midpoint(0.5, 0.75));
    assert_eq!(value("huber"), value("mean_squared_error") / 2.0);
    assert_close(value("cross_entropy"), 4.0_f64.ln(), f64::EPSILON, "cross_entropy");
    assert_close(value("binary_cross_entropy"), f64::midpoint(2.0_f64.ln(), 4.0_f64.ln()), f64::EPSILON, "binary");
    // Beyond 1, the loss grows linearly with the error.
    assert_eq!(huber([3.0], [0.0]), 2.5);
    assert_eq!((huber([1.0], [0.0]), huber_derivative([1.0], [0.0])), (0.5, [1.0]));
    assert_eq!(huber_derivative([-3.0, 0.5], [0.0, 0.0]), [-0.5, 0.25]);
    // At the kink.
    assert_eq!(mean_absolute_error_derivative([0.75, 0.5], [0.75, 0.0]), [0.0, 0.5]);
}

/// Predictions at and beyond the limits of an output layer: 0, 1, and numbers that round to them.
#[test]
fn cross_entropies_are_finite() {
    fn all<T: Scalar>() {
        for name in ["cross_entropy", "binary_cross_entropy"] {
            let (value, derivative) = loss::<T, 1>(name);
            for y_true in [0.0, 0.5, 1.0].map(T::from_f64) {
                for y_pred in [-1.0, -0.0, 0.0, 1e-310, 1e-40, 0.5, 1.0, 2.0].map(T::from_f64) {
                    let (loss, [slope]) = (value([y_pred], [y_true]), derivative([y_pred], [y_true]));
                    assert!(loss.is_finite() && slope.is_finite(), "{name} of {y_pred} and {y_true}: {loss}, {slope}");
                    assert!(loss >= T::ZERO, "{name} of {y_pred} and {y_true}: {loss}");
                }
                let nan = T::from_f64(f64::NAN);
                assert!(value([nan], [y_true]).to_f64().is_nan() && derivative([nan], [y_true])[0].to_f64().is_nan());
            }
            // A completely wrong prediction.
            assert!(value([T::ZERO], [T::ONE]).to_f64() > 87.0);
        }
        // A term multiplied by 0 adds nothing.
        assert_eq!(cross_entropy([T::ZERO], [T::ZERO]), T::ZERO);
        assert_eq!(cross_entropy_derivative([T::ZERO], [T::ZERO])[0], T::ZERO);
        for name in NAMES {
            let (value, derivative) = loss::<T, 1>(name);
            let nan = T::from_f64(f64::NAN);
            assert!(value([nan], [T::ZERO]).to_f64().is_nan() && derivative([nan], [T::ZERO])[0].to_f64().is_nan());
        }
    }
    all::<f64>();
    all::<f32>();
}

/// Both losses from pre-activations, for every row of the table with `O` outputs. Returns the number of rows.
fn from_logits_equals_the_table<T: Scalar, const O: usize>(epsilon: f64) -> usize {
    let mut count = 0;
    for line in include_str!("data/logits.csv").lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let (Some(z), Some(y_true), [expected]) =
            (numbers::<O>(cells[1]), numbers::<O>(cells[2]), numbers::<1>(cells[3]).unwrap())
        else {
            continue;
        };
        let [z, y_true] = [z, y_true].map(|values| values.map(T::from_f64));
        let expected = T::from_f64(expected);
        // What is too large for f32, or a target that it rounds.
        if !(z.iter().all(|z| z.is_finite()) && cells[2] == join(&y_true)) {
            continue;
        }
        let value = match cells[0] {
            "cross_entropy" => cross_entropy_with_logits(z, y_true),
            name => (name == "binary_cross_entropy").then(|| binary_cross_entropy_with_logits(z, y_true)).unwrap(),
        };
        let (value, expected) = (value.to_f64(), expected.to_f64());
        let error = (value - expected).abs();
        // Below the smallest normal number, e^z is 0.
        let smallest = if T::NAME == f32::NAME { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
        // The distances to the largest z are rounded.
        let z = z.map(T::to_f64);
        let distances = z.map(|z_k| z.iter().copied().fold(z_k, f64::max) - z_k);
        let powers: f64 = distances.iter().map(|distance| distance.min(1e3) * (-distance).exp()).sum();
        let powers = if cells[0] == "cross_entropy" { powers } else { 0.0 };
        let tolerance = epsilon * (6.0 * expected.abs() + powers) + smallest;
        assert!(value == expected || error <= tolerance, "{}, {line}: {value:e} instead of {expected:e}", T::NAME);
        count += 1;
    }
    count
}

/// As the table writes numbers.
fn join<T: Scalar>(values: &[T]) -> String {
    let all: Vec<_> = values.iter().map(|value| format!("{:?}", value.to_f64())).collect();
    all.join(" ")
}

/// For pre-activations up to the largest number.
#[test]
fn losses_from_pre_activations_equal_the_table() {
    let double = [
        from_logits_equals_the_table::<f64, 1>(f64::EPSILON),
        from_logits_equals_the_table::<f64, 2>(f64::EPSILON),
        from_logits_equals_the_table::<f64, 3>(f64::EPSILON),
        from_logits_equals_the_table::<f64, 10>(f64::EPSILON),
    ];
    let epsilon = f64::from(f32::EPSILON);
    let single = [
        from_logits_equals_the_table::<f32, 1>(epsilon),
        from_logits_equals_the_table::<f32, 2>(epsilon),
        from_logits_equals_the_table::<f32, 3>(epsilon),
        from_logits_equals_the_table::<f32, 10>(epsilon),
    ];
    // All rows in f64; in f32 those that it can hold.
    assert_eq!(double, [261, 235, 85, 27]);
    assert_eq!(single, [241, 219, 81, 27]);
}

/// The limits, whichever class or answer is named first.
#[test]
fn losses_from_infinite_pre_activations_are_the_limits() {
    fn all<T: Scalar>() {
        let [inf, nan] = [f64::INFINITY, f64::NAN].map(T::from_f64);
        let (zero, one, half) = (T::ZERO, T::ONE, T::from_f64(0.5));
        for (right, wrong) in [(one, zero), (zero, one)] {
            let z = if right == one { inf } else { -inf };
            assert_eq!(binary_cross_entropy_with_logits([z], [right]), zero);
            assert_eq!(binary_cross_entropy_with_logits([z], [wrong]), inf);
            assert_eq!(binary_cross_entropy_with_logits([z, z], [right, half]), inf);
            assert!(binary_cross_entropy_with_logits([nan], [right]).to_f64().is_nan());
            for z in [[z, zero], [one, -inf], [inf, one]] {
                let targets = if z[0] > z[1] { [one, zero] } else { [zero, one] };
                assert_eq!(cross_entropy_with_logits(z, targets), zero, "{z:?}");
                assert_eq!(cross_entropy_with_logits(z, [targets[1], targets[0]]), inf, "{z:?}");
            }
            // Infinite pre-activations share 1, as their predictions do.
            for z in [[inf, inf], [-inf, -inf]] {
                assert_eq!(cross_entropy_with_logits(z, [right, wrong]), T::from_f64(2.0_f64.ln()));
            }
            for z in [[nan, zero], [zero, nan], [nan, inf], [-inf, nan]] {
                assert!(cross_entropy_with_logits(z, [right, wrong]).to_f64().is_nan(), "{z:?}");
            }
        }
    }
    all::<f64>();
    all::<f32>();
}

/// Where predictions have all their digits, the two ways agree; also for targets that do not sum to 1.
#[test]
fn losses_from_pre_activations_are_those_of_the_predictions() {
    for z in [[-3.0_f64, 1.0, 2.5], [0.0, 0.0, 0.0], [-0.1, -7.0, 0.4]] {
        for y_true in [[1.0, 0.0, 0.0], [0.25, 0.5, 0.25], [0.5, 1.0, 0.75], [0.0, 0.0, 0.0]] {
            let [of_z, of_y] = [cross_entropy_with_logits(z, y_true), cross_entropy(softmax(z), y_true)];
            assert!((of_z - of_y).abs() <= 1e-14 * of_y, "{of_z} is not {of_y}");
            let of_y = binary_cross_entropy(z.map(sigmoid), y_true);
            assert_close(binary_cross_entropy_with_logits(z, y_true), of_y, f64::EPSILON, "binary_cross_entropy");
        }
    }
}

mlp!(struct Classes: 1 => softmax(3), loss = cross_entropy);
mlp!(struct Single: 1 => softmax(3), loss = cross_entropy, scalar = f32);
mlp!(struct Answers: 1 => 2, loss = binary_cross_entropy);
mlp!(struct Numbers: 1 => identity(2), loss = huber);

fn fit<N: Network>(targets: &[N::Output]) -> Result<(), TrainError> {
    let examples: Vec<_> = targets.iter().map(|&y_true| (N::Input::zeros(), y_true)).collect();
    let mut network = N::from_parameters(&N::Parameters::zeros());
    Trainer::new(GradientDescent::new(0.1)).epochs(1).fit(&mut network, &examples).map(|_| ())
}

#[test]
fn targets_must_be_probabilities_where_the_loss_compares_them() {
    let error = fit::<Answers>(&[[0.0, 1.0], [0.5, 1.5]]).unwrap_err();
    let loss = "binary_cross_entropy";
    assert_eq!(
        error,
        TrainError::TargetRange { set: ExampleSet::Training, example: 1, target: "y_true2".into(), value: 1.5, loss }
    );
    assert_eq!(
        error.to_string(),
        "example 1: the target y_true2 is 1.5, and binary_cross_entropy compares probabilities: give a number from 0 to 1"
    );
    assert_eq!(fit::<Answers>(&[[0.0, 0.0], [1.0, 1.0]]), Ok(()));

    let loss = "cross_entropy";
    let error = fit::<Classes>(&[[0.0, 1.0, 0.0], [0.25, 0.25, 0.25]]).unwrap_err();
    assert_eq!(error, TrainError::TargetSum { set: ExampleSet::Training, example: 1, sum: 0.75, loss });
    assert_eq!(
        error.to_string(),
        "example 1: the targets sum to 0.75, and cross_entropy needs 1: give 1 to the true class and 0 to the others"
    );
    let error = fit::<Classes>(&[[-0.5, 1.5, 0.0]]).unwrap_err();
    assert_eq!(
        error,
        TrainError::TargetRange { set: ExampleSet::Training, example: 0, target: "y_true1".into(), value: -0.5, loss }
    );
    assert_eq!(fit::<Classes>(&[[0.25, 0.25, 0.5], [1.0 / 3.0; 3]]), Ok(()));
    assert_eq!(fit::<Single>(&[[0.1, 0.2, 0.7], [1.0 / 3.0; 3]]), Ok(()));
    assert!(matches!(
        fit::<Single>(&[[0.1, 0.2, 0.6]]),
        Err(TrainError::TargetSum { set: ExampleSet::Training, example: 0, .. })
    ));
    assert_eq!(fit::<Numbers>(&[[-7.0, 12.0]]), Ok(()));
}

/// For confident, wrong predictions the cancelled derivative is exact, although one of its factors is 0 and the other
/// is huge.
#[test]
fn gradients_of_saturated_outputs_are_right() {
    let classes = Classes::from_parameters([0.0, 0.0, 0.0, 1000.0, -1000.0, 0.0]);
    let gradients = classes.backprop([1.0], [0.0, 1.0, 0.0], &classes.forward([1.0]));
    assert_eq!([gradients.dL_db1, gradients.dL_db2, gradients.dL_db3], [1.0, -1.0, 0.0]);
    let answers = Answers::from_parameters([0.0, 0.0, 1000.0, -1000.0]);
    let gradients = answers.backprop([1.0], [0.0, 1.0], &answers.forward([1.0]));
    assert_eq!([gradients.dL_db1, gradients.dL_db2], [0.5, -0.5]);
}

mlp!(struct Three: 3 => softmax(3), loss = cross_entropy);
mlp!(struct RolledThree: 3 => softmax(3), loss = cross_entropy, rolled);
mlp!(struct Yes: 1 => sigmoid(1), loss = binary_cross_entropy);
mlp!(struct YesSingle: 1 => sigmoid(1), loss = binary_cross_entropy, scalar = f32);
mlp!(struct RolledAnswers: 1 => 2, loss = binary_cross_entropy, rolled);
mlp!(struct Hard: 1 => hard_sigmoid(1), loss = binary_cross_entropy);

/// However wrong the prediction is, on both sides alike.
#[test]
fn losses_of_saturated_outputs_are_right() {
    for z in [10.0_f64, 16.0, 17.0, 30.0, 36.0, 37.0, 40.0, 100.0, 800.0, 1e30] {
        let expected = z + (-z).exp().ln_1p();
        let (yes, [no]) = (Yes { w11: z, b1: 0.0 }, [0.0]);
        assert_close(Yes::loss_of(&yes.forward([1.0]), [no]), expected, f64::EPSILON, "yes, wrongly");
        assert_eq!(Yes::loss_of(&yes.forward([-1.0]), [1.0]), Yes::loss_of(&yes.forward([1.0]), [no]));
        assert_eq!(Yes::loss_of(&yes.forward([-1.0]), [0.0]), Yes::loss_of(&yes.forward([1.0]), [1.0]));
        let single = YesSingle { w11: f32::from_f64(z), b1: 0.0 };
        let loss = f64::from(YesSingle::loss_of(&single.forward([1.0]), [0.0]));
        assert_close(loss, expected, f32::EPSILON.into(), "yes in f32, wrongly");
        assert_eq!(YesSingle::loss_of(&single.forward([-1.0]), [1.0]), f32::from_f64(loss));
    }
    let parameters = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0];
    let (x, y_true) = ([-431.0, 279.0, 427.0], [1.0, 0.0, 0.0]);
    assert_eq!(Three::loss_of(&Three::from_parameters(parameters).forward(x), y_true), 858.0);
    let rolled = RolledThree::from_parameters(&parameters);
    assert_eq!(RolledThree::loss_of(&rolled.forward(x), y_true), 858.0);
    let rolled = RolledAnswers::from_parameters(&[0.0, 0.0, 40.0, -800.0]);
    assert_eq!(RolledAnswers::loss_of(&rolled.forward([1.0]), [0.0, 1.0]), 420.0);
    // A pair that does not cancel: `loss_of` is `loss`.
    let hard = Hard { w11: 40.0, b1: 0.0 };
    let pass = hard.forward([1.0]);
    assert_eq!(Hard::loss_of(&pass, [0.0]), Hard::loss([pass.y_pred], [0.0]));
}

mlp!(struct Penguins: 4 => sigmoid(1), loss = binary_cross_entropy);
mlp!(struct PenguinsSingle: 4 => sigmoid(1), loss = binary_cross_entropy, scalar = f32);

/// Body mass in grams saturates the output: whichever sex is called 1, and with the signs turned round, it is the same
/// training. numpy gives 204.0529 for the first loss.
#[test]
fn mirrored_classes_are_the_same_training() {
    fn losses<T: Scalar, N: Network<Scalar = T, Input = [T; 4], Output = [T; 1]>>(
        order: [&str; 2],
        sign: f64,
    ) -> (f64, usize) {
        let table = Table::read("../examples/data/penguins.csv").unwrap();
        let measurements = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
        let selection = table.select().numbers(measurements).class_of("sex", order).missing(Missing::Drop);
        let dataset: Dataset<T, 4, 1> = selection.load().unwrap();
        let mut parameters = N::Parameters::zeros();
        parameters.as_mut()[..4].fill(T::from_f64(0.1 * sign));
        let mut network = N::from_parameters(&parameters);
        let mut trainer = Trainer::new(Adam::new(1e-4)).batch(Batch::Full);
        let first = trainer.clone().epochs(1).fit(&mut network.clone(), dataset.examples()).unwrap().loss.to_f64();
        trainer = trainer.epochs(2000).patience(10);
        (first, trainer.fit(&mut network, dataset.examples()).unwrap().epochs)
    }
    let (female, male) = (["female", "male"], ["male", "female"]);
    let [double, mirrored] = [losses::<f64, Penguins>(female, 1.0), losses::<f64, Penguins>(male, -1.0)];
    assert!((double.0 - 204.0529).abs() < 5e-5, "{double:?}");
    assert!((mirrored.0 - double.0).abs() < 1e-12 * double.0, "{mirrored:?} is not {double:?}");
    assert_eq!(mirrored.1, double.1);
    let [single, mirrored] = [losses::<f32, PenguinsSingle>(female, 1.0), losses::<f32, PenguinsSingle>(male, -1.0)];
    assert!((single.0 - 204.0529).abs() < 5e-4, "{single:?}");
    assert!((mirrored.0 - single.0).abs() < 1e-6 * single.0, "{mirrored:?} is not {single:?}");
    assert_eq!(mirrored.1, single.1);
    println!("{double:?} {single:?}");
}

/// By the kernels, by the learner and on-line; for training and validation examples.
#[test]
fn training_reports_the_losses_of_saturated_outputs() {
    let network = Yes { w11: 0.0, b1: 800.0 };
    for (batch, count) in [(Batch::Full, 20), (Batch::Full, 3), (Batch::Single, 3), (Batch::Mini(9), 20)] {
        let examples = vec![([0.0], [0.0]); count];
        // A learning rate that moves nothing.
        let mut trainer = Trainer::new(GradientDescent::new(1e-20)).epochs(1).batch(batch).validate(&examples);
        let outcome = trainer.fit(&mut network.clone(), &examples).unwrap();
        assert_eq!((outcome.loss, outcome.validation_loss), (800.0, Some(800.0)), "{batch:?}");
    }
}

/// A plain sum in f32 stands still from 2²⁴ times the loss on.
#[test]
fn the_mean_of_many_losses_is_right() {
    mlp!(struct Constant: 1 => identity(1), scalar = f32);
    let examples = vec![([0.0], [1.1_f32]); 500_000];
    let expected = 0.5 * f64::from(1.1_f32) * f64::from(1.1_f32);
    for batch in [Batch::Full, Batch::Single] {
        let mut trainer = Trainer::new(GradientDescent::new(1e-20)).epochs(1).batch(batch).validate(&examples);
        let outcome = trainer.fit(&mut Constant { w11: 0.0, b1: 0.0 }, &examples).unwrap();
        assert_close(outcome.loss.into(), expected, f64::from(f32::EPSILON) / 4.0, "training");
        assert_close(outcome.validation_loss.unwrap().into(), expected, f64::from(f32::EPSILON) / 4.0, "validation");
    }
}
