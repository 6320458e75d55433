//! The expansion of `mlp!(pub struct Net: 1 => 1 => 1, weights = [w1; w2]);`: the lecture's smallest network.
//!
//! Written by hand. A test compares it with the macro's output token by token, documentation included; only the
//! comments that begin with `//` are for readers of this page. Start at `forward`, go on to `backprop`, then `update`.
//! The rest is names, and the connection to the library.

// The parameters. `weights = [w1; w2]` gives the weights their names in lecture 1-1-1; otherwise they are w11 and w21.
/// 1 => sigmoid(1) => sigmoid(1): 4 parameters, loss `half_squared_error`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Net {
    /// Weight from `x` to `z1`.
    pub w1: f64,
    /// Bias in `z1`.
    pub b1: f64,
    /// Weight from `a1` to `z2`.
    pub w2: f64,
    /// Bias in `z2`.
    pub b2: f64,
}

// `forward` returns these values and `backprop` uses them, so nothing is computed twice.
/// Every value of one forward pass through [`Net`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetForward {
    /// Pre-activation of neuron 1: `z1 = w1·x + b1`.
    pub z1: f64,
    /// Activation of neuron 1: `a1 = sigmoid(z1)`.
    pub a1: f64,
    /// Pre-activation of neuron 2: `z2 = w2·a1 + b2`.
    pub z2: f64,
    /// Prediction: `y_pred = sigmoid(z2)`.
    pub y_pred: f64,
}

/// Derivative of the loss with respect to every parameter of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetGradients {
    /// Derivative of the loss with respect to [`Net::w1`]: `dL_dw1 = dL_dz1·x`.
    pub dL_dw1: f64,
    /// Derivative of the loss with respect to [`Net::b1`]: `dL_db1 = dL_dz1 = dL_dz2·w2·da1_dz1`.
    pub dL_db1: f64,
    /// Derivative of the loss with respect to [`Net::w2`]: `dL_dw2 = dL_dz2·a1`.
    pub dL_dw2: f64,
    /// Derivative of the loss with respect to [`Net::b2`]: `dL_db2 = dL_dz2 = dL_dy_pred·dy_pred_dz2`.
    pub dL_db2: f64,
}

/// Derivative of the loss with respect to every input of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetInputGradients {
    /// Derivative of the loss with respect to `x`: `dL_dx = dL_dz1·w1`.
    pub dL_dx: f64,
}

#[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
#[allow(clippy::inline_always, clippy::suboptimal_flops)]
impl Net {
    /// Computes the prediction and keeps every value on the way.
    #[must_use]
    #[inline(always)]
    pub fn forward(&self, [x]: [f64; 1]) -> NetForward {
        use ::mlp_core::activation::sigmoid;
        let Net { w1, b1, w2, b2 } = *self;
        /// Hidden layer: 1 => sigmoid(1).
        let z1 = w1 * x + b1;
        let a1 = sigmoid(z1);
        /// Output layer: 1 => sigmoid(1).
        let z2 = w2 * a1 + b2;
        let y_pred = sigmoid(z2);
        NetForward { z1, a1, z2, y_pred }
    }

    /// Computes the prediction alone.
    #[must_use]
    #[inline(always)]
    pub fn predict(&self, x: [f64; 1]) -> [f64; 1] {
        let NetForward { y_pred, .. } = self.forward(x);
        [y_pred]
    }

    // This is the loss of one example. The trainer takes the mean over several.
    /// Half the squared error, summed over the outputs.
    #[must_use]
    #[inline(always)]
    pub fn loss([y_pred]: [f64; 1], [y_true]: [f64; 1]) -> f64 {
        let error = y_pred - y_true;
        0.5 * error * error
    }

    /// The loss of one example, from its forward pass.
    #[must_use]
    #[inline(always)]
    pub fn loss_of(pass: &NetForward, y_true: [f64; 1]) -> f64 {
        Net::loss([pass.y_pred], y_true)
    }

