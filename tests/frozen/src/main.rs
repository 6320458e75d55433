//! Freezes random networks to every language, and compares what the programs compute with what mlp-core computes.
//!
//! `bash tests/frozen/run.sh` runs it.

mod comparison;
mod languages;
mod recorder;

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::thread;
use std::time::Instant;

use comparison::{Findings, compare};
use languages::{LANGUAGES, Language, Program};
use recorder::{Recorded, Recorder};

include!(concat!(env!("OUT_DIR"), "/declarations.rs"));

/// How many inputs each network predicts from.
const ROWS: usize = 10_000;

fn main() -> ExitCode {
    match freeze_and_compare() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn freeze_and_compare() -> Result<bool, Box<dyn Error>> {
    let folder = env::args_os().nth(1).ok_or("the folder for the programs is missing")?;
    let folder = Path::new(&folder);
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let mut recorder = Recorder::new(folder, ROWS)?;
    record_all(&mut recorder);
    let networks = recorder.finish()?;
    let trained = networks.iter().filter(|network| network.steps > 0).count();
    println!("{} networks, {trained} of them with training, {ROWS} inputs each", networks.len());

    let mut are_right = true;
    // Languages at the same time: most of them use one processor.
    thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let threads = LANGUAGES.iter().map(|language| {
            let networks = &networks;
            scope.spawn(move || run(folder, networks, language).map_err(|error| error.to_string()))
        });
        for thread in threads.collect::<Vec<_>>() {
            are_right &= thread.join().expect("no thread panics")?;
        }
        Ok(())
    })?;
    Ok(are_right)
}

/// Builds and runs the programs of a language. Whether all agree as they must.
fn run(folder: &Path, networks: &[Recorded], language: &Language) -> Result<bool, Box<dyn Error>> {
    language.write_driver(folder, networks)?;
    for check in language.checks {
        shell(folder, check, None)?;
    }
    let mut are_right = true;
    for Program { name, build, run } in language.programs {
        let start = Instant::now();
        shell(folder, build, None)?;
        let output = shell(folder, &format!("{run} {ROWS}"), Some("inputs"))?;
        let Findings { to_the_bit, different, rounded, failures } =
            compare(networks, &output.stdout, language.is_always_double);
        let mut line = format!("{name}: {different} of {to_the_bit} numbers differ");
        if rounded > 0 {
            line += &format!(", {rounded} of f32 agree but for rounding");
        }
        println!("{line} ({} s)", start.elapsed().as_secs());
        for failure in &failures {
            println!("    {failure}");
        }
        are_right &= failures.is_empty();
    }
    Ok(are_right)
}

/// Runs a command in the folder. It must succeed, and say nothing on stderr.
fn shell(folder: &Path, command: &str, input: Option<&str>) -> Result<Output, Box<dyn Error>> {
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).current_dir(folder);
    if let Some(input) = input {
        shell.stdin(File::open(folder.join(input))?);
    }
    let output = shell.output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && said.is_empty() {
        Ok(output)
    } else {
        Err(format!("{command}: {}\n{said}", output.status).into())
    }
}
