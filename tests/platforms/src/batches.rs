//! Trainings that need an allocator: large batches in kernels, and rolled networks.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use mlp_core::{AdamW, Array as _, Batch, GradientDescent, Network, Scalar, Schedule, Trainer};

use crate::{Hash, Targets, example, parameters};

/// Declares each network in both scalars, unrolled and rolled.
macro_rules! networks {
    ($($module:ident: $inputs:literal $(=> $activation:ident($width:literal))* $(, loss = $loss:ident)?;)*) => { $(
        mod $module {
            use mlp_core::mlp;

            mlp!(pub(super) struct Unrolled: $inputs $(=> $activation($width))* $(, loss = $loss)?);
            mlp!(pub(super) struct UnrolledF32: $inputs $(=> $activation($width))*, scalar = f32 $(, loss = $loss)?);
            mlp!(pub(super) struct Rolled: $inputs $(=> $activation($width))* $(, loss = $loss)?, rolled);
            mlp!(pub(super) struct RolledF32: $inputs $(=> $activation($width))*, scalar = f32 $(, loss = $loss)?, rolled);
        }
    )* };
}

networks! {
    classes: 4 => tanh(8) => softmax(3), loss = cross_entropy;
    deep: 3 => elu(5) => softplus(4) => gelu(3) => identity(2), loss = huber;
    binary: 5 => tanh(9) => sigmoid(2), loss = binary_cross_entropy;
    wide: 19 => sigmoid(19) => sigmoid(11);
}

mod digits {
    use mlp_core::mlp;

    mlp!(pub(super) struct Rolled: 64 => relu(32) => softmax(10), loss = cross_entropy, rolled);
    mlp!(pub(super) struct RolledF32: 64 => relu(32) => softmax(10), scalar = f32, loss = cross_entropy, rolled);
}

pub(crate) fn print(out: &mut dyn Write) -> fmt::Result {
    macro_rules! each {
        ($targets:ident $rate:literal: $($module:ident { $($network:ident)* })*) => { $( $(
            let name = concat!(stringify!($module), " ", stringify!($network));
            trainings::<$module::$network>(out, name, Targets::$targets, $rate)?;
        )* )* };
    }
    each!(Numbers 0.05: deep { Unrolled UnrolledF32 Rolled RolledF32 });
    each!(Numbers 0.05: binary { Unrolled UnrolledF32 Rolled RolledF32 } wide { Unrolled UnrolledF32 Rolled RolledF32 });
    each!(Classes 0.05: classes { Unrolled UnrolledF32 Rolled RolledF32 });
    each!(Classes 0.01: digits { Rolled RolledF32 });
    Ok(())
}

/// Sizes of batches, and whether they are too small for the kernels, so that nothing is ever fused.
const BATCHES: [(Batch, &str, bool); 4] = [
    (Batch::Single, "single", true),
    (Batch::Mini(5), "of 5", true),
    (Batch::Mini(16), "of 16", false),
    (Batch::Full, "full", false),
];

fn trainings<N: Network>(out: &mut dyn Write, name: &str, targets: Targets, rate: f64) -> fmt::Result {
    let mut rng = mlp_core::rng(13);
    let examples: Vec<_> = (0..203).map(|_| example::<N>(&mut rng, targets)).collect();
    let start = || N::random(&mut mlp_core::rng(5));
    for (batch, size, is_small) in BATCHES {
        for (shuffled, seed) in [("", None), (" shuffled", Some(9))] {
            for (reproducible, is_reproducible) in [("", false), (" reproducible", true)] {
                let mut network = start();
                let mut trainer = Trainer::new(GradientDescent::new(rate).momentum(0.5)).epochs(6).batch(batch);
                if is_reproducible {
                    trainer = trainer.reproducible();
                }
                if let Some(seed) = seed {
                    trainer = trainer.shuffle(seed);
                }
                let mut hash = Hash::NEW;
                match trainer.fit(&mut network, &examples) {
                    Ok(outcome) => hash.add_numbers(&[outcome.loss]),
                    Err(_) => writeln!(out, "failed {name} {size}{shuffled}{reproducible}")?,
                }
                hash.add_network(&network);
                if is_small || is_reproducible {
                    writeln!(out, "training {name} {size}{shuffled}{reproducible}: {:016x}", hash.0)?;
                } else {
                    let how = format_args!("{name} {size}{shuffled}");
                    fused(out, how, parameters(&network).as_ref())?;
                }
            }
        }
    }
    let mut network = start();
    let optimizer = AdamW::new(0.01);
    let mut trainer = Trainer::new(optimizer).epochs(6).batch(Batch::Mini(32)).shuffle(2).clip_norm(0.3).reproducible();
    trainer = trainer.schedule(Schedule::cosine(6).warm_up(2)).patience(3);
    if trainer.fit(&mut network, &examples).is_err() {
        writeln!(out, "failed {name} by AdamW")?;
    }
    let mut hash = Hash::NEW;
    hash.add_network(&network);
    writeln!(out, "training {name} by AdamW: {:016x}", hash.0)?;

    let (mut hash, inputs) = (Hash::NEW, examples.iter().map(|&(x, _)| x).collect::<Vec<_>>());
    for &x in &inputs {
        hash.add_numbers(network.predict(x).as_ref());
    }
    writeln!(out, "training {name} predicts: {:016x}", hash.0)?;
    let mut outputs = vec![N::Output::zeros(); inputs.len()];
    if network.predict_batch(&inputs, &mut outputs).is_err() {
        writeln!(out, "failed {name} predict_batch")?;
    }
    let outputs: Vec<_> = outputs.iter().flat_map(AsRef::as_ref).copied().collect();
    fused(out, format_args!("{name} predict_batch"), &outputs)
}

/// Numbers after batches that may be fused.
fn fused<T: Scalar>(out: &mut dyn Write, name: fmt::Arguments<'_>, numbers: &[T]) -> fmt::Result {
    for (index, number) in numbers.iter().enumerate() {
        writeln!(out, "fused {} {name} [{index}]: {:016x}", T::NAME, number.to_f64().to_bits())?;
    }
    Ok(())
}
