//! The layout of the figure, and its drawing with plotters.

use std::io;

use plotters::chart::ChartBuilder;
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{BLACK, Color, IntoTextStyle, RGBColor, TRANSPARENT, TextStyle, WHITE};

use super::axis::Axis;
use super::curve::{Point, simplify, thin};
use super::style::{Marker, Style};
use crate::math::float;
use crate::{Name, Scalar};

/// Drawing units per pixel. Plotters' coordinates are integers, and in whole pixels gentle slopes would look like
/// steps.
const PX: i32 = 10;

const PLOT_WIDTH: i32 = 640 * PX;
const LEAST_PLOT_HEIGHT: i32 = 234 * PX;
const TITLE_HEIGHT: i32 = 34 * PX;
const EPOCHS_HEIGHT: i32 = 48 * PX;
const MARGIN: i32 = 10 * PX;
const TICK: i32 = 4 * PX;

/// The height of a row of the legend. A row has a sample of the curve, then its name.
const ROW_HEIGHT: i32 = 18 * PX;
const SAMPLE_WIDTH: i32 = 26 * PX;
const GAP: i32 = 8 * PX;

/// A legend has at most this number of rows for each of its columns, so that many curves make it both taller and wider.
const ROWS_PER_COLUMN: usize = 7;
const ROWS_OF_LEAST_HEIGHT: usize = 13;

const CURVE_STROKE: u32 = 16;
const GRID_STROKE: u32 = 10;
const MARKER_RADIUS: i32 = 4 * PX;

/// The approximate number of markers on a curve.
const MARKERS: usize = 8;

const FONT: &str = "sans-serif";
const TEXT_SIZE: i32 = 125;
const TITLE_SIZE: i32 = 150;
const GRID: RGBColor = RGBColor(0xDD, 0xDD, 0xDD);

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plot<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<Axis, Axis>>;

pub(super) type DrawingError = DrawingAreaErrorKind<io::Error>;

/// Draws the panels one below the other, and returns the SVG document.
pub(super) fn draw<T: Scalar>(panels: &[Panel<'_, T>], epochs: &[usize]) -> Result<String, DrawingError> {
    let layout = Layout::new(panels, epochs);
    let (width, height) = (layout.width, panels.iter().map(Panel::height).sum::<i32>());
    let mut drawing = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let canvas = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
        canvas.fill(&WHITE)?;
        let mut top = 0;
        for panel in panels {
            panel.draw(&canvas.clone().shrink((0, top), (width, panel.height())), &layout)?;
            top += panel.height();
        }
        canvas.present()?;
    }
    let (width_px, height_px) = (width / PX, height / PX);
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width_px}\" height=\"{height_px}\" \
         viewBox=\"0 0 {width} {height}\">\n{drawing}</svg>\n"
    ))
}

/// The layout that all panels share, so that the same epochs are in line.
struct Layout<'a> {
    /// The epoch of each value of a curve.
    epochs: &'a [usize],
    axis: Axis,
    /// The left edge of the plot.
    left: i32,
    /// The width of one column of the legend.
    legend_column: i32,
    /// The width of the figure.
    width: i32,
}

impl<'a> Layout<'a> {
    fn new<T: Scalar>(panels: &[Panel<'_, T>], epochs: &'a [usize]) -> Self {
        let labels = panels.iter().flat_map(|panel| panel.axis.labels());
        let label = labels.map(|label| text_width(&label)).max().unwrap_or(0);
        let names = panels.iter().flat_map(|panel| &panel.curves);
        let name = names.map(|curve| text_width(&curve.name.to_string())).max().unwrap_or(0);
        let columns = panels.iter().map(Panel::legend_columns).max().unwrap_or(0);

        // From left to right: the word "value", the labels, the ticks.
        let left = MARGIN + TEXT_SIZE + GAP + label + 2 * TICK;
        let legend_column = SAMPLE_WIDTH + GAP + name + 2 * GAP;
        let width = left + PLOT_WIDTH + 2 * GAP + times(columns, legend_column);
        // The width of the figure is rounded to whole pixels, because the SVG states it in pixels.
        let axis = Axis::epochs(epochs.last().map_or(0, |last| last + 1));
        Self { epochs, axis, left, legend_column, width: width - width % PX }
    }
}

/// One parameter, or the loss, epoch by epoch.
pub(super) struct Curve<'a, T> {
    pub(super) name: Name,
    pub(super) values: &'a [T],
}

/// Curves that share an axis.
pub(super) struct Panel<'a, T> {
    title: &'static str,
    curves: Vec<Curve<'a, T>>,
    axis: Axis,
}

impl<'a, T: Scalar> Panel<'a, T> {
    pub(super) fn new(title: &'static str, curves: Vec<Curve<'a, T>>) -> Self {
        let axis = Axis::values(curves.iter().flat_map(|curve| curve.values).map(|value| value.to_f64()));
        Self { title, curves, axis }
    }

    fn legend_columns(&self) -> usize {
        let most_rows = |columns: usize| (ROWS_PER_COLUMN * columns).max(ROWS_OF_LEAST_HEIGHT);
        let curves = self.curves.len();
        (1..curves).find(|&columns| columns * most_rows(columns) >= curves).unwrap_or(1)
    }

    fn legend_rows(&self) -> usize {
        self.curves.len().div_ceil(self.legend_columns())
    }

    fn height(&self) -> i32 {
        TITLE_HEIGHT + times(self.legend_rows(), ROW_HEIGHT).max(LEAST_PLOT_HEIGHT) + EPOCHS_HEIGHT
    }

