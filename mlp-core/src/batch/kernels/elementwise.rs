//! Sweeps over a block that treat each number by itself: activations, their derivatives, and the derivatives of losses.
//!
//! A sweep is one long loop over a slice, which the compiler turns into vectors.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]

use super::layout::{panels, panels_mut};
use crate::activation::{Elementwise as _, each_elementwise};
use crate::loss::{Facts as _, each_loss};
use crate::math::float;
use crate::math::{self, MultiplyAdd};
use crate::network::{self, ErasedLoss};
use crate::sample_weights::weigh;
use crate::simd::Task;
use crate::{Scalar, activation, loss};

/// The activation of a layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Activation<T> {
    /// One of the crate's, inlined into the sweeps.
    BuiltIn(activation::BuiltIn),
    /// A user's own, called for each number; such a loop is no vector code.
    Custom { function: fn(T) -> T, derivative: fn(T, T) -> T },
}

impl<T> Activation<T> {
    pub(crate) fn new(activation: &network::Activation<T>) -> Self {
        match *activation {
            network::Activation::Softmax => Self::BuiltIn(activation::BuiltIn::softmax),
            network::Activation::Elementwise { built_in: Some(built_in), .. } => Self::BuiltIn(built_in),
            network::Activation::Elementwise { function, derivative, built_in: None, .. } => {
                Self::Custom { function, derivative }
            }
        }
    }

    /// Whether the derivative needs the pre-activation. If not, only the activation is kept.
    pub(crate) const fn keeps_pre_activation(&self) -> bool {
        match self {
            Self::BuiltIn(activation) => activation.needs_pre_activation(),
            Self::Custom { .. } => true,
        }
    }
}

/// The derivative of a loss by the predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// One of the crate's.
    BuiltIn(loss::BuiltIn),
    /// y_pred − y_true: the derivative with respect to the pre-activations if the output activation cancels.
    Cancelled { is_averaged: bool },
    /// A user's own: only the caller, who knows the number of outputs, can call it.
    Custom,
}

impl Loss {
    pub(crate) fn new(loss: ErasedLoss, cancels: bool) -> Self {
        if cancels {
            return Self::Cancelled { is_averaged: loss.is_averaged() };
        }
        loss.built_in.map_or(Self::Custom, Self::BuiltIn)
    }

    /// Whether the loss is computed from the pre-activations, and differentiated by them.
    pub(crate) const fn is_cancelled(self) -> bool {
        matches!(self, Self::Cancelled { .. })
    }
}

/// Runs the code for the entry of the activation or loss `which`: a match with an arm for each word.
macro_rules! each {
    ([$($word:ident)*] $which:ident: $module:ident, $entry:ident => $code:expr $(, $other:ident => $other_code:expr)?) => {
        match $which {
            $($module::BuiltIn::$word => {
                type $entry = $module::entry::$word;
                $code
            })*
            $($module::BuiltIn::$other => $other_code,)?
        }
    };
}

#[cfg(feature = "population")]
pub(crate) use each;

/// `sweep!(a => value)` replaces every element `a` by the value. `sweep!(d = |y, t| value)` and `sweep!(d *= |a| value)` also
/// read the elements of other slices at the same place.
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
            Activation::BuiltIn(which) => {
                each_elementwise!(each which: activation, Entry => sweep!(a => Entry::value_in_loop::<T, M>(a)),
                    softmax => softmax::<T, M, V>(a, neurons));
            }
            Activation::Custom { function, .. } => sweep!(a => function(a)),
        }
    }
}

/// [`softmax`](activation::softmax) of every example.
#[inline(always)]
fn softmax<T: Scalar, M: MultiplyAdd, const V: usize>(a: &mut [T], neurons: usize) {
    for z in panels_mut::<T, V>(a, neurons) {
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
    for a in panels_mut::<T, V>(a, neurons) {
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
            Activation::BuiltIn(which) => {
                each_elementwise!(each which: activation, Entry => {
                    if Entry::NEEDS_PRE_ACTIVATION {
                        sweep!(d *= |z, a| Entry::derivative_in_loop::<T, M>(z, a));
                    } else {
                        sweep!(d *= |a| Entry::derivative_in_loop::<T, M>(a, a));
                    }
                }, softmax => softmax_derivative::<T, V>(a, d, neurons));
            }
            Activation::Custom { derivative, .. } => sweep!(d *= |z, a| derivative(z, a)),
        }
    }
}

/// d_j = Σ_k d_k ∂a_k/∂z_j = a_j (d_j − Σ_k d_k a_k)
#[inline(always)]
fn softmax_derivative<T: Scalar, const V: usize>(a: &[T], d: &mut [T], neurons: usize) {
    for (a, d) in panels::<T, V>(a, neurons).zip(panels_mut::<T, V>(d, neurons)) {
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
        match loss {
            Loss::Cancelled { is_averaged: false } => sweep!(d = |y_pred, y_true| y_pred - y_true),
            Loss::Cancelled { is_averaged: true } => sweep!(d = |y_pred, y_true| (y_pred - y_true) / n),
            // The derivative of a single output is not yet divided by the number of outputs.
            Loss::BuiltIn(which) => each_loss!(each which: loss, Entry => {
                if Entry::IS_AVERAGED {
                    sweep!(d = |y_pred, y_true| Entry::derivative([y_pred], [y_true])[0] / n);
                } else {
                    sweep!(d = |y_pred, y_true| Entry::derivative([y_pred], [y_true])[0]);
                }
            }),
            Loss::Custom => {}
        }
    }
}

/// values = values · factors
pub(super) struct Multiply<'a, T> {
    pub(super) values: &'a mut [T],
    pub(super) factors: &'a [T],
}

impl<T: Scalar> Task for Multiply<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { values, factors } = self;
        sweep!(values *= |factors| factors);
    }
}

/// d = weight · d, with a weight for each example.
pub(super) struct Weigh<'a, T, const V: usize> {
    pub(super) weights: &'a [T],
    pub(super) outputs: usize,
    pub(super) d: &'a mut [T],
}

impl<T: Scalar, const V: usize> Task for Weigh<'_, T, V> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        let Self { weights, outputs, d } = self;
        for (weights, d) in panels::<T, V>(weights, 1).zip(panels_mut::<T, V>(d, outputs)) {
            let weights = weights[0];
            for d in &mut d[..outputs] {
                for half in 0..2 {
                    for v in 0..V {
                        d[half][v] = weigh(weights[half][v], d[half][v]);
                    }
                }
            }
        }
    }
}
