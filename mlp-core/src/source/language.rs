//! How a language spells expressions. What most languages have in common is here.

use super::names::Names;
use super::program::{Callee, Condition, Expression, Operator, Parameter, Place, Program, Subscript};
use crate::equations::Comparison;

/// A language that a network can be frozen to.
pub(crate) struct Language {
    /// `C`, for the header and for messages.
    pub(crate) name: &'static str,
    /// Words that cannot be names.
    pub(crate) keywords: &'static [&'static str],
    /// Spells a name so that nothing is wrong with it but that it may be a keyword, or taken.
    pub(crate) spell: fn(&str) -> String,
    /// Names that the writer gives to things of its own in every function.
    pub(crate) own_names: &'static [&'static str],
    /// Whether names of functions begin with the name of the whole, because the language has one space for all names.
    pub(crate) prefixes_functions: bool,
    /// Whether the names of constants are in capitals.
    pub(crate) has_capital_constants: bool,
    /// Whether it computes in `f64` even if the network computes in `f32`.
    pub(crate) is_always_double: bool,
    /// Writes the file.
    pub(crate) write: fn(&Program) -> String,
}

impl Language {
    /// The names of a function's inside, where these names are taken besides the language's.
    pub(crate) fn names<'a>(&self, taken: impl IntoIterator<Item = &'a str>) -> Names {
        let own = self.keywords.iter().chain(self.own_names).copied();
        Names::without(taken.into_iter().chain(own), self.spell)
    }
}

/// The text of an expression, and how strongly it holds together.
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) binding: Binding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Binding {
    Choice,
    Sum,
    Product,
    Sign,
    Whole,
}

impl Text {
    pub(crate) fn whole(text: impl Into<String>) -> Self {
        Self { text: text.into(), binding: Binding::Whole }
    }

    /// The text, in parentheses if it holds together less strongly than this.
    pub(crate) fn at_least(self, binding: Binding) -> String {
        if self.binding < binding { format!("({})", self.text) } else { self.text }
    }
}

/// How a language spells expressions.
pub(crate) trait Spelling {
    /// A number that reads back to the bit.
    fn number(&self, value: f64) -> String;

    /// The value of a name or of an element.
    fn place(&self, place: &Place) -> String {
        format!("{}{}", place.name, subscripts(&place.indices))
    }

    /// The name of the function for powers of two.
    fn power_of_two(&self) -> String {
        "power_of_two".to_owned()
    }

    fn choice(&self, condition: &str, then: Text, otherwise: Text) -> Text;

    fn operation(&self, operator: Operator, left: Text, right: Text) -> Text {
        infix(operator, left, right)
    }

    /// The value in `f64`, rounded to `f32`.
    fn rounded(&self, raw: &Expression) -> Text {
        self.expression(raw)
    }

    /// The value in `f32`, as one in `f64`.
    fn widened(&self, value: &Expression) -> Text {
        self.expression(value)
    }

    fn call(&self, function: &Callee, arguments: Vec<String>) -> Text {
        let name = match function {
            Callee::PowerOfTwo => self.power_of_two(),
            Callee::Named(name) => name.clone(),
        };
        Text::whole(format!("{name}({})", arguments.join(", ")))
    }

    fn expression(&self, expression: &Expression) -> Text {
        match expression {
            Expression::Number(value) => {
                let binding = if value.is_sign_negative() { Binding::Sign } else { Binding::Whole };
                Text { text: self.number(*value), binding }
            }
            Expression::Place(place) => Text::whole(self.place(place)),
            Expression::Rounded(raw) => self.rounded(raw),
            Expression::Widened(value) => self.widened(value),
            Expression::Negative(operand) => {
                let operand = self.expression(operand).at_least(Binding::Whole);
                Text { text: format!("-{operand}"), binding: Binding::Sign }
            }
            Expression::Operation(operator, operands) => {
                let [left, right] = &**operands;
                self.operation(*operator, self.expression(left), self.expression(right))
            }
            Expression::Call { function, arguments } => {
                self.call(function, arguments.iter().map(|argument| self.text(argument)).collect())
            }
            Expression::Choice(choice) => {
                let condition = self.condition(&choice.condition);
                self.choice(&condition, self.expression(&choice.then), self.expression(&choice.otherwise))
            }
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Numbers(comparison, [left, right]) => {
                let [left, right] = [left, right].map(|side| self.expression(side).at_least(Binding::Sum));
                let sign = if *comparison == Comparison::Equal { self.equals() } else { comparison_sign(*comparison) };
                format!("{left} {sign} {right}")
            }
            Condition::SameIndex([left, right]) => {
                format!("{} {} {}", subscript(left), self.equals(), subscript(right))
            }
        }
    }

