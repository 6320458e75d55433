//! One epoch of Levenberg-Marquardt, compiled with mlp-core.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::Damping;
use super::equations::Equations;
use crate::batch::JacobianKernels;
use crate::math::float_math::FloatMath;
use crate::math::{dot, float};
use crate::network::ErasedArchitecture;
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

/// The kernels and buffers of an epoch, kept for the next one.
pub(crate) struct Workspace<T> {
    kernels: Box<dyn JacobianKernels<T>>,
    equations: Equations<T>,
    step: Vec<T>,
    moved: Vec<T>,
}

impl<T: Scalar> Workspace<T> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        let size = architecture.layers.iter().map(crate::network::Layer::parameter_count).sum();
        let kernels = T::jacobian_kernels(architecture, backend);
        Self {
            kernels,
            equations: Equations::new(size, backend),
            step: vec![T::ZERO; size],
            moved: vec![T::ZERO; size],
        }
    }
}

impl<T: Scalar> Epoch<'_, T> {
    pub(crate) fn run(self, objective: &mut FullBatch<'_, T>) -> Result<Step, TrainError> {
        let mut workspace = objective.take_workspace();
        let step = self.run_in(&mut workspace, objective);
        objective.put_back(workspace);
        step
    }

    fn run_in(self, workspace: &mut Workspace<T>, objective: &mut FullBatch<'_, T>) -> Result<Step, TrainError> {
        let Self { first_damping, state, parameters, gradient } = self;
        let Workspace { kernels, equations, step, moved } = workspace;
        let loss = objective.products_at_start(&mut **kernels, parameters, &mut equations.products)?;
        let (architecture, size) = (objective.architecture(), equations.size);
        let outputs = architecture.targets.len();
        let factor = architecture.loss.factor_of_squares(outputs).unwrap_or(1.0);
        // Σ r² is this times the mean loss.
        let squares_of_loss = float(objective.count()) / factor;
        let to_mean = T::from_f64(2.0 / squares_of_loss);
        for (index, derivative) in gradient.iter_mut().enumerate() {
            let is_finite = equations.diagonal(index).is_finite();
            *derivative = if is_finite { equations.right_side(index) * to_mean } else { equations.diagonal(index) };
        }
        objective.check_derivatives(gradient)?;
        let is_first = state.mu == 0.0;
        if is_first {
            state.mu = first_damping * equations.largest();
        }
        // Σ p² and Σ r². The penalty needs them alone.
        let (mut squares, mut decay, mut has_settled, mut least_gain) = ([0.0; 2], 0.0, true, 0.0);
        if let Some(regularisation) = &mut state.regularisation {
            squares = [dot(parameters, parameters).to_f64(), loss.to_f64() * squares_of_loss];
            // A step that should gain less than this part is lost in rounding.
            let rounding = 2.0 * (1.0 - T::BELOW_ONE.to_f64());
            let (count, n, before) = (float(size), float(objective.used() * outputs), regularisation.decay());
            if is_first {
                regularisation.guess(count, n, squares);
            } else if regularisation.is_due() {
                let trace = equations.trace_of_inverse(before);
                // Rounding must not lead out of the range.
                let gamma = trace.map(|trace| (count - before * trace).clamp(0.0, count.min(n)));
                regularisation.estimate(gamma, n, squares);
            }
            decay = regularisation.decay();
            let change = (decay - before).abs();
            has_settled = regularisation.is_due() && change <= 10.0 * FloatMath::sqrt(rounding) * decay;
            least_gain = rounding * (squares[1] + decay * squares[0]);
            // Unless a step is made.
            regularisation.fall = 0.0;
        }
        equations.regularise(decay, parameters);
        // Nothing moves, but the next epoch may have another λ.
        let stands_still = if has_settled { Step::Converged } else { Step::Moved };
        if equations.is_flat() {
            return Ok(stands_still);
        }
        loop {
            state.mu = state.mu.max(LEAST_DAMPING * equations.largest());
            let damping = state.mu;
            if !T::from_f64(damping).is_finite() {
                return Ok(Step::Converged);
            }
            if equations.solve(damping, step) {
                let (mut is_same, mut fall_of_squares) = (true, 0.0);
                for index in 0..size {
                    let parameter = parameters[index];
                    moved[index] = parameter + step[index];
                    is_same &= moved[index] == parameter;
                    let [from, to] = [parameter, moved[index]].map(T::to_f64);
                    fall_of_squares += (from - to) * (from + to);
                }
                let expected_gain = equations.expected_gain(damping, step);
                if is_same || expected_gain < least_gain {
                    return Ok(stands_still);
                }
                let new_loss = objective.loss(&mut **kernels, moved);
                // The fall of Σ r² + λ Σ p².
                let gain = (loss.to_f64() - new_loss.to_f64()) * squares_of_loss + decay * fall_of_squares;
                if gain > 0.0 {
                    state.after_success(gain / expected_gain);
                    if let Some(regularisation) = &mut state.regularisation {
                        regularisation.fall = gain / (squares[1] + decay * squares[0]);
                    }
                    parameters.copy_from_slice(moved);
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
        self.mu *= (1.0 - from_half * from_half * from_half).max(1.0 / 3.0);
        self.growth = 2.0;
    }

    fn after_failure(&mut self) {
        self.mu *= self.growth;
        self.growth *= 2.0;
    }
}
