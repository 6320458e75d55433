//! The expansion of `mlp!(pub struct Net: 2 => 2 => 2 => 1);`: every further hidden layer repeats steps 5 to 8.
//!
//! Written by hand. A test compares it with the macro's output token by token, documentation included.

/// 2 => sigmoid(2) => sigmoid(2) => sigmoid(1): 15 parameters, loss `half_squared_error`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Net {
    /// Weight from `x1` to `z1`.
    pub w11: f64,
    /// Weight from `x1` to `z2`.
    pub w12: f64,
    /// Weight from `x2` to `z1`.
    pub w21: f64,
    /// Weight from `x2` to `z2`.
    pub w22: f64,
    /// Bias in `z1`.
    pub b1: f64,
    /// Bias in `z2`.
    pub b2: f64,
    /// Weight from `a1` to `z3`.
    pub w31: f64,
    /// Weight from `a1` to `z4`.
    pub w32: f64,
    /// Weight from `a2` to `z3`.
    pub w41: f64,
    /// Weight from `a2` to `z4`.
    pub w42: f64,
    /// Bias in `z3`.
    pub b3: f64,
    /// Bias in `z4`.
    pub b4: f64,
    /// Weight from `a3` to `z5`.
    pub w51: f64,
    /// Weight from `a4` to `z5`.
    pub w61: f64,
    /// Bias in `z5`.
    pub b5: f64,
}

/// Every value of one forward pass through [`Net`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetForward {
    /// Pre-activation of neuron 1: `z1 = w11·x1 + w21·x2 + b1`.
    pub z1: f64,
    /// Activation of neuron 1: `a1 = sigmoid(z1)`.
    pub a1: f64,
    /// Pre-activation of neuron 2: `z2 = w12·x1 + w22·x2 + b2`.
    pub z2: f64,
    /// Activation of neuron 2: `a2 = sigmoid(z2)`.
    pub a2: f64,
    /// Pre-activation of neuron 3: `z3 = w31·a1 + w41·a2 + b3`.
    pub z3: f64,
    /// Activation of neuron 3: `a3 = sigmoid(z3)`.
    pub a3: f64,
    /// Pre-activation of neuron 4: `z4 = w32·a1 + w42·a2 + b4`.
    pub z4: f64,
    /// Activation of neuron 4: `a4 = sigmoid(z4)`.
    pub a4: f64,
    /// Pre-activation of neuron 5: `z5 = w51·a3 + w61·a4 + b5`.
    pub z5: f64,
    /// Prediction: `y_pred = sigmoid(z5)`.
    pub y_pred: f64,
}

/// Derivative of the loss with respect to every parameter of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetGradients {
    /// Derivative of the loss with respect to [`Net::w11`]: `dL_dw11 = dL_dz1·x1`.
    pub dL_dw11: f64,
    /// Derivative of the loss with respect to [`Net::w12`]: `dL_dw12 = dL_dz2·x1`.
    pub dL_dw12: f64,
    /// Derivative of the loss with respect to [`Net::w21`]: `dL_dw21 = dL_dz1·x2`.
    pub dL_dw21: f64,
    /// Derivative of the loss with respect to [`Net::w22`]: `dL_dw22 = dL_dz2·x2`.
    pub dL_dw22: f64,
    /// Derivative of the loss with respect to [`Net::b1`]: `dL_db1 = dL_dz1 = dL_dz3·w31·da1_dz1 + dL_dz4·w32·da1_dz1`.
    pub dL_db1: f64,
    /// Derivative of the loss with respect to [`Net::b2`]: `dL_db2 = dL_dz2 = dL_dz3·w41·da2_dz2 + dL_dz4·w42·da2_dz2`.
    pub dL_db2: f64,
    /// Derivative of the loss with respect to [`Net::w31`]: `dL_dw31 = dL_dz3·a1`.
    pub dL_dw31: f64,
    /// Derivative of the loss with respect to [`Net::w32`]: `dL_dw32 = dL_dz4·a1`.
    pub dL_dw32: f64,
    /// Derivative of the loss with respect to [`Net::w41`]: `dL_dw41 = dL_dz3·a2`.
    pub dL_dw41: f64,
    /// Derivative of the loss with respect to [`Net::w42`]: `dL_dw42 = dL_dz4·a2`.
    pub dL_dw42: f64,
    /// Derivative of the loss with respect to [`Net::b3`]: `dL_db3 = dL_dz3 = dL_dz5·w51·da3_dz3`.
    pub dL_db3: f64,
    /// Derivative of the loss with respect to [`Net::b4`]: `dL_db4 = dL_dz4 = dL_dz5·w61·da4_dz4`.
    pub dL_db4: f64,
    /// Derivative of the loss with respect to [`Net::w51`]: `dL_dw51 = dL_dz5·a3`.
    pub dL_dw51: f64,
    /// Derivative of the loss with respect to [`Net::w61`]: `dL_dw61 = dL_dz5·a4`.
    pub dL_dw61: f64,
    /// Derivative of the loss with respect to [`Net::b5`]: `dL_db5 = dL_dz5 = dL_dy_pred·dy_pred_dz5`.
    pub dL_db5: f64,
}

