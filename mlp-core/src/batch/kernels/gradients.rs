//! Single passes for gradients, outside of a training.

use core::ops::Range;

use super::buffer::Buffer;
use super::layout::{gather, unpack};
use super::{BatchSource, ExampleBatch, InputGradientsCallback};
use crate::Scalar;
use crate::batch::ErasedExamples;
use crate::network::{Array, ErasedArchitecture};
use crate::simd::Backend;

/// Leaves the sum of the gradients of all examples in `sum`.
pub(crate) fn sum_gradients<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    parameters: &[T],
    examples: &dyn ErasedExamples<T>,
    sum: &mut [T],
) {
    let batch = SinglePass(ExampleBatch::whole(examples, None));
    T::kernels(architecture, Backend::detect(false)).pass(parameters, &batch, None, Some(sum));
}

/// Gives the derivatives with respect to the inputs of all examples, block by block.
pub(crate) fn input_gradients<T: Scalar>(
    architecture: ErasedArchitecture<T>,
    parameters: &[T],
    examples: &dyn ErasedExamples<T>,
    on_input_gradients: InputGradientsCallback<'_, T>,
) {
    let batch = SinglePass(ExampleBatch::whole(examples, None));
    T::kernels(architecture, Backend::detect(false)).input_gradients(parameters, &batch, on_input_gradients);
}

/// Copies the panels of a block into the arrays at these positions.
pub(crate) fn write<T: Scalar, A: Array<T>>(positions: Range<usize>, panels: &[T], arrays: &mut [A]) {
    let Some(arrays) = arrays.get_mut(positions) else { return };
    unpack(arrays.len(), panels, A::zeros().as_ref().len(), |offset, panel, lane| {
        gather(panel, lane, arrays[offset].as_mut());
    });
}

/// Examples that are seen once, so that no packed block is kept for another pass.
struct SinglePass<'a, T>(ExampleBatch<'a, T>);

impl<T: Scalar> BatchSource<T> for SinglePass<'_, T> {
    fn count(&self) -> usize {
        self.0.count()
    }

    fn has_losses(&self) -> bool {
        false
    }

    fn is_fixed_order(&self) -> bool {
        false
    }

    fn pack(&self, positions: Range<usize>, x: &mut [T], y_true: &mut [T]) {
        self.0.pack(positions, x, y_true);
    }

    fn pack_weights(&self, positions: Range<usize>, weights: &mut Buffer<T>) {
        self.0.pack_weights(positions, weights);
    }

    fn pack_mask(&self, layer: usize, neurons: usize, positions: Range<usize>, mask: &mut Buffer<T>) {
        self.0.pack_mask(layer, neurons, positions, mask);
    }

    fn loss_derivative(&self, y_pred: &[T], y_true: &[T], derivative: &mut [T]) {
        self.0.loss_derivative(y_pred, y_true, derivative);
    }
}
