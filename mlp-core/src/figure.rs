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
//! Figure::trace(&net.trace([0.5, 0.8], [0.9, 0.2], 0.5)).language(Language::RUSSIAN).write(folder.join("trace.svg"))?;
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
mod contour;
mod curve;
mod curves;
mod edges;
mod error;
mod grid;
mod labels;
mod network;
mod palette;
mod points;
mod predicted;
mod surface;
mod svg;
mod text;

use std::path::Path;

use crate::metrics::ConfusionMatrix;
use crate::network::{Array as _, Wiring};
use crate::{History, Language, Name, Network, Scalar, Trace, atomic_file};
use canvas::{Canvas, PX, Place};
use confusion::Confusion;
use curves::Curves;
use grid::Grid;
use predicted::Predicted;
use surface::{Example, Surface};
use svg::Captions;
use text::{TITLE_SIZE, text_width};

pub use error::FigureError;

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

#[derive(Debug)]
enum Content {
    Curves(Curves),
    Network(network::Network),
    Surface(Surface),
    Confusion(Confusion),
    Predicted(Predicted),
    Grid(Grid),
}

impl Figure {
    /// Weights, biases and loss over epochs, one panel below the other.
    ///
    /// If the history [leaves the parameters out](History::losses_only), there is only the panel of the loss. A
    /// validation loss is drawn in the same panel as the training loss.
    ///
    /// Every curve has its name at its end; curves that lie upon each other share one. Eight colours, and then dashes,
    /// tell the curves apart. Long histories are thinned to the smallest and the largest value per pixel.
    ///
    /// The axis of the loss begins at 0, so that one sees how much of the loss is left, unless a loss of your own is
    /// negative. [`log_loss`](Self::log_loss) makes it logarithmic.
    #[must_use]
    pub fn history<T: Scalar>(history: &History<T>) -> Self {
        Self::new(Content::Curves(Curves::of_history(history)))
    }

