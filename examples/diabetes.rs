//! How far will a patient's diabetes have progressed in a year? A regression, judged on patients that it never saw.
//!
//! Ten numbers are known of each of 442 patients: age, sex, body mass index, blood pressure, and six of the blood. The
//! target, a number from 25 to 346, says how far the disease had progressed a year later. Half of its spread stays unknown
//! to all methods that were tried on these data.
//!
//! Five folds each hold back a fifth of the patients. Linear regression and a network learn from the same others, and
//! predict those held back, so that in the end every patient has a prediction of a model that did not know him. What is
//! shown is made of these:
//!
//! - the root mean squared error (RMSE) and R² of each fold, as mean ± standard deviation;
//! - how important each column is: by how much R² falls when its values are shuffled among the patients;
//! - whether predictions are right in the mean, from low ones to high ones;
//! - a figure of all predictions over what was measured.
//!
//! The network has two hidden neurons and strong weight decay (AdamW). A larger one learns the noise. The line is nearly as
//! good: so much for hidden layers where the data have little to tell.
//!
//! The program promises a mean R² of at least 0.45 for both, and fails otherwise.

use std::error::Error;

use mlp_core::metrics::{Importances, Scores, permutation_importance, r2_score, root_mean_squared_error};
use mlp_core::{AdamW, Batch, Dataset, Figure, Folds, Model, Network, Table, Trainer, mlp};

mlp! {
    /// Linear regression.
    pub struct Line: 10 => identity(1);
}

mlp! {
    /// Has a hidden layer for what is not linear.
    pub struct Curve: 10 => tanh(2) => identity(1);
}

mlp! {
    /// Returns its input: what it predicts from a prediction is the prediction.
    struct Same: 1 => identity(1);
}

const COLUMNS: [&str; 10] = ["age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"];

const FIGURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/diabetes.svg");

type Patients = Dataset<f64, 10, 1>;

/// What a fold tells of a model.
struct Fold {
    rmse: f64,
    r_squared: f64,
    importances: Importances,
    /// Predictions with what was measured.
    pairs: Vec<([f64; 1], [f64; 1])>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/diabetes.csv");
    let data: Patients = Table::scan(path).numbers(COLUMNS).targets(["progression"]).load()?;
    println!("{}\n", data.report());

    let line = judge::<Line>(&data)?;
    let curve = judge::<Curve>(&data)?;
    for (name, folds) in [("line", &line), ("network", &curve)] {
        let rmse: Scores = folds.iter().map(|fold| fold.rmse).collect();
        let r_squared: Scores = folds.iter().map(|fold| fold.r_squared).collect();
        println!("{name:8} RMSE {rmse}, R² {r_squared}");
        if r_squared.mean() < Some(0.45) {
            return Err("not the promised mean R² of 0.45".into());
        }
    }

    println!("\nthe network without a column loses R², mean over the folds:");
    for (column, name) in COLUMNS.iter().enumerate() {
        let losses = curve.iter().filter_map(|fold| fold.importances.columns[column].drops.mean());
        println!("  {name:4} {}", losses.collect::<Scores>());
    }

    let mut pairs: Vec<_> = curve.into_iter().flat_map(|fold| fold.pairs).collect();
    pairs.sort_by(|a, b| a.0[0].total_cmp(&b.0[0]));
    println!("\npredicted and measured, means of six groups from the lowest prediction to the highest:");
    for group in pairs.chunks(pairs.len().div_ceil(6)) {
        let mean = |number: fn(&([f64; 1], [f64; 1])) -> f64| group.iter().map(number).collect::<Scores>().mean();
        let (predicted, measured) = (mean(|pair| pair.0[0]), mean(|pair| pair.1[0]));
        println!("  {:5.1} {:5.1}", predicted.unwrap_or(f64::NAN), measured.unwrap_or(f64::NAN));
    }
    let title = "Progression of diabetes: predicted over measured, patients held back";
    Figure::predicted(&Same { w11: 1.0, b1: 0.0 }, &pairs).title(title).write(FIGURE)?;
    println!("\nfigure: {FIGURE}");
    Ok(())
}

/// Trains in five folds, and judges by the patients that each holds back.
fn judge<N>(data: &Patients) -> Result<Vec<Fold>, Box<dyn Error>>
where
    N: Network<Scalar = f64, Input = [f64; 10], Output = [f64; 1]> + Sync,
{
    let folds = Folds::k_fold(data.examples().len(), 5, 1)?;
    let found = folds.cross_validate(data, |train, test| {
        let trainer = Trainer::new(AdamW::new(0.01).weight_decay(0.3)).epochs(150).batch(Batch::Mini(16)).shuffle(1);
        let network = N::random(&mut mlp_core::rng(1));
        let (model, _) = Model::fit_parts(network, &train, &test, trainer.reproducible())?;
        let (y_true, y_pred) = model.targets_and_predictions(&test)?;
        let importances = permutation_importance(&test, 10, 1, |test| {
            let (y_true, y_pred) = model.targets_and_predictions(test)?;
            Ok(r2_score(&y_true, &y_pred)?)
        })?;
        Ok(Fold {
            rmse: root_mean_squared_error(&y_true, &y_pred)?,
            r_squared: r2_score(&y_true, &y_pred)?,
            importances,
            pairs: y_pred.into_iter().zip(y_true).collect(),
        })
    })?;
    Ok(found)
}
