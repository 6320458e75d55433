//! The expansion of `mlp!(pub struct Net: 1 => softmax(2));`: softmax with a loss whose derivative does not cancel with
//! softmax's.
//!
//! Written by hand. A test compares it with the macro's output token by token, documentation included; only the
//! comments that begin with `//` are for readers of this page.

/// 1 => softmax(2): 4 parameters, loss `half_squared_error`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Net {
    /// Weight from `x` to `z1`.
    pub w11: f64,
    /// Weight from `x` to `z2`.
    pub w12: f64,
    /// Bias in `z1`.
    pub b1: f64,
    /// Bias in `z2`.
    pub b2: f64,
}

/// Every value of one forward pass through [`Net`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetForward {
    /// Pre-activation of neuron 1: `z1 = w11·x + b1`.
    pub z1: f64,
    /// Prediction 1: `y_pred1 = e^z1 / (e^z1 + e^z2)`.
    pub y_pred1: f64,
    /// Pre-activation of neuron 2: `z2 = w12·x + b2`.
    pub z2: f64,
    /// Prediction 2: `y_pred2 = e^z2 / (e^z1 + e^z2)`.
    pub y_pred2: f64,
}

/// Derivative of the loss with respect to every parameter of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetGradients {
    /// Derivative of the loss with respect to [`Net::w11`]: `dL_dw11 = dL_dz1·x`.
    pub dL_dw11: f64,
    /// Derivative of the loss with respect to [`Net::w12`]: `dL_dw12 = dL_dz2·x`.
    pub dL_dw12: f64,
    /// Derivative of the loss with respect to [`Net::b1`]: `dL_db1 = dL_dz1 = dL_dy_pred1·dy_pred1_dz1 + dL_dy_pred2·dy_pred2_dz1`.
    pub dL_db1: f64,
    /// Derivative of the loss with respect to [`Net::b2`]: `dL_db2 = dL_dz2 = dL_dy_pred1·dy_pred1_dz2 + dL_dy_pred2·dy_pred2_dz2`.
    pub dL_db2: f64,
}

/// Derivative of the loss with respect to every input of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetInputGradients {
    /// Derivative of the loss with respect to `x`: `dL_dx = dL_dz1·w11 + dL_dz2·w12`.
    pub dL_dx: f64,
}

#[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
#[allow(clippy::inline_always, clippy::suboptimal_flops)]
impl Net {
    /// Computes the prediction and keeps every value on the way.
    #[must_use]
    #[inline(always)]
    pub fn forward(&self, [x]: [f64; 1]) -> NetForward {
        use ::mlp_core::activation::softmax;
        let Net { w11, w12, b1, b2 } = *self;
        /// Output layer: 1 => softmax(2).
        let z1 = w11 * x + b1;
        let z2 = w12 * x + b2;
        let [y_pred1, y_pred2] = softmax([z1, z2]);
        NetForward { z1, y_pred1, z2, y_pred2 }
    }

    /// Computes the prediction alone.
    #[must_use]
    #[inline(always)]
    pub fn predict(&self, x: [f64; 1]) -> [f64; 2] {
        let NetForward { y_pred1, y_pred2, .. } = self.forward(x);
        [y_pred1, y_pred2]
    }

    /// Half the squared error, summed over the outputs.
    #[must_use]
    #[inline(always)]
    pub fn loss([y_pred1, y_pred2]: [f64; 2], [y_true1, y_true2]: [f64; 2]) -> f64 {
        let error1 = y_pred1 - y_true1;
        let error2 = y_pred2 - y_true2;
        0.5 * (error1 * error1 + error2 * error2)
    }

    /// The loss of one example, from its forward pass.
    #[must_use]
    #[inline(always)]
    pub fn loss_of(pass: &NetForward, y_true: [f64; 2]) -> f64 {
        Net::loss([pass.y_pred1, pass.y_pred2], y_true)
    }

