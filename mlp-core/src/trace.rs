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
//! Numbers have four significant digits. A number that needs fewer is exact: `0.5` is one half, `0.5000` is near it. `≈`
//! stands before a value instead of `=` where a calculator that is fed with the numbers of the line gets another last
//! digit.
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
mod step;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};

use crate::Scalar;
use crate::equations::{Expression, Writer, symbols};
use crate::number::{DIGITS, significant};

pub(crate) use step::Start;

/// One training step: the forward pass, the loss, the eight steps of backpropagation, the update.
///
/// Its `Display` writes out every equation, as the lecture does; `{:.6}` shows six significant digits instead of four. The [module](self) has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace<T> {
    sections: Vec<Section<T>>,
    values: HashMap<String, T>,
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
    /// The title: `Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.`
    pub title: String,
    /// The equations, in the order in which they are computed.
    pub equations: Vec<Equation<T>>,
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
/// assert_eq!(format!("{z1:.1}"), "z1 = w11·x + b1 = 0.5·0.5 + 0.2 ≈ 0.5");
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
        self.write(&symbols)
    }

    /// The formula with the numbers put in, each with `digits` significant digits or fewer if it is exact: `0.5·0.5 + 0.25`.
    #[must_use]
    pub fn numbers(&self, digits: usize) -> String {
        let show = |name: &Expression| {
            let symbols = symbols(name);
            self.values.get(&symbols).map_or(symbols, |&value| significant(value, digits))
        };
        self.write(&show)
    }

    fn write(&self, show: &dyn Fn(&Expression) -> String) -> String {
        let value = |name: &Expression| self.values.get(&symbols(name)).map_or(f64::NAN, |value| value.to_f64());
        Writer { show }.write(&self.expression.in_lecture(Some(&value)))
    }

    /// The value of the formula.
    #[must_use]
    pub fn value(&self) -> T {
        self.value
    }
}

impl<T: Scalar> Display for Equation<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(DIGITS);
        let (value, numbers) = (significant(self.value, digits), self.numbers(digits));
        let (name, formula) = (&self.name, self.formula());
        if formula == value {
            return write!(f, "{name} = {value}");
        }
        if numbers == value {
            return write!(f, "{name} = {formula} = {value}");
        }
        let sign = if self.agrees_with_its_numbers(digits) { '=' } else { '≈' };
        write!(f, "{name} = {formula} = {numbers} {sign} {value}")
    }
}

impl<T: Scalar> Display for Trace<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(DIGITS);
        for (index, section) in self.sections.iter().enumerate() {
            let blank = if index == 0 { "" } else { "\n" };
            writeln!(f, "{blank}{}", section.title)?;
            section.equations.iter().try_for_each(|equation| writeln!(f, "  {equation:.digits$}"))?;
        }
        Ok(())
    }
}
