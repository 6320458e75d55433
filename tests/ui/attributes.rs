use mlp_core::mlp;

mlp! {
    /// Only with the feature.
    #[cfg(feature = "net")]
    #[derive(PartialOrd)]
    pub struct Cfg: 2 => 2;
}

mlp!(#[derive(Clone, Eq, PartialEq, Hash)] struct NotOfNumbers: 2 => 2);
mlp!(#[derive(PartialOrd, std::cmp::Ord)] struct Path: 2 => 2);
mlp!(#[derive(Clone, Copy)] struct Rolled: 2 => 2, rolled);

fn main() {}
