//! The activation of a whole layer: probabilities of classes.

use super::{BuiltIn, Facts, Initialization, entry};
use crate::Scalar;
#[cfg(feature = "std")]
use crate::equations::{
    Definition, Elementary, Expression, Locals, Subscript, before, call, each, if_equal, if_greater, sum_over,
};

impl Facts for entry::softmax {
    const BUILT_IN: BuiltIn = BuiltIn::softmax;
    const RANGE: [f64; 2] = [0.0, 1.0];
    const INITIALIZATION: Initialization = Initialization::Glorot;
}

/// softmax(z)_k = e^z_k / Σ e^z_j, probabilities of `O` classes (Bridle, 1990), computed from the differences to the
/// largest z, so that nothing overflows.
///
/// The relative error of each probability is at most (|z_k − largest| + O + 2) ε, down to the smallest normal number,
/// and they sum to 1 within O ε. The bits are the same on every platform. Infinite z give the limit in which they grow
/// alike: the outputs at +∞ share 1 equally, and so do all outputs if every z is −∞; otherwise an output at −∞ is 0. A
/// NaN makes all outputs NaN.
#[inline]
#[must_use]
pub fn softmax<T: Scalar, const O: usize>(mut z: [T; O]) -> [T; O] {
    softmax_in_place(&mut z);
    z
}

/// [`softmax`] as equations, to the bit.
#[cfg(feature = "std")]
pub(crate) fn softmax_definition(mut locals: Locals) -> Definition {
    let outputs = locals.outputs();
    locals.define_each("largest", 0..1, each("z"));
    let largest = if_greater(each("z"), before("largest"), each("z"), before("largest"));
    locals.define_each("largest", 1..outputs, largest);
    let largest = || Expression::element("largest", [Subscript::Number(outputs - 1)]);
    let power = call(Elementary::Exponential, [each("z") - largest()]);
    locals.define_each("power", 0..outputs, if_equal(each("z"), largest(), 1.0.into(), power));
    let sum = locals.define("sum", sum_over(0..outputs, each("power")));
    locals.define_each("a", 0..outputs, each("power") / sum);
    locals.of_arrays(&["z"])
}

/// e^z_k / Σ e^z_j
#[cfg(feature = "std")]
pub(crate) fn softmax_in_lecture(z: &[Expression], k: usize) -> Option<Expression> {
    let power = |z: &Expression| call(Elementary::Exponential, [z.clone()]);
    Some(power(z.get(k)?) / Expression::Sum(z.iter().map(power).collect()))
}

/// ∂a_k/∂z_j = a_k (1 − a_k) for j = k, otherwise −a_k a_j, with a = softmax(z). Row k holds the derivatives of a_k.
///
/// Generated code writes the elements out, each under its own name.
#[inline]
#[must_use]
pub fn softmax_derivative<T: Scalar, const O: usize>(_z: [T; O], a: [T; O]) -> [[T; O]; O] {
    core::array::from_fn(|k| core::array::from_fn(|j| if j == k { a[k] * (T::ONE - a[k]) } else { -a[k] * a[j] }))
}

/// [`softmax`] of a layer whose width is known at run time only.
pub(crate) fn softmax_in_place<T: Scalar>(z: &mut [T]) {
    let Some(&first) = z.first() else { return };
    let largest = z.iter().fold(first, |largest, &z| if z > largest { z } else { largest });
    let mut sum = T::ZERO;
    for z in &mut *z {
        // Not e^(z − largest) in both cases: ∞ − ∞ is NaN.
        *z = if *z == largest { T::ONE } else { (*z - largest).exp() };
        sum += *z;
    }
    for a in z {
        *a = *a / sum;
    }
}
