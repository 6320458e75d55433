//! The packages hold what they should, and nothing else. `.ci/run` builds both from their own contents.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files that readers expect in every package.
const PAGES: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// The files that cargo adds; the last one only if it packages from a git repository.
const CARGO: [&str; 4] = ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig", ".cargo_vcs_info.json"];

#[test]
fn mlp_core_is_packaged_with_its_benchmarks() {
    let sources = ["src", "benches"].map(|folder| sources("mlp-core", folder)).concat();
    assert_contents("mlp-core", &sources);
}

/// The tests read files of mlp-core and `examples/expanded`, which are not in the package, so it leaves them out.
#[test]
fn mlp_macros_is_packaged_without_its_tests() {
    let mut sources = sources("mlp-macros", "src");
    sources.retain(|path| path != "src/tests.rs" && !path.starts_with("src/tests/"));
    assert_contents("mlp-macros", &sources);
}

/// A checkout may turn a link into a text file, which would then be packaged.
#[test]
fn the_licences_are_those_of_the_workspace() {
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        let text = fs::read_to_string(workspace().join(licence)).unwrap();
        for package in ["mlp-core", "mlp-macros"] {
            let packaged = fs::read_to_string(workspace().join(package).join(licence)).unwrap();
            assert_eq!(packaged, text, "{package}/{licence} should be a link to ../{licence}");
        }
    }
}

/// Generated code calls hidden functions of mlp-core, so each version of mlp-core works with one version of the macro.
#[test]
fn mlp_core_requires_the_macro_of_its_own_version() {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let exactly = format!("\"={}\"", env!("CARGO_PKG_VERSION"));
    let requirement = manifest.lines().find(|line| line.starts_with("mlp-macros = ")).unwrap();
    assert!(requirement.contains(&exactly), "{requirement} should require {exactly}");
}

fn assert_contents(package: &str, sources: &[String]) {
    assert!(sources.iter().any(|path| path == "src/lib.rs"), "{sources:?}");
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--package", package])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap().replace('\\', "/");
    let packaged: BTreeSet<_> = list.lines().filter(|path| !CARGO.contains(path)).collect();
    let expected: BTreeSet<_> = sources.iter().map(String::as_str).chain(PAGES).collect();
    assert_eq!(packaged, expected, "{package}");
}

/// The paths of all source files in a folder of a package, relative to the package.
fn sources(package: &str, folder: &str) -> Vec<String> {
    let package = workspace().join(package);
    let mut folders = vec![package.join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| {
                ["rs", "py", "c", "h", "html", "css", "js"].map(OsStr::new).contains(&extension)
            }) {
                let path = path.strip_prefix(&package).unwrap();
                files.push(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    files
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
