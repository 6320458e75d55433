//! The user's own names for weights. Pinned by tests/ui/weights.rs.

use std::collections::HashSet;

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens as _, quote};
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::names;
use crate::network::Network;
use crate::tokens::Tokens;

/// `[w11, w12; w3, w4]`
pub(crate) struct WeightNames {
    list: Group,
    /// One group a layer.
    layers: Vec<Vec<Ident>>,
}

impl WeightNames {
    /// `None` if something in the list is no name; it was reported.
    pub(crate) fn read(list: Group, errors: &mut Errors) -> Option<Self> {
        let mut tokens = Tokens::new(list.stream());
        let mut layers = vec![Vec::new()];
        let mut sound = true;
        while !tokens.is_empty() {
            let entry = tokens.take_until(|tokens| tokens.at(",") || tokens.at(";"));
            match read_name(entry, &tokens, errors) {
                Ok(name) => layers.last_mut().expect("starts with one layer").extend(name),
                Err(()) => sound = false,
            }
            // A `;` at the very end begins no further layer.
            if tokens.take(",").is_none() && tokens.take(";").is_some() && !tokens.is_empty() {
                layers.push(Vec::new());
            }
        }
        refuse_duplicates(layers.iter().flatten(), errors);
        sound.then_some(Self { list, layers })
    }

    /// Puts these names in the place of the generated ones.
    pub(crate) fn give_to(self, network: &mut Network, errors: &mut Errors) {
        if network.rolled {
            let message = "in a rolled network weights are elements of arrays, `w1[0][2]`, and have no names of their own: \
                           leave out either `weights` or `rolled`";
            return errors.report(self.list, message);
        }
        let (found, needed) = (self.layers.len(), network.layers.len());
        if found != needed {
            let message = format!("weight names form one group a layer, joined by `;`: {needed} needed, {found} found");
            return errors.report(self.list, message);
        }
        for (number, (layer, names)) in (1..).zip(network.layers.iter_mut().zip(&self.layers)) {
            let (found, needed, targets) = (names.len(), layer.weights.len(), layer.neurons.len());
            if found == needed {
                layer.weights.clone_from(names);
            } else {
                let sources = needed / targets;
                let message = format!(
                    "layer {number} takes one name a weight, source by source: {sources} × {targets} = {needed} needed, {found} found"
                );
                let place = if names.is_empty() { self.list.clone().to_token_stream() } else { quote!(#(#names),*) };
                errors.report(place, message);
            }
        }
        let reserved = names::reserved(network);
        for name in self.layers.iter().flatten().filter(|name| reserved.contains(&name.unraw().to_string())) {
            errors.report(
                name,
                format!("`{name}` names something else in the generated code: choose another name for this weight"),
            );
        }
    }
}

/// The name between two separators; there may be none at the end of a group.
fn read_name(entry: TokenStream, after: &Tokens, errors: &mut Errors) -> Result<Option<Ident>, ()> {
    if entry.is_empty() && !after.at(",") {
        return Ok(None);
    }
    let mut tokens = Tokens::new(entry);
    let (name, rest) = (tokens.take_word(), tokens.take_rest());
    let (place, message) = match name {
        Some(name) if rest.is_empty() => {
            if names::is_reserved(&name) {
                errors.report(&name, format!("`{name}` is reserved in Rust: choose another name for this weight"));
            }
            return Ok(Some(name));
        }
        Some(_) => (rest, "this is unexpected after a name: names are separated by `,`, and layers by `;`"),
        None if rest.is_empty() => (after.here(), "the name of a weight is missing before this"),
        None => (rest, "this is no name of a weight: write a word, such as `w11`"),
    };
    errors.report(place, message);
    Err(())
}

fn refuse_duplicates<'a>(names: impl Iterator<Item = &'a Ident>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for name in names {
        if !seen.insert(name.unraw().to_string()) {
            errors.report(name, format!("two weights are called `{name}`: give each a name of its own"));
        }
    }
}
