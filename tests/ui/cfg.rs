use mlp_core::mlp;

mlp! {
    /// Only with the feature.
    #[cfg(feature = "net")]
    #[derive(PartialOrd)]
    pub struct Net: 2 => 2;
}

fn main() {}
