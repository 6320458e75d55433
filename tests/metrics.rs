//! Metrics: equal to scikit-learn 1.9.1's for the same predictions, undefined where they should be, and printed as a
//! table.

use mlp_core::metrics::{
    ConfusionMatrix, MetricsError, accuracy_score, mean_absolute_error, predicted_class, r2_score,
    root_mean_squared_error,
};
use mlp_core::random::Rng;
use mlp_core::{Network, StandardNormal, mlp};

mlp!(struct Three: 2 => 3);
mlp!(struct One: 2 => 1, scalar = f32);

/// How many examples have each true class (row) and predicted class (column).
const COUNTS: [[u64; 3]; 3] = [[3, 1, 1], [1, 4, 2], [0, 1, 3]];

const NAMES: [&str; 3] = ["cat", "dog", "bird"];

fn matrix_of(counts: [[u64; 3]; 3]) -> ConfusionMatrix<'static, 3> {
    let mut matrix = ConfusionMatrix::new(NAMES);
    for (class, row) in counts.into_iter().enumerate() {
        for (predicted, count) in row.into_iter().enumerate() {
            (0..count).for_each(|_| matrix.count_example(class, predicted).unwrap());
        }
    }
    matrix
}

fn assert_close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 1e-15 * expected.abs().max(1.0), "{value} is not {expected}");
}

/// `accuracy_score`, `precision_score`, `recall_score`, `f1_score` with `average=None` and `average="macro"`.
#[test]
fn classification_agrees_with_scikit_learn() {
    let matrix = matrix_of(COUNTS);
    assert_eq!(matrix.counts(), &COUNTS);
    assert_eq!(matrix.names(), &NAMES);
    assert_eq!(matrix.total(), 16);
    assert_close(matrix.accuracy().unwrap(), 0.625);
    let precision = [0.75, 0.666_666_666_666_666_6, 0.5];
    let recall = [0.6, 0.571_428_571_428_571_4, 0.75];
    let f1 = [0.666_666_666_666_666_6, 0.615_384_615_384_615_4, 0.6];
    for class in 0..3 {
        assert_close(matrix.precision(class).unwrap(), precision[class]);
        assert_close(matrix.recall(class).unwrap(), recall[class]);
        assert_close(matrix.f1(class).unwrap(), f1[class]);
    }
    assert_close(matrix.macro_precision().unwrap(), 0.638_888_888_888_888_8);
    assert_close(matrix.macro_recall().unwrap(), 0.640_476_190_476_190_4);
    assert_close(matrix.macro_f1().unwrap(), 0.627_350_427_350_427_3);
}

/// `root_mean_squared_error` and `mean_absolute_error` of all elements, `r2_score` with
/// `multioutput="variance_weighted"`.
#[test]
fn regression_agrees_with_scikit_learn() {
    let y_true = [[3.0, -0.5], [-0.5, 2.0], [2.0, 7.0], [7.0, 4.25]];
    let y_pred = [[2.5, 0.0], [0.0, 2.25], [2.0, 8.0], [8.0, 3.5]];
    assert_close(root_mean_squared_error(&y_true, &y_pred).unwrap(), 0.649_519_052_838_329);
    assert_close(mean_absolute_error(&y_true, &y_pred).unwrap(), 0.5625);
    assert_close(r2_score(&y_true, &y_pred).unwrap(), 0.943_617_854_346_123_8);

    let first = |rows: [[f64; 2]; 4]| rows.map(|[first, _]| [first]);
    let (y_true, y_pred) = (first(y_true), first(y_pred));
    assert_close(root_mean_squared_error(&y_true, &y_pred).unwrap(), 0.612_372_435_695_794_5);
    assert_close(mean_absolute_error(&y_true, &y_pred).unwrap(), 0.5);
    assert_close(r2_score(&y_true, &y_pred).unwrap(), 0.948_608_137_044_967_9);
    let opposite = y_pred.map(|[y]| [-y]);
    assert_close(r2_score(&y_true, &opposite).unwrap(), -8.301_927_194_860_813);
}

/// Values are converted before they are subtracted, so the bits are those of `f64`.
#[test]
fn single_precision_is_measured_in_double() {
    let (y_true, y_pred) = ([[0.25_f32, 0.5], [0.125, 1.0]], [[0.1_f32, 0.7], [0.3, 0.9]]);
    let double = |rows: [[f32; 2]; 2]| rows.map(|row| row.map(f64::from));
    let (wide_true, wide_pred) = (double(y_true), double(y_pred));
    assert_eq!(root_mean_squared_error(&y_true, &y_pred), root_mean_squared_error(&wide_true, &wide_pred));
    assert_eq!(mean_absolute_error(&y_true, &y_pred), mean_absolute_error(&wide_true, &wide_pred));
    assert_eq!(r2_score(&y_true, &y_pred), r2_score(&wide_true, &wide_pred));
    assert_eq!(root_mean_squared_error(&y_true, &y_pred).map(f64::to_bits), Ok(RMSE_BITS));
}

