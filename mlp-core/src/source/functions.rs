//! The functions that a program calls.

use std::collections::HashSet;

use super::language::Language;
use super::lower::Lowering;
use super::names::Names;
use super::program::{Callee, Function, Supplied, SuppliedKind};
use crate::equations::{self, Definition, Elementary, Precision};

/// The functions of a program, each after those that it calls.
pub(crate) struct Functions {
    pub(crate) defined: Vec<Function>,
    /// Whether one of them calls the power of two, which each language computes in its own way.
    pub(crate) calls_power_of_two: bool,
    /// Those of fdlibm.
    pub(crate) fdlibm: Vec<String>,
    pub(crate) supplied: Vec<Supplied>,
    /// The elementary functions that are not written out, with their names in the program. Neither predictions nor steps
    /// of gradient descent call one; the losses and optimizers of a lesson do.
    pub(crate) elementary: Vec<(Elementary, String)>,
    /// Whether there are losses too: they take the logarithm of 1 + x also where x is negative, for which it is not
    /// written out.
    pub(crate) has_losses: bool,
    names: Names,
    /// The names of values, each without `_` at its end. A function's name is none of them with any number of `_`, so
    /// that no value hides a function.
    values: HashSet<String>,
    language: &'static Language,
    /// The beginning of each function's name.
    prefix: String,
    precision: Precision,
    outputs: usize,
}

impl Functions {
    pub(crate) fn new<'a>(
        names: Names,
        values: impl IntoIterator<Item = &'a str>,
        language: &'static Language,
        prefix: String,
        precision: Precision,
        outputs: usize,
    ) -> Self {
        let stem = |name: &str| (language.spell)(name).trim_end_matches('_').to_owned();
        Self {
            defined: Vec::new(),
            calls_power_of_two: false,
            fdlibm: Vec::new(),
            supplied: Vec::new(),
            elementary: Vec::new(),
            has_losses: false,
            names,
            values: values.into_iter().map(stem).collect(),
            language,
            prefix,
            precision,
            outputs,
        }
    }

    /// How to call a function. The program gets its definition, or an entry among those that the user supplies.
    pub(crate) fn callee(&mut self, function: &equations::Function, arguments: usize, gives_array: bool) -> Callee {
        if let Some(elementary) = function.elementary() {
            return self.elementary(elementary);
        }
        Callee::Named(match function.definition(self.precision, self.outputs) {
            Some(definition) => self.define(function.name(), &definition),
            None => self.supply(function.name(), arguments, gives_array),
        })
    }

    /// A function of `libm` is written out; each writer has the power of two.
    fn elementary(&mut self, function: Elementary) -> Callee {
        if function == Elementary::PowerOfTwo {
            self.calls_power_of_two = true;
            return Callee::PowerOfTwo;
        }
        let name = equations::Function::from(function);
        let is_written_out = !(self.has_losses && function == Elementary::LogarithmOfOnePlus);
        let Some(definition) = function.written_out(self.precision).filter(|_| is_written_out) else {
            let own_name = self.name(name.name(), name.name().to_owned());
            if self.elementary.iter().all(|(known, _)| *known != function) {
                self.elementary.push((function, own_name.clone()));
            }
            return Callee::Named(own_name);
        };
        if !self.fdlibm.iter().any(|known| known == name.name()) {
            self.fdlibm.push(name.name().to_owned());
        }
        Callee::Named(self.define(name.name(), &definition))
    }

    /// The length of the array that a function gives for numbers or for arrays; `None` if it gives a number.
    pub(crate) fn length_of_value(&self, function: &equations::Function, takes_arrays: bool) -> Option<usize> {
        if function.is_own() {
            // A user's own function of arrays is a derivative of a loss: the loss itself is not computed.
            return takes_arrays.then_some(self.outputs);
        }
        let definition = function.definition(self.precision, self.outputs)?;
        let index = definition.equations.last()?.indices().first()?;
        Some(index.range.end)
    }

    fn supply(&mut self, path: &str, arguments: usize, gives_array: bool) -> String {
        let words = path.split("::").filter(|word| !["", "self", "crate", "super"].contains(word));
        let words: Vec<_> = words.map(|word| word.trim_start_matches("r#")).collect();
        let name = self.name(path, words.join("_"));
        let kind = match (gives_array, arguments) {
            (true, _) => SuppliedKind::LossDerivative,
            (false, 1) => SuppliedKind::Activation,
            (false, _) => SuppliedKind::ActivationDerivative,
        };
        if self.supplied.iter().all(|supplied| supplied.name != name) {
            self.supplied.push(Supplied { name: name.clone(), path: path.to_owned(), kind });
        }
        name
    }

    /// The name in the program of a function with this definition.
    fn define(&mut self, name: &str, definition: &Definition) -> String {
        let own_name = self.name(name, format!("{}{name}", self.prefix));
        if self.defined.iter().all(|function| function.name != own_name) {
            let inside =
                Names::without(self.language.keywords.iter().copied().chain(["i", "j", "k"]), self.language.spell);
            let (parameters, body) = Lowering::new(inside, self).function(definition);
            self.defined.push(Function { name: own_name.clone(), parameters, body });
        }
        own_name
    }

    /// The name in the program of a function, which should look like `name`.
    fn name(&mut self, function: &str, mut name: String) -> String {
        while self.values.contains((self.language.spell)(&name).trim_end_matches('_')) {
            name.insert_str(0, "f_");
        }
        self.names.get_like(function, &name)
    }
}

/// The parameters of a function, each with its length if it is an array.
pub(crate) type Signature = Vec<(String, Option<usize>)>;
