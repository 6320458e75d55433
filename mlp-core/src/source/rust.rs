//! Rust without the standard library.

use super::language::{Binding, Language, Lines, Spelling, Text, change, decimal, subscripts};
use super::names::unchanged;
use super::network::Frozen;
use super::program::{Expression, Function, Home, Outcome, Parameter, Place, Program, Statement};
use super::text::{braced, is_visible, literal};

pub(crate) const RUST: Language = Language {
    name: "Rust",
    keywords: KEYWORDS,
    spell: unchanged,
    own_names: &["x", "y", "y_true", "learning_rate", "net", "i", "j", "k"],
    prefixes_functions: false,
    has_capital_constants: true,
    is_always_double: false,
    write,
};

/// The lints that generated code does not follow on purpose: names of the field, loops like the formulas, exact numbers.
const LINTS: &str = "\
#[allow(non_snake_case, clippy::approx_constant, clippy::excessive_precision, clippy::let_and_return)]
#[allow(clippy::just_underscores_and_digits, clippy::manual_clamp, clippy::needless_range_loop)]";

fn write(program: &Program) -> String {
    let writer = Writer { program, is_single: program.is_single };
    let mut lines = Lines::default();
    for line in &program.header {
        lines.line(format!("// {line}").trim_end());
    }
    lines.line("");
    writer.classes(&mut lines);
    writer.predict(&mut lines);
    writer.train(&mut lines);
    writer.numbers(&mut lines);
    program.functions.iter().for_each(|function| writer.function(&mut lines, function));
    if program.calls_power_of_two {
        writer.define_power_of_two(&mut lines);
    }
    lines.finish()
}

/// The network as a constant of the type that `mlp!` declares.
pub(crate) fn constant(frozen: &Frozen, name: &str) -> String {
    let mut lines = Lines::default();
    lines.line(format!("/// The trained network: {}.", frozen.architecture));
    lines.line("#[allow(clippy::approx_constant, clippy::excessive_precision, clippy::unreadable_literal)]");
    let raw = |name: &str| if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() };
    lines.block(format!("pub const {name}: {0} = {0} {{", raw(&frozen.name)), "};", |lines| {
        for parameter in &frozen.parameters {
            let number = |value| decimal(value, frozen.is_single());
            lines.numbers(&format!("{}: ", raw(&parameter.name)), parameter, ["[", "]"], ",", &number);
        }
    });
    lines.finish()
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    program: &'a Program,
    /// Whether the numbers that it writes are `f32`.
    is_single: bool,
}

