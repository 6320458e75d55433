//! What is packed into blocks: the examples of a batch, or inputs to predict from.

use core::ops::Range;

use super::pass::{gather, scatter};
use super::tile::stride;
use super::{BatchSource, Kernels as _};
use crate::batch::ErasedExamples;
use crate::network::Array as _;
use crate::random::Permutation;
use crate::simd::Backend;
use crate::{Network, Scalar};

/// Examples, those at consecutive places of an order.
pub(crate) struct ExampleBatch<'a, T> {
    pub(crate) examples: &'a dyn ErasedExamples<T>,
    pub(crate) order: Option<&'a Permutation>,
    pub(crate) places: Range<usize>,
}

impl<T: Scalar> ExampleBatch<'_, T> {
    /// Which of the examples is at a place.
    fn index(&self, place: usize) -> usize {
        Permutation::index_in(self.order, self.places.start + place)
    }

    /// Gives `each` the index and the loss of every example at these places, whose predictions are in these lines.
    pub(crate) fn losses(&self, places: Range<usize>, lines: &[T], mut each: impl FnMut(usize, T)) {
        let Some((_, y_true)) = self.examples.example(0) else { return };
        unpack(places.len(), lines, y_true.len(), |slot, lines, lane| {
            let index = self.index(places.start + slot);
            if let Some(loss) = self.examples.loss(index, &|y_pred| gather(lines, lane, y_pred)) {
                each(index, loss);
            }
        });
    }
}

impl<T: Scalar> BatchSource<T> for ExampleBatch<'_, T> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn is_fixed_order(&self) -> bool {
        self.order.is_none() && self.places == (0..self.examples.count())
    }

    fn pack(&self, places: Range<usize>, x: &mut [T], y_true: &mut [T]) {
        let (Some(last), Some((inputs, targets))) = (places.clone().next_back(), self.examples.example(0)) else {
            return;
        };
        let x = x.chunks_exact_mut(stride(inputs.len()) * T::LANES);
        let y_true = y_true.chunks_exact_mut(stride(targets.len()) * T::LANES);
        for ((x, y_true), first) in x.zip(y_true).zip(places.step_by(T::LANES)) {
            for lane in 0..T::LANES {
                let index = self.index(last.min(first + lane));
                let Some((inputs, targets)) = self.examples.example(index) else { return };
                scatter(inputs, lane, x);
                scatter(targets, lane, y_true);
            }
        }
    }

    fn loss_derivative(&self, y_pred: &[T], y_true: &[T], derivative: &mut [T]) {
        self.examples.loss_derivative(y_pred, y_true, derivative);
    }
}

/// Inputs to predict from.
pub(crate) struct Inputs<'a, N: Network>(pub(crate) &'a [N::Input]);

impl<N: Network> BatchSource<N::Scalar> for Inputs<'_, N> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn is_fixed_order(&self) -> bool {
        false
    }

    fn pack(&self, places: Range<usize>, x: &mut [N::Scalar], _y_true: &mut [N::Scalar]) {
        let (Some(last), width) = (places.clone().next_back(), N::Input::zeros().as_ref().len()) else { return };
        let x = x.chunks_exact_mut(stride(width) * N::Scalar::LANES);
        for (x, first) in x.zip(places.step_by(N::Scalar::LANES)) {
            // To a number that the compiler does not know: it would write the body out so many times.
            for lane in 0..x.len() / stride(width) {
                let Some(inputs) = self.0.get(last.min(first + lane)) else { return };
                scatter(inputs.as_ref(), lane, x);
            }
        }
    }

    fn loss_derivative(&self, _y_pred: &[N::Scalar], _y_true: &[N::Scalar], _derivative: &mut [N::Scalar]) {}
}

/// Gives `take` the place in the block, the lines and the lane of the predictions of each of so many examples.
#[inline]
pub(super) fn unpack<T: Scalar>(count: usize, lines: &[T], width: usize, mut take: impl FnMut(usize, &[T], usize)) {
    for (first, lines) in (0..count).step_by(T::LANES).zip(lines.chunks_exact(stride(width) * T::LANES)) {
        for slot in first..count.min(first + T::LANES) {
            take(slot, lines, slot - first);
        }
    }
}

/// Predicts for each of the inputs.
pub(crate) fn predict<N: Network>(network: &N, inputs: &[N::Input], outputs: &mut [N::Output]) {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    let mut on_predictions = |places: Range<usize>, lines: &[N::Scalar]| {
        let Some(outputs) = outputs.get_mut(places) else { return };
        unpack(outputs.len(), lines, N::Output::zeros().as_ref().len(), |slot, lines, lane| {
            gather(lines, lane, outputs[slot].as_mut());
        });
    };
    let mut kernels = N::Scalar::batches(N::ARCHITECTURE.erased(), Backend::detect(false));
    kernels.pass(parameters.as_ref(), &Inputs::<N>(inputs), Some(&mut on_predictions), None);
}
