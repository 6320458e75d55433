//! A worksheet for a class: one training step of 2-2-1 with blanks, and its solutions.
//!
//! `cargo run --example worksheet` prints Markdown, `cargo run --example worksheet latex` LaTeX; `russian` after it
//! changes the language. The teacher chooses what is left out: values, formulas, whole steps.

use std::error::Error;

use mlp_core::{Language, Worksheet, mlp};

mlp!(pub struct Net: 2 => 2 => 1);

fn main() -> Result<(), Box<dyn Error>> {
    let asked = |word: &str| std::env::args().any(|argument| argument == word);
    let language = if asked("russian") { Language::RUSSIAN } else { Language::ENGLISH };

    let net = Net { w11: 0.5, w12: -0.25, w21: 1.0, w22: 0.75, b1: 0.0, b2: 0.5, w31: 1.0, w41: -0.5, b3: 0.25 };
    let sheet = Worksheet::of_trace(net.trace([0.5, 0.8], [0.9], 0.5).language(&language))
        // Calculate the second hidden neuron and the prediction,
        .blank_value("z2")?
        .blank_value("a2")?
        .blank_value("y_pred")?
        // find the chain rule for the first hidden neuron,
        .blank_formula("dL_dz1")?
        // do the whole of step 4 alone, and one update.
        .blank_step(4)?
        .blank_value("w11")?;

    if asked("latex") {
        println!("{}\n\\newpage\n{}", sheet.to_latex(), sheet.solutions_to_latex());
    } else {
        println!("{}\n{}", sheet.to_markdown(), sheet.solutions_to_markdown());
    }
    Ok(())
}
