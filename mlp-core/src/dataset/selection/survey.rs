//! The first way through the rows: which are kept, and what the columns hold.

use std::collections::BTreeSet;

use super::encoding::{Code, EncodedColumn, Values, names};
use super::{Column, Kind, Missing, Selection};
use crate::dataset::rounding::Rounding;
use crate::dataset::table::Row;
use crate::dataset::{Filler, MissingCells, Place, TableError};
use crate::math::Mean;

/// A column of a selection, found in the table, and what its rows hold.
pub(super) struct Selected<'a> {
    name: &'a str,
    kind: &'a Kind,
    index: usize,
    /// Whether missing cells can be filled in, and whether they are.
    can_be_filled: bool,
    fill: bool,
    /// The value to fill in, if not the mean.
    given: Option<Filler>,
    /// The mean of the numbers, where it may be filled in.
    mean: Mean,
    /// The values of a category, where they are not given.
    found: BTreeSet<&'a str>,
    missing: MissingCells,
}

impl Selection<'_> {
    pub(super) fn find<'b>(&self, column: &'b Column, is_input: bool) -> Result<Selected<'b>, TableError> {
        let Column { name, kind } = column;
        let missing = MissingCells { column: name.clone(), dropped: 0, filled: 0, filler: None };
        let given = self.fill_with.iter().find(|(column, _)| column == name).map(|(_, value)| Filler::Given(*value));
        let can_be_filled = is_input && matches!(kind, Kind::Number);
        let fill = can_be_filled && (self.missing == Missing::Fill || given.is_some());
        let (index, mean, found) = (self.table.index(name)?, Mean::default(), BTreeSet::new());
        Ok(Selected { name, kind, index, can_be_filled, fill, given, mean, found, missing })
    }

    /// Counts missing cells, and returns the number of rows that are kept: those without missing cells, except cells
    /// that can be filled.
    pub(super) fn survey<'b>(
        &'b self,
        inputs: &mut [Selected<'b>],
        targets: &mut [Selected<'b>],
    ) -> Result<usize, TableError> {
        let mut kept = 0;
        for row in self.table.rows() {
            let mut columns = inputs.iter().chain(&*targets);
            match columns.find(|column| !column.fill && self.is_missing(row.cells[column.index])) {
                None => {
                    kept += 1;
                    for column in inputs.iter_mut().chain(&mut *targets) {
                        self.look_at(&row, column)?;
                    }
                }
                Some(column) if self.missing == Missing::Refuse => {
                    let place = self.place(row.index, column.name);
                    return Err(TableError::MissingCell { place, can_be_filled: column.can_be_filled });
                }
                Some(_) => {
                    for column in inputs.iter_mut().chain(&mut *targets) {
                        column.missing.dropped += usize::from(self.is_missing(row.cells[column.index]));
                    }
                }
            }
        }
        if kept == 0 && !self.table.is_chunk {
            return Err(TableError::NothingLeft { file: self.table.file.clone(), rows: self.table.len() });
        }
        Ok(kept)
    }

    fn look_at<'b>(&self, row: &Row<'b>, column: &mut Selected<'b>) -> Result<(), TableError> {
        let cell = row.cells[column.index];
        match column.kind {
            Kind::Number if self.is_missing(cell) => column.missing.filled += 1,
            Kind::Number if column.fill && column.given.is_none() => {
                column.mean.add(self.parse(row, column.index, column.name)?);
            }
            Kind::Category(None) => {
                column.found.insert(cell);
            }
            Kind::Number | Kind::Category(Some(_)) => {}
        }
        Ok(())
    }

    pub(super) fn encode_inputs<'b>(
        &self,
        selected: Vec<Selected<'b>>,
        taken: usize,
    ) -> Result<Vec<EncodedColumn<'b>>, TableError> {
        let inputs = selected.into_iter().map(|column| self.encode(column, Code::OneHot));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        if inputs.iter().map(EncodedColumn::width).sum::<usize>() == taken {
            Ok(inputs)
        } else {
            Err(TableError::Inputs { file: self.table.file.clone(), inputs: names(&inputs), taken })
        }
    }

    pub(super) fn encode_targets<'b>(
        &self,
        selected: Vec<Selected<'b>>,
        outputs: usize,
    ) -> Result<Vec<EncodedColumn<'b>>, TableError> {
        let code = if outputs == 1 { Code::ZeroOrOne } else { Code::OneHot };
        let targets = selected.into_iter().map(|column| self.encode(column, code)).collect::<Result<Vec<_>, _>>()?;
        let file = self.table.file.clone();
        if let [EncodedColumn { name, code: Code::OneHot(values) | Code::ZeroOrOne(values), .. }] = &targets[..] {
            let classes = values.names.len();
            if !(classes >= 2 && (classes == outputs || (classes, outputs) == (2, 1))) {
                let (column, classes) = ((*name).to_owned(), values.names.clone());
                return Err(TableError::Classes { file, column, classes, outputs });
            }
        } else if targets.len() != outputs {
            return Err(TableError::Targets { file, targets: names(&targets), outputs });
        }
        Ok(targets)
    }

    fn encode<'b>(
        &self,
        selected: Selected<'b>,
        of_values: fn(Values) -> Code,
    ) -> Result<EncodedColumn<'b>, TableError> {
        let Selected { name, kind, index, given, mean, found, mut missing, .. } = selected;
        let code = match kind {
            Kind::Number => {
                missing.filler = (missing.filled > 0).then(|| given.unwrap_or_else(|| Filler::Mean(mean.value())));
                let filler = missing.filler.map(Filler::value);
                if filler.is_some_and(|filler| !filler.is_finite()) {
                    return Err(TableError::NoMean { file: self.table.file.clone(), column: name.to_owned() });
                }
                Code::Number { filler }
            }
            Kind::Category(given) => {
                let values = given.clone().unwrap_or_else(|| found.into_iter().map(str::to_owned).collect());
                let values = Values::new(values);
                of_values(values.map_err(|class| TableError::RepeatedClass { column: name.to_owned(), class })?)
            }
        };
        Ok(EncodedColumn { name, index, code, missing, rounding: Rounding::default() })
    }

    pub(super) fn is_missing(&self, cell: &str) -> bool {
        cell.is_empty() || self.missing_values.iter().any(|value| value == cell)
    }

    pub(super) fn place(&self, row: usize, column: &str) -> Place {
        self.table.place(row, column)
    }
}
