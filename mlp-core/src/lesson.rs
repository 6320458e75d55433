//! A lesson: one HTML file in which a network learns, with every number and every formula of the step.
//!
//! ```
//! use mlp_core::{Lesson, mlp};
//!
//! mlp!(pub struct Net: 1 => 1);
//! let path = std::env::temp_dir().join("lesson.html");
//! Lesson::new(&Net { w11: 0.5, b1: -0.25 }, &[([0.5], [0.8])]).learning_rate(0.5).write(&path)?;
//! # Ok::<(), mlp_core::lesson::LessonError>(())
//! ```
//!
//! Open the file in any browser; it needs no network and no other file. The page shows the network as a graph, the
//! equations of a step with their numbers, and the curves of the training. Every parameter, input and target can be
//! changed, and everything is recomputed at once. The page hides numbers and asks for them, and says of every number
//! where it comes from. Its address can hold the whole situation, so that a teacher can send it.
//!
//! # The numbers
//!
//! The page computes with the JavaScript that [`Network::source`] would write: the same equations in the same order. So
//! after the same steps the parameters have the bits of [`Trainer::fit`](crate::Trainer::fit), with single examples and
//! with batches below 8. Larger batches go through [kernels](crate::batch) in Rust, which add in another order; the page
//! adds in the order of the examples, and says so.
//!
//! A random start with the number 7 is `Net::random_with(&StandardNormal, &mut mlp_core::rng(7))`.

mod data;
mod error;
mod json;
mod page;

use std::marker::PhantomData;
use std::path::Path;

use crate::batch::NetworkExamples;
use crate::equations::UpdateRule;
use crate::math::wide;
use crate::network::{Activation, Array as _, ErasedLoss, Layer, Names};
use crate::source::Frozen;
use crate::trainer::checks;
use crate::{Adam, Batch, GradientDescent, Language, Network, Optimizer, Scalar, TrainError, atomic_file};

pub use error::LessonError;

/// The most parameters that a lesson can show.
pub const MAX_PARAMETERS: usize = 150;
/// The most examples that a lesson can show.
pub const MAX_EXAMPLES: usize = 200;
/// The most numbers, inputs and targets, that the examples of a lesson can have, so that the page stays small.
pub const MAX_NUMBERS: usize = 5_000;
/// The number of random starts that the page offers.
const STARTS: u64 = 1 << 31;

/// A page in which a network learns; see the [module](self).
#[derive(Debug)]
#[must_use = "it becomes a page by `write` or `to_html`"]
pub struct Lesson<T> {
    content: Content,
    scalar: PhantomData<T>,
}

/// The contents of the page, without the types of the network.
#[derive(Debug)]
struct Content {
    frozen: Frozen,
    loss: ErasedLoss,
    layers: Vec<LayerContent>,
    /// The smallest and the largest prediction.
    output_range: [f64; 2],
    examples: Vec<[Vec<f64>; 2]>,
    /// How many parameters, examples and numbers of examples there are, shown or not.
    size: [usize; 3],
    /// The optimizers to choose from; the page begins with the first.
    optimizers: Vec<OptimizerContent>,
    batch: usize,
    /// The seed of the orders of the examples, if the page begins with random ones.
    shuffle: Option<u64>,
    language: Language,
    /// Why a training would refuse the parameters, the examples or a setting of an optimizer.
    refused: Option<TrainError>,
    /// A target that the output activation can never reach.
    unreachable: Option<TrainError>,
    /// Whether such targets are permitted.
    allows_unreachable: bool,
    /// Whether the predictions always sum to 1.
    sums_to_1: bool,
    /// An optimizer whose equations are not known.
    own_optimizer: Option<&'static str>,
}

/// The names in a layer.
#[derive(Clone, Copy, Debug)]
struct LayerContent {
    pre_activations: Names,
    activations: Names,
    biases: Names,
    weights: Names,
}

