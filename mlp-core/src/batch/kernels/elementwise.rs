//! What is done to each number by itself, in sweeps over a block: activations, their derivatives and those of losses.
//!
//! A sweep is one long loop over a slice, which the compiler turns into vectors.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use super::tile::{lines, lines_mut};
use crate::math::{self, MultiplyAdd};
use crate::network::{self, LayerActivation};
use crate::scalar::float;
use crate::simd::Task;
use crate::{Scalar, activation, loss};

/// What makes activations of pre-activations.
#[derive(Clone, Copy, Debug)]
pub(super) enum Activation<T> {
    Sigmoid,
    Tanh,
    Relu,
    LeakyRelu,
    Silu,
    HardSigmoid,
    Identity,
    Softmax,
    /// By calls, which no loop turns into vectors: a user's own, or one that takes `libm`'s exponential function.
    Called {
        function: fn(T) -> T,
        derivative: fn(T, T) -> T,
    },
}

impl<T> Activation<T> {
    pub(super) fn of(activation: &LayerActivation<T>) -> Self {
        let &network::Activation { name, function, derivative } = activation else { return Self::Softmax };
        // One word: the user's own are paths.
        match name {
            "sigmoid" => Self::Sigmoid,
            "tanh" => Self::Tanh,
            "relu" => Self::Relu,
            "leaky_relu" => Self::LeakyRelu,
            "silu" => Self::Silu,
            "hard_sigmoid" => Self::HardSigmoid,
            "identity" => Self::Identity,
            _ => Self::Called { function, derivative },
        }
    }

    /// Whether the derivative is told from the pre-activation; otherwise the activation suffices, and takes its place.
    pub(super) const fn keeps_pre_activation(&self) -> bool {
        matches!(self, Self::Silu | Self::HardSigmoid | Self::Called { .. })
    }
}

/// The derivative of a loss by the predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// y_pred − y_true: of `half_squared_error`; of `cross_entropy` together with that of softmax.
    Difference,
    /// (y_pred − y_true) / O: of `binary_cross_entropy` together with that of sigmoid.
    MeanDifference,
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    BinaryCrossEntropy,
    /// All others, a user's own among them: only the caller, who knows the number of outputs, can call them.
    Called,
}

impl Loss {
    /// The derivative of the loss called so by the predictions, or by the pre-activations of an output layer with which it
    /// cancels.
    pub(super) fn of(name: &str, cancels: bool) -> Self {
        match name {
            _ if cancels && loss::is_averaged(name) => Self::MeanDifference,
            _ if cancels => Self::Difference,
            "half_squared_error" => Self::Difference,
            "mean_squared_error" => Self::MeanSquaredError,
            "mean_absolute_error" => Self::MeanAbsoluteError,
            "huber" => Self::Huber,
            "binary_cross_entropy" => Self::BinaryCrossEntropy,
            _ => Self::Called,
        }
    }
}

/// `sweep!(a => value)` makes this of every element; `sweep!(d = |y, t| value)` and `sweep!(d *= |a| value)` take the
/// elements of other slices beside it.
macro_rules! sweep {
    ($out:ident => $value:expr) => {
        for element in $out {
            let $out = *element;
            *element = $value;
        }
    };
    ($out:ident $assign:tt |$($other:ident),*| $value:expr) => {{
        let elements = $out.len();
        $(let $other = &$other[..elements];)*
        for element in 0..elements {
            $(let $other = $other[element];)*
            $out[element] $assign $value;
        }
    }};
}

/// a = f(a), where a holds the pre-activations.
pub(super) struct Activate<'a, T, const V: usize> {
    pub(super) activation: Activation<T>,
    pub(super) neurons: usize,
    pub(super) a: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Activate<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { activation, neurons, a } = self;
        match activation {
            Activation::Sigmoid => sweep!(a => math::sigmoid_in_loop::<T, M>(a)),
            Activation::Tanh => sweep!(a => math::tanh_with::<T, M>(a)),
            Activation::Relu => sweep!(a => activation::relu(a)),
            Activation::LeakyRelu => sweep!(a => activation::leaky_relu(a)),
            Activation::Silu => sweep!(a => activation::weighted(a, math::sigmoid_in_loop::<T, M>(a))),
            Activation::HardSigmoid => sweep!(a => activation::hard_sigmoid(a)),
            Activation::Identity => {}
            Activation::Softmax => softmax::<T, M, V>(a, neurons),
            Activation::Called { function, .. } => sweep!(a => function(a)),
        }
    }
}

