//! Folds: they partition, keep groups and classes together and never look ahead, for whatever is divided;
//! cross-validation and sweeps give the same results for any number of threads.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use mlp_core::dataset::{FoldError, Schema, SplitError};
use mlp_core::metrics::Scores;
use mlp_core::sweep::SweepError;
use mlp_core::{Dataset, Folds, GradientDescent, Table, Trainer, mlp, rng, sweep};
use proptest::collection::vec;
use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::cases::in_threads;

mlp!(struct Net: 1 => tanh(3) => identity(1));

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: 300, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() })
}

/// Each example is tested once, and trained on in every other fold.
fn check_partition(folds: &Folds) {
    let mut tested = Vec::new();
    for (train, test) in folds.indices() {
        let mut all: Vec<_> = train.iter().chain(&test).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..folds.examples()).collect::<Vec<_>>());
        assert!(!test.is_empty() && !train.is_empty());
        tested.extend(test);
    }
    tested.sort_unstable();
    assert_eq!(tested, (0..folds.examples()).collect::<Vec<_>>());
}

/// Whether the largest of these numbers exceeds the smallest by one at most.
fn differ_by_one(counts: impl Iterator<Item = usize> + Clone) -> bool {
    counts.clone().max() <= counts.min().map(|least| least + 1)
}

