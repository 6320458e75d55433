use mlp_core::mlp;

mlp!(struct Semicolons: 2 => 2;;);
mlp!(struct Two: 2 => 2; struct Second: 3 => 3);
mlp!(struct AfterOptions: 2 => 2, scalar = f32; loss = half_squared_error);

fn main() {}
