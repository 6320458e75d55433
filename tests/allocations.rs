//! Training needs no heap, even with batches, with an optimizer that has a state for every parameter, or with early
//! stopping. The batch kernels allocate their buffers once.

use allocation_counter::measure;
use mlp_core::{Adam, Batch, GradientDescent, History, Optimizer, Schedule, Trainer, mlp};

mlp!(struct Net: 2 => tanh(3) => 1);

const EXAMPLES: [([f64; 2], [f64; 1]); 4] =
    [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

fn allocations<O: Optimizer<f64>>(mut trainer: Trainer<O>) -> u64 {
    let mut net = Net::random(&mut mlp_core::rng(1));
    measure(|| {
        trainer.fit(&mut net, &EXAMPLES).unwrap();
    })
    .count_total
}

#[test]
fn the_loop_allocates_nothing() {
    assert_eq!(allocations(Trainer::new(GradientDescent::new(0.5))), 0);
    let trainer = Trainer::new(Adam::new(0.01)).batch(Batch::Mini(3)).shuffle(1).clip_norm(1.0).patience(5000);
    assert_eq!(allocations(trainer.schedule(Schedule::cosine(2000)).target_loss(0.0)), 0);
}

#[test]
fn kernels_allocate_before_the_loop() {
    let examples = [EXAMPLES; 30].concat();
    let count = |epochs| {
        let mut net = Net::random(&mut mlp_core::rng(1));
        let mut trainer = Trainer::new(Adam::new(0.01)).batch(Batch::Mini(50)).shuffle(1).epochs(epochs);
        measure(|| assert_eq!(trainer.fit(&mut net, &examples).unwrap().epochs, epochs)).count_total
    };
    assert!(count(1) > 0);
    assert_eq!(count(1), count(1000));
}

#[test]
fn validation_allocates_nothing() {
    let mut net = Net::random(&mut mlp_core::rng(1));
    let measured = measure(|| {
        Trainer::new(Adam::new(0.01)).validate(&EXAMPLES[2..]).patience(2000).fit(&mut net, &EXAMPLES[..2]).unwrap();
    });
    assert_eq!(measured.count_total, 0);
}

/// The counter counts: a history must allocate.
#[test]
fn a_history_allocates() {
    let mut net = Net::random(&mut mlp_core::rng(1));
    let mut history = History::new();
    let measured = measure(|| {
        Trainer::new(Adam::new(0.01)).observe(&mut history).fit(&mut net, &EXAMPLES).unwrap();
    });
    assert!(measured.count_total > 0);
}
