//! The products against the derivatives of named scalars and against differences, with and without the processor's
//! features.

use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::batch::{ExampleBatch, NetworkExamples};
use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::random::Rng as _;
use crate::{Network, mlp, rng};

/// Each declaration in both scalars.
macro_rules! products_of {
    ($($name:ident: $first:literal $(=> $activation:tt($width:literal))*;)*) => { $(
        #[test]
        fn $name() {
            mlp!(struct Double: $first $(=> $activation($width))*, crate = crate);
            mlp!(struct Single: $first $(=> $activation($width))*, scalar = f32, crate = crate);
            agree::<Double>(1e-11, Some(1e-6));
            agree::<Single>(1e-4, None);
        }
    )* };
}

// Every activation, in a hidden layer and behind; numbers of parameters that leave no, one, two and three columns of padding.
products_of! {
    smallest: 1 => sigmoid(1);
    tanh: 2 => tanh(3) => identity(2);
    sigmoid: 2 => sigmoid(3) => tanh(1);
    relu: 3 => relu(4) => sigmoid(2);
    leaky_relu: 3 => leaky_relu(4) => relu(3);
    elu: 2 => elu(5) => leaky_relu(1);
    softplus: 2 => softplus(3) => elu(2);
    silu: 1 => silu(3) => softplus(2);
    gelu: 2 => gelu(3) => silu(2);
    hard_tanh: 2 => hard_tanh(3) => gelu(2);
    hard_sigmoid: 2 => hard_sigmoid(3) => hard_tanh(2);
    softsign: 2 => softsign(4) => hard_sigmoid(2);
    behind: 2 => identity(2) => softsign(2);
    softmax: 2 => tanh(4) => softmax(3);
    deep: 3 => tanh(5) => silu(4) => softplus(3) => identity(4);
}

fn swish<T: Scalar>(z: T) -> T {
    z * crate::activation::sigmoid(z)
}

fn swish_derivative<T: Scalar>(z: T, a: T) -> T {
    a + crate::activation::sigmoid(z) * (T::ONE - a)
}

#[test]
fn functions_of_the_users_own_and_rolled_networks() {
    mlp!(struct Own: 2 => self::swish(3) => self::swish(2), crate = crate);
    mlp!(struct Rolled: 3 => tanh(32) => identity(2), rolled, crate = crate);
    mlp!(struct Wide: 4 => tanh(2) => tanh(32), rolled, crate = crate);
    agree::<Own>(1e-11, Some(1e-6));
    agree::<Rolled>(1e-11, Some(1e-6));
    agree::<Wide>(1e-11, Some(1e-6));
}

/// The losses equal the losses of named scalars, where the second pass has kept the values of the first and where the
/// memory for that is full.
#[test]
fn losses_are_told() {
    fn check<N: Network<Scalar = f64>>() {
        let (network, examples) = (N::random(&mut rng(3)), examples::<N>(300));
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let erased = NetworkExamples::<N>(&examples);
        for most_values in [0, 1, 100] {
            let mut kernels = VectorJacobian::<f64, 4>::new(N::ARCHITECTURE.erased(), Backend::detect(true));
            kernels.most_values = most_values;
            for _ in 0..2 {
                let mut seen = 0;
                let mut on_losses = |positions: Range<usize>, losses: &[f64]| {
                    assert_eq!((positions.start, positions.len()), (seen, losses.len()));
                    for (&(x, y_true), loss) in examples[positions].iter().zip(losses) {
                        let expected = N::loss(network.predict(x), y_true);
                        assert!((loss - expected).abs() < 1e-14 * (1.0 + expected), "{loss} is not {expected}");
                    }
                    seen += losses.len();
                };
                kernels.pass(parameters.as_ref(), &ExampleBatch::whole(&erased, None), Some(&mut on_losses), None);
                assert_eq!(seen, 300);
            }
        }
    }
    mlp!(struct Half: 2 => tanh(3) => identity(2), crate = crate);
    mlp!(struct Mean: 2 => tanh(3) => gelu(3), loss = mean_squared_error, crate = crate);
    check::<Half>();
    check::<Mean>();
}

/// Any number of threads gives the same bits.
#[cfg(feature = "rayon")]
#[test]
fn bits_do_not_depend_on_threads() {
    mlp!(struct Large: 8 => tanh(20) => identity(5), crate = crate);
    let (network, examples) = (Large::random(&mut rng(3)), examples::<Large>(200));
    let products = [1, 2, 3, 7].map(|threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| by_kernels(&network, &examples, Backend::detect(false)))
    });
    assert!(products.windows(2).all(|two| two[0] == two[1]));
}

fn examples<N: Network>(count: usize) -> Vec<(N::Input, N::Output)> {
    let mut rng = rng(7);
    let mut fill = |values: &mut [N::Scalar]| {
        values.fill_with(|| N::Scalar::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 31) - 1.0));
    };
    let mut example = || {
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        fill(x.as_mut());
        fill(y_true.as_mut());
        (x, y_true)
    };
    (0..count).map(|_| example()).collect()
}

