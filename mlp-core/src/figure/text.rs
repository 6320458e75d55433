//! Texts in a figure: how wide they are, and how numbers are written.

/// The font size of most texts, and of titles.
pub(super) const TEXT_SIZE: i32 = 125;
pub(super) const TITLE_SIZE: i32 = 150;

/// The font size of what stands at neurons, edges and cells.
pub(super) const SMALL_SIZE: i32 = 110;

/// An upper bound of the width of a text in the usual sans-serif fonts. The widest of them is `DejaVu` Sans.
pub(super) fn text_width(text: &str, size: i32) -> i32 {
    let percent = |character: char| match character {
        '.' | ',' | '-' | ' ' | ':' | ';' | '!' | '\'' | '/' | 'i' | 'j' | 'l' | 'I' | 'f' | '(' | ')' | '[' | ']'
        | 't' => 40,
        'a'..='h' | 'k' | 'n'..='s' | 'u' | 'v' | 'x'..='z' | '0'..='9' | '_' => 65,
        'А'..='Е'
        | 'З'
        | 'Р'..='У'
        | 'а'..='е'
        | 'з'..='л'
        | 'н'..='у'
        | 'х'..='ч'
        | 'ь'
        | 'э'
        | 'я'
        | 'A'
        | 'B'
        | 'E'
        | 'F'
        | 'K'
        | 'L'
        | 'P'
        | 'S'..='V'
        | 'X'..='Z' => 75,
        '=' | '→' | '−' | '×' => 84,
        _ => 110,
    };
    let percents = text.chars().map(percent).fold(0, i32::saturating_add);
    percents.saturating_mul(size / 5) / 20
}

/// The text, without its end if it is wider than this.
pub(super) fn shortened(text: &str, size: i32, width: i32) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while short.pop().is_some() && text_width(&short, size) + text_width("…", size) > width {}
    short.push('…');
    short
}

/// `-1234567.5` becomes `-1,234,567.5`.
pub(super) fn with_thousands(number: &str) -> String {
    let whole = number.find('.').unwrap_or(number.len());
    let mut grouped = String::new();
    for (position, character) in number.char_indices() {
        let after_digit = grouped.ends_with(|last: char| last.is_ascii_digit());
        if after_digit && position < whole && (whole - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(character);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(shortened("setosa", 100, 1000), "setosa");
        let short = shortened("a very long name of a class", 100, 500);
        assert!(short.ends_with('…') && text_width(&short, 100) <= 500, "{short}");
    }
}
