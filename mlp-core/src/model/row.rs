//! Predicts from one row, by name.

use super::{Model, ModelError, Prediction};
use crate::dataset::quoted::{did_you_mean, list, other_value, quoted};
use crate::dataset::{Column, Schema, Unseen};
use crate::message::Number;
use crate::{Network, Scalar};

/// A cell of a row: text, as in a file, or a number.
///
/// ```
/// use mlp_core::model::Cell;
///
/// let row = [("island", Cell::from("Dream")), ("body_mass_g", Cell::from(3750)), ("bill_length_mm", 39.1.into())];
/// assert_eq!(row[1].1, Cell::Number(3750.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Cell<'a> {
    /// A number or the value of a category, as it stands in a file. Blanks around it do not matter.
    Text(&'a str),
    /// A number.
    Number(f64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

macro_rules! from_number {
    ($($number:ty),*) => { $(
        impl From<$number> for Cell<'_> {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )* };
}

from_number!(f64, f32, i32, u32, i16, u16, i8, u8);

impl<N: Network> Model<N> {
    /// Sets how to treat a value that a category did not have in the training; by default as the selection of the training
    /// data did. Every prediction by name obeys, and the choice is saved with the model.
    ///
    /// ```
    /// use mlp_core::dataset::{Schema, Unseen};
    /// use mlp_core::{Model, Scaling, mlp};
    ///
    /// mlp!(pub struct Price: 3 => identity(1));
    /// let schema = Schema::new().numbers(["area"]).category("city", ["Bonn", "Kiel"]).targets(["price"]);
    /// let network = Price::from_parameters([2.0, 10.0, 20.0, 5.0]);
    /// let model = Model::new(network, &schema, Scaling { offset: [0.0; 3], scale: [1.0; 3] }, None)?;
    /// assert!(model.predict_row([("area", "50"), ("city", "Ulm")]).is_err());
    /// let model = model.unseen(Unseen::Zeros)?;
    /// assert_eq!(model.predict_row([("area", "50"), ("city", "Ulm")])?.outputs(), [105.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the network lacks the inputs of [`Unseen::OwnInput`], or has them and would lose them.
    pub fn unseen(mut self, unseen: Unseen) -> Result<Self, ModelError> {
        self.schema = self.schema.unseen(unseen);
        self.schema.check(N::ARCHITECTURE.inputs.len(), N::ARCHITECTURE.targets.len())?;
        Ok(self)
    }
}

impl<N, T, const I: usize, const O: usize> Model<N>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// Predicts from one row: names of columns with their cells, in any order. [Further columns](super#what-must-be-there)
    /// are ignored.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::{Model, Scaling, mlp};
    ///
    /// mlp!(pub struct Bmi: 2 => identity(1));
    /// let schema = Schema::new().numbers(["kg", "cm"]).targets(["bmi"]);
    /// let inputs = Scaling { offset: [70.0, 170.0], scale: [10.0, 10.0] };
    /// let model = Model::new(Bmi { w11: 3.5, w21: -2.8, b1: 24.2 }, &schema, inputs, None)?;
    ///
    /// assert_eq!(model.predict_row([("cm", 180.0), ("kg", 70.0)])?.get("bmi"), Some(24.2 - 2.8));
    /// assert_eq!(model.predict_row([("cm", "180"), ("kg", "70"), ("name", "Ada")])?.outputs(), [24.2 - 2.8]);
    /// assert_eq!(
    ///     model.predict_row([("cm", "180"), ("Kg", "70")]).unwrap_err().to_string(),
    #[cfg_attr(feature = "csv", doc = "     \"the row has no column `kg`, only `cm`, `Kg`: did you mean `Kg`?\",")]
    #[cfg_attr(not(feature = "csv"), doc = "     \"the row has no column `kg`, only `cm`, `Kg`\",")]
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If a column of the model is not in the row, or is there twice; if a cell is missing (empty or `NA`, unless its category has that value), is not a finite
    /// number, or is a value that its category does not have, unless [`unseen`](Self::unseen) permits it; if a number is
    /// too large for the network's scalar after scaling.
    pub fn predict_row<'c, S: AsRef<str>, C: Into<Cell<'c>>>(
        &self,
        row: impl IntoIterator<Item = (S, C)>,
    ) -> Result<Prediction<'_, O>, RowError> {
        let row: Vec<_> = row.into_iter().map(|(name, cell)| (name, cell.into())).collect();
        let row: Vec<_> = row.iter().map(|(name, cell)| (name.as_ref(), *cell)).collect();
        let mut x = [0.0; I];
        encode(&self.schema, &row, &mut x)?;
        self.prediction(x).map_err(|input| RowError::TooLarge {
            input: self.schema.input_names()[input].clone(),
            value: x[input],
            scalar: T::NAME,
        })
    }

    /// The prediction for raw inputs, or the index of an input that is too large for the network's scalar.
    pub(super) fn prediction(&self, x: [f64; I]) -> Result<Prediction<'_, O>, usize> {
        let x: [T; I] = self.inputs.apply_rounded(x);
        if let Some(input) = x.iter().position(|x| !x.is_finite()) {
            return Err(input);
        }
        let outputs = self.unscale(self.network.predict(x));
        Ok(Prediction { schema: &self.schema, are_probabilities: Self::are_probabilities(), outputs })
    }
}

/// Writes the inputs of a row into slots that are 0.
fn encode(schema: &Schema, row: &[(&str, Cell<'_>)], mut slots: &mut [f64]) -> Result<(), RowError> {
    let unseen = schema.unseen_values();
    for column in schema.columns() {
        let (own, others) = slots.split_at_mut(column.width(unseen));
        slots = others;
        let name = column.name();
        let mut found = row.iter().filter(|(known, _)| *known == name).map(|(_, cell)| *cell);
        let cell = match (found.next(), found.next()) {
            (Some(cell), None) => cell,
            (Some(_), Some(_)) => return Err(RowError::RepeatedColumn { column: name.to_owned() }),
            (None, _) => {
                let columns = row.iter().map(|(name, _)| (*name).to_owned()).collect();
                return Err(RowError::NoColumn { column: name.to_owned(), columns });
            }
        };
        match column {
            Column::Number { name } => own[0] = number(name, cell)?,
            Column::Category { name, values } => {
                if let Some(place) = place(name, values, unseen, cell)? {
                    own[place] = 1.0;
                }
            }
        }
    }
    Ok(())
}

fn number(column: &str, cell: Cell<'_>) -> Result<f64, RowError> {
    let column = || column.to_owned();
    let number = match cell {
        Cell::Number(number) => number,
        Cell::Text(text) => {
            let text = present(&column, text)?;
            text.parse().map_err(|_| RowError::NotANumber { column: column(), cell: text.to_owned() })?
        }
    };
    if number.is_finite() { Ok(number) } else { Err(RowError::NotFinite { column: column(), number }) }
}

/// The place of a cell among the values of a category; `None` if it is none of them, which is permitted.
fn place(column: &str, values: &[String], unseen: Unseen, cell: Cell<'_>) -> Result<Option<usize>, RowError> {
    let column = || column.to_owned();
    let text = match cell {
        Cell::Text(text) => text.trim(),
        Cell::Number(number) => return Err(RowError::NumberForCategory { column: column(), number }),
    };
    // `NA` may be a value too, such as Namibia's code.
    if let Some(place) = values.iter().position(|value| value == text) {
        return Ok(Some(place));
    }
    let text = present(&column, text)?;
    match unseen {
        Unseen::Refuse => {
            Err(RowError::UnseenValue { column: column(), cell: text.to_owned(), known: values.to_vec() })
        }
        Unseen::Zeros => Ok(None),
        Unseen::OwnInput => Ok(Some(values.len())),
    }
}

/// The text of a cell that is not missing.
fn present<'a>(column: &dyn Fn() -> String, text: &'a str) -> Result<&'a str, RowError> {
    match text.trim() {
        "" | "NA" => Err(RowError::MissingCell { column: column() }),
        text => Ok(text),
    }
}

/// Why nothing could be predicted from a row.
///
/// ```
/// use mlp_core::dataset::Schema;
/// use mlp_core::{Model, Scaling, mlp};
///
/// mlp!(pub struct Net: 1 => identity(1));
/// let schema = Schema::new().numbers(["mass"]).targets(["age"]);
/// let model = Model::new(Net { w11: 1.0, b1: 0.0 }, &schema, Scaling { offset: [0.0], scale: [1.0] }, None)?;
/// assert_eq!(
///     model.predict_row([("mass", "3,5")]).unwrap_err().to_string(),
///     "column `mass`: `3,5` is not a number: write numbers like 1234.5",
/// );
/// # Ok::<(), mlp_core::model::ModelError>(())
/// ```
#[derive(Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RowError {
    /// A column of the model is not in the row.
    #[error("the row has no column {}, only {}{}", quoted(column), list(columns), did_you_mean(column, columns))]
    NoColumn {
        /// The name of the column.
        column: String,
        /// The columns of the row.
        columns: Vec<String>,
    },
    /// A column of the model is in the row twice.
    #[error("the row has the column {} twice: leave one out", quoted(column))]
    RepeatedColumn {
        /// The name of the column.
        column: String,
    },
    /// A cell is empty or `NA`.
    #[error("column {}: the cell is missing; the model needs a value", quoted(column))]
    MissingCell {
        /// The name of the column.
        column: String,
    },
    /// A cell of a numeric column is not a number.
    #[error("column {}: {} is not a number: write numbers like 1234.5", quoted(column), quoted(cell))]
    NotANumber {
        /// The name of the column.
        column: String,
        /// The text of the cell.
        cell: String,
    },
    /// A number is infinite or NaN.
    #[error("column {}: {number} is not finite; the model needs a finite number", quoted(column))]
    NotFinite {
        /// The name of the column.
        column: String,
        /// The number.
        number: f64,
    },
    /// A cell of a category is a number.
    #[error("column {}: {number} is a number, but the column is a category: give its value as a text", quoted(column))]
    NumberForCategory {
        /// The name of the column.
        column: String,
        /// The number.
        number: f64,
    },
    /// The training did not have this value of a category.
    #[error(
        "column {}: {} is not one of the values of the training {}{}",
        quoted(column),
        quoted(cell),
        list(known),
        other_value(cell, known)
    )]
    UnseenValue {
        /// The name of the column.
        column: String,
        /// The text of the cell.
        cell: String,
        /// The values of the training.
        known: Vec<String>,
    },
    /// A number is too large for the network's scalar, even after scaling.
    #[error("input {}: {} is too large for {scalar}, even after scaling: check its unit", quoted(input), Number(*value))]
    TooLarge {
        /// The name of the input.
        input: String,
        /// The raw value.
        value: f64,
        /// The name of the scalar, such as `f32`.
        scalar: &'static str,
    },
}

crate::message::debug_is_message!(RowError);