#[test]
fn folds_partition() {
    runner()
        .run(&(2_usize..200, 0_usize..20, 0_u64..1000), |(examples, folds, seed)| {
            let folds = 2 + folds % (examples - 1);
            let k_fold = Folds::k_fold(examples, folds, seed).unwrap();
            assert_eq!((k_fold.count(), k_fold.examples()), (folds, examples));
            check_partition(&k_fold);
            assert!(differ_by_one(k_fold.indices().map(|(_, test)| test.len()).collect::<Vec<_>>().into_iter()));
            assert_eq!(k_fold, Folds::k_fold(examples, folds, seed).unwrap());

            let one_out = Folds::leave_one_out(examples).unwrap();
            check_partition(&one_out);
            for (example, (train, test)) in one_out.indices().enumerate() {
                assert!(train.is_sorted() && test == [example]);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_fold_has_its_share_of_each_class() {
    let stratified = Cell::new(0);
    runner()
        .run(&(vec(0_u8..4, 2..120), 2_usize..8, 0_u64..1000), |(classes, folds, seed)| {
            let mut counts = BTreeMap::<u8, usize>::new();
            for &class in &classes {
                *counts.entry(class).or_default() += 1;
            }
            let rare = counts.iter().find(|(_, count)| **count < folds);
            let result = Folds::stratified(&classes, folds, seed);
            if folds > classes.len() {
                assert_eq!(result.unwrap_err(), SplitError::Folds { folds, examples: classes.len() });
                return Ok(());
            }
            if let Some((class, &examples)) = rare {
                let class = class.to_string();
                assert_eq!(result.unwrap_err(), SplitError::FewOfClass { class, examples, folds });
                return Ok(());
            }
            let result = result.unwrap();
            check_partition(&result);
            let tests: Vec<_> = result.indices().map(|(_, test)| test).collect();
            assert!(differ_by_one(tests.iter().map(Vec::len)));
            for class in counts.keys() {
                let of_class = |test: &Vec<usize>| test.iter().filter(|&&example| classes[example] == *class).count();
                assert!(differ_by_one(tests.iter().map(of_class)));
            }
            assert_eq!(result, Folds::stratified(&classes, folds, seed).unwrap());
            stratified.set(stratified.get() + 1);
            Ok(())
        })
        .unwrap();
    assert!(stratified.get() > 50, "{} cases divided anything", stratified.get());
}

#[test]
fn groups_stay_together() {
    let grouped = Cell::new(0);
    runner()
        .run(&(vec(0_u8..12, 2..120), 2_usize..8, 0_u64..1000), |(groups, folds, seed)| {
            let distinct: BTreeSet<_> = groups.iter().collect();
            let result = Folds::grouped(&groups, folds, seed);
            if folds > distinct.len() {
                let few = SplitError::FewGroups { groups: distinct.len(), folds };
                let short = SplitError::Folds { folds, examples: groups.len() };
                assert!([few, short].contains(&result.unwrap_err()));
                return Ok(());
            }
            let result = result.unwrap();
            check_partition(&result);
            let of =
                |examples: Vec<usize>| examples.into_iter().map(|example| groups[example]).collect::<BTreeSet<_>>();
            for (train, test) in result.indices() {
                assert!(of(train).is_disjoint(&of(test)));
            }
            assert_eq!(result, Folds::grouped(&groups, folds, seed).unwrap());
            grouped.set(grouped.get() + 1);
            Ok(())
        })
        .unwrap();
    assert!(grouped.get() > 50, "{} cases divided anything", grouped.get());
}

#[test]
fn windows_never_look_ahead() {
    runner()
        .run(&(2_usize..200, 1_usize..20, 1_usize..20), |(examples, train, test)| {
            let growing = Folds::time_series(examples, train);
            assert_eq!(growing.is_ok(), examples > train);
            let rolling = Folds::rolling(examples, train, test);
            assert_eq!(rolling.is_ok(), examples >= train + test);
            if let Ok(rolling) = &rolling {
                assert!(rolling.indices().all(|(before, after)| (before.len(), after.len()) == (train, test)));
                // One window more would not fit.
                assert!(examples - train - rolling.count() * test < test);
            }
            for folds in [growing, rolling].into_iter().flatten() {
                let mut tested = Vec::new();
                for (train, test) in folds.indices() {
                    assert!(!train.is_empty() && train.is_sorted());
                    // Right before the test, and never after its begin.
                    assert_eq!(train.last().map(|last| last + 1), test.first().copied());
                    tested.extend(test);
                }
                let first = tested[0];
                assert_eq!(
                    tested,
                    (first..examples).collect::<Vec<_>>(),
                    "each example is tested once, up to the last"
                );
            }
            Ok(())
        })
        .unwrap();
}

/// `TimeSeriesSplit(3)` of scikit-learn 1.9 for 10 examples, and `TimeSeriesSplit(3, test_size=2, max_train_size=3)`.
#[test]
fn time_series_are_those_of_scikit_learn() {
    let growing: Vec<_> = Folds::time_series(10, 3).unwrap().indices().collect();
    let expected = [(0..4, 4..6), (0..6, 6..8), (0..8, 8..10)];
    assert_eq!(growing, expected.map(|(train, test)| (train.collect(), test.collect())));
    let rolling: Vec<_> = Folds::rolling(10, 3, 2).unwrap().indices().collect();
    let expected = [(1..4, 4..6), (3..6, 6..8), (5..8, 8..10)];
    assert_eq!(rolling, expected.map(|(train, test)| (train.collect(), test.collect())));
}

/// The folds of a seed are a promise: a split that others must be able to repeat.
#[test]
fn a_seed_is_a_division() {
    let tests = |folds: Result<Folds, _>| folds.unwrap().indices().map(|(_, test)| test).collect::<Vec<_>>();
    let classes = [0, 1, 0, 1, 0, 1, 0, 1];
    let grouped = tests(Folds::grouped(&[0, 0, 1, 1, 2, 2, 3, 3], 2, 1));
    let divided = [tests(Folds::k_fold(8, 2, 1)), tests(Folds::stratified(&classes, 2, 1)), grouped];
    assert_eq!(divided, [K_FOLD, STRATIFIED, GROUPED]);
    assert_ne!(tests(Folds::k_fold(8, 2, 2)), K_FOLD);
    assert_ne!(tests(Folds::stratified(&classes, 2, 2)), STRATIFIED);
    let orders: BTreeSet<_> = (0..20).map(|seed| tests(Folds::grouped(&[0, 1, 2, 3], 2, seed))).collect();
    assert!(orders.len() > 3, "the seed decides among groups of equal size");
}

const K_FOLD: [[usize; 4]; 2] = [[4, 2, 1, 7], [3, 0, 5, 6]];
const STRATIFIED: [[usize; 4]; 2] = [[4, 1, 3, 0], [2, 7, 5, 6]];
const GROUPED: [[usize; 4]; 2] = [[4, 2, 3, 5], [1, 7, 0, 6]];

#[test]
fn what_cannot_be_divided_is_refused() {
    let message = |folds: Result<Folds, SplitError>| folds.unwrap_err().to_string();
    for (folds, examples) in [(0, 5), (1, 5), (6, 5), (2, 0), (usize::MAX, 5)] {
        let error = SplitError::Folds { folds, examples };
        assert_eq!(Folds::k_fold(examples, folds, 1).unwrap_err(), error);
        assert_eq!(Folds::stratified(&vec![0; examples], folds, 1).unwrap_err(), error);
        assert_eq!(Folds::grouped(&vec![0; examples], folds, 1).unwrap_err(), error);
    }
    assert!(Folds::leave_one_out(0).is_err() && Folds::leave_one_out(1).is_err());
    assert_eq!(
        message(Folds::stratified(&["no", "no", "yes"], 2, 1)),
        "class `yes` has 1 example, which cannot be in each of 2 folds: choose fewer folds, find more examples, leave \
         the class out, or use `Folds::k_fold`",
    );
    assert_eq!(
        message(Folds::grouped(&["a", "a", "b"], 3, 1)),
        "2 groups cannot be divided into 3 folds: choose at most as many folds as groups",
    );
    assert_eq!(
        message(Folds::time_series(5, 5)),
        "a series of 5 examples has no room for 5 folds, each after a training: choose at least one fold, and fewer \
         than examples",
    );
    assert!(Folds::time_series(5, 0).is_err() && Folds::time_series(0, 0).is_err());
    assert_eq!(
        message(Folds::rolling(5, 4, 2)),
        "a window of 4 training and 2 test examples does not fit into a series of 5 examples: choose at least one of \
         each, and together no more than there are",
    );
    for (train, test) in [(0, 1), (1, 0), (usize::MAX, usize::MAX), (6, 1)] {
        assert_eq!(Folds::rolling(5, train, test).unwrap_err(), SplitError::Window { examples: 5, train, test });
    }

    let data = numbers(6);
    let folds = Folds::k_fold(5, 2, 1).unwrap();
    let message = "the folds divide 5 examples, the data set has 6: make them for this data set";
    assert_eq!(folds.of(&data).err().unwrap().to_string(), message);
    assert_eq!(folds.cross_validate(&data, |_, _| Ok(())).unwrap_err().to_string(), message);
    assert_eq!(data.class_labels().unwrap_err(), SplitError::NoClass { example: 2 });
    assert_eq!(data.split_in_order(1.0).unwrap_err(), SplitError::Fraction { fraction: 1.0 });
    assert_eq!(data.split_in_order(0.01).unwrap_err(), SplitError::EmptyPart { examples: 6, fraction: 0.01 });
}

fn numbers(count: u8) -> Dataset<f64, 1, 1> {
    Dataset::new((0..count).map(|n| ([f64::from(n)], [f64::from(n)])).collect())
}

#[test]
fn parts_of_folds_know_what_the_data_set_knows() {
    let schema = Schema::new().category("island", ["Biscoe", "Dream"]).class("species", ["a", "b"]);
    let examples = (0..12).map(|n| ([f64::from(n % 2), f64::from(1 - n % 2)], [f64::from(n / 8)])).collect();
    let data = Dataset::<f64, 2, 1>::new(examples).with_schema(schema).unwrap();
    assert_eq!(data.class_labels().unwrap()[7..9], ["a", "b"]);
    let (train, test) = data.split_in_order(0.7).unwrap();
    assert_eq!((train.examples(), test.examples()), data.examples().split_at(8));
    let stratified = Folds::stratified(&data.class_labels().unwrap(), 4, 1).unwrap();
    let series = Folds::time_series(12, 2).unwrap();
    let folds = stratified.of(&data).unwrap().chain(series.of(&data).unwrap());
    for part in folds.flat_map(<[_; 2]>::from).chain([train, test]) {
        assert_eq!((part.schema(), part.report()), (data.schema(), data.report()));
        assert_eq!(part.input_names(), ["island=Biscoe", "island=Dream"]);
        assert_eq!(part.fit_standardization().unwrap().scale, [1.0; 2], "categories are not scaled");
    }
    let error = Folds::stratified(&data.class_labels().unwrap(), 5, 1).unwrap_err();
    assert_eq!(error, SplitError::FewOfClass { class: "b".to_owned(), examples: 4, folds: 5 });
}

/// `indices` and `of` give the same folds, and `data.folds` is `Folds::k_fold`.
#[test]
fn a_data_set_is_divided_as_its_indices() {
    let data = numbers(11);
    let folds = Folds::k_fold(11, 3, 5).unwrap();
    let indices = folds.indices().map(|(train, test)| [train, test].map(|part| data.subset(part).unwrap()));
    let indices: Vec<_> = indices.collect();
    assert_eq!(folds.of(&data).unwrap().map(<[_; 2]>::from).collect::<Vec<_>>(), indices);
    assert_eq!(data.folds(3, 5).unwrap().map(<[_; 2]>::from).collect::<Vec<_>>(), indices);
    assert_eq!(folds.cross_validate(&data, |train, test| Ok([train, test])).unwrap(), indices);
}

/// Trains for real, with batches that use threads themselves.
#[test]
fn cross_validation_has_the_same_bits_for_any_number_of_threads() {
    let data = Dataset::new((0_u8..40).map(|n| ([f64::from(n) / 40.0], [(f64::from(n) / 4.0).sin()])).collect());
    let folds = Folds::k_fold(40, 7, 1).unwrap();
    let run = || {
        folds.cross_validate(&data, |train, test| {
            let mut network = Net::random(&mut rng(1));
            let mut trainer = Trainer::new(GradientDescent::new(0.1)).epochs(30).validate(test.examples());
            let outcome = trainer.fit(&mut network, train.examples())?;
            Ok(outcome.validation_loss.ok_or("no validation")?.to_bits())
        })
    };
    let one = in_threads(1, run).unwrap();
    assert_eq!(one.iter().collect::<BTreeSet<_>>().len(), 7);
    for threads in [2, 3, 8] {
        assert_eq!(in_threads(threads, run).unwrap(), one);
    }
}

#[test]
fn the_first_fold_that_failed_is_named() {
    let (data, folds) = (numbers(20), Folds::leave_one_out(20).unwrap());
    for threads in [1, 2, 5] {
        let failed = in_threads(threads, || {
            folds.cross_validate(&data, |_, test| match test.examples()[0].0 {
                [7.0 | 12.0] => Err("odd".into()),
                [number] => Ok(number),
            })
        });
        let error = failed.unwrap_err();
        assert!(matches!(error, FoldError::Fold { fold: 7, folds: 20, .. }));
        assert_eq!(format!("{error:?}"), "fold 7 of 20 (counted from 0): odd");
    }
}

/// `numpy.mean` and `numpy.std(ddof=1)`.
#[test]
fn scores_have_a_mean_and_a_sample_deviation() {
    let scores = Scores::new([0.9, 0.95, 1.0, 0.85]);
    assert!((scores.mean().unwrap() - 0.925).abs() < 1e-15);
    assert!((scores.standard_deviation().unwrap() - 0.064_549_722_436_790_28).abs() < 1e-15);
    assert_eq!(scores.to_string(), "0.925 ± 0.065");
    assert_eq!((Scores::default().mean(), Scores::default().standard_deviation()), (None, None));
    assert_eq!(Scores::default().to_string(), "no scores");
    assert_eq!((Scores::new([2.0]).mean(), Scores::new([2.0]).standard_deviation()), (Some(2.0), None));
    assert!(Scores::new([2.0, f64::NAN]).mean().unwrap().is_nan());
    assert_eq!(Scores::new([2.0, f64::NAN]).to_string(), "NaN ± NaN");
    assert_eq!(Scores::new([0.1; 3]).standard_deviation(), Some(0.0), "equal scores do not deviate");
}

#[test]
fn a_sweep_runs_every_setting_with_every_seed() {
    let settings = [(8_u32, 0.5), (16, 0.25)];
    let run = || {
        sweep(settings, [3, 1, 2], |&(width, rate), seed| Ok(f64::from(width) * rate + f64::from(u32::try_from(seed)?)))
    };
    let one = in_threads(1, run).unwrap();
    for threads in [2, 3, 8] {
        assert_eq!(in_threads(threads, run).unwrap(), one);
    }
    assert_eq!(one.seeds(), [3, 1, 2]);
    let scores: Vec<_> = one.rows().iter().map(|row| (row.setting, row.scores.values())).collect();
    assert_eq!(scores, [(settings[0], &[7.0, 5.0, 6.0][..]), (settings[1], &[7.0, 5.0, 6.0])]);
    assert_eq!(
        one.to_string(),
        "setting     mean  deviation  lowest  highest\n\
         (8, 0.5)       6          1       5        7\n\
         (16, 0.25)     6          1       5        7",
    );
    let mut csv = Vec::new();
    one.write_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.starts_with("setting,seed,score\n\"(8, 0.5)\",3,7.0\n\"(8, 0.5)\",1,5.0\n"), "{csv}");
    assert_eq!(csv.lines().count(), 7);
    // It can be read as a table, whatever the settings are called.
    let odd = sweep(["a\"b", "c,d"], [1], |_, _| Ok(0.1 + 0.2)).unwrap();
    let mut csv = Vec::new();
    odd.write_csv(&mut csv).unwrap();
    let table = Table::from_reader(&csv[..]).unwrap();
    let data: Dataset<f64, 2, 1> = table.select().category("setting").targets(["score"]).load().unwrap();
    assert_eq!(data.input_names(), [r#"setting="a\"b""#, r#"setting="c,d""#]);
    assert_eq!(data.targets().next(), Some([0.1 + 0.2]));
}

#[test]
fn the_best_setting_is_never_one_that_failed() {
    let means = |means: [f64; 4]| sweep(0..4, [1], |&setting: &usize, _| Ok(means[setting])).unwrap();
    let table = means([f64::NAN, 1.0, 3.0, 3.0]);
    assert_eq!(table.highest().map(|row| row.setting), Some(2), "the first of several");
    assert_eq!(table.lowest().map(|row| row.setting), Some(1));
    assert!(table.to_string().contains("\n0         NaN                NaN      NaN\n"), "{table}");
    assert_eq!(means([f64::NAN; 4]).highest(), None);
}

#[test]
fn the_first_run_that_failed_is_named() {
    for threads in [1, 2, 5] {
        let run = || {
            sweep(
                [0.1, 0.2, 0.3],
                1..=9,
                |&rate, seed| {
                    if rate > 0.15 && seed > 3 { Err("odd".into()) } else { Ok(rate) }
                },
            )
        };
        assert_eq!(format!("{:?}", in_threads(threads, run).unwrap_err()), "setting 0.2, seed 4: odd");
    }
    let nothing = |error: SweepError| error.to_string();
    let none: [u64; 0] = [];
    assert_eq!(
        nothing(sweep([1], none, |_, _| Ok(1.0)).unwrap_err()),
        "there is nothing to run: give at least one seed"
    );
    assert_eq!(
        nothing(sweep(none, [1], |_, _| Ok(1.0)).unwrap_err()),
        "there is nothing to run: give at least one setting"
    );
}
