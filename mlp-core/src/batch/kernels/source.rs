//! The source of a batch: examples to learn from, or inputs to predict from.

use core::ops::Range;

use super::buffer::Buffer;
use super::layout::{gather, panel_len, panel_stride, scatter, unpack};
use crate::batch::ErasedExamples;
use crate::network::Array as _;
use crate::precompiled::Precompiled as _;
use crate::random::Permutation;
use crate::sample_weights::{SampleWeights, weigh};
use crate::simd::Backend;
use crate::trainer::Masks;
use crate::{Network, Scalar};

/// Examples, or inputs to predict from, at consecutive positions from 0 on.
pub trait BatchSource<T>: Sync {
    /// How many there are.
    fn count(&self) -> usize;

    /// Whether the same examples are at the same positions in every pass.
    fn is_fixed_order(&self) -> bool;

    /// Whether losses are computed from what the [`OutputCallback`](super::OutputCallback) receives.
    fn has_losses(&self) -> bool;

    /// Packs the examples at these positions: the inputs, and the targets if there are any. Spare lanes repeat the last
    /// example, because a user's own functions may fail on anything else.
    fn pack(&self, positions: Range<usize>, x: &mut [T], y_true: &mut [T]);

    /// Packs the weights of the examples at these positions, each into its lane. The length is 0 if they have none.
    fn pack_weights(&self, positions: Range<usize>, weights: &mut Buffer<T>);

    /// Packs the factors of the activations of a layer for the examples at these positions. The length is 0 if the layer has
    /// no dropout.
    fn pack_mask(&self, layer: usize, neurons: usize, positions: Range<usize>, mask: &mut Buffer<T>);

    /// ∂L/∂y_pred of a user's own loss.
    fn loss_derivative(&self, y_pred: &[T], y_true: &[T], derivative: &mut [T]);
}

/// The examples at consecutive positions of an epoch.
pub(crate) struct ExampleBatch<'a, T> {
    pub(crate) examples: &'a dyn ErasedExamples<T>,
    pub(crate) weights: Option<SampleWeights<'a>>,
    /// The neurons that are left out, if there is dropout.
    pub(crate) masks: Option<Masks<'a>>,
    pub(crate) order: Option<&'a Permutation>,
    /// The positions in the epoch.
    pub(crate) positions: Range<usize>,
}

impl<'a, T: Scalar> ExampleBatch<'a, T> {
    /// All examples in their order.
    pub(crate) fn whole(examples: &'a dyn ErasedExamples<T>, weights: Option<SampleWeights<'a>>) -> Self {
        Self { examples, weights, masks: None, order: None, positions: 0..examples.count() }
    }

    /// Which of the examples is at a position of the batch.
    fn index(&self, position: usize) -> usize {
        Permutation::index_in(self.order, self.positions.start + position)
    }

    /// Tells `each` the index and the weighted loss of every example at these positions of the batch. `outputs` are the
    /// panels that an [`OutputCallback`](super::OutputCallback) receives.
    pub(crate) fn losses(&self, positions: Range<usize>, outputs: &[T], mut each: impl FnMut(usize, T)) {
        let Some((_, y_true)) = self.examples.example(0) else { return };
        unpack(positions.len(), outputs, y_true.len(), |offset, panel, lane| {
            let index = self.index(positions.start + offset);
            if let Some(loss) = self.examples.loss(index, &|values| gather(panel, lane, values)) {
                each(index, self.weights.map_or(loss, |weights| weigh(weights.of(index), loss)));
            }
        });
    }
}

