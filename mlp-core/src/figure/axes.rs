//! A plot's two axes.

use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Point, times};
use super::palette::{DOTTED, THIN};
use super::text::{TEXT_SIZE, shortened, text_width};

const TICK: i32 = 4 * PX;

/// The height of everything below the horizontal axis: ticks, labels and a title.
pub(super) const BELOW: i32 = 48 * PX;

/// The axes of a plot. Places in the plot are seen from its top left corner.
pub(super) struct Axes {
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Axes {
    pub(super) fn place(&self, (x, y): (f64, f64)) -> Point {
        (self.x.place(x, 0, self.width), self.y.place(y, self.height, 0))
    }

    /// The width of the widest label of a vertical axis, with its ticks and the title beside it.
    pub(super) fn left(y: &Axis) -> i32 {
        let labels = y.ticks().into_iter().map(|(_, label)| text_width(&label, TEXT_SIZE));
        labels.max().unwrap_or(0) + 4 * TICK + TEXT_SIZE
    }

    /// Draws dots at the height of the ticks.
    pub(super) fn draw_grid(&self, plot: &mut Canvas) {
        let heights = self.y.ticks().into_iter().map(|(tick, _)| self.y.place(tick, self.height, 0));
        for y in heights.filter(|y| *y < self.height) {
            plot.line([(0, y), (self.width, y)], DOTTED);
        }
    }

    /// Draws the axes with their titles. `left` is the width to the left of the plot.
    pub(super) fn draw_frame(&self, plot: &mut Canvas, (x_title, y_title): (&str, &str), left: i32) {
        for (tick, label) in self.y.ticks() {
            let y = self.y.place(tick, self.height, 0);
            plot.line([(-TICK, y), (0, y)], THIN);
            plot.text(label, TEXT_SIZE, (-2 * TICK, y), Place::Left);
        }
        draw_horizontal(&self.x, (self.width, self.height), plot, x_title);
        let y_title = shortened(y_title, TEXT_SIZE, self.height);
        plot.text(y_title, TEXT_SIZE, (TEXT_SIZE / 2 - left, self.height / 2), Place::Upwards);
    }
}

/// Draws the two lines beside a plot of this size, and the ticks and the title below it.
pub(super) fn draw_horizontal(x: &Axis, (width, height): (i32, i32), plot: &mut Canvas, title: &str) {
    let ticks = x.ticks();
    // If labels would touch, only every second, third, … label is written.
    let widest = ticks.iter().map(|(_, label)| text_width(label, TEXT_SIZE) + 2 * TICK).max().unwrap_or(0);
    let every = usize::try_from(times(ticks.len(), widest) / width.max(1) + 1).unwrap_or(1);
    for (index, (tick, label)) in ticks.into_iter().enumerate() {
        let x = x.place(tick, 0, width);
        plot.line([(x, height), (x, height + TICK)], THIN);
        if index.is_multiple_of(every) {
            plot.text(label, TEXT_SIZE, (x, height + 2 * TICK + TEXT_SIZE / 2), Place::Centre);
        }
    }
    plot.line([(0, 0), (0, height), (width, height)], THIN);
    let title = shortened(title, TEXT_SIZE, width);
    plot.text(title, TEXT_SIZE, (width / 2, height + 3 * TICK + 2 * TEXT_SIZE), Place::Centre);
}
