//! Finite differences of the loss, with steps from fine to coarse.

use core::iter;

use crate::math::float_math::FloatMath as _;
use crate::network::Array;
use crate::{Network, Scalar};

/// The finest step, 2⁻⁴⁰, for a parameter of 1 or less; for larger parameters the step grows with them.
const FINEST: f64 = 4096.0 * f64::EPSILON;

/// The number of steps, from the finest to one of the parameter's own size.
const STEPS: usize = 41;

/// Rounding is taken to change a parameter or a prediction by this number of units in the last place.
const ULPS: f64 = 2.0;

/// A bend is visible if it is more than this number of times the rounding error of the slope.
const VISIBLE: f64 = 16.0;

/// The largest relative error with which a gradient still counts as right.
pub(super) fn tolerance<T: Scalar>() -> f64 {
    if T::NAME == f32::NAME { 5e-3 } else { 1e-6 }
}

/// The machine epsilon: the distance from 1 to the next larger number.
fn epsilon<T: Scalar>() -> f64 {
    if T::NAME == f32::NAME { f32::EPSILON.into() } else { f64::EPSILON }
}

/// The finest step for a parameter of this value.
pub(super) fn finest(value: f64) -> f64 {
    FINEST * power_of_two(value)
}

/// The smallest power of two that is at least 1 and at least |value|.
fn power_of_two(value: f64) -> f64 {
    let mut power = 1.0;
    while power < value.abs() {
        power *= 2.0;
    }
    power
}

/// A loss and its estimated rounding error.
pub(super) struct Evaluation {
    pub(super) loss: f64,
    pub(super) rounding: f64,
}

impl Evaluation {
    pub(super) fn new<N: Network>(network: &N, x: N::Input, y_true: N::Output) -> Self {
        let (mut parameters, mut gradients) = (N::Parameters::zeros(), N::Parameters::zeros());
        network.copy_parameters_into(&mut parameters);
        let pass = network.forward(x);
        N::copy_gradients_into(&network.backprop(x, y_true, &pass), &mut gradients);
        let loss = N::loss_of(&pass, y_true).to_f64();
        let mut moved = products(parameters.as_ref(), gradients.as_ref());
        if N::ARCHITECTURE.loss_with_logits().is_none() {
            let y_pred = N::prediction(&pass);
            let derivative = (N::ARCHITECTURE.loss.derivative)(y_pred, y_true);
            moved += products(y_pred.as_ref(), derivative.as_ref());
        }
        Self { loss, rounding: ULPS * epsilon::<N::Scalar>() * (loss.abs() + moved) }
    }
}

/// The gradients by `backprop`, in canonical order.
pub(super) struct Gradients<P> {
    pub(super) values: P,
    /// The rounding error of each gradient, as estimated. The rounding errors of the loss are not in it.
    pub(super) roundings: Vec<f64>,
}

impl<P> Gradients<P> {
    /// Where loss and output activation cancel, the gradients contain y_pred − y_true. This difference has lost the
    /// digits that the loss, computed from the pre-activations, still has. The error of a prediction changes the
    /// gradients as the same change of its target does.
    pub(super) fn new<N: Network<Parameters = P>>(network: &N, x: N::Input, y_true: N::Output) -> Self
    where
        P: Array<N::Scalar>,
    {
        let pass = network.forward(x);
        let gradients = |y_true| {
            let mut gradients = P::zeros();
            N::copy_gradients_into(&network.backprop(x, y_true, &pass), &mut gradients);
            gradients
        };
        let values = gradients(y_true);
        let mut roundings = vec![0.0; values.as_ref().len()];
        if N::ARCHITECTURE.loss_with_logits().is_some() {
            let ulps = N::Scalar::from_f64(ULPS * epsilon::<N::Scalar>());
            for (output, &y_pred) in N::prediction(&pass).as_ref().iter().enumerate() {
                let mut moved = y_true;
                // sigmoid is 0 where its value is below the smallest normal number.
                moved.as_mut()[output] -= ulps * y_pred + N::Scalar::SMALLEST_NORMAL;
                for ((rounding, a), b) in roundings.iter_mut().zip(values.as_ref()).zip(gradients(moved).as_ref()) {
                    *rounding += (a.to_f64() - b.to_f64()).abs();
                }
            }
        }
        Self { values, roundings }
    }
}

/// Σ |a b|
fn products<T: Scalar>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a.to_f64() * b.to_f64()).abs()).sum()
}

/// The differences for one step h.
pub(super) struct Difference {
    pub(super) slope: f64,
    bend: f64,
    /// The rounding error of the slope.
    pub(super) rounding: f64,
}

impl Difference {
    /// Where the loss is straight.
    #[cfg(test)]
    pub(super) fn new(slope: f64, rounding: f64) -> Self {
        Self { slope, bend: 0.0, rounding }
    }

    pub(super) fn uncertainty(&self, next: &Self) -> f64 {
        (self.slope - next.slope).abs() + 0.5 * self.bend.abs() + self.rounding
    }
}

/// The losses at h and −h.
struct Pair {
    /// L(h) − L(−h)
    odd: f64,
    /// L(h) + L(−h) − 2 L(0)
    even: f64,
    pub(super) rounding: f64,
}

/// The differences for all steps: first the finest, then each step twice the one before.
pub(super) fn differences(at: &Evaluation, moved: impl Fn(f64) -> Evaluation, finest: f64) -> Vec<Difference> {
    let pair = |h| {
        let (right, left) = (moved(h), moved(-h));
        Pair {
            odd: right.loss - left.loss,
            even: (right.loss - at.loss) + (left.loss - at.loss),
            rounding: at.rounding.max(right.rounding).max(left.rounding),
        }
    };
    let steps = || iter::successors(Some(finest), |h| Some(2.0 * h)).take(STEPS);
    let pairs: Vec<_> = steps().map(pair).collect();
    let difference = |(h, (near, far)): (f64, (&Pair, &Pair))| Difference {
        slope: (8.0 * near.odd - far.odd) / (12.0 * h),
        bend: (4.0 * near.even - far.even) / (2.0 * h),
        rounding: near.rounding.max(far.rounding) / h,
    };
    steps().zip(pairs.iter().zip(&pairs[1..])).map(difference).collect()
}

/// Whether there is a kink at p itself. If so, the first bend that stands out from rounding stays the same in the next
/// steps.
pub(super) fn has_kink(differences: &[Difference]) -> bool {
    let visible = |difference: &Difference| difference.bend.abs() > VISIBLE * difference.rounding;
    let mut bends = differences.iter().skip_while(|difference| !visible(difference)).map(|difference| difference.bend);
    let Some(first) = bends.next() else { return false };
    bends.take(3).filter(|bend| (bend - first).abs() < 0.25 * first.abs()).count() == 3
}
