//! Tests that only the inside of the crate can make.

use rayon::ThreadPoolBuilder;

use crate::{Adam, Batch, GradientDescent, Population, Trainer, mlp};

mlp!(struct Net: 2 => tanh(3) => 1, crate = crate);

/// Parameters and outcomes do not depend on the number of threads.
#[test]
fn any_number_of_threads() {
    let examples = [([0.0, 0.0], [0.0]), ([0.0, 1.0], [1.0]), ([1.0, 0.0], [1.0]), ([1.0, 1.0], [0.0])];
    let train = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut population = Population::<Net>::from_seeds(0..100).unwrap();
            let descent = Trainer::new(GradientDescent::new(1.0)).epochs(50).target_loss(0.1);
            let first = population.fit(&descent, &examples).unwrap();
            let adam = Trainer::new(Adam::new(0.01)).epochs(50).batch(Batch::Mini(3)).shuffle(1).patience(5);
            let second = population.fit(&adam, &examples).unwrap();
            (population.to_networks(), first, second)
        })
    };
    let alone = train(1);
    for threads in [2, 3, 8] {
        assert!(train(threads) == alone, "{threads} threads");
    }
}