    // Read it from the top. Each `let` is one equation of the lecture, named after the derivative that it computes:
    // dL_dw2 is ∂L/∂w2. Nothing is simplified here: that is the compiler's work.
    /// Differentiates the loss of one example with respect to every parameter.
    #[must_use]
    #[inline(always)]
    pub fn backprop(&self, [x]: [f64; 1], [y_true]: [f64; 1], pass: &NetForward) -> NetGradients {
        use ::mlp_core::activation::sigmoid_derivative;
        let Net { w2, .. } = *self;
        let NetForward { z1, a1, z2, y_pred } = *pass;
        /// Step 1: derivatives of the loss with respect to the predictions.
        let dL_dy_pred = y_pred - y_true;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = sigmoid_derivative(z2, y_pred);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = dL_dy_pred * dy_pred_dz2;
        /// Step 4: gradients of the output layer.
        let dz2_dw2 = a1;
        let dL_dw2 = dL_dz2 * dz2_dw2;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db2 = dL_dz2;
        /// Step 5: derivatives of the next pre-activations with respect to the hidden activations.
        let dz2_da1 = w2;
        /// Step 6: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = sigmoid_derivative(z1, a1);
        /// Step 7: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_dz1 = dL_dz2 * dz2_da1 * da1_dz1;
        /// Step 8: gradients of the hidden layer.
        let dz1_dw1 = x;
        let dL_dw1 = dL_dz1 * dz1_dw1;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = dL_dz1;
        NetGradients { dL_dw1, dL_db1, dL_dw2, dL_db2 }
    }

    // All gradients come from the old parameters; only then does every parameter move.
    /// Moves every parameter against its gradient.
    #[inline(always)]
    pub fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        self.w1 -= learning_rate * all_gradients.dL_dw1;
        self.b1 -= learning_rate * all_gradients.dL_db1;
        self.w2 -= learning_rate * all_gradients.dL_dw2;
        self.b2 -= learning_rate * all_gradients.dL_db2;
    }

    /// As `backprop`, from derivatives with respect to the predictions instead of targets.
    #[must_use]
    #[inline(always)]
    pub fn backprop_from(&self, [x]: [f64; 1], [dL_dy_pred]: [f64; 1], pass: &NetForward) -> NetGradients {
        use ::mlp_core::activation::sigmoid_derivative;
        let Net { w2, .. } = *self;
        let NetForward { z1, a1, z2, y_pred } = *pass;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = sigmoid_derivative(z2, y_pred);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = dL_dy_pred * dy_pred_dz2;
        /// Step 4: gradients of the output layer.
        let dz2_dw2 = a1;
        let dL_dw2 = dL_dz2 * dz2_dw2;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db2 = dL_dz2;
        /// Step 5: derivatives of the next pre-activations with respect to the hidden activations.
        let dz2_da1 = w2;
        /// Step 6: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = sigmoid_derivative(z1, a1);
        /// Step 7: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_dz1 = dL_dz2 * dz2_da1 * da1_dz1;
        /// Step 8: gradients of the hidden layer.
        let dz1_dw1 = x;
        let dL_dw1 = dL_dz1 * dz1_dw1;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = dL_dz1;
        NetGradients { dL_dw1, dL_db1, dL_dw2, dL_db2 }
    }

    /// Differentiates with respect to every input, from derivatives with respect to the predictions.
    #[must_use]
    #[inline(always)]
    pub fn input_gradients(&self, x: [f64; 1], dL_dy_pred: [f64; 1], pass: &NetForward) -> NetInputGradients {
        let Net { w1, .. } = *self;
        /// Steps 2 to 8. The derivative with respect to a bias is that with respect to its pre-activation.
        let NetGradients { dL_db1: dL_dz1, .. } = self.backprop_from(x, dL_dy_pred, pass);
        /// Step 9: derivatives of the loss with respect to the inputs, by the chain rule.
        let dz1_dx = w1;
        let dL_dx = dL_dz1 * dz1_dx;
        NetInputGradients { dL_dx }
    }
}

// From here on: conversions, random starts, files, and the connection to the library.
#[allow(dead_code)]
impl Net {
    /// The parameters in canonical order, layer by layer: weights source by source, then biases.
    #[must_use]
    pub const fn parameters(&self) -> [f64; 4] {
        let mut all_parameters = [0.0; 4];
        let [w1, b1, w2, b2] = &mut all_parameters;
        *w1 = self.w1;
        *b1 = self.b1;
        *w2 = self.w2;
        *b2 = self.b2;
        all_parameters
    }

    /// The network with these parameters, in canonical order.
    #[must_use]
    pub const fn from_parameters(all_parameters: [f64; 4]) -> Net {
        let mut new_network = Net { w1: 0.0, b1: 0.0, w2: 0.0, b2: 0.0 };
        let [w1, b1, w2, b2] = &all_parameters;
        new_network.w1 = *w1;
        new_network.b1 = *b1;
        new_network.w2 = *w2;
        new_network.b2 = *b2;
        new_network
    }

    /// The length of the bytes that hold the network.
    pub const BYTES: usize = <Net as ::mlp_core::Network>::BYTES;

