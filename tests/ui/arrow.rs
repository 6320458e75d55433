use mlp_core::mlp;

mlp!(struct Thin: 2 -> tanh(3) => 1);
mlp!(struct AllThin: 2->3->1);
mlp!(struct Comma: 2, 3);
mlp!(struct Equals: 2 => 3 = 1);
mlp!(struct Greater: 2 > 3 => 1);
mlp!(struct Doubled: 2 =>=> 1);
mlp!(struct Long: 2 ==> 1);
mlp!(struct Missing: 2 => 3 tanh(1));

fn main() {}
