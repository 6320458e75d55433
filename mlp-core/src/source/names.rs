//! Names that are sound in a language.

use std::collections::{HashMap, HashSet};

/// Gives each name of the equations a name of the program: the same one, or the same one with `_` behind it if that is
/// taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    taken: HashSet<String>,
    given: HashMap<String, String>,
}

impl Names {
    /// Names none of which is one of these.
    pub(crate) fn without<'a>(taken: impl IntoIterator<Item = &'a str>) -> Self {
        Self { taken: taken.into_iter().map(str::to_owned).collect(), given: HashMap::new() }
    }

    /// The name in the program.
    pub(crate) fn get(&mut self, name: &str) -> String {
        if let Some(given) = self.given.get(name) {
            return given.clone();
        }
        let given = self.fresh(name);
        self.given.insert(name.to_owned(), given.clone());
        given
    }

    /// Lets `name` have this name in the program, whatever else has it.
    pub(crate) fn set(&mut self, name: &str, given: &str) {
        self.taken.insert(given.to_owned());
        self.given.insert(name.to_owned(), given.to_owned());
    }

    /// A name that nothing has yet.
    pub(crate) fn fresh(&mut self, name: &str) -> String {
        let mut fresh = name.to_owned();
        while self.taken.contains(&fresh) {
            fresh.push('_');
        }
        self.taken.insert(fresh.clone());
        fresh
    }
}
