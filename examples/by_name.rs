//! The day after training: a saved model reads the file of another program, by name.
//!
//! The first half trains on the penguins, in the short way. `Model::fit` holds a fifth of each species back, scales the
//! measurements, and trains. The model knows its columns, the islands and the species by name, and so does its file.
//!
//! The second half is another program. Its file has other columns in another order, and it needs nothing but the
//! declaration and the model. Numbers in the wrong order would give wrong species without a word, so there is no order
//! here; and what the model does not know is an error that says line, column and what to do.

use std::env;
use std::error::Error;
use std::path::Path;

use mlp_core::dataset::Unseen;
use mlp_core::metrics::ConfusionMatrix;
use mlp_core::model::Prediction;
use mlp_core::{Adam, Batch, Missing, Model, Table, Trainer, mlp};

mlp! {
    /// Adelie, Chinstrap or Gentoo? Four measurements, and one of three islands.
    pub struct Penguins: 7 => tanh(8) => softmax(3), loss = cross_entropy;
}

/// Three penguins of the study, with their species left out.
const NEW: &str = "\
penguin,island,body_mass_g,flipper_length_mm,bill_depth_mm,bill_length_mm
N1,Torgersen,3750,181,18.7,39.1
N2,Biscoe,4500,211,13.2,46.1
N3,Dream,3500,192,17.9,46.5
";

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::temp_dir().join("penguins_by_name.json");
    train(&path)?;
    predict(&path)
}

fn train(path: &Path) -> Result<(), Box<dyn Error>> {
    let data = Table::read(concat!(env!("CARGO_MANIFEST_DIR"), "/data/penguins.csv"))?
        .select()
        .numbers(["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"])
        .category("island")
        .class("species")
        .missing(Missing::Drop)
        .load()?;
    let trainer = Trainer::new(Adam::new(0.01)).epochs(200).batch(Batch::Mini(16)).shuffle(1);
    let fitted = Model::<Penguins>::fit(&data, trainer, 1)?;
    let matrix = ConfusionMatrix::<3>::from_model(&fitted.model, &fitted.held_back)?;
    println!("the {} penguins held back:\n{matrix}\n", matrix.total());
    fitted.model.save(path)?;
    Ok(())
}

fn predict(path: &Path) -> Result<(), Box<dyn Error>> {
    let model = Model::<Penguins>::load(path)?;
    let table = Table::from_reader(NEW.as_bytes())?;
    let predictions = model.predict_table(&table)?;
    for (row, prediction) in NEW.lines().skip(1).zip(&predictions) {
        println!("{row}: {prediction}");
    }
    let species: Vec<_> = predictions.iter().filter_map(Prediction::class).collect();
    if species != ["Adelie", "Gentoo", "Chinstrap"] {
        return Err("not the species of these three penguins".into());
    }

    // A single row, from a form or from JSON.
    let row = [
        ("bill_length_mm", "39.1"),
        ("bill_depth_mm", "18.7"),
        ("flipper_length_mm", "181"),
        ("body_mass_g", "3750"),
        ("island", "Anvers"),
    ];
    let Err(error) = model.predict_row(row) else { return Err("nobody had seen a penguin of Anvers".into()) };
    println!("\n{error}");
    println!("as none of them: {}", model.unseen(Unseen::Zeros)?.predict_row(row)?);
    Ok(())
}
