//! Curves over epochs, or over another count, in panels one below the other.

use super::FigureError;
use super::axes::{Axes, BELOW};
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place};
use super::curve::thin;
use super::panel::Drawn;
use super::text::{TEXT_SIZE, TITLE_SIZE, text_width};
use crate::math::float;
use crate::network::Role;
use crate::number::{DIGITS, significant};
use crate::{History, Language, Name, Scalar};

/// Beyond it, the width of an axis could overflow.
const LARGEST_DRAWABLE: f64 = 1e300;

/// Whether a value has a place on an axis. A range contains no NaN.
pub(super) fn is_drawable(value: f64) -> bool {
    (-LARGEST_DRAWABLE..=LARGEST_DRAWABLE).contains(&value)
}

pub(super) const PLOT_WIDTH: i32 = 640 * PX;
const TITLE_HEIGHT: i32 = 34 * PX;
const MARGIN: i32 = 10 * PX;
pub(super) const GAP: i32 = 8 * PX;

/// How many curves the description lists.
const MOST_DESCRIBED: usize = 30;

/// Curves upon the same horizontal axis.
#[derive(Debug)]
pub(super) struct Curves {
    panels: Vec<Panel>,
    pub(super) x: Axis,
    pub(super) is_over_epochs: bool,
    pub(super) log_loss: bool,
}

#[derive(Debug)]
pub(super) struct Panel {
    pub(super) kind: Kind,
    pub(super) curves: Vec<Curve>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Weights,
    Biases,
    Loss,
}

/// One parameter, or a loss.
#[derive(Debug)]
pub(super) struct Curve {
    pub(super) name: CurveName,
    /// From left to right, thinned to what can be seen.
    pub(super) points: Vec<(f64, f64)>,
    /// The first value that has no place on an axis.
    pub(super) undrawable: Option<(usize, f64)>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum CurveName {
    Parameter(Name),
    Training,
    Validation,
}

impl Curves {
    pub(super) fn of_history<T: Scalar>(history: &History<T>) -> Self {
        let epochs = history.epochs();
        let parameters = |role| {
            let parameters = history.parameters().filter(move |(parameter, _)| parameter.role == role);
            parameters
                .map(|(parameter, values)| Curve::new(CurveName::Parameter(parameter.name), epochs, values))
                .collect()
        };
        let losses = [(CurveName::Training, history.loss()), (CurveName::Validation, history.validation_loss())];
        let losses = losses.into_iter().filter(|(_, values)| !values.is_empty());
        let losses = losses.map(|(name, values)| Curve::new(name, epochs, values)).collect();
        let panels = vec![
            Panel { kind: Kind::Weights, curves: parameters(Role::Weight) },
            Panel { kind: Kind::Biases, curves: parameters(Role::Bias) },
            Panel { kind: Kind::Loss, curves: losses },
        ];
        let x = Axis::epochs(epochs.last().map_or(0, |last| last + 1));
        Self { x, is_over_epochs: true, ..Self::new(panels) }
    }

    pub(super) fn of_learning<T: Scalar>(points: &[(usize, T, T)]) -> Self {
        let sizes: Vec<_> = points.iter().map(|point| point.0).collect();
        let training: Vec<_> = points.iter().map(|point| point.1).collect();
        let validation: Vec<_> = points.iter().map(|point| point.2).collect();
        let curves = vec![
            Curve::new(CurveName::Training, &sizes, &training),
            Curve::new(CurveName::Validation, &sizes, &validation),
        ];
        let x = Axis::from_zero(sizes.into_iter().map(float));
        Self { x, ..Self::new(vec![Panel { kind: Kind::Loss, curves }]) }
    }

    fn new(mut panels: Vec<Panel>) -> Self {
        panels.retain(|panel| !panel.curves.is_empty());
        Self { panels, x: Axis::epochs(1), is_over_epochs: false, log_loss: false }
    }

