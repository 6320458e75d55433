//! The kernels against the named scalars: both lowerings of a declaration, with and without the processor's features.

mod random;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;

use super::layout::{gather, panel_len, unpack};
use super::{BatchKernels, BatchSource as _, ExampleBatch};
use crate::activation::softmax_in_place;
use crate::batch::NetworkExamples;
use crate::math::absolute;
use crate::network::{Activation, Array as _, ErasedArchitecture, ErasedLoss, Layer};
use crate::precompiled::Precompiled as _;
use crate::random::{Permutation, Rng as _};
use crate::simd::Backend;
use crate::{Network, Scalar, mlp, rng};

fn swish<T: Scalar>(z: T) -> T {
    z * crate::activation::sigmoid(z)
}

fn swish_derivative<T: Scalar>(z: T, a: T) -> T {
    a + crate::activation::sigmoid(z) * (T::ONE - a)
}

/// Σ (y_pred − y_true)⁴
fn quartic<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> T {
    let fourth = |k: usize| (y_pred[k] - y_true[k]) * (y_pred[k] - y_true[k]) * squared(y_pred[k] - y_true[k]);
    (0..O).map(fourth).fold(T::ZERO, |sum, term| sum + term)
}

fn quartic_derivative<T: Scalar, const O: usize>(y_pred: [T; O], y_true: [T; O]) -> [T; O] {
    core::array::from_fn(|k| T::from_f64(4.0) * (y_pred[k] - y_true[k]) * squared(y_pred[k] - y_true[k]))
}

fn squared<T: Scalar>(value: T) -> T {
    value * value
}

/// Each declaration in both scalars.
macro_rules! both_lowerings_agree {
    ($($name:ident: $first:literal $(=> $activation:tt($width:literal))* , $loss:tt;)*) => { $(
        #[test]
        fn $name() {
            mlp!(struct Double: $first $(=> $activation($width))*, loss = $loss, crate = crate);
            mlp!(struct Single: $first $(=> $activation($width))*, loss = $loss, scalar = f32, crate = crate);
            agree::<Double>(1e-12);
            agree::<Single>(5e-4);
        }
    )* };
}

// Every activation and every loss; widths that leave one, two and three rows beside whole tiles.
both_lowerings_agree! {
    smallest: 1 => sigmoid(1), half_squared_error;
    lecture: 2 => sigmoid(2) => sigmoid(2), half_squared_error;
    whole_tiles: 4 => sigmoid(8) => tanh(8) => sigmoid(4), half_squared_error;
    rest_of_three: 5 => relu(7) => leaky_relu(3) => identity(11), mean_squared_error;
    rest_of_two: 6 => silu(10) => hard_sigmoid(6) => tanh(2), mean_absolute_error;
    rest_of_one: 9 => elu(5) => softplus(1) => gelu(9), huber;
    classes: 3 => tanh(5) => softmax(4), cross_entropy;
    squared_classes: 3 => relu(5) => softmax(3), mean_squared_error;
    answers: 4 => tanh(3) => sigmoid(3), binary_cross_entropy;
    no_cancelling: 4 => tanh(3) => hard_sigmoid(2), binary_cross_entropy;
    no_vectors: 3 => softsign(5) => hard_tanh(4) => softsign(2), half_squared_error;
    wide: 30 => tanh(14) => softmax(6), cross_entropy;
}

#[test]
fn functions_of_the_users_own() {
    mlp!(struct Double: 3 => self::swish(5) => self::swish(3), loss = self::quartic, crate = crate);
    mlp!(struct Single: 3 => self::swish(5) => self::swish(3), loss = self::quartic, scalar = f32, crate = crate);
    agree::<Double>(1e-12);
    agree::<Single>(5e-4);
}

/// Panels that lie a row apart in every layer, softmax and a user's own loss among them.
#[test]
fn panels_apart_in_rolled_networks() {
    mlp!(struct Hidden: 64 => sigmoid(32) => softmax(32), loss = cross_entropy, rolled, crate = crate);
    mlp!(struct Own: 3 => sigmoid(64) => hard_sigmoid(32) => identity(5), loss = self::quartic, rolled, crate = crate);
    for size in [8, 33, 200] {
        compare(&Hidden::random(&mut rng(1)), &examples::<Hidden>(size), 1e-12);
        compare(&Own::random(&mut rng(1)), &examples::<Own>(size), 1e-12);
    }
}

