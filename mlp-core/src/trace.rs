//! One training step with all its numbers.
//!
//! A [`Trace`] computes a training step a second time, independently of the generated code: it puts numbers into the
//! network's [`equations`](crate::equations), one after the other. Its numbers have the same bits as those of the
//! generated `forward`, `backprop` and `update`.
//!
//! ```
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 1 => 1);
//! let net = Net { w11: 0.5, b1: 0.25 };
//! let trace = net.trace([0.5], [1.0], 0.1);
//!
//! assert_eq!(trace.value("z1"), Some(0.5));
//! let z1 = trace.equation("z1").unwrap();
//! assert_eq!(z1.formula(), "w11·x + b1");
//! assert_eq!(z1.to_string(), "z1 = w11·x + b1 = 0.5·0.5 + 0.25 = 0.5");
//! println!("{trace}");
//! ```
//!
//! Numbers have four significant digits. A number with fewer is exact, apart from rounding in its last bits: `0.5` is
//! one half, `0.5000` is near it. `≈` stands before a value instead of `=` where a calculator that is fed with the numbers
//! of the line gets other last digits; where terms cancel, it may be all of them.
//!
//! An optimizer with a memory is traced with its state:
//!
//! ```
//! use mlp_core::{GradientDescent, Trace, mlp};
//!
//! mlp!(pub struct Net: 1 => 1);
//! let net = Net { w11: 0.5, b1: 0.25 };
//! let trace = Trace::with_optimizer(&net, [0.5], [1.0], &GradientDescent::new(0.1).momentum(0.9))?;
//!
//! let velocity = trace.equation("velocity_b1").unwrap();
//! assert_eq!(
//!     velocity.to_string(),
//!     "velocity_b1 = momentum·velocity_b1 + dL_db1 = 0.9·0 + (-0.08872) = -0.08872",
//! );
//! # Ok::<(), mlp_core::TrainError>(())
//! ```

mod calculator;
mod evaluator;
mod instance;
mod line;
mod step;
#[cfg(test)]
mod tests;
mod unknown;
mod why;

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

use crate::equations::{Expression, Heading, Notation, Part, latex};
use crate::network::Wiring;
use crate::number::DIGITS;
use crate::{Language, Scalar};

pub(crate) use line::Style;
pub(crate) use step::Start;
pub use unknown::UnknownName;
pub use why::Why;

/// One training step: the forward pass, the loss, the eight steps of backpropagation, the update.
///
/// Its `Display` writes out every equation, as the lecture does. Numbers have four significant digits, or as many as
/// [`digits`](Self::digits) or the precision says: `{:.6}`.
/// The [module](self) has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace<T> {
    pub(crate) language: Language,
    /// How many significant digits numbers have.
    pub(crate) digits: usize,
    sections: Vec<Section<T>>,
    /// The value of every quantity at the end of the step.
    values: HashMap<String, T>,
    /// The quantities with which the step begins.
    given: HashMap<String, (Given, T)>,
    /// The places of the equations that compute a name, among all equations.
    places: HashMap<String, Vec<usize>>,
    /// The network before the step.
    pub(crate) wiring: Wiring<T>,
}

/// The kind of a quantity with which a step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Given {
    Input,
    Target,
    Parameter,
    /// The learning rate, and the settings of an optimizer.
    Setting,
    /// The memory of an optimizer.
    State,
}

impl Given {
    pub(crate) const ALL: [Self; 5] = [Self::Input, Self::Target, Self::Parameter, Self::Setting, Self::State];

    pub(crate) fn name(self, language: &Language) -> &'static str {
        match self {
            Self::Input => language.inputs,
            Self::Target => language.targets,
            Self::Parameter => language.parameters,
            Self::Setting => language.settings,
            Self::State => language.before_this_update,
        }
    }
}

/// One part of the training step: its title and its equations.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let trace = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1);
/// let loss = &trace.sections()[1];
/// assert_eq!(loss.title, "Loss: half_squared_error.");
/// assert_eq!(loss.equations[0].to_string(), "error = y_pred - y_true = 0.6225 - 1 = -0.3775");
/// assert_eq!(loss.equations[1].name(), "L");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Section<T> {
    /// The part of the step.
    pub part: Part,
    /// The title: `Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.`
    pub title: String,
    /// The equations, in the order in which they are computed.
    pub equations: Vec<Equation<T>>,
    heading: Heading,
}

/// One named quantity and its formula.
///
/// Its `Display` is `name = formula = formula with the numbers put in = value`, with four significant digits or as many
/// as the precision says. The value follows `≈` if the numbers as they are shown give another last digit.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 1 => 1);
/// let trace = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1);
/// let z1 = trace.equation("z1").unwrap();
/// assert_eq!((z1.name(), z1.value()), ("z1", 0.5));
/// assert_eq!(z1.formula(), "w11·x + b1");
/// assert_eq!(z1.numbers(4), "0.5·0.5 + 0.25");
/// assert_eq!(format!("{z1:.1}"), "z1 = w11·x + b1 = 0.5·0.5 + 0.2 = 0.5");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Equation<T> {
    name: String,
    expression: Expression,
    /// The values that the formula reads, by name.
    values: HashMap<String, T>,
    value: T,
}

