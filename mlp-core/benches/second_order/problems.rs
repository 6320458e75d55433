//! Four problems: networks, examples and starts.

use std::f64::consts::PI;
use std::fs;

use mlp_core::random::Rng;
use mlp_core::{Array as _, Network, Scaling, mlp};

use super::methods::{counted, counted_derivative};
use super::{Result, peers};

mlp!(pub(super) struct Sine: 1 => tanh(10) => identity(1));
mlp!(pub(super) struct Sunspots: 9 => tanh(5) => identity(1));
mlp!(pub(super) struct Diabetes: 10 => tanh(5) => identity(1));
mlp!(pub(super) struct Arm: 2 => tanh(12) => identity(2));

// The same networks, which count their outputs.
mlp!(pub(super) struct CountedSine: 1 => tanh(10) => self::counted(1));
mlp!(pub(super) struct CountedSunspots: 9 => tanh(5) => self::counted(1));
mlp!(pub(super) struct CountedDiabetes: 10 => tanh(5) => self::counted(1));
mlp!(pub(super) struct CountedArm: 2 => tanh(12) => self::counted(2));

pub(super) const STARTS: usize = 10;

pub(super) struct Problem<N: Network> {
    pub(super) name: &'static str,
    /// A multiple of eight: in vector code spare lanes repeat an example, and would be counted.
    pub(super) train: Vec<(N::Input, N::Output)>,
    pub(super) test: Vec<(N::Input, N::Output)>,
    /// The same for all methods.
    pub(super) starts: Vec<Vec<f64>>,
}

impl<N: Network<Scalar = f64>> Problem<N> {
    fn new(name: &'static str, train: Vec<(N::Input, N::Output)>, test: Vec<(N::Input, N::Output)>) -> Self {
        let starts = (1..=STARTS as u64).map(|seed| {
            let mut parameters = N::Parameters::zeros();
            N::random(&mut mlp_core::rng(seed)).copy_parameters_into(&mut parameters);
            parameters.as_ref().to_vec()
        });
        Self { name, train, test, starts: starts.collect() }
    }
}

/// A network with these parameters.
pub(super) fn network<N: Network<Scalar = f64>>(parameters: &[f64]) -> N {
    let mut array = N::Parameters::zeros();
    array.as_mut().copy_from_slice(parameters);
    N::from_parameters(&array)
}

/// A period of the sine: 200 points to learn from, and those in the middle between them.
pub(super) fn sine() -> Problem<Sine> {
    let point = |i: f64| -PI + 2.0 * PI * i / 199.0;
    let examples = |offset: f64, count: u32| {
        (0..count).map(|i| point(f64::from(i) + offset)).map(|x| ([x], [libm::sin(x)])).collect()
    };
    Problem::new("sine", examples(0.0, 200), examples(0.5, 199))
}

/// The sunspots of a year from the sunspots of the nine years before: 1709 to 1916 to learn from, 1917 to 2008 as a test.
pub(super) fn sunspots() -> Result<Problem<Sunspots>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/sunspots.csv");
    let file = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let years: Vec<f64> = file.lines().skip(1).filter_map(|line| line.split_once(',')?.1.parse().ok()).collect();
    let example = |years: &[f64]| Some((years[..9].try_into().ok()?, [years[9]]));
    let examples: Vec<_> = years.windows(10).filter_map(example).collect();
    let (train, test) = examples.split_at(208);
    let (train, test) = standardised(train, test)?;
    Ok(Problem::new("sunspots", train, test))
}

/// The course of diabetes in a year from ten measurements (Efron and others, 2004), as scikit-learn has it: 328 patients to
/// learn from, 114 as a test. `None` without a Python that has it.
pub(super) fn diabetes() -> Result<Option<Problem<Diabetes>>> {
    let Some(printed) = peers::diabetes()? else { return Ok(None) };
    let row = |line: &str| {
        let numbers: Vec<f64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
        let (&progress, measurements) = numbers.split_last()?;
        Some((measurements.try_into().ok()?, [progress]))
    };
    let patients: Vec<_> = printed.lines().filter_map(row).collect();
    if patients.len() != 442 {
        return Err(format!("{} patients instead of 442", patients.len()).into());
    }
    let (train, test) = patients.split_at(328);
    let (train, test) = standardised(train, test)?;
    Ok(Some(Problem::new("diabetes", train, test)))
}

/// The arm of `examples/inverse_kinematics`: from the place of the hand, in lengths of the upper arm, to the angles of
/// shoulder and elbow, in radians. 400 random movements to learn from, 400 as a test.
pub(super) fn arm() -> Problem<Arm> {
    const FOREARM: f64 = 10.0 / 12.0;
    let mut rng = mlp_core::rng(0);
    let mut between = |low: f64, high: f64| low + (high - low) * (f64::from(rng.next_u32()) / f64::from(u32::MAX));
    let mut movement = || {
        let (shoulder, elbow) = (between(-0.25 * PI, 0.5 * PI), between(0.6, 2.6));
        let x = libm::cos(shoulder) + FOREARM * libm::cos(shoulder + elbow);
        let y = libm::sin(shoulder) + FOREARM * libm::sin(shoulder + elbow);
        ([x, y], [shoulder, elbow])
    };
    let mut movements = || (0..400).map(|_| movement()).collect();
    Problem::new("arm", movements(), movements())
}

type Examples<const I: usize> = Vec<([f64; I], [f64; 1])>;

/// Inputs and targets with the mean 0 and the standard deviation 1 in the training part.
fn standardised<const I: usize>(
    train: &[([f64; I], [f64; 1])],
    test: &[([f64; I], [f64; 1])],
) -> Result<(Examples<I>, Examples<I>)> {
    let inputs = Scaling::fit_standardization(train.iter().map(|&(x, _)| x))?;
    let targets = Scaling::fit_standardization(train.iter().map(|&(_, y)| y))?;
    let scale = |examples: &[([f64; I], [f64; 1])]| {
        examples.iter().map(|&(x, y)| (inputs.apply(x), targets.apply(y))).collect()
    };
    Ok((scale(train), scale(test)))
}