    /// The loss of trainings on more and more examples: for each number of training examples the loss on them, and the
    /// loss on validation examples. Where both have come together, more examples would not help.
    ///
    /// ```
    /// use mlp_core::Figure;
    ///
    /// let svg = Figure::learning_curve(&[(20, 0.01, 0.31), (40, 0.02, 0.17), (80, 0.04, 0.09)]).to_svg()?;
    /// assert!(svg.contains("validation"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn learning_curve<T: Scalar>(points: &[(usize, T, T)]) -> Self {
        Self::new(Content::Curves(Curves::of_learning(points)))
    }

    /// A network: its neurons, and its weights as edges. The colour of an edge is the sign of its weight, the width its
    /// size. Edges of a small network have their numbers, and neurons their biases.
    ///
    /// A layer of more than 16 neurons is no graph that one can see. Then each layer is a matrix of coloured cells: a row
    /// for each source, a column for each neuron, and the biases below. If there are many weights, a cell is the mean of
    /// several.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let svg = Figure::network(&Net::random(&mut mlp_core::rng(1))).to_svg()?;
    /// assert!(svg.contains("w11 = "));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn network<N: Network>(network: &N) -> Self {
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let wiring = Wiring::new(N::ARCHITECTURE.erased(), parameters.as_ref());
        Self::new(Content::Network(network::Network::new(&wiring, None)))
    }

    /// A training step: the network with its activations, its targets and its loss, and the weights before the step.
    /// [`gradients`](Self::gradients) shows the derivatives of the loss with respect to the weights instead.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let net = Net { w11: 0.5, b1: 0.25 };
    /// let trace = net.trace([0.5], [1.0], 0.1);
    /// assert!(Figure::trace(&trace).to_svg()?.contains("w11 = 0.5000"));
    /// assert!(Figure::trace(&trace).gradients().to_svg()?.contains("dL_dw11 = -0.04435"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn trace<T: Scalar>(trace: &Trace<T>) -> Self {
        Self::new(Content::Network(network::Network::new(&trace.wiring, Some(trace))))
    }

    /// What a network with two inputs predicts around the examples, as a map with the examples on it.
    ///
    /// If the targets are classes, the map shows where the network decides for which: for one output the border is
    /// between the two targets, 0 and 1 or −1 and 1, and tints show how sure the network is; for several outputs each
    /// class has the region where its prediction is the largest. Other targets are numbers: each output has a map with
    /// contours.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Xor: 2 => tanh(3) => 1);
    /// let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    /// let svg = Figure::surface(&Xor::random(&mut mlp_core::rng(1)), &examples).to_svg()?;
    /// assert!(svg.contains("y_true = 1"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn surface<T, N>(network: &N, examples: &[([T; 2], N::Output)]) -> Self
    where
        T: Scalar,
        N: Network<Scalar = T, Input = [T; 2]>,
    {
        let architecture = N::ARCHITECTURE;
        let inputs = [0, 1].map(|input| architecture.inputs.get(input).unwrap_or(Name::from("x")));
        let examples =
            examples.iter().map(|&(x, y_true)| Example { x: x.map(Scalar::to_f64), y_true: wide(y_true.as_ref()) });
        let examples = examples.collect();
        let mut predict = |x: [f64; 2]| wide(network.predict(x.map(T::from_f64)).as_ref());
        Self::new(Content::Surface(Surface::new(inputs, architecture.predictions().collect(), examples, &mut predict)))
    }

    /// A confusion matrix: a row for each true class, a column for each predicted one. The square in a cell is as large as
    /// the part of the row's examples that are there; the number below counts them.
    ///
    /// ```
    /// use mlp_core::Figure;
    /// use mlp_core::metrics::ConfusionMatrix;
    ///
    /// let mut matrix = ConfusionMatrix::new(["down", "up"]);
    /// matrix.count_example(0, 0)?;
    /// matrix.count_example(1, 0)?;
    /// assert!(Figure::confusion(&matrix).to_svg()?.contains("down"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn confusion<const C: usize>(matrix: &ConfusionMatrix<'_, C>) -> Self {
        let names = matrix.names().iter().map(|name| (*name).to_owned()).collect();
        let counts = matrix.counts().iter().map(|row| row.to_vec()).collect();
        Self::new(Content::Confusion(Confusion { names, counts }))
    }

    /// The predictions for examples over their targets: on the diagonal a prediction is right.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 1 => tanh(3) => identity(1));
    /// let net = Net::random(&mut mlp_core::rng(1));
    /// let svg = Figure::predicted(&net, &[([0.0], [0.0]), ([1.0], [1.0])]).to_svg()?;
    /// assert_eq!(svg.matches("<circle").count(), 2);
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn predicted<N: Network>(network: &N, examples: &[(N::Input, N::Output)]) -> Self {
        let outputs = N::ARCHITECTURE.predictions().collect();
        let pair = |&(x, y_true): &(N::Input, N::Output)| (wide(y_true.as_ref()), wide(network.predict(x).as_ref()));
        Self::new(Content::Predicted(Predicted { outputs, pairs: examples.iter().map(pair).collect() }))
    }

    /// Several figures in one, row by row. Each keeps its own title and settings; [`language`](Self::language) changes
    /// that of all.
    ///
    /// ```
    /// use mlp_core::{Figure, mlp};
    ///
    /// mlp!(pub struct Net: 2 => 2);
    /// let net = Net::random(&mut mlp_core::rng(1));
    /// let trace = net.trace([0.5, 0.8], [0.9, 0.2], 0.5);
    /// let both = [Figure::trace(&trace).title("Weights"), Figure::trace(&trace).gradients().title("Gradients")];
    /// assert!(Figure::grid(2, both).to_svg()?.contains("dL_d"));
    /// # Ok::<(), mlp_core::FigureError>(())
    /// ```
    #[must_use]
    pub fn grid(columns: usize, figures: impl IntoIterator<Item = Self>) -> Self {
        Self::new(Content::Grid(Grid { columns: columns.max(1), figures: figures.into_iter().collect() }))
    }

    fn new(content: Content) -> Self {
        Self { content, title: None, language: Language::ENGLISH, misfit: None }
    }

    /// A title above the figure. It is also the title of the document, which otherwise says what the figure shows.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The language of the figure's words; English by default.
    #[must_use]
    pub fn language(mut self, language: Language) -> Self {
        if let Content::Grid(grid) = &mut self.content {
            grid.speak(&language);
        }
        self.language = language;
        self
    }

    /// A logarithmic axis for the loss of a [`history`](Self::history) or a [`learning_curve`](Self::learning_curve). It
    /// shows how a loss falls over many orders of magnitude; a loss of 0 has no place on it.
    #[must_use]
    pub fn log_loss(mut self) -> Self {
        match &mut self.content {
            Content::Curves(curves) => curves.log_loss = true,
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
        let canvas = self.draw()?;
        let (title, description) = (self.heard_title(), self.content.description(&self.language));
        let captions = Captions { language: self.language.code, title: &title, description: &description };
        svg::document(&canvas, &captions).map_err(|error| FigureError::Draw(Box::new(error)))
    }

    /// The title of the document.
    fn heard_title(&self) -> String {
        self.title.clone().unwrap_or_else(|| self.content.title(&self.language))
    }

    fn draw(&self) -> Result<Canvas, FigureError> {
        if let Some(setting) = self.misfit {
            return Err(FigureError::Setting { setting });
        }
        let content = self.content.draw(&self.language)?;
        let Some(title) = &self.title else { return Ok(content) };
        let width = content.width.max(text_width(title, TITLE_SIZE) + 20 * PX);
        let mut canvas = Canvas { width, height: content.height + 30 * PX, ..Canvas::default() };
        canvas.text(title, TITLE_SIZE, (canvas.width / 2, 18 * PX), Place::Centre);
        let left = (canvas.width - content.width) / 2;
        canvas.add(content, (left, 30 * PX));
        Ok(canvas)
    }
}

fn wide<T: Scalar>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

impl Content {
    fn draw(&self, language: &Language) -> Result<Canvas, FigureError> {
        match self {
            Self::Curves(curves) => curves.draw(language),
            Self::Network(network) => network.draw(language),
            Self::Surface(surface) => surface.draw(),
            Self::Confusion(confusion) => confusion.draw(language),
            Self::Predicted(predicted) => predicted.draw(language),
            Self::Grid(grid) => grid.draw(),
        }
    }

    fn title(&self, language: &Language) -> String {
        match self {
            Self::Curves(curves) => curves.title(language),
            Self::Network(network) => network.title(),
            Self::Surface(surface) => surface.title(),
            Self::Confusion(_) => language.predicted.to_owned(),
            Self::Predicted(predicted) => predicted.title(language),
            Self::Grid(grid) => grid.title(),
        }
    }

    fn description(&self, language: &Language) -> String {
        match self {
            Self::Curves(curves) => curves.description(language),
            Self::Network(network) => network.description(language),
            Self::Surface(surface) => surface.description(language),
            Self::Confusion(confusion) => confusion.description(),
            Self::Predicted(predicted) => predicted.description(language),
            Self::Grid(grid) => grid.description(),
        }
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
