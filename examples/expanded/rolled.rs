//! The expansion of `mlp!(pub struct Net: 4 => tanh(3) => 2, rolled);`: a network of arrays, which may be large.
//!
//! Written by hand. A test compares it with the macro's output token by token, documentation included; only the
//! comments that begin with `//` are for readers of this page. The names and steps are those of `lecture_2_2_2.rs`,
//! each for a whole layer. The functions that it calls, such as `affine` and `outer`, are in `mlp-core/src/rolled.rs`.

// Everything stands inside a call of `::mlp_core::needs_alloc!`, which is not shown. Without mlp-core's feature `alloc`
// it expands to an error that asks for the feature.

/// 4 => tanh(3) => sigmoid(2), rolled: 23 parameters, loss `half_squared_error`.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// Weights from `x` to `z1`: a row for each source.
    pub w1: ::mlp_core::__private::rolled::Box<[[f64; 3]; 4]>,
    /// Biases in `z1`.
    pub b1: ::mlp_core::__private::rolled::Box<[f64; 3]>,
    /// Weights from `a1` to `z2`: a row for each source.
    pub w2: ::mlp_core::__private::rolled::Box<[[f64; 2]; 3]>,
    /// Biases in `z2`.
    pub b2: ::mlp_core::__private::rolled::Box<[f64; 2]>,
}

/// Every value of one forward pass through [`Net`].
#[derive(Clone, Debug, PartialEq)]
pub struct NetForward {
    /// Pre-activations of layer 1: `z1[j] = Σ_i w1[i][j]·x[i] + b1[j]`.
    pub z1: [f64; 3],
    /// Activations of layer 1: `a1[j] = tanh(z1[j])`.
    pub a1: [f64; 3],
    /// Pre-activations of layer 2: `z2[j] = Σ_i w2[i][j]·a1[i] + b2[j]`.
    pub z2: [f64; 2],
    /// Predictions: `y_pred[j] = sigmoid(z2[j])`.
    pub y_pred: [f64; 2],
}

/// Derivative of the loss with respect to every parameter of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Debug, PartialEq)]
pub struct NetGradients {
    /// Derivative of the loss with respect to [`Net::w1`]: `dL_dw1[i][j] = dL_dz1[j]·x[i]`.
    pub dL_dw1: ::mlp_core::__private::rolled::Box<[[f64; 3]; 4]>,
    /// Derivative of the loss with respect to [`Net::b1`]: `dL_db1[j] = dL_dz1[j] = (Σ_k dL_dz2[k]·w2[j][k])·da1_dz1[j]`.
    pub dL_db1: ::mlp_core::__private::rolled::Box<[f64; 3]>,
    /// Derivative of the loss with respect to [`Net::w2`]: `dL_dw2[i][j] = dL_dz2[j]·a1[i]`.
    pub dL_dw2: ::mlp_core::__private::rolled::Box<[[f64; 2]; 3]>,
    /// Derivative of the loss with respect to [`Net::b2`]: `dL_db2[j] = dL_dz2[j] = dL_dy_pred[j]·dy_pred_dz2[j]`.
    pub dL_db2: ::mlp_core::__private::rolled::Box<[f64; 2]>,
}

/// Derivative of the loss with respect to every input of [`Net`].
#[allow(non_snake_case)]
#[derive(Clone, Debug, PartialEq)]
pub struct NetInputGradients {
    /// Derivative of the loss with respect to `x`: `dL_dx[i] = Σ_j dL_dz1[j]·w1[i][j]`.
    pub dL_dx: [f64; 4],
}

#[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
impl Net {
    // A row of w1 holds the weights from one source, so z1 = x·w1 + b1.
    /// Computes the prediction and keeps every value on the way.
    #[must_use]
    pub fn forward(&self, x: [f64; 4]) -> NetForward {
        use ::mlp_core::activation::tanh;
        use ::mlp_core::activation::sigmoid;
        use ::mlp_core::__private::rolled::{affine, map};
        let Net { w1, b1, w2, b2 } = self;
        /// Hidden layer: 4 => tanh(3).
        let z1 = affine(&x, w1, b1);
        let a1 = map(&z1, tanh);
        /// Output layer: 3 => sigmoid(2).
        let z2 = affine(&a1, w2, b2);
        let y_pred = map(&z2, sigmoid);
        NetForward { z1, a1, z2, y_pred }
    }

