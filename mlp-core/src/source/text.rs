//! Text that a user has written, in comments and in string literals.

/// Text for a comment: one line, of visible characters. It neither ends the comment nor begins another one.
pub(crate) fn comment(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        // `??/` is a backslash in C.
        if matches!((safe.chars().next_back(), character), (Some('*'), '/') | (Some('/'), '*') | (Some('?'), '?')) {
            safe.push(' ');
        }
        match character {
            '\\' => safe.push_str("\\\\"),
            character if is_visible(character) => safe.push(character),
            character => safe.extend(character.escape_unicode()),
        }
    }
    safe
}

/// A string literal between double quotes. `escape` gives what stands for each character that is not kept.
pub(crate) fn literal(text: &str, is_kept: fn(char) -> bool, escape: fn(char) -> String) -> String {
    let mut literal = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => literal.extend(['\\', character]),
            character if is_kept(character) => literal.push(character),
            character => literal.push_str(&escape(character)),
        }
    }
    literal.push('"');
    literal
}

/// `\u{a}`, in Rust and in JavaScript
pub(crate) fn braced(character: char) -> String {
    character.escape_unicode().to_string()
}

/// Whether a reader sees the character and nothing else changes: no control character, no line break, no mark that
/// turns the direction of the text.
pub(crate) fn is_visible(character: char) -> bool {
    // These letters have no shape.
    let is_filler = matches!(character, '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}');
    (character.is_alphanumeric() && !is_filler)
        || matches!(
            character,
            ' '..='~'
            | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{bf}' | '×' | '÷'
            // Dashes, quotation marks, dots, per mille, primes.
            | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}'
            // Currencies; units; arrows and mathematics.
            | '\u{20a0}'..='\u{20c0}' | '\u{2100}'..='\u{214f}' | '\u{2190}'..='\u{22ff}'
        )
}
