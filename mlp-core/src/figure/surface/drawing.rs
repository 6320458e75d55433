//! Draws the maps of a surface.

use super::super::axes::{Axes, BELOW};
use super::super::axis::Axis;
use super::super::canvas::{Canvas, PX, Place, Stroke};
use super::super::map::{GAP, GRID, Map, SIDE, Scale, TINT};
use super::super::palette::{COLOURS, GREY, NEGATIVE, POSITIVE, THIN};
use super::super::points;
use super::super::text::TITLE_SIZE;
use super::{Example, Surface};
use crate::Name;

const MARGIN: i32 = 12 * PX;
const TITLE_HEIGHT: i32 = 30 * PX;
const BORDER: Stroke = Stroke { colour: GREY, width: 20, dash: "" };

const CLASS_TINT: u8 = 25;
/// Many levels lie upon each other in the map of a number.
const LEVEL_TINT: u8 = TINT * 2 / 3;

/// How many classes are named, and how many outputs have a map.
const MOST_CLASSES: usize = 24;
const MOST_MAPS: usize = 12;
const MAPS_IN_ROW: usize = 3;

pub(super) struct Drawing<'a> {
    pub(super) surface: &'a Surface,
    /// From a point of the grid that is drawn to the next.
    pub(super) step: usize,
    /// How many figures the file has.
    pub(super) sharing: usize,
}

