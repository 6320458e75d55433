//! A network of 4,001 parameters without a heap: network and training live in statics. Prints the stack that they take.

#![no_std]
#![no_main]
#![deny(warnings, clippy::pedantic)]

use mlp_core::{GradientDescent, Network as _, StandardNormal, Trainer, Training, mlp};
use mlp_firmware::{Once, say, stack_of};

mlp!(struct Sensor: 38 => tanh(100) => 1, scalar = f32, rolled, inline);

const ZEROS: Sensor = Sensor { w1: [[0.0; 100]; 38], b1: [0.0; 100], w2: [[0.0; 1]; 100], b2: [0.0; 1] };

static SENSOR: Once<Sensor> = Once::new(ZEROS);
static TRAINING: Once<Option<Training<Sensor, GradientDescent>>> = Once::new(None);

const EXAMPLES: [([f32; 38], [f32; 1]); 2] = [([0.1; 38], [0.9]), ([-0.2; 38], [0.3])];

mlp_firmware::entry!(|| {
    let (Some(sensor), Some(training)) = (SENSOR.take(), TRAINING.take()) else { return false };
    let draw = stack_of(&mut || sensor.draw_parameters(&StandardNormal, &mut mlp_core::rng(1)));
    let step = stack_of(&mut || {
        sensor.sgd_step(EXAMPLES[0].0, EXAMPLES[0].1, 0.01);
    });
    let start = stack_of(&mut || {
        let trainer = Trainer::new(GradientDescent::new(0.1)).epochs(300);
        let _ = Training::start_in(training, trainer, sensor);
    });
    let Some(training) = training else { return false };
    let mut outcome = None;
    let fit = stack_of(&mut || outcome = training.fit(sensor, &EXAMPLES).ok());
    say!("stack at 4001 parameters in f32: drawing {draw}, a step {step}, starting {start}, training {fit} bytes");
    outcome.is_some_and(|outcome| outcome.loss < 0.05)
});
