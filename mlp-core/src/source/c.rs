//! C99, which is C++ too.

use super::language::{Binding, change, subscripts};
use super::language::{Language, Lines, Spelling, Text, decimal};
use super::program::{Body, Function, Outcome, Parameter, Place, Program, Statement, Supplied, SuppliedKind};
use crate::equations::Elementary;

pub(crate) const C: Language = Language {
    name: "C",
    keywords: KEYWORDS,
    own_names: &["x", "y", "y_true", "learning_rate", "net", "i", "j", "k"],
    lacks: &[],
    prefixes_functions: true,
    write,
};

fn write(program: &Program) -> String {
    let writer = Writer { program };
    let mut lines = Lines::default();
    writer.head(&mut lines);
    writer.declarations(&mut lines);
    program.functions.iter().for_each(|function| writer.function(&mut lines, function));
    writer.predict(&mut lines);
    writer.train(&mut lines);
    lines.line(END);
    lines.finish()
}

struct Writer<'a> {
    program: &'a Program,
}

impl Spelling for Writer<'_> {
    fn number(&self, value: f64) -> String {
        let suffix = if self.program.is_single { "f" } else { "" };
        format!("{}{suffix}", decimal(value, self.program.is_single))
    }

    fn place(&self, place: &Place) -> String {
        let indices = subscripts(&place.indices);
        let is_constant = self.program.constants.iter().any(|constant| constant.name == place.name);
        // A parameter that is a number has been given a name of its own.
        match (place.is_parameter && !place.indices.is_empty(), self.program.train.is_some()) {
            (true, true) => format!("net->{}{indices}", place.name),
            (true, false) => format!("{}_{}{indices}", self.program.name, place.name),
            _ if is_constant => format!("{}_{}{indices}", self.program.name, place.name),
            _ => format!("{}{indices}", place.name),
        }
    }

    fn elementary(&self, function: Elementary) -> String {
        let name = match function {
            Elementary::PowerOfTwo => return format!("{}_power_of_two", self.program.name),
            Elementary::SquareRoot => "sqrt",
            Elementary::Exponential => "exp",
            Elementary::ExponentialMinusOne => "expm1",
            Elementary::Logarithm => "log",
            Elementary::LogarithmOfOnePlus => "log1p",
            Elementary::ComplementaryErrorFunction => "erfc",
        };
        format!("{name}{}", if self.program.is_single { "f" } else { "" })
    }

    fn choice(&self, condition: &str, then: Text, otherwise: Text) -> Text {
        let [then, otherwise] = [then, otherwise].map(|value| value.at_least(Binding::Sum));
        Text { text: format!("({condition}) ? {then} : {otherwise}"), binding: Binding::Choice }
    }
}

