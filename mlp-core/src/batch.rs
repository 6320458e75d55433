//! Batches: the second lowering of a network, for many examples at a time.
//!
//! Named scalars compute one example; they are for reading, for on-line learning and for single predictions. A batch is
//! computed layer by layer instead, many examples side by side in the vectors of the processor: the pre-activations of
//! all of them, their activations, then the way back, then the gradients. [`Trainer`](crate::Trainer) does so with
//! batches of 8 examples or more, and so does `predict_batch`. Nothing is declared or called for it.
//!
//! Both lowerings find the same numbers but for rounding: in a batch, sums are made in another order, and with fused
//! multiply-adds where the processor has them. So the last bits depend on whether it has;
//! [`Trainer::reproducible`](crate::Trainer::reproducible) forbids the fused ones, and then they do not.
//!
//! # How
//!
//! * The kernels are compiled with this crate, once for `f64` and once for `f32`, and read the widths from the
//!   [`Architecture`](crate::network::Architecture): they cost a user's build nothing.
//! * On x86-64 they are compiled three times, for every processor, for those with AVX2 and FMA, and for those with AVX-512,
//!   and a training asks the processor which it is. Elsewhere, and without `std`, the features given to the compiler
//!   decide; without `std` nothing is fused. A development build does not optimise them; `[profile.dev.package.mlp-core] opt-level = 3` in `Cargo.toml`
//!   does.
//! * A block of examples is packed so that each vector holds one quantity of several examples; a block fits into the
//!   second cache. Full batches whose order does not change are packed once, up to 16 MB.
//! * Each layer is a product of its weights with the block, in tiles of 4 neurons times 2 vectors whose sums stay in
//!   registers, and a sweep of its activation over the block.
//! * The sums of the gradients have a lane for each example of a vector. The lanes are added up at the end of a chunk.
//!   The number of examples in a chunk depends on the network only; the sums of the chunks are added in their order.
//! * With the feature `rayon` each thread takes a chunk. A chunk has some two million multiplications, so there is nothing
//!   to gain from batches of fewer examples than four million over the number of parameters.
//! * The crate's losses are part of the kernels, and so are its activations but for elu, softplus and gelu, which need
//!   `libm`. Those and a user's own are called by their addresses, example by example: correct, but no faster than on their
//!   own. Where one of the others will do, it is several times as fast.

mod erased_examples;
#[cfg(feature = "alloc")]
mod kernels;

use core::ops::Range;

use crate::Network;

pub(crate) use erased_examples::{ErasedExamples, NetworkExamples};

#[cfg(feature = "alloc")]
pub(crate) use kernels::{BatchKernels, ExampleBatch, VectorKernels};

/// Smaller batches are computed example by example, with named scalars: most of a block would be padding.
#[cfg(feature = "alloc")]
pub(crate) const MIN_BATCH: usize = 8;

/// The inputs and the places for the predictions are not equally many.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let net = Net { w11: 0.5, b1: 0.0 };
/// let mut outputs = [[0.0]; 2];
/// let error = net.predict_batch(&[[0.1], [0.2], [0.3]], &mut outputs).unwrap_err();
/// assert_eq!((error.inputs, error.outputs), (3, 2));
/// assert_eq!(
///     error.to_string(),
///     "the number of inputs is 3, that of places for predictions 2: give both slices the same length",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number of inputs is {inputs}, that of places for predictions {outputs}: give both slices the same length")]
#[non_exhaustive]
pub struct BatchLengthError {
    /// How many inputs there are.
    pub inputs: usize,
    /// How many places for predictions.
    pub outputs: usize,
}

crate::message::debug_is_message!(BatchLengthError);

/// What [`Network::predict_batch`] does.
pub(crate) fn predict<N: Network>(
    network: &N,
    inputs: &[N::Input],
    outputs: &mut [N::Output],
) -> Result<(), BatchLengthError> {
    if inputs.len() != outputs.len() {
        return Err(BatchLengthError { inputs: inputs.len(), outputs: outputs.len() });
    }
    #[cfg(feature = "alloc")]
    if inputs.len() >= MIN_BATCH {
        kernels::predict(network, inputs, outputs);
        return Ok(());
    }
    for (x, y_pred) in inputs.iter().zip(outputs) {
        *y_pred = network.predict(*x);
    }
    Ok(())
}

/// Cuts 0, 1, …, count − 1 into consecutive ranges of this size, the last one shorter: an epoch into batches, a batch
/// into chunks, a chunk into blocks.
pub(crate) fn ranges(count: usize, size: usize) -> impl ExactSizeIterator<Item = Range<usize>> {
    (0..count).step_by(size).map(move |first| first..count.min(first + size))
}
