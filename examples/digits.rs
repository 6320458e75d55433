//! Handwritten digits, read by a network of 2,410 parameters.
//!
//! Each of the 1,797 images has 8 by 8 pixels. A network of this size is declared `rolled`: it has an array of weights
//! for each layer instead of a name for each weight. The pixels, counts from 0 to 16, are divided by 16. (`fit_min_max`
//! would refuse three of them, which are 0 in every image.)
//!
//! Five seeds each hold back 30 % of each digit. The network learns from all the others, for a fixed number of epochs,
//! and then reads those held back once, by `predict_batch`.
//!
//! The settings come from a comparison on validation sets: a fifth of each training part, split off by the same five
//! seeds. It covered 59 settings of AdamW: learning rates from 0.003 to 0.02, constant or ending at 0, batches of 16,
//! 32 and 64, 40 to 200 epochs and a weight decay from 0 to 1. Most of them read 96 to 97.5 % right there, and the
//! chosen one 98.0 %. An image in one seed's validation set may be held back by another seed, so the test parts are not
//! wholly untouched by this choice.
//!
//! For comparison, scikit-learn 1.9.1's `MLPClassifier` with the same number of neurons reads 97.0 % right with its
//! default settings, and 97.4 % with these batches, this learning rate and this number of epochs. Both are means over
//! five stratified splits of its own.
//!
//! The program promises at least 97 % right in the mean, and fails otherwise. A training takes a quarter of a second in
//! a release build; a development build does not optimise the kernels, and takes a hundred times as long.
//! `reproducible` makes the percentages the same on every processor.

use std::error::Error;
use std::time::Instant;

use mlp_core::metrics::{ConfusionMatrix, predicted_class};
use mlp_core::{AdamW, Batch, Dataset, Scaling, Schedule, Table, TrainError, Trainer, mlp};

mlp! {
    /// Which digit is it?
    pub struct Digits: 64 => relu(32) => softmax(10), loss = cross_entropy, scalar = f32, rolled;
}

/// The pixels in a row, and the number of rows.
const SIDE: usize = 8;

const PIXELS: usize = SIDE * SIDE;

/// The value of a black pixel in the file.
const BLACK: f32 = 16.0;

const SEEDS: [u64; 5] = [0, 1, 2, 3, 4];

const EPOCHS: usize = 100;

type Images = Dataset<f32, PIXELS, 10>;

fn main() -> Result<(), Box<dyn Error>> {
    let data = read()?;
    let digits = data.class_names().ok_or("ten digits")?;

    let mut accuracies = Vec::new();
    for seed in SEEDS {
        let (train, test) = data.split_stratified(0.7, seed)?;
        let start = Instant::now();
        let network = learn(&train, seed)?;
        let time = start.elapsed();

        let (images, y_true): (Vec<_>, Vec<_>) = test.examples().iter().copied().unzip();
        let mut y_pred = vec![[0.0; 10]; images.len()];
        network.predict_batch(&images, &mut y_pred)?;
        let matrix = ConfusionMatrix::from_outputs(&y_true, &y_pred, digits)?;
        let accuracy = matrix.accuracy().ok_or("nothing was held back")?;
        if seed == SEEDS[0] {
            println!("seed {seed}, the {} digits held back:\n{matrix}\n", matrix.total());
            show_misread(&test, &y_pred);
        }
        println!("seed {seed}: {:4.1} % right, trained in {:.2} s", 100.0 * accuracy, time.as_secs_f64());
        accuracies.push(accuracy);
    }

    let mean = accuracies.iter().sum::<f64>() / f64::from(u32::try_from(accuracies.len())?);
    println!("mean {:.1} %", 100.0 * mean);
    if mean < 0.97 {
        return Err("not the promised 97.0 % in the mean".into());
    }
    Ok(())
}

/// Reads the images and their digits; a pixel is from 0, white, to 1, black.
fn read() -> Result<Images, Box<dyn Error>> {
    let pixels = (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| format!("p{row}{column}")));
    let data: Images = Table::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.csv"))?
        .select()
        .numbers(pixels)
        .class("digit")
        .load()?;
    Ok(data.scale_inputs(&Scaling { offset: [0.0; PIXELS], scale: [BLACK; PIXELS] }))
}

fn learn(train: &Images, seed: u64) -> Result<Digits, TrainError> {
    let mut network = Digits::random(&mut mlp_core::rng(seed));
    Trainer::new(AdamW::new(0.01).weight_decay(0.1))
        .epochs(EPOCHS)
        .batch(Batch::Mini(16))
        .shuffle(seed)
        .schedule(Schedule::cosine(EPOCHS))
        .reproducible()
        .fit(&mut network, train.examples())?;
    Ok(network)
}

/// Draws the first three images that were read wrongly, side by side.
fn show_misread(test: &Images, y_pred: &[[f32; 10]]) {
    let mut lines = vec![String::new(); 1 + SIDE];
    let misread = test.examples().iter().zip(y_pred).filter_map(|((image, y_true), y_pred)| {
        let (digit, reading) = (predicted_class(*y_true)?, predicted_class(*y_pred)?);
        (digit != reading).then(|| (image, format!("a {digit}, read as {reading:<7}")))
    });
    for (image, title) in misread.take(3) {
        lines[0].push_str(&title);
        for (line, row) in lines[1..].iter_mut().zip(image.chunks(SIDE)) {
            line.extend(row.iter().copied().map(shade));
            line.push_str("    ");
        }
    }
    for line in lines {
        println!("{}", line.trim_end());
    }
    println!();
}

/// Two characters per pixel, because a character is twice as high as wide.
fn shade(pixel: f32) -> &'static str {
    match pixel {
        ..0.2 => "  ",
        ..0.4 => "..",
        ..0.6 => "++",
        ..0.8 => "##",
        _ => "@@",
    }
}
