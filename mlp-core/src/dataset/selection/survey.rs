//! What must be known of the columns before a row can be encoded: values of categories, means, constants.

use std::collections::BTreeSet;

use super::encoding::{Code, EncodedColumn, Values, names};
use super::{Column, Kind, Missing, Selection};
use crate::dataset::advice::looks_like_date;
use crate::dataset::origin::{Reading, Row};
use crate::dataset::rounding::Rounding;
use crate::dataset::{Filler, MissingCells, TableError, Unseen};
use crate::math::Mean;
use crate::scaling::spread;

/// A column of a selection, found among the columns of the file, and what its rows hold.
pub(super) struct Selected<'a> {
    name: &'a str,
    kind: &'a Kind,
    index: usize,
    is_input: bool,
    /// Whether missing cells are filled in.
    pub(super) fill: bool,
    /// The value to fill in, if not the mean.
    given: Option<Filler>,
    /// The mean of the numbers, where it may be filled in.
    mean: Mean,
    /// The smallest and the largest number, where a constant column is left out.
    range: Option<[f64; 2]>,
    /// The values of a category, where they are not given.
    found: BTreeSet<String>,
}

impl Selection<'_> {
    /// Finds these columns of the selection among those of the file.
    pub(super) fn find_all<'b>(
        &self,
        columns: &'b [Column],
        is_input: bool,
        reading: &Reading<'_>,
    ) -> Result<Vec<Selected<'b>>, TableError> {
        columns.iter().map(|column| self.find(column, is_input, reading)).collect()
    }

    fn find<'b>(&self, column: &'b Column, is_input: bool, reading: &Reading<'_>) -> Result<Selected<'b>, TableError> {
        let Column { name, kind } = column;
        let given = self.fill_with.iter().find(|(column, _)| column == name).map(|(_, value)| Filler::Given(*value));
        let can_be_filled = is_input && matches!(kind, Kind::Number);
        let fill = can_be_filled && (self.missing == Missing::Fill || given.is_some());
        let (index, mean, found) = (reading.index(&self.file(), name)?, Mean::default(), BTreeSet::new());
        reading.check_type(index, matches!(kind, Kind::Number))?;
        Ok(Selected { name, kind, index, is_input, fill, given, mean, range: None, found })
    }

    /// Whether all rows must be seen before the first can be encoded.
    pub(super) fn needs_survey(&self, columns: &[&[Selected<'_>]]) -> bool {
        let needs = |column: &Selected<'_>| match column.kind {
            Kind::Category(values) => values.is_none(),
            Kind::Number => (column.fill && column.given.is_none()) || (self.drop_constant && column.is_input),
        };
        columns.iter().copied().flatten().any(needs)
    }

    /// Looks at all rows, and returns their number and the number of those that are kept: those without missing cells,
    /// except cells that can be filled.
    pub(super) fn survey<'b>(
        &self,
        inputs: &mut [Selected<'b>],
        targets: &mut [Selected<'b>],
        reading: &mut Reading<'_>,
    ) -> Result<(usize, usize), TableError> {
        let (mut rows, mut kept) = (0, 0);
        while let Some(row) = reading.next()? {
            rows += 1;
            let mut columns = inputs.iter().chain(&*targets);
            match columns.find(|column| !column.fill && row.is_missing(column.index, &self.missing_values)) {
                None => {
                    kept += 1;
                    for column in inputs.iter_mut().chain(&mut *targets) {
                        self.look_at(&row, column)?;
                    }
                }
                Some(column) => self.check_that_it_may_be_dropped(&row, column.name, column.kind, column.is_input)?,
            }
        }
        Ok((rows, kept))
    }

    /// Refuses to drop a row that lacks a cell, if missing cells are refused.
    pub(super) fn check_that_it_may_be_dropped(
        &self,
        row: &Row<'_>,
        column: &str,
        kind: &Kind,
        is_input: bool,
    ) -> Result<(), TableError> {
        let can_be_filled = is_input && matches!(kind, Kind::Number);
        match self.missing {
            Missing::Refuse => Err(TableError::MissingCell { place: row.place(column), can_be_filled }),
            Missing::Drop | Missing::Fill => Ok(()),
        }
    }

    fn look_at(&self, row: &Row<'_>, column: &mut Selected<'_>) -> Result<(), TableError> {
        match column.kind {
            Kind::Number => {
                let wants_mean = column.fill && column.given.is_none();
                let wants_range = self.drop_constant && column.is_input;
                if !wants_mean && !wants_range {
                    return Ok(());
                }
                let number = if !row.is_missing(column.index, &self.missing_values) {
                    let (number, _) = row.number(column.index, column.name)?;
                    if wants_mean {
                        column.mean.add(number);
                    }
                    number
                } else if let Some(filler) = column.given {
                    filler.value()
                } else {
                    // The mean lies between the other numbers.
                    return Ok(());
                };
                let [smallest, largest] = column.range.get_or_insert([number; 2]);
                (*smallest, *largest) = (smallest.min(number), largest.max(number));
            }
            Kind::Category(None) => {
                let cell = row.text(column.index);
                if !column.found.contains(&*cell) {
                    column.found.insert(cell.into_owned());
                }
            }
            Kind::Category(Some(_)) => {}
        }
        Ok(())
    }

    /// Takes the constant columns out of the inputs, and returns their names.
    pub(super) fn take_constant(&self, inputs: &mut Vec<Selected<'_>>) -> Vec<String> {
        let is_constant = |column: &Selected<'_>| match column.kind {
            Kind::Number => column.range.is_none_or(|[smallest, largest]| spread::<f64>(smallest, largest) == 0.0),
            Kind::Category(None) => column.found.len() < 2 && self.unseen != Unseen::OwnInput,
            Kind::Category(Some(_)) => false,
        };
        if !self.drop_constant {
            return Vec::new();
        }
        inputs.extract_if(.., |column| is_constant(column)).map(|column| column.name.to_owned()).collect()
    }

    pub(super) fn encode_inputs<'b>(
        &self,
        selected: Vec<Selected<'b>>,
        taken: usize,
        constant: &[String],
    ) -> Result<Vec<EncodedColumn<'b>>, TableError> {
        let inputs = selected.into_iter().map(|column| self.encode(column, Code::OneHot));
        let inputs = inputs.collect::<Result<Vec<_>, _>>()?;
        if inputs.iter().map(EncodedColumn::width).sum::<usize>() == taken {
            Ok(inputs)
        } else {
            let (inputs, constant) = (names(&inputs), constant.to_vec());
            Err(TableError::Inputs { file: self.file(), inputs, constant, taken })
        }
    }

    pub(super) fn encode_targets<'b>(
        &self,
        selected: Vec<Selected<'b>>,
        outputs: usize,
    ) -> Result<Vec<EncodedColumn<'b>>, TableError> {
        let code = if outputs == 1 { Code::ZeroOrOne } else { Code::OneHot };
        let targets = selected.into_iter().map(|column| self.encode(column, code)).collect::<Result<Vec<_>, _>>()?;
        let file = self.file();
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
        let Selected { name, kind, index, is_input, fill, given, mean, found, .. } = selected;
        let code = match kind {
            Kind::Number => Code::Number { filler: fill.then(|| given.unwrap_or_else(|| Filler::Mean(mean.value()))) },
            Kind::Category(given) => {
                if let (None, Some(value)) = (given, found.first())
                    && found.iter().all(|value| looks_like_date(value))
                {
                    let (file, column) = (self.file(), name.to_owned());
                    return Err(TableError::Dates { file, column, value: value.clone() });
                }
                let values = given.clone().unwrap_or_else(|| found.into_iter().collect());
                let has_other = is_input && self.unseen == Unseen::OwnInput;
                let values = Values::new(values, has_other);
                of_values(values.map_err(|class| TableError::RepeatedClass { column: name.to_owned(), class })?)
            }
        };
        let missing = MissingCells { column: name.to_owned(), dropped: 0, filled: 0, filler: None };
        Ok(EncodedColumn {
            name,
            kind,
            is_input,
            index,
            code,
            missing,
            is_percent: None,
            rounding: Rounding::default(),
        })
    }
}
