//! Writes the README's tables of measurements: `cargo bench -p mlp-core --bench report`. It takes some minutes.
//!
//! This program measures the times itself. For instructions, compile times and code sizes it generates further
//! programs, which needs bash. Without valgrind or the command `size`, the cells that need them hold a dash.

mod perceptron;
#[path = "report/programs.rs"]
mod programs;
mod readme;
mod timing;

use std::error::Error;
use std::fmt::Write as _;

use perceptron::{Arrays, Bench, Declared, Perceptron, Vectors, Workload};
use programs::Costs;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Examples in a batch and in an epoch.
const EXAMPLES: usize = 256;

/// A network with two hidden layers. Only the costs of its programs are measured.
const TWO_HIDDEN_LAYERS: Network = Network { widths: &[4, 8, 8, 3], rolled: false };

/// A declaration for `mlp!`.
#[derive(Clone, Copy)]
struct Network {
    /// The width of the inputs, then of each layer.
    widths: &'static [usize],
    rolled: bool,
}

impl Network {
    fn inputs(&self) -> usize {
        self.widths[0]
    }

    fn outputs(&self) -> usize {
        self.widths[self.widths.len() - 1]
    }

    fn parameters(&self) -> usize {
        self.widths.windows(2).map(|widths| (widths[0] + 1) * widths[1]).sum()
    }

    /// The declaration as `mlp!` takes it.
    fn declaration(&self) -> String {
        let widths: Vec<_> = self.widths.iter().map(ToString::to_string).collect();
        widths.join(" => ") + if self.rolled { ", rolled" } else { "" }
    }
}

/// Nanoseconds of processor time per example.
struct Times {
    /// For each workload the times of the three implementations: declared, arrays, vectors.
    ways: [[f64; 3]; Workload::ALL.len()],
    /// The time of a full-batch epoch, declared, with the same bits on every processor.
    reproducible: f64,
}

macro_rules! declare {
    ($($network:ident: $inputs:literal => $hidden:literal => $outputs:literal $(, $rolled:ident)?;)*) => {
        $(mod $network {
            mlp_core::mlp!(pub(super) struct Net: $inputs => $hidden => $outputs $(, $rolled)?);
        })*

        fn measured() -> Vec<(Network, Times)> {
            vec![$({
                let start = $network::Net::random(&mut mlp_core::rng(1)).parameters().to_vec();
                let rolled = [$(stringify!($rolled))?].contains(&"rolled");
                let network = Network { widths: &[$inputs, $hidden, $outputs], rolled };
                (network, times::<$network::Net, $inputs, $hidden, $outputs>(&start))
            }),*]
        }
    };
}

perceptron::networks!(declare);

fn main() -> Result<()> {
    let measured = measured();
    let mut networks: Vec<_> = measured.iter().map(|(network, _)| *network).chain([TWO_HIDDEN_LAYERS]).collect();
    networks.sort_by_key(Network::parameters);
    let costs = programs::measure(&networks)?;
    if costs.iter().flatten().any(|costs| costs.instructions.is_none()) {
        eprintln!("valgrind is not installed, so no instructions are counted");
    }
    if costs.iter().flatten().any(|costs| costs.text.is_none()) {
        eprintln!("the command `size` is not installed, so code sizes are not measured");
    }
    let origin = readme::origin("cargo bench -p mlp-core --bench report")? + ".\n";
    let tables = [origin, times_table(&measured)?, costs_table(&networks, &costs)?, growth(&networks, &costs)?];
    let tables = tables.join("\n");
    println!("{tables}");
    readme::write("measurements", &tables)
}

