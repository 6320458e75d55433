//! Training needs no heap, even with batches, with an optimizer that has a state for every parameter, or with early
//! stopping. The batch kernels and the memory of a rolled network are allocated before the loop or in its first batch, and nothing
//! after that.

use allocation_counter::measure;
use mlp_core::{
    Adam, Batch, GradientDescent, History, LevenbergMarquardt, Network, Optimizer, RmsProp, Schedule, Trainer, mlp,
};

mlp!(struct Net: 2 => tanh(3) => 1);
mlp!(struct RolledNet: 2 => tanh(3) => 1, rolled);

type Example = ([f64; 2], [f64; 1]);

const EXAMPLES: [Example; 4] = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];

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
fn bytes_need_no_heap() {
    let net = Net::random(&mut mlp_core::rng(1));
    let mut bytes = [0; Net::BYTES];
    let measured = measure(|| {
        net.write_le_bytes(&mut bytes).unwrap();
        assert_eq!(Net::from_le_bytes(&bytes), Ok(net));
    });
    assert_eq!(measured.count_total, 0);
}

/// As many allocations in one epoch as in a thousand.
fn only_before_the_loop<N: Network<Scalar = f64, Input = [f64; 2], Output = [f64; 1]>>(batches: &[Batch]) {
    fn check<N, O>(optimizer: &O, batch: Batch)
    where
        N: Network<Scalar = f64, Input = [f64; 2], Output = [f64; 1]>,
        O: Optimizer<f64> + Clone,
    {
        let examples = [EXAMPLES; 30].concat();
        let trainer = || Trainer::new(optimizer.clone()).batch(batch).validate(&EXAMPLES[..1]);
        let count = |mut trainer: Trainer<O, (), &[Example]>| {
            let mut net = N::random(&mut mlp_core::rng(1));
            let measured = measure(|| assert!(trainer.fit(&mut net, &examples).is_ok()));
            measured.count_total
        };
        let careful = || trainer().schedule(Schedule::cosine(2000)).patience(2000).target_loss(0.0);
        let dropout = || trainer().dropout(0.5, 1).l2_layer(0, 0.1);
        let constrained = || trainer().freeze_layer(0).max_norm(1.0);
        let plain = [trainer(), trainer().shuffle(1).clip_norm(0.1), careful()];
        for trainer in plain.into_iter().chain([dropout(), constrained()]) {
            let count = |epochs| count(trainer.clone().epochs(epochs));
            assert!(count(1) > 0);
            assert_eq!(count(1), count(200), "{batch:?}");
        }
        // Pieces and single updates allocate nothing either, once there was one of each.
        let mut net = N::random(&mut mlp_core::rng(1));
        let mut training = trainer().epochs(2).start(&net).unwrap();
        let mut piece = || {
            training.fit(&mut net, &examples).unwrap();
            training.step(&mut net, &EXAMPLES).unwrap();
            training.step(&mut net, &examples[..30]).unwrap();
        };
        piece();
        assert_eq!(measure(piece).count_total, 0, "{batch:?}");
    }
    for &batch in batches {
        check::<N, _>(&GradientDescent::new(0.1), batch);
        check::<N, _>(&GradientDescent::new(0.1).momentum(0.9), batch);
        check::<N, _>(&RmsProp::new(0.01), batch);
        check::<N, _>(&Adam::new(0.01), batch);
    }
}

#[test]
fn kernels_allocate_before_the_loop() {
    only_before_the_loop::<Net>(&[Batch::Mini(50), Batch::Full]);
}

#[test]
fn rolled_networks_allocate_before_the_loop() {
    only_before_the_loop::<RolledNet>(&[Batch::Single, Batch::Mini(3), Batch::Mini(50), Batch::Full]);
}

/// Regularisation takes one more matrix when it first estimates.
#[test]
fn least_squares_allocate_in_the_first_epochs() {
    let examples = [EXAMPLES; 30].concat();
    for (optimizer, later) in [(LevenbergMarquardt::new(), 0), (LevenbergMarquardt::new().bayesian(), 1)] {
        let count = |epochs| {
            let mut net = Net::random(&mut mlp_core::rng(1));
            let mut trainer = Trainer::new(optimizer).epochs(epochs);
            measure(|| assert!(trainer.fit(&mut net, &examples).is_ok())).count_total
        };
        assert!(count(2) > 0);
        assert!(count(20) <= count(2) + later, "{optimizer:?}");
    }
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
