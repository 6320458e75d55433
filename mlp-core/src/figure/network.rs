//! A network as a picture: neurons and the edges between them, or cells if it is large.

use super::canvas::{Canvas, PX, Place, Point, times, whole};
use super::curves::LARGEST_DRAWABLE;
use super::edges::{Box, Edge, Edges};
use super::palette::{CURVE_STROKE, GREY, NEGATIVE, POSITIVE, THIN};
use super::text::{SMALL_SIZE, number, shortened, text_width};
use super::{FigureError, cells, palette};
use crate::network::{Names, WiredLayer, Wiring};
use crate::{Language, Name, Scalar, Trace};

/// Layers with more neurons, and networks with more edges, become cells.
const MOST_NEURONS: usize = 16;
const MOST_EDGES: usize = 600;

/// How many edges of a network can have their numbers.
const MOST_NUMBERED: usize = 40;

const MARGIN: i32 = 12 * PX;
const CAPTION_HEIGHT: i32 = 26 * PX;
const LEGEND_HEIGHT: i32 = 30 * PX;
const SAMPLE: i32 = 26 * PX;
const GAP: i32 = 8 * PX;

/// A network, perhaps in the middle of a training step.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) inputs: Vec<Neuron>,
    pub(super) layers: Vec<Layer>,
    /// The loss, if it is known.
    loss: Option<f64>,
    /// Whether the edges show gradients instead of weights.
    pub(super) shows_gradients: bool,
    pub(super) has_gradients: bool,
}

