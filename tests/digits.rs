//! Real images: the file matches its description, and a rolled network learns to read it.

use mlp_core::metrics::accuracy_score;
use mlp_core::{AdamW, Batch, Dataset, Scaling, Schedule, Table, Trainer, mlp};

mlp!(struct Digits: 64 => relu(32) => softmax(10), loss = cross_entropy, scalar = f32, rolled);

type Images = Dataset<f32, 64, 10>;

fn images() -> Images {
    let pixels = (0..8).flat_map(|row| (0..8).map(move |column| format!("p{row}{column}")));
    let table = Table::read("../examples/data/digits.csv").unwrap();
    table.select().numbers(pixels).class("digit").load().unwrap()
}

/// The counts of the digits are those that UCI gives for the test part. The sum of all pixels was computed from the
/// package's file.
#[test]
fn the_file_is_what_it_says() {
    let data = images();
    assert_eq!(data.classes(), ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    let mut counts = [0.0; 10];
    for y_true in data.targets() {
        for (count, y) in counts.iter_mut().zip(y_true) {
            *count += y;
        }
    }
    assert_eq!(counts, [178.0, 182.0, 177.0, 183.0, 181.0, 182.0, 181.0, 179.0, 174.0, 180.0]);

    let mut images: Vec<_> = data.inputs().map(|image| image.map(f64::from)).collect();
    assert!(images.as_flattened().iter().all(|&pixel| (0.0..=16.0).contains(&pixel) && pixel.fract() == 0.0));
    assert_eq!(images.as_flattened().iter().sum::<f64>(), 561_718.0);
    images.sort_by(|one, other| one.partial_cmp(other).unwrap());
    images.dedup();
    assert_eq!(images.len(), 1797);
}

/// Asserts the accuracy that `examples/digits.rs` promises, which CI runs in release. Kernels are slow in a development
/// build, so this test trains for fewer epochs. Training is reproducible, so the accuracy is the same everywhere.
#[test]
fn digits_held_back_are_read() {
    let data = images().scale_inputs(&Scaling { offset: [0.0; 64], scale: [16.0; 64] });
    let accuracies = [0, 1, 2, 3, 4].map(|seed| {
        let (train, test) = data.split_stratified(0.7, seed).unwrap();
        assert_eq!(test.examples().len(), 539);
        let (images, y_true): (Vec<_>, Vec<_>) = test.examples().iter().copied().unzip();
        let mut y_pred = vec![[0.0; 10]; images.len()];
        learn(&train, seed).predict_batch(&images, &mut y_pred).unwrap();
        accuracy_score(&y_true, &y_pred).unwrap()
    });
    let mean = accuracies.iter().sum::<f64>() / 5.0;
    assert!(mean >= 0.97, "{mean}: {accuracies:?}");
}

fn learn(train: &Images, seed: u64) -> Digits {
    let mut network = Digits::random(&mut mlp_core::rng(seed));
    Trainer::new(AdamW::new(0.01).weight_decay(0.1))
        .epochs(15)
        .batch(Batch::Mini(16))
        .shuffle(seed)
        .schedule(Schedule::cosine(15))
        .reproducible()
        .fit(&mut network, train.examples())
        .unwrap();
    network
}
