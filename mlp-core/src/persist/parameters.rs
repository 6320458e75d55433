//! The parameters of a network in a file.

use super::node::Node;
use super::section::{Section, cut};
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

/// Reads the parameters by their names or, if weights may be `renamed`, in the order in which they stand in the file.
pub(super) fn read<T: Scalar>(
    section: &Section<'_>,
    layers: &[Layer<T>],
    network: &'static str,
    renamed: bool,
    slots: &mut [T],
) -> Result<(), LoadError> {
    let is_rolled = layers.iter().any(|layer| !matches!(layer.weights, Names::Listed(_)));
    let holds_arrays = matches!(section.entries.first(), Some((_, Node::Array(_))));
    let has_other_weights = !holds_arrays && has_other_weights(section, layers);
    if !renamed && (holds_arrays != is_rolled || has_other_weights) {
        let expected: Vec<_> = if is_rolled {
            (1..=layers.len()).flat_map(|number| [format!("w{number}"), format!("b{number}")]).collect()
        } else {
            words(layers).into_iter().map(str::to_owned).collect()
        };
        return Err(LoadError::Different {
            path: section.path.to_path_buf(),
            what: "parameters",
            found: some(section.keys().map(cut), holds_arrays),
            name: network,
            expected: some(expected.into_iter(), is_rolled),
            remedy: Some("renamed_weights"),
        });
    }
    if holds_arrays {
        return read_arrays(section, layers, slots);
    }
    if has_other_weights {
        return section.keys().zip(slots).try_for_each(|(key, slot)| {
            *slot = section.scalar(key)?;
            Ok(())
        });
    }
    let words = words(layers);
    if is_rolled || renamed && section.keys().len() == words.len() && !words.iter().all(|word| section.has(word)) {
        return Err(section.problem("its parameters do not stand in the order of this network".to_owned()));
    }
    for (word, slot) in words.iter().zip(slots) {
        *slot = section.scalar(word)?;
    }
    // All are there. If there are no more, none is unknown.
    if section.keys().len() > words.len() { section.only(|key| words.contains(&key)) } else { Ok(()) }
}

/// Whether the file names every parameter, in canonical order, but some weights otherwise than the network does. The
/// biases of unrolled networks are always `b1`, `b2`, …, which shows whether the order is the canonical one.
fn has_other_weights<T>(section: &Section<'_>, layers: &[Layer<T>]) -> bool {
    let names = words(layers);
    let mut found = section.keys();
    let mut bias = 0;
    let mut biases_fit = true;
    for layer in layers {
        found.by_ref().take(layer.weights.len()).for_each(drop);
        for key in found.by_ref().take(layer.biases.len()) {
            bias += 1;
            biases_fit &= *key == format!("b{bias}");
        }
    }
    let place = |word: &str| names.iter().position(|name| *name == word);
    section.entries.len() == layers.iter().map(Layer::parameter_count).sum::<usize>()
        && biases_fit
        && section.keys().any(|key| place(key).is_none())
        && section.keys().enumerate().all(|(index, key)| place(key).is_none_or(|place| place == index))
}

/// The words of an unrolled network, in canonical order.
fn words<T>(layers: &[Layer<T>]) -> Vec<&'static str> {
    let lists = layers.iter().flat_map(|layer| [layer.weights, layer.biases]);
    lists
        .filter_map(|names| if let Names::Listed(words) = names { Some(words) } else { None })
        .flatten()
        .copied()
        .collect()
}

/// The first of these names, for a message.
fn some(names: impl ExactSizeIterator<Item = String>, arrays: bool) -> String {
    let more = if names.len() > 3 { ", …" } else { "" };
    let rolled = if arrays { " (rolled)" } else { "" };
    format!("{}{more}{rolled}", names.take(3).collect::<Vec<_>>().join(", "))
}

/// Reads `w1`, `b1`, `w2`, `b2`, … with a row of weights for each source.
fn read_arrays<T: Scalar>(section: &Section<'_>, layers: &[Layer<T>], mut slots: &mut [T]) -> Result<(), LoadError> {
    let mut known = Vec::new();
    for (layer, number) in layers.iter().zip(1..) {
        let (weights, rest) = slots.split_at_mut(layer.weights.len());
        let (biases, rest) = rest.split_at_mut(layer.biases.len());
        slots = rest;
        let [w, b] = [format!("w{number}"), format!("b{number}")];
        section.array(&w, &[layer.fan_in(), layer.fan_out()], weights)?;
        section.array(&b, &[layer.fan_out()], biases)?;
        known.extend([w, b]);
    }
    section.only(|key| known.iter().any(|name| name == key))
}
