//! What batches are made of: a network's examples and inputs. This alone depends on the network's types.

use alloc::boxed::Box;
use core::ops::Range;

use super::backend::Processor;
use super::pass::{gather, scatter};
use super::tile::stride;
use super::{Batches, Examples, Kernels, Look};
use crate::Network;
use crate::network::Array as _;
use crate::trainer::Permutation;

/// Examples, those at consecutive places of an order.
pub(crate) struct Selection<'a, N: Network> {
    pub(crate) examples: &'a [(N::Input, N::Output)],
    pub(crate) order: Option<&'a Permutation>,
    pub(crate) places: Range<usize>,
}

impl<N: Network> Selection<'_, N> {
    /// Which of the examples is at a place.
    pub(crate) fn index(&self, place: usize) -> usize {
        Permutation::index_in(self.order, self.places.start + place)
    }
}

impl<N: Network> Examples<N::Scalar> for Selection<'_, N> {
    fn count(&self) -> usize {
        self.places.len()
    }

    fn stay(&self) -> bool {
        self.order.is_none() && self.places == (0..self.examples.len())
    }

    fn pack(&self, places: Range<usize>, x: &mut [N::Scalar], y_true: &mut [N::Scalar]) {
        let example = |place| self.examples.get(self.index(place));
        pack::<N>(places.clone(), x, |place| example(place).map(|(x, _)| x.as_ref()));
        pack::<N>(places, y_true, |place| example(place).map(|(_, y_true)| y_true.as_ref()));
    }

    fn loss_derivative(&self, y_pred: &[N::Scalar], y_true: &[N::Scalar], derivative: &mut [N::Scalar]) {
        let array = |values: &[N::Scalar]| {
            let mut array = N::Output::zeros();
            array.as_mut().copy_from_slice(values);
            array
        };
        let derivatives = (N::ARCHITECTURE.loss.derivative)(array(y_pred), array(y_true));
        derivative.copy_from_slice(derivatives.as_ref());
    }
}

/// Inputs to predict from.
pub(crate) struct Inputs<'a, N: Network>(pub(crate) &'a [N::Input]);

impl<N: Network> Examples<N::Scalar> for Inputs<'_, N> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn stay(&self) -> bool {
        false
    }

    fn pack(&self, places: Range<usize>, x: &mut [N::Scalar], _y_true: &mut [N::Scalar]) {
        pack::<N>(places, x, |place| self.0.get(place).map(N::Input::as_ref));
    }

    fn loss_derivative(&self, _y_pred: &[N::Scalar], _y_true: &[N::Scalar], _derivative: &mut [N::Scalar]) {}
}

/// Packs what is at these places. Lanes that are left over repeat the last example: a user's own functions may take
/// nothing else.
fn pack<'a, N: Network>(
    places: Range<usize>,
    lines: &mut [N::Scalar],
    values: impl Fn(usize) -> Option<&'a [N::Scalar]>,
) {
    let Some(last) = places.clone().next_back() else { return };
    let Some(width) = values(last).map(<[_]>::len) else { return };
    let lines = lines.chunks_exact_mut(stride(width) * N::Scalar::LANES);
    for (lines, first) in lines.zip(places.step_by(N::Scalar::LANES)) {
        // To a number that the compiler does not know: it would write the body out so many times.
        for lane in 0..lines.len() / stride(width) {
            let Some(values) = values(last.min(first + lane)) else { return };
            scatter(values, lane, lines);
        }
    }
}

/// A network's kernels, and room for its parameters. A training is one `Batched`: examples that stay are packed once.
pub(crate) struct Batched<N: Network> {
    batches: Box<dyn Batches<N::Scalar>>,
    parameters: N::Parameters,
}

impl<N: Network> Batched<N> {
    /// For the processor that this runs on.
    pub(crate) fn new() -> Self {
        Self::on(Processor::detect())
    }

    pub(super) fn on(processor: Processor) -> Self {
        let batches = N::Scalar::batches(N::ARCHITECTURE.layers, N::ARCHITECTURE.loss.name, processor);
        Self { batches, parameters: N::Parameters::zeros() }
    }

    /// How many examples are in a block.
    #[cfg(test)]
    pub(super) fn block(&self) -> usize {
        self.batches.block()
    }

    /// Puts the sum of the gradients of these examples into `sum`, in canonical order.
    pub(crate) fn gradients(
        &mut self,
        network: &N,
        selection: &Selection<'_, N>,
        look: Option<&mut dyn FnMut(usize, N::Output)>,
        sum: &mut N::Parameters,
        reproducible: bool,
    ) {
        let mut by_lines = look.map(|look| {
            |places: Range<usize>, lines: &[N::Scalar]| {
                places.zip(predictions::<N>(lines)).for_each(|(place, y_pred)| look(place, y_pred));
            }
        });
        let look = by_lines.as_mut().map(|look| look as Look<'_, N::Scalar>);
        network.read_parameters(&mut self.parameters);
        let (parameters, sum) = (self.parameters.as_ref(), Some(sum.as_mut()));
        self.batches.pass(parameters, selection, look, sum, reproducible);
    }

    /// Predicts for each of the inputs.
    pub(crate) fn predict(&mut self, network: &N, inputs: &[N::Input], outputs: &mut [N::Output]) {
        let mut look = |places: Range<usize>, lines: &[N::Scalar]| {
            let Some(outputs) = outputs.get_mut(places) else { return };
            outputs.iter_mut().zip(predictions::<N>(lines)).for_each(|(output, y_pred)| *output = y_pred);
        };
        network.read_parameters(&mut self.parameters);
        self.batches.pass(self.parameters.as_ref(), &Inputs::<N>(inputs), Some(&mut look), None, false);
    }
}

/// The predictions for the examples in these lines, and for what pads the last ones.
fn predictions<N: Network>(lines: &[N::Scalar]) -> impl Iterator<Item = N::Output> {
    let width = N::Output::zeros().as_ref().len();
    lines.chunks_exact(stride(width) * N::Scalar::LANES).flat_map(|lines| {
        (0..N::Scalar::LANES).map(move |lane| {
            let mut y_pred = N::Output::zeros();
            gather(lines, lane, y_pred.as_mut());
            y_pred
        })
    })
}
