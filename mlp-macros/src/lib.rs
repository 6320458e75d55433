//! The compiler behind [`mlp!`]: `tokens` → `declaration` → what `resolve` makes of it, a `network` → `generate`.
//!
//! Depend on `mlp-core`, which re-exports the macro and holds everything that its output refers to.

#![forbid(unsafe_code)]

mod declaration;
mod errors;
mod generate;
mod header;
mod names;
mod network;
mod options;
mod resolve;
mod suggest;
#[cfg(test)]
mod tests;
mod tokens;
mod weights;
mod words;

use declaration::Declaration;
use errors::Errors;
use proc_macro2::TokenStream;

/// Declares a multilayer perceptron and writes its forward pass and backpropagation as named scalars.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp! {
///     /// Learns exclusive or.
///     pub struct Xor: 2 => tanh(3) => 1;
/// }
///
/// let xor = Xor::from_parameters([0.5; 13]);
/// let pass = xor.forward([0.0, 1.0]);
/// let gradients = xor.backprop([0.0, 1.0], [1.0], &pass);
/// assert_eq!(gradients.dL_db4, (pass.y_pred - 1.0) * (pass.y_pred * (1.0 - pass.y_pred)));
/// ```
///
/// # Grammar
///
/// ```text
/// declaration = [ attribute* [visibility] "struct" Name ":" ] shape ("," option)* [";" | ","]
/// shape       = ["<"] WIDTH ("=>" layer)+ [">"]        the brackets are accepted and mean nothing
/// layer       = WIDTH | activation "(" WIDTH ")"       without activation: sigmoid
/// activation  = a word: one of mlp_core::activation; a path (self::swish): the user's own
/// option      = "loss" "=" a word: one of mlp_core::loss; a path   half_squared_error by default
///             | "scalar" "=" ("f64" | "f32")           f64 by default
///             | "weights" "=" "[" name,* (";" name,*)* "]"   one group a layer, source by source
///             | "rolled"                       arrays and loops, for large networks
///             | "crate" "=" path                       where mlp_core lives, for those who rename it
/// ```
///
/// `mlp!` is an item: it stands where a struct may stand, in a module or in a function body. Without `struct Name:` the
/// network is called `Mlp` and is `pub`. Attributes go on the parameters struct, which derives `Clone`, `Copy`, `Debug`
/// and `PartialEq` already.
///
/// An own activation `self::swish` is `fn swish(z: T) -> T`, where `T` is the network's scalar, with its sibling
/// `fn swish_derivative(z: T, a: T) -> T`, where `a` is `swish(z)`. An own loss `self::quartic` is
/// `fn quartic(y_pred: [T; O], y_true: [T; O]) -> T` with its sibling
/// `fn quartic_derivative(y_pred: [T; O], y_true: [T; O]) -> [T; O]`, both of one example.
///
/// # Large networks
///
/// More than 600 parameters are refused: rustc overflows its stack on much larger blocks in debug builds. With the option
/// `rolled` a network may have any number of parameters, and up to 10,000 inputs and neurons, whose values stand on the
/// stack. Then the weights and the biases of a layer are an array each, on the heap, `w1[source][neuron]` and
/// `b1[neuron]`, numbered by layer; so are `z1`, `a1` and, of the output layer, `y_pred`. The struct is no longer `Copy`, and
/// `from_parameters` takes a reference. Every function and every step is there under the same name; the forward pass
/// has the same bits, and a gradient differs from that of the unrolled network in rounding. `mlp_core::rolled` says more.
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Digits: 64 => relu(32) => softmax(10), loss = cross_entropy, rolled);
///
/// let digits = Digits::random(&mut mlp_core::rng(1));
/// let pass = digits.forward([0.5; 64]);
/// assert_eq!(pass.a1[3], pass.z1[3].max(0.0));
/// ```
///
/// # Which pairs make sense
///
/// `softmax` stands on the output layer only, over two outputs or more. `cross_entropy` needs it there;
/// `binary_cross_entropy` needs `sigmoid`, `hard_sigmoid`, `softmax`, or a user's own activation, of which only the user
/// knows whether it stays between 0 and 1. All other losses take any output layer.
///
/// For `softmax` with `cross_entropy` and `sigmoid` with `binary_cross_entropy` the chain rule comes down to a difference,
/// and `backprop` computes that: `dL_dz3 = y_pred1 - y_true1`. With another loss, softmax has a derivative of every
/// prediction by every pre-activation, `dy_pred1_dz4`; 24 outputs have 576 of them, and more are refused, unless the
/// network is rolled.
///
/// # What it generates
///
/// Three structs with public fields, each with its documentation: the parameters (`Xor`), the values of one forward
/// pass (`XorForward`) and the gradients (`XorGradients`), so two networks of one name need two modules. On the first:
/// `forward`, `predict`, `predict_batch`, `loss`, `backprop`, `update`, `parameters`, `from_parameters`, `random`,
/// `random_with`, `trace` (with `std`), `save` and `load` (with the feature `serde`), and `impl mlp_core::Network`. Above 64
/// parameters the steps of `forward` stand in an hidden impl, above 256 those of `backprop` and
/// `update` in impls beside it: mlp-core compiles them for the vectors of the processor.
///
/// # Names
///
/// One input is `x`, several are `x1, x2, …`. Neurons are numbered through the network, inputs apart: `z1, a1`,
/// `z2, a2`, …; the activations of the output layer are `y_pred` or `y_pred1, y_pred2, …`. A bias is `b{neuron}`, a
/// weight `w{source}{target}`: sources are counted through the network, inputs first, targets within their layer. So
/// `2 => 2 => 2` has `w11 w12 w21 w22 b1 b2 w31 w32 w41 w42 b3 b4`, and that is also the canonical order of
/// parameters: layer by layer the weights source by source, then the biases. As soon as one index of a network reaches
/// 10, all its weights get a separator: `w1_11`; so `4 => 6 => 2` has `w1_1`, for its sources go up to 10. A derivative
/// is `dL_dw31`, `dz3_da1`, `dy_pred1_dz3`.
///
/// # Errors
///
/// All mistakes of a declaration are reported together, each at the token that causes it. A word that is not in
/// `mlp_core::activation` or `mlp_core::loss` is one of them; that a path leads nowhere, or that an own function has
/// the wrong type, rustc says.
#[proc_macro]
pub fn mlp(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).into()
}

fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let declaration = Declaration::parse(input, &mut errors);
    let name = declaration.header.name.clone();
    let network = resolve::network(declaration, &mut errors);
    match (network, errors.into_compile_errors()) {
        (Some(network), None) => generate::network(&network),
        (_, messages) => generate::stand_in(name.as_ref(), &messages.unwrap_or_default()),
    }
}
