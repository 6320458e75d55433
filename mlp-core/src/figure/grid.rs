//! Figures beside each other, and below.

use super::canvas::{Canvas, PX};
use super::{Figure, FigureError};

const GAP: i32 = 16 * PX;

#[derive(Debug)]
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) figures: Vec<Figure>,
}

impl Grid {
    pub(super) fn title(&self) -> String {
        self.figures.iter().map(Figure::heard_title).collect::<Vec<_>>().join("; ")
    }

    pub(super) fn description(&self) -> String {
        let descriptions = self.figures.iter().map(|figure| figure.content.description(&figure.language));
        descriptions.collect::<Vec<_>>().join(". ")
    }

    pub(super) fn draw(&self) -> Result<Canvas, FigureError> {
        if self.figures.is_empty() {
            return Err(FigureError::Nothing { what: "figure" });
        }
        let canvases: Vec<_> = self.figures.iter().map(Figure::draw).collect::<Result<_, _>>()?;
        let in_column = |column: usize| canvases.iter().skip(column).step_by(self.columns);
        let widths: Vec<_> = (0..self.columns.min(canvases.len()))
            .map(|column| in_column(column).map(|canvas| canvas.width).max().unwrap_or(0))
            .collect();
        let mut grid = Canvas { width: widths.iter().map(|width| width + GAP).sum::<i32>() - GAP, ..Canvas::default() };
        let mut canvases = canvases.into_iter();
        while !canvases.as_slice().is_empty() {
            let row = canvases.as_slice().iter().take(self.columns).map(|canvas| canvas.height);
            let (height, mut left) = (row.max().unwrap_or(0), 0);
            for (width, canvas) in widths.iter().zip(canvases.by_ref()) {
                let inside = (left + (width - canvas.width) / 2, grid.height + (height - canvas.height) / 2);
                grid.add(canvas, inside);
                left += width + GAP;
            }
            grid.height += height + GAP;
        }
        grid.height -= GAP;
        Ok(grid)
    }
}
