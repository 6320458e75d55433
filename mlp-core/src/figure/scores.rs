//! The scores of a sweep: a row of points for each setting.

use super::FigureError;
use super::axes::{BELOW, draw_horizontal};
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Stroke, times};
use super::curves::is_drawable;
use super::palette::{COLOURS, DOTTED};
use super::points;
use super::text::{SMALL_SIZE, TEXT_SIZE, shortened, text_width};
use crate::Language;

const WIDTH: i32 = 400 * PX;
const ROW: i32 = 26 * PX;
const MARGIN: i32 = 12 * PX;
const GAP: i32 = 8 * PX;
const WIDEST_NAME: i32 = 240 * PX;

/// The line at the mean of a row: half its height, and its stroke.
const HALF_MEAN: i32 = 9 * PX;
const MEAN: Stroke = Stroke { colour: COLOURS[1], width: 30, dash: "" };

/// How many settings have a row.
const MOST_ROWS: usize = 40;

/// How many settings the description lists.
const MOST_DESCRIBED: usize = 14;

/// Scores by setting.
#[derive(Debug)]
pub(super) struct Scores {
    /// The settings in the order of their rows.
    pub(super) settings: Vec<Setting>,
    pub(super) is_logarithmic: bool,
}

/// A setting with its scores.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) name: String,
    /// The mean as text, for those who hear the figure.
    pub(super) summary: String,
    pub(super) mean: Option<f64>,
    pub(super) values: Vec<f64>,
}

impl Scores {
    pub(super) fn description(&self, language: &Language) -> String {
        let settings = self.settings.iter().take(MOST_DESCRIBED);
        let mut texts: Vec<_> = settings.map(|setting| format!("{}: {}", setting.name, setting.summary)).collect();
        texts.extend(more(self.settings.len(), MOST_DESCRIBED));
        format!("{}: {}", language.score, texts.join("; "))
    }

    /// Whether a score has a place on the axis.
    fn has_place(&self, score: f64) -> bool {
        is_drawable(score) && (!self.is_logarithmic || score > 0.0)
    }

    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        let rows: Vec<_> = self.settings.iter().take(MOST_ROWS).collect();
        let drawn = || rows.iter().flat_map(|row| &row.values).copied().filter(|&score| self.has_place(score));
        if drawn().next().is_none() {
            return Err(FigureError::Nothing { what: "score" });
        }
        let axis = if self.is_logarithmic { Axis::logarithmic(drawn()) } else { Axis::values(drawn()) };
        let (height, middle) = (times(rows.len(), ROW), |row: usize| times(row, ROW) + ROW / 2);
        let place = |score: f64| axis.place(score, 0, WIDTH);

        let mut plot = Canvas::default();
        let (mut left, mut right) = (0, 0);
        for (index, row) in rows.iter().enumerate() {
            let y = middle(index);
            plot.line([(0, y), (WIDTH, y)], DOTTED);
            let name = shortened(&row.name, TEXT_SIZE, WIDEST_NAME);
            left = left.max(text_width(&name, TEXT_SIZE));
            plot.text(name, TEXT_SIZE, (-GAP, y), Place::Left);
            // What fails now and then is no better for it, so it is counted.
            let without_place = row.values.iter().filter(|&&score| !self.has_place(score)).count();
            if without_place > 0 {
                let note = language.not_drawn.replace("{count}", &without_place.to_string());
                right = right.max(GAP + text_width(&note, SMALL_SIZE));
                plot.text(note, SMALL_SIZE, (WIDTH + GAP, y), Place::Right);
            }
        }
        let scores =
            rows.iter().enumerate().flat_map(|(index, row)| row.values.iter().map(move |&score| (index, score)));
        let scores = scores.filter(|&(_, score)| self.has_place(score));
        points::draw(&mut plot, scores.map(|(index, score)| ((place(score), middle(index)), 0)), sharing);
        for (index, mean) in rows.iter().enumerate().filter_map(|(index, row)| Some((index, row.mean?))) {
            if self.has_place(mean) {
                let (x, y) = (place(mean), middle(index));
                plot.line([(x, y - HALF_MEAN), (x, y + HALF_MEAN)], MEAN);
            }
        }
        draw_horizontal(&axis, (WIDTH, height), &mut plot, language.score);

        let left = MARGIN + left + GAP;
        let mut canvas = Canvas {
            width: left + WIDTH + right.max(GAP) + MARGIN,
            height: MARGIN + height + BELOW,
            ..Canvas::default()
        };
        canvas.add(plot, (left, MARGIN));
        if let Some(more) = more(self.settings.len(), MOST_ROWS) {
            canvas.text(more, SMALL_SIZE, (MARGIN, MARGIN + height + SMALL_SIZE), Place::Right);
        }
        Ok(canvas)
    }
}

/// How many settings are left out, if some are.
fn more(settings: usize, most: usize) -> Option<String> {
    settings.checked_sub(most).filter(|more| *more > 0).map(|more| format!("…, +{more}"))
}