    /// The sign between two equal numbers.
    fn equals(&self) -> &'static str {
        "=="
    }

    /// An expression that stands alone.
    fn text(&self, expression: &Expression) -> String {
        self.expression(expression).text
    }
}

/// The operator and the right side, if the value of a place changes by an operation on itself: `z -= right`.
pub(crate) fn change<'a>(place: &Place, value: &'a Expression) -> Option<(Operator, &'a Expression)> {
    let Expression::Operation(operator, operands) = value else { return None };
    let [Expression::Place(left), right] = &**operands else { return None };
    (left == place).then_some((*operator, right))
}

/// `left + right`, evaluated from left to right.
pub(crate) fn infix(operator: Operator, left: Text, right: Text) -> Text {
    let (binding, above) = match operator {
        Operator::Add | Operator::Subtract => (Binding::Sum, Binding::Product),
        Operator::Multiply | Operator::Divide => (Binding::Product, Binding::Sign),
    };
    let (left, right) = (left.at_least(binding), right.at_least(above));
    Text { text: format!("{left} {} {right}", operator.sign()), binding }
}

/// `<`
pub(crate) const fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Equal => "==",
    }
}

/// `[i][j]`
pub(crate) fn subscripts(indices: &[Subscript]) -> String {
    indices.iter().fold(String::new(), |text, index| format!("{text}[{}]", subscript(index)))
}

pub(crate) fn subscript(index: &Subscript) -> String {
    match index {
        Subscript::Number(number) => number.to_string(),
        Subscript::Index(index) => index.clone(),
        Subscript::Before(index) => format!("{index} - 1"),
        Subscript::Remainder(index, divisor) => format!("{index} % {divisor}"),
    }
}

/// The shortest decimal literal that reads back to the bit, always with a point or an exponent.
pub(crate) fn decimal(value: f64, is_single: bool) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "it is a number of this type")]
    if is_single { format!("{:?}", value as f32) } else { format!("{value:?}") }
}

/// A file under way: lines with their indentation.
#[derive(Default)]
pub(crate) struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text.extend(core::iter::repeat_n("    ", self.depth));
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A line that opens a block, the block, and a line that closes it.
    pub(crate) fn block(&mut self, opens: impl AsRef<str>, closes: &str, block: impl FnOnce(&mut Self)) {
        self.line(opens);
        self.depth += 1;
        block(self);
        self.depth -= 1;
        if !closes.is_empty() {
            self.line(closes);
        }
    }

    /// The elements, separated by commas, in lines of at most 120 characters. Ends every line but the last with a comma.
    pub(crate) fn list(&mut self, elements: impl IntoIterator<Item = String>) {
        let mut line = String::new();
        for element in elements {
            if !line.is_empty() && line.len() + element.len() + 2 > 116 - 4 * self.depth {
                self.line(format!("{line},"));
                line.clear();
            }
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(&element);
        }
        self.line(line);
    }

    /// `head`, the numbers of a parameter, and `end`; an array is between these brackets, and so is each row of a matrix.
    pub(crate) fn numbers(
        &mut self,
        head: &str,
        Parameter { shape, values, .. }: &Parameter,
        [opens, closes]: [&str; 2],
        end: &str,
        number: &dyn Fn(f64) -> String,
    ) {
        let numbers = |values: &[f64]| values.iter().copied().map(number).collect::<Vec<_>>();
        let (opening, closing) = (format!("{head}{opens}"), format!("{closes}{end}"));
        match shape[..] {
            [] => self.line(format!("{head}{}{end}", numbers(values).join(", "))),
            [_] => self.block(opening, &closing, |lines| lines.list(numbers(values))),
            [.., columns] => self.block(opening, &closing, |lines| {
                for row in values.chunks(columns.max(1)) {
                    lines.block(opens, &format!("{closes},"), |lines| lines.list(numbers(row)));
                }
            }),
        }
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}
