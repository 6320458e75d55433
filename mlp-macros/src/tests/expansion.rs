//! Each expansion equals a page written by hand, token by token, documentation included.

use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::ItemMacro;

use crate::expand;

#[test]
fn lecture_1_1_1() {
    check("lecture_1_1_1.rs", quote!(pub struct Net: 1 => 1 => 1, weights = [w1; w2];));
}

#[test]
fn lecture_2_2_2() {
    check("lecture_2_2_2.rs", quote!(pub struct Net: 2 => 2 => 2;));
}

#[test]
fn two_hidden_layers() {
    check("two_hidden_layers.rs", quote!(pub struct Net: 2 => 2 => 2 => 1;));
}

#[test]
fn classifier() {
    check("classifier.rs", quote!(pub struct Net: 2 => tanh(2) => softmax(2), loss = cross_entropy;));
}

#[test]
fn softmax_derivatives() {
    check("softmax_derivatives.rs", quote!(pub struct Net: 1 => softmax(2);));
}

#[test]
fn rolled() {
    // All items stand inside one call, which drops them if mlp-core has no allocator.
    let call: ItemMacro = syn::parse2(expand(quote!(pub struct Net: 4 => tanh(3) => 2, rolled;))).unwrap();
    assert_eq!(call.mac.path.to_token_stream().to_string(), quote!(::mlp_core::needs_alloc).to_string());
    let mut tokens = call.mac.tokens.into_iter();
    let head: TokenStream = tokens.by_ref().take(2).collect();
    assert_eq!(head.to_string(), quote!(NetMistakes { Net, NetForward, NetGradients, NetInputGradients }).to_string());
    compare("rolled.rs", tokens.collect());
}

/// Above 64 parameters the steps of the forward pass are in an impl of a trait, for mlp-core to compile; they are the
/// same.
#[test]
fn large() {
    let large = expand(quote!(pub struct Net: 2 => tanh(20) => 1;)).to_string();
    let parts = [
        quote! {
            pub fn forward(&self, [x1, x2]: [f64; 2]) -> NetForward {
                use ::mlp_core::__private::vectorized::{Spaced, forward};
                forward(self, [Spaced(x1), Spaced(x2)])
            }
        },
        quote!(impl ::mlp_core::__private::vectorized::Forward<2> for Net),
        quote! {
            #[doc = " The steps of `forward`, compiled for the processor's vector instructions."]
            #[inline(always)]
            fn forward(
                &self,
                [::mlp_core::__private::vectorized::Spaced(x1), ::mlp_core::__private::vectorized::Spaced(x2)]: [::mlp_core::__private::vectorized::Spaced<f64>; 2]
            ) -> NetForward
        },
        quote!(let z1 = w1_1 * x1 + w2_1 * x2 + b1; let a1 = tanh(z1);),
    ];
    assert_has(&large, &parts);
    assert!(!large.contains("Backprop"), "{large}");
    let very_large = expand(quote!(pub struct Net: 2 => tanh(64) => 1;)).to_string();
    let parts = [
        quote!(
            pub fn backprop(&self, x: [f64; 2], y_true: [f64; 1], pass: &NetForward) -> NetGradients {
                ::mlp_core::__private::vectorized::backprop(self, x, y_true, pass)
            }
        ),
        quote!(
            pub fn update(&mut self, all_gradients: &NetGradients, learning_rate: f64) {
                ::mlp_core::__private::vectorized::update(self, all_gradients, learning_rate);
            }
        ),
        quote!(impl ::mlp_core::__private::vectorized::Backprop for Net),
        quote!(fn backprop(&self, [x1, x2]: [f64; 2], [y_true]: [f64; 1], pass: &NetForward) -> NetGradients),
        quote!(impl ::mlp_core::__private::vectorized::Update for Net),
        quote!(self.w1_2 -= learning_rate * all_gradients.dL_dw1_2;),
    ];
    assert_has(&very_large, &parts);
    let small = expand(quote!(pub struct Net: 2 => tanh(15) => 1;)).to_string();
    assert!(!small.contains("vectorized"), "{small}");
}

/// Gradients from outside call loops of mlp-core where the steps of `forward` are large, and `input_gradients` names the
/// derivative with respect to an input, so that no weight may have this name.
#[test]
fn gradients_from_outside() {
    let large = expand(quote!(pub struct Net: 2 => tanh(20) => 1;)).to_string();
    let parts = [
        quote! {
            #[inline]
            pub fn backprop_from(&self, x: [f64; 2], dL_dy_pred: [f64; 1], pass: &NetForward) -> NetGradients {
                ::mlp_core::__private::backward::backprop_from(self, x, dL_dy_pred, pass)
            }
        },
        quote!(impl ::mlp_core::__private::backward::PassValues<21> for Net),
        quote!([pass.z1, pass.a1], [pass.z2, pass.a2]),
    ];
    assert_has(&large, &parts);
    let small = expand(quote!(pub struct Net: 2 => tanh(15) => 1;)).to_string();
    assert!(!small.contains("backward"), "{small}");
    let collision = expand(quote!(pub struct Net: 2 => 1, weights = [dL_dx1, w2];)).to_string();
    assert!(collision.contains("`dL_dx1` names something else in the generated code"), "{collision}");
}

/// Panics unless the expansion contains these parts, token by token.
fn assert_has(expansion: &str, parts: &[TokenStream]) {
    for part in parts {
        assert!(expansion.contains(&part.to_string()), "no\n{part}\nin\n{expansion}");
    }
}

/// Compares with `examples/expanded/name`, both laid out by the same printer.
fn check(name: &str, declaration: TokenStream) {
    compare(name, expand(declaration));
}

fn compare(name: &str, expansion: TokenStream) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/expanded").join(name);
    let mut expected = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    // Without the page's introduction.
    expected.attrs.clear();
    let expected = prettyplease::unparse(&expected);
    // The printer leaves macro calls as they are, and in them lexed tokens are spaced differently from quoted ones.
    let actual = prettyplease::unparse(&syn::parse2(expansion).unwrap()).replace("< ::", "<::");
    if let Some((number, (expected, actual))) =
        (1..).zip(expected.lines().zip(actual.lines())).find(|(_, (expected, actual))| expected != actual)
    {
        panic!(
            "{name}, line {number} of the printed form\nexpected: {expected}\n  actual: {actual}\nall of it:\n\n{actual}"
        );
    }
    assert_eq!(expected, actual);
}
