//! L-BFGS: a quasi-Newton method that remembers the last steps.

use alloc::vec;
use alloc::vec::Vec;

use super::line_search::{LineSearch, Point};
use super::{Optimizer, OptimizerState, StateVisitor, check_setting};
use crate::math::{dot, float};
use crate::trainer::{FullBatch, Method, Step};
use crate::{Array, Scalar, TrainError};

/// The most steps that can be remembered.
const MOST: usize = 20;

/// L-BFGS (Nocedal, 1980; Liu and Nocedal, 1989). It remembers the last steps, and how the gradient changed along them. From
/// these it guesses the curvature of the loss, and steps to where the loss would then be lowest. A line search finds a length
/// at which the step lowers the loss enough: the strong Wolfe conditions, by algorithms 3.5 and 3.6 of Nocedal and Wright,
/// "Numerical optimization", 2006.
///
/// It is for every loss and for networks of any size. An epoch is one step on all examples that lowers the loss. It computes
/// the gradient once or a few times, and needs no learning rate. The training ends with
/// [`StopReason::Converged`](crate::StopReason::Converged) when no step lowers the loss any more. [`Trainer`](crate::Trainer)
/// refuses what makes no sense here: `shuffle`, small batches, `clip_norm`, `schedule`, `l1`, `step_with` and `fit_chunks`.
///
/// ```
/// use mlp_core::{Lbfgs, Trainer, mlp};
///
/// mlp!(pub struct Xor: 2 => tanh(3) => sigmoid(1), loss = binary_cross_entropy);
/// let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
/// let mut xor = Xor::random(&mut mlp_core::rng(1));
/// let outcome = Trainer::new(Lbfgs::new()).epochs(50).fit(&mut xor, &examples)?;
/// assert!(outcome.loss < 1e-4);
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lbfgs {
    memory: usize,
}

impl Lbfgs {
    /// With a memory of 10 steps.
    #[must_use]
    pub const fn new() -> Self {
        Self { memory: 10 }
    }

    /// Sets how many steps are remembered: from 1 to 20.
    #[must_use]
    pub const fn memory(mut self, steps: usize) -> Self {
        self.memory = steps;
        self
    }
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self::new()
    }
}

/// The state of [`Lbfgs`]: its last steps, the newest last.
#[derive(Clone, Debug, PartialEq)]
pub struct LastSteps<T> {
    /// The number of parameters.
    size: usize,
    /// A step for each place in the memory, one after the other. Places that are still empty come first.
    steps: Vec<T>,
    /// How the gradient changed along each.
    changes: Vec<T>,
    /// How many there are.
    count: f64,
}

/// The names of the parts of the state.
const NAMES: [[&str; 2]; MOST] = {
    macro_rules! names {
        ($($number:literal)*) => { [$([concat!("step", $number), concat!("change", $number)]),*] };
    }
    names!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20)
};

impl<T: Scalar> OptimizerState<T> for LastSteps<T> {
    fn visit(&mut self, visitor: &mut dyn StateVisitor<T>) {
        let pairs = self.steps.chunks_exact_mut(self.size).zip(self.changes.chunks_exact_mut(self.size));
        for ((step, change), [step_name, change_name]) in pairs.zip(NAMES) {
            visitor.scalars(step_name, step);
            visitor.scalars(change_name, change);
        }
        visitor.number("steps", &mut self.count);
    }
}

impl<T: Scalar> Optimizer<T> for Lbfgs {
    type State<P: Array<T>> = LastSteps<T>;

    const METHOD: Method = Method::QuasiNewton;

    /// 1: the line search decides how long a step is.
    fn learning_rate(&self) -> f64 {
        1.0
    }

    fn init_state<P: Array<T>>(&self) -> Result<LastSteps<T>, TrainError> {
        check_setting((1..=MOST).contains(&self.memory), "memory", float(self.memory), "from 1 to 20 steps")?;
        let size = P::zeros().as_ref().len();
        let empty = || vec![T::ZERO; self.memory * size];
        Ok(LastSteps { size, steps: empty(), changes: empty(), count: 0.0 })
    }

    /// Does nothing, because a gradient alone is not enough for a line search. Training never calls it.
    fn step<P: Array<T>>(&self, _: &mut LastSteps<T>, _: usize, _: &mut [T], _: &[T], _: T) {}

