//! A generated function: its steps are in its body, or in an impl that mlp-core compiles.

use proc_macro2::TokenStream;
use quote::quote;

use super::comment;
use crate::network::Unrolled;

/// A function of the struct, and the impl that holds its steps if mlp-core compiles them.
pub(crate) struct GeneratedFn {
    pub(crate) function: TokenStream,
    pub(crate) steps: Option<TokenStream>,
}

impl GeneratedFn {
    /// The function contains its steps.
    pub(crate) fn inline(function: TokenStream) -> Self {
        Self { function, steps: None }
    }

    /// The function `name` calls mlp-core, which compiles `method` of the trait `vectorized`, such as `Forward<4>`, for
    /// the processor's vector instructions.
    pub(crate) fn outlined(
        network: &Unrolled,
        name: &str,
        function: TokenStream,
        vectorized: &TokenStream,
        method: &TokenStream,
    ) -> Self {
        let Unrolled { name: network, core, .. } = network;
        let doc = comment::doc(&format!("The steps of `{name}`, compiled for the processor's vector instructions."));
        let steps = quote! {
            #[allow(non_snake_case, unused_doc_comments, unused_qualifications)]
            #[allow(clippy::inline_always, clippy::suboptimal_flops)]
            impl #core::__private::vectorized::#vectorized for #network {
                #doc
                #[inline(always)]
                #method
            }
        };
        Self { function, steps: Some(steps) }
    }
}
