use mlp_core::mlp;

// Reported once, however many layers use it, and together with everything else.
mlp!(struct Activation: 2 => tahn(3) => tahn(2) => 0);

mlp!(struct Loss: 2 => 1, loss = half_squared_eror);

/// Has the right name, but a word means one of mlp_core's functions.
fn snake(z: f64) -> f64 {
    z
}

mlp!(struct Own: 2 => snake(3) => 1);

fn main() {
    snake(0.5);
}