    pub(super) fn title(&self, language: &Language) -> String {
        let titles: Vec<_> = self.panels.iter().map(|panel| panel.kind.title(language)).collect();
        titles.join(", ")
    }

    /// The contents of the figure in numbers: each curve's first and last value.
    pub(super) fn description(&self, language: &Language) -> String {
        let curves: Vec<_> = self.panels.iter().flat_map(|panel| &panel.curves).collect();
        let described = curves.iter().rev().take(MOST_DESCRIBED).filter_map(|curve| {
            let (&(_, first), &(_, last)) = (curve.points.first()?, curve.points.last()?);
            Some(format!(
                "{} {} → {}",
                curve.name.text(language, true),
                significant(first, DIGITS),
                significant(last, DIGITS)
            ))
        });
        let x = self.panels.first().and_then(|panel| panel.curves.first());
        let ends = x.and_then(|curve| Some((curve.points.first()?.0, curve.points.last()?.0)));
        let ends = ends.map(|(first, last)| format!("{} {first} → {last}", self.x_title(language)));
        let mut parts: Vec<_> = ends.into_iter().chain(described).collect();
        if curves.len() > MOST_DESCRIBED {
            parts.push("…".to_owned());
        }
        parts.join("; ")
    }

    pub(super) fn x_title(&self, language: &Language) -> &'static str {
        if self.is_over_epochs { language.epochs } else { language.training_examples }
    }

    pub(super) fn draw(&self, language: &Language) -> Result<Canvas, FigureError> {
        if self.panels.iter().flat_map(|panel| &panel.curves).all(|curve| curve.points.is_empty()) {
            let nothing = FigureError::Nothing { what: "point" };
            return Err(if self.is_over_epochs { FigureError::Empty } else { nothing });
        }
        let drawn = self.panels.iter().map(|panel| Drawn::new(panel, self));
        let panels: Vec<_> = drawn.collect::<Result<_, _>>()?;
        let left = MARGIN + panels.iter().map(|panel| Axes::left(&panel.axes.y)).max().unwrap_or(0);
        let labels = panels.iter().flat_map(|panel| panel.labels(language));
        let label = labels.map(|label| text_width(&label.text, TEXT_SIZE)).max();
        let leader = panels.iter().map(|panel| panel.leader(language)).max().unwrap_or(0);
        let width = left + PLOT_WIDTH + label.map_or(2 * GAP, |label| leader + GAP + label) + MARGIN;
        let mut canvas = Canvas { width, ..Canvas::default() };
        for panel in &panels {
            let top = canvas.height + TITLE_HEIGHT;
            let title = (left + PLOT_WIDTH / 2, top - TITLE_HEIGHT * 2 / 5);
            canvas.text(panel.panel.kind.title(language), TITLE_SIZE, title, Place::Centre);
            canvas.add(panel.draw(self, language, left - MARGIN, leader), (left, top));
            canvas.height = top + panel.axes.height + BELOW;
        }
        Ok(canvas)
    }
}

impl Kind {
    pub(super) fn title(self, language: &Language) -> &'static str {
        match self {
            Self::Weights => language.weights,
            Self::Biases => language.biases,
            Self::Loss => language.loss,
        }
    }
}

impl Curve {
    fn new<T: Scalar>(name: CurveName, places: &[usize], values: &[T]) -> Self {
        let wide = |index: usize| (float(places[index]), values[index].to_f64());
        let points = thin(values, (PLOT_WIDTH / PX).unsigned_abs() as usize).into_iter().map(wide).collect();
        let mut values = places.iter().zip(values).map(|(place, value)| (*place, value.to_f64()));
        let undrawable = values.find(|&(_, value)| !is_drawable(value));
        Self { name, points, undrawable }
    }
}

impl CurveName {
    pub(super) fn text(self, language: &Language, alone: bool) -> String {
        match self {
            Self::Parameter(name) => name.to_string(),
            Self::Training if alone => language.loss.to_owned(),
            Self::Training => language.training.to_owned(),
            Self::Validation => language.validation.to_owned(),
        }
    }
}
