//! Sweeps: the same experiment with several settings, and several seeds each.
//!
//! Which learning rate is best? A single training does not say, since another start may turn the answer round. [`sweep`]
//! runs an experiment with every setting and every seed. The table shows whether settings differ by more than seeds do:
//!
//! ```
//! use mlp_core::{GradientDescent, StandardNormal, Trainer, mlp, sweep};
//!
//! mlp!(struct Xor: 2 => tanh(3) => 1);
//!
//! let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
//! let rates = [0.01, 0.1, 1.0];
//! let losses = sweep(rates, 1..=5, |&rate, seed| {
//!     let mut network = Xor::random_with(&StandardNormal, &mut mlp_core::rng(seed));
//!     let outcome = Trainer::new(GradientDescent::new(rate)).epochs(500).fit(&mut network, &examples)?;
//!     Ok(outcome.loss)
//! })?;
//! // A line for each rate, with mean, deviation, lowest and highest loss.
//! println!("{losses}");
//! assert_eq!(losses.to_string().lines().count(), 4);
//! assert_eq!(losses.lowest().map(|row| row.setting), Some(1.0));
//!
//! let mut csv = Vec::new();
//! losses.write_csv(&mut csv)?;
//! assert!(csv.starts_with(b"setting,seed,score\n0.01,1,0."));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the feature `plot`, `Figure::sweep` draws the scores.
//!
//! The number of hidden neurons belongs to the type of a network. So each has a declaration, and one generic function
//! trains them all:
//!
//! ```
//! use mlp_core::{Adam, Network, TrainError, Trainer, mlp, sweep};
//!
//! mlp!(struct Narrow: 1 => tanh(2) => identity(1));
//! mlp!(struct Wide: 1 => tanh(8) => identity(1));
//!
//! fn loss<N: Network<Scalar = f64, Input = [f64; 1], Output = [f64; 1]>>(seed: u64) -> Result<f64, TrainError> {
//!     let examples: Vec<_> = (0..40).map(|i| f64::from(i) / 10.0 - 2.0).map(|x| ([x], [x.sin()])).collect();
//!     let mut network = N::random(&mut mlp_core::rng(seed));
//!     Ok(Trainer::new(Adam::new(0.02)).epochs(100).fit(&mut network, &examples)?.loss)
//! }
//!
//! let losses = sweep([2, 8], 1..=3, |&neurons, seed| {
//!     Ok(if neurons == 2 { loss::<Narrow>(seed)? } else { loss::<Wide>(seed)? })
//! })?;
//! println!("{losses}");
//! # assert_eq!(losses.rows().len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A setting is any value that can be printed with `{:?}`: a number, a tuple such as `(8, 0.1)`, a struct of your own. To
//! compare by [cross-validation](crate::Folds::cross_validate), call it in the experiment, and return the mean of its
//! scores.

use std::error::Error;
use std::fmt::{self, Debug, Display, Formatter};
use std::io::{self, Write};

use crate::metrics::Scores;
use crate::number::{DIGITS, significant};
use crate::parallel;

/// Runs an experiment with each setting and each seed. It returns a score, such as an accuracy or a loss.
///
/// With the feature `rayon` the experiments run on several threads at once, and the result is the same for any number of
/// threads. In `experiment`, `?` takes every error that may go to another thread. An error ends the sweep. If a training
/// may fail, for example because a learning rate is too large, return NaN for it: the table shows it, and it is never the
/// best.
///
/// The [module](self) has an example.
///
/// # Errors
///
/// If there is no setting or no seed. If an experiment fails, its error with its setting and its seed. If several fail, the
/// first setting and seed count.
pub fn sweep<S: Debug + Sync>(
    settings: impl IntoIterator<Item = S>,
    seeds: impl IntoIterator<Item = u64>,
    experiment: impl Fn(&S, u64) -> Result<f64, Box<dyn Error + Send + Sync>> + Sync,
) -> Result<Sweep<S>, SweepError> {
    let (settings, seeds): (Vec<_>, Vec<_>) = (settings.into_iter().collect(), seeds.into_iter().collect());
    for (what, count) in [("setting", settings.len()), ("seed", seeds.len())] {
        if count == 0 {
            return Err(SweepError::Nothing { what });
        }
    }
    let results = parallel::map(settings.len() * seeds.len(), |run| {
        experiment(&settings[run / seeds.len()], seeds[run % seeds.len()])
    });
    let (mut rows, mut results) = (Vec::new(), results.into_iter());
    for setting in settings {
        let named = |(&seed, result): (&u64, Result<f64, _>)| {
            result.map_err(|source| SweepError::Run { setting: format!("{setting:?}"), seed, source })
        };
        let scores = seeds.iter().zip(results.by_ref()).map(named).collect::<Result<_, _>>()?;
        rows.push(Row { setting, scores });
    }
    Ok(Sweep { seeds, rows })
}

