//! What every declared network is: a type that implements [`Network`], described by its [`Architecture`].

mod name;

use core::fmt::{self, Debug, Display, Formatter};

use crate::Scalar;
use crate::batch::BatchLengthError;
use crate::precompiled::Precompiled as _;
use crate::random::{self, Initializer, Rng};

pub use name::{Name, Names};

/// An array of scalars whose length a type fixes. Sealed: `[T; N]`, and with the feature `alloc` [`BoxedArray<T, N>`],
/// with `f64` or `f32` for `T`.
///
/// [`BoxedArray<T, N>`]: crate::rolled::BoxedArray
pub trait Array<T>: Clone + Debug + PartialEq + Send + Sync + AsRef<[T]> + AsMut<[T]> + sealed::Sealed {
    /// All zeros.
    #[must_use]
    fn zeros() -> Self;
}

impl<T: Scalar, const N: usize> Array<T> for [T; N] {
    #[inline]
    fn zeros() -> Self {
        [T::ZERO; N]
    }
}

pub(crate) mod sealed {
    pub trait Sealed {}
    impl<T: crate::Scalar, const N: usize> Sealed for [T; N] {}
}

/// A multilayer perceptron, as [`mlp!`](crate::mlp) declares it.
///
/// Code that works with any network is generic over this trait, as the [`Trainer`](crate::Trainer) is. Who works with one
/// network need not import it: what the lecture does, `forward`, `predict`, `loss`, `backprop` and `update`, the generated
/// struct does itself, and `parameters()` and `from_parameters([…])` there take and give arrays.
///
/// ```
/// use mlp_core::{Array, Network, mlp};
///
/// mlp!(pub struct Small: 2 => 1);
///
/// fn squared_length<N: Network<Scalar = f64>>(network: &N) -> f64 {
///     let mut parameters = N::Parameters::zeros();
///     network.read_parameters(&mut parameters);
///     parameters.as_ref().iter().map(|p| p * p).sum()
/// }
/// assert_eq!(squared_length(&Small::from_parameters([1.0, 2.0, 2.0])), 9.0);
/// ```
pub trait Network: Clone {
    /// `f64` or `f32`.
    type Scalar: Scalar;
    /// One example's inputs, `[Scalar; I]`.
    type Input: Array<Self::Scalar> + Copy;
    /// One example's predictions or targets, `[Scalar; O]`.
    type Output: Array<Self::Scalar> + Copy;
    /// All parameters in canonical order: layer by layer the weights source by source, then the biases. `[Scalar; P]`,
    /// on the heap if the network is rolled.
    type Parameters: Array<Self::Scalar>;
    /// Every value of one forward pass.
    type Forward;
    /// The derivative of the loss with respect to every parameter.
    type Gradients;

    /// What the network is made of, by name.
    const ARCHITECTURE: Architecture<Self::Scalar, Self::Output>;

    /// Computes the prediction and keeps every value on the way.
    #[must_use]
    fn forward(&self, x: Self::Input) -> Self::Forward;

    /// Computes the prediction alone.
    #[must_use]
    fn predict(&self, x: Self::Input) -> Self::Output;

    /// The prediction in a forward pass.
    #[must_use]
    fn prediction(pass: &Self::Forward) -> Self::Output;

    /// The loss of one example.
    #[must_use]
    fn loss(y_pred: Self::Output, y_true: Self::Output) -> Self::Scalar;

    /// Differentiates the loss of one example with respect to every parameter.
    #[must_use]
    fn backprop(&self, x: Self::Input, y_true: Self::Output, pass: &Self::Forward) -> Self::Gradients;

    /// Moves every parameter against its gradient.
    fn update(&mut self, gradients: &Self::Gradients, learning_rate: Self::Scalar);

    /// Gives `rule` the parameters and their gradients, in canonical order: at once or in consecutive pieces, each with
    /// the number of parameters before it. What the rule makes of the parameters they are from then on.
    ///
    /// Optimizers move parameters with it. `rule` is called with equally long slices.
    ///
    /// ```
    /// use mlp_core::{Network, mlp};
    ///
    /// mlp!(pub struct Small: 1 => identity(1));
    ///
    /// let mut small = Small { w11: 0.5, b1: 0.25 };
    /// let gradients = small.backprop([2.0], [0.0], &small.forward([2.0]));
    /// small.adjust(&gradients, |_, parameters, gradients| {
    ///     for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
    ///         *parameter -= 0.5 * gradient.clamp(-1.0, 1.0);
    ///     }
    /// });
    /// assert_eq!(small, Small { w11: 0.0, b1: -0.25 });
    /// ```
    #[inline]
    fn adjust(
        &mut self,
        gradients: &Self::Gradients,
        mut rule: impl FnMut(usize, &mut [Self::Scalar], &[Self::Scalar]),
    ) {
        let (mut parameters, mut array) = (Self::Parameters::zeros(), Self::Parameters::zeros());
        self.read_parameters(&mut parameters);
        Self::read_gradients(gradients, &mut array);
        rule(0, parameters.as_mut(), array.as_ref());
        *self = Self::from_parameters(&parameters);
    }

