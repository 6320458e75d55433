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
        let descriptions = self
            .figures
            .iter()
            .map(|figure| format!("{}: {}", figure.heard_title(), figure.content.description(&figure.language)));
        descriptions.collect::<Vec<_>>().join(". ")
    }

    pub(super) fn draw(&self, sharing: usize) -> Result<Canvas, FigureError> {
        if self.figures.is_empty() {
            return Err(FigureError::Nothing { what: "figure" });
        }
        let sharing = sharing * self.figures.len();
        let canvases: Vec<_> = self.figures.iter().map(|figure| figure.draw(sharing)).collect::<Result<_, _>>()?;
        Ok(Canvas::in_rows(canvases, self.columns, GAP))
    }
}
