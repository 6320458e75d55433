//! A panel of curves: which curves look alike, and where their names are.

use std::fmt::Write as _;

use super::FigureError;
use super::axes::Axes;
use super::axis::Axis;
use super::canvas::{Canvas, PX, Place, Point, Stroke, times};
use super::curve::{simplify, thin_line};
use super::curves::{Curve, CurveName, Curves, GAP, Kind, PLOT_WIDTH, Panel};
use super::labels::spread;
use super::palette::{DOTTED, curve_stroke};
use super::text::TEXT_SIZE;
use crate::Language;

const LEAST_PLOT_HEIGHT: i32 = 234 * PX;
/// The height of a label at the end of a curve, and the length of the line that leads there.
const LABEL_HEIGHT: i32 = 15 * PX;
const LEADER: i32 = 44 * PX;
const LEADER_STROKE: u32 = 10;
/// Where many labels are moved away from the ends of their curves, the lines there are longer.
const LONGEST_LEADER: i32 = 140 * PX;
/// From the last record of a short history to the edge of the plot, dots show that no curve is there.
const LONGEST_SOLID: i32 = 12 * PX;
const POINT_RADIUS: i32 = 4 * PX;
/// How much the middle half of a layer is coloured, and that of all layers together, in percent.
const TINT: u8 = 20;
const MOST_TINT: usize = 80;
/// The largest number of names in the label of curves that lie upon each other.
const MOST_NAMES: usize = 3;

/// A panel with the places of everything in it.
pub(super) struct Drawn<'a> {
    pub(super) panel: &'a Panel,
    pub(super) axes: Axes,
    /// Curves that lie upon each other are one.
    groups: Vec<Group<'a>>,
    pub(super) labels: Vec<Label>,
}

/// The name at the end of a curve.
pub(super) struct Label {
    pub(super) text: String,
    /// The index of the curve.
    curve: usize,
    end: Point,
    /// The height of the label. Labels are moved apart, so it may differ from the height of the curve's end.
    y: i32,
}

struct Group<'a> {
    curves: Vec<&'a Curve>,
    /// The points of its curves, from left to right, seen from the top left corner of the plot.
    points: Vec<Point>,
    /// The quantiles of a layer around them.
    around: Vec<Vec<Point>>,
}

impl<'a> Drawn<'a> {
    pub(super) fn new(panel: &'a Panel, curves: &Curves, language: &Language) -> Result<Self, FigureError> {
        let is_logarithmic = curves.log_loss && panel.kind == Kind::Loss;
        for curve in &panel.curves {
            let name = |name: CurveName| name.text(&Language::ENGLISH, true);
            if let Some(first) = curve.undrawable {
                let epoch = curves.is_over_epochs.then_some(first.place);
                return Err(FigureError::Value { name: name(first.name), epoch, value: first.value });
            }
            if let Some(&(_, value)) = curve.points.iter().find(|(_, value)| is_logarithmic && *value <= 0.0) {
                return Err(FigureError::Logarithm { name: name(curve.name), value });
            }
        }
        let values = panel.curves.iter().flat_map(Curve::all_points).map(|(_, value)| *value);
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
        let line = |points: &Vec<(f64, f64)>| {
            let places: Vec<_> = points.iter().map(|&point| axes.place(point)).collect();
            if curves.has_discs(points.len()) { places } else { simplify(&places) }
        };
        let place = |group: Vec<&'a Curve>| Group {
            points: group.first().map_or(Vec::new(), |first| line(&first.points)),
            around: group.iter().flat_map(|curve| &curve.around).map(line).collect(),
            curves: group,
        };
        let mut drawn = Self { panel, groups: grouped.into_iter().map(place).collect(), axes, labels: Vec::new() };
        // The title names a loss that is alone.
        if panel.kind != Kind::Loss || panel.curves.len() > 1 {
            drawn.labels = drawn.labels(language);
        }
        Ok(drawn)
    }

    /// How many points the lines have.
    pub(super) fn points(&self) -> usize {
        self.groups.iter().flat_map(Group::lines).map(Vec::len).sum()
    }

    /// Leaves of each column of this width the ends of the lines there.
    pub(super) fn thin(&mut self, column: i32) {
        let lines = self.groups.iter_mut().flat_map(|group| group.around.iter_mut().chain([&mut group.points]));
        lines.for_each(|line| *line = thin_line(line, column));
    }

    fn labels(&self, language: &Language) -> Vec<Label> {
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
    pub(super) fn leader(&self) -> i32 {
        let shifts = self.labels.iter().map(|label| (label.y - label.end.1).abs());
        (shifts.max().unwrap_or(0) / 3).clamp(LEADER, LONGEST_LEADER)
    }

    /// The plot, seen from its top left corner. `left` is the width to the left of it, `leader` the length of the lines
    /// to the labels.
    pub(super) fn draw(&self, curves: &Curves, language: &Language, left: i32, leader: i32) -> Canvas {
        let mut plot = Canvas::default();
        self.axes.draw_grid(&mut plot);
        self.axes.draw_frame(&mut plot, (curves.x_title(language), language.value), left);
        let tint = u8::try_from(MOST_TINT / self.groups.len().max(1)).unwrap_or(TINT).clamp(1, TINT);
        for (index, group) in self.groups.iter().enumerate() {
            let stroke = curve_stroke(index);
            group.draw_around(&mut plot, stroke, tint);
            plot.line(group.points.clone(), stroke);
            if curves.has_discs(group.points.len()) {
                group.points.iter().for_each(|&point| plot.disc(point, POINT_RADIUS, stroke.colour));
            }
        }
        for &Label { ref text, curve, end, y } in &self.labels {
            let knees = [LEADER / 8, leader - LEADER / 2, leader].map(|right| PLOT_WIDTH + right);
            let stroke = Stroke { width: LEADER_STROKE, ..curve_stroke(curve) };
            let edge = (PLOT_WIDTH, end.1);
            let is_far = PLOT_WIDTH - end.0 > LONGEST_SOLID;
            if is_far {
                plot.line([end, edge], Stroke { dash: DOTTED.dash, ..stroke });
            }
            let start = if is_far { edge } else { end };
            plot.line([start, (knees[0], end.1), (knees[1], y), (knees[2], y)], stroke);
            plot.text(text, TEXT_SIZE, (knees[2] + GAP / 2, y), Place::Right);
        }
        plot
    }
}

impl Group<'_> {
    fn lines(&self) -> impl Iterator<Item = &Vec<Point>> {
        self.around.iter().chain([&self.points])
    }

    /// The quantiles of a layer: a tint between the quartiles, and thin lines for the smallest and the largest value.
    fn draw_around(&self, plot: &mut Canvas, stroke: Stroke, tint: u8) {
        let [smallest, lower, upper, largest] = &*self.around else { return };
        let corners: Vec<_> = lower.iter().chain(upper.iter().rev()).copied().collect();
        plot.area(corners, stroke.colour, tint);
        for line in [smallest, largest] {
            plot.line(line.clone(), Stroke { width: LEADER_STROKE, ..stroke });
        }
    }
}

/// Curves that look like one, together.
fn groups<'a>(curves: &'a [Curve], axes: &Axes) -> Vec<Vec<&'a Curve>> {
    let mut groups: Vec<(Vec<Point>, Vec<&Curve>)> = Vec::new();
    for curve in curves {
        let points: Vec<_> = curve.points.iter().map(|&point| axes.place(point)).collect();
        match groups.iter_mut().find(|(first, _)| curve.around.is_empty() && coincide(first, &points)) {
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
