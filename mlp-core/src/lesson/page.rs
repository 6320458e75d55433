//! Puts the page together.

use super::{Content, data};
use crate::source;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");

/// In the order in which they need each other.
const SCRIPTS: [&str; 18] = [
    include_str!("model.js"),
    include_str!("random.js"),
    include_str!("formula.js"),
    include_str!("calculator.js"),
    include_str!("messages.js"),
    include_str!("labels.js"),
    include_str!("graph.js"),
    include_str!("fields.js"),
    include_str!("steps.js"),
    include_str!("why.js"),
    include_str!("answer.js"),
    include_str!("charts.js"),
    include_str!("map.js"),
    include_str!("examples.js"),
    include_str!("share.js"),
    include_str!("controls.js"),
    include_str!("hints.js"),
    include_str!("main.js"),
];

pub(super) fn page(content: &Content) -> String {
    let rules: Vec<_> = content.optimizers.iter().map(|optimizer| optimizer.rule.clone()).collect();
    let functions = source::javascript_step(&source::step(&content.frozen, &rules));
    let scripts = SCRIPTS.concat();
    let language = attribute(content.language.code);
    let parts = [
        ("language", language.as_str()),
        ("name", &content.frozen.name),
        ("style", STYLE),
        ("data", &data::data(content)),
        ("functions", functions.trim_end()),
        ("scripts", &scripts),
    ];
    let mut page = String::new();
    let mut rest = TEMPLATE;
    // The text of a part is not searched again.
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else { break };
        page.push_str(parts.iter().find(|(part, _)| *part == name).map_or("", |(_, text)| text));
        rest = after;
    }
    page + rest
}

/// A text between the quotation marks of an attribute.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
