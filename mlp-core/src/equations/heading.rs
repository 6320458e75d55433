//! The titles of the sections, in any language.

use crate::Language;
use crate::language::fill;

/// The contents of a section's title, whatever the language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heading {
    Forward {
        place: Place,
        fan_in: usize,
        width: usize,
        activation: &'static str,
    },
    Loss {
        loss: &'static str,
    },
    LossDerivatives,
    PredictionDerivatives,
    OutputChainRule,
    /// Steps 2 and 3 of softmax as one.
    CombinedChainRule,
    /// Steps 1 to 3 as one, where all else in loss and activation cancels.
    Cancelled {
        loss: &'static str,
        activation: &'static str,
    },
    OutputGradients,
    /// Steps 5 to 8.
    Hidden {
        step: u8,
        place: Place,
    },
    InputGradients,
    Update {
        optimizer: Option<String>,
    },
}

/// A layer among all: hidden layers are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) layer: usize,
    pub(crate) depth: usize,
}

impl Place {
    /// `Output layer`, `Hidden layer`, `Hidden layer 2`
    pub(crate) fn name(self, language: &Language) -> String {
        let number = (self.layer + 1).to_string();
        match (self.layer + 1, self.depth) {
            (number, depth) if number == depth => language.output_layer.to_owned(),
            (_, 2) => language.hidden_layer.to_owned(),
            _ => fill(language.numbered_hidden_layer, &[("number", &number)]),
        }
    }
}

impl Heading {
    pub(crate) fn title(&self, language: &Language) -> String {
        let plain = |text: &str| text.to_owned();
        match self {
            Self::Forward { place, fan_in, width, activation } => {
                format!("{}: {fan_in} => {activation}({width}).", place.name(language))
            }
            Self::Loss { loss } => fill(language.loss_title, &[("loss", loss)]),
            Self::LossDerivatives => plain(language.step_1),
            Self::PredictionDerivatives => plain(language.step_2),
            Self::OutputChainRule => plain(language.step_3),
            Self::CombinedChainRule => plain(language.steps_2_and_3),
            Self::Cancelled { loss, activation } => {
                fill(language.steps_1_to_3, &[("loss", loss), ("activation", activation)])
            }
            Self::OutputGradients => plain(language.step_4),
            Self::Hidden { step, place } => hidden(*step, *place, language),
            Self::InputGradients => plain(language.step_9),
            Self::Update { optimizer: None } => plain(language.update),
            Self::Update { optimizer: Some(optimizer) } => fill(language.update_by, &[("optimizer", optimizer)]),
        }
    }
}

fn hidden(step: u8, place: Place, language: &Language) -> String {
    let is_only_one = place.depth == 2;
    let template = match (step, is_only_one) {
        (5, _) => language.step_5,
        (6, _) => language.step_6,
        (7, _) => language.step_7,
        (_, true) => language.step_8,
        (_, false) => language.step_8_of_several,
    };
    let number = (place.layer + 1).to_string();
    let layer = if is_only_one { String::new() } else { fill(language.of_hidden_layer, &[("number", &number)]) };
    fill(template, &[("layer", &layer)])
}
