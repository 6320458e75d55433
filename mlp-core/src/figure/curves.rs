//! Curves over epochs, or over another count, in panels one below the other.

use std::fmt::Write as _;

use super::FigureError;
use super::axes::{Axes, BELOW};
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Point, Stroke, times};
use super::curve::{simplify, thin};
use super::labels::spread;
use super::palette::curve_stroke;
use super::text::{TEXT_SIZE, TITLE_SIZE, number, text_width};
use crate::math::float;
use crate::network::Role;
use crate::{History, Language, Name, Scalar};

/// The largest absolute value that can be drawn. Beyond it, the width of an axis could overflow.
pub(super) const LARGEST_DRAWABLE: f64 = 1e300;

const PLOT_WIDTH: i32 = 640 * PX;
const LEAST_PLOT_HEIGHT: i32 = 234 * PX;
const TITLE_HEIGHT: i32 = 34 * PX;
const MARGIN: i32 = 10 * PX;
const GAP: i32 = 8 * PX;

/// The height of a label at the end of a curve, and the length of the line that leads there.
const LABEL_HEIGHT: i32 = 15 * PX;
const LEADER: i32 = 44 * PX;
const LEADER_STROKE: u32 = 10;

/// Where many labels are moved away from the ends of their curves, the lines there are longer.
const LONGEST_LEADER: i32 = 140 * PX;

const POINT_RADIUS: i32 = 4 * PX;

/// How many names of curves that lie upon each other are written.
const MOST_NAMES: usize = 3;

/// How many curves the description lists.
const MOST_DESCRIBED: usize = 30;

/// Curves upon the same horizontal axis.
#[derive(Debug)]
pub(super) struct Curves {
    panels: Vec<Panel>,
    x: Axis,
    is_over_epochs: bool,
    pub(super) log_loss: bool,
}

#[derive(Debug)]
struct Panel {
    kind: Kind,
    curves: Vec<Curve>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Weights,
    Biases,
    Loss,
}

/// One parameter, or a loss.
#[derive(Debug)]
struct Curve {
    name: CurveName,
    /// From left to right, thinned to what can be seen.
    points: Vec<(f64, f64)>,
    /// The first value that has no place on an axis.
    undrawable: Option<(usize, f64)>,
}

#[derive(Clone, Copy, Debug)]
enum CurveName {
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

    /// What the figure shows, in numbers: each curve's first and last value.
    pub(super) fn description(&self, language: &Language) -> String {
        let curves: Vec<_> = self.panels.iter().flat_map(|panel| &panel.curves).collect();
        let described = curves.iter().rev().take(MOST_DESCRIBED).filter_map(|curve| {
            let (&(_, first), &(_, last)) = (curve.points.first()?, curve.points.last()?);
            Some(format!("{} {} → {}", curve.name.text(language, true), number(first), number(last)))
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

    fn x_title(&self, language: &Language) -> &'static str {
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
    fn title(self, language: &Language) -> &'static str {
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
        // A range contains no NaN.
        let undrawable = values.find(|(_, value)| !(-LARGEST_DRAWABLE..=LARGEST_DRAWABLE).contains(value));
        Self { name, points, undrawable }
    }
}

impl CurveName {
    fn text(self, language: &Language, alone: bool) -> String {
        match self {
            Self::Parameter(name) => name.to_string(),
            Self::Training if alone => language.loss.to_owned(),
            Self::Training => language.training.to_owned(),
            Self::Validation => language.validation.to_owned(),
        }
    }
}

/// A panel with the places of everything in it.
struct Drawn<'a> {
    panel: &'a Panel,
    axes: Axes,
    /// Curves that lie upon each other are one.
    groups: Vec<Group<'a>>,
}

/// The name at the end of a curve.
struct Label {
    text: String,
    /// The index of the curve.
    curve: usize,
    end: Point,
    /// The height of the name, which may differ from that of the curve's end.
    y: i32,
}

struct Group<'a> {
    curves: Vec<&'a Curve>,
    /// From left to right, seen from the top left corner of the plot.
    points: Vec<Point>,
}

