//! The lecture examples print what the lecture's own programs print with numpy's seed 0.

use std::process::Command;

use serde_json::Value;

#[test]
fn lectures_print_the_documents_lines() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("data/lectures.json")).unwrap();
    let cases = cases.iter().filter(|case| case["numpy_seed"] == 0);
    let networks: Vec<_> = cases.map(|case| (case["network"].as_str().unwrap(), &case["printed"])).collect();
    assert_eq!(networks.len(), 4);
    for (network, printed) in networks {
        let output = run(&format!("lecture_{}", network.replace('-', "_")));
        let lines: Vec<_> = output.lines().filter(|line| line.starts_with("Epoch")).collect();
        let printed: Vec<_> = printed.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        assert_eq!(lines, printed, "{network}");
    }
}

#[test]
fn explain_shows_the_first_step() {
    let output = run("explain");
    let line = "z3 = w31·a1 + w41·a2 + b3 = 0.9501·0.9716 + (-0.1032)·0.7341 + 0.1440 = 0.9914";
    assert!(output.lines().any(|found| found.trim() == line), "{output}");
}

fn run(example: &str) -> String {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let output = Command::new(env!("CARGO"))
        // In the workspace, whose features are those of `cargo test --workspace`: all is built then.
        .args(["run", "--quiet", "--profile", profile, "--example", example])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
