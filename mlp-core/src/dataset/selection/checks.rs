//! Checks of a selection before any row is read.

use std::collections::BTreeSet;

use super::{Column, Kind, Missing, Selection};
use crate::dataset::TableError;

impl Selection<'_> {
    /// Refuses a column that is selected twice: a second time as an input it adds nothing, and a target among the
    /// inputs tells the network the answer.
    pub(super) fn check_that_columns_differ(&self) -> Result<(), TableError> {
        let (file, mut seen) = (self.file(), BTreeSet::new());
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

    /// Refuses a selection without examples, unless other rows are elsewhere.
    pub(super) fn check_that_some_are_left(&self, rows: usize, kept: usize) -> Result<(), TableError> {
        let file = self.file();
        match (rows, kept) {
            _ if self.origin.is_chunk() => Ok(()),
            (0, _) => Err(TableError::Empty { file }),
            (_, 0) => Err(TableError::NothingLeft { file, rows }),
            _ => Ok(()),
        }
    }

    pub(super) fn check_values_to_fill_in(&self) -> Result<(), TableError> {
        for (column, value) in &self.fill_with {
            let (file, column, value) = (self.file(), column.clone(), *value);
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

    /// Refuses to learn from a chunk what only the whole file knows.
    pub(super) fn check_that_the_rows_suffice(&self) -> Result<(), TableError> {
        if !self.origin.is_chunk() {
            return Ok(());
        }
        if self.drop_constant {
            return Err(TableError::ConstantInChunk { file: self.file() });
        }
        let is_given = |name: &str| self.fill_with.iter().any(|(column, _)| column == name);
        let inputs = self.inputs.iter().map(|column| (column, true));
        for (column, is_input) in inputs.chain(self.targets.iter().map(|column| (column, false))) {
            let instead = match column.kind {
                Kind::Category(None) => {
                    if is_input {
                        ".category_of"
                    } else {
                        ".class_of"
                    }
                }
                Kind::Number if is_input && self.missing == Missing::Fill && !is_given(&column.name) => ".fill_with",
                _ => continue,
            };
            let (file, column) = (self.file(), column.name.clone());
            return Err(TableError::NeedsWholeFile { file, column, instead });
        }
        Ok(())
    }
}