/// Derivative of the loss with respect to every input of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetInputGradients {
    /// Derivative of the loss with respect to `x1`: `dL_dx1 = dL_dz1·w11 + dL_dz2·w12`.
    pub dL_dx1: f64,
    /// Derivative of the loss with respect to `x2`: `dL_dx2 = dL_dz1·w21 + dL_dz2·w22`.
    pub dL_dx2: f64,
}

#[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
#[allow(clippy::inline_always, clippy::suboptimal_flops)]
impl Net {
    /// Computes the prediction and keeps every value on the way.
    #[must_use]
    #[inline(always)]
    pub fn forward(&self, [x1, x2]: [f64; 2]) -> NetForward {
        use ::mlp_core::activation::sigmoid;
        let Net { w11, w12, w21, w22, b1, b2, w31, w32, w41, w42, b3, b4, w51, w61, b5 } = *self;
        /// Hidden layer 1: 2 => sigmoid(2).
        let z1 = w11 * x1 + w21 * x2 + b1;
        let a1 = sigmoid(z1);
        let z2 = w12 * x1 + w22 * x2 + b2;
        let a2 = sigmoid(z2);
        /// Hidden layer 2: 2 => sigmoid(2).
        let z3 = w31 * a1 + w41 * a2 + b3;
        let a3 = sigmoid(z3);
        let z4 = w32 * a1 + w42 * a2 + b4;
        let a4 = sigmoid(z4);
        /// Output layer: 2 => sigmoid(1).
        let z5 = w51 * a3 + w61 * a4 + b5;
        let y_pred = sigmoid(z5);
        NetForward { z1, a1, z2, a2, z3, a3, z4, a4, z5, y_pred }
    }

    /// Computes the prediction alone.
    #[must_use]
    #[inline(always)]
    pub fn predict(&self, x: [f64; 2]) -> [f64; 1] {
        let NetForward { y_pred, .. } = self.forward(x);
        [y_pred]
    }

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

