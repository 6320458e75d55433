//! JavaScript, as an ES module without imports.
//!
//! Parameters are constants of the module; with training they are fields of a class, so that a program can train several
//! networks. JavaScript computes in double precision. For `f32`, `Math.fround` rounds the result of each operation; it
//! has the bits of single precision, because a double has more than twice its digits.

#[cfg(feature = "lesson")]
mod elementary;
#[cfg(feature = "lesson")]
mod step;

use super::language::{Binding, Language, Lines, Spelling, Text, change, decimal, infix, subscripts};
use super::names::unchanged;
use super::program::{Body, Expression, Operator, Outcome, Parameter, Place, Program, Statement};
use super::text::{braced, is_visible, literal};

#[cfg(feature = "lesson")]
pub(crate) use step::step;

pub(crate) const JAVASCRIPT: Language = Language {
    name: "JavaScript",
    keywords: KEYWORDS,
    spell: unchanged,
    own_names: &["x", "y_true", "learning_rate", "net", "i", "j", "k"],
    prefixes_functions: false,
    has_capital_constants: false,
    is_always_double: false,
    write,
};

fn write(program: &Program) -> String {
    let writer = Writer { program, is_single: program.is_single };
    let mut lines = Lines::default();
    for line in &program.header {
        lines.line(format!("// {line}").trim_end());
    }
    writer.parameters(&mut lines);
    if program.is_single {
        lines.line("");
        lines.line("const fround = Math.fround;");
    }
    let mut text = lines.finish();
    if program.calls_power_of_two {
        text += POWER_OF_TWO[usize::from(program.is_single)];
    }
    let mut lines = Lines::default();
    writer.numbers(&mut lines);
    writer.functions(&mut lines);
    writer.predict(&mut lines);
    writer.train(&mut lines);
    text + &lines.finish()
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    program: &'a Program,
    /// Whether the numbers that it writes are `f32`.
    is_single: bool,
}

impl Spelling for Writer<'_> {
    fn number(&self, value: f64) -> String {
        #[allow(clippy::cast_possible_truncation, reason = "it is rounded once, as in the crate")]
        let rounded = if self.is_single { f64::from(value as f32) } else { value };
        decimal(rounded, false)
    }

    fn place(&self, place: &Place) -> String {
        let owner = if place.is_parameter && self.program.train.is_some() { "net." } else { "" };
        format!("{owner}{}{}", place.name, subscripts(&place.indices))
    }

    fn choice(&self, condition: &str, then: Text, otherwise: Text) -> Text {
        let then = then.at_least(Binding::Sum);
        Text { text: format!("{condition} ? {then} : {}", otherwise.text), binding: Binding::Choice }
    }

    fn operation(&self, operator: Operator, left: Text, right: Text) -> Text {
        let operation = infix(operator, left, right);
        if self.is_single { Text::whole(format!("fround({})", operation.text)) } else { operation }
    }

    fn rounded(&self, raw: &Expression) -> Text {
        Text::whole(format!("fround({})", Writer { is_single: false, ..*self }.text(raw)))
    }

    fn equals(&self) -> &'static str {
        "==="
    }
}

