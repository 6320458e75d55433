//! The resolved network, from which the code is generated. Nothing in it is optional.

use std::fmt::{self, Display, Formatter};

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::{Attribute, Ident, Path, Visibility};

use crate::names;
use crate::suggest;
use crate::words::{self, Module, Values};

/// A network in the form in which its code is generated: with a variable for each value, or with arrays and loops.
pub(crate) enum Form {
    Unrolled(Unrolled),
    Rolled(Rolled),
}

/// A network with a name for each value.
pub(crate) type Unrolled = Network<Vec<Ident>>;

/// A network with a name for each array of values.
pub(crate) type Rolled = Network<Ident>;

/// A feed-forward network with names for everything in it.
///
/// `N` names the values of one kind, such as the biases of a layer: `Vec<Ident>` names each value, in order; `Ident`
/// names the array that holds them all.
pub(crate) struct Network<N> {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// `f64` or `f32`.
    pub(crate) scalar: Ident,
    /// The path to `mlp_core`.
    pub(crate) core: TokenStream,
    pub(crate) loss: Function,
    pub(crate) inputs: N,
    pub(crate) layers: Vec<Layer<N>>,
    pub(crate) targets: N,
    /// Whether the parameters are on the heap: in a rolled network, unless it has the option `inline`.
    pub(crate) on_heap: bool,
}

/// All neurons that see the same sources.
pub(crate) struct Layer<N> {
    pub(crate) activation: Function,
    /// How many sources feed it.
    pub(crate) fan_in: usize,
    /// How many neurons it has.
    pub(crate) width: usize,
    /// Source by source.
    pub(crate) weights: N,
    pub(crate) biases: N,
    /// The pre-activations.
    pub(crate) z: N,
    /// The activations; in the output layer they are the predictions.
    pub(crate) a: N,
}

/// An activation or a loss; its derivative is the sibling whose name ends in `_derivative`.
#[derive(Clone)]
pub(crate) enum Function {
    /// One of `mlp_core`'s, in this module.
    BuiltIn { module: Module, name: Ident },
    /// The user's own.
    Custom(Path),
}

impl<N> Network<N> {
    /// The output layer.
    pub(crate) fn output(&self) -> &Layer<N> {
        self.layers.last().expect("a network without layers is reported, not resolved")
    }

    /// Each layer with its sources: the inputs, or the activations of the layer before.
    pub(crate) fn layers_with_sources(&self) -> impl DoubleEndedIterator<Item = (&Layer<N>, &N)> + ExactSizeIterator {
        (0..self.layers.len()).map(|index| {
            let sources = match index.checked_sub(1) {
                Some(before) => &self.layers[before].a,
                None => &self.inputs,
            };
            (&self.layers[index], sources)
        })
    }

    /// How many parameters there are.
    pub(crate) fn parameter_count(&self) -> usize {
        self.layers.iter().map(|layer| (layer.fan_in + 1) * layer.width).sum()
    }

    /// How many inputs and how many outputs there are.
    pub(crate) fn ends(&self) -> [usize; 2] {
        [self.layers[0].fan_in, self.output().width]
    }

    /// Whether the derivatives of the loss and of the output activation cancel to y_pred - y_true, divided by the
    /// number of outputs if the loss is averaged.
    pub(crate) fn cancels(&self) -> bool {
        let cancels_with = self.loss.as_loss().and_then(|loss| loss.cancels_with);
        cancels_with.is_some_and(|word| self.output().activation.is(word))
    }

    /// The number of outputs, if the loss is divided by it and it is not 1.
    pub(crate) fn averaged_outputs(&self) -> Option<u16> {
        let is_averaged = self.loss.as_loss().is_some_and(|loss| loss.is_averaged);
        let outputs = u16::try_from(self.output().width).expect("the number of neurons is limited");
        (outputs > 1 && is_averaged).then_some(outputs)
    }
}

impl Unrolled {
    /// All parameters in canonical order: per layer the weights source by source, then the biases.
    pub(crate) fn parameters(&self) -> Vec<&Ident> {
        self.layers.iter().flat_map(|layer| layer.weights.iter().chain(&layer.biases)).collect()
    }

    /// Every value of a forward pass, neuron by neuron.
    pub(crate) fn values(&self) -> Vec<&Ident> {
        self.layers.iter().flat_map(|layer| layer.z.iter().zip(&layer.a)).flat_map(|(z, a)| [z, a]).collect()
    }
}

impl Rolled {
    /// All arrays of parameters in canonical order: per layer the weights, then the biases.
    pub(crate) fn parameters(&self) -> Vec<&Ident> {
        self.layers.iter().flat_map(|layer| [&layer.weights, &layer.biases]).collect()
    }

    /// Every array of values of a forward pass, layer by layer.
    pub(crate) fn values(&self) -> Vec<&Ident> {
        self.layers.iter().flat_map(|layer| [&layer.z, &layer.a]).collect()
    }
}