    // Each prediction depends on each pre-activation, so step 2 has four derivatives, softmax's Jacobian. The loss
    // depends on each pre-activation along two paths, and step 3 adds them up.
    /// Differentiates the loss of one example with respect to every parameter.
    #[must_use]
    #[inline(always)]
    pub fn backprop(&self, [x]: [f64; 1], [y_true1, y_true2]: [f64; 2], pass: &NetForward) -> NetGradients {
        let NetForward { y_pred1, y_pred2, .. } = *pass;
        /// Step 1: derivatives of the loss with respect to the predictions.
        let dL_dy_pred1 = y_pred1 - y_true1;
        let dL_dy_pred2 = y_pred2 - y_true2;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred1_dz1 = y_pred1 * (1.0 - y_pred1);
        let dy_pred1_dz2 = -y_pred1 * y_pred2;
        let dy_pred2_dz1 = -y_pred2 * y_pred1;
        let dy_pred2_dz2 = y_pred2 * (1.0 - y_pred2);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz1 = dL_dy_pred1 * dy_pred1_dz1 + dL_dy_pred2 * dy_pred2_dz1;
        let dL_dz2 = dL_dy_pred1 * dy_pred1_dz2 + dL_dy_pred2 * dy_pred2_dz2;
        /// Step 4: gradients of the output layer.
        let dz1_dw11 = x;
        let dz2_dw12 = x;
        let dL_dw11 = dL_dz1 * dz1_dw11;
        let dL_dw12 = dL_dz2 * dz2_dw12;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = dL_dz1;
        let dL_db2 = dL_dz2;
        NetGradients { dL_dw11, dL_dw12, dL_db1, dL_db2 }
    }

    /// Moves every parameter against its gradient.
    #[inline(always)]
    pub fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        self.w11 -= learning_rate * all_gradients.dL_dw11;
        self.w12 -= learning_rate * all_gradients.dL_dw12;
        self.b1 -= learning_rate * all_gradients.dL_db1;
        self.b2 -= learning_rate * all_gradients.dL_db2;
    }

    /// As `backprop`, from derivatives with respect to the predictions instead of targets.
    #[must_use]
    #[inline(always)]
    pub fn backprop_from(
        &self,
        [x]: [f64; 1],
        [dL_dy_pred1, dL_dy_pred2]: [f64; 2],
        pass: &NetForward,
    ) -> NetGradients {
        let NetForward { y_pred1, y_pred2, .. } = *pass;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred1_dz1 = y_pred1 * (1.0 - y_pred1);
        let dy_pred1_dz2 = -y_pred1 * y_pred2;
        let dy_pred2_dz1 = -y_pred2 * y_pred1;
        let dy_pred2_dz2 = y_pred2 * (1.0 - y_pred2);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz1 = dL_dy_pred1 * dy_pred1_dz1 + dL_dy_pred2 * dy_pred2_dz1;
        let dL_dz2 = dL_dy_pred1 * dy_pred1_dz2 + dL_dy_pred2 * dy_pred2_dz2;
        /// Step 4: gradients of the output layer.
        let dz1_dw11 = x;
        let dz2_dw12 = x;
        let dL_dw11 = dL_dz1 * dz1_dw11;
        let dL_dw12 = dL_dz2 * dz2_dw12;
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = dL_dz1;
        let dL_db2 = dL_dz2;
        NetGradients { dL_dw11, dL_dw12, dL_db1, dL_db2 }
    }

    /// Differentiates with respect to every input, from derivatives with respect to the predictions.
    #[must_use]
    #[inline(always)]
    pub fn input_gradients(&self, x: [f64; 1], dL_dy_pred: [f64; 2], pass: &NetForward) -> NetInputGradients {
        let Net { w11, w12, .. } = *self;
        /// Steps 2 to 8. The derivative with respect to a bias is that with respect to its pre-activation.
        let NetGradients { dL_db1: dL_dz1, dL_db2: dL_dz2, .. } = self.backprop_from(x, dL_dy_pred, pass);
        /// Step 9: derivatives of the loss with respect to the inputs, by the chain rule.
        let dz1_dx = w11;
        let dz2_dx = w12;
        let dL_dx = dL_dz1 * dz1_dx + dL_dz2 * dz2_dx;
        NetInputGradients { dL_dx }
    }
}

#[allow(dead_code)]
impl Net {
    /// The parameters in canonical order, layer by layer: weights source by source, then biases.
    #[must_use]
    pub const fn parameters(&self) -> [f64; 4] {
        let mut all_parameters = [0.0; 4];
        let [w11, w12, b1, b2] = &mut all_parameters;
        *w11 = self.w11;
        *w12 = self.w12;
        *b1 = self.b1;
        *b2 = self.b2;
        all_parameters
    }

