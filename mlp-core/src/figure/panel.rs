//! A panel of curves: which curves look alike, and where their names are.

use std::fmt::Write as _;

use super::FigureError;
use super::axes::Axes;
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Point, Stroke, times};
use super::curve::simplify;
use super::curves::{Curve, Curves, GAP, Kind, PLOT_WIDTH, Panel};
use super::labels::spread;
use super::palette::curve_stroke;
use super::text::TEXT_SIZE;
use crate::Language;

const LEAST_PLOT_HEIGHT: i32 = 234 * PX;
/// The height of a label at the end of a curve, and the length of the line that leads there.
const LABEL_HEIGHT: i32 = 15 * PX;
const LEADER: i32 = 44 * PX;
const LEADER_STROKE: u32 = 10;
/// Where many labels are moved away from the ends of their curves, the lines there are longer.
const LONGEST_LEADER: i32 = 140 * PX;
const POINT_RADIUS: i32 = 4 * PX;
/// The largest number of names in the label of curves that lie upon each other.
const MOST_NAMES: usize = 3;

/// A panel with the places of everything in it.
pub(super) struct Drawn<'a> {
    pub(super) panel: &'a Panel,
    pub(super) axes: Axes,
    /// Curves that lie upon each other are one.
    groups: Vec<Group<'a>>,
}

/// The name at the end of a curve.
pub(super) struct Label {
    pub(super) text: String,
    /// The index of the curve.
    curve: usize,
    end: Point,
    /// The vertical place of the name, which may differ from that of the curve's end.
    y: i32,
}

struct Group<'a> {
    curves: Vec<&'a Curve>,
    /// From left to right, seen from the top left corner of the plot.
    points: Vec<Point>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(panel: &'a Panel, curves: &Curves) -> Result<Self, FigureError> {
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
    pub(super) fn labels(&self, language: &Language) -> Vec<Label> {
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
    pub(super) fn leader(&self, language: &Language) -> i32 {
        let shifts = self.labels(language).into_iter().map(|label| (label.y - label.end.1).abs());
        (shifts.max().unwrap_or(0) / 3).clamp(LEADER, LONGEST_LEADER)
    }

    /// The plot, seen from its top left corner. `left` is the width to the left of it, `leader` the length of the lines
    /// to the labels.
    pub(super) fn draw(&self, curves: &Curves, language: &Language, left: i32, leader: i32) -> Canvas {
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
