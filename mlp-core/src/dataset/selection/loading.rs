//! The second way through the rows: turns their cells into numbers.

use super::Selection;
use super::encoding::{Code, EncodedColumn, Values};
use crate::Scalar;
use crate::dataset::table::Row;
use crate::dataset::{Example, TableError, Unseen};

impl Selection<'_> {
    /// The examples in the rows that are kept.
    pub(super) fn read_examples<T: Scalar, const I: usize, const O: usize>(
        &self,
        inputs: &mut [EncodedColumn<'_>],
        targets: &mut [EncodedColumn<'_>],
        kept: usize,
    ) -> Result<Vec<Example<T, I, O>>, TableError> {
        let mut examples = Vec::with_capacity(kept);
        let lacks = |row: &Row<'_>, column: &EncodedColumn<'_>| {
            !matches!(column.code, Code::Number { filler: Some(_) }) && self.is_missing(row.cells[column.index])
        };
        for row in self.table.rows() {
            if !inputs.iter().chain(&*targets).any(|column| lacks(&row, column)) {
                let mut example = ([T::ZERO; I], [T::ZERO; O]);
                self.read_row(&row, inputs, self.unseen, &mut example.0)?;
                self.read_row(&row, targets, Unseen::Refuse, &mut example.1)?;
                examples.push(example);
            }
        }
        for column in inputs.iter().chain(&*targets) {
            if column.rounding.loses_spread() {
                let (file, column) = (self.table.file.clone(), column.name.to_owned());
                return Err(TableError::LostSpread { file, column, scalar: T::NAME });
            }
        }
        Ok(examples)
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
                    own[0] = match filler {
                        Some(filler) if self.is_missing(row.cells[column.index]) => column.rounding.round(*filler),
                        _ => column.rounding.round(self.parse(row, column.index, column.name)?),
                    };
                    if !own[0].is_finite() {
                        return Err(self.not_finite(row, column.index, column.name));
                    }
                }
                Code::OneHot(values) if unseen == Unseen::Zeros && values.place(row.cells[column.index]).is_none() => {}
                Code::OneHot(values) => own[self.value(row, column, values)?] = T::ONE,
                Code::ZeroOrOne(values) if self.value(row, column, values)? == 1 => own[0] = T::ONE,
                Code::ZeroOrOne(_) => {}
            }
            slots = others;
        }
        Ok(())
    }

    /// The number in a cell.
    pub(super) fn parse(&self, row: &Row<'_>, index: usize, column: &str) -> Result<f64, TableError> {
        match row.cells[index].parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            Ok(_) => Err(self.not_finite(row, index, column)),
            Err(_) => {
                let (place, cell) = (self.place(row.index, column), row.cells[index].to_owned());
                Err(TableError::NotANumber { place, cell })
            }
        }
    }

    fn not_finite(&self, row: &Row<'_>, index: usize, column: &str) -> TableError {
        TableError::NotFinite { place: self.place(row.index, column), cell: row.cells[index].to_owned() }
    }

    /// The place of a cell among the values of its category.
    fn value(&self, row: &Row<'_>, column: &EncodedColumn<'_>, values: &Values) -> Result<usize, TableError> {
        let cell = row.cells[column.index];
        values.place(cell).ok_or_else(|| TableError::UnknownClass {
            place: self.place(row.index, column.name),
            cell: cell.to_owned(),
            known: values.names.clone(),
            is_input: self.inputs.iter().any(|input| input.name == column.name),
        })
    }
}
