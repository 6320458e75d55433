//! How the numbers of a file are written.

use std::borrow::Cow;

use super::TableError;

/// The characters around and between the digits of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notation {
    pub(super) decimal: char,
    pub(super) thousands: Option<char>,
    pub(super) percent: bool,
}

impl Default for Notation {
    fn default() -> Self {
        Self { decimal: '.', thousands: None, percent: false }
    }
}

impl Notation {
    /// Refuses characters that could not be told from digits, signs, exponents, or each other.
    pub(super) fn check(&self) -> Result<(), TableError> {
        let is_taken = |character: char| {
            character.is_alphanumeric() || character.is_control() || matches!(character, '+' | '-' | '%' | '"')
        };
        if self.decimal.is_whitespace() {
            return Err(TableError::Notation { character: self.decimal });
        }
        let unfit = [Some(self.decimal), self.thousands].into_iter().flatten().find(|&character| is_taken(character));
        if let Some(character) = unfit.or(self.thousands.filter(|&thousands| thousands == self.decimal)) {
            return Err(TableError::Notation { character });
        }
        Ok(())
    }

    /// Whether numbers are written as Rust writes them.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// A number in this notation, for messages.
    pub(super) fn example(&self) -> String {
        let thousands = self.thousands.map(String::from).unwrap_or_default();
        format!("1{thousands}234{}5{}", self.decimal, if self.percent { "%" } else { "" })
    }

    /// The number in a cell, and whether it has a percent sign. `None` if it is no number in this notation.
    pub(super) fn parse(&self, cell: &str) -> Option<(f64, bool)> {
        if self.is_plain() {
            return Some((cell.parse().ok()?, false));
        }
        let number = if self.percent { cell.strip_suffix('%') } else { None };
        let is_percent = number.is_some();
        let number = number.unwrap_or(cell).trim_end();
        let (whole, fraction) = match number.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (number, None),
        };
        let mut plain = self.without_thousands(whole)?.into_owned();
        if plain.contains('.') {
            return None;
        }
        if let Some(fraction) = fraction {
            plain.push('.');
            plain.push_str(fraction);
        }
        if is_percent {
            // Divided by 100 afterwards, the number would be rounded twice.
            if plain.contains(['e', 'E']) {
                return None;
            }
            plain.push_str("e-2");
        }
        Some((plain.parse().ok()?, is_percent))
    }

    /// The digits before the decimals. Between thousands there are three digits, or it is another notation.
    fn without_thousands<'a>(&self, whole: &'a str) -> Option<Cow<'a, str>> {
        let Some(separator) = self.thousands else { return Some(whole.into()) };
        let is_separator = |character: char| {
            // Programs write blanks between thousands as no-break spaces, wide or narrow.
            character == separator || (separator == ' ' && matches!(character, '\u{a0}' | '\u{202f}'))
        };
        let digits = whole.strip_prefix(['+', '-']).unwrap_or(whole);
        let mut groups = digits.split(is_separator);
        let first = groups.next().unwrap_or_default();
        let rest: Vec<_> = groups.collect();
        if rest.is_empty() {
            return Some(whole.into());
        }
        let are_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3 && are_digits(group));
        (fits && are_digits(first)).then(|| whole.split(is_separator).collect())
    }
}
