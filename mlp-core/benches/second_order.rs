//! Writes the README's table of second-order training: `cargo bench -p mlp-core --bench second_order`. With
//! `SCIPY_PYTHON=path/to/python`, a Python that has scipy and scikit-learn, `benches/second_order/scipy_second_order.py`
//! trains from the same starts in the same run, and hands over scikit-learn's diabetes data; otherwise their rows are missing.
//!
//! Four problems, ten random starts each. Methods of second order stop after a thousand evaluations of the loss, Rprop and
//! Adam after ten thousand epochs. Times are processor time on one thread.

#![allow(clippy::cast_precision_loss, reason = "counts are small")]

#[path = "second_order/methods.rs"]
mod methods;
#[path = "second_order/peers.rs"]
mod peers;
#[path = "second_order/problems.rs"]
mod problems;
mod readme;

use std::error::Error;
use std::fmt::Write as _;

use mlp_core::Network;
use problems::Problem;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The most evaluations of the loss, for methods of second order.
const EVALUATIONS: usize = 1000;
/// The epochs of the others. Each is one evaluation.
const EPOCHS: usize = 10_000;

/// A training from one start.
struct Run {
    /// At how many places the loss was computed; 0 if unknown.
    evaluations: usize,
    iterations: usize,
    /// Processor time.
    seconds: f64,
    /// The parameters at the end.
    parameters: Vec<f64>,
}

/// One line of the table: the medians over the starts.
struct Line {
    method: &'static str,
    evaluations: f64,
    train: f64,
    worst: f64,
    test: f64,
    microseconds: f64,
    milliseconds: f64,
}

/// The results on a problem.
struct Report {
    problem: &'static str,
    lines: Vec<Line>,
    goals: Option<methods::Goals>,
}

fn main() -> Result<()> {
    let mut reports = vec![
        report::<problems::Sine, problems::CountedSine>(&problems::sine(), true)?,
        report::<problems::Sunspots, problems::CountedSunspots>(&problems::sunspots()?, false)?,
    ];
    match problems::diabetes()? {
        Some(diabetes) => reports.push(report::<problems::Diabetes, problems::CountedDiabetes>(&diabetes, false)?),
        None => eprintln!("without SCIPY_PYTHON there are no diabetes data, and no rows of scipy and scikit-learn"),
    }
    reports.push(report::<problems::Arm, problems::CountedArm>(&problems::arm(), true)?);

    let origin = readme::origin("cargo bench -p mlp-core --bench second_order")?;
    let origin = format!("{origin}{}.\n", peers::versions()?);
    let text = format!("{}\n{}\n{}", origin, table(&reports)?, goals(&reports)?);
    println!("{text}");
    readme::write("second order", &text)
}

/// Trains by every method. `C` is the network with a counter, see [`methods`].
fn report<N, C>(problem: &Problem<N>, has_goals: bool) -> Result<Report>
where
    N: Network<Scalar = f64>,
    C: Network<Scalar = f64, Input = N::Input, Output = N::Output, Parameters = N::Parameters>,
{
    let mut methods = methods::all::<N, C>(problem)?;
    methods.extend(peers::all(problem)?);
    let lines = methods.iter().map(|(method, runs)| line(method, runs, problem)).collect();
    let goals = if has_goals { Some(methods::goals(problem, &methods)?) } else { None };
    Ok(Report { problem: problem.name, lines, goals })
}

fn line<N: Network<Scalar = f64>>(method: &'static str, runs: &[Run], problem: &Problem<N>) -> Line {
    let errors = |examples: &[(N::Input, N::Output)]| -> Vec<f64> {
        runs.iter().map(|run| rmse::<N>(&run.parameters, examples)).collect()
    };
    let (train, test) = (errors(&problem.train), errors(&problem.test));
    let seconds: f64 = runs.iter().map(|run| run.seconds).sum();
    let iterations: usize = runs.iter().map(|run| run.iterations).sum();
    Line {
        method,
        evaluations: median(runs.iter().map(|run| run.evaluations as f64)),
        worst: train.iter().copied().fold(0.0, f64::max),
        train: median(train),
        test: median(test),
        microseconds: seconds / iterations as f64 * 1e6,
        milliseconds: median(runs.iter().map(|run| run.seconds * 1e3)),
    }
}

