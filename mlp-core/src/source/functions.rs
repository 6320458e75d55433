//! The functions that a program calls.

use super::lower::Lowering;
use super::names::Names;
use super::program::{Callee, Function, Supplied, SuppliedKind};
use crate::equations::{self, Definition, Elementary, Precision};

/// The functions of a program, each after those that it calls.
pub(crate) struct Functions {
    pub(crate) defined: Vec<Function>,
    /// Whether one of them calls the power of two, which each language computes in its own way.
    pub(crate) calls_power_of_two: bool,
    /// Whether one of them is a function of fdlibm.
    pub(crate) has_fdlibm: bool,
    pub(crate) supplied: Vec<Supplied>,
    names: Names,
    /// What the language reserves, inside of functions too.
    keywords: &'static [&'static str],
    /// What the name of each function begins with.
    prefix: String,
    precision: Precision,
    outputs: usize,
}

impl Functions {
    pub(crate) fn new(
        names: Names,
        keywords: &'static [&'static str],
        prefix: String,
        precision: Precision,
        outputs: usize,
    ) -> Self {
        Self {
            defined: Vec::new(),
            calls_power_of_two: false,
            has_fdlibm: false,
            supplied: Vec::new(),
            names,
            keywords,
            prefix,
            precision,
            outputs,
        }
    }

    /// How to call a function. The program gets its definition, or an entry among those that the user supplies.
    pub(crate) fn callee(&mut self, function: &equations::Function, gives_array: bool) -> Callee {
        if let Some(elementary) = function.elementary() {
            return self.elementary(elementary);
        }
        Callee::Named(match function.definition(self.precision, self.outputs) {
            Some(definition) => self.define(function.name(), &definition),
            None => self.supply(function.name(), gives_array),
        })
    }

    /// A function of `libm` is written out; each writer has the power of two.
    fn elementary(&mut self, function: Elementary) -> Callee {
        if function == Elementary::PowerOfTwo {
            self.calls_power_of_two = true;
            return Callee::PowerOfTwo;
        }
        let Some(definition) = function.written_out(self.precision) else {
            unreachable!("neither predictions nor steps of gradient descent call {function:?}")
        };
        self.has_fdlibm = true;
        Callee::Named(self.define(equations::Function::from(function).name(), &definition))
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

    fn supply(&mut self, path: &str, gives_array: bool) -> String {
        let name = self
            .names
            .get(&path.replace("self::", "").replace("crate::", "").replace("super::", "").replace("::", "_"));
        let kind = match (gives_array, path.ends_with("_derivative")) {
            (true, _) => SuppliedKind::LossDerivative,
            (false, true) => SuppliedKind::ActivationDerivative,
            (false, false) => SuppliedKind::Activation,
        };
        if self.supplied.iter().all(|supplied| supplied.name != name) {
            self.supplied.push(Supplied { name: name.clone(), path: path.to_owned(), kind });
        }
        name
    }

    /// The name in the program of a function with this definition.
    fn define(&mut self, name: &str, definition: &Definition) -> String {
        let own_name = self.names.get(&format!("{}{name}", self.prefix));
        if self.defined.iter().all(|function| function.name != own_name) {
            let inside = Names::without(self.keywords.iter().copied().chain(["i", "j", "k"]));
            let (parameters, body) = Lowering::new(inside, self).function(definition);
            self.defined.push(Function { name: own_name.clone(), parameters, body });
        }
        own_name
    }
}

/// The parameters of a function, each with its length if it is an array.
pub(crate) type Signature = Vec<(String, Option<usize>)>;
