//! Losses from the pre-activations of the output layer, which are also called logits.
//!
//! A prediction near 1 has lost most digits of its distance from 1, and one near 0 may have become 0. The
//! pre-activation still has them. So where a loss and the output activation cancel in `backprop`, training computes the
//! loss from the pre-activations too.

#[cfg(feature = "std")]
use super::BuiltIn;
use super::{count, sum};
use crate::Scalar;
use crate::activation::weighted;
#[cfg(feature = "std")]
use crate::equations::{
    Definition,
    Elementary::{Exponential, Logarithm, LogarithmOfOnePlus},
    Expression, Function, Helper, Locals, Subscript, before, call, each, if_equal, if_greater, if_less, sum_over,
};
use crate::math::{Separate, exp_of_negative};

/// [`cross_entropy`](super::cross_entropy) of [`softmax`](crate::activation::softmax)(z), as PyTorch's
/// `CrossEntropyLoss`: L = Σ y_true (ln Σ e^z − z). Natural logarithms.
///
/// Computed as Σ y_true (m − z) + Σ y_true · ln(1 + Σ e^(z − m)), where m is the largest z and the last sum is over all
/// others. So no digits cancel, and nothing overflows below the largest number. As in softmax, the relative error of a
/// power is |z − m| ε; it shows only where the loss is small. An infinite z gives the limit, and a NaN stays a NaN.
///
/// ```
/// use mlp_core::activation::softmax;
/// use mlp_core::loss::{cross_entropy, cross_entropy_with_logits};
///
/// let (z, y_true) = ([-431.0, 279.0, 427.0], [1.0, 0.0, 0.0]);
/// assert_eq!(cross_entropy_with_logits(z, y_true), 858.0);
/// // The first prediction, e^-858, is rounded to 0.
/// assert!(cross_entropy(softmax(z), y_true) < 709.0);
/// ```
#[inline]
#[must_use]
pub fn cross_entropy_with_logits<T: Scalar, const O: usize>(z: [T; O], y_true: [T; O]) -> T {
    let Some(&(mut largest)) = z.first() else { return T::ZERO };
    // From index 1 on, all but the largest. Choices of values instead of branches, which a processor cannot predict.
    let mut others = z;
    for k in 1..O {
        (largest, others[k]) = if z[k] > largest { (z[k], largest) } else { (largest, z[k]) };
    }
    // Half of the distance of two finite numbers cannot overflow. The difference of equal infinities is NaN.
    let half = T::from_f64(0.5);
    let half_distance = |z: T| if z == largest { T::ZERO } else { half * largest - half * z };
    // Apart from their sum, so that the compiler makes vectors of them.
    let powers = others.map(|z| exp_of_negative::<T, Separate>(-(half_distance(z) + half_distance(z))));
    let [mut sum, mut targets, mut weighted_distances] = [T::ZERO; 3];
    for &power in &powers[1..] {
        sum += power;
    }
    for k in 0..O {
        targets += y_true[k];
        weighted_distances += product(y_true[k] + y_true[k], half_distance(z[k]));
    }
    weighted_distances + targets * sum.ln_1p()
}

/// [`binary_cross_entropy`](super::binary_cross_entropy) of [`sigmoid`](crate::activation::sigmoid)(z), averaged over
/// the `O` outputs, as PyTorch's `BCEWithLogitsLoss`: L = Σ (ln(1 + e^z) − y_true z) / O. Natural logarithms.
///
/// Computed as (1 − y_true) max(z, 0) + y_true max(−z, 0) + ln(1 + e^−|z|) for each output. So no digits cancel, and
/// nothing overflows below the largest number. An infinite z gives the limit, and a NaN stays a NaN.
///
/// ```
/// use mlp_core::activation::sigmoid;
/// use mlp_core::loss::{binary_cross_entropy, binary_cross_entropy_with_logits};
///
/// assert_eq!(binary_cross_entropy_with_logits([800.0], [0.0]), 800.0);
/// // The prediction is rounded to 1.
/// assert!(binary_cross_entropy([sigmoid(800.0)], [0.0]) < 37.0);
/// ```
#[inline]
#[must_use]
pub fn binary_cross_entropy_with_logits<T: Scalar, const O: usize>(z: [T; O], y_true: [T; O]) -> T {
    let term = |z: T, y_true: T| {
        let (distance, wrong) = if z < T::ZERO { (-z, y_true) } else { (z, T::ONE - y_true) };
        product(wrong, distance) + exp_of_negative::<T, Separate>(-distance).ln_1p()
    };
    // Each term is divided, because the sum may overflow where the mean does not.
    sum(z, y_true, |z, y_true| term(z, y_true) / count::<T, O>())
}

/// weight · distance, and 0 if only the weight is 0 and the distance infinite. The check of the distance is there
/// because it can be predicted, and a weight that is 0 for every other output cannot.
fn product<T: Scalar>(weight: T, distance: T) -> T {
    if distance.is_finite() { weight * distance } else { weighted(distance, weight) }
}

