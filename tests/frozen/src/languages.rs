//! The languages: the files around the frozen networks, and how they become programs.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use crate::recorder::{LEARNING_RATE, Recorded};

/// A language with its programs, which run in the folder of the frozen networks.
pub struct Language {
    /// Commands that must succeed without a word.
    pub checks: &'static [&'static str],
    pub programs: &'static [Program],
    /// Writes the files around the frozen networks.
    write_driver: fn(&Path, &[Recorded]) -> io::Result<()>,
    /// Whether it computes in `f64` whatever the network's scalar is.
    pub is_always_double: bool,
}

/// A program, by the commands that build and run it.
pub struct Program {
    pub name: &'static str,
    pub build: &'static str,
    pub run: &'static str,
}

/// A C compiler with its options.
macro_rules! c_program {
    ($compiler:literal, $options:literal) => {
        Program {
            name: concat!($compiler, " ", $options),
            build: concat!(
                $compiler,
                " -std=c99 -Wall -Wextra -pedantic -Werror ",
                $options,
                " main.c n*.c -lm -o \"",
                $compiler,
                $options,
                "\""
            ),
            run: concat!("\"./", $compiler, $options, "\""),
        }
    };
}

pub const LANGUAGES: [Language; 4] = [
    Language {
        checks: &["clippy-driver --edition 2024 --deny warnings --emit metadata --out-dir clippy main.rs"],
        programs: &[
            Program {
                name: "rustc, debug",
                build: "rustc --edition 2024 --deny warnings main.rs -o rustc_debug",
                run: "./rustc_debug",
            },
            Program {
                name: "rustc, -O -C target-cpu=native",
                build: "rustc --edition 2024 --deny warnings -O -C target-cpu=native main.rs -o rustc_release",
                run: "./rustc_release",
            },
        ],
        write_driver: rust,
        is_always_double: false,
    },
    Language {
        checks: &[
            "g++ -x c++ -std=c++11 -Wall -Wextra -pedantic -Werror -O2 -fsyntax-only n*.c",
            "clang++ -x c++ -std=c++11 -Wall -Wextra -pedantic -Werror -Wno-deprecated -O2 -fsyntax-only n*.c",
        ],
        programs: &[
            c_program!("gcc", "-O0"),
            c_program!("gcc", "-O2"),
            c_program!("gcc", "-O3 -march=native"),
            c_program!("clang", "-O0"),
            c_program!("clang", "-O2"),
            c_program!("clang", "-O3 -march=native"),
        ],
        write_driver: c,
        is_always_double: false,
    },
    Language {
        checks: &[],
        programs: &[Program { name: "python3", build: "true", run: "python3 -W error driver.py" }],
        write_driver: python,
        is_always_double: true,
    },
    Language {
        checks: &[],
        programs: &[Program { name: "node", build: "true", run: "node driver.mjs" }],
        write_driver: javascript,
        is_always_double: false,
    },
];

impl Language {
    pub fn write_driver(&self, folder: &Path, networks: &[Recorded]) -> io::Result<()> {
        (self.write_driver)(folder, networks)
    }
}

fn rust(folder: &Path, networks: &[Recorded]) -> io::Result<()> {
    let (mut modules, mut calls) = (String::new(), String::new());
    for Recorded { name, scalar, parameters, steps, .. } in networks {
        let (into, from) = if *scalar == "f64" { ("", "") } else { (".map(|x| x as f32)", ".map(f64::from)") };
        _ = writeln!(modules, "mod {name};");
        if *steps == 0 {
            _ = writeln!(calls, "    numbers.predict(|x| {name}::{name}(x{into}){from});");
            continue;
        }
        let trained = format!("{name}::{}_TRAINED", name.to_uppercase());
        let parameters = parameters.iter().map(|parameter| format!("net.{parameter}")).collect::<Vec<_>>().join(", ");
        _ = writeln!(
            calls,
            "    let mut net = {trained}.clone();\n    numbers.predict(|x| {name}::{name}(&net, x{into}){from});\n    \
             numbers.train({steps}, |x, y_true| {name}::{name}_train(&mut net, x{into}, y_true{into}, {LEARNING_RATE}));\n    \
             numbers.write(&[{parameters}]{from});"
        );
    }
    let driver = include_str!("../drivers/driver.rs");
    let main = format!("fn main() {{\n    let mut numbers = Numbers::new();\n{calls}}}\n");
    fs::write(folder.join("main.rs"), format!("#![allow(clippy::redundant_closure)]\n{modules}\n{driver}\n{main}"))
}

fn c(folder: &Path, networks: &[Recorded]) -> io::Result<()> {
    let (mut functions, mut calls) = (String::new(), String::new());
    for Recorded { name, scalar, inputs, outputs, parameters, steps, .. } in networks {
        let scalar = if *scalar == "f64" { "double" } else { "float" };
        _ = match steps {
            0 => writeln!(functions, "PREDICT({name}, {scalar}, {inputs}, {outputs})"),
            _ => {
                let count = parameters.len();
                writeln!(functions, "TRAIN({name}, {scalar}, {inputs}, {outputs}, {count}, {steps}, {LEARNING_RATE})")
            }
        };
        _ = writeln!(calls, "    run_{name}(rows);");
    }
    let driver = include_str!("../drivers/driver.c");
    let main = "int main(int count, char **arguments) {\n    long rows = count > 1 ? atol(arguments[1]) : 0;";
    fs::write(folder.join("main.c"), format!("{driver}\n{functions}\n{main}\n{calls}    return 0;\n}}\n"))
}

fn python(folder: &Path, networks: &[Recorded]) -> io::Result<()> {
    list(folder, networks)?;
    fs::write(folder.join("driver.py"), include_str!("../drivers/driver.py"))
}

fn javascript(folder: &Path, networks: &[Recorded]) -> io::Result<()> {
    list(folder, networks)?;
    fs::write(folder.join("driver.mjs"), include_str!("../drivers/driver.mjs"))
}

/// A line for each network, which the interpreted languages read.
fn list(folder: &Path, networks: &[Recorded]) -> io::Result<()> {
    let mut lines = String::new();
    for Recorded { name, inputs, outputs, steps, .. } in networks {
        _ = writeln!(lines, "{name} {inputs} {outputs} {steps} {LEARNING_RATE}");
    }
    fs::write(folder.join("networks"), lines)
}
