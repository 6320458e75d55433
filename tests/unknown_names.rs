//! rustc reports a missing function of the user's own once, at the user's word. Its wording is not ours to pin, so this
//! asks for what must be in it.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The messages of `cargo check` for a program in a crate of its own.
fn messages(name: &str, program: &str) -> String {
    messages_with(name, "", program)
}

/// The same, with further settings of the dependency.
fn messages_with(name: &str, settings: &str, program: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a member of the workspace");
    let krate = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let core = root.join("mlp-core").display().to_string();
    let manifest = format!(
        "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\nmlp-core = {{ path = {core:?}{settings} }}\n[workspace]\n"
    );
    fs::create_dir_all(krate.join("src")).expect("the target directory is writable");
    fs::write(krate.join("Cargo.toml"), manifest).expect("the target directory is writable");
    fs::write(krate.join("src/main.rs"), program).expect("the target directory is writable");
    fs::copy(root.join("Cargo.lock"), krate.join("Cargo.lock")).expect("the workspace has a lock file");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--color", "never"])
        .current_dir(&krate)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("unknown_names"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    assert!(!output.status.success(), "this should not compile:\n{program}");
    String::from_utf8(output.stderr).expect("cargo speaks UTF-8")
}

/// Asserts that there are `count` errors and nothing else, all at the first place where the word stands in the program.
#[track_caller]
fn assert_errors(messages: &str, program: &str, word: &str, count: usize) {
    let (before, _) = program.split_once(word).expect("the word is in the program");
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|char| *char != '\n').count() + 1;
    assert_eq!(messages.matches("error[").count(), count, "{messages}");
    assert_eq!(messages.matches(&format!("--> src/main.rs:{line}:{column}\n")).count(), count, "{messages}");
    assert_eq!(messages.matches("--> ").count(), count, "{messages}");
    assert!(!messages.contains("warning"), "{messages}");
}

#[test]
fn each_missing_function_of_the_user_is_reported_once() {
    let program = "mlp_core::mlp!(2 => self::swish(3) => self::swish(1));\nfn main() {}\n";
    let messages = messages("unknown_path", program);
    assert_errors(&messages, program, "swish", 2);
    let program = format!("{program}pub fn swish(z: f64) -> f64 {{\n    z\n}}\n");
    let messages = self::messages("unknown_derivative", &program);
    assert_errors(&messages, &program, "swish", 1);
    assert!(messages.contains("swish_derivative"), "{messages}");
}

/// A rolled network without mlp-core's feature `alloc`: one message, and nothing about uses of the network.
#[test]
fn a_missing_feature_is_reported_once() {
    let program = "mlp_core::mlp!(pub struct Net: 2 => 1, rolled);\n\
                   pub fn first(net: &Net) -> f64 {\n    net.predict([0.5; 2])[0]\n}\n";
    let messages = messages_with("no_alloc", ", default-features = false", &format!("{program}fn main() {{}}\n"));
    assert!(messages.contains("enable mlp-core's feature `alloc`"), "{messages}");
    assert!(messages.contains("due to 1 previous error"), "{messages}");
}
