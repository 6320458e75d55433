//! A user with default features has a small dependency tree, which builds with the compiler that the project states.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// The most other crates that a crate compiles if it depends on mlp-core with default features.
const MOST: usize = 12;

#[test]
fn a_plain_user_compiles_few_crates() {
    let crates = tree(&[]);
    println!("{} crates: {crates:#?}", crates.len());
    assert!(crates.len() <= MOST, "{} crates: {crates:#?}", crates.len());
}

/// Checks the dependencies' minimum Rust version, as clippy's `incompatible_msrv` does for this project's own code.
#[test]
fn dependencies_need_no_newer_compiler_than_stated() {
    let stated = version(env!("CARGO_PKG_RUST_VERSION"));
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--all-features"])).unwrap();
    let crates = tree(&["--all-features"]);
    let mut checked = 0;
    for package in metadata["packages"].as_array().unwrap() {
        let name = format!("{} v{}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        if let (true, Some(needed)) = (crates.contains(&name), package["rust_version"].as_str()) {
            assert!(version(needed) <= stated, "{name} needs Rust {needed}");
            checked += 1;
        }
    }
    assert!(checked > crates.len() / 2, "only {checked} of {} crates state the Rust that they need", crates.len());
}

/// `name vVERSION` of mlp-core and all its dependencies.
fn tree(options: &[&str]) -> BTreeSet<String> {
    let fixed = ["tree", "--package", "mlp-core", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"];
    let tree = cargo(&[&fixed, options].concat());
    // The rest of a line says where a crate comes from, or that it was listed before.
    let crates: BTreeSet<_> = tree.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert!(crates.iter().any(|name| name.starts_with("mlp-macros ")), "not a tree: {tree}");
    crates
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--locked")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.parse().unwrap()).collect()
}