    /// Computes the prediction alone.
    #[must_use]
    pub fn predict(&self, x: [f64; 4]) -> [f64; 2] {
        self.forward(x).y_pred
    }

    /// The loss of one example: `half_squared_error`.
    #[must_use]
    #[inline]
    pub fn loss(y_pred: [f64; 2], y_true: [f64; 2]) -> f64 {
        use ::mlp_core::loss::half_squared_error;
        half_squared_error(y_pred, y_true)
    }

    /// The loss of one example, from its forward pass.
    #[must_use]
    #[inline]
    pub fn loss_of(pass: &NetForward, y_true: [f64; 2]) -> f64 {
        Net::loss(pass.y_pred, y_true)
    }

    /// Differentiates the loss of one example with respect to every parameter.
    #[must_use]
    pub fn backprop(&self, x: [f64; 4], y_true: [f64; 2], pass: &NetForward) -> NetGradients {
        use ::mlp_core::loss::half_squared_error_derivative;
        use ::mlp_core::activation::tanh_derivative;
        use ::mlp_core::activation::sigmoid_derivative;
        use ::mlp_core::__private::rolled::{copied, map_pairs, outer, product, weighted_sums};
        let NetForward { z1, a1, z2, y_pred } = pass;
        /// Step 1: derivatives of the loss with respect to the predictions.
        let dL_dy_pred = half_squared_error_derivative(*y_pred, y_true);
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = map_pairs(z2, y_pred, sigmoid_derivative);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = product(&dL_dy_pred, &dy_pred_dz2);
        /// Step 4: gradients of the output layer.
        let dL_dw2 = outer(a1, &dL_dz2);
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db2 = copied(&dL_dz2);
        // dz2_da1 is the matrix of all ∂z2[t]/∂a1[s], which is w2.
        /// Step 5: derivatives of the next pre-activations with respect to the hidden activations.
        let dz2_da1 = &self.w2;
        /// Step 6: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = map_pairs(z1, a1, tanh_derivative);
        /// Step 7: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_da1 = weighted_sums(dz2_da1, &dL_dz2);
        let dL_dz1 = product(&dL_da1, &da1_dz1);
        /// Step 8: gradients of the hidden layer.
        let dL_dw1 = outer(&x, &dL_dz1);
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = copied(&dL_dz1);
        NetGradients { dL_dw1, dL_db1, dL_dw2, dL_db2 }
    }

