use mlp_core::mlp;

mlp!(struct Fewer: 2 => 2 => 1, weights = [w11, w12, w21; w31, w32]);
mlp!(struct More: 1 => 1, weights = [w1, w2]);
mlp!(struct None: 1 => 1 => 1, weights = [; w2]);
mlp!(struct Groups: 1 => 1 => 1, weights = [w1]);
mlp!(struct Twice: 1 => 1 => 1, weights = [w1; w1]);
mlp!(struct Raw: 1 => 1 => 1, weights = [w1; r#w1]);
mlp!(struct Keyword: 1 => 1 => 1, weights = [fn; _]);
mlp!(struct NoComma: 2 => 1, weights = [w1 w2]);
mlp!(struct NoName: 2 => 1, weights = [w1, 2]);
mlp!(struct NothingBetween: 2 => 1, weights = [w1, , w2]);
mlp!(struct PreActivation: 1 => 1 => 1, weights = [z1; w2]);
mlp!(struct AcrossTheJacobian: 1 => softmax(2), weights = [dy_pred1_dz2, softmax]);
mlp!(struct Derivatives: 1 => 1 => 1, weights = [dL_dz1; dL_db2]);
mlp!(struct DerivativeOfOwn: 1 => 1 => 1, weights = [dL_dw2; w2]);
mlp!(struct Activation: 1 => 1 => 1, weights = [sigmoid; sigmoid_derivative]);
mlp!(struct Bias: 1 => 1, weights = [b1]);
mlp!(struct Input: 1 => 1, weights = [x]);
mlp!(struct Inputs: 2 => 1, weights = [x, q]);
mlp!(struct Local: 1 => 1 => 1, weights = [new_network; all_parameters]);
mlp!(struct Error: 1 => 1 => 1, weights = [error; w2]);
mlp!(struct Errors: 1 => 2, weights = [error1, error2]);
mlp!(struct Values: 1 => 4, weights = [Some, None, Ok, r#Err]);
mlp!(struct Rolled: 1 => 1, weights = [w1], rolled);

fn main() {}
