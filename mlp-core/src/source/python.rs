//! Python 3, with its standard library alone.
//!
//! Parameters are constants of the module; with training they are attributes of a class, so that a program can train
//! several networks. Python computes in double precision only.

use core::cell::Cell;

use super::language::{Binding, Language, Lines, Spelling, Text, change, decimal, infix, subscripts};
use super::names::ascii;
use super::program::{Body, Expression, Operator, Outcome, Parameter, Place, Program, Statement};
use super::text::{is_visible, literal};

pub(crate) const PYTHON: Language = Language {
    name: "Python",
    keywords: KEYWORDS,
    spell,
    own_names: &["x", "y_true", "learning_rate", "net", "i", "j", "k"],
    prefixes_functions: false,
    has_capital_constants: false,
    is_always_double: true,
    write,
};

/// Python takes some different letters for the same, such as `ﬁ` and `fi`, and names with `__` first for its own.
fn spell(name: &str) -> String {
    let name = ascii(name);
    if name.starts_with("__") { format!("own{name}") } else { name }
}

fn write(program: &Program) -> String {
    let writer = Writer { program, divides: Cell::new(false) };
    let mut functions = Lines::default();
    for function in &program.functions {
        let parameters: Vec<_> = function.parameters.iter().map(|(name, _)| name.as_str()).collect();
        let head = format!("def {}({}):", function.name, parameters.join(", "));
        Writer::definition(&mut functions, &head, |lines| writer.body(lines, &function.body));
    }
    writer.predict(&mut functions);
    writer.train(&mut functions);

    let has_powers = program.calls_power_of_two;
    let helpers = [("math", DIVIDE, writer.divides.get()), ("struct", POWER_OF_TWO, has_powers)];
    let mut lines = Lines::default();
    for line in &program.header {
        lines.line(format!("# {line}").trim_end());
    }
    lines.line("");
    let mut texts = String::new();
    for (import, text, _) in helpers.iter().filter(|(.., is_used)| *is_used) {
        lines.line(format!("import {import}"));
        texts += text;
    }
    writer.parameters(&mut lines);
    [lines.finish(), texts, NUMBERS.to_owned(), functions.finish()].concat()
}

struct Writer<'a> {
    program: &'a Program,
    /// Whether `divide` has been called.
    divides: Cell<bool>,
}

impl Spelling for Writer<'_> {
    fn number(&self, value: f64) -> String {
        decimal(value, false)
    }

    fn place(&self, place: &Place) -> String {
        let owner = if place.is_parameter && self.program.train.is_some() { "net." } else { "" };
        format!("{owner}{}{}", place.name, subscripts(&place.indices))
    }

    fn choice(&self, condition: &str, then: Text, otherwise: Text) -> Text {
        let then = then.at_least(Binding::Sum);
        Text { text: format!("{then} if {condition} else {}", otherwise.text), binding: Binding::Choice }
    }

    /// Python raises an exception where a divisor is 0.
    fn operation(&self, operator: Operator, left: Text, right: Text) -> Text {
        if operator != Operator::Divide || is_number_but_0(&right.text) {
            return infix(operator, left, right);
        }
        self.divides.set(true);
        Text::whole(format!("divide({}, {})", left.text, right.text))
    }
}

/// A name has no digit at its beginning.
fn is_number_but_0(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && text.parse().is_ok_and(|number: f64| number != 0.0)
}

