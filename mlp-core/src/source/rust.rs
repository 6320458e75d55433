//! Rust without the standard library.

use super::language::{
    ALL_BUT_POWERS, Binding, Language, Lines, Spelling, Text, change, decimal, elementary_name, subscripts,
};
use super::network::Frozen;
use super::program::{Body, Function, Outcome, Parameter, Place, Program, Statement};
use crate::equations::{Elementary, Precision};

pub(crate) const RUST: Language = Language {
    name: "Rust",
    keywords: KEYWORDS,
    own_names: &["x", "y", "y_true", "learning_rate", "net", "i", "j", "k"],
    lacks: ALL_BUT_POWERS,
    prefixes_functions: false,
    is_always_double: false,
    write,
};

/// The lints that generated code does not follow on purpose: names of the field, loops like the formulas, exact numbers.
const LINTS: &str = "\
#[allow(non_snake_case, clippy::approx_constant, clippy::excessive_precision, clippy::let_and_return)]
#[allow(clippy::manual_clamp, clippy::needless_range_loop)]";

fn write(program: &Program) -> String {
    let writer = Writer { program };
    let mut lines = Lines::default();
    for line in &program.header {
        lines.line(format!("// {line}").trim_end());
    }
    lines.line("");
    writer.predict(&mut lines);
    writer.train(&mut lines);
    writer.numbers(&mut lines);
    program.functions.iter().for_each(|function| writer.function(&mut lines, function));
    if program.elementary.contains(&Elementary::PowerOfTwo) {
        writer.power_of_two(&mut lines);
    }
    lines.finish()
}

/// The network as a constant of the type that `mlp!` declares.
pub(crate) fn constant(frozen: &Frozen, name: &str) -> String {
    let mut lines = Lines::default();
    lines.line(format!("/// The trained network: {}.", frozen.architecture));
    lines.line("#[allow(clippy::approx_constant, clippy::excessive_precision, clippy::unreadable_literal)]");
    lines.block(format!("pub const {name}: {0} = {0} {{", frozen.name), "};", |lines| {
        for Parameter { name, values, .. } in &frozen.parameters {
            let value = values.first().copied().unwrap_or_default();
            lines.line(format!("{name}: {},", decimal(value, frozen.precision == Precision::Single)));
        }
    });
    lines.finish()
}

struct Writer<'a> {
    program: &'a Program,
}

impl Spelling for Writer<'_> {
    fn number(&self, value: f64) -> String {
        decimal(value, self.program.is_single)
    }

    fn place(&self, place: &Place) -> String {
        let indices = subscripts(&place.indices);
        let is_constant = self.program.constants.iter().any(|constant| constant.name == place.name);
        match (place.is_parameter && !place.indices.is_empty(), self.program.train.is_some()) {
            (true, true) => format!("net.{}{indices}", place.name),
            (true, false) => format!("{}{indices}", place.name.to_uppercase()),
            _ if is_constant => format!("{}{indices}", place.name.to_uppercase()),
            _ => format!("{}{indices}", place.name),
        }
    }

    fn elementary(&self, function: Elementary) -> String {
        elementary_name(function).to_owned()
    }

    fn choice(&self, condition: &str, then: Text, otherwise: Text) -> Text {
        let otherwise = match otherwise.binding {
            Binding::Choice => format!("else {}", otherwise.text),
            _ => format!("else {{ {} }}", otherwise.text),
        };
        Text { text: format!("if {condition} {{ {} }} {otherwise}", then.text), binding: Binding::Choice }
    }
}

