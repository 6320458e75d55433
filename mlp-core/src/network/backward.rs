//! Backpropagation from derivatives that the caller brings, through any unrolled network: loops instead of statements.
//!
//! Up to 64 parameters [`mlp!`](crate::mlp) writes `backprop_from` and `input_gradients` out. Larger networks call the
//! loops of this module, which read the [`Architecture`](super::Architecture). They add and multiply in the order of the
//! statements, so the bits are the same. They need no allocator.

use super::{Activation, Array as _, Layer};
use crate::precompiled::Precompiled as _;
use crate::{Network, Scalar};

/// A network of `V` neurons whose values these loops read. [`backprop_from()`] has an example.
pub trait PassValues<const V: usize>: Network {
    /// Pre-activation and activation of each neuron.
    #[must_use]
    fn values(pass: &Self::Forward) -> [[Self::Scalar; 2]; V];
}

/// What [`Network::backprop_from`] gives.
///
/// ```
/// use mlp_core::__private::backward::{backprop_from, input_gradients};
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 2 => tanh(20) => 1);
/// let net = Net::random(&mut mlp_core::rng(1));
/// let (x, y_true) = ([0.5, 0.8], [1.0]);
/// let pass = net.forward(x);
/// let dl_dy_pred = [pass.y_pred - 1.0];
/// assert_eq!(backprop_from(&net, x, dl_dy_pred, &pass), net.backprop(x, y_true, &pass));
/// assert_eq!(input_gradients(&net, x, dl_dy_pred, &pass), net.input_gradients(x, dl_dy_pred, &pass).to_array());
/// ```
#[inline]
#[must_use]
pub fn backprop_from<N: PassValues<V>, const V: usize>(
    network: &N,
    x: N::Input,
    dl_dy_pred: N::Output,
    pass: &N::Forward,
) -> N::Gradients {
    let mut gradients = N::Parameters::zeros();
    run(network, &x, &dl_dy_pred, pass, gradients.as_mut(), &mut []);
    N::gradients_from(&gradients)
}

/// What [`Network::input_gradients`] gives. [`backprop_from()`] has an example.
#[inline]
#[must_use]
pub fn input_gradients<N: PassValues<V>, const V: usize>(
    network: &N,
    x: N::Input,
    dl_dy_pred: N::Output,
    pass: &N::Forward,
) -> N::Input {
    let mut dl_dx = N::Input::zeros();
    run(network, &x, &dl_dy_pred, pass, &mut [], dl_dx.as_mut());
    dl_dx
}

#[inline]
fn run<N: PassValues<V>, const V: usize>(
    network: &N,
    x: &N::Input,
    dl_dy_pred: &N::Output,
    pass: &N::Forward,
    gradients: &mut [N::Scalar],
    dl_dx: &mut [N::Scalar],
) {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    N::Scalar::backward(Backward {
        layers: N::ARCHITECTURE.layers,
        parameters: parameters.as_ref(),
        x: x.as_ref(),
        neurons: &mut N::values(pass),
        dl_dy_pred: dl_dy_pred.as_ref(),
        gradients,
        dl_dx,
    });
}

/// Steps 2 to 9 for a whole network.
pub struct Backward<'a, T: 'static> {
    pub(crate) layers: &'a [Layer<T>],
    /// In canonical order.
    pub(crate) parameters: &'a [T],
    pub(crate) x: &'a [T],
    /// Pre-activation and activation of each neuron. ∂L/∂z takes the place of the pre-activation, which is no longer
    /// needed then.
    pub(crate) neurons: &'a mut [[T; 2]],
    pub(crate) dl_dy_pred: &'a [T],
    /// Receives the gradients in canonical order; empty if nobody wants them.
    pub(crate) gradients: &'a mut [T],
    /// Receives the derivatives with respect to the inputs; empty if nobody wants them.
    pub(crate) dl_dx: &'a mut [T],
}

impl<T: Scalar> Backward<'_, T> {
    pub(crate) fn run(self) {
        let Self { layers, parameters, x, neurons, dl_dy_pred, gradients, dl_dx } = self;
        let (mut end, mut rest) = (parameters.len(), neurons);
        let mut dl_da = Some(dl_dy_pred);
        for (index, layer) in layers.iter().enumerate().rev() {
            let (fan_in, width) = (layer.fan_in(), layer.fan_out());
            let (before, own) = rest.split_at_mut(rest.len() - width);
            if let Some(dl_dy_pred) = dl_da.take() {
                steps_2_and_3(&layer.activation, dl_dy_pred, own);
            }
            let (first, first_bias) = (end - (fan_in + 1) * width, end - width);
            let sources = before.len() - if index == 0 { 0 } else { fan_in };
            if let Some(gradients) = gradients.get_mut(first..end) {
                let (by_weights, by_biases) = gradients.split_at_mut(first_bias - first);
                for (s, row) in by_weights.chunks_exact_mut(width).enumerate() {
                    let source = if index == 0 { x[s] } else { before[sources + s][1] };
                    for (gradient, &[dl_dz, _]) in row.iter_mut().zip(&*own) {
                        *gradient = dl_dz * source;
                    }
                }
                for (gradient, &[dl_dz, _]) in by_biases.iter_mut().zip(&*own) {
                    *gradient = dl_dz;
                }
            }
            let rows = parameters[first..first_bias].chunks_exact(width);
            match index.checked_sub(1).map(|index| layers[index].activation) {
                Some(Activation::Elementwise { derivative, .. }) => {
                    for ([z, a], row) in before[sources..].iter_mut().zip(rows) {
                        let da_dz = derivative(*z, *a);
                        *z = sum(own.iter().zip(row).map(|(&[dl_dnext, _], &weight)| dl_dnext * weight * da_dz));
                    }
                }
                // Softmax is in no hidden layer.
                Some(Activation::Softmax) => return,
                None => {
                    for (dl_dx, row) in dl_dx.iter_mut().zip(rows) {
                        *dl_dx = sum(own.iter().zip(row).map(|(&[dl_dz, _], &weight)| dl_dz * weight));
                    }
                }
            }
            (end, rest) = (first, before);
        }
    }
}