    /// Writes the network to `BYTES` bytes, without an allocator.
    #[inline]
    pub fn write_le_bytes(&self, network_bytes: &mut [::core::primitive::u8]) -> ::core::result::Result<(), ::mlp_core::exchange::BytesError> {
        ::mlp_core::Network::write_le_bytes(self, network_bytes)
    }

    /// The network in bytes that `write_le_bytes` wrote.
    #[inline]
    pub const fn from_le_bytes(network_bytes: &[::core::primitive::u8]) -> ::core::result::Result<Net, ::mlp_core::exchange::BytesError> {
        match ::mlp_core::__private::exchange::Identity::<f64>::parameters::<Net, 4>(network_bytes) {
            ::core::result::Result::Ok(all_parameters) => {
                ::core::result::Result::Ok(Net::from_parameters(all_parameters))
            }
            ::core::result::Result::Err(bytes_error) => ::core::result::Result::Err(bytes_error),
        }
    }

    /// A network with weights drawn from `rng`, by Glorot or He to suit the activation, and biases 0.
    #[must_use]
    pub fn random(rng: &mut (impl ::mlp_core::random::Rng + ?::core::marker::Sized)) -> Net {
        ::mlp_core::Network::random(rng)
    }

    /// A network with parameters drawn from `rng` by `initializer`, one by one in canonical order.
    #[must_use]
    pub fn random_with(
        initializer: &(impl ::mlp_core::random::Initializer + ?::core::marker::Sized),
        rng: &mut (impl ::mlp_core::random::Rng + ?::core::marker::Sized),
    ) -> Net {
        ::mlp_core::Network::random_with(initializer, rng)
    }

    // Without the feature `std` of mlp-core this disappears.
    /// Predicts for all inputs: equal to `predict` up to rounding, and faster from 8 inputs on.
    pub fn predict_batch(
        &self,
        all_inputs: &[[f64; 1]],
        all_outputs: &mut [[f64; 1]],
    ) -> ::core::result::Result<(), ::mlp_core::batch::BatchLengthError> {
        ::mlp_core::Network::predict_batch(self, all_inputs, all_outputs)
    }

    /// The mean of the gradients that `backprop` gives for each example, in canonical order.
    #[inline]
    pub fn batch_gradients(
        &self,
        all_examples: &[([f64; 1], [f64; 1])],
    ) -> ::core::result::Result<[f64; 4], ::mlp_core::batch::EmptyBatchError> {
        ::mlp_core::Network::batch_gradients(self, all_examples)
    }

    ::mlp_core::if_std! {
        /// One training step with all its numbers, as data: print it, or ask it for a value by name.
        #[must_use]
        pub fn trace(&self, x: [f64; 1], y_true: [f64; 1], learning_rate: f64) -> ::mlp_core::trace::Trace<f64> {
            ::mlp_core::Network::trace(self, x, y_true, learning_rate)
        }

        /// The network as source code: choose a language, as in `source().c("classify")`.
        pub fn source(&self) -> ::mlp_core::source::Source {
            ::mlp_core::Network::source(self)
        }
    }

    ::mlp_core::if_serde! {
        /// Writes the network to a JSON file. An old file stays until the new one is complete.
        pub fn save(
            &self,
            json_path: impl ::core::convert::AsRef<::std::path::Path>,
        ) -> ::core::result::Result<(), ::mlp_core::persist::SaveError> {
            ::mlp_core::persist::save(self, json_path)
        }

        /// Reads a network from a file that `save` wrote.
        pub fn load(
            json_path: impl ::core::convert::AsRef<::std::path::Path>,
        ) -> ::core::result::Result<Net, ::mlp_core::persist::LoadError> {
            ::mlp_core::persist::load(json_path)
        }
    }
}

#[allow(dead_code)]
impl NetGradients {
    /// The gradients in the canonical order of their parameters.
    #[must_use]
    #[inline]
    pub fn to_array(&self) -> [f64; 4] {
        let mut gradient_array = ::mlp_core::Array::zeros();
        <Net as ::mlp_core::Network>::copy_gradients_into(self, &mut gradient_array);
        gradient_array
    }

    /// The gradients in this array, in the canonical order of their parameters.
    #[must_use]
    #[inline]
    pub fn from_array(gradient_array: &[f64; 4]) -> NetGradients {
        <Net as ::mlp_core::Network>::gradients_from(gradient_array)
    }
}

#[allow(dead_code)]
impl NetInputGradients {
    /// The gradients in the order of the inputs.
    #[must_use]
    #[inline]
    pub const fn to_array(&self) -> [f64; 1] {
        [self.dL_dx]
    }
}