    /// Differentiates the loss of one example with respect to every parameter.
    #[must_use]
    #[inline(always)]
    pub fn backprop(&self, [x1, x2]: [f64; 2], [y_true]: [f64; 1], pass: &NetForward) -> NetGradients {
        use ::mlp_core::activation::sigmoid_derivative;
        let Net { w31, w32, w41, w42, w51, w61, .. } = *self;
        let NetForward { z1, a1, z2, a2, z3, a3, z4, a4, z5, y_pred } = *pass;
        /// Step 1: derivatives of the loss with respect to the predictions.
        let dL_dy_pred = y_pred - y_true;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz5 = sigmoid_derivative(z5, y_pred);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz5 = dL_dy_pred * dy_pred_dz5;
        /// Step 4: gradients of the output layer.
        let dz5_dw51 = a3;
        let dz5_dw61 = a4;
        let dL_dw51 = dL_dz5 * dz5_dw51;
        let dL_dw61 = dL_dz5 * dz5_dw61;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db5 = dL_dz5;
        /// Step 5, hidden layer 2: derivatives of the next pre-activations with respect to the hidden activations.
        let dz5_da3 = w51;
        let dz5_da4 = w61;
        /// Step 6, hidden layer 2: derivatives of the hidden activations with respect to their pre-activations.
        let da3_dz3 = sigmoid_derivative(z3, a3);
        let da4_dz4 = sigmoid_derivative(z4, a4);
        /// Step 7, hidden layer 2: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_dz3 = dL_dz5 * dz5_da3 * da3_dz3;
        let dL_dz4 = dL_dz5 * dz5_da4 * da4_dz4;
        /// Step 8, hidden layer 2: gradients of this layer.
        let dz3_dw31 = a1;
        let dz3_dw41 = a2;
        let dz4_dw32 = a1;
        let dz4_dw42 = a2;
        let dL_dw31 = dL_dz3 * dz3_dw31;
        let dL_dw41 = dL_dz3 * dz3_dw41;
        let dL_dw32 = dL_dz4 * dz4_dw32;
        let dL_dw42 = dL_dz4 * dz4_dw42;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db3 = dL_dz3;
        let dL_db4 = dL_dz4;
        /// Step 5, hidden layer 1: derivatives of the next pre-activations with respect to the hidden activations.
        let dz3_da1 = w31;
        let dz3_da2 = w41;
        let dz4_da1 = w32;
        let dz4_da2 = w42;
        /// Step 6, hidden layer 1: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = sigmoid_derivative(z1, a1);
        let da2_dz2 = sigmoid_derivative(z2, a2);
        /// Step 7, hidden layer 1: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_dz1 = dL_dz3 * dz3_da1 * da1_dz1 + dL_dz4 * dz4_da1 * da1_dz1;
        let dL_dz2 = dL_dz3 * dz3_da2 * da2_dz2 + dL_dz4 * dz4_da2 * da2_dz2;
        /// Step 8, hidden layer 1: gradients of this layer.
        let dz1_dw11 = x1;
        let dz1_dw21 = x2;
        let dz2_dw12 = x1;
        let dz2_dw22 = x2;
        let dL_dw11 = dL_dz1 * dz1_dw11;
        let dL_dw21 = dL_dz1 * dz1_dw21;
        let dL_dw12 = dL_dz2 * dz2_dw12;
        let dL_dw22 = dL_dz2 * dz2_dw22;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = dL_dz1;
        let dL_db2 = dL_dz2;
        NetGradients { dL_dw11, dL_dw12, dL_dw21, dL_dw22, dL_db1, dL_db2, dL_dw31, dL_dw32, dL_dw41, dL_dw42, dL_db3, dL_db4, dL_dw51, dL_dw61, dL_db5 }
    }

