//! A training step as equations: what is computed, under which name, from what, without a number in it.
//!
//! [`Equations`] describes the forward pass, the loss, the steps of backpropagation, the derivatives with respect to the
//! inputs, and the update. An equation has a name, the tree of its [`Expression`], and the names that it reads. Whatever
//! shows a step or writes it in another language reads these equations; [`trace`](crate::trace) puts numbers in.
//!
//! An unrolled network has an equation for each named scalar, `z1 = w11·x1 + w21·x2 + b1`. The equations are the
//! statements of the generated code: the same names, in the same order, with the terms in the same order. A
//! [rolled](crate::rolled) network has an equation for each array, `z1[j] = Σ_i w1[i][j]·x[i] + b1[j]`, whose
//! [`indices`](Equation::indices) say for which elements it holds.
//!
//! ```
//! use mlp_core::equations::{Equations, Expression, Part};
//! use mlp_core::mlp;
//!
//! mlp!(pub struct Net: 2 => tanh(1) => 1);
//! let equations = Equations::of::<Net>();
//!
//! let z1 = equations.equation("z1").unwrap();
//! assert_eq!(z1.to_string(), "z1 = w11·x1 + w21·x2 + b1");
//! assert_eq!(z1.sources(), ["w11", "x1", "w21", "x2", "b1"]);
//! assert!(matches!(z1.expression(), Expression::Sum(terms) if terms.len() == 3));
//! let forward = equations.sections().iter().filter(|section| matches!(section.part, Part::Forward { .. }));
//! assert_eq!(forward.count(), 2);
//! ```

mod definition;
mod derivative;
pub(crate) mod exponential;
mod expression;
mod function;
mod heading;
mod helper;
pub(crate) mod latex;
mod libm;
mod rolled;
mod step;
mod text;
mod unrolled;
mod update_rule;

use core::fmt::{self, Display, Formatter};
use core::ops::{Range, RangeInclusive};
use std::collections::HashSet;

use crate::precompiled::Precompiled as _;
use crate::{Language, Network, Optimizer};

pub use definition::{Definition, Parameter};
pub(crate) use definition::{Locals, before, call, choice, each, if_equal, if_greater, if_less, sum_over};
pub(crate) use derivative::Derivative;
pub use expression::{Comparison, Expression, Subscript, SumOrder};
pub use function::{Elementary, Function, Precision};
pub(crate) use heading::Heading;
use heading::Place;
pub(crate) use helper::{Helper, absolute, clamp, scaled_step, weighted};
pub(crate) use step::equations;
pub(crate) use text::{Notation, Writer, symbols};
#[cfg(feature = "lesson")]
pub(crate) use update_rule::Names as RuleNames;
pub use update_rule::{State, UpdateRule};

/// One training step of a network, without numbers. The [module](self) says more.
#[derive(Clone, Debug, PartialEq)]
pub struct Equations {
    sections: Vec<Section>,
    settings: Vec<(String, f64)>,
    state: Vec<State>,
}

/// One part of the training step: its title and its equations.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Section {
    /// Which part it is.
    pub part: Part,
    /// The title: `Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.`
    pub title: String,
    /// The equations, in the order in which they are computed.
    pub equations: Vec<Equation>,
    heading: Heading,
}

/// Which part of a training step a [`Section`] is. Layers are counted from 0, the first hidden layer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The forward pass through a layer.
    Forward {
        /// The layer.
        layer: usize,
    },
    /// The loss.
    Loss,
    /// Steps 1 to 8 of backpropagation. A section is one step, or several where they are computed as one.
    Backprop {
        /// The steps: `3..=3`, or `1..=3` where all else cancels.
        steps: RangeInclusive<u8>,
        /// The layer.
        layer: usize,
    },
    /// Step 9: the derivatives with respect to the inputs. No update needs them.
    InputGradients,
    /// The update of the parameters, with the optimizer's state.
    Update,
}

#[cfg(feature = "lesson")]
impl Part {
    /// Whether a lesson computes it before it moves the parameters: the forward pass, the loss, backpropagation.
    pub(crate) fn is_of_pass(&self) -> bool {
        matches!(self, Self::Forward { .. } | Self::Loss | Self::Backprop { .. })
    }
}

/// One named quantity, or one array, and its expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    name: String,
    indices: Vec<Index>,
    expression: Expression,
    is_in_f64: bool,
}

/// An index of an array and the numbers that it runs through, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Index {
    /// `i` for sources, `j` for neurons, `k` in sums.
    pub name: &'static str,
    /// The numbers that it runs through, in ascending order.
    pub range: Range<usize>,
}

impl Equations {
    /// The training step of a network by plain gradient descent. [`Display`] writes every equation on a line, under the
    /// titles of the sections.
    #[must_use]
    pub fn of<N: Network>() -> Self {
        N::Scalar::equations(N::ARCHITECTURE.erased())
    }

