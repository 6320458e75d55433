//! Writes the README's table of reading files: `cargo bench -p mlp-core --features csv --bench reading`, on Linux. With
//! `READING_PYTHON=path/to/python`, a Python that has pandas and Polars, `benches/reading/reading_peers.py` reads the same
//! file in the same run; otherwise their rows are missing.
//!
//! A file of 1,000,000 rows with 20 numbers each is written to the folder of temporary files. Each way of reading it runs in
//! a process of its own, three times, and the ways take turns. The table has the peak of the process's memory and the
//! shortest time, with the file in the memory of the operating system.

#![allow(clippy::cast_precision_loss, reason = "counts are small")]

mod readme;

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use std::{array, env, process};

use mlp_core::dataset::TableError;
use mlp_core::random::Rng;
use mlp_core::{Dataset, Table};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

type Data = Dataset<f64, 19, 1>;

const ROWS: usize = 1_000_000;
const COLUMNS: usize = 20;
const CHUNK: usize = 10_000;
const RUNS: usize = 3;

const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/reading/reading_peers.py");

/// The ways to read, and what the table says of them.
const OWN: [(&str, &str); 3] = [
    ("scan", "`Table::scan`, all columns loaded"),
    ("read", "`Table::read`, all columns loaded; text and numbers in memory"),
    ("chunks", "`Table::chunks` of 10,000 rows, one after the other"),
];
const OTHERS: [(&str, &str); 2] =
    [("pandas", "pandas, `read_csv`"), ("polars", "Polars, `read_csv`, on all processors")];

/// The least seconds and the most memory of a way, and the version of the library.
#[derive(Clone, Default)]
struct Cost {
    seconds: Option<f64>,
    kilobytes: f64,
    version: String,
}

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if let [way, path] = &arguments[..] {
        return read(way, path);
    }
    let path = env::temp_dir().join(format!("mlp-core-reading-{}.csv", process::id()));
    let table = write(&path).and_then(|()| measure(&path));
    fs::remove_file(&path)?;
    let text = format!("{}.\n\n{}", readme::origin("cargo bench -p mlp-core --features csv --bench reading")?, table?);
    println!("{text}");
    readme::write("reading", &text)
}

/// Reads a file in one way, and prints the seconds and the peak of the memory.
fn read(way: &str, path: &str) -> Result<()> {
    let names: Vec<_> = (1..COLUMNS).map(|column| format!("x{column}")).collect();
    let load = |table: &Table| -> std::result::Result<Data, TableError> {
        table.select().numbers(&names).targets(["y"]).load()
    };
    let start = Instant::now();
    let rows = match way {
        "scan" => Table::scan(path).numbers(&names).targets(["y"]).load::<f64, 19, 1>()?.examples().len(),
        "read" => {
            let table = Table::read(path)?;
            let data = load(&table)?;
            assert_eq!(table.columns().count(), COLUMNS);
            data.examples().len()
        }
        "chunks" => {
            let chunks = Table::chunks(path, CHUNK).map(|table| Ok(load(&table?)?.examples().len()));
            chunks.sum::<std::result::Result<usize, TableError>>()?
        }
        _ => return Err(format!("no such way: {way}").into()),
    };
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(rows, ROWS);
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    println!("- {seconds} {}", peak.ok_or("no VmHWM")?);
    Ok(())
}

/// Numbers with 12 decimals.
fn write(path: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let header: Vec<_> = (1..COLUMNS).map(|column| format!("x{column}")).collect();
    writeln!(file, "{},y", header.join(","))?;
    let mut rng = mlp_core::rng(1);
    for _ in 0..ROWS {
        // 53 random bits are a number from 0 to 1.
        let row: [f64; COLUMNS] = array::from_fn(|_| (rng.next_u64() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0);
        let cells = row.map(|number| format!("{number:.12}"));
        writeln!(file, "{}", cells.join(","))?;
    }
    Ok(file.flush()?)
}

fn measure(path: &Path) -> Result<String> {
    let mut ways: Vec<(&str, &str, Cost)> = OWN.map(|(way, says)| (way, says, Cost::default())).to_vec();
    let python = env::var_os("READING_PYTHON");
    if python.is_some() {
        ways.extend(OTHERS.map(|(way, says)| (way, says, Cost::default())));
    } else {
        eprintln!("without READING_PYTHON there are no rows of pandas and Polars");
    }
    for _ in 0..RUNS {
        for (way, _, cost) in &mut ways {
            let mut command = match &python {
                Some(python) if OTHERS.iter().any(|(other, _)| other == way) => {
                    let mut command = Command::new(python);
                    command.arg(PEERS);
                    command
                }
                _ => Command::new(env::current_exe()?),
            };
            let output = command.arg(*way).arg(path).output()?;
            if !output.status.success() {
                return Err(format!("{way}: {}", String::from_utf8_lossy(&output.stderr)).into());
            }
            let printed = String::from_utf8(output.stdout)?;
            let [version, seconds, kilobytes] = printed.split_whitespace().collect::<Vec<_>>()[..] else {
                return Err(format!("{way}: not three words: {printed}").into());
            };
            let (seconds, kilobytes) = (seconds.parse::<f64>()?, kilobytes.parse::<f64>()?);
            cost.seconds = Some(cost.seconds.map_or(seconds, |least| least.min(seconds)));
            cost.kilobytes = cost.kilobytes.max(kilobytes);
            version.clone_into(&mut cost.version);
        }
    }
    let megabytes = fs::metadata(path)?.len() as f64 / 1e6;
    let data = (ROWS * COLUMNS * size_of::<f64>()) as f64 / 1e6;
    let mut table = format!(
        "1,000,000 rows of 20 numbers: {megabytes:.0} MB of text, {data:.0} MB as `f64`.\n\n| | peak memory, MB | times the numbers | time, s |\n|---|--:|--:|--:|\n"
    );
    for (_, says, cost) in ways {
        let peak = cost.kilobytes * 1024.0 / 1e6;
        let version = if cost.version == "-" { String::new() } else { format!(" ({})", cost.version) };
        let seconds = cost.seconds.unwrap_or(f64::NAN);
        writeln!(table, "| {says}{version} | {peak:.0} | {:.2} | {seconds:.2} |", peak / data)?;
    }
    Ok(table)
}
