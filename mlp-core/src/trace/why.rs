//! Why a value is what it is: its equation, and those of everything that it comes from.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::{self, Display, Formatter};

use super::line::Style;
use super::{Equation, Given, Trace, UnknownName};
use crate::equations::{Derivative, Expression, Notation, latex, symbols};
use crate::language::fill;
use crate::{Language, Scalar};

/// How many equations an explanation has at most. It names the others where it ends.
const MOST_EQUATIONS: usize = 40;

/// How many names or elements a remark enumerates.
const MOST_NAMES: usize = 8;

/// Why a value is what it is: the answer of [`Trace::why`].
///
/// Its `Display` is text, with the trace's [`digits`](Trace::digits) or as many as the precision says.
/// [`to_markdown`](Self::to_markdown) and [`to_latex`](Self::to_latex) write the same for a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Why<T> {
    language: Language,
    digits: usize,
    lines: Vec<(usize, Content<T>)>,
}

/// The contents of a line of an explanation.
#[derive(Clone, Debug, PartialEq)]
enum Content<T> {
    Equation(Equation<T>),
    /// An array of a rolled network.
    Array(String, Vec<T>),
    /// Given quantities of one kind, by name.
    Given(Given, Vec<(String, T)>),
    /// A quantity that several others read, and those: one term of a sum for each.
    Paths(String, Vec<String>),
    /// Names that are explained further above.
    Above(Vec<String>),
    /// Names that are left out.
    AskFor(Vec<String>),
}

impl<T: Scalar> Trace<T> {
    /// Why a value is what it is: its equation with numbers and below it, indented, the equations of its sources, down
    /// to inputs, targets, parameters and settings. Each is written out once. Where the terms of a sum are the paths of
    /// the chain rule, a sentence says so. Long sums are shortened, and an explanation has at most 40 equations, those
    /// nearest to the value; it names the next ones, for which one can ask.
    ///
    /// A parameter's name asks for its update. In a rolled network a name is that of an element, `z1[0]`; the name of an
    /// array gives a summary of its elements.
    ///
    /// # Errors
    ///
    /// If the step has no such name. The error suggests the nearest one.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let trace = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1);
    /// let why = trace.why("dL_dw11")?;
    /// assert_eq!(why.to_string(), "\
    /// dL_dw11 = dL_dz1·dz1_dw11 = -0.08872·0.5 = -0.04436
    ///   dL_dz1 = dL_dy_pred·dy_pred_dz1 = -0.3775·0.2350 ≈ -0.08872
    ///     dL_dy_pred = y_pred - y_true = 0.6225 - 1 = -0.3775
    ///       targets: y_true = 1
    ///       y_pred = sigmoid(z1) = sigmoid(0.5) = 0.6225
    ///         z1 = w11·x + b1 = 0.5·0.5 + 0.25 = 0.5
    ///           inputs: x = 0.5
    ///           parameters: w11 = 0.5, b1 = 0.25
    ///     dy_pred_dz1 = y_pred·(1 - y_pred) = 0.6225·(1 - 0.6225) = 0.2350
    ///       see above: y_pred
    ///   dz1_dw11 = x = 0.5
    /// ");
    /// assert_eq!(
    ///     trace.why("dL_w11").unwrap_err().to_string(),
    ///     "the step has no quantity `dL_w11`: did you mean `dL_dw11`?",
    /// );
    /// # Ok::<(), mlp_core::trace::UnknownName>(())
    /// ```
    pub fn why(&self, name: &str) -> Result<Why<T>, UnknownName> {
        let mut lines = Vec::new();
        if let Some(last) = self.place_before(name, usize::MAX) {
            Explanation::new(self, last).write(last, 0, &mut lines);
        } else if let Some(&(given, value)) = self.given.get(name) {
            lines.push((0, Content::Given(given, vec![(name.to_owned(), value)])));
        } else {
            let elements = self.elements_of(name);
            if elements.is_empty() {
                return Err(self.unknown(name));
            }
            let names = elements.iter().map(|(name, _)| name.clone()).collect();
            lines.push((0, Content::Array(name.to_owned(), elements.iter().map(|&(_, value)| value).collect())));
            lines.push((1, Content::AskFor(names)));
        }
        Ok(Why { language: self.language.clone(), digits: self.digits, lines })
    }

