use mlp_core::mlp;

mlp!(2);
mlp!(struct InBrackets: <3>);
mlp!(struct WithOption: 4, scalar = f32);

fn main() {
    let _ = Mlp::from_parameters([0.0]);
}
