//! Scaling: equal to exact arithmetic, reversible, and refused where it is impossible.

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
    let message = "`depth` is 7 in every example, or differs too little: it tells nothing, leave it out";
    assert_eq!(data.fit_standardization().unwrap_err().to_string(), message);
    assert_eq!(data.fit_min_max().unwrap_err().to_string(), message);
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

#[test]
fn without_scaled_outputs_the_networks_own_are_predicted() {
    let network = Net::from_parameters([0.5, -0.25, 0.125]);
    let inputs = Scaling { offset: [1.0, 2.0], scale: [4.0, 8.0] };
    let model = Scaled { network, inputs, outputs: None };
    assert_eq!(model.predict([3.0, 6.0]), network.predict([0.5, 0.5]));
}

#[test]
fn what_cannot_be_scaled_says_why() {
    type Fit = fn(Vec<[f64; 2]>) -> Result<Scaling<[f64; 2]>, ScalingError>;
    let fits: [Fit; 2] = [Scaling::fit_standardization, Scaling::fit_min_max];
    for fit in fits {
        assert_eq!(fit(vec![]), Err(ScalingError::TooFew { examples: 0 }));
        assert_eq!(fit(vec![[1.0, 2.0]]), Err(ScalingError::TooFew { examples: 1 }));
        let constant = fit(vec![[1.0, 0.1], [2.0, 0.1], [4.0, 0.1]]);
        assert_eq!(constant, Err(ScalingError::Constant { column: 1, value: 0.1 }));
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let not_finite = fit(vec![[1.0, 2.0], [2.0, 3.0], [value, 5.0]]);
            assert_eq!(not_finite, Err(ScalingError::NotFinite { example: 2, column: 0 }));
        }
        assert_eq!(fit(vec![[1.0, -1e308], [2.0, 1e308]]), Err(ScalingError::Overflow { column: 1 }));
    }
    let error = ScalingError::Constant { column: 1, value: 0.1 }.to_string();
    let message = "column 1 (counted from 0) is 0.1 in every example, or differs too little: it tells nothing, leave it \
                   out";
    assert_eq!(error, message);
    // Different in double precision, but not in single.
    let tiny = f32::from_bits(1);
    assert_eq!(
        Scaling::fit_standardization([[0.0], [tiny], [0.0]]),
        Err(ScalingError::Constant { column: 0, value: f64::from(tiny) / 3.0 })
    );
}
