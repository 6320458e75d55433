//! Scaling: equal to exact arithmetic, reversible, and refused where it is impossible.

use mlp_core::dataset::TableError;
use mlp_core::scaling::{Constant, Scaler};
use mlp_core::{Dataset, Missing, Scaled, Scaling, ScalingError, Table, mlp};

mlp!(struct Net: 2 => 1, scalar = f32);

/// Mean and population standard deviation of the four measurements, from Python's `statistics`, which computes in
/// fractions.
const MEAN: [f64; 4] = [43.921_929_824_561_4, 17.151_169_590_643_274, 200.915_204_678_362_58, 4_201.754_385_964_912];
const DEVIATION: [f64; 4] =
    [5.451_596_023_161_819_5, 1.971_903_918_756_252_6, 14.041_140_568_589_102, 800.781_229_238_452];

fn penguins() -> Vec<[f64; 4]> {
    let table = Table::read("../examples/data/penguins.csv").unwrap();
    let columns = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
    let data: Dataset<f64, 4, 0> = table.select().numbers(columns).missing(Missing::Drop).load().unwrap();
    data.inputs().collect()
}

fn assert_close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 2e-15 * expected.abs(), "{value} is not {expected}");
}

#[test]
fn standardizing_agrees_with_exact_arithmetic() {
    let scaling = Scaling::fit_standardization(penguins()).unwrap();
    for column in 0..4 {
        assert_close(scaling.offset[column], MEAN[column]);
        assert_close(scaling.scale[column], DEVIATION[column]);
    }
}

#[test]
fn min_max_ends_at_0_and_1_exactly() {
    let rows = penguins();
    let scaling = Scaling::fit_min_max(rows.iter().copied()).unwrap();
    assert_eq!(scaling.offset, [32.1, 13.1, 172.0, 2700.0]);
    for column in 0..4 {
        let scaled: Vec<_> = rows.iter().map(|&row| scaling.apply(row)[column]).collect();
        assert!(scaled.iter().all(|value| (0.0..=1.0).contains(value)));
        assert!(scaled.contains(&0.0) && scaled.contains(&1.0));
    }
}

#[test]
fn inverting_undoes_applying() {
    let rows = penguins();
    for scaling in [Scaling::fit_standardization(rows.iter().copied()), Scaling::fit_min_max(rows.iter().copied())] {
        let scaling = scaling.unwrap();
        for &row in &rows {
            let back = scaling.invert(scaling.apply(row));
            assert_ne!(scaling.apply(row), row);
            (0..4).for_each(|column| assert_close(back[column], row[column]));
        }
    }
}

/// The training part may lack a category; the other inputs are scaled all the same.
#[test]
fn a_category_stays_as_it_is() {
    let csv = "island,x,y\nDream,1,0\nDream,3,1\n";
    let table = Table::from_reader(csv.as_bytes()).unwrap();
    let selection = table.select().numbers(["x"]).category_of("island", ["Biscoe", "Dream"]).numbers(["y"]);
    let data: Dataset<f64, 4, 0> = selection.load().unwrap();
    assert!(matches!(Scaling::fit_standardization(data.inputs()), Err(ScalingError::Constant { column: 1, .. })));
    let scaling = data.fit_standardization().unwrap();
    assert_eq!(scaling, Scaling { offset: [2.0, 0.0, 0.0, 0.5], scale: [1.0, 1.0, 1.0, 0.5] });
    let scaling = data.fit_min_max().unwrap();
    assert_eq!(scaling, Scaling { offset: [1.0, 0.0, 0.0, 0.0], scale: [2.0, 1.0, 1.0, 1.0] });
    let scaled = data.scale_inputs(&scaling);
    assert_eq!(scaled.examples()[1].0, [1.0, 0.0, 1.0, 1.0]);
    assert_eq!(scaled.fit_standardization().unwrap().scale, [0.5, 1.0, 1.0, 0.5]);

    // Without categories, the data set's scaling equals that of the arrays.
    let data = Dataset::new(penguins().into_iter().map(|x| (x, [])).collect());
    assert_eq!(data.fit_standardization().ok(), Scaling::fit_standardization(penguins()).ok());
    assert_eq!(data.fit_min_max().ok(), Scaling::fit_min_max(penguins()).ok());
}

