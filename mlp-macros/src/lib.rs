//! The compiler behind [`mlp!`], in four stages: `tokens` are read into a `declaration`, `resolve` checks it and builds
//! a `network`, and `generate` writes the code.
//!
//! Depend on `mlp-core`, which re-exports the macro and holds everything that its output refers to.

#![forbid(unsafe_code)]

mod attributes;
mod declaration;
mod errors;
mod generate;
mod header;
mod limits;
mod names;
mod network;
mod options;
mod resolve;
mod suggest;
#[cfg(test)]
mod tests;
mod tokens;
mod weights;
mod widths;
mod words;

use declaration::Declaration;
use errors::Errors;
use header::Header;
use proc_macro2::TokenStream;
use syn::Ident;
use tokens::Tokens;

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
/// activation  = a word: one of mlp_core::activation; a path (self::swish): your own
/// option      = "loss" "=" a word: one of mlp_core::loss; a path   half_squared_error by default
///             | "scalar" "=" ("f64" | "f32")           f64 by default
///             | "weights" "=" "[" name,* (";" name,*)* "]"   one group per layer, source by source
///             | "rolled"                       arrays and loops, for large networks
///             | "inline"                       with `rolled`: the arrays in the struct instead of on the heap
///             | "crate" "=" path                       the path to mlp_core, if you rename it
/// ```
///
/// `mlp!` is an item: it stands where a struct may stand, in a module or in a function body. Without `struct Name:` the
/// network is called `Mlp` and is `pub`. Attributes go to the parameters struct. It derives `Clone`, `Copy` (unless it is
/// rolled), `Debug` and `PartialEq` anyway, whether you write them or not. `Eq`, `Ord` and `Hash` are refused, because
/// floating-point numbers have none of them.
///
/// Your own activation `self::swish` is a function `fn swish(z: T) -> T`, where `T` is the network's scalar. Its
/// derivative stands beside it: `fn swish_derivative(z: T, a: T) -> T`, where `a` is `swish(z)`. Your own loss
/// `self::quartic` is `fn quartic(y_pred: [T; O], y_true: [T; O]) -> T`, with the derivative
/// `fn quartic_derivative(y_pred: [T; O], y_true: [T; O]) -> [T; O]`. Both take one example.
///
/// # Large networks
///
/// Without the option `rolled`, a network has at most 600 parameters: rustc overflows its stack on much larger blocks
/// in debug builds. With `rolled` it may have any number of parameters, and up to 10,000 inputs and neurons, because
/// their values are on the stack. Each layer then has one array of weights, `w1[source][neuron]`, and one of biases,
/// `b1[neuron]`, both on the heap; the number in the name is the layer's. The values of a layer are arrays too: `z1`,
/// `a1` and, in the output layer, `y_pred`. The struct is not `Copy`, and `from_parameters` takes a reference. All
/// functions and steps keep their names. The forward pass has the same bits, and a gradient differs from the unrolled
/// network's in rounding. With `rolled, inline` the arrays are fields of the struct instead, so that a network needs no
/// heap and can live in a static. `mlp_core::rolled` says more.
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
/// `softmax` is for the output layer only, with two outputs or more. `cross_entropy` needs it there.
/// `binary_cross_entropy` needs `sigmoid`, `hard_sigmoid`, `softmax` or your own activation; the macro cannot check
/// that yours stays between 0 and 1. All other losses take any output layer.
///
/// For `softmax` with `cross_entropy`, and for `sigmoid` with `binary_cross_entropy`, the chain rule reduces to a
/// difference, and `backprop` computes that: `dL_dz3 = y_pred1 - y_true1`. With another loss, softmax needs the
/// derivative of every prediction with respect to every pre-activation, such as `dy_pred1_dz4`. 24 outputs have 576 of
/// these derivatives; more outputs are refused unless the network is rolled.
///
/// # What it generates
///
/// The macro generates four structs with public, documented fields: the parameters (`Xor`), the values of one forward
/// pass (`XorForward`), the gradients with respect to the parameters (`XorGradients`) and those with respect to the
/// inputs (`XorInputGradients`). Two networks of one name therefore need two modules, and so do `Net` and `NetInput`.
/// Fields of values and derivatives are documented by their equations, which an editor shows where you write
/// `pass.z3`: `z3 = w31·a1 + w41·a2 + b3`. Of a sum of more than eight terms it shows the first three and the last two.
/// A parameter's documentation says what it connects.
///
/// The parameters struct has `forward`, `predict`, `predict_batch`, `loss`, `backprop`, `backprop_from`, `input_gradients`,
/// `batch_gradients`, `update`, `parameters`, `from_parameters`, `BYTES`, `write_le_bytes`, `from_le_bytes`, `random`,
/// `random_with`, `trace` (with `std`), `save` and `load` (with the feature `serde`), and implements `mlp_core::Network`. Both structs of gradients have `to_array`.
///
/// Above 64 parameters a hidden impl has the steps of `forward`, and above 256 those of `backprop` and `update` too.
/// mlp-core compiles these steps for the processor's vector instructions. `backprop_from` and `input_gradients` are written out
/// up to 64 parameters. Above, they call loops of mlp-core, which have the same bits.
///
/// `backprop_from` and `input_gradients` take the derivatives with respect to the predictions instead of targets:
/// `backprop_from` is steps 2 to 8 of `backprop`, and `input_gradients` goes one step further, to `dL_dx1`, ….
///
/// ```
/// use mlp_core::mlp;
///
/// mlp!(pub struct Net: 2 => tanh(3) => 1);
///
/// // How much the prediction changes with each input.
/// let net = Net::from_parameters([0.5; 13]);
/// let pass = net.forward([0.0, 1.0]);
/// let sensitivities = net.input_gradients([0.0, 1.0], [1.0], &pass);
/// assert_eq!(sensitivities.dL_dx1, sensitivities.dL_dx2);
/// ```
///
/// # Names
///
/// One input is `x`, several are `x1, x2, …`. Neurons are numbered through the network, without the inputs: `z1, a1`,
/// `z2, a2`, …. The activations of the output layer are the predictions, `y_pred` or `y_pred1, y_pred2, …`. A bias is
/// `b{neuron}`. A weight is `w{source}{target}`: sources are counted through the network, inputs first, and targets
/// within their layer. So `2 => 2 => 2` has `w11 w12 w21 w22 b1 b2 w31 w32 w41 w42 b3 b4`. This is also the canonical
/// order of parameters, layer by layer: the weights source by source, then the biases. If one index of a network
/// reaches 10, all its weights get a separator: `w1_11`. `4 => 6 => 2` has `w1_1`, because its sources are counted up
/// to 10. A derivative is `dL_dw31`, `dz3_da1`, `dy_pred1_dz3`.
///
/// These names are variables of the generated functions, and so are `pass`, `error`, `learning_rate`, `rng` and
/// `initializer`. Rust allows no variable with the name of a constant, a static or a unit struct. If one that is called
/// `x` or `b1` is in scope where the network is declared, rustc reports patterns and mismatched types. Write constants
/// in capitals, or declare the network in a module of its own.
///
/// # Errors
///
/// The macro reports all mistakes of a declaration together, each at the token that causes it. One of them is a word
/// that is not in `mlp_core::activation` or `mlp_core::loss`. rustc reports a path that leads nowhere, and a function
/// of your own with the wrong type.
#[proc_macro]
pub fn mlp(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).into()
}

/// The network's name in the first tokens of a declaration, if they are sound.
fn name_in(tokens: TokenStream) -> Option<Ident> {
    let mut errors = Errors::default();
    let header = Header::read(&mut Tokens::new(tokens), &mut errors);
    header.name.filter(|_| errors.into_compile_errors().is_none())
}

fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if let Err(refused) = limits::check(&input) {
        errors.report(refused.token, refused.message);
        return generate::stand_in(name_in(refused.before).as_ref(), &errors.into_compile_errors().unwrap_or_default());
    }
    let declaration = Declaration::parse(input, &mut errors);
    let name = declaration.header.name.clone();
    let network = resolve::network(declaration, &mut errors);
    match (network, errors.into_compile_errors()) {
        (Some(network), None) => generate::network(&network),
        (_, messages) => generate::stand_in(name.as_ref(), &messages.unwrap_or_default()),
    }
}