impl<'a> Drawn<'a> {
    fn new(panel: &'a Panel, curves: &Curves) -> Result<Self, FigureError> {
        let is_logarithmic = curves.log_loss && panel.kind == Kind::Loss;
        for curve in &panel.curves {
            let name = curve.name.text(&Language::ENGLISH, true);
            if let Some((place, value)) = curve.undrawable {
                let epoch = curves.is_over_epochs.then_some(place);
                return Err(FigureError::Value { name, epoch, value });
            }
            if let Some(&(_, value)) = curve.points.iter().find(|(_, value)| is_logarithmic && *value <= 0.0) {
                return Err(FigureError::Logarithm { name, value });
            }
        }
        let values = panel.curves.iter().flat_map(|curve| &curve.points).map(|(_, value)| *value);
        let axis = match panel.kind {
            Kind::Loss if is_logarithmic => Axis::logarithmic(values),
            Kind::Loss => Axis::from_zero(values),
            Kind::Weights | Kind::Biases => Axis::values(values),
        };
        let axes = |labels| {
            let height = LEAST_PLOT_HEIGHT.max(times(labels, LABEL_HEIGHT));
            Axes { x: curves.x, y: axis, width: PLOT_WIDTH, height }
        };
        let grouped = groups(&panel.curves, &axes(panel.curves.len()));
        // Fewer labels may be left than there are curves, and need less room.
        let axes = axes(grouped.len());
        let points = |curve: &Curve| curve.points.iter().map(|&point| axes.place(point)).collect();
        let place = |group: Vec<&'a Curve>| Group {
            points: group.first().map_or(Vec::new(), |first| points(first)),
            curves: group,
        };
        Ok(Self { panel, groups: grouped.into_iter().map(place).collect(), axes })
    }

    /// The labels of the curves. A loss that is alone needs none: the title names it.
    fn labels(&self, language: &Language) -> Vec<Label> {
        if self.panel.kind == Kind::Loss && self.panel.curves.len() == 1 {
            return Vec::new();
        }
        let label = |(curve, group): (usize, &Group<'_>)| {
            let names = group.curves.iter().map(|curve| curve.name.text(language, false));
            let mut text = names.take(MOST_NAMES).collect::<Vec<_>>().join(", ");
            if let Some(more @ 1..) = group.curves.len().checked_sub(MOST_NAMES) {
                // Writing to a string cannot fail.
                _ = write!(text, ", +{more}");
            }
            let end = group.points.last().copied().unwrap_or_default();
            Label { text, curve, end, y: end.1 }
        };
        let mut labels: Vec<_> = self.groups.iter().enumerate().map(label).collect();
        labels.sort_by_key(|label| label.end.1);
        let wanted: Vec<_> = labels.iter().map(|label| label.end.1).collect();
        let places = spread(&wanted, LABEL_HEIGHT, 0, self.axes.height);
        labels.iter_mut().zip(places).for_each(|(label, place)| label.y = place);
        labels
    }

    /// The length of the lines to the labels: the longer, the further labels are from their curves.
    fn leader(&self, language: &Language) -> i32 {
        let shifts = self.labels(language).into_iter().map(|label| (label.y - label.end.1).abs());
        (shifts.max().unwrap_or(0) / 3).clamp(LEADER, LONGEST_LEADER)
    }

    /// The plot, seen from its top left corner. `left` is the width to the left of it, `leader` the length of the lines
    /// to the labels.
    fn draw(&self, curves: &Curves, language: &Language, left: i32, leader: i32) -> Canvas {
        let mut plot = Canvas::default();
        self.axes.draw_grid(&mut plot);
        self.axes.draw_frame(&mut plot, (curves.x_title(language), language.value), left);
        for (index, group) in self.groups.iter().enumerate() {
            let stroke = curve_stroke(index);
            plot.line(simplify(&group.points), stroke);
            if group.points.len() == 1 || !curves.is_over_epochs {
                group.points.iter().for_each(|&point| plot.disc(point, POINT_RADIUS, stroke.colour));
            }
        }
        for Label { text, curve, end, y } in self.labels(language) {
            let knees = [LEADER / 8, leader - LEADER / 2, leader].map(|right| PLOT_WIDTH + right);
            let stroke = Stroke { width: LEADER_STROKE, ..curve_stroke(curve) };
            plot.line([end, (knees[0], end.1), (knees[1], y), (knees[2], y)], stroke);
            plot.text(text, TEXT_SIZE, (knees[2] + GAP / 2, y), Place::Right);
        }
        plot
    }
}

/// Curves that look like one, together.
fn groups<'a>(curves: &'a [Curve], axes: &Axes) -> Vec<Vec<&'a Curve>> {
    let mut groups: Vec<(Vec<Point>, Vec<&Curve>)> = Vec::new();
    for curve in curves {
        let points: Vec<_> = curve.points.iter().map(|&point| axes.place(point)).collect();
        match groups.iter_mut().find(|(first, _)| coincide(first, &points)) {
            Some((_, group)) => group.push(curve),
            None => groups.push((points, vec![curve])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether two curves look like one.
fn coincide(first: &[Point], second: &[Point]) -> bool {
    let near = |(a, b): (&Point, &Point)| (a.0 - b.0).abs() <= PX / 2 && (a.1 - b.1).abs() <= PX / 2;
    first.len() == second.len() && first.iter().zip(second).all(near)
}