#[test]
fn an_input_that_cannot_be_scaled_is_named() {
    let table = Table::from_reader("mass,depth\n1,7\n2,7\n".as_bytes()).unwrap();
    let data: Dataset<f64, 2, 0> = table.select().numbers(["mass", "depth"]).load().unwrap();
    let message = "`depth` is 7 in every example, or differs by rounding only: it tells nothing; leave it out, or give \
                   it the scale 1 by `Scaler::constant_columns(Constant::Keep)`";
    assert_eq!(data.fit_standardization().unwrap_err().to_string(), message);
    assert_eq!(data.fit_min_max().unwrap_err().to_string(), message);
    // All of them, wherever they are.
    let table = Table::from_reader("mass,depth,sex,age\n7,1,f,7\n7,2,f,7\n".as_bytes()).unwrap();
    let selection = table.select().numbers(["mass", "depth"]).category_of("sex", ["f", "m"]).numbers(["age"]);
    let data: Dataset<f64, 5, 0> = selection.load().unwrap();
    let error = data.fit_standardization().unwrap_err();
    assert_eq!(error.inputs, ["`mass`", "`age`"]);
    let message = "`mass`, `age` are each the same in every example, or differ by rounding only: they tell nothing; \
                   leave them out, or give them the scale 1 by `Scaler::constant_columns(Constant::Keep)`";
    assert_eq!(error.to_string(), message);
    let kept = data.fit_inputs(Scaler::min_max().constant_columns(Constant::Keep)).unwrap();
    assert_eq!(kept, Scaling { offset: [7.0, 1.0, 0.0, 0.0, 7.0], scale: [1.0; 5] });
    // The message stays short where many are constant.
    let error = Dataset::new(vec![([0.0; 784], []); 2]).fit_min_max().unwrap_err();
    assert_eq!(error.inputs.len(), 784);
    assert!(error.to_string().contains("input 11 (counted from 0), … (784 in all) are"), "{error}");

    let data = Dataset::new(vec![([1.0, f64::NAN], []), ([2.0, 1.0], [])]);
    let message = "example 0: the value of input 1 (counted from 0) is infinite or not a number";
    assert_eq!(data.fit_standardization().unwrap_err().to_string(), message);
    let data: Dataset<f64, 1, 0> = Dataset::new(vec![([1.0], [])]);
    let message = "a scaling needs at least two examples to measure their spread, not 1";
    assert_eq!(data.fit_standardization().unwrap_err().to_string(), message);
}

/// Computed in double precision and rounded once.
#[test]
fn single_precision_is_fitted_in_double() {
    let rows: [[f32; 1]; 3] = [[0.1], [0.2], [0.7]];
    let wide = Scaling::fit_standardization(rows.map(|[x]| [f64::from(x)])).unwrap();
    #[allow(clippy::cast_possible_truncation)]
    let rounded = Scaling { offset: wide.offset.map(|x| x as f32), scale: wide.scale.map(|x| x as f32) };
    assert_eq!(Scaling::fit_standardization(rows), Ok(rounded));
}

