//! The errors of an epoch that comes in chunks.

use crate::TrainError;

/// Why an epoch that comes in chunks could not be trained. Chunks and updates are counted from 0.
///
/// ```
/// use mlp_core::{ChunkError, GradientDescent, Trainer, mlp};
///
/// mlp!(pub struct Line: 1 => identity(1));
/// let mut line = Line { w11: 0.0, b1: 0.0 };
/// let mut training = Trainer::new(GradientDescent::new(0.1)).start(&line)?;
/// let chunks = [Ok(vec![([1.0], [1.0])]), Err("the disk is gone")];
/// let error = training.fit_chunks(&mut line, chunks).unwrap_err();
/// assert_eq!(error.to_string(), "chunk 1 could not be read: the disk is gone");
/// // The network is as it was before the epoch.
/// assert_eq!(line, Line { w11: 0.0, b1: 0.0 });
/// # Ok::<(), mlp_core::TrainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkError<E> {
    /// No chunk had an example.
    #[error("no chunk has an example: training needs at least one")]
    NoExamples,
    /// The iterator returned an error instead of a chunk.
    #[error("chunk {chunk} could not be read: {error}")]
    Read {
        /// The chunk.
        chunk: usize,
        /// The error.
        error: E,
    },
    /// The network could not be trained with a chunk.
    #[error("chunk {chunk}, update {update}: {error}")]
    Train {
        /// The chunk.
        chunk: usize,
        /// The update within the chunk; 0 if the chunk was refused before the first one.
        update: usize,
        /// The error. The example that it names is one of the chunk.
        error: TrainError,
    },
}