/// [`softmax`](activation::softmax) of every example.
#[inline(always)]
fn softmax<T: Scalar, M: MultiplyAdd, const V: usize>(a: &mut [T], neurons: usize) {
    for z in lines_mut::<T, V>(a, neurons) {
        let z = &mut z[..neurons];
        for half in 0..2 {
            let mut largest = z[0][half];
            for z in &*z {
                for v in 0..V {
                    largest[v] = if z[half][v] > largest[v] { z[half][v] } else { largest[v] };
                }
            }
            for z in &mut *z {
                for v in 0..V {
                    // The difference of equal infinities is NaN.
                    z[half][v] = if z[half][v] == largest[v] { T::ZERO } else { z[half][v] - largest[v] };
                }
            }
        }
    }
    let differences = &mut *a;
    sweep!(differences => math::exp_of_negative::<T, M>(differences));
    for a in lines_mut::<T, V>(a, neurons) {
        let a = &mut a[..neurons];
        for half in 0..2 {
            let mut sum = [T::ZERO; V];
            for a in &*a {
                for v in 0..V {
                    sum[v] += a[half][v];
                }
            }
            for a in &mut *a {
                for v in 0..V {
                    a[half][v] = a[half][v] / sum[v];
                }
            }
        }
    }
}

/// d = d · f′(z, a)
pub(super) struct Differentiate<'a, T, const V: usize> {
    pub(super) activation: Activation<T>,
    pub(super) neurons: usize,
    /// Empty where the activation does not keep them.
    pub(super) z: &'a [T],
    pub(super) a: &'a [T],
    pub(super) d: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Differentiate<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { activation, neurons, z, a, d } = self;
        match activation {
            Activation::Sigmoid => sweep!(d *= |a| activation::sigmoid_derivative(a, a)),
            Activation::Tanh => sweep!(d *= |a| activation::tanh_derivative(a, a)),
            // Each of the two is positive just where its pre-activation is.
            Activation::Relu => sweep!(d *= |a| activation::relu_derivative(a, a)),
            Activation::LeakyRelu => sweep!(d *= |a| activation::leaky_relu_derivative(a, a)),
            Activation::Silu => sweep!(d *= |z| silu_derivative::<T, M>(z)),
            Activation::HardSigmoid => sweep!(d *= |z| activation::hard_sigmoid_derivative(z, z)),
            Activation::Identity => {}
            Activation::Softmax => softmax_derivative::<T, V>(a, d, neurons),
            Activation::Called { derivative, .. } => sweep!(d *= |z, a| derivative(z, a)),
        }
    }
}

/// [`silu_derivative`](activation::silu_derivative)
#[inline(always)]
fn silu_derivative<T: Scalar, M: MultiplyAdd>(z: T) -> T {
    let s = math::sigmoid_in_loop::<T, M>(z);
    s + activation::weighted(z, s * math::sigmoid_in_loop::<T, M>(-z))
}

/// d_j = Σ_k d_k ∂a_k/∂z_j = a_j (d_j − Σ_k d_k a_k)
#[inline(always)]
fn softmax_derivative<T: Scalar, const V: usize>(a: &[T], d: &mut [T], neurons: usize) {
    for (a, d) in lines::<T, V>(a, neurons).zip(lines_mut::<T, V>(d, neurons)) {
        let (a, d) = (&a[..neurons], &mut d[..neurons]);
        for half in 0..2 {
            let mut mean = [T::ZERO; V];
            for (a, d) in a.iter().zip(&*d) {
                for v in 0..V {
                    mean[v] += d[half][v] * a[half][v];
                }
            }
            for (a, d) in a.iter().zip(&mut *d) {
                for v in 0..V {
                    d[half][v] = a[half][v] * (d[half][v] - mean[v]);
                }
            }
        }
    }
}

/// d = ∂L/∂y_pred; where the output activation cancels, ∂L/∂z.
pub(super) struct LossDerivative<'a, T> {
    pub(super) loss: Loss,
    pub(super) outputs: usize,
    pub(super) y_pred: &'a [T],
    pub(super) y_true: &'a [T],
    pub(super) d: &'a mut [T],
}

impl<T: Scalar> Task for LossDerivative<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { loss, outputs, y_pred, y_true, d } = self;
        let n = T::from_f64(float(outputs));
        // Of a single output, over the number of outputs.
        macro_rules! averaged {
            ($derivative:path) => {
                sweep!(d = |y_pred, y_true| $derivative([y_pred], [y_true])[0] / n)
            };
        }
        match loss {
            Loss::Difference => sweep!(d = |y_pred, y_true| y_pred - y_true),
            Loss::MeanDifference => sweep!(d = |y_pred, y_true| (y_pred - y_true) / n),
            Loss::MeanSquaredError => averaged!(loss::mean_squared_error_derivative),
            Loss::MeanAbsoluteError => averaged!(loss::mean_absolute_error_derivative),
            Loss::Huber => averaged!(loss::huber_derivative),
            Loss::BinaryCrossEntropy => averaged!(loss::binary_cross_entropy_derivative),
            Loss::Called => {}
        }
    }
}
