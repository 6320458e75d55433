mlp_core::mlp!();

fn main() {}
