//! A prediction, with the names of the classes.

use std::fmt::{self, Display, Formatter};

use crate::dataset::{Schema, Target};
use crate::metrics::predicted_class;

/// A model's prediction for one example: a class with its probabilities, or numbers in the targets' unit.
///
/// It prints as `Adelie (Adelie 0.998, Chinstrap 0.002, Gentoo 0.000)` or as `price 310000`.
///
/// ```
/// use mlp_core::dataset::Schema;
/// use mlp_core::{Model, Scaling, mlp};
///
/// mlp!(pub struct Rain: 1 => sigmoid(1), loss = binary_cross_entropy);
/// let schema = Schema::new().numbers(["pressure"]).class("weather", ["dry", "wet"]);
/// let scaling = Scaling { offset: [1013.0], scale: [10.0] };
/// let model = Model::new(Rain { w11: -1.0, b1: 0.0 }, &schema, scaling, None)?;
///
/// let prediction = model.predict_row([("pressure", 990.0)])?;
/// assert_eq!(prediction.class(), Some("wet"));
/// assert!(prediction.get("dry") < Some(0.1));
/// assert_eq!(prediction.to_string(), "wet (dry 0.091, wet 0.909)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction<'a, const O: usize> {
    pub(super) schema: &'a Schema,
    /// Whether the outputs are probabilities: they lie between 0 and 1, whatever the inputs.
    pub(super) are_probabilities: bool,
    pub(super) outputs: [f64; O],
}

impl<'a, const O: usize> Prediction<'a, O> {
    /// The outputs: probabilities of the classes, or numbers in the targets' unit.
    #[must_use]
    pub const fn outputs(&self) -> [f64; O] {
        self.outputs
    }

    /// The name of the predicted class, decided as [`predicted_class`] does. `None` if the model predicts numbers, or an
    /// output is NaN.
    #[must_use]
    pub fn class(&self) -> Option<&'a str> {
        let class = predicted_class(self.outputs)?;
        self.schema.classes().get(class).map(String::as_str)
    }

    /// The probability of each class, by name. `None` if the model predicts numbers, or the output activation gives no
    /// probabilities, as identity and tanh.
    ///
    /// After softmax they sum to 1. Several outputs of sigmoid are independent of each other.
    #[must_use]
    pub fn probabilities(&self) -> Option<Vec<(&'a str, f64)>> {
        let classes = self.schema.classes();
        if classes.is_empty() || !self.are_probabilities {
            return None;
        }
        // A single output is the probability of the second class.
        let first = (O == 1).then(|| 1.0 - self.outputs[0]);
        Some(classes.iter().map(String::as_str).zip(first.into_iter().chain(self.outputs)).collect())
    }

    /// The probability of the class, or the number of the target, that has this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<f64> {
        self.named().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Probabilities by class, or numbers by target.
    fn named(&self) -> Vec<(&'a str, f64)> {
        match self.schema.target() {
            Target::Class { .. } => self.probabilities().unwrap_or_default(),
            Target::Numbers(names) => names.iter().map(String::as_str).zip(self.outputs).collect(),
        }
    }
}

impl<const O: usize> Display for Prediction<'_, O> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let is_class = !self.schema.classes().is_empty();
        if is_class {
            f.write_str(self.class().unwrap_or("no class"))?;
        }
        for (index, (name, value)) in self.named().into_iter().enumerate() {
            let before = match (index, is_class) {
                (0, true) => " (",
                (0, false) => "",
                _ => ", ",
            };
            if is_class { write!(f, "{before}{name} {value:.3}") } else { write!(f, "{before}{name} {value}") }?;
        }
        if is_class && self.are_probabilities { f.write_str(")") } else { Ok(()) }
    }
}
