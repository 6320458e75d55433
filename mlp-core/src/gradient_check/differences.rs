//! Differences of the loss with many steps.

use core::iter;

use crate::network::Array;
use crate::{Network, Scalar};

/// The finest step, 2⁻⁴⁰, for a parameter of 1 or less; for larger ones it grows with them.
const FINEST: f64 = 4096.0 * f64::EPSILON;

/// From the finest step up to one of the parameter's own size.
const STEPS: usize = 41;

/// By how many units in the last place rounding moves a parameter or a prediction.
const ULPS: f64 = 2.0;

/// A bend is seen that is so many times what rounding does to the slope.
const VISIBLE: f64 = 16.0;

/// The largest relative error of a right gradient.
pub(super) fn tolerance<T: Scalar>() -> f64 {
    if T::NAME == f32::NAME { 5e-3 } else { 1e-6 }
}

/// The distance from 1 to the next number.
fn epsilon<T: Scalar>() -> f64 {
    if T::NAME == f32::NAME { f32::EPSILON.into() } else { f64::EPSILON }
}

/// The finest step for a parameter of this value.
pub(super) fn finest(value: f64) -> f64 {
    FINEST * power_of_two(value)
}

/// The first power of two from 1 on that is not below |value|.
fn power_of_two(value: f64) -> f64 {
    let mut power = 1.0;
    while power < value.abs() {
        power *= 2.0;
    }
    power
}

/// A loss, what rounding may have done to it, and its gradients.
pub(super) struct Evaluation<P> {
    pub(super) loss: f64,
    pub(super) rounding: f64,
    pub(super) gradients: P,
}

impl<P> Evaluation<P> {
    pub(super) fn new<N: Network<Parameters = P>>(network: &N, x: N::Input, y_true: N::Output) -> Self
    where
        P: Array<N::Scalar>,
    {
        let (mut parameters, mut gradients) = (P::zeros(), P::zeros());
        network.copy_parameters_into(&mut parameters);
        let pass = network.forward(x);
        N::copy_gradients_into(&network.backprop(x, y_true, &pass), &mut gradients);
        let y_pred = N::prediction(&pass);
        let derivative = (N::ARCHITECTURE.loss.derivative)(y_pred, y_true);
        let loss = N::loss(y_pred, y_true).to_f64();
        let moved = products(parameters.as_ref(), gradients.as_ref()) + products(y_pred.as_ref(), derivative.as_ref());
        Self { loss, rounding: ULPS * epsilon::<N::Scalar>() * (loss.abs() + moved), gradients }
    }
}

/// Σ |a b|
fn products<T: Scalar>(a: &[T], b: &[T]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a.to_f64() * b.to_f64()).abs()).sum()
}

/// The differences with one step.
pub(super) struct Difference {
    pub(super) slope: f64,
    bend: f64,
    /// What rounding does to the slope.
    pub(super) rounding: f64,
}

impl Difference {
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

/// The differences with all steps, from the finest on, each twice the one before.
pub(super) fn differences<P>(at: &Evaluation<P>, moved: impl Fn(f64) -> Evaluation<P>, finest: f64) -> Vec<Difference> {
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

/// Whether there is a kink at p itself: as soon as rounding lets a bend be seen, it is there, the same in each step.
pub(super) fn has_kink(differences: &[Difference]) -> bool {
    let visible = |difference: &Difference| difference.bend.abs() > VISIBLE * difference.rounding;
    let mut bends = differences.iter().skip_while(|difference| !visible(difference)).map(|difference| difference.bend);
    let Some(first) = bends.next() else { return false };
    bends.take(3).filter(|bend| (bend - first).abs() < 0.25 * first.abs()).count() == 3
}
