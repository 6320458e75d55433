//! Trainings that need no allocator: named scalars, and a few examples at a time.

use core::fmt::{self, Write};

use mlp_core::{
    Adagrad, Adam, AdamW, Batch, GradientDescent, Network, RmsProp, Schedule, StandardNormal, Trainer, mlp,
};

use crate::{Hash, Targets, example};

/// Declares each network in both scalars.
macro_rules! both_scalars {
    ($($double:ident $single:ident: $inputs:literal $(=> $activation:ident($width:literal))* $(, loss = $loss:ident)?;)*) => { $(
        mlp!(struct $double: $inputs $(=> $activation($width))* $(, loss = $loss)?);
        mlp!(struct $single: $inputs $(=> $activation($width))*, scalar = f32 $(, loss = $loss)?);
    )* };
}

both_scalars! {
    Chain ChainF32: 1 => sigmoid(1) => sigmoid(1);
    Lecture LectureF32: 2 => sigmoid(2) => sigmoid(2);
    Deep DeepF32: 2 => tanh(3) => relu(4) => identity(2) => sigmoid(1);
    Activations ActivationsF32: 2 => softplus(3) => silu(3) => gelu(3) => elu(3) => leaky_relu(3) => hard_sigmoid(2);
    More MoreF32: 2 => softsign(3) => hard_tanh(3) => sigmoid(2);
    Classes ClassesF32: 3 => elu(5) => softmax(3), loss = cross_entropy;
    Binary BinaryF32: 2 => tanh(3) => sigmoid(1), loss = binary_cross_entropy;
    Huber HuberF32: 2 => tanh(3) => identity(2), loss = huber;
    Absolute AbsoluteF32: 2 => silu(3) => identity(2), loss = mean_absolute_error;
    Squared SquaredF32: 2 => gelu(3) => softmax(2), loss = mean_squared_error;
}

pub(crate) fn print(out: &mut dyn Write) -> fmt::Result {
    macro_rules! each {
        ($function:ident, $targets:ident: $($network:ident)*) => { $(
            $function::<$network>(out, stringify!($network), Targets::$targets)?;
        )* };
    }
    each!(steps, Numbers: Chain ChainF32 Deep DeepF32);
    if cfg!(feature = "few") {
        return Ok(());
    }
    each!(steps, Numbers: Lecture LectureF32 Activations ActivationsF32 More MoreF32 Binary BinaryF32 Huber HuberF32
        Absolute AbsoluteF32);
    each!(steps, Classes: Classes ClassesF32 Squared SquaredF32);
    // The rules of optimizers are compiled once for each scalar.
    each!(optimizers, Numbers: Deep DeepF32);
    Ok(())
}

/// Trains in one way and prints the parameters and the predictions.
macro_rules! training {
    ($network:ty, $out:ident, $name:ident, $targets:ident: $how:literal, $optimizer:expr $(, $setting:ident($($argument:expr)*))*) => {{
        let mut rng = mlp_core::rng(11);
        let examples: [_; 5] = core::array::from_fn(|_| example::<$network>(&mut rng, $targets));
        let mut network = <$network>::random_with(&StandardNormal, &mut mlp_core::rng(3));
        let mut trainer = Trainer::new($optimizer).epochs(60).allow_unreachable_targets()$(.$setting($($argument)*))*;
        let mut hash = Hash::NEW;
        match trainer.fit(&mut network, &examples) {
            Ok(outcome) => hash.add_numbers(&[outcome.loss]),
            Err(_) => writeln!($out, "failed {} {}", $name, $how)?,
        }
        hash.add_network(&network);
        for (x, _) in examples {
            hash.add_numbers(network.predict(x).as_ref());
        }
        writeln!($out, "training {} {}: {:016x}", $name, $how, hash.0)?;
    }};
}

/// The fused step, and forward pass, backpropagation and update apart.
fn steps<N: Network>(out: &mut dyn Write, name: &str, targets: Targets) -> fmt::Result {
    training!(N, out, name, targets: "by plain descent", GradientDescent::new(0.1));
    let momentum = GradientDescent::new(0.05).momentum(0.9).nesterov().weight_decay(1e-3);
    training!(N, out, name, targets: "in batches of 2", momentum, batch(Batch::Mini(2)), shuffle(5));
    let mut hash = Hash::NEW;
    hash.add_network(&N::random(&mut mlp_core::rng(4)));
    writeln!(out, "training {name} from random parameters: {:016x}", hash.0)
}

fn optimizers<N: Network>(out: &mut dyn Write, name: &str, targets: Targets) -> fmt::Result {
    let warmed_up = Schedule::cosine(60).warm_up(5);
    training!(N, out, name, targets: "by Adam", Adam::new(0.02), batch(Batch::Full), clip_norm(0.5), schedule(warmed_up));
    let exponential = Schedule::exponential(0.97);
    training!(N, out, name, targets: "by AdamW", AdamW::new(0.02), batch(Batch::Mini(3)), shuffle(6), clip_norm(0.1),
        schedule(exponential));
    training!(N, out, name, targets: "by RmsProp", RmsProp::new(0.01), shuffle(7));
    training!(N, out, name, targets: "by Adagrad", Adagrad::new(0.05), batch(Batch::Mini(2)), patience(7));
    Ok(())
}
