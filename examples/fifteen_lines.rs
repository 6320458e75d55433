//! From a file to a saved model: the program that the README shows.

use mlp_core::{Adam, Missing, Model, Table, Trainer, mlp};

mlp!(pub struct Penguins: 6 => tanh(8) => softmax(3), loss = cross_entropy);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let data = Table::scan("examples/data/penguins.csv")
        .numbers(["bill_length_mm", "bill_depth_mm", "body_mass_g"])
        .category("island")
        .class("species")
        .missing(Missing::Drop)
        .load()?;
    let fitted = Model::<Penguins>::fit(&data, Trainer::new(Adam::new(0.01)).epochs(300), 1)?;
    println!("{}\n{}", data.report(), fitted.evaluate()?);
    Ok(fitted.model.save("penguins.json")?)
}