impl Writer<'_> {
    /// The writer of raw values.
    fn raw(self) -> Self {
        Self { is_single: self.program.is_raw_single, ..self }
    }

    fn array(&self) -> &'static str {
        if self.is_single { "Float32Array" } else { "Float64Array" }
    }

    fn parameters(&self, lines: &mut Lines) {
        let Program { network, parameters, constants, classes, classes_name, train, .. } = self.program;
        let fixed = if train.is_some() { &[] } else { parameters.as_slice() };
        if !constants.is_empty() || !fixed.is_empty() {
            lines.line("");
        }
        for constant in constants {
            self.raw().values(lines, "const ", constant);
        }
        for parameter in fixed {
            self.values(lines, "const ", parameter);
        }
        if !classes.is_empty() {
            lines.line("");
            lines.line("/** The names of the classes. */");
            lines.block(format!("export const {classes_name} = ["), "];", |lines| {
                lines.list(classes.iter().map(|class| literal(class, is_visible, braced)));
            });
        }
        if train.is_some() {
            lines.line("");
            lines.line("/** The parameters; at first those of the frozen network. */");
            lines.block(format!("export class {network} {{"), "}", |lines| {
                for parameter in parameters {
                    self.values(lines, "", parameter);
                }
            });
        }
    }

    fn values(&self, lines: &mut Lines, keyword: &str, parameter: &Parameter) {
        let head = format!("{keyword}{} = ", parameter.name);
        lines.numbers(&head, parameter, ["[", "]"], ";", &|value| self.number(value));
    }

    /// Without it, nobody would notice a wrong number of inputs.
    fn numbers(&self, lines: &mut Lines) {
        lines.line("");
        lines.block("function numbers(values, count) {", "}", |lines| {
            lines.block("if (values.length !== count) {", "}", |lines| {
                lines.line("throw new RangeError(`there should be ${count} numbers, not ${values.length}`);");
            });
            lines.line("values = Array.from(values);");
            lines.block("if (!values.every((value) => typeof value === \"number\")) {", "}", |lines| {
                lines.line("throw new TypeError(\"there should be numbers alone\");");
            });
            lines.line(format!("return {}.from(values);", self.raw().array()));
        });
    }

    fn functions(&self, lines: &mut Lines) {
        for function in &self.program.functions {
            let parameters: Vec<_> = function.parameters.iter().map(|(name, _)| name.as_str()).collect();
            self.function(lines, &function.name, &parameters.join(", "), &function.body);
        }
    }

    fn function(&self, lines: &mut Lines, name: &str, parameters: &str, body: &Body) {
        lines.line("");
        lines.block(format!("function {name}({parameters}) {{"), "}", |lines| {
            self.statements(lines, &body.statements);
            self.outcome(lines, &body.result);
        });
    }

    fn predict(&self, lines: &mut Lines) {
        let Program { name, inputs, outputs, predict, train, .. } = self.program;
        let net = if train.is_some() { "net, " } else { "" };
        lines.line("");
        lines.line(format!("/** The outputs, an array of {outputs}, from an array of {inputs} inputs. */"));
        lines.block(format!("export function {name}({net}x) {{"), "}", |lines| {
            lines.line(format!("x = numbers(x, {inputs});"));
            self.statements(lines, &predict.statements);
            match &predict.result {
                // An array as users know it.
                Outcome::Array(name, _) => lines.line(format!("return Array.from({name});")),
                result => self.raw().outcome(lines, result),
            }
        });
    }

    fn train(&self, lines: &mut Lines) {
        let Program { name, inputs, outputs, is_single, .. } = self.program;
        let Some(statements) = &self.program.train else { return };
        lines.line("");
        lines.line("/** One step of gradient descent on one example; it changes the parameters. */");
        lines.block(format!("export function {name}_train(net, x, y_true, learning_rate) {{"), "}", |lines| {
            lines.line(format!("x = numbers(x, {inputs});"));
            lines.line(format!("y_true = numbers(y_true, {outputs});"));
            if *is_single {
                lines.line("learning_rate = fround(learning_rate);");
            }
            self.statements(lines, statements);
        });
    }

    fn outcome(&self, lines: &mut Lines, result: &Outcome) {
        match result {
            Outcome::Number(value) => self.give(lines, value),
            Outcome::Elements(elements) => lines.line(format!("return [{}];", self.list(elements))),
            Outcome::Array(name, _) => lines.line(format!("return {name};")),
            Outcome::Each(value, length) => {
                lines.line(format!("return Array.from({{ length: {length} }}, (_, i) => {});", self.text(value)));
            }
        }
    }

    fn give(&self, lines: &mut Lines, value: &Expression) {
        match value {
            Expression::Choice(choice) if choice.is_nested() => {
                let condition = self.condition(&choice.condition);
                lines.block(format!("if ({condition}) {{"), "}", |lines| self.give(lines, &choice.then));
                self.give(lines, &choice.otherwise);
            }
            _ => lines.line(format!("return {};", self.text(value))),
        }
    }

    fn statements(&self, lines: &mut Lines, statements: &[Statement]) {
        for statement in statements {
            match statement {
                Statement::Comment(text) => lines.line(format!("// {text}")),
                Statement::Let { name, value } => lines.line(format!("const {name} = {};", self.text(value))),
                Statement::Variable { name, value } => lines.line(format!("let {name} = {};", self.text(value))),
                Statement::Array { name, shape, .. } => lines.line(format!("const {name} = {};", self.zeros(shape))),
                Statement::Assign { place, value } => match change(place, value) {
                    // The shorter form would not be rounded to `f32`.
                    Some((operator, right)) if !self.is_single => {
                        lines.line(format!("{} {}= {};", self.place(place), operator.sign(), self.text(right)));
                    }
                    _ => lines.line(format!("{} = {};", self.place(place), self.text(value))),
                },
                Statement::Repeat { index, from, to, body } => {
                    lines.block(format!("for (let {index} = {from}; {index} < {to}; {index}++) {{"), "}", |lines| {
                        self.statements(lines, body);
                    });
                }
                Statement::List { name, elements } => lines.line(format!("const {name} = [{}];", self.list(elements))),
                Statement::Fill { name, function, arguments, .. } => {
                    let arguments = arguments.iter().map(|argument| self.text(argument)).collect();
                    lines.line(format!("const {name} = {};", self.call(function, arguments).text));
                }
            }
        }
    }

    fn list(&self, elements: &[Expression]) -> String {
        elements.iter().map(|element| self.text(element)).collect::<Vec<_>>().join(", ")
    }

    /// An array of zeros, of arrays in arrays.
    fn zeros(&self, shape: &[usize]) -> String {
        match shape {
            [] => "0.0".to_owned(),
            [length] => format!("new {}({length})", self.array()),
            [length, inner @ ..] => format!("Array.from({{ length: {length} }}, () => {})", self.zeros(inner)),
        }
    }
}

/// In `f64` and in `f32`.
const POWER_OF_TWO: [&str; 2] = [
    "
const view = new DataView(new ArrayBuffer(8));

// 2^-n from 1.5 * 2^52 - n, whose low bits hold -n.
function power_of_two(rounded) {
    view.setFloat64(0, rounded);
    view.setUint32(0, (view.getUint32(4) << 20) + 0x3ff00000);
    view.setUint32(4, 0);
    return view.getFloat64(0);
}
",
    "
const view = new DataView(new ArrayBuffer(4));

// 2^-n from 1.5 * 2^23 - n, whose low bits hold -n.
function power_of_two(rounded) {
    view.setFloat32(0, rounded);
    view.setUint32(0, (view.getUint32(0) << 23) + 0x3f800000);
    return view.getFloat32(0);
}
",
];

#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete",
    "do", "else", "enum", "eval", "export", "extends", "false", "finally", "for", "function", "if", "implements",
    "import", "in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public",
    "return", "static", "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void",
    "while", "with", "yield",
    // Names that the text uses, or that a field of a class cannot have.
    "Array", "ArrayBuffer", "constructor", "DataView", "Float32Array", "Float64Array", "fround", "Infinity", "Math",
    "NaN", "numbers", "power_of_two", "RangeError", "TypeError", "view",
];
