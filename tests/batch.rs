//! `predict_batch` equals `predict` for each input, up to rounding.

use mlp_core::{StandardNormal, mlp};

mlp!(struct Net: 3 => tanh(5) => relu(4) => softmax(3), loss = cross_entropy);

fn inputs(count: u32) -> Vec<[f64; 3]> {
    (0..count).map(f64::from).map(|i| [(i * 0.7).sin(), (i * 1.1).cos(), (i * 0.3).sin()]).collect()
}

#[test]
fn every_prediction_is_in_its_place() {
    let net = Net::random_with(&StandardNormal, &mut mlp_core::rng(1));
    for count in (0..40).chain([127, 128, 129, 1000]) {
        let inputs = inputs(count);
        let mut outputs = vec![[f64::NAN; 3]; inputs.len()];
        net.predict_batch(&inputs, &mut outputs).unwrap();
        for (x, outputs) in inputs.iter().zip(&outputs) {
            for (output, y_pred) in outputs.iter().zip(net.predict(*x)) {
                assert!((output - y_pred).abs() < 1e-14, "{count} inputs: {output} is not {y_pred}");
            }
        }
    }
}

/// As with `predict`, an input that is not finite spoils its own prediction and no other.
#[test]
fn not_a_number_stays_where_it_is() {
    let net = Net::random_with(&StandardNormal, &mut mlp_core::rng(1));
    let mut inputs = inputs(20);
    inputs[17][1] = f64::NAN;
    let mut outputs = vec![[0.0; 3]; 20];
    net.predict_batch(&inputs, &mut outputs).unwrap();
    let spoilt: Vec<_> = (0..20).filter(|&index| outputs[index].iter().any(|y_pred| y_pred.is_nan())).collect();
    assert_eq!(spoilt, [17]);
}

#[test]
fn as_many_places_as_inputs() {
    let net = Net::random(&mut mlp_core::rng(1));
    let error = net.predict_batch(&inputs(3), &mut [[0.0; 3]; 2]).unwrap_err();
    assert_eq!((error.inputs, error.outputs), (3, 2));
    let message = "the number of inputs is 3, that of places for predictions 2: give both slices the same length";
    assert_eq!(error.to_string(), message);
}