/// Measures every workload in every implementation.
fn times<N, const I: usize, const H: usize, const O: usize>(start: &[f64]) -> Times
where
    Declared<N>: Perceptron<I, H, O>,
    Declared<N, true>: Perceptron<I, H, O>,
{
    perceptron::check::<Arrays<I, H, O>, Declared<N>, I, H, O>(start);
    perceptron::check::<Vectors, Declared<N>, I, H, O>(start);
    perceptron::check::<Declared<N, true>, Declared<N>, I, H, O>(start);
    let mut declared = Bench::<Declared<N>, I, H, O>::new(start, EXAMPLES);
    let mut arrays = Bench::<Arrays<I, H, O>, I, H, O>::new(start, EXAMPLES);
    let mut vectors = Bench::<Vectors, I, H, O>::new(start, EXAMPLES);
    let mut reproducible = Bench::<Declared<N, true>, I, H, O>::new(start, EXAMPLES);
    // This number of runs takes some milliseconds.
    let runs = |shown: usize| (3_000_000 / start.len()).div_ceil(shown);
    let ways = Workload::ALL.map(|workload| {
        let shown = declared.shown(workload);
        let runs = runs(shown);
        timing::nanoseconds([
            (&mut || (0..runs).for_each(|_| declared.run(workload)), runs * shown),
            (&mut || (0..runs).for_each(|_| arrays.run(workload)), runs * shown),
            (&mut || (0..runs).for_each(|_| vectors.run(workload)), runs * shown),
        ])
    });
    let shown = reproducible.shown(Workload::FullBatch);
    let runs = runs(shown);
    let mut run = || (0..runs).for_each(|_| reproducible.run(Workload::FullBatch));
    let [reproducible] = timing::nanoseconds([(&mut run, runs * shown)]);
    Times { ways, reproducible }
}

fn times_table(measured: &[(Network, Times)]) -> Result<String> {
    let mut table = format!(
        "Nanoseconds of processor time for one example. A cell has three figures: `mlp!` / loops over arrays / loops over
`Vec<Vec<f64>>`. Batches and epochs have {EXAMPLES} examples. The last column is a full-batch epoch by `mlp!` with
`.reproducible()`. All of them compute the same, to 1e-9.

| network | parameters | one prediction | a batch of predictions | one training step | on-line epoch | full-batch epoch | reproducible |
|---|--:|--:|--:|--:|--:|--:|--:|
"
    );
    for (network, times) in measured {
        write!(table, "| `{}` | {} |", network.declaration(), network.parameters())?;
        for [declared, arrays, vectors] in times.ways {
            write!(table, " {declared:.0} / {arrays:.0} / {vectors:.0} |")?;
        }
        writeln!(table, " {:.0} |", times.reproducible)?;
    }
    Ok(table)
}

fn costs_table(networks: &[Network], costs: &[[Costs; 2]]) -> Result<String> {
    let mut table = "Costs of two small programs: one only predicts, the other also trains with `fit`. A cell has a figure for each, predict /
train. Instructions are counted for one prediction and for one training step. Compile time, in processor seconds, and code
size, in kilobytes, are the increase over the same program without a network, in a release build.

| network | parameters | instructions | compile time, median | compile time, minimum | code size |
|---|--:|--:|--:|--:|--:|
".to_owned();
    let number = |value: Option<f64>, unit: f64| value.map_or("–".to_owned(), |value| format!("{:.0}", value / unit));
    for (network, [predict, fit]) in networks.iter().zip(costs) {
        write!(table, "| `{}` | {} |", network.declaration(), network.parameters())?;
        write!(table, " {} / {} |", number(predict.instructions, 1.0), number(fit.instructions, 1.0))?;
        write!(table, " {:.2} / {:.2} |", predict.compile_median, fit.compile_median)?;
        write!(table, " {:.2} / {:.2} |", predict.compile_least, fit.compile_least)?;
        writeln!(table, " {} / {} |", number(predict.text, 1000.0), number(fit.text, 1000.0))?;
    }
    Ok(table)
}

/// The exponent with which the compile time of unrolled networks grows, from about a hundred parameters on. In smaller
/// networks, most of the compile time does not depend on the size.
#[allow(clippy::cast_precision_loss)] // a few hundred parameters
fn growth(networks: &[Network], costs: &[[Costs; 2]]) -> Result<String> {
    let unrolled: Vec<_> =
        networks.iter().zip(costs).filter(|(network, _)| !network.rolled && network.parameters() > 100).collect();
    let [(small, small_costs), .., (large, large_costs)] = unrolled[..] else { return Err("too few networks".into()) };
    let parameters = large.parameters() as f64 / small.parameters() as f64;
    let [predict, fit] = [0, 1].map(|i| {
        let time = large_costs[i].compile_median / small_costs[i].compile_median;
        time.ln() / parameters.ln()
    });
    Ok(format!(
        "From {} to {} parameters, the compile time of an unrolled network grows as P^{predict:.1} (predict) and P^{fit:.1} (train), where P
is the number of parameters.\n",
        small.parameters(),
        large.parameters()
    ))
}