    /// The training step of a network with the update of an optimizer.
    ///
    /// ```
    /// use mlp_core::{Equations, GradientDescent, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let equations = Equations::with_optimizer::<Net, _>(&GradientDescent::new(0.1).momentum(0.9));
    /// let velocity = equations.equation("velocity_w11").unwrap();
    /// assert_eq!(velocity.to_string(), "velocity_w11 = momentum·velocity_w11 + dL_dw11");
    /// assert_eq!(equations.equation("w11").unwrap().to_string(), "w11 = w11 - learning_rate·velocity_w11");
    /// assert_eq!(equations.settings(), [("momentum".to_owned(), 0.9)]);
    /// ```
    ///
    /// An optimizer that learns from all examples at once, such as [`Lbfgs`](crate::Lbfgs), has no such update: it does not
    /// compile.
    #[must_use]
    pub fn with_optimizer<N: Network, O: Optimizer<N::Scalar>>(optimizer: &O) -> Self {
        const { O::METHOD.assert_gradient() };
        Self::of::<N>().updated_by(optimizer.name(), optimizer.update_rule())
    }

    /// The same step with its titles in another language.
    ///
    /// ```
    /// use mlp_core::{Equations, Language, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let equations = Equations::of::<Net>().language(&Language::RUSSIAN);
    /// assert_eq!(equations.sections()[0].title, "Выходной слой: 1 => sigmoid(1).");
    /// ```
    #[must_use]
    pub fn language(mut self, language: &Language) -> Self {
        self.sections.iter_mut().for_each(|section| section.title = section.heading.title(language));
        self
    }

    /// The parts of the step, in order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// All equations, in the order in which they are computed.
    pub fn equations(&self) -> impl Iterator<Item = &Equation> {
        self.sections.iter().flat_map(|section| &section.equations)
    }

    /// The first equation that computes `name`, if there is one. A parameter's name gives its update.
    #[must_use]
    pub fn equation(&self, name: &str) -> Option<&Equation> {
        self.equations().find(|equation| equation.name == name)
    }

    /// The optimizer's settings by the names under which equations read them, `momentum`, each rounded to the scalar of
    /// the network where it is read. The learning rate is not among them: a caller gives it with the inputs.
    #[must_use]
    pub fn settings(&self) -> &[(String, f64)] {
        &self.settings
    }

    /// The optimizer's state: the quantities that it keeps from update to update.
    #[must_use]
    pub fn state(&self) -> &[State] {
        &self.state
    }
}

impl Section {
    fn new(part: Part, heading: Heading, equations: Vec<Equation>) -> Self {
        Self { part, title: heading.title(&Language::ENGLISH), equations, heading }
    }

    fn set_heading(&mut self, heading: Heading) {
        self.title = heading.title(&Language::ENGLISH);
        self.heading = heading;
    }

    pub(crate) fn heading(&self) -> &Heading {
        &self.heading
    }
}

impl Equation {
    fn new(name: impl Into<String>, indices: impl Into<Vec<Index>>, expression: Expression) -> Self {
        Self { name: name.into(), indices: indices.into(), expression, is_in_f64: false }
    }

    /// The name of the quantity, `z1`, or of the array, `w1`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The indices of the array, outermost first. The equation holds for every combination of their numbers, computed
    /// in ascending order; the elements are `name[i][j]`. None if the quantity is a scalar.
    #[must_use]
    pub fn indices(&self) -> &[Index] {
        &self.indices
    }

    /// The right side of the equation.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Whether it is computed and kept in `f64` although the network may be of `f32`. It is rounded where an equation
    /// in the scalar of the network reads it.
    #[must_use]
    pub fn is_in_f64(&self) -> bool {
        self.is_in_f64
    }

    /// The names of the quantities and arrays in its [formula](Self::formula), each once, in the order of the expression.
    ///
    /// A name of a parameter here is its value before the update, although
    /// [`Equations::equation`] gives its update for that name. So a walk back through the sources ends at parameters:
    /// outside [`Part::Update`], a name that no earlier equation computes is given with the step.
    #[must_use]
    pub fn sources(&self) -> Vec<&str> {
        // A derivative of the loss takes all predictions, but its formula may need one alone.
        let formula = self.expression.in_lecture(None);
        let mut in_formula = HashSet::new();
        formula.visit(&mut |expression| in_formula.extend(expression.as_name()));
        let mut sources = Vec::new();
        self.expression.visit(&mut |expression| {
            sources.extend(expression.as_name().filter(|name| in_formula.remove(name)));
        });
        sources
    }

    /// The formula as a lecture writes it: `w11·x + b1`.
    #[must_use]
    pub fn formula(&self) -> String {
        Writer { notation: Notation::Text, show: &symbols }.write(&self.expression.in_lecture(None))
    }
}

/// `z1 = w11·x + b1`; for an array, `z1[j] = Σ_i w1[i][j]·x[i] + b1[j]`.
impl Display for Equation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.indices.iter().try_for_each(|index| write!(f, "[{}]", index.name))?;
        write!(f, " = {}", self.formula())
    }
}

/// Every equation on a line, under the titles of the sections.
impl Display for Equations {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, section) in self.sections.iter().enumerate() {
            let blank = if number == 0 { "" } else { "\n" };
            writeln!(f, "{blank}{}", section.title)?;
            section.equations.iter().try_for_each(|equation| writeln!(f, "  {equation}"))?;
        }
        Ok(())
    }
}
