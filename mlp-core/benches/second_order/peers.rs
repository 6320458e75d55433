//! scipy and scikit-learn, if `SCIPY_PYTHON` names a Python that has them.

use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use mlp_core::Network;

use super::problems::Problem;
use super::{EVALUATIONS, Result, Run};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/second_order/scipy_second_order.py");

pub(super) const LEVENBERG_MARQUARDT: &str = "scipy `least_squares(method=\"lm\")`";

/// The methods of the script, and what the table calls them.
const METHODS: [(&str, &str); 3] = [
    ("scipy-lm", LEVENBERG_MARQUARDT),
    ("scipy-lbfgs", "scipy `L-BFGS-B`"),
    ("sklearn-lbfgs", "scikit-learn `MLPRegressor`, `lbfgs`"),
];

pub(super) fn all<N: Network<Scalar = f64>>(problem: &Problem<N>) -> Result<Vec<(&'static str, Vec<Run>)>> {
    let layers = N::ARCHITECTURE.layers;
    let [hidden, output] = layers else { return Err("the script has one hidden layer".into()) };
    let mut input =
        format!("{EVALUATIONS} {} {} {}\n", problem.train[0].0.as_ref().len(), hidden.fan_out(), output.fan_out());
    writeln!(input, "{}", problem.train.len())?;
    let rows = problem.train.iter().map(|(x, y)| [x.as_ref(), y.as_ref()].concat());
    for row in rows.chain(problem.starts.iter().cloned()) {
        let numbers: Vec<_> = row.iter().map(ToString::to_string).collect();
        writeln!(input, "{}", numbers.join(" "))?;
    }
    let Some(printed) = run("train", &input)? else { return Ok(Vec::new()) };
    let runs = |name: &str| -> Result<Vec<Run>> {
        printed.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).map(parsed).collect()
    };
    METHODS.iter().map(|(name, shown)| Ok((*shown, runs(name)?))).collect()
}

fn parsed(line: &str) -> Result<Run> {
    let mut words = line.split(' ');
    let mut next = || words.next().ok_or("a line of the script is too short");
    let (evaluations, iterations, seconds) = (next()?.parse()?, next()?.parse()?, next()?.parse()?);
    let parameters = words.map(str::parse).collect::<std::result::Result<_, _>>()?;
    Ok(Run { evaluations, iterations, seconds, parameters })
}

/// scikit-learn's data.
pub(super) fn diabetes() -> Result<Option<String>> {
    run("diabetes", "")
}

/// `, scipy 1.2.3, …` for the line that says where the figures are from.
pub(super) fn versions() -> Result<String> {
    Ok(run("versions", "")?.unwrap_or_default().trim_end().to_owned())
}

/// The output of the script.
fn run(argument: &str, input: &str) -> Result<Option<String>> {
    let Some(python) = env::var_os("SCIPY_PYTHON") else { return Ok(None) };
    let mut command = Command::new(python);
    command.arg(SCRIPT).arg(argument).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    // The script reads all of it before it prints.
    child.stdin.take().ok_or("no standard input")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    if output.status.success() {
        Ok(Some(String::from_utf8(output.stdout)?))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into())
    }
}
