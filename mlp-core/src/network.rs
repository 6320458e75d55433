//! Every declared network is a type that implements [`Network`]. Its [`Architecture`] describes it.

mod architecture;
mod array;
pub(crate) mod backward;
mod functions;
mod layer;
mod name;
#[cfg(feature = "std")]
mod wiring;

use crate::Scalar;
use crate::batch::{BatchLengthError, EmptyBatchError};
use crate::exchange::bytes::{BytesError, Identity, byte_count};
use crate::precompiled::Precompiled as _;
use crate::random::{self, Initializer, Rng};

pub use architecture::Architecture;
pub(crate) use architecture::{ErasedArchitecture, name_of_not_finite, parameter_names};
pub use array::Array;
#[cfg(feature = "alloc")]
pub(crate) use array::sealed;
#[cfg(feature = "alloc")]
pub(crate) use functions::ErasedLoss;
pub use functions::{Activation, Loss};
pub use layer::{Layer, Neuron, Parameter, Role};
pub use name::{Name, Names};
#[cfg(feature = "plot")]
pub(crate) use wiring::WiredLayer;
#[cfg(feature = "std")]
pub(crate) use wiring::Wiring;

/// A multilayer perceptron, as [`mlp!`](crate::mlp) declares it.
///
/// Code that works with any network is generic over this trait, as the [`Trainer`](crate::Trainer) is. Code that works
/// with one network need not import it: the generated struct has its own `forward`, `predict`, `loss`, `loss_of`,
/// `backprop` and `update`. Its own `parameters()` and `from_parameters([…])` return and take arrays.
///
/// ```
/// use mlp_core::{Array, Network, mlp};
///
/// mlp!(pub struct Small: 2 => 1);
///
/// fn squared_length<N: Network<Scalar = f64>>(network: &N) -> f64 {
///     let mut parameters = N::Parameters::zeros();
///     network.copy_parameters_into(&mut parameters);
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
    /// All parameters in canonical order: layer by layer, first the weights source by source, then the biases.
    /// `[Scalar; P]`, on the heap if the network is rolled.
    type Parameters: Array<Self::Scalar>;
    /// Every value of one forward pass.
    type Forward;
    /// The derivative of the loss with respect to every parameter.
    type Gradients;

    /// The description of the network: the names of its values and the functions it applies.
    const ARCHITECTURE: Architecture<Self::Scalar, Self::Output>;

    /// The length of the [bytes](crate::exchange#bytes) that hold the network.
    const BYTES: usize = byte_count(&Self::ARCHITECTURE);

    /// Tells the declaration apart from others, for [bytes](crate::exchange#bytes).
    #[doc(hidden)]
    const IDENTITY: Identity<Self::Scalar> = Identity::new(&Self::ARCHITECTURE);

    /// Computes the prediction and keeps every value on the way.
    #[must_use]
    fn forward(&self, x: Self::Input) -> Self::Forward;

    /// Computes only the prediction.
    #[must_use]
    fn predict(&self, x: Self::Input) -> Self::Output;

    /// The prediction in a forward pass.
    #[must_use]
    fn prediction(pass: &Self::Forward) -> Self::Output;

    /// The loss of one example, from a prediction. The prediction is rounded, so the loss is only as good as that
    /// allows: where a prediction of sigmoid or softmax rounds to 0 or 1, the entropies are cut off. Training uses
    /// [`loss_of`](Self::loss_of).
    #[must_use]
    fn loss(y_pred: Self::Output, y_true: Self::Output) -> Self::Scalar;

    /// The loss of one example, from its forward pass.
    ///
    /// After sigmoid, `binary_cross_entropy` is computed from the pre-activations, and so is `cross_entropy` after
    /// softmax. It is right however large they are, as the gradients are. Every other loss is [`loss`](Self::loss) of
    /// the prediction.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => sigmoid(1), loss = binary_cross_entropy);
    /// let net = Net { w11: 40.0, b1: 0.0 };
    /// let pass = net.forward([1.0]);
    /// assert_eq!(Net::loss_of(&pass, [0.0]), 40.0);
    /// assert_eq!(pass.y_pred, 1.0);
    /// assert!(Net::loss([pass.y_pred], [0.0]) < 37.0);
    /// ```
    #[must_use]
    fn loss_of(pass: &Self::Forward, y_true: Self::Output) -> Self::Scalar;

    /// Differentiates the loss of one example with respect to every parameter.
    #[must_use]
    fn backprop(&self, x: Self::Input, y_true: Self::Output, pass: &Self::Forward) -> Self::Gradients;

    /// Differentiates with respect to every parameter as [`backprop`](Self::backprop) does, from derivatives with respect
    /// to the predictions instead of targets: whatever comes after the network, its loss or something else.
    ///
    /// No step is left out here. Where `backprop` computes y_pred − y_true, because the derivatives of the loss and of
    /// the output activation cancel, the two results differ in rounding. Otherwise they are the same to the bit. Where a
    /// prediction is saturated, an infinite derivative with respect to it gives NaN, while `backprop` is right.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => tanh(2) => 2);
    /// let net = Net::random(&mut mlp_core::rng(1));
    /// let pass = net.forward([0.5]);
    /// // A row of the Jacobian: the derivatives of the first prediction.
    /// let row = net.backprop_from([0.5], [1.0, 0.0], &pass);
    /// assert_eq!(row.dL_db3, pass.y_pred1 * (1.0 - pass.y_pred1));
    /// ```
    #[must_use]
    fn backprop_from(&self, x: Self::Input, dl_dy_pred: Self::Output, pass: &Self::Forward) -> Self::Gradients;

    /// Differentiates with respect to every input, from derivatives with respect to the predictions. `x` are the inputs
    /// of the pass. This method returns an array; the generated one of the same name returns a struct with a field for
    /// each input, as below.
    ///
    /// Networks are chained with it: the inputs of one are the predictions of the other.
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Actor: 1 => 1);
    /// mlp!(pub struct Critic: 2 => identity(1));
    /// let (actor, critic) = (Actor { w11: 0.5, b1: 0.0 }, Critic { w11: 3.0, w21: 2.0, b1: 0.0 });
    /// let decision = actor.forward([0.25]);
    /// let seen = [0.25, decision.y_pred];
    /// let by_input = critic.input_gradients(seen, [1.0], &critic.forward(seen));
    /// let gradients = actor.backprop_from([0.25], [by_input.dL_dx2], &decision);
    /// assert_eq!(gradients.dL_db1, 2.0 * (decision.y_pred * (1.0 - decision.y_pred)));
    /// ```
    #[must_use]
    fn input_gradients(&self, x: Self::Input, dl_dy_pred: Self::Output, pass: &Self::Forward) -> Self::Input;

    /// Moves every parameter against its gradient.
    fn update(&mut self, gradients: &Self::Gradients, learning_rate: Self::Scalar);

    /// Calls `change` with the parameters in canonical order, in one or more consecutive pieces. Each call also gets the
    /// offset of its piece, the number of parameters before it. Changes are written back to the network.
    ///
    /// ```
    /// use mlp_core::{Network, mlp};
    ///
    /// mlp!(pub struct Small: 1 => identity(1));
    ///
    /// let mut small = Small { w11: 0.5, b1: -2.5 };
    /// small.modify_parameters(|_, parameters| {
    ///     for parameter in parameters {
    ///         *parameter = parameter.clamp(-1.0, 1.0);
    ///     }
    /// });
    /// assert_eq!(small, Small { w11: 0.5, b1: -1.0 });
    /// ```
    #[inline]
    fn modify_parameters(&mut self, mut change: impl FnMut(usize, &mut [Self::Scalar])) {
        let mut parameters = Self::Parameters::zeros();
        self.copy_parameters_into(&mut parameters);
        change(0, parameters.as_mut());
        *self = Self::from_parameters(&parameters);
    }

    /// Differentiates the loss of one example, as [`backprop`](Self::backprop) does, into an array in canonical order.
    #[inline]
    fn backprop_into(
        &self,
        x: Self::Input,
        y_true: Self::Output,
        pass: &Self::Forward,
        gradients: &mut Self::Parameters,
    ) {
        Self::copy_gradients_into(&self.backprop(x, y_true, pass), gradients);
    }

    /// One step of plain gradient descent on one example: [`forward`](Self::forward), [`backprop`](Self::backprop),
    /// [`update`](Self::update). Returns the forward pass from before the update.
    #[allow(clippy::inline_always, reason = "a called step takes a tenth longer than one inlined into the loop")]
    #[inline(always)]
    fn sgd_step(&mut self, x: Self::Input, y_true: Self::Output, learning_rate: Self::Scalar) -> Self::Forward {
        let pass = self.forward(x);
        let gradients = self.backprop(x, y_true, &pass);
        self.update(&gradients, learning_rate);
        pass
    }

    /// The network with these parameters, in canonical order.
    #[must_use]
    fn from_parameters(parameters: &Self::Parameters) -> Self;

    /// Copies the parameters out, in canonical order.
    fn copy_parameters_into(&self, parameters: &mut Self::Parameters);

    /// Copies gradients out, in the canonical order of their parameters.
    fn copy_gradients_into(gradients: &Self::Gradients, array: &mut Self::Parameters);

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

    /// Writes the network to [bytes](crate::exchange#bytes), of which there must be [`BYTES`](Self::BYTES).
    ///
    /// # Errors
    ///
    /// If there are more or fewer bytes; if a parameter is infinite or NaN. The bytes are then as they were.
    fn write_le_bytes(&self, bytes: &mut [u8]) -> Result<(), BytesError> {
        let mut parameters = Self::Parameters::zeros();
        self.copy_parameters_into(&mut parameters);
        Self::Scalar::write_bytes(&Self::IDENTITY, parameters.as_ref(), bytes)
    }

    /// The network in [bytes](crate::exchange#bytes) that [`write_le_bytes`](Self::write_le_bytes) wrote. The generated
    /// function of the same name is `const`, unless the network is rolled.
    ///
    /// # Errors
    ///
    /// If the bytes are not those of such a network, or were changed.
    fn from_le_bytes(bytes: &[u8]) -> Result<Self, BytesError> {
        let mut parameters = Self::Parameters::zeros();
        Self::Scalar::read_bytes(&Self::IDENTITY, bytes, parameters.as_mut())?;
        Ok(Self::from_parameters(&parameters))
    }

    /// Draws the parameters as [`random_with`](Self::random_with) does, in this network: without another one on the stack.
    ///
    /// ```
    /// use mlp_core::{Network, StandardNormal, mlp};
    ///
    /// mlp!(pub struct Net: 2 => tanh(3) => 1);
    /// let mut net = Net::from_parameters([0.0; 13]);
    /// net.draw_parameters(&StandardNormal, &mut mlp_core::rng(1));
    /// assert_eq!(net, Net::random_with(&StandardNormal, &mut mlp_core::rng(1)));
    /// ```
    fn draw_parameters<I, R>(&mut self, initializer: &I, rng: &mut R)
    where
        I: Initializer + ?Sized,
        R: Rng + ?Sized,
    {
        let layers = Self::ARCHITECTURE.layers;
        self.modify_parameters(|offset, piece| random::draw_piece(layers, initializer, rng, offset, piece));
    }

    /// Predicts for each of the inputs. The results differ from [`predict`](Self::predict)'s by rounding only.
    ///
    /// From 8 inputs on this is faster than `predict`, up to five times, and the last bits depend on the processor (see
    /// [`batch`](crate::batch)).
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
    /// If `inputs` and `outputs` differ in length.
    fn predict_batch(&self, inputs: &[Self::Input], outputs: &mut [Self::Output]) -> Result<(), BatchLengthError> {
        crate::batch::predict(self, inputs, outputs)
    }

    /// The mean of the gradients that [`backprop`](Self::backprop) gives for each of the examples, in canonical order: the
    /// gradients by which a [`Trainer`](crate::Trainer) updates after a batch.
    ///
    /// From 8 examples on kernels compute it, and the last bits depend on the processor (see [`batch`](crate::batch)).
    ///
    /// ```
    /// use mlp_core::mlp;
    ///
    /// mlp!(pub struct Net: 1 => identity(1));
    /// let mut net = Net { w11: 0.0, b1: 0.0 };
    /// let gradients = net.batch_gradients(&[([1.0], [2.0]), ([3.0], [4.0])])?;
    /// assert_eq!(gradients, [-7.0, -3.0]);
    /// net.update(&NetGradients::from_array(&gradients), 0.5);
    /// assert_eq!(net, Net { w11: 3.5, b1: 1.5 });
    /// # Ok::<(), mlp_core::batch::EmptyBatchError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are no examples.
    fn batch_gradients(&self, examples: &[(Self::Input, Self::Output)]) -> Result<Self::Parameters, EmptyBatchError> {
        crate::batch::gradients(self, examples)
    }

    /// The mean of what [`backprop_from`](Self::backprop_from) gives for each pair of inputs and derivatives with respect
    /// to the predictions, in canonical order. From 8 pairs on kernels compute it.
    ///
    /// ```
    /// use mlp_core::{Network as _, mlp};
    ///
    /// mlp!(pub struct Net: 1 => identity(1));
    /// assert_eq!(Net { w11: 0.5, b1: 0.0 }.batch_backprop_from(&[([1.0], [2.0]), ([3.0], [4.0])])?, [7.0, 3.0]);
    /// # Ok::<(), mlp_core::batch::EmptyBatchError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there are no pairs.
    fn batch_backprop_from(&self, pairs: &[(Self::Input, Self::Output)]) -> Result<Self::Parameters, EmptyBatchError> {
        crate::batch::backprop_from(self, pairs)
    }

    /// Writes what [`input_gradients`](Self::input_gradients) gives for each pair of inputs and derivatives with respect
    /// to the predictions. From 8 pairs on kernels compute it.
    ///
    /// ```
    /// use mlp_core::{Network as _, mlp};
    ///
    /// mlp!(pub struct Net: 1 => identity(1));
    /// let net = Net { w11: 0.5, b1: 0.0 };
    /// let mut dl_dx = [[0.0]; 2];
    /// net.batch_input_gradients(&[([1.0], [2.0]), ([3.0], [4.0])], &mut dl_dx)?;
    /// assert_eq!(dl_dx, [[1.0], [2.0]]);
    /// # Ok::<(), mlp_core::batch::BatchLengthError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If `pairs` and `dl_dx` differ in length.
    fn batch_input_gradients(
        &self,
        pairs: &[(Self::Input, Self::Output)],
        dl_dx: &mut [Self::Input],
    ) -> Result<(), BatchLengthError> {
        crate::batch::input_gradients(self, pairs, dl_dx)
    }

    /// One training step on one example, with all its numbers, as data.
    #[cfg(feature = "std")]
    #[must_use]
    fn trace(&self, x: Self::Input, y_true: Self::Output, learning_rate: Self::Scalar) -> crate::Trace<Self::Scalar> {
        crate::Trace::new(self, x, y_true, learning_rate)
    }

    /// The network on its way to become plain source code in another language, or in Rust without this crate.
    #[cfg(feature = "std")]
    fn source(&self) -> crate::Source {
        crate::Source::new(self)
    }
}
