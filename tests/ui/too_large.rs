use mlp_core::mlp;

mlp!(struct Large: 1 => 30 => tanh(30) => 1);
mlp!(struct JustTooLarge: 599 => 1 => 1);
mlp!(struct AtTheLimit: 597 => 1 => 1);
mlp!(struct Beyond: 18446744073709551615 => 18446744073709551615);

fn main() {}
