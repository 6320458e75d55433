//! The layers of a large network as matrices of coloured cells.

use super::canvas::{Canvas, PX, Place, times, whole};
use super::network::{Layer, Network, percent};
use super::palette::{THIN, colour_of_sign};
use super::text::{SMALL_SIZE, shortened, text_width};
use crate::Language;
use crate::math::{float, mean};

/// How many cells a figure has at most, so that its file stays small.
const MOST_CELLS: usize = 1600;

const MARGIN: i32 = 12 * PX;
const GAP: i32 = 34 * PX;
const LINE: i32 = 18 * PX;

/// The size of a matrix is near this one.
const SIDE: i32 = 200 * PX;
const LARGEST_CELL: i32 = 14 * PX;

/// Draws the weights of each layer, a row for each source and a column for each neuron, with the biases below.
pub(super) fn draw(network: &Network, language: &Language, sharing: usize) -> Canvas {
    let layers = network.layers.len().max(1);
    let side = (MOST_CELLS / sharing / layers).isqrt().max(2);
    let largest = network.largest();
    let matrices: Vec<_> = network.layers.iter().map(|layer| Matrix::new(network, layer, side)).collect();
    let height = matrices.iter().map(Matrix::height).max().unwrap_or(0);
    let is_summarized = matrices.iter().any(|matrix| matrix.is_summarized);

    let mut canvas = Canvas::default();
    let mut left = MARGIN;
    let mut sources = network.inputs.len();
    for (layer, matrix) in network.layers.iter().zip(&matrices) {
        let neurons = layer.biases.len();
        let caption = format!("{sources} => {}({neurons})", layer.activation);
        let caption = shortened(&caption, SMALL_SIZE, SIDE);
        let width = matrix.width().max(text_width(&caption, SMALL_SIZE));
        let mut drawn = Canvas::default();
        matrix.draw(&mut drawn, largest);
        canvas.add(drawn, (left + (width - matrix.width()) / 2, MARGIN));
        canvas.text(caption, SMALL_SIZE, (left + width / 2, MARGIN + height + LINE), Place::Centre);
        left += width + GAP;
        sources = neurons;
    }
    canvas.width = left - GAP + MARGIN;
    let mut note = format!("↓ {}, → {}", language.source, language.neuron);
    if is_summarized {
        note = format!("{note}; {}", language.cell_is_mean);
    }
    canvas.width = canvas.width.max(text_width(&note, SMALL_SIZE) + 2 * MARGIN);
    canvas.text(note, SMALL_SIZE, (MARGIN, MARGIN + height + 2 * LINE + LINE / 2), Place::Right);
    canvas.height = MARGIN + height + 3 * LINE + LINE / 2;
    canvas
}

/// The cells of a layer.
struct Matrix {
    /// Row by row; the last row are the biases.
    rows: Vec<Vec<f64>>,
    cell: i32,
    is_summarized: bool,
}

impl Matrix {
    fn new(network: &Network, layer: &Layer, side: usize) -> Self {
        let neurons = layer.biases.len();
        let weights: Vec<_> = network.weights_shown(layer).chunks(neurons).collect();
        let mut rows = summarized(&weights, side);
        rows.extend(summarized(&[network.biases_shown(layer)], side));
        let longest = rows.len().max(rows.first().map_or(1, Vec::len));
        let cell = whole(f64::from(SIDE) / float(longest)).min(LARGEST_CELL);
        Self { rows, cell, is_summarized: weights.len() > side || neurons > side }
    }

    fn width(&self) -> i32 {
        times(self.rows.first().map_or(0, Vec::len), self.cell)
    }

    fn height(&self) -> i32 {
        times(self.rows.len(), self.cell) + self.cell / 2
    }

    fn draw(&self, canvas: &mut Canvas, largest: f64) {
        let last = self.rows.len().saturating_sub(1);
        for (index, row) in self.rows.iter().enumerate() {
            let top = times(index, self.cell) + if index == last { self.cell / 2 } else { 0 };
            for (column, &value) in row.iter().enumerate() {
                let left = times(column, self.cell);
                // A bias may be larger than all weights.
                let percent = u8::try_from(percent(value, largest).min(100)).unwrap_or(100);
                if percent > 0 {
                    canvas.rectangle((left, top), (left + self.cell, top + self.cell), colour_of_sign(value), percent);
                }
            }
        }
        let (width, bottom) = (self.width(), times(last, self.cell));
        for (top, bottom) in [(0, bottom), (bottom + self.cell / 2, bottom + self.cell * 3 / 2)] {
            canvas.outline((0, top), (width, bottom), THIN);
        }
    }
}

/// The means of blocks, so that there are at most `side` rows and columns.
fn summarized(rows: &[&[f64]], side: usize) -> Vec<Vec<f64>> {
    let columns = rows.first().map_or(0, |row| row.len());
    let starts = |count: usize| (0..count.min(side)).map(move |part| part * count / side.min(count));
    let end = |count: usize, start: usize| starts(count).find(|&next| next > start).unwrap_or(count);
    let block = |top: usize, left: usize| {
        let block = rows[top..end(rows.len(), top)].iter().flat_map(|row| &row[left..end(columns, left)]);
        mean(block.copied())
    };
    starts(rows.len()).map(|top| starts(columns).map(|left| block(top, left)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_the_mean_of_its_block() {
        let rows: [&[f64]; 3] = [&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[7.0, 8.0, 9.0]];
        assert_eq!(summarized(&rows, 3), rows);
        assert_eq!(summarized(&rows, 2), [vec![1.0, 2.5], vec![5.5, 7.0]]);
        assert_eq!(summarized(&rows, 1), [[5.0]]);
    }
}