/// A column that differs by rounding only is constant: dividing by its deviation would blow up the rounding.
#[test]
fn rounding_is_no_spread() {
    let keep = |scaler: Scaler| scaler.constant_columns(Constant::Keep);
    let two_ways: Vec<_> = (0..100).map(|n| if n % 2 == 0 { [0.3] } else { [0.1 + 0.2] }).collect();
    for scaler in [Scaler::standardization(), Scaler::min_max()] {
        let refused = scaler.fit(two_ways.iter().copied());
        assert!(matches!(refused, Err(ScalingError::Constant { column: 0, further: 0, .. })));
        let [next_day]: [f64; 1] = keep(scaler).fit(two_ways.iter().copied()).unwrap().apply([0.3001]);
        assert!((next_day - 1e-4).abs() < 1e-15, "{next_day}");

        let mut sensor = vec![[21.3_f32]; 100];
        sensor[7] = [21.3_f32.next_up()];
        assert!(matches!(scaler.fit(sensor.iter().copied()), Err(ScalingError::Constant { .. })));
        assert_eq!(keep(scaler).fit(sensor.iter().copied()).unwrap().scale, [1.0]);
        // A few steps more are a signal.
        sensor[7] = [21.3_f32 + 0.0001];
        assert!(scaler.fit(sensor).is_ok());
        for value in [14.62, 1e-5_f64.ln(), 0.0, -0.1, 1e300, 5e-324] {
            assert!(matches!(scaler.fit([[value]; 22]), Err(ScalingError::Constant { .. })), "{value}");
            assert_eq!(keep(scaler).fit([[value]; 22]), Ok(Scaling { offset: [value], scale: [1.0] }));
        }
    }
    // A small signal around 0 is one, and so are seconds since 1970.
    let small = Scaling::fit_standardization([[-1e-20], [1e-20]]).unwrap();
    assert_eq!(small, Scaling { offset: [0.0], scale: [1e-20] });
    let seconds = Scaling::fit_standardization((0..1000).map(|n| [1.7e9 + f64::from(n)])).unwrap();
    assert_eq!(seconds.offset, [1_700_000_499.5]);
    assert_close(seconds.scale[0], (999_999.0_f64 / 12.0).sqrt());
}

/// A timestamp in seconds has more digits than `f32`. What is scaled in `f64` has not.
#[test]
fn numbers_do_not_collapse_when_they_are_rounded() {
    let rows: Vec<_> = (0..1000).map(|n| format!("{},{n},7", 1_700_000_000 + n)).collect();
    let table = Table::from_reader(format!("t,y,k\n{}", rows.join("\n")).as_bytes()).unwrap();
    let selection = table.select().numbers(["t", "k"]).targets(["y"]);
    let error = selection.load::<f32, 2, 1>().unwrap_err();
    let message = "CSV: the numbers of column `t` lie too close together for f32: load them as f64, fit and apply a \
                   scaling, and round the result by `.cast::<f32>()`";
    assert_eq!(error.to_string(), message);
    let as_target = table.select().numbers(["y"]).targets(["t"]).load::<f32, 1, 1>();
    assert!(matches!(as_target, Err(TableError::LostSpread { column, .. }) if column == "t"));

    let data: Dataset<f64, 2, 1> = selection.load().unwrap();
    let message = "the values of `t` lie too close together for f32: scale them before they are rounded";
    assert_eq!(data.cast::<f32>().unwrap_err().to_string(), message);
    let scaling = data.fit_inputs(Scaler::standardization().constant_columns(Constant::Keep)).unwrap();
    let rounded = data.scale_inputs(&scaling).cast::<f32>().unwrap();
    assert!(rounded.inputs().is_sorted_by(|[a, _], [b, _]| a < b));
    assert_eq!(rounded.input_names(), ["t", "k"]);
    assert_eq!(rounded.targets().last(), Some([999.0]));

    // Constant numbers lose nothing, nor does one in a hundred digits.
    let constant = Table::from_reader("x,y\n0.1,1\n0.1,2\n".as_bytes()).unwrap();
    let data: Dataset<f32, 1, 1> = constant.select().numbers(["x"]).targets(["y"]).load().unwrap();
    assert_eq!(data.inputs().next(), Some([0.1]));
    let far = |n: u32| Dataset::new((0..n).map(|n| ([1.7e9 + f64::from(n)], [])).collect());
    assert!(far(10_000).cast::<f32>().is_err());
    assert!(far(100_000).cast::<f32>().is_ok());
    let large = Dataset::new(vec![([1.0], [1.0]), ([1.0], [1e39])]);
    let message =
        "example 1: the value of target 0 (counted from 0) is too large for f32: scale it before it is rounded";
    assert_eq!(large.cast::<f32>().unwrap_err().to_string(), message);
    assert_eq!(large.cast::<f64>(), Ok(large));
}

