//! The words that a declaration may use, and what the macro must know of each. mlp-core has all other facts; a test
//! compares the two.

/// The module of mlp-core that defines a word.
#[derive(Clone, Copy)]
pub(crate) enum Module {
    Activation,
    Loss,
}

impl Module {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Loss => "loss",
        }
    }

    pub(crate) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Activation => ACTIVATIONS.iter().map(|activation| activation.word).collect(),
            Self::Loss => LOSSES.iter().map(|loss| loss.word).collect(),
        }
    }
}

/// The values of predictions: what an activation gives, and what a loss needs from the output layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Values {
    /// Any number.
    Any,
    /// Each from 0 to 1.
    Probabilities,
    /// Each from 0 to 1, with the sum 1.
    Distribution,
}

/// An activation of mlp-core.
#[derive(Clone, Copy)]
pub(crate) struct Activation {
    pub(crate) word: &'static str,
    pub(crate) values: Values,
}

/// A loss of mlp-core.
#[derive(Clone, Copy)]
pub(crate) struct Loss {
    pub(crate) word: &'static str,
    /// Whether the sum over the outputs is divided by their number.
    pub(crate) is_averaged: bool,
    /// What it needs from the output layer.
    pub(crate) needs: Values,
    /// The output activation with which ∂L/∂z is y_pred - y_true, divided by the number of outputs if the loss is
    /// averaged.
    pub(crate) cancels_with: Option<&'static str>,
}

const fn activation(word: &'static str, values: Values) -> Activation {
    Activation { word, values }
}

/// In the order in which messages list them.
pub(crate) const ACTIVATIONS: &[Activation] = &[
    activation("sigmoid", Values::Probabilities),
    activation("tanh", Values::Any),
    activation("relu", Values::Any),
    activation("leaky_relu", Values::Any),
    activation("elu", Values::Any),
    activation("softplus", Values::Any),
    activation("silu", Values::Any),
    activation("gelu", Values::Any),
    activation("hard_sigmoid", Values::Probabilities),
    activation("hard_tanh", Values::Any),
    activation("softsign", Values::Any),
    activation("identity", Values::Any),
    activation("softmax", Values::Distribution),
];

const fn summed(word: &'static str, needs: Values, cancels_with: Option<&'static str>) -> Loss {
    Loss { word, is_averaged: false, needs, cancels_with }
}

const fn averaged(word: &'static str, needs: Values, cancels_with: Option<&'static str>) -> Loss {
    Loss { word, is_averaged: true, needs, cancels_with }
}

/// In the order in which messages list them.
pub(crate) const LOSSES: &[Loss] = &[
    summed("half_squared_error", Values::Any, None),
    averaged("mean_squared_error", Values::Any, None),
    averaged("mean_absolute_error", Values::Any, None),
    averaged("huber", Values::Any, None),
    summed("cross_entropy", Values::Distribution, Some("softmax")),
    averaged("binary_cross_entropy", Values::Probabilities, Some("sigmoid")),
];
