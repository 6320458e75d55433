//! The user's own names for weights. Pinned by tests/ui/weights.rs.

use std::collections::HashSet;

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens as _, quote};
use syn::Ident;
use syn::ext::IdentExt as _;

use crate::errors::Errors;
use crate::names;
use crate::network::Function;
use crate::tokens::Tokens;

/// `[w11, w12; w3, w4]`
pub(crate) struct WeightNames {
    list: Group,
    /// One group per layer.
    layers: Vec<Vec<Ident>>,
}

impl WeightNames {
    /// `None` if something in the list is not a name; that was reported.
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
            // A `;` at the very end does not begin another layer.
            if tokens.take(",").is_none() && tokens.take(";").is_some() && !tokens.is_empty() {
                layers.push(Vec::new());
            }
        }
        refuse_duplicates(layers.iter().flatten(), errors);
        sound.then_some(Self { list, layers })
    }

    /// The name of each weight, layer by layer. A layer whose names do not fit is reported and gets the generated
    /// names.
    pub(crate) fn resolve(
        &self,
        widths: &[usize],
        activations: &[Function],
        loss: &Function,
        errors: &mut Errors,
    ) -> Vec<Vec<Ident>> {
        let generated = names::weights(widths);
        let (found, needed) = (self.layers.len(), generated.len());
        if found != needed {
            let message =
                format!("weight names form one group per layer, joined by `;`: {needed} needed, {found} found");
            errors.report(&self.list, message);
            return generated;
        }
        let weights = self.or_generated(generated, widths, errors);
        let reserved = names::reserved(widths, &weights, activations, loss);
        for name in self.layers.iter().flatten().filter(|name| reserved.contains(&name.unraw().to_string())) {
            errors.report(
                name,
                format!("`{name}` names something else in the generated code: choose another name for this weight"),
            );
        }
        weights
    }

    /// These names; for each layer with the wrong number of names, which is reported, the generated ones.
    fn or_generated(&self, generated: Vec<Vec<Ident>>, widths: &[usize], errors: &mut Errors) -> Vec<Vec<Ident>> {
        let layers = (1..).zip(&self.layers).zip(generated).zip(widths.windows(2));
        let fitting = layers.map(|(((number, names), generated), pair)| {
            let (sources, targets, found) = (pair[0], pair[1], names.len());
            let needed = generated.len();
            if found == needed {
                return names.clone();
            }
            let message = format!(
                "layer {number} takes one name per weight, source by source: {sources} × {targets} = {needed} needed, \
                 {found} found"
            );
            let place = if names.is_empty() { self.list.to_token_stream() } else { quote!(#(#names),*) };
            errors.report(place, message);
            generated
        });
        fitting.collect()
    }

    /// Reports that a rolled network takes no names for weights.
    pub(crate) fn refuse_in_rolled(&self, errors: &mut Errors) {
        let message = "in a rolled network weights are elements of arrays, `w1[0][2]`, and have no names of their own: \
                       leave out either `weights` or `rolled`";
        errors.report(&self.list, message);
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
            } else if names::is_value_of_rust(&name) {
                let message = format!("`{name}` is a value everywhere in Rust: choose another name for this weight");
                errors.report(&name, message);
            }
            return Ok(Some(name));
        }
        Some(_) => (rest, "this is unexpected after a name: names are separated by `,`, and layers by `;`"),
        None if rest.is_empty() => (after.here(), "the name of a weight is missing before this"),
        None => (rest, "this is not the name of a weight: write a word, such as `w11`"),
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