#[derive(Clone, Debug)]
struct OptimizerContent {
    name: &'static str,
    learning_rate: f64,
    rule: UpdateRule,
}

impl<T: Scalar> Lesson<T> {
    /// A lesson about this network, from its present parameters, that learns from these examples: by plain gradient
    /// descent at the learning rate 0.5, with single examples, in English.
    ///
    /// If there can be no lesson about them, [`write`](Self::write) and [`to_html`](Self::to_html) say why.
    pub fn new<N: Network<Scalar = T>>(network: &N, examples: &[(N::Input, N::Output)]) -> Self {
        let mut parameters = N::Parameters::zeros();
        network.copy_parameters_into(&mut parameters);
        let (architecture, parameters) = (N::ARCHITECTURE.erased(), parameters.as_ref());
        let layers = architecture.layers;
        let numbers = examples.len() * (architecture.inputs.len() + architecture.targets.len());
        let is_small = parameters.len() <= MAX_PARAMETERS && examples.len() <= MAX_EXAMPLES && numbers <= MAX_NUMBERS;
        let shown = if is_small { examples } else { &[] };
        let output_range = layers.last().and_then(|layer| layer.activation.range());
        let [refused, unreachable] = checks::lesson(architecture, parameters, &NetworkExamples::<N>(shown));
        let mut content = Content {
            frozen: Frozen::new(network),
            loss: architecture.loss,
            layers: layers.iter().map(LayerContent::new).collect(),
            output_range: output_range.unwrap_or([f64::NEG_INFINITY, f64::INFINITY]),
            examples: shown.iter().map(|(x, y_true)| [wide(x.as_ref()), wide(y_true.as_ref())]).collect(),
            size: [parameters.len(), examples.len(), numbers],
            optimizers: Vec::new(),
            batch: 1,
            shuffle: None,
            language: Language::ENGLISH,
            refused,
            unreachable,
            allows_unreachable: false,
            sums_to_1: layers.last().is_some_and(|layer| matches!(layer.activation, Activation::Softmax)),
            own_optimizer: None,
        };
        content.add::<T>(&Adam::new(0.05));
        content.add::<T>(&GradientDescent::new(0.1).momentum(0.9));
        content.add::<T>(&GradientDescent::new(0.5));
        Self { content, scalar: PhantomData }
    }

    /// The learning rate that the page begins with. Call [`optimizer`](Self::optimizer) before this method, because it sets
    /// the optimizer's own learning rate.
    pub fn learning_rate(mut self, learning_rate: f64) -> Self {
        if let Some(first) = self.content.optimizers.first_mut() {
            first.learning_rate = learning_rate;
        }
        self
    }

    /// The optimizer that the page begins with, and its learning rate. Plain gradient descent, momentum and Adam are
    /// always there to choose.
    ///
    /// ```
    /// use mlp_core::{Adam, Lesson, mlp};
    ///
    /// mlp!(pub struct Net: 1 => 1);
    /// let html = Lesson::new(&Net { w11: 0.5, b1: 0.0 }, &[([1.0], [0.8])]).optimizer(&Adam::new(0.1)).to_html()?;
    /// assert!(html.starts_with("<!DOCTYPE html>"));
    /// # Ok::<(), mlp_core::lesson::LessonError>(())
    /// ```
    pub fn optimizer<O: Optimizer<T>>(mut self, optimizer: &O) -> Self {
        self.content.add::<T>(optimizer);
        self
    }

    /// Sets the number of examples that each update averages over, at least one; the page can change it.
    pub const fn batch_size(mut self, size: usize) -> Self {
        self.content.batch = size;
        self
    }

    /// Permits targets that the output activation can never reach, as
    /// [`Trainer::allow_unreachable_targets`](crate::Trainer::allow_unreachable_targets) does.
    pub fn allow_unreachable_targets(mut self) -> Self {
        self.content.allows_unreachable = true;
        self
    }

