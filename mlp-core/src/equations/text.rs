//! Equations as text, in the signs of a lecture, or in LaTeX.

use super::latex;
use super::{Comparison, Elementary, Expression, Function, Subscript};

/// The signs in which a formula is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// `w11·x`
    Text,
    /// `w_{11} \cdot x`, in math mode.
    Latex,
}

/// Writes an expression. `show` writes each named quantity, in the same notation.
pub(crate) struct Writer<'a> {
    pub(crate) notation: Notation,
    pub(crate) show: &'a dyn Fn(&Expression) -> String,
}

impl Writer<'_> {
    pub(crate) fn write(&self, expression: &Expression) -> String {
        if self.notation == Notation::Latex
            && let Some(latex) = self.latex(expression)
        {
            return latex;
        }
        match expression {
            Expression::Name { .. } => (self.show)(expression),
            Expression::Number(number) => number.to_string(),
            Expression::Index(index) => (*index).to_owned(),
            Expression::Sum(terms) => self.split(terms, " + ", &Self::term),
            Expression::Product(factors) => self.split(factors, "·", &Self::factor),
            Expression::Array(elements) => self.list(elements),
            Expression::Difference(pair) => format!("{} - {}", self.write(&pair[0]), self.operand(&pair[1])),
            Expression::Quotient(pair) => format!("{} / {}", self.first(&pair[0]), self.factor(&pair[1])),
            Expression::Negative(expression) => format!("-{}", self.operand(expression)),
            Expression::Call { function, arguments } => self.call(function, arguments),
            Expression::Element { array, .. } if is_of_one(array) => self.write(array),
            Expression::Element { array, subscript } => format!("{}{}", self.write(array), subscripts(&[*subscript])),
            Expression::SumOver { index, term, .. } => format!("Σ_{} {}", index.name, self.first(term)),
            Expression::Choice { left, comparison, right, then, otherwise } => format!(
                "{} if {} {} {}, else {}",
                self.first(then),
                self.write(left),
                sign(*comparison),
                self.write(right),
                self.write(otherwise)
            ),
        }
    }

    /// Writes an expression that has a form of its own in LaTeX; `None` if it has none.
    fn latex(&self, expression: &Expression) -> Option<String> {
        Some(match expression {
            Expression::Number(number) => latex::number(&number.to_string()),
            Expression::Product(factors) => self.split(factors, r" \cdot ", &Self::factor),
            Expression::Quotient(pair) => format!(r"\frac{{{}}}{{{}}}", self.write(&pair[0]), self.write(&pair[1])),
            Expression::Call { function, arguments } => self.latex_call(function, arguments),
            Expression::Array(elements) => format!(r"\left[{}\right]", self.list(elements)),
            Expression::Element { array, subscript } if !is_of_one(array) => {
                let place = subscripts(&[*subscript]);
                format!("{}_{{{}}}", self.write(array), place.trim_matches(['[', ']']))
            }
            Expression::SumOver { index, term, .. } => format!(r"\sum_{{{}}} {}", index.name, self.first(term)),
            Expression::Choice { left, comparison, right, then, otherwise } => {
                let [left, right, then, otherwise] = [left, right, then, otherwise].map(|part| self.write(part));
                let [holds, fails] = match comparison {
                    Comparison::Less => ["<", r"\ge"],
                    Comparison::LessOrEqual => [r"\le", ">"],
                    Comparison::Greater => [">", r"\le"],
                    Comparison::GreaterOrEqual => [r"\ge", "<"],
                    Comparison::Equal => ["=", r"\ne"],
                };
                format!(
                    r"\begin{{cases}} {then} & {left} {holds} {right} \\ {otherwise} & {left} {fails} {right} \end{{cases}}"
                )
            }
            _ => return None,
        })
    }

    fn latex_call(&self, function: &Function, arguments: &[Expression]) -> String {
        match (function.elementary(), function.name(), arguments) {
            (Some(Elementary::Exponential), _, [power]) => format!("e^{{{}}}", self.write(power)),
            (Some(Elementary::ExponentialMinusOne), _, [power]) => format!("e^{{{}}} - 1", self.write(power)),
            (Some(Elementary::LogarithmOfOnePlus), _, [rest]) => format!(r"\ln\left({}\right)", self.one_plus(rest)),
            (Some(Elementary::SquareRoot), _, [square]) => format!(r"\sqrt{{{}}}", self.write(square)),
            (_, "absolute", [x]) => format!(r"\left|{}\right|", self.write(x)),
            (_, "square", [x]) => {
                let base = self.factor(x);
                let is_sign = matches!(x, Expression::Name { .. }) && !base.contains([' ', '\\', '^']);
                if is_sign || base.starts_with('(') { format!("{base}^2") } else { format!(r"\left({base}\right)^2") }
            }
            (_, name, _) => {
                let name = match name {
                    "ln" | "max" | "min" | "tanh" => format!(r"\{name}"),
                    "Φ" => r"\Phi".to_owned(),
                    "φ" => r"\varphi".to_owned(),
                    other => latex::upright(other),
                };
                format!(r"{name}\left({}\right)", self.list(arguments))
            }
        }
    }

    fn list(&self, expressions: &[Expression]) -> String {
        self.split(expressions, ", ", &Self::write)
    }

    /// The first of these expressions, and the others each as `other` writes it.
    fn split(&self, expressions: &[Expression], between: &str, other: &dyn Fn(&Self, &Expression) -> String) -> String {
        let Some((first, others)) = expressions.split_first() else { return String::new() };
        let is_product = ["·", r" \cdot "].contains(&between);
        let binds_first = is_product || matches!(first, Expression::Choice { .. });
        let first = if binds_first { self.first(first) } else { self.write(first) };
        others.iter().fold(first, |text, expression| format!("{text}{between}{}", other(self, expression)))
    }

    fn call(&self, function: &Function, arguments: &[Expression]) -> String {
        match (function.elementary(), function.name(), arguments) {
            (Some(Elementary::Exponential), _, [power]) => format!("e^{}", self.factor(power)),
            (Some(Elementary::ExponentialMinusOne), _, [power]) => format!("e^{} - 1", self.factor(power)),
            (Some(Elementary::LogarithmOfOnePlus), _, [rest]) => format!("ln({})", self.one_plus(rest)),
            (Some(Elementary::SquareRoot), _, [square]) => format!("√{}", self.factor(square)),
            (_, "absolute", [x]) => format!("|{}|", self.write(x)),
            (_, "square", [x]) => format!("{}^2", self.factor(x)),
            (_, name, _) => format!("{name}({})", self.list(arguments)),
        }
    }

    fn one_plus(&self, rest: &Expression) -> String {
        match rest {
            Expression::Negative(rest) => format!("1 - {}", self.operand(rest)),
            rest => format!("1 + {}", self.write(rest)),
        }
    }

    /// An expression before an operator that binds more strongly than + and −.
    fn first(&self, expression: &Expression) -> String {
        let text = self.write(expression);
        if binds_weakly(expression) { format!("({text})") } else { text }
    }

    /// A term of a sum that is not the first. `e^z - 1` needs no parentheses there.
    fn term(&self, expression: &Expression) -> String {
        match expression {
            Expression::Call { .. } => self.write(expression),
            _ => self.operand(expression),
        }
    }

    /// An operand after a sign: what begins with a minus needs parentheses, too; of a product, only its head.
    fn operand(&self, expression: &Expression) -> String {
        if let Expression::Product(factors) = expression
            && let Some((head, others)) = factors.split_first()
        {
            let times = if self.notation == Notation::Latex { r" \cdot " } else { "·" };
            return others
                .iter()
                .fold(self.operand(head), |text, factor| format!("{text}{times}{}", self.factor(factor)));
        }
        let text = self.first(expression);
        if text.starts_with('-') { format!("({text})") } else { text }
    }

    /// An operand after a sign that binds as strongly as a product.
    fn factor(&self, expression: &Expression) -> String {
        let binds_as_strongly = match expression {
            Expression::Product(_) => true,
            Expression::Quotient(_) => self.notation == Notation::Text,
            _ => false,
        };
        if binds_as_strongly { format!("({})", self.write(expression)) } else { self.operand(expression) }
    }
}