#[derive(Debug)]
pub(super) struct Neuron {
    name: String,
    activation: Option<f64>,
    /// The target of an output, with its name.
    target: Option<(String, f64)>,
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) activation: &'static str,
    pub(super) weight_names: Names,
    bias_names: Names,
    neurons: Vec<Neuron>,
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
        let wide = |values: &[T]| values.iter().map(|value| value.to_f64()).collect();
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
        let known = neurons.filter_map(|neuron| Some(format!("{} = {}", neuron.name, number(neuron.activation?))));
        let loss = self.loss.map(|loss| format!("L = {}", number(loss)));
        let edges = self.layers.iter().flat_map(|layer| {
            let biases = layer.bias_names.iter().zip(self.biases_shown(layer));
            layer.weight_names.iter().zip(self.weights_shown(layer)).chain(biases)
        });
        let prefix = if self.shows_gradients { "dL_d" } else { "" };
        let edges = edges.map(|(name, value)| format!("{prefix}{name} = {}", number(*value)));
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

    pub(super) fn draw(&self, language: &Language) -> Result<Canvas, FigureError> {
        self.check()?;
        let edges: usize = self.layers.iter().map(|layer| layer.weights.len()).sum();
        let widest = self.layers.iter().map(|layer| layer.neurons.len()).chain([self.inputs.len()]).max();
        let is_large = widest > Some(MOST_NEURONS) || edges > MOST_EDGES;
        let mut canvas = if is_large { cells::draw(self, language) } else { self.draw_graph(edges, language) };
        self.draw_legend(&mut canvas, language);
        Ok(canvas)
    }

    fn check(&self) -> Result<(), FigureError> {
        let prefix = if self.shows_gradients { "dL_d" } else { "" };
        for layer in &self.layers {
            let weights = layer.weight_names.iter().zip(self.weights_shown(layer));
            let biases = layer.bias_names.iter().zip(self.biases_shown(layer));
            for (name, &value) in weights.chain(biases) {
                if !(-LARGEST_DRAWABLE..=LARGEST_DRAWABLE).contains(&value) {
                    return Err(FigureError::Value { name: format!("{prefix}{name}"), epoch: None, value });
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

    fn columns(&self) -> impl Iterator<Item = (&[Neuron], Option<&Layer>)> {
        let layers = self.layers.iter().map(|layer| (&*layer.neurons, Some(layer)));
        [(&*self.inputs, None)].into_iter().chain(layers)
    }

    fn draw_graph(&self, edges: usize, language: &Language) -> Canvas {
        let rows = self.columns().map(|(neurons, _)| neurons.len()).max().unwrap_or(0);
        let wanted = if edges <= MOST_NUMBERED { &Size::NUMBERED[..] } else { &[] };
        let numbered = wanted.iter().find_map(|size| Some((size, self.edges(size, rows, true)?)));
        let is_numbered = numbered.is_some();
        let (size, edges) = numbered.unwrap_or_else(|| {
            let size = match (rows, self.layers.len()) {
                (_, 9..) => &Size::DEEP,
                (..=4, _) => &Size::LARGE,
                _ => &Size::SMALL,
            };
            (size, self.edges(size, rows, false).unwrap_or_default())
        });
        let mut canvas = Canvas::default();
        let left = MARGIN + self.overhang(size, true);
        let (width, height) = (times(self.layers.len(), size.distance), times(rows, size.pitch));
        canvas.width = left + width + self.overhang(size, false) + MARGIN;
        canvas.height = MARGIN + height + CAPTION_HEIGHT;

        let mut graph = Canvas::default();
        edges.draw(&mut graph, self.largest());
        for (column, (neurons, layer)) in self.columns().enumerate() {
            for (index, neuron) in neurons.iter().enumerate() {
                let at = size.place(column, index, neurons.len(), rows);
                draw_neuron(&mut graph, neuron, at, size);
                let bias = layer.filter(|_| is_numbered).and_then(|layer| {
                    Some(self.parameter(&layer.bias_names.get(index)?, *self.biases_shown(layer).get(index)?))
                });
                if let Some(bias) = bias {
                    graph.text(bias, SMALL_SIZE, size.below(at), Place::Centre);
                }
            }
            let caption = layer.map_or(language.inputs, |layer| layer.activation);
            let caption = shortened(caption, SMALL_SIZE, size.distance - GAP);
            graph.text(caption, SMALL_SIZE, (times(column, size.distance), height + CAPTION_HEIGHT / 2), Place::Centre);
        }
        if let Some(loss) = self.loss {
            let at = (width + size.radius + GAP, height + CAPTION_HEIGHT / 2);
            let caption = format!("L = {}", number(loss));
            graph.text(caption, SMALL_SIZE, (at.0 + GAP, at.1), Place::Right);
        }
        canvas.add(graph, (left, MARGIN));
        canvas
    }

    /// How far the graph reaches to the left of the first neurons' centres, or to the right of the last.
    fn overhang(&self, size: &Size, to_the_left: bool) -> i32 {
        if to_the_left {
            let names = self.inputs.iter().map(|neuron| text_width(&neuron.name, SMALL_SIZE) / 2);
            return names.max().unwrap_or(0).max(size.radius).max(30 * PX);
        }
        let outputs = self.layers.last().map_or(&[][..], |layer| &layer.neurons);
        let targets = outputs.iter().filter_map(|neuron| neuron.target.as_ref());
        let targets = targets.map(|target| text_width(&equals(&target.0, target.1), SMALL_SIZE)).max();
        let loss = self.loss.map(|loss| text_width(&format!("L = {}", number(loss)), SMALL_SIZE));
        let beside = targets.max(loss).map_or(0, |text| size.radius + 2 * GAP + text);
        beside.max(size.radius).max(size.distance / 2)
    }

    /// The edges, with their numbers if `has_numbers`; `None` if these have no room.
    fn edges(&self, size: &Size, rows: usize, has_numbers: bool) -> Option<Edges> {
        let mut edges = Edges::default();
        let mut sources = self.inputs.len();
        let mut texts = Vec::new();
        for (column, layer) in self.layers.iter().enumerate() {
            let neurons = layer.neurons.len();
            let mut between = Vec::new();
            for (index, (name, &value)) in layer.weight_names.iter().zip(self.weights_shown(layer)).enumerate() {
                let from = size.place(column, index / neurons, sources, rows);
                let to = size.place(column + 1, index % neurons, neurons, rows);
                let label = match (has_numbers, size.has_names) {
                    (false, _) => String::new(),
                    (true, false) => number(value),
                    (true, true) => self.parameter(&name, value),
                };
                between.push(Edge::between(from, to, size.radius, value, label));
            }
            let biases = layer.bias_names.iter().zip(self.biases_shown(layer)).enumerate();
            let text = |(index, (name, &value)): (usize, (Name, &f64))| {
                let at = size.place(column + 1, index, neurons, rows);
                Box::of(&self.parameter(&name, value), size.below(at))
            };
            let below: Vec<_> = biases.map(text).collect();
            texts.extend(&below);
            edges.add(between, &texts)?;
            (sources, texts) = (neurons, below);
        }
        Some(edges)
    }

    /// `w11 = 1.764`, `dL_dw11 = -0.1`
    fn parameter(&self, name: &Name, value: f64) -> String {
        let prefix = if self.shows_gradients { "dL_d" } else { "" };
        equals(&format!("{prefix}{name}"), value)
    }

    fn draw_legend(&self, canvas: &mut Canvas, language: &Language) {
        let y = canvas.height + LEGEND_HEIGHT / 3;
        let mut x = MARGIN;
        let mut word = |canvas: &mut Canvas, word: &str| {
            canvas.text(word, SMALL_SIZE, (x, y), Place::Right);
            x += text_width(word, SMALL_SIZE) + 2 * GAP;
            x
        };
        let mut at = word(canvas, &format!("{}:", self.shown(language)));
        for (colour, text) in [(POSITIVE, language.positive), (NEGATIVE, language.negative)] {
            canvas.line([(at, y), (at + SAMPLE, y)], palette::Stroke { colour, width: 2 * CURVE_STROKE, ..THIN });
            canvas.text(text, SMALL_SIZE, (at + SAMPLE + GAP / 2, y), Place::Right);
            at += SAMPLE + GAP / 2 + text_width(text, SMALL_SIZE) + 2 * GAP;
        }
        canvas.width = canvas.width.max(at);
        canvas.height += LEGEND_HEIGHT;
    }
}

fn draw_neuron(graph: &mut Canvas, neuron: &Neuron, (x, y): Point, size: &Size) {
    graph.ring((x, y), size.radius, GREY);
    let above = (x, y - size.radius - SMALL_SIZE * 3 / 4);
    let fits = |text: &String| text_width(text, SMALL_SIZE) <= 2 * size.radius - 2 * PX;
    let inside = match neuron.activation {
        Some(activation) => {
            [number(activation), format!("{activation:.2}"), format!("{activation:.0e}")].into_iter().find(fits)
        }
        None => Some(neuron.name.clone()).filter(fits),
    };
    if let Some(inside) = inside {
        graph.text(inside, SMALL_SIZE, (x, y), Place::Centre);
    }
    if neuron.activation.is_some() || !fits(&neuron.name) {
        graph.text(&neuron.name, SMALL_SIZE, above, Place::Centre);
    }
    if let Some((name, value)) = &neuron.target {
        graph.text(equals(name, *value), SMALL_SIZE, (x + size.radius + 2 * GAP, y), Place::Right);
    }
}

/// The sizes of a graph.
struct Size {
    /// From a column to the next.
    distance: i32,
    /// From a neuron to the next in its column.
    pitch: i32,
    radius: i32,
    /// Whether the numbers at the edges have names.
    has_names: bool,
}

impl Size {
    const LARGE: Self = Self { distance: 170 * PX, pitch: 92 * PX, radius: 26 * PX, has_names: false };
    const SMALL: Self = Self { distance: 150 * PX, pitch: 56 * PX, radius: 19 * PX, has_names: false };

    const DEEP: Self = Self { distance: 90 * PX, ..Self::SMALL };

    /// The sizes to try for a graph with numbers, the best first.
    const NUMBERED: [Self; 4] = [
        Self { distance: 230 * PX, has_names: true, ..Self::LARGE },
        Self { distance: 300 * PX, pitch: 110 * PX, has_names: true, ..Self::LARGE },
        Self { distance: 220 * PX, ..Self::LARGE },
        Self { distance: 320 * PX, ..Self::LARGE },
    ];

    /// Where the bias of a neuron stands.
    fn below(&self, (x, y): Point) -> Point {
        (x, y + self.radius + SMALL_SIZE * 3 / 4)
    }

    /// The centre of a neuron; columns are centred.
    fn place(&self, column: usize, index: usize, neurons: usize, rows: usize) -> Point {
        let top = times(rows - neurons, self.pitch) / 2;
        (times(column, self.distance), top + times(index, self.pitch) + self.pitch / 2)
    }
}

fn equals(name: &str, value: f64) -> String {
    format!("{name} = {}", number(value))
}

/// A part of the largest value, in percent.
pub(super) fn percent(value: f64, largest: f64) -> i32 {
    if largest == 0.0 { 0 } else { whole(value.abs() / largest * 100.0) }
}
