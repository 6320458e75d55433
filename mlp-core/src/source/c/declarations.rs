//! The file before the functions: checks of the compiler's settings, the type of the parameters, arrays of numbers.

use super::{Writer, lengths};
use crate::source::language::{Lines, Spelling as _};
use crate::source::program::{Parameter, Program, Supplied, SuppliedKind};
use crate::source::text::literal;

impl Writer<'_> {
    pub(super) fn head(&self, lines: &mut Lines) {
        let Program { header, calls_power_of_two, supplied, .. } = self.program;
        lines.line("/*");
        for line in header {
            lines.line(format!(" * {line}").trim_end());
        }
        lines.line(" */");
        lines.line("#include <float.h>");
        if *calls_power_of_two {
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
    pub(super) fn declarations(&self, lines: &mut Lines) {
        let Program { name, parameters, calls_power_of_two, train, constants, .. } = self.program;
        let scalar = self.scalar();
        if train.is_some() {
            lines.line("/* The parameters of the network. */");
            lines.block(format!("typedef struct {name}_net {{"), &format!("}} {name}_net;"), |lines| {
                for Parameter { name, shape, .. } in parameters {
                    lines.line(format!("{scalar} {name}{};", lengths(shape)));
                }
            });
            lines.line("");
        }
        self.classes(lines);
        lines.line(format!("{};", self.predict_head()));
        if train.is_some() {
            lines.line(format!("{};", self.train_head()));
            lines.line(format!("extern const {name}_net {name}_trained;"));
            lines.line("");
            lines.line("/* The parameters of the frozen network: copy them to train it further. */");
            lines.block(format!("const {name}_net {name}_trained = {{"), "};", |lines| {
                for (position, parameter) in parameters.iter().enumerate() {
                    let comma = if position + 1 < parameters.len() { "," } else { "" };
                    lines.numbers("", parameter, ["{", "}"], comma, &|value| self.number(value));
                }
            });
        }
        lines.line("");
        let arrays = parameters.iter().filter(|parameter| train.is_none() && !parameter.shape.is_empty());
        let arrays = arrays.map(|array| (*self, array));
        for (writer, parameter) in arrays.chain(constants.iter().map(|array| (self.raw(), array))) {
            let scalar = writer.scalar();
            let head = format!("static const {scalar} {name}_{}{} = ", parameter.name, lengths(&parameter.shape));
            lines.numbers(&head, parameter, ["{", "}"], ";", &|value| writer.number(value));
            lines.line("");
        }
        if *calls_power_of_two {
            self.define_power_of_two(lines);
        }
    }

    fn classes(&self, lines: &mut Lines) {
        let Program { classes, classes_name, .. } = self.program;
        if classes.is_empty() {
            return;
        }
        let head = format!("const char *const {classes_name}[{}]", classes.len());
        lines.line("/* The names of the classes, in UTF-8. */");
        // Without the first line, C++ would keep the array to this file.
        lines.line(format!("extern {head};"));
        lines.block(format!("{head} = {{"), "};", |lines| {
            lines.list(classes.iter().map(|class| literal(class, is_plain, octal)));
        });
        lines.line("");
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

    fn define_power_of_two(&self, lines: &mut Lines) {
        let (integer, shift, one) = if self.is_single { ("uint32_t", 23, 127) } else { ("uint64_t", 52, 1023) };
        let scalar = self.scalar();
        lines.line("/* 2^-n, from a number whose low bits are -n. */");
        let head = format!("static {scalar} {}({scalar} rounded)", self.power_of_two());
        lines.block(head + " {", "}", |lines| {
            lines.line(format!("{integer} bits;"));
            lines.line(format!("{scalar} power;"));
            lines.line("memcpy(&bits, &rounded, sizeof bits);");
            lines.line(format!("bits = (bits + {one}) << {shift};"));
            lines.line("memcpy(&power, &bits, sizeof power);");
            lines.line("return power;");
        });
        lines.line("");
    }
}

/// `?` is not, because some compilers read `??/` as a backslash.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~') && character != '?'
}

/// Digits of the bytes in UTF-8. Compilers read files differently, and three digits end by themselves, unlike `\x`.
fn octal(character: char) -> String {
    let mut buffer = [0; 4];
    character.encode_utf8(&mut buffer).bytes().fold(String::new(), |text, byte| format!("{text}\\{byte:03o}"))
}

/// Settings of a compiler that change the results.
const CHECKS: &str = "\
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \\
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__ != 0)
#error \"compile without -ffast-math and the options that it consists of: they change the results\"
#endif
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
#error \"floating-point arithmetic must have the precision of its type: compile for SSE2, not for x87\"
#endif
";

/// gcc ignores the pragma of the standard, and warns of it. clang tells a file nothing of the options that `-ffast-math`
/// consists of, but `float_control` switches them off. Nothing switches clang's `-ffp-contract=fast` off.
const WITHOUT_FUSION: &str = "\
/* A product is not fused with a sum: that would change the results. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC optimize (\"fp-contract=off\")
#elif defined(_MSC_VER)
#pragma fp_contract (off)
#else
#if defined(__clang__) && __clang_major__ >= 11
#pragma float_control(push)
#pragma float_control(precise, on)
#endif
#pragma STDC FP_CONTRACT OFF
#endif
";
