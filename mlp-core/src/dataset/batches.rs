//! Tables of Arrow: the record batches of Polars, DataFusion, Parquet files and others.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch, types};
use arrow_schema::DataType;

use super::table::Content;
use super::{Dataset, Selection, Table, TableError};
use crate::Scalar;
use crate::dataset::notation::Notation;

/// What messages call the source.
const FILE: &str = "record batches";

/// The rows of all batches, one after the other. All have the same columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Batches {
    pub(super) batches: Vec<RecordBatch>,
    pub(super) rows: usize,
}

/// From Arrow. It needs the feature `arrow`, with the major version of the Arrow crates that mlp-core has.
impl Table {
    /// A table of record batches, as Polars, DataFusion and readers of Parquet files give them. Nothing is copied.
    ///
    /// Numbers are columns of integers, floating-point numbers, and Booleans (0 and 1). Categories and classes are columns of
    /// text, also of dictionaries, of integers and of Booleans (`false` and `true`). A null is a missing cell, and so is an
    /// empty text.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{Float64Array, RecordBatch, StringArray};
    /// use mlp_core::{Dataset, Missing, Table};
    ///
    /// let mass = Float64Array::from(vec![Some(3.5), None, Some(4.5)]);
    /// let sex = StringArray::from(vec!["female", "female", "male"]);
    /// let batch = RecordBatch::try_from_iter([("mass", Arc::new(mass) as _), ("sex", Arc::new(sex) as _)])?;
    ///
    /// let table = Table::from_record_batches([batch])?;
    /// let data: Dataset<f64, 1, 1> = table.select().numbers(["mass"]).class("sex").missing(Missing::Drop).load()?;
    /// assert_eq!(data.examples(), [([3.5], [0.0]), ([4.5], [1.0])]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are no batches, or no rows in them; if the batches have different columns. A column of another type is an
    /// error when it is selected.
    pub fn from_record_batches(batches: impl IntoIterator<Item = RecordBatch>) -> Result<Self, TableError> {
        let batches: Vec<_> = batches.into_iter().collect();
        let columns = |batch: &RecordBatch| -> Vec<_> {
            let schema = batch.schema();
            schema.fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect()
        };
        let header = batches.first().map(columns).unwrap_or_default();
        if let Some(batch) = batches.iter().position(|batch| columns(batch) != header) {
            return Err(TableError::OtherBatch { batch });
        }
        let rows = batches.iter().map(RecordBatch::num_rows).sum();
        if rows == 0 {
            return Err(TableError::NoBatches);
        }
        Ok(Self {
            file: FILE.to_owned(),
            header: header.into_iter().map(|(name, _)| name).collect(),
            is_chunk: false,
            notation: Notation::default(),
            content: Content::Batches(Batches { batches, rows }),
        })
    }
}

