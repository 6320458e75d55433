//! One epoch of Levenberg-Marquardt, compiled with mlp-core.

use alloc::vec;
use alloc::vec::Vec;

use super::Damping;
use super::cholesky::{Factor, Factorize};
use crate::batch::{JacobianKernels, padded};
use crate::math::{dot, float};
use crate::simd::Backend;
use crate::trainer::{FullBatch, Step};
use crate::{Scalar, TrainError};

/// The smallest damping, as a part of the largest diagonal element of JᵀJ. It is far below rounding. From 0 it could not
/// rise again.
const LEAST_DAMPING: f64 = 1e-30;

/// One epoch: solves the equations with more and more damping, until a step lowers the loss.
pub struct Epoch<'a, T> {
    /// τ
    pub(super) first_damping: f64,
    pub(super) state: &'a mut Damping,
    pub(super) parameters: &'a mut [T],
    /// Receives the mean gradient at the start.
    pub(super) gradient: &'a mut [T],
}

impl<T: Scalar> Epoch<'_, T> {
    pub(crate) fn run(self, objective: &mut FullBatch<'_, T>) -> Result<Step, TrainError> {
        let mut kernels = objective.take_jacobian();
        let step = self.run_with(&mut *kernels, objective);
        objective.put_back(kernels);
        step
    }

    fn run_with(
        self,
        kernels: &mut dyn JacobianKernels<T>,
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        let Self { first_damping, state, parameters, gradient } = self;
        let (architecture, backend) = (objective.architecture(), objective.backend());
        let (size, stride) = (parameters.len(), padded(parameters.len()));
        let mut products = vec![T::ZERO; stride * stride];
        let loss = objective.loss_at_start(&mut |source, on_outputs| {
            kernels.pass(parameters, source, on_outputs, Some(&mut products));
        })?;
        if !loss.is_finite() {
            return Ok(Step::Moved);
        }
        // One column more than the parameters: it is Jᵀr.
        let mut equations = Equations { products, size, stride, backend, factor: Vec::new() };
        let outputs = architecture.targets.len();
        let factor = architecture.loss.factor_of_squares(outputs).unwrap_or(1.0);
        // Σ r² is this times the mean loss.
        let squares_of_loss = float(objective.count()) / factor;
        let to_mean = T::from_f64(2.0 / squares_of_loss);
        for (index, derivative) in gradient.iter_mut().enumerate() {
            *derivative = equations.right_side(index) * to_mean;
        }
        if !equations.are_finite() {
            // The derivative of a parameter is not finite, although the loss is. The check of the parameters then names it.
            for index in (0..size).filter(|&index| !equations.is_finite(index)) {
                parameters[index] = T::from_f64(f64::NAN);
            }
            return Ok(Step::Moved);
        }
        let largest = (0..size).map(|index| equations.diagonal(index).to_f64()).fold(0.0, f64::max);
        if state.damping == 0.0 {
            state.damping = first_damping * largest;
        }
        if gradient.iter().all(|&gradient| gradient == T::ZERO) {
            return Ok(Step::Converged);
        }
        let (mut step, mut moved) = (vec![T::ZERO; size], vec![T::ZERO; size]);
        loop {
            state.damping = state.damping.max(LEAST_DAMPING * largest);
            let damping = T::from_f64(state.damping);
            if !damping.is_finite() {
                return Ok(Step::Converged);
            }
            if equations.solve(damping, &mut step) {
                let mut is_same = true;
                for index in 0..size {
                    moved[index] = parameters[index] + step[index];
                    is_same &= moved[index] == parameters[index];
                }
                if is_same {
                    return Ok(Step::Converged);
                }
                let new_loss = objective.loss(&mut |source, on_outputs| kernels.pass(&moved, source, on_outputs, None));
                if new_loss < loss {
                    let gain = (loss.to_f64() - new_loss.to_f64()) * squares_of_loss;
                    state.after_success(gain / equations.expected_gain(damping, &step));
                    parameters.copy_from_slice(&moved);
                    return Ok(Step::Moved);
                }
            }
            state.after_failure();
        }
    }
}

impl Damping {
    /// Lowers the damping the more, the better the loss fell as expected.
    fn after_success(&mut self, gain_ratio: f64) {
        let from_half = 2.0 * gain_ratio - 1.0;
        // A ratio above 1 would lower it further, so it is limited.
        self.damping *= (1.0 - from_half * from_half * from_half).max(1.0 / 3.0);
        self.growth = 2.0;
    }

    fn after_failure(&mut self) {
        self.damping *= self.growth;
        self.growth *= 2.0;
    }
}

/// (JᵀJ + μ I) h = −Jᵀr
struct Equations<T> {
    /// JᵀJ and, in the column after it, Jᵀr. The upper triangle, row by row.
    products: Vec<T>,
    size: usize,
    stride: usize,
    backend: Backend,
    /// A place for the factorised matrix.
    factor: Vec<T>,
}

impl<T: Scalar> Equations<T> {
    fn diagonal(&self, index: usize) -> T {
        self.products[index * self.stride + index]
    }

    /// An element of Jᵀr.
    fn right_side(&self, index: usize) -> T {
        self.products[index * self.stride + self.size]
    }

    fn is_finite(&self, index: usize) -> bool {
        self.diagonal(index).is_finite() && self.right_side(index).is_finite()
    }

    fn are_finite(&self) -> bool {
        (0..self.size).all(|index| self.is_finite(index))
    }

    /// Solves the equations with this damping. `false` if rounding makes that impossible.
    fn solve(&mut self, damping: T, step: &mut [T]) -> bool {
        let Self { ref products, size, stride, backend, ref mut factor } = *self;
        factor.clear();
        factor.extend_from_slice(products);
        for index in 0..size {
            factor[index * stride + index] += damping;
            step[index] = -products[index * stride + size];
        }
        if !backend.run(Factorize { matrix: factor, size, stride }) {
            return false;
        }
        Factor { matrix: factor, size, stride }.solve(step);
        step.iter().all(|step| step.is_finite())
    }

    /// By how much Σ r² would fall after this step if r were linear: hᵀ(μ h − Jᵀr).
    fn expected_gain(&self, damping: T, step: &[T]) -> f64 {
        let by_gradient: f64 =
            step.iter().enumerate().map(|(index, step)| step.to_f64() * self.right_side(index).to_f64()).sum();
        damping.to_f64() * dot(step, step).to_f64() - by_gradient
    }
}