    /// The network with these parameters, in canonical order.
    #[must_use]
    pub const fn from_parameters(all_parameters: [f64; 4]) -> Net {
        let mut new_network = Net { w11: 0.0, w12: 0.0, b1: 0.0, b2: 0.0 };
        let [w11, w12, b1, b2] = &all_parameters;
        new_network.w11 = *w11;
        new_network.w12 = *w12;
        new_network.b1 = *b1;
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

    /// Predicts for all inputs: equal to `predict` up to rounding, and faster from 8 inputs on.
    pub fn predict_batch(
        &self,
        all_inputs: &[[f64; 1]],
        all_outputs: &mut [[f64; 2]],
    ) -> ::core::result::Result<(), ::mlp_core::batch::BatchLengthError> {
        ::mlp_core::Network::predict_batch(self, all_inputs, all_outputs)
    }

    /// The mean of the gradients that `backprop` gives for each example, in canonical order.
    #[inline]
    pub fn batch_gradients(
        &self,
        all_examples: &[([f64; 1], [f64; 2])],
    ) -> ::core::result::Result<[f64; 4], ::mlp_core::batch::EmptyBatchError> {
        ::mlp_core::Network::batch_gradients(self, all_examples)
    }

    ::mlp_core::if_std! {
        /// One training step with all its numbers, as data: print it, or ask it for a value by name.
        #[must_use]
        pub fn trace(&self, x: [f64; 1], y_true: [f64; 2], learning_rate: f64) -> ::mlp_core::trace::Trace<f64> {
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

#[allow(non_snake_case, unused_qualifications, clippy::inline_always)]
impl ::mlp_core::Network for Net {
    type Scalar = f64;
    type Input = [f64; 1];
    type Output = [f64; 2];
    type Parameters = [f64; 4];
    type Forward = NetForward;
    type Gradients = NetGradients;
    const ARCHITECTURE: ::mlp_core::network::Architecture<f64, [f64; 2]> =
        ::mlp_core::network::Architecture::new(
            "Net",
            ::mlp_core::network::Names::Listed(&["x"]),
            &[::mlp_core::network::Layer::new(
                ::mlp_core::network::Activation::Softmax,
                ::mlp_core::network::Names::Listed(&["w11", "w12"]),
                ::mlp_core::network::Names::Listed(&["b1", "b2"]),
                ::mlp_core::network::Names::Listed(&["z1", "z2"]),
                ::mlp_core::network::Names::Listed(&["y_pred1", "y_pred2"]),
            )],
            ::mlp_core::network::Names::Listed(&["y_true1", "y_true2"]),
            ::mlp_core::network::Loss::built_in::<::mlp_core::__private::loss::half_squared_error>(),
        );

    #[inline(always)]
    fn forward(&self, x: [f64; 1]) -> NetForward {
        self.forward(x)
    }

    #[inline(always)]
    fn predict(&self, x: [f64; 1]) -> [f64; 2] {
        self.predict(x)
    }

    #[inline(always)]
    fn prediction(pass: &NetForward) -> [f64; 2] {
        let NetForward { y_pred1, y_pred2, .. } = *pass;
        [y_pred1, y_pred2]
    }

    #[inline(always)]
    fn loss(y_pred: [f64; 2], y_true: [f64; 2]) -> f64 {
        Net::loss(y_pred, y_true)
    }

    #[inline(always)]
    fn loss_of(pass: &NetForward, y_true: [f64; 2]) -> f64 {
        Net::loss_of(pass, y_true)
    }

    #[inline(always)]
    fn backprop(&self, x: [f64; 1], y_true: [f64; 2], pass: &NetForward) -> NetGradients {
        self.backprop(x, y_true, pass)
    }

    #[inline]
    fn backprop_from(&self, x: [f64; 1], from_outside: [f64; 2], pass: &NetForward) -> NetGradients {
        self.backprop_from(x, from_outside, pass)
    }

    #[inline]
    fn input_gradients(&self, x: [f64; 1], from_outside: [f64; 2], pass: &NetForward) -> [f64; 1] {
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
        let [dL_dw11, dL_dw12, dL_db1, dL_db2] = gradient_array;
        *dL_dw11 = all_gradients.dL_dw11;
        *dL_dw12 = all_gradients.dL_dw12;
        *dL_db1 = all_gradients.dL_db1;
        *dL_db2 = all_gradients.dL_db2;
    }

    fn gradients_from(gradient_array: &[f64; 4]) -> NetGradients {
        let mut all_gradients = NetGradients { dL_dw11: 0.0, dL_dw12: 0.0, dL_db1: 0.0, dL_db2: 0.0 };
        let [dL_dw11, dL_dw12, dL_db1, dL_db2] = gradient_array;
        all_gradients.dL_dw11 = *dL_dw11;
        all_gradients.dL_dw12 = *dL_dw12;
        all_gradients.dL_db1 = *dL_db1;
        all_gradients.dL_db2 = *dL_db2;
        all_gradients
    }
}

// Expands to nothing unless mlp-core has its feature `serde`.
::mlp_core::serde_by_name!(Net { w11, w12, b1, b2 });
::mlp_core::serde_by_name!(NetForward { z1, y_pred1, z2, y_pred2 });
::mlp_core::serde_by_name!(NetGradients { dL_dw11, dL_dw12, dL_db1, dL_db2 });
::mlp_core::serde_by_name!(NetInputGradients { dL_dx });
