//! A map of the predictions of a network with two inputs, with the examples on it.

mod drawing;

use super::FigureError;
use super::canvas::Canvas;
use super::curves::is_drawable;
use super::map::GRID;
use crate::math::float;
use crate::{Language, Name};

use drawing::Drawing;

/// The margin around the examples, as a fraction of their range.
const AROUND: f64 = 0.2;

/// If a range is narrower than this fraction of its values, it is drawn as a single one.
const NARROWEST: f64 = 1e-6;

/// How many points the borders of a file have at most, so that it stays small. If there are more, only every second,
/// fourth, … point of the grid is drawn.
const MOST_POINTS: usize = 14_000;
const STEPS: [usize; 4] = [1, 2, 4, 8];

/// A network's predictions on a grid, and the examples.
#[derive(Debug)]
pub(super) struct Surface {
    inputs: [Name; 2],
    outputs: Vec<Name>,
    /// The ranges of the inputs.
    x: [f64; 2],
    y: [f64; 2],
    /// Row by row, from the top, the predictions.
    predictions: Vec<Vec<f64>>,
    examples: Vec<Example>,
}

#[derive(Debug)]
pub(super) struct Example {
    pub(super) x: [f64; 2],
    pub(super) y_true: Vec<f64>,
}

/// The kind of the targets.
enum Targets {
    /// One output with two values: `[off, on]`.
    Two([f64; 2]),
    /// An output for each class.
    Classes,
    Numbers,
}

impl Surface {
    pub(super) fn new(
        inputs: [Name; 2],
        outputs: Vec<Name>,
        examples: Vec<Example>,
        predict: &mut dyn FnMut([f64; 2]) -> Vec<f64>,
    ) -> Self {
        let range = |input: usize| {
            let values = examples.iter().map(|example| example.x[input]);
            let low = values.clone().fold(f64::INFINITY, f64::min);
            let high = values.fold(f64::NEG_INFINITY, f64::max);
            let magnitude = high.max(-low);
            let around = if high - low > NARROWEST * magnitude { AROUND * (high - low) } else { magnitude.max(1.0) };
            [low - around, high + around]
        };
        let (x, y) = (range(0), range(1));
        let mut predictions = Vec::new();
        // Whatever is not finite is refused when the figure is drawn.
        if examples.iter().all(|example| example.x.iter().all(|&x| is_drawable(x))) && !examples.is_empty() {
            let between = |[low, high]: [f64; 2], part: usize| low + (high - low) * float(part) / float(GRID - 1);
            for row in 0..GRID {
                for column in 0..GRID {
                    predictions.push(predict([between(x, column), between(y, GRID - 1 - row)]));
                }
            }
        }
        Self { inputs, outputs, x, y, predictions, examples }
    }

    pub(super) fn title(&self) -> String {
        let outputs: Vec<_> = self.outputs.iter().map(Name::to_string).collect();
        format!("{}({}, {})", outputs.join(", "), self.inputs[0], self.inputs[1])
    }

    pub(super) fn description(&self, language: &Language) -> String {
        let predictions = |output: usize| self.predictions.iter().map(move |prediction| prediction[output]);
        let ranges = self.outputs.iter().enumerate().filter(|_| !self.predictions.is_empty()).map(|(output, name)| {
            let low = predictions(output).fold(f64::INFINITY, f64::min);
            let high = predictions(output).fold(f64::NEG_INFINITY, f64::max);
            format!("{name}: {low:.3} … {high:.3}")
        });
        let ranges: Vec<_> = ranges.collect();
        format!("{}: {}; {}", language.examples, self.examples.len(), ranges.join("; "))
    }

    fn check(&self) -> Result<(), FigureError> {
        if self.examples.is_empty() {
            return Err(FigureError::Nothing { what: "example" });
        }
        let inputs = self.examples.iter().flat_map(|example| self.inputs.iter().zip(&example.x));
        let targets = self.examples.iter().flat_map(|example| self.outputs.iter().zip(&example.y_true));
        let predictions = self.predictions.iter().flat_map(|y_pred| self.outputs.iter().zip(y_pred));
        let mut values = inputs.chain(targets).chain(predictions);
        match values.find(|(_, value)| !is_drawable(**value)) {
            Some((name, &value)) => Err(FigureError::Value { name: name.to_string(), epoch: None, value }),
            None => Ok(()),
        }
    }

    fn targets(&self) -> Targets {
        let mut targets = self.examples.iter().map(|example| &example.y_true);
        let only = |values: [f64; 2]| move |target: &Vec<f64>| values.contains(&target[0]);
        let is_class = |target: &Vec<f64>| {
            target.iter().all(|value| [0.0, 1.0].contains(value)) && target.iter().sum::<f64>() == 1.0
        };
        match self.outputs.len() {
            1 if targets.clone().all(only([0.0, 1.0])) => Targets::Two([0.0, 1.0]),
            1 if targets.clone().all(only([-1.0, 1.0])) => Targets::Two([-1.0, 1.0]),
            2.. if targets.all(is_class) => Targets::Classes,
            _ => Targets::Numbers,
        }
    }

    pub(super) fn draw(&self, sharing: usize) -> Result<Canvas, FigureError> {
        self.check()?;
        let targets = self.targets();
        let mut canvas = Canvas::default();
        for step in STEPS {
            let drawing = Drawing { surface: self, step, sharing };
            canvas = match targets {
                Targets::Two(values) => drawing.two(values),
                Targets::Classes => drawing.classes(),
                Targets::Numbers => drawing.numbers(),
            };
            if canvas.points() <= MOST_POINTS / sharing {
                break;
            }
        }
        Ok(canvas)
    }
}
