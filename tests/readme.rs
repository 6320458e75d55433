//! The README quotes: what it shows of an expansion and of a trace is what there is.

use mlp_core::mlp;

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

/// What stands between an opening fence, given with the beginning of what follows it, and the closing one.
fn block(opening: &str) -> &'static str {
    let start = README.find(opening).unwrap() + opening.find('\n').unwrap() + 1;
    &README[start..start + README[start..].find("```").unwrap()]
}