/// √(¼ (0.15² + 0.2² + 0.175² + 0.1²)) from the `f32` nearest to 0.1, 0.7, 0.3 and 0.9; numpy has the same bits.
const RMSE_BITS: u64 = 0x3fc4_8d68_48b2_2cca;

#[test]
fn the_largest_output_is_the_class() {
    assert_eq!(predicted_class([0.1, 0.2, 0.9]), Some(2));
    assert_eq!(predicted_class([-3.0, -1.0, -2.0]), Some(1));
    assert_eq!(predicted_class([0.2, 0.9, 0.9]), Some(1), "the first of several");
    assert_eq!(predicted_class([0.0, -0.0]), Some(0), "zeros are equal");
    assert_eq!(predicted_class([-0.0, 0.0]), Some(0), "zeros are equal");
    assert_eq!(predicted_class([1.0, f32::INFINITY]), Some(1));
    for nan_at in 0..3 {
        let mut outputs = [0.1, 0.9, 0.2];
        outputs[nan_at] = f64::NAN;
        assert_eq!(predicted_class(outputs), None, "NaN at {nan_at}");
    }
    assert_eq!(predicted_class::<f64, 0>([]), None);
}

#[test]
fn a_single_output_has_its_threshold_at_one_half() {
    assert_eq!(predicted_class([0.5]), Some(0));
    assert_eq!(predicted_class([0.5_f64.next_up()]), Some(1));
    assert_eq!(predicted_class([0.5_f32.next_up()]), Some(1));
    assert_eq!(predicted_class([-7.0]), Some(0));
    assert_eq!(predicted_class([f32::NAN]), None);
    let (y_true, y_pred) = ([[1.0], [0.0], [0.0], [1.0]], [[0.9], [0.2], [0.6], [0.4]]);
    let matrix = ConfusionMatrix::from_outputs(&y_true, &y_pred, ["no", "yes"]).unwrap();
    assert_eq!(matrix.counts(), &[[1, 1], [1, 1]]);
    assert_eq!(accuracy_score(&y_true, &y_pred), Ok(0.5));
}

/// Soft targets name a class too, as the lecture's 0.9 and 0.2 do.
#[test]
fn rows_are_true_classes_and_columns_predicted_ones() {
    let (y_true, y_pred) = ([[0.9, 0.2], [0.9, 0.2]], [[0.6, 0.7], [0.1, 0.3]]);
    let matrix = ConfusionMatrix::from_outputs(&y_true, &y_pred, ["a", "b"]).unwrap();
    assert_eq!(matrix.counts(), &[[0, 2], [0, 0]]);
    assert_eq!((matrix.recall(0), matrix.precision(1)), (Some(0.0), Some(0.0)));
}

/// Three ways to the same accuracy, for random parameters and examples.
#[test]
fn a_network_is_measured_by_its_predictions() {
    let mut rng = mlp_core::rng(5);
    let mut number = || f64::from(u32::try_from(rng.next_u64() >> 32).unwrap()) / f64::from(u32::MAX) - 0.5;
    let examples: [_; 60] = std::array::from_fn(|i| {
        let mut y_true = [0.0; 3];
        y_true[i % 3] = 1.0;
        ([number(), number()], y_true)
    });
    let network = Three::random_with(&StandardNormal, &mut rng);
    let (y_true, y_pred) = (examples.map(|(_, y_true)| y_true), examples.map(|(x, _)| network.predict(x)));
    let matrix = ConfusionMatrix::from_network(&network, &examples, NAMES).unwrap();
    assert_eq!(ConfusionMatrix::from_outputs(&y_true, &y_pred, NAMES).as_ref(), Ok(&matrix));
    assert_eq!(accuracy_score(&y_true, &y_pred).ok(), matrix.accuracy());
    assert_eq!(matrix.total(), 60);
    assert_eq!(matrix.counts().map(|row| row.iter().sum::<u64>()), [20; 3]);
    assert_ne!(matrix.accuracy(), Some(0.0));
}

/// Code that is generic over networks can use classes.
#[test]
fn any_network_with_two_classes_can_be_measured() {
    fn both<N>(network: &N, examples: &[(N::Input, N::Output)]) -> [[u64; 2]; 2]
    where
        N: Network,
        N::Output: mlp_core::metrics::Classes<2>,
    {
        *ConfusionMatrix::from_network(network, examples, ["off", "on"]).unwrap().counts()
    }
    let or = One::from_parameters([4.0, 4.0, -2.0]);
    let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    assert_eq!(both(&or, &examples), [[1, 1], [0, 2]]);
}

