mod nameless {
    mod a {
        mlp_core::mlp!(pub struct: 2 => 2);
    }
    mod b {
        mlp_core::mlp!(struct 2 => 2);
    }
    mod c {
        mlp_core::mlp!(pub 2 => 2);
    }
    mod d {
        mlp_core::mlp!(#[derive(Default)] 2 => 2);
    }
    mod e {
        mlp_core::mlp!(pub(crate): 2 => 2);
    }
    mod f {
        mlp_core::mlp!(struct "Net": 2 => 2);
    }
    mod g {
        mlp_core::mlp!(struct fn: 2 => 2);
    }
    mod h {
        mlp_core::mlp!(struct _: 2 => 2);
    }
}

use mlp_core::mlp;

mlp!(NoStruct: 2 => 2);
mlp!(pub PublicNoStruct: 2 => 2);
mlp!(pub enum Enum: 2 => 2);
mlp!(pub const struct Const: 2 => 2);
mlp!(pub struct NoColon 2 => 2);
mlp!(pub struct NoColonInBrackets <2 => 2>);
mlp!(struct Equals = 2 => 2);
mlp!(struct Arrow => 2 => 2);
mlp!(struct Braces { 2 => 2 });
mlp!(struct Surplus(f64): 2 => 2);
mlp!(pub(nowhere) struct Visibility: 2 => 2);
mlp!(#![allow(dead_code)] struct Inner: 2 => 2);
mlp!(# struct Hash: 2 => 2);
mlp!(struct f64: 2 => 2);
mlp!(struct r#f32: 2 => 2);
mlp!(struct usize: 2 => 2, rolled);

fn main() {
    let net = NoStruct::random_with(&mlp_core::StandardNormal, &mut mlp_core::rng(1));
    let NoStructForward { y_pred1, .. } = net.forward([0.5, 0.8]);
    println!("{}", y_pred1 + net.w11);
}
