//! The generated items, in the order in which they are read.

mod backprop;
mod backprop_from;
mod comment;
mod conveniences;
mod equations;
mod forward;
mod generated_fn;
mod input_gradients;
mod loss;
mod methods;
mod network_impl;
mod parameters;
mod rolled;
mod structs;
mod update;

use std::collections::HashSet;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Ident;

use crate::names;
use crate::network::{Form, Function, Network, Unrolled};
use generated_fn::GeneratedFn;

/// Up to this many parameters, the functions of a network are inlined wherever they are called.
const ALWAYS_INLINED: usize = 64;

/// Up to this many parameters, backpropagation and update are compiled once. Compiling them a second
/// time, for the processor's vector instructions, would double the time and gain little.
const COMPILED_ONCE: usize = 256;

/// All items generated for one declaration.
pub(crate) fn network(form: &Form) -> TokenStream {
    match form {
        Form::Unrolled(network) => unrolled(network),
        Form::Rolled(network) => rolled::network(network),
    }
}

fn unrolled(network: &Unrolled) -> TokenStream {
    let name = &network.name;
    let fields = [
        parameters::fields(network),
        forward::fields(network),
        backprop::fields(network),
        input_gradients::fields(network),
    ];
    let derives = quote!(Clone, Copy, Debug, PartialEq);
    let structs = structs::structs(network, &comment::network(network, ""), &derives, fields);
    let (predict, [loss, loss_of]) = (forward::predict(network), loss::losses(network));
    let [forward, backprop, update] = [forward::forward(network), backprop::backprop(network), update::update(network)];
    let beyond = [backprop_from::backprop_from(network), input_gradients::input_gradients(network)];
    let lecture =
        [forward.function, predict, loss, loss_of, backprop.function, update.function].into_iter().chain(beyond);
    let outlined = [forward.steps, backprop.steps, update.steps, backprop_from::pass_values(network)];
    let outlined = outlined.into_iter().flatten();
    let conveniences = conveniences::conveniences(network, &parameters::conversions(network));
    let network_impl = network_impl::network_impl(network);
    let serde = serde(network);
    quote! {
        #structs

        #[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
        #[allow(clippy::inline_always, clippy::suboptimal_flops)]
        impl #name {
            #(#lecture)*
        }

        #(#outlined)*

        #conveniences

        #network_impl

        #serde
    }
}

/// serde's traits for the four structs, if mlp-core has its feature `serde`.
fn serde(network: &Unrolled) -> TokenStream {
    let Unrolled { name, core, .. } = network;
    let [forward, gradients] = companions(network);
    let parameters = network.parameters();
    let values = network.values();
    let derivatives = parameters.iter().map(|parameter| names::derivative("L", parameter));
    let (input_gradients, input_derivatives) = (input_gradients_name(network), input_gradients::gradients(network));
    quote! {
        #core::serde_by_name!(#name { #(#parameters),* });
        #core::serde_by_name!(#forward { #(#values),* });
        #core::serde_by_name!(#gradients { #(#derivatives),* });
        #core::serde_by_name!(#input_gradients { #(#input_derivatives),* });
    }
}

/// The output for a declaration with mistakes: the messages, and the names, so that uses of the names are not errors as
/// well.
///
/// The names are imported from a module that holds only the messages. rustc reports neither a name that a module with a
/// `compile_error!` lacks, nor any use of it. A struct instead would lack its fields and methods, and rustc would
/// report those.
pub(crate) fn stand_in(name: Option<&Ident>, messages: &TokenStream) -> TokenStream {
    let Some(name) = name else { return messages.clone() };
    let [mistakes, forward, gradients, input_gradients] =
        ["Mistakes", "Forward", "Gradients", "InputGradients"].map(|what| names::companion(name, what));
    quote! {
        #[allow(non_snake_case)]
        mod #mistakes {
            #messages
        }
        #[allow(unused_imports)]
        pub use #mistakes::{#name, #forward, #gradients, #input_gradients};
    }
}

/// A small network stays in the registers of the loop that trains it, if its functions are inlined. By itself LLVM
/// calls functions of this size, and every value goes through memory. A large network does not fit in registers.
fn inline(network: &Unrolled) -> TokenStream {
    called_if_large(network).unwrap_or_else(|| quote!(#[inline(always)]))
}

/// Large functions are called: more copies would take more time to compile.
fn called_if_large(network: &Unrolled) -> Option<TokenStream> {
    is_large(network).then(|| quote!(#[inline(never)]))
}

/// Whether a step has too many values for registers.
fn is_large(network: &Unrolled) -> bool {
    network.parameter_count() > ALWAYS_INLINED
}

/// Whether it pays to compile the whole step for the processor's vector instructions.
fn is_very_large(network: &Unrolled) -> bool {
    network.parameter_count() > COMPILED_ONCE
}

/// `use ::mlp_core::activation::sigmoid;` once for each built-in function.
fn imports<'a>(functions: impl IntoIterator<Item = &'a Function>, core: &TokenStream) -> TokenStream {
    let mut seen = HashSet::new();
    let import = |function: &Function| match function {
        Function::BuiltIn { module, name } if seen.insert(name.to_string()) => {
            let module = Ident::new(module.name(), Span::call_site());
            quote!(use #core::#module::#name;)
        }
        _ => TokenStream::new(),
    };
    functions.into_iter().map(import).collect()
}

/// `[f64; 2]`
fn array(scalar: &Ident, length: usize) -> TokenStream {
    let length = proc_macro2::Literal::usize_unsuffixed(length);
    quote!([#scalar; #length])
}

/// The types of the inputs and of the outputs of an example: `[f64; 2]` and `[f64; 1]`.
fn ends<N>(network: &Network<N>) -> [TokenStream; 2] {
    network.ends().map(|length| array(&network.scalar, length))
}

/// The type of all parameters in a row: `[f64; 12]`.
fn all_parameters<N>(network: &Network<N>) -> TokenStream {
    array(&network.scalar, network.parameter_count())
}

/// `NetForward` and `NetGradients` for `Net`.
fn companions<N>(network: &Network<N>) -> [Ident; 2] {
    ["Forward", "Gradients"].map(|what| names::companion(&network.name, what))
}

/// `NetInputGradients` for `Net`.
fn input_gradients_name<N>(network: &Network<N>) -> Ident {
    names::companion(&network.name, "InputGradients")
}

/// `dL_dy_pred`: the array of derivatives that the caller brings, where they have no names of their own.
fn derivatives_from_outside() -> TokenStream {
    quote!(dL_dy_pred)
}

/// Words of the generated code as identifiers.
fn words(words: &[&str]) -> Vec<Ident> {
    words.iter().map(|word| Ident::new(word, Span::call_site())).collect()
}

/// `[x1, x2]`: a pattern or an expression.
fn listed<T: ToTokens>(names: &[T]) -> TokenStream {
    quote!([#(#names),*])
}