/// 0/0: "bird" was never predicted, "dog" has no examples, and in `absent` "bird" has neither.
#[test]
fn what_is_not_defined_is_none() {
    let matrix = matrix_of([[2, 1, 0], [0, 0, 0], [1, 1, 0]]);
    assert_eq!([0, 1, 2].map(|class| matrix.precision(class)), [Some(2.0 / 3.0), Some(0.0), None]);
    assert_eq!([0, 1, 2].map(|class| matrix.recall(class)), [Some(2.0 / 3.0), None, Some(0.0)]);
    assert_eq!([0, 1, 2].map(|class| matrix.f1(class)), [Some(2.0 / 3.0), Some(0.0), Some(0.0)]);
    assert_eq!((matrix.macro_precision(), matrix.macro_recall()), (None, None));
    assert_close(matrix.macro_f1().unwrap(), 2.0 / 9.0);

    let absent = matrix_of([[2, 0, 0], [1, 0, 0], [0, 0, 0]]);
    assert_eq!((absent.f1(1), absent.f1(2), absent.macro_f1()), (Some(0.0), None, None));

    let empty = ConfusionMatrix::new(NAMES);
    assert_eq!((empty.accuracy(), empty.precision(0), empty.recall(0), empty.f1(0)), (None, None, None, None));
    assert_eq!(empty.total(), 0);
}

#[test]
fn there_is_no_class_beyond_the_last() {
    let mut matrix = matrix_of(COUNTS);
    assert_eq!((matrix.precision(3), matrix.recall(3), matrix.f1(usize::MAX)), (None, None, None));
    assert_eq!(matrix.count_example(3, 0), Err(MetricsError::Class { class: 3, classes: 3 }));
    assert_eq!(matrix.count_example(0, 7), Err(MetricsError::Class { class: 7, classes: 3 }));
    assert_eq!(matrix, matrix_of(COUNTS), "nothing was counted");
}

#[test]
fn without_examples_there_is_no_metric() {
    let none: [[f64; 2]; 0] = [];
    let expected = Err(MetricsError::NoExamples);
    for metric in [accuracy_score, root_mean_squared_error, mean_absolute_error, r2_score] {
        assert_eq!(metric(&none, &none), expected);
    }
    let error = Err(MetricsError::NoExamples);
    assert_eq!(ConfusionMatrix::from_outputs(&none, &none, ["a", "b"]), error);
    assert_eq!(
        ConfusionMatrix::from_network(&Three::from_parameters([0.0; 9]), &[], NAMES),
        Err(MetricsError::NoExamples)
    );
}

#[test]
fn targets_and_predictions_must_be_as_many() {
    let (two, three) = ([[0.0, 1.0]; 2], [[0.0, 1.0]; 3]);
    for metric in [accuracy_score, root_mean_squared_error, mean_absolute_error, r2_score] {
        assert_eq!(metric(&two, &three), Err(MetricsError::Lengths { targets: 2, predictions: 3 }));
        assert_eq!(metric(&three, &[]), Err(MetricsError::Lengths { targets: 3, predictions: 0 }));
    }
    let matrix = ConfusionMatrix::from_outputs(&two, &three, ["a", "b"]);
    assert_eq!(matrix, Err(MetricsError::Lengths { targets: 2, predictions: 3 }));
}

#[test]
fn a_target_must_name_one_class() {
    let y_pred = [[0.9, 0.1]; 2];
    for target in [[0.0, 0.0], [1.0, 1.0], [f64::NAN, 1.0], [1.0, f64::NAN]] {
        let y_true = [[1.0, 0.0], target];
        assert_eq!(accuracy_score(&y_true, &y_pred), Err(MetricsError::Target { example: 1 }), "{target:?}");
        let matrix = ConfusionMatrix::from_outputs(&y_true, &y_pred, ["a", "b"]);
        assert_eq!(matrix, Err(MetricsError::Target { example: 1 }), "{target:?}");
    }
    for target in [0.5, f64::NAN] {
        assert_eq!(accuracy_score(&[[target]], &[[0.9]]), Err(MetricsError::Target { example: 0 }), "{target}");
    }
}

