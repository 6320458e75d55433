//! What the README shows of an expansion, of a trace and of measurements is up to date.

use std::io::Write;
use std::process::{Command, Stdio};

use mlp_core::{GradientDescent, StandardNormal, Trainer, mlp};

const README: &str = include_str!("../README.md");

#[test]
fn the_expansion_is_quoted_from_its_page() {
    let quoted = block("```rust,ignore\n");
    assert!(quoted.lines().count() > 5);
    assert!(include_str!("../examples/expanded/lecture_2_2_2.rs").contains(quoted));
}

#[test]
fn the_trace_is_quoted_from_explain() {
    mlp!(struct Net: 2 => 2 => 2);
    let cases: serde_json::Value = serde_json::from_str(include_str!("data/lectures.json")).unwrap();
    let case = cases.as_array().unwrap().iter().find(|case| case["network"] == "2-2-2").unwrap();
    let names = ["w11", "w12", "w21", "w22", "b1", "b2", "w31", "w32", "w41", "w42", "b3", "b4"];
    let net = Net::from_parameters(names.map(|name| case["initial"][name].as_f64().unwrap()));
    let trace = net.trace([0.5, 0.8], [0.9, 0.2], 0.5).to_string();
    let quoted = block("```text\nHidden");
    assert!(quoted.lines().count() > 4);
    for part in quoted.split("\n\n") {
        assert!(trace.contains(part.trim_end()), "not in the trace: {part}");
    }
}

#[test]
fn the_c_function_is_the_one_that_the_program_prints() {
    mlp!(struct Xor: 2 => tanh(3) => 1);
    let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    let mut xor = Xor::random_with(&StandardNormal, &mut mlp_core::rng(1));
    Trainer::new(GradientDescent::new(0.5)).epochs(5000).fit(&mut xor, &examples).unwrap();
    let file = xor.source().c("predict_xor").unwrap();
    assert!(file.contains(block("```c\n")), "the README should quote a part of:\n{file}");
}

/// From a file to a saved model, counted as the README and rustfmt's own settings have it.
#[test]
fn fifteen_lines_are_fifteen_lines() {
    let quoted = block("```rust,no_run\nuse mlp_core::{Adam, Missing");
    let (_, program) = include_str!("../examples/fifteen_lines.rs").split_once("\n\n").unwrap();
    assert_eq!(quoted, program);
    assert_eq!(quoted.lines().count(), 15);
    let mut rustfmt = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--config", "max_width=100,use_small_heuristics=Default"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    rustfmt.stdin.take().unwrap().write_all(quoted.as_bytes()).unwrap();
    assert!(rustfmt.wait().unwrap().success());
}

/// No test checks the measured figures. This one checks that every measured network has some.
#[test]
fn measurements_show_every_network_and_the_command_that_writes_them() {
    let (begin, end) = ("<!-- measurements: begin -->\n", "<!-- measurements: end -->\n");
    for mark in [begin, end] {
        assert_eq!(README.matches(mark).count(), 1, "{mark}");
    }
    assert!(include_str!("../mlp-core/benches/report.rs").contains("readme::write(\"measurements\""));
    let (_, rest) = README.split_once(begin).unwrap();
    let (tables, _) = rest.split_once(end).unwrap();
    assert!(tables.contains("`cargo bench -p mlp-core --bench report`"));
    assert!(include_str!("../mlp-core/Cargo.toml").contains("[[bench]]\nname = \"report\"\n"));

    // As in `p12: 2 => 2 => 2;` and `p2410: 64 => 32 => 10, rolled;`.
    let declared = include_str!("../mlp-core/benches/perceptron.rs").lines().filter_map(|line| {
        let (parameters, network) = line.trim().strip_prefix('p')?.strip_suffix(';')?.split_once(": ")?;
        parameters.parse::<usize>().is_ok().then_some((parameters, network))
    });
    let rows: Vec<_> = declared.map(|(parameters, network)| format!("| `{network}` | {parameters} |")).collect();
    assert!(rows.len() > 5, "{rows:?}");
    for row in rows {
        assert_eq!(tables.matches(&row).count(), 2, "{row}: run the command again");
    }
    let deep = "| `4 => 8 => 8 => 3` | 139 |";
    assert_eq!(tables.matches(deep).count(), 1, "{deep}: run the command again");
}

/// The text of a fenced block. `opening` is the fence with the beginning of the text.
fn block(opening: &str) -> &'static str {
    let start = README.find(opening).unwrap() + opening.find('\n').unwrap() + 1;
    &README[start..start + README[start..].find("```").unwrap()]
}
