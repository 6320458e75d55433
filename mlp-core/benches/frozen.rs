//! Frozen networks in C beside the same networks written by hand, with `exp` from the C library: 2-2-2 and 4-8-8-3.
//!
//! `cargo bench -p mlp-core --bench frozen` compiles both with gcc and clang and prints a Markdown table; another
//! compiler is named after `--`, as in `-- clang-19`. The command `size` must be there too. All functions take turns,
//! so that a busy machine slows them alike: compare figures of one line.
//!
//! The hand-written function is called, as the frozen one is, and also inlined into the loop that measures it. Inlined,
//! it keeps the inputs in registers, and each prediction can begin before they are stored.
//!
//! On an AMD EPYC (Zen 3, busy) in November 2026, least times of frozen code as a fraction of the called function's,
//! the worse of two runs:
//!
//! | network | compiler | throughput | latency |
//! |---|---|--:|--:|
//! | 2-2-2 | gcc 12 -O2; -O3 -march=native | 1.08; 1.00 | 0.97; 0.96 |
//! | 2-2-2 | clang 14 -O2; -O3 -march=native | 0.98; 0.92 | 1.10; 1.11 |
//! | 4-8-8-3 | gcc 12 -O2; -O3 -march=native | 0.90; 0.82 | 0.91; 0.85 |
//! | 4-8-8-3 | clang 14 -O2; -O3 -march=native | 0.69; 0.64 | 0.78; 0.73 |
//!
//! Linked in another order, gcc -O2 gave up to 1.15 instead of 1.08. As a fraction of the inlined function's, 2-2-2
//! takes 0.94 to 1.10 of the throughput's time, and 1.12 of the latency with gcc, 1.27 with clang. There clang loads
//! both inputs at once, and such a load waits if one of them has just been written. At -Os, 2-2-2 has 347 bytes of text
//! more than by hand with gcc, 258 with clang.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use mlp_core::{StandardNormal, mlp};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

mlp!(struct Small: 2 => 2 => 2);
mlp!(struct Deep: 4 => 8 => 8 => 3);

const NETWORKS: [&str; 2] = ["2_2_2", "4_8_8_3"];

/// The functions that the driver's loops call: the frozen one; the hand-written one, called; the same, inlined.
const WAYS: usize = 3;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let compilers = if arguments.is_empty() { vec!["gcc".to_owned(), "clang".to_owned()] } else { arguments };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("frozen");
    fs::create_dir_all(&folder)?;
    write_sources(&folder)?;

    println!("{}, nanoseconds a prediction: frozen / hand-written / hand-written and inlined\n", processor());
    println!("| network | compiler | throughput, least | median | latency, least | median |");
    println!("|---|---|--:|--:|--:|--:|");
    for compiler in &compilers {
        for flags in ["-O2", "-O3 -march=native"] {
            let times = measure(&folder, compiler, flags)?;
            for (network, times) in NETWORKS.iter().zip(times.chunks(2 * WAYS)) {
                let name = network.replace('_', "-");
                let cells = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(kind, figure)| {
                    let ways: Vec<_> = times.iter().skip(kind).step_by(2).map(|time| time[figure].as_str()).collect();
                    ways.join(" / ")
                });
                println!("| {name} | {compiler} {flags} | {} |", cells.join(" | "));
            }
        }
    }

    println!("\nbytes of text at -Os: frozen / hand-written, without the C library\n");
    println!("| network | {} |", compilers.join(" | "));
    println!("|---|{}", "--:|".repeat(compilers.len()));
    for network in NETWORKS {
        let mut cells = Vec::new();
        for compiler in &compilers {
            let [frozen, hand] = ["frozen", "hand"].map(|way| text(&folder, compiler, &format!("{way}_{network}")));
            cells.push(format!("{} / {}", frozen?, hand?));
        }
        println!("| {} | {} |", network.replace('_', "-"), cells.join(" | "));
    }
    Ok(())
}

/// The frozen functions, the hand-written ones, and what measures them.
fn write_sources(folder: &Path) -> Result<()> {
    let small = Small::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let deep = Deep::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let frozen = [small.source().c("frozen_2_2_2")?, deep.source().c("frozen_4_8_8_3")?];
    let parameters = [small.parameters().to_vec(), deep.parameters().to_vec()];
    let mut weights = Vec::new();
    for ((network, frozen), parameters) in NETWORKS.iter().zip(frozen).zip(parameters) {
        fs::write(folder.join(format!("frozen_{network}.c")), frozen)?;
        let call = format!(
            "#include \"hand_written.h\"\nvoid hand_{network}(const double *x, double *y);\nvoid hand_{network}(const \
             double *x, double *y) {{ written_{network}(x, y); }}\n"
        );
        fs::write(folder.join(format!("hand_{network}.c")), call)?;
        let list: Vec<_> = parameters.iter().map(|parameter| format!("{parameter:?}")).collect();
        weights.push(format!("static const double weights_{network}[] = {{{}}};\n", list.join(", ")));
    }
    fs::write(folder.join("weights.h"), weights.concat())?;
    fs::write(folder.join("hand_written.h"), include_str!("frozen/hand_written.h"))?;
    fs::write(folder.join("driver.c"), include_str!("frozen/driver.c"))?;
    Ok(())
}

/// For each network, way and kind of time, the least and the median.
fn measure(folder: &Path, compiler: &str, flags: &str) -> Result<Vec<Vec<String>>> {
    let sources = ["frozen_2_2_2.c", "frozen_4_8_8_3.c", "hand_2_2_2.c", "hand_4_8_8_3.c", "driver.c"];
    let mut compile = Command::new(compiler);
    run(compile.current_dir(folder).args(flags.split(' ')).args(sources).args(["-o", "measure", "-lm"]))?;
    let output = run(&mut Command::new(folder.join("measure")))?;
    let lines = String::from_utf8(output.stdout)?;
    Ok(lines.lines().map(|line| line.split(' ').map(str::to_owned).collect()).collect())
}

/// The size of a function's code and constants.
fn text(folder: &Path, compiler: &str, name: &str) -> Result<String> {
    run(Command::new(compiler).current_dir(folder).args(["-Os", "-c", "-o", "text.o", &format!("{name}.c")]))?;
    let output = String::from_utf8(run(Command::new("size").current_dir(folder).arg("text.o"))?.stdout)?;
    let text = output.lines().nth(1).and_then(|line| line.split_whitespace().next());
    Ok(text.ok_or("`size` prints no line of numbers")?.to_owned())
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// The processor's name, where Linux tells it.
fn processor() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "an unknown processor".to_owned(), |(_, name)| name.to_owned())
}
