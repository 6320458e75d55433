//! A function as it is written: as a whole, or with its steps where mlp-core compiles them.

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
    /// The function itself has the steps.
    pub(crate) fn inline(function: TokenStream) -> Self {
        Self { function, steps: None }
    }

    /// The function, called `name`, calls mlp-core, which compiles the method of this trait, `Forward<4>`, for the vectors
    /// of the processor.
    pub(crate) fn outlined(
        network: &Unrolled,
        name: &str,
        function: TokenStream,
        vectorized: &TokenStream,
        method: &TokenStream,
    ) -> Self {
        let Unrolled { name: network, core, .. } = network;
        let doc = comment::doc(&format!("What `{name}` calls, compiled for the vectors of the processor."));
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
