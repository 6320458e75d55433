use mlp_core::mlp;

mlp! {
    /// Three mistakes give three messages; the uses below give none.
    pub struct Net: 2 -> tanh(0) => 1, scaler = f32;
}

struct Holder {
    net: Net,
}

fn main() {
    let net = Net { w11: 0.5 };
    let NetForward { y_pred, .. } = net.forward([0.5, 0.8]);
    println!("{y_pred} {}", Holder { net }.net.w11);
}
