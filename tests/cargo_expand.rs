//! `cargo expand` shows the same tokens and the same documentation as the pages in `examples/expanded`.
//!
//! Needs cargo-expand, so it is run by `.ci/run` and on demand:
//! `cargo test -p mlp-tests --test project cargo_expand:: -- --ignored`.

use std::fs;
use std::path::Path;
use std::process::Command;

use syn::parse::{ParseStream, Parser as _};
use syn::{Attribute, File, ImplItem, Item};

#[test]
#[ignore = "needs cargo-expand"]
fn lecture_1_1_1() {
    check("lecture_1_1_1");
}

#[test]
#[ignore = "needs cargo-expand"]
fn lecture_2_2_2() {
    check("lecture_2_2_2");
}

/// Compares the example's expansion with the page of the same name, both laid out by the same printer.
fn check(example: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("examples/expanded").join(example).with_extension("rs")).unwrap();
    let mut page = syn::parse_file(&page).unwrap();
    page.attrs.clear();
    page.items.retain(|item| !matches!(item, Item::Macro(_)));
    page.items.iter_mut().for_each(remove_derive);
    replace_conditions(&mut page);

    let output = Command::new(env!("CARGO"))
        .args(["expand", "--package", "mlp-examples", "--example", example, "--ugly"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut expanded = syn::parse_file(&String::from_utf8(output.stdout).unwrap()).unwrap();
    expanded.attrs.clear();
    expanded.items.retain(is_from_the_macro);

    assert_eq!(expanded.items.len(), 9, "four structs, two impls of the first, two of gradients, one of Network");
    let (page, expanded) = (prettyplease::unparse(&page), prettyplease::unparse(&expanded));
    for (expected, found) in page.lines().zip(expanded.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(expanded, page);
}

/// Whether the item comes from the macro, and not from the compiler, a derive, `serde_by_name!` or the example itself.
fn is_from_the_macro(item: &Item) -> bool {
    let derived = |attributes: &[Attribute]| attributes.iter().any(|a| a.path().is_ident("automatically_derived"));
    match item {
        Item::Impl(item) => !derived(&item.attrs) && !item.trait_.as_ref().is_some_and(is_added),
        Item::Struct(_) => true,
        _ => false,
    }
}

fn is_added((path, _): &(syn::Path, syn::Token![for])) -> bool {
    let name = path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    ["StructuralPartialEq", "Serialize", "Deserialize"].contains(&&*name)
}

/// Removes the derive, because the expansion has its result instead.
fn remove_derive(item: &mut Item) {
    if let Item::Struct(item) = item {
        item.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
    }
}

/// Replaces `if_std!` and `if_serde!` by their content, as the expansion does: the examples have both features.
fn replace_conditions(file: &mut File) {
    let content = |input: ParseStream<'_>| {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse()?);
        }
        Ok(items)
    };
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        let items = item.items.drain(..).flat_map(|item| match item {
            ImplItem::Macro(call) => content.parse2(call.mac.tokens).unwrap(),
            item => vec![item],
        });
        item.items = items.collect();
    }
}