/// From Arrow. It needs the feature `arrow`.
impl<T: Scalar, const I: usize, const O: usize> Dataset<T, I, O> {
    /// The data set of a selection from record batches: [`Table::from_record_batches`], [`Table::select`] and
    /// [`Selection::load`] in one.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{Int32Array, RecordBatch};
    /// use mlp_core::Dataset;
    ///
    /// let column = |numbers: Vec<i32>| Arc::new(Int32Array::from(numbers)) as _;
    /// let batch = RecordBatch::try_from_iter([("x", column(vec![1, 2])), ("y", column(vec![3, 4]))])?;
    /// let data = Dataset::from_record_batches([batch], |selection| selection.numbers(["x"]).targets(["y"]))?;
    /// assert_eq!(data.examples(), [([1.0], [3.0]), ([2.0], [4.0])]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Table::from_record_batches`] and [`Selection::load`].
    pub fn from_record_batches(
        batches: impl IntoIterator<Item = RecordBatch>,
        select: impl FnOnce(Selection<'_>) -> Selection<'_>,
    ) -> Result<Self, TableError> {
        select(Table::from_record_batches(batches)?.select()).load()
    }
}

impl Batches {
    /// The type of a column that cannot be read as numbers, or as texts, and what to do with it.
    pub(super) fn unfit(&self, column: usize, as_numbers: bool) -> Option<(String, &'static str)> {
        use DataType as D;
        let schema = self.batches.first()?.schema();
        let kind = schema.field(column).data_type();
        let inner = if let D::Dictionary(_, values) = kind { values } else { kind };
        let advice = match inner {
            D::Int8 | D::Int16 | D::Int32 | D::Int64 | D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 | D::Boolean
                if inner == kind =>
            {
                return None;
            }
            D::Float32 | D::Float64 if inner == kind && as_numbers => return None,
            D::Utf8 | D::LargeUtf8 | D::Utf8View if !as_numbers => return None,
            D::Utf8 | D::LargeUtf8 | D::Utf8View => "cast it to numbers, or select it by `.category` or `.class`",
            D::Float32 | D::Float64 if !as_numbers => "select it by `.numbers` or `.targets`, or cast it to text",
            D::Date32 | D::Date64 | D::Timestamp(..) | D::Time32(_) | D::Time64(_) | D::Duration(_) => {
                "write what matters of it as numbers in columns of their own, such as the days since a start, the day of \
                 the year or the hour"
            }
            _ if as_numbers => "cast it to Float64",
            _ => "cast it to Utf8",
        };
        Some((kind.to_string(), advice))
    }
}

/// Whether a cell is null, or a text that stands for a missing cell.
pub(super) fn is_missing(column: &dyn Array, row: usize, missing_values: &[String]) -> bool {
    match column.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
            let text = text(column, row);
            text.is_none_or(|text| text.is_empty() || missing_values.iter().any(|value| *value == text))
        }
        _ => column.is_null(row),
    }
}

/// The text of a cell. `None` if it is null, or of another type.
pub(super) fn text(column: &dyn Array, row: usize) -> Option<Cow<'_, str>> {
    if column.is_null(row) {
        return None;
    }
    let text = match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row),
        DataType::LargeUtf8 => column.as_string::<i64>().value(row),
        DataType::Utf8View => column.as_string_view().value(row),
        DataType::Boolean => {
            if column.as_boolean().value(row) {
                "true"
            } else {
                "false"
            }
        }
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            let key = usize::try_from(integer(dictionary.keys(), row)?).ok()?;
            return text(dictionary.values(), key);
        }
        _ => return integer(column, row).map(|number| number.to_string().into()),
    };
    Some(text.trim().into())
}

/// The number in a cell. `None` if it is null, or of another type.
#[allow(clippy::cast_precision_loss, reason = "a number in a file is rounded too")]
pub(super) fn number(column: &dyn Array, row: usize) -> Option<f64> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::Float64 => Some(column.as_primitive::<types::Float64Type>().value(row)),
        DataType::Float32 => Some(column.as_primitive::<types::Float32Type>().value(row).into()),
        DataType::Boolean => Some(f64::from(u8::from(column.as_boolean().value(row)))),
        _ => integer(column, row).map(|number| number as f64),
    }
}

fn integer(column: &dyn Array, row: usize) -> Option<i128> {
    Some(match column.data_type() {
        DataType::Int8 => column.as_primitive::<types::Int8Type>().value(row).into(),
        DataType::Int16 => column.as_primitive::<types::Int16Type>().value(row).into(),
        DataType::Int32 => column.as_primitive::<types::Int32Type>().value(row).into(),
        DataType::Int64 => column.as_primitive::<types::Int64Type>().value(row).into(),
        DataType::UInt8 => column.as_primitive::<types::UInt8Type>().value(row).into(),
        DataType::UInt16 => column.as_primitive::<types::UInt16Type>().value(row).into(),
        DataType::UInt32 => column.as_primitive::<types::UInt32Type>().value(row).into(),
        DataType::UInt64 => column.as_primitive::<types::UInt64Type>().value(row).into(),
        _ => return None,
    })
}
