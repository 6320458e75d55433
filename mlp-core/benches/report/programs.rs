//! Measures small programs that only predict with a network, or only train it: their compile time, code size and number
//! of instructions.
//!
//! Each program is compared with a program without a network. All programs are compiled in turn as the same crate, in a
//! folder outside the workspace, with the dependencies that an ordinary user has.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{Network, Result};
use crate::timing::median;

/// The number of times that every program is compiled. It must be odd, for the median.
const ROUNDS: usize = 7;

/// The costs of a program: the increase over the program without a network.
pub(crate) struct Costs {
    /// The median compile time in processor seconds.
    pub(crate) compile_median: f64,
    /// The minimum of the compile time in processor seconds.
    pub(crate) compile_least: f64,
    /// The code size: bytes in the section `text`. `None` without the command `size`.
    pub(crate) text: Option<f64>,
    /// The number of instructions for one prediction or training step. `None` without valgrind.
    pub(crate) instructions: Option<f64>,
}

/// The costs of predicting with each network, and of training it.
pub(crate) fn measure(networks: &[Network]) -> Result<Vec<[Costs; 2]>> {
    let folder = Folder::create()?;
    let mut programs = vec![folder.program("without", "", "std::hint::black_box(repetitions());")?];
    for network in networks {
        let declaration = network.declaration();
        programs.push(folder.program("predict", &declaration, &predict(network))?);
        programs.push(folder.program("fit", &declaration, &fit(network))?);
    }
    for round in 1..=ROUNDS {
        eprintln!("compiling {} programs, round {round} of {ROUNDS}", programs.len());
        for program in &mut programs {
            program.compile_times.push(folder.build(program)?);
        }
    }
    let (without, programs) = programs.split_first().ok_or("no programs")?;
    let (pairs, _) = programs.as_chunks();
    networks
        .iter()
        .zip(pairs)
        .map(|(network, [predict, fit])| {
            let steps = (500_000 / network.parameters()).clamp(2, 500);
            Ok([predict.costs(without, steps)?, fit.costs(without, steps)?])
        })
        .collect()
}

/// The body of a program that repeats a prediction.
fn predict(network: &Network) -> String {
    let inputs = network.inputs();
    format!(
        "let network = Net::random(&mut mlp_core::rng(1));
    for _ in 0..repetitions() {{
        std::hint::black_box(std::hint::black_box(&network).predict(std::hint::black_box([0.5; {inputs}])));
    }}"
    )
}

/// The body of a program that trains on one example, with an epoch per repetition.
fn fit(network: &Network) -> String {
    let (inputs, outputs) = (network.inputs(), network.outputs());
    format!(
        "let mut network = Net::random(&mut mlp_core::rng(1));
    let examples = std::hint::black_box([([0.5; {inputs}], [0.5; {outputs}])]);
    let mut trainer = mlp_core::Trainer::new(mlp_core::GradientDescent::new(0.5)).epochs(repetitions());
    if trainer.fit(&mut network, &examples).is_err() {{
        std::process::exit(1);
    }}"
    )
}

/// A program, and its compile times so far.
struct Program {
    source: String,
    binary: PathBuf,
    compile_times: Vec<f64>,
}

impl Program {
    fn costs(&self, without: &Self, steps: usize) -> Result<Costs> {
        let times = self.compile_times.iter().zip(&without.compile_times);
        let mut differences: Vec<_> = times.map(|(with, without)| with - without).collect();
        let compile_median = median(&mut differences);
        let text = self.text()?.zip(without.text()?).map(|(with, without)| with - without);
        Ok(Costs { compile_median, compile_least: differences[0], text, instructions: self.instructions(steps)? })
    }

    fn text(&self) -> Result<Option<f64>> {
        let Some(output) = run_if_there(Command::new("size").arg(&self.binary))? else { return Ok(None) };
        let printed = String::from_utf8(output.stdout)?;
        let text = printed.lines().nth(1).and_then(|line| line.split_whitespace().next());
        Ok(Some(text.ok_or("`size` prints nothing")?.parse()?))
    }

