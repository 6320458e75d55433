//! Updates of networks by built-in optimizers. Each lane has factors of its own, so that networks may differ
//! in their learning rates and in every other setting.

#![allow(clippy::inline_always, reason = "what is not inlined into a task is compiled without its features")]
#![allow(clippy::needless_range_loop, reason = "plain loops over lanes become vectors; iterators may not be inlined")]

use alloc::vec::Vec;

use super::layout::Row;
use crate::Scalar;
use crate::math::MultiplyAdd;
use crate::optimizer::{AdamFactors, BuiltInRule, move_adaptively, move_by_adam, move_with_momentum};
use crate::simd::Task;

/// The rule of a strip, with the memory of each network.
pub(super) enum Rules<T, const W: usize> {
    Descent,
    Momentum { momentum: [T; W], weight_decay: [T; W], nesterov: [bool; W], velocity: Vec<Row<T, W>> },
    Adaptive { old: [T; W], new: [T; W], epsilon: [T; W], squares: Vec<Row<T, W>> },
    Adam(Adam<T, W>),
}

/// Factors and memory of Adam.
pub(super) struct Adam<T, const W: usize> {
    betas: [[f64; W]; 2],
    /// β₁ᵗ and β₂ᵗ.
    powers: [[f64; W]; 2],
    epsilon: [f64; W],
    weight_decay: [T; W],
    moments: [Vec<Row<T, W>>; 2],
}

impl<T: Scalar, const W: usize> Rules<T, W> {
    /// Before the first update. `rule` gives the rule of each lane. All lanes have the same kind of rule.
    pub(super) fn new(rule: impl Fn(usize) -> BuiltInRule, parameters: usize) -> Self {
        let zeros = || alloc::vec![Row::ZERO; parameters];
        let mut rules = match rule(0) {
            BuiltInRule::Descent => return Self::Descent,
            BuiltInRule::Momentum { .. } => Self::Momentum {
                momentum: [T::ZERO; W],
                weight_decay: [T::ZERO; W],
                nesterov: [false; W],
                velocity: zeros(),
            },
            BuiltInRule::Adaptive { .. } => {
                Self::Adaptive { old: [T::ZERO; W], new: [T::ZERO; W], epsilon: [T::ZERO; W], squares: zeros() }
            }
            BuiltInRule::Adam { .. } => Self::Adam(Adam {
                betas: [[0.0; W]; 2],
                powers: [[1.0; W]; 2],
                epsilon: [0.0; W],
                weight_decay: [T::ZERO; W],
                moments: [zeros(), zeros()],
            }),
        };
        for l in 0..W {
            match (&mut rules, rule(l)) {
                (
                    Self::Momentum { momentum, weight_decay, nesterov, .. },
                    BuiltInRule::Momentum { momentum: own_momentum, weight_decay: own_decay, nesterov: own_nesterov },
                ) => {
                    (momentum[l], weight_decay[l]) = (T::from_f64(own_momentum), T::from_f64(own_decay));
                    nesterov[l] = own_nesterov;
                }
                (
                    Self::Adaptive { old, new, epsilon, .. },
                    BuiltInRule::Adaptive { old: own_old, new: own_new, epsilon: own_epsilon },
                ) => {
                    (old[l], new[l]) = (T::from_f64(own_old), T::from_f64(own_new));
                    epsilon[l] = T::from_f64(own_epsilon);
                }
                (Self::Adam(adam), BuiltInRule::Adam { betas, epsilon, weight_decay }) => {
                    (adam.betas[0][l], adam.betas[1][l]) = (betas[0], betas[1]);
                    (adam.epsilon[l], adam.weight_decay[l]) = (epsilon, T::from_f64(weight_decay));
                }
                // One type of optimizer has one kind of rule.
                _ => {}
            }
        }
        rules
    }

    pub(super) const fn is_descent(&self) -> bool {
        matches!(self, Self::Descent)
    }