    /// The elements of an array in the order of their places.
    fn elements_of(&self, array: &str) -> Vec<(String, T)> {
        let computed = self.equations().map(|equation| (&equation.name, equation.value));
        let given = self.given.iter().map(|(name, &(_, value))| (name, value));
        let is_element = |name: &str| name.strip_prefix(array).is_some_and(|places| places.starts_with('['));
        let mut elements: Vec<_> = computed
            .chain(given)
            .filter(|(name, _)| is_element(name))
            .map(|(name, value)| (name.clone(), value))
            .collect();
        let place = |name: &str| -> Vec<usize> {
            name.split(['[', ']']).skip(1).filter_map(|number| number.parse().ok()).collect()
        };
        elements.sort_by_cached_key(|(name, _)| place(name));
        elements.dedup_by(|second, first| second.0 == first.0);
        elements
    }
}

/// An explanation in the making. Equations are known by their places in the step.
struct Explanation<'a, T> {
    trace: &'a Trace<T>,
    equations: Vec<&'a Equation<T>>,
    /// Which equations are written out: those nearest to the value.
    explained: HashSet<usize>,
    written: HashSet<usize>,
    listed: HashSet<String>,
}

impl<'a, T: Scalar> Explanation<'a, T> {
    fn new(trace: &'a Trace<T>, of: usize) -> Self {
        let equations = trace.equations().collect();
        let mut explanation =
            Self { trace, equations, explained: HashSet::new(), written: HashSet::new(), listed: HashSet::new() };
        let mut next = VecDeque::from([of]);
        while let Some(place) = next.pop_front() {
            if explanation.explained.len() < MOST_EQUATIONS && explanation.explained.insert(place) {
                next.extend(explanation.sources(place).into_iter().filter_map(|(_, source)| source));
            }
        }
        explanation
    }

    /// The names that an equation shows, each with the place of its own equation, if it is not given.
    fn sources(&self, place: usize) -> Vec<(String, Option<usize>)> {
        let names = self.equations[place].shown_names(true);
        names.into_iter().map(|name| (name.clone(), self.trace.place_before(&name, place))).collect()
    }

    fn write(&mut self, place: usize, depth: usize, lines: &mut Vec<(usize, Content<T>)>) {
        self.written.insert(place);
        let equation = self.equations[place];
        lines.push((depth, Content::Equation(equation.clone())));
        if let Some((source, targets)) = paths(equation) {
            lines.push((depth + 1, Content::Paths(source, targets)));
        }
        let (mut given, mut above, mut next) = (HashMap::<_, Vec<_>>::new(), Vec::new(), Vec::new());
        for (name, source) in self.sources(place) {
            match source {
                Some(source) if self.written.contains(&source) => above.push(name),
                Some(source) => next.push((name, source)),
                None if self.listed.insert(name.clone()) => {
                    let kind = self.trace.given.get(&name).map_or(Given::State, |&(kind, _)| kind);
                    let value = equation.values[&name];
                    given.entry(kind).or_default().push((name, value));
                }
                None => {}
            }
        }
        for kind in Given::ALL {
            lines.extend(given.remove(&kind).map(|values| (depth + 1, Content::Given(kind, values))));
        }
        if !above.is_empty() {
            lines.push((depth + 1, Content::Above(above)));
        }
        let (explained, left_out): (Vec<_>, Vec<_>) =
            next.into_iter().partition(|(_, source)| self.explained.contains(source));
        for (_, source) in explained {
            // One of the sources before may have written it.
            if !self.written.contains(&source) {
                self.write(source, depth + 1, lines);
            }
        }
        if !left_out.is_empty() {
            lines.push((depth + 1, Content::AskFor(left_out.into_iter().map(|(name, _)| name).collect())));
        }
    }
}

