use mlp_core::mlp;

// Softmax belongs on the output layer, with several outputs.
mlp!(struct Hidden: 2 => softmax(3) => 1);
mlp!(struct HiddenTwice: 2 => softmax(3) => softmax(2) => softmax(2));
mlp!(struct Certain: 2 => tanh(3) => softmax(1));
mlp!(struct TooMany: 2 => softmax(25));

// The cross-entropies compare probabilities.
mlp!(struct Linear: 2 => tanh(3) => identity(3), loss = cross_entropy);
mlp!(struct Sigmoids: 2 => 3, loss = cross_entropy);
mlp!(struct OneSigmoid: 2 => 1, loss = cross_entropy);
mlp!(struct Own: 2 => self::swish(2), loss = cross_entropy);
mlp!(struct Tanh: 2 => 3 => tanh(1), loss = binary_cross_entropy);

// All mistakes are reported at once, without any that follow from another one.
mlp!(struct Several: 2 => softmax(0) => relu(2), loss = binary_cross_entropy, scalar = f16);
mlp!(struct Unknown: 2 => softmx(2), loss = cross_entropy);
mlp!(struct NoWidth: 2 => softmax, loss = cross_entropy);
mlp!(struct NoLayer: 2 =>, loss = binary_cross_entropy);
mlp!(struct UnknownLoss: 2 => relu(2), loss = cros_entropy);

fn main() {}
