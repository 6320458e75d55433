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

    pub(crate) fn foreign(self) -> &'static [Foreign] {
        match self {
            Self::Activation => FOREIGN_ACTIVATIONS,
            Self::Loss => FOREIGN_LOSSES,
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

/// Words of other libraries, in small letters and without `_`, and what they mean here.
pub(crate) type Foreign = (&'static [&'static str], Meaning);

#[derive(Clone, Copy)]
pub(crate) enum Meaning {
    /// Our word for it.
    Word(&'static str),
    /// We have none, and a similar word means something else. It can be a function of the user's own.
    Own,
    /// Nothing that stands here; the message says what to do instead.
    Nothing(&'static str),
}

const NO_DROPOUT: Meaning =
    Meaning::Nothing("dropout is a way to train, and no layer: leave it out, and call `Trainer::dropout`");

const NO_NORMALIZATION: Meaning = Meaning::Nothing(
    "there is no normalization between layers: leave it out, and scale inputs and targets before training, with \
     `mlp_core::scaling`",
);

const FOREIGN_ACTIVATIONS: &[Foreign] = &[
    (&["linear", "lin", "none", "id", "noop", "purelin"], Meaning::Word("identity")),
    (&["logistic", "logsig", "expit", "sig"], Meaning::Word("sigmoid")),
    (&["swish"], Meaning::Word("silu")),
    (&["rectifier", "rectlin", "ramp"], Meaning::Word("relu")),
    (&["lrelu", "leaky", "leakyrectify"], Meaning::Word("leaky_relu")),
    (&["tansig", "hyperbolictangent"], Meaning::Word("tanh")),
    (&["logsoftmax", "softargmax"], Meaning::Word("softmax")),
    (&["selu", "celu", "prelu", "rrelu", "crelu", "relu6", "glu", "swiglu", "geglu", "mish"], Meaning::Own),
    (&["hardswish", "logsigmoid", "softmin", "sin", "sine", "cos", "exp", "gaussian"], Meaning::Own),
    (&["dropout", "drop", "alphadropout"], NO_DROPOUT),
    (&["batchnorm", "batchnormalization", "layernorm", "layernormalization"], NO_NORMALIZATION),
    (
        &["dense", "fc", "fullyconnected"],
        Meaning::Nothing(
            "every layer is fully connected, and no word says so: write the width alone, such as `3`, or with an \
             activation, such as `tanh(3)`",
        ),
    ),
];

/// Without `loss` at the end.
const FOREIGN_LOSSES: &[Foreign] = &[
    (&["mse", "l2", "squarederror", "meansquared", "quadratic"], Meaning::Word("mean_squared_error")),
    (&["sse", "halfmse", "sumsquarederror"], Meaning::Word("half_squared_error")),
    (&["mae", "l1", "absoluteerror"], Meaning::Word("mean_absolute_error")),
    (&["smoothl1"], Meaning::Word("huber")),
    (&["bce", "bcewithlogits", "log", "logistic"], Meaning::Word("binary_cross_entropy")),
    (&["binarycrossentropy", "binarycrossentropywithlogits"], Meaning::Word("binary_cross_entropy")),
    (&["ce", "nll", "negativeloglikelihood", "crossentropy"], Meaning::Word("cross_entropy")),
    (&["categoricalcrossentropy", "sparsecategoricalcrossentropy"], Meaning::Word("cross_entropy")),
];

const FOR_THE_TRAINER: Meaning = Meaning::Nothing(
    "a declaration says nothing about training: leave this out, and give it to `Trainer` or to the optimizer",
);

pub(crate) const FOREIGN_OPTIONS: &[Foreign] = &[
    (&["dtype", "float", "type", "precision"], Meaning::Word("scalar")),
    (&["cost", "criterion", "objective"], Meaning::Word("loss")),
    (&["loop", "loops", "arrays"], Meaning::Word("rolled")),
    (&["bias", "biases", "usebias", "nobias"], Meaning::Nothing("every neuron has a bias: leave this out")),
    (&["dropout"], NO_DROPOUT),
    (&["batchnorm", "layernorm"], NO_NORMALIZATION),
    (
        &["activation", "activations"],
        Meaning::Nothing("an activation stands at its layer: leave this out, and write `tanh(3)` instead of `3`"),
    ),
    (&["learningrate", "lr", "optimizer", "momentum", "weightdecay", "schedule"], FOR_THE_TRAINER),
    (&["epochs", "batch", "batchsize", "shuffle"], FOR_THE_TRAINER),
    (
        &["seed", "init", "initializer", "rng"],
        Meaning::Nothing("parameters are drawn later: leave this out, and call `random` or `random_with`"),
    ),
];
