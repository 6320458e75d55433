//! The documentation of the generated fields, which an editor shows, against mlp-core's equations.

use std::collections::HashMap;

use mlp_core::Equations;
use mlp_core::equations::Expression;
use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Item, Lit, Meta};

use crate::expand;

/// A test for each rolled network.
macro_rules! rolled {
    ($($name:ident: ($($declaration:tt)*))*) => {
        $(
            #[test]
            fn $name() {
                mlp_core::mlp!(pub(crate) struct Net: $($declaration)*, rolled, inline);
                let expansion = expand(quote::quote!(pub struct Net: $($declaration)*, rolled, inline));
                compare(&Equations::of::<Net>(), expansion);
            }
        )*
    };
}

rolled! {
    rolled_one_layer: (3 => relu(2))
    rolled_three_layers: (4 => tanh(3) => relu(5) => 2)
    rolled_softmax: (3 => tanh(4) => softmax(3))
    rolled_classifier: (3 => tanh(4) => softmax(3), loss = cross_entropy)
    rolled_averaged: (3 => tanh(4) => 2, loss = binary_cross_entropy)
}

#[test]
fn long_sums_lose_their_middle() {
    let expansion = expand(quote::quote!(pub struct Net: 8 => tanh(9) => softmax(9), loss = cross_entropy));
    let documented = fields(expansion).into_iter().flatten().collect::<HashMap<_, _>>();
    assert_eq!(documented["z1"], "Pre-activation of neuron 1: `z1 = w1_1·x1 + w2_1·x2 + w3_1·x3 + … + w8_1·x8 + b1`.");
    assert_eq!(documented["y_pred2"], "Prediction 2: `y_pred2 = e^z11 / (e^z10 + e^z11 + e^z12 + … + e^z17 + e^z18)`.");
    assert_eq!(
        documented["dL_db2"],
        "Derivative of the loss with respect to [`Net::b2`]: `dL_db2 = dL_dz2 = dL_dz10·w10_1·da2_dz2 + \
         dL_dz11·w10_2·da2_dz2 + dL_dz12·w10_3·da2_dz2 + … + dL_dz17·w10_8·da2_dz2 + dL_dz18·w10_9·da2_dz2`."
    );
}

#[test]
fn names_are_written_without_the_sign_of_raw_ones() {
    let expansion = expand(quote::quote!(pub struct Net: 1 => tanh(1) => 1, weights = [r#fn; r#in]));
    let documented = fields(expansion).into_iter().flatten().collect::<HashMap<_, _>>();
    assert_eq!(documented["z1"], "Pre-activation of neuron 1: `z1 = fn·x + b1`.");
    assert!(documented["dL_db1"].ends_with("`dL_db1 = dL_dz1 = dL_dz2·in·da1_dz1`."), "{}", documented["dL_db1"]);
}

/// Panics unless the documentation of every field is right: a parameter's says where it stands, all others end in their
/// equation.
pub(super) fn compare(equations: &Equations, expansion: TokenStream) {
    let [parameters, others @ ..] = &fields(expansion)[..] else { panic!("four structs") };
    for (field, documentation) in parameters {
        let words: Vec<_> = documentation.split(['`', ':']).collect();
        let (z, term) = match words[..] {
            ["Weight from ", source, " to ", z, "."] => (z, format!("{field}·{source}")),
            ["Bias in ", z, "."] => (z, field.clone()),
            ["Weights from ", source, " to ", z, "", " a row for each source."] => {
                (z, format!("Σ_i {field}[i][j]·{source}[i]"))
            }
            ["Biases in ", z, "."] => (z, format!("{field}[j]")),
            _ => panic!("{documentation}"),
        };
        let formula = equations.equation(z).unwrap().formula();
        assert!(formula.split(" + ").any(|other| other == term), "{documentation} {formula}");
    }
    assert_eq!(others.len(), 3);
    for (field, documentation) in others.iter().flatten() {
        let (_, equation) = documentation.split_once(": `").unwrap();
        assert_eq!(equation, format!("{}`.", expected(equations, field)));
    }
}

/// The fields of each struct with their documentation.
fn fields(expansion: TokenStream) -> Vec<Vec<(String, String)>> {
    let file: syn::File = syn::parse2(expansion).unwrap();
    let structs =
        file.items.into_iter().filter_map(|item| if let Item::Struct(item) = item { Some(item) } else { None });
    let field = |field: syn::Field| (field.ident.unwrap().to_string(), documentation(&field.attrs));
    structs.map(|item| item.fields.into_iter().map(field).collect()).collect()
}

fn documentation(attributes: &[Attribute]) -> String {
    let [Attribute { meta: Meta::NameValue(doc), .. }] = attributes else { panic!("one line of documentation") };
    let Expr::Lit(line) = &doc.value else { panic!("a literal") };
    let Lit::Str(line) = &line.lit else { panic!("text") };
    line.value().trim().to_owned()
}

/// The equation of this field: mlp-core's, with what stands behind the names of no field, and shortened.
fn expected(equations: &Equations, field: &str) -> String {
    let mut text = equations.equation(field).unwrap().to_string();
    if let Expression::Name { name, .. } = equations.equation(field).unwrap().expression() {
        text = format!("{text} = {}", equations.equation(name).unwrap().formula());
    }
    let text = words(&text, |word| match equations.equation(word)?.expression() {
        Expression::Name { name, .. } if word.starts_with("dz") => Some(name.clone()),
        Expression::SumOver { .. } if word.starts_with("dL_da") => Some(inner_sum(equations, word)),
        _ => None,
    });
    shortened(&text.replace(")[j]·", ")·"))
}

/// `(Σ_k dL_dz2[k]·w2[j][k])` for `dL_da1[i] = Σ_j dL_dz2[j]·dz2_da1[i][j]` where `dL_da1[j]` stands.
fn inner_sum(equations: &Equations, name: &str) -> String {
    let sum = equations.equation(name).unwrap().formula();
    let sum = words(&sum, |word| match word {
        "Σ_j" => Some("Σ_k".to_owned()),
        "j" => Some("k".to_owned()),
        "i" => Some("j".to_owned()),
        word => match equations.equation(word)?.expression() {
            Expression::Name { name, .. } if word.starts_with("dz") => Some(name.clone()),
            _ => None,
        },
    });
    format!("({sum})")
}

/// The text with some of its words replaced.
fn words(text: &str, replacement: impl Fn(&str) -> Option<String>) -> String {
    let is_in_word = |character: char| character.is_alphanumeric() || character == '_';
    let (mut result, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|character| is_in_word(character) != is_in_word(first)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        result += &replacement(part).unwrap_or_else(|| part.to_owned());
        rest = after;
    }
    result
}

/// Of more than eight terms, the first three and the last two.
fn shortened(text: &str) -> String {
    let start = ["= ", "/ ("].iter().filter_map(|mark| Some(text.rfind(mark)? + mark.len())).max().unwrap();
    let end = text.trim_end_matches(')').len();
    let terms: Vec<_> = text[start..end].split(" + ").collect();
    if terms.len() <= 8 {
        return text.to_owned();
    }
    let terms = [&terms[..3], &["…"], &terms[terms.len() - 2..]].concat();
    format!("{}{}{}", &text[..start], terms.join(" + "), &text[end..])
}
