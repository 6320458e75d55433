use mlp_core::mlp;

mlp!(struct Large: 1 => 30 => tanh(30) => 1);
mlp!(struct JustTooLarge: 599 => 1 => 1);
mlp!(struct AtTheLimit: 597 => 1 => 1);
mlp!(struct Beyond: 18446744073709551615 => 18446744073709551615);
mlp!(struct Rolled: 597 => 1000 => 1, rolled);
mlp!(struct TooWide: 784 => 9999 => 10, rolled);
mlp!(struct BeyondRolled: 18446744073709551615 => 18446744073709551615, rolled);

fn main() {}