impl<T: Scalar> BatchSource<T> for ExampleBatch<'_, T> {
    fn count(&self) -> usize {
        self.positions.len()
    }

    fn is_fixed_order(&self) -> bool {
        self.order.is_none() && self.positions == (0..self.examples.count())
    }

    fn has_losses(&self) -> bool {
        true
    }

    fn pack(&self, positions: Range<usize>, x: &mut [T], y_true: &mut [T]) {
        let (Some(last), Some((inputs, targets))) = (positions.clone().next_back(), self.examples.example(0)) else {
            return;
        };
        let x = x.chunks_exact_mut(panel_len::<T>(inputs.len()));
        let y_true = y_true.chunks_exact_mut(panel_len::<T>(targets.len()));
        for ((x, y_true), first) in x.zip(y_true).zip(positions.step_by(T::LANES)) {
            for lane in 0..T::LANES {
                let index = self.index(last.min(first + lane));
                let index = self.weights.map_or(index, |weights| weights.above_zero(index));
                let Some((inputs, targets)) = self.examples.example(index) else { return };
                scatter(inputs, lane, x);
                scatter(targets, lane, y_true);
            }
        }
    }

    fn pack_weights(&self, positions: Range<usize>, packed: &mut Buffer<T>) {
        let Some(weights) = self.weights else { return packed.resize(0) };
        packed.resize(positions.len().next_multiple_of(T::LANES));
        packed.fill(T::ZERO);
        packed.iter_mut().zip(positions).for_each(|(weight, position)| *weight = weights.of(self.index(position)));
    }

    fn pack_mask(&self, layer: usize, neurons: usize, positions: Range<usize>, mask: &mut Buffer<T>) {
        let (Some(masks), Some(last)) = (self.masks.filter(|masks| masks.has(layer)), positions.clone().next_back())
        else {
            return mask.resize(0);
        };
        let length = panel_len::<T>(neurons);
        mask.resize(positions.len().div_ceil(T::LANES) * length);
        for (panel, first) in mask.chunks_exact_mut(length).zip(positions.step_by(T::LANES)) {
            for lane in 0..T::LANES {
                let rows = panel.chunks_exact_mut(T::LANES).take(neurons);
                masks.draw(layer, self.index(last.min(first + lane)), rows.map(|row| &mut row[lane]));
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

    fn has_losses(&self) -> bool {
        false
    }

    fn pack(&self, positions: Range<usize>, x: &mut [N::Scalar], _y_true: &mut [N::Scalar]) {
        let (Some(last), rows) = (positions.clone().next_back(), N::Input::zeros().as_ref().len()) else { return };
        let x = x.chunks_exact_mut(panel_len::<N::Scalar>(rows));
        for (x, first) in x.zip(positions.step_by(N::Scalar::LANES)) {
            // An opaque bound: the compiler would unroll a constant one.
            for lane in 0..x.len() / panel_stride(rows) {
                let Some(inputs) = self.0.get(last.min(first + lane)) else { return };
                scatter(inputs.as_ref(), lane, x);
            }
        }
    }

    fn pack_weights(&self, _positions: Range<usize>, weights: &mut Buffer<N::Scalar>) {
        weights.resize(0);
    }

    fn pack_mask(&self, _layer: usize, _neurons: usize, _positions: Range<usize>, mask: &mut Buffer<N::Scalar>) {
        mask.resize(0);
    }

    fn loss_derivative(&self, _y_pred: &[N::Scalar], _y_true: &[N::Scalar], _derivative: &mut [N::Scalar]) {}
}

/// Predicts for each of the inputs.
pub(crate) fn predict<N: Network>(network: &N, inputs: &[N::Input], outputs: &mut [N::Output]) {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    let mut on_predictions = |positions: Range<usize>, y_pred: &[N::Scalar]| {
        let Some(outputs) = outputs.get_mut(positions) else { return };
        unpack(outputs.len(), y_pred, N::Output::zeros().as_ref().len(), |offset, panel, lane| {
            gather(panel, lane, outputs[offset].as_mut());
        });
    };
    let mut kernels = N::Scalar::kernels(N::ARCHITECTURE.erased(), Backend::detect(false));
    kernels.pass(parameters.as_ref(), &Inputs::<N>(inputs), Some(&mut on_predictions), None);
}
