//! A step that shows its numbers, as an expression whose value is an object of functions. A page computes with them.

use super::elementary;
use super::{POWER_OF_TWO, Writer};
use crate::equations::Elementary;
use crate::source::freeze::{Quantity, Step, Update, WIDE};
use crate::source::header::FDLIBM;
use crate::source::language::{Lines, Spelling as _};
use crate::source::program::Program;

/// `pass(p, x, y_true)` gives the value of each equation of the forward pass, the loss and backpropagation;
/// `predict(p, x)` the predictions. Each function of `updates` moves the parameters `p` by their gradients `g`, changes
/// the optimizer's state `s`, and gives the value of each equation of the update. `functions` are those that these call,
/// and `logarithm` is ln in `f64`, by which random starts are drawn.
pub(crate) fn step(step: &Step) -> String {
    let Step { program, elementary: called, pass, updates } = step;
    let writer = Writer { program, is_single: program.is_single };
    let mut lines = Lines::default();
    lines.line("(() => {");
    lines.line("\"use strict\";");
    lines.line("// Exponentials, logarithms and the error function follow fdlibm:");
    FDLIBM.lines().for_each(|line| lines.line(format!("// {}", line.trim_start())));
    if program.is_single {
        lines.line("const fround = Math.fround;");
    }
    let mut text = lines.finish();
    if program.calls_power_of_two {
        text += POWER_OF_TWO[usize::from(program.is_single)];
    }
    text += &elementary::functions(called, program.is_single);
    // In `f64` whatever the scalar is, and so under names that no other logarithm sees.
    text += "\nconst logarithm = (() => {\n";
    text += elementary::functions(&[(Elementary::Logarithm, "logarithm".to_owned())], false).trim_start();
    text += "return logarithm;\n})();\n";
    let mut lines = Lines::default();
    writer.functions(&mut lines);
    writer.function(&mut lines, "pass", "p, x, y_true", pass);
    writer.function(&mut lines, "predict", "p, x", &program.predict);
    lines.line("");
    lines.block("const updates = [", "];", |lines| updates.iter().for_each(|update| writer.update(lines, update)));
    lines.line("");
    writer.sums(&mut lines);
    lines.line("");
    let functions: Vec<_> = program.functions.iter().map(|function| function.name.as_str()).collect();
    lines.line(format!("const functions = {{ {} }};", functions.join(", ")));
    lines.line("return { pass, predict, updates, mean, mean_of, functions, logarithm };");
    lines.line("})()");
    text + &lines.finish()
}

impl Writer<'_> {
    /// The state `s` begins with its numbers; an array for each other part of the state follows.
    fn update(&self, lines: &mut Lines, update: &Update) {
        let Update { settings, numbers, each, parameter, gradient, learning_rate } = update;
        let state_numbers = numbers.iter().filter(|quantity| quantity.is_state).count();
        lines.block(format!("function (p, g, s, {learning_rate}) {{"), "},", |lines| {
            lines.line("const values = [], count = p.length;");
            for (name, value) in settings {
                let wide = Writer { is_single: false, ..*self };
                lines.line(format!("const {} = {};", self.name_of(name, true), wide.number(*value)));
                self.rounded_below(lines, name, true);
            }
            let mut place = 0;
            for Quantity { name, value, is_state, is_in_f64 } in numbers {
                let writer = Writer { is_single: self.is_single && !is_in_f64, ..*self };
                let name_of_value = self.name_of(name, *is_in_f64);
                if *is_state {
                    lines.line(format!("let {name_of_value} = s[{place}];"));
                    lines.line(format!("{name_of_value} = {};", writer.text(value)));
                    lines.line(format!("s[{place}] = {name_of_value};"));
                    place += 1;
                } else {
                    lines.line(format!("const {name_of_value} = {};", writer.text(value)));
                }
                self.rounded_below(lines, name, *is_in_f64);
                lines.line(format!("values.push({name});"));
            }
            lines.block("for (let i = 0; i < count; i++) {", "}", |lines| {
                lines.line(format!("let {parameter} = p[i];"));
                lines.line(format!("const {gradient} = g[i];"));
                let states = each.iter().filter(|quantity| quantity.is_state).enumerate();
                let at = |number: usize| match (state_numbers, number) {
                    (0, 0) => "i".to_owned(),
                    (0, 1) => "count + i".to_owned(),
                    (first, number) => format!("{first} + {number} * count + i"),
                };
                for (number, Quantity { name, .. }) in states.clone() {
                    lines.line(format!("let {name} = s[{}];", at(number)));
                }
                for Quantity { name, value, is_state, .. } in each {
                    let keyword = if *is_state || name == parameter { "" } else { "const " };
                    lines.line(format!("{keyword}{name} = {};", self.text(value)));
                    lines.line(format!("values.push({name});"));
                }
                for (number, Quantity { name, .. }) in states {
                    lines.line(format!("s[{}] = {name};", at(number)));
                }
                lines.line(format!("p[i] = {parameter};"));
            });
            lines.line("return values;");
        });
    }

    fn name_of(&self, name: &str, is_in_f64: bool) -> String {
        let wide = if self.is_single && is_in_f64 { WIDE } else { "" };
        format!("{name}{wide}")
    }

    /// Gives a number in `f64` its own name too, rounded, if the network is one of `f32`.
    fn rounded_below(&self, lines: &mut Lines, name: &str, is_in_f64: bool) {
        if self.is_single && is_in_f64 {
            lines.line(format!("const {name} = fround({name}{WIDE});"));
        }
    }

    /// The mean of the gradients of a batch, in the order of the examples, and that of the losses.
    fn sums(&self, lines: &mut Lines) {
        let Program { is_single, .. } = self.program;
        let rounded = |text: &str| if *is_single { format!("fround({text})") } else { text.to_owned() };
        lines.line("// The mean of arrays, element by element.");
        lines.block("function mean(arrays) {", "}", |lines| {
            lines.line("const sum = new Array(arrays[0].length).fill(0);");
            lines.block("for (const array of arrays) {", "}", |lines| {
                lines.line(format!("for (let i = 0; i < sum.length; i++) sum[i] = {};", rounded("sum[i] + array[i]")));
            });
            lines.line(format!("return sum.map((sum) => {});", rounded("sum / arrays.length")));
        });
        lines.line("");
        lines.block("function mean_of(numbers) {", "}", |lines| {
            lines.line("return mean(numbers.map((number) => [number]))[0];");
        });
    }
}
