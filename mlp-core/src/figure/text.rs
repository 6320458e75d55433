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
    let mut short: String = text.chars().take(MOST_LETTERS).collect();
    while short.pop().is_some() && text_width(&short, size) + text_width("…", size) > width {}
    short.push('…');
    short
}

/// The most letters of a text that is wrapped.
const MOST_LETTERS: usize = 1_000;

/// The text in at most `most` lines, none wider than `width`. A word that is wider than a line is broken.
pub(super) fn wrapped(text: &str, size: i32, width: i32, most: usize) -> Vec<String> {
    let fits = |text: &str| text_width(text, size) <= width;
    let mut lines = Vec::new();
    // More than these have no room, and a text of a million letters would take minutes.
    let is_cut = text.chars().nth(MOST_LETTERS).is_some();
    let text: String = text.chars().take(MOST_LETTERS).chain(is_cut.then_some('…')).collect();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if line.chars().nth(1).is_some() && !fits(&line) {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, character.to_string()));
                }
            }
        }
        lines.push(line);
    }
    if lines.len() > most {
        let rest = lines.split_off(most.saturating_sub(1)).join(" ");
        lines.push(shortened(&rest, size, width));
    }
    lines
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

    #[test]
    fn long_texts_are_wrapped() {
        assert_eq!(wrapped("one line", 100, 1000, 4), ["one line"]);
        assert_eq!(wrapped("two\nlines", 100, 1000, 4), ["two", "lines"]);
        assert_eq!(wrapped("a few words in lines", 100, 500, 4), ["a few", "words", "in lines"]);
        let broken = wrapped("子丑寅卯辰巳午未申酉戌亥", 100, 500, 4);
        assert_eq!(broken, ["子丑寅卯", "辰巳午未", "申酉戌亥"]);
        let cut = wrapped("a text of more lines than there may be", 100, 500, 2);
        assert!(cut.len() == 2 && cut[1].ends_with('…'), "{cut:?}");
        // A letter is the least that a line holds.
        assert_eq!(wrapped("abc", 100, 1, 4), ["a", "b", "c"]);
        assert_eq!(wrapped("", 100, 500, 4), [""; 0]);
    }
}
