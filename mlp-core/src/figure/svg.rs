//! Draws a canvas with plotters, and completes the SVG document by what plotters does not write: dashes, and the title
//! and the description that screen readers read.

use std::fmt::Write as _;
use std::io;

use plotters::drawing::{DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon};
use plotters::prelude::SVGBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontTransform, IntoFont, ShapeStyle, TextStyle};

use super::canvas::{Canvas, Dash, Mark, PX, Place, printable};
use super::palette::{GREY, RING_STROKE};

const FONT: &str = "sans-serif";

pub(super) type DrawingError = DrawingAreaErrorKind<io::Error>;

/// The texts of a document that are not drawn.
pub(super) struct Captions<'a> {
    pub(super) language: &'a str,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
}

/// The SVG document.
pub(super) fn document(canvas: &Canvas, captions: &Captions<'_>) -> Result<String, DrawingError> {
    // The SVG states its size in whole pixels.
    let (width, height) = ((canvas.width + PX - 1) / PX, (canvas.height + PX - 1) / PX);
    let Captions { language, title, description } = captions;
    let mut document = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" \
         role=\"img\" lang=\"{}\" stroke-linejoin=\"round\">\n<title>{}</title>\n<desc>{}</desc>\n",
        width * PX,
        height * PX,
        escaped(language),
        escaped(title),
        escaped(description),
    );
    for marks in canvas.marks.chunk_by(|a, b| dash(a) == dash(b)) {
        let drawn = drawn(marks, (width * PX, height * PX))?;
        match marks.first().map(dash) {
            Some("") | None => document.push_str(&drawn),
            // Writing to a string cannot fail.
            Some(dash) => _ = write!(document, "<g stroke-dasharray=\"{dash}\">\n{drawn}</g>\n"),
        }
    }
    document.push_str("</svg>\n");
    Ok(document)
}

fn dash(mark: &Mark) -> Dash {
    if let Mark::Line { stroke, .. } = mark { stroke.dash } else { "" }
}

/// The marks, without the element that plotters puts around them.
fn drawn(marks: &[Mark], (width, height): (i32, i32)) -> Result<String, DrawingError> {
    let mut drawing = String::new();
    {
        let size = (width.unsigned_abs(), height.unsigned_abs());
        let area = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
        for mark in marks {
            match mark {
                Mark::Line { points, stroke } => {
                    let style =
                        ShapeStyle { color: stroke.colour.to_rgba(), filled: false, stroke_width: stroke.width };
                    area.draw(&PathElement::new(points.clone(), style))?;
                }
                Mark::Area { corners, colour, percent } => {
                    let style = colour.mix(f64::from(*percent) / 100.0).filled();
                    area.draw(&Polygon::new(corners.clone(), style))?;
                }
                Mark::Disc { centre, radius, colour } => {
                    area.draw(&Circle::new(*centre, *radius, colour.filled()))?;
                }
                Mark::Ring { centre, radius, colour } => {
                    area.draw(&Circle::new(*centre, *radius, colour.stroke_width(RING_STROKE)))?;
                }
                Mark::Text { at, text, size, place } => area.draw_text(text, &style(*size, *place), *at)?,
            }
        }
        area.present()?;
    }
    // Everything is opaque unless it says otherwise.
    drawing = drawing.replace(" opacity=\"1\"", "");
    let inside = drawing.split_once(">\n").and_then(|(_, inside)| inside.rsplit_once("</svg>"));
    Ok(inside.map_or("", |(inside, _)| inside).to_owned())
}

fn style(size: i32, place: Place) -> TextStyle<'static> {
    // Plotters measures fonts by the line height, which it takes to be 1.24 times the font size.
    let mut font = (FONT, f64::from(size) * 1.24).into_font();
    if place == Place::Upwards {
        font = font.transform(FontTransform::Rotate270);
    }
    let horizontal = match place {
        Place::Right => HPos::Left,
        Place::Left => HPos::Right,
        Place::Centre | Place::Upwards => HPos::Center,
    };
    TextStyle::from(font).color(&GREY).pos(Pos::new(horizontal, VPos::Center))
}

/// A text for XML.
fn escaped(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
