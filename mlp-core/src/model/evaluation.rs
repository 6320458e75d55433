//! How good a model's predictions are, in a few lines of text.

use std::fmt::{self, Display, Formatter};

use super::{Model, ModelError};
use crate::message::count;
use crate::metrics::{self, MetricsError, mean_absolute_error, r2_score, ratio, root_mean_squared_error};
use crate::number::{DIGITS, significant};
use crate::{Dataset, Network, Scalar};

/// How good a model's predictions for a data set are: see [`Model::evaluate`]. It prints as a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Evaluation {
    /// The targets are classes.
    Classes {
        /// The fraction of the examples whose class is predicted.
        accuracy: f64,
        /// The classes, in the order of the model.
        classes: Vec<ClassScores>,
    },
    /// The targets are numbers.
    Numbers(Vec<TargetScores>),
}

/// How well a class is predicted. A score that would be 0 / 0 is `None`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClassScores {
    /// The name of the class.
    pub name: String,
    /// The number of its examples.
    pub examples: usize,
    /// The fraction of the predictions of this class that are right.
    pub precision: Option<f64>,
    /// The fraction of the examples of this class that are predicted as it.
    pub recall: Option<f64>,
}

/// How well a number is predicted.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TargetScores {
    /// The name of the target.
    pub name: String,
    /// The number of examples.
    pub examples: usize,
    /// See [`root_mean_squared_error`]; in the unit of the target.
    pub root_mean_squared_error: f64,
    /// See [`mean_absolute_error`]; in the unit of the target.
    pub mean_absolute_error: f64,
    /// See [`r2_score`]. `None` if it is undefined, because all targets are equal.
    pub r2: Option<f64>,
}

impl<N, T, const I: usize, const O: usize> Model<N>
where
    N: Network<Scalar = T, Input = [T; I], Output = [T; O]>,
    T: Scalar,
{
    /// Compares the model's predictions with the targets of a data set, which has raw values.
    ///
    /// ```
    /// use mlp_core::dataset::Schema;
    /// use mlp_core::{Dataset, Model, Scaling, mlp};
    ///
    /// mlp!(pub struct Line: 1 => identity(1));
    /// let schema = Schema::new().numbers(["year"]).targets(["price"]);
    /// let data = Dataset::new(vec![([0.0], [7.0]), ([1.0], [10.0]), ([2.0], [14.0])]).with_schema(schema.clone())?;
    /// let model = Model::new(Line { w11: 3.0, b1: 7.0 }, &schema, Scaling { offset: [0.0], scale: [1.0] }, None)?;
    /// let printed = "
    /// 3 examples
    ///          RMSE     MAE      R²
    /// price  0.5774  0.3333  0.9595";
    /// assert_eq!(model.evaluate(&data)?.to_string(), printed.trim_start());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [`metrics`] has more: a [`ConfusionMatrix`](crate::metrics::ConfusionMatrix), curves and calibration.
    ///
    /// # Errors
    ///
    /// If the data set has other columns or classes than the model, or the same in another order; if there are no examples,
    /// a target is no class, or a prediction is NaN.
    pub fn evaluate(&self, data: &Dataset<f64, I, O>) -> Result<Evaluation, ModelError> {
        let (y_true, y_pred) = self.targets_and_predictions(data)?;
        if !self.classes().is_empty() {
            let pairs: Result<Vec<_>, MetricsError> = (0..y_true.len())
                .map(|example| metrics::classes(example, &y_true[example], &y_pred[example]))
                .collect();
            return Ok(of_classes(self.classes(), &pairs?)?);
        }
        let names = self.target().columns().iter().enumerate();
        let scores = names.map(|(target, name)| {
            let column = |outputs: &[[f64; O]]| outputs.iter().map(|y| [y[target]]).collect::<Vec<_>>();
            of_numbers(name, &column(&y_true), &column(&y_pred))
        });
        Ok(Evaluation::Numbers(scores.collect::<Result<_, _>>()?))
    }
}

/// `pairs` has the true and the predicted class of each example.
fn of_classes(names: &[String], pairs: &[(usize, usize)]) -> Result<Evaluation, MetricsError> {
    let number = |condition: &dyn Fn(usize, usize) -> bool| {
        pairs.iter().filter(|(class, predicted)| condition(*class, *predicted)).count() as u64
    };
    let right = number(&|class, predicted| class == predicted);
    let accuracy = ratio(right, pairs.len() as u64).ok_or(MetricsError::NoExamples)?;
    let classes = names.iter().enumerate().map(|(own, name)| {
        let right = number(&|class, predicted| class == own && predicted == own);
        let (examples, predicted) = (number(&|class, _| class == own), number(&|_, predicted| predicted == own));
        ClassScores {
            name: name.clone(),
            examples: usize::try_from(examples).unwrap_or(usize::MAX),
            precision: ratio(right, predicted),
            recall: ratio(right, examples),
        }
    });
    Ok(Evaluation::Classes { accuracy, classes: classes.collect() })
}

fn of_numbers(name: &str, y_true: &[[f64; 1]], y_pred: &[[f64; 1]]) -> Result<TargetScores, MetricsError> {
    Ok(TargetScores {
        name: name.to_owned(),
        examples: y_true.len(),
        root_mean_squared_error: root_mean_squared_error(y_true, y_pred)?,
        mean_absolute_error: mean_absolute_error(y_true, y_pred)?,
        r2: r2_score(y_true, y_pred).ok(),
    })
}

impl Display for Evaluation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let fraction = |score: &Option<f64>| score.map_or_else(|| "–".to_owned(), |score| format!("{score:.3}"));
        let number = |score: f64| significant(score, DIGITS);
        match self {
            Self::Classes { accuracy, classes } => {
                let examples = classes.iter().map(|class| class.examples).sum();
                writeln!(f, "{}, {:.1} % right", count(examples, "example"), 100.0 * accuracy)?;
                let row = |class: &ClassScores| {
                    let scores = [fraction(&class.precision), fraction(&class.recall)];
                    (class.name.clone(), [&scores[..], &[class.examples.to_string()]].concat())
                };
                table(f, &["precision", "recall", "examples"], &classes.iter().map(row).collect::<Vec<_>>())
            }
            Self::Numbers(targets) => {
                let examples = targets.first().map_or(0, |target| target.examples);
                writeln!(f, "{}", count(examples, "example"))?;
                let row = |target: &TargetScores| {
                    let errors = [target.root_mean_squared_error, target.mean_absolute_error].map(number);
                    let r2 = target.r2.map_or_else(|| "–".to_owned(), number);
                    (target.name.clone(), [&errors[..], &[r2]].concat())
                };
                table(f, &["RMSE", "MAE", "R²"], &targets.iter().map(row).collect::<Vec<_>>())
            }
        }
    }
}

/// Writes a name and its cells on each line, below the head.
fn table(f: &mut Formatter<'_>, head: &[&str], rows: &[(String, Vec<String>)]) -> fmt::Result {
    let width = |text: &str| text.chars().count();
    let names = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().map(move |(_, cells)| width(&cells[column]));
    let widths: Vec<_> = (0..head.len()).map(|column| cells(column).fold(width(head[column]), usize::max)).collect();
    write!(f, "{:names$}", "")?;
    head.iter().zip(&widths).try_for_each(|(title, width)| write!(f, "  {title:>width$}"))?;
    rows.iter().try_for_each(|(name, cells)| {
        write!(f, "\n{name:names$}")?;
        cells.iter().zip(&widths).try_for_each(|(cell, width)| write!(f, "  {cell:>width$}"))
    })
}