impl Writer<'_> {
    fn scalar(&self) -> &'static str {
        if self.program.is_single { "f32" } else { "f64" }
    }

    fn predict(&self, lines: &mut Lines) {
        let Program { name, network, inputs, outputs, train, predict, .. } = self.program;
        let net = if train.is_some() { format!("net: &{network}, ") } else { String::new() };
        let scalar = self.scalar();
        lines.line("/// Computes the outputs from the inputs.");
        lines.line("#[must_use]");
        lines.line(LINTS);
        let head = format!("pub fn {name}({net}x: [{scalar}; {inputs}]) -> [{scalar}; {outputs}] {{");
        lines.block(head, "}", |lines| {
            self.parameters(lines, &predict.statements);
            self.body(lines, predict);
        });
    }

    fn train(&self, lines: &mut Lines) {
        let Program { name, network, inputs, outputs, train, .. } = self.program;
        let (Some(statements), scalar) = (train, self.scalar()) else { return };
        lines.line("");
        lines.line("/// One step of gradient descent on one example.");
        lines.line(LINTS);
        let x = format!("x: [{scalar}; {inputs}], y_true: [{scalar}; {outputs}]");
        let head = format!("pub fn {name}_train(net: &mut {network}, {x}, learning_rate: {scalar}) {{");
        lines.block(head, "}", |lines| {
            self.parameters(lines, statements);
            self.statements(lines, statements);
        });
    }

    /// The type of the parameters with their values, or arrays of numbers.
    fn numbers(&self, lines: &mut Lines) {
        let Program { name, network, parameters, constants, train, .. } = self.program;
        let scalar = self.scalar();
        let own_type = |shape: &[usize]| {
            shape.iter().rev().fold(scalar.to_owned(), |element, length| format!("[{element}; {length}]"))
        };
        if train.is_some() {
            lines.line("");
            lines.line("/// The parameters of the network.");
            lines.line("#[derive(Clone, Debug, PartialEq)]");
            lines.line("#[allow(missing_docs)]");
            lines.block(format!("pub struct {network} {{"), "}", |lines| {
                for Parameter { name, shape, .. } in parameters {
                    lines.line(format!("pub {name}: {},", own_type(shape)));
                }
            });
            lines.line("");
            lines.line("/// The parameters of the frozen network: clone them to train it further.");
            lines.line(LINTS);
            let name = name.to_uppercase();
            lines.block(format!("pub static {name}_TRAINED: {network} = {network} {{"), "};", |lines| {
                for parameter in parameters {
                    let head = format!("{}: ", parameter.name);
                    lines.numbers(&head, parameter, ["[", "]"], ",", &|value| self.number(value));
                }
            });
        }
        let arrays = parameters.iter().filter(|parameter| train.is_none() && !parameter.shape.is_empty());
        for parameter in arrays.chain(constants) {
            lines.line("");
            lines.line(LINTS);
            let head = format!("static {}: {} = ", parameter.name.to_uppercase(), own_type(&parameter.shape));
            lines.numbers(&head, parameter, ["[", "]"], ";", &|value| self.number(value));
        }
    }

    fn function(&self, lines: &mut Lines, Function { name, parameters, body }: &Function) {
        let scalar = self.scalar();
        let list: Vec<_> = parameters
            .iter()
            .map(|(name, length)| {
                let unused = if body.mentions(name) { "" } else { "_" };
                match length {
                    None => format!("{unused}{name}: {scalar}"),
                    Some(length) => format!("{unused}{name}: [{scalar}; {length}]"),
                }
            })
            .collect();
        let result = match &body.result {
            Outcome::Number(_) => scalar.to_owned(),
            Outcome::Elements(elements) => format!("[{scalar}; {}]", elements.len()),
            Outcome::Array(_, length) => format!("[{scalar}; {length}]"),
        };
        lines.line("");
        lines.line(LINTS);
        lines.block(format!("fn {name}({}) -> {result} {{", list.join(", ")), "}", |lines| self.body(lines, body));
    }

    fn power_of_two(&self, lines: &mut Lines) {
        let (scalar, shift) = (self.scalar(), if self.program.is_single { 23 } else { 52 });
        lines.line("");
        lines.line("/// 2^-n, from a number whose low bits are -n.");
        lines.block(format!("fn power_of_two(rounded: {scalar}) -> {scalar} {{"), "}", |lines| {
            lines.line(format!(
                "{scalar}::from_bits((rounded.to_bits() << {shift}).wrapping_add(1.0_{scalar}.to_bits()))"
            ));
        });
    }

    /// The parameters that are numbers, under their names.
    fn parameters(&self, lines: &mut Lines, statements: &[Statement]) {
        let is_trained = self.program.train.is_some();
        let numbers = self.program.parameters.iter().filter(|parameter| parameter.shape.is_empty());
        for Parameter { name, values, .. } in numbers.filter(|number| Statement::any_mentions(statements, &number.name))
        {
            let scalar = self.scalar();
            let value = values.first().copied().unwrap_or_default();
            let value = if is_trained { format!("net.{name}") } else { self.number(value) };
            lines.line(format!("let {name}: {scalar} = {value};"));
        }
    }

    fn body(&self, lines: &mut Lines, body: &Body) {
        self.statements(lines, &body.statements);
        lines.line(match &body.result {
            Outcome::Number(value) => self.text(value),
            Outcome::Elements(elements) => {
                let elements: Vec<_> = elements.iter().map(|element| self.text(element)).collect();
                format!("[{}]", elements.join(", "))
            }
            Outcome::Array(name, _) => name.clone(),
        });
    }

    fn statements(&self, lines: &mut Lines, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Comment(text) => lines.line(format!("// {text}")),
                Statement::Let { name, value } => lines.line(format!("let {name} = {};", self.text(value))),
                Statement::Variable { name, value } => lines.line(format!("let mut {name} = {};", self.text(value))),
                Statement::Array { name, shape, .. } => {
                    let zeros =
                        shape.iter().rev().fold("0.0".to_owned(), |zeros, length| format!("[{zeros}; {length}]"));
                    lines.line(format!("let mut {name} = {zeros};"));
                }
                Statement::Assign { place, value } => {
                    let target = if place.is_parameter && place.indices.is_empty() {
                        format!("net.{}", place.name)
                    } else {
                        self.place(place)
                    };
                    lines.line(match change(place, value) {
                        Some((operator, right)) => format!("{target} {}= {};", operator.sign(), self.text(right)),
                        None => format!("{target} = {};", self.text(value)),
                    });
                }
                Statement::Repeat { index, from, to, body } => {
                    lines.block(format!("for {index} in {from}..{to} {{"), "}", |lines| self.statements(lines, body));
                }
                Statement::List { name, elements } => {
                    let list: Vec<_> = elements.iter().map(|element| self.text(element)).collect();
                    lines.line(format!("let {name} = [{}];", list.join(", ")));
                }
                Statement::Fill { name, function, arguments, .. } => {
                    let arguments = arguments.iter().map(|argument| self.text(argument)).collect();
                    lines.line(format!("let {name} = {};", self.call(function, arguments).text));
                }
            }
        }
    }
}

#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "power_of_two",
];
