//! Curves, probabilities, several labels: equal to scikit-learn's for the same predictions. Many predictions are equal.
//! `data/metrics.json` holds its results; `data/metrics.py` makes them.

use mlp_core::dataset::Schema;
use mlp_core::metrics::{
    CalibrationCurve, ImportanceError, MetricsError, MultiLabel, PrecisionRecallCurve, RocCurve, Weighted,
    accuracy_score, brier_score_loss, log_loss, mean_absolute_error, permutation_importance, r2_score,
    root_mean_squared_error, top_k_accuracy_score,
};
use mlp_core::sample_weights::SampleWeightsError;
use mlp_core::{Dataset, mlp};
use serde_json::Value;

mlp!(struct Sum: 4 => identity(1));

fn results(kind: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("data/metrics.json")).unwrap();
    all[kind].clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

#[track_caller]
fn assert_close(value: f64, expected: &Value) {
    let expected = expected.as_f64().unwrap();
    assert!((value - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{value} is not {expected}");
}

#[track_caller]
fn assert_all_close(values: impl Iterator<Item = f64>, expected: &Value) {
    let values: Vec<_> = values.collect();
    let expected = expected.as_array().unwrap();
    assert_eq!(values.len(), expected.len());
    values.into_iter().zip(expected).for_each(|(value, expected)| assert_close(value, expected));
}

fn check_curves<const O: usize>(y_true: &[[f64; O]], y_pred: &[[f64; O]], class: usize, expected: &Value) {
    let roc = RocCurve::from_outputs(y_true, y_pred, class).unwrap();
    assert_all_close(roc.points().iter().map(|point| point.false_positive_rate), &expected["roc"][0]);
    assert_all_close(roc.points().iter().map(|point| point.true_positive_rate), &expected["roc"][1]);
    assert_all_close(roc.points().iter().skip(1).map(|point| point.threshold), &expected["roc"][2]);
    assert_eq!(roc.points()[0].threshold, f64::INFINITY);
    assert_close(roc.auc(), &expected["auc"]);
    let curve = PrecisionRecallCurve::from_outputs(y_true, y_pred, class).unwrap();
    assert_all_close(curve.points().iter().map(|point| point.precision), &expected["precision_recall"][0]);
    assert_all_close(curve.points().iter().map(|point| point.recall), &expected["precision_recall"][1]);
    assert_close(curve.average_precision(), &expected["average_precision"]);
}

#[test]
fn two_classes_agree_with_scikit_learn() {
    for case in results("binary").as_array().unwrap() {
        let single = |name: &str| numbers(&case[name]).into_iter().map(|number| [number]).collect::<Vec<_>>();
        let (y_true, y_pred) = (single("y_true"), single("y_pred"));
        check_curves(&y_true, &y_pred, 1, case);
        check_curves(&y_true, &y_pred, 0, &case["class_0"]);
        assert_close(log_loss(&y_true, &y_pred).unwrap(), &case["log_loss"]);
        assert_close(brier_score_loss(&y_true, &y_pred).unwrap(), &case["brier"]);
        for bins in [1, 5, 10] {
            let curve = CalibrationCurve::from_outputs(&y_true, &y_pred, 1, bins).unwrap();
            let expected = &case["calibration"][bins.to_string()];
            assert_all_close(curve.points().iter().map(|point| point.actual), &expected[0]);
            assert_all_close(curve.points().iter().map(|point| point.predicted), &expected[1]);
            assert_eq!(curve.points().iter().map(|point| point.examples).sum::<usize>(), y_true.len());
        }
        // Two outputs say the same as one.
        let pair = |rows: &[[f64; 1]]| rows.iter().map(|&[y]| [1.0 - y, y]).collect::<Vec<_>>();
        let (pair_true, pair_pred) = (pair(&y_true), pair(&y_pred));
        check_curves(&pair_true, &pair_pred, 1, case);
        check_curves(&pair_true, &pair_pred, 0, &case["class_0"]);
        assert_close(log_loss(&pair_true, &pair_pred).unwrap(), &case["log_loss"]);
        assert_close(brier_score_loss(&pair_true, &pair_pred).unwrap(), &case["brier"]);
        assert_eq!(top_k_accuracy_score(&y_true, &y_pred, 1), accuracy_score(&y_true, &y_pred));
        assert_eq!(top_k_accuracy_score(&y_true, &y_pred, 2), Ok(1.0));
    }
}

#[test]
fn weighted_metrics_agree_with_scikit_learn() {
    for case in results("weighted").as_array().unwrap() {
        let single = |name: &str| numbers(&case[name]).into_iter().map(|number| [number]).collect::<Vec<_>>();
        let (y_true, y_pred, targets) = (single("y_true"), single("y_pred"), single("numbers"));
        let weights = numbers(&case["weights"]);
        let weighted = Weighted::new(&weights).unwrap();
        assert_close(weighted.accuracy_score(&y_true, &y_pred).unwrap(), &case["accuracy"]);
        assert_close(weighted.log_loss(&y_true, &y_pred).unwrap(), &case["log_loss"]);
        assert_close(weighted.brier_score_loss(&y_true, &y_pred).unwrap(), &case["brier"]);
        assert_close(weighted.mean_absolute_error(&targets, &y_pred).unwrap(), &case["mae"]);
        assert_close(weighted.root_mean_squared_error(&targets, &y_pred).unwrap(), &case["rmse"]);
        assert_close(weighted.r2_score(&targets, &y_pred).unwrap(), &case["r2"]);
        let matrix = weighted.confusion_matrix::<_, 1, 2>(&y_true, &y_pred).unwrap();
        for (row, expected) in matrix.iter().zip(case["confusion"].as_array().unwrap()) {
            for (found, expected) in row.iter().zip(numbers(expected)) {
                assert!((found - expected).abs() <= 1e-12 * expected, "{matrix:?}");
            }
        }
        // Whole numbers are repeated examples, and equal weights are none.
        let counts: Vec<_> = (0..y_true.len()).map(|example| [1, 0, 3, 2][example % 4]).collect();
        let repeated = |rows: &[[f64; 1]]| -> Vec<[f64; 1]> {
            rows.iter().zip(&counts).flat_map(|(row, &count)| std::iter::repeat_n(*row, count)).collect()
        };
        let as_weights: Vec<_> = counts.iter().map(|&count| f64::from(u8::try_from(count).unwrap())).collect();
        let (equal, counted) = (vec![0.3; y_true.len()], Weighted::new(&as_weights).unwrap());
        let equal = Weighted::new(&equal).unwrap();
        let pair = [repeated(&targets), repeated(&y_pred)];
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-13, "{found} {expected}");
        near(counted.r2_score(&targets, &y_pred).unwrap(), r2_score(&pair[0], &pair[1]).unwrap());
        near(counted.log_loss(&y_true, &y_pred).unwrap(), log_loss(&repeated(&y_true), &pair[1]).unwrap());
        near(equal.r2_score(&targets, &y_pred).unwrap(), r2_score(&targets, &y_pred).unwrap());
        assert_eq!(equal.accuracy_score(&y_true, &y_true), Ok(1.0));
        assert_eq!(equal.root_mean_squared_error(&targets, &y_pred), root_mean_squared_error(&targets, &y_pred));
        assert_eq!(equal.mean_absolute_error(&targets, &y_pred), mean_absolute_error(&targets, &y_pred));
    }
    assert_eq!(Weighted::new(&[0.0, 0.0]).unwrap_err(), SampleWeightsError::AllZero);
    assert!(matches!(Weighted::new(&[1.0, f64::NAN]), Err(SampleWeightsError::Weight { example: 1, .. })));
    let weighted = Weighted::new(&[0.1, 0.2, 0.0]).unwrap();
    let error = weighted.log_loss(&[[1.0]], &[[0.5]]).unwrap_err();
    assert_eq!(error.to_string(), "there are 3 weights and 1 examples: give one weight for each example");
    assert_eq!(Weighted::new(&[]).unwrap().accuracy_score::<f64, 1>(&[], &[]), Err(MetricsError::NoExamples));
    // Equal targets, except where the weight is 0; and an error there that is not a number.
    let (y_true, y_pred) = ([[0.7], [0.7], [5.0]], [[0.1], [0.2], [f64::NAN]]);
    assert_eq!(weighted.r2_score(&y_true, &y_pred), Err(MetricsError::EqualTargets));
    assert!((weighted.mean_absolute_error(&y_true, &y_pred).unwrap() - 1.6 / 3.0).abs() < 1e-14);
}

fn check_several<const O: usize>(case: &Value) {
    let one_hot = |class: f64| {
        std::array::from_fn(|output| f64::from(u8::from(class == f64::from(u8::try_from(output).unwrap()))))
    };
    let y_true: Vec<[f64; O]> = numbers(&case["y_true"]).into_iter().map(one_hot).collect();
    let y_pred = rows(&case["y_pred"]);
    for class in 0..O {
        check_curves(&y_true, &y_pred, class, &case["classes"][class]);
    }
    assert_close(log_loss(&y_true, &y_pred).unwrap(), &case["log_loss"]);
    assert_close(brier_score_loss(&y_true, &y_pred).unwrap(), &case["brier"]);
    assert_all_close((1..O).map(|k| top_k_accuracy_score(&y_true, &y_pred, k).unwrap()), &case["top_k"]);
    assert_eq!(top_k_accuracy_score(&y_true, &y_pred, O), Ok(1.0));
}

fn rows<const O: usize>(value: &Value) -> Vec<[f64; O]> {
    value.as_array().unwrap().iter().map(|row| numbers(row).try_into().unwrap()).collect()
}

#[test]
fn several_classes_agree_with_scikit_learn() {
    let cases = results("several");
    check_several::<3>(&cases[0]);
    check_several::<5>(&cases[1]);
}

#[test]
fn several_labels_agree_with_scikit_learn() {
    let case = results("multi_label");
    let thresholds = numbers(&case["thresholds"]).try_into().unwrap();
    let (y_true, y_pred) = (rows::<3>(&case["y_true"]), rows::<3>(&case["y_pred"]));
    let labels = MultiLabel::from_outputs(&y_true, &y_pred, thresholds, ["a", "b", "c"]).unwrap();
    assert_all_close((0..3).map(|label| labels.precision(label).unwrap()), &case["precision"]);
    assert_all_close((0..3).map(|label| labels.recall(label).unwrap()), &case["recall"]);
    assert_all_close((0..3).map(|label| labels.f1(label).unwrap()), &case["f1"]);
    assert_close(labels.macro_f1().unwrap(), &case["macro_f1"]);
    assert_close(labels.micro_f1().unwrap(), &case["micro_f1"]);
    assert_close(labels.subset_accuracy(), &case["subset_accuracy"]);
    assert_close(labels.hamming_loss(), &case["hamming_loss"]);
    assert_eq!((labels.f1(3), labels.names()), (None, &["a", "b", "c"]));

    let never = MultiLabel::from_outputs(&[[0.0, 1.0]], &[[0.5, 0.5]], [0.5; 2], ["quiet", "b"]).unwrap();
    assert_eq!((never.precision(0), never.recall(0), never.f1(0), never.macro_f1()), (None, None, None, None));
    assert_eq!((never.precision(1), never.recall(1), never.f1(1)), (None, Some(0.0), Some(0.0)));
    assert_eq!(never.to_string().lines().nth(1), Some("quiet         0          -       -      -"));
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let (y_true, y_pred) = ([[1.0], [1.0]], [[0.5], [0.25]]);
    let roc = |class| RocCurve::from_outputs(&y_true, &y_pred, class).unwrap_err();
    assert_eq!(roc(0), MetricsError::NoneOfClass { class: 0 });
    assert_eq!(roc(1), MetricsError::AllOfClass { class: 1 });
    assert_eq!(roc(2), MetricsError::Class { class: 2, classes: 2 });
    let precision = |class| PrecisionRecallCurve::from_outputs(&y_true, &y_pred, class);
    assert_eq!(precision(0).unwrap_err(), MetricsError::NoneOfClass { class: 0 });
    assert_eq!(precision(1).unwrap().average_precision(), 1.0);

    for bad in [-0.1, 1.1, f64::INFINITY] {
        let error = MetricsError::Probabilities { example: 1 };
        let y_pred = [[0.5], [bad]];
        assert_eq!(log_loss(&y_true, &y_pred), Err(error));
        assert_eq!(brier_score_loss(&y_true, &y_pred), Err(error));
        assert_eq!(CalibrationCurve::from_outputs(&y_true, &y_pred, 1, 5), Err(error));
    }
    assert_eq!(log_loss(&y_true, &[[0.5], [f64::NAN]]), Err(MetricsError::Probabilities { example: 1 }));
    assert_eq!(log_loss(&[[0.0, 1.0]], &[[0.5, 0.4]]), Err(MetricsError::Probabilities { example: 0 }));
    let nan = [[0.5], [f64::NAN]];
    let error = MetricsError::Prediction { example: 1 };
    assert_eq!(RocCurve::from_outputs(&y_true, &nan, 1), Err(error));
    assert_eq!(CalibrationCurve::from_outputs(&y_true, &nan, 1, 5), Err(error));
    assert_eq!(top_k_accuracy_score(&y_true, &nan, 2), Err(error));
    assert_eq!(MultiLabel::from_outputs(&y_true, &nan, [0.5], ["a"]), Err(error));
    let error = MetricsError::Label { example: 0 };
    assert_eq!(MultiLabel::from_outputs(&[[0.5]], &[[0.5]], [0.5], ["a"]), Err(error));
    assert_eq!(CalibrationCurve::from_outputs(&y_true, &y_pred, 1, 0), Err(MetricsError::NoBins));
    assert_eq!(top_k_accuracy_score(&y_true, &y_pred, 0), Err(MetricsError::NoPlaces));
    let lengths = MetricsError::Lengths { targets: 2, predictions: 1 };
    assert_eq!(RocCurve::from_outputs(&y_true, &y_pred[..1], 1), Err(lengths));
    assert_eq!(MultiLabel::from_outputs(&y_true, &y_pred[..1], [0.5], ["a"]), Err(lengths));
    assert_eq!(log_loss::<f64, 1>(&[], &[]), Err(MetricsError::NoExamples));
    // A prediction that is quite wrong has a finite loss.
    assert!((log_loss(&[[1.0]], &[[0.0]]).unwrap() - 52.0 * 2_f64.ln()).abs() < 1e-14);
}

/// For a sum of independent inputs, shuffling the input with weight w by a random order raises the mean squared error by
/// 2 w² times the variance, in the mean over all orders.
#[test]
fn importances_are_what_shuffling_costs() {
    let network = Sum { w11: 2.0, w21: -1.0, w31: 0.0, w41: 0.5, b1: 1.0 };
    let x = |n: u16| [f64::from(n % 8), f64::from(n / 8 % 4), f64::from(n / 32 % 2), 1.0 - f64::from(n / 32 % 2)];
    let schema = Schema::new().numbers(["eight", "four"]).category("two", ["yes", "no"]).targets(["sum"]);
    let examples = (0..256).map(|n| (x(n), network.predict(x(n)))).collect();
    let data = Dataset::new(examples).with_schema(schema).unwrap();
    let score = |data: &Dataset<f64, 4, 1>| {
        let errors = data.examples().iter().map(|&(x, [y_true])| (network.predict(x)[0] - y_true).powi(2));
        Ok(-errors.sum::<f64>() / 256.0)
    };
    let importances = permutation_importance(&data, 200, 1, score).unwrap();
    assert_eq!(importances.baseline, 0.0);
    let names: Vec<_> = importances.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["eight", "four", "two"], "a category is one column");
    // The variances of 0..8, 0..4 and 0..2.
    for (column, expected) in importances.columns.iter().zip([2.0 * 4.0 * 5.25, 2.0 * 1.25, 2.0 * 0.25 * 0.25]) {
        assert_eq!(column.drops.values().len(), 200);
        let standard_error = column.drops.standard_deviation().unwrap() / 200_f64.sqrt();
        let distance = (column.drops.mean().unwrap() - expected).abs();
        assert!(distance < 4.0 * standard_error && standard_error < 0.02 * expected, "{}: {distance}", column.name);
    }
    let table = importances.to_string();
    let firsts: Vec<_> = table.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(firsts, ["column", "eight", "four", "two"]);

    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| permutation_importance(&data, 200, 1, score)).unwrap(), importances);
    }
    let other = permutation_importance(&data, 200, 2, score).unwrap();
    assert_ne!(other.columns[0].drops, importances.columns[0].drops);
}

