//! The options of a declaration. Pinned by tests/ui/options.rs.

use std::collections::HashSet;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::Parser as _;
use syn::{Ident, Path, parse2};

use crate::declaration::OptionDeclaration;
use crate::errors::Errors;
use crate::names;
use crate::network::Function;
use crate::suggest;
use crate::weights::WeightNames;
use crate::words::{FOREIGN_OPTIONS, Meaning, Module};

pub(crate) const NAMES: [&str; 6] = ["loss", "scalar", "weights", "rolled", "inline", "crate"];

/// The options that have no value.
const ROLLED: &str = "rolled";
const INLINE: &str = "inline";

/// Whether this option is `rolled`, or a word for which the message suggests `rolled`. The limit that `rolled` lifts is
/// then not reported as a second mistake.
pub(crate) fn is_rolled(option: &Ident) -> bool {
    let word = option.to_string();
    match suggest::meaning(&word, FOREIGN_OPTIONS) {
        Some(meaning) => matches!(meaning, Meaning::Word(ROLLED)),
        None => suggest::meant(&word, &NAMES) == Some(ROLLED),
    }
}

/// The options of a declaration, each with its default.
pub(crate) struct Options {
    pub(crate) loss: Function,
    pub(crate) scalar: Ident,
    pub(crate) core: TokenStream,
    pub(crate) weights: Option<WeightNames>,
    /// Whether a rolled network keeps its arrays in its struct.
    pub(crate) inline: bool,
}

impl Options {
    pub(crate) fn resolve(declarations: Vec<OptionDeclaration>, rolled: bool, errors: &mut Errors) -> Self {
        let mut options = Self {
            loss: Function::half_squared_error(),
            scalar: Ident::new("f64", Span::call_site()),
            core: quote!(::mlp_core),
            weights: None,
            inline: false,
        };
        let mut seen = HashSet::new();
        for OptionDeclaration { name, equals, value } in declarations {
            let word = name.to_string();
            if !NAMES.contains(&&*word) {
                errors.report(name, suggest::unknown("option", &word, &NAMES, FOREIGN_OPTIONS, "leave it out"));
            } else if !seen.insert(word.clone()) {
                errors.report(name, format!("the option `{word}` is given twice: leave one out"));
            } else if word == ROLLED || word == INLINE {
                // `resolve::network` has already noted that `rolled` is given.
                if !equals.is_empty() || !value.is_empty() {
                    let message = format!("the option `{word}` has no value: write `{word}` alone");
                    errors.report(quote!(#equals #value), message);
                }
                if word == INLINE && !rolled {
                    errors.report(
                        name,
                        "an unrolled network is in its struct anyway: leave `inline` out, or write `rolled, inline` for \
                         arrays and loops",
                    );
                }
                options.inline |= word == INLINE;
            } else if value.is_empty() {
                errors.report(name, format!("the option `{word}` has no value: write `{}`", example(&word)));
            } else if equals.to_string() != "=" {
                let place = if equals.is_empty() { value } else { equals };
                errors
                    .report(place, format!("`=` belongs between an option and its value: write `{}`", example(&word)));
            } else {
                options.set(&word, value, errors);
            }
        }
        options
    }

    fn set(&mut self, name: &str, value: TokenStream, errors: &mut Errors) {
        let tokens = value.clone();
        let fits = match name {
            "loss" => Function::parse(Module::Loss, tokens).map(|loss| self.set_loss(loss, &value, errors)),
            "scalar" => scalar(tokens).map(|scalar| self.scalar = scalar),
            "crate" => module(tokens).map(|path| self.core = path.into_token_stream()),
            _ => list(tokens).map(|list| self.weights = WeightNames::read(list, errors)),
        };
        if fits.is_none() {
            errors.report(value, format!("this does not fit the option `{name}`: write `{}`", example(name)));
        }
    }

    fn set_loss(&mut self, loss: Function, value: &TokenStream, errors: &mut Errors) {
        match loss.unknown() {
            Some(message) => errors.report(value, message),
            None => self.loss = loss,
        }
    }
}

fn scalar(value: TokenStream) -> Option<Ident> {
    parse2::<Ident>(value).ok().filter(|scalar| scalar == "f64" || scalar == "f32")
}

/// The path of a module. `Self` names a type.
fn module(value: TokenStream) -> Option<Path> {
    let path = Path::parse_mod_style.parse2(value).ok()?;
    let is_module = path.segments.iter().all(|segment| segment.ident != "Self");
    (is_module && names::is_sound(&path)).then_some(path)
}

fn list(value: TokenStream) -> Option<Group> {
    parse2::<Group>(value).ok().filter(|group| group.delimiter() == Delimiter::Bracket)
}

fn example(name: &str) -> &'static str {
    match name {
        "loss" => "loss = half_squared_error` or `loss = self::quartic",
        "scalar" => "scalar = f64` or `scalar = f32",
        "crate" => "crate = ::mlp_core",
        _ => "weights = [w11, w12; w3, w4]",
    }
}
