//! Rounds in which this program, numpy, JAX and C take turns, and the table of their times.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{OURS, Result, readme};

const ROUNDS: usize = 5;
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers");

/// The lines of the table: what the lines of the programs call them, and what the README does.
const WORKLOADS: [(&str, &str); 7] = [
    ("w1_111", "a step on-line, 1-1-1"),
    ("w1_222", "a step on-line, 2-2-2"),
    ("w2thr_n222", "a batch of predictions, 2-2-2"),
    ("w2thr_n4883", "a batch of predictions, 4-8-8-3"),
    ("w3_n4883", "full batch, 4-8-8-3"),
    ("w3_nbig", "full batch, 64-32-10"),
    ("w3_nwide", "full batch, 128-64-10"),
];

const PEERS: [&str; 3] = ["numpy", "jax", "c"];

/// How C is compiled. The least time of all counts.
const C_FLAGS: [&[&str]; 3] = [&["-O3"], &["-O3", "-march=native"], &["-O3", "-march=native", "-ffast-math"]];

/// The times of a program in each round, by implementation, workload and scalar.
type Times = BTreeMap<(String, String, String), Vec<f64>>;

/// Measures all of them and writes the README's table.
pub(super) fn run(python: &Path) -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
    fs::create_dir_all(&folder)?;
    output(script(python, "data.py").arg(&folder))?;
    let mut programs = vec![Command::new(env::current_exe()?)];
    programs.extend(["numpy_peer.py", "jax_peer.py"].map(|name| script(python, name)));
    programs.extend(compiled(python, &folder)?);
    let mut times = Times::new();
    for round in 0..ROUNDS {
        // Another order in every round, because a program may leave the processor hot or slow.
        programs.rotate_left(round);
        for program in &mut programs {
            // One thread each.
            let threads = ["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"].map(|name| (name, "1"));
            let printed = output(program.env("PEERS_DATA", &folder).envs(threads))?;
            for line in printed.lines().filter_map(|line| line.strip_prefix("R ")) {
                let [name, workload, scalar, time, _] = line.split(' ').collect::<Vec<_>>()[..] else { continue };
                let key = (name.to_owned(), workload.to_owned(), scalar.to_owned());
                times.entry(key).or_default().push(time.parse()?);
            }
        }
    }
    let table = table(&times)?;
    println!("{table}");
    readme::write("peers", &table)
}

fn script(python: &Path, name: &str) -> Command {
    let mut command = Command::new(python);
    // Without `-B`, Python would write compiled files into the sources.
    command.arg("-B").arg(Path::new(SCRIPTS).join(name));
    command
}

/// C programs by each compiler that is there, for both scalars.
fn compiled(python: &Path, folder: &Path) -> Result<Vec<Command>> {
    output(script(python, "unrolled.py").arg(folder.join("unrolled.h")))?;
    let mut programs = Vec::new();
    for compiler in ["gcc", "clang"] {
        if Command::new(compiler).arg("--version").output().is_err() {
            eprintln!("{compiler} is not installed, so it is left out");
            continue;
        }
        for (number, flags) in C_FLAGS.iter().enumerate() {
            for scalar in [&[][..], &["-DSINGLE"]] {
                let program: PathBuf = folder.join(format!("{compiler}_{number}{}", scalar.concat()));
                let mut compile = Command::new(compiler);
                compile.args(*flags).args(scalar).arg("-I").arg(folder);
                compile.arg(Path::new(SCRIPTS).join("unrolled.c")).arg("-o").arg(&program).arg("-lm");
                output(&mut compile)?;
                let mut command = Command::new(program);
                command.arg(format!("c.{compiler}_{number}"));
                programs.push(command);
            }
        }
    }
    Ok(programs)
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// The least and the median time of an implementation. If it has several programs, the fastest counts.
fn times_of(times: &Times, implementation: &str, workload: &str, scalar: &str) -> Option<[f64; 2]> {
    let of_programs = times.iter().filter(|((name, of, in_scalar), _)| {
        name.split('.').next() == Some(implementation)
            && (name == implementation || implementation != OURS)
            && of == workload
            && in_scalar == scalar
    });
    let figures = of_programs.map(|(_, times)| {
        let mut times = times.clone();
        times.sort_by(f64::total_cmp);
        [times[0], times[times.len() / 2]]
    });
    figures.reduce(|[least, median], [other_least, other_median]| [least.min(other_least), median.min(other_median)])
}

fn table(times: &Times) -> Result<String> {
    let origin = readme::origin("cargo bench -p mlp-core --bench peers")?;
    let mut table = format!(
        "{origin}.

Nanoseconds of processor time on one thread for one example, the least and the median of {ROUNDS} rounds. In brackets, how
many times faster `mlp!` is. C is the fastest of gcc and clang with three sets of options.

| | scalar | `mlp!` | numpy | JAX | C, unrolled by hand |
|---|---|--:|--:|--:|--:|
"
    );
    for (workload, shown) in WORKLOADS {
        for scalar in ["f64", "f32"] {
            let Some(ours) = times_of(times, OURS, workload, scalar) else { continue };
            write!(table, "| {shown} | {scalar} | {:.1} / {:.1} |", ours[0], ours[1])?;
            for peer in PEERS {
                match times_of(times, peer, workload, scalar) {
                    Some([least, median]) => {
                        let faster = [least / ours[0], median / ours[1]];
                        write!(table, " {least:.1} / {median:.1} ({:.2} / {:.2}) |", faster[0], faster[1])?;
                    }
                    None => table += " – |",
                }
            }
            table += "\n";
        }
    }
    Ok(table)
}
