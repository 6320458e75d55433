use mlp_core::mlp;

mlp!(struct Unclosed: <2 => 2);
mlp!(struct UnclosedBeforeOption: <2 => tanh(2), scalar = f32);
mlp!(struct Unopened: 2 => 2>);
mlp!(struct AfterTheBrackets: <2 => 2> => 1);

fn main() {}
