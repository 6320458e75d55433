//! A network as a picture: neurons and the edges between them, or cells if it is large.

use super::canvas::{Canvas, PX, Place, Stroke, whole};
use super::curves::is_drawable;
use super::palette::{CURVE_STROKE, NEGATIVE, POSITIVE, THIN};
use super::text::{SMALL_SIZE, text_width};
use super::{FigureError, cells};
use crate::math::wide;
use crate::network::{Names, WiredLayer, Wiring};
use crate::number::{DIGITS, significant};
use crate::{Language, Name, Scalar, Trace};

/// Layers with more neurons, and networks with more edges, become cells.
const MOST_NEURONS: usize = 16;
const MOST_EDGES: usize = 600;

pub(super) const MARGIN: i32 = 12 * PX;
const LEGEND_HEIGHT: i32 = 30 * PX;
const SAMPLE: i32 = 26 * PX;
pub(super) const GAP: i32 = 8 * PX;

/// A network, perhaps in the middle of a training step.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) inputs: Vec<Neuron>,
    pub(super) layers: Vec<Layer>,
    /// The loss, if it is known.
    pub(super) loss: Option<f64>,
    /// Whether the edges show gradients instead of weights.
    pub(super) shows_gradients: bool,
    pub(super) has_gradients: bool,
}

#[derive(Debug)]
pub(super) struct Neuron {
    pub(super) name: String,
    pub(super) activation: Option<f64>,
    /// The target of an output, with its name.
    pub(super) target: Option<(String, f64)>,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) activation: &'static str,
    pub(super) weight_names: Names,
    pub(super) bias_names: Names,
    pub(super) neurons: Vec<Neuron>,
    pub(super) weights: Vec<f64>,
    pub(super) biases: Vec<f64>,
    /// Empty if they are not known.
    pub(super) weight_gradients: Vec<f64>,
    pub(super) bias_gradients: Vec<f64>,
}

impl Network {
    pub(super) fn new<T: Scalar>(wiring: &Wiring<T>, trace: Option<&Trace<T>>) -> Self {
        let value = |name: &str| trace.and_then(|trace| trace.value(name)).map(Scalar::to_f64);
        let neuron = |name: String| Neuron { activation: value(&name), name, target: None };
        let gradients =
            |names: Names| names.iter().filter_map(|name| value(&format!("dL_d{name}"))).collect::<Vec<_>>();
        let layer = |layer: &WiredLayer<T>| Layer {
            activation: layer.activation,
            weight_names: layer.weight_names,
            bias_names: layer.bias_names,
            neurons: layer.activation_names.iter().map(|name| neuron(name.to_string())).collect(),
            weights: wide(&layer.weights),
            biases: wide(&layer.biases),
            weight_gradients: gradients(layer.weight_names),
            bias_gradients: gradients(layer.bias_names),
        };
        let mut layers: Vec<_> = wiring.layers.iter().map(layer).collect();
        if let Some(outputs) = layers.last_mut() {
            for (neuron, target) in outputs.neurons.iter_mut().zip(wiring.targets.iter()) {
                let name = target.to_string();
                neuron.target = value(&name).map(|value| (name, value));
            }
        }
        let inputs = wiring.inputs.iter().map(|name| neuron(name.to_string())).collect();
        Self { inputs, layers, loss: value("L"), shows_gradients: false, has_gradients: trace.is_some() }
    }

    pub(super) fn title(&self) -> String {
        let layers = self.layers.iter().map(|layer| format!(" => {}({})", layer.activation, layer.neurons.len()));
        format!("{}{}", self.inputs.len(), layers.collect::<String>())
    }

