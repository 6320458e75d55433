//! The parameters of a network in a file.

use super::node::Node;
use super::section::Section;
use super::{LoadError, SaveError};
use crate::Scalar;
use crate::network::{Layer, Names};

pub(super) fn describe<T: Scalar>(layers: &[Layer<T>], mut parameters: &[T]) -> Result<Node, SaveError> {
    let mut entries = Vec::new();
    for names in layers.iter().flat_map(|layer| [layer.weights, layer.biases]) {
        let (values, rest) = parameters.split_at(names.len());
        parameters = rest;
        match names {
            Names::Listed(words) => {
                for (&word, &value) in words.iter().zip(values) {
                    entries.push((word.into(), Node::number(word.into(), value)?));
                }
            }
            Names::Array { name, .. } => entries.push((name.into(), Node::array(names.iter(), values)?)),
            Names::Matrix { name, columns, .. } => {
                let mut names = names.iter();
                let rows = values.chunks(columns).map(|row| Node::array(names.by_ref(), row));
                entries.push((name.into(), Node::Array(rows.collect::<Result<_, _>>()?)));
            }
        }
    }
    Ok(Node::Object(entries))
}

pub(super) fn read<T: Scalar>(
    section: &Section<'_>,
    layers: &[Layer<T>],
    mut slots: &mut [T],
) -> Result<(), LoadError> {
    let mut known = Vec::new();
    for names in layers.iter().flat_map(|layer| [layer.weights, layer.biases]) {
        let (values, rest) = slots.split_at_mut(names.len());
        slots = rest;
        match names {
            Names::Listed(words) => {
                for (&word, value) in words.iter().zip(values) {
                    *value = section.scalar(word)?;
                }
                known.extend(words);
            }
            Names::Array { name, len } => {
                section.array(name, &[len], values)?;
                known.push(name);
            }
            Names::Matrix { name, rows, columns } => {
                section.array(name, &[rows, columns], values)?;
                known.push(name);
            }
        }
    }
    section.only(|key| known.contains(&key))
}
