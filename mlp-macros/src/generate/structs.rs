//! The four structs: documentation, derives and names. Callers give the fields.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Ident;

use super::{comment, companions, input_gradients_name};
use crate::names::derivative;
use crate::network::Network;

/// The structs of the parameters, of one forward pass and of the gradients with respect to parameters and inputs, each
/// with its fields. The first has the
/// user's attributes, and `doc` after the user's own documentation.
pub(crate) fn structs<N>(
    network: &Network<N>,
    doc: &str,
    derives: &TokenStream,
    [parameters, values, derivatives, input_derivatives]: [TokenStream; 4],
) -> TokenStream {
    let Network { attributes, visibility, name, .. } = network;
    let [forward, gradients] = companions(network);
    let documented = attributes.iter().any(|attribute| attribute.path().is_ident("doc"));
    let blank = documented.then(|| quote!(#[doc = ""]));
    let input_gradients = input_gradients_name(network);
    let [doc, forward_doc, gradients_doc, input_gradients_doc] = [
        doc,
        &format!("Every value of one forward pass through [`{name}`]."),
        &format!("Derivative of the loss with respect to every parameter of [`{name}`]."),
        &format!("Derivative of the loss with respect to every input of [`{name}`]."),
    ]
    .map(comment::doc);
    quote! {
        #(#attributes)*
        #blank
        #doc
        #[derive(#derives)]
        #visibility struct #name {
            #parameters
        }

        #forward_doc
        #[derive(#derives)]
        #visibility struct #forward {
            #values
        }

        #gradients_doc
        #[allow(non_snake_case)]
        #[derive(#derives)]
        #visibility struct #gradients {
            #derivatives
        }

        #input_gradients_doc
        #[allow(non_snake_case)]
        #[derive(#derives)]
        #visibility struct #input_gradients {
            #input_derivatives
        }
    }
}

/// The field for the gradient of one parameter or of one array of parameters. `equation` begins with its name.
pub(crate) fn gradient_field<N>(
    network: &Network<N>,
    parameter: &Ident,
    kind: impl ToTokens,
    equation: &str,
) -> TokenStream {
    let what = format!("Derivative of the loss with respect to [`{}::{parameter}`]", network.name);
    let doc = comment::equation(&what, equation);
    let gradient = derivative("L", parameter);
    quote!(#doc pub #gradient: #kind,)
}
