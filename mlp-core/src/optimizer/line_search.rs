//! A line search for the strong Wolfe conditions: Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 3.6.

use alloc::vec;
use alloc::vec::Vec;

use crate::Scalar;
use crate::math::dot;
use crate::math::float_math::FloatMath;
use crate::trainer::FullBatch;

/// The part of the fall that the slope at the start promises, which the loss must make.
const DECREASE: f64 = 1e-4;

/// The part of the slope at the start that may be left at the end.
const CURVATURE: f64 = 0.9;

/// The places at which the loss is computed, at most.
const MOST_PLACES: usize = 30;

/// Looks for a place with a lower loss on a line through the parameters.
pub(super) struct LineSearch<'a, 'b, T: 'static> {
    objective: &'a mut FullBatch<'b, T>,
    parameters: &'a [T],
    direction: &'a [T],
    /// The last place at which the loss was computed, and the gradient there.
    moved: Vec<T>,
    gradient: Vec<T>,
    places: usize,
}

/// A place on the line.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// Its distance from the start, in lengths of the direction.
    pub(super) step: f64,
    pub(super) loss: f64,
    /// The derivative of the loss with respect to the step.
    pub(super) slope: f64,
}

impl<'a, 'b, T: Scalar> LineSearch<'a, 'b, T> {
    pub(super) fn new(objective: &'a mut FullBatch<'b, T>, parameters: &'a [T], direction: &'a [T]) -> Self {
        let (moved, gradient) = (vec![T::ZERO; parameters.len()], vec![T::ZERO; parameters.len()]);
        Self { objective, parameters, direction, moved, gradient, places: 0 }
    }

    /// Looks for a place whose loss is lower than at the start, from this step on. Returns the parameters and the gradient
    /// there.
    pub(super) fn run(mut self, start: Point, first: f64) -> Option<(Vec<T>, Vec<T>)> {
        self.bracket(start, first).then_some((self.moved, self.gradient))
    }

    /// Algorithm 3.5: goes on until the place lies between the last two.
    fn bracket(&mut self, start: Point, first: f64) -> bool {
        let (mut last, mut step) = (start, first);
        while self.places < MOST_PLACES {
            let point = self.at(step);
            if start.hides::<T>(point) {
                step *= 16.0;
                continue;
            }
            if !start.allows(point) || (last.step > 0.0 && point.loss >= last.loss) {
                return self.zoom(start, last, point);
            }
            if start.is_flat_at(point) {
                return true;
            }
            if point.slope >= 0.0 {
                return self.zoom(start, point, last);
            }
            last = point;
            step *= 2.0;
        }
        last.loss < start.loss && self.at(last.step).loss < start.loss
    }

    /// Algorithm 3.6: looks between two places. `low` has the lower loss of the two, and its slope points at the other.
    fn zoom(&mut self, start: Point, mut low: Point, mut high: Point) -> bool {
        while self.places < MOST_PLACES {
            let step = low.lowest_towards(high);
            if step == low.step || step == high.step {
                break;
            }
            let point = self.at(step);
            if !start.allows(point) || point.loss >= low.loss {
                high = point;
                continue;
            }
            if start.is_flat_at(point) {
                return true;
            }
            if point.slope * (high.step - low.step) >= 0.0 {
                high = low;
            }
            low = point;
        }
        // Where rounding hides the slope, a lower loss is good enough.
        low.loss < start.loss && self.at(low.step).loss < start.loss
    }

    /// Computes the loss at a place.
    fn at(&mut self, step: f64) -> Point {
        let Self { parameters, direction, moved, gradient, .. } = self;
        let length = T::from_f64(step);
        for ((moved, &parameter), &direction) in moved.iter_mut().zip(*parameters).zip(*direction) {
            *moved = parameter + length * direction;
        }
        let loss = self.objective.gradient(moved, gradient).to_f64();
        self.places += 1;
        Point { step, loss, slope: dot(gradient, direction).to_f64() }
    }
}

impl Point {
    /// Whether the loss at another place is as low as the slope here promises.
    fn allows(self, other: Self) -> bool {
        // Near a minimum, rounding hides what the slope promises.
        let is_lower = other.loss < self.loss;
        is_lower && other.loss <= self.loss + DECREASE * other.step * self.slope && other.slope.is_finite()
    }

    /// Whether rounding hides how the loss falls to another place, and the slope there shows that it falls on: the step is
    /// too short.
    fn hides<T: Scalar>(self, other: Self) -> bool {
        let rounding = 4.0 * (1.0 - T::BELOW_ONE.to_f64());
        (other.loss - self.loss).abs() <= rounding * self.loss.abs() && other.slope < 0.0
    }

    /// Whether the slope at another place is small beside the slope here.
    fn is_flat_at(self, other: Self) -> bool {
        other.slope.abs() <= -CURVATURE * self.slope
    }

    /// The minimum of the cubic through both places with their slopes (equation 3.59), not too near to either.
    fn lowest_towards(self, other: Self) -> f64 {
        let width = other.step - self.step;
        let d1 = self.slope + other.slope - 3.0 * (other.loss - self.loss) / width;
        let square = d1 * d1 - self.slope * other.slope;
        let root = FloatMath::sqrt(square);
        let d2 = if width < 0.0 { -root } else { root };
        let from_other = width * (other.slope + d2 - d1) / (other.slope - self.slope + 2.0 * d2);
        let share = 1.0 - from_other / width;
        // The cubic has no minimum, or a number is infinite: the middle.
        let share = if share.is_finite() { share.clamp(0.1, 0.9) } else { 0.5 };
        self.step + share * width
    }
}
