//! Encodes columns as inputs or targets.

use std::slice;

use super::Kind;
use crate::Scalar;
use crate::dataset::{Filler, MissingCells};

/// A column of a selection, found in the table.
pub(super) struct Selected<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a Kind,
    pub(super) index: usize,
    /// Whether missing cells are filled in.
    pub(super) fill: bool,
    /// The value to fill in, if not the mean.
    pub(super) given: Option<Filler>,
    pub(super) missing: MissingCells,
}

/// The values of a category, and for each row the index of its value.
pub(super) struct Categories {
    pub(super) values: Vec<String>,
    pub(super) of_row: Vec<usize>,
}

impl Categories {
    pub(super) fn one_hot<T>(self, column: &str) -> Encoded<T> {
        Encoded::OneHot {
            names: self.values.iter().map(|value| format!("{column}={value}")).collect(),
            hot: self.of_row,
        }
    }

    /// Encodes two values as numbers: 0 for the first, 1 for the second.
    pub(super) fn zero_or_one<T: Scalar>(self, column: &str) -> Encoded<T> {
        let values = self.of_row.into_iter().map(|value| if value == 0 { T::ZERO } else { T::ONE }).collect();
        Encoded::Numbers { column: column.to_owned(), values }
    }
}

/// A column as inputs or targets.
pub(super) enum Encoded<T> {
    /// One input or target, with a number for each row.
    Numbers { column: String, values: Vec<T> },
    /// Several inputs or targets. `hot` has the index of the one that is 1, for each row.
    OneHot { names: Vec<String>, hot: Vec<usize> },
}

impl<T> Encoded<T> {
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::Numbers { column, .. } => slice::from_ref(column),
            Self::OneHot { names, .. } => names,
        }
    }
}

pub(super) fn names<T>(columns: &[Encoded<T>]) -> Vec<String> {
    columns.iter().flat_map(Encoded::names).cloned().collect()
}

/// For each input, whether it is part of a one-hot category.
pub(super) fn one_hot<T, const I: usize>(columns: &[Encoded<T>]) -> [bool; I] {
    let mut array = [false; I];
    let of_column = |column: &Encoded<T>| vec![matches!(column, Encoded::OneHot { .. }); column.names().len()];
    array.iter_mut().zip(columns.iter().flat_map(of_column)).for_each(|(slot, is_one_hot)| *slot = is_one_hot);
    array
}

pub(super) fn width<T>(columns: &[Encoded<T>]) -> usize {
    columns.iter().map(|column| column.names().len()).sum()
}

/// The inputs or targets of one row. `N` is the width of the columns.
pub(super) fn in_row<T: Scalar, const N: usize>(columns: &[Encoded<T>], row: usize) -> [T; N] {
    let mut array = [T::ZERO; N];
    let mut slots = array.as_mut_slice();
    for column in columns {
        let (own, others) = slots.split_at_mut(column.names().len());
        match column {
            Encoded::Numbers { values, .. } => own[0] = values[row],
            Encoded::OneHot { hot, .. } => own[hot[row]] = T::ONE,
        }
        slots = others;
    }
    array
}
