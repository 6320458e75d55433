//! How much a prediction depends on each input.

use std::error::Error;
use std::fmt::{self, Display, Formatter};

use super::Scores;
use crate::dataset::Dataset;
use crate::number::{DIGITS, significant};
use crate::random::{numbered_seed, rng, shuffle};
use crate::{Scalar, parallel};

/// How much worse predictions become if the values of a column are shuffled among the examples: its permutation
/// importance.
///
/// `score` judges predictions for a data set; the higher, the better. For a loss return its negative. The importance of a
/// column is the score of `data` minus the score after shuffling. It is near 0 if the predictions do not use the column.
/// Each column is shuffled `repeats` times; the same seed gives the same shuffles on every platform.
///
/// All inputs of a category are shuffled together, since half a category makes no sense. Without names, each input is a
/// column.
///
/// Use data that the network was not trained on. If two columns say the same, shuffling one of them may cost little, though
/// both are important together.
///
/// ```
/// use mlp_core::dataset::Schema;
/// use mlp_core::metrics::{permutation_importance, r2_score};
/// use mlp_core::{Dataset, mlp};
///
/// mlp!(struct Price: 3 => identity(1));
/// let network = Price { w11: 3.0, w21: 1.0, w31: 0.0, b1: 0.0 };
///
/// let schema = Schema::new().numbers(["area", "age", "door"]).targets(["price"]);
/// let flat = |n: u8| [f64::from(n % 5), f64::from(n % 7), f64::from(n % 3)];
/// let data = Dataset::new((0..50).map(|n| (flat(n), network.predict(flat(n)))).collect()).with_schema(schema)?;
/// let importances = permutation_importance(&data, 10, 1, |data| {
///     let y_pred: Vec<_> = data.inputs().map(|x| network.predict(x)).collect();
///     Ok(r2_score(&data.targets().collect::<Vec<_>>(), &y_pred)?)
/// })?;
/// assert_eq!(importances.baseline, 1.0);
/// let [area, age, door] = importances.columns.as_slice() else { panic!("three columns") };
/// assert!(area.drops.mean() > age.drops.mean() && age.drops.mean() > Some(0.1));
/// assert_eq!((door.name.as_str(), door.drops.mean()), ("door", Some(0.0)));
/// println!("{importances}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A [`Model`](crate::Model) is judged by its `targets_and_predictions`. With the feature `rayon` the scores are computed on
/// several threads, and are the same for any number of threads.
///
/// # Errors
///
/// If there are fewer than two examples, or no repeats; if `score` fails, its error with the column.
pub fn permutation_importance<T: Scalar, const I: usize, const O: usize>(
    data: &Dataset<T, I, O>,
    repeats: usize,
    seed: u64,
    score: impl Fn(&Dataset<T, I, O>) -> Result<f64, Box<dyn Error + Send + Sync>> + Sync,
) -> Result<Importances, ImportanceError> {
    let examples = data.examples().len();
    if examples < 2 {
        return Err(ImportanceError::FewExamples { examples });
    }
    if repeats == 0 {
        return Err(ImportanceError::NoRepeats);
    }
    let baseline = score(data).map_err(|source| ImportanceError::Score { column: None, source })?;
    let columns = data.columns();
    let results = parallel::map(columns.len() * repeats, |run| {
        let mut order: Vec<_> = (0..examples).collect();
        shuffle(&mut order, &mut rng(numbered_seed(seed, run)));
        score(&data.with_permuted(&columns[run / repeats].1, &order))
    });
    let mut results = results.into_iter();
    let importance = |(name, _): (String, _)| {
        let own = results.by_ref().take(repeats).map(|score| score.map(|score| baseline - score));
        match own.collect::<Result<_, _>>() {
            Ok(drops) => Ok(Importance { name, drops }),
            Err(source) => Err(ImportanceError::Score { column: Some(name), source }),
        }
    };
    Ok(Importances { baseline, columns: columns.into_iter().map(importance).collect::<Result<_, _>>()? })
}

/// The [`permutation_importance`] of every column. They print as a table, the most important column first.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Importances {
    /// The score without any shuffling.
    pub baseline: f64,
    /// The columns, in the order of the inputs.
    pub columns: Vec<Importance>,
}

/// The importance of a column.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Importance {
    /// The name of the column; `input 0` if it has none.
    pub name: String,
    /// For each repeat, the drop in the score. Its mean is the importance.
    pub drops: Scores,
}

impl Display for Importances {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const HEAD: &str = "column";
        let mean = |column: &Importance| column.drops.mean().unwrap_or(f64::NAN);
        let mut sorted: Vec<_> = self.columns.iter().collect();
        sorted.sort_by(|a, b| mean(b).total_cmp(&mean(a)));
        let width = sorted.iter().map(|column| column.name.chars().count()).fold(HEAD.len(), usize::max);
        write!(f, "{HEAD:<width$}  importance (score {})", significant(self.baseline, DIGITS))?;
        sorted.into_iter().try_for_each(|column| write!(f, "\n{:<width$}  {}", column.name, column.drops))
    }
}

/// Why no importance could be computed.
///
/// ```
/// use mlp_core::Dataset;
/// use mlp_core::metrics::permutation_importance;
///
/// let data = Dataset::new(vec![([1.0], [0.0]), ([2.0], [1.0])]);
/// let error = permutation_importance(&data, 5, 1, |_| Err("no idea".into())).unwrap_err();
/// assert_eq!(format!("{error:?}"), "the score of the data could not be computed: no idea");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ImportanceError {
    /// There are fewer than two examples, so there is nothing to shuffle.
    #[error("the values of {} cannot be shuffled: find at least two", crate::message::count(*examples, "example"))]
    FewExamples {
        /// The number of examples.
        examples: usize,
    },
    /// No repeats were asked for.
    #[error("0 repeats tell nothing: shuffle each column at least once")]
    NoRepeats,
    /// The score could not be computed.
    #[error(
        "the score of the data{} could not be computed",
        column.as_ref().map_or_else(String::new, |column| format!(" with `{column}` shuffled"))
    )]
    Score {
        /// The column that was shuffled; `None` for the data as they are.
        column: Option<String>,
        /// The error of the closure.
        source: Box<dyn Error + Send + Sync>,
    },
}

crate::message::debug_is_message!(ImportanceError);