    /// One step of plain gradient descent on one example: [`forward`](Self::forward), [`backprop`](Self::backprop),
    /// [`update`](Self::update). Returns the prediction from before the update.
    #[allow(clippy::inline_always, reason = "a step called takes a tenth longer than one in the loop")]
    #[inline(always)]
    fn descend(&mut self, x: Self::Input, y_true: Self::Output, learning_rate: Self::Scalar) -> Self::Output {
        let pass = self.forward(x);
        let gradients = self.backprop(x, y_true, &pass);
        self.update(&gradients, learning_rate);
        Self::prediction(&pass)
    }

    /// The network with these parameters, in canonical order.
    #[must_use]
    fn from_parameters(parameters: &Self::Parameters) -> Self;

    /// Copies the parameters out, in canonical order.
    fn read_parameters(&self, parameters: &mut Self::Parameters);

    /// Copies gradients out, in the canonical order of their parameters.
    fn read_gradients(gradients: &Self::Gradients, array: &mut Self::Parameters);

    /// Gradients from an array, in the canonical order of their parameters.
    #[must_use]
    fn gradients_from(array: &Self::Parameters) -> Self::Gradients;

    /// A network whose weights are drawn from `rng` as suits each layer's activation, see
    /// [`ByActivation`](random::ByActivation); the biases are 0.
    #[must_use]
    fn random<R: Rng + ?Sized>(rng: &mut R) -> Self {
        let mut parameters = Self::Parameters::zeros();
        Self::Scalar::draw(Self::ARCHITECTURE.layers, &mut || rng.next_u64(), parameters.as_mut());
        Self::from_parameters(&parameters)
    }

    /// A network whose parameters are drawn from `rng` one after the other, in canonical order.
    #[must_use]
    fn random_with<I, R>(initializer: &I, rng: &mut R) -> Self
    where
        I: Initializer + ?Sized,
        R: Rng + ?Sized,
    {
        let mut parameters = Self::Parameters::zeros();
        random::draw(Self::ARCHITECTURE.layers, initializer, rng, parameters.as_mut());
        Self::from_parameters(&parameters)
    }

    /// Predicts for each of the inputs: as [`predict`](Self::predict) does, but for rounding, and several times as fast.
    /// From 8 inputs on the last bits depend on the processor (see [`batch`](crate::batch)), where those of `predict` do
    /// not.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let net = Net::random(&mut mlp_core::rng(1));
    /// let inputs = [[0.0, 0.5]; 100];
    /// let mut outputs = [[0.0]; 100];
    /// net.predict_batch(&inputs, &mut outputs)?;
    /// assert!((outputs[99][0] - net.predict(inputs[99])[0]).abs() < 1e-15);
    /// # Ok::<(), mlp_core::batch::BatchLengthError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are not as many places for predictions as there are inputs.
    fn predict_batch(&self, inputs: &[Self::Input], outputs: &mut [Self::Output]) -> Result<(), BatchLengthError> {
        crate::batch::predict(self, inputs, outputs)
    }

    /// One training step with all its numbers, as data.
    #[cfg(feature = "std")]
    #[must_use]
    fn trace(&self, x: Self::Input, y_true: Self::Output, learning_rate: Self::Scalar) -> crate::Trace<Self::Scalar> {
        crate::Trace::of(self, x, y_true, learning_rate)
    }
}

/// What a network is made of: the name of everything in it, and the functions it applies.
///
/// `T` is the scalar, `Y` the array of outputs. Traces, reports and figures read it.
///
/// ```
/// use mlp_core::{Network, mlp};
///
/// mlp!(pub struct Net: 2 => tanh(2) => 1);
/// let parameters: Vec<_> = Net::ARCHITECTURE.parameters().map(|parameter| parameter.name).collect();
/// assert_eq!(parameters, ["w11", "w12", "w21", "w22", "b1", "b2", "w31", "w41", "b3"]);
/// assert_eq!(Net::ARCHITECTURE.to_string(), "2 => tanh(2) => sigmoid(1)");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Architecture<T: 'static, Y> {
    /// The network's own name.
    pub name: &'static str,
    /// `x`, or `x1, x2, …`; `x[0], x[1], …` if the network is rolled.
    pub inputs: Names,
    /// From the first hidden layer to the output layer.
    pub layers: &'static [Layer<T>],
    /// `y_true`, or `y_true1, y_true2, …`; `y_true[0], …` if the network is rolled.
    pub targets: Names,
    /// What training makes small.
    pub loss: Loss<T, Y>,
}

/// Neurons that share their sources and their activation.
#[derive(Clone, Copy, Debug)]
pub struct Layer<T: 'static> {
    /// What makes activations of its pre-activations.
    pub activation: LayerActivation<T>,
    /// The weights' names, source by source: the weight from source `s` to neuron `t` is at `s * fan_out + t`.
    pub weights: Names,
    /// The biases' names, neuron by neuron, as all that follow.
    pub biases: Names,
    /// `z1, z2, …`
    pub pre_activations: Names,
    /// `a1, a2, …`; in the output layer the predictions, `y_pred1, y_pred2, …`.
    pub activations: Names,
}