impl Writer<'_> {
    fn scalar(&self) -> &'static str {
        if self.program.is_single { "float" } else { "double" }
    }

    fn head(&self, lines: &mut Lines) {
        let Program { header, elementary, supplied, .. } = self.program;
        lines.line("/*");
        for line in header {
            lines.line(format!(" * {}", line.replace("*/", "* /").replace("/*", "/ *")).trim_end());
        }
        lines.line(" */");
        lines.line("#include <float.h>");
        if elementary.iter().any(|&function| function != Elementary::PowerOfTwo) {
            lines.line("#include <math.h>");
        }
        if elementary.contains(&Elementary::PowerOfTwo) {
            lines.line("#include <stdint.h>");
            lines.line("#include <string.h>");
        }
        lines.line("");
        lines.line(CHECKS);
        for function in supplied {
            lines.line(self.supplied(function));
        }
        if !supplied.is_empty() {
            lines.line("");
        }
        lines.line(WITHOUT_FUSION);
    }

    /// The type of the parameters, and the functions' declarations.
    fn declarations(&self, lines: &mut Lines) {
        let Program { name, parameters, elementary, train, constants, .. } = self.program;
        let scalar = self.scalar();
        if train.is_some() {
            lines.line("/* The parameters of the network. */");
            lines.block("typedef struct {", &format!("}} {name}_net;"), |lines| {
                for Parameter { name, shape, .. } in parameters {
                    lines.line(format!("{scalar} {name}{};", lengths(shape)));
                }
            });
            lines.line("");
        }
        lines.line(format!("{};", self.predict_head()));
        if train.is_some() {
            lines.line(format!("{};", self.train_head()));
            lines.line(format!("extern const {name}_net {name}_trained;"));
            lines.line("");
            lines.line("/* The parameters of the frozen network: copy them to train it further. */");
            lines.block(format!("const {name}_net {name}_trained = {{"), "};", |lines| {
                for (position, parameter) in parameters.iter().enumerate() {
                    let comma = if position + 1 < parameters.len() { "," } else { "" };
                    self.values(lines, "", parameter, comma);
                }
            });
        }
        lines.line("");
        let arrays = parameters.iter().filter(|parameter| train.is_none() && !parameter.shape.is_empty());
        for parameter in arrays.chain(constants) {
            let head = format!("static const {scalar} {name}_{}{} = ", parameter.name, lengths(&parameter.shape));
            self.values(lines, &head, parameter, ";");
            lines.line("");
        }
        if elementary.contains(&Elementary::PowerOfTwo) {
            self.power_of_two(lines);
        }
    }

    fn supplied(&self, Supplied { name, kind, .. }: &Supplied) -> String {
        let (scalar, outputs) = (self.scalar(), self.program.outputs);
        match kind {
            SuppliedKind::Activation => format!("{scalar} {name}({scalar} z);"),
            SuppliedKind::ActivationDerivative => format!("{scalar} {name}({scalar} z, {scalar} a);"),
            SuppliedKind::LossDerivative => format!(
                "void {name}(const {scalar} y_pred[{outputs}], const {scalar} y_true[{outputs}], {scalar} \
                 dL_dy_pred[{outputs}]);"
            ),
        }
    }

    /// `head`, the values in braces, and `end`.
    fn values(&self, lines: &mut Lines, head: &str, Parameter { shape, values, .. }: &Parameter, end: &str) {
        let numbers = |values: &[f64]| values.iter().map(|&value| self.number(value)).collect::<Vec<_>>();
        match shape[..] {
            [] => lines.line(format!("{head}{}{end}", numbers(values).join(", "))),
            [_] => lines.block(format!("{head}{{"), &format!("}}{end}"), |lines| lines.list(numbers(values))),
            _ => {
                let columns = shape.last().copied().unwrap_or(1).max(1);
                lines.block(format!("{head}{{"), &format!("}}{end}"), |lines| {
                    for row in values.chunks(columns) {
                        lines.block("{", "},", |lines| lines.list(numbers(row)));
                    }
                });
            }
        }
    }

    fn power_of_two(&self, lines: &mut Lines) {
        let (integer, shift, one) = if self.program.is_single { ("uint32_t", 23, 127) } else { ("uint64_t", 52, 1023) };
        let scalar = self.scalar();
        lines.line("/* 2^-n, from a number whose low bits are -n. */");
        let head = format!("static inline {scalar} {}_power_of_two({scalar} rounded)", self.program.name);
        lines.block(head + " {", "}", |lines| {
            lines.line(format!("{integer} bits;"));
            lines.line(format!("{scalar} power;"));
            lines.line("memcpy(&bits, &rounded, sizeof bits);");
            lines.line(format!("bits = (bits << {shift}) + (({integer}){one} << {shift});"));
            lines.line("memcpy(&power, &bits, sizeof power);");
            lines.line("return power;");
        });
        lines.line("");
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
        lines.block(format!("static inline {result} {name}({}) {{", list.join(", ")), "}", |lines| {
            for (parameter, _) in parameters.iter().filter(|(parameter, _)| !uses(parameter)) {
                lines.line(format!("(void){parameter};"));
            }
            match &body.result {
                Outcome::Array(result, _) => self.statements(lines, &body.statements, Some(result)),
                Outcome::Number(value) => {
                    self.statements(lines, &body.statements, None);
                    lines.line(format!("return {};", self.text(value)));
                }
                Outcome::Elements(_) => {}
            }
        });
        lines.line("");
    }

    fn predict_head(&self) -> String {
        let Program { name, inputs, outputs, train, .. } = self.program;
        let net = if train.is_some() { format!("const {name}_net *net, ") } else { String::new() };
        let scalar = self.scalar();
        format!("void {name}({net}const {scalar} x[{inputs}], {scalar} y[{outputs}])")
    }

    fn train_head(&self) -> String {
        let (Program { name, inputs, outputs, .. }, scalar) = (self.program, self.scalar());
        format!(
            "void {name}_train({name}_net *net, const {scalar} x[{inputs}], const {scalar} y_true[{outputs}], {scalar} \
             learning_rate)"
        )
    }

    fn predict(&self, lines: &mut Lines) {
        let Body { statements, result } = &self.program.predict;
        lines.line("/* Computes the outputs y from the inputs x. */");
        lines.block(format!("{} {{", self.predict_head()), "}", |lines| {
            self.parameters(lines, statements);
            self.statements(lines, statements, None);
            match result {
                Outcome::Array(name, length) => {
                    lines.block(format!("for (int i = 0; i < {length}; ++i) {{"), "}", |lines| {
                        lines.line(format!("y[i] = {name}[i];"));
                    });
                }
                Outcome::Elements(elements) => {
                    for (index, element) in elements.iter().enumerate() {
                        lines.line(format!("y[{index}] = {};", self.text(element)));
                    }
                }
                Outcome::Number(value) => lines.line(format!("y[0] = {};", self.text(value))),
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

/// What the file cannot be compiled with.
const CHECKS: &str = "\
#if defined(__FAST_MATH__) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0)
#error \"compile without -ffast-math: it changes the results\"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#error \"floating-point arithmetic must have the precision of its type: compile for SSE2, not for x87\"
#endif
";

/// gcc ignores the pragma of the standard, and warns of it.
const WITHOUT_FUSION: &str = "\
/* A product is not fused with a sum: that would change the results. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize (\"fp-contract=off\")
#elif defined(_MSC_VER)
#pragma fp_contract (off)
#else
#pragma STDC FP_CONTRACT OFF
#endif
";

const END: &str = "
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC pop_options
#endif";

const KEYWORDS: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "complex",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "imaginary",
    "inline",
    "int",
    "long",
    "main",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    // What the headers define.
    "erfc",
    "erfcf",
    "exp",
    "expf",
    "expm1",
    "expm1f",
    "log",
    "log1p",
    "log1pf",
    "logf",
    "memcpy",
    "sqrt",
    "sqrtf",
    "uint32_t",
    "uint64_t",
    "j0",
    "j1",
    "jn",
    "y0",
    "y1",
    "yn",
    "gamma",
    "linux",
    "unix",
    "signgam",
];
