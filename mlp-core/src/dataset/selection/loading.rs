//! The way through the rows that turns their cells into numbers.

use super::Selection;
use super::encoding::{Code, EncodedColumn, Values};
use crate::Scalar;
use crate::dataset::origin::{Reading, Row};
use crate::dataset::{Example, TableError, Unseen};

/// What was read, and the number of rows that it was read from.
pub(super) struct Loaded<T, const I: usize, const O: usize> {
    pub(super) examples: Vec<Example<T, I, O>>,
    pub(super) rows: usize,
}

impl Selection<'_> {
    /// The examples in the rows that are kept. `kept` is their number, if it is known.
    pub(super) fn read_examples<'b, T: Scalar, const I: usize, const O: usize>(
        &self,
        inputs: &mut [EncodedColumn<'b>],
        targets: &mut [EncodedColumn<'b>],
        kept: Option<usize>,
        reading: &mut Reading<'_>,
    ) -> Result<Loaded<T, I, O>, TableError> {
        let mut examples = Vec::with_capacity(kept.unwrap_or_else(|| reading.rows_left()));
        let mut rows = 0;
        while let Some(row) = reading.next()? {
            rows += 1;
            if self.keeps(&row, inputs, targets)? {
                let mut example = ([T::ZERO; I], [T::ZERO; O]);
                self.read_row(&row, inputs, self.unseen, &mut example.0)?;
                self.read_row(&row, targets, Unseen::Refuse, &mut example.1)?;
                if examples.len() == examples.capacity() {
                    // A vector that doubles could take twice the memory of the data.
                    let expected = reading.rows_left();
                    examples.reserve_exact((expected + expected / 64).max(examples.len() / 8).max(256));
                }
                examples.push(example);
            }
        }
        examples.shrink_to_fit();
        for column in inputs.iter().chain(&*targets) {
            if column.rounding.loses_spread() {
                let (file, column) = (self.file(), column.name.to_owned());
                return Err(TableError::LostSpread { file, column, scalar: T::NAME });
            }
        }
        Ok(Loaded { examples, rows })
    }

    /// Whether a row has all its cells, except those that can be filled.
    fn keeps<'b>(
        &self,
        row: &Row<'_>,
        inputs: &mut [EncodedColumn<'b>],
        targets: &mut [EncodedColumn<'b>],
    ) -> Result<bool, TableError> {
        let mut lacking = inputs.iter().chain(&*targets).filter(|column| {
            !matches!(column.code, Code::Number { filler: Some(_) })
                && row.is_missing(column.index, &self.missing_values)
        });
        let Some(column) = lacking.next() else { return Ok(true) };
        self.check_that_it_may_be_dropped(row, column.name, column.kind, column.is_input)?;
        for column in inputs.iter_mut().chain(targets) {
            column.missing.dropped += usize::from(row.is_missing(column.index, &self.missing_values));
        }
        Ok(false)
    }

    /// Writes the numbers of one row into slots that are 0.
    fn read_row<T: Scalar>(
        &self,
        row: &Row<'_>,
        columns: &mut [EncodedColumn<'_>],
        unseen: Unseen,
        mut slots: &mut [T],
    ) -> Result<(), TableError> {
        for column in columns {
            let (own, others) = slots.split_at_mut(column.width());
            match &column.code {
                Code::Number { filler } => {
                    let number = match *filler {
                        Some(filler) if row.is_missing(column.index, &self.missing_values) => {
                            if !filler.value().is_finite() {
                                return Err(TableError::NoMean { file: self.file(), column: column.name.to_owned() });
                            }
                            column.missing.filled += 1;
                            column.missing.filler = Some(filler);
                            filler.value()
                        }
                        _ => number(row, column)?,
                    };
                    own[0] = column.rounding.round(number);
                    if !own[0].is_finite() {
                        return Err(row.not_finite(column.index, column.name));
                    }
                }
                Code::OneHot(values) => match values.place(&row.text(column.index)) {
                    Some(place) => own[place] = T::ONE,
                    None => match unseen {
                        Unseen::Refuse => return Err(unknown(row, column, values)),
                        Unseen::Zeros => {}
                        Unseen::OwnInput => own[values.names.len()] = T::ONE,
                    },
                },
                Code::ZeroOrOne(values) => match values.place(&row.text(column.index)) {
                    Some(1) => own[0] = T::ONE,
                    Some(_) => {}
                    None => return Err(unknown(row, column, values)),
                },
            }
            slots = others;
        }
        Ok(())
    }
}

/// The number in a cell. All numbers of a column must be percentages, or none.
fn number(row: &Row<'_>, column: &mut EncodedColumn<'_>) -> Result<f64, TableError> {
    let (number, is_percent) = row.number(column.index, column.name)?;
    if *column.is_percent.get_or_insert(is_percent) == is_percent {
        Ok(number)
    } else {
        let (place, cell) = (row.place(column.name), row.text(column.index).into_owned());
        Err(TableError::MixedPercent { place, cell, is_percent })
    }
}

fn unknown(row: &Row<'_>, column: &EncodedColumn<'_>, values: &Values) -> TableError {
    TableError::UnknownClass {
        place: row.place(column.name),
        cell: row.text(column.index).into_owned(),
        known: values.names.clone(),
        is_input: column.is_input,
    }
}
