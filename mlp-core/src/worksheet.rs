//! Worksheets: a training step with blanks for a class to fill in, and its solutions.
//!
//! ```
//! use mlp_core::{Worksheet, mlp};
//!
//! mlp!(pub struct Net: 1 => 1);
//! let net = Net { w11: 0.5, b1: 0.25 };
//! let sheet = Worksheet::of(&net, [0.5], [1.0]).blank_value("z1")?.blank_formula("dL_dw11")?.blank_step(2)?;
//!
//! let text = sheet.to_markdown();
//! assert!(text.contains("- `z1 = w11·x + b1 = ______`"));
//! assert!(text.contains("- `y_pred = sigmoid(z1) = sigmoid(______) = 0.6225`"));
//! assert!(text.contains("- `dL_dw11 = ______ = -0.04436`"));
//! assert!(text.contains("- `dy_pred_dz1 = ______ = ______`"));
//! assert!(sheet.solutions_to_markdown().contains("- `z1 = w11·x + b1 = 0.5·0.5 + 0.25 = 0.5`"));
//! # Ok::<(), mlp_core::worksheet::WorksheetError>(())
//! ```

use std::collections::{HashMap, HashSet};

use crate::equations::{Notation, Part, latex};
use crate::trace::{Equation, Given, Style, UnknownName};
use crate::{Language, Network, Scalar, Trace};

/// A training step with blanks. The [module](self) has an example.
///
/// The sheet lists what is given, then every equation under the title of its step. Blanks are chosen by name or by step.
/// A blank value stands nowhere on the sheet. Blank too is the value of a line that would give it away: one with the same
/// formula, or one in which all other factors are 1 and all other terms 0. A blank formula is blank in every line that
/// has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Worksheet<T> {
    trace: Trace<T>,
    title: Option<String>,
    has_update: bool,
    /// The places of equations without their values, and of those without their formulas.
    blank_values: HashSet<usize>,
    blank_formulas: HashSet<usize>,
}

/// Why a worksheet cannot have a blank.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorksheetError {
    /// The sheet has no equation for a name.
    #[error(transparent)]
    UnknownName(#[from] UnknownName),
    /// The sheet has no such step. Where all else cancels, one section is several steps; a network without a hidden layer
    /// has no steps 5 to 8.
    #[error("there is no step {step} in this network: it has the steps {steps}")]
    UnknownStep {
        /// The number that was asked for.
        step: u8,
        /// The numbers that there are: `1, 2, 3, 4`.
        steps: String,
    },
}

crate::message::debug_is_message!(WorksheetError);

impl<T: Scalar> Worksheet<T> {
    /// A sheet with the forward pass, the loss and backpropagation of an example, without blanks.
    #[must_use]
    pub fn of<N: Network<Scalar = T>>(network: &N, x: N::Input, y_true: N::Output) -> Self {
        Self { has_update: false, ..Self::of_trace(network.trace(x, y_true, T::ZERO)) }
    }

    /// A sheet with a whole training step, update included, by any optimizer.
    #[must_use]
    pub fn of_trace(trace: Trace<T>) -> Self {
        Self { trace, title: None, has_update: true, blank_values: HashSet::new(), blank_formulas: HashSet::new() }
    }