#[test]
fn importances_without_names_or_examples() {
    let data = Dataset::new(vec![([1.0, 2.0], [1.0]), ([2.0, 1.0], [2.0])]);
    let score = |data: &Dataset<f64, 2, 1>| {
        let y_pred: Vec<_> = data.inputs().map(|[x, _]| [x]).collect();
        Ok(-mean_absolute_error(&data.targets().collect::<Vec<_>>(), &y_pred)?)
    };
    let importances = permutation_importance(&data, 20, 1, score).unwrap();
    assert_eq!(importances.columns[0].name, "input 0");
    // Of two examples, half of the orders change something.
    let firsts = importances.columns[0].drops.values();
    assert!(firsts.contains(&0.0) && firsts.contains(&1.0) && firsts.iter().all(|drop| [0.0, 1.0].contains(drop)));
    assert_eq!(importances.columns[1].drops.values(), [0.0; 20], "an input that is not used");

    let one = data.subset(0..1).unwrap();
    let message = |error: ImportanceError| error.to_string();
    let few = message(permutation_importance(&one, 20, 1, score).unwrap_err());
    assert_eq!(few, "the values of 1 example cannot be shuffled: find at least two");
    let no_repeats = message(permutation_importance(&data, 0, 1, score).unwrap_err());
    assert_eq!(no_repeats, "0 repeats tell nothing: shuffle each column at least once");
    let fails = permutation_importance(&data, 5, 1, |shuffled| {
        if shuffled.examples()[0].0[1] == 1.0 { Err("odd".into()) } else { Ok(0.0) }
    });
    assert_eq!(
        format!("{:?}", fails.unwrap_err()),
        "the score of the data with `input 1` shuffled could not be computed: odd"
    );
}
