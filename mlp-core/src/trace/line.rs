//! An equation as a line: its name, its formula, its numbers, its value.

use super::Equation;
use crate::Scalar;
use crate::equations::{Expression, Notation, Writer, latex, symbols};
use crate::number::{DIGITS, significant};

/// How many terms of a sum, or elements of an array, a shortened line has.
const MOST_TERMS: usize = 8;

/// The style of a line.
pub(crate) struct Style<'a> {
    pub(crate) notation: Notation,
    /// Significant digits.
    pub(crate) digits: usize,
    /// Whether long sums have dots in their middle.
    pub(crate) is_short: bool,
    /// The text that stands for the value of this name, if the value is not shown.
    pub(crate) hidden: &'a dyn Fn(&str) -> Option<String>,
}

/// The parts of a line. A part that would repeat the next one is missing.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) formula: Option<String>,
    pub(crate) numbers: Option<String>,
    /// Whether a calculator that is fed with the numbers gets the last digit of the value.
    pub(crate) is_exact: bool,
    pub(crate) value: String,
}

impl Style<'_> {
    pub(crate) const fn text(digits: usize) -> Self {
        Self { notation: Notation::Text, digits, is_short: false, hidden: &|_| None }
    }

    pub(crate) const fn short(notation: Notation, digits: usize) -> Self {
        Self { notation, digits, is_short: true, hidden: &|_| None }
    }

    pub(crate) fn name(&self, name: &str) -> String {
        if self.notation == Notation::Latex { latex::name(name) } else { name.to_owned() }
    }

    pub(crate) fn number<T: Scalar>(&self, value: T) -> String {
        let number = significant(value, self.digits);
        if self.notation == Notation::Latex { latex::number(&number) } else { number }
    }

    /// `=` or `≈`
    pub(crate) fn sign(&self, is_exact: bool) -> &'static str {
        match (self.notation, is_exact) {
            (_, true) => "=",
            (Notation::Text, false) => "≈",
            (Notation::Latex, false) => r"\approx",
        }
    }
}

impl Line {
    pub(crate) fn write(&self, style: &Style<'_>) -> String {
        let parts = [&self.formula, &self.numbers].into_iter().flatten();
        let start = parts.fold(self.name.clone(), |line, part| format!("{line} = {part}"));
        format!("{start} {} {}", style.sign(self.is_exact), self.value)
    }
}

impl<T: Scalar> Equation<T> {
    pub(crate) fn line(&self, style: &Style<'_>) -> Line {
        let formula = self.formula_in(style);
        let numbers = self.numbers_in(style);
        let value = (style.hidden)(&self.name).unwrap_or_else(|| style.number(self.value));
        let has_formula = formula != value;
        let has_numbers = has_formula && numbers != value;
        Line {
            name: style.name(&self.name),
            formula: has_formula.then_some(formula),
            numbers: has_numbers.then_some(numbers),
            is_exact: !has_numbers || self.agrees_with_its_numbers(style.digits),
            value,
        }
    }

    pub(crate) fn formula_in(&self, style: &Style<'_>) -> String {
        self.write(style, &|name| style.name(&symbols(name)))
    }

    pub(crate) fn numbers_in(&self, style: &Style<'_>) -> String {
        self.write(style, &|name| {
            let name = symbols(name);
            let Some(&value) = self.values.get(&name) else { return style.name(&name) };
            // What reads its own name reads the value before.
            let hidden = if name == self.name { None } else { (style.hidden)(&name) };
            hidden.unwrap_or_else(|| style.number(value))
        })
    }

    /// The line as text, with dots in long sums.
    pub(crate) fn shortened(&self) -> String {
        let style = Style::short(Notation::Text, DIGITS);
        self.line(&style).write(&style)
    }

    /// The names that the equation reads, each once.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The names that a line shows with their values, each once, in order.
    pub(crate) fn reads(&self) -> impl Iterator<Item = (String, T)> {
        self.shown_names(false).into_iter().filter_map(|name| {
            let value = *self.values.get(&name)?;
            Some((name, value))
        })
    }

    /// The names that a line shows, each once, in order.
    pub(crate) fn shown_names(&self, is_short: bool) -> Vec<String> {
        let mut names = Vec::new();
        self.shown(is_short).visit(&mut |part| {
            let name = symbols(part);
            if self.values.contains_key(&name) && !names.contains(&name) {
                names.push(name);
            }
        });
        names
    }

    /// The expression as it is written.
    pub(super) fn shown(&self, is_short: bool) -> Expression {
        let value = |name: &Expression| self.values.get(&symbols(name)).map_or(f64::NAN, |value| value.to_f64());
        let expression = self.expression.in_lecture(Some(&value));
        if is_short { shortened(&expression) } else { expression }
    }

    fn write(&self, style: &Style<'_>, show: &dyn Fn(&Expression) -> String) -> String {
        Writer { notation: style.notation, show }.write(&self.shown(style.is_short))
    }
}

/// Long sums and arrays with their first and last parts only. The last term of a sum may be a bias.
fn shortened(expression: &Expression) -> Expression {
    let short = |parts: &[Expression]| match parts {
        [first, second, third, .., last_but_one, last] if parts.len() > MOST_TERMS => {
            [first, second, third, &Expression::name("…"), last_but_one, last].map(shortened).to_vec()
        }
        parts => parts.iter().map(shortened).collect(),
    };
    match expression {
        Expression::Sum(terms) => Expression::Sum(short(terms)),
        Expression::Array(elements) => Expression::Array(short(elements)),
        other => other.map(&mut shortened),
    }
}
