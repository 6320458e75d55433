//! C99, which is C++ too.

mod declarations;
mod words;

use super::language::{Binding, Language, Lines, Spelling, Text, change, decimal, subscripts};
use super::program::{Body, Expression, Function, Home, Outcome, Parameter, Place, Program, Statement};

pub(crate) const C: Language = Language {
    name: "C",
    keywords: words::KEYWORDS,
    spell: words::spell,
    own_names: &["x", "y", "y_true", "learning_rate", "net", "i", "j", "k"],
    prefixes_functions: true,
    has_capital_constants: false,
    is_always_double: false,
    write,
};

fn write(program: &Program) -> String {
    let writer = Writer { program, is_single: program.is_single };
    let mut lines = Lines::default();
    writer.head(&mut lines);
    writer.declarations(&mut lines);
    program.functions.iter().for_each(|function| writer.function(&mut lines, function));
    writer.predict(&mut lines);
    writer.train(&mut lines);
    lines.line(END);
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
        let suffix = if self.is_single { "f" } else { "" };
        format!("{}{suffix}", decimal(value, self.is_single))
    }

    fn place(&self, place: &Place) -> String {
        let indices = subscripts(&place.indices);
        match self.program.home(place) {
            Home::Network => format!("net->{}{indices}", place.name),
            Home::File => format!("{}_{}{indices}", self.program.name, place.name),
            Home::Function => format!("{}{indices}", place.name),
        }
    }

    fn power_of_two(&self) -> String {
        format!("{}_power_of_two", self.program.name)
    }

    fn rounded(&self, raw: &Expression) -> Text {
        let raw = Writer { is_single: false, ..*self }.expression(raw).at_least(Binding::Whole);
        Text { text: format!("(float){raw}"), binding: Binding::Sign }
    }

    fn widened(&self, value: &Expression) -> Text {
        Text { text: format!("(double){}", self.expression(value).at_least(Binding::Whole)), binding: Binding::Sign }
    }

    fn choice(&self, condition: &str, then: Text, otherwise: Text) -> Text {
        let [then, otherwise] = [then, otherwise].map(|value| value.at_least(Binding::Sum));
        Text { text: format!("({condition}) ? {then} : {otherwise}"), binding: Binding::Choice }
    }
}