impl Writer<'_> {
    fn parameters(&self, lines: &mut Lines) {
        let Program { network, parameters, constants, classes, classes_name, train, .. } = self.program;
        let fixed = if train.is_some() { &[] } else { parameters.as_slice() };
        if !constants.is_empty() || !fixed.is_empty() {
            lines.line("");
        }
        for parameter in constants.iter().chain(fixed) {
            self.values(lines, "", parameter);
        }
        if !classes.is_empty() {
            lines.line("");
            lines.block(format!("{classes_name} = ["), "]", |lines| {
                lines.list(classes.iter().map(|class| literal(class, is_visible, eight_digits)));
            });
        }
        if train.is_none() {
            return;
        }
        Self::definition(lines, &format!("class {network}:"), |lines| {
            lines.line("\"\"\"The parameters; at first those of the frozen network.\"\"\"");
            lines.line("");
            lines.block("def __init__(self):", "", |lines| {
                for parameter in parameters {
                    self.values(lines, "self.", parameter);
                }
            });
        });
    }

    fn values(&self, lines: &mut Lines, owner: &str, parameter: &Parameter) {
        let head = format!("{owner}{} = ", parameter.name);
        lines.numbers(&head, parameter, ["[", "]"], "", &|value| self.number(value));
    }

    /// A function or a class, after two blank lines.
    fn definition(lines: &mut Lines, head: &str, body: impl FnOnce(&mut Lines)) {
        lines.line("");
        lines.line("");
        lines.block(head, "", body);
    }

    fn predict(&self, lines: &mut Lines) {
        let Program { name, inputs, outputs, predict, train, .. } = self.program;
        let net = if train.is_some() { "net, " } else { "" };
        Self::definition(lines, &format!("def {name}({net}x):"), |lines| {
            lines.line(format!("\"\"\"The outputs, a list of {outputs}, from a sequence of {inputs} inputs.\"\"\""));
            lines.line(format!("x = numbers(x, {inputs})"));
            self.body(lines, predict);
        });
    }

    fn train(&self, lines: &mut Lines) {
        let Program { name, inputs, outputs, .. } = self.program;
        let Some(statements) = &self.program.train else { return };
        Self::definition(lines, &format!("def {name}_train(net, x, y_true, learning_rate):"), |lines| {
            lines.line("\"\"\"One step of gradient descent on one example; it changes the parameters.\"\"\"");
            lines.line(format!("x = numbers(x, {inputs})"));
            lines.line(format!("y_true = numbers(y_true, {outputs})"));
            self.statements(lines, statements);
        });
    }

    fn body(&self, lines: &mut Lines, Body { statements, result }: &Body) {
        self.statements(lines, statements);
        match result {
            Outcome::Number(value) => self.give(lines, value),
            Outcome::Elements(elements) => lines.line(format!("return [{}]", self.list(elements))),
            Outcome::Array(name, _) => lines.line(format!("return {name}")),
            Outcome::Each(value, length) => {
                lines.line(format!("return [{} for i in range({length})]", self.text(value)));
            }
        }
    }

    fn give(&self, lines: &mut Lines, value: &Expression) {
        match value {
            Expression::Choice(choice) if choice.is_nested() => {
                let condition = self.condition(&choice.condition);
                lines.block(format!("if {condition}:"), "", |lines| self.give(lines, &choice.then));
                self.give(lines, &choice.otherwise);
            }
            _ => lines.line(format!("return {}", self.text(value))),
        }
    }

    fn statements(&self, lines: &mut Lines, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Comment(text) => lines.line(format!("# {text}")),
                Statement::Let { name, value } | Statement::Variable { name, value } => {
                    lines.line(format!("{name} = {}", self.text(value)));
                }
                Statement::Array { name, shape, .. } => lines.line(format!("{name} = {}", zeros(shape))),
                Statement::Assign { place, value } => match change(place, value) {
                    Some((operator, right)) if operator != Operator::Divide => {
                        lines.line(format!("{} {}= {}", self.place(place), operator.sign(), self.text(right)));
                    }
                    _ => lines.line(format!("{} = {}", self.place(place), self.text(value))),
                },
                Statement::Repeat { index, from, to, body } => {
                    let range = if *from == 0 { to.to_string() } else { format!("{from}, {to}") };
                    lines.block(format!("for {index} in range({range}):"), "", |lines| self.statements(lines, body));
                }
                Statement::List { name, elements } => lines.line(format!("{name} = [{}]", self.list(elements))),
                Statement::Fill { name, function, arguments, .. } => {
                    let arguments = arguments.iter().map(|argument| self.text(argument)).collect();
                    lines.line(format!("{name} = {}", self.call(function, arguments).text));
                }
            }
        }
    }

    fn list(&self, elements: &[Expression]) -> String {
        elements.iter().map(|element| self.text(element)).collect::<Vec<_>>().join(", ")
    }
}

/// `\U0000000a`
fn eight_digits(character: char) -> String {
    format!("\\U{:08x}", u32::from(character))
}

/// A list of zeros, of lists in lists.
fn zeros(shape: &[usize]) -> String {
    match shape {
        [] => "0.0".to_owned(),
        [length] => format!("[0.0] * {length}"),
        [length, inner @ ..] => format!("[{} for _ in range({length})]", zeros(inner)),
    }
}

const POWER_OF_TWO: &str = r#"

def power_of_two(rounded):
    """2^-n from rounded = 1.5 * 2^52 - n, whose low bits hold -n."""
    (bits,) = struct.unpack("<Q", struct.pack("<d", rounded))
    bits = ((bits << 52) + 0x3FF0000000000000) & 0xFFFFFFFFFFFFFFFF
    return struct.unpack("<d", struct.pack("<Q", bits))[0]
"#;

const DIVIDE: &str = r#"

def divide(a, b):
    """a / b as IEEE 754 has it: infinite or NaN for b = 0, where Python raises an exception."""
    if b != 0.0:
        return a / b
    return math.copysign(math.inf, a) * math.copysign(1.0, b) if a < 0.0 or a > 0.0 else math.nan
"#;

/// Without it, nobody would notice a wrong number of inputs.
const NUMBERS: &str = r#"

def numbers(values, count):
    """The values as a list of floats."""
    values = list(values)
    if any(isinstance(value, (str, bytes)) for value in values):
        raise TypeError("there should be numbers alone")
    values = [float(value) for value in values]
    if len(values) != count:
        raise ValueError(f"there should be {count} numbers, not {len(values)}")
    return values
"#;

#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    // Names that the text uses.
    "any", "bytes", "divide", "float", "isinstance", "len", "list", "math", "numbers", "OverflowError", "power_of_two",
    "range", "self", "str", "struct", "TypeError", "ValueError",
];