    fn draw(&self, area: &Canvas<'_>, layout: &Layout<'_>) -> Result<(), DrawingError> {
        let title = text(TITLE_SIZE, HPos::Center);
        area.draw_text(self.title, &title, (layout.left + PLOT_WIDTH / 2, TITLE_HEIGHT * 3 / 5))?;
        let plot = self.draw_axes(area, layout)?;
        for (index, curve) in self.curves.iter().enumerate() {
            curve.draw(&plot, layout, index)?;
        }
        self.draw_legend(area, layout)
    }

    fn draw_axes<'b>(&self, area: &Canvas<'b>, layout: &Layout<'_>) -> Result<Plot<'b>, DrawingError> {
        let mut chart = ChartBuilder::on(area)
            .margin_left(MARGIN)
            .margin_top(TITLE_HEIGHT)
            .margin_right(layout.width - layout.left - PLOT_WIDTH)
            .y_label_area_size(layout.left - MARGIN)
            .x_label_area_size(EPOCHS_HEIGHT - MARGIN)
            .margin_bottom(MARGIN)
            .build_cartesian_2d(layout.axis, self.axis)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.stroke_width(GRID_STROKE))
            .axis_style(BLACK.stroke_width(GRID_STROKE))
            .set_all_tick_mark_size(TICK)
            .label_style(text(TEXT_SIZE, HPos::Center))
            .x_desc("epochs")
            .y_desc("value")
            .draw()?;
        Ok(chart.plotting_area().clone())
    }

    fn draw_legend(&self, area: &Canvas<'_>, layout: &Layout<'_>) -> Result<(), DrawingError> {
        let (rows, left) = (self.legend_rows(), layout.left + PLOT_WIDTH + 2 * GAP);
        for (index, curve) in self.curves.iter().enumerate() {
            let x = left + times(index / rows, layout.legend_column);
            let y = TITLE_HEIGHT + ROW_HEIGHT / 2 + times(index % rows, ROW_HEIGHT);
            let style = Style::of(index);
            area.draw(&PathElement::new([(x, y), (x + SAMPLE_WIDTH, y)], style.colour.stroke_width(CURVE_STROKE)))?;
            if let Some(marker) = style.marker {
                draw_marker(area, marker, (x + SAMPLE_WIDTH / 2, y), style.colour)?;
            }
            area.draw_text(&curve.name.to_string(), &text(TEXT_SIZE, HPos::Left), (x + SAMPLE_WIDTH + GAP, y))?;
        }
        Ok(())
    }
}

impl<T: Scalar> Curve<'_, T> {
    /// Draws the curve at `index` in its panel.
    fn draw(&self, plot: &Plot<'_>, layout: &Layout<'_>, index: usize) -> Result<(), DrawingError> {
        let style = Style::of(index);
        let points = self.points(plot, layout);
        let canvas = plot.use_screen_coord();
        canvas.draw(&PathElement::new(simplify(&points), style.colour.stroke_width(CURVE_STROKE)))?;
        if let Some(marker) = style.marker {
            let distance = points.len().div_ceil(MARKERS);
            // Each curve starts its markers elsewhere, so that curves close to each other can be told apart.
            let first = index * 37 % 100 * distance / 100;
            for &point in points.iter().skip(first).step_by(distance.max(1)) {
                draw_marker(&canvas, marker, point, style.colour)?;
            }
        } else if let [point] = *points {
            // A line of a single point would be invisible.
            canvas.draw(&Circle::new(point, MARKER_RADIUS, style.colour.filled()))?;
        }
        Ok(())
    }

    fn points(&self, plot: &Plot<'_>, layout: &Layout<'_>) -> Vec<Point> {
        let columns = (PLOT_WIDTH / PX).unsigned_abs() as usize;
        let point = |index: usize| plot.map_coordinate(&(float(layout.epochs[index]), self.values[index].to_f64()));
        thin(self.values, columns).into_iter().map(point).collect()
    }
}

fn draw_marker(canvas: &Canvas<'_>, marker: Marker, at: Point, colour: RGBColor) -> Result<(), DrawingError> {
    let mut corners = marker.corners(at, MARKER_RADIUS);
    if marker.filled {
        return canvas.draw(&Polygon::new(corners, colour.filled()));
    }
    canvas.draw(&Polygon::new(corners.clone(), WHITE.filled()))?;
    corners.extend(corners.first().copied());
    canvas.draw(&PathElement::new(corners, colour.stroke_width(CURVE_STROKE)))
}

fn text(size: i32, horizontal: HPos) -> TextStyle<'static> {
    // Plotters measures fonts by the line height, which it takes to be 1.24 times the font size.
    let line = f64::from(size) * 1.24;
    (FONT, line, &BLACK).into_text_style(&(0, 0)).pos(Pos::new(horizontal, VPos::Center))
}

/// An upper bound of the width of a text in the usual sans-serif fonts. The widest of them is `DejaVu` Sans.
fn text_width(text: &str) -> i32 {
    let percent = |character: char| match character {
        '.' | ',' | '-' => 40,
        'a'..='l' | 'n'..='v' | 'x'..='z' | '0'..='9' | '_' => 65,
        _ => 100,
    };
    let percents = text.chars().map(percent).fold(0, i32::saturating_add);
    percents.saturating_mul(TEXT_SIZE / 5) / 20
}

fn times(count: usize, size: i32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).saturating_mul(size)
}
