//! Compares what the targets have printed with what this machine has: `compare REFERENCE (NAME FILE)…`. Writes a table in
//! Markdown, and fails if a bit differs.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::{env, fs};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((reference, targets)) = arguments.split_first() else {
        eprintln!("compare REFERENCE (NAME FILE)…");
        return ExitCode::FAILURE;
    };
    let reference = Lines::read(reference);
    println!(
        "| target | trainings compared | functions compared | bits different | worst difference of fused batches, f64 | f32 |"
    );
    println!("|---|--:|--:|--:|--:|--:|");
    let mut is_right = reference.is_complete();
    for target in targets.chunks_exact(2) {
        is_right &= reference.compare(&target[0], &Lines::read(&target[1]));
    }
    if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The lines that a program has printed.
struct Lines {
    /// The bits of each line, by kind and name.
    bits: BTreeMap<String, u64>,
    has_end: bool,
}

impl Lines {
    fn read(path: &str) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut lines = Self { bits: BTreeMap::new(), has_end: false };
        for line in text.lines() {
            lines.has_end = line == "end";
            let Some((name, bits)) = line.rsplit_once(": ") else { continue };
            let Ok(bits) = u64::from_str_radix(bits, 16) else { continue };
            lines.bits.insert(name.to_string(), bits);
        }
        lines
    }

    /// Whether the program has come to its end without a failed training.
    fn is_complete(&self) -> bool {
        self.has_end && !self.bits.is_empty()
    }

    /// Prints the row of a target, and tells whether it is right.
    fn compare(&self, name: &str, target: &Self) -> bool {
        let (mut trainings, mut functions, mut different) = (0, 0, Vec::new());
        let mut worst: [Option<f64>; 2] = [None; 2];
        for (line, &bits) in &target.bits {
            let Some(&expected) = self.bits.get(line) else {
                different.push(format!("{line}: not known to this machine"));
                continue;
            };
            let kind = line.split(' ').next().unwrap_or_default();
            match kind {
                "training" => trainings += 1,
                "function" => functions += 1,
                _ => {
                    let [expected, number] = [expected, bits].map(f64::from_bits);
                    let difference = (number - expected).abs() / expected.abs().max(1.0);
                    let worst = &mut worst[usize::from(line.starts_with("fused f32 "))];
                    *worst = Some(worst.map_or(difference, |worst| worst.max(difference)));
                    continue;
                }
            }
            if bits != expected {
                different.push(format!("{line}: {bits:016x}, here {expected:016x}"));
            }
        }
        let [f64, f32] = worst.map(|worst| worst.map_or("".to_string(), |worst| format!("{worst:.1e}")));
        println!("| {name} | {trainings} | {functions} | {} | {f64} | {f32} |", different.len());
        for line in &different {
            eprintln!("{name}: {line}");
        }
        if !target.is_complete() {
            eprintln!("{name}: the output has no end");
        }
        different.is_empty() && target.is_complete()
    }
}