/// The pre-activations of saturated outputs reach the losses.
#[test]
fn losses_of_saturated_outputs() {
    mlp!(struct Classes: 1 => softmax(2), loss = cross_entropy, crate = crate);
    mlp!(struct Answers: 1 => sigmoid(2), loss = binary_cross_entropy, scalar = f32, crate = crate);
    let losses = |z: f64| {
        let classes = [([z], [0.0, 1.0]); 20];
        let answers = [([f32::from_f64(z)], [0.0, 1.0]); 20];
        let net = Classes { w11: 1.0, w12: 0.0, b1: 0.0, b2: 0.0 };
        let (.., of_classes) = by_kernels(&mut kernels::<Classes>(Backend::detect(false)), &net, &classes);
        let net = Answers { w11: 1.0, w12: -1.0, b1: 0.0, b2: 0.0 };
        let (.., of_answers) = by_kernels(&mut kernels::<Answers>(Backend::detect(false)), &net, &answers);
        (of_classes[19], of_answers[19])
    };
    assert_eq!(losses(800.0), ((19, 800.0), (19, 800.0)));
    assert_eq!(losses(1e30), ((19, 1e30), (19, 1e30)));
}

/// Several chunks, whose sums are added.
#[test]
fn chunks() {
    mlp!(struct Net: 30 => tanh(14) => softmax(6), loss = cross_entropy, crate = crate);
    compare(&Net::random(&mut rng(1)), &examples::<Net>(9_000), 1e-12);
}

/// The same bits, and the predictions in their order, whatever the number of threads.
#[cfg(feature = "rayon")]
#[test]
fn threads() {
    mlp!(struct Net: 30 => tanh(14) => softmax(6), loss = cross_entropy, crate = crate);
    let network = Net::random(&mut rng(1));
    let examples = examples::<Net>(18_000);
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| by_kernels(&mut kernels::<Net>(Backend::detect(false)), &network, &examples))
    };
    let alone = on(1);
    assert_eq!(alone.1.len(), examples.len());
    for threads in [2, 3, 5, 16] {
        assert!(on(threads) == alone, "{threads} threads");
    }
}

/// Every size up to 70 and around that of a block.
fn agree<N: Network>(tolerance: f64) {
    let network = N::random_with(&crate::StandardNormal, &mut rng(1));
    let examples = examples::<N>(600);
    let block = kernels::<N>(Backend::detect(false)).block_size();
    let around = [block - 1, block, block + 1, 2 * block - 1, 2 * block, 2 * block + 1, 600];
    for size in (1..=70).chain(around) {
        compare(&network, &examples[600 - size..], tolerance);
    }
}

/// Inputs between −2 and 2; targets that are probabilities and sum to 1, as some losses demand.
fn examples<N: Network>(count: usize) -> Vec<(N::Input, N::Output)> {
    let mut rng = rng(2);
    let mut uniform = || f64::from(rng.next_u32()) / f64::from(u32::MAX);
    let example = |_| {
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        x.as_mut().iter_mut().for_each(|x| *x = N::Scalar::from_f64(4.0 * uniform() - 2.0));
        let shares: Vec<_> = y_true.as_ref().iter().map(|_| uniform() + 0.01).collect();
        let sum: f64 = shares.iter().sum();
        y_true.as_mut().iter_mut().zip(shares).for_each(|(y, share)| *y = N::Scalar::from_f64(share / sum));
        (x, y_true)
    };
    (0..count).map(example).collect()
}

fn compare<N: Network>(network: &N, examples: &[(N::Input, N::Output)], tolerance: f64) {
    let (expected, magnitudes) = by_named_scalars(network, examples);
    let largest = magnitudes.iter().copied().fold(0.0, f64::max);
    let [mut fused, mut separate] = [Vec::new(), Vec::new()];
    for (reproducible, found) in [(false, &mut fused), (true, &mut separate)] {
        for mut kernels in Backend::all(reproducible).map(kernels::<N>) {
            let (gradients, predictions, losses) = by_kernels(&mut kernels, network, examples);
            for ((gradient, expected), magnitude) in gradients.iter().zip(&expected).zip(&magnitudes) {
                let error = (gradient.to_f64() - expected).abs();
                // A saturated neuron's gradient is small because its terms cancel: it has fewer digits than they.
                assert!(
                    error <= tolerance * magnitude.max(largest / 1000.0),
                    "{} examples: {gradient} is not {expected}",
                    examples.len()
                );
            }
            for ((position, y_pred), (index, (x, _))) in predictions.iter().zip(examples.iter().enumerate()) {
                assert_eq!(*position, index);
                let y_true = network.predict(*x);
                for (y_pred, y_true) in y_pred.as_ref().iter().zip(y_true.as_ref()) {
                    let error = absolute(*y_pred - *y_true).to_f64();
                    assert!(error <= tolerance * absolute(*y_true).to_f64().max(1.0), "{y_pred} is not {y_true}");
                }
            }
            assert_eq!(predictions.len(), examples.len());
            for ((position, loss), (index, (x, y_true))) in losses.iter().zip(examples.iter().enumerate()) {
                assert_eq!(*position, index);
                let expected = N::loss_of(&network.forward(*x), *y_true).to_f64();
                let error = (loss.to_f64() - expected).abs();
                assert!(error <= tolerance * expected.abs().max(1.0), "the loss {loss} is not {expected}");
            }
            assert_eq!(losses.len(), examples.len());
            found.push(gradients);
        }
    }
    let are_same = |gradients: &[Vec<_>]| gradients.windows(2).all(|pair| pair[0] == pair[1]);
    assert!(are_same(&separate), "the same bits on every processor");
    assert!(are_same(&fused[1..]), "the same bits on every processor that fuses");
}

