//! The edges between the neurons of two layers, and places for their numbers.

use super::canvas::{Canvas, PX, Place, Point, Stroke, whole};
use super::network::percent;
use super::palette::colour_of_sign;
use super::text::{SMALL_SIZE, text_width};

/// The width of the edge with the largest value, and of one without any.
const WIDEST: i32 = 45;
const THINNEST: i32 = 8;

/// The places for a number on its edge, in percent of the edge's length, the best first.
const PLACES: [i32; 9] = [50, 40, 60, 30, 70, 35, 65, 25, 75];

/// The largest number of places that are tried before the numbers count as having no room.
const MOST_TRIALS: usize = 20_000;

/// The least length of an edge that is visible on each side of its number.
const STUB: i32 = 14 * PX;

/// Room around a number.
const ROOM: i32 = 3 * PX;

pub(super) struct Edge {
    from: Point,
    to: Point,
    value: f64,
    /// Its number; empty if it has none.
    label: String,
}

impl Edge {
    /// An edge from the right end of a neuron to the left end of another, so that texts above and below neurons have
    /// room.
    pub(super) fn between(from: Point, to: Point, radius: i32, value: f64, label: String) -> Self {
        Self { from: (from.0 + radius, from.1), to: (to.0 - radius, to.1), value, label }
    }

    fn at(&self, percent: i32) -> Point {
        let part = |from: i32, to: i32| from + (to - from) * percent / 100;
        (part(self.from.0, self.to.0), part(self.from.1, self.to.1))
    }

    fn label_at(&self, percent: i32) -> Box {
        Box::of(&self.label, self.at(percent))
    }

    /// Whether no point of the edge is in the box.
    fn avoids(&self, area: &Box) -> bool {
        self.inside(area).is_none()
    }

    /// The part of the edge inside the box, from 0 to 1.
    fn inside(&self, area: &Box) -> Option<(f64, f64)> {
        let (mut first, mut last) = (0.0_f64, 1.0_f64);
        let sides = [(self.from.0, self.to.0, area.left, area.right), (self.from.1, self.to.1, area.top, area.bottom)];
        for (from, to, low, high) in sides {
            if from == to {
                if !(low..=high).contains(&from) {
                    return None;
                }
                continue;
            }
            let part = |place: i32| f64::from(place - from) / f64::from(to - from);
            let (low, high) = (part(low), part(high));
            first = first.max(low.min(high));
            last = last.min(low.max(high));
        }
        (first < last).then_some((first, last))
    }
}

/// The place of a text.
#[derive(Clone, Copy)]
pub(super) struct Box {
    left: i32,
    right: i32,
    top: i32,
    bottom: i32,
}

impl Box {
    /// The place of a text around a point, with some room.
    pub(super) fn of(text: &str, (x, y): Point) -> Self {
        let (width, height) = (text_width(text, SMALL_SIZE) / 2 + ROOM, SMALL_SIZE / 2 + ROOM);
        Self { left: x - width, right: x + width, top: y - height, bottom: y + height }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// Edges, each with the place of its number.
#[derive(Default)]
pub(super) struct Edges(Vec<(Edge, i32)>);

impl Edges {
    /// Adds the edges between two layers, whose neurons have these texts; `None` if their numbers have no room.
    pub(super) fn add(&mut self, edges: Vec<Edge>, texts: &[Box]) -> Option<()> {
        let has_labels = edges.iter().any(|edge| !edge.label.is_empty());
        let places = if has_labels { places(&edges, texts)? } else { vec![50; edges.len()] };
        self.0.extend(edges.into_iter().zip(places));
        Some(())
    }

    pub(super) fn draw(&self, graph: &mut Canvas, largest: f64) {
        for (edge, place) in &self.0 {
            let width = THINNEST + (WIDEST - THINNEST) * percent(edge.value, largest) / 100;
            let stroke = Stroke { colour: colour_of_sign(edge.value), width: width.unsigned_abs(), dash: "" };
            if edge.label.is_empty() {
                graph.line([edge.from, edge.to], stroke);
                continue;
            }
            // The edge has a gap for its number.
            if let Some((first, last)) = edge.inside(&edge.label_at(*place)) {
                let at = |part: f64| {
                    let between = |from: i32, to: i32| from + whole(f64::from(to - from) * part);
                    (between(edge.from.0, edge.to.0), between(edge.from.1, edge.to.1))
                };
                graph.line([edge.from, at(first)], stroke);
                graph.line([at(last), edge.to], stroke);
            }
            graph.text(&edge.label, SMALL_SIZE, edge.at(*place), Place::Centre);
        }
    }
}

/// A place for the number of each edge, away from other edges, numbers and texts.
fn places(edges: &[Edge], texts: &[Box]) -> Option<Vec<i32>> {
    if edges.iter().any(|edge| texts.iter().any(|text| !edge.avoids(text))) {
        return None;
    }
    let is_free = |index: usize, area: &Box| {
        let rim = (edges[index].from.0.min(edges[index].to.0), edges[index].from.0.max(edges[index].to.0));
        let others = edges.iter().enumerate().filter(|(other, _)| *other != index);
        area.left >= rim.0 + STUB
            && area.right <= rim.1 - STUB
            && others.into_iter().all(|(_, other)| other.avoids(area))
            && texts.iter().all(|text| !text.overlaps(area))
    };
    let candidates = edges.iter().enumerate().map(|(index, edge)| {
        let free = PLACES.into_iter().filter(|&place| is_free(index, &edge.label_at(place)));
        free.map(|place| (place, edge.label_at(place))).collect::<Vec<_>>()
    });
    let candidates: Vec<_> = candidates.collect();
    let mut chosen: Vec<usize> = Vec::new();
    let mut next = 0;
    for _ in 0..MOST_TRIALS {
        if chosen.len() == edges.len() {
            let places = chosen.iter().zip(&candidates).map(|(&choice, places)| places[choice].0);
            return Some(places.collect());
        }
        let placed = chosen.iter().zip(&candidates).map(|(&choice, places)| places[choice].1);
        let free = |area: &Box| placed.clone().all(|other| !other.overlaps(area));
        let options = candidates[chosen.len()].iter().enumerate().skip(next);
        match options.into_iter().find(|(_, (_, area))| free(area)) {
            Some((choice, _)) => {
                chosen.push(choice);
                next = 0;
            }
            // The number before tries its next place.
            None => next = chosen.pop()? + 1,
        }
    }
    None
}