    /// Shows the examples in a new random order in every epoch, the orders of
    /// [`Trainer::shuffle`](crate::Trainer::shuffle) with the same seed; the page can change it.
    pub const fn shuffle(mut self, seed: u64) -> Self {
        self.content.shuffle = Some(seed);
        self
    }

    /// The language that the page opens with. It always has English and Russian, and a language of your own.
    pub fn language(mut self, language: &Language) -> Self {
        self.content.language = language.clone();
        self
    }

    /// The page as text.
    ///
    /// # Errors
    ///
    /// If the network has more than 150 parameters, is rolled or has functions of your own; if there are more than 200
    /// examples, more than 5,000 numbers in them, or none; if a number is infinite or NaN; if a target does not fit the loss, or the output activation can
    /// never reach it; if the batch size is 0, if the learning rate or another setting of the optimizer is out of its range,
    /// or if an optimizer of your own has no [`update_rule`](Optimizer::update_rule).
    pub fn to_html(&self) -> Result<String, LessonError> {
        self.content.check::<T>()?;
        Ok(page::page(&self.content))
    }

    /// Writes the page to a file. A failure leaves an existing file unchanged.
    ///
    /// # Errors
    ///
    /// Those of [`to_html`](Self::to_html), and [`LessonError::Write`] if the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), LessonError> {
        let (path, html) = (path.as_ref(), self.to_html()?);
        atomic_file::replace(path, html).map_err(|source| LessonError::Write { path: path.to_path_buf(), source })
    }
}

impl Content {
    /// Adds an optimizer before the others.
    fn add<T: Scalar>(&mut self, optimizer: &impl Optimizer<T>) {
        let name = optimizer.name();
        if let Err(error) = optimizer.init_state::<[T; 1]>() {
            self.refused.get_or_insert(error);
        }
        let Some(rule) = optimizer.update_rule() else {
            self.own_optimizer = Some(name);
            return;
        };
        self.optimizers.retain(|other| other.name != name);
        self.optimizers.insert(0, OptimizerContent { name, learning_rate: optimizer.learning_rate(), rule });
    }

    fn check<T: Scalar>(&self) -> Result<(), LessonError> {
        let [parameters, examples, numbers] = self.size;
        if self.frozen.is_rolled() {
            return Err(LessonError::Rolled);
        }
        if parameters > MAX_PARAMETERS {
            return Err(LessonError::TooManyParameters { count: parameters });
        }
        if examples > MAX_EXAMPLES {
            return Err(LessonError::TooManyExamples { count: examples });
        }
        if numbers > MAX_NUMBERS {
            return Err(LessonError::TooManyNumbers { count: numbers });
        }
        let unreachable = self.unreachable.filter(|_| !self.allows_unreachable);
        if let Some(error) = self.refused.or(unreachable) {
            return Err(LessonError::Training(error));
        }
        if let Some(name) = self.own_optimizer {
            return Err(LessonError::OwnOptimizer { name });
        }
        Batch::Mini(self.batch).size(examples).map_err(LessonError::Training)?;
        let learning_rate = self.optimizers.first().map_or(f64::NAN, |first| first.learning_rate);
        checks::learning_rate::<T>(learning_rate).map_err(LessonError::Training)?;
        let own = self.frozen.equations.equations().find_map(own_function);
        own.map_or(Ok(()), |name| Err(LessonError::OwnFunction { name }))
    }
}

impl LayerContent {
    fn new<T>(layer: &Layer<T>) -> Self {
        let Layer { pre_activations, activations, biases, weights, .. } = *layer;
        Self { pre_activations, activations, biases, weights }
    }
}

/// The path of a function of the user's own.
fn own_function(equation: &crate::equations::Equation) -> Option<String> {
    let mut own = None;
    equation.expression().visit(&mut |part| {
        if let crate::equations::Expression::Call { function, .. } = part
            && function.is_own()
        {
            own = Some(function.name().to_owned());
        }
    });
    own
}
