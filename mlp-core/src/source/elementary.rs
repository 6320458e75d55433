//! The functions that the crate takes from `libm`, written out: definitions in a subset of Rust, in the arithmetic of the
//! scalar.
//!
//! They call each other, and `power_of_two`, by name. A name in capitals is a constant of the scalar. A function that has
//! no definition here is taken from the library of the language.

mod definitions;
mod parser;

use super::functions::Signature;
use super::names::Names;
use super::program::{Body, Callee, Expression, Outcome, Statement};
use crate::equations::Precision;

/// The text of a definition; `None` if there is none.
pub(crate) fn text(name: &str, precision: Precision) -> Option<&'static str> {
    let own = match precision {
        Precision::Single => definitions::IN_F32,
        Precision::Double => definitions::IN_F64,
    };
    let starts = |text: &&&str| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('('));
    own.iter().chain(definitions::DEFINITIONS).find(starts).copied()
}

/// The parameters and the body of a function with this text. `callee` gives the functions that it calls.
pub(crate) fn function(
    text: &'static str,
    precision: Precision,
    names: Names,
    callee: &mut dyn FnMut(&str) -> Callee,
) -> (Signature, Body) {
    let constant = |name: &str| definitions::constant(name, precision);
    let parser::Read { parameters, lets, value } = parser::read(text, names, &constant, callee);
    let statements =
        lets.into_iter().map(|(name, value): (String, Expression)| Statement::Let { name, value }).collect();
    let parameters = parameters.into_iter().map(|name| (name, None)).collect();
    (parameters, Body { statements, result: Outcome::Number(value) })
}

#[cfg(test)]
mod tests;