/// The scores of a [`sweep`]. They print as a table with a line for each setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep<S> {
    seeds: Vec<u64>,
    rows: Vec<Row<S>>,
}

/// A setting and its scores.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row<S> {
    /// The setting.
    pub setting: S,
    /// Its scores, in the order of the seeds.
    pub scores: Scores,
}

impl<S> Sweep<S> {
    /// The seeds, in the order in which they were given.
    #[must_use]
    pub fn seeds(&self) -> &[u64] {
        &self.seeds
    }

    /// The settings with their scores, in the order in which they were given.
    #[must_use]
    pub fn rows(&self) -> &[Row<S>] {
        &self.rows
    }

    /// The setting with the highest mean, for accuracies and the like; the first of several. `None` if every mean is NaN.
    #[must_use]
    pub fn highest(&self) -> Option<&Row<S>> {
        self.best(|mean, best| mean > best)
    }

    /// The setting with the lowest mean, for losses and the like; the first of several. `None` if every mean is NaN.
    #[must_use]
    pub fn lowest(&self) -> Option<&Row<S>> {
        self.best(|mean, best| mean < best)
    }

    fn best(&self, is_better: fn(f64, f64) -> bool) -> Option<&Row<S>> {
        let means = self.rows.iter().filter_map(|row| Some((row.scores.mean()?, row)));
        let means = means.filter(|(mean, _)| !mean.is_nan());
        means.reduce(|best, next| if is_better(next.0, best.0) { next } else { best }).map(|(_, row)| row)
    }
}

impl<S: Debug> Sweep<S> {
    /// Writes a CSV table with the columns `setting`, `seed` and `score`: a line for each score, with enough digits to
    /// read back the same bits.
    ///
    /// # Errors
    ///
    /// Any error of `writer`.
    pub fn write_csv(&self, mut writer: impl Write) -> io::Result<()> {
        writeln!(writer, "setting,seed,score")?;
        for (name, scores) in self.named() {
            let name = cell(&name);
            for (seed, score) in self.seeds.iter().zip(scores.values()) {
                writeln!(writer, "{name},{seed},{score:?}")?;
            }
        }
        writer.flush()
    }

    /// The settings as text, with their scores.
    pub(crate) fn named(&self) -> impl Iterator<Item = (String, &Scores)> {
        self.rows.iter().map(|row| (format!("{:?}", row.setting), &row.scores))
    }
}

/// The text as a cell of a CSV file.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

impl<S: Debug> Display for Sweep<S> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let head = ["setting", "mean", "deviation", "lowest", "highest"].map(str::to_owned);
        let lines: Vec<_> =
            std::iter::once(head).chain(self.named().map(|(name, scores)| line(name, scores))).collect();
        write_table(&lines, f)
    }
}

/// The cells of a setting.
fn line(name: String, scores: &Scores) -> [String; 5] {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| significant(value, DIGITS));
    let (lowest, highest) =
        (scores.values().iter().copied().reduce(f64::min), scores.values().iter().copied().reduce(f64::max));
    [name, number(scores.mean()), number(scores.standard_deviation()), number(lowest), number(highest)]
}

/// Writes lines of cells: texts to the left, numbers to the right.
fn write_table(lines: &[[String; 5]], f: &mut Formatter<'_>) -> fmt::Result {
    let width = |column: usize| lines.iter().map(|cells| cells[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 5] = std::array::from_fn(width);
    for (index, [name, numbers @ ..]) in lines.iter().enumerate() {
        let end = if index == 0 { "" } else { "\n" };
        write!(f, "{end}{name:<width$}", width = widths[0])?;
        for (number, width) in numbers.iter().zip(&widths[1..]) {
            write!(f, "  {number:>width$}")?;
        }
    }
    Ok(())
}

/// Why a sweep failed.
///
/// ```
/// use mlp_core::sweep;
///
/// let error = sweep(["narrow", "wide"], 1..=3, |&width, seed| match (width, seed) {
///     ("wide", 2) => Err("out of luck".into()),
///     _ => Ok(1.0),
/// });
/// assert_eq!(format!("{:?}", error.unwrap_err()), "setting \"wide\", seed 2: out of luck");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// There are no settings, or no seeds.
    #[error("there is nothing to run: give at least one {what}")]
    Nothing {
        /// The missing list: `setting` or `seed`.
        what: &'static str,
    },
    /// An experiment failed.
    #[error("setting {setting}, seed {seed}")]
    Run {
        /// The setting of the first experiment that failed, as text.
        setting: String,
        /// Its seed.
        seed: u64,
        /// The error of the closure.
        source: Box<dyn Error + Send + Sync>,
    },
}

crate::message::debug_is_message!(SweepError);