#[test]
fn a_prediction_that_is_nan_has_no_class() {
    let (y_true, y_pred) = ([[1.0, 0.0]; 2], [[0.9, 0.1], [0.9, f64::NAN]]);
    assert_eq!(accuracy_score(&y_true, &y_pred), Err(MetricsError::Prediction { example: 1 }));
    let network = One::from_parameters([f32::NAN, 0.0, 0.0]);
    let matrix = ConfusionMatrix::from_network(&network, &[([1.0, 1.0], [1.0])], ["off", "on"]);
    assert_eq!(matrix, Err(MetricsError::Prediction { example: 0 }));
}

#[test]
fn nan_and_infinity_go_through_regression() {
    let y_true = [[1.0], [2.0], [4.0]];
    let with = |value| [[1.0], [value], [4.0]];
    for metric in [root_mean_squared_error, mean_absolute_error, r2_score] {
        assert!(metric(&y_true, &with(f64::NAN)).unwrap().is_nan());
        assert!(metric(&with(f64::NAN), &y_true).unwrap().is_nan());
        assert!(metric(&y_true, &[[f64::NAN], [2.0], [4.0]]).unwrap().is_nan());
    }
    assert_eq!(root_mean_squared_error(&y_true, &with(f64::INFINITY)), Ok(f64::INFINITY));
    assert_eq!(mean_absolute_error(&y_true, &with(f64::NEG_INFINITY)), Ok(f64::INFINITY));
    assert_eq!(r2_score(&y_true, &with(f64::INFINITY)), Ok(f64::NEG_INFINITY));
    assert!(r2_score(&with(f64::INFINITY), &y_true).unwrap().is_nan());
}

/// Ten times 0.1, summed and divided by ten, is not 0.1. Only a mean of exactly 0.1 shows that nothing varies.
#[test]
fn equal_targets_have_no_r_squared() {
    assert_ne!([0.1; 10].iter().sum::<f64>() / 10.0, 0.1);
    assert_eq!(r2_score(&[[0.1]; 10], &[[0.2]; 10]), Err(MetricsError::EqualTargets));
    assert_eq!(r2_score(&[[0.1]; 10], &[[0.1]; 10]), Err(MetricsError::EqualTargets));
    assert_eq!(r2_score(&[[3.0, 4.0]], &[[1.0, 2.0]]), Err(MetricsError::EqualTargets), "a single example");
    // One output that varies is enough, and the errors of the other still count.
    assert_eq!(r2_score(&[[0.0, 5.0], [2.0, 5.0]], &[[0.0, 5.0], [2.0, 6.0]]), Ok(0.5));
}

#[test]
fn a_table_fits_names_and_numbers_of_any_length() {
    let mut matrix = ConfusionMatrix::new(["", "é", "ä class with ä very long näme"]);
    (0..12_345).for_each(|_| matrix.count_example(0, 1).unwrap());
    (0..3).for_each(|_| matrix.count_example(2, 2).unwrap());
    matrix.count_example(1, 0).unwrap();
    let table = "
true \\ predicted                      é  ä class with ä very long näme  total
                               0  12345                              0  12345
é                              1      0                              0      1
ä class with ä very long näme  0      0                              3      3
total                          1  12345                              3  12349";
    assert_eq!(matrix.to_string(), table.trim_start());
}

#[test]
fn an_empty_matrix_prints_too() {
    let table = "
true \\ predicted  no  yes  total
no                 0    0      0
yes                0    0      0
total              0    0      0";
    assert_eq!(ConfusionMatrix::new(["no", "yes"]).to_string(), table.trim_start());
}

#[test]
fn the_total_may_be_wider_than_its_heading() {
    let mut matrix = ConfusionMatrix::new(["no", "yes"]);
    for _ in 0..500_000 {
        matrix.count_example(0, 0).unwrap();
        matrix.count_example(1, 1).unwrap();
    }
    let table = "
true \\ predicted      no     yes    total
no                500000       0   500000
yes                    0  500000   500000
total             500000  500000  1000000";
    assert_eq!(matrix.to_string(), table.trim_start());
}

#[test]
fn errors_say_what_is_wrong() {
    let messages = [
        (MetricsError::NoExamples, "there are no examples: a metric needs at least one"),
        (
            MetricsError::Lengths { targets: 2, predictions: 3 },
            "there are 2 targets and 3 predictions: every example needs one of each",
        ),
        (
            MetricsError::Target { example: 4 },
            "example 4: the target names no class: its largest value must be unique, and a single value must not be \
             0.5",
        ),
        (
            MetricsError::Prediction { example: 4 },
            "example 4: the prediction is not a number, and so predicts no class",
        ),
        (MetricsError::Class { class: 3, classes: 3 }, "there is no class 3: the 3 classes are counted from 0"),
        (MetricsError::EqualTargets, "the targets are all equal: R² needs targets that differ from their mean"),
    ];
    for (error, message) in messages {
        assert_eq!(error.to_string(), message);
    }
}
