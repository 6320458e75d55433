//! The user's attributes, which go to the struct of the parameters. Pinned by tests/ui/attributes.rs.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token};

use crate::errors::Errors;

/// The attributes without the derives that the macro writes itself.
pub(crate) fn resolve(attributes: Vec<Attribute>, rolled: bool, errors: &mut Errors) -> Vec<Attribute> {
    attributes.into_iter().filter_map(|attribute| keep(attribute, rolled, errors)).collect()
}

fn keep(mut attribute: Attribute, rolled: bool, errors: &mut Errors) -> Option<Attribute> {
    if attribute.path().is_ident("cfg") {
        let message =
            "`cfg` would leave out one of several generated items: put it on the macro call, `#[cfg(…)] mlp! { … }`";
        errors.report(&attribute, message);
    }
    match &mut attribute.meta {
        Meta::List(list) if list.path.is_ident("derive") => {
            // rustc reports a list that is not one of paths.
            let Ok(paths) = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else {
                return Some(attribute);
            };
            list.tokens = derives(paths, rolled, errors);
            (!list.tokens.is_empty()).then_some(attribute)
        }
        _ => Some(attribute),
    }
}

/// The derives that are left: all but those that the macro writes itself, and those that are impossible, which are
/// reported.
fn derives(paths: impl IntoIterator<Item = Path>, rolled: bool, errors: &mut Errors) -> TokenStream {
    let mut left = Vec::new();
    for path in paths {
        match standard_trait(&path).map(Ident::to_string).as_deref() {
            Some("Copy") if rolled => {
                let message = "a rolled network is not `Copy`, because its parameters are on the heap: leave this out; \
                               it is `Clone`";
                errors.report(&path, message);
            }
            Some("Clone" | "Copy" | "Debug" | "PartialEq") => {}
            Some(word @ ("Eq" | "Ord" | "Hash")) => {
                let message =
                    format!("parameters are floating-point numbers, and these have no `{word}`: leave this out");
                errors.report(&path, message);
            }
            _ => left.push(path),
        }
    }
    quote!(#(#left),*)
}

/// The last word of `Clone`, `std::clone::Clone` or `::core::clone::Clone`; `None` for any other path.
fn standard_trait(path: &Path) -> Option<&Ident> {
    let (first, last) = (&path.segments.first()?.ident, &path.segments.last()?.ident);
    (path.segments.len() == 1 || first == "std" || first == "core").then_some(last)
}