/// The quantity by which a sum of the chain rule differentiates, and the targets through which its paths lead: each
/// term is `dL_dtarget·dtarget_dsource`, or begins in this way.
fn paths<T>(equation: &Equation<T>) -> Option<(String, Vec<String>)> {
    let of_equation = Derivative::of_name(&equation.name).filter(|derivative| derivative.of == "L")?;
    let Expression::Sum(terms) = &equation.expression else { return None };
    let (mut source, mut targets) = (of_equation.by, Vec::new());
    for term in terms {
        let mut derivatives = Vec::new();
        term.visit(&mut |part| derivatives.extend(Derivative::of_name(&symbols(part))));
        let target = derivatives.iter().find(|derivative| derivative.of == "L")?.by.clone();
        if let Some(step) = derivatives.iter().find(|derivative| derivative.of == target) {
            source.clone_from(&step.by);
        }
        targets.push(target);
    }
    (targets.len() > 1).then_some((source, targets))
}

impl<T: Scalar> Why<T> {
    /// The names whose equations it writes out, the one that was asked for first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|(_, content)| match content {
            Content::Equation(equation) => Some(equation.name()),
            _ => None,
        })
    }

    /// Nested lists, with equations as code.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        self.write(Notation::Text, self.digits, &|depth, is_formula, text| {
            let mark = if is_formula { "`" } else { "" };
            format!("{}- {mark}{text}{mark}\n", "  ".repeat(depth))
        })
    }

    /// Indented paragraphs for a document with the package `amsmath`.
    #[must_use]
    pub fn to_latex(&self) -> String {
        self.write(Notation::Latex, self.digits, &|depth, is_formula, text| {
            let text = if is_formula { format!(r"$\displaystyle {text}$") } else { text.to_owned() };
            latex::indented(depth, &text)
        })
    }

    /// Each line as `line` makes it of its depth, whether all of it is a formula, and its text.
    fn write(&self, notation: Notation, digits: usize, line: &dyn Fn(usize, bool, &str) -> String) -> String {
        let style = Style::short(notation, digits);
        let write = |(depth, content): &(usize, Content<T>)| {
            line(*depth, matches!(content, Content::Equation(_)), &self.text(content, &style))
        };
        self.lines.iter().map(write).collect()
    }

    fn text(&self, content: &Content<T>, style: &Style<'_>) -> String {
        let language = &self.language;
        let is_latex = style.notation == Notation::Latex;
        let words = |text: &str| if is_latex { latex::words(text) } else { text.to_owned() };
        let math = |text: String| if is_latex { format!("${text}$") } else { text };
        let listed = |names: &[String]| names.iter().map(|name| math(style.name(name))).collect::<Vec<_>>();
        match content {
            Content::Equation(equation) => equation.line(style).write(style),
            Content::Array(name, values) => {
                let count = words(&fill(language.elements, &[("count", &values.len().to_string())]));
                let values = few(values.iter().map(|&value| style.number(value)).collect(), &style.name("…"));
                format!("{} ({count})", math(format!("{} = [{}]", style.name(name), values.join(", "))))
            }
            Content::Given(kind, values) => {
                let values =
                    values.iter().map(|(name, value)| math(format!("{} = {}", style.name(name), style.number(*value))));
                format!("{}: {}", words(kind.name(language)), values.collect::<Vec<_>>().join(", "))
            }
            Content::Paths(source, targets) => {
                let targets = enumeration(&few(listed(targets), "…"), &words(language.and));
                fill(
                    &words(language.paths).replace(r"\{", "{").replace(r"\}", "}"),
                    &[("source", &math(style.name(source))), ("targets", &targets)],
                )
            }
            Content::Above(names) => format!("{}: {}", words(language.see_above), few(listed(names), "…").join(", ")),
            Content::AskFor(names) => format!("{}: {}", words(language.ask_for), few(listed(names), "…").join(", ")),
        }
    }
}

/// As many texts as a line can hold, with dots for the others before the last.
fn few(mut texts: Vec<String>, dots: &str) -> Vec<String> {
    if texts.len() > MOST_NAMES {
        let last = texts.pop();
        texts.truncate(MOST_NAMES - 2);
        texts.push(dots.to_owned());
        texts.extend(last);
    }
    texts
}

/// `z3, z4 and z5`
fn enumeration(texts: &[String], and: &str) -> String {
    match texts {
        [others @ .., last] if !others.is_empty() => format!("{}{and}{last}", others.join(", ")),
        texts => texts.join(", "),
    }
}

impl<T: Scalar> Display for Why<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(self.digits);
        f.write_str(&self.write(Notation::Text, digits, &|depth, _, text| format!("{}{text}\n", "  ".repeat(depth))))
    }
}