    /// Instructions per step: the difference between a run with twice `steps` and a run with `steps`, divided by
    /// `steps`. The instructions before and after the steps cancel.
    #[allow(clippy::cast_precision_loss)] // a few hundred steps
    fn instructions(&self, steps: usize) -> Result<Option<f64>> {
        let (once, twice) = (self.callgrind(steps)?, self.callgrind(2 * steps)?);
        Ok(once.zip(twice).map(|(once, twice)| (twice - once) / steps as f64))
    }

    /// All instructions of a run with this number of steps.
    fn callgrind(&self, repetitions: usize) -> Result<Option<f64>> {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        let Some(output) = run_if_there(command.arg(&self.binary).arg(repetitions.to_string()))? else {
            return Ok(None);
        };
        let printed = String::from_utf8(output.stderr)?;
        let count = printed.lines().find_map(|line| line.split("Collected : ").nth(1));
        Ok(Some(count.ok_or("callgrind prints no count")?.trim().parse()?))
    }
}

/// The folder of the crate that each program becomes in turn.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn create() -> Result<Self> {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report");
        fs::create_dir_all(path.join("src"))?;
        let folder = Self { path };
        let mlp_core = env!("CARGO_MANIFEST_DIR");
        let manifest = format!(
            "[package]\nname = \"program\"\nedition = \"2024\"\n\n[dependencies]\nmlp-core = {{ path = {mlp_core:?} }}\n\n[workspace]\n"
        );
        fs::write(folder.path.join("Cargo.toml"), manifest)?;
        // The dependencies have the same versions as in the workspace.
        fs::copy(Path::new(mlp_core).join("../Cargo.lock"), folder.path.join("Cargo.lock"))?;
        Ok(folder)
    }

    /// Builds a program for the first time, together with its dependencies.
    fn program(&self, name: &str, declaration: &str, body: &str) -> Result<Program> {
        let network = if declaration.is_empty() {
            String::new()
        } else {
            format!("mlp_core::mlp!(struct Net: {declaration});\n\n")
        };
        let source = format!(
            "{network}fn repetitions() -> usize {{
    std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(1)
}}

fn main() {{
    {body}
}}
"
        );
        let name: String = format!("{name} {declaration}").chars().filter(|c| !" >,".contains(*c)).collect();
        let program = Program { source, binary: self.path.join(name), compile_times: Vec::new() };
        self.build(&program)?;
        let built = self.path.join("target/release").join(format!("program{}", std::env::consts::EXE_SUFFIX));
        fs::copy(built, &program.binary)?;
        Ok(program)
    }

    /// Compiles a program again, and returns the processor seconds that it took.
    fn build(&self, program: &Program) -> Result<f64> {
        fs::write(self.path.join("src/main.rs"), &program.source)?;
        let mut command = Command::new("bash");
        // `times` prints two lines, one for the shell and one for its child processes. Each has the user and the system
        // time.
        command.args([
            "-c",
            r#""$@" && times"#,
            "bash",
            env!("CARGO"),
            "build",
            "--release",
            "--quiet",
            "--target-dir",
        ]);
        let output = run(command.arg(self.path.join("target")).current_dir(&self.path).env("LC_ALL", "C"))?;
        let printed = String::from_utf8(output.stdout)?;
        let times = printed.lines().nth(1).ok_or("bash prints no times")?;
        times.split_whitespace().map(seconds).sum()
    }
}

/// Parses a time such as `0m1.234s`.
fn seconds(time: &str) -> Result<f64> {
    let parts = time.trim_end_matches('s').split_once('m');
    let (minutes, seconds) = parts.ok_or_else(|| format!("{time} is not a time"))?;
    Ok(60.0 * minutes.parse::<f64>()? + seconds.parse::<f64>()?)
}

fn run(command: &mut Command) -> Result<Output> {
    Ok(run_if_there(command)?.ok_or_else(|| format!("{} is not installed", command.get_program().display()))?)
}

/// Runs a command, which must succeed. `None` if there is no such program.
fn run_if_there(command: &mut Command) -> Result<Option<Output>> {
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{}: {error}", command.get_program().display()).into()),
    };
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(Some(output))
}
