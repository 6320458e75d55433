//! The normal equations of a step.

use alloc::vec;
use alloc::vec::Vec;

use super::cholesky::{Factor, Factorize, InverseTrace};
use crate::Scalar;
use crate::batch::padded_columns;
use crate::math::dot;
use crate::simd::Backend;

/// (JᵀJ + (λ + μ) I) h = −(Jᵀr + λ p), for the parameters p. λ is 0 without regularisation.
pub(super) struct NormalEquations<T> {
    /// The number of parameters.
    pub(super) size: usize,
    stride: usize,
    backend: Backend,
    /// JᵀJ and, in the column after it, Jᵀr. The upper triangle, row by row.
    pub(super) products: Vec<T>,
    /// A place for the factorised matrix.
    factor: Vec<T>,
    /// A place for its inverse; empty until it is needed.
    inverse: Vec<T>,
    /// λ
    decay: f64,
    /// Jᵀr + λ p
    slope: Vec<T>,
}

impl<T: Scalar> NormalEquations<T> {
    pub(super) fn new(size: usize, backend: Backend) -> Self {
        let (stride, inverse) = (padded_columns(size), Vec::new());
        let matrix = vec![T::ZERO; stride * stride];
        Self { size, stride, backend, factor: matrix.clone(), products: matrix, inverse, decay: 0.0, slope: Vec::new() }
    }

    fn diagonal(&self) -> impl Iterator<Item = T> {
        (0..self.size).map(|index| self.products[index * self.stride + index])
    }

    /// Jᵀr
    fn slope_of_squares(&self) -> impl Iterator<Item = T> {
        (0..self.size).map(|index| self.products[index * self.stride + self.size])
    }

    /// The largest element on the diagonal of JᵀJ.
    pub(super) fn largest_on_diagonal(&self) -> f64 {
        self.diagonal().map(T::to_f64).fold(0.0, f64::max)
    }

    /// Writes `factor` Jᵀr. Where an element on the diagonal of JᵀJ is infinite or NaN, this element stands there instead.
    pub(super) fn write_gradient(&self, factor: T, gradient: &mut [T]) {
        for ((derivative, slope), square) in gradient.iter_mut().zip(self.slope_of_squares()).zip(self.diagonal()) {
            *derivative = if square.is_finite() { slope * factor } else { square };
        }
    }

    /// Leaves these parameters out: their step is 0.
    pub(super) fn leave_out(&mut self, parameters: impl Iterator<Item = usize>) {
        let Self { size, stride, ref mut products, .. } = *self;
        for index in parameters {
            for before in 0..index {
                products[before * stride + index] = T::ZERO;
            }
            products[index * stride + index..=index * stride + size].fill(T::ZERO);
        }
    }

    /// Sets λ and p, in which what is left out is 0.
    pub(super) fn regularise(&mut self, decay: f64, parameters: &[T]) {
        self.decay = decay;
        let factor = T::from_f64(decay);
        let mut slope = core::mem::take(&mut self.slope);
        slope.clear();
        slope.extend(self.slope_of_squares().zip(parameters).map(|(slope, &p)| slope + factor * p));
        self.slope = slope;
    }

    /// Whether no parameter has a slope.
    pub(super) fn is_flat(&self) -> bool {
        self.slope.iter().all(|&slope| slope == T::ZERO)
    }

    /// Solves the equations with this damping. `false` if rounding makes that impossible.
    pub(super) fn solve(&mut self, damping: f64, step: &mut [T]) -> bool {
        if !self.factorize(self.decay + damping) {
            return false;
        }
        let Self { size, stride, ref factor, .. } = *self;
        Factor { matrix: factor, size, stride }.solve(step);
        for step in &mut *step {
            *step = -*step;
        }
        step.iter().all(|step| step.is_finite())
    }

    /// The trace of (JᵀJ + λ I)⁻¹; `None` if rounding makes that impossible.
    pub(super) fn trace_of_inverse(&mut self, decay: f64) -> Option<f64> {
        if !self.factorize(decay) {
            return None;
        }
        let Self { size, stride, backend, ref factor, ref mut inverse, .. } = *self;
        inverse.resize(factor.len(), T::ZERO);
        let factor = Factor { matrix: factor, size, stride };
        Some(backend.run(InverseTrace { factor, inverse }).to_f64()).filter(|trace| trace.is_finite())
    }

    /// Factorises JᵀJ + `added` I. The slope is the right side.
    fn factorize(&mut self, added: f64) -> bool {
        let Self { size, stride, backend, ref products, ref mut factor, ref slope, .. } = *self;
        let added = T::from_f64(added);
        factor.copy_from_slice(products);
        for index in 0..size {
            factor[index * stride + index] += added;
        }
        for (row, &slope) in factor.chunks_exact_mut(stride).zip(slope) {
            row[size] = slope;
        }
        backend.run(Factorize { matrix: factor, size, stride })
    }

    /// By how much Σ r² + λ Σ p² would fall after this step if r were linear: hᵀ(μ h − Jᵀr − λ p).
    pub(super) fn expected_gain(&self, damping: f64, step: &[T]) -> f64 {
        let by_slope: f64 = step.iter().zip(&self.slope).map(|(step, slope)| step.to_f64() * slope.to_f64()).sum();
        damping * dot(step, step).to_f64() - by_slope
    }
}
