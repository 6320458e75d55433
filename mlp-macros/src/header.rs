//! The part before the shape, `#[derive(Default)] pub struct Name:`, which may be missing altogether. Pinned by
//! tests/ui/header.rs.

use proc_macro2::{Delimiter, TokenStream};
use quote::quote;
use syn::parse::Parser as _;
use syn::{Attribute, Ident, Visibility, parse_quote, parse2};

use crate::declaration::starts_layer;
use crate::errors::Errors;
use crate::names;
use crate::tokens::Tokens;

/// `#[derive(Default)] pub struct Name:`, or the defaults of a declaration without it.
pub(crate) struct Header {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// `None` only if a mistake was reported.
    pub(crate) name: Option<Ident>,
}

impl Header {
    pub(crate) fn read(tokens: &mut Tokens, errors: &mut Errors) -> Self {
        let attributes = read_attributes(tokens, errors);
        let visibility = read_visibility(tokens, errors);
        if let Some(keyword) = read_keyword(tokens, errors) {
            let name = read_name(&keyword, tokens, errors);
            return Self { attributes, visibility, name };
        }
        let header = quote!(#(#attributes)* #visibility);
        if header.is_empty() {
            return Self { attributes, visibility: parse_quote!(pub), name: Some(names::unnamed()) };
        }
        errors.report(header, "a name must follow this: write `struct Name:` before the shape");
        tokens.take(":");
        Self { attributes, visibility, name: None }
    }
}

/// `struct`, or the word in its place; `None` if the declaration has neither `struct` nor a name.
fn read_keyword(tokens: &mut Tokens, errors: &mut Errors) -> Option<Ident> {
    let word = tokens.word(0)?.clone();
    if word == "struct" {
        tokens.take_first(1);
    } else if let Some(next) = tokens.word(1) {
        let count = if next == "struct" { 2 } else { 1 };
        let message = format!("`struct` is expected here instead of `{word}`: write `struct Name: 2 => 2 => 1`");
        errors.report(tokens.take_first(count).into_iter().next(), message);
    } else if is_name(tokens) {
        errors.report(&word, format!("`struct` is missing before the name: write `struct {word}: 2 => 2 => 1`"));
    } else {
        return None;
    }
    Some(word)
}

fn read_attributes(tokens: &mut Tokens, errors: &mut Errors) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    while let Some(mut attribute) = tokens.take("#") {
        attribute.extend(tokens.take("!"));
        if tokens.group(0, Delimiter::Bracket).is_some() {
            attribute.extend(tokens.take_first(1));
        }
        match Attribute::parse_outer.parse2(attribute.clone()) {
            Ok(mut parsed) => attributes.append(&mut parsed),
            Err(_) => {
                errors.report(attribute, "this is not an attribute of an item: write it like `#[derive(Default)]`");
            }
        }
    }
    attributes
}

fn read_visibility(tokens: &mut Tokens, errors: &mut Errors) -> Visibility {
    if tokens.word(0).is_none_or(|word| word != "pub") {
        return Visibility::Inherited;
    }
    let restricted = tokens.group(1, Delimiter::Parenthesis).is_some();
    let written = tokens.take_first(1 + usize::from(restricted));
    parse2(written.clone()).unwrap_or_else(|_| {
        errors.report(written, "this is not a visibility: write `pub` or `pub(crate)`, or leave it out");
        parse_quote!(pub)
    })
}

/// Whether the word here can only be the network's name.
fn is_name(tokens: &Tokens) -> bool {
    tokens.spells_colon(1)
        || tokens.spells(1, "<")
        || starts_layer(tokens, 1)
        || tokens.group(1, Delimiter::Brace).is_some()
}

/// `Name:`, after the keyword.
fn read_name(keyword: &Ident, tokens: &mut Tokens, errors: &mut Errors) -> Option<Ident> {
    let Some(name) = tokens.take_word() else {
        errors.report(keyword, "the network's name is missing: write `struct Name: 2 => 2 => 1`");
        take_before_colon(tokens);
        tokens.take(":");
        return None;
    };
    let reserved = names::is_reserved(&name);
    if reserved {
        errors.report(&name, format!("`{name}` is reserved in Rust: choose another name for the network"));
    } else if names::is_type_of_code(&name) {
        let message = format!("`{name}` is a type that the generated code uses: choose another name for the network");
        errors.report(&name, message);
    }
    refuse_generics(tokens, errors);
    read_colon(&name, tokens, errors);
    (!reserved).then_some(name)
}

/// Pinned by tests/ui/generics.rs.
fn refuse_generics(tokens: &mut Tokens, errors: &mut Errors) {
    let brackets = tokens.angle_brackets();
    let bracketed = brackets > 0 && tokens.spells_colon(brackets) || tokens.at("<") && !starts_layer(tokens, 1);
    let message = if bracketed || tokens.word(0).is_some_and(|word| word == "where") {
        "a network has no generic parameters: its scalar type is the option `scalar = f32`, its widths are integers"
    } else {
        "this is unexpected between the name and `:`: write `struct Name: 2 => 2 => 1`"
    };
    let mut unexpected = tokens.take_first(if bracketed { brackets } else { 0 });
    unexpected.extend(take_before_colon(tokens));
    if !unexpected.is_empty() {
        errors.report(unexpected, message);
    }
}

/// Everything up to the last `:` before the shape; nothing if there is none.
fn take_before_colon(tokens: &mut Tokens) -> TokenStream {
    let ends = |index: &usize| ["=>", ",", ";"].iter().any(|end| tokens.spells(*index, end));
    let header = (0..).take_while(|index| tokens.peek(*index).is_some() && !ends(index));
    let colon = header.filter(|index| tokens.spells_colon(*index)).last();
    tokens.take_first(colon.unwrap_or(0))
}

fn read_colon(name: &Ident, tokens: &mut Tokens, errors: &mut Errors) {
    // A declaration that ends here has no shape; `read_shape` reports that.
    if tokens.take(":").is_some() || tokens.is_empty() {
        return;
    }
    let operator = tokens.operator();
    if !operator.is_empty() && operator != "<" && operator != "-" && starts_layer(tokens, operator.len()) {
        let instead = tokens.take_first(operator.len());
        errors.report(
            instead,
            format!("`:` is expected here instead of `{operator}`: write `struct {name}: 2 => 2 => 1`"),
        );
    } else if !matches!(&*operator, "," | ";") {
        errors.report(name, format!("`:` is missing after the name: write `struct {name}: 2 => 2 => 1`"));
        tokens.open_group();
    }
}
