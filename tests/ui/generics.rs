use mlp_core::mlp;

mlp!(struct Scalar<T>: 2 => 2);
mlp!(struct Bound<T: Copy + Into<f64>, U>: 2 => 2);
mlp!(struct Width<const N: usize>: 2 => 2);
mlp!(struct Lifetime<'a>: 2 => 2);
mlp!(struct Function<F: Fn(f64) -> f64>: 2 => 2);
mlp!(struct Where where f64: Copy: 2 => 2);
mlp!(struct Argument<3>: 2 => 2);
mlp!(struct Unclosed<T: 2 => 2);

fn main() {}
