//! A trained network as source code in four languages.
//!
//! A model learns to tell penguins apart, as in the example `penguins`. The program then freezes it: it writes the model as
//! one function, with its parameters and its scaling as numbers in it. Rust, C, Python and JavaScript classify the penguins
//! that were held back. Their probabilities have the bits of the model's. The example leaves out a language whose tool is
//! not installed.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use mlp_core::{Adam, Batch, Missing, Model, Table, Trainer, mlp};

mlp! {
    /// Adelie, Chinstrap or Gentoo?
    pub struct Penguins: 4 => tanh(8) => softmax(3), loss = cross_entropy;
}

/// A program around the frozen function: it reads lines of four measurements, and prints lines of three probabilities.
struct Program {
    language: &'static str,
    /// Its file and its text.
    file: &'static str,
    text: &'static str,
    /// The commands that build and run it.
    commands: &'static [&'static [&'static str]],
}

const PROGRAMS: [Program; 4] = [
    Program {
        language: "Rust",
        file: "main.rs",
        text: r#"mod penguins;

fn main() {
    for line in std::io::stdin().lines().map_while(Result::ok) {
        let mut x = [0.0; 4];
        x.iter_mut().zip(line.split(' ')).for_each(|(x, text)| *x = text.parse().unwrap());
        let [adelie, chinstrap, gentoo] = penguins::classify(x);
        println!("{adelie} {chinstrap} {gentoo}");
    }
}
"#,
        commands: &[&["rustc", "--edition", "2024", "-O", "main.rs", "-o", "rust"], &["./rust"]],
    },
    Program {
        language: "C",
        file: "main.c",
        text: r#"#include <stdio.h>

void classify(const double x[4], double y[3]);

int main(void) {
    double x[4], y[3];
    while (scanf("%lf %lf %lf %lf", &x[0], &x[1], &x[2], &x[3]) == 4) {
        classify(x, y);
        printf("%.17g %.17g %.17g\n", y[0], y[1], y[2]);
    }
    return 0;
}
"#,
        commands: &[&["cc", "-O3", "main.c", "penguins.c", "-lm", "-o", "c"], &["./c"]],
    },
    Program {
        language: "Python",
        file: "main.py",
        text: r"import sys

from penguins import classify

for line in sys.stdin:
    print(*classify([float(text) for text in line.split()]))
",
        commands: &[&["python3", "main.py"]],
    },
    Program {
        language: "JavaScript",
        file: "main.mjs",
        text: r#"import { readFileSync } from "node:fs";

import { classify } from "./penguins.mjs";

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  console.log(classify(line.split(" ").map(Number)).join(" "));
}
"#,
        commands: &[&["node", "main.mjs"]],
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let data = Table::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/penguins.csv"))?
        .select()
        .numbers(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"])
        .class("species")
        .missing(Missing::Drop)
        .load()?;
    let trainer = Trainer::new(Adam::new(0.01)).epochs(300).batch(Batch::Mini(16)).shuffle(1);
    let fitted = Model::<Penguins>::fit(&data, trainer, 1)?;
    let (model, examples) = (fitted.model, fitted.held_back.examples());

    let folder = env::temp_dir().join("frozen-penguins");
    fs::create_dir_all(&folder)?;
    let source = model.source();
    fs::write(folder.join("penguins.rs"), source.rust("classify")?)?;
    fs::write(folder.join("penguins.c"), source.c("classify")?)?;
    fs::write(folder.join("penguins.py"), source.python("classify")?)?;
    fs::write(folder.join("penguins.mjs"), source.javascript("classify")?)?;
    println!("penguins.rs, penguins.c, penguins.py and penguins.mjs are in {}\n", folder.display());

    let lines = examples.iter().fold(String::new(), |lines, ([a, b, c, d], _)| lines + &format!("{a} {b} {c} {d}\n"));
    for program in PROGRAMS {
        fs::write(folder.join(program.file), program.text)?;
        let Some(printed) = run(&folder, &program, &lines)? else {
            println!("{:10} is not installed: {}", program.language, program.commands[0][0]);
            continue;
        };
        let (mut right, mut equal) = (0, 0);
        for (line, &(x, y_true)) in printed.lines().zip(examples) {
            let numbers: Vec<f64> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
            right += usize::from(index_of_largest(&numbers) == index_of_largest(&y_true));
            equal += usize::from(numbers == model.predict(x));
        }
        let all = examples.len();
        println!(
            "{:10} {right} of {all} held-back penguins are right, {equal} have the model's bits",
            program.language
        );
        if equal < all {
            return Err(format!("{} computes something else", program.language).into());
        }
    }
    Ok(())
}

/// Builds and runs a program, and returns its output; `None` if its tool is not installed.
fn run(folder: &Path, program: &Program, lines: &str) -> Result<Option<String>, Box<dyn Error>> {
    let mut printed = Vec::new();
    for words in program.commands {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // A compiler reads nothing, and may have ended already.
        _ = child.stdin.take().map(|mut stdin| stdin.write_all(lines.as_bytes()));
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(format!("{words:?}: {}", output.status).into());
        }
        printed = output.stdout;
    }
    Ok(Some(String::from_utf8(printed)?))
}

fn index_of_largest(numbers: &[f64]) -> Option<usize> {
    (0..numbers.len()).max_by(|&a, &b| numbers[a].total_cmp(&numbers[b]))
}
