use mlp_core::mlp;

mlp!(struct Last: 2 => 2 =>);
mlp!(struct BeforeOption: 2 =>, scalar = f32);
mlp!(struct Middle: 2 => => 2);
mlp!(struct Inputs: => 2);
mlp!(struct NoShape:);
mlp!(struct NoColonNoShape;);
mlp!(struct OptionOnly: scalar = f32);
mlp!(struct InBrackets: <>);

mod unnamed {
    mlp_core::mlp!(=> 2);
}

fn main() {}
