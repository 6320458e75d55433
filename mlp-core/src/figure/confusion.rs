//! A confusion matrix as squares: the larger a square, the more of the row's examples are there.

use super::FigureError;
use super::canvas::{Canvas, PX, Place, times, whole};
use super::palette::{NEGATIVE, POSITIVE, THIN};
use super::text::{SMALL_SIZE, TEXT_SIZE, shortened, text_width};
use crate::Language;
use crate::language::fill;
use crate::metrics::ratio;
use crate::number::significant;

const CELL: i32 = 58 * PX;
const LARGEST_SQUARE: i32 = 34 * PX;
const MARGIN: i32 = 12 * PX;
const LINE: i32 = 20 * PX;
const GAP: i32 = 6 * PX;
const LONGEST_NAME: i32 = 160 * PX;

/// Beyond this number of classes, cells have no room for counts.
const MOST_COUNTED: usize = 20;

/// How many squares the figures of a file have at most, so that it stays small.
const MOST_SQUARES: usize = 1600;

/// The counts of a confusion matrix, row by row, with the names of the classes.
#[derive(Debug)]
pub(super) struct Confusion {
    pub(super) names: Vec<String>,
    pub(super) counts: Vec<Vec<u64>>,
}

impl Confusion {
    pub(super) fn description(&self) -> String {
        if self.names.len() > MOST_COUNTED {
            return self.names.join("; ");
        }
        let row = |(name, row): (&String, &Vec<u64>)| {
            let counts: Vec<_> = row.iter().map(u64::to_string).collect();
            format!("{name}: {}", counts.join(" "))
        };
        self.names.iter().zip(&self.counts).map(row).collect::<Vec<_>>().join("; ")
    }

    /// Squares that stand for this part of their row or less are left out, so that there are no more than `most`.
    fn smallest_square(&self, most: usize) -> f64 {
        let mut parts: Vec<_> = self.counts.iter().flat_map(|counts| parts(counts)).collect();
        parts.sort_unstable_by(|a, b| b.total_cmp(a));
        parts.get(most).copied().unwrap_or(0.0)
    }

    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        if self.counts.iter().flatten().all(|count| *count == 0) {
            return Err(FigureError::Nothing { what: "example" });
        }
        let classes = self.names.len();
        let has_counts = classes <= MOST_COUNTED;
        let cell = if has_counts { CELL } else { CELL / 3 };
        let largest = if has_counts { LARGEST_SQUARE } else { cell * 9 / 10 };
        let size = times(classes, cell);
        let names: Vec<_> = self.names.iter().map(|name| shortened(name, SMALL_SIZE, LONGEST_NAME)).collect();
        let longest = names.iter().map(|name| text_width(name, SMALL_SIZE)).max().unwrap_or(0);
        let is_upright = longest > cell - PX;
        let (left, top) =
            (MARGIN + LINE + longest + GAP, MARGIN + LINE + if is_upright { longest + GAP } else { LINE });

        let mut canvas = Canvas { width: left + size + MARGIN, height: top + size + MARGIN, ..Canvas::default() };
        let above = (left + size / 2, MARGIN + TEXT_SIZE / 2);
        let title_half = text_width(language.predicted, TEXT_SIZE) / 2;
        canvas.width = canvas.width.max(above.0 + title_half + MARGIN);
        canvas.text(language.predicted, TEXT_SIZE, above, Place::Centre);
        let beside = (MARGIN + TEXT_SIZE / 2, top + size / 2);
        let title_half = text_width(language.actual, TEXT_SIZE) / 2;
        canvas.height = canvas.height.max(beside.1 + title_half + MARGIN);
        canvas.text(language.actual, TEXT_SIZE, beside, Place::Upwards);
        for (index, name) in names.iter().enumerate() {
            let middle = times(index, cell) + cell / 2;
            canvas.text(name, SMALL_SIZE, (left - GAP, top + middle), Place::Left);
            if is_upright {
                let at = (left + middle, top - GAP - text_width(name, SMALL_SIZE) / 2);
                canvas.text(name, SMALL_SIZE, at, Place::Upwards);
            } else {
                canvas.text(name, SMALL_SIZE, (left + middle, top - LINE / 2), Place::Centre);
            }
        }
        let smallest = self.smallest_square(MOST_SQUARES / sharing);
        if smallest > 0.0 {
            let note = fill(language.small_left_out, &[("percent", &significant(100.0 * smallest, 2))]);
            canvas.width = canvas.width.max(2 * MARGIN + text_width(&note, SMALL_SIZE));
            canvas.text(note, SMALL_SIZE, (MARGIN, canvas.height + LINE / 2), Place::Right);
            canvas.height += LINE + MARGIN;
        }
        for (row, counts) in self.counts.iter().enumerate() {
            for (column, (&count, part)) in counts.iter().zip(parts(counts)).enumerate() {
                let (x, y) = (left + times(column, cell) + cell / 2, top + times(row, cell));
                let half = whole(part.sqrt() * f64::from(largest) / 2.0);
                let middle = y + if has_counts { LARGEST_SQUARE / 2 + 5 * PX } else { cell / 2 };
                let colour = if row == column { POSITIVE } else { NEGATIVE };
                if half > 0 && part > smallest {
                    canvas.rectangle((x - half, middle - half), (x + half, middle + half), colour, 100);
                }
                if has_counts {
                    canvas.text(count.to_string(), SMALL_SIZE, (x, y + cell - SMALL_SIZE * 3 / 4), Place::Centre);
                }
            }
        }
        for index in 0..=classes {
            let place = times(index, cell);
            canvas.line([(left, top + place), (left + size, top + place)], THIN);
            canvas.line([(left + place, top), (left + place, top + size)], THIN);
        }
        Ok(canvas)
    }
}

/// The part of a row's examples that each of its counts is.
fn parts(counts: &[u64]) -> impl Iterator<Item = f64> {
    let total = counts.iter().sum();
    counts.iter().map(move |&count| ratio(count, total).unwrap_or(0.0))
}
