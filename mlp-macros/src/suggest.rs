//! Suggests which known word an unknown one was meant to be.

use crate::words::{Foreign, Meaning};

/// `there is no option `scaler`, only `loss`, `scalar`: did you mean `scalar`?`, or `otherwise` if nothing is similar.
pub(crate) fn unknown(kind: &str, word: &str, known: &[&str], foreign: &[Foreign], otherwise: &str) -> String {
    let list = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    let advice = match (meaning(word, foreign), meant(word, known)) {
        (Some(Meaning::Nothing(message)), _) => return message.to_owned(),
        (Some(Meaning::Word(ours)), _) => format!("what others call `{word}` is `{ours}` here"),
        (None, Some(meant)) => format!("did you mean `{meant}`?"),
        (Some(Meaning::Own), _) | (None, None) => otherwise.to_owned(),
    };
    format!("there is no {kind} `{word}`, only {list}: {advice}")
}

/// What a word of other libraries means here, in whatever way its parts are joined: `bce_loss`, `BCELoss`.
pub(crate) fn meaning(word: &str, foreign: &[Foreign]) -> Option<Meaning> {
    let word = word.to_lowercase().replace('_', "");
    let short = word.strip_suffix("loss").unwrap_or(&word);
    foreign.iter().find(|(words, _)| words.contains(&short)).map(|(_, meaning)| *meaning)
}

/// The known word that is most similar to this one, if it is similar at all.
pub(crate) fn meant<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let (distance, nearest) = known.iter().map(|known| (edit_distance(&word, known), *known)).min()?;
    (distance <= (word.len().max(nearest.len()) / 3).max(2)).then_some(nearest)
}

/// The Levenshtein distance: the fewest insertions, deletions and replacements that turn one word into the other.
pub(crate) fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut distances: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut diagonal = row;
        distances[0] = row + 1;
        for (column, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = distances[column + 1];
            distances[column + 1] = replaced.min(diagonal + 1).min(distances[column] + 1);
        }
    }
    distances[b.len()]
}