    #[inline]
    fn full_batch_epoch<P: Array<T>>(
        &self,
        state: &mut LastSteps<T>,
        parameters: &mut [T],
        gradient: &mut [T],
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        T::lbfgs_epoch(state, parameters, gradient, objective)
    }

    fn settings(&self, visit: &mut dyn FnMut(&'static str, f64)) {
        visit("memory", float(self.memory));
    }
}

impl<T: Scalar> LastSteps<T> {
    /// One step; see [`Lbfgs`].
    pub(crate) fn epoch(
        &mut self,
        parameters: &mut [T],
        gradient: &mut [T],
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        let loss = objective.gradient_at_start(parameters, gradient)?;
        objective.check_derivatives(gradient)?;
        let mut direction = vec![T::ZERO; self.size];
        loop {
            self.direction(gradient, &mut direction);
            let slope = dot(gradient, &direction).to_f64();
            let start = Point { step: 0.0, loss: loss.to_f64(), slope };
            // The first step has no curvature to go by, so no parameter moves by more than 1.
            let first = if self.count > 0.0 {
                1.0
            } else {
                1.0 / gradient.iter().fold(1.0, |largest: f64, derivative| largest.max(derivative.to_f64().abs()))
            };
            let search = LineSearch::new(objective, parameters, &direction);
            let found = if slope < 0.0 { search.run(start, first) } else { None };
            if let Some((moved, new_gradient)) = found {
                self.remember(parameters, gradient, &moved, &new_gradient);
                parameters.copy_from_slice(&moved);
                return Ok(Step::Moved);
            }
            if self.count == 0.0 {
                return Ok(Step::Converged);
            }
            // The memory may be of a place with another curvature.
            self.count = 0.0;
        }
    }

    /// The pairs in memory, from the oldest to the newest.
    fn pairs(&self) -> impl DoubleEndedIterator<Item = (&[T], &[T])> + ExactSizeIterator {
        let places = self.steps.len() / self.size;
        let missing = places - self.count().min(places);
        self.steps.chunks_exact(self.size).zip(self.changes.chunks_exact(self.size)).skip(missing)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count, or what a file holds")]
    fn count(&self) -> usize {
        self.count as usize
    }

    /// The two-loop recursion: −H g, where H is what the memory knows of the inverse of the second derivatives.
    fn direction(&self, gradient: &[T], direction: &mut [T]) {
        for (direction, &derivative) in direction.iter_mut().zip(gradient) {
            *direction = -derivative;
        }
        // For each pair, from the newest to the oldest.
        let (mut shares, mut curvatures) = ([T::ZERO; MOST], [T::ZERO; MOST]);
        for (((step, change), share), curvature) in self.pairs().rev().zip(&mut shares).zip(&mut curvatures) {
            *curvature = dot(step, change);
            *share = dot(step, direction) / *curvature;
            add(direction, -*share, change);
        }
        if let Some((_, change)) = self.pairs().next_back() {
            let scale = curvatures[0] / dot(change, change);
            for direction in &mut *direction {
                *direction = scale * *direction;
            }
        }
        let count = self.pairs().len();
        let from_the_oldest = shares[..count].iter().zip(&curvatures[..count]).rev();
        for ((step, change), (&share, &curvature)) in self.pairs().zip(from_the_oldest) {
            let back = dot(change, direction) / curvature;
            add(direction, share - back, step);
        }
    }

    /// Takes a step into the memory, in the place of the oldest, if the loss curves upwards along it.
    fn remember(&mut self, from: &[T], gradient: &[T], to: &[T], new_gradient: &[T]) {
        let step = from.iter().zip(to).map(|(&from, &to)| to - from);
        let change = gradient.iter().zip(new_gradient).map(|(&old, &new)| new - old);
        let (step, change): (Vec<T>, Vec<T>) = (step.collect(), change.collect());
        let (curvature, square) = (dot(&step, &change), dot(&change, &change));
        if !(curvature > T::from_f64(1e-10) * square && square.is_finite()) {
            return;
        }
        for (memory, newest) in [(&mut self.steps, step), (&mut self.changes, change)] {
            memory.copy_within(self.size.., 0);
            let places = memory.len();
            memory[places - self.size..].copy_from_slice(&newest);
        }
        self.count = (self.count + 1.0).min(float(self.steps.len() / self.size));
    }
}

/// a ← a + factor · b
fn add<T: Scalar>(a: &mut [T], factor: T, b: &[T]) {
    for (a, &b) in a.iter_mut().zip(b) {
        *a += factor * b;
    }
}
