//! Suggests which known word an unknown one was meant to be.

/// `there is no option `scaler`, only `loss`, `scalar`: did you mean `scalar`?`, or `otherwise` if nothing is similar.
pub(crate) fn unknown(kind: &str, word: &str, known: &[&str], otherwise: &str) -> String {
    let list = known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    let advice = meant(word, known).map_or_else(|| otherwise.to_owned(), |meant| format!("did you mean `{meant}`?"));
    format!("there is no {kind} `{word}`, only {list}: {advice}")
}

/// The known word that is most similar to this one, if it is similar at all.
pub(crate) fn meant<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, nearest) = known.iter().map(|known| (edit_distance(word, known), *known)).min()?;
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
