use mlp_core::mlp;

mlp!(struct Misspelt: 2 => 2, scaler = f32);
mlp!(struct Singular: 2 => 1, weight = [w1, w2]);
mlp!(struct Unknown: 2 => 2, dropout);
mlp!(struct UnknownToo: 2 => 2, learning_rate = 0.5);
mlp!(struct Twice: 2 => 2, scalar = f32, loss = half_squared_error, scalar = f64);
mlp!(struct NoValue: 2 => 2, scalar =, loss);
mlp!(struct NoEquals: 2 => 2, scalar f32, loss: half_squared_error);
mlp!(struct NoComma: 2 => 2 scalar = f32 loss = half_squared_error);
mlp!(struct Scalar: 2 => 2, scalar = f16);
mlp!(struct Loss: 2 => 2, loss = "half_squared_error");
mlp!(struct LossKeyword: 2 => 2, loss = self);
mlp!(struct Crate: 2 => 2, crate = "mlp_core");
mlp!(struct SelfInside: 2 => 2, crate = ::my::Self);
mlp!(struct SelfAlone: 2 => 2, crate = Self);
mlp!(struct CrateInside: 2 => 2, crate = my::crate);
mlp!(struct SuperAtTheRoot: 2 => 2, crate = ::super::my);
mlp!(struct LossKeywordInPath: 2 => 2, loss = self::Self::quartic);
mlp!(struct Weights: 1 => 1, weights = w1);
mlp!(struct NoOption: 2 => 2, "f32", scalar = f32);
mlp!(struct Commas: 2 => 2, , scalar = f32);
mlp!(struct CommaSemicolon: 2 => 2,;);
mlp!(struct Semicolon: 2 => 2; scalar = f16);
mlp!(struct AfterTheShape: 2 => 2 rolled);
mlp!(struct RolledTrue: 2 => 2, rolled = true);
mlp!(struct RolledTwice: 2 => 2, rolled, rolled);
mlp!(struct RolledMisspelt: 64 => 32 => 10, roled);
mlp!(struct InlineAlone: 2 => 2, inline);
mlp!(struct InlineTrue: 2 => 2, rolled, inline = true);
mlp!(struct InlineTwice: 2 => 2, inline, rolled, inline);

fn main() {}