    /// Moves the parameters of a strip against their gradients.
    #[inline(always)]
    fn update(
        &mut self,
        [strips, strip]: [usize; 2],
        parameters: &mut [Row<T, W>],
        gradients: &[Row<T, W>],
        rates: &[T; W],
    ) {
        let rows = parameters.len() / strips;
        let gradients = &gradients[..parameters.len()];
        match self {
            Self::Descent => {
                for r in 0..rows {
                    let at = r * strips + strip;
                    let (mut p, g) = (parameters[at].0, gradients[at].0);
                    for l in 0..W {
                        p[l] -= rates[l] * g[l];
                    }
                    parameters[at].0 = p;
                }
            }
            Self::Momentum { momentum, weight_decay, nesterov, velocity } => {
                let velocity = &mut velocity[..rows];
                for r in 0..rows {
                    let at = r * strips + strip;
                    let (mut p, g, mut v) = (parameters[at].0, gradients[at].0, velocity[r].0);
                    for l in 0..W {
                        let factors = [rates[l], momentum[l], weight_decay[l]];
                        move_with_momentum(&mut p[l], g[l], &mut v[l], factors, nesterov[l]);
                    }
                    (parameters[at].0, velocity[r].0) = (p, v);
                }
            }
            Self::Adaptive { old, new, epsilon, squares } => {
                let squares = &mut squares[..rows];
                for r in 0..rows {
                    let at = r * strips + strip;
                    let (mut p, g, mut v) = (parameters[at].0, gradients[at].0, squares[r].0);
                    for l in 0..W {
                        let factors = [rates[l], old[l], new[l], epsilon[l]];
                        move_adaptively(&mut p[l], g[l], &mut v[l], factors);
                    }
                    (parameters[at].0, squares[r].0) = (p, v);
                }
            }
            Self::Adam(adam) => adam.update([strips, strip], parameters, gradients, rates),
        }
    }
}

impl<T: Scalar, const W: usize> Adam<T, W> {
    #[inline(always)]
    fn update(
        &mut self,
        [strips, strip]: [usize; 2],
        parameters: &mut [Row<T, W>],
        gradients: &[Row<T, W>],
        rates: &[T; W],
    ) {
        let Self { betas, powers, epsilon, weight_decay, moments: [mean, square] } = self;
        let (mut beta, mut one_less_beta) = ([[T::ZERO; W]; 2], [[T::ZERO; W]; 2]);
        let [mut step_size, mut correction, mut rounded_epsilon, mut kept] = [[T::ZERO; W]; 4];
        for l in 0..W {
            for i in 0..2 {
                powers[i][l] *= betas[i][l];
            }
            let of_lane = |pair: &[[f64; W]; 2]| [pair[0][l], pair[1][l]];
            kept[l] = T::ONE - rates[l] * weight_decay[l];
            let factors = AdamFactors::new(of_lane(betas), of_lane(powers), epsilon[l], rates[l], kept[l]);
            for i in 0..2 {
                (beta[i][l], one_less_beta[i][l]) = (factors.beta[i], factors.one_less_beta[i]);
            }
            (step_size[l], correction[l], rounded_epsilon[l]) =
                (factors.step_size, factors.correction, factors.epsilon);
        }
        let rows = parameters.len() / strips;
        let (gradients, mean, square) = (&gradients[..parameters.len()], &mut mean[..rows], &mut square[..rows]);
        for r in 0..rows {
            let at = r * strips + strip;
            let (mut p, g, mut m, mut v) = (parameters[at].0, gradients[at].0, mean[r].0, square[r].0);
            for l in 0..W {
                let factors = AdamFactors {
                    beta: [beta[0][l], beta[1][l]],
                    one_less_beta: [one_less_beta[0][l], one_less_beta[1][l]],
                    step_size: step_size[l],
                    correction: correction[l],
                    epsilon: rounded_epsilon[l],
                    kept: kept[l],
                };
                move_by_adam(&mut p[l], g[l], [&mut m[l], &mut v[l]], factors);
            }
            (parameters[at].0, mean[r].0, square[r].0) = (p, m, v);
        }
    }
}

/// One update of a strip.
pub(super) struct Update<'a, T, const W: usize> {
    pub(super) rules: &'a mut Rules<T, W>,
    /// How many strips there are, and which one it is.
    pub(super) place: [usize; 2],
    pub(super) parameters: &'a mut [Row<T, W>],
    pub(super) gradients: &'a [Row<T, W>],
    pub(super) rates: &'a [T; W],
}

impl<T: Scalar, const W: usize> Task for Update<'_, T, W> {
    type Output = ();

    #[inline(always)]
    fn run<M: MultiplyAdd>(self) {
        self.rules.update(self.place, self.parameters, self.gradients, self.rates);
    }
}