/// ∂L/∂z of the output layer, in the place of its pre-activations.
fn steps_2_and_3<T: Scalar>(activation: &Activation<T>, dl_dy_pred: &[T], neurons: &mut [[T; 2]]) {
    match activation {
        Activation::Elementwise { derivative, .. } => {
            for ([z, a], &dl_da) in neurons.iter_mut().zip(dl_dy_pred) {
                *z = dl_da * derivative(*z, *a);
            }
        }
        Activation::Softmax => {
            for j in 0..neurons.len() {
                let by = neurons[j][1];
                let da_dz = |(k, &[_, of]): (usize, &[T; 2])| if j == k { of * (T::ONE - of) } else { -of * by };
                neurons[j][0] = sum(neurons.iter().enumerate().map(da_dz).zip(dl_dy_pred).map(|(d, &dl_da)| dl_da * d));
            }
        }
    }
}

/// From the first term to the last. A sum that begins with 0 would turn −0 into 0.
fn sum<T: Scalar>(terms: impl Iterator<Item = T>) -> T {
    terms.reduce(|sum, term| sum + term).unwrap_or(T::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Rng as _;
    use crate::{StandardNormal, mlp, rng};

    /// Networks whose functions are written out, and the loops: the same bits in both scalars. `$z` and `$a` are the
    /// values of a pass, neuron by neuron.
    macro_rules! same_bits {
        ($($name:ident: $first:literal $(=> $activation:tt($width:literal))*, $([$z:ident, $a:ident])*;)*) => { $(
            #[test]
            fn $name() {
                mlp!(struct Double: $first $(=> $activation($width))*, crate = crate);
                mlp!(struct Single: $first $(=> $activation($width))*, scalar = f32, crate = crate);
                for seed in 0..20 {
                    same_bits(&Double::random_with(&StandardNormal, &mut rng(seed)), seed, |pass| [$([pass.$z, pass.$a]),*]);
                    same_bits(&Single::random_with(&StandardNormal, &mut rng(seed)), seed, |pass| [$([pass.$z, pass.$a]),*]);
                }
            }
        )* };
    }

    same_bits! {
        smallest: 1 => sigmoid(1), [z1, y_pred];
        lecture: 2 => sigmoid(2) => sigmoid(2), [z1, a1] [z2, a2] [z3, y_pred1] [z4, y_pred2];
        classes: 3 => relu(2) => softmax(3), [z1, a1] [z2, a2] [z3, y_pred1] [z4, y_pred2] [z5, y_pred3];
        classes_alone: 19 => softmax(3), [z1, y_pred1] [z2, y_pred2] [z3, y_pred3];
        almost_too_large: 4 => tanh(5) => gelu(4) => identity(2) => silu(1),
            [z1, a1] [z2, a2] [z3, a3] [z4, a4] [z5, a5] [z6, a6] [z7, a7] [z8, a8] [z9, a9] [z10, a10] [z11, a11]
            [z12, y_pred];
    }

    fn same_bits<N: Network, const V: usize>(
        network: &N,
        seed: u64,
        values: impl Fn(&N::Forward) -> [[N::Scalar; 2]; V],
    ) {
        let mut rng = rng(100 + seed);
        let mut fill = |numbers: &mut [N::Scalar]| {
            numbers.fill_with(|| N::Scalar::from_f64(f64::from(rng.next_u32()) / f64::from(1 << 30) - 2.0));
        };
        let (mut x, mut dl_dy_pred, mut parameters) = (N::Input::zeros(), N::Output::zeros(), N::Parameters::zeros());
        fill(x.as_mut());
        fill(dl_dy_pred.as_mut());
        network.copy_parameters_into(&mut parameters);
        let pass = network.forward(x);
        let (mut gradients, mut dl_dx) = (N::Parameters::zeros(), N::Input::zeros());
        Backward {
            layers: N::ARCHITECTURE.layers,
            parameters: parameters.as_ref(),
            x: x.as_ref(),
            neurons: &mut values(&pass),
            dl_dy_pred: dl_dy_pred.as_ref(),
            gradients: gradients.as_mut(),
            dl_dx: dl_dx.as_mut(),
        }
        .run();
        let mut written_out = N::Parameters::zeros();
        N::copy_gradients_into(&network.backprop_from(x, dl_dy_pred, &pass), &mut written_out);
        assert_same_bits(gradients.as_ref(), written_out.as_ref());
        assert_same_bits(dl_dx.as_ref(), network.input_gradients(x, dl_dy_pred, &pass).as_ref());
    }

    /// Also tells −0 from 0, whose quotients differ.
    fn assert_same_bits<T: Scalar>(values: &[T], expected: &[T]) {
        assert_eq!(values, expected);
        for (&value, &expected) in values.iter().zip(expected) {
            assert_eq!(T::ONE / value, T::ONE / expected, "{value} and {expected}");
        }
    }
}
