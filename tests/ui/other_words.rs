//! Words of other libraries are answered with ours.

use mlp_core::mlp;

mlp!(struct Capitals: 4 => ReLU(3) => Sigmoid(1));
mlp!(struct Joined: 4 => LeakyReLU(3) => linear(1), loss = mse);
mlp!(struct Regression: 4 => logistic(3) => none(1), loss = mae_loss);
mlp!(struct Loss: 4 => swish(3) => 1, loss = bce);
mlp!(struct Logits: 4 => 3 => 1, loss = BCEWithLogitsLoss);
mlp!(struct Keras: 4 => 3 => softmax(3), loss = categorical_crossentropy);
mlp!(struct Torch: 4 => 3 => softmax(3), loss = nll);
mlp!(struct L1: 4 => 3 => 1, loss = l1);
mlp!(struct L2: 4 => 3 => 1, loss = l2);
mlp!(struct SmoothL1: 4 => 3 => 1, loss = smooth_l1_loss);
mlp!(struct Absent: 4 => selu(3) => 1, loss = hinge);
mlp!(struct Dropout: 4 => 3 => dropout(0.5) => 1);
mlp!(struct Normalization: 4 => batch_norm() => 1);
mlp!(struct Dense: dense(4) => dense(3) => 1);
mlp!(struct Bias: 4 => 3 => 1, bias = false);
mlp!(struct Training: 4 => 3 => 1, learning_rate = 0.5);
mlp!(struct Scalar: 4 => 3 => 1, dtype = f32);
mlp!(struct Activation: 4 => 3 => 1, activation = relu);
mlp!(struct Seed: 4 => 3 => 1, seed = 1);
mlp!(struct Loops: 64 => 32 => 10, loops);
mlp!(struct Thin: 4 -> 3 -> 1);
mlp!(struct Commas: 4, 3, 1);
mlp!(struct List: [4, 3, 1]);

fn main() {}