impl Writer<'_> {
    /// The writer of raw values.
    fn raw(self) -> Self {
        Self { is_single: self.program.is_raw_single, ..self }
    }

    fn scalar(&self) -> &'static str {
        if self.is_single { "float" } else { "double" }
    }

    fn function(&self, lines: &mut Lines, Function { name, parameters, body }: &Function) {
        let scalar = self.scalar();
        let uses = |parameter: &str| body.mentions(parameter);
        let mut list: Vec<_> = parameters
            .iter()
            .map(|(name, length)| match length {
                None => format!("{scalar} {name}"),
                Some(length) => format!("const {scalar} {name}[{length}]"),
            })
            .collect();
        let result = match &body.result {
            Outcome::Array(result, length) => {
                list.push(format!("{scalar} {result}[{length}]"));
                "void"
            }
            _ => scalar,
        };
        lines.block(format!("static {result} {name}({}) {{", list.join(", ")), "}", |lines| {
            for (parameter, _) in parameters.iter().filter(|(parameter, _)| !uses(parameter)) {
                lines.line(format!("(void){parameter};"));
            }
            match &body.result {
                Outcome::Array(result, _) => self.statements(lines, &body.statements, Some(result)),
                Outcome::Number(value) => {
                    self.statements(lines, &body.statements, None);
                    lines.line(format!("return {};", self.text(value)));
                }
                Outcome::Elements(_) | Outcome::Each(..) => {}
            }
        });
        lines.line("");
    }

    fn predict_head(&self) -> String {
        let Program { name, inputs, outputs, train, .. } = self.program;
        let net = if train.is_some() { format!("const {name}_net *net, ") } else { String::new() };
        let raw = self.raw().scalar();
        format!("void {name}({net}const {raw} x[{inputs}], {raw} y[{outputs}])")
    }

    fn train_head(&self) -> String {
        let Program { name, inputs, outputs, .. } = self.program;
        let (scalar, raw) = (self.scalar(), self.raw().scalar());
        format!(
            "void {name}_train({name}_net *net, const {raw} x[{inputs}], const {raw} y_true[{outputs}], {scalar} \
             learning_rate)"
        )
    }

    fn predict(&self, lines: &mut Lines) {
        let Body { statements, result } = &self.program.predict;
        lines.line("/* Computes the outputs y from the inputs x. */");
        lines.block(format!("{} {{", self.predict_head()), "}", |lines| {
            self.parameters(lines, statements);
            self.statements(lines, statements, None);
            let raw = self.raw();
            let each = |lines: &mut Lines, length: usize, value: &str| {
                lines.block(format!("for (int i = 0; i < {length}; ++i) {{"), "}", |lines| {
                    lines.line(format!("y[i] = {value};"));
                });
            };
            match result {
                Outcome::Array(name, length) => each(lines, *length, &format!("{name}[i]")),
                Outcome::Each(value, length) => each(lines, *length, &raw.text(value)),
                Outcome::Elements(elements) => {
                    for (index, element) in elements.iter().enumerate() {
                        lines.line(format!("y[{index}] = {};", raw.text(element)));
                    }
                }
                Outcome::Number(value) => lines.line(format!("y[0] = {};", raw.text(value))),
            }
        });
    }

    fn train(&self, lines: &mut Lines) {
        let Some(statements) = &self.program.train else { return };
        lines.line("");
        lines.line("/* One step of gradient descent on one example. */");
        lines.block(format!("{} {{", self.train_head()), "}", |lines| {
            self.parameters(lines, statements);
            self.statements(lines, statements, None);
        });
    }

    /// The parameters that are numbers, under their names.
    fn parameters(&self, lines: &mut Lines, statements: &[Statement]) {
        let (scalar, is_trained) = (self.scalar(), self.program.train.is_some());
        let numbers = self.program.parameters.iter().filter(|parameter| parameter.shape.is_empty());
        for Parameter { name, values, .. } in
            numbers.filter(|parameter| Statement::any_mentions(statements, &parameter.name))
        {
            let value = if is_trained { format!("net->{name}") } else { self.number(values[0]) };
            lines.line(format!("const {scalar} {name} = {value};"));
        }
    }

    /// The statements; `given` is an array that exists already.
    fn statements(&self, lines: &mut Lines, statements: &[Statement], given: Option<&str>) {
        let scalar = self.scalar();
        for statement in statements {
            match statement {
                Statement::Comment(text) => lines.line(format!("/* {text} */")),
                Statement::Let { name, value } => lines.line(format!("const {scalar} {name} = {};", self.text(value))),
                Statement::Variable { name, value } => lines.line(format!("{scalar} {name} = {};", self.text(value))),
                Statement::Array { name, .. } if given == Some(name) => {}
                Statement::Array { name, shape, is_zero: false } => {
                    lines.line(format!("{scalar} {name}{};", lengths(shape)));
                }
                Statement::Array { name, shape, .. } => {
                    let zero = self.number(0.0);
                    let [opens, closes] = ["{", "}"].map(|brace| brace.repeat(shape.len()));
                    lines.line(format!("{scalar} {name}{} = {opens}{zero}{closes};", lengths(shape)));
                }
                Statement::Assign { place, value } => {
                    let target = if place.is_parameter && place.indices.is_empty() {
                        format!("net->{}", place.name)
                    } else {
                        self.place(place)
                    };
                    lines.line(match change(place, value) {
                        Some((operator, right)) => format!("{target} {}= {};", operator.sign(), self.text(right)),
                        None => format!("{target} = {};", self.text(value)),
                    });
                }
                Statement::Repeat { index, from, to, body } => {
                    lines.block(format!("for (int {index} = {from}; {index} < {to}; ++{index}) {{"), "}", |lines| {
                        self.statements(lines, body, given);
                    });
                }
                Statement::List { name, elements } => {
                    let list: Vec<_> = elements.iter().map(|element| self.text(element)).collect();
                    lines.line(format!("const {scalar} {name}[{}] = {{{}}};", list.len(), list.join(", ")));
                }
                Statement::Fill { name, length, function, arguments } => {
                    let mut list: Vec<_> = arguments.iter().map(|argument| self.text(argument)).collect();
                    list.push(name.clone());
                    lines.line(format!("{scalar} {name}[{length}];"));
                    lines.line(format!("{};", self.call(function, list).text));
                }
            }
        }
    }
}

/// `[4][3]`
fn lengths(shape: &[usize]) -> String {
    shape.iter().fold(String::new(), |text, length| format!("{text}[{length}]"))
}

const END: &str = "
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#elif defined(__clang__) && __clang_major__ >= 11
#pragma float_control(pop)
#endif";
