//! One epoch of Levenberg-Marquardt, compiled with mlp-core.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::Damping;
use super::normal_equations::NormalEquations;
use super::regularisation::{Regularisation, Squares};
use crate::batch::JacobianKernels;
use crate::math::float_math::FloatMath;
use crate::math::{dot, float};
use crate::network::ErasedArchitecture;
use crate::simd::Backend;
use crate::trainer::{FullBatch, Step};
use crate::{Scalar, TrainError};

/// The smallest damping, as a part of the largest element on the diagonal of JᵀJ. It is far below rounding. From 0 it could
/// not rise again.
const LEAST_DAMPING: f64 = 1e-30;

/// One epoch: one step that lowers Σ r² + λ Σ p². λ is 0 without regularisation.
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
    equations: NormalEquations<T>,
    step: Vec<T>,
    moved: Vec<T>,
}

impl<T: Scalar> Workspace<T> {
    pub(crate) fn new(architecture: ErasedArchitecture<T>, backend: Backend) -> Self {
        let size = architecture.parameter_count();
        let kernels = T::jacobian_kernels(architecture, backend);
        Self {
            kernels,
            equations: NormalEquations::new(size, backend),
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
        let Workspace { kernels, equations, moved, .. } = &mut *workspace;
        let loss = objective.products_at_start(&mut **kernels, parameters, &mut equations.products)?;
        equations.leave_out(objective.frozen());
        let architecture = objective.architecture();
        let outputs = architecture.targets.len();
        let factor = architecture.loss.factor_of_squares(outputs).unwrap_or(1.0);
        let squares_of_loss = float(objective.count()) / factor;
        equations.write_gradient(T::from_f64(2.0 / squares_of_loss), gradient);
        objective.check_derivatives(gradient)?;
        let is_first = state.mu == 0.0;
        if is_first {
            state.mu = first_damping * equations.largest_on_diagonal();
        }
        // The parameters that may move. Until a step is made, the place of those that it leads to is free.
        let free = moved;
        free.copy_from_slice(parameters);
        objective.frozen().for_each(|index| free[index] = T::ZERO);
        let mut goal = Goal { squares_of_loss, decay: 0.0, value: 0.0, least_gain: 0.0, has_settled: true };
        if let Some(regularisation) = &mut state.regularisation {
            let squares = Squares { parameters: dot(free, free).to_f64(), residuals: loss.to_f64() * squares_of_loss };
            let counts =
                [parameters.len() - objective.frozen().count(), objective.count_above_zero() * outputs].map(float);
            goal.regularise(regularisation, is_first, counts, squares, equations);
        }
        equations.regularise(goal.decay, free);
        goal.lower(state, parameters, loss, workspace, objective)
    }
}

/// What an epoch lowers: Σ r² + λ Σ p².
struct Goal {
    /// Σ r² is this times the mean loss.
    squares_of_loss: f64,
    /// λ
    decay: f64,
    /// Its value where the epoch starts. Needed with regularisation alone.
    value: f64,
    /// A step that should gain less is lost in rounding.
    least_gain: f64,
    /// Whether λ does not move any more.
    has_settled: bool,
}

impl Goal {
    /// Estimates λ where the epoch starts, for these numbers of parameters that may move and of residuals, and with the sums
    /// of squares that are there.
    fn regularise<T: Scalar>(
        &mut self,
        regularisation: &mut Regularisation,
        is_first: bool,
        [parameters, n]: [f64; 2],
        squares: Squares,
        equations: &mut NormalEquations<T>,
    ) {
        let rounding = 2.0 * (1.0 - T::BELOW_ONE.to_f64());
        let before = regularisation.decay();
        if is_first {
            regularisation.guess(parameters, n, squares);
        } else if regularisation.is_due() {
            let trace = equations.trace_of_inverse(before);
            // A frozen parameter adds 1 / λ to the trace. Rounding must not lead out of the range.
            let gamma = trace.map(|trace| (float(equations.size) - before * trace).clamp(0.0, parameters.min(n)));
            regularisation.estimate(gamma, n, squares);
        }
        self.decay = regularisation.decay();
        let change = (self.decay - before).abs();
        self.has_settled = regularisation.is_due() && change <= 10.0 * FloatMath::sqrt(rounding) * self.decay;
        self.value = squares.residuals + self.decay * squares.parameters;
        self.least_gain = rounding * self.value;
        // Unless a step is made.
        regularisation.fall = 0.0;
    }

    /// Makes a step that lowers it: solves the equations with more and more damping, until one does.
    fn lower<T: Scalar>(
        &self,
        state: &mut Damping,
        parameters: &mut [T],
        loss: T,
        workspace: &mut Workspace<T>,
        objective: &mut FullBatch<'_, T>,
    ) -> Result<Step, TrainError> {
        let Workspace { kernels, equations, step, moved } = workspace;
        // Nothing moves, but the next epoch may have another λ.
        let stands_still = if self.has_settled { Step::Converged } else { Step::Moved };
        if equations.is_flat() {
            return Ok(stands_still);
        }
        // Products of small derivatives may be 0, and from 0 the damping could not rise.
        let least_damping = (LEAST_DAMPING * equations.largest_on_diagonal()).max(T::SMALLEST_NORMAL.to_f64());
        let mut has_started_anew = false;
        loop {
            state.mu = state.mu.max(least_damping);
            let damping = state.mu;
            let mut is_lost = !T::from_f64(damping).is_finite();
            if !is_lost && equations.solve(damping, step) {
                let (mut is_same, mut fall_of_squares) = (true, 0.0);
                for ((&parameter, &mut step), moved) in parameters.iter().zip(&mut *step).zip(&mut *moved) {
                    *moved = parameter + step;
                    is_same &= *moved == parameter;
                    let [from, to] = [parameter, *moved].map(T::to_f64);
                    fall_of_squares += (from - to) * (from + to);
                }
                let expected_gain = equations.expected_gain(damping, step);
                is_lost = is_same || expected_gain < self.least_gain;
                if !is_lost {
                    let new_loss = objective.loss(&mut **kernels, moved);
                    let fall_of_loss = loss.to_f64() - new_loss.to_f64();
                    let gain = fall_of_loss * self.squares_of_loss + self.decay * fall_of_squares;
                    if gain > 0.0 {
                        state.after_success(gain / expected_gain);
                        if let Some(regularisation) = &mut state.regularisation {
                            regularisation.fall = gain / self.value;
                        }
                        parameters.copy_from_slice(moved);
                        return Ok(Step::Moved);
                    }
                }
            }
            if !is_lost {
                state.after_failure();
                continue;
            }
            // A step of such a damping is lost in rounding. So would be those of a larger one, but a smaller one may still
            // lower the loss: the damping may be left from a place that needed more.
            (state.mu, state.growth) = (least_damping, 2.0);
            if has_started_anew {
                return Ok(stands_still);
            }
            has_started_anew = true;
        }
    }
}

impl Damping {
    /// Lowers the damping. It falls by more if the goal fell as expected.
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
