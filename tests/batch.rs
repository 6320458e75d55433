//! `predict_batch` equals `predict` for each input, up to rounding. Gradients of batches are those of their examples.

use mlp_core::{Batch, GradientDescent, Network, StandardNormal, Trainer, mlp};

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
    let message = "the number of inputs is 3, that of places for results 2: give both slices the same length";
    assert_eq!(error.to_string(), message);
}

fn examples(count: u32) -> Vec<([f64; 3], [f64; 3])> {
    let targets = [[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [0.125, 0.0, 0.875]];
    inputs(count).into_iter().zip(targets.into_iter().cycle()).collect()
}

/// Below eight examples, by kernels, and in several blocks and chunks.
#[test]
fn gradients_are_the_mean_of_those_of_the_examples() {
    let net = Net::random_with(&StandardNormal, &mut mlp_core::rng(1));
    for count in (1..40).chain([127, 128, 129, 1000, 60_000]) {
        let examples = examples(count);
        let mean = |gradients: fn(&Net, [f64; 3], [f64; 3], &NetForward) -> NetGradients| {
            let mut sum = [0.0; 59];
            for &(x, y) in &examples {
                let gradients = gradients(&net, x, y, &net.forward(x)).to_array();
                sum.iter_mut().zip(gradients).for_each(|(sum, gradient)| *sum += gradient);
            }
            sum.map(|sum| sum / f64::from(count))
        };
        let from_targets = mean(Net::backprop);
        assert_close(&net.batch_gradients(&examples).unwrap(), &from_targets);
        let from_derivatives = mean(Net::backprop_from);
        assert_close(&net.batch_backprop_from(&examples).unwrap(), &from_derivatives);
        let mut dl_dx = vec![[f64::NAN; 3]; examples.len()];
        net.batch_input_gradients(&examples, &mut dl_dx).unwrap();
        let alone = examples.iter().map(|&(x, y)| net.input_gradients(x, y, &net.forward(x)).to_array());
        assert_close(dl_dx.as_flattened(), alone.collect::<Vec<_>>().as_flattened());
    }
}

fn assert_close(values: &[f64], expected: &[f64]) {
    let size = expected.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
    assert!(size > 1e-6, "zeros prove nothing");
    for (value, expected) in values.iter().zip(expected) {
        assert!((value - expected).abs() <= 1e-12 * size + 1e-15, "{value} and {expected}");
    }
}

/// A trainer's update takes the mean gradients of a batch, to the bit.
#[test]
fn a_trainer_learns_from_these_gradients() {
    for count in [1, 7, 8, 100] {
        let examples = examples(count);
        let start = Net::random_with(&StandardNormal, &mut mlp_core::rng(2));
        let (mut trained, mut moved) = (start, start);
        Trainer::new(GradientDescent::new(0.5)).epochs(1).batch(Batch::Full).fit(&mut trained, &examples).unwrap();
        moved.update(&NetGradients::from_array(&moved.batch_gradients(&examples).unwrap()), 0.5);
        assert_ne!(moved, start);
        assert_eq!(moved, trained, "{count} examples");
    }
}

#[test]
fn a_batch_without_examples_has_no_mean() {
    let net = Net::random(&mut mlp_core::rng(1));
    let message = "there are no examples, and the mean of no gradients is undefined: give at least one";
    assert_eq!(net.batch_gradients(&[]).unwrap_err().to_string(), message);
    assert_eq!(net.batch_backprop_from(&[]).unwrap_err().to_string(), message);
    assert!(net.batch_input_gradients(&[], &mut []).is_ok());
    let error = net.batch_input_gradients(&examples(3), &mut [[0.0; 3]; 2]).unwrap_err();
    assert_eq!((error.inputs, error.outputs), (3, 2));
    let message = "the number of inputs is 3, that of places for results 2: give both slices the same length";
    assert_eq!(error.to_string(), message);
}