/// The names around one neuron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neuron {
    /// `z1`
    pub pre_activation: Name,
    /// `a1`; in the output layer the prediction, `y_pred1`.
    pub activation: Name,
    /// `b1`
    pub bias: Name,
}

/// What makes activations of a layer's pre-activations. Its variants stand in the module under their own names.
#[derive(Clone, Copy, Debug)]
pub enum LayerActivation<T: 'static> {
    /// Of each pre-activation by itself: its name as declared, its value and its derivative.
    Activation {
        /// `sigmoid`, or the path of a user's own.
        name: &'static str,
        /// a = f(z)
        function: fn(T) -> T,
        /// f′ from z and a
        derivative: fn(T, T) -> T,
    },
    /// Of all of them together, in the output layer: [`softmax`](crate::activation::softmax).
    Softmax,
}

pub use LayerActivation::{Activation, Softmax};

/// A loss: its name as declared, its value and its derivative with respect to the predictions.
#[derive(Clone, Copy, Debug)]
pub struct Loss<T: 'static, Y> {
    /// `half_squared_error`, or the path of a user's own.
    pub name: &'static str,
    /// L from the predictions and the targets
    pub function: fn(Y, Y) -> T,
    /// ∂L/∂y_pred for each output
    pub derivative: fn(Y, Y) -> Y,
}

/// One weight or bias, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// `w11`, `b1`; `w1[0][10]`, `b1[3]` if the network is rolled.
    pub name: Name,
    /// What it is.
    pub role: Role,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It multiplies a source.
    Weight,
    /// It is added to the weighted sources.
    Bias,
}

/// An architecture without what depends on the number of outputs.
#[derive(Clone, Copy, Debug)]
pub struct Description<T: 'static> {
    pub(crate) inputs: Names,
    pub(crate) layers: &'static [Layer<T>],
    pub(crate) targets: Names,
    pub(crate) loss: &'static str,
}

impl<T, Y> Architecture<T, Y> {
    pub(crate) const fn description(&self) -> Description<T> {
        Description { inputs: self.inputs, layers: self.layers, targets: self.targets, loss: self.loss.name }
    }

    /// All parameters in canonical order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<T, Y> {
        self.layers.iter().flat_map(Layer::parameters)
    }

    /// The names of the predictions: `y_pred`, or `y_pred1, y_pred2, …`.
    pub fn predictions(&self) -> impl Iterator<Item = Name> + use<T, Y> {
        self.layers.last().into_iter().flat_map(|layer| layer.activations.iter())
    }
}

impl<T> LayerActivation<T> {
    /// Its name as declared: `sigmoid`, or the path of a user's own.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Activation { name, .. } => name,
            Softmax => "softmax",
        }
    }
}

impl<T> Layer<T> {
    /// How many sources each neuron of the layer has.
    #[must_use]
    pub fn fan_in(&self) -> usize {
        self.weights.len() / self.biases.len()
    }

    /// How many neurons the layer has.
    #[must_use]
    pub fn fan_out(&self) -> usize {
        self.biases.len()
    }

    /// How many parameters the layer has.
    #[must_use]
    pub fn parameter_count(&self) -> usize {
        self.weights.len() + self.biases.len()
    }

    /// The name of the weight from a source to a neuron, both counted from 0 within their layers; `None` if one of them
    /// is not there.
    #[must_use]
    pub fn weight(&self, source: usize, neuron: usize) -> Option<Name> {
        if neuron < self.fan_out() { self.weights.get(source * self.fan_out() + neuron) } else { None }
    }

    /// The neurons of the layer.
    pub fn neurons(&self) -> impl Iterator<Item = Neuron> + Clone + use<T> {
        let names = self.pre_activations.iter().zip(self.activations.iter()).zip(self.biases.iter());
        names.map(|((pre_activation, activation), bias)| Neuron { pre_activation, activation, bias })
    }

    /// The parameters of the layer in canonical order: the weights source by source, then the biases.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<T> {
        let weights = self.weights.iter().map(|name| Parameter { name, role: Role::Weight });
        let biases = self.biases.iter().map(|name| Parameter { name, role: Role::Bias });
        weights.chain(biases)
    }
}

impl<T, Y> Display for Architecture<T, Y> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.inputs.len())?;
        self.layers.iter().try_for_each(|layer| write!(f, " => {}({})", layer.activation.name(), layer.fan_out()))
    }
}

/// The names of these layers' parameters in canonical order.
pub(crate) fn parameter_names<T>(layers: &[Layer<T>]) -> impl Iterator<Item = Name> {
    layers.iter().flat_map(Layer::parameters).map(|parameter| parameter.name)
}

/// The name of the first value that is infinite or NaN.
pub(crate) fn name_of_not_finite<T: Scalar>(names: impl Iterator<Item = Name>, values: &[T]) -> Option<Name> {
    let position = values.iter().position(|value| !value.is_finite())?;
    // Not by `nth`, which steps over whole layers at once, in 1.5 kB of a firmware.
    names.zip(0..).find(|&(_, index)| index == position).map(|(name, _)| name)
}
