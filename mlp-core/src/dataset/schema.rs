//! The meaning of inputs and targets: columns, categories and classes, by name.

mod error;

use std::collections::BTreeSet;

use super::{Dataset, Example, Report, Unseen};
use crate::Scalar;

pub use error::SchemaError;

/// The meaning of a data set's inputs and targets: the columns, the values of categories, the target and its classes.
///
/// A data set that was loaded from a `Table` has the schema of its columns. For examples from elsewhere, write one in
/// the same words, and give it to the data set by [`with_schema`](Dataset::with_schema):
///
/// ```
/// use mlp_core::Dataset;
/// use mlp_core::dataset::Schema;
///
/// let schema = Schema::new().numbers(["mass"]).category("island", ["Biscoe", "Dream"]).class("sex", ["female", "male"]);
/// assert_eq!(schema.input_names(), ["mass", "island=Biscoe", "island=Dream"]);
///
/// let data = Dataset::new(vec![([3.5, 0.0, 1.0], [0.0]), ([4.5, 1.0, 0.0], [1.0])]).with_schema(schema)?;
/// assert_eq!(data.class_names(), Some(["female", "male"]));
/// # Ok::<(), mlp_core::dataset::SchemaError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    columns: Vec<Column>,
    target: Target,
    unseen: Unseen,
}

/// What stands for other values in the name of their input.
pub(crate) const OTHER: &str = "(unseen)";

/// A column of inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Column {
    /// Numbers: one input.
    Number {
        /// The name of the column.
        name: String,
    },
    /// A category: one input for each value, 1 for the value of the row and 0 for the others.
    Category {
        /// The name of the column.
        name: String,
        /// The values, in the order of their inputs.
        values: Vec<String>,
    },
}

impl Column {
    /// The name of the column.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Number { name } | Self::Category { name, .. } => name,
        }
    }

    /// The values of a category; `None` if the column holds numbers.
    #[must_use]
    pub fn categories(&self) -> Option<&[String]> {
        if let Self::Category { values, .. } = self { Some(values) } else { None }
    }

    /// The number of inputs, if a category treats other values like this.
    pub(crate) fn width(&self, unseen: Unseen) -> usize {
        self.categories().map_or(1, |values| values.len() + usize::from(unseen == Unseen::OwnInput))
    }

    fn input_names(&self, unseen: Unseen) -> Vec<String> {
        match self {
            Self::Number { name } => vec![name.clone()],
            Self::Category { name, values } => input_names(name, values, unseen == Unseen::OwnInput),
        }
    }
}

/// The names of the inputs of a category, and of the one of other values if they have one.
pub(super) fn input_names(column: &str, values: &[String], has_other: bool) -> Vec<String> {
    let values = values.iter().map(String::as_str).chain(has_other.then_some(OTHER));
    values.map(|value| format!("{column}={value}")).collect()
}

/// The targets of a data set: numbers, or classes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// Numbers, each from a column with this name.
    Numbers(Vec<String>),
    /// Classes: one-hot, or 0 and 1 if there is a single output.
    Class {
        /// The name of the column.
        column: String,
        /// The classes, in the order of the outputs.
        classes: Vec<String>,
    },
}

impl Default for Target {
    fn default() -> Self {
        Self::Numbers(Vec::new())
    }
}

impl Target {
    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        match self {
            Self::Numbers(columns) => columns,
            Self::Class { column, .. } => std::slice::from_ref(column),
        }
    }

    /// The classes; empty if the targets are numbers.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        if let Self::Class { classes, .. } = self { classes } else { &[] }
    }
}