impl Spelling for Writer<'_> {
    fn number(&self, value: f64) -> String {
        decimal(value, self.is_single)
    }

    fn place(&self, place: &Place) -> String {
        let indices = subscripts(&place.indices);
        match self.program.home(place) {
            Home::Network => format!("net.{}{indices}", place.name),
            Home::File => format!("{}{indices}", self.static_name(&place.name)),
            Home::Function => format!("{}{indices}", place.name),
        }
    }

    fn rounded(&self, raw: &Expression) -> Text {
        let raw = Writer { is_single: false, ..*self }.expression(raw).at_least(Binding::Whole);
        Text { text: format!("{raw} as f32"), binding: Binding::Choice }
    }

    fn widened(&self, value: &Expression) -> Text {
        Text::whole(format!("f64::from({})", self.text(value)))
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
    /// The writer of raw values.
    fn raw(self) -> Self {
        Self { is_single: self.program.is_raw_single, ..self }
    }

    fn scalar(&self) -> &'static str {
        if self.is_single { "f32" } else { "f64" }
    }

    fn classes(&self, lines: &mut Lines) {
        let Program { classes, classes_name, .. } = self.program;
        if classes.is_empty() {
            return;
        }
        lines.line("/// The names of the classes.");
        lines.line("#[allow(dead_code)]");
        lines.block(format!("pub const {classes_name}: [&str; {}] = [", classes.len()), "];", |lines| {
            lines.list(classes.iter().map(|class| literal(class, is_visible, braced)));
        });
        lines.line("");
    }

    /// The name of an array that is a static. Capitals may be the name of a function.
    fn static_name(&self, array: &str) -> String {
        let mut name = array.to_uppercase();
        while name == self.program.name || self.program.supplied.iter().any(|supplied| supplied.name == name) {
            name.push('_');
        }
        name
    }

    fn predict(&self, lines: &mut Lines) {
        let Program { name, network, inputs, outputs, train, predict, .. } = self.program;
        let net = if train.is_some() { format!("net: &{network}, ") } else { String::new() };
        let raw = self.raw().scalar();
        lines.line("/// Computes the outputs from the inputs.");
        lines.line("#[must_use]");
        lines.line(LINTS);
        let head = format!("pub fn {name}({net}x: [{raw}; {inputs}]) -> [{raw}; {outputs}] {{");
        lines.block(head, "}", |lines| {
            self.parameters(lines, &predict.statements);
            self.statements(lines, &predict.statements);
            self.raw().outcome(lines, &predict.result);
        });
    }

    fn train(&self, lines: &mut Lines) {
        let Program { name, network, inputs, outputs, train, .. } = self.program;
        let (Some(statements), scalar, raw) = (train, self.scalar(), self.raw().scalar()) else { return };
        lines.line("");
        lines.line("/// One step of gradient descent on one example.");
        lines.line(LINTS);
        let x = format!("x: [{raw}; {inputs}], y_true: [{raw}; {outputs}]");
        let head = format!("pub fn {name}_train(net: &mut {network}, {x}, learning_rate: {scalar}) {{");
        lines.block(head, "}", |lines| {
            self.parameters(lines, statements);
            self.statements(lines, statements);
        });
    }

    /// The type of the parameters with their values, or arrays of numbers.
    fn numbers(&self, lines: &mut Lines) {
        let Program { name, network, parameters, constants, train, .. } = self.program;
        if train.is_some() {
            lines.line("");
            lines.line("/// The parameters of the network.");
            lines.line("#[derive(Clone, Debug, PartialEq)]");
            lines.line("#[allow(missing_docs, non_camel_case_types, non_snake_case)]");
            lines.block(format!("pub struct {network} {{"), "}", |lines| {
                for Parameter { name, shape, .. } in parameters {
                    lines.line(format!("pub {name}: {},", self.array(shape)));
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
        let arrays = arrays.map(|array| (*self, array));
        for (writer, parameter) in arrays.chain(constants.iter().map(|array| (self.raw(), array))) {
            lines.line("");
            lines.line(LINTS);
            let head = format!("static {}: {} = ", self.static_name(&parameter.name), writer.array(&parameter.shape));
            lines.numbers(&head, parameter, ["[", "]"], ";", &|value| writer.number(value));
        }
    }

    /// The type of an array.
    fn array(&self, shape: &[usize]) -> String {
        shape.iter().rev().fold(self.scalar().to_owned(), |element, length| format!("[{element}; {length}]"))
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
            Outcome::Array(_, length) | Outcome::Each(_, length) => format!("[{scalar}; {length}]"),
        };
        lines.line("");
        lines.line(LINTS);
        lines.block(format!("fn {name}({}) -> {result} {{", list.join(", ")), "}", |lines| {
            self.statements(lines, &body.statements);
            self.outcome(lines, &body.result);
        });
    }

    fn define_power_of_two(&self, lines: &mut Lines) {
        let (scalar, shift) = (self.scalar(), if self.is_single { 23 } else { 52 });
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

    fn outcome(&self, lines: &mut Lines, result: &Outcome) {
        lines.line(match result {
            Outcome::Number(value) => self.text(value),
            Outcome::Elements(elements) => {
                let elements: Vec<_> = elements.iter().map(|element| self.text(element)).collect();
                format!("[{}]", elements.join(", "))
            }
            Outcome::Array(name, _) => name.clone(),
            Outcome::Each(value, _) => format!("core::array::from_fn(|i| {})", self.text(value)),
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
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    // Names that the text uses.
    "INPUT_OFFSET", "INPUT_SCALE", "OUTPUT_OFFSET", "OUTPUT_SCALE", "power_of_two",
];
