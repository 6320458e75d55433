//! Names and cells in messages.

/// The largest number of characters of a text that a message shows.
pub(crate) const LONGEST: usize = 60;

/// The largest number of names that a message lists.
pub(crate) const MOST: usize = 12;

/// `` `text` ``, on one line, and cut if it is long.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", cut(text).chars().flat_map(one_line).collect::<String>())
}

/// The text, or its beginning if it is long.
pub(crate) fn cut(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Escapes control characters; a line break becomes `\n`. Other characters stay.
fn one_line(character: char) -> impl Iterator<Item = char> {
    let (escaped, plain) =
        if character.is_control() { (Some(character.escape_default()), None) } else { (None, Some(character)) };
    escaped.into_iter().flatten().chain(plain)
}

/// `` `a`, `b` ``: the names of a list, or the first ones of a long list. `none` if the list is empty.
pub(crate) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let shown = names.iter().take(MOST).map(|name| quoted(name.as_ref()));
    let shown: Vec<_> = shown.chain((names.len() > MOST).then(|| "…".to_owned())).collect();
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") }
}

/// `` : did you mean `species`? ``, or nothing if no name is similar: if at most a third of its letters differ, or one
/// letter of a short name.
#[cfg(feature = "csv")]
pub(crate) fn did_you_mean(word: &str, known: &[String]) -> String {
    let distance = |name: &str| strsim::osa_distance(&word.to_lowercase(), &name.to_lowercase());
    // Nobody mistypes a long text, and comparing two of them takes long.
    if word.len() > LONGEST {
        return String::new();
    }
    let nearest = known.iter().filter(|name| name.len() <= LONGEST).map(|name| (distance(name), name)).min();
    let is_similar = |&(distance, name): &(usize, &String)| {
        let lengths = [word.chars().count(), name.chars().count()];
        let (shorter, longer) = (lengths[0].min(lengths[1]), lengths[0].max(lengths[1]));
        distance <= (longer / 3).max(1) && distance < shorter
    };
    nearest.filter(is_similar).map_or_else(String::new, |(_, name)| format!(": did you mean {}?", quoted(name)))
}

/// Without `csv` there is no crate that finds similar names.
#[cfg(not(feature = "csv"))]
pub(crate) fn did_you_mean(_: &str, _: &[String]) -> String {
    String::new()
}

/// Advice if a category does not have this value.
pub(crate) fn other_value(value: &str, known: &[String]) -> String {
    let similar = did_you_mean(value, known);
    let separator = if similar.is_empty() { "; " } else { " " };
    format!("{similar}{separator}`.unseen(Unseen::Zeros)` takes it as none of them")
}