impl Schema {
    /// No inputs and no targets.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one input for each of these numeric columns.
    #[must_use]
    pub fn numbers<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.columns.extend(columns.into_iter().map(|name| Column::Number { name: name.into() }));
        self
    }

    /// Adds one input for each of these values of a category.
    #[must_use]
    pub fn category<S: Into<String>>(mut self, column: impl Into<String>, values: impl IntoIterator<Item = S>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.columns.push(Column::Category { name: column.into(), values });
        self
    }

    /// Makes these numeric columns the targets, in place of any targets named before.
    #[must_use]
    pub fn targets<S: Into<String>>(mut self, columns: impl IntoIterator<Item = S>) -> Self {
        self.target = Target::Numbers(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Makes the classes in this column the target, in place of any targets named before.
    #[must_use]
    pub fn class<S: Into<String>>(mut self, column: impl Into<String>, classes: impl IntoIterator<Item = S>) -> Self {
        let classes = classes.into_iter().map(Into::into).collect();
        self.target = Target::Class { column: column.into(), classes };
        self
    }

    /// Sets how categories treat a value that they do not have; by default [`Unseen::Refuse`]. With [`Unseen::OwnInput`]
    /// each category has one more input, after those of its values.
    ///
    /// ```
    /// use mlp_core::dataset::{Schema, Unseen};
    ///
    /// let schema = Schema::new().category("island", ["Biscoe", "Dream"]).unseen(Unseen::OwnInput);
    /// assert_eq!(schema.input_names(), ["island=Biscoe", "island=Dream", "island=(unseen)"]);
    /// ```
    #[must_use]
    pub fn unseen(mut self, unseen: Unseen) -> Self {
        self.unseen = unseen;
        self
    }

    /// How categories treat a value that they do not have.
    #[must_use]
    pub fn unseen_values(&self) -> Unseen {
        self.unseen
    }

    /// The columns of the inputs, in their order.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The values of the category in this column. `None` if there is no such column, or it holds numbers.
    #[must_use]
    pub fn categories(&self, column: &str) -> Option<&[String]> {
        self.columns.iter().find(|known| known.name() == column)?.categories()
    }

    /// The targets: numbers, or classes.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The names of the classes, in the order of the outputs; empty if the targets are numbers.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.target.classes()
    }

    /// The names of the inputs: `body_mass_g` for a number, `island=Biscoe` for one value of a category.
    #[must_use]
    pub fn input_names(&self) -> Vec<String> {
        self.columns.iter().flat_map(|column| column.input_names(self.unseen)).collect()
    }

    /// For each input, whether it is part of a category.
    pub(super) fn one_hot(&self) -> impl Iterator<Item = bool> {
        let is_one_hot = |column: &Column| column.categories().is_some();
        self.columns.iter().flat_map(move |column| std::iter::repeat_n(is_one_hot(column), column.width(self.unseen)))
    }

    /// Checks that the columns differ, can be read from a file, and give this number of inputs and outputs.
    pub(crate) fn check(&self, inputs: usize, outputs: usize) -> Result<(), SchemaError> {
        let mut seen = BTreeSet::new();
        for name in self.columns.iter().map(Column::name).chain(self.target.columns().iter().map(String::as_str)) {
            if name != name.trim() {
                return Err(SchemaError::Blanks { column: name.to_owned(), text: name.to_owned() });
            }
            if !seen.insert(name) {
                return Err(SchemaError::RepeatedColumn { column: name.to_owned() });
            }
        }
        for column in &self.columns {
            let name = column.name();
            match column.categories() {
                Some([]) => return Err(SchemaError::NoValues { column: name.to_owned() }),
                Some(values) => check_values(name, values)?,
                None => {}
            }
        }
        if let Target::Class { column, classes } = &self.target {
            check_values(column, classes)?;
            if !fits(classes.len(), outputs) {
                return Err(SchemaError::Classes { column: column.clone(), classes: classes.clone(), outputs });
            }
        } else if self.target.columns().len() != outputs {
            return Err(SchemaError::Targets { targets: self.target.columns().to_vec(), outputs });
        }
        let names = self.input_names();
        if names.len() == inputs { Ok(()) } else { Err(SchemaError::Inputs { inputs: names, taken: inputs }) }
    }
}

/// Whether this number of classes fits this number of outputs: one output for each, or one for two.
pub(super) fn fits(classes: usize, outputs: usize) -> bool {
    classes >= 2 && (classes == outputs || (classes, outputs) == (2, 1))
}

fn check_values(column: &str, values: &[String]) -> Result<(), SchemaError> {
    let mut seen = BTreeSet::new();
    // Whoever reads a file trims the cells, and takes an empty one as missing.
    if let Some(value) = values.iter().find(|value| value.is_empty() || *value != value.trim()) {
        return Err(SchemaError::Blanks { column: column.to_owned(), text: value.clone() });
    }
    match values.iter().find(|value| !seen.insert(*value)) {
        Some(value) => Err(SchemaError::RepeatedValue { column: column.to_owned(), value: value.clone() }),
        None => Ok(()),
    }
}

impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The data set with the names that a schema gives to its inputs and targets, in place of any that it had.
    ///
    /// # Errors
    ///
    /// If the schema does not give `I` inputs and `O` targets, or names a column or a value twice or with blanks around it.
    pub fn with_schema(self, schema: Schema) -> Result<Self, SchemaError> {
        schema.check(I, O)?;
        let Self { examples, report, .. } = self;
        Ok(Self::from_parts(examples, Some(schema), report))
    }

    /// The names of inputs and targets. `None` after [`new`](Self::new).
    #[must_use]
    pub fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    pub(super) fn from_parts(examples: Vec<Example<T, I, O>>, schema: Option<Schema>, report: Report) -> Self {
        let input_names = schema.as_ref().map(Schema::input_names).unwrap_or_default();
        Self { examples, input_names, schema, report }
    }
}
