//! `gradient_check` finds nothing wrong with any activation and any loss, whatever the network and the example.
//!
//! The cases are drawn from a fixed seed, so a failure repeats everywhere, and proptest reports the simplest network it
//! finds.

use mlp_core::network::Array as _;
use mlp_core::{GradientCheckError, Network, Scalar, gradient_check};
use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// Which targets a row is checked with: those that its loss admits and its output can tell apart. (For two softmax
/// outputs, whose sum is fixed, the absolute errors have a gradient of zero if both targets are below the predictions.)
#[derive(Clone, Copy)]
enum Targets {
    /// Any number.
    Any,
    /// Each from 0 to 1.
    Fractions,
    /// Each from 0 to 1, with the sum 1.
    Distribution,
}

impl Targets {
    /// Targets from numbers between −1 and 1.
    fn of(self, numbers: &[f64]) -> Vec<f64> {
        // A distribution must not consist of zeros.
        let positive = numbers.iter().map(|number| number.abs() + 0.125);
        match self {
            Self::Any => numbers.to_vec(),
            Self::Fractions => numbers.iter().map(|number| number.abs()).collect(),
            Self::Distribution => {
                let sum: f64 = positive.clone().sum();
                positive.map(|number| number / sum).collect()
            }
        }
    }
}

/// A network for every hidden activation, output activation and loss in the lists, with the targets that the losses
/// take.
macro_rules! networks {
    ($($name:ident: $hidden:tt => $output:tt, $losses:tt with $targets:ident;)*) => { $(
        mod $name {
            networks!(@hidden $hidden $output $losses $targets);
        }
    )* };
    (@hidden [$($hidden:ident)*] $output:tt $losses:tt $targets:ident) => { $(
        mod $hidden {
            networks!(@output $hidden $output $losses $targets);
        }
    )* };
    (@output $hidden:ident [$($output:ident)*] $losses:tt $targets:ident) => { $(
        mod $output {
            networks!(@loss $hidden $output $losses $targets);
        }
    )* };
    (@loss $hidden:ident $output:ident [$($loss:ident)*] $targets:ident) => { $(
        mod $loss {
            mlp_core::mlp!(struct Double: 2 => $hidden(3) => $output(2), loss = $loss, scalar = f64);
            mlp_core::mlp!(struct Single: 2 => $hidden(3) => $output(2), loss = $loss, scalar = f32);

            #[test]
            fn is_right() {
                crate::gradient_property::is_right::<Double>(crate::gradient_property::Targets::$targets);
                crate::gradient_property::is_right::<Single>(crate::gradient_property::Targets::$targets);
            }
        }
    )* };
}

networks! {
    hidden: [sigmoid tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity] => [identity],
        [half_squared_error mean_squared_error mean_absolute_error huber] with Any;
    hidden_before_sigmoid: [sigmoid tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity] => [sigmoid],
        [binary_cross_entropy] with Fractions;
    hidden_before_softmax: [sigmoid tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity] => [softmax],
        [cross_entropy] with Distribution;
    output: [tanh] => [sigmoid tanh relu leaky_relu elu softplus silu gelu hard_sigmoid hard_tanh softsign identity],
        [half_squared_error mean_squared_error mean_absolute_error huber] with Any;
    output_of_probabilities: [tanh] => [sigmoid hard_sigmoid], [binary_cross_entropy] with Fractions;
    softmax: [tanh] => [softmax],
        [half_squared_error mean_squared_error mean_absolute_error huber binary_cross_entropy cross_entropy]
        with Distribution;
}

/// How many networks are checked for each.
const CASES: u32 = 16;

/// Checks random networks on random examples.
fn is_right<N: Network>(targets: Targets) {
    let zeros = (N::Parameters::zeros(), N::Input::zeros(), N::Output::zeros());
    let lengths = [zeros.0.as_ref().len(), zeros.1.as_ref().len(), zeros.2.as_ref().len()];
    let result = random_cases(lengths, &|[parameters, inputs, numbers]| {
        let (mut array, mut x, mut y_true) = zeros.clone();
        round(parameters, array.as_mut());
        round(inputs, x.as_mut());
        round(&targets.of(numbers), y_true.as_mut());
        match gradient_check(&N::from_parameters(&array), x, y_true) {
            Ok(check) if check.is_right() => Ok(()),
            Ok(check) => Err(TestCaseError::fail(check.to_string())),
            Err(error @ GradientCheckError::NothingCompared { .. }) => Err(TestCaseError::reject(error.to_string())),
            Err(error) => Err(TestCaseError::fail(error.to_string())),
        }
    });
    if let Err(error) = result {
        panic!("{} in {}: {error}", N::ARCHITECTURE, N::Scalar::NAME);
    }
}

type Check<'a> = &'a dyn Fn([&[f64]; 3]) -> Result<(), TestCaseError>;

/// Draws parameters, inputs and numbers for targets, of these lengths. A few cases, such as dead networks, have no
/// gradient that can be compared. Not generic, because proptest takes long to compile for every network.
fn random_cases(lengths: [usize; 3], check: Check<'_>) -> Result<(), String> {
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        max_global_rejects: CASES,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..Config::default()
    });
    let [parameters, inputs, numbers] = lengths;
    let drawn = (vec(-2.0..2.0, parameters), (vec(-1.0..1.0, inputs), vec(-1.0..1.0, numbers)));
    let check = |(parameters, (inputs, numbers)): (Vec<_>, (Vec<_>, Vec<_>))| check([&parameters, &inputs, &numbers]);
    runner.run(&drawn, check).map_err(|error| error.to_string())
}

fn round<T: Scalar>(from: &[f64], to: &mut [T]) {
    to.iter_mut().zip(from).for_each(|(to, &from)| *to = T::from_f64(from));
}