/// Many columns are fitted side by side, to the same values as one by one.
#[test]
fn wide_rows_are_fitted_as_narrow_ones() {
    let row = |n: u32| {
        let mut columns = 0..;
        [0; 300].map(|_| f64::from((n * 31 + columns.next().unwrap_or(0_u32) * 17) % 101).sqrt())
    };
    for scaler in [Scaler::standardization(), Scaler::min_max()] {
        let wide = scaler.fit((0..50).map(row)).unwrap();
        for column in 0..300 {
            let narrow = scaler.fit((0..50).map(|n| [row(n)[column]])).unwrap();
            assert_eq!((wide.offset[column], wide.scale[column]), (narrow.offset[0], narrow.scale[0]));
        }
    }
}

#[test]
fn without_scaled_outputs_the_networks_own_are_predicted() {
    let network = Net::from_parameters([0.5, -0.25, 0.125]);
    let inputs = Scaling { offset: [1.0, 2.0], scale: [4.0, 8.0] };
    let model = Scaled { network, inputs, outputs: None };
    assert_eq!(model.predict([3.0, 6.0]), network.predict([0.5, 0.5]));
}

#[test]
fn columns_of_any_size_have_their_deviation() {
    for unit in [1e-320_f64, 1e-300, 1e-160, 1e-150, 1.0, 1e150, 1e160, 1e300] {
        let rows = [1.0, 2.0, 3.0, 4.0, 5.0].map(|x| [x * unit]);
        let Scaling { offset, scale } = Scaling::fit_standardization(rows).unwrap();
        // A subnormal number has few digits.
        let precision = if unit < 1e-307 { 1e-3 } else { 1e-15 };
        assert!((offset[0] / unit - 3.0).abs() < 3.0 * precision, "{unit:e}: {offset:?}");
        assert!((scale[0] / unit - 2_f64.sqrt()).abs() < 2.0 * precision, "{unit:e}: {scale:?}");
    }
}

#[test]
fn what_cannot_be_scaled_says_why() {
    type Fit = fn(Vec<[f64; 2]>) -> Result<Scaling<[f64; 2]>, ScalingError>;
    let fits: [Fit; 2] = [Scaling::fit_standardization, Scaling::fit_min_max];
    for fit in fits {
        assert_eq!(fit(vec![]), Err(ScalingError::TooFew { examples: 0 }));
        assert_eq!(fit(vec![[1.0, 2.0]]), Err(ScalingError::TooFew { examples: 1 }));
        let constant = fit(vec![[1.0, 0.1], [2.0, 0.1], [4.0, 0.1]]);
        assert_eq!(constant, Err(ScalingError::Constant { column: 1, value: 0.1, further: 0 }));
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let not_finite = fit(vec![[1.0, 2.0], [2.0, 3.0], [value, 5.0]]);
            assert_eq!(not_finite, Err(ScalingError::NotFinite { example: 2, column: 0 }));
        }
        assert_eq!(fit(vec![[1.0, -1e308], [2.0, 1e308]]), Err(ScalingError::Overflow { column: 1 }));
    }
    // The first constant column is named, the others are counted.
    let way_out = "`Scaler::constant_columns(Constant::Keep)`";
    let error = Scaling::fit_standardization([[1.0, 0.1, 3.0], [2.0, 0.1, 3.0]]).unwrap_err();
    assert_eq!(error, ScalingError::Constant { column: 1, value: 0.1, further: 1 });
    let message = "column 1 (counted from 0) and 1 further are each the same in every example, or differ by rounding \
                   only: they tell nothing; leave them out, or give them the scale 1 by";
    assert_eq!(error.to_string(), format!("{message} {way_out}"));
    let error = Scaling::fit_min_max([[1.0, 0.1], [2.0, 0.1]]).unwrap_err();
    let message = "column 1 (counted from 0) is 0.1 in every example, or differs by rounding only: it tells nothing; \
                   leave it out, or give it the scale 1 by";
    assert_eq!(error.to_string(), format!("{message} {way_out}"));
    // Different in double precision, but not in single.
    let tiny = f32::from_bits(1);
    assert_eq!(
        Scaling::fit_standardization([[0.0], [tiny], [0.0]]),
        Err(ScalingError::Constant { column: 0, value: f64::from(tiny) / 3.0, further: 0 })
    );
}
