//! The names that a model gives to inputs, outputs and classes.

use crate::dataset::{Column, OTHER, Schema, Target, Unseen};

/// Empty where nobody has said it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labels {
    /// A description of each input.
    pub(crate) inputs: Vec<String>,
    /// A description of each output: the target's name, or the class that it speaks of.
    pub(crate) outputs: Vec<String>,
    /// The names of the classes.
    pub(crate) classes: Vec<String>,
}

impl Labels {
    pub(crate) fn new(schema: &Schema, outputs: usize, are_probabilities: bool) -> Self {
        let inputs = schema.columns().iter().flat_map(|column| match column {
            Column::Number { name } => vec![name.clone()],
            Column::Category { name, values } => {
                let other = (schema.unseen_values() == Unseen::OwnInput).then_some(OTHER);
                let values = values.iter().map(String::as_str).chain(other);
                values.map(|value| format!("{name} = {value} (1 or 0)")).collect()
            }
        });
        let outputs = match schema.target() {
            Target::Numbers(names) => names.clone(),
            Target::Class { column, classes } => {
                let what = if are_probabilities { "probability of " } else { "" };
                // A single output speaks of the second class.
                let own = classes.iter().skip(classes.len().saturating_sub(outputs));
                own.map(|class| format!("{what}{column} = {class}")).collect()
            }
        };
        Self { inputs: inputs.collect(), outputs, classes: schema.classes().to_vec() }
    }
}
