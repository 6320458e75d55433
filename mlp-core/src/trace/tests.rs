//! Every function's definition gives the bits of the function.

use super::evaluator::Evaluator;
use crate::activation::{self, Elementwise};
use crate::equations::{Elementary, Expression, Function, Precision, Subscript};
use crate::loss;
use crate::network::{Activation, Loss};
use crate::random::Rng as _;
use crate::{Scalar, rng};

/// The value of a function, or an element of it.
fn evaluate<T: Scalar>(function: &Function, arguments: &[&[T]], element: Option<usize>) -> f64 {
    let mut evaluator = Evaluator::new(Precision::of::<T>(), &|_, _| Vec::new());
    let names: Vec<_> = (0..arguments.len()).map(|number| format!("argument{number}")).collect();
    for (name, &values) in names.iter().zip(arguments) {
        let lengths = if element.is_some() { vec![values.len()] } else { Vec::new() };
        evaluator.set(name, &lengths, values.iter().map(|value| value.to_f64()).collect());
    }
    let arguments = names.into_iter().map(Expression::name).collect();
    let call = Expression::Call { function: function.clone(), arguments };
    evaluator.read(&match element {
        Some(number) => Expression::Element { array: Box::new(call), subscript: Subscript::Number(number) },
        None => call,
    })
}

#[track_caller]
fn assert_same(what: &str, value: f64, expected: impl Scalar, arguments: &dyn core::fmt::Debug) {
    let expected = expected.to_f64();
    let same = value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan();
    assert!(same, "{what} of {arguments:?}: {value:e} by its definition, {expected:e} by the function");
}

/// Limits and kinks, and random numbers of every size up to 1000.
fn numbers<T: Scalar>() -> Vec<T> {
    let mut rng = rng(5);
    let special = [0.0, -0.0, 1.0, -1.0, 3.0, -3.0, 60.0, -60.0, 88.0, -88.0, 708.5, -708.9, 1e-310, 1e30, -1e300];
    let special = special.into_iter().chain([f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MIN_POSITIVE]);
    let random = (0..240).map(|number| {
        let size = 10.0_f64.powi(number % 12 - 8);
        size * (f64::from(rng.next_u32()) / f64::from(1 << 31) - 1.0)
    });
    special.chain(random).map(T::from_f64).collect()
}

fn check_activation<T: Scalar, A: Elementwise>() {
    let activation = Activation::<T>::built_in::<A>();
    let (value, derivative) = (Function::from(A::BUILT_IN), Function::activation_derivative(&activation));
    for z in numbers::<T>() {
        let a: T = A::value(z);
        assert_same(value.name(), evaluate(&value, &[&[z]], None), a, &z);
        assert_same(derivative.name(), evaluate(&derivative, &[&[z], &[a]], None), A::derivative(z, a), &z);
    }
}

macro_rules! check_activations {
    ([$($word:ident)*]) => {
        #[test]
        fn activations() {
            $(
                check_activation::<f64, activation::entry::$word>();
                check_activation::<f32, activation::entry::$word>();
            )*
        }
    };
}

activation::each_elementwise!(check_activations);

/// Predictions, pre-activations and targets in many sizes, some of them equal.
fn arrays<T: Scalar, const O: usize>(seed: u64) -> [T; O] {
    let numbers = numbers::<T>();
    let mut rng = rng(seed);
    core::array::from_fn(|_| numbers[usize::try_from(rng.next_u32()).unwrap() % numbers.len()])
}

fn check_loss<T: Scalar, L: loss::Facts, const O: usize>() {
    let erased = Loss::<T, [T; O]>::built_in::<L>().erased();
    let derivative = Function::loss_derivative(erased);
    for seed in 0..100 {
        let (y_pred, targets) = (arrays::<T, O>(seed), arrays::<T, O>(seed + 1000));
        // Half of the targets and predictions are probabilities.
        let probability = |x: T| if seed % 2 == 0 { activation::sigmoid(x) } else { x };
        let [y_pred, y_true] = [y_pred, targets].map(|numbers| numbers.map(probability));
        let arguments: [&[T]; 2] = [&y_pred, &y_true];
        let value = |function: &Function| {
            // The value of a loss is a number although its arguments are arrays.
            let call = |name| Expression::name(name);
            let mut evaluator = Evaluator::new(Precision::of::<T>(), &|_, _| Vec::new());
            for (name, values) in ["from", "to"].into_iter().zip(arguments) {
                evaluator.set(name, &[O], values.iter().map(|value| value.to_f64()).collect());
            }
            evaluator.read(&Expression::Call { function: function.clone(), arguments: vec![call("from"), call("to")] })
        };
        assert_same(L::BUILT_IN.word(), value(&Function::loss(erased)), L::value(y_pred, y_true), &arguments);
        for (k, expected) in L::derivative(y_pred, y_true).into_iter().enumerate() {
            assert_same(derivative.name(), evaluate(&derivative, &arguments, Some(k)), expected, &arguments);
        }
        if L::CANCELS_WITH.is_some() {
            let with_logits = Function::loss_with_logits(erased);
            assert_same(with_logits.name(), value(&with_logits), L::with_logits(y_pred, y_true), &arguments);
        }
    }
}