impl<T: Scalar> Trace<T> {
    /// The parts of the step, in order.
    #[must_use]
    pub fn sections(&self) -> &[Section<T>] {
        &self.sections
    }

    /// All equations, in the order in which they are computed.
    pub fn equations(&self) -> impl Iterator<Item = &Equation<T>> {
        self.sections.iter().flat_map(|section| &section.equations)
    }

    /// The equation that computes `name`, if there is one.
    #[must_use]
    pub fn equation(&self, name: &str) -> Option<&Equation<T>> {
        self.equations().find(|equation| equation.name == name)
    }

    /// The value of a quantity by name, `dz3_da1`; also of `x1`, `y_true1` and `learning_rate`. A parameter's name
    /// gives its value after the update. `None` if there is no such name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<T> {
        self.values.get(name).copied()
    }

    /// The place of the last equation before this place that computes a name.
    pub(crate) fn place_before(&self, name: &str, place: usize) -> Option<usize> {
        self.places.get(name)?.iter().rev().find(|&&computed| computed < place).copied()
    }

    /// The kind of this quantity, if the step begins with it.
    pub(crate) fn given_kind(&self, name: &str) -> Option<Given> {
        self.given.get(name).map(|&(kind, _)| kind)
    }

    /// The same trace in another language: titles, and the words of explanations.
    ///
    /// ```
    /// use mlp_core::{Language, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let trace = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1).language(&Language::RUSSIAN);
    /// assert_eq!(trace.sections()[0].title, "Выходной слой: 1 => sigmoid(1).");
    /// assert!(trace.why("z1")?.to_string().contains("входы: x = 0.5"));
    /// # Ok::<(), mlp_core::trace::UnknownName>(())
    /// ```
    #[must_use]
    pub fn language(mut self, language: &Language) -> Self {
        self.sections.iter_mut().for_each(|section| section.title = section.heading.title(language));
        self.language = language.clone();
        self
    }

    /// The same trace with `digits` significant digits, in all its forms, explanations and worksheets; at least one.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let trace = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1).digits(9);
    /// assert!(trace.why("y_pred")?.to_markdown().starts_with("- `y_pred = sigmoid(z1) = sigmoid(0.5) = 0.622459331`"));
    /// # Ok::<(), mlp_core::trace::UnknownName>(())
    /// ```
    #[must_use]
    pub fn digits(mut self, digits: usize) -> Self {
        self.digits = digits.max(1);
        self
    }

    /// The step as Markdown: a heading and a list of equations, as code, for each section.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let style = Style::text(self.digits);
        let line = |equation: &Equation<T>| format!("- `{}`\n", equation.line(&style).write(&style));
        self.write_sections(&|title| format!("### {title}\n\n"), &line)
    }

    /// The step as LaTeX: a paragraph with a title and one for each equation, for a document with the package `amsmath`.
    /// Names become symbols: `w_{11}`, `\frac{\partial L}{\partial w_{11}}`, and `\eta` for the learning rate. A Russian
    /// text needs XeLaTeX or LuaLaTeX with a font that has Cyrillic letters, or the package `fontenc` with `T2A`.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let trace = Net { w11: 0.5, b1: 0.25 }.trace([0.5], [1.0], 0.1);
    /// assert!(trace.to_latex().contains(r"z_{1} = w_{11} \cdot x + b_{1} = 0.5 \cdot 0.5 + 0.25 = 0.5"));
    /// ```
    #[must_use]
    pub fn to_latex(&self) -> String {
        let style = Style { notation: Notation::Latex, ..Style::text(self.digits) };
        self.write_sections(&latex::heading, &|equation| latex::paragraph(&equation.line(&style).write(&style)))
    }

    /// The sections with a blank line between them.
    fn write_sections(&self, title: &dyn Fn(&str) -> String, line: &dyn Fn(&Equation<T>) -> String) -> String {
        let section = |section: &Section<T>| {
            section.equations.iter().fold(title(&section.title), |text, equation| text + &line(equation))
        };
        self.sections.iter().map(section).collect::<Vec<_>>().join("\n")
    }
}

impl<T> Section<T> {
    pub(crate) fn heading(&self) -> &Heading {
        &self.heading
    }
}

impl<T: Scalar> Equation<T> {
    /// The name of the quantity: `z1`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The formula: `w11·x + b1`.
    #[must_use]
    pub fn formula(&self) -> String {
        self.formula_in(&Style::text(DIGITS))
    }

    /// The formula with the numbers put in, each with `digits` significant digits or fewer if it is exact: `0.5·0.5 + 0.25`.
    #[must_use]
    pub fn numbers(&self, digits: usize) -> String {
        self.numbers_in(&Style::text(digits))
    }

    /// The value of the formula.
    #[must_use]
    pub fn value(&self) -> T {
        self.value
    }
}

impl<T: Scalar> Display for Equation<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let style = Style::text(f.precision().unwrap_or(DIGITS));
        f.write_str(&self.line(&style).write(&style))
    }
}

impl<T: Scalar> Display for Trace<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(self.digits);
        for (index, section) in self.sections.iter().enumerate() {
            let blank = if index == 0 { "" } else { "\n" };
            writeln!(f, "{blank}{}", section.title)?;
            section.equations.iter().try_for_each(|equation| writeln!(f, "  {equation:.digits$}"))?;
        }
        Ok(())
    }
}