    pub(super) fn description(&self, language: &Language) -> String {
        let neurons = self.inputs.iter().chain(self.layers.iter().flat_map(|layer| &layer.neurons));
        let known = neurons.filter_map(|neuron| Some(equals(&neuron.name, neuron.activation?)));
        let loss = self.loss.map(|loss| equals("L", loss));
        let edges = self.layers.iter().flat_map(|layer| {
            let biases = layer.bias_names.iter().zip(self.biases_shown(layer));
            layer.weight_names.iter().zip(self.weights_shown(layer)).chain(biases)
        });
        let edges = edges.map(|(name, value)| self.parameter(&name, *value));
        let parts: Vec<_> = known.chain(loss).chain(edges).take(80).collect();
        format!("{}: {}", self.shown(language), parts.join(", "))
    }

    fn shown(&self, language: &Language) -> &'static str {
        if self.shows_gradients { language.gradients } else { language.weights }
    }

    pub(super) fn weights_shown<'a>(&self, layer: &'a Layer) -> &'a [f64] {
        if self.shows_gradients { &layer.weight_gradients } else { &layer.weights }
    }

    pub(super) fn biases_shown<'a>(&self, layer: &'a Layer) -> &'a [f64] {
        if self.shows_gradients { &layer.bias_gradients } else { &layer.biases }
    }

    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        self.check()?;
        let edges: usize = self.layers.iter().map(|layer| layer.weights.len()).sum();
        let widest = self.layers.iter().map(|layer| layer.neurons.len()).chain([self.inputs.len()]).max();
        let is_large = widest > Some(MOST_NEURONS) || edges > MOST_EDGES;
        let mut canvas = if is_large { cells::draw(self, language, sharing) } else { self.draw_graph(edges, language) };
        self.draw_legend(&mut canvas, language);
        Ok(canvas)
    }

    fn check(&self) -> Result<(), FigureError> {
        for layer in &self.layers {
            let weights = layer.weight_names.iter().zip(self.weights_shown(layer));
            let biases = layer.bias_names.iter().zip(self.biases_shown(layer));
            for (name, &value) in weights.chain(biases) {
                if !is_drawable(value) {
                    return Err(FigureError::Value { name: self.name_shown(&name), epoch: None, value });
                }
            }
        }
        Ok(())
    }

    /// The largest absolute value that the edges show.
    pub(super) fn largest(&self) -> f64 {
        let values = self.layers.iter().flat_map(|layer| self.weights_shown(layer));
        values.fold(0.0, |largest, value| value.abs().max(largest))
    }

    /// `w11 = 1.764`, `dL_dw11 = -0.1`
    pub(super) fn parameter(&self, name: &Name, value: f64) -> String {
        equals(&self.name_shown(name), value)
    }

    fn name_shown(&self, name: &Name) -> String {
        if self.shows_gradients { format!("dL_d{name}") } else { name.to_string() }
    }

    fn draw_legend(&self, canvas: &mut Canvas, language: &Language) {
        let y = canvas.height + LEGEND_HEIGHT / 3;
        let title = format!("{}:", self.shown(language));
        canvas.text(&title, SMALL_SIZE, (MARGIN, y), Place::Right);
        let mut at = MARGIN + text_width(&title, SMALL_SIZE) + 2 * GAP;
        for (colour, text) in [(POSITIVE, language.positive), (NEGATIVE, language.negative)] {
            canvas.line([(at, y), (at + SAMPLE, y)], Stroke { colour, width: 2 * CURVE_STROKE, ..THIN });
            canvas.text(text, SMALL_SIZE, (at + SAMPLE + GAP / 2, y), Place::Right);
            at += SAMPLE + GAP / 2 + text_width(text, SMALL_SIZE) + 2 * GAP;
        }
        canvas.width = canvas.width.max(at);
        canvas.height += LEGEND_HEIGHT;
    }
}

pub(super) fn equals(name: &str, value: f64) -> String {
    format!("{name} = {}", significant(value, DIGITS))
}

/// A part of the largest value, in percent.
pub(super) fn percent(value: f64, largest: f64) -> i32 {
    if largest == 0.0 { 0 } else { whole(value.abs() / largest * 100.0) }
}