    /// Moves every parameter against its gradient.
    pub fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        use ::mlp_core::__private::rolled::update;
        update(self.w1.as_flattened_mut(), all_gradients.dL_dw1.as_flattened(), learning_rate);
        update(self.b1.as_mut_slice(), all_gradients.dL_db1.as_slice(), learning_rate);
        update(self.w2.as_flattened_mut(), all_gradients.dL_dw2.as_flattened(), learning_rate);
        update(self.b2.as_mut_slice(), all_gradients.dL_db2.as_slice(), learning_rate);
    }

    /// As `backprop`, from derivatives with respect to the predictions instead of targets.
    #[must_use]
    #[inline]
    pub fn backprop_from(&self, x: [f64; 4], dL_dy_pred: [f64; 2], pass: &NetForward) -> NetGradients {
        use ::mlp_core::activation::tanh_derivative;
        use ::mlp_core::activation::sigmoid_derivative;
        use ::mlp_core::__private::rolled::{copied, map_pairs, outer, product, weighted_sums};
        let NetForward { z1, a1, z2, y_pred } = pass;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = map_pairs(z2, y_pred, sigmoid_derivative);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = product(&dL_dy_pred, &dy_pred_dz2);
        /// Step 4: gradients of the output layer.
        let dL_dw2 = outer(a1, &dL_dz2);
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db2 = copied(&dL_dz2);
        /// Step 5: derivatives of the next pre-activations with respect to the hidden activations.
        let dz2_da1 = &self.w2;
        /// Step 6: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = map_pairs(z1, a1, tanh_derivative);
        /// Step 7: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_da1 = weighted_sums(dz2_da1, &dL_dz2);
        let dL_dz1 = product(&dL_da1, &da1_dz1);
        /// Step 8: gradients of the hidden layer.
        let dL_dw1 = outer(&x, &dL_dz1);
        /// The derivative of a pre-activation with respect to its bias is 1.
        let dL_db1 = copied(&dL_dz1);
        NetGradients { dL_dw1, dL_db1, dL_dw2, dL_db2 }
    }

    /// Differentiates with respect to every input, from derivatives with respect to the predictions.
    #[must_use]
    #[inline]
    pub fn input_gradients(&self, _x: [f64; 4], dL_dy_pred: [f64; 2], pass: &NetForward) -> NetInputGradients {
        use ::mlp_core::activation::tanh_derivative;
        use ::mlp_core::activation::sigmoid_derivative;
        use ::mlp_core::__private::rolled::{map_pairs, product, weighted_sums};
        let NetForward { z1, a1, z2, y_pred } = pass;
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = map_pairs(z2, y_pred, sigmoid_derivative);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = product(&dL_dy_pred, &dy_pred_dz2);
        /// Step 5: derivatives of the next pre-activations with respect to the hidden activations.
        let dz2_da1 = &self.w2;
        /// Step 6: derivatives of the hidden activations with respect to their pre-activations.
        let da1_dz1 = map_pairs(z1, a1, tanh_derivative);
        /// Step 7: derivatives of the loss with respect to the hidden pre-activations, by the chain rule.
        let dL_da1 = weighted_sums(dz2_da1, &dL_dz2);
        let dL_dz1 = product(&dL_da1, &da1_dz1);
        /// Step 9: derivatives of the loss with respect to the inputs, by the chain rule.
        let dz1_dx = &self.w1;
        let dL_dx = weighted_sums(dz1_dx, &dL_dz1);
        NetInputGradients { dL_dx }
    }
}

// From here on: conversions, random starts, files, and the connection to the library.
#[allow(dead_code)]
impl Net {
    /// The parameters in canonical order, layer by layer: weights source by source, then biases.
    #[must_use]
    pub fn parameters(&self) -> ::mlp_core::rolled::BoxedArray<f64, 23> {
        let mut all_parameters = ::mlp_core::Array::zeros();
        ::mlp_core::Network::copy_parameters_into(self, &mut all_parameters);
        all_parameters
    }

