//! Names that are sound in a language.

use std::collections::{HashMap, HashSet};

/// Gives each name of the equations a name of the program: the same one as far as the language permits it, or the same
/// one with `_` behind it if that is taken.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    taken: HashSet<String>,
    given: HashMap<String, String>,
    spell: fn(&str) -> String,
}

impl Names {
    /// Names none of which is one of these, spelled by `spell`.
    pub(crate) fn without<'a>(taken: impl IntoIterator<Item = &'a str>, spell: fn(&str) -> String) -> Self {
        Self { taken: taken.into_iter().map(str::to_owned).collect(), given: HashMap::new(), spell }
    }

    /// The name in the program.
    pub(crate) fn get(&mut self, name: &str) -> String {
        self.get_like(name, name)
    }

    /// The name in the program of `what`, which should look like `name`.
    pub(crate) fn get_like(&mut self, what: &str, name: &str) -> String {
        if let Some(given) = self.given.get(what) {
            return given.clone();
        }
        let given = self.fresh(name);
        self.given.insert(what.to_owned(), given.clone());
        given
    }

    /// Lets `name` have this name in the program, whatever else has it.
    pub(crate) fn set(&mut self, name: &str, given: &str) {
        self.taken.insert(given.to_owned());
        self.given.insert(name.to_owned(), given.to_owned());
    }

    /// A name that nothing has yet.
    pub(crate) fn fresh(&mut self, name: &str) -> String {
        let mut fresh = (self.spell)(name);
        while self.taken.contains(&fresh) {
            fresh.push('_');
        }
        self.taken.insert(fresh.clone());
        fresh
    }
}

/// The name as it is.
pub(crate) fn unchanged(name: &str) -> String {
    name.to_owned()
}

/// The name in ASCII: a letter that is not becomes its number in Unicode, `u00f6` for ö.
pub(crate) fn ascii(name: &str) -> String {
    let spelled = |letter: char| {
        if letter.is_ascii() { letter.to_string() } else { format!("u{:04x}", u32::from(letter)) }
    };
    name.chars().map(spelled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_apart_in_ascii() {
        let mut names = Names::without(["fi_"], ascii);
        assert_eq!(
            ["fi", "ﬁ", "ufb01", "größe"].map(|name| names.get(name)),
            ["fi", "ufb01", "ufb01_", "gru00f6u00dfe"]
        );
        assert_eq!(names.get_like("another fi", "fi"), "fi__");
        assert_eq!(names.get("fi"), "fi");
    }
}