// The trainer, the history and the trace use the network through this impl. It only delegates.
#[allow(non_snake_case, unused_qualifications, clippy::inline_always)]
impl ::mlp_core::Network for Net {
    type Scalar = f64;
    type Input = [f64; 1];
    type Output = [f64; 1];
    type Parameters = [f64; 4];
    type Forward = NetForward;
    type Gradients = NetGradients;
    const ARCHITECTURE: ::mlp_core::network::Architecture<f64, [f64; 1]> =
        ::mlp_core::network::Architecture::new(
            "Net",
            ::mlp_core::network::Names::Listed(&["x"]),
            &[
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::sigmoid>(),
                    ::mlp_core::network::Names::Listed(&["w1"]),
                    ::mlp_core::network::Names::Listed(&["b1"]),
                    ::mlp_core::network::Names::Listed(&["z1"]),
                    ::mlp_core::network::Names::Listed(&["a1"]),
                ),
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::sigmoid>(),
                    ::mlp_core::network::Names::Listed(&["w2"]),
                    ::mlp_core::network::Names::Listed(&["b2"]),
                    ::mlp_core::network::Names::Listed(&["z2"]),
                    ::mlp_core::network::Names::Listed(&["y_pred"]),
                ),
            ],
            ::mlp_core::network::Names::Listed(&["y_true"]),
            ::mlp_core::network::Loss::built_in::<::mlp_core::__private::loss::half_squared_error>(),
        );

    #[inline(always)]
    fn forward(&self, x: [f64; 1]) -> NetForward {
        self.forward(x)
    }

    #[inline(always)]
    fn predict(&self, x: [f64; 1]) -> [f64; 1] {
        self.predict(x)
    }

    #[inline(always)]
    fn prediction(pass: &NetForward) -> [f64; 1] {
        let NetForward { y_pred, .. } = *pass;
        [y_pred]
    }

    #[inline(always)]
    fn loss(y_pred: [f64; 1], y_true: [f64; 1]) -> f64 {
        Net::loss(y_pred, y_true)
    }

    #[inline(always)]
    fn loss_of(pass: &NetForward, y_true: [f64; 1]) -> f64 {
        Net::loss_of(pass, y_true)
    }

    #[inline(always)]
    fn backprop(&self, x: [f64; 1], y_true: [f64; 1], pass: &NetForward) -> NetGradients {
        self.backprop(x, y_true, pass)
    }

    #[inline]
    fn backprop_from(&self, x: [f64; 1], from_outside: [f64; 1], pass: &NetForward) -> NetGradients {
        self.backprop_from(x, from_outside, pass)
    }

    #[inline]
    fn input_gradients(&self, x: [f64; 1], from_outside: [f64; 1], pass: &NetForward) -> [f64; 1] {
        self.input_gradients(x, from_outside, pass).to_array()
    }

    #[inline(always)]
    fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        self.update(all_gradients, learning_rate);
    }

    fn from_parameters(all_parameters: &[f64; 4]) -> Net {
        Net::from_parameters(*all_parameters)
    }

    fn copy_parameters_into(&self, all_parameters: &mut [f64; 4]) {
        *all_parameters = self.parameters();
    }

    fn copy_gradients_into(all_gradients: &NetGradients, gradient_array: &mut [f64; 4]) {
        let [dL_dw1, dL_db1, dL_dw2, dL_db2] = gradient_array;
        *dL_dw1 = all_gradients.dL_dw1;
        *dL_db1 = all_gradients.dL_db1;
        *dL_dw2 = all_gradients.dL_dw2;
        *dL_db2 = all_gradients.dL_db2;
    }

    fn gradients_from(gradient_array: &[f64; 4]) -> NetGradients {
        let mut all_gradients = NetGradients { dL_dw1: 0.0, dL_db1: 0.0, dL_dw2: 0.0, dL_db2: 0.0 };
        let [dL_dw1, dL_db1, dL_dw2, dL_db2] = gradient_array;
        all_gradients.dL_dw1 = *dL_dw1;
        all_gradients.dL_db1 = *dL_db1;
        all_gradients.dL_dw2 = *dL_dw2;
        all_gradients.dL_db2 = *dL_db2;
        all_gradients
    }
}

// Expands to nothing unless mlp-core has its feature `serde`.
::mlp_core::serde_by_name!(Net { w1, b1, w2, b2 });
::mlp_core::serde_by_name!(NetForward { z1, a1, z2, y_pred });
::mlp_core::serde_by_name!(NetGradients { dL_dw1, dL_db1, dL_dw2, dL_db2 });
::mlp_core::serde_by_name!(NetInputGradients { dL_dx });