    /// The network with these parameters, in canonical order.
    #[must_use]
    pub fn from_parameters(all_parameters: &[f64; 23]) -> Net {
        use ::mlp_core::__private::rolled::take;
        let mut numbers_left = all_parameters.as_slice();
        Net {
            w1: take(&mut numbers_left),
            b1: take(&mut numbers_left),
            w2: take(&mut numbers_left),
            b2: take(&mut numbers_left),
        }
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
    pub fn from_le_bytes(network_bytes: &[::core::primitive::u8]) -> ::core::result::Result<Net, ::mlp_core::exchange::BytesError> {
        ::mlp_core::Network::from_le_bytes(network_bytes)
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
        all_inputs: &[[f64; 4]],
        all_outputs: &mut [[f64; 2]],
    ) -> ::core::result::Result<(), ::mlp_core::batch::BatchLengthError> {
        ::mlp_core::Network::predict_batch(self, all_inputs, all_outputs)
    }

    /// The mean of the gradients that `backprop` gives for each example, in canonical order.
    #[inline]
    pub fn batch_gradients(
        &self,
        all_examples: &[([f64; 4], [f64; 2])],
    ) -> ::core::result::Result<::mlp_core::rolled::BoxedArray<f64, 23>, ::mlp_core::batch::EmptyBatchError> {
        ::mlp_core::Network::batch_gradients(self, all_examples)
    }

    ::mlp_core::if_std! {
        /// One training step with all its numbers, as data: print it, or ask it for a value by name.
        #[must_use]
        pub fn trace(&self, x: [f64; 4], y_true: [f64; 2], learning_rate: f64) -> ::mlp_core::trace::Trace<f64> {
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
    pub fn to_array(&self) -> ::mlp_core::rolled::BoxedArray<f64, 23> {
        let mut gradient_array = ::mlp_core::Array::zeros();
        <Net as ::mlp_core::Network>::copy_gradients_into(self, &mut gradient_array);
        gradient_array
    }

    /// The gradients in this array, in the canonical order of their parameters.
    #[must_use]
    #[inline]
    pub fn from_array(gradient_array: &::mlp_core::rolled::BoxedArray<f64, 23>) -> NetGradients {
        <Net as ::mlp_core::Network>::gradients_from(gradient_array)
    }
}

#[allow(dead_code)]
impl NetInputGradients {
    /// The gradients in the order of the inputs.
    #[must_use]
    #[inline]
    pub const fn to_array(&self) -> [f64; 4] {
        self.dL_dx
    }
}

// The trainer, the history and the trace use the network through this impl.
#[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
impl ::mlp_core::Network for Net {
    type Scalar = f64;
    type Input = [f64; 4];
    type Output = [f64; 2];
    type Parameters = ::mlp_core::rolled::BoxedArray<f64, 23>;
    type Forward = NetForward;
    type Gradients = NetGradients;
    const ARCHITECTURE: ::mlp_core::network::Architecture<f64, [f64; 2]> =
        ::mlp_core::network::Architecture::new(
            "Net",
            ::mlp_core::network::Names::Array { name: "x", len: 4 },
            &[
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::tanh>(),
                    ::mlp_core::network::Names::Matrix { name: "w1", rows: 4, columns: 3 },
                    ::mlp_core::network::Names::Array { name: "b1", len: 3 },
                    ::mlp_core::network::Names::Array { name: "z1", len: 3 },
                    ::mlp_core::network::Names::Array { name: "a1", len: 3 },
                ),
                ::mlp_core::network::Layer::new(
                    ::mlp_core::network::Activation::built_in::<::mlp_core::__private::activation::sigmoid>(),
                    ::mlp_core::network::Names::Matrix { name: "w2", rows: 3, columns: 2 },
                    ::mlp_core::network::Names::Array { name: "b2", len: 2 },
                    ::mlp_core::network::Names::Array { name: "z2", len: 2 },
                    ::mlp_core::network::Names::Array { name: "y_pred", len: 2 },
                ),
            ],
            ::mlp_core::network::Names::Array { name: "y_true", len: 2 },
            ::mlp_core::network::Loss::built_in::<::mlp_core::__private::loss::half_squared_error>(),
        );

    fn forward(&self, x: [f64; 4]) -> NetForward {
        self.forward(x)
    }

    fn predict(&self, x: [f64; 4]) -> [f64; 2] {
        self.predict(x)
    }

    fn prediction(pass: &NetForward) -> [f64; 2] {
        pass.y_pred
    }

    fn loss(y_pred: [f64; 2], y_true: [f64; 2]) -> f64 {
        Net::loss(y_pred, y_true)
    }

    fn loss_of(pass: &NetForward, y_true: [f64; 2]) -> f64 {
        Net::loss_of(pass, y_true)
    }

    fn backprop(&self, x: [f64; 4], y_true: [f64; 2], pass: &NetForward) -> NetGradients {
        self.backprop(x, y_true, pass)
    }

    #[inline]
    fn backprop_from(&self, x: [f64; 4], from_outside: [f64; 2], pass: &NetForward) -> NetGradients {
        self.backprop_from(x, from_outside, pass)
    }

    #[inline]
    fn input_gradients(&self, x: [f64; 4], from_outside: [f64; 2], pass: &NetForward) -> [f64; 4] {
        self.input_gradients(x, from_outside, pass).to_array()
    }

    fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
        self.update(all_gradients, learning_rate);
    }

    // Optimizers update the parameters in place, so that no array of this size is copied.
    fn modify_parameters(&mut self, mut update_rule: impl ::core::ops::FnMut(usize, &mut [f64])) {
        update_rule(0, self.w1.as_flattened_mut());
        update_rule(12, self.b1.as_mut_slice());
        update_rule(15, self.w2.as_flattened_mut());
        update_rule(21, self.b2.as_mut_slice());
    }

    // `backprop` into one array of all gradients, which the trainer uses again and again.
    fn backprop_into(
        &self,
        x: [f64; 4],
        y_true: [f64; 2],
        pass: &NetForward,
        all_gradients: &mut ::mlp_core::rolled::BoxedArray<f64, 23>
    ) {
        use ::mlp_core::loss::half_squared_error_derivative;
        use ::mlp_core::activation::tanh_derivative;
        use ::mlp_core::activation::sigmoid_derivative;
        use ::mlp_core::__private::rolled::{gradients_into, map_pairs, product, weighted_sums};
        let NetForward { z1, a1, z2, y_pred } = pass;
        /// Step 1: derivatives of the loss with respect to the predictions.
        let dL_dy_pred = half_squared_error_derivative(*y_pred, y_true);
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = map_pairs(z2, y_pred, sigmoid_derivative);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = product(&dL_dy_pred, &dy_pred_dz2);
        gradients_into(a1, &dL_dz2, all_gradients.as_mut_slice(), 15);
        let dL_da1 = weighted_sums(&self.w2, &dL_dz2);
        let da1_dz1 = map_pairs(z1, a1, tanh_derivative);
        let dL_dz1 = product(&dL_da1, &da1_dz1);
        gradients_into(&x, &dL_dz1, all_gradients.as_mut_slice(), 0);
    }

    // Equals `forward`, `backprop` and `update` to the bit, without an array of gradients. One sweep over the weights
    // of a layer computes the derivatives that the layer before needs, and updates the weights.
    fn sgd_step(&mut self, x: [f64; 4], y_true: [f64; 2], learning_rate: f64) -> NetForward {
        use ::mlp_core::loss::half_squared_error_derivative;
        use ::mlp_core::activation::tanh_derivative;
        use ::mlp_core::activation::sigmoid_derivative;
        use ::mlp_core::__private::rolled::{map_pairs, product, update_first_layer, update_layer};
        let pass = self.forward(x);
        let NetForward { z1, a1, z2, y_pred } = &pass;
        let Net { w1, b1, w2, b2 } = self;
        /// Step 1: derivatives of the loss with respect to the predictions.
        let dL_dy_pred = half_squared_error_derivative(*y_pred, y_true);
        /// Step 2: derivatives of the predictions with respect to their pre-activations.
        let dy_pred_dz2 = map_pairs(z2, y_pred, sigmoid_derivative);
        /// Step 3: derivatives of the loss with respect to these pre-activations, by the chain rule.
        let dL_dz2 = product(&dL_dy_pred, &dy_pred_dz2);
        /// Layer 2 in one sweep: derivatives of the loss with respect to its sources, and its update.
        let dL_da1 = update_layer(w2, b2, a1, &dL_dz2, learning_rate);
        let da1_dz1 = map_pairs(z1, a1, tanh_derivative);
        let dL_dz1 = product(&dL_da1, &da1_dz1);
        // Nothing is differentiated with respect to the inputs.
        update_first_layer(w1, b1, &x, &dL_dz1, learning_rate);
        pass
    }

    fn from_parameters(all_parameters: &::mlp_core::rolled::BoxedArray<f64, 23>) -> Net {
        Net::from_parameters(all_parameters)
    }

    fn copy_parameters_into(&self, all_parameters: &mut ::mlp_core::rolled::BoxedArray<f64, 23>) {
        ::mlp_core::__private::rolled::concatenate(
            &[self.w1.as_flattened(), self.b1.as_slice(), self.w2.as_flattened(), self.b2.as_slice()],
            all_parameters.as_mut_slice(),
        );
    }

    fn copy_gradients_into(all_gradients: &NetGradients, gradient_array: &mut ::mlp_core::rolled::BoxedArray<f64, 23>) {
        ::mlp_core::__private::rolled::concatenate(
            &[
                all_gradients.dL_dw1.as_flattened(),
                all_gradients.dL_db1.as_slice(),
                all_gradients.dL_dw2.as_flattened(),
                all_gradients.dL_db2.as_slice(),
            ],
            gradient_array.as_mut_slice(),
        );
    }

    fn gradients_from(gradient_array: &::mlp_core::rolled::BoxedArray<f64, 23>) -> NetGradients {
        use ::mlp_core::__private::rolled::take;
        let mut numbers_left = gradient_array.as_slice();
        NetGradients {
            dL_dw1: take(&mut numbers_left),
            dL_db1: take(&mut numbers_left),
            dL_dw2: take(&mut numbers_left),
            dL_db2: take(&mut numbers_left),
        }
    }
}