    /// The title, in the place of the word for a worksheet. It is one line.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        let title: String = title.into();
        let words: Vec<_> = title.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
        self.title = Some(words.join(" "));
        self
    }

    /// The same sheet in another language.
    #[must_use]
    pub fn language(mut self, language: &Language) -> Self {
        self.trace = self.trace.language(language);
        self
    }

    /// Leaves a value out, and the numbers from which it is calculated; its formula stays.
    ///
    /// # Errors
    ///
    /// If the sheet has no equation for this name. A parameter's name is that of its update.
    pub fn blank_value(mut self, name: &str) -> Result<Self, WorksheetError> {
        let place = self.place(name)?;
        self.blank_values.insert(place);
        Ok(self)
    }

    /// Leaves a formula out; the value stays.
    ///
    /// # Errors
    ///
    /// If the sheet has no equation for this name. A parameter's name is that of its update.
    pub fn blank_formula(mut self, name: &str) -> Result<Self, WorksheetError> {
        let place = self.place(name)?;
        self.blank_formulas.insert(place);
        Ok(self)
    }

    /// Leaves out the formulas and the values of one of the steps 1 to 8, in every layer.
    ///
    /// # Errors
    ///
    /// If the network has no such step.
    pub fn blank_step(mut self, step: u8) -> Result<Self, WorksheetError> {
        let is_of_it = |part: &Part| matches!(part, Part::Backprop { steps, .. } if steps.contains(&step));
        let sections = || self.trace.sections().iter();
        if !sections().any(|section| is_of_it(&section.part)) {
            let numbers = sections().flat_map(|section| match &section.part {
                Part::Backprop { steps, .. } => steps.clone().collect(),
                _ => Vec::new(),
            });
            let numbers: std::collections::BTreeSet<_> = numbers.collect();
            let steps = numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
            return Err(WorksheetError::UnknownStep { step, steps });
        }
        let parts = sections().flat_map(|section| section.equations.iter().map(move |_| is_of_it(&section.part)));
        let places: Vec<_> = parts.enumerate().filter_map(|(place, is_of_it)| is_of_it.then_some(place)).collect();
        self.blank_values.extend(&places);
        self.blank_formulas.extend(places);
        Ok(self)
    }

    /// The sheet as Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        self.sheet(Notation::Text)
    }

    /// The sheet as LaTeX, for a document with the package `amsmath`. See [`Trace::to_latex`].
    #[must_use]
    pub fn to_latex(&self) -> String {
        self.sheet(Notation::Latex)
    }

    /// The full lines of all blanks, as Markdown, under the sheet's title.
    #[must_use]
    pub fn solutions_to_markdown(&self) -> String {
        self.solutions(Notation::Text)
    }

    /// The full lines of all blanks, as LaTeX.
    #[must_use]
    pub fn solutions_to_latex(&self) -> String {
        self.solutions(Notation::Latex)
    }

    fn place(&self, name: &str) -> Result<usize, UnknownName> {
        let end = self.sections().map(|section| section.equations.len()).sum();
        self.trace.place_before(name, end).ok_or_else(|| self.trace.unknown(name))
    }

    fn sections(&self) -> impl Iterator<Item = &crate::trace::Section<T>> {
        self.trace.sections().iter().filter(|section| self.has_update || section.part != Part::Update)
    }

    /// The blank values, and the values of lines that would tell them.
    fn hidden(&self) -> HashSet<usize> {
        let equations: Vec<_> = self.trace.equations().collect();
        let mut hidden = self.blank_values.clone();
        loop {
            let tells = |place: usize| hidden.iter().any(|&of| self.tells(&equations, place, of));
            let more: Vec<_> = (0..equations.len()).filter(|place| !hidden.contains(place) && tells(*place)).collect();
            if more.is_empty() {
                return hidden;
            }
            hidden.extend(more);
        }
    }

    /// Whether the value of one line is that of another: because it has the same formula, or reads the other and all else
    /// in it is 0 or 1.
    fn tells(&self, equations: &[&Equation<T>], place: usize, of: usize) -> bool {
        let [equation, other] = [place, of].map(|place| equations[place]);
        let is_same = equation.value() == other.value() || equation.value() == -other.value();
        let reads = || equation.reads().any(|(name, _)| self.trace.place_before(&name, place) == Some(of));
        is_same && (equation.formula() == other.formula() || reads())
    }

    /// The blank formulas, and those of lines that have the same.
    fn hidden_formulas(&self) -> HashSet<usize> {
        let formulas: Vec<_> = self.trace.equations().map(Equation::formula).collect();
        let blank: HashSet<_> = self.blank_formulas.iter().map(|&place| &formulas[place]).collect();
        (0..formulas.len()).filter(|&place| blank.contains(&formulas[place])).collect()
    }

    fn sheet(&self, notation: Notation) -> String {
        let language = &self.trace.language;
        let page = Page(notation);
        let title = page.title(self.title.as_deref().unwrap_or(language.worksheet));
        let given = page.heading(language.given) + &self.given(&page);
        let (hidden, hidden_formulas) = (self.hidden(), self.hidden_formulas());
        let mut places = 0..;
        let section = |section: &crate::trace::Section<T>| {
            let lines = section.equations.iter().zip(&mut places);
            lines.fold(page.heading(&section.title), |text, (equation, place)| {
                text + &page.formula(&self.line(equation, place, [&hidden, &hidden_formulas], &page))
            })
        };
        [title, given].into_iter().chain(self.sections().map(section)).collect::<Vec<_>>().join("\n")
    }

    /// An equation with its blanks.
    fn line(
        &self,
        equation: &Equation<T>,
        place: usize,
        [hidden, hidden_formulas]: [&HashSet<usize>; 2],
        page: &Page,
    ) -> String {
        let blank = page.blank();
        let is_hidden = |name: &str| {
            let of = if name == equation.name() { Some(place) } else { self.trace.place_before(name, place) };
            of.filter(|of| hidden.contains(of)).map(|_| blank.to_owned())
        };
        let style = Style { notation: page.0, hidden: &is_hidden, ..Style::text(self.trace.digits) };
        let mut line = equation.line(&style);
        if hidden.contains(&place) {
            (line.numbers, line.is_exact) = (None, true);
        }
        if hidden_formulas.contains(&place) {
            (line.formula, line.numbers, line.is_exact) = (Some(blank.to_owned()), None, true);
        }
        line.write(&style)
    }

    /// The quantities with which the step begins: inputs, targets and parameters in canonical order, others in the order in
    /// which it reads them.
    fn given(&self, page: &Page) -> String {
        let style = Style { notation: page.0, ..Style::text(self.trace.digits) };
        let order: HashMap<_, _> = self.trace.wiring.names().map(|name| name.to_string()).zip(0..).collect();
        let (mut seen, mut given) = (HashSet::new(), [const { Vec::new() }; Given::ALL.len()]);
        let equations = self.sections().flat_map(|section| &section.equations).enumerate();
        for (place, equation) in equations {
            for (name, value) in equation.reads() {
                let Some(kind) = self.trace.given_kind(&name) else { continue };
                if self.trace.place_before(&name, place).is_none() && seen.insert(name.clone()) {
                    let at = Given::ALL.iter().position(|&known| known == kind).unwrap_or_default();
                    given[at].push((order.get(&name).copied().unwrap_or(usize::MAX), name, value));
                }
            }
        }
        let item = |(kind, mut given): (&Given, Vec<(usize, String, T)>)| {
            given.sort_by_key(|&(place, ..)| place);
            let equal = |(_, name, value): &(usize, String, T)| {
                page.inline(&format!("{} = {}", style.name(name), style.number(*value)))
            };
            let values = given.iter().map(equal).collect::<Vec<_>>();
            if values.is_empty() {
                String::new()
            } else {
                page.item(kind.name(&self.trace.language), &values.join(", "))
            }
        };
        Given::ALL.iter().zip(given).map(item).collect()
    }

    fn solutions(&self, notation: Notation) -> String {
        let page = Page(notation);
        let style = Style { notation, ..Style::text(self.trace.digits) };
        let (hidden, hidden_formulas) = (self.hidden(), self.hidden_formulas());
        let mut places = 0..;
        let sections = self.sections().filter_map(|section| {
            let lines = section.equations.iter().zip(&mut places);
            let blank = lines.filter(|(_, place)| hidden.contains(place) || hidden_formulas.contains(place));
            let lines: Vec<_> = blank.map(|(equation, _)| page.formula(&equation.line(&style).write(&style))).collect();
            (!lines.is_empty()).then(|| page.heading(&section.title) + &lines.concat())
        });
        let solutions = self.trace.language.solutions;
        let title = self.title.as_ref().map_or(solutions.to_owned(), |title| format!("{title}: {solutions}"));
        let title = page.title(&title);
        [title].into_iter().chain(sections).collect::<Vec<_>>().join("\n")
    }
}

/// The signs of a sheet in its notation.
struct Page(Notation);

impl Page {
    fn is_latex(&self) -> bool {
        self.0 == Notation::Latex
    }

    fn blank(&self) -> &'static str {
        if self.is_latex() { r"\underline{\hspace{4em}}" } else { "______" }
    }

    fn title(&self, title: &str) -> String {
        if self.is_latex() { format!("\\section*{{{}}}\n", latex::words(title)) } else { format!("## {title}\n") }
    }

    fn heading(&self, title: &str) -> String {
        if self.is_latex() { latex::heading(title) } else { format!("### {title}\n\n") }
    }

    fn formula(&self, line: &str) -> String {
        if self.is_latex() { latex::paragraph(line) } else { format!("- `{line}`\n") }
    }

    fn inline(&self, formula: &str) -> String {
        if self.is_latex() { format!("${formula}$") } else { format!("`{formula}`") }
    }

    fn item(&self, name: &str, values: &str) -> String {
        if self.is_latex() {
            format!("\\noindent {}: {values}\\par\n", latex::words(name))
        } else {
            format!("- {name}: {values}\n")
        }
    }
}
