//! Why a schema does not fit.

use crate::dataset::quoted::{list, quoted};
use crate::message::count;

/// Why a schema does not fit a data set or a network.
///
/// ```
/// use mlp_core::Dataset;
/// use mlp_core::dataset::Schema;
///
/// let schema = Schema::new().numbers(["mass", "length"]).targets(["age"]);
/// assert_eq!(
///     Dataset::new(vec![([3.5], [2.0])]).with_schema(schema).unwrap_err().to_string(),
///     "the columns give 2 inputs (`mass`, `length`), not the 1 that there is: name each input once, in order",
/// );
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A column stands there twice, as an input or a target.
    #[error("the column {} is named twice: each column is one input or target", quoted(column))]
    RepeatedColumn {
        /// The name of the column.
        column: String,
    },
    /// A value of a category or a class stands there twice.
    #[error("column {}: {} is given twice: name each value once", quoted(column), quoted(value))]
    RepeatedValue {
        /// The name of the column.
        column: String,
        /// The value.
        value: String,
    },
    /// The name of a column, a value or a class has blanks around it, or a value is empty: no cell of a file is like that.
    #[error(
        "column {}: a file never has {text:?}, because its cells are read without blanks around them, and empty ones as \
         missing: name it otherwise",
        quoted(column)
    )]
    Blanks {
        /// The name of the column.
        column: String,
        /// The name or the value.
        text: String,
    },
    /// A category has no values.
    #[error("the category {} has no values: name them, or leave it out", quoted(column))]
    NoValues {
        /// The name of the column.
        column: String,
    },
    /// The columns give another number of inputs.
    #[error(
        "the columns give {} ({}), not the {taken} that there {}: name each input once, in order",
        count(inputs.len(), "input"), list(inputs), if *taken == 1 { "is" } else { "are" }
    )]
    Inputs {
        /// The names of the inputs.
        inputs: Vec<String>,
        /// The number of inputs that there are.
        taken: usize,
    },
    /// The columns give another number of targets.
    #[error(
        "the columns give {} ({}), and there {} {}: name each target once, in order",
        count(targets.len(), "target"), list(targets), if *outputs == 1 { "is" } else { "are" }, count(*outputs, "output")
    )]
    Targets {
        /// The names of the targets.
        targets: Vec<String>,
        /// The number of outputs that there are.
        outputs: usize,
    },
    /// The number of classes does not fit the number of outputs.
    #[error(
        "column {}: {} ({}) do not fit {}: there is one output for each class, or a single one for two",
        quoted(column), count(classes.len(), "class"), list(classes), count(*outputs, "output")
    )]
    Classes {
        /// The name of the column.
        column: String,
        /// The classes.
        classes: Vec<String>,
        /// The number of outputs that there are.
        outputs: usize,
    },
}

crate::message::debug_is_message!(SchemaError);