    /// Moves every parameter against its gradient.
    #[inline(always)]
    pub fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        self.w11 -= learning_rate * all_gradients.dL_dw11;
        self.w12 -= learning_rate * all_gradients.dL_dw12;
        self.w21 -= learning_rate * all_gradients.dL_dw21;
        self.w22 -= learning_rate * all_gradients.dL_dw22;
        self.b1 -= learning_rate * all_gradients.dL_db1;
        self.b2 -= learning_rate * all_gradients.dL_db2;
        self.w31 -= learning_rate * all_gradients.dL_dw31;
        self.w32 -= learning_rate * all_gradients.dL_dw32;
        self.w41 -= learning_rate * all_gradients.dL_dw41;
        self.w42 -= learning_rate * all_gradients.dL_dw42;
        self.b3 -= learning_rate * all_gradients.dL_db3;
        self.b4 -= learning_rate * all_gradients.dL_db4;
        self.w51 -= learning_rate * all_gradients.dL_dw51;
        self.w61 -= learning_rate * all_gradients.dL_dw61;
        self.b5 -= learning_rate * all_gradients.dL_db5;
    }

    /// As `backprop`, from derivatives with respect to the predictions instead of targets.
    #[must_use]
    #[inline(always)]
    pub fn backprop_from(&self, [x1, x2]: [f64; 2], [dL_dy_pred]: [f64; 1], pass: &NetForward) -> NetGradients {
        use ::mlp_core::activation::sigmoid_derivative;
        let Net { w31, w32, w41, w42, w51, w61, .. } = *self;
        let NetForward { z1, a1, z2, a2, z3, a3, z4, a4, z5, y_pred } = *pass;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz5 = sigmoid_derivative(z5, y_pred);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz5 = dL_dy_pred * dy_pred_dz5;
        /// Step 4: gradients of the output layer.
        let dz5_dw51 = a3;
        let dz5_dw61 = a4;
        let dL_dw51 = dL_dz5 * dz5_dw51;
        let dL_dw61 = dL_dz5 * dz5_dw61;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db5 = dL_dz5;
        /// Step 5, hidden layer 2: derivatives of the next pre-activations with respect to the hidden activations.
        let dz5_da3 = w51;
        let dz5_da4 = w61;
        /// Step 6, hidden layer 2: derivatives of the hidden activations with respect to their pre-activations.
        let da3_dz3 = sigmoid_derivative(z3, a3);
        let da4_dz4 = sigmoid_derivative(z4, a4);
        /// Step 7, hidden layer 2: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_dz3 = dL_dz5 * dz5_da3 * da3_dz3;
        let dL_dz4 = dL_dz5 * dz5_da4 * da4_dz4;
        /// Step 8, hidden layer 2: gradients of this layer.
        let dz3_dw31 = a1;
        let dz3_dw41 = a2;
        let dz4_dw32 = a1;
        let dz4_dw42 = a2;
        let dL_dw31 = dL_dz3 * dz3_dw31;
        let dL_dw41 = dL_dz3 * dz3_dw41;
        let dL_dw32 = dL_dz4 * dz4_dw32;
        let dL_dw42 = dL_dz4 * dz4_dw42;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db3 = dL_dz3;
        let dL_db4 = dL_dz4;
        /// Step 5, hidden layer 1: derivatives of the next pre-activations with respect to the hidden activations.
        let dz3_da1 = w31;
        let dz3_da2 = w41;
        let dz4_da1 = w32;
        let dz4_da2 = w42;
        /// Step 6, hidden layer 1: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = sigmoid_derivative(z1, a1);
        let da2_dz2 = sigmoid_derivative(z2, a2);
        /// Step 7, hidden layer 1: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_dz1 = dL_dz3 * dz3_da1 * da1_dz1 + dL_dz4 * dz4_da1 * da1_dz1;
        let dL_dz2 = dL_dz3 * dz3_da2 * da2_dz2 + dL_dz4 * dz4_da2 * da2_dz2;
        /// Step 8, hidden layer 1: gradients of this layer.
        let dz1_dw11 = x1;
        let dz1_dw21 = x2;
        let dz2_dw12 = x1;
        let dz2_dw22 = x2;
        let dL_dw11 = dL_dz1 * dz1_dw11;
        let dL_dw21 = dL_dz1 * dz1_dw21;
        let dL_dw12 = dL_dz2 * dz2_dw12;
        let dL_dw22 = dL_dz2 * dz2_dw22;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = dL_dz1;
        let dL_db2 = dL_dz2;
        NetGradients { dL_dw11, dL_dw12, dL_dw21, dL_dw22, dL_db1, dL_db2, dL_dw31, dL_dw32, dL_dw41, dL_dw42, dL_db3, dL_db4, dL_dw51, dL_dw61, dL_db5 }
    }

    /// Differentiates with respect to every input, from derivatives with respect to the predictions.
    #[must_use]
    #[inline(always)]
    pub fn input_gradients(&self, x: [f64; 2], dL_dy_pred: [f64; 1], pass: &NetForward) -> NetInputGradients {
        let Net { w11, w12, w21, w22, .. } = *self;
        /// Steps 2 to 8. The derivative with respect to a bias is that with respect to its pre-activation.
        let NetGradients { dL_db1: dL_dz1, dL_db2: dL_dz2, .. } = self.backprop_from(x, dL_dy_pred, pass);
        /// Step 9: derivatives of the loss with respect to the inputs, by the chain rule.
        let dz1_dx1 = w11;
        let dz1_dx2 = w21;
        let dz2_dx1 = w12;
        let dz2_dx2 = w22;
        let dL_dx1 = dL_dz1 * dz1_dx1 + dL_dz2 * dz2_dx1;
        let dL_dx2 = dL_dz1 * dz1_dx2 + dL_dz2 * dz2_dx2;
        NetInputGradients { dL_dx1, dL_dx2 }
    }
}

