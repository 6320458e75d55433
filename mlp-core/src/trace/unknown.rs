//! Names that a step does not have.

use super::Trace;

/// A name that the training step does not have.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let error = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1).why("dl_dw11").unwrap_err();
/// assert_eq!(error.name, "dl_dw11");
/// assert_eq!(error.nearest.as_deref(), Some("dL_dw11"));
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message(name, nearest.as_deref(), *is_given))]
#[non_exhaustive]
pub struct UnknownName {
    /// The name that is asked for.
    pub name: String,
    /// The name that is most similar to it.
    pub nearest: Option<String>,
    /// Whether the step begins with it, so that no equation computes it.
    pub is_given: bool,
}

fn message(name: &str, nearest: Option<&str>, is_given: bool) -> String {
    match nearest {
        _ if is_given => format!("`{name}` is given: no equation computes it"),
        Some(nearest) => format!("the step has no quantity `{name}`: did you mean `{nearest}`?"),
        None => format!("the step has no quantity `{name}`"),
    }
}

crate::message::debug_is_message!(UnknownName);

impl<T> Trace<T> {
    pub(crate) fn unknown(&self, name: &str) -> UnknownName {
        let computed = self.sections.iter().flat_map(|section| &section.equations).map(|equation| &equation.name);
        let known = computed.chain(self.given.keys());
        // Among those that are equally near, the first of the alphabet, because `given` has no order.
        let nearest = known.filter(|known| *known != name).map(|known| (distance(name, known), known)).min();
        let nearest = nearest.filter(|(distance, known)| *distance <= name.len().max(known.len()).div_ceil(2));
        UnknownName {
            name: name.to_owned(),
            nearest: nearest.map(|(_, known)| known.clone()),
            is_given: self.given.contains_key(name),
        }
    }
}

/// The Levenshtein distance: the fewest insertions, deletions and replacements that turn one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut distances: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut distances[0], row + 1);
        for (column, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = distances[column + 1];
            distances[column + 1] = replaced.min(diagonal + 1).min(distances[column] + 1);
        }
    }
    distances[b.len()]
}
