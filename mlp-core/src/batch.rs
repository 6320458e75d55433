//! Batches: many examples at a time, in vector code.
//!
//! Named scalars compute one example. They are for reading, for on-line learning and for single predictions. A batch goes
//! layer by layer instead, with many examples side by side in the vectors of the processor: pre-activations and
//! activations forward, then derivatives back, then the gradients. [`Trainer`](crate::Trainer) does this for batches of 8
//! examples or more, and so do `predict_batch` and `batch_gradients`. There is nothing to declare or to call for it.
//!
//! Both ways compute the same numbers, apart from rounding. A batch adds in another order, and it uses fused multiply-adds
//! where the processor has them, so its last bits depend on the processor.
//! [`Trainer::reproducible`](crate::Trainer::reproducible) turns fused multiply-adds off, and the bits are the same
//! everywhere.
//!
//! # How
//!
//! * The kernels are compiled with this crate, once for `f64` and once for `f32`. They read the widths from the
//!   [`Architecture`](crate::network::Architecture), so they cost a user's build nothing.
//! * On x86-64 they are compiled three times: for every processor, for AVX2 with FMA, and for AVX-512. A training asks the
//!   processor which it has. On other targets, and without `std`, the features given to the compiler decide; without
//!   `std` nothing is fused.
//! * A development build does not optimise them. `[profile.dev.package.mlp-core] opt-level = 3` in `Cargo.toml` does.
//! * Examples are packed into blocks that fit into the second-level cache, so that each vector holds one quantity of several
//!   examples. A full batch whose order does not change is packed once, up to 16 MB.
//! * Each layer multiplies its weights with the block, in tiles whose sums stay in registers: with AVX2, of 4 neurons times 2
//!   vectors. Then its activation sweeps over the block.
//! * The sums of the gradients have a lane for each example of a vector. The lanes are added up at the end of a chunk. The
//!   number of examples in a chunk depends only on the network, and the sums of the chunks are added in their order.
//! * With the feature `rayon` each thread takes a chunk, some two million multiplications. So batches gain from threads
//!   only above four million / (number of parameters) examples.
//! * The crate's activations and losses are inlined into the kernels. elu, softplus and gelu call `libm` there, example by
//!   example, and a user's own functions are called too. They are right, but no faster than on their own; where another
//!   activation will do, it is several times as fast.

mod erased_examples;
mod gradients;
#[cfg(feature = "alloc")]
pub(crate) mod kernels;

use core::ops::Range;

use crate::{Network, Scalar};

pub(crate) use erased_examples::{ErasedExamples, NetworkExamples};
pub use gradients::EmptyBatchError;
pub(crate) use gradients::{backprop_from, gradients, input_gradients};

#[cfg(feature = "alloc")]
pub(crate) use kernels::{
    BatchKernels, BatchSource, ExampleBatch, JacobianKernels, VectorJacobian, VectorKernels, padded_columns,
};

/// Smaller batches are computed example by example with named scalars, because most of a block would be padding.
const MIN_BATCH: usize = 8;

/// Whether the kernels compute a batch of this size. They need a heap.
pub(crate) const fn uses_kernels(size: usize) -> bool {
    cfg!(feature = "alloc") && size >= MIN_BATCH
}

/// The slices of inputs and of places for their results have different lengths.
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
///     "the number of inputs is 3, that of places for results 2: give both slices the same length",
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number of inputs is {inputs}, that of places for results {outputs}: give both slices the same length")]
#[non_exhaustive]
pub struct BatchLengthError {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of places for results: predictions, or derivatives with respect to inputs.
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
    if uses_kernels(inputs.len()) {
        kernels::predict(network, inputs, outputs);
        return Ok(());
    }
    for (x, y_pred) in inputs.iter().zip(outputs) {
        *y_pred = network.predict(*x);
    }
    Ok(())
}

/// Makes the mean of a sum of this number of gradients.
pub(crate) fn divide<T: Scalar>(sum: &mut [T], count: usize) {
    let count = T::from_count(count);
    for sum in sum {
        *sum = *sum / count;
    }
}

/// Cuts 0, 1, …, count − 1 into consecutive ranges of this size, the last one shorter: an epoch into batches, a batch
/// into chunks, a chunk into blocks.
pub(crate) fn ranges(count: usize, size: usize) -> impl ExactSizeIterator<Item = Range<usize>> {
    (0..count).step_by(size).map(move |first| first..count.min(first + size))
}