impl Drawing<'_> {
    fn map(&self) -> Map {
        Map::new(self.step)
    }

    /// The values of an output at the points of the grid.
    fn output(&self, output: usize) -> impl Fn(usize, usize) -> f64 {
        move |column, row| self.surface.predictions[row * GRID + column][output]
    }

    /// Two classes told apart by one output: a border, and tints for how sure the network is.
    pub(super) fn two(&self, [off, on]: [f64; 2]) -> Canvas {
        let value = self.output(0);
        let (low, high) = (|column, row| -value(column, row), &value);
        let level = |part: f64| off + part * (on - off);
        let mut map = self.map();
        // Where the network is exactly undecided, there is no tint.
        for part in [0.5_f64.next_up(), 0.7, 0.9] {
            map.fill(high, level(part), POSITIVE, TINT);
            map.fill(&low, -level(1.0 - part), NEGATIVE, TINT);
        }
        map.draw_lines(high, level(0.5), BORDER);
        self.draw_points(&mut map, 1, &|example| usize::from(example.y_true[0] == off));
        let bands = [(POSITIVE, 3), (POSITIVE, 2), (POSITIVE, 1), (NEGATIVE, 1), (NEGATIVE, 2), (NEGATIVE, 3)];
        let labels = [0.9, 0.7, 0.5, 0.3, 0.1].map(|part| format!("{:.1}", level(part)));
        let scale = Scale { bands: bands.to_vec(), tint: TINT, labels: labels.to_vec() };
        let legend = [on, off].map(|target| format!("y_true = {target}"));
        self.framed(map, &self.surface.outputs[0].to_string(), &scale, &legend)
    }

    /// A class for each output: the region where its prediction is the largest.
    pub(super) fn classes(&self) -> Canvas {
        let classes = self.surface.outputs.len();
        let leaders: Vec<_> = self.surface.predictions.iter().map(|prediction| Leader::of(prediction)).collect();
        let lead = |class: usize| {
            let leaders = &leaders;
            move |column: usize, row: usize| {
                let point = row * GRID + column;
                leaders[point].lead(class, self.surface.predictions[point][class])
            }
        };
        let mut map = self.map();
        for class in 0..classes {
            map.fill(&lead(class), 0.0, COLOURS[class % COLOURS.len()], CLASS_TINT);
        }
        for class in 0..classes {
            map.draw_lines(&lead(class), 0.0, BORDER);
        }
        self.draw_points(&mut map, 1, &|example| example.y_true.iter().position(|value| *value == 1.0).unwrap_or(0));
        let legend: Vec<_> = self.surface.outputs.iter().map(Name::to_string).collect();
        self.framed(map, "", &Scale::default(), &legend)
    }

    /// A map of each output, with contours.
    pub(super) fn numbers(&self) -> Canvas {
        let outputs = self.surface.outputs.len();
        let maps: Vec<_> = (0..outputs.min(MOST_MAPS)).map(|output| self.number(output, outputs)).collect();
        let mut canvas = Canvas::in_rows(maps, MAPS_IN_ROW, 0);
        if let Some(more @ 1..) = outputs.checked_sub(MOST_MAPS) {
            let note = format!("…, +{more}");
            canvas.text(note, TITLE_SIZE, (canvas.width / 2, canvas.height + TITLE_HEIGHT / 2), Place::Centre);
            canvas.height += TITLE_HEIGHT;
        }
        canvas
    }

    fn number(&self, output: usize, outputs: usize) -> Canvas {
        let value = self.output(output);
        let levels = Axis::values(self.surface.predictions.iter().map(|prediction| prediction[output])).ticks();
        let mut map = self.map();
        for (level, _) in &levels {
            map.fill(&value, *level, POSITIVE, LEVEL_TINT);
            map.draw_lines(&value, *level, THIN);
        }
        self.draw_points(&mut map, outputs.min(MOST_MAPS), &|_| 1);
        let bands = (0..=levels.len()).rev().map(|level| (POSITIVE, level)).collect();
        let labels = levels.into_iter().rev().map(|(_, label)| label).collect();
        let scale = Scale { bands, tint: LEVEL_TINT, labels };
        self.framed(map, &self.surface.outputs[output].to_string(), &scale, &[])
    }

    fn draw_points(&self, map: &mut Map, maps: usize, class: &dyn Fn(&Example) -> usize) {
        let axes = self.axes();
        let places = self.surface.examples.iter().map(|example| (axes.place(example.x.into()), class(example)));
        points::draw(&mut map.canvas, places, self.sharing * maps);
    }

    fn axes(&self) -> Axes {
        let [x, y] = [self.surface.x, self.surface.y].map(|[low, high]| Axis::between(low, high));
        Axes { x, y, width: SIDE, height: SIDE }
    }

    /// A map with its axes, its title, the scale of its tints and the names of its points.
    fn framed(&self, map: Map, title: &str, scale: &Scale, legend: &[String]) -> Canvas {
        let axes = self.axes();
        let left = MARGIN + Axes::left(&axes.y);
        let top = if title.is_empty() { MARGIN } else { TITLE_HEIGHT };
        let mut canvas = Canvas::default();
        let mut plot = map.canvas;
        let [x, y] = self.surface.inputs.map(|name| name.to_string());
        axes.draw_frame(&mut plot, (&x, &y), left - MARGIN);
        canvas.add(plot, (left, top));
        canvas.text(title, TITLE_SIZE, (left + SIDE / 2, TITLE_HEIGHT * 3 / 5), Place::Centre);
        let right = left + SIDE + GAP;
        let right = right + scale.draw(&mut canvas, (right, top));
        let (width, height) = points::draw_legend(&mut canvas, (right + GAP / 2, top + GAP), legend, MOST_CLASSES);
        canvas.width = right + if legend.is_empty() { 0 } else { width + GAP } + MARGIN;
        canvas.height = (top + SIDE + BELOW).max(top + GAP + height);
        canvas
    }
}

/// The class with the largest prediction at a point, this prediction, and the largest of the others.
struct Leader {
    class: usize,
    first: f64,
    second: f64,
}

impl Leader {
    fn of(prediction: &[f64]) -> Self {
        let mut leader = Self { class: 0, first: f64::NEG_INFINITY, second: f64::NEG_INFINITY };
        for (class, &value) in prediction.iter().enumerate() {
            if value > leader.first {
                leader = Self { class, first: value, second: leader.first };
            } else {
                leader.second = leader.second.max(value);
            }
        }
        leader
    }

    /// How far a class with this prediction is ahead of all others.
    fn lead(&self, class: usize, value: f64) -> f64 {
        value - if class == self.class { self.second } else { self.first }
    }
}
