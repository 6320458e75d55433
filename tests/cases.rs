//! Trainings that other programs have made, from files in `data`, and what tests of trainings share.

use std::ops::ControlFlow;

use mlp_core::observer::Update;
use mlp_core::{Array as _, Epoch, Network, Observer, Scalar, StopReason};
use serde_json::Value;

/// The case of this name in a file.
pub(crate) fn case(file: &str, name: &str) -> Value {
    let cases: Value = serde_json::from_str(file).unwrap();
    cases.as_array().unwrap().iter().find(|case| case["name"] == name).unwrap().clone()
}

pub(crate) fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

pub(crate) fn fill<T: Scalar>(slots: &mut [T], values: &[f64]) {
    assert_eq!(slots.len(), values.len());
    slots.iter_mut().zip(values).for_each(|(slot, value)| *slot = T::from_f64(*value));
}

/// The network at the start of a case.
pub(crate) fn start_of<N: Network>(case: &Value) -> N {
    let mut parameters = N::Parameters::zeros();
    fill(parameters.as_mut(), &numbers(&case["start"]));
    N::from_parameters(&parameters)
}

pub(crate) fn examples_of<N: Network>(case: &Value) -> Vec<(N::Input, N::Output)> {
    let rows = |name: &str| case[name].as_array().unwrap().iter().map(numbers).collect::<Vec<_>>();
    let example = |(inputs, targets): (Vec<f64>, Vec<f64>)| {
        let (mut x, mut y_true) = (N::Input::zeros(), N::Output::zeros());
        fill(x.as_mut(), &inputs);
        fill(y_true.as_mut(), &targets);
        (x, y_true)
    };
    rows("inputs").into_iter().zip(rows("targets")).map(example).collect()
}

pub(crate) fn parameters<N: Network>(network: &N) -> Vec<f64> {
    let mut parameters = N::Parameters::zeros();
    network.copy_parameters_into(&mut parameters);
    parameters.as_ref().iter().map(|parameter| parameter.to_f64()).collect()
}

/// Compares predictions for the examples of a case with those of the network at its end.
pub(crate) fn predicts_as_at_its_end<N: Network<Scalar = f64>>(network: &N, case: &Value, tolerance: f64) {
    let mut end = N::Parameters::zeros();
    fill(end.as_mut(), &numbers(&case["end"]));
    let end = N::from_parameters(&end);
    for (x, _) in examples_of::<N>(case) {
        for (found, expected) in network.predict(x).as_ref().iter().zip(end.predict(x).as_ref()) {
            assert!((found - expected).abs() < tolerance, "{}: {found} is not {expected}", case["name"]);
        }
    }
}

/// Compares numbers, relative to those expected that are above 1.
pub(crate) fn assert_near(found: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{what}: {found} is not {expected}");
    }
}

/// Points of a sine, for a network with one input and one output.
pub(crate) fn sine<N: Network>(count: u32) -> Vec<(N::Input, N::Output)> {
    let example = |i: u32| {
        let x = 6.0 * f64::from(i) / f64::from(count) - 3.0;
        let (mut input, mut output) = (N::Input::zeros(), N::Output::zeros());
        fill(input.as_mut(), &[x]);
        fill(output.as_mut(), &[x.sin()]);
        (input, output)
    };
    (0..count).map(example).collect()
}

/// Sees every epoch and every update.
pub(crate) struct Watcher;

impl<N: Network> Observer<N> for Watcher {
    fn wants(&self, _epoch: usize) -> bool {
        true
    }

    fn wants_updates(&self) -> bool {
        true
    }

    fn after_update(&mut self, _update: &Update<'_, N>) {}

    fn after_epoch(&mut self, _epoch: &Epoch<'_, N>) -> ControlFlow<StopReason> {
        ControlFlow::Continue(())
    }
}

/// The result of this work on this number of threads.
pub(crate) fn in_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}
