//! Figures as SVG: how a network learnt, what it is, what it computes, and how good it is.
//!
//! ```
//! use mlp_core::{Figure, GradientDescent, History, Language, Trainer, mlp};
//!
//! mlp!(pub struct Net: 2 => 2 => 2);
//! let mut net = Net::random_with(&mlp_core::StandardNormal, &mut mlp_core::rng(1));
//! let mut history = History::new();
//! Trainer::new(GradientDescent::new(0.5))
//!     .epochs(2000)
//!     .observe(&mut history)
//!     .fit(&mut net, &[([0.5, 0.8], [0.9, 0.2])])?;
//!
//! let folder = std::env::temp_dir();
//! Figure::history(&history).log_loss().title("2-2-2").write(folder.join("history.svg"))?;
//! Figure::trace(&net.trace([0.5, 0.8], [0.9, 0.2], 0.5)).language(&Language::RUSSIAN).write(folder.join("trace.svg"))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A figure is transparent, and can be seen on white and on black pages. Its colours differ for colour-blind readers
//! too. It has a title and a description for those who hear it. The same contents give the same bytes on every platform.

mod axes;
mod axis;
mod canvas;
mod cells;
mod confusion;
mod content;
mod contour;
mod curve;
mod curves;
mod edges;
mod error;
mod graph;
mod grid;
mod kinds;
mod labels;
mod map;
mod network;
mod palette;
mod panel;
mod points;
mod predicted;
mod quantiles;
mod rates;
mod scores;
mod surface;
mod svg;
mod text;

use std::path::Path;

use crate::{History, Language, Scalar, atomic_file};
use canvas::{Canvas, PX, Place};
use content::Content;
use svg::Captions;
use text::{TITLE_SIZE, text_width, wrapped};

pub use error::FigureError;

const TITLE_LINE: i32 = 20 * PX;
const TITLE_MARGIN: i32 = 10 * PX;
/// A title is wrapped at this width, or at the figure's own if that is larger.
const NARROWEST_TITLE: i32 = 360 * PX;
const MOST_TITLE_LINES: usize = 5;

/// A figure, to be written as an SVG file.
///
/// A function for each kind of figure makes it, and methods change it. [`write`](Self::write) writes the file,
/// [`to_svg`](Self::to_svg) returns its text. The [module](self) has an example.
#[derive(Debug)]
pub struct Figure {
    content: Content,
    title: Option<String>,
    language: Language,
    /// A setting that the content does not have.
    misfit: Option<&'static str>,
}

impl Figure {
    fn new(content: Content) -> Self {
        Self { content, title: None, language: Language::ENGLISH, misfit: None }
    }

    /// A title above the figure, in several lines if it is long. It is also the title of the document, which otherwise says
    /// what the figure shows.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The language of the figure's words; English by default.
    #[must_use]
    pub fn language(mut self, language: &Language) -> Self {
        if let Content::Grid(grid) = &mut self.content {
            let figures = std::mem::take(&mut grid.figures);
            grid.figures = figures.into_iter().map(|figure| figure.language(language)).collect();
        }
        self.language = language.clone();
        self
    }

    /// A logarithmic axis for the loss of a [`history`](Self::history) or a [`learning_curve`](Self::learning_curve), and
    /// for the scores of a [`sweep`](Self::sweep). It shows how a loss falls over many orders of magnitude; a loss of 0 has
    /// no place on it.
    #[must_use]
    pub fn log_loss(mut self) -> Self {
        match &mut self.content {
            Content::Curves(curves) => curves.log_loss = true,
            Content::Scores(scores) => scores.is_logarithmic = true,
            _ => self.misfit = Some("log_loss"),
        }
        self
    }

    /// Gradients instead of weights in the figure of a [`trace`](Self::trace).
    #[must_use]
    pub fn gradients(mut self) -> Self {
        match &mut self.content {
            Content::Network(network) if network.has_gradients => network.shows_gradients = true,
            _ => self.misfit = Some("gradients"),
        }
        self
    }

    /// Writes the figure as an SVG file.
    ///
    /// # Errors
    ///
    /// Those of [`to_svg`](Self::to_svg), and [`FigureError::Write`] if the file cannot be written. An existing file at
    /// `path` is then unchanged.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        let path = path.as_ref();
        let svg = self.to_svg()?;
        atomic_file::replace(path, &svg).map_err(|source| FigureError::Write { path: path.to_path_buf(), source })
    }

    /// The figure as the text of an SVG document.
    ///
    /// # Errors
    ///
    /// If there is nothing to draw, if a value cannot be drawn, or if a setting has no meaning for this figure.
    pub fn to_svg(&self) -> Result<String, FigureError> {
        let canvas = self.draw(1)?;
        let (title, description) = (self.heard_title(), self.content.description(&self.language));
        let captions = Captions { language: self.language.code, title: &title, description: &description };
        svg::document(&canvas, &captions).map_err(|error| FigureError::Draw(Box::new(error)))
    }

    /// The title of the document.
    fn heard_title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.content.title(&self.language))
    }

    /// Draws the figure for a file that `sharing` figures share: the more, the fewer details each has.
    fn draw(&self, sharing: usize) -> Result<Canvas, FigureError> {
        if let Some(setting) = self.misfit {
            return Err(FigureError::Setting { setting });
        }
        let content = self.content.draw(&self.language, sharing)?;
        let Some(title) = &self.title else { return Ok(content) };
        let room = content.width.max(NARROWEST_TITLE) - 2 * TITLE_MARGIN;
        let lines = wrapped(title, TITLE_SIZE, room, MOST_TITLE_LINES);
        let longest = lines.iter().map(|line| text_width(line, TITLE_SIZE)).max().unwrap_or(0);
        let mut canvas = Canvas { width: content.width.max(longest + 2 * TITLE_MARGIN), ..Canvas::default() };
        for line in lines {
            canvas.height += TITLE_LINE;
            canvas.text(line, TITLE_SIZE, (canvas.width / 2, canvas.height - 2 * PX), Place::Centre);
        }
        let inside = ((canvas.width - content.width) / 2, canvas.height + TITLE_MARGIN);
        canvas.height += TITLE_MARGIN + content.height;
        canvas.add(content, inside);
        Ok(canvas)
    }
}

/// Drawing a history needs the feature `plot`.
impl<T: Scalar> History<T> {
    /// Writes [`Figure::history`] to an SVG file: weights, biases and loss over epochs.
    ///
    /// ```
    /// use mlp_core::{GradientDescent, History, Trainer, mlp};
    ///
    /// mlp!(pub struct Net: 2 => 2 => 2);
    /// let mut net = Net::random_with(&mlp_core::StandardNormal, &mut mlp_core::rng(1));
    /// let mut history = History::new();
    /// Trainer::new(GradientDescent::new(0.5))
    ///     .epochs(2000)
    ///     .observe(&mut history)
    ///     .fit(&mut net, &[([0.5, 0.8], [0.9, 0.2])])?;
    /// let figure = std::env::temp_dir().join("lecture_2_2_2.svg");
    /// history.plot(&figure)?;
    /// assert!(std::fs::read_to_string(&figure)?.contains("w42"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`Figure::write`].
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<(), FigureError> {
        Figure::history(self).write(path)
    }

    /// The figure that [`plot`](Self::plot) writes, as the text of an SVG document.
    ///
    /// # Errors
    ///
    /// Those of [`Figure::to_svg`].
    pub fn to_svg(&self) -> Result<String, FigureError> {
        Figure::history(self).to_svg()
    }
}