/// Whether an expression needs parentheses beside a product.
fn binds_weakly(expression: &Expression) -> bool {
    match expression {
        Expression::Sum(_) | Expression::Difference(_) | Expression::Choice { .. } => true,
        Expression::Call { function, .. } => function.elementary() == Some(Elementary::ExponentialMinusOne),
        _ => false,
    }
}

/// Whether an array has one element for certain, so that nobody asks which one is meant.
fn is_of_one(array: &Expression) -> bool {
    let Expression::Call { arguments, .. } = array else { return false };
    matches!(arguments.first(), Some(Expression::Array(elements)) if elements.len() == 1)
}

/// `[i][0]`
pub(crate) fn subscripts(subscripts: &[Subscript]) -> String {
    let write = |subscript: &Subscript| match subscript {
        Subscript::Index(index) => format!("[{index}]"),
        Subscript::Before(index) => format!("[{index} - 1]"),
        Subscript::Number(number) => format!("[{number}]"),
    };
    subscripts.iter().map(write).collect()
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "≤",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => "≥",
        Comparison::Equal => "=",
    }
}

/// Writes names as they are.
pub(crate) fn symbols(expression: &Expression) -> String {
    match expression {
        Expression::Name { name, subscripts: which } => format!("{name}{}", subscripts(which)),
        _ => String::new(),
    }
}
