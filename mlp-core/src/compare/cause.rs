//! Finds what wrong values have in common, and so where the mistake is.

use std::collections::HashSet;
use std::fmt::{self, Formatter};
use std::ops::Range;

use super::ComparedValue;
use crate::equations::{Heading, Part};
use crate::language::fill;
use crate::trace::Equation;
use crate::{Language, Scalar, Trace};

/// How many wrong values are looked at. A large network may have thousands, and they say no more than these.
const MOST_WRONG: usize = 200;

/// The probable place of a mistake: the quantities on which wrong values depend and right ones do not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cause<T> {
    /// The quantity on which all wrong values depend, the last that is computed. If there is none, the quantities of one
    /// section: each wrong value depends on one of them.
    pub names: Vec<String>,
    /// The title of their section: `Step 7: derivatives of …`
    pub title: String,
    /// Their equations, with the right numbers.
    pub equations: Vec<Equation<T>>,
    /// Their sources on which no right value depends either, so that the mistake may also be there.
    pub or: Vec<String>,
    heading: Heading,
    /// The heading of each of them.
    or_headings: Vec<Heading>,
}

/// The cause that explains the wrong values among these, whose equations have these places in the step.
pub(super) fn find<T: Scalar>(trace: &Trace<T>, values: &[ComparedValue<T>], places: &[usize]) -> Option<Cause<T>> {
    let equations: Vec<_> = trace.equations().collect();
    let sources = |place: usize| -> Vec<usize> {
        equations[place].sources().filter_map(|name| trace.place_before(name, place)).collect()
    };
    // A product with 0 is right whatever the other factor is.
    let is_proof = |value: &ComparedValue<T>| value.is_right && value.expected != T::ZERO;
    let mut right = HashSet::new();
    for (_, &place) in values.iter().zip(places).filter(|(value, _)| is_proof(value)) {
        reach(place, &sources, &mut right);
    }
    let wrong: Vec<_> =
        values.iter().zip(places).filter(|(value, _)| !value.is_right).map(|(_, &place)| place).collect();
    let every = wrong.len().div_ceil(MOST_WRONG).max(1);
    let suspects: Vec<_> = wrong
        .iter()
        .step_by(every)
        .map(|&place| {
            let mut reached = right.clone();
            reached.remove(&place);
            reach(place, &sources, &mut reached);
            reached.difference(&right).copied().chain([place]).collect::<HashSet<usize>>()
        })
        .collect();
    // Whatever is wrong everywhere may come from the forward pass, too, but the nearest step that explains it is a
    // derivative, unless a value of the forward pass is wrong itself.
    let places = explanation(trace, &suspects, &|part| matches!(part, Part::Backprop { .. }))
        .or_else(|| explanation(trace, &suspects, &|_| true))?;
    // Nor do those that were not looked at contradict it.
    let mut dependent: HashSet<usize> = places.iter().copied().collect();
    for place in 0..equations.len() {
        if sources(place).iter().any(|source| dependent.contains(source)) {
            dependent.insert(place);
        }
    }
    if !wrong.iter().all(|place| dependent.contains(place)) {
        return None;
    }

    let mut or: Vec<_> =
        places.iter().flat_map(|&place| sources(place)).filter(|place| !right.contains(place)).collect();
    or.sort_unstable();
    or.dedup();
    or.retain(|place| !places.contains(place));
    let name = |place: &usize| equations[*place].name().to_owned();
    let section = |place: usize| {
        let mut end = 0;
        trace.sections().iter().find(|section| {
            end += section.equations.len();
            place < end
        })
    };
    let or_headings = or.iter().filter_map(|&place| Some(section(place)?.heading().clone())).collect();
    let section = section(places[0])?;
    Some(Cause {
        names: places.iter().map(name).collect(),
        title: section.title.clone(),
        equations: places.iter().map(|&place| equations[place].clone()).collect(),
        or: or.iter().map(name).collect(),
        heading: section.heading().clone(),
        or_headings,
    })
}

/// Adds a place and everything that it depends on.
fn reach(place: usize, sources: &dyn Fn(usize) -> Vec<usize>, reached: &mut HashSet<usize>) {
    let mut next = vec![place];
    while let Some(place) = next.pop() {
        if reached.insert(place) {
            next.extend(sources(place));
        }
    }
}

/// Returns the last place in the asked parts that is a suspect of every wrong value. If there is none, returns the places
/// of one section among which every wrong value has a suspect: of the section where they are fewest.
fn explanation<T: Scalar>(
    trace: &Trace<T>,
    suspects: &[HashSet<usize>],
    is_asked: &dyn Fn(&Part) -> bool,
) -> Option<Vec<usize>> {
    let mut start = 0;
    let ranges = trace.sections().iter().map(|section| {
        let range = start..start + section.equations.len();
        start = range.end;
        (section, range)
    });
    let ranges: Vec<Range<usize>> =
        ranges.filter(|(section, _)| is_asked(&section.part)).map(|(_, range)| range).collect();
    let first = suspects.first()?;
    let is_common = |place: &usize| suspects.iter().all(|places| places.contains(place));
    let common = first.iter().copied().filter(|place| ranges.iter().any(|range| range.contains(place)));
    if let Some(place) = common.filter(is_common).max() {
        return Some(vec![place]);
    }
    let explains =
        |range: &&Range<usize>| suspects.iter().all(|places| (*range).clone().any(|place| places.contains(&place)));
    let suspects_in = |range: &Range<usize>| -> Vec<usize> {
        range.clone().filter(|place| suspects.iter().any(|places| places.contains(place))).collect()
    };
    // From the end, and of several the first with as few: the fewest quantities say most.
    ranges.iter().rev().filter(explains).map(suspects_in).min_by_key(Vec::len)
}

impl<T: Scalar> Cause<T> {
    pub(super) fn set_language(&mut self, language: &Language) {
        self.title = self.heading.title(language);
    }

    pub(super) fn write(&self, f: &mut Formatter<'_>, language: &Language) -> fmt::Result {
        /// How many names and equations are shown.
        const MOST: usize = 8;
        let list = |names: &[String]| {
            let dots = if names.len() > MOST { ", …" } else { "" };
            names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ") + dots
        };
        let template = if self.names.len() == 1 { language.common_cause } else { language.common_causes };
        writeln!(f, "{}", fill(template, &[("names", &list(&self.names)), ("title", &self.title)]))?;
        self.equations.iter().take(MOST).try_for_each(|equation| writeln!(f, "  {}", equation.shortened()))?;
        if self.or.is_empty() {
            return Ok(());
        }
        let alternatives = self.or.iter().zip(&self.or_headings).map(|(name, heading)| {
            let title = heading.title(language);
            format!("{name} ({})", title.split([':', '.']).next().unwrap_or_default())
        });
        writeln!(f, "{}", fill(language.or_before, &[("names", &list(&alternatives.collect::<Vec<_>>()))]))
    }
}