#[allow(dead_code)]
impl Net {
    /// The parameters in canonical order, layer by layer: weights source by source, then biases.
    #[must_use]
    pub const fn parameters(&self) -> [f64; 15] {
        let mut all_parameters = [0.0; 15];
        let [w11, w12, w21, w22, b1, b2, w31, w32, w41, w42, b3, b4, w51, w61, b5] = &mut all_parameters;
        *w11 = self.w11;
        *w12 = self.w12;
        *w21 = self.w21;
        *w22 = self.w22;
        *b1 = self.b1;
        *b2 = self.b2;
        *w31 = self.w31;
        *w32 = self.w32;
        *w41 = self.w41;
        *w42 = self.w42;
        *b3 = self.b3;
        *b4 = self.b4;
        *w51 = self.w51;
        *w61 = self.w61;
        *b5 = self.b5;
        all_parameters
    }

    /// The network with these parameters, in canonical order.
    #[must_use]
    pub const fn from_parameters(all_parameters: [f64; 15]) -> Net {
        let mut new_network = Net { w11: 0.0, w12: 0.0, w21: 0.0, w22: 0.0, b1: 0.0, b2: 0.0, w31: 0.0, w32: 0.0, w41: 0.0, w42: 0.0, b3: 0.0, b4: 0.0, w51: 0.0, w61: 0.0, b5: 0.0 };
        let [w11, w12, w21, w22, b1, b2, w31, w32, w41, w42, b3, b4, w51, w61, b5] = &all_parameters;
        new_network.w11 = *w11;
        new_network.w12 = *w12;
        new_network.w21 = *w21;
        new_network.w22 = *w22;
        new_network.b1 = *b1;
        new_network.b2 = *b2;
        new_network.w31 = *w31;
        new_network.w32 = *w32;
        new_network.w41 = *w41;
        new_network.w42 = *w42;
        new_network.b3 = *b3;
        new_network.b4 = *b4;
        new_network.w51 = *w51;
        new_network.w61 = *w61;
        new_network.b5 = *b5;
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
        match ::mlp_core::__private::exchange::Identity::<f64>::parameters::<Net, 15>(network_bytes) {
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

    /// Predicts for all inputs: equal to `predict` up to rounding, and faster from 8 inputs on.
    pub fn predict_batch(
        &self,
        all_inputs: &[[f64; 2]],
        all_outputs: &mut [[f64; 1]],
    ) -> ::core::result::Result<(), ::mlp_core::batch::BatchLengthError> {
        ::mlp_core::Network::predict_batch(self, all_inputs, all_outputs)
    }

    /// The mean of the gradients that `backprop` gives for each example, in canonical order.
    #[inline]
    pub fn batch_gradients(
        &self,
        all_examples: &[([f64; 2], [f64; 1])],
    ) -> ::core::result::Result<[f64; 15], ::mlp_core::batch::EmptyBatchError> {
        ::mlp_core::Network::batch_gradients(self, all_examples)
    }

    ::mlp_core::if_std! {
        /// One training step with all its numbers, as data: print it, or ask it for a value by name.
        #[must_use]
        pub fn trace(&self, x: [f64; 2], y_true: [f64; 1], learning_rate: f64) -> ::mlp_core::trace::Trace<f64> {
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
    pub fn to_array(&self) -> [f64; 15] {
        let mut gradient_array = ::mlp_core::Array::zeros();
        <Net as ::mlp_core::Network>::copy_gradients_into(self, &mut gradient_array);
        gradient_array
    }

    /// The gradients in this array, in the canonical order of their parameters.
    #[must_use]
    #[inline]
    pub fn from_array(gradient_array: &[f64; 15]) -> NetGradients {
        <Net as ::mlp_core::Network>::gradients_from(gradient_array)
    }
}

#[allow(dead_code)]
impl NetInputGradients {
    /// The gradients in the order of the inputs.
    #[must_use]
    #[inline]
    pub const fn to_array(&self) -> [f64; 2] {
        [self.dL_dx1, self.dL_dx2]
    }
}

#[allow(non_snake_case, unused_qualifications, clippy::inline_always)]
impl ::mlp_core::Network for Net {
    type Scalar = f64;
    type Input = [f64; 2];
    type Output = [f64; 1];
    type Parameters = [f64; 15];
    type Forward = NetForward;
    type Gradients = NetGradients;
    const ARCHITECTURE: ::mlp_core::network::Architecture<f64, [f64; 1]> =
        ::mlp_core::network::Architecture::new(
            "Net",
            ::mlp_core::network::Names::Listed(&["x1", "x2"]),
            &[
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::sigmoid>(),
                    ::mlp_core::network::Names::Listed(&["w11", "w12", "w21", "w22"]),
                    ::mlp_core::network::Names::Listed(&["b1", "b2"]),
                    ::mlp_core::network::Names::Listed(&["z1", "z2"]),
                    ::mlp_core::network::Names::Listed(&["a1", "a2"]),
                ),
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::sigmoid>(),
                    ::mlp_core::network::Names::Listed(&["w31", "w32", "w41", "w42"]),
                    ::mlp_core::network::Names::Listed(&["b3", "b4"]),
                    ::mlp_core::network::Names::Listed(&["z3", "z4"]),
                    ::mlp_core::network::Names::Listed(&["a3", "a4"]),
                ),
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::sigmoid>(),
                    ::mlp_core::network::Names::Listed(&["w51", "w61"]),
                    ::mlp_core::network::Names::Listed(&["b5"]),
                    ::mlp_core::network::Names::Listed(&["z5"]),
                    ::mlp_core::network::Names::Listed(&["y_pred"]),
                ),
            ],
            ::mlp_core::network::Names::Listed(&["y_true"]),
            ::mlp_core::network::Loss::built_in::<::mlp_core::__private::loss::half_squared_error>(),
        );

    #[inline(always)]
    fn forward(&self, x: [f64; 2]) -> NetForward {
        self.forward(x)
    }

    #[inline(always)]
    fn predict(&self, x: [f64; 2]) -> [f64; 1] {
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
    fn backprop(&self, x: [f64; 2], y_true: [f64; 1], pass: &NetForward) -> NetGradients {
        self.backprop(x, y_true, pass)
    }

    #[inline]
    fn backprop_from(&self, x: [f64; 2], from_outside: [f64; 1], pass: &NetForward) -> NetGradients {
        self.backprop_from(x, from_outside, pass)
    }

    #[inline]
    fn input_gradients(&self, x: [f64; 2], from_outside: [f64; 1], pass: &NetForward) -> [f64; 2] {
        self.input_gradients(x, from_outside, pass).to_array()
    }

    #[inline(always)]
    fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        self.update(all_gradients, learning_rate);
    }

    fn from_parameters(all_parameters: &[f64; 15]) -> Net {
        Net::from_parameters(*all_parameters)
    }

    fn copy_parameters_into(&self, all_parameters: &mut [f64; 15]) {
        *all_parameters = self.parameters();
    }

    fn copy_gradients_into(all_gradients: &NetGradients, gradient_array: &mut [f64; 15]) {
        let [dL_dw11, dL_dw12, dL_dw21, dL_dw22, dL_db1, dL_db2, dL_dw31, dL_dw32, dL_dw41, dL_dw42, dL_db3, dL_db4, dL_dw51, dL_dw61, dL_db5] = gradient_array;
        *dL_dw11 = all_gradients.dL_dw11;
        *dL_dw12 = all_gradients.dL_dw12;
        *dL_dw21 = all_gradients.dL_dw21;
        *dL_dw22 = all_gradients.dL_dw22;
        *dL_db1 = all_gradients.dL_db1;
        *dL_db2 = all_gradients.dL_db2;
        *dL_dw31 = all_gradients.dL_dw31;
        *dL_dw32 = all_gradients.dL_dw32;
        *dL_dw41 = all_gradients.dL_dw41;
        *dL_dw42 = all_gradients.dL_dw42;
        *dL_db3 = all_gradients.dL_db3;
        *dL_db4 = all_gradients.dL_db4;
        *dL_dw51 = all_gradients.dL_dw51;
        *dL_dw61 = all_gradients.dL_dw61;
        *dL_db5 = all_gradients.dL_db5;
    }

    fn gradients_from(gradient_array: &[f64; 15]) -> NetGradients {
        let mut all_gradients = NetGradients { dL_dw11: 0.0, dL_dw12: 0.0, dL_dw21: 0.0, dL_dw22: 0.0, dL_db1: 0.0, dL_db2: 0.0, dL_dw31: 0.0, dL_dw32: 0.0, dL_dw41: 0.0, dL_dw42: 0.0, dL_db3: 0.0, dL_db4: 0.0, dL_dw51: 0.0, dL_dw61: 0.0, dL_db5: 0.0 };
        let [dL_dw11, dL_dw12, dL_dw21, dL_dw22, dL_db1, dL_db2, dL_dw31, dL_dw32, dL_dw41, dL_dw42, dL_db3, dL_db4, dL_dw51, dL_dw61, dL_db5] = gradient_array;
        all_gradients.dL_dw11 = *dL_dw11;
        all_gradients.dL_dw12 = *dL_dw12;
        all_gradients.dL_dw21 = *dL_dw21;
        all_gradients.dL_dw22 = *dL_dw22;
        all_gradients.dL_db1 = *dL_db1;
        all_gradients.dL_db2 = *dL_db2;
        all_gradients.dL_dw31 = *dL_dw31;
        all_gradients.dL_dw32 = *dL_dw32;
        all_gradients.dL_dw41 = *dL_dw41;
        all_gradients.dL_dw42 = *dL_dw42;
        all_gradients.dL_db3 = *dL_db3;
        all_gradients.dL_db4 = *dL_db4;
        all_gradients.dL_dw51 = *dL_dw51;
        all_gradients.dL_dw61 = *dL_dw61;
        all_gradients.dL_db5 = *dL_db5;
        all_gradients
    }
}

// Expands to nothing unless mlp-core has its feature `serde`.
::mlp_core::serde_by_name!(Net { w11, w12, w21, w22, b1, b2, w31, w32, w41, w42, b3, b4, w51, w61, b5 });
::mlp_core::serde_by_name!(NetForward { z1, a1, z2, a2, z3, a3, z4, a4, z5, y_pred });
::mlp_core::serde_by_name!(NetGradients { dL_dw11, dL_dw12, dL_dw21, dL_dw22, dL_db1, dL_db2, dL_dw31, dL_dw32, dL_dw41, dL_dw42, dL_db3, dL_db4, dL_dw51, dL_dw61, dL_db5 });
::mlp_core::serde_by_name!(NetInputGradients { dL_dx1, dL_dx2 });