fn check_softmax<T: Scalar, const O: usize>() {
    let softmax = Function::from(activation::BuiltIn::softmax);
    for seed in 0..200 {
        let z = arrays::<T, O>(seed);
        for (k, expected) in activation::softmax(z).into_iter().enumerate() {
            assert_same("softmax", evaluate(&softmax, &[&z], Some(k)), expected, &z);
        }
    }
}

macro_rules! check_losses {
    ([$($word:ident)*]) => {
        #[test]
        fn losses() {
            $(
                check_loss::<f64, loss::entry::$word, 1>();
                check_loss::<f64, loss::entry::$word, 3>();
                check_loss::<f32, loss::entry::$word, 2>();
                check_loss::<f32, loss::entry::$word, 5>();
            )*
        }
    };
}

loss::each_loss!(check_losses);

#[test]
fn softmax() {
    check_softmax::<f64, 1>();
    check_softmax::<f64, 4>();
    check_softmax::<f32, 3>();
}

/// Around every limit of the formulas, and of every size.
fn sizes<T: Scalar>() -> Vec<T> {
    let special = [0.0, f64::INFINITY, f64::NAN, 5e-324, 1e-310, 1e-300, 1e-45, 1e-39, 1e300, f64::MAX];
    let limits = [0.25, 0.414_213_56, 0.84375, 1.0, 1.25, 2.0, 2.857_142, 4.0, 8.0, 16.0, 26.5, 28.0];
    let of_exponentials = [0.34657, 1.03972, 18.714_973_4, 38.816_223_1, 87.3365, 103.972_084, 708.3964, 745.133_219_1];
    let around = |limit: f64| (-20..=20).map(move |step| limit * (1.0 + f64::from(step) * 1e-8));
    let mut rng = rng(8);
    let random = (-60..11)
        .flat_map(|exponent| [exponent; 40])
        .map(|exponent| f64::exp2(f64::from(exponent)) * (1.0 + f64::from(rng.next_u32()) / f64::from(u32::MAX)));
    let between_multiples_of_ln_2 = (0..2200).map(|half| f64::from(half) * 0.5 * core::f64::consts::LN_2);
    let sizes = special.into_iter().chain(limits.into_iter().chain(of_exponentials).flat_map(around));
    sizes.chain(random).chain(between_multiples_of_ln_2).map(T::from_f64).collect()
}

/// The definition of a function of `libm`, for the arguments that the crate gives it.
fn check_written_out<T: Scalar>() {
    let check = |function: Elementary, argument: T, expected: T| {
        let definition = function.written_out(Precision::of::<T>()).unwrap();
        let mut evaluator = Evaluator::new(Precision::of::<T>(), &|_, _| Vec::new());
        evaluator.set(definition.parameters[0].name, &[], vec![argument.to_f64()]);
        let mut value = f64::NAN;
        for equation in &definition.equations {
            evaluator.compute(equation, &mut |_, _, computed| value = computed);
        }
        assert_same(&format!("{function:?}"), value, expected, &argument);
    };
    for size in sizes::<T>() {
        check(Elementary::Exponential, -size, (-size).exp());
        check(Elementary::ExponentialMinusOne, -size, (-size).exp_m1());
        check(Elementary::ComplementaryErrorFunction, size, size.erfc());
        check(Elementary::ComplementaryErrorFunction, -size, (-size).erfc());
        if size <= T::ONE || size.to_f64().is_nan() {
            check(Elementary::LogarithmOfOnePlus, size, size.ln_1p());
        }
    }
}

#[test]
fn functions_of_libm() {
    check_written_out::<f64>();
    check_written_out::<f32>();
}
