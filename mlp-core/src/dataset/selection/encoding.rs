//! Encodes the cells of a column as inputs or targets.

use std::collections::BTreeMap;

use super::Kind;
use crate::dataset::rounding::Rounding;
use crate::dataset::schema::input_names;
use crate::dataset::{Filler, MissingCells, Schema, Unseen};

/// A column whose cells become inputs or targets.
pub(super) struct EncodedColumn<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a Kind,
    pub(super) is_input: bool,
    pub(super) index: usize,
    pub(super) code: Code,
    pub(super) missing: MissingCells,
    /// Whether its numbers are percentages, once one of them was read.
    pub(super) is_percent: Option<bool>,
    pub(super) rounding: Rounding,
}

/// How a cell is encoded.
pub(super) enum Code {
    /// As a number. A missing cell becomes the filler, if there is one.
    Number { filler: Option<Filler> },
    /// As one number for each value: 1 for the value of the cell, 0 for the others. Other values may have one too.
    OneHot(Values),
    /// As one number: 0 for the first of two values, 1 for the second.
    ZeroOrOne(Values),
}

/// The values of a category in their order, and the place of each.
pub(super) struct Values {
    pub(super) names: Vec<String>,
    /// Whether other values have an input of their own.
    has_other: bool,
    places: BTreeMap<String, usize>,
}

impl Values {
    /// The value that is given twice, if there is one.
    pub(super) fn new(names: Vec<String>, has_other: bool) -> Result<Self, String> {
        let mut places = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            if places.insert(name.clone(), place).is_some() {
                return Err(name.clone());
            }
        }
        Ok(Self { names, has_other, places })
    }

    pub(super) fn place(&self, cell: &str) -> Option<usize> {
        self.places.get(cell).copied()
    }
}

impl EncodedColumn<'_> {
    /// The number of inputs or targets.
    pub(super) fn width(&self) -> usize {
        match &self.code {
            Code::Number { .. } | Code::ZeroOrOne(_) => 1,
            Code::OneHot(values) => values.names.len() + usize::from(values.has_other),
        }
    }

    fn names(&self) -> Vec<String> {
        match &self.code {
            Code::Number { .. } | Code::ZeroOrOne(_) => vec![self.name.to_owned()],
            Code::OneHot(values) => input_names(self.name, &values.names, values.has_other),
        }
    }
}

pub(super) fn names(columns: &[EncodedColumn<'_>]) -> Vec<String> {
    columns.iter().flat_map(EncodedColumn::names).collect()
}

/// The names of the encoded columns.
pub(super) fn schema(inputs: &[EncodedColumn<'_>], targets: &[EncodedColumn<'_>], unseen: Unseen) -> Schema {
    let schema = inputs.iter().fold(Schema::new().unseen(unseen), |schema, column| match &column.code {
        Code::Number { .. } => schema.numbers([column.name]),
        Code::OneHot(values) | Code::ZeroOrOne(values) => schema.category(column.name, &values.names),
    });
    match targets {
        [EncodedColumn { name, code: Code::OneHot(values) | Code::ZeroOrOne(values), .. }] => {
            schema.class(*name, &values.names)
        }
        _ => schema.targets(targets.iter().map(|column| column.name)),
    }
}