fn by_kernels<N: Network>(network: &N, examples: &[(N::Input, N::Output)], backend: Backend) -> Vec<N::Scalar> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    let parameters = parameters.as_ref();
    let erased = NetworkExamples::<N>(examples);
    let source = ExampleBatch::whole(&erased, None);
    let mut kernels = N::Scalar::jacobian_kernels(N::ARCHITECTURE.erased(), backend);
    let mut products = vec![N::Scalar::ONE; padded_columns(parameters.len()) * padded_columns(parameters.len())];
    // The second pass has packed examples, and the values of the first.
    for _ in 0..2 {
        let mut losses = Vec::new();
        kernels.pass(parameters, &source, Some(&mut |_, block| losses.extend_from_slice(block)), Some(&mut products));
        assert_eq!(losses.len(), examples.len());
    }
    products
}

/// The rows of J with the residual at their end, by the derivatives of named scalars.
fn rows<N: Network>(network: &N, examples: &[(N::Input, N::Output)]) -> Vec<Vec<f64>> {
    let mut rows = Vec::new();
    for &(x, y_true) in examples {
        let pass = network.forward(x);
        for output in 0..y_true.as_ref().len() {
            let (mut unit, mut derivatives) = (N::Output::zeros(), N::Parameters::zeros());
            unit.as_mut()[output] = N::Scalar::ONE;
            N::copy_gradients_into(&network.backprop_from(x, unit, &pass), &mut derivatives);
            let residual = N::prediction(&pass).as_ref()[output] - y_true.as_ref()[output];
            rows.push(derivatives.as_ref().iter().chain([&residual]).map(|value| value.to_f64()).collect());
        }
    }
    rows
}

/// The same rows, by central differences.
fn rows_by_differences<N: Network>(network: &N, examples: &[(N::Input, N::Output)]) -> Vec<Vec<f64>> {
    let mut rows = rows(network, examples);
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    for column in 0..parameters.as_ref().len() {
        let predictions = [-1e-6, 1e-6].map(|distance| {
            let mut moved = parameters.clone();
            moved.as_mut()[column] += N::Scalar::from_f64(distance);
            let moved = N::from_parameters(&moved);
            examples.iter().flat_map(|&(x, _)| moved.predict(x).as_ref().to_vec()).collect::<Vec<_>>()
        });
        for (row, (after, before)) in rows.iter_mut().zip(predictions[1].iter().zip(&predictions[0])) {
            row[column] = (after.to_f64() - before.to_f64()) / 2e-6;
        }
    }
    rows
}

fn agree<N: Network>(tolerance: f64, tolerance_of_differences: Option<f64>) {
    // Weights so small that 1 − a² loses no digits.
    let network = N::random(&mut rng(3));
    // More than a block only where that takes no time.
    let counts = if N::ARCHITECTURE.parameters().count() < 40 { &[1, 19, 140][..] } else { &[1, 19][..] };
    for &count in counts {
        let examples = examples::<N>(count);
        let expected = products(&rows(&network, &examples));
        for backend in Backend::all(true).chain(Backend::all(false)) {
            compare(&by_kernels(&network, &examples, backend), &expected, tolerance);
        }
    }
    if let Some(tolerance) = tolerance_of_differences {
        let examples = examples::<N>(19);
        let expected = products(&rows_by_differences(&network, &examples));
        compare(&by_kernels(&network, &examples, Backend::detect(false)), &expected, tolerance);
    }
    reproducible(&network);
}

/// The products of all pairs of columns.
fn products(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let size = rows[0].len();
    let product = |i: usize, j: usize| rows.iter().map(|row| row[i] * row[j]).sum();
    (0..size).map(|i| (0..size).map(|j| product(i, j)).collect()).collect()
}

/// Compares the upper triangle. An error counts in units of both columns' lengths.
fn compare<T: Scalar>(products: &[T], expected: &[Vec<f64>], tolerance: f64) {
    let (size, mut largest) = (expected.len(), 0.0_f64);
    for i in 0..size {
        for j in i..size {
            let unit = (expected[i][i] * expected[j][j]).sqrt();
            let error = (products[i * padded_columns(size - 1) + j].to_f64() - expected[i][j]).abs();
            assert!(error <= tolerance * unit, "{i}, {j}: off by {error:e} of {unit:e}");
            largest = largest.max(unit);
        }
    }
    assert!(largest > 0.0, "nothing but zeros");
}

/// Without fused multiply-adds all features of the processor give the same bits.
fn reproducible<N: Network>(network: &N) {
    let examples = examples::<N>(140);
    let upper = |backend| {
        let products = by_kernels(network, &examples, backend);
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let rows = padded_columns(parameters.as_ref().len());
        (0..rows).flat_map(|row| products[row * rows + row..(row + 1) * rows].to_vec()).collect::<Vec<_>>()
    };
    let all: Vec<_> = Backend::all(true).map(upper).collect();
    assert!(all.windows(2).all(|two| two[0] == two[1]));
}
