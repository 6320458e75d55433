//! Is a tumour malignant? A question with yes and no, in which one mistake is worse than the other.
//!
//! Thirty numbers describe the nuclei of cells in 569 images: ten properties, each as mean, standard error and the mean of
//! the three largest. 212 tumours are malignant. To miss one of them is worse than to examine a benign one again. So the
//! second network is trained with class weights: a malignant example counts five times.
//!
//! Five stratified folds each hold back a fifth of both classes, so that every tumour has a probability from a network that
//! did not know it. The figure shows these probabilities in four ways: both confusion matrices, the ROC curves (how many
//! malignant tumours are found, over how many benign ones are taken for malignant, for every threshold), and the
//! calibration (of the tumours with a probability of about 30 %, are 30 % malignant?).
//!
//! Class weights move the threshold, and cost calibration: the weighted network's probabilities are too high by intention.
//!
//! The program promises an area under both ROC curves of at least 0.99, and that the weighted network misses no more
//! malignant tumours than the other; it fails otherwise.

use std::error::Error;

use mlp_core::metrics::{CalibrationCurve, ConfusionMatrix, RocCurve, brier_score_loss, permutation_importance};
use mlp_core::sample_weights::ClassWeights;
use mlp_core::{AdamW, Batch, Dataset, Figure, Folds, Model, Table, Trainer, mlp};

mlp! {
    /// The probability that a tumour is malignant.
    pub struct Tumour: 30 => tanh(3) => sigmoid(1), loss = binary_cross_entropy;
}

const CLASSES: [&str; 2] = ["benign", "malignant"];

/// How much a malignant example counts, when they are weighted.
const WEIGHT: f64 = 5.0;

const FIGURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/breast_cancer.svg");

type Tumours = Dataset<f64, 30, 1>;

/// An error that may come from another thread.
type Failure = Box<dyn Error + Send + Sync>;

/// Targets and probabilities of examples that were held back.
#[derive(Default)]
struct HeldBack {
    y_true: Vec<[f64; 1]>,
    y_pred: Vec<[f64; 1]>,
}

fn main() -> Result<(), Failure> {
    let table = Table::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/breast_cancer.csv"))?;
    let properties = table.columns().filter(|column| *column != "diagnosis");
    let data: Tumours = table.select().numbers(properties).class_of("diagnosis", CLASSES).load()?;
    println!("{}", data.report());

    let (plain, weighted) = (predict(&data, 1.0)?, predict(&data, WEIGHT)?);
    let mut missed = Vec::new();
    let mut figures = Vec::new();
    let mut curves = Vec::new();
    for (name, found) in [("all alike", &plain), ("malignant × 5", &weighted)] {
        let matrix = ConfusionMatrix::from_outputs(&found.y_true, &found.y_pred, CLASSES)?;
        let roc = RocCurve::from_outputs(&found.y_true, &found.y_pred, 1)?;
        let calibration = CalibrationCurve::from_outputs(&found.y_true, &found.y_pred, 1, 5)?;
        let brier = brier_score_loss(&found.y_true, &found.y_pred)?;
        println!("\n{name}: area under the ROC curve {:.4}, Brier score {brier:.4}\n{matrix}", roc.auc());
        if roc.auc() < 0.99 {
            return Err("not the promised area of 0.99".into());
        }
        missed.push(matrix.counts()[1][0]);
        figures.push(Figure::confusion(&matrix).title(name));
        curves.push((name, roc, calibration));
    }
    if missed[1] > missed[0] {
        return Err("class weights were promised to find more malignant tumours".into());
    }
    figures.push(Figure::roc(curves.iter().map(|(name, roc, _)| (*name, roc))));
    figures.push(Figure::calibration(curves.iter().map(|(name, _, calibration)| (*name, calibration))));
    Figure::grid(2, figures).write(FIGURE)?;

    let (train, test) = data.split_stratified(0.7, 1)?;
    let model = fit(&train, 1.0)?;
    let importances = permutation_importance(&test, 10, 1, |test| {
        let (y_true, y_pred) = model.targets_and_predictions(test)?;
        Ok(-brier_score_loss(&y_true, &y_pred)?)
    })?;
    println!("\nby how much the Brier score rises without a column, on 30 % held back, the first five:");
    importances.to_string().lines().skip(1).take(5).for_each(|line| println!("  {line}"));
    println!("\nfigure: {FIGURE}");
    Ok(())
}

/// The probabilities of all tumours, each from a network that did not know it.
fn predict(data: &Tumours, weight: f64) -> Result<HeldBack, Failure> {
    let folds = Folds::stratified(&data.class_labels()?, 5, 1)?;
    let found = folds.cross_validate(data, |train, test| Ok(fit(&train, weight)?.targets_and_predictions(&test)?))?;
    let mut all = HeldBack::default();
    for (y_true, y_pred) in found {
        all.y_true.extend(y_true);
        all.y_pred.extend(y_pred);
    }
    Ok(all)
}

fn fit(train: &Tumours, weight: f64) -> Result<Model<Tumour>, Failure> {
    let inputs = train.fit_standardization()?;
    let scaled = train.scale_inputs(&inputs);
    let weights = ClassWeights::new([1.0, weight])?.of(scaled.examples())?;
    let mut network = Tumour::random(&mut mlp_core::rng(1));
    Trainer::new(AdamW::new(0.01).weight_decay(1.0))
        .epochs(30)
        .batch(Batch::Mini(16))
        .shuffle(1)
        .reproducible()
        .fit_weighted(&mut network, scaled.examples(), &weights)?;
    Ok(Model::new(network, train.schema().ok_or("no names")?, inputs, None)?)
}
