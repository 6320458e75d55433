//! Curves over epochs, or over another count, in panels one below the other.

use super::FigureError;
use super::axes::{Axes, BELOW};
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place};
use super::curve::thin;
use super::panel::Drawn;
use super::quantiles::{QUANTILES, quantiles};
use super::text::{TEXT_SIZE, TITLE_SIZE, shortened, text_width};
use crate::language::fill;
use crate::math::float;
use crate::network::{Parameter, Role};
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

/// If there are more weights, or more biases, each layer is drawn by its quantiles.
const MOST_CURVES: usize = 120;

/// How many points the curves of a file have at most, so that it stays small.
const MOST_POINTS: usize = 14_000;

/// Curves of more points have no discs.
const MOST_DISCS: usize = 100;

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

/// One parameter, a loss, or the parameters of a layer.
#[derive(Debug)]
pub(super) struct Curve {
    pub(super) name: CurveName,
    /// From left to right, thinned to what can be seen.
    pub(super) points: Vec<(f64, f64)>,
    /// Of a layer, whose curve is its median: the other quantiles, from the smallest value to the largest.
    pub(super) around: Vec<Vec<(f64, f64)>>,
    /// The first value that has no place on an axis.
    pub(super) undrawable: Option<Undrawable>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Undrawable {
    pub(super) name: CurveName,
    pub(super) place: usize,
    pub(super) value: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum CurveName {
    Parameter(Name),
    /// Counted from 1.
    Layer(usize),
    Training,
    Validation,
}

impl Curves {
    pub(super) fn of_history<T: Scalar>(history: &History<T>) -> Self {
        let epochs = history.epochs();
        let all: Vec<_> = history.parameters().collect();
        let parameters = |role| {
            let parameters = all.iter().filter(|(parameter, _)| parameter.role == role);
            if parameters.clone().count() <= MOST_CURVES {
                let curve = |&(parameter, values): &(Parameter, _)| {
                    Curve::new(CurveName::Parameter(parameter.name), epochs, values)
                };
                return parameters.map(curve).collect();
            }
            // The biases of a layer follow its weights.
            let layers = all.chunk_by(|(a, _), (b, _)| a.role == b.role).filter(|layer| layer[0].0.role == role);
            layers.enumerate().map(|(index, layer)| Curve::of_layer(index + 1, epochs, layer)).collect()
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
        Self::new(panels, x, true)
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
        Self::new(vec![Panel { kind: Kind::Loss, curves }], x, false)
    }

    fn new(mut panels: Vec<Panel>, x: Axis, is_over_epochs: bool) -> Self {
        panels.retain(|panel| !panel.curves.is_empty());
        Self { panels, x, is_over_epochs, log_loss: false }
    }

    pub(super) fn title(&self, language: &Language) -> String {
        let titles: Vec<_> = self.panels.iter().map(|panel| panel.kind.title(language)).collect();
        titles.join(", ")
    }

    /// The contents of the figure in numbers: each curve's first and last value.
    pub(super) fn description(&self, language: &Language) -> String {
        let mut curves: Vec<_> = self.panels.iter().flat_map(|panel| &panel.curves).rev().collect();
        // Layers first, then the losses.
        curves.sort_by_key(|curve| curve.around.is_empty());
        let described = curves.iter().take(MOST_DESCRIBED).filter_map(|curve| {
            let (&(_, first), &(_, last)) = (curve.points.first()?, curve.points.last()?);
            let [first, last] = [first, last].map(|value| significant(value, DIGITS));
            let note = if curve.around.is_empty() { String::new() } else { format!(" ({})", language.quantiles) };
            Some(format!("{} {first} → {last}{note}", curve.name.text(language, true)))
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

    /// Whether a curve of this number of points shows them as discs.
    pub(super) fn has_discs(&self, points: usize) -> bool {
        points == 1 || !self.is_over_epochs && points <= MOST_DISCS
    }

    pub(super) fn x_title(&self, language: &Language) -> &'static str {
        if self.is_over_epochs { language.epochs } else { language.training_examples }
    }

    /// Draws the panels for a file that `sharing` figures share.
    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        if self.panels.iter().flat_map(|panel| &panel.curves).all(|curve| curve.points.is_empty()) {
            let nothing = FigureError::Nothing { what: "point" };
            return Err(if self.is_over_epochs { FigureError::Empty } else { nothing });
        }
        let drawn = self.panels.iter().map(|panel| Drawn::new(panel, self, language));
        let mut panels: Vec<_> = drawn.collect::<Result<_, _>>()?;
        let mut column = PX;
        while panels.iter().map(Drawn::points).sum::<usize>() > MOST_POINTS / sharing && column < PLOT_WIDTH {
            for panel in &mut panels {
                panel.thin(column);
            }
            column *= 2;
        }
        let left = MARGIN + panels.iter().map(|panel| Axes::left(&panel.axes.y)).max().unwrap_or(0);
        let labels = panels.iter().flat_map(|panel| &panel.labels);
        let label = labels.map(|label| text_width(&label.text, TEXT_SIZE)).max();
        let leader = panels.iter().map(Drawn::leader).max().unwrap_or(0);
        let width = left + PLOT_WIDTH + label.map_or(2 * GAP, |label| leader + GAP + label) + MARGIN;
        let mut canvas = Canvas { width, ..Canvas::default() };
        for panel in &panels {
            let top = canvas.height + TITLE_HEIGHT;
            let title = (left + PLOT_WIDTH / 2, top - TITLE_HEIGHT * 2 / 5);
            let text = shortened(&panel.panel.title(language), TITLE_SIZE, PLOT_WIDTH);
            canvas.text(text, TITLE_SIZE, title, Place::Centre);
            canvas.add(panel.draw(self, language, left - MARGIN, leader), (left, top));
            canvas.height = top + panel.axes.height + BELOW;
        }
        Ok(canvas)
    }
}

impl Panel {
    fn title(&self, language: &Language) -> String {
        let title = self.kind.title(language);
        let has_layers = self.curves.iter().any(|curve| !curve.around.is_empty());
        if has_layers { format!("{title}: {}", language.quantiles) } else { title.to_owned() }
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
        Self { name, points, around: Vec::new(), undrawable: undrawable(name, places, values) }
    }

    pub(super) fn all_points(&self) -> impl Iterator<Item = &(f64, f64)> {
        self.points.iter().chain(self.around.iter().flatten())
    }

    fn of_layer<T: Scalar>(number: usize, places: &[usize], parameters: &[(Parameter, &[T])]) -> Self {
        let values: Vec<_> = parameters.iter().map(|(_, values)| *values).collect();
        let drawn = quantiles(&values, (PLOT_WIDTH / PX).unsigned_abs() as usize);
        let quantile = |index: usize| {
            drawn.iter().map(|(record, quantiles)| (float(places[*record]), quantiles[index])).collect::<Vec<_>>()
        };
        let mut around: Vec<_> = (0..QUANTILES).map(quantile).collect();
        let points = around.remove(QUANTILES / 2);
        let undrawable = parameters
            .iter()
            .filter_map(|(parameter, values)| undrawable(CurveName::Parameter(parameter.name), places, values));
        Self { name: CurveName::Layer(number), points, around, undrawable: undrawable.min_by_key(|first| first.place) }
    }
}

fn undrawable<T: Scalar>(name: CurveName, places: &[usize], values: &[T]) -> Option<Undrawable> {
    let mut values = places.iter().zip(values).map(|(&place, value)| Undrawable { name, place, value: value.to_f64() });
    values.find(|first| !is_drawable(first.value))
}

impl CurveName {
    pub(super) fn text(self, language: &Language, alone: bool) -> String {
        match self {
            Self::Parameter(name) => name.to_string(),
            Self::Layer(number) => fill(language.layer, &[("number", &number.to_string())]),
            Self::Training if alone => language.loss.to_owned(),
            Self::Training => language.training.to_owned(),
            Self::Validation => language.validation.to_owned(),
        }
    }
}
