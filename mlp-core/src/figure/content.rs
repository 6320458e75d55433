//! The contents of a figure: calls the module of its kind.

use super::FigureError;
use super::canvas::Canvas;
use super::confusion::Confusion;
use super::curves::Curves;
use super::grid::Grid;
use super::network::Network;
use super::predicted::Predicted;
use super::rates::Rates;
use super::scores::Scores;
use super::surface::Surface;
use crate::Language;

#[derive(Debug)]
pub(super) enum Content {
    Curves(Curves),
    Network(Network),
    Surface(Surface),
    Confusion(Confusion),
    Predicted(Predicted),
    Rates(Rates),
    Scores(Scores),
    Grid(Grid),
}

impl Content {
    pub(super) fn draw(&self, language: &Language, sharing: usize) -> Result<Canvas, FigureError> {
        match self {
            Self::Curves(curves) => curves.draw(language, sharing),
            Self::Network(network) => network.draw(language, sharing),
            Self::Surface(surface) => surface.draw(sharing),
            Self::Confusion(confusion) => confusion.draw(language, sharing),
            Self::Predicted(predicted) => predicted.draw(language, sharing),
            Self::Rates(rates) => rates.draw(language, sharing),
            Self::Scores(scores) => scores.draw(language, sharing),
            Self::Grid(grid) => grid.draw(sharing),
        }
    }

    pub(super) fn title(&self, language: &Language) -> String {
        match self {
            Self::Curves(curves) => curves.title(language),
            Self::Network(network) => network.title(),
            Self::Surface(surface) => surface.title(),
            Self::Confusion(_) => language.predicted.to_owned(),
            Self::Predicted(predicted) => predicted.title(language),
            Self::Rates(rates) => rates.title(language),
            Self::Scores(_) => language.score.to_owned(),
            Self::Grid(grid) => grid.title(),
        }
    }

    pub(super) fn description(&self, language: &Language) -> String {
        match self {
            Self::Curves(curves) => curves.description(language),
            Self::Network(network) => network.description(language),
            Self::Surface(surface) => surface.description(language),
            Self::Confusion(confusion) => confusion.description(),
            Self::Predicted(predicted) => predicted.description(language),
            Self::Rates(rates) => rates.description(language),
            Self::Scores(scores) => scores.description(language),
            Self::Grid(grid) => grid.description(),
        }
    }
}
