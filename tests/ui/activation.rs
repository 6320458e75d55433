use mlp_core::mlp;

mlp!(struct Empty: 2 => tanh() => 1);
mlp!(struct OfTheInputs: tanh(2) => 1);
mlp!(struct Generic: 2 => tanh::<f64>(3) => 1);
mlp!(struct Keyword: 2 => fn(3) => self(1));
mlp!(struct KeywordInPath: 2 => mine::match(3) => 1);
mlp!(struct KeywordInside: 2 => ::self::swish(3) => mine::match::swish(1));
mlp!(struct Number: 2 => *tanh(3) => 1);
mlp!(struct Closure: 2 => |z| z(3) => 1);
mlp!(struct GenericWord: 2 => tanh<f64>(3) => 1);

fn main() {}
