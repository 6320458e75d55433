//! A network as a graph: neurons, and the edges between them.

use super::canvas::{Canvas, PX, Place, Point, times};
use super::edges::{Box, Edge, Edges};
use super::network::{GAP, Layer, MARGIN, Network, Neuron, equals};
use super::palette::GREY;
use super::text::{SMALL_SIZE, shortened, text_width};
use crate::number::{DIGITS, significant};
use crate::{Language, Name};

/// The largest number of edges that are drawn with numbers.
const MOST_NUMBERED: usize = 40;
const CAPTION_HEIGHT: i32 = 26 * PX;
const LINE: i32 = 16 * PX;

impl Network {
    fn columns(&self) -> impl Iterator<Item = (&[Neuron], Option<&Layer>)> {
        let layers = self.layers.iter().map(|layer| (&*layer.neurons, Some(layer)));
        [(&*self.inputs, None)].into_iter().chain(layers)
    }

    /// Draws neurons and edges.
    pub(super) fn draw_graph(&self, edges: usize, language: &Language) -> Canvas {
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
        let left = MARGIN + self.reach_left(size);
        let (width, height) = (times(self.layers.len(), size.distance), times(rows, size.pitch));
        canvas.width = left + width + self.reach_right(size) + MARGIN;
        canvas.height = MARGIN + height + CAPTION_HEIGHT;

        let mut graph = Canvas::default();
        edges.draw(&mut graph, self.largest());
        for (column, (neurons, layer)) in self.columns().enumerate() {
            for (index, neuron) in neurons.iter().enumerate() {
                let at = size.place(column, index, neurons.len(), rows);
                let is_output = column == self.layers.len();
                draw_neuron(&mut graph, neuron, at, size, is_output);
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
            let caption = equals("L", loss);
            graph.text(caption, SMALL_SIZE, (at.0 + GAP, at.1), Place::Right);
        }
        canvas.add(graph, (left, MARGIN));
        canvas
    }

    /// How far the graph reaches to the left of the first neurons' centres.
    fn reach_left(&self, size: &Size) -> i32 {
        let names = self.inputs.iter().map(|neuron| text_width(&neuron.name, SMALL_SIZE) / 2);
        names.fold(size.radius, i32::max).max(30 * PX)
    }

    /// How far the graph reaches to the right of the last neurons' centres.
    fn reach_right(&self, size: &Size) -> i32 {
        let outputs = self.layers.last().map_or(&[][..], |layer| &layer.neurons);
        let targets = outputs.iter().filter_map(|neuron| neuron.target.as_ref());
        let targets = targets.map(|(name, value)| equals(name, *value));
        let texts = targets.chain(self.loss.map(|loss| equals("L", loss)));
        let names = outputs.iter().map(|neuron| text_width(&neuron.name, SMALL_SIZE));
        let beside = texts.map(|text| text_width(&text, SMALL_SIZE)).chain(names).max().unwrap_or(0);
        // No caption is wider than the distance between columns.
        let caption = self.layers.last().map_or(0, |layer| text_width(layer.activation, SMALL_SIZE) / 2);
        let biases = self.layers.last().into_iter().flat_map(|layer| {
            let biases = layer.bias_names.iter().zip(self.biases_shown(layer));
            biases.map(|(name, &value)| text_width(&self.parameter(&name, value), SMALL_SIZE) / 2)
        });
        biases.fold(size.radius + 2 * GAP + beside, i32::max).max(caption.min(size.distance / 2))
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
                    (true, false) => significant(value, DIGITS),
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
}

/// Draws a neuron with its name: inside, above, or, so that no edge crosses it, to the right of an output.
fn draw_neuron(graph: &mut Canvas, neuron: &Neuron, (x, y): Point, size: &Size, is_output: bool) {
    graph.ring((x, y), size.radius, GREY);
    let above = (x, y - size.radius - SMALL_SIZE * 3 / 4);
    let fits = |text: &String| text_width(text, SMALL_SIZE) <= 2 * size.radius - 2 * PX;
    let inside = match neuron.activation {
        Some(activation) => [significant(activation, DIGITS), format!("{activation:.2}"), format!("{activation:.0e}")]
            .into_iter()
            .find(fits),
        None => Some(neuron.name.clone()).filter(fits),
    };
    if let Some(inside) = inside {
        graph.text(inside, SMALL_SIZE, (x, y), Place::Centre);
    }
    let is_inside = neuron.activation.is_none() && fits(&neuron.name);
    if !is_inside && !is_output {
        graph.text(&neuron.name, SMALL_SIZE, above, Place::Centre);
    }
    let name = Some(neuron.name.clone()).filter(|_| !is_inside && is_output);
    let target = neuron.target.as_ref().map(|(name, value)| equals(name, *value));
    let beside: Vec<_> = name.into_iter().chain(target).collect();
    let mut line = y - LINE * times(beside.len(), 1) / 2 + LINE / 2;
    for text in beside {
        graph.text(text, SMALL_SIZE, (x + size.radius + 2 * GAP, line), Place::Right);
        line += LINE;
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

    /// The place of a neuron's bias.
    fn below(&self, (x, y): Point) -> Point {
        (x, y + self.radius + SMALL_SIZE * 3 / 4)
    }

    /// The centre of a neuron; columns are centred.
    fn place(&self, column: usize, index: usize, neurons: usize, rows: usize) -> Point {
        let top = times(rows - neurons, self.pitch) / 2;
        (times(column, self.distance), top + times(index, self.pitch) + self.pitch / 2)
    }
}
