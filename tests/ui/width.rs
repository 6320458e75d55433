use mlp_core::mlp;

mlp!(struct Zero: 2 => 0 => 1);
mlp!(struct ZeroInputs: 0 => 1);
mlp!(struct ZeroInActivation: 2 => tanh(0) => 1);
mlp!(struct Negative: 2 => -3 => 1);
mlp!(struct NegativeInputs: -2 => 1);
mlp!(struct NegativeInActivation: 2 => tanh(-3) => 1);
mlp!(struct Float: 2 => 3.5 => 1);
mlp!(struct Text: 2 => "3" => 1);
mlp!(struct Suffix: 2usize => 1);
mlp!(struct FloatSuffix: 2 => 3f64);
mlp!(struct Overflow: 2 => 99999999999999999999999 => 1);
mlp!(struct Word: 2 => hidden => 1);
mlp!(struct WordAsInputs: inputs => 1);
mlp!(struct WordInActivation: 2 => tanh(HIDDEN) => 1);
mlp!(struct OwnPath: 2 => self::swish => 1);
mlp!(struct Expression: 2 => N + 1 => 1);
mlp!(struct Product: 2 => 2 * 3 => 1);
mlp!(struct Brackets: 2 => tanh[3] => 1);
mlp!(struct NoParentheses: 2 => tanh 3 => 1);
mlp!(struct BracketsAsInputs: tanh[2] => 1);
mlp!(struct Twice: 2 => tanh(3)(4) => 1);
mlp!(struct TwoWidths: 2 => tanh(3, 4) => 1);
mlp!(struct Empty: 2 => tanh() => 1);
mlp!(struct Operator: 2 => = 3 => 1);
mlp!(struct Block: 2 => { 3 } => 1);

macro_rules! of_width {
    ($name:ident, $width:literal, $activation:path, $other:expr) => {
        mlp!(struct $name: 2 => $width => $activation($other));
    };
}

of_width!(Passed, -3, tanh, 0);

fn main() {}