#[cfg(feature = "std")]
impl BuiltIn {
    /// The loss from pre-activations as equations, to the bit; of a loss that cancels with an activation.
    pub(crate) fn with_logits_definition(self, locals: Locals) -> Definition {
        match self {
            Self::cross_entropy => cross_entropy_definition(locals),
            _ => binary_cross_entropy_definition(locals),
        }
    }

    /// The loss as a lecture writes it for these pre-activations.
    pub(crate) fn lecture_with_logits(self, z: &[Expression], y_true: &[Expression], values: &[f64]) -> Expression {
        match self {
            Self::cross_entropy => cross_entropy_in_lecture(z, y_true, values),
            _ => binary_cross_entropy_in_lecture(z, y_true),
        }
    }
}

#[cfg(feature = "std")]
fn cross_entropy_definition(mut locals: Locals) -> Definition {
    let outputs = locals.outputs();
    let largest = || Expression::element("largest", [Subscript::Number(outputs - 1)]);
    let half = |expression: Expression| Expression::from(0.5) * expression;
    let half_distance = |z: Expression| if_equal(z.clone(), largest(), 0.0.into(), half(largest()) - half(z));
    locals.define_each("largest", 0..1, each("z"));
    let [larger, other] = [["z", "largest"], ["largest", "z"]].map(|[then, otherwise]| {
        let element = |name| if name == "z" { each(name) } else { before(name) };
        if_greater(each("z"), before("largest"), element(then), element(otherwise))
    });
    locals.define_each("largest", 1..outputs, larger);
    locals.define_each("other", 1..outputs, other);
    locals.define_each("half_distance", 1..outputs, half_distance(each("other")));
    let distance = each("half_distance") + each("half_distance");
    let sum = sum_over(1..outputs, call(Helper::ExpOfNegative, [-distance]));
    let sum = locals.define("sum", sum);
    let targets = locals.define("targets", sum_over(0..outputs, each("y_true")));
    let weighted_distance = call(Helper::LimitedProduct, [each("y_true") + each("y_true"), half_distance(each("z"))]);
    let weighted_distances = locals.define("weighted_distances", sum_over(0..outputs, weighted_distance));
    locals.define("L", weighted_distances + targets * call(LogarithmOfOnePlus, [sum]));
    locals.of_arrays(&["z", "y_true"])
}

#[cfg(feature = "std")]
fn binary_cross_entropy_definition(mut locals: Locals) -> Definition {
    let outputs = 0..locals.outputs();
    let (z, y_true, count) = (|| each("z"), || each("y_true"), locals.count());
    let distance = locals.define_each("distance", outputs.clone(), crate::equations::absolute(z()));
    let wrong = if_less(z(), 0.0.into(), y_true(), Expression::from(1.0) - y_true());
    let power = call(Helper::ExpOfNegative, [-distance.clone()]);
    let term = call(Helper::LimitedProduct, [wrong, distance]) + call(LogarithmOfOnePlus, [power]);
    locals.define("L", sum_over(outputs, term / count));
    locals.of_arrays(&["z", "y_true"])
}

/// Σ y_true (m - z) + Σ y_true · ln(1 + Σ e^(z - m)), where m is the largest z and the last sum is over the others.
#[cfg(feature = "std")]
fn cross_entropy_in_lecture(z: &[Expression], y_true: &[Expression], values: &[f64]) -> Expression {
    let largest = (0..values.len()).reduce(|largest, k| if values[k] > values[largest] { k } else { largest });
    let largest = largest.unwrap_or_default();
    let others = || (0..z.len()).filter(|&k| k != largest);
    if others().next().is_none() {
        return y_true[0].clone() * call(Logarithm, [1.0.into()]);
    }
    let powers = others().map(|k| call(Exponential, [z[k].clone() - z[largest].clone()])).collect();
    let distances = others().map(|k| y_true[k].clone() * (z[largest].clone() - z[k].clone()));
    let logarithm = call(LogarithmOfOnePlus, [Expression::Sum(powers)]);
    Expression::Sum(distances.chain([Expression::Sum(y_true.to_vec()) * logarithm]).collect())
}

/// (1 - y_true)·max(z, 0) + y_true·max(-z, 0) + ln(1 + e^-|z|), averaged over the outputs.
#[cfg(feature = "std")]
fn binary_cross_entropy_in_lecture(z: &[Expression], y_true: &[Expression]) -> Expression {
    let positive_part = |z: Expression| call(Function::sign("max"), [z, 0.0.into()]);
    let term = |(z, y_true): (&Expression, &Expression)| {
        let power = call(Exponential, [-crate::equations::absolute(z.clone())]);
        (Expression::from(1.0) - y_true.clone()) * positive_part(z.clone())
            + y_true.clone() * positive_part(-z.clone())
            + call(LogarithmOfOnePlus, [power])
    };
    let mut terms: Vec<_> = z.iter().zip(y_true).map(term).collect();
    if terms.len() > 1 {
        let count = crate::math::float(terms.len());
        terms = terms.into_iter().map(|term| term / count.into()).collect();
        return Expression::Sum(terms);
    }
    terms.pop().unwrap_or(0.0.into())
}
