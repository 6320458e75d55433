//! Turns the cells of the selected columns into numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::encoding::{Categories, Encoded, Selected, names, width};
use super::{Column, Kind, Missing, Selection};
use crate::Scalar;
use crate::dataset::table::Row;
use crate::dataset::{Filler, MissingCells, Place, TableError};
use crate::math::mean;

impl Selection<'_> {
    pub(super) fn find<'b>(&self, column: &'b Column, is_input: bool) -> Result<Selected<'b>, TableError> {
        let Column { name, kind } = column;
        let missing = MissingCells { column: name.clone(), dropped: 0, filled: 0, filler: None };
        let given = self.fill_with.iter().find(|(column, _)| column == name).map(|(_, value)| Filler::Given(*value));
        let may_be_filled = is_input && matches!(kind, Kind::Number);
        let fill = may_be_filled && (self.missing == Missing::Fill || given.is_some());
        Ok(Selected { name, kind, index: self.table.index(name)?, fill, given, missing })
    }

    /// Refuses a column that is selected twice: a second time as an input it adds nothing, and a target among the
    /// inputs tells the network the answer.
    pub(super) fn check_that_columns_differ(&self) -> Result<(), TableError> {
        let (file, mut seen) = (self.table.file.clone(), BTreeSet::new());
        for (place, Column { name, .. }) in self.inputs.iter().chain(&self.targets).enumerate() {
            if !seen.insert(name) {
                let is_input = self.inputs.iter().any(|input| input.name == *name);
                let column = name.clone();
                return Err(if place >= self.inputs.len() && is_input {
                    TableError::InputAndTarget { file, column }
                } else {
                    TableError::RepeatedColumn { file, column }
                });
            }
        }
        Ok(())
    }

    pub(super) fn check_values_to_fill_in(&self) -> Result<(), TableError> {
        for (column, value) in &self.fill_with {
            let (file, column, value) = (self.table.file.clone(), column.clone(), *value);
            let is_number = |input: &Column| input.name == column && matches!(input.kind, Kind::Number);
            if !self.inputs.iter().any(is_number) {
                return Err(TableError::NothingToFill { file, column });
            }
            if !value.is_finite() {
                return Err(TableError::Filler { file, column, value });
            }
        }
        Ok(())
    }

    /// The rows to keep: those without missing cells, except cells that can be filled. Counts the missing cells of the
    /// other rows.
    pub(super) fn complete_rows(&self, selected: &mut [Selected<'_>]) -> Result<Vec<&Row>, TableError> {
        let mut kept = Vec::new();
        for row in &self.table.rows {
            match selected.iter().find(|column| !column.fill && self.is_missing(row, column)) {
                None => kept.push(row),
                Some(column) if self.missing == Missing::Refuse => {
                    return Err(TableError::MissingCell { place: self.place(row, column) });
                }
                Some(_) => {
                    for column in &mut *selected {
                        column.missing.dropped += usize::from(self.is_missing(row, column));
                    }
                }
            }
        }
        if kept.is_empty() {
            return Err(TableError::NothingLeft { file: self.table.file.clone(), rows: self.table.rows.len() });
        }
        Ok(kept)
    }

    pub(super) fn read_inputs<T: Scalar>(
        &self,
        selected: &mut [Selected<'_>],
        rows: &[&Row],
        taken: usize,
    ) -> Result<Vec<Encoded<T>>, TableError> {
        let mut inputs = Vec::new();
        for column in selected {
            inputs.push(match column.kind {
                Kind::Number => self.number(column, rows)?,
                Kind::Category(known) => self.categories(column, known.as_deref(), rows)?.one_hot(column.name),
            });
        }
        if width(&inputs) == taken {
            Ok(inputs)
        } else {
            Err(TableError::Inputs { file: self.table.file.clone(), inputs: names(&inputs), taken })
        }
    }

    /// The targets, and the names of the classes if the targets are classes.
    pub(super) fn read_targets<T: Scalar>(
        &self,
        selected: &mut [Selected<'_>],
        rows: &[&Row],
        outputs: usize,
    ) -> Result<(Vec<Encoded<T>>, Vec<String>), TableError> {
        let file = self.table.file.clone();
        if let [column] = selected
            && let Kind::Category(known) = column.kind
        {
            let categories = self.categories(column, known.as_deref(), rows)?;
            let classes = categories.values.clone();
            let target = match (classes.len(), outputs) {
                (2, 1) => categories.zero_or_one(column.name),
                (2.., _) if classes.len() == outputs => categories.one_hot(column.name),
                _ => return Err(TableError::Classes { file, column: column.name.to_owned(), classes, outputs }),
            };
            return Ok((vec![target], classes));
        }
        let numbers = selected.iter_mut().map(|column| self.number(column, rows));
        let targets = numbers.collect::<Result<Vec<_>, _>>()?;
        if width(&targets) == outputs {
            Ok((targets, Vec::new()))
        } else {
            Err(TableError::Targets { file, targets: names(&targets), outputs })
        }
    }

    /// Reads a numeric column. Missing cells are filled with the value given, or else with the mean of the others.
    fn number<T: Scalar>(&self, column: &mut Selected<'_>, rows: &[&Row]) -> Result<Encoded<T>, TableError> {
        let mut cells = Vec::with_capacity(rows.len());
        for row in rows {
            cells.push(if self.is_missing(row, column) { None } else { Some(self.parse(row, column)?) });
        }
        let present = cells.iter().flatten().copied();
        column.missing.filled = rows.len() - present.clone().count();
        if column.missing.filled > 0 {
            let filler = column.given.unwrap_or_else(|| Filler::Mean(mean(present.map(T::to_f64))));
            if !filler.value().is_finite() {
                return Err(TableError::NoMean { file: self.table.file.clone(), column: column.name.to_owned() });
            }
            column.missing.filler = Some(filler);
        }
        let filler = column.missing.filler.map_or(T::ZERO, |filler| T::from_f64(filler.value()));
        let values = cells.into_iter().map(|cell| cell.unwrap_or(filler)).collect();
        Ok(Encoded::Numbers { column: column.name.to_owned(), values })
    }

    fn parse<T: Scalar>(&self, row: &Row, column: &Selected<'_>) -> Result<T, TableError> {
        let cell = &row.cells[column.index];
        match cell.parse().map(T::from_f64) {
            Ok(value) if value.is_finite() => Ok(value),
            Ok(_) => Err(TableError::NotFinite { place: self.place(row, column), cell: cell.to_owned() }),
            Err(_) => Err(TableError::NotANumber { place: self.place(row, column), cell: cell.to_owned() }),
        }
    }

    /// Reads a category. Its values are those given, or else those in the column, sorted.
    fn categories(
        &self,
        column: &Selected<'_>,
        known: Option<&[String]>,
        rows: &[&Row],
    ) -> Result<Categories, TableError> {
        let cells = rows.iter().map(|row| &row.cells[column.index]);
        let values: Vec<_> = match known {
            Some(known) => known.to_vec(),
            None => cells.clone().collect::<BTreeSet<_>>().into_iter().map(str::to_owned).collect(),
        };
        let mut places = BTreeMap::new();
        for (place, value) in values.iter().enumerate() {
            if places.insert(value.as_str(), place).is_some() {
                return Err(TableError::RepeatedClass { column: column.name.to_owned(), class: value.clone() });
            }
        }
        let place = |(row, cell): (&&Row, &str)| {
            places.get(cell).copied().ok_or_else(|| TableError::UnknownClass {
                place: self.place(row, column),
                cell: cell.to_owned(),
                known: values.clone(),
            })
        };
        let of_row = rows.iter().zip(cells).map(place).collect::<Result<_, _>>()?;
        Ok(Categories { values, of_row })
    }

    fn is_missing(&self, row: &Row, column: &Selected<'_>) -> bool {
        let cell = &row.cells[column.index];
        cell.is_empty() || self.missing_values.iter().any(|value| value == cell)
    }

    fn place(&self, row: &Row, column: &Selected<'_>) -> Place {
        Place { file: self.table.file.clone(), line: row.line, column: column.name.to_owned() }
    }
}
