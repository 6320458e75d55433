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

/// Escapes a control character, a line break as `\n`. Any other character stays as it is.
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
