//! An objective has the loss and the gradient of named scalars, and does not mix up what it keeps.

use mlp_core::objective::ObjectiveError;
use mlp_core::{mlp, objective};

use crate::cases::sine;

mlp!(struct Sine: 1 => tanh(4) => identity(1));

/// The objective is the loss and the gradient of named scalars, for few and for many examples, and checks lengths.
#[test]
fn an_objective_is_a_function_of_flat_parameters() {
    let net = Sine::random(&mut mlp_core::rng(2));
    for count in [1, 5, 30] {
        let examples = sine::<Sine>(count);
        let loss = objective(&net, &examples);
        let mut gradient = [0.0; 13];
        let value = loss.gradient(&net.parameters(), &mut gradient).unwrap();
        assert_eq!(loss.value(&net.parameters()), Ok(value));
        let sum: f64 = examples.iter().map(|&(x, y)| Sine::loss(net.predict(x), y)).sum();
        assert!((value - sum / f64::from(count)).abs() < 1e-12, "{value}");
        for (found, expected) in gradient.iter().zip(net.batch_gradients(&examples).unwrap()) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
        let wrong = |what, found| ObjectiveError::Length { what, expected: 13, found };
        assert_eq!(loss.value(&[0.0; 12]), Err(wrong("parameters", 12)));
        assert_eq!(loss.gradient(&[0.0; 14], &mut gradient), Err(wrong("parameters", 14)));
        assert_eq!(loss.gradient(&[0.0; 13], &mut gradient[..5]), Err(wrong("derivatives", 5)));
    }
    assert_eq!(objective(&net, &[]).value(&net.parameters()), Err(ObjectiveError::NoExamples));
}

/// An objective keeps packed examples and its last gradient. Whatever was asked before, and by how many threads, the
/// answers are those of a new one.
#[test]
fn an_objective_does_not_mix_up_places() {
    let examples = sine::<Sine>(30);
    let places = [1, 2, 3].map(|seed| Sine::random(&mut mlp_core::rng(seed)).parameters());
    let fresh = places.map(|place| {
        let (loss, mut gradient) = (objective(&Sine::from_parameters(place), &examples), [0.0; 13]);
        (loss.gradient(&place, &mut gradient).unwrap(), gradient)
    });
    let loss = objective(&Sine::from_parameters(places[0]), &examples);
    let ask = || {
        for (asked_value, asked_gradient) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (2, 2), (0, 2)] {
            let mut gradient = [0.0; 13];
            let value = loss.gradient(&places[asked_gradient], &mut gradient).unwrap();
            assert_eq!((value, gradient), fresh[asked_gradient]);
            assert_eq!(loss.value(&places[asked_value]).unwrap(), fresh[asked_value].0);
        }
    };
    ask();
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(ask))));
}