impl<N> Layer<N> {
    /// Whether all activations depend on all pre-activations.
    pub(crate) fn is_softmax(&self) -> bool {
        self.activation.is("softmax")
    }
}

impl Layer<Vec<Ident>> {
    /// Each weight with the source and the pre-activation that it connects, source by source.
    pub(crate) fn connections<'a>(&'a self, sources: &'a [Ident]) -> impl Iterator<Item = [&'a Ident; 3]> {
        let pairs = sources.iter().flat_map(|source| self.z.iter().map(move |z| (source, z)));
        self.weights.iter().zip(pairs).map(|(weight, (source, z))| [weight, source, z])
    }

    /// The weights into one neuron, in the order of the sources.
    pub(crate) fn weights_into(&self, target: usize) -> impl Iterator<Item = &Ident> {
        self.weights.iter().skip(target).step_by(self.width)
    }
}

impl Function {
    /// The activation of layers that name none.
    pub(crate) fn sigmoid() -> Self {
        Self::BuiltIn { module: Module::Activation, name: Ident::new("sigmoid", Span::call_site()) }
    }

    /// The loss of declarations that name none.
    pub(crate) fn half_squared_error() -> Self {
        Self::BuiltIn { module: Module::Loss, name: Ident::new("half_squared_error", Span::call_site()) }
    }

    /// One word is `mlp_core`'s, a path is the user's own; everything else is `None`.
    pub(crate) fn parse(module: Module, tokens: TokenStream) -> Option<Self> {
        let path = Path::parse_mod_style.parse2(tokens).ok()?;
        let last = &path.segments.last()?.ident;
        match path.get_ident() {
            _ if names::is_reserved(last) || !names::is_sound(&path) => None,
            Some(name) => Some(Self::BuiltIn { module, name: name.clone() }),
            None => Some(Self::Custom(path)),
        }
    }

    /// Whether it is `mlp_core`'s function of this name.
    pub(crate) fn is(&self, word: &str) -> bool {
        matches!(self, Self::BuiltIn { name, .. } if name == word)
    }

    /// The kind of values that it gives as an activation; `None` for the user's own, because the macro cannot know.
    pub(crate) fn values(&self) -> Option<Values> {
        words::ACTIVATIONS.iter().find(|activation| self.is(activation.word)).map(|activation| activation.values)
    }

    /// The facts about it as a loss; `None` for the user's own.
    pub(crate) fn as_loss(&self) -> Option<&'static words::Loss> {
        words::LOSSES.iter().find(|loss| self.is(loss.word))
    }

    /// The error message if it names a function that `mlp_core` does not have.
    pub(crate) fn unknown(&self) -> Option<String> {
        match self {
            Self::BuiltIn { module, name } => {
                let (word, words) = (name.to_string(), module.words());
                let own = format!(
                    "write it as a function of your own, beside `{name}_derivative`, and name it by its path, such as \
                     `self::{name}`"
                );
                (!words.contains(&&*word))
                    .then(|| suggest::unknown(module.name(), &word, &words, module.foreign(), &own))
            }
            Self::Custom(_) => None,
        }
    }

    /// The name or path by which generated code calls it.
    pub(crate) fn call(&self) -> TokenStream {
        match self {
            Self::BuiltIn { name, .. } => name.to_token_stream(),
            Self::Custom(path) => path.to_token_stream(),
        }
    }

    /// The function as a value. A path becomes a closure that calls it: rustc then gives the same message for every use
    /// of an unknown path, and prints it once.
    pub(crate) fn value(&self, parameters: &[Ident]) -> TokenStream {
        match self {
            Self::BuiltIn { name, .. } => name.to_token_stream(),
            Self::Custom(path) => quote!(|#(#parameters),*| #path(#(#parameters),*)),
        }
    }

    /// The derivative of this function, which has the sibling's name.
    pub(crate) fn derivative(&self) -> Self {
        let mut derivative = self.clone();
        match &mut derivative {
            Self::BuiltIn { name, .. } => *name = names::sibling(name),
            Self::Custom(path) => {
                let last = path.segments.last_mut().expect("a parsed path has segments");
                last.ident = names::sibling(&last.ident);
            }
        }
        derivative
    }

    /// mlp-core's function that computes this loss from pre-activations. Only losses that cancel with an activation have
    /// one.
    pub(crate) fn with_logits(&self) -> Self {
        match self {
            Self::BuiltIn { module, name } => Self::BuiltIn { module: *module, name: names::with_logits(name) },
            Self::Custom(_) => self.clone(),
        }
    }

    /// The words that a generated function brings into its scope to call this function and its derivative.
    pub(crate) fn words(&self) -> Vec<String> {
        match self {
            Self::BuiltIn { name, .. } => vec![name.to_string(), names::sibling(name).to_string()],
            Self::Custom(_) => Vec::new(),
        }
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn { name, .. } => name.fmt(f),
            Self::Custom(path) => {
                let segments: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                write!(f, "{}{}", if path.leading_colon.is_some() { "::" } else { "" }, segments.join("::"))
            }
        }
    }
}
