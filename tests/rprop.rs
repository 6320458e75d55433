//! Rprop is PyTorch's, and refuses factors and lengths that make no sense.

use mlp_core::{Batch, Rprop, Schedule, TrainError, Trainer, mlp};

use crate::cases::sine;

mlp!(struct Sine: 1 => tanh(4) => identity(1));

/// PyTorch's definition, number by number: `sign` is that of the product with the last gradient.
#[test]
fn rprop_is_pytorchs() {
    let (examples, start) = (sine::<Sine>(30), Sine::random(&mut mlp_core::rng(2)));
    let (mut expected, mut rises, mut falls) = (start.parameters(), 0, 0);
    let (mut step_size, mut previous) = ([0.02_f64; 13], [0.0; 13]);
    for _ in 0..200 {
        let mut gradients = Sine::from_parameters(expected).batch_gradients(&examples).unwrap();
        for index in 0..13 {
            let sign = gradients[index] * previous[index];
            let factor = if sign > 0.0 {
                1.2
            } else if sign < 0.0 {
                0.5
            } else {
                1.0
            };
            (rises, falls) = (rises + i32::from(sign > 0.0), falls + i32::from(sign < 0.0));
            step_size[index] = (step_size[index] * factor).clamp(1e-6, 50.0);
            if sign < 0.0 {
                gradients[index] = 0.0;
            }
            let direction = if gradients[index] == 0.0 { 0.0 } else { gradients[index].signum() };
            expected[index] -= direction * step_size[index];
            previous[index] = gradients[index];
        }
    }
    assert!(rises > 100 && falls > 100, "both cases occur: {rises} and {falls}");
    let mut net = start;
    Trainer::new(Rprop::new(0.02)).batch(Batch::Full).epochs(200).fit(&mut net, &examples).unwrap();
    assert_eq!(net.parameters(), expected);
    for optimizer in [
        Rprop::new(0.02).factors(1.0, 1.2),
        Rprop::new(0.02).factors(0.0, 1.2),
        Rprop::new(0.02).factors(0.5, 1.0),
        Rprop::new(0.02).lengths(0.0, 1.0),
        Rprop::new(0.02).lengths(1.0, 0.5),
        Rprop::new(0.02).lengths(1.0, f64::INFINITY),
    ] {
        assert!(matches!(Trainer::new(optimizer).start(&start), Err(TrainError::Setting { .. })));
    }
}

/// A schedule scales the steps.
#[test]
fn rprop_with_a_schedule() {
    mlp!(struct Line: 1 => identity(1));
    let mut line = Line { w11: 0.0, b1: 0.0 };
    let schedule = Schedule::exponential(0.5);
    Trainer::new(Rprop::new(0.01)).schedule(schedule).epochs(3).fit(&mut line, &[([0.0], [1000.0])]).unwrap();
    assert!((line.b1 - (0.01 + 0.012 * 0.5 + 0.0144 * 0.25)).abs() < 1e-12, "{line:?}");
}