/// The root of the mean squared error, over examples and outputs.
fn rmse<N: Network<Scalar = f64>>(parameters: &[f64], examples: &[(N::Input, N::Output)]) -> f64 {
    let network = problems::network::<N>(parameters);
    let errors = examples.iter().flat_map(|&(x, y_true)| {
        let y_pred = network.predict(x);
        y_pred.as_ref().iter().zip(y_true.as_ref()).map(|(y_pred, y_true)| y_pred - y_true).collect::<Vec<_>>()
    });
    let squares: Vec<_> = errors.map(|error| error * error).collect();
    (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
}

/// The median, the mean of two for an even number of values.
fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) { f64::midpoint(values[middle - 1], values[middle]) } else { values[middle] }
}

fn table(reports: &[Report]) -> Result<String> {
    let mut table = "| problem | method | evaluations | training RMSE, median | worst | test RMSE, median | µs an iteration | ms a training |
|---|---|--:|--:|--:|--:|--:|--:|
"
    .to_owned();
    for Report { problem, lines, .. } in reports {
        for (index, line) in lines.iter().enumerate() {
            let problem = if index == 0 { problem } else { "" };
            let Line { method, evaluations, train, worst, test, microseconds, milliseconds } = line;
            let evaluations = if *evaluations > 0.0 { format!("{evaluations:.0}") } else { "–".to_owned() };
            let [train, worst, test] = [train, worst, test].map(|error| number(*error));
            writeln!(
                table,
                "| {problem} | {method} | {evaluations} | {train} | {worst} | {test} | {microseconds:.1} | {milliseconds:.0} |"
            )?;
        }
    }
    Ok(table)
}

fn number(error: f64) -> String {
    if error < 0.01 { format!("{error:.1e}") } else { format!("{error:.3}") }
}

/// The goals of Levenberg-Marquardt, and whether this run reaches them.
fn goals(reports: &[Report]) -> Result<String> {
    let mut text = "Levenberg-Marquardt has goals. This run says whether it reaches them:\n\n".to_owned();
    let compared = |ratio: fn(&Line, &Line) -> f64| -> String {
        let ratios = reports.iter().filter_map(|report| {
            let find = |method| report.lines.iter().find(|line| line.method == method);
            let (ours, scipys) = (find(methods::LEVENBERG_MARQUARDT)?, find(peers::LEVENBERG_MARQUARDT)?);
            Some(format!("{} {:.2}", report.problem, ratio(ours, scipys)))
        });
        ratios.collect::<Vec<_>>().join(", ")
    };
    let losses = compared(|ours, scipys| (ours.train / scipys.train).powi(2));
    let times = compared(|ours, scipys| scipys.microseconds / ours.microseconds);
    if !losses.is_empty() {
        writeln!(text, "* Its median loss at the end is at most 1.5 times scipy's. Reached: {losses}.")?;
        writeln!(text, "* An iteration is at least 4 times as fast as scipy's. Reached: {times}.")?;
    }
    let with_goals = || reports.iter().filter_map(|report| Some((report.problem, report.goals.as_ref()?)));
    if let Some((_, goals)) = with_goals().find(|(problem, _)| *problem == "sine") {
        let (starts, precise, iterations) = (problems::STARTS, goals.precise, goals.most_iterations);
        writeln!(
            text,
            "* On sine its RMSE falls below 1e-4 within {EVALUATIONS} iterations, from each of {starts} starts. Reached:"
        )?;
        writeln!(text, "  from {precise} of {starts}, after {iterations} iterations at most.")?;
    }
    writeln!(
        text,
        "* It has the loss that the better of two settings of Adam has after {EPOCHS} epochs, from the same start, in at"
    )?;
    writeln!(text, "  most a third of the time. Reached:")?;
    for (problem, goals) in with_goals() {
        let methods::Goals { adam, reached, part_of_time, worst_part_of_time, .. } = goals;
        writeln!(
            text,
            "  * {problem} ({adam}): from {reached} of {} starts, in {part_of_time:.2} of the time in the median, {worst_part_of_time:.2} at worst.",
            problems::STARTS
        )?;
    }
    Ok(text)
}
