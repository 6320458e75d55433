//! Why a lesson cannot be written.

use std::io;
use std::path::PathBuf;

use super::{MAX_EXAMPLES, MAX_NUMBERS, MAX_PARAMETERS};
use crate::TrainError;

/// Why a lesson cannot be written.
///
/// ```
/// use mlp_core::{Lesson, mlp};
///
/// mlp!(pub struct Net: 1 => 1);
/// let error = Lesson::new(&Net { w11: 0.5, b1: 0.0 }, &[]).to_html().unwrap_err();
/// assert_eq!(error.to_string(), "there are no examples: training needs at least one");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LessonError {
    /// The network has too many parameters.
    #[error("the network has {count} parameters, and a lesson shows at most {MAX_PARAMETERS}: declare a smaller one")]
    TooManyParameters {
        /// Their number.
        count: usize,
    },
    /// There are too many examples.
    #[error("there are {count} examples, and a lesson shows at most {MAX_EXAMPLES}: choose some of them")]
    TooManyExamples {
        /// Their number.
        count: usize,
    },
    /// The examples have too many numbers.
    #[error(
        "the examples have {count} inputs and targets in all, and a lesson shows at most {MAX_NUMBERS}: choose some of the \
         examples"
    )]
    TooManyNumbers {
        /// Their number.
        count: usize,
    },
    /// A rolled network has arrays where a lesson shows names.
    #[error("a rolled network has no names for its weights, so a lesson cannot show them: declare it without `rolled`")]
    Rolled,
    /// A function of your own exists in Rust alone.
    #[error(
        "the function `{name}` is your own and exists in Rust alone, so the page could not compute it: use one of the \
         crate's functions"
    )]
    OwnFunction {
        /// Its path in the declaration.
        name: String,
    },
    /// The optimizer has no equations for one parameter: it is your own without them, or learns from all examples at once.
    #[error(
        "the page does not know how `{name}` moves a parameter: take an optimizer that has an `Optimizer::update_rule`, or \
         implement it for your own"
    )]
    OwnOptimizer {
        /// Its name.
        name: &'static str,
    },
    /// A training would refuse these parameters, examples or settings too.
    #[error(transparent)]
    Training(TrainError),
    /// The file could not be written. An existing file is unchanged.
    #[error("the lesson could not be written to {}", path.display())]
    Write {
        /// The path given.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

crate::message::debug_is_message!(LessonError);
