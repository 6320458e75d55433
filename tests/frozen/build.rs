//! Writes random declarations, the same every time; the variable `FROZEN_COUNT` says how many.
//!
//! Every pair of an output activation and a loss that the macro accepts comes in both scalars before one of them comes
//! again. All else is drawn: the widths, the hidden activations, whether the network is rolled, scaled or trained.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const ACTIVATIONS: [&str; 12] = [
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "hard_sigmoid",
    "hard_tanh",
    "softsign",
    "identity",
];
const LOSSES: [&str; 4] = ["half_squared_error", "mean_squared_error", "mean_absolute_error", "huber"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=FROZEN_COUNT");
    let count = env::var("FROZEN_COUNT").map_or(24, |count| count.parse().expect("FROZEN_COUNT is a number"));
    let mut declarations: Vec<_> = (0..count).map(random).collect();
    // Words of the other languages, and names that their files use themselves.
    for declaration in [
        "2 => tanh(2) => 2, weights = [int, class, lambda, def; numbers, divide, function, math]",
        "2 => tanh(2) => 2, weights = [__a, __class__, _Bool, FLT_MAX; größe, EOF, sigmoid_, N0_TRAINED]",
        // A layer of one neuron has no loop.
        "3 => tanh(1) => identity(1), rolled",
    ] {
        declarations.push((declaration.to_owned(), "trained"));
    }
    let (mut modules, mut calls) = (String::new(), String::new());
    for (index, (declaration, what)) in declarations.iter().enumerate() {
        writeln!(modules, "#[allow(non_snake_case)] mod n{index} {{ mlp_core::mlp!(pub struct Net: {declaration}); }}").unwrap();
        writeln!(calls, "    recorder.{what}::<n{index}::Net>({index}, \"{declaration}\");").unwrap();
    }
    let text = format!("{modules}\nfn record_all(recorder: &mut Recorder) {{\n{calls}}}\n");
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("declarations.rs"), text).unwrap();
}

/// A declaration, and what is done with the network.
fn random(index: usize) -> (String, &'static str) {
    let mut random = Random(index as u64);
    let pairs = pairs();
    // A step without a common factor, so that a few networks already differ much.
    let (output, loss) = pairs[(index / 2 * 23) % pairs.len()];
    let scalar = ["f64", "f32"][index % 2];
    let is_rolled = random.below(4) == 0;
    // A rolled network adds in eight partial sums.
    let widest = if is_rolled { 20 } else { 6 };
    let mut declaration = (1 + random.below(widest)).to_string();
    for _ in 0..random.below(4) {
        let activation = ACTIVATIONS[random.below(ACTIVATIONS.len())];
        write!(declaration, " => {activation}({})", 1 + random.below(widest)).unwrap();
    }
    // A softmax of one output is always 1, so the macro refuses it.
    let outputs = if output == "softmax" { 2 + random.below(widest - 1) } else { 1 + random.below(widest) };
    write!(declaration, " => {output}({outputs}), loss = {loss}, scalar = {scalar}").unwrap();
    if is_rolled {
        declaration += ", rolled";
    }
    // In each block of twenty, another pair: so the trained networks, too, have all losses.
    let is_trained = index / 2 % 10 == index / 20 % 10;
    let what = match random.below(10) {
        _ if is_trained => "trained",
        0..3 => "scaled",
        3 => "with_extremes",
        _ => "drawn",
    };
    (declaration, what)
}

/// All pairs of an output activation and a loss that the macro accepts.
fn pairs() -> Vec<(&'static str, &'static str)> {
    let all = ACTIVATIONS.iter().chain([&"softmax"]).flat_map(|&output| LOSSES.map(|loss| (output, loss)));
    let probabilities = ["sigmoid", "hard_sigmoid", "softmax"].map(|output| (output, "binary_cross_entropy"));
    all.chain(probabilities).chain([("softmax", "cross_entropy")]).collect()
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}