/// The sum of the gradients, and that of their magnitudes.
fn by_named_scalars<N: Network>(network: &N, examples: &[(N::Input, N::Output)]) -> (Vec<f64>, Vec<f64>) {
    let mut array = N::Parameters::zeros();
    let mut sums = alloc::vec![0.0; array.as_ref().len()];
    let mut magnitudes = sums.clone();
    for (x, y_true) in examples {
        let gradients = network.backprop(*x, *y_true, &network.forward(*x));
        N::copy_gradients_into(&gradients, &mut array);
        for ((sum, magnitude), gradient) in sums.iter_mut().zip(&mut magnitudes).zip(array.as_ref()) {
            *sum += gradient.to_f64();
            *magnitude += gradient.to_f64().abs();
        }
    }
    assert!(magnitudes.iter().any(|magnitude| *magnitude > 0.0), "zeros show nothing");
    (sums, magnitudes)
}

/// The sum of the gradients; the predictions and the losses with their positions.
type Numbers<N> =
    (Vec<<N as Network>::Scalar>, Vec<(usize, <N as Network>::Output)>, Vec<(usize, <N as Network>::Scalar)>);

fn by_kernels<N: Network>(kernels: &mut Kernels<N>, network: &N, examples: &[(N::Input, N::Output)]) -> Numbers<N> {
    let [mut parameters, mut sum] = [N::Parameters::zeros(), N::Parameters::zeros()];
    network.copy_parameters_into(&mut parameters);
    let (mut predictions, mut losses) = (Vec::new(), Vec::new());
    let erased = NetworkExamples::<N>(examples);
    let batch = ExampleBatch::whole(&erased, None);
    let mut on_outputs = |positions: Range<usize>, values: &[N::Scalar]| {
        unpack(positions.len(), values, N::Output::zeros().as_ref().len(), |offset, panel, lane| {
            let mut values = N::Output::zeros();
            gather(panel, lane, values.as_mut());
            let ErasedArchitecture { layers, loss, .. } = N::ARCHITECTURE.erased();
            to_predictions(&layers[layers.len() - 1], loss, values.as_mut());
            predictions.push((positions.start + offset, values));
        });
        batch.losses(positions, values, |index, loss| losses.push((index, loss)));
    };
    kernels.pass(parameters.as_ref(), &batch, Some(&mut on_outputs), Some(sum.as_mut()));
    (sum.as_ref().to_vec(), predictions, losses)
}

/// The predictions from what the callback receives: the pre-activations if loss and output activation cancel.
fn to_predictions<T: Scalar>(output: &Layer<T>, loss: ErasedLoss, values: &mut [T]) {
    match output.activation {
        _ if !loss.cancels_with(&output.activation) => {}
        Activation::Softmax => softmax_in_place(values),
        Activation::Elementwise { function, .. } => values.iter_mut().for_each(|value| *value = function(*value)),
    }
}

type Kernels<N> = Box<dyn BatchKernels<<N as Network>::Scalar>>;

fn kernels<N: Network>(backend: Backend) -> Kernels<N> {
    N::Scalar::kernels(N::ARCHITECTURE.erased(), backend)
}

/// Lanes beyond the last example repeat it, in any order: a user's own functions see nothing but examples.
#[test]
fn spare_lanes_repeat_the_last_example() {
    mlp!(struct Net: 2 => 1, crate = crate);

    let examples: Vec<_> = (0..11_u8).map(|i| ([f64::from(i), 0.5], [f64::from(i) + 100.0])).collect();
    let erased = NetworkExamples::<Net>(&examples);
    let orders = [None, Some(Permutation::of_chunk(5, 3, 0, examples.len()))];
    for (order, last) in orders.iter().flat_map(|order| (1..=examples.len()).map(move |last| (order.as_ref(), last))) {
        let batch = ExampleBatch { examples: &erased, weights: None, masks: None, order, positions: 0..last };
        let panels = last.div_ceil(f64::LANES);
        let mut x = alloc::vec![f64::NAN; panels * panel_len::<f64>(2)];
        let mut y_true = alloc::vec![f64::NAN; panels * panel_len::<f64>(1)];
        batch.pack(0..last, &mut x, &mut y_true);
        let panels = x.chunks_exact(panel_len::<f64>(2)).zip(y_true.chunks_exact(panel_len::<f64>(1)));
        for (number, (x, y_true)) in panels.enumerate() {
            for lane in 0..f64::LANES {
                let position = (number * f64::LANES + lane).min(last - 1);
                let index = Permutation::index_in(order, position);
                let (mut inputs, mut targets) = ([0.0; 2], [0.0]);
                gather(x, lane, &mut inputs);
                gather(y_true, lane, &mut targets);
                assert_eq!((inputs, targets), examples[index], "{last} examples, lane {lane}");
            }
        }
    }
}
