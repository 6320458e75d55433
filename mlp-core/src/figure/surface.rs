//! A map of the predictions of a network with two inputs, with the examples on it.

use super::FigureError;
use super::axes::{Axes, BELOW};
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Stroke, times};
use super::curves::is_drawable;
use super::map::{GAP, GRID, SIDE, Scale, TINT, draw_lines, fill};
use super::palette::{COLOURS, GREY, NEGATIVE, POSITIVE, THIN};
use super::points::{self, Points};
use super::text::{SMALL_SIZE, TITLE_SIZE, text_width};
use crate::math::float;
use crate::{Language, Name};

/// The margin around the examples, as a fraction of their range.
const AROUND: f64 = 0.2;

/// If a range is narrower than this fraction of its values, it is drawn as a single one.
const NARROWEST: f64 = 1e-6;

const MARGIN: i32 = 12 * PX;
const TITLE_HEIGHT: i32 = 30 * PX;
const LEGEND_LINE: i32 = 20 * PX;
const BORDER: Stroke = Stroke { colour: GREY, width: 20, dash: "" };

const CLASS_TINT: u8 = 25;

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

    pub(super) fn draw(&self) -> Result<Canvas, FigureError> {
        self.check()?;
        Ok(match self.targets() {
            Targets::Two(values) => self.draw_two(values),
            Targets::Classes => self.draw_classes(),
            Targets::Numbers => self.draw_numbers(),
        })
    }

    /// The values of an output at the points of the grid.
    fn output(&self, output: usize) -> impl Fn(usize, usize) -> f64 {
        move |column, row| self.predictions[row * GRID + column][output]
    }

    /// Two classes told apart by one output: a border, and tints for how sure the network is.
    fn draw_two(&self, [off, on]: [f64; 2]) -> Canvas {
        let value = self.output(0);
        let (low, high) = (|column, row| -value(column, row), &value);
        let level = |part: f64| off + part * (on - off);
        let mut map = Canvas::default();
        for part in [0.5, 0.7, 0.9] {
            fill(&mut map, high, level(part), POSITIVE, TINT);
            fill(&mut map, &low, -level(1.0 - part), NEGATIVE, TINT);
        }
        draw_lines(&mut map, high, level(0.5), BORDER);
        let class = |example: &Example| usize::from(example.y_true[0] == off);
        self.draw_points(&mut map, &class);
        let bands = [(POSITIVE, 3), (POSITIVE, 2), (POSITIVE, 1), (NEGATIVE, 1), (NEGATIVE, 2), (NEGATIVE, 3)];
        let labels = [0.9, 0.7, 0.5, 0.3, 0.1].map(|part| format!("{:.1}", level(part)));
        let legend = [on, off].map(|target| format!("y_true = {target}"));
        self.framed(
            map,
            &self.outputs[0].to_string(),
            &Scale { bands: bands.to_vec(), labels: labels.to_vec() },
            &legend,
        )
    }

    /// A class for each output: the region where its prediction is the largest.
    fn draw_classes(&self) -> Canvas {
        let mut map = Canvas::default();
        let lead = |class: usize| {
            move |column: usize, row: usize| {
                let prediction = &self.predictions[row * GRID + column];
                let others = prediction.iter().enumerate().filter(|(other, _)| *other != class);
                prediction[class] - others.map(|(_, other)| *other).fold(f64::NEG_INFINITY, f64::max)
            }
        };
        for class in 0..self.outputs.len() {
            fill(&mut map, &lead(class), 0.0, COLOURS[class % COLOURS.len()], CLASS_TINT);
        }
        for class in 0..self.outputs.len() {
            draw_lines(&mut map, &lead(class), 0.0, BORDER);
        }
        let class = |example: &Example| example.y_true.iter().position(|value| *value == 1.0).unwrap_or(0);
        self.draw_points(&mut map, &class);
        let legend: Vec<_> = self.outputs.iter().map(Name::to_string).collect();
        self.framed(map, "", &Scale::default(), &legend)
    }

    /// A map of each output, with contours.
    fn draw_numbers(&self) -> Canvas {
        let mut canvas = Canvas::default();
        for output in 0..self.outputs.len() {
            let value = self.output(output);
            let points = (0..GRID * GRID).map(|point| value(point % GRID, point / GRID));
            let levels = Axis::values(points).ticks();
            let mut map = Canvas::default();
            for (level, _) in &levels {
                fill(&mut map, &value, *level, POSITIVE, TINT * 2 / 3);
                draw_lines(&mut map, &value, *level, THIN);
            }
            self.draw_points(&mut map, &|_| 1);
            let bands = (0..=levels.len()).rev().map(|level| (POSITIVE, level)).collect();
            let labels = levels.into_iter().rev().map(|(_, label)| label).collect();
            let scale = Scale { bands, labels };
            let framed = self.framed(map, &self.outputs[output].to_string(), &scale, &[]);
            canvas.height = canvas.height.max(framed.height);
            let left = canvas.width;
            canvas.width += framed.width;
            canvas.add(framed, (left, 0));
        }
        canvas
    }

    fn draw_points(&self, map: &mut Canvas, class: &dyn Fn(&Example) -> usize) {
        let axes = self.axes();
        let places = self.examples.iter().map(|example| (axes.place(example.x.into()), class(example)));
        points::draw(map, places);
    }

    fn axes(&self) -> Axes {
        let [x, y] = [self.x, self.y].map(|[low, high]| Axis::between(low, high));
        Axes { x, y, width: SIDE, height: SIDE }
    }

    /// A map with its axes, its title, the scale of its tints and the names of its points.
    fn framed(&self, map: Canvas, title: &str, scale: &Scale, legend: &[String]) -> Canvas {
        let axes = self.axes();
        let left = MARGIN + Axes::left(&axes.y);
        let top = if title.is_empty() { MARGIN } else { TITLE_HEIGHT };
        let mut canvas = Canvas::default();
        let mut plot = map;
        let [x, y] = self.inputs.map(|name| name.to_string());
        axes.draw_frame(&mut plot, (&x, &y), left - MARGIN);
        canvas.add(plot, (left, top));
        canvas.text(title, TITLE_SIZE, (left + SIDE / 2, TITLE_HEIGHT * 3 / 5), Place::Centre);
        let right = left + SIDE + GAP;
        let mut width = scale.draw(&mut canvas, (right, top));
        let mut bottom = top + SIDE + BELOW;
        for (index, text) in legend.iter().enumerate() {
            let at = (right + GAP / 2 + width, top + GAP + times(index, LEGEND_LINE));
            Points::of_class(index).draw(&mut canvas, at);
            canvas.text(text, SMALL_SIZE, (at.0 + GAP, at.1), Place::Right);
            bottom = bottom.max(at.1 + LEGEND_LINE);
        }
        width += legend.iter().map(|text| text_width(text, SMALL_SIZE) + 2 * GAP).max().unwrap_or(0);
        canvas.width = right + width + MARGIN;
        canvas.height = bottom;
        canvas
    }
}
